//! Keys, bags and requests out of any file.

use cms_algs::PROVIDER;
use cms_core::types::Time;
use smime_cert::container::{load, pem};
use smime_cert::make::{CertificateBuilder, Profile};

/// Reads an input.
pub fn run(data: &[u8]) {
    let password = || Some(crate::PASSWORD.to_owned().into());
    let _ = load(data, &password, &PROVIDER, &crate::limits());
    let _ = pem::parse_all(data);
    let at = Time::from_unix(0);
    let _ = CertificateBuilder::from_request(data, Profile::Mailbox, at, 1, &PROVIDER);
}
