//! The error of the MIME layer: a kind and the octet it concerns.
//!
//! Only limits, unusable values handed in by the caller and misuse are errors. Damage in a mail
//! is a [`Deviation`](super::deviation::Deviation).

/// Why reading or writing MIME stopped, and where.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{kind} (octet {offset})")]
pub struct MimeError {
    kind: MimeErrorKind,
    offset: u64,
}

impl MimeError {
    /// An error of this kind at this octet of the input.
    pub(crate) const fn new(kind: MimeErrorKind, offset: u64) -> Self {
        Self { kind, offset }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &MimeErrorKind {
        &self.kind
    }

    /// The first octet concerned, counted from the first octet given to the reader.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }
}

/// The kinds of [`MimeError`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MimeErrorKind {
    /// A boundary is empty, longer than [`BOUNDARY_LIMIT`](super::multipart::BOUNDARY_LIMIT), or
    /// holds control octets (RFC 2046, section 5.1.1).
    #[error("unusable multipart boundary")]
    Boundary,
    /// Entities are nested deeper than the limit.
    #[error("entities nested deeper than {limit}")]
    Depth {
        /// The limit that was met.
        limit: usize,
    },
    /// Octets were pushed after `finish`.
    #[error("input after the end")]
    Finished,
    /// A header field name or value cannot be written (RFC 5322, section 2.2).
    #[error("field name or value cannot be written")]
    FieldValue,
    /// A header is longer than the limit.
    #[error("header longer than {limit} octets")]
    HeaderTooLong {
        /// The limit that was met.
        limit: usize,
    },
    /// A media type or disposition does not follow RFC 2045, section 5.1, or RFC 2183.
    #[error("malformed media type or disposition")]
    MediaType,
    /// A message has more entities than the limit.
    #[error("more than {limit} entities")]
    Parts {
        /// The limit that was met.
        limit: usize,
    },
}
