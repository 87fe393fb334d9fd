//! CompressedData (RFC 3274).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::mem;

use der::asn1::ObjectIdentifier;

use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::ber::{Cursor, write};
use crate::error::{CmsError, CryptoError};
use crate::frame::{ContentForm, Frame, Surroundings, emit, len_u64};
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::provider::{CompressionAlgorithm, Compressor, CryptoProvider, Inflater};
use crate::report::CompressedDataReport;
use crate::types::AlgorithmIdentifier;
use crate::unverified::Unverified;

const SERVES: &[ObjectIdentifier] = &[oid::COMPRESSED_DATA];

/// Inflated content comes out in pieces of this size at most.
const STEP: usize = 64 * 1024;

/// Octets that may come out before the ratio counts: a short text of one letter is no bomb.
const RATIO_FREE: u64 = 1 << 20;

/// Reads one ContentInfo that holds a CompressedData, at any chunking. Content comes out inflated, as [`Unverified`]:
/// nothing protects it. `Limits::inflated` and `Limits::inflate_ratio` stop bombs as soon as they show.
pub struct CompressedDataReader<'a> {
    parser: Parser<Part>,
    state: State<'a>,
}

struct State<'a> {
    common: Common,
    provider: &'a CryptoProvider,
    limits: Limits,
    algorithm: Option<AlgorithmIdentifier>,
    inflater: Option<Box<dyn Inflater>>,
    buffer: Vec<u8>,
    compressed_len: u64,
    content_len: u64,
}

impl fmt::Debug for CompressedDataReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompressedDataReader")
            .field("algorithm", &self.state.algorithm)
            .finish_non_exhaustive()
    }
}

struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    content: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> CompressedDataReader<'a> {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(provider: &'a CryptoProvider, limits: &Limits) -> Self {
        Self::with(Common::new(SERVES, limits), provider, limits)
    }

    /// A reader of a bare CompressedData, as it stands in another layer whose content type names it.
    ///
    /// # Errors
    /// None in fact: id-ct-compressedData is what it serves.
    pub fn nested(provider: &'a CryptoProvider, limits: &Limits) -> Result<Self, CmsError> {
        let common = Common::nested(SERVES, &oid::COMPRESSED_DATA, limits)?;
        Ok(Self::with(common, provider, limits))
    }

    fn with(
        (common, parser): (Common, Parser<Part>),
        provider: &'a CryptoProvider,
        limits: &Limits,
    ) -> Self {
        Self {
            parser,
            state: State {
                common,
                provider,
                limits: limits.clone(),
                algorithm: None,
                inflater: None,
                buffer: Vec::new(),
                compressed_len: 0,
                content_len: 0,
            },
        }
    }

    /// Takes more octets; content goes to `content` as it comes.
    ///
    /// # Errors
    /// Broken structure, octets that are no compressed stream, limits, and what `content` returns.
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
    /// A truncated input or compressed stream; no content.
    pub fn finish(&self) -> Result<(), CmsError> {
        self.parser.finish()?;
        if !self.state.common.has_content {
            return Err(CmsError::DetachedContentMissing);
        }
        match &self.state.inflater {
            Some(inflater) if inflater.is_finished() => Ok(()),
            _ => Err(CmsError::BadCompression),
        }
    }

    /// What was found so far; also after an error.
    #[must_use]
    pub fn report(&self) -> CompressedDataReport {
        let state = &self.state;
        CompressedDataReport {
            version: state.common.version,
            encoding: state.common.encoding(&self.parser),
            econtent_type: state.common.econtent_type(),
            algorithm: state.algorithm.clone(),
            deviations: state.common.deviations(&self.parser),
            compressed_len: state.compressed_len,
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
            Event::Content(octets) => self.state.inflate(octets, self.content),
            Event::Begin { .. } | Event::ContentEnd => Ok(()),
        }
    }
}

impl State<'_> {
    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), CmsError> {
        let Some(octets) = self.common.captured(part, octets, offset, &[0])? else {
            return Ok(());
        };
        if part == Part::Algorithm {
            let algorithm = AlgorithmIdentifier::decode(&Cursor::single(&octets, offset)?)
                .map_err(|error| error.within("compressionAlgorithm"))?;
            self.algorithm = Some(algorithm.clone());
            let compression = self.provider.compression(&algorithm.oid)?;
            self.inflater = Some(compression.inflater(&algorithm)?);
        }
        Ok(())
    }

    fn inflate(
        &mut self,
        mut octets: &[u8],
        sink: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.compressed_len = self.compressed_len.saturating_add(len_u64(octets.len()));
        let Some(inflater) = &mut self.inflater else {
            return Ok(());
        };
        let mut buffer = mem::take(&mut self.buffer);
        loop {
            buffer.clear();
            inflater
                .update(&mut octets, STEP, &mut buffer)
                .map_err(|error| match error {
                    CryptoError::Failed => CmsError::BadCompression,
                    other => CmsError::Crypto(other),
                })?;
            self.content_len = self.content_len.saturating_add(len_u64(buffer.len()));
            if self.content_len > self.limits.inflated {
                return Err(CmsError::Limit("inflated content (Limits::inflated)"));
            }
            let allowed = self
                .compressed_len
                .saturating_mul(self.limits.inflate_ratio);
            if self.content_len > RATIO_FREE.max(allowed) {
                return Err(CmsError::Limit(
                    "ratio of inflated to compressed content (Limits::inflate_ratio)",
                ));
            }
            if !buffer.is_empty() {
                sink(Unverified::new(&buffer))?;
            }
            // Less than there was room for: all that the input gives has come out.
            if buffer.len() < STEP {
                break;
            }
        }
        self.buffer = buffer;
        if !octets.is_empty() {
            // What follows the stream's end within the content is nobody's.
            return Err(CmsError::BadCompression);
        }
        Ok(())
    }
}

/// A CompressedData that is being written in a single pass, with indefinite lengths: how long compressed content will
/// be, nobody knows before.
pub struct CompressedDataWriter {
    frame: Frame,
    compressor: Box<dyn Compressor>,
    buffer: Vec<u8>,
}

impl fmt::Debug for CompressedDataWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompressedDataWriter")
            .finish_non_exhaustive()
    }
}

fn frame(
    econtent_type: &ObjectIdentifier,
    compression: &dyn CompressionAlgorithm,
    surroundings: Surroundings,
) -> Frame {
    // rfc3274:1.1/1: "version ... MUST be 0".
    let fields = [write::integer(0), compression.identifier().to_der()].concat();
    Frame::encapsulating(oid::COMPRESSED_DATA, surroundings, fields, econtent_type)
}

/// What stands in DER before `compressed_len` octets of compressed content; nothing follows them.
#[must_use]
pub fn definite_prologue(
    econtent_type: &ObjectIdentifier,
    compression: &dyn CompressionAlgorithm,
    surroundings: Surroundings,
    compressed_len: u64,
) -> Vec<u8> {
    frame(econtent_type, compression, surroundings).open(ContentForm::Definite(compressed_len), 0)
}

impl CompressedDataWriter {
    /// Begins a message in `out`, around content of a type.
    #[must_use]
    pub fn start(
        econtent_type: &ObjectIdentifier,
        compression: &dyn CompressionAlgorithm,
        surroundings: Surroundings,
        out: &mut Vec<u8>,
    ) -> Self {
        let frame = frame(econtent_type, compression, surroundings);
        out.extend_from_slice(&frame.open(ContentForm::Indefinite, 0));
        Self {
            frame,
            compressor: compression.compressor(),
            buffer: Vec::new(),
        }
    }

    /// Takes content and hands on what stands in the message for it.
    ///
    /// # Errors
    /// What `out` returns; backend failures.
    pub fn update(
        &mut self,
        content: &[u8],
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        for step in content.chunks(STEP) {
            self.compressor.update(step, &mut self.buffer)?;
            // Pieces of a few octets would cost more in headers than they hold.
            if self.buffer.len() >= STEP / 4 {
                emit(&self.buffer, ContentForm::Indefinite, out)?;
                self.buffer.clear();
            }
        }
        Ok(())
    }

    /// Ends the message.
    ///
    /// # Errors
    /// What `out` returns; backend failures.
    pub fn finish(
        mut self,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.compressor.finish(&mut self.buffer)?;
        emit(&self.buffer, ContentForm::Indefinite, out)?;
        out(&self.frame.close(ContentForm::Indefinite, &[]))
    }
}
