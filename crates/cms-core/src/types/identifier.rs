//! Names of certificates and keys: what RecipientInfos and SignerInfos point with.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::{Certificate, Name};
use crate::ber::{Element, Tag, write};
use crate::error::{DecodeError, DecodeErrorKind};

/// Names a recipient's certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RecipientIdentifier {
    /// By the certificate's issuer and serial number.
    IssuerAndSerialNumber(IssuerAndSerialNumber),
    /// By the certificate's subjectKeyIdentifier extension.
    SubjectKeyIdentifier(Vec<u8>),
}

/// A certificate's issuer and serial number, [RFC 5652, section 10.2.4].
///
/// ```text
/// IssuerAndSerialNumber ::= SEQUENCE { issuer Name, serialNumber CertificateSerialNumber }
/// ```
///
/// [RFC 5652, section 10.2.4]: https://www.rfc-editor.org/rfc/rfc5652#section-10.2.4
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct IssuerAndSerialNumber {
    /// The Name as received.
    pub issuer: Vec<u8>,
    /// Contents octets of the INTEGER.
    pub serial: Vec<u8>,
}

impl IssuerAndSerialNumber {
    /// The identifier of a certificate.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            issuer: certificate.issuer().octets().to_vec(),
            serial: certificate.serial().to_vec(),
        }
    }

    /// Whether it names the certificate; leading sign octets of the serial number do not count.
    #[must_use]
    pub fn matches(&self, certificate: &Certificate) -> bool {
        fn trimmed(serial: &[u8]) -> &[u8] {
            let zeros = serial.iter().take_while(|octet| **octet == 0).count();
            serial.get(zeros..).unwrap_or_default()
        }
        trimmed(&self.serial) == trimmed(certificate.serial())
            && Name::new(&self.issuer).matches(&certificate.issuer())
    }

    pub(crate) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let issuer = fields.expect(Tag::SEQUENCE)?.raw().to_vec();
        let serial = fields.expect(Tag::INTEGER)?.contents().to_vec();
        fields.finish()?;
        Ok(Self { issuer, serial })
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        let serial = write::tagged(Tag::INTEGER, write::Form::Primitive, &self.serial);
        write::sequence(&[&self.issuer, &serial])
    }
}

impl RecipientIdentifier {
    /// Whether it names the certificate.
    #[must_use]
    pub fn matches(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerialNumber(id) => id.matches(certificate),
            Self::SubjectKeyIdentifier(id) => certificate.subject_key_identifier() == Some(id),
        }
    }

    /// Issuer and serial number in hex, or the key identifier in hex, for reports.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::IssuerAndSerialNumber(id) => {
                format!("{} serial {}", Name::new(&id.issuer), hex(&id.serial))
            }
            Self::SubjectKeyIdentifier(id) => format!("key identifier {}", hex(id)),
        }
    }

    pub(crate) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        // rfc5652:6.2.1/4
        match element.tag() {
            Tag::SEQUENCE => {
                IssuerAndSerialNumber::decode(element).map(Self::IssuerAndSerialNumber)
            }
            tag if tag == Tag::context(0) => {
                Ok(Self::SubjectKeyIdentifier(element.octets()?.into_owned()))
            }
            found => {
                let kind = DecodeErrorKind::UnexpectedTag {
                    expected: Tag::SEQUENCE,
                    found,
                };
                Err(DecodeError::new(kind, element.offset()).within("rid"))
            }
        }
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        match self {
            Self::IssuerAndSerialNumber(id) => id.to_der(),
            Self::SubjectKeyIdentifier(id) => write::context_primitive(0, id),
        }
    }
}

/// What a key identifier may say besides, [RFC 5652, section 10.2.7].
///
/// ```text
/// OtherKeyAttribute ::= SEQUENCE { keyAttrId OBJECT IDENTIFIER, keyAttr ANY DEFINED BY keyAttrId OPTIONAL }
/// ```
///
/// [RFC 5652, section 10.2.7]: https://www.rfc-editor.org/rfc/rfc5652#section-10.2.7
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct OtherKeyAttribute {
    /// keyAttrId.
    pub oid: ObjectIdentifier,
    /// keyAttr, whole.
    pub value: Option<Vec<u8>>,
}

impl OtherKeyAttribute {
    pub(crate) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let oid = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let value = if fields.is_empty() {
            None
        } else {
            Some(fields.element()?.raw().to_vec())
        };
        fields.finish()?;
        Ok(Self { oid, value })
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        write::sequence(&[
            &write::oid(&self.oid),
            self.value.as_deref().unwrap_or_default(),
        ])
    }
}

/// Lower-case hex without separators.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
