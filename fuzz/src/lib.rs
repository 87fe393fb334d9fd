//! What the targets share: the keys of testkit, limits that keep one run short, chunkings.

use cms_algs::PrivateKey;
use cms_core::Limits;
use cms_core::key::Identity;
use cms_core::types::Certificate;

/// Alice (RSA-2048), Bob (P-256) and Carol (P-384).
#[must_use]
pub fn identities() -> Vec<Identity<PrivateKey>> {
    testkit::keys::ALL
        .iter()
        .filter_map(|identity| {
            Some(Identity {
                certificate: Certificate::from_der(identity.certificate).ok()?,
                key: PrivateKey::from_pkcs8(identity.key).ok()?,
            })
        })
        .collect()
}

/// Limits that an input of some kilobytes can reach.
#[must_use]
pub fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.element = 1 << 20;
    limits.captured = 4 << 20;
    limits.elements = 1_000;
    limits.held = 1 << 20;
    limits.signatures = 16;
    limits.recipient_attempts = 4;
    limits.kdf_iterations = 1_000;
    limits
}

/// The first octet chooses the chunking of the rest: whole, or 1 to 255 octets at a time.
#[must_use]
pub fn chunks(data: &[u8]) -> Vec<&[u8]> {
    match data.split_first() {
        None => Vec::new(),
        Some((0, rest)) => vec![rest],
        Some((size, rest)) => rest.chunks(usize::from(*size)).collect(),
    }
}
