//! The MIME layer: octets of a mail in, headers, parts and byte ranges out.
//!
//! Everything here is a push state machine (octets go in at any chunking, the same events come
//! out), works without IO, and keeps the octets of what may be signed exactly as they came
//! (RFC 8551, section 3.1; RFC 1847, section 2.1). Odd mail is reported as
//! [`Deviations`](deviation::Deviations) and read as well as possible; only a limit or a
//! misuse is an error. Whether a deviation matters is for a policy, not for this module.
//!
//! ```text
//!  octets ─▶ header::HeaderReader ─▶ HeaderBlock ─▶ media_type::ContentType
//!        └▶ multipart::MultipartReader ─▶ part octets ─▶ transfer::Decoder
//!                                                    └▶ canonical::Canonicalizer
//! ```
//!
//! It does not decode encoded words (RFC 2047), character sets of bodies, or UUencode.

pub mod address;
pub mod canonical;
pub mod deviation;
pub mod error;
pub mod header;
pub mod media_type;
pub mod micalg;
pub mod multipart;
mod parameters;
pub mod scanner;
pub mod transfer;
pub mod writer;

/// An octet count as an offset in a stream; a `usize` always fits on supported targets.
pub(crate) fn offset_of(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
