//! The small parts of CMS as values: decoded from captured octets, which they keep.

mod algorithm;
mod attribute;
mod certificate;
mod name;
mod raw;
mod recipient_info;
mod signer_info;
mod time;

pub use algorithm::AlgorithmIdentifier;
pub use attribute::{
    Attribute, AttributeError, Attributes, CmsAttribute, ContentType, MessageDigest, Multiplicity,
    Placement, SigningTime,
};
pub use certificate::{Certificate, Extension, SubjectPublicKeyInfo};
pub use name::Name;
pub use raw::Raw;
pub use recipient_info::{
    IssuerAndSerialNumber, KeyAgreeRecipientInfo, KeyTransRecipientInfo, OriginatorIdentifierOrKey,
    RecipientEncryptedKey, RecipientIdentifier, RecipientInfo, RecipientKind,
};
pub use signer_info::{SignerIdentifier, SignerInfo};
pub use time::Time;
