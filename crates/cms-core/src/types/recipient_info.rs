//! RecipientInfo: key transport and key agreement decoded, every other kind kept as it is.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{AlgorithmIdentifier, Certificate, Name, SubjectPublicKeyInfo};
use crate::ber::{Element, Tag, write};
use crate::error::{DecodeError, DecodeErrorKind};

/// How one recipient, or one group of them, gets the content-encryption key, [RFC 5652, section 6.2].
///
/// ```text
/// RecipientInfo ::= CHOICE { ktri KeyTransRecipientInfo, kari [1] KeyAgreeRecipientInfo,
///   kekri [2] KEKRecipientInfo, pwri [3] PasswordRecipientInfo, ori [4] OtherRecipientInfo }
/// ```
///
/// [RFC 5652, section 6.2]: https://www.rfc-editor.org/rfc/rfc5652#section-6.2
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RecipientInfo {
    /// Key transport.
    KeyTrans(KeyTransRecipientInfo),
    /// Key agreement.
    KeyAgree(KeyAgreeRecipientInfo),
    /// A kind that is reported and kept but not used.
    Other(RecipientKind),
}

/// The alternatives of RecipientInfo.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RecipientKind {
    /// KeyTransRecipientInfo.
    Ktri,
    /// KeyAgreeRecipientInfo.
    Kari,
    /// KEKRecipientInfo.
    Kekri,
    /// PasswordRecipientInfo.
    Pwri,
    /// OtherRecipientInfo.
    Ori,
    /// An alternative that RFC 5652 does not know.
    Unknown,
}

impl RecipientKind {
    /// The name in ASN.1.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ktri => "ktri",
            Self::Kari => "kari",
            Self::Kekri => "kekri",
            Self::Pwri => "pwri",
            Self::Ori => "ori",
            Self::Unknown => "unknown",
        }
    }

    /// The kind that a tag announces.
    #[must_use]
    pub fn of(tag: Tag) -> Self {
        match tag {
            Tag::SEQUENCE => Self::Ktri,
            tag if tag == Tag::context(1) => Self::Kari,
            tag if tag == Tag::context(2) => Self::Kekri,
            tag if tag == Tag::context(3) => Self::Pwri,
            tag if tag == Tag::context(4) => Self::Ori,
            _ => Self::Unknown,
        }
    }
}

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
    /// The wrapped content-encryption key.
    pub encrypted_key: Vec<u8>,
}

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

    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
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

    /// `rKeyId [0] IMPLICIT SEQUENCE { subjectKeyIdentifier, date OPTIONAL, other OPTIONAL }`.
    fn decode_key_agree(element: &Element<'_>) -> Result<Self, DecodeError> {
        if element.tag() == Tag::context(0) {
            let id = element.children().expect(Tag::OCTET_STRING)?;
            return Ok(Self::SubjectKeyIdentifier(id.octets()?.into_owned()));
        }
        Self::decode(element)
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        match self {
            Self::IssuerAndSerialNumber(id) => id.to_der(),
            Self::SubjectKeyIdentifier(id) => write::context_primitive(0, id),
        }
    }

    pub(crate) fn to_key_agree_der(&self) -> Vec<u8> {
        match self {
            Self::IssuerAndSerialNumber(id) => id.to_der(),
            Self::SubjectKeyIdentifier(id) => write::context(0, &write::octet_string(id)),
        }
    }
}

impl RecipientInfo {
    /// Reads one.
    ///
    /// # Errors
    /// Broken structure of a kind that is decoded.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        match RecipientKind::of(element.tag()) {
            RecipientKind::Ktri => KeyTransRecipientInfo::decode(element).map(Self::KeyTrans),
            RecipientKind::Kari => KeyAgreeRecipientInfo::decode(element).map(Self::KeyAgree),
            other => Ok(Self::Other(other)),
        }
    }

    /// Which alternative it is.
    #[must_use]
    pub fn kind(&self) -> RecipientKind {
        match self {
            Self::KeyTrans(_) => RecipientKind::Ktri,
            Self::KeyAgree(_) => RecipientKind::Kari,
            Self::Other(kind) => *kind,
        }
    }
}

impl KeyTransRecipientInfo {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
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
}

impl KeyAgreeRecipientInfo {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let version = fields.expect(Tag::INTEGER)?.u64()?;
        let originator = fields.expect(Tag::context(0))?.children().element()?;
        let originator = OriginatorIdentifierOrKey::decode(&originator)?;
        let ukm = match fields.optional(Tag::context(1))? {
            Some(ukm) => Some(
                ukm.children()
                    .expect(Tag::OCTET_STRING)?
                    .octets()?
                    .into_owned(),
            ),
            None => None,
        };
        let key_encryption_algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let mut keys = fields.expect(Tag::SEQUENCE)?.children();
        fields.finish()?;
        let mut recipient_encrypted_keys = Vec::new();
        while !keys.is_empty() {
            let mut pair = keys.expect(Tag::SEQUENCE)?.children();
            recipient_encrypted_keys.push(RecipientEncryptedKey {
                rid: RecipientIdentifier::decode_key_agree(&pair.element()?)?,
                encrypted_key: pair.expect(Tag::OCTET_STRING)?.octets()?.into_owned(),
            });
        }
        Ok(Self {
            version,
            originator,
            ukm,
            key_encryption_algorithm,
            recipient_encrypted_keys,
        })
    }
}

impl OriginatorIdentifierOrKey {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
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

/// Lower-case hex without separators.
fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
