//! ContentCollection and ContentWithAttributes (RFC 4073): several contents, or one with attributes.
//!
//! Nothing in them is protected; they stand within layers that protect. Each content is a ContentInfo of its own and
//! comes out octet for octet, as long as it may be, for a reader of its type.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::write::{self, Form};
use crate::ber::{Cursor, Header, Tag, Token, Tokenizer};
use crate::error::{CmsError, DecodeError, DecodeErrorKind};
use crate::frame::content_info_header;
use crate::frame::len_u64;
use crate::limits::Limits;
use crate::oid;
use crate::types::{Attribute, Attributes};

/// What comes out of a collection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum CollectionEvent<'a> {
    /// A ContentInfo begins, at this offset.
    Begin(u64),
    /// Octets of the ContentInfo.
    Octets(&'a [u8]),
    /// The ContentInfo is complete.
    End,
}

/// Reads a bare ContentCollection or ContentWithAttributes, at any chunking.
///
/// ```text
/// ContentCollection ::= SEQUENCE SIZE (1..MAX) OF ContentInfo
/// ContentWithAttributes ::= SEQUENCE { content ContentInfo, attrs SEQUENCE SIZE (1..MAX) OF Attribute }
/// ```
#[derive(Debug)]
pub struct CollectionReader {
    tokenizer: Tokenizer,
    with_attributes: bool,
    /// Octets at the level of the collection that may begin a member or end the collection.
    pending: Vec<u8>,
    members: u64,
    max_members: u64,
    attributes: Option<Attributes>,
    capturing: Option<u64>,
    wrapper: usize,
    /// What comes next before the collection is open.
    expected: Expected,
}

/// The fields around a collection, in their order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Expected {
    ContentInfo,
    ContentType,
    Content,
    Collection,
    Nothing,
}

impl CollectionReader {
    /// A reader of the content of a type, one of the two.
    ///
    /// # Errors
    /// Another content type.
    pub fn nested(content_type: &ObjectIdentifier, limits: &Limits) -> Result<Self, CmsError> {
        Self::with(content_type, limits, 0)
    }

    /// A reader of a ContentInfo that holds one.
    ///
    /// # Errors
    /// Another content type.
    pub fn new(content_type: &ObjectIdentifier, limits: &Limits) -> Result<Self, CmsError> {
        Self::with(content_type, limits, 2)
    }

    fn with(
        content_type: &ObjectIdentifier,
        limits: &Limits,
        wrapper: usize,
    ) -> Result<Self, CmsError> {
        let with_attributes = match *content_type {
            oid::CONTENT_COLLECTION => false,
            oid::CONTENT_WITH_ATTRIBUTES => true,
            other => return Err(CmsError::UnexpectedContentType(oid::display(&other))),
        };
        Ok(Self {
            tokenizer: Tokenizer::new(limits),
            with_attributes,
            pending: Vec::new(),
            members: 0,
            max_members: limits.elements,
            attributes: None,
            capturing: None,
            wrapper,
            expected: if wrapper > 0 {
                Expected::ContentInfo
            } else {
                Expected::Collection
            },
        })
    }

    /// Takes more octets.
    ///
    /// # Errors
    /// Broken structure, limits, and what `sink` returns.
    pub fn push<E: From<DecodeError>>(
        &mut self,
        mut input: &[u8],
        sink: &mut dyn FnMut(CollectionEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // The collection itself is open at this depth, its members one deeper.
        let level = self.wrapper + 1;
        loop {
            let before = input;
            let depth = self.tokenizer.depth();
            let token = self.tokenizer.next(&mut input)?;
            let consumed = before.get(..before.len() - input.len()).unwrap_or_default();
            match token {
                // Within a member, everything is its octets.
                _ if depth > level && self.capturing.is_none() => {
                    if !consumed.is_empty() {
                        sink(CollectionEvent::Octets(consumed))?;
                    }
                    if self.tokenizer.depth() == level {
                        sink(CollectionEvent::End)?;
                    }
                    if token.is_none() {
                        break;
                    }
                }
                None => {
                    self.pending.extend_from_slice(consumed);
                    break;
                }
                Some(Token::Begin(header)) => {
                    self.pending.extend_from_slice(consumed);
                    let octets = core::mem::take(&mut self.pending);
                    self.begin(&header, depth, &octets, sink)?;
                }
                Some(Token::Captured) => {
                    let octets = self.tokenizer.take_captured();
                    let offset = self.capturing.take().unwrap_or_default();
                    self.attributes = Some(decode_attributes(&octets, offset)?);
                }
                Some(Token::Data(_) | Token::End(_)) => self.pending.clear(),
            }
        }
        if self.tokenizer.is_complete() && input.iter().any(|octet| *octet != 0) {
            let offset = self.tokenizer.position();
            return Err(DecodeError::at(DecodeErrorKind::TrailingData, offset).into());
        }
        Ok(())
    }

    fn begin<E: From<DecodeError>>(
        &mut self,
        header: &Header,
        depth: usize,
        octets: &[u8],
        sink: &mut dyn FnMut(CollectionEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if depth < self.wrapper + 1 {
            return Ok(self.begin_wrapper(header)?);
        }
        if header.tag != Tag::SEQUENCE {
            return Err(unexpected(Tag::SEQUENCE, header).into());
        }
        if self.with_attributes && self.members == 1 && self.attributes.is_none() {
            self.tokenizer.capture()?;
            self.capturing = Some(header.offset);
            return Ok(());
        }
        self.members += 1;
        if self.members > self.max_members || self.with_attributes && self.members > 1 {
            let kind = if self.with_attributes {
                DecodeErrorKind::TrailingData
            } else {
                DecodeErrorKind::TooMany
            };
            return Err(DecodeError::at(kind, header.offset).into());
        }
        self.tokenizer.opaque();
        sink(CollectionEvent::Begin(header.offset))?;
        sink(CollectionEvent::Octets(octets))
    }

    /// ContentInfo and the collection's own header.
    fn begin_wrapper(&mut self, header: &Header) -> Result<(), DecodeError> {
        let (tag, next) = match self.expected {
            Expected::ContentInfo => (Tag::SEQUENCE, Expected::ContentType),
            Expected::ContentType => (Tag::OBJECT_IDENTIFIER, Expected::Content),
            Expected::Content => (Tag::context(0), Expected::Collection),
            Expected::Collection => (Tag::SEQUENCE, Expected::Nothing),
            Expected::Nothing => {
                return Err(DecodeError::at(
                    DecodeErrorKind::TrailingData,
                    header.offset,
                ));
            }
        };
        if header.tag != tag {
            return Err(unexpected(tag, header));
        }
        self.expected = next;
        Ok(())
    }

    /// The input is over.
    ///
    /// # Errors
    /// A truncated input; a collection of nothing, or content without its attributes.
    pub fn finish(&self) -> Result<(), DecodeError> {
        let offset = self.tokenizer.position();
        if !self.tokenizer.is_complete() {
            return Err(DecodeError::at(DecodeErrorKind::Truncated, offset));
        }
        if self.members == 0 {
            return Err(DecodeError::at(DecodeErrorKind::Missing("content"), offset));
        }
        if self.with_attributes && self.attributes.is_none() {
            return Err(DecodeError::at(DecodeErrorKind::Missing("attrs"), offset));
        }
        Ok(())
    }

    /// The attributes of a ContentWithAttributes, once they were read.
    #[must_use]
    pub fn attributes(&self) -> Option<&Attributes> {
        self.attributes.as_ref()
    }
}

fn unexpected(expected: Tag, header: &Header) -> DecodeError {
    let found = header.tag;
    let kind = DecodeErrorKind::UnexpectedTag { expected, found };
    DecodeError::at(kind, header.offset)
}

fn decode_attributes(octets: &[u8], offset: u64) -> Result<Attributes, DecodeError> {
    let element = Cursor::single(octets, offset)?;
    let attributes = Attributes::decode(&element).map_err(|error| error.within("attrs"))?;
    if attributes.is_empty() {
        return Err(DecodeError::at(DecodeErrorKind::Missing("attrs"), offset));
    }
    Ok(attributes)
}

/// A ContentCollection in a ContentInfo, around ContentInfos of these lengths: what stands before them, one after the
/// other.
///
/// # Errors
/// No content at all.
pub fn collection_prologue(lengths: &[u64]) -> Result<Vec<u8>, CmsError> {
    if lengths.is_empty() {
        return Err(CmsError::Misuse("a collection needs a content"));
    }
    let total = lengths
        .iter()
        .fold(0u64, |all, len| all.saturating_add(*len));
    let sequence = write::header(Tag::SEQUENCE, Form::Constructed, total);
    let inner = len_u64(sequence.len()).saturating_add(total);
    let mut out = content_info_header(&oid::CONTENT_COLLECTION, inner);
    out.extend_from_slice(&sequence);
    Ok(out)
}

/// A ContentWithAttributes in a ContentInfo: what stands before and after a ContentInfo of this length. The attributes
/// keep their order, since they are a SEQUENCE.
///
/// # Errors
/// No attribute at all.
pub fn with_attributes(
    content_len: u64,
    attributes: &[Attribute],
) -> Result<(Vec<u8>, Vec<u8>), CmsError> {
    if attributes.is_empty() {
        return Err(CmsError::Misuse(
            "content with attributes needs an attribute",
        ));
    }
    let encodings: Vec<_> = attributes.iter().map(Attribute::to_der).collect();
    let epilogue = write::sequence(&[&encodings.concat()]);
    let total = content_len.saturating_add(len_u64(epilogue.len()));
    let sequence = write::header(Tag::SEQUENCE, Form::Constructed, total);
    let inner = len_u64(sequence.len()).saturating_add(total);
    let mut prologue = content_info_header(&oid::CONTENT_WITH_ATTRIBUTES, inner);
    prologue.extend_from_slice(&sequence);
    Ok((prologue, epilogue))
}
