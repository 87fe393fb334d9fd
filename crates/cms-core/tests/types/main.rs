//! The content types but for plain SignedData and EnvelopedData, every kind of recipient and every kind of signer.

#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests"
)]

mod attributes;
mod hostile;
mod layers;
mod recipients;
mod signers;
mod support;
mod versions;
