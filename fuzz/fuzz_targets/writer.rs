//! Whatever is written is read again with the same content, and, where it is DER, crate `cms` writes the same of what
//! it reads.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::writer::run(data));
