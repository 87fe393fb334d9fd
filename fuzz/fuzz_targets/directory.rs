//! A message from a directory, and what its entry holds; and the data of an SMIMEA record.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::directory::run(data));
