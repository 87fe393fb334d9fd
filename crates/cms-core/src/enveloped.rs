//! EnvelopedData (RFC 5652, section 6) and AuthEnvelopedData (RFC 5083): reading and writing.

pub(crate) mod encrypting;
mod readdress;
mod reader;
pub(crate) mod writer;

pub use encrypting::EncryptingWriter;
pub use readdress::Readdresser;
pub use reader::{DecryptContext, EnvelopedDataReader};
pub use writer::{EnvelopedDataBuilder, KeyBinding};
