//! SignedData (RFC 5652, section 5): reading, verifying, writing.

mod digests;
mod reader;
mod verify;
mod writer;

pub use digests::{ContentCandidate, ContentDigester, NoReplay, Replay};
pub use reader::SignedDataReader;
pub use verify::VerifyContext;
pub use writer::{
    ContentForm, PreparedSignedData, SignedDataBuilder, SignedDataWriter, Signer, SignerAttributes,
    SignerIdentifierForm,
};
