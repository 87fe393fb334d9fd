//! SignedData at any chunking: content and verdicts do not depend on it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::signed_data::run(data));
