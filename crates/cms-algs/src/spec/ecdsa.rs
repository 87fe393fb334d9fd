//! ECDSA: RFC 5753, section 2, with SHA-2 RFC 5754, section 3.3, with SHA-3 RFC 9688, section 3.2, with SHAKE RFC 8702,
//! section 3.2.2.
//!
//! Curves: P-224, P-256, P-384, P-521 (RFC 5480), Brainpool P256r1 and P384r1 (RFC 5639), secp256k1 (read). Strength:
//! half of the curve's bits. RFC 8551, 2.2: P-256 with SHA-256 MUST.

use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::provider::{SignatureAlgorithm, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::parameters;
use crate::backend::rust_crypto::ec;
use crate::backend::{AWS_FIRST, Curve, first};
use crate::hash::Hash;

/// ECDSA with SHA-1 (read) or SHA-2. Parameters MUST be absent (RFC 5754, 3.3); NULL is accepted, since old senders
/// write it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct Ecdsa;

pub(crate) const HASHES: &[(ObjectIdentifier, Hash)] = &[
    (oid::ECDSA_WITH_SHA1, Hash::Sha1),
    (oid::ECDSA_WITH_SHA224, Hash::Sha224),
    // rfc8551:2.2/1, 2.2/4, rfc8550:4.3/1
    (oid::ECDSA_WITH_SHA256, Hash::Sha256),
    (oid::ECDSA_WITH_SHA384, Hash::Sha384),
    (oid::ECDSA_WITH_SHA512, Hash::Sha512),
    (oid::ECDSA_WITH_SHA3_224, Hash::Sha3_224),
    (oid::ECDSA_WITH_SHA3_256, Hash::Sha3_256),
    (oid::ECDSA_WITH_SHA3_384, Hash::Sha3_384),
    (oid::ECDSA_WITH_SHA3_512, Hash::Sha3_512),
    (oid::ECDSA_WITH_SHAKE128, Hash::Shake128),
    (oid::ECDSA_WITH_SHAKE256, Hash::Shake256),
];

impl Ecdsa {
    /// The identifier to be written for a hash.
    ///
    /// # Errors
    /// MD5 has none.
    pub fn identifier(hash: Hash) -> Result<AlgorithmIdentifier, CryptoError> {
        HASHES
            .iter()
            .find(|(_, known)| *known == hash)
            // rfc5754:3.3/1
            .map(|(oid, _)| AlgorithmIdentifier::new(*oid))
            .ok_or(CryptoError::Parameters(
                "ECDSA is not defined with this digest",
            ))
    }
}

impl SignatureAlgorithm for Ecdsa {
    fn recognises(&self, oid: &ObjectIdentifier) -> bool {
        // Some senders name the key's algorithm; the digest then stands beside it (RFC 5753, 2.1.1 has it so for keys
        // only).
        *oid == oid::EC_PUBLIC_KEY || parameters::find(HASHES, oid).is_some()
    }

    fn digest_algorithm(
        &self,
        algorithm: &AlgorithmIdentifier,
        companion: Option<&AlgorithmIdentifier>,
    ) -> Result<Option<ObjectIdentifier>, CryptoError> {
        Self::hash(algorithm, companion).map(|hash| Some(hash.oid()))
    }

    fn verify(
        &self,
        algorithm: &AlgorithmIdentifier,
        companion: Option<&AlgorithmIdentifier>,
        key: &SubjectPublicKeyInfo,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let hash = Self::hash(algorithm, companion)?;
        let (curve, point) = public_key(key)?;
        first(AWS_FIRST, |backend| {
            backend.ecdsa_verify(curve, &point, hash, input, signature)
        })
    }

    /// Without parameters, but NULL with SHA-1 (RFC 5753, 6).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        let current = HASHES.iter().skip(2).chain(HASHES.iter().take(2));
        current
            .map(|(oid, hash)| match hash {
                Hash::Sha1 => AlgorithmIdentifier::with_null(*oid),
                _ => AlgorithmIdentifier::new(*oid),
            })
            .collect()
    }
}

impl Ecdsa {
    fn hash(
        algorithm: &AlgorithmIdentifier,
        companion: Option<&AlgorithmIdentifier>,
    ) -> Result<Hash, CryptoError> {
        if let Some(hash) = parameters::find(HASHES, &algorithm.oid) {
            parameters::none(algorithm)?;
            return Ok(hash);
        }
        let companion = companion.ok_or(CryptoError::Parameters("the digest is not named"))?;
        parameters::hash(companion)
    }
}

const CURVES: &[(ObjectIdentifier, Curve)] = &[
    (oid::P256, Curve::P256),
    (oid::P384, Curve::P384),
    (oid::P521, Curve::P521),
    (oid::P224, Curve::P224),
    (oid::SECP256K1, Curve::Secp256k1),
    (oid::BRAINPOOL_P256R1, Curve::BrainpoolP256r1),
    (oid::BRAINPOOL_P384R1, Curve::BrainpoolP384r1),
];

/// The digest as strong as a curve (RFC 5753, 7; RFC 5480, 4).
pub(crate) const fn natural_hash(curve: Curve) -> Hash {
    match curve {
        Curve::P224 => Hash::Sha224,
        Curve::P256 | Curve::Secp256k1 | Curve::BrainpoolP256r1 => Hash::Sha256,
        Curve::P384 | Curve::BrainpoolP384r1 => Hash::Sha384,
        Curve::P521 => Hash::Sha512,
    }
}

/// The identifier of keys on a named curve (RFC 5480, 2.1.1).
pub(crate) fn key_identifier(curve: Curve) -> AlgorithmIdentifier {
    let named = CURVES.iter().find(|(_, known)| *known == curve);
    AlgorithmIdentifier {
        oid: oid::EC_PUBLIC_KEY,
        parameters: named.map(|(oid, _)| write::oid(oid)),
    }
}

/// The curve of a key's named parameters (RFC 5480, 2.1.1: namedCurve MUST be used).
pub(crate) fn curve(algorithm: &AlgorithmIdentifier) -> Result<Curve, CryptoError> {
    if algorithm.oid != oid::EC_PUBLIC_KEY {
        return Err(CryptoError::Key("not an elliptic curve key"));
    }
    let named = parameters::element(algorithm)?
        .oid()
        .map_err(|_| CryptoError::Key("elliptic curve parameters that are no named curve"))?;
    parameters::find(CURVES, &named).ok_or_else(|| match named {
        oid::BRAINPOOL_P512R1 => {
            CryptoError::Unsupported("brainpool-p512r1: not supported, RFC 5639".into())
        }
        _ => CryptoError::unsupported_oid(&named),
    })
}

/// The curve and the uncompressed point of a public key; the point is on the curve.
pub(crate) fn public_key(key: &SubjectPublicKeyInfo) -> Result<(Curve, Vec<u8>), CryptoError> {
    let curve = curve(&key.algorithm)?;
    // An uncompressed point is checked by the backend that uses it. rfc5753:7.1.1: hybrid ones are not accepted.
    if key.key.first() == Some(&4) && key.key.len() == 1 + 2 * curve.field_len() {
        return Ok((curve, key.key.clone()));
    }
    let point = match key.key.first() {
        Some(2 | 3) => ec::uncompressed(curve, &key.key).ok(),
        _ => None,
    };
    point
        .map(|point| (curve, point))
        .ok_or(CryptoError::Key("point is not on the curve"))
}
