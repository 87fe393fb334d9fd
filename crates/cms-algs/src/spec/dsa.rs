//! DSA, to be read only: RFC 3370, section 3.1, and RFC 5754, section 3.1.
//!
//! * Identifiers: 1.2.840.10040.4.3 (SHA-1), 2.16.840.1.101.3.4.3.{1,2} (SHA-224, SHA-256), 1.2.840.10040.4.1 (the
//!   key's).
//! * Parameters: absent; NULL is read. Those of a key may be inherited (RFC 3279, 2.3.2).
//! * Strength: that of p, and half of q's bits. RFC 8551, Appendix B: historic.
//! * Test vectors: RFC 4134, Wycheproof (`dsa_2048`).

use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::provider::{SignatureAlgorithm, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::parameters;
use crate::backend::rust_crypto::digested;
use crate::backend::rust_crypto::dsa::{self, DsaKey};
use crate::backend::{Answer, refused};
use crate::hash::Hash;

/// DSA with SHA-1, SHA-224 or SHA-256, or as `id-dsa` with the SignerInfo's digest.
///
/// Parameters MUST be absent (RFC 3370, 3.1; RFC 5754, 3.1); NULL is accepted. A key whose certificate leaves out the
/// domain parameters has to be given those of its issuer (RFC 3279, 2.3.2).
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct Dsa;

pub(crate) const HASHES: &[(ObjectIdentifier, Hash)] = &[
    (oid::DSA_WITH_SHA1, Hash::Sha1),
    (oid::DSA_WITH_SHA224, Hash::Sha224),
    (oid::DSA_WITH_SHA256, Hash::Sha256),
];

impl SignatureAlgorithm for Dsa {
    fn recognises(&self, oid: &ObjectIdentifier) -> bool {
        // Some old senders name the key's algorithm; the digest then stands beside it.
        *oid == oid::DSA || parameters::find(HASHES, oid).is_some()
    }

    fn digest_algorithm(
        &self,
        algorithm: &AlgorithmIdentifier,
        companion: Option<&AlgorithmIdentifier>,
    ) -> Result<Option<ObjectIdentifier>, CryptoError> {
        hash(algorithm, companion).map(|hash| Some(hash.oid()))
    }

    fn key_bits(&self, key: &SubjectPublicKeyInfo) -> Option<u32> {
        let domain = parameters::element(&key.algorithm).ok()?;
        let p = integer(&domain.children().expect(Tag::INTEGER).ok()?)?;
        let rest = u32::try_from(p.get(1..)?.len()).ok()?;
        rest.checked_mul(8)?
            .checked_add(8 - p.first()?.leading_zeros())
    }

    fn verify(
        &self,
        algorithm: &AlgorithmIdentifier,
        companion: Option<&AlgorithmIdentifier>,
        key: &SubjectPublicKeyInfo,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        if key.algorithm.oid != oid::DSA {
            return Err(CryptoError::Key("not a DSA key"));
        }
        let hash = hash(algorithm, companion)?;
        let malformed = CryptoError::Key("malformed DSA key");
        let y = Cursor::single(&key.key, 0).map_err(|_| malformed.clone())?;
        let domain = parameters::element(&key.algorithm)
            .map_err(|_| CryptoError::Key("DSA key without domain parameters"))?;
        let key = public_key(&domain, &y).ok_or(malformed)?;
        let verify = || -> Answer<()> { dsa::verify(&key, &digested(hash, input)?, signature) };
        verify().map_err(refused)
    }

    /// Without parameters (RFC 3370, 3.1; RFC 5754, 3.1).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        let oids = HASHES.iter().rev();
        oids.map(|(oid, _)| AlgorithmIdentifier::new(*oid))
            .collect()
    }
}

fn hash(
    algorithm: &AlgorithmIdentifier,
    companion: Option<&AlgorithmIdentifier>,
) -> Result<Hash, CryptoError> {
    parameters::none(algorithm)?;
    if let Some(hash) = parameters::find(HASHES, &algorithm.oid) {
        return Ok(hash);
    }
    let companion = companion.ok_or(CryptoError::Parameters("the digest is not named"))?;
    parameters::hash(companion)
}

/// ```text
/// Dss-Parms ::= SEQUENCE { p INTEGER, q INTEGER, g INTEGER }
/// DSAPublicKey ::= INTEGER -- y
/// ```
fn public_key<'a>(domain: &Element<'a>, y: &Element<'a>) -> Option<DsaKey<'a>> {
    if domain.tag() != Tag::SEQUENCE || y.tag() != Tag::INTEGER {
        return None;
    }
    // rfc3370:3.1/2
    let mut fields = domain.children();
    let mut next = || integer(&fields.expect(Tag::INTEGER).ok()?);
    let (p, q, g) = (next()?, next()?, next()?);
    fields.finish().ok()?;
    Some(DsaKey {
        p,
        q,
        g,
        // rfc3370:3.1/3
        y: integer(y)?,
    })
}

/// The octets of a positive INTEGER without leading zeros.
fn integer<'a>(element: &Element<'a>) -> Option<&'a [u8]> {
    let contents = element.contents();
    if element.header().constructed || contents.first()? & 0x80 != 0 {
        return None;
    }
    let zeros = contents.iter().take_while(|octet| **octet == 0).count();
    contents.get(zeros..).filter(|octets| !octets.is_empty())
}
