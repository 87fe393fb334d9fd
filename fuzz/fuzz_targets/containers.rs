//! Keys, bags and requests out of any file.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::containers::run(data));
