//! Every chunking of an input gives the same tokens, or ends in an error as well.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::tokenizer::run(data));
