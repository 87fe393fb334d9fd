//! Header blocks: reading them from a stream and looking fields up (RFC 5322, section 2.2).
//!
//! The exact octets are kept: of the block, and of each field with its folding. A block ends after
//! a line that holds nothing but its line end (CRLF or LF). Three kinds of broken mail are read
//! and reported: an mbox separator before the first field, a line that is no field (the body
//! begins with it), and an end of input inside the header (a part with a header only,
//! RFC 2046, section 5.1).
//!
//! Left to others: decoding encoded words (RFC 2047), and what a duplicate field means.

use super::address;
use super::deviation::{Deviation, Deviations};
use super::error::{MimeError, MimeErrorKind};
use super::media_type::{ContentType, Disposition};
use super::offset_of;
use super::transfer::TransferEncoding;

mod line;

pub(crate) use line::{LineKind, Seen, without_line_end};
use line::{LineState, Step, is_mbox_line};

/// Reads one header block from a stream.
#[derive(Debug)]
pub struct HeaderReader {
    limit: usize,
    buffer: Vec<u8>,
    line_start: usize,
    line: LineState,
    seen: Seen,
}

impl HeaderReader {
    /// A reader that accepts a block of at most `limit_octets`.
    #[must_use]
    pub const fn new(limit_octets: usize) -> Self {
        Self {
            limit: limit_octets,
            buffer: Vec::new(),
            line_start: 0,
            line: LineState::Start,
            seen: Seen::Nothing,
        }
    }

    /// Takes the next octets.
    ///
    /// With [`HeaderProgress::Done`] the body begins with [`HeaderBlock::surplus`] (usually empty)
    /// followed by the octets of `input` from `consumed` on, and the reader is as new.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::HeaderTooLong`] when the block does not fit the limit.
    pub fn push(&mut self, input: &[u8]) -> Result<HeaderProgress, MimeError> {
        let earlier = self.buffer.len();
        let mut rest = input;
        while !rest.is_empty() {
            let room = self
                .limit
                .saturating_add(1)
                .saturating_sub(self.buffer.len());
            let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
            let (piece, after) = split_at(rest, line.min(room));
            let from = self.buffer.len();
            self.buffer.extend_from_slice(piece);
            if let Some(end) = self.scan(piece, from) {
                if end > self.limit {
                    return Err(self.too_long());
                }
                return Ok(self.done(end, earlier, Ending::Regular));
            }
            if self.buffer.len() > self.limit {
                return Err(self.too_long());
            }
            rest = after;
        }
        Ok(HeaderProgress::NeedMore)
    }

    /// Ends the header where the input ended.
    ///
    /// An unfinished last line that is no field is in [`HeaderBlock::surplus`].
    #[must_use]
    pub fn finish(mut self) -> HeaderBlock {
        let unfinished = self.buffer.get(self.line_start..).unwrap_or_default();
        let end = match LineKind::of(unfinished, self.seen) {
            LineKind::NotAField | LineKind::Undecided if !unfinished.is_empty() => self.line_start,
            _ => self.buffer.len(),
        };
        let earlier = self.buffer.len();
        match self.done(end, earlier, Ending::Input) {
            HeaderProgress::Done { block, .. } => block,
            HeaderProgress::NeedMore => HeaderBlock::default(),
        }
    }

    /// Walks new octets; gives the length of the block when its end is known.
    fn scan(&mut self, piece: &[u8], from: usize) -> Option<usize> {
        for (index, &octet) in piece.iter().enumerate() {
            if self.line == LineState::Rest {
                break;
            }
            let next = from.saturating_add(index).saturating_add(1);
            match self.line.step(octet, self.seen) {
                Step::Go(line) => self.line = line,
                Step::Blank => return Some(next),
                Step::NotAField => {
                    let line = self.buffer.get(self.line_start..).unwrap_or_default();
                    if self.seen != Seen::Nothing || !is_mbox_line(line) {
                        return Some(self.line_start);
                    }
                    self.line = LineState::Rest;
                }
            }
        }
        if piece.last() == Some(&b'\n') {
            let line = self.buffer.get(self.line_start..).unwrap_or_default();
            self.seen = self.seen.after(LineKind::of(line, self.seen));
            self.line_start = self.buffer.len();
            self.line = LineState::Start;
        }
        None
    }

    fn done(&mut self, end: usize, earlier: usize, ending: Ending) -> HeaderProgress {
        let mut raw = std::mem::take(&mut self.buffer);
        let pushed_earlier = earlier.min(raw.len());
        let surplus = raw.get(end..pushed_earlier).unwrap_or_default().to_vec();
        raw.truncate(end);
        *self = Self::new(self.limit);
        let mut block = HeaderBlock::from_raw(raw, ending);
        block.surplus = surplus;
        HeaderProgress::Done {
            consumed: end.saturating_sub(earlier),
            block,
        }
    }

    fn too_long(&self) -> MimeError {
        let limit = self.limit;
        MimeError::new(MimeErrorKind::HeaderTooLong { limit }, offset_of(limit))
    }
}

/// What [`HeaderReader::push`] came to.
#[derive(Debug)]
#[non_exhaustive]
pub enum HeaderProgress {
    /// The block goes on after these octets.
    NeedMore,
    /// The block is complete.
    Done {
        /// How many octets of this input belong to the block.
        consumed: usize,
        /// The block.
        block: HeaderBlock,
    },
}

/// A header with its exact octets and its fields.
#[derive(Clone, Debug, Default)]
pub struct HeaderBlock {
    raw: Vec<u8>,
    fields: Vec<Field>,
    surplus: Vec<u8>,
    deviations: Deviations,
}

impl HeaderBlock {
    /// The exact octets, with the blank line if there was one.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The fields in their order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter()
    }

    /// The first field of this name (ASCII case does not matter).
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Field> {
        self.fields().find(|field| field.is_named(name))
    }

    /// All fields of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields().filter(move |field| field.is_named(name))
    }

    /// How many fields have this name.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.all(name).count()
    }

    /// Octets pushed before the last `push` that turned out to belong to the body.
    ///
    /// Empty unless a line that is no field ended the header.
    #[must_use]
    pub fn surplus(&self) -> &[u8] {
        &self.surplus
    }

    /// What is odd about this header.
    #[must_use]
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// The media type; text/plain in US-ASCII without a field (RFC 2045, section 5.2).
    ///
    /// A field that cannot be understood gives application/octet-stream with
    /// [`Deviation::MalformedContentType`].
    #[must_use]
    pub fn content_type(&self) -> ContentType {
        let Some(field) = self.first("Content-Type") else {
            return ContentType::default();
        };
        let mut content_type =
            ContentType::parse(&field.value()).unwrap_or_else(|_| ContentType::malformed());
        if self.count("Content-Type") > 1 {
            content_type.note(Deviation::DuplicateField);
        }
        content_type
    }

    /// The disposition, if there is one that can be understood (RFC 2183).
    #[must_use]
    pub fn content_disposition(&self) -> Option<Disposition> {
        let field = self.first("Content-Disposition")?;
        Disposition::parse(&field.value()).ok()
    }

    /// The file name of the disposition (RFC 2183, section 2.3).
    #[must_use]
    pub fn content_disposition_filename(&self) -> Option<String> {
        let disposition = self.content_disposition()?;
        disposition.parameter("filename").map(str::to_owned)
    }

    /// The transfer encoding; 7bit without a field (RFC 2045, section 6.1).
    #[must_use]
    pub fn transfer_encoding(&self) -> TransferEncoding {
        self.first("Content-Transfer-Encoding")
            .map_or(TransferEncoding::SevenBit, |field| {
                TransferEncoding::parse(&field.value())
            })
    }

    /// The addresses of every From field (RFC 5322, section 3.6.2).
    #[must_use]
    pub fn from_addresses(&self) -> Vec<String> {
        self.addresses("From")
    }

    /// The addresses of every Sender field (RFC 5322, section 3.6.2).
    #[must_use]
    pub fn sender_addresses(&self) -> Vec<String> {
        self.addresses("Sender")
    }

    /// The addresses in every field of this name, in order.
    #[must_use]
    pub fn addresses(&self, name: &str) -> Vec<String> {
        self.all(name)
            .flat_map(|field| address::addresses(&field.value()))
            .collect()
    }

    /// Reads a block whose extent is known.
    pub(crate) fn from_raw(raw: Vec<u8>, ending: Ending) -> Self {
        let mut block = Self::default();
        let mut seen = Seen::Nothing;
        let mut start = 0;
        let mut field = None;
        let mut blank = false;
        for line in raw.split_inclusive(|&octet| octet == b'\n') {
            let kind = LineKind::of(line, seen);
            match kind {
                LineKind::Blank => {
                    blank = true;
                    break;
                }
                LineKind::Field => block.close_field(&raw, field.replace(start), start),
                LineKind::MboxFrom => block.deviations.note(Deviation::MboxFromLine, 0),
                LineKind::Continuation | LineKind::NotAField | LineKind::Undecided => {}
            }
            seen = seen.after(kind);
            start = start.saturating_add(line.len());
        }
        block.close_field(&raw, field, start);
        if !blank {
            let deviation = match ending {
                Ending::Regular => Deviation::NotAFieldLine,
                Ending::Input => Deviation::HeaderNotTerminated,
            };
            block.deviations.note(deviation, offset_of(raw.len()));
        }
        block.raw = raw;
        block
    }

    fn close_field(&mut self, raw: &[u8], start: Option<usize>, end: usize) {
        let octets = start.and_then(|start| raw.get(start..end));
        self.fields.extend(octets.and_then(Field::new));
    }
}

/// One header field with its exact octets.
#[derive(Clone, Debug)]
pub struct Field {
    raw: Vec<u8>,
    name: String,
    body: usize,
}

impl Field {
    fn new(raw: &[u8]) -> Option<Self> {
        let colon = memchr::memchr(b':', raw)?;
        let name = raw.get(..colon)?.trim_ascii_end();
        Some(Self {
            raw: raw.to_vec(),
            name: String::from_utf8_lossy(name).into_owned(),
            body: colon.saturating_add(1),
        })
    }

    /// The name as it is written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the name, whatever the ASCII case.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The exact octets: name, colon, value, folding and line end.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The value, unfolded (RFC 5322, section 2.2.3) and trimmed; what is not UTF-8 is replaced.
    #[must_use]
    pub fn value(&self) -> String {
        let body = self.raw.get(self.body..).unwrap_or_default();
        let mut value = Vec::with_capacity(body.len());
        for line in body.split_inclusive(|&octet| octet == b'\n') {
            value.extend_from_slice(without_line_end(line));
        }
        String::from_utf8_lossy(value.trim_ascii()).into_owned()
    }
}

/// Why a block ended without a blank line, if it did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ending {
    /// With a blank line, or before a line that is no field.
    Regular,
    /// Where the input ended.
    Input,
}

fn split_at(input: &[u8], at: usize) -> (&[u8], &[u8]) {
    input.split_at_checked(at).unwrap_or((input, &[]))
}

#[cfg(test)]
mod tests;
