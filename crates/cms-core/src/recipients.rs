//! Recipients (RFC 5652, section 6.2): from RecipientInfos and keys to the content-encryption key, and back.
//!
//! EnvelopedData, AuthEnvelopedData and AuthenticatedData share them; what is called content-encryption key here is the
//! authentication key there.

mod open;
mod originator;
mod write;

pub(crate) use open::Opening;
pub(crate) use originator::decode_originator_certificates;
pub(crate) use write::{RecipientInfos, recipient_infos};

pub use originator::OriginatorInfo;
pub use write::{Recipient, RecipientIdentifierForm};
