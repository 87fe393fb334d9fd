//! AuthenticatedData (RFC 5652, section 9): content under a MAC whose key recipients get as they get content-encryption
//! keys. It tells each recipient that one who knows the key made it, another recipient included.

mod reader;
mod writer;

pub use reader::AuthenticatedDataReader;
pub use writer::{AuthenticatedDataBuilder, AuthenticatedDataWriter};
