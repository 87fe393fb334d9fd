//! Another reader, and another encoding: where crate `cms` reads DER and writes the same of it, our readers find the
//! same in it; and they find the same in DER and in the same message with other lengths.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::differential::run(data));
