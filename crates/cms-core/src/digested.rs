//! DigestedData (RFC 5652, section 7): content and its digest, which protects against accidents only.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use der::asn1::ObjectIdentifier;

use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::ber::{Cursor, write};
use crate::error::CmsError;
use crate::frame::{ContentForm, Frame, Surroundings, emit, len_u64};
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{CryptoProvider, Digest};
use crate::report::DigestedDataReport;
use crate::types::AlgorithmIdentifier;
use crate::unverified::Unverified;

const SERVES: &[ObjectIdentifier] = &[oid::DIGESTED_DATA];

/// Reads one ContentInfo that holds a DigestedData, at any chunking. Content comes out as it passes, as
/// [`Unverified`]; whether the digest holds, [`Self::finish`] tells.
pub struct DigestedDataReader<'a> {
    parser: Parser<Part>,
    state: State<'a>,
}

struct State<'a> {
    common: Common,
    provider: &'a CryptoProvider,
    policy: &'a dyn Policy,
    algorithm: Option<AlgorithmIdentifier>,
    running: Option<Box<dyn Digest>>,
    digest: Vec<u8>,
    content_len: u64,
    /// Whether detached content came, were it of no octets.
    given: bool,
    digest_ok: Option<bool>,
}

impl fmt::Debug for DigestedDataReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DigestedDataReader")
            .field("algorithm", &self.state.algorithm)
            .finish_non_exhaustive()
    }
}

struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    content: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> DigestedDataReader<'a> {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(provider: &'a CryptoProvider, policy: &'a dyn Policy, limits: &Limits) -> Self {
        Self::with(Common::new(SERVES, limits), provider, policy)
    }

    /// A reader of a bare DigestedData, as it stands in another layer whose content type names it.
    ///
    /// # Errors
    /// None in fact: id-digestedData is what it serves.
    pub fn nested(
        provider: &'a CryptoProvider,
        policy: &'a dyn Policy,
        limits: &Limits,
    ) -> Result<Self, CmsError> {
        let common = Common::nested(SERVES, &oid::DIGESTED_DATA, limits)?;
        Ok(Self::with(common, provider, policy))
    }

    fn with(
        (common, parser): (Common, Parser<Part>),
        provider: &'a CryptoProvider,
        policy: &'a dyn Policy,
    ) -> Self {
        Self {
            parser,
            state: State {
                common,
                provider,
                policy,
                algorithm: None,
                running: None,
                digest: Vec::new(),
                content_len: 0,
                given: false,
                digest_ok: None,
            },
        }
    }

    /// Takes more octets; content goes to `content` as it comes.
    ///
    /// # Errors
    /// Broken structure, limits, a digest that is unknown or that policy refuses, and what `content` returns.
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

    /// Whether the content is in the message; known when the message is over.
    #[must_use]
    pub fn has_content(&self) -> bool {
        self.state.common.has_content
    }

    /// Takes content that is not in the message.
    ///
    /// # Errors
    /// A message that is not over, or that holds content.
    pub fn push_detached(&mut self, content: &[u8]) -> Result<(), CmsError> {
        self.parser.finish()?;
        if self.state.common.has_content {
            return Err(CmsError::DetachedAndEmbedded);
        }
        self.state.given = true;
        self.state.update(content);
        Ok(())
    }

    /// The input is over: whether the digest holds.
    ///
    /// # Errors
    /// [`CmsError::DigestMismatch`], a truncated input.
    pub fn finish(&mut self) -> Result<(), CmsError> {
        self.parser.finish()?;
        let state = &mut self.state;
        let Some(running) = state.running.take() else {
            return Err(CmsError::DigestMismatch);
        };
        if !state.common.has_content && !state.given {
            return Err(CmsError::DetachedContentMissing);
        }
        let ok = running.finish() == state.digest;
        state.digest_ok = Some(ok);
        if ok {
            Ok(())
        } else {
            Err(CmsError::DigestMismatch)
        }
    }

    /// What was found so far; also after an error.
    #[must_use]
    pub fn report(&self) -> DigestedDataReport {
        let state = &self.state;
        DigestedDataReport {
            version: state.common.version,
            encoding: state.common.encoding(&self.parser),
            econtent_type: state.common.econtent_type(),
            digest_algorithm: state.algorithm.clone(),
            detached: !state.common.has_content,
            digest_ok: state.digest_ok,
            deviations: state.common.deviations(&self.parser),
            content_len: state.content_len,
        }
    }
}

impl Sink<Part> for Receiver<'_, '_, '_> {
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
            } => self.state.captured(field, octets, offset),
            Event::ContentBegin { header } => {
                self.state.common.content_begins(&header);
                Ok(())
            }
            Event::Content(octets) => {
                self.state.update(octets);
                (self.content)(Unverified::new(octets))
            }
            Event::Begin { .. } | Event::ContentEnd => Ok(()),
        }
    }
}

impl State<'_> {
    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), CmsError> {
        let Some(octets) = self.common.captured(part, octets, offset, &[0, 2])? else {
            return Ok(());
        };
        let element = Cursor::single(&octets, offset)?;
        match part {
            Part::Algorithm => {
                let algorithm = AlgorithmIdentifier::decode(&element)
                    .map_err(|error| error.within("digestAlgorithm"))?;
                let oid = algorithm.oid;
                self.algorithm = Some(algorithm);
                self.policy.require(&oid, Usage::Digest, Direction::Read)?;
                self.running = Some(self.provider.digest(&oid)?.start());
            }
            Part::Digest => self.digest = element.octets()?.into_owned(),
            _ => {}
        }
        Ok(())
    }

    fn update(&mut self, content: &[u8]) {
        self.content_len = self.content_len.saturating_add(len_u64(content.len()));
        if let Some(running) = &mut self.running {
            running.update(content);
        }
    }
}

/// A DigestedData that is being written in a single pass.
pub struct DigestedDataWriter {
    frame: Frame,
    form: ContentForm,
    running: Box<dyn Digest>,
    len: u64,
}

impl fmt::Debug for DigestedDataWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DigestedDataWriter")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

impl DigestedDataWriter {
    /// Begins a message in `out`, around content of a type.
    ///
    /// # Errors
    /// A digest that is unknown or that policy refuses.
    pub fn start(
        econtent_type: &ObjectIdentifier,
        digest: &ObjectIdentifier,
        surroundings: Surroundings,
        form: ContentForm,
        provider: &CryptoProvider,
        policy: &dyn Policy,
        out: &mut Vec<u8>,
    ) -> Result<Self, CmsError> {
        policy.require(digest, Usage::Digest, Direction::Write)?;
        let algorithm = provider.digest(digest)?;
        // rfc5652:7/1, 7/2: 0 around id-data, else 2.
        let version = if *econtent_type == oid::DATA { 0 } else { 2 };
        let fields = [
            write::integer(version),
            AlgorithmIdentifier::new(*digest).to_der(),
        ]
        .concat();
        let frame = Frame::encapsulating(oid::DIGESTED_DATA, surroundings, fields, econtent_type);
        if form != ContentForm::Detached {
            let epilogue = write::octet_string(&alloc::vec![0; algorithm.output_len()]);
            out.extend_from_slice(&frame.open(form, epilogue.len()));
        }
        Ok(Self {
            frame,
            form,
            running: algorithm.start(),
            len: 0,
        })
    }

    /// Takes content and hands on what stands in the message for it; nothing when it is detached.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn update(
        &mut self,
        content: &[u8],
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.len = self.len.saturating_add(len_u64(content.len()));
        self.running.update(content);
        emit(content, self.form, out)
    }

    /// Ends the message; all of it goes to `out` when the content is detached.
    ///
    /// # Errors
    /// What `out` returns; content of another length than announced.
    pub fn finish(
        self,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        if matches!(self.form, ContentForm::Definite(len) if len != self.len) {
            return Err(CmsError::Misuse(
                "content has another length than announced",
            ));
        }
        let epilogue = write::octet_string(&self.running.finish());
        if self.form == ContentForm::Detached {
            out(&self.frame.open(self.form, epilogue.len()))?;
        }
        out(&self.frame.close(self.form, &epilogue))
    }
}
