//! What readers found: structured, never a bool.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::{Header, Tag};
use crate::error::{CryptoError, DecodeError, DecodeErrorKind, PolicyRejection};
use crate::limits::Limits;
use crate::types::{
    AlgorithmIdentifier, AttributeError, Attributes, BagMember, Certificate, Raw, RecipientInfo,
    RecipientKind, SignerInfo, Time,
};

/// Whether an encoding was DER or needed BER.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum Encoding {
    /// Indefinite or non-minimal lengths, or segmented strings.
    Ber,
    /// Definite, minimal lengths.
    Der,
}

impl Encoding {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ber => "ber",
            Self::Der => "der",
        }
    }
}

/// Something that deviates from the standard and was read nevertheless.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Deviation {
    /// A stable code in lower case with hyphens.
    pub code: &'static str,
    /// What it is.
    pub text: String,
    /// Where, if one place is meant.
    pub offset: Option<u64>,
}

impl Deviation {
    /// A deviation.
    #[must_use]
    pub fn new(code: &'static str, text: impl Into<String>, offset: Option<u64>) -> Self {
        Self {
            code,
            text: text.into(),
            offset,
        }
    }
}

/// What was found in a SignedData.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedDataReport {
    /// CMSVersion.
    pub version: u64,
    /// Whether it was DER.
    pub encoding: Encoding,
    /// eContentType.
    pub econtent_type: ObjectIdentifier,
    /// The type of the content: OCTET STRING, or another one in PKCS #7 1.5 (RFC 5652, 5.2.1).
    pub econtent_tag: Tag,
    /// Whether the content was outside.
    pub detached: bool,
    /// digestAlgorithms.
    pub digest_algorithms: Vec<AlgorithmIdentifier>,
    /// Each signer.
    pub signers: Vec<SignerReport>,
    /// Certificates that could be read.
    pub certificates: Vec<Certificate>,
    /// All certificates as received, other kinds included.
    pub raw_certificates: Vec<BagMember>,
    /// CRLs and other revocation information as received.
    pub crls: Vec<Vec<u8>>,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of content.
    pub content_len: u64,
}

/// What was found about one signer.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignerReport {
    /// Position in signerInfos.
    pub index: usize,
    /// The SignerInfo.
    pub info: Raw<SignerInfo>,
    /// The certificate under which the signature holds, or, if it holds under none, the first that its identifier
    /// names.
    pub certificate: Option<Certificate>,
    /// The domain parameters under which the signature holds, where the certificate has none and they were found in
    /// one with its issuer's name (RFC 3279, 2.3.2). That one may be forged: a validated path must lead to the same.
    pub inherited_parameters: Option<Vec<u8>>,
    /// Whether messageDigest equals the content's digest (RFC 5652, 11.2); `None` when it was not compared. Without
    /// signed attributes it equals [`Self::signature_ok`].
    pub digest_ok: Option<bool>,
    /// Whether the signature holds; `None` when it was not checked.
    pub signature_ok: Option<bool>,
    /// Which octets the signature held over.
    pub covered: Option<Covered>,
    /// signingTime, claimed by the signer.
    pub signing_time: Option<Time>,
    /// Whether the other signatures of this signer are there (RFC 5752).
    pub companions: CompanionStatus,
    /// Signatures over this signature (RFC 5652, 11.4).
    pub countersignatures: Vec<Self>,
    /// Why it is not good.
    pub errors: Vec<SignerError>,
}

/// Whether the SignerInfos that a multipleSignatures attribute points to are there (RFC 5752). That one is missing does
/// not make the others invalid; policy may.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum CompanionStatus {
    /// There is no such attribute.
    Alone,
    /// All are there.
    Complete,
    /// One was removed or changed, its signature is wrong, there are too many to tell, or the attribute is malformed.
    Missing,
}

/// Which octets a signature was found to cover.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Covered {
    /// signedAttrs as received.
    Attributes,
    /// The DER form of signedAttrs, which were not received so.
    CanonicalAttributes,
    /// The content, without signedAttrs; the signature itself for a countersignature.
    Content,
}

/// A reason why a signer is not good.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The signature is over content that has the form of signed attributes: it may have been made for other
    /// content, with those attributes (Strenzke, 2023).
    #[error(
        "the content has the form of signed attributes, which the signature may have been made for"
    )]
    AmbiguousContent,
    /// A rule on signed attributes is broken.
    #[error(transparent)]
    Attribute(AttributeError),
    /// CMSAlgorithmProtection names other algorithms than the SignerInfo (RFC 6211, 3.1).
    #[error("CMSAlgorithmProtection names other algorithms than the SignerInfo")]
    AlgorithmProtection,
    /// The certificate that the signer names is not there.
    #[error("the signer's certificate is unknown")]
    CertificateUnknown,
    /// The algorithm could not do its work.
    #[error(transparent)]
    Crypto(CryptoError),
    /// messageDigest differs from the content's digest (RFC 5652, 11.2).
    #[error("messageDigest differs from the content's digest")]
    DigestMismatch,
    /// digestAlgorithm and signatureAlgorithm name different digests (RFC 8933, 3).
    #[error("digestAlgorithm and signatureAlgorithm name different digests")]
    DigestAlgorithmMismatch,
    /// The SignerInfo cannot be decoded.
    #[error(transparent)]
    Malformed(DecodeError),
    /// Policy refuses an algorithm or key.
    #[error(transparent)]
    Policy(PolicyRejection),
    /// The content has to be read a second time and could not be.
    #[error("the content is needed a second time: {0}")]
    SecondPass(&'static str),
    /// The signature does not hold.
    #[error("the signature does not hold")]
    SignatureInvalid,
    /// signingCertificate or signingCertificateV2 means another certificate than those that the signer's identifier
    /// names (RFC 5035, 3 and 5).
    #[error("the signed attributes name another certificate as the signer's")]
    SigningCertificate,
    /// The limit on signatures was reached before this one.
    #[error("more signers than the limit")]
    TooManySigners,
}

/// The verdict on one signer's mathematics and policy; trust is judged elsewhere.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SignerVerdict {
    /// Digest and signature hold.
    Good,
    /// The certificate is not there.
    UnknownCertificate,
    /// It may hold, but policy refuses.
    Policy,
    /// It does not hold, or cannot be checked.
    Bad,
}

impl SignerReport {
    /// The verdict. The gravest error counts: bad before policy before an unknown certificate.
    #[must_use]
    pub fn verdict(&self) -> SignerVerdict {
        self.errors
            .iter()
            .map(|error| match error {
                SignerError::CertificateUnknown => SignerVerdict::UnknownCertificate,
                SignerError::Policy(_) => SignerVerdict::Policy,
                _ => SignerVerdict::Bad,
            })
            .max()
            .unwrap_or(match self.signature_ok {
                Some(true) => SignerVerdict::Good,
                _ => SignerVerdict::Bad,
            })
    }
}

/// What was found in an EnvelopedData or AuthEnvelopedData.
#[derive(Debug)]
#[non_exhaustive]
pub struct EnvelopedDataReport {
    /// id-envelopedData or id-ct-authEnvelopedData.
    pub content_type: ObjectIdentifier,
    /// CMSVersion.
    pub version: u64,
    /// Whether it was DER.
    pub encoding: Encoding,
    /// The type of the encrypted content.
    pub econtent_type: ObjectIdentifier,
    /// The cipher: contentEncryptionAlgorithm, or what it names in its parameters (RFC 9709).
    pub cipher: AlgorithmIdentifier,
    /// What binds the key to the cipher, if anything does: id-alg-cek-hkdf-sha256 (RFC 9709).
    pub key_derivation: Option<ObjectIdentifier>,
    /// Whether the content was authenticated.
    pub authenticated: bool,
    /// Whether the ciphertext was outside.
    pub detached: bool,
    /// Each RecipientInfo; a key agreement for several has one entry for each of them.
    pub recipients: Vec<RecipientReport>,
    /// unprotectedAttrs or unauthAttrs: nothing protects them.
    pub unprotected_attrs: Option<Attributes>,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of plaintext.
    pub content_len: u64,
}

/// What was found about one recipient.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecipientReport {
    raw: Arc<Raw<RecipientInfo>>,
    /// Position in recipientEncryptedKeys of a key agreement.
    index: usize,
    /// What became of it.
    pub status: RecipientStatus,
    /// Why it could not be read or used.
    pub error: Option<String>,
}

impl RecipientReport {
    /// Appends the recipients of a captured RecipientInfo, as reports that nobody tried yet.
    pub(crate) fn append(
        reports: &mut Vec<Self>,
        info: Raw<RecipientInfo>,
        limits: &Limits,
    ) -> Result<(), DecodeError> {
        let offset = info.offset();
        reports.extend(Self::of(info));
        if u64::try_from(reports.len()).is_ok_and(|count| count <= limits.elements) {
            Ok(())
        } else {
            Err(DecodeError::at(DecodeErrorKind::TooMany, offset))
        }
    }

    fn of(info: Raw<RecipientInfo>) -> impl Iterator<Item = Self> {
        let (count, error) = match info.decode() {
            Ok(RecipientInfo::KeyAgree(kari)) => (kari.recipient_encrypted_keys.len(), None),
            Ok(_) => (1, None),
            Err(error) => (1, Some(error.to_string())),
        };
        let status = match error {
            None => RecipientStatus::NotTried,
            Some(_) => RecipientStatus::Failed,
        };
        let raw = Arc::new(info);
        (0..count).map(move |index| Self {
            raw: raw.clone(),
            index,
            status,
            error: error.clone(),
        })
    }

    /// The RecipientInfo, which several recipients of a key agreement share.
    #[must_use]
    pub fn raw(&self) -> Arc<Raw<RecipientInfo>> {
        self.raw.clone()
    }

    /// Whether other reports share the RecipientInfo.
    pub(crate) fn is_one_of_several(&self) -> bool {
        matches!(self.raw.octets(), [0xa1, ..]) && Arc::strong_count(&self.raw) > 1
    }

    /// Position in recipientEncryptedKeys of a key agreement, else 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Which alternative.
    #[must_use]
    pub fn kind(&self) -> RecipientKind {
        match self.raw.value() {
            Ok(info) => info.kind(),
            Err(_) => Header::parse(self.raw.octets(), 0)
                .ok()
                .flatten()
                .map_or(RecipientKind::Unknown, |header| {
                    RecipientKind::of(header.tag)
                }),
        }
    }

    /// The identifier: issuer and serial number, or key identifier in hex; empty where there is none.
    #[must_use]
    pub fn id(&self) -> String {
        match self.raw.value() {
            Ok(RecipientInfo::KeyTrans(ktri)) => ktri.rid.describe(),
            Ok(RecipientInfo::KeyAgree(kari)) => kari
                .recipient_encrypted_keys
                .get(self.index)
                .map(|key| key.rid.describe())
                .unwrap_or_default(),
            Ok(RecipientInfo::Kek(kekri)) => kekri.kekid.describe(),
            Ok(RecipientInfo::Kem(kemri)) => kemri.rid.describe(),
            _ => String::new(),
        }
    }

    /// keyEncryptionAlgorithm, or kem of a key encapsulation, where it could be read.
    #[must_use]
    pub fn algorithm(&self) -> Option<&AlgorithmIdentifier> {
        match self.raw.value().ok()? {
            RecipientInfo::KeyTrans(ktri) => Some(&ktri.key_encryption_algorithm),
            RecipientInfo::KeyAgree(kari) => Some(&kari.key_encryption_algorithm),
            RecipientInfo::Kek(kekri) => Some(&kekri.key_encryption_algorithm),
            RecipientInfo::Password(pwri) => Some(&pwri.key_encryption_algorithm),
            RecipientInfo::Kem(kemri) => Some(&kemri.kem),
            RecipientInfo::Other(_) | RecipientInfo::Unknown => None,
        }
    }
}

/// What became of a RecipientInfo.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RecipientStatus {
    /// A key fits, but its algorithm or structure cannot be used.
    Failed,
    /// No key fits.
    NoKey,
    /// Not looked at.
    NotTried,
    /// It gave the content-encryption key.
    Used,
}

impl RecipientStatus {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NoKey => "no-key",
            Self::NotTried => "not-tried",
            Self::Used => "used",
        }
    }
}

/// What was found in a DigestedData.
#[derive(Debug)]
#[non_exhaustive]
pub struct DigestedDataReport {
    /// CMSVersion.
    pub version: u64,
    /// Whether it was DER.
    pub encoding: Encoding,
    /// eContentType.
    pub econtent_type: ObjectIdentifier,
    /// digestAlgorithm, once it was read.
    pub digest_algorithm: Option<AlgorithmIdentifier>,
    /// Whether the content was outside.
    pub detached: bool,
    /// Whether the digest holds, once it was compared.
    pub digest_ok: Option<bool>,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of content.
    pub content_len: u64,
}

/// What was found in an EncryptedData.
#[derive(Debug)]
#[non_exhaustive]
pub struct EncryptedDataReport {
    /// CMSVersion.
    pub version: u64,
    /// Whether it was DER.
    pub encoding: Encoding,
    /// The type of the encrypted content.
    pub econtent_type: ObjectIdentifier,
    /// The cipher, once it was read.
    pub cipher: Option<AlgorithmIdentifier>,
    /// What binds the key to the cipher, if anything does (RFC 9709).
    pub key_derivation: Option<ObjectIdentifier>,
    /// Whether the ciphertext was outside.
    pub detached: bool,
    /// unprotectedAttrs: nothing protects them.
    pub unprotected_attrs: Option<Attributes>,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of plaintext.
    pub content_len: u64,
}

/// What was found in a CompressedData.
#[derive(Debug)]
#[non_exhaustive]
pub struct CompressedDataReport {
    /// CMSVersion.
    pub version: u64,
    /// Whether it was DER.
    pub encoding: Encoding,
    /// eContentType.
    pub econtent_type: ObjectIdentifier,
    /// compressionAlgorithm, once it was read.
    pub algorithm: Option<AlgorithmIdentifier>,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of compressed content.
    pub compressed_len: u64,
    /// Octets that it inflated to.
    pub content_len: u64,
}

/// What was found in an AuthenticatedData.
#[derive(Debug)]
#[non_exhaustive]
pub struct AuthenticatedDataReport {
    /// CMSVersion.
    pub version: u64,
    /// Whether it was DER.
    pub encoding: Encoding,
    /// eContentType.
    pub econtent_type: ObjectIdentifier,
    /// macAlgorithm, once it was read.
    pub mac_algorithm: Option<AlgorithmIdentifier>,
    /// digestAlgorithm; there when there are authAttrs.
    pub digest_algorithm: Option<AlgorithmIdentifier>,
    /// Whether the content was outside.
    pub detached: bool,
    /// Each RecipientInfo; a key agreement for several has one entry for each of them.
    pub recipients: Vec<RecipientReport>,
    /// authAttrs, not to be believed before the MAC held.
    pub auth_attrs: Option<Attributes>,
    /// unauthAttrs: nothing protects them.
    pub unauth_attrs: Option<Attributes>,
    /// Whether the MAC holds, once it was checked.
    pub mac_ok: Option<bool>,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of content.
    pub content_len: u64,
}

/// What was found in a Data.
#[derive(Debug)]
#[non_exhaustive]
pub struct DataReport {
    /// Whether it was DER.
    pub encoding: Encoding,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of content.
    pub content_len: u64,
}
