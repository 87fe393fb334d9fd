//! Facts about mail that is not as the RFCs want it, collected while it is read all the same.
//!
//! A [`Deviations`] keeps, for each kind, how often and where it was first seen, so its size does
//! not grow with the input.

use std::fmt;

/// One way in which a mail departs from the standards.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Deviation {
    /// Octets of the base64 alphabet after padding (RFC 2045, section 6.8).
    Base64AfterPadding,
    /// The bits before base64 padding are not zero (RFC 4648, section 3.5).
    Base64LooseBits,
    /// Base64 that ends without padding (RFC 2045, section 6.8).
    Base64MissingPadding,
    /// An octet outside the base64 alphabet that is no white space (RFC 2045, section 6.8).
    Base64StrayOctet,
    /// Base64 that ends after one character of a group of four; that character is dropped.
    Base64Truncated,
    /// A header field that may occur once occurs again; the first one counts.
    DuplicateField,
    /// A parameter occurs again; the first one counts (RFC 2045, section 5.1).
    DuplicateParameter,
    /// A multipart or message with an encoding other than 7bit, 8bit or binary (RFC 2045, 6.4).
    EncodedComposite,
    /// The input ends before the blank line that ends the header.
    HeaderNotTerminated,
    /// The Content-Type cannot be understood; it counts as application/octet-stream.
    MalformedContentType,
    /// A parameter without name, value, or closing quote, or with characters that need quotes.
    MalformedParameter,
    /// A message begins with an mbox separator ("From " or ">From ").
    MboxFromLine,
    /// A multipart without a usable boundary parameter (RFC 2046, section 5.1.1).
    MissingBoundary,
    /// A multipart ends without its closing delimiter (RFC 2046, section 5.1.1).
    MissingCloseDelimiter,
    /// Two parameters without a semicolon between them (RFC 2045, section 5.1).
    MissingSemicolon,
    /// A line that is no header field ended the header; the body begins with that line.
    NotAFieldLine,
    /// An `=` that begins neither an octet nor a soft line break; kept (RFC 2045, section 6.7).
    QuotedPrintableBrokenEscape,
    /// Octets above 127 in quoted-printable; kept.
    QuotedPrintableEightBit,
    /// Lower-case hexadecimal digits in quoted-printable (RFC 2045, section 6.7, rule 1).
    QuotedPrintableLowercaseHex,
    /// Quoted-printable that ends in a soft line break without a line after it.
    QuotedPrintableTruncated,
    /// A character set in a parameter that is not decoded; read as UTF-8 (RFC 2231, section 4).
    UnknownCharset,
    /// A transfer encoding that is not in RFC 2045, section 6; the octets pass unchanged.
    UnknownTransferEncoding,
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base64AfterPadding => "base64 characters follow the padding",
            Self::Base64LooseBits => "base64 with stray bits before the padding",
            Self::Base64MissingPadding => "base64 without padding",
            Self::Base64StrayOctet => "characters outside the base64 alphabet",
            Self::Base64Truncated => "base64 ends within a group of four",
            Self::DuplicateField => "a header field occurs twice",
            Self::DuplicateParameter => "a parameter occurs twice",
            Self::EncodedComposite => "a multipart or message with a transfer encoding",
            Self::HeaderNotTerminated => "the input ends within the header",
            Self::MalformedContentType => "Content-Type cannot be understood",
            Self::MalformedParameter => "a malformed parameter",
            Self::MboxFromLine => "an mbox separator before the header",
            Self::MissingBoundary => "a multipart without a boundary",
            Self::MissingCloseDelimiter => "a multipart without its closing delimiter",
            Self::MissingSemicolon => "parameters without a semicolon between them",
            Self::NotAFieldLine => "a line that is no header field ends the header",
            Self::QuotedPrintableBrokenEscape => "a broken quoted-printable escape",
            Self::QuotedPrintableEightBit => "8-bit octets in quoted-printable",
            Self::QuotedPrintableLowercaseHex => {
                "lower-case hexadecimal digits in quoted-printable"
            }
            Self::QuotedPrintableTruncated => "quoted-printable ends in a soft line break",
            Self::UnknownCharset => "a parameter in an unknown character set",
            Self::UnknownTransferEncoding => "an unknown transfer encoding",
        })
    }
}

/// A deviation, how often it was seen, and where first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Noted {
    deviation: Deviation,
    first: u64,
    count: u64,
}

impl Noted {
    /// What was seen.
    #[must_use]
    pub const fn deviation(&self) -> Deviation {
        self.deviation
    }

    /// The offset of the first one in the input of the reader that saw it.
    #[must_use]
    pub const fn first_offset(&self) -> u64 {
        self.first
    }

    /// How many were seen.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }
}

/// The deviations a reader saw, one entry for each kind, in the order of their first sight.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Deviations {
    noted: Vec<Noted>,
}

impl Deviations {
    /// Whether nothing was seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.noted.is_empty()
    }

    /// Whether this kind was seen.
    #[must_use]
    pub fn contains(&self, deviation: Deviation) -> bool {
        self.noted.iter().any(|noted| noted.deviation == deviation)
    }

    /// The entries, one for each kind.
    pub fn iter(&self) -> impl Iterator<Item = &Noted> {
        self.noted.iter()
    }

    /// Notes one deviation at this offset.
    pub(crate) fn note(&mut self, deviation: Deviation, offset: u64) {
        self.add(Noted {
            deviation,
            first: offset,
            count: 1,
        });
    }

    /// Takes over what another reader saw.
    pub(crate) fn merge(&mut self, other: &Self) {
        for noted in &other.noted {
            self.add(*noted);
        }
    }

    fn add(&mut self, new: Noted) {
        match self
            .noted
            .iter_mut()
            .find(|noted| noted.deviation == new.deviation)
        {
            Some(noted) => noted.count = noted.count.saturating_add(new.count),
            None => self.noted.push(new),
        }
    }
}
