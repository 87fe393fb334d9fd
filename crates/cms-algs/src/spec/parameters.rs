//! Reading AlgorithmIdentifier parameters.

use cms_core::ber::{Cursor, Element};
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
    Hash::from_oid(&algorithm.oid).ok_or_else(|| CryptoError::unsupported_oid(&algorithm.oid))
}

/// `[number] EXPLICIT AlgorithmIdentifier` of RSASSA-PSS-params and RSAES-OAEP-params.
pub(super) fn explicit_algorithm(
    fields: &mut Cursor<'_>,
    number: u32,
) -> Result<Option<AlgorithmIdentifier>, CryptoError> {
    let malformed = |_| CryptoError::Parameters("malformed");
    let Some(explicit) = fields
        .optional(cms_core::ber::Tag::context(number))
        .map_err(malformed)?
    else {
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
pub(super) fn mgf1(algorithm: &AlgorithmIdentifier) -> Result<Hash, CryptoError> {
    if algorithm.oid != cms_core::oid::MGF1 {
        return Err(CryptoError::Parameters(
            "the mask generation function is not MGF1",
        ));
    }
    let inner = AlgorithmIdentifier::decode(&element(algorithm)?)
        .map_err(|_| CryptoError::Parameters("malformed"))?;
    hash(&inner)
}

/// `MGF1 { hash }`, the hash with NULL parameters as RFC 4055, 2.1 writes it.
pub(super) fn mgf1_identifier(hash: Hash) -> AlgorithmIdentifier {
    let inner = AlgorithmIdentifier::with_null(hash.oid()).to_der();
    AlgorithmIdentifier::with(cms_core::oid::MGF1, inner)
}

/// An identifier with NULL or absent parameters that names one of a family.
pub(super) fn find<T: Copy>(table: &[(ObjectIdentifier, T)], oid: &ObjectIdentifier) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| known == oid)
        .map(|(_, value)| *value)
}
