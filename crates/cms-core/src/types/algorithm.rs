//! AlgorithmIdentifier with its parameters kept as octets.

use alloc::string::String;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::{Cursor, Element, Tag, write};
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

    /// Whether the parameters are absent or NULL.
    #[must_use]
    pub fn has_no_parameters(&self) -> bool {
        self.parameters
            .as_ref()
            .is_none_or(|parameters| parameters == &write::NULL)
    }

    /// The algorithm's name in reports, else its OID in dots.
    #[must_use]
    pub fn name(&self) -> String {
        oid::display(&self.oid)
    }
}
