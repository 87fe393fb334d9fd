//! Every chunking of a message gives the same tree of entities, or the same error.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::mime::run(data));
