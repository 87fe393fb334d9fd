//! What readers found: structured, never a bool.

use alloc::string::String;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::error::{CryptoError, DecodeError, PolicyRejection};
use crate::types::{
    AlgorithmIdentifier, AttributeError, Certificate, Raw, RecipientInfo, RecipientKind,
    SignerInfo, Time,
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
    /// Whether the content was outside.
    pub detached: bool,
    /// digestAlgorithms.
    pub digest_algorithms: Vec<AlgorithmIdentifier>,
    /// Each signer.
    pub signers: Vec<SignerReport>,
    /// Certificates that could be read.
    pub certificates: Vec<Certificate>,
    /// All certificates as received, other kinds included.
    pub raw_certificates: Vec<Vec<u8>>,
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
    /// Whether messageDigest equals the content's digest (RFC 5652, 11.2); `None` when it was not compared. Without
    /// signed attributes it equals [`Self::signature_ok`].
    pub digest_ok: Option<bool>,
    /// Whether the signature holds; `None` when it was not checked.
    pub signature_ok: Option<bool>,
    /// Which octets the signature held over.
    pub covered: Option<Covered>,
    /// signingTime, claimed by the signer.
    pub signing_time: Option<Time>,
    /// Why it is not good.
    pub errors: Vec<SignerError>,
}

/// Which octets a signature was found to cover.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Covered {
    /// signedAttrs as received.
    Attributes,
    /// The DER form of signedAttrs, which were not received so.
    CanonicalAttributes,
    /// The content, without signedAttrs.
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
    /// contentEncryptionAlgorithm.
    pub cipher: AlgorithmIdentifier,
    /// Whether the content was authenticated.
    pub authenticated: bool,
    /// Each RecipientInfo; a key agreement for several has one entry for each of them.
    pub recipients: Vec<RecipientReport>,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of plaintext.
    pub content_len: u64,
}

/// What was found about one recipient.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecipientReport {
    /// Which alternative.
    pub kind: RecipientKind,
    /// The identifier: issuer and serial, or key identifier in hex.
    pub id: String,
    /// keyEncryptionAlgorithm, where it could be read.
    pub algorithm: Option<AlgorithmIdentifier>,
    /// What became of it.
    pub status: RecipientStatus,
    /// Why it could not be read.
    pub error: Option<String>,
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

/// All recipients of a captured RecipientInfo, as reports that nobody tried yet.
pub(crate) fn recipient_reports(info: &Raw<RecipientInfo>) -> Vec<RecipientReport> {
    let report = |kind, id, algorithm: Option<&AlgorithmIdentifier>| RecipientReport {
        kind,
        id,
        algorithm: algorithm.cloned(),
        status: RecipientStatus::NotTried,
        error: None,
    };
    match info.value() {
        Ok(RecipientInfo::KeyTrans(ktri)) => {
            let algorithm = Some(&ktri.key_encryption_algorithm);
            alloc::vec![report(RecipientKind::Ktri, ktri.rid.describe(), algorithm)]
        }
        Ok(RecipientInfo::KeyAgree(kari)) => kari
            .recipient_encrypted_keys
            .iter()
            .map(|key| {
                let algorithm = Some(&kari.key_encryption_algorithm);
                report(RecipientKind::Kari, key.rid.describe(), algorithm)
            })
            .collect(),
        Ok(RecipientInfo::Other(kind)) => alloc::vec![report(*kind, String::new(), None)],
        Err(error) => {
            let kind = crate::ber::Header::parse(info.octets(), 0)
                .ok()
                .flatten()
                .map_or(RecipientKind::Unknown, |header| {
                    RecipientKind::of(header.tag)
                });
            let mut report = report(kind, String::new(), None);
            report.status = RecipientStatus::Failed;
            report.error = Some(alloc::format!("{error}"));
            alloc::vec![report]
        }
    }
}
