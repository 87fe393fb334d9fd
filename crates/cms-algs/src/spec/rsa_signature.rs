//! RSA signatures: PKCS #1 v1.5 (RFC 3370, 3.2; RFC 5754, 3.2; with SHA-3 RFC 9688, 3.1) and PSS (RFC 4056; with SHAKE
//! RFC 8702, 3.2.1).
//!
//! Parameters: NULL for v1.5, RSASSA-PSS-params for PSS, absent for its SHAKE forms. Strength: that of the modulus (112
//! bits at 2048, 128 at 3072). RFC 8551, 2.2: v1.5 with SHA-256 MUST-, PSS with SHA-256 SHOULD; RFC 8550, 4.3: keys
//! below 2048 bits are historic.

use alloc::vec::Vec;

use cms_core::ber::{Cursor, Tag, write};
use cms_core::provider::{SignatureAlgorithm, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::parameters;
use crate::backend::{AWS_FIRST, RsaSignaturePadding, first};
use crate::hash::Hash;

/// RSASSA-PKCS1-v1_5: `rsaEncryption` with the SignerInfo's digest, or an identifier that names the hash.
///
/// Parameters MUST be NULL; absent ones are accepted (RFC 5754, 3.2).
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct RsaPkcs1;

/// RSASSA-PSS with any hash, any MGF1 hash and any salt length (RFC 4056, 2.2 and 3).
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct RsaPss;

pub(crate) const PKCS1_HASHES: &[(ObjectIdentifier, Hash)] = &[
    (oid::MD5_WITH_RSA, Hash::Md5),
    (oid::SHA1_WITH_RSA, Hash::Sha1),
    (oid::SHA1_WITH_RSA_OIW, Hash::Sha1),
    (oid::SHA224_WITH_RSA, Hash::Sha224),
    // rfc8551:2.2/3, 2.2/5, rfc8550:4.3/3
    (oid::SHA256_WITH_RSA, Hash::Sha256),
    (oid::SHA384_WITH_RSA, Hash::Sha384),
    (oid::SHA512_WITH_RSA, Hash::Sha512),
    (oid::SHA512_224_WITH_RSA, Hash::Sha512_224),
    (oid::SHA512_256_WITH_RSA, Hash::Sha512_256),
    (oid::SHA3_224_WITH_RSA, Hash::Sha3_224),
    (oid::SHA3_256_WITH_RSA, Hash::Sha3_256),
    (oid::SHA3_384_WITH_RSA, Hash::Sha3_384),
    (oid::SHA3_512_WITH_RSA, Hash::Sha3_512),
];

impl RsaPkcs1 {
    fn hash(
        algorithm: &AlgorithmIdentifier,
        companion: Option<&AlgorithmIdentifier>,
    ) -> Result<Hash, CryptoError> {
        // rfc5754:3.2/2
        parameters::none(algorithm)?;
        if let Some(hash) = parameters::find(PKCS1_HASHES, &algorithm.oid) {
            return Ok(hash);
        }
        let companion = companion.ok_or(CryptoError::Parameters(
            "rsaEncryption names no digest, and none stands beside it",
        ))?;
        parameters::hash(companion)
    }

    /// The identifier to be written for a hash.
    ///
    /// # Errors
    /// SHAKE has none.
    pub fn identifier(hash: Hash) -> Result<AlgorithmIdentifier, CryptoError> {
        PKCS1_HASHES
            .iter()
            .find(|(_, known)| *known == hash)
            // rfc5754:3.2/1
            .map(|(oid, _)| AlgorithmIdentifier::with_null(*oid))
            .ok_or(CryptoError::Parameters(
                "PKCS #1 v1.5 is not defined with this digest",
            ))
    }
}

impl SignatureAlgorithm for RsaPkcs1 {
    fn key_bits(&self, key: &SubjectPublicKeyInfo) -> Option<u32> {
        modulus_bits(key)
    }

    fn recognises(&self, oid: &ObjectIdentifier) -> bool {
        // rfc3370:3.2/4
        *oid == oid::RSA_ENCRYPTION || parameters::find(PKCS1_HASHES, oid).is_some()
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
        // rfc4055:1.2: an id-RSASSA-PSS key "MUST" be used with PSS only.
        if key.algorithm.oid != oid::RSA_ENCRYPTION {
            return Err(CryptoError::Key("not an rsaEncryption key"));
        }
        let hash = Self::hash(algorithm, companion)?;
        verify(key, RsaSignaturePadding::Pkcs1, hash, input, signature)
    }

    /// With NULL (RFC 8551, 2.5.2).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        let current = [Hash::Sha256, Hash::Sha512, Hash::Sha384];
        let others = PKCS1_HASHES.iter().rev().map(|(_, hash)| *hash);
        let mut list: Vec<AlgorithmIdentifier> = Vec::new();
        for hash in current.into_iter().chain(others) {
            if let Ok(identifier) = Self::identifier(hash)
                && !list.contains(&identifier)
            {
                list.push(identifier);
            }
        }
        list
    }
}

/// The size of an RSA key in bits.
fn modulus_bits(key: &SubjectPublicKeyInfo) -> Option<u32> {
    let mut fields = Cursor::single(&key.key, 0).ok()?.children();
    let modulus = fields.expect(Tag::INTEGER).ok()?;
    let mut octets = modulus.contents().iter().skip_while(|octet| **octet == 0);
    let first = octets.next()?;
    let rest = u32::try_from(octets.count()).ok()?;
    rest.checked_mul(8)?.checked_add(8 - first.leading_zeros())
}

/// Historic signers and short keys make signatures whose length differs from the modulus by leading zeros; those
/// are refused, as RFC 8017, 8.2.2 says.
fn verify(
    key: &SubjectPublicKeyInfo,
    padding: RsaSignaturePadding,
    hash: Hash,
    input: SignatureInput<'_>,
    signature: &[u8],
) -> Result<(), CryptoError> {
    first(AWS_FIRST, |backend| {
        // rfc8551:4.3/1, rfc8550:4.3/4
        backend.rsa_verify(&key.key, padding, hash, input, signature)
    })
}

/// RSASSA-PSS with SHAKE, whose parameters are all fixed (RFC 8702, 3.2.1).
const SHAKES: &[(ObjectIdentifier, Hash)] = &[
    (oid::RSASSA_PSS_SHAKE128, Hash::Shake128),
    (oid::RSASSA_PSS_SHAKE256, Hash::Shake256),
];

/// Whether an identifier is one of PSS.
pub(crate) fn is_pss(oid: &ObjectIdentifier) -> bool {
    *oid == oid::RSASSA_PSS || parameters::find(SHAKES, oid).is_some()
}

/// `RSASSA-PSS-params`, RFC 4055, 3.1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct PssParameters {
    pub(crate) hash: Hash,
    pub(crate) mgf: Hash,
    pub(crate) salt_len: usize,
}

impl PssParameters {
    /// What is written: one hash throughout, the salt as long as the hash (RFC 4056, 2.2).
    pub(crate) const fn of(hash: Hash) -> Self {
        Self {
            hash,
            mgf: hash,
            salt_len: hash.output_len(),
        }
    }

    /// ```text
    /// RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0] DEFAULT sha1, maskGenAlgorithm [1] DEFAULT mgf1SHA1,
    ///   saltLength [2] INTEGER DEFAULT 20, trailerField [3] INTEGER DEFAULT 1 }
    /// ```
    pub(crate) fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        if let Some(hash) = parameters::find(SHAKES, &algorithm.oid) {
            // rfc8702:3.2.1: "the parameters field MUST be absent".
            return if algorithm.parameters.is_none() {
                Ok(Self::of(hash))
            } else {
                Err(CryptoError::Parameters("must be absent (RFC 8702, 3.2.1)"))
            };
        }
        let malformed = |_| CryptoError::Parameters("malformed");
        let element = parameters::element(algorithm)?;
        if element.tag() != Tag::SEQUENCE {
            return Err(CryptoError::Parameters("RSASSA-PSS-params is no SEQUENCE"));
        }
        let mut fields = element.children();
        let (hash, mgf) = parameters::hash_and_mgf(&mut fields)?;
        let mut integer = |number: u32, default: u64| {
            let Some(explicit) = fields.optional(Tag::context(number)).map_err(malformed)? else {
                return Ok(default);
            };
            let value = explicit
                .children()
                .expect(Tag::INTEGER)
                .map_err(malformed)?;
            value.u64().map_err(malformed)
        };
        let salt_len = integer(2, 20)?;
        let trailer = integer(3, 1)?;
        fields.finish().map_err(malformed)?;
        // rfc4055:3.1: trailerField "MUST be 1".
        if trailer != 1 {
            return Err(CryptoError::Parameters("trailerField must be 1"));
        }
        let salt_len = usize::try_from(salt_len)
            .ok()
            .filter(|len| *len <= 2048)
            .ok_or(CryptoError::Parameters("saltLength is larger than any key"))?;
        Ok(Self {
            hash,
            mgf,
            salt_len,
        })
    }

    /// The identifier, with the defaults of SHA-1 left out as DER wants it.
    pub(crate) fn identifier(self) -> AlgorithmIdentifier {
        if let Some((oid, _)) = SHAKES.iter().find(|(_, shake)| *shake == self.hash) {
            return AlgorithmIdentifier::new(*oid);
        }
        let mut contents = parameters::write_hash_and_mgf(self.hash, self.mgf);
        if self.salt_len != 20 {
            let len = u64::try_from(self.salt_len).unwrap_or(u64::MAX);
            contents.extend_from_slice(&write::context(2, &write::integer(len)));
        }
        AlgorithmIdentifier::with(oid::RSASSA_PSS, write::sequence(&[&contents]))
    }

    /// What a key with parameters of its own allows: the same hashes, a salt at least as long (RFC 4055, 3.3).
    pub(crate) fn allows(&self, used: &Self) -> bool {
        self.hash == used.hash && self.mgf == used.mgf && used.salt_len >= self.salt_len
    }
}

impl SignatureAlgorithm for RsaPss {
    fn key_bits(&self, key: &SubjectPublicKeyInfo) -> Option<u32> {
        modulus_bits(key)
    }

    fn recognises(&self, oid: &ObjectIdentifier) -> bool {
        is_pss(oid)
    }

    fn digest_algorithm(
        &self,
        algorithm: &AlgorithmIdentifier,
        _companion: Option<&AlgorithmIdentifier>,
    ) -> Result<Option<ObjectIdentifier>, CryptoError> {
        PssParameters::decode(algorithm).map(|parameters| Some(parameters.hash.oid()))
    }

    fn verify(
        &self,
        algorithm: &AlgorithmIdentifier,
        _companion: Option<&AlgorithmIdentifier>,
        key: &SubjectPublicKeyInfo,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let used = PssParameters::decode(algorithm)?;
        match key.algorithm.oid {
            oid::RSA_ENCRYPTION => {}
            // rfc8702:4.1: such a key is used with its own SHAKE alone.
            oid::RSASSA_PSS_SHAKE128 | oid::RSASSA_PSS_SHAKE256
                if key.algorithm.oid == algorithm.oid => {}
            oid::RSASSA_PSS => {
                let restricted = key.algorithm.parameters.is_some();
                if restricted && !PssParameters::decode(&key.algorithm)?.allows(&used) {
                    return Err(CryptoError::Parameters(
                        "the key's own parameters do not allow these",
                    ));
                }
            }
            _ => return Err(CryptoError::Key("not an RSA key")),
        }
        let padding = RsaSignaturePadding::Pss {
            mgf: used.mgf,
            salt_len: used.salt_len,
        };
        verify(key, padding, used.hash, input, signature)
    }

    /// With the parameters that are written (RFC 4056, 5), and the SHAKE forms without any (RFC 8702, 3.2.1).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        let hashes = [
            Hash::Sha256,
            Hash::Sha512,
            Hash::Sha384,
            Hash::Sha224,
            Hash::Shake128,
            Hash::Shake256,
            Hash::Sha1,
        ];
        hashes
            .map(|hash| PssParameters::of(hash).identifier())
            .to_vec()
    }
}
