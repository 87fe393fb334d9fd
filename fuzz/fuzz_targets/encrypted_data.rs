//! EncryptedData at any chunking, under the key of the RFC's examples.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::encrypted_data::run(data));
