//! AlgorithmIdentifier with its parameters kept as octets.

use alloc::string::String;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::{Cursor, Element, Tag, to_der, write};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::oid;

/// An algorithm and its parameters, [RFC 5652, section 10.1].
///
/// ```text
/// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY DEFINED BY algorithm OPTIONAL }
/// ```
///
/// [RFC 5652, section 10.1]: https://www.rfc-editor.org/rfc/rfc5652#section-10.1
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct AlgorithmIdentifier {
    /// The algorithm.
    pub oid: ObjectIdentifier,
    /// The encoding of the parameters, whole; `None` when absent.
    pub parameters: Option<Vec<u8>>,
}

impl AlgorithmIdentifier {
    /// An identifier without parameters.
    #[must_use]
    pub const fn new(oid: ObjectIdentifier) -> Self {
        Self {
            oid,
            parameters: None,
        }
    }

    /// An identifier with NULL parameters.
    #[must_use]
    pub fn with_null(oid: ObjectIdentifier) -> Self {
        Self::with(oid, write::NULL.to_vec())
    }

    /// An identifier with the given parameters (a whole encoding).
    #[must_use]
    pub const fn with(oid: ObjectIdentifier, parameters: Vec<u8>) -> Self {
        Self {
            oid,
            parameters: Some(parameters),
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// Anything but a SEQUENCE (or an implicitly tagged one) of an identifier and at most one parameter.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let decode = || {
            let mut fields = element.children();
            let oid = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            let parameters = if fields.is_empty() {
                None
            } else {
                Some(fields.element()?.raw().to_vec())
            };
            fields.finish()?;
            Ok(Self { oid, parameters })
        };
        if !element.header().constructed {
            let kind = DecodeErrorKind::UnexpectedTag {
                expected: Tag::SEQUENCE,
                found: element.tag(),
            };
            return Err(DecodeError::new(kind, element.offset()));
        }
        decode()
    }

    /// Reads one from the octets of a SEQUENCE.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(&Cursor::single(octets, 0)?)
    }

    /// The DER encoding; parameters as they are.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        write::sequence(&[
            &write::oid(&self.oid),
            self.parameters.as_deref().unwrap_or_default(),
        ])
    }

    /// The contents octets of the encoding, for implicit tags.
    #[must_use]
    pub fn to_der_contents(&self) -> Vec<u8> {
        let mut contents = write::oid(&self.oid);
        contents.extend_from_slice(self.parameters.as_deref().unwrap_or_default());
        contents
    }

    /// Whether the parameters are absent or NULL.
    #[must_use]
    pub fn has_no_parameters(&self) -> bool {
        self.parameters
            .as_ref()
            .is_none_or(|parameters| is_null(parameters))
    }

    /// Whether two identifiers say the same: absent parameters and NULL are equal, and so are parameters of RSASSA-PSS
    /// that are left out and those that spell out the default (RFC 6211, 3; RFC 4055, 3.1).
    #[must_use]
    pub fn is_equivalent(&self, other: &Self) -> bool {
        if self.oid != other.oid {
            return false;
        }
        if self.has_no_parameters() && other.has_no_parameters() {
            return true;
        }
        if self.oid == oid::RSASSA_PSS {
            return pss_fields(self).is_some_and(|fields| Some(fields) == pss_fields(other));
        }
        let der = |one: &Self| {
            let parameters = one.parameters.as_deref()?;
            to_der(&Cursor::single(parameters, 0).ok()?).ok()
        };
        self.parameters == other.parameters
            || der(self).is_some_and(|octets| Some(octets) == der(other))
    }

    /// The algorithm's name in reports, else its OID in dots.
    #[must_use]
    pub fn name(&self) -> String {
        oid::display(&self.oid)
    }
}

/// NULL, whose length may have any form of BER: a message may have been encoded anew (RFC 5652, 5.4).
fn is_null(parameters: &[u8]) -> bool {
    parameters == write::NULL
        || Cursor::single(parameters, 0)
            .and_then(|element| to_der(&element))
            .is_ok_and(|octets| octets == write::NULL)
}

/// hashAlgorithm, the hash within maskGenAlgorithm, saltLength and trailerField of RSASSA-PSS-params, defaults filled
/// in.
///
/// ```text
/// RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0] HashAlgorithm DEFAULT sha1Identifier,
///   maskGenAlgorithm [1] MaskGenAlgorithm DEFAULT mgf1SHA1Identifier,
///   saltLength [2] INTEGER DEFAULT 20, trailerField [3] INTEGER DEFAULT 1 }
/// ```
fn pss_fields(
    algorithm: &AlgorithmIdentifier,
) -> Option<(
    ObjectIdentifier,
    ObjectIdentifier,
    ObjectIdentifier,
    u64,
    u64,
)> {
    let element = Cursor::single(algorithm.parameters.as_deref()?, 0).ok()?;
    let mut fields = element.children();
    let mut field = |number| fields.optional(Tag::context(number)).ok();
    let inner = |element: &Element<'_>| {
        let inner = element.children().expect(Tag::SEQUENCE).ok()?;
        AlgorithmIdentifier::decode(&inner).ok()
    };
    let number = |element: &Element<'_>| {
        let inner = element.children().expect(Tag::INTEGER).ok()?;
        inner.u64().ok()
    };
    let hash = match field(0)? {
        Some(hash) => inner(&hash)?.oid,
        None => oid::SHA1,
    };
    let (mgf, mgf_hash) = match field(1)? {
        Some(mgf) => {
            let mgf = inner(&mgf)?;
            let hash = AlgorithmIdentifier::from_octets(mgf.parameters.as_deref()?).ok()?;
            (mgf.oid, hash.oid)
        }
        None => (oid::MGF1, oid::SHA1),
    };
    let salt_len = match field(2)? {
        Some(salt_len) => number(&salt_len)?,
        None => 20,
    };
    let trailer = match field(3)? {
        Some(trailer) => number(&trailer)?,
        None => 1,
    };
    fields.finish().ok()?;
    Some((hash, mgf, mgf_hash, salt_len, trailer))
}
