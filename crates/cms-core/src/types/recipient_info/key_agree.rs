//! Key agreement.

use alloc::vec::Vec;

use super::optional_ukm;
use crate::ber::{Element, Tag, write};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::types::{
    AlgorithmIdentifier, IssuerAndSerialNumber, OtherKeyAttribute, RecipientIdentifier,
    SubjectPublicKeyInfo, Time,
};

/// Key agreement, [RFC 5652, section 6.2.2](https://www.rfc-editor.org/rfc/rfc5652#section-6.2.2).
///
/// ```text
/// KeyAgreeRecipientInfo ::= SEQUENCE { version CMSVersion, originator [0] EXPLICIT OriginatorIdentifierOrKey,
///   ukm [1] EXPLICIT UserKeyingMaterial OPTIONAL, keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
///   recipientEncryptedKeys SEQUENCE OF RecipientEncryptedKey }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeyAgreeRecipientInfo {
    /// Always 3.
    pub version: u64,
    /// The sender's key, or the name of its certificate.
    pub originator: OriginatorIdentifierOrKey,
    /// User keying material.
    pub ukm: Option<Vec<u8>>,
    /// Key agreement scheme, with the key wrap algorithm as its parameter.
    pub key_encryption_algorithm: AlgorithmIdentifier,
    /// One wrapped key for each recipient.
    pub recipient_encrypted_keys: Vec<RecipientEncryptedKey>,
}

/// The sender's side of a key agreement.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OriginatorIdentifierOrKey {
    /// A static key, named by its certificate.
    IssuerAndSerialNumber(IssuerAndSerialNumber),
    /// A static key, named by its certificate's key identifier.
    SubjectKeyIdentifier(Vec<u8>),
    /// An ephemeral key. Parameters may be absent and are then the recipient's.
    OriginatorKey(SubjectPublicKeyInfo),
}

/// One recipient's wrapped key.
///
/// ```text
/// RecipientEncryptedKey ::= SEQUENCE { rid KeyAgreeRecipientIdentifier, encryptedKey EncryptedKey }
/// KeyAgreeRecipientIdentifier ::= CHOICE { issuerAndSerialNumber IssuerAndSerialNumber,
///   rKeyId [0] IMPLICIT RecipientKeyIdentifier }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecipientEncryptedKey {
    /// Whose key it is for.
    pub rid: RecipientIdentifier,
    /// Which of several keys of one identifier, by its date; with rKeyId only.
    pub date: Option<Time>,
    /// Anything else about the key; with rKeyId only.
    pub other: Option<OtherKeyAttribute>,
    /// The wrapped content-encryption key.
    pub encrypted_key: Vec<u8>,
}

impl KeyAgreeRecipientInfo {
    /// One to be written.
    #[must_use]
    pub fn new(
        originator: OriginatorIdentifierOrKey,
        ukm: Option<Vec<u8>>,
        key_encryption_algorithm: AlgorithmIdentifier,
        recipient_encrypted_keys: Vec<RecipientEncryptedKey>,
    ) -> Self {
        Self {
            // rfc5652:6.2.2/1
            version: 3,
            originator,
            ukm,
            key_encryption_algorithm,
            recipient_encrypted_keys,
        }
    }

    pub(super) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let version = fields.expect(Tag::INTEGER)?.u64()?;
        let originator = fields.expect(Tag::context(0))?.children().element()?;
        let originator = OriginatorIdentifierOrKey::decode(&originator)?;
        // rfc5652:6.2.2/3
        let ukm = optional_ukm(&mut fields, 1)?;
        let key_encryption_algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let mut keys = fields.expect(Tag::SEQUENCE)?.children();
        fields.finish()?;
        let mut recipient_encrypted_keys = Vec::new();
        while !keys.is_empty() {
            let key = keys.expect(Tag::SEQUENCE)?;
            recipient_encrypted_keys.push(RecipientEncryptedKey::decode(&key)?);
        }
        Ok(Self {
            version,
            originator,
            ukm,
            key_encryption_algorithm,
            recipient_encrypted_keys,
        })
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        let ukm = self.ukm.as_ref();
        let keys: Vec<_> = self
            .recipient_encrypted_keys
            .iter()
            .map(RecipientEncryptedKey::to_der)
            .collect();
        let contents = [
            write::integer(self.version),
            write::context(0, &self.originator.to_der()),
            ukm.map(|ukm| write::context(1, &write::octet_string(ukm)))
                .unwrap_or_default(),
            self.key_encryption_algorithm.to_der(),
            write::sequence(&[&keys.concat()]),
        ]
        .concat();
        write::context(1, &contents)
    }
}

impl RecipientEncryptedKey {
    /// One to be written.
    #[must_use]
    pub fn new(rid: RecipientIdentifier, encrypted_key: Vec<u8>) -> Self {
        Self {
            rid,
            date: None,
            other: None,
            encrypted_key,
        }
    }

    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let id = fields.element()?;
        let encrypted_key = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        fields.finish()?;
        let mut this = Self {
            rid: RecipientIdentifier::SubjectKeyIdentifier(Vec::new()),
            date: None,
            other: None,
            encrypted_key,
        };
        // RecipientKeyIdentifier ::= SEQUENCE { subjectKeyIdentifier SubjectKeyIdentifier,
        //   date GeneralizedTime OPTIONAL, other OtherKeyAttribute OPTIONAL }
        // rfc5652:6.2.2/6
        if id.tag() == Tag::context(0) {
            let mut fields = id.children();
            let key_identifier = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
            let date = fields.optional(Tag::GENERALIZED_TIME)?;
            let other = fields.optional(Tag::SEQUENCE)?;
            fields.finish()?;
            this.rid = RecipientIdentifier::SubjectKeyIdentifier(key_identifier);
            this.date = date.as_ref().map(Time::decode).transpose()?;
            this.other = other.as_ref().map(OtherKeyAttribute::decode).transpose()?;
        } else {
            this.rid = RecipientIdentifier::decode(&id)?;
        }
        Ok(this)
    }

    fn to_der(&self) -> Vec<u8> {
        let rid = match &self.rid {
            RecipientIdentifier::IssuerAndSerialNumber(id) => id.to_der(),
            RecipientIdentifier::SubjectKeyIdentifier(id) => {
                let date = self.date.map(Time::to_generalized_der);
                let other = self.other.as_ref().map(OtherKeyAttribute::to_der);
                let contents = [
                    write::octet_string(id),
                    date.unwrap_or_default(),
                    other.unwrap_or_default(),
                ];
                write::context(0, &contents.concat())
            }
        };
        write::sequence(&[&rid, &write::octet_string(&self.encrypted_key)])
    }
}

impl OriginatorIdentifierOrKey {
    fn to_der(&self) -> Vec<u8> {
        match self {
            Self::IssuerAndSerialNumber(id) => id.to_der(),
            Self::SubjectKeyIdentifier(id) => write::context_primitive(0, id),
            Self::OriginatorKey(key) => {
                let contents = [key.algorithm.to_der(), write::bit_string(&key.key)];
                write::context(1, &contents.concat())
            }
        }
    }

    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        // rfc5652:6.2.2/2
        match element.tag() {
            Tag::SEQUENCE => {
                IssuerAndSerialNumber::decode(element).map(Self::IssuerAndSerialNumber)
            }
            tag if tag == Tag::context(0) => {
                Ok(Self::SubjectKeyIdentifier(element.octets()?.into_owned()))
            }
            tag if tag == Tag::context(1) => {
                SubjectPublicKeyInfo::decode(element).map(Self::OriginatorKey)
            }
            found => {
                let kind = DecodeErrorKind::UnexpectedTag {
                    expected: Tag::context(1),
                    found,
                };
                Err(DecodeError::new(kind, element.offset()).within("originator"))
            }
        }
    }
}
