//! SignedData (RFC 5652, section 5): reading, verifying, writing.

mod builder;
mod certificates;
mod countersign;
mod digests;
mod multiple;
mod reader;
mod signer;
mod verify;
mod writer;

pub(crate) use digests::DigestedContent;

pub use builder::{Companions, SignedDataBuilder};
pub use countersign::{countersign, with_unsigned_attribute};
pub use digests::{ContentCandidate, ContentDigester, NoReplay, Replay};
pub use reader::SignedDataReader;
pub use signer::{AlgorithmProtection, Signer, SignerAttributes, SignerIdentifierForm};
pub use verify::VerifyContext;
pub use writer::{PreparedSignedData, SignedDataWriter};
