//! Data (RFC 5652, section 4): octets without any protection.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::Tag;
use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::ber::write::{self, Form};
use crate::error::CmsError;
use crate::frame::{content_info_header, len_u64};
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::report::{DataReport, Deviation};
use crate::unverified::Unverified;

const SERVES: &[ObjectIdentifier] = &[oid::DATA];

/// Reads one ContentInfo that holds Data, at any chunking.
#[derive(Debug)]
pub struct DataReader {
    parser: Parser<Part>,
    state: State,
}

#[derive(Debug)]
struct State {
    common: Common,
    content_len: u64,
}

struct Receiver<'s, 'c> {
    state: &'s mut State,
    content: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl DataReader {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let (common, parser) = Common::new(SERVES, limits);
        let content_len = 0;
        Self {
            parser,
            state: State {
                common,
                content_len,
            },
        }
    }

    /// Takes more octets; content goes to `content` as it comes.
    ///
    /// # Errors
    /// Broken structure, another content type, and what `content` returns.
    pub fn push(
        &mut self,
        input: &[u8],
        content: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        let mut receiver = Receiver {
            state: &mut self.state,
            content,
        };
        self.parser.push(input, &mut receiver)
    }

    /// The input is over.
    ///
    /// # Errors
    /// A truncated input.
    pub fn finish(&self) -> Result<(), CmsError> {
        Ok(self.parser.finish()?)
    }

    /// What was found so far.
    #[must_use]
    pub fn report(&self) -> DataReport {
        let deviations: Vec<Deviation> = self.state.common.deviations(&self.parser);
        DataReport {
            encoding: self.state.common.encoding(&self.parser),
            deviations,
            content_len: self.state.content_len,
        }
    }
}

impl Sink<Part> for Receiver<'_, '_> {
    type Error = CmsError;

    fn open(&mut self, _offset: u64) -> Result<&'static [Field<Part>], CmsError> {
        self.state.common.grammar()
    }

    fn event(&mut self, event: Event<'_, Part>) -> Result<(), CmsError> {
        match event {
            Event::Captured {
                field,
                octets,
                offset,
            } => {
                self.state.common.captured(field, octets, offset, &[])?;
                Ok(())
            }
            Event::ContentBegin { header } => {
                self.state.common.content_begins(&header);
                Ok(())
            }
            Event::Content(octets) => {
                self.state.content_len =
                    self.state.content_len.saturating_add(len_u64(octets.len()));
                (self.content)(Unverified::new(octets))
            }
            Event::Begin { .. } | Event::ContentEnd => Ok(()),
        }
    }
}

/// What stands before content of this length in a ContentInfo around `Data ::= OCTET STRING`; nothing follows it.
#[must_use]
pub fn data_prologue(content_len: u64) -> Vec<u8> {
    let header = write::header(Tag::OCTET_STRING, Form::Primitive, content_len);
    let inner = len_u64(header.len()).saturating_add(content_len);
    let mut out = content_info_header(&oid::DATA, inner);
    out.extend_from_slice(&header);
    out
}

/// A whole ContentInfo around Data, for content in memory.
#[must_use]
pub fn data(content: &[u8]) -> Vec<u8> {
    let mut out = data_prologue(len_u64(content.len()));
    out.extend_from_slice(content);
    out
}
