//! Identifier and length octets (X.690, 8.1.2 and 8.1.3), parsed from however many octets are there.

use crate::error::DecodeErrorKind;

use super::Tag;

/// What the identifier and length octets of one encoding say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// Class and number.
    pub tag: Tag,
    /// Whether the contents are encodings themselves (X.690, 8.1.2.5).
    pub constructed: bool,
    /// Number of contents octets; `None` is the indefinite form (X.690, 8.1.3.6).
    pub length: Option<u64>,
    /// Absolute offset of the first identifier octet.
    pub offset: u64,
    /// Number of identifier and length octets.
    pub header_len: u64,
    /// Whether the length is in its shortest definite form, as DER wants it (X.690, 10.1).
    pub minimal: bool,
}

impl Header {
    /// Reads a header from the front of `octets`; `None` when more octets are needed.
    ///
    /// # Errors
    /// Tag numbers above [`Tag::MAX_NUMBER`], lengths of 2^64 and more, the reserved length 0xff and
    /// primitive encodings of indefinite length.
    pub fn parse(octets: &[u8], offset: u64) -> Result<Option<Self>, DecodeErrorKind> {
        let mut rest = octets.iter().copied();
        let Some(first) = rest.next() else {
            return Ok(None);
        };
        let mut header_len = 1u64;
        let mut number = u32::from(first & 0x1f);
        let mut minimal = true;
        if number == 0x1f {
            number = 0;
            loop {
                let Some(octet) = rest.next() else {
                    return Ok(None);
                };
                header_len += 1;
                if number > Tag::MAX_NUMBER >> 7 {
                    return Err(DecodeErrorKind::TagNumberTooLarge);
                }
                number = number << 7 | u32::from(octet & 0x7f);
                if octet & 0x80 == 0 {
                    break;
                }
            }
            minimal = number > 30;
        }
        let constructed = first & 0x20 != 0;
        let Some(octet) = rest.next() else {
            return Ok(None);
        };
        header_len += 1;
        let length = match octet {
            0x80 => {
                minimal = false;
                None
            }
            0xff => return Err(DecodeErrorKind::ReservedLength),
            short if short < 0x80 => Some(u64::from(short)),
            long => {
                let mut value = 0u64;
                for index in 0..long & 0x7f {
                    let Some(octet) = rest.next() else {
                        return Ok(None);
                    };
                    header_len += 1;
                    if value >> 56 != 0 {
                        return Err(DecodeErrorKind::LengthTooLarge);
                    }
                    minimal &= index != 0 || octet != 0;
                    value = value << 8 | u64::from(octet);
                }
                minimal &= value >= 0x80;
                Some(value)
            }
        };
        if length.is_none() && !constructed {
            return Err(DecodeErrorKind::PrimitiveIndefinite);
        }
        let tag = Tag::from_parts(first >> 6, number);
        if tag.form().is_some_and(|form| form != constructed) {
            return Err(DecodeErrorKind::WrongForm(tag));
        }
        Ok(Some(Self {
            tag,
            constructed,
            length,
            offset,
            header_len,
            minimal,
        }))
    }

    /// Whether this is the end-of-contents marker `00 00`.
    #[must_use]
    pub fn is_end_of_contents(&self) -> bool {
        self.tag == Tag::END_OF_CONTENTS && !self.constructed && self.length == Some(0)
    }

    /// Absolute offset of the first contents octet.
    #[must_use]
    pub fn contents_offset(&self) -> u64 {
        self.offset.saturating_add(self.header_len)
    }
}
