//! AuthenticatedData at any chunking, with every kind of key.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::authenticated_data::run(data));
