//! Transfer encodings: their names, one decoder for all, and the encoders (RFC 2045, section 6).
//!
//! Decoders accept damaged input and report it; whether content with deviations may be trusted is
//! for the caller. An unknown encoding passes its octets unchanged (RFC 2045, section 6.4).

pub mod base64;
pub mod quoted_printable;

use std::fmt;

use self::base64::Base64Decoder;
use self::quoted_printable::QuotedPrintableDecoder;
use super::deviation::{Deviation, Deviations};
use super::error::{MimeError, MimeErrorKind};
use super::offset_of;

/// The value of a Content-Transfer-Encoding field.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum TransferEncoding {
    /// `base64`, RFC 2045, section 6.8.
    Base64,
    /// `binary`, RFC 2045, section 6.2.
    Binary,
    /// `8bit`, RFC 2045, section 6.2.
    EightBit,
    /// `quoted-printable`, RFC 2045, section 6.7.
    QuotedPrintable,
    /// `7bit`, RFC 2045, section 6.2; also what an absent field means.
    SevenBit,
    /// Anything else.
    Unknown,
}

impl TransferEncoding {
    /// Reads a field value; case, comments, quotes and parameters do not matter.
    #[must_use]
    pub fn parse(value: &str) -> Self {
        let mut text = value.trim();
        if text.starts_with('(') {
            text = text.split_once(')').map_or("", |(_, after)| after).trim();
        }
        let end = text.find(['(', ';', ' ', '\t']).unwrap_or(text.len());
        let token = text.get(..end).unwrap_or_default().trim_matches('"');
        match token.to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "binary" => Self::Binary,
            "8bit" | "8-bit" => Self::EightBit,
            "quoted-printable" => Self::QuotedPrintable,
            "7bit" | "7-bit" | "" => Self::SevenBit,
            _ => Self::Unknown,
        }
    }

    /// Whether the octets are the content itself (7bit, 8bit, binary).
    #[must_use]
    pub const fn is_identity(self) -> bool {
        matches!(self, Self::Binary | Self::EightBit | Self::SevenBit)
    }
}

impl fmt::Display for TransferEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base64 => "base64",
            Self::Binary => "binary",
            Self::EightBit => "8bit",
            Self::QuotedPrintable => "quoted-printable",
            Self::SevenBit => "7bit",
            Self::Unknown => "x-unknown",
        })
    }
}

/// Undoes a transfer encoding.
#[derive(Debug)]
pub struct Decoder {
    inner: Inner,
    offset: u64,
}

#[derive(Debug)]
enum Inner {
    Base64(Base64Decoder),
    Finished,
    Identity(Deviations),
    QuotedPrintable(QuotedPrintableDecoder),
}

impl Decoder {
    /// A decoder for this encoding.
    #[must_use]
    pub fn new(encoding: TransferEncoding) -> Self {
        let inner = match encoding {
            TransferEncoding::Base64 => Inner::Base64(Base64Decoder::new()),
            TransferEncoding::QuotedPrintable => {
                Inner::QuotedPrintable(QuotedPrintableDecoder::new())
            }
            TransferEncoding::Unknown => {
                let mut deviations = Deviations::default();
                deviations.note(Deviation::UnknownTransferEncoding, 0);
                Inner::Identity(deviations)
            }
            TransferEncoding::Binary | TransferEncoding::EightBit | TransferEncoding::SevenBit => {
                Inner::Identity(Deviations::default())
            }
        };
        Self { inner, offset: 0 }
    }

    /// Decodes the next octets, appending to `out`.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::Finished`] after [`Decoder::finish`].
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), MimeError> {
        match &mut self.inner {
            Inner::Base64(decoder) => decoder.push(input, out),
            Inner::Finished => return Err(self.finished()),
            Inner::Identity(_) => out.extend_from_slice(input),
            Inner::QuotedPrintable(decoder) => decoder.push(input, out),
        }
        self.offset = self.offset.saturating_add(offset_of(input.len()));
        Ok(())
    }

    /// Appends what is left and tells what was odd; offsets are those of the encoded input.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::Finished`] when called a second time.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<Deviations, MimeError> {
        match std::mem::replace(&mut self.inner, Inner::Finished) {
            Inner::Base64(decoder) => Ok(decoder.finish(out)),
            Inner::Finished => Err(self.finished()),
            Inner::Identity(deviations) => Ok(deviations),
            Inner::QuotedPrintable(decoder) => Ok(decoder.finish(out)),
        }
    }

    const fn finished(&self) -> MimeError {
        MimeError::new(MimeErrorKind::Finished, self.offset)
    }
}

/// How written lines end.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum LineEnd {
    /// CRLF, as in transport.
    #[default]
    Crlf,
    /// LF, as in files on Unix.
    Lf,
}

impl LineEnd {
    /// The octets.
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Crlf => b"\r\n",
            Self::Lf => b"\n",
        }
    }
}

#[cfg(test)]
mod tests;
