//! A certificate: every extension, what lint finds, and the path that it makes with itself and with an issuer of the
//! same key; or an attribute certificate.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::certificate::run(data));
