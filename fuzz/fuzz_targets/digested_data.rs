//! DigestedData at any chunking: content and verdict do not depend on it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::digested_data::run(data));
