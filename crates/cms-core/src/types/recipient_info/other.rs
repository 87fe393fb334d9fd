//! Kinds of recipients that other specifications define.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::{Element, Tag, write};
use crate::error::DecodeError;

/// A kind of recipient that is defined elsewhere, [RFC 5652, section 6.2.5].
///
/// ```text
/// OtherRecipientInfo ::= SEQUENCE { oriType OBJECT IDENTIFIER, oriValue ANY DEFINED BY oriType }
/// ```
///
/// [RFC 5652, section 6.2.5]: https://www.rfc-editor.org/rfc/rfc5652#section-6.2.5
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OtherRecipientInfo {
    /// oriType.
    pub oid: ObjectIdentifier,
    /// oriValue, whole.
    pub value: Vec<u8>,
}

impl OtherRecipientInfo {
    /// One to be written.
    #[must_use]
    pub fn new(oid: ObjectIdentifier, value: Vec<u8>) -> Self {
        Self { oid, value }
    }

    pub(super) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let oid = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let value = fields.element()?.raw().to_vec();
        fields.finish()?;
        Ok(Self { oid, value })
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        let contents = [write::oid(&self.oid), self.value.clone()].concat();
        write::context(4, &contents)
    }
}
