//! A CRL or OCSP response, as it is, and as what is known about Alice's certificate.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::status::run(data));
