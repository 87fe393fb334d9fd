//! Keys, bags and requests out of any file.
#![no_main]

use cms_algs::PROVIDER;
use cms_core::types::Time;
use libfuzzer_sys::fuzz_target;
use smime_cert::container::{load, pem};
use smime_cert::make::{CertificateBuilder, Profile};

fuzz_target!(|data: &[u8]| {
    let password = || Some(fuzz::PASSWORD.to_owned().into());
    let _ = load(data, &password, &PROVIDER, &fuzz::limits());
    let _ = pem::parse_all(data);
    let at = Time::from_unix(0);
    let _ = CertificateBuilder::from_request(data, Profile::Mailbox, at, 1, &PROVIDER);
});
