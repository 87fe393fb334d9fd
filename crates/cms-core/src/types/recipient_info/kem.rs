//! Key encapsulation.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::{OtherRecipientInfo, optional_ukm};
use crate::ber::{Element, Tag, write};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::types::{AlgorithmIdentifier, RecipientIdentifier};

/// id-ori-kem, the oriType of a [`KemRecipientInfo`].
pub const ORI_KEM: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.13.3");

/// A content-encryption key under a key that a KEM established, [RFC 9629, section 3].
///
/// ```text
/// KEMRecipientInfo ::= SEQUENCE { version CMSVersion, rid RecipientIdentifier, kem KEMAlgorithmIdentifier,
///   kemct OCTET STRING, kdf KeyDerivationAlgorithmIdentifier, kekLength INTEGER (1..65535),
///   ukm [0] EXPLICIT UserKeyingMaterial OPTIONAL, wrap KeyEncryptionAlgorithmIdentifier,
///   encryptedKey EncryptedKey }
/// ```
///
/// [RFC 9629, section 3]: https://www.rfc-editor.org/rfc/rfc9629#section-3
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "built with struct literals; complete"
)]
pub struct KemRecipientInfo {
    /// Always 0.
    pub version: u64,
    /// Whose key it is for.
    pub rid: RecipientIdentifier,
    /// The KEM.
    pub kem: AlgorithmIdentifier,
    /// The ciphertext of the KEM.
    pub kemct: Vec<u8>,
    /// How the shared secret becomes the key-encryption key.
    pub kdf: AlgorithmIdentifier,
    /// Octets of the key-encryption key, which must be what `wrap` takes.
    pub kek_length: u16,
    /// User keying material, an input of the KDF.
    pub ukm: Option<Vec<u8>>,
    /// How the content-encryption key is wrapped.
    pub wrap: AlgorithmIdentifier,
    /// The wrapped content-encryption key.
    pub encrypted_key: Vec<u8>,
}

impl KemRecipientInfo {
    /// Reads an oriValue.
    ///
    /// # Errors
    /// Broken structure; another version than 0; kekLength out of its range.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let version = fields.expect(Tag::INTEGER)?;
        // rfc9629:3: "The version MUST be 0."
        if version.u64()? != 0 {
            let kind = DecodeErrorKind::BadValue("KEMRecipientInfo of another version than 0");
            return Err(DecodeError::new(kind, version.offset()).within("version"));
        }
        let rid = RecipientIdentifier::decode(&fields.element()?)?;
        let kem = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)
            .map_err(|error| error.within("kem"))?;
        let kemct = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let kdf = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)
            .map_err(|error| error.within("kdf"))?;
        let length = fields.expect(Tag::INTEGER)?;
        let kek_length = u16::try_from(length.u64()?).ok().filter(|len| *len > 0);
        let kek_length = kek_length.ok_or_else(|| {
            let kind = DecodeErrorKind::BadValue("kekLength is not 1 to 65535");
            DecodeError::new(kind, length.offset()).within("kekLength")
        })?;
        let ukm = optional_ukm(&mut fields, 0)?;
        let wrap = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)
            .map_err(|error| error.within("wrap"))?;
        let encrypted_key = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        fields.finish()?;
        Ok(Self {
            version: 0,
            rid,
            kem,
            kemct,
            kdf,
            kek_length,
            ukm,
            wrap,
            encrypted_key,
        })
    }

    /// The `info` input of the KDF, RFC 9629, section 5.
    ///
    /// ```text
    /// CMSORIforKEMOtherInfo ::= SEQUENCE { wrap KeyEncryptionAlgorithmIdentifier,
    ///   kekLength INTEGER (1..65535), ukm [0] EXPLICIT UserKeyingMaterial OPTIONAL }
    /// ```
    #[must_use]
    pub fn kdf_info(wrap: &AlgorithmIdentifier, kek_length: u16, ukm: Option<&[u8]>) -> Vec<u8> {
        write::sequence(&[
            &wrap.to_der(),
            &write::integer(kek_length.into()),
            &ukm.map(|ukm| write::context(0, &write::octet_string(ukm)))
                .unwrap_or_default(),
        ])
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        let ukm = self.ukm.as_ref();
        let value = write::sequence(&[
            &write::integer(self.version),
            &self.rid.to_der(),
            &self.kem.to_der(),
            &write::octet_string(&self.kemct),
            &self.kdf.to_der(),
            &write::integer(self.kek_length.into()),
            &ukm.map(|ukm| write::context(0, &write::octet_string(ukm)))
                .unwrap_or_default(),
            &self.wrap.to_der(),
            &write::octet_string(&self.encrypted_key),
        ]);
        OtherRecipientInfo::new(ORI_KEM, value).to_der()
    }
}
