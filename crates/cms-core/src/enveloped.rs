//! EnvelopedData (RFC 5652, section 6) and AuthEnvelopedData (RFC 5083): reading and writing.

mod reader;
mod recipients;
mod writer;

pub use reader::{DecryptContext, EnvelopedDataReader};
pub use writer::{
    CiphertextForm, EnvelopedDataBuilder, EnvelopedDataWriter, Recipient, RecipientIdentifierForm,
};
