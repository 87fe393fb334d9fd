//! The push tokenizer: octets in at any chunking, tokens out, absolute offsets, no recursion.
//!
//! The caller hands in a slice and takes tokens until `None` asks for more. Contents of primitive
//! encodings come out as sub-slices of the input: a definite-length content that arrives in one slice
//! leaves as one slice. After [`Token::Begin`] the caller may ask to have the whole encoding captured
//! ([`Tokenizer::capture`]) or its contents passed on undivided ([`Tokenizer::opaque`]).

use alloc::vec::Vec;
use core::mem;

use super::Header;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;

/// One step through an encoding.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Token<'a> {
    /// An encoding begins.
    Begin(Header),
    /// Contents octets of the innermost primitive or opaque encoding, never empty.
    Data(&'a [u8]),
    /// The innermost encoding ends; its last octet lies before this absolute offset.
    End(u64),
    /// The encoding for which [`Tokenizer::capture`] was called is complete.
    Captured,
}

/// A streaming reader of one BER encoding.
#[derive(Debug)]
pub struct Tokenizer {
    frames: Vec<Frame>,
    position: u64,
    partial: Vec<u8>,
    last_header: Vec<u8>,
    capture: Option<Capture>,
    captured: Vec<u8>,
    started: bool,
    deviation: Option<u64>,
    max_depth: usize,
    max_element: u64,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Where the contents end, for the definite form.
    end: Option<u64>,
    /// The nearest definite end around this encoding.
    bound: Option<u64>,
    /// Contents are passed on, not descended into.
    opaque: bool,
}

#[derive(Debug)]
struct Capture {
    depth: usize,
    offset: u64,
}

/// Identifier (5) and length octets (1 + 126) at their longest.
const MAX_HEADER: usize = 132;

impl Tokenizer {
    /// A tokenizer at offset 0.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            frames: Vec::new(),
            position: 0,
            partial: Vec::new(),
            last_header: Vec::new(),
            capture: None,
            captured: Vec::new(),
            started: false,
            deviation: None,
            max_depth: limits.ber_depth,
            max_element: limits.element,
        }
    }

    /// Takes the next token out of `input`, moving it forward; `None` asks for more input, or, when
    /// [`Self::is_complete`], says that the encoding is over and `input` holds what trails it.
    ///
    /// # Errors
    /// What breaks BER, or a limit, with the absolute offset.
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Token<'a>>, DecodeError> {
        let Some(capture) = &self.capture else {
            return self.step(input);
        };
        let (depth, offset) = (capture.depth, capture.offset);
        loop {
            let before = *input;
            let token = self.step(input)?;
            let consumed = before.len() - input.len();
            self.captured
                .extend_from_slice(before.get(..consumed).unwrap_or_default());
            if u64::try_from(self.captured.len()).is_ok_and(|len| len > self.max_element) {
                return Err(DecodeError::new(DecodeErrorKind::ElementTooLarge, offset));
            }
            match token {
                None => return Ok(None),
                Some(Token::End(_)) if self.frames.len() < depth => {
                    self.capture = None;
                    return Ok(Some(Token::Captured));
                }
                Some(_) => {}
            }
        }
    }

    /// Captures the encoding whose [`Token::Begin`] was just returned, header included; its octets are
    /// then had from [`Self::take_captured`].
    ///
    /// # Errors
    /// [`DecodeErrorKind::ElementTooLarge`] when its length already says so.
    pub fn capture(&mut self) -> Result<(), DecodeError> {
        let depth = self.frames.len();
        let offset = self.header_offset();
        if let Some(frame) = self.frames.last_mut() {
            frame.opaque = frame.end.is_some();
            if frame
                .end
                .is_some_and(|end| end.saturating_sub(offset) > self.max_element)
            {
                return Err(DecodeError::new(DecodeErrorKind::ElementTooLarge, offset));
            }
        }
        self.captured = mem::take(&mut self.last_header);
        self.capture = Some(Capture { depth, offset });
        Ok(())
    }

    /// Passes on the contents of the definite-length encoding whose [`Token::Begin`] was just returned
    /// as [`Token::Data`], without looking into them.
    pub fn opaque(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.opaque |= frame.end.is_some();
        }
    }

    /// The octets of the captured encoding.
    #[must_use]
    pub fn take_captured(&mut self) -> Vec<u8> {
        mem::take(&mut self.captured)
    }

    /// Absolute offset of the next octet.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Number of encodings that are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Whether one whole encoding was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.started && self.frames.is_empty() && self.partial.is_empty()
    }

    /// Offset of the first header that is BER but not DER (indefinite or non-minimal length), outside
    /// captured definite-length encodings.
    #[must_use]
    pub fn first_deviation(&self) -> Option<u64> {
        self.deviation
    }

    fn header_offset(&self) -> u64 {
        let header = u64::try_from(self.last_header.len()).unwrap_or(u64::MAX);
        self.position.saturating_sub(header)
    }

    fn step<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Token<'a>>, DecodeError> {
        match self.frames.last() {
            None if self.started => Ok(None),
            Some(Frame { end: Some(end), .. })
                if *end == self.position && self.partial.is_empty() =>
            {
                self.frames.pop();
                Ok(Some(Token::End(self.position)))
            }
            Some(Frame {
                end: Some(end),
                opaque: true,
                ..
            }) => {
                let remaining = end - self.position;
                let take = usize::try_from(remaining).map_or(input.len(), |n| n.min(input.len()));
                Ok(self.advance(input, take).map(Token::Data))
            }
            _ => self.header(input),
        }
    }

    fn advance<'a>(&mut self, input: &mut &'a [u8], take: usize) -> Option<&'a [u8]> {
        let (data, rest) = input
            .split_at_checked(take)
            .filter(|(data, _)| !data.is_empty())?;
        *input = rest;
        self.position += u64::try_from(take).unwrap_or(u64::MAX);
        Some(data)
    }

    fn header<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Token<'a>>, DecodeError> {
        let carried = self.partial.len();
        let offset = self.position - u64::try_from(carried).unwrap_or(0);
        let bound = self.frames.last().and_then(|frame| frame.bound);
        // A header never reaches beyond the encoding around it, however the input is cut.
        let room = bound.map_or(u64::MAX, |bound| bound.saturating_sub(offset));
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let window = if carried == 0 {
            input.get(..room.min(input.len())).unwrap_or_default()
        } else {
            let more = MAX_HEADER
                .min(input.len())
                .min(room.saturating_sub(carried));
            self.partial
                .extend_from_slice(input.get(..more).unwrap_or_default());
            &self.partial
        };
        let header =
            Header::parse(window, offset).map_err(|kind| DecodeError::new(kind, offset))?;
        let Some(header) = header else {
            if window.len() >= room {
                return Err(DecodeError::new(DecodeErrorKind::BeyondParent, offset));
            }
            if carried == 0 {
                self.partial.extend_from_slice(input);
            }
            self.position += u64::try_from(input.len()).unwrap_or(u64::MAX);
            *input = &[];
            return Ok(None);
        };
        let header_len = usize::try_from(header.header_len).unwrap_or(usize::MAX);
        self.last_header.clear();
        if carried == 0 {
            self.last_header
                .extend_from_slice(input.get(..header_len).unwrap_or_default());
        } else {
            self.partial.truncate(header_len);
            mem::swap(&mut self.last_header, &mut self.partial);
            self.partial.clear();
        }
        let _ = self.advance(input, header_len.saturating_sub(carried));
        self.open(header, bound).map(Some)
    }

    fn open<'a>(&mut self, header: Header, bound: Option<u64>) -> Result<Token<'a>, DecodeError> {
        let error = |kind| Err(DecodeError::new(kind, header.offset));
        let inside_indefinite = self.frames.last().is_some_and(|frame| frame.end.is_none());
        if header.is_end_of_contents() {
            if !inside_indefinite {
                return error(DecodeErrorKind::UnexpectedEndOfContents);
            }
            self.frames.pop();
            return Ok(Token::End(self.position));
        }
        if !header.minimal {
            self.deviation.get_or_insert(header.offset);
        }
        if self.frames.len() >= self.max_depth {
            return error(DecodeErrorKind::TooDeep);
        }
        let end = match header.length {
            Some(length) => match self.position.checked_add(length) {
                Some(end) if bound.is_none_or(|bound| end <= bound) => Some(end),
                Some(_) => return error(DecodeErrorKind::BeyondParent),
                None => return error(DecodeErrorKind::LengthTooLarge),
            },
            None if bound.is_some_and(|bound| self.position > bound) => {
                return error(DecodeErrorKind::BeyondParent);
            }
            None => None,
        };
        self.started = true;
        self.frames.push(Frame {
            end,
            bound: end.or(bound),
            opaque: !header.constructed,
        });
        Ok(Token::Begin(header))
    }
}
