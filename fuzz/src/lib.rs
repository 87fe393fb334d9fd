//! What the targets share: the keys of testkit, limits that keep one run short, chunkings.

pub mod mutation;
pub mod targets;

use cms_algs::spec::Pbkdf2;
use cms_algs::{PROVIDER, PrivateKey};
use cms_core::ber::write;
use cms_core::key::{Identity, KeyRing, SecretKey};
use cms_core::provider::{CryptoProvider, KeyDerivationAlgorithm, Random};
use cms_core::types::{AlgorithmIdentifier, Certificate, KekIdentifier};
use cms_core::{CryptoError, Limits, ObjectIdentifier, oid};
use zeroize::Zeroizing;

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
    limits.inflated = 4 << 20;
    limits.layers = 8;
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

/// The key of the EncryptedData examples of RFC 4134, 7.1 and 7.2.
pub const EXAMPLE_KEY: [u8; 24] = [
    0x73, 0x7c, 0x79, 0x1f, 0x25, 0xea, 0xd0, 0xe0, 0x46, 0x29, 0x25, 0x43, 0x52, 0xf7, 0xdc, 0x62,
    0x91, 0xe5, 0xcb, 0x26, 0x91, 0x7a, 0xda, 0x32,
];

/// The password of GnuPG's samples.
pub const PASSWORD: &str = "abc";

/// The identifier and octets of a key-encryption key.
#[must_use]
pub fn key_encryption_key() -> (KekIdentifier, SecretKey) {
    let id = KekIdentifier::new(b"fuzz".to_vec());
    (id, SecretKey::new(vec![0x42; 16]))
}

/// Every kind of key: those of testkit, a password, a key-encryption key, and the key of EncryptedData.
#[must_use]
#[expect(clippy::ptr_arg, reason = "a key store is sized")]
pub fn key_ring(identities: &Vec<Identity<PrivateKey>>) -> KeyRing<'_> {
    let (id, key) = key_encryption_key();
    KeyRing::new()
        .with_store(identities)
        .with_password(SecretKey::new(PASSWORD.into()))
        .with_key_encryption_key(id, key)
        .with_content_encryption_key(SecretKey::new(EXAMPLE_KEY.to_vec()))
}

/// PBKDF2 with a single iteration, so that a run of the fuzzer is not spent on it.
#[derive(Debug)]
struct OneIteration;

impl KeyDerivationAlgorithm for OneIteration {
    fn oid(&self) -> ObjectIdentifier {
        oid::PBKDF2
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        let mut salt = [0; 8];
        random.fill(&mut salt)?;
        let prf = AlgorithmIdentifier::with_null(oid::HMAC_SHA256).to_der();
        let parameters = write::sequence(&[&write::octet_string(&salt), &write::integer(1), &prf]);
        Ok(AlgorithmIdentifier::with(oid::PBKDF2, parameters))
    }

    fn iterations(&self, algorithm: &AlgorithmIdentifier) -> Result<u64, CryptoError> {
        Pbkdf2.iterations(algorithm)
    }

    fn derive(
        &self,
        algorithm: &AlgorithmIdentifier,
        secret: &[u8],
        len: usize,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        Pbkdf2.derive(algorithm, secret, len)
    }
}

/// The provider with [`OneIteration`] for writing.
pub const QUICK: CryptoProvider = CryptoProvider {
    key_derivations: &[&OneIteration],
    ..PROVIDER
};
