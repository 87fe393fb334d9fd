//! Key transport.

use alloc::vec::Vec;

use crate::ber::{Element, Tag, write};
use crate::error::DecodeError;
use crate::types::{AlgorithmIdentifier, RecipientIdentifier};

/// Key transport, [RFC 5652, section 6.2.1](https://www.rfc-editor.org/rfc/rfc5652#section-6.2.1).
///
/// ```text
/// KeyTransRecipientInfo ::= SEQUENCE { version CMSVersion, rid RecipientIdentifier,
///   keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier, encryptedKey EncryptedKey }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeyTransRecipientInfo {
    /// 0 with issuerAndSerialNumber, 2 with subjectKeyIdentifier.
    pub version: u64,
    /// Whose key it is for.
    pub rid: RecipientIdentifier,
    /// How the key is encrypted.
    pub key_encryption_algorithm: AlgorithmIdentifier,
    /// The encrypted content-encryption key.
    pub encrypted_key: Vec<u8>,
}

impl KeyTransRecipientInfo {
    pub(super) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let version = fields.expect(Tag::INTEGER)?.u64()?;
        let rid = RecipientIdentifier::decode(&fields.element()?)?;
        let key_encryption_algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let encrypted_key = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        fields.finish()?;
        Ok(Self {
            version,
            rid,
            key_encryption_algorithm,
            encrypted_key,
        })
    }

    /// One to be written; the version follows from the identifier (RFC 5652, 6.2.1).
    #[must_use]
    pub fn new(
        rid: RecipientIdentifier,
        key_encryption_algorithm: AlgorithmIdentifier,
        encrypted_key: Vec<u8>,
    ) -> Self {
        // rfc5652:6.2.1/1, 6.2.1/2
        let version = match rid {
            RecipientIdentifier::IssuerAndSerialNumber(_) => 0,
            RecipientIdentifier::SubjectKeyIdentifier(_) => 2,
        };
        Self {
            version,
            rid,
            key_encryption_algorithm,
            encrypted_key,
        }
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        write::sequence(&[
            &write::integer(self.version),
            &self.rid.to_der(),
            &self.key_encryption_algorithm.to_der(),
            &write::octet_string(&self.encrypted_key),
        ])
    }
}
