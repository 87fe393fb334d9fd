//! CompressedData at any chunking: what it inflates to does not depend on it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::compressed_data::run(data));
