//! Passwords and other shared secrets.

use alloc::vec::Vec;

use crate::ber::{Element, Tag, write};
use crate::error::DecodeError;
use crate::types::AlgorithmIdentifier;

/// A content-encryption key under a password, [RFC 5652, section 6.2.4] and RFC 3211.
///
/// ```text
/// PasswordRecipientInfo ::= SEQUENCE { version CMSVersion,
///   keyDerivationAlgorithm [0] KeyDerivationAlgorithmIdentifier OPTIONAL,
///   keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier, encryptedKey EncryptedKey }
/// ```
///
/// [RFC 5652, section 6.2.4]: https://www.rfc-editor.org/rfc/rfc5652#section-6.2.4
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PasswordRecipientInfo {
    /// Always 0.
    pub version: u64,
    /// How the password becomes the key-encryption key; absent when it is that key itself.
    pub key_derivation_algorithm: Option<AlgorithmIdentifier>,
    /// How the content-encryption key is wrapped.
    pub key_encryption_algorithm: AlgorithmIdentifier,
    /// The wrapped content-encryption key.
    pub encrypted_key: Vec<u8>,
}

impl PasswordRecipientInfo {
    /// One to be written.
    #[must_use]
    pub fn new(
        key_derivation_algorithm: Option<AlgorithmIdentifier>,
        key_encryption_algorithm: AlgorithmIdentifier,
        encrypted_key: Vec<u8>,
    ) -> Self {
        Self {
            // rfc5652:6.2.4/1
            version: 0,
            key_derivation_algorithm,
            key_encryption_algorithm,
            encrypted_key,
        }
    }

    pub(super) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let version = fields.expect(Tag::INTEGER)?.u64()?;
        let key_derivation_algorithm = fields
            .optional(Tag::context(0))?
            .as_ref()
            .map(AlgorithmIdentifier::decode)
            .transpose()?;
        let key_encryption_algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let encrypted_key = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        fields.finish()?;
        Ok(Self {
            version,
            key_derivation_algorithm,
            key_encryption_algorithm,
            encrypted_key,
        })
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        let derivation = self
            .key_derivation_algorithm
            .as_ref()
            .map(|algorithm| write::context(0, &algorithm.to_der_contents()))
            .unwrap_or_default();
        let contents = [
            write::integer(self.version),
            derivation,
            self.key_encryption_algorithm.to_der(),
            write::octet_string(&self.encrypted_key),
        ]
        .concat();
        write::context(3, &contents)
    }
}
