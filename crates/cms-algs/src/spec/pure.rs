//! What the signature algorithms over whole messages have in common.
//!
//! Parameters are absent, in the signature's identifier and in the key's, and both have the same OID. The signature is
//! made over the message itself: over the DER encoding of signedAttrs, or over the content without them
//! (RFC 5652, 5.4). The digest algorithm beside it serves the messageDigest attribute alone.

use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::provider::{SignatureAlgorithm, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::{eddsa, hss_lms, ml_dsa, parameters, slh_dsa};
use crate::backend::{AWS_FIRST, PureScheme, first};
use crate::hash::Hash;

/// A signature algorithm that takes the message itself.
#[derive(Debug)]
pub struct PureSignature {
    pub(super) oid: ObjectIdentifier,
    pub(crate) scheme: PureScheme,
    /// The digests that may stand beside it, the one to be written first.
    pub(super) digests: &'static [Hash],
    /// Octets of a signature, where they all have one length.
    pub(crate) signature_len: Option<usize>,
    /// Where its rules stand, for errors.
    pub(super) source: &'static str,
}

/// All of them.
pub(crate) const ALL: &[&PureSignature] = &[
    &eddsa::ED25519,
    &eddsa::ED448,
    &ml_dsa::ML_DSA_44,
    &ml_dsa::ML_DSA_65,
    &ml_dsa::ML_DSA_87,
    &slh_dsa::SLH_DSA_SHA2_128S,
    &slh_dsa::SLH_DSA_SHA2_128F,
    &slh_dsa::SLH_DSA_SHA2_192S,
    &slh_dsa::SLH_DSA_SHA2_192F,
    &slh_dsa::SLH_DSA_SHA2_256S,
    &slh_dsa::SLH_DSA_SHA2_256F,
    &slh_dsa::SLH_DSA_SHAKE_128S,
    &slh_dsa::SLH_DSA_SHAKE_128F,
    &slh_dsa::SLH_DSA_SHAKE_192S,
    &slh_dsa::SLH_DSA_SHAKE_192F,
    &slh_dsa::SLH_DSA_SHAKE_256S,
    &slh_dsa::SLH_DSA_SHAKE_256F,
    &hss_lms::HSS_LMS,
];

/// The algorithm of a key's identifier.
pub(crate) fn by_oid(oid: &ObjectIdentifier) -> Option<&'static PureSignature> {
    ALL.iter().copied().find(|pure| pure.oid == *oid)
}

/// The algorithm of a scheme.
pub(crate) fn of(scheme: PureScheme) -> Option<&'static PureSignature> {
    ALL.iter().copied().find(|pure| pure.scheme == scheme)
}

impl PureSignature {
    /// The identifier of the signature, and of the key.
    #[must_use]
    pub fn identifier(&self) -> AlgorithmIdentifier {
        AlgorithmIdentifier::new(self.oid)
    }

    /// The identifier of the digest to be written beside it.
    ///
    /// # Errors
    /// Digests that the RFC does not allow.
    pub(crate) fn digest_identifier(
        &self,
        chosen: Option<Hash>,
    ) -> Result<AlgorithmIdentifier, CryptoError> {
        // rfc8419:3.1: with Ed448 "the digestAlgorithm MUST be id-shake256-len", with 512. Who wants RFC 8702's
        // identifier, which some peers alone know, chooses SHAKE256.
        if chosen.is_none() && self.scheme == PureScheme::Ed448 {
            return Ok(AlgorithmIdentifier::with(
                oid::SHAKE256_LEN,
                write::integer(512),
            ));
        }
        let natural = self.digests.first().copied().unwrap_or(Hash::Sha512);
        let hash = chosen.unwrap_or(natural);
        if !self.digests.contains(&hash) {
            return Err(CryptoError::Parameters(
                "this digest must not stand beside the signature algorithm",
            ));
        }
        Ok(AlgorithmIdentifier::new(hash.oid()))
    }
}

impl SignatureAlgorithm for PureSignature {
    fn recognises(&self, oid: &ObjectIdentifier) -> bool {
        *oid == self.oid
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
        // rfc8419:2.3: Ed448 goes with id-shake256-len of 512 bits, which is SHAKE256 by another name.
        if companion.oid == oid::SHAKE256_LEN {
            let len = parameters::element(companion).and_then(|len| {
                len.u64()
                    .map_err(|_| CryptoError::Parameters("malformed length"))
            });
            return self.digests.contains(&Hash::Shake256) && len == Ok(512);
        }
        parameters::hash(companion).is_ok_and(|hash| self.digests.contains(&hash))
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
            return Err(CryptoError::Parameters(self.source));
        }
        if key.algorithm.oid != self.oid {
            return Err(CryptoError::Key("the key is for another algorithm"));
        }
        let SignatureInput::Message(message) = input else {
            return Err(CryptoError::Parameters(
                "this algorithm signs the message, not its digest",
            ));
        };
        let key = match self.scheme {
            PureScheme::HssLms => hss_lms::unwrapped(&key.key),
            _ => &key.key,
        };
        first(AWS_FIRST, |backend| {
            backend.pure_verify(self.scheme, key, message, signature)
        })
    }

    /// Without parameters (RFC 8419, 4; RFC 9882, 3).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        alloc::vec![self.identifier()]
    }
}
