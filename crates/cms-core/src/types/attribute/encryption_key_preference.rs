//! Which certificate to encrypt to.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::{CmsAttribute, Multiplicity, Placement};
use crate::ber::write::{self, Form};
use crate::ber::{Element, Tag};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::oid;
use crate::types::{Certificate, IssuerAndSerialNumber};

/// The certificate that a signer wants mail to him encrypted to, [RFC 8551, section 2.5.3].
///
/// ```text
/// SMIMEEncryptionKeyPreference ::= CHOICE { issuerAndSerialNumber [0] IssuerAndSerialNumber,
///   receipentKeyId [1] RecipientKeyIdentifier, subjectAltKeyIdentifier [2] SubjectKeyIdentifier }
/// ```
///
/// [RFC 8551, section 2.5.3]: https://www.rfc-editor.org/rfc/rfc8551#section-2.5.3
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SmimeEncryptionKeyPreference {
    /// By issuer and serial number, as every certificate can be named.
    IssuerAndSerialNumber(IssuerAndSerialNumber),
    /// By its subjectKeyIdentifier, from either of the other two choices.
    SubjectKeyIdentifier(Vec<u8>),
}

impl SmimeEncryptionKeyPreference {
    /// Whether this certificate is meant.
    #[must_use]
    pub fn is(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerialNumber(id) => id.matches(certificate),
            Self::SubjectKeyIdentifier(id) => certificate.subject_key_identifier() == Some(id),
        }
    }
}

impl CmsAttribute for SmimeEncryptionKeyPreference {
    const OID: ObjectIdentifier = oid::ENCRYPTION_KEY_PREFERENCE;
    const NAME: &'static str = "SMIMEEncryptionKeyPreference";
    const MULTIPLICITY: Multiplicity = Multiplicity::Single;
    const PLACEMENT: Placement = Placement::Protected;

    fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
        match value.tag() {
            tag if tag == Tag::context(0) => {
                IssuerAndSerialNumber::decode(value).map(Self::IssuerAndSerialNumber)
            }
            tag if tag == Tag::context(1) => {
                let id = value.children().expect(Tag::OCTET_STRING)?;
                Ok(Self::SubjectKeyIdentifier(id.octets()?.into_owned()))
            }
            tag if tag == Tag::context(2) => {
                Ok(Self::SubjectKeyIdentifier(value.contents().to_vec()))
            }
            _ => {
                let kind =
                    DecodeErrorKind::BadValue("SMIMEEncryptionKeyPreference has no such choice");
                Err(DecodeError::new(kind, value.offset()))
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::IssuerAndSerialNumber(id) => {
                let serial = write::tagged(Tag::INTEGER, Form::Primitive, &id.serial);
                write::context(0, &[id.issuer.as_slice(), &serial].concat())
            }
            Self::SubjectKeyIdentifier(id) => write::context_primitive(2, id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Cursor;

    #[test]
    fn preferences_are_read_as_they_are_written() {
        let id = IssuerAndSerialNumber {
            issuer: write::sequence(&[]),
            serial: alloc::vec![7],
        };
        for preference in [
            SmimeEncryptionKeyPreference::IssuerAndSerialNumber(id),
            SmimeEncryptionKeyPreference::SubjectKeyIdentifier(alloc::vec![1, 2, 3]),
        ] {
            let octets = preference.encode();
            let element = Cursor::single(&octets, 0).expect("DER");
            assert_eq!(
                SmimeEncryptionKeyPreference::decode(&element),
                Ok(preference)
            );
        }
        let by_recipient = write::context(1, &write::octet_string(&[1, 2, 3]));
        let element = Cursor::single(&by_recipient, 0).expect("DER");
        assert_eq!(
            SmimeEncryptionKeyPreference::decode(&element),
            Ok(SmimeEncryptionKeyPreference::SubjectKeyIdentifier(
                alloc::vec![1, 2, 3]
            ))
        );
        for wrong in [
            write::context(3, &[]),
            write::sequence(&[]),
            write::context(0, &[]),
        ] {
            let element = Cursor::single(&wrong, 0).expect("DER");
            assert!(SmimeEncryptionKeyPreference::decode(&element).is_err());
        }
    }
}
