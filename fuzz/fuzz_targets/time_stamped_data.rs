//! TimeStampedData at any chunking.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::time_stamped_data::run(data));
