//! Valid messages, changed as trees and below ASN.1: whatever was done to a message, content that is called good is the
//! content that went in.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::targets::mutated::run(data));
