//! Keys that both sides have already.

use alloc::string::String;
use alloc::vec::Vec;

use crate::ber::{Element, Tag, write};
use crate::error::DecodeError;
use crate::types::identifier::hex;
use crate::types::{AlgorithmIdentifier, OtherKeyAttribute, Time};

/// A content-encryption key under a key that was distributed before, [RFC 5652, section 6.2.3].
///
/// ```text
/// KEKRecipientInfo ::= SEQUENCE { version CMSVersion, kekid KEKIdentifier,
///   keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier, encryptedKey EncryptedKey }
/// ```
///
/// [RFC 5652, section 6.2.3]: https://www.rfc-editor.org/rfc/rfc5652#section-6.2.3
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KekRecipientInfo {
    /// Always 4.
    pub version: u64,
    /// Which key it is under.
    pub kekid: KekIdentifier,
    /// The key wrap algorithm.
    pub key_encryption_algorithm: AlgorithmIdentifier,
    /// The wrapped content-encryption key.
    pub encrypted_key: Vec<u8>,
}

/// Names a key-encryption key.
///
/// ```text
/// KEKIdentifier ::= SEQUENCE { keyIdentifier OCTET STRING, date GeneralizedTime OPTIONAL,
///   other OtherKeyAttribute OPTIONAL }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct KekIdentifier {
    /// keyIdentifier.
    pub key_identifier: Vec<u8>,
    /// Which of several keys of one identifier, by its date.
    pub date: Option<Time>,
    /// Anything else.
    pub other: Option<OtherKeyAttribute>,
}

impl KekIdentifier {
    /// A key by its identifier alone.
    #[must_use]
    pub fn new(key_identifier: Vec<u8>) -> Self {
        Self {
            key_identifier,
            date: None,
            other: None,
        }
    }

    /// The key of that date.
    #[must_use]
    pub fn with_date(mut self, date: Time) -> Self {
        self.date = Some(date);
        self
    }

    /// With another attribute.
    #[must_use]
    pub fn with_other(mut self, other: OtherKeyAttribute) -> Self {
        self.other = Some(other);
        self
    }

    /// Whether `self`, as a message has it, names the key that `own` describes: the identifiers are equal, and date
    /// and other attribute are so where both have them.
    #[must_use]
    pub fn names(&self, own: &Self) -> bool {
        fn agree<T: PartialEq>(one: Option<&T>, two: Option<&T>) -> bool {
            one.zip(two).is_none_or(|(one, two)| one == two)
        }
        self.key_identifier == own.key_identifier
            && agree(self.date.as_ref(), own.date.as_ref())
            && agree(self.other.as_ref(), own.other.as_ref())
    }

    /// The identifier in hex and the date, for reports.
    #[must_use]
    pub fn describe(&self) -> String {
        let id = alloc::format!("key {}", hex(&self.key_identifier));
        match self.date {
            Some(date) => alloc::format!("{id} of {date}"),
            None => id,
        }
    }

    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let key_identifier = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let date = fields.optional(Tag::GENERALIZED_TIME)?;
        let other = fields.optional(Tag::SEQUENCE)?;
        fields.finish()?;
        Ok(Self {
            key_identifier,
            date: date.as_ref().map(Time::decode).transpose()?,
            other: other.as_ref().map(OtherKeyAttribute::decode).transpose()?,
        })
    }

    fn to_der(&self) -> Vec<u8> {
        write::sequence(&[
            &write::octet_string(&self.key_identifier),
            &self.date.map(Time::to_generalized_der).unwrap_or_default(),
            &self
                .other
                .as_ref()
                .map(OtherKeyAttribute::to_der)
                .unwrap_or_default(),
        ])
    }
}

impl KekRecipientInfo {
    /// One to be written.
    #[must_use]
    pub fn new(
        kekid: KekIdentifier,
        key_encryption_algorithm: AlgorithmIdentifier,
        encrypted_key: Vec<u8>,
    ) -> Self {
        Self {
            // rfc5652:6.2.3/1
            version: 4,
            kekid,
            key_encryption_algorithm,
            encrypted_key,
        }
    }

    pub(super) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let version = fields.expect(Tag::INTEGER)?.u64()?;
        let kekid = KekIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)
            .map_err(|error| error.within("kekid"))?;
        let key_encryption_algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let encrypted_key = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        fields.finish()?;
        Ok(Self {
            version,
            kekid,
            key_encryption_algorithm,
            encrypted_key,
        })
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        let contents = [
            write::integer(self.version),
            self.kekid.to_der(),
            self.key_encryption_algorithm.to_der(),
            write::octet_string(&self.encrypted_key),
        ]
        .concat();
        write::context(2, &contents)
    }
}
