//! Attributes: in order, as received, and typed where a caller knows the type.

mod capabilities;
mod cek;
mod encryption_key_preference;
mod multiple_signatures;
mod protection;
mod signing_certificate;

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::Time;
use crate::ber::{Cursor, Element, Tag, write};
use crate::error::DecodeError;
use crate::oid;

pub use capabilities::SmimeCapabilities;
pub use cek::{CekMaxDecrypts, CekReference, KekDerivationAlgorithm};
pub use encryption_key_preference::SmimeEncryptionKeyPreference;
pub use multiple_signatures::{MultipleSignatures, MultipleSignaturesValue};
pub use protection::CmsAlgorithmProtection;
pub(crate) use signing_certificate::signers as signing_certificates;
pub use signing_certificate::{CertificateReference, SigningCertificate, SigningCertificateV2};

/// One attribute, [RFC 5652, section 5.3].
///
/// ```text
/// Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }
/// ```
///
/// [RFC 5652, section 5.3]: https://www.rfc-editor.org/rfc/rfc5652#section-5.3
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Attribute {
    /// attrType.
    pub oid: ObjectIdentifier,
    /// attrValues, each a whole encoding, in the order received.
    pub values: Vec<Vec<u8>>,
}

impl Attribute {
    /// An attribute with one value.
    #[must_use]
    pub fn new(oid: ObjectIdentifier, value: Vec<u8>) -> Self {
        Self {
            oid,
            values: alloc::vec![value],
        }
    }

    /// An attribute with any number of values.
    #[must_use]
    pub fn with_values(oid: ObjectIdentifier, values: Vec<Vec<u8>>) -> Self {
        Self { oid, values }
    }

    /// The attribute of a typed value.
    #[must_use]
    pub fn of<T: CmsAttribute>(value: &T) -> Self {
        Self::new(T::OID, value.encode())
    }

    pub(crate) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let oid = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let mut set = fields.expect(Tag::SET)?.children();
        fields.finish()?;
        let mut values = Vec::new();
        while !set.is_empty() {
            values.push(set.element()?.raw().to_owned());
        }
        Ok(Self { oid, values })
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        write::sequence(&[&write::oid(&self.oid), &write::set_of(self.values.clone())])
    }
}

/// A SET OF Attribute, in the order received.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Attributes {
    list: Vec<Attribute>,
}

impl Attributes {
    /// Attributes to be written.
    #[must_use]
    pub fn new(list: Vec<Attribute>) -> Self {
        Self { list }
    }

    /// Reads the set from an element of any tag (signedAttrs is `[0] IMPLICIT`).
    ///
    /// # Errors
    /// Broken structure.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut list = Vec::new();
        let mut cursor = element.children();
        while !cursor.is_empty() {
            list.push(Attribute::decode(&cursor.expect(Tag::SEQUENCE)?)?);
        }
        Ok(Self { list })
    }

    /// All attributes.
    pub fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.list.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The value of a typed attribute that may occur once, with one value.
    ///
    /// # Errors
    /// Several instances, several values or none, or a value that the type refuses.
    pub fn get<T: CmsAttribute>(&self) -> Result<Option<T>, AttributeError> {
        // rfc8551:2.5/1
        let mut instances = self.list.iter().filter(|attribute| attribute.oid == T::OID);
        let Some(attribute) = instances.next() else {
            return Ok(None);
        };
        // rfc5652:11.1/6, 11.1/7, 11.2/7, 11.2/8, 11.3/16
        if T::MULTIPLICITY == Multiplicity::Single && instances.next().is_some() {
            return Err(AttributeError::Doubled(T::NAME));
        }
        // rfc5652:11.1/5, 11.2/5, 11.3/14
        match attribute.values.as_slice() {
            [] => Err(AttributeError::Empty(T::NAME)),
            [value] => Cursor::single(value, 0)
                .and_then(|element| T::decode(&element))
                .map(Some)
                .map_err(|error| AttributeError::Malformed(T::NAME, error)),
            _ => Err(AttributeError::MultiValued(T::NAME)),
        }
    }

    /// The contents octets of the DER SET OF.
    #[must_use]
    pub fn to_der_contents(&self) -> Vec<u8> {
        write::sorted(self.list.iter().map(Attribute::to_der).collect())
    }
}

/// An attribute type: identifier, where it may stand, and its value's codec.
pub trait CmsAttribute: Sized {
    /// attrType.
    const OID: ObjectIdentifier;
    /// The name in its specification.
    const NAME: &'static str;
    /// How many values it may have.
    const MULTIPLICITY: Multiplicity;
    /// Among which attributes it may stand.
    const PLACEMENT: Placement;

    /// Reads one value.
    ///
    /// # Errors
    /// A value that the type does not allow.
    fn decode(value: &Element<'_>) -> Result<Self, DecodeError>;

    /// Writes the value in DER.
    fn encode(&self) -> Vec<u8>;
}

/// How often an attribute may occur.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Multiplicity {
    /// Any number of instances, each with any number of values.
    Many,
    /// One instance with one value.
    Single,
}

/// Where an attribute may stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Placement {
    /// signedAttrs or authAttrs only.
    Protected,
    /// unsignedAttrs, unauthAttrs or unprotectedAttrs only.
    Unprotected,
}

/// A rule on attributes that is broken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeError {
    /// An attribute that must be there is absent (RFC 5652, 5.3 and 11).
    #[error("attribute {0} is absent")]
    Absent(&'static str),
    /// Attributes are absent, but the content has their form, so that what covers it may be meant for them.
    #[error("the content has the form of attributes, which are absent")]
    Ambiguous,
    /// Two instances of an attribute that may occur once (RFC 5652, 11.1 to 11.3).
    #[error("attribute {0} occurs twice")]
    Doubled(&'static str),
    /// An attribute without a value.
    #[error("attribute {0} has no value")]
    Empty(&'static str),
    /// A value that the attribute's type refuses.
    #[error("attribute {0} is malformed: {1}")]
    Malformed(&'static str, DecodeError),
    /// An attribute among those where it may not stand (RFC 5652, 11).
    #[error("attribute {0} may not stand among these attributes")]
    Misplaced(&'static str),
    /// Several values where one is allowed (RFC 5652, 11.1 to 11.3).
    #[error("attribute {0} has several values")]
    MultiValued(&'static str),
    /// Attributes are absent although the content type is not id-data (RFC 5652, 5.3; RFC 5083, 2.1).
    #[error("attributes are required for content that is not id-data")]
    Required,
    /// CMSAlgorithmProtection names other algorithms than the message (RFC 6211, 3.2).
    #[error("CMSAlgorithmProtection names other algorithms than the message")]
    WrongAlgorithms,
    /// The contentType attribute differs from the content's type (RFC 5652, 11.1).
    #[error("contentType differs from the content's type")]
    WrongContentType,
}

macro_rules! single_attribute {
    ($name:ident, $oid:expr, $text:literal, $inner:ty, $decode:expr, $encode:expr, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Debug, Eq, PartialEq)]
        pub struct $name(pub $inner);

        impl CmsAttribute for $name {
            const OID: ObjectIdentifier = $oid;
            const NAME: &'static str = $text;
            const MULTIPLICITY: Multiplicity = Multiplicity::Single;
            const PLACEMENT: Placement = Placement::Protected;

            fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
                let decode: fn(&Element<'_>) -> Result<$inner, DecodeError> = $decode;
                decode(value).map(Self)
            }

            fn encode(&self) -> Vec<u8> {
                let encode: fn(&$inner) -> Vec<u8> = $encode;
                encode(&self.0)
            }
        }
    };
}

single_attribute!(
    ContentType,
    oid::CONTENT_TYPE,
    "contentType",
    ObjectIdentifier,
    |value| value.oid(),
    write::oid,
    "The content-type attribute (RFC 5652, 11.1): `ContentType ::= OBJECT IDENTIFIER`."
);
single_attribute!(
    MessageDigest,
    oid::MESSAGE_DIGEST,
    "messageDigest",
    Vec<u8>,
    |value| value
        .cursor()
        .expect(Tag::OCTET_STRING)?
        .octets()
        .map(|octets| octets.into_owned()),
    |digest| write::octet_string(digest),
    "The message-digest attribute (RFC 5652, 11.2): `MessageDigest ::= OCTET STRING`."
);
single_attribute!(
    SigningTime,
    oid::SIGNING_TIME,
    "signingTime",
    Time,
    Time::decode,
    |time| time.to_der(),
    "The signing-time attribute (RFC 5652, 11.3): `SigningTime ::= Time`."
);
