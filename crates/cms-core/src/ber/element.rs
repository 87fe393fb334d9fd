//! Reading captured parts from a slice, in any BER.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::write;
use super::{Header, Tag};
use crate::error::{DecodeError, DecodeErrorKind};

/// Nesting within captured parts. RFC 5652 structures need about ten levels; 64 leaves room for
/// general names and attributes that contain certificates.
const MAX_DEPTH: usize = 64;

/// One encoding within a slice.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    header: Header,
    raw: &'a [u8],
    contents: &'a [u8],
}

/// A reader of the encodings that follow each other in a slice.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    rest: &'a [u8],
    offset: u64,
    /// The tag of a primitive encoding whose contents are read as encodings: whatever is asked fails.
    primitive: Option<Tag>,
}

impl<'a> Cursor<'a> {
    /// Reads `octets`, whose first octet stands at the absolute `offset`.
    #[must_use]
    pub fn new(octets: &'a [u8], offset: u64) -> Self {
        Self {
            rest: octets,
            offset,
            primitive: None,
        }
    }

    /// Reads one encoding that fills `octets`.
    ///
    /// # Errors
    /// Broken BER, or octets that follow.
    pub fn single(octets: &'a [u8], offset: u64) -> Result<Element<'a>, DecodeError> {
        let mut cursor = Self::new(octets, offset);
        let element = cursor.element()?;
        cursor.finish()?;
        Ok(element)
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty() && self.primitive.is_none()
    }

    /// Absolute offset of the next octet.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The tag of the next encoding, if there is one.
    #[must_use]
    pub fn peek(&self) -> Option<Tag> {
        Header::parse(self.rest, self.offset)
            .ok()
            .flatten()
            .map(|header| header.tag)
    }

    /// The next encoding, whatever its tag.
    ///
    /// # Errors
    /// Broken BER or the end of the slice.
    pub fn element(&mut self) -> Result<Element<'a>, DecodeError> {
        let error = |kind| DecodeError::new(kind, self.offset);
        if let Some(tag) = self.primitive {
            return Err(error(DecodeErrorKind::WrongForm(tag)));
        }
        let header = Header::parse(self.rest, self.offset)
            .map_err(error)?
            .ok_or_else(|| error(DecodeErrorKind::Truncated))?;
        let truncated = || error(DecodeErrorKind::Truncated);
        let start = usize::try_from(header.header_len).map_err(|_| truncated())?;
        let body = self.rest.get(start..).ok_or_else(truncated)?;
        let (contents_len, end_len) = match header.length {
            Some(length) => (usize::try_from(length).map_err(|_| truncated())?, 0),
            None => (indefinite_len(body, header.contents_offset())?, 2),
        };
        let contents = body.get(..contents_len).ok_or_else(truncated)?;
        let (raw, rest) = self
            .rest
            .split_at_checked(start.saturating_add(contents_len).saturating_add(end_len))
            .ok_or_else(truncated)?;
        self.rest = rest;
        self.offset = self
            .offset
            .saturating_add(u64::try_from(raw.len()).unwrap_or(u64::MAX));
        Ok(Element {
            header,
            raw,
            contents,
        })
    }

    /// The next encoding, which must have `tag`.
    ///
    /// # Errors
    /// Broken BER, another tag, or the end of the slice.
    pub fn expect(&mut self, tag: Tag) -> Result<Element<'a>, DecodeError> {
        let offset = self.offset;
        let element = self.element()?;
        if element.tag() == tag {
            Ok(element)
        } else {
            let kind = DecodeErrorKind::UnexpectedTag {
                expected: tag,
                found: element.tag(),
            };
            Err(DecodeError::new(kind, offset))
        }
    }

    /// The next encoding if it has `tag`.
    ///
    /// # Errors
    /// Broken BER.
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, DecodeError> {
        if self.peek() == Some(tag) {
            self.element().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Nothing may be left.
    ///
    /// # Errors
    /// [`DecodeErrorKind::TrailingData`].
    pub fn finish(self) -> Result<(), DecodeError> {
        if let Some(tag) = self.primitive {
            return Err(DecodeError::new(
                DecodeErrorKind::WrongForm(tag),
                self.offset,
            ));
        }
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::new(DecodeErrorKind::TrailingData, self.offset))
        }
    }
}

/// Length of the contents before the end-of-contents octets that close them, without recursion.
fn indefinite_len(body: &[u8], offset: u64) -> Result<usize, DecodeError> {
    let mut position = 0usize;
    let mut open = 1usize;
    loop {
        let at = offset.saturating_add(u64::try_from(position).unwrap_or(u64::MAX));
        let error = |kind| DecodeError::new(kind, at);
        let rest = body.get(position..).unwrap_or_default();
        let header = Header::parse(rest, at)
            .map_err(error)?
            .ok_or_else(|| error(DecodeErrorKind::Truncated))?;
        if header.is_end_of_contents() {
            open -= 1;
            if open == 0 {
                return Ok(position);
            }
        } else if header.length.is_none() {
            open += 1;
            if open > MAX_DEPTH {
                return Err(error(DecodeErrorKind::TooDeep));
            }
        }
        let skip = header.header_len.saturating_add(header.length.unwrap_or(0));
        position = usize::try_from(skip)
            .ok()
            .and_then(|skip| position.checked_add(skip))
            .filter(|position| *position <= body.len())
            .ok_or_else(|| error(DecodeErrorKind::Truncated))?;
    }
}

impl<'a> Element<'a> {
    /// Class and number.
    #[must_use]
    pub fn tag(&self) -> Tag {
        self.header.tag
    }

    /// Identifier and length.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Absolute offset of the first octet.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.header.offset
    }

    /// All octets: identifier, length, contents and end-of-contents.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The contents octets.
    #[must_use]
    pub fn contents(&self) -> &'a [u8] {
        self.contents
    }

    /// Reads the encodings within.
    #[must_use]
    pub fn children(&self) -> Cursor<'a> {
        Cursor {
            primitive: (!self.header.constructed).then_some(self.header.tag),
            ..Cursor::new(self.contents, self.header.contents_offset())
        }
    }

    /// Reads this encoding again as a one-element cursor.
    #[must_use]
    pub fn cursor(&self) -> Cursor<'a> {
        Cursor::new(self.raw, self.header.offset)
    }

    /// The value of an OCTET STRING (or one that is implicitly tagged), put together when it is
    /// constructed (X.690, 8.7.3).
    ///
    /// # Errors
    /// Segments that are no OCTET STRINGs, or nested too deeply.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, DecodeError> {
        if !self.header.constructed {
            return Ok(Cow::Borrowed(self.contents));
        }
        let mut whole = Vec::new();
        let mut stack = alloc::vec![self.children()];
        while let Some(cursor) = stack.last_mut() {
            if cursor.is_empty() {
                stack.pop();
                continue;
            }
            let segment = cursor.expect(Tag::OCTET_STRING)?;
            if segment.header.constructed {
                if stack.len() >= MAX_DEPTH {
                    return Err(DecodeError::new(DecodeErrorKind::TooDeep, segment.offset()));
                }
                stack.push(segment.children());
            } else {
                whole.extend_from_slice(segment.contents);
            }
        }
        Ok(Cow::Owned(whole))
    }

    /// The value of an OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// Another tag, or arcs that do not fit the type (39 octets at most).
    pub fn oid(&self) -> Result<ObjectIdentifier, DecodeError> {
        if self.tag() != Tag::OBJECT_IDENTIFIER || self.header.constructed {
            let kind = DecodeErrorKind::UnexpectedTag {
                expected: Tag::OBJECT_IDENTIFIER,
                found: self.tag(),
            };
            return Err(DecodeError::new(kind, self.offset()));
        }
        ObjectIdentifier::from_bytes(self.contents)
            .map_err(|_| DecodeError::new(DecodeErrorKind::BadObjectIdentifier, self.offset()))
    }

    /// The value of a small non-negative INTEGER.
    ///
    /// # Errors
    /// Negative, empty or over-long values.
    pub fn u64(&self) -> Result<u64, DecodeError> {
        let bad = DecodeError::new(DecodeErrorKind::BadInteger, self.offset());
        let (first, _) = self.contents.split_first().ok_or_else(|| bad.clone())?;
        if self.header.constructed || *first >= 0x80 || self.contents.len() > 9 {
            return Err(bad);
        }
        self.contents.iter().try_fold(0u64, |value, octet| {
            if value >> 56 == 0 {
                Ok(value << 8 | u64::from(*octet))
            } else {
                Err(bad.clone())
            }
        })
    }

    /// The value of a BIT STRING with no unused bits.
    ///
    /// # Errors
    /// Unused bits, or the constructed form.
    pub fn bit_string(&self) -> Result<&'a [u8], DecodeError> {
        match self.contents.split_first() {
            Some((0, octets)) if !self.header.constructed => Ok(octets),
            _ => Err(DecodeError::new(
                DecodeErrorKind::BadBitString,
                self.offset(),
            )),
        }
    }

    /// The value of a BOOLEAN.
    ///
    /// # Errors
    /// Contents that are not one octet.
    pub fn boolean(&self) -> Result<bool, DecodeError> {
        match self.contents {
            [octet] if !self.header.constructed => Ok(*octet != 0),
            _ => Err(DecodeError::new(DecodeErrorKind::BadBoolean, self.offset())),
        }
    }
}

/// The DER form of an encoding: definite minimal lengths, OCTET STRINGs in one piece, SETs in the
/// order of their encodings (X.690, 10 and 11.6). Values of other types stay as they are.
///
/// # Errors
/// Broken BER or nesting deeper than 64.
pub fn to_der(element: &Element<'_>) -> Result<Vec<u8>, DecodeError> {
    normalise(element, MAX_DEPTH)
}

/// Whether `octets` are one encoding in the form that [`to_der`] writes.
#[must_use]
pub fn is_der(octets: &[u8]) -> bool {
    Cursor::single(octets, 0)
        .and_then(|element| to_der(&element))
        .is_ok_and(|der| der == octets)
}

fn normalise(element: &Element<'_>, depth: usize) -> Result<Vec<u8>, DecodeError> {
    if depth == 0 {
        return Err(DecodeError::new(DecodeErrorKind::TooDeep, element.offset()));
    }
    if !element.header.constructed {
        return Ok(write::tagged(
            element.tag(),
            write::Form::Primitive,
            element.contents,
        ));
    }
    if element.tag() == Tag::OCTET_STRING {
        return Ok(write::octet_string(&element.octets()?));
    }
    let mut children = Vec::new();
    let mut cursor = element.children();
    while !cursor.is_empty() {
        children.push(normalise(&cursor.element()?, depth - 1)?);
    }
    if element.tag() == Tag::SET {
        children.sort();
    }
    Ok(write::tagged(
        element.tag(),
        write::Form::Constructed,
        &children.concat(),
    ))
}
