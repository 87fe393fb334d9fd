//! Ed25519: RFC 8419 and RFC 8410.
//!
//! rfc8419:2.3 and 3.1: parameters MUST be absent; with signed attributes the digest MUST be SHA-512, without them
//! the content itself is the message, and digestAlgorithm names SHA-512 all the same.

use cms_core::provider::{SignatureAlgorithm, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};

use crate::backend::{AWS_FIRST, first};

/// PureEdDSA on edwards25519.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct Ed25519;

impl SignatureAlgorithm for Ed25519 {
    fn recognises(&self, oid: &ObjectIdentifier) -> bool {
        *oid == oid::ED25519
    }

    fn digest_algorithm(
        &self,
        _algorithm: &AlgorithmIdentifier,
        _companion: Option<&AlgorithmIdentifier>,
    ) -> Result<Option<ObjectIdentifier>, CryptoError> {
        Ok(None)
    }

    fn allows_companion(
        &self,
        _algorithm: &AlgorithmIdentifier,
        companion: &AlgorithmIdentifier,
    ) -> bool {
        companion.oid == oid::SHA512
    }

    fn verify(
        &self,
        algorithm: &AlgorithmIdentifier,
        _companion: Option<&AlgorithmIdentifier>,
        key: &SubjectPublicKeyInfo,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        if algorithm.parameters.is_some() || key.algorithm.parameters.is_some() {
            return Err(CryptoError::Parameters("must be absent (RFC 8410, 3)"));
        }
        if key.algorithm.oid != oid::ED25519 {
            return Err(CryptoError::Key("not an Ed25519 key"));
        }
        let SignatureInput::Message(message) = input else {
            return Err(CryptoError::Parameters(
                "Ed25519 signs the message, not its digest",
            ));
        };
        first(AWS_FIRST, |backend| {
            backend.ed25519_verify(&key.key, message, signature)
        })
    }
}
