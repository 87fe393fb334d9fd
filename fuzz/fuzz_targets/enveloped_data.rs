//! EnvelopedData and AuthEnvelopedData at any chunking, with keys that the seeds are encrypted to.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::enveloped_data::run(data));
