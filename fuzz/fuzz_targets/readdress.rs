//! Other recipients for a message: who is one then reads what those before could.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::readdress::run(data));
