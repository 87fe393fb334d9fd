//! The small parts of CMS as values: decoded from captured octets, which they keep.

mod algorithm;
mod attribute;
mod bag;
mod certificate;
mod identifier;
mod name;
mod raw;
mod recipient_info;
mod signer_info;
mod time;

pub use algorithm::AlgorithmIdentifier;
pub(crate) use attribute::signing_certificates;
pub use attribute::{
    Attribute, AttributeError, Attributes, CekMaxDecrypts, CekReference, CertificateReference,
    CmsAlgorithmProtection, CmsAttribute, ContentType, KekDerivationAlgorithm, MessageDigest,
    MultipleSignatures, MultipleSignaturesValue, Multiplicity, Placement, SigningCertificate,
    SigningCertificateV2, SigningTime, SmimeCapabilities, SmimeEncryptionKeyPreference,
};
pub(crate) use bag::Bags;
pub use bag::{BagMember, CertificateChoice, RevocationInfoChoice};
pub use certificate::{Certificate, Extension, SubjectPublicKeyInfo, signature_octets};
pub use identifier::{IssuerAndSerialNumber, OtherKeyAttribute, RecipientIdentifier};
pub use name::{AttributeTypeAndValue, CanonicalName, Name};
pub use raw::Raw;
pub use recipient_info::{
    KekIdentifier, KekRecipientInfo, KemRecipientInfo, KeyAgreeRecipientInfo,
    KeyTransRecipientInfo, ORI_KEM, OriginatorIdentifierOrKey, OtherRecipientInfo,
    PasswordRecipientInfo, RecipientEncryptedKey, RecipientInfo, RecipientKind,
};
pub use signer_info::{SignerIdentifier, SignerInfo};
pub use time::Time;
