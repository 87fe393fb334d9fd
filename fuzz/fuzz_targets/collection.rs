//! ContentCollection and ContentWithAttributes at any chunking: the same members.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::collection::run(data));
