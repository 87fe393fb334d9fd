//! Peeling a message through every layer, with the keys of testkit and all that may be read.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::open::run(data));
