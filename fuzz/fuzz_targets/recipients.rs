//! Every kind of recipient, with every kind of key: EnvelopedData and AuthEnvelopedData at any chunking.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::recipients::run(data));
