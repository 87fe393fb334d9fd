//! A message from a directory, and what its entry holds; and the data of an SMIMEA record.

use cms_algs::PROVIDER;
use cms_core::Limits;
use smime_cert::directory::{Answer, decode, message_len};
use smime_cert::smimea::{Association, owner_name};

/// Reads an input.
pub fn run(data: &[u8]) {
    if let Ok((_, answer)) = decode(data) {
        // What can be read is a whole message, unless its length is indefinite.
        if let Ok(Some(len)) = message_len(data) {
            assert_eq!(usize::try_from(len), Ok(data.len()));
        }
        if let Answer::Entry(entry) = answer {
            let _ = entry.certificates(&PROVIDER, &Limits::DEFAULT);
        }
    }
    if let Ok(association) = Association::decode(data)
        && let Ok(Some(certificate)) = association.certificate()
    {
        assert!(association.matches(&certificate, &PROVIDER));
    }
    if let Ok(address) = std::str::from_utf8(data)
        && let Ok(name) = owner_name(address, &PROVIDER)
    {
        assert!(name.is_ascii() && name.len() <= 253);
    }
}
