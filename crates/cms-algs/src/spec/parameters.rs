//! Reading AlgorithmIdentifier parameters.

use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag, write};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier};

use crate::hash::Hash;

/// The parameters as one element.
pub(super) fn element(algorithm: &AlgorithmIdentifier) -> Result<Element<'_>, CryptoError> {
    let octets = algorithm
        .parameters
        .as_deref()
        .ok_or(CryptoError::Parameters("required but absent"))?;
    Cursor::single(octets, 0).map_err(|_| CryptoError::Parameters("malformed"))
}

/// `SEQUENCE { nonce OCTET STRING, length INTEGER DEFAULT 12 }` of GCM, GMAC (RFC 5084, 3.2; RFC 9044, 3) and CCM
/// (RFC 5084, 3.1), whose bounds differ.
pub(super) fn nonce_and_length(
    algorithm: &AlgorithmIdentifier,
    malformed: &'static str,
) -> Result<(Vec<u8>, u64), CryptoError> {
    let malformed = |_| CryptoError::Parameters(malformed);
    let mut outer = Cursor::new(element(algorithm)?.raw(), 0);
    let mut fields = outer.expect(Tag::SEQUENCE).map_err(malformed)?.children();
    let nonce = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
    let nonce = nonce.octets().map_err(malformed)?.into_owned();
    let length = match fields.optional(Tag::INTEGER).map_err(malformed)? {
        Some(length) => length.u64().map_err(malformed)?,
        None => 12,
    };
    fields.finish().map_err(malformed)?;
    Ok((nonce, length))
}

/// Parameters must be absent or NULL.
pub(super) fn none(algorithm: &AlgorithmIdentifier) -> Result<(), CryptoError> {
    if algorithm.has_no_parameters() {
        Ok(())
    } else {
        Err(CryptoError::Parameters("must be absent or NULL"))
    }
}

/// A hash algorithm without parameters of its own (RFC 5754, 2: absent or NULL).
pub(super) fn hash(algorithm: &AlgorithmIdentifier) -> Result<Hash, CryptoError> {
    none(algorithm)?;
    // rfc3370:2.1/3, 2.1/4, rfc5754:2/1, 2/2
    Hash::from_oid(&algorithm.oid).ok_or_else(|| CryptoError::unsupported_oid(&algorithm.oid))
}

/// `[number] EXPLICIT AlgorithmIdentifier` of RSASSA-PSS-params and RSAES-OAEP-params.
pub(super) fn explicit_algorithm(
    fields: &mut Cursor<'_>,
    number: u32,
) -> Result<Option<AlgorithmIdentifier>, CryptoError> {
    let malformed = |_| CryptoError::Parameters("malformed");
    let Some(explicit) = fields.optional(Tag::context(number)).map_err(malformed)? else {
        return Ok(None);
    };
    let mut inner = explicit.children();
    let element = inner.element().map_err(malformed)?;
    inner.finish().map_err(malformed)?;
    AlgorithmIdentifier::decode(&element)
        .map(Some)
        .map_err(malformed)
}

/// MGF1 with its hash (RFC 8017, A.2.1).
fn mgf1(algorithm: &AlgorithmIdentifier) -> Result<Hash, CryptoError> {
    if algorithm.oid != cms_core::oid::MGF1 {
        return Err(CryptoError::Parameters(
            "the mask generation function is not MGF1",
        ));
    }
    let inner = AlgorithmIdentifier::decode(&element(algorithm)?)
        .map_err(|_| CryptoError::Parameters("malformed"))?;
    let hash = hash(&inner)?;
    // rfc8702:3.2.1: a SHAKE takes the place of MGF1.
    if hash.is_xof() {
        return Err(CryptoError::Parameters("MGF1 is not defined with SHAKE"));
    }
    Ok(hash)
}

/// `MGF1 { hash }`, the hash with NULL parameters as RFC 4055, 2.1 writes it.
fn mgf1_identifier(hash: Hash) -> AlgorithmIdentifier {
    let inner = AlgorithmIdentifier::with_null(hash.oid()).to_der();
    AlgorithmIdentifier::with(cms_core::oid::MGF1, inner)
}

/// The first two fields of RSASSA-PSS-params and RSAES-OAEP-params (RFC 4055, 3.1 and 4.1): a hash and the hash of
/// MGF1, both SHA-1 when absent.
pub(super) fn hash_and_mgf(fields: &mut Cursor<'_>) -> Result<(Hash, Hash), CryptoError> {
    let hash = match explicit_algorithm(fields, 0)? {
        Some(algorithm) => hash(&algorithm)?,
        None => Hash::Sha1,
    };
    let mgf = match explicit_algorithm(fields, 1)? {
        Some(algorithm) => mgf1(&algorithm)?,
        None => Hash::Sha1,
    };
    Ok((hash, mgf))
}

/// The same fields written, the defaults of SHA-1 left out as DER wants it.
pub(super) fn write_hash_and_mgf(hash: Hash, mgf: Hash) -> Vec<u8> {
    let mut contents = Vec::new();
    if hash != Hash::Sha1 {
        let hash = AlgorithmIdentifier::with_null(hash.oid()).to_der();
        contents.extend_from_slice(&write::context(0, &hash));
    }
    if mgf != Hash::Sha1 {
        contents.extend_from_slice(&write::context(1, &mgf1_identifier(mgf).to_der()));
    }
    contents
}

/// An identifier with NULL or absent parameters that names one of a family.
pub(super) fn find<T: Copy>(table: &[(ObjectIdentifier, T)], oid: &ObjectIdentifier) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| known == oid)
        .map(|(_, value)| *value)
}
