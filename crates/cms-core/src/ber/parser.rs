//! The grammar parser: ASN.1 as `const` tables, walked over the tokens of one encoding.
//!
//! A table says, field by field, what may stand there and what happens to it: descend, capture it whole,
//! stream it. The parser keeps the path for errors, counts the elements of sets, and flattens
//! constructed OCTET STRINGs. It knows no CMS; the tables are in `layer.rs`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Header, Tag, Token, Tokenizer};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;

/// One field of a SEQUENCE, or the element of a SET OF.
#[derive(Debug)]
pub(crate) struct Field<F: 'static> {
    pub(crate) name: &'static str,
    pub(crate) accept: Accept,
    pub(crate) optional: bool,
    pub(crate) shape: Shape<F>,
}

/// Which tags a field accepts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Accept {
    Any,
    Tag(Tag),
}

/// What to do with a field.
#[derive(Debug)]
pub(crate) enum Shape<F: 'static> {
    /// Hand it over whole.
    Capture(F),
    /// Descend: each child is an element.
    Each(&'static Field<F>),
    /// Descend: the children are these fields in order.
    Fields(&'static [Field<F>]),
    /// Ask the sink which fields stand here.
    Open,
    /// Stream an OCTET STRING, flattened; any other type by its contents octets if its length is definite
    /// (PKCS #7 content, RFC 5652, 5.2.1).
    Stream,
}

/// What the parser reports.
#[derive(Debug)]
pub(crate) enum Event<'a, F> {
    /// An encoding begins into which the parser descends.
    Begin { name: &'static str, header: Header },
    /// A captured encoding and its absolute offset.
    Captured {
        field: F,
        octets: Vec<u8>,
        offset: u64,
    },
    /// Streamed content begins.
    ContentBegin { header: Header },
    /// A piece of streamed content.
    Content(&'a [u8]),
    /// Streamed content ends.
    ContentEnd,
}

/// Receives what the parser reports.
pub(crate) trait Sink<F> {
    type Error: From<DecodeError>;
    fn event(&mut self, event: Event<'_, F>) -> Result<(), Self::Error>;
    /// The fields for [`Shape::Open`].
    fn open(&mut self, offset: u64) -> Result<&'static [Field<F>], Self::Error>;
}

#[derive(Debug)]
pub(crate) struct Parser<F: 'static> {
    tokenizer: Tokenizer,
    levels: Vec<Level<F>>,
    mode: Mode<F>,
    captured: u64,
    max_captured: u64,
    max_elements: u64,
    trailing_zeros: Option<u64>,
}

#[derive(Debug)]
struct Level<F: 'static> {
    name: &'static str,
    children: Children<F>,
    /// Index of the next field, or number of elements so far.
    index: usize,
}

#[derive(Debug)]
enum Children<F: 'static> {
    Each(&'static Field<F>),
    Fields(&'static [Field<F>]),
}

#[derive(Clone, Copy, Debug)]
enum Mode<F> {
    Walk,
    Capture { field: F, offset: u64 },
    Stream { depth: usize },
}

impl<F: Copy + 'static> Parser<F> {
    /// A parser whose outermost encoding is described by `root` (a list with one field).
    pub(crate) fn new(root: &'static [Field<F>], limits: &Limits) -> Self {
        Self {
            tokenizer: Tokenizer::new(limits),
            levels: alloc::vec![Level {
                name: "",
                children: Children::Fields(root),
                index: 0,
            }],
            mode: Mode::Walk,
            captured: 0,
            max_captured: limits.captured,
            max_elements: limits.elements,
            trailing_zeros: None,
        }
    }

    pub(crate) fn position(&self) -> u64 {
        self.tokenizer.position()
    }

    pub(crate) fn first_deviation(&self) -> Option<u64> {
        self.tokenizer.first_deviation()
    }

    /// Offset of zero octets behind the end, which some senders leave.
    pub(crate) fn trailing_zeros(&self) -> Option<u64> {
        self.trailing_zeros
    }

    pub(crate) fn push<S: Sink<F>>(
        &mut self,
        mut input: &[u8],
        sink: &mut S,
    ) -> Result<(), S::Error> {
        loop {
            let token = self
                .tokenizer
                .next(&mut input)
                .map_err(|error| self.locate(error))?;
            let Some(token) = token else {
                break;
            };
            self.token(token, sink)?;
        }
        if self.tokenizer.is_complete() && !input.is_empty() {
            let position = self.position();
            if input.iter().any(|octet| *octet != 0) {
                return Err(DecodeError::new(DecodeErrorKind::TrailingData, position).into());
            }
            self.trailing_zeros.get_or_insert(position);
        }
        Ok(())
    }

    /// The input is over.
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.tokenizer.is_complete() {
            Ok(())
        } else {
            Err(self.locate(DecodeError::new(
                DecodeErrorKind::Truncated,
                self.position(),
            )))
        }
    }

    fn token<S: Sink<F>>(&mut self, token: Token<'_>, sink: &mut S) -> Result<(), S::Error> {
        match (token, self.mode) {
            (Token::Captured, Mode::Capture { field, offset }) => {
                self.mode = Mode::Walk;
                let octets = self.tokenizer.take_captured();
                self.captured = self
                    .captured
                    .saturating_add(u64::try_from(octets.len()).unwrap_or(u64::MAX));
                if self.captured > self.max_captured {
                    return Err(self.error(DecodeErrorKind::ElementTooLarge, offset).into());
                }
                sink.event(Event::Captured {
                    field,
                    octets,
                    offset,
                })
            }
            (Token::Data(data), Mode::Stream { .. }) => sink.event(Event::Content(data)),
            (Token::Begin(header), Mode::Stream { .. }) => {
                if header.tag == Tag::OCTET_STRING {
                    return Ok(());
                }
                let kind = DecodeErrorKind::UnexpectedTag {
                    expected: Tag::OCTET_STRING,
                    found: header.tag,
                };
                Err(self.error(kind, header.offset).into())
            }
            (Token::End(_), Mode::Stream { depth }) => {
                if self.tokenizer.depth() >= depth {
                    return Ok(());
                }
                self.mode = Mode::Walk;
                sink.event(Event::ContentEnd)
            }
            (Token::Begin(header), _) => self.begin(header, sink),
            (Token::End(offset), _) => Ok(self.end(offset)?),
            (Token::Data(_) | Token::Captured, _) => Ok(()),
        }
    }

    fn begin<S: Sink<F>>(&mut self, header: Header, sink: &mut S) -> Result<(), S::Error> {
        let field = self.select(&header)?;
        match &field.shape {
            Shape::Capture(id) => {
                self.tokenizer
                    .capture()
                    .map_err(|error| self.locate(error))?;
                self.mode = Mode::Capture {
                    field: *id,
                    offset: header.offset,
                };
            }
            Shape::Stream => {
                if matches!(field.accept, Accept::Any) && header.tag != Tag::OCTET_STRING {
                    if header.length.is_none() {
                        let kind = DecodeErrorKind::BadValue(
                            "content that is no OCTET STRING must have a definite length",
                        );
                        return Err(self.error(kind, header.offset).into());
                    }
                    self.tokenizer.opaque();
                }
                self.mode = Mode::Stream {
                    depth: self.tokenizer.depth(),
                };
                sink.event(Event::ContentBegin { header })?;
            }
            Shape::Each(element) => {
                self.descend(field.name, Children::Each(element), header, sink)?;
            }
            Shape::Fields(fields) => {
                self.descend(field.name, Children::Fields(fields), header, sink)?;
            }
            Shape::Open => {
                let fields = sink.open(header.offset)?;
                self.descend(field.name, Children::Fields(fields), header, sink)?;
            }
        }
        Ok(())
    }

    fn descend<S: Sink<F>>(
        &mut self,
        name: &'static str,
        children: Children<F>,
        header: Header,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        if !header.constructed {
            let kind = DecodeErrorKind::BadValue("primitive encoding of a constructed type");
            return Err(self.error(kind, header.offset).into());
        }
        sink.event(Event::Begin { name, header })?;
        self.levels.push(Level {
            name,
            children,
            index: 0,
        });
        Ok(())
    }

    /// The field that an encoding with this header is.
    fn select(&mut self, header: &Header) -> Result<&'static Field<F>, DecodeError> {
        let max_elements = self.max_elements;
        let level = self.levels.last_mut();
        let Some(level) = level else {
            return Err(self.error(DecodeErrorKind::TrailingData, header.offset));
        };
        let mut expected = None;
        match level.children {
            Children::Each(field) => {
                level.index += 1;
                if u64::try_from(level.index).is_ok_and(|count| count > max_elements) {
                    return Err(self.error(DecodeErrorKind::TooMany, header.offset));
                }
                if field.accepts(header.tag) {
                    return Ok(field);
                }
                expected = field.tag();
            }
            Children::Fields(fields) => {
                while let Some(field) = fields.get(level.index) {
                    if field.accepts(header.tag) {
                        level.index += 1;
                        return Ok(field);
                    }
                    if !field.optional {
                        expected = field.tag();
                        break;
                    }
                    level.index += 1;
                }
            }
        }
        let kind = expected.map_or(DecodeErrorKind::TrailingData, |expected| {
            DecodeErrorKind::UnexpectedTag {
                expected,
                found: header.tag,
            }
        });
        Err(self.error(kind, header.offset))
    }

    fn end(&mut self, offset: u64) -> Result<(), DecodeError> {
        let Some(level) = self.levels.pop() else {
            return Ok(());
        };
        if let Children::Fields(fields) = level.children {
            let missing = fields
                .iter()
                .skip(level.index)
                .find(|field| !field.optional);
            if let Some(field) = missing {
                let error = DecodeError::new(DecodeErrorKind::Missing(field.name), offset);
                return Err(self.locate(error.within(level.name)));
            }
        }
        Ok(())
    }

    fn error(&self, kind: DecodeErrorKind, offset: u64) -> DecodeError {
        self.locate(DecodeError::new(kind, offset))
    }

    fn locate(&self, error: DecodeError) -> DecodeError {
        let path = self.path();
        if path.is_empty() {
            error
        } else {
            error.within(&path)
        }
    }

    /// Where the parser stands, as `SignedData.signerInfos[2]`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for level in &self.levels {
            let (name, index) = match &level.children {
                Children::Each(_) => (level.name, Some(level.index.saturating_sub(1))),
                Children::Fields(_) => (level.name, None),
            };
            if name.is_empty() {
                continue;
            }
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(
                &index.map_or_else(|| name.to_string(), |index| format!("{name}[{index}]")),
            );
        }
        path
    }
}

impl<F> Field<F> {
    pub(crate) const fn new(name: &'static str, tag: Tag, shape: Shape<F>) -> Self {
        Self {
            name,
            accept: Accept::Tag(tag),
            optional: false,
            shape,
        }
    }

    pub(crate) const fn any(name: &'static str, shape: Shape<F>) -> Self {
        Self {
            name,
            accept: Accept::Any,
            optional: false,
            shape,
        }
    }

    pub(crate) const fn optional(name: &'static str, tag: Tag, shape: Shape<F>) -> Self {
        Self {
            name,
            accept: Accept::Tag(tag),
            optional: true,
            shape,
        }
    }

    fn accepts(&self, tag: Tag) -> bool {
        match self.accept {
            Accept::Any => true,
            Accept::Tag(accepted) => accepted == tag,
        }
    }

    fn tag(&self) -> Option<Tag> {
        match self.accept {
            Accept::Any => None,
            Accept::Tag(tag) => Some(tag),
        }
    }
}
