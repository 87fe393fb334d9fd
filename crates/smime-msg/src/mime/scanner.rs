//! The structure of a whole message as byte ranges, for inspection (RFC 2046, section 5).
//!
//! One pass over the lines with an explicit stack, so that depth is a number and not the call
//! stack. A delimiter of an outer multipart ends everything inside it that is still open
//! (RFC 2046, section 5.1.2). message/rfc822 is entered when its encoding is the identity
//! (RFC 2046, section 5.2.1). Bodies are not kept, only where they are.

use super::deviation::{Deviation, Deviations};
use super::error::{MimeError, MimeErrorKind};
use super::header::{Ending, HeaderBlock, LineKind, Seen};
use super::media_type::ContentType;
use super::multipart::{BOUNDARY_LIMIT, Delimiter, Matcher, PADDING_LIMIT};
use super::offset_of;

mod entity;

pub use entity::{Entities, Entity, EntityTree};

/// Depth at most, whatever the limits say: keeps dropping a tree shallow.
pub const DEPTH_MAXIMUM: usize = 64;

/// What a [`Scanner`] accepts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ScanLimits {
    /// Entities inside each other, the message included; at most [`DEPTH_MAXIMUM`].
    pub depth: usize,
    /// Entities in all.
    pub parts: usize,
    /// Octets of the header of each entity.
    pub header_octets: usize,
}

impl ScanLimits {
    /// These limits.
    #[must_use]
    pub const fn new(depth: usize, parts: usize, header_octets: usize) -> Self {
        Self {
            depth,
            parts,
            header_octets,
        }
    }
}

impl Default for ScanLimits {
    /// 50 levels, half of Postfix's `mime_nesting_limit` (100); 1,000 entities, more than a digest
    /// of a mailing list has; 256 KiB, more than twice Postfix's `header_size_limit` (102,400).
    fn default() -> Self {
        Self::new(50, 1_000, 256 * 1024)
    }
}

/// Reads a message and gives its [`EntityTree`].
#[derive(Debug)]
pub struct Scanner {
    limits: ScanLimits,
    /// From the message down to the entity that octets go to now.
    stack: Vec<Frame>,
    /// The beginning of a line, as far as it matters.
    line: Vec<u8>,
    /// Octets of the current line that do not matter, if it was found out that they do not.
    skipping: bool,
    /// The offset of the line.
    line_start: u64,
    /// The offset of the next octet.
    offset: u64,
    /// The length of the line end before the line.
    line_break: u64,
    last: Option<u8>,
    parts: usize,
}

#[derive(Debug)]
struct Frame {
    entity: Entity,
    raw: Vec<u8>,
    seen: Seen,
    /// The header is still being read.
    in_header: bool,
    default_type: DefaultType,
    delimiter: Option<Matcher>,
}

/// The type of an entity without a Content-Type field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum DefaultType {
    /// message/rfc822, in a multipart/digest (RFC 2046, section 5.1.5).
    Message,
    /// text/plain (RFC 2045, section 5.2).
    Text,
}

impl Scanner {
    /// A scanner at the start of a message.
    #[must_use]
    pub fn new(limits: ScanLimits) -> Self {
        Self {
            limits: ScanLimits {
                depth: limits.depth.clamp(1, DEPTH_MAXIMUM),
                ..limits
            },
            stack: vec![Frame::new(0, DefaultType::Text)],
            line: Vec::new(),
            skipping: false,
            line_start: 0,
            offset: 0,
            line_break: 0,
            last: None,
            parts: 1,
        }
    }

    /// Takes the next octets.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::Depth`], [`MimeErrorKind::Parts`] or [`MimeErrorKind::HeaderTooLong`]; the
    /// scanner cannot go on after that.
    pub fn push(&mut self, input: &[u8]) -> Result<(), MimeError> {
        let mut rest = input;
        while !rest.is_empty() {
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
            let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = after;
            self.offset = self.offset.saturating_add(offset_of(piece.len()));
            if piece.ends_with(b"\n") && self.line.is_empty() && !self.skipping {
                self.process(piece)?;
                self.end_line(piece);
                continue;
            }
            self.gather(piece)?;
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                if !std::mem::take(&mut self.skipping) {
                    self.process(&line)?;
                }
                self.end_line(piece);
            }
            self.last = piece.last().copied();
        }
        Ok(())
    }

    /// Ends the message where the input ended.
    ///
    /// # Errors
    ///
    /// As [`Scanner::push`], for a last line without a line end.
    pub fn finish(mut self) -> Result<EntityTree, MimeError> {
        let line = std::mem::take(&mut self.line);
        if !self.skipping && !line.is_empty() {
            self.process(&line)?;
        }
        let end = self.offset;
        loop {
            if let Some(root) = self.close(end) {
                return Ok(EntityTree::new(root, end));
            }
        }
    }

    /// Keeps an unfinished line as far as it may matter.
    fn gather(&mut self, piece: &[u8]) -> Result<(), MimeError> {
        if self.skipping {
            return Ok(());
        }
        let in_header = self.stack.last().is_some_and(|frame| frame.in_header);
        let limit = if in_header {
            self.limits
                .header_octets
                .saturating_add(2)
                .max(DELIMITER_LIMIT)
        } else {
            DELIMITER_LIMIT
        };
        let room = limit.saturating_sub(self.line.len());
        let (kept, lost) = piece.split_at_checked(room).unwrap_or((piece, &[]));
        self.line.extend_from_slice(kept);
        let may_delimit = self
            .line
            .iter()
            .zip(b"--")
            .all(|(octet, hyphen)| octet == hyphen);
        if lost.is_empty() && (in_header || may_delimit) {
            return Ok(());
        }
        self.skipping = true;
        let line = std::mem::take(&mut self.line);
        if in_header {
            self.process(&line)
        } else {
            Ok(())
        }
    }

    fn end_line(&mut self, piece: &[u8]) {
        let crlf = match piece {
            [.., before, _] => *before == b'\r',
            _ => self.last == Some(b'\r'),
        };
        self.line_break = if crlf { 2 } else { 1 };
        self.line_start = self.offset;
        self.last = Some(b'\n');
    }

    /// Takes a whole line.
    fn process(&mut self, line: &[u8]) -> Result<(), MimeError> {
        loop {
            if let Some((level, delimiter)) = self.match_delimiter(line) {
                return self.delimit(level, delimiter, line);
            }
            let Some(frame) = self.stack.last_mut() else {
                return Ok(());
            };
            if !frame.in_header {
                return Ok(());
            }
            let limit = self.limits.header_octets;
            let room = limit.saturating_sub(frame.raw.len());
            let too_long = line.len() > room;
            let looked_at = line.get(..room.saturating_add(1)).unwrap_or(line);
            let kind = LineKind::of(looked_at, frame.seen);
            if kind == LineKind::NotAField || (kind == LineKind::Undecided && !too_long) {
                // The line is the first one of the body, where it may be a delimiter.
                self.end_header(self.line_start)?;
                continue;
            }
            if too_long {
                let start = frame.entity.range.start;
                let offset = start.saturating_add(offset_of(limit));
                return Err(MimeError::new(
                    MimeErrorKind::HeaderTooLong { limit },
                    offset,
                ));
            }
            frame.seen = frame.seen.after(kind);
            frame.raw.extend_from_slice(line);
            if kind == LineKind::Blank {
                let body = frame
                    .entity
                    .range
                    .start
                    .saturating_add(offset_of(frame.raw.len()));
                return self.end_header(body);
            }
            return Ok(());
        }
    }

    /// The outermost open multipart that this line delimits.
    fn match_delimiter(&mut self, line: &[u8]) -> Option<(usize, Delimiter)> {
        if !line.starts_with(b"--") {
            return None;
        }
        self.stack
            .iter_mut()
            .enumerate()
            .find_map(|(level, frame)| {
                let delimiter = frame.delimiter.as_mut()?.match_line(line)?;
                Some((level, delimiter))
            })
    }

    fn delimit(
        &mut self,
        level: usize,
        delimiter: Delimiter,
        line: &[u8],
    ) -> Result<(), MimeError> {
        let part = self.stack.get(level.saturating_add(1));
        let before = self.line_start.saturating_sub(self.line_break);
        let end = before.max(part.map_or(0, |part| part.entity.range.start));
        while self.stack.len() > level.saturating_add(1) {
            self.close(end);
        }
        let Some(frame) = self.stack.last_mut() else {
            return Ok(());
        };
        match delimiter {
            Delimiter::Close => {
                frame.delimiter = None;
                frame.entity.closed = true;
                Ok(())
            }
            // At the end of the input nothing follows it.
            Delimiter::Part if !line.ends_with(b"\n") => Ok(()),
            Delimiter::Part => {
                let default_type = if frame.entity.content_type.is("multipart", "digest") {
                    DefaultType::Message
                } else {
                    DefaultType::Text
                };
                self.open(self.offset, default_type)
            }
        }
    }

    /// Begins an entity at this offset.
    fn open(&mut self, start: u64, default_type: DefaultType) -> Result<(), MimeError> {
        let limit = self.limits.depth;
        if self.stack.len() >= limit {
            return Err(MimeError::new(MimeErrorKind::Depth { limit }, start));
        }
        let limit = self.limits.parts;
        if self.parts >= limit {
            return Err(MimeError::new(MimeErrorKind::Parts { limit }, start));
        }
        self.parts = self.parts.saturating_add(1);
        self.stack.push(Frame::new(start, default_type));
        Ok(())
    }

    /// Ends the header of the current entity and begins its body.
    fn end_header(&mut self, body: u64) -> Result<(), MimeError> {
        let Some(frame) = self.stack.last_mut() else {
            return Ok(());
        };
        frame.close_header(body, Ending::Regular);
        let entity = &frame.entity;
        let identity = entity.header.transfer_encoding().is_identity();
        match entity.content_type.type_() {
            "multipart" => {
                frame.open_multipart();
                Ok(())
            }
            "message" if identity && is_message(&entity.content_type) => {
                self.open(body, DefaultType::Text)
            }
            _ => Ok(()),
        }
    }

    /// Ends the current entity and puts it into the one around it; gives back the message itself.
    fn close(&mut self, end: u64) -> Option<Entity> {
        let Some(mut frame) = self.stack.pop() else {
            return Some(Entity::new(0));
        };
        let Some(parent) = self.stack.last_mut() else {
            frame.settle(end);
            return Some(frame.entity);
        };
        // The delimiter of such a part lost its line end to an outer delimiter.
        if parent.delimiter.is_none() || frame.entity.range.start <= end {
            frame.settle(end);
            parent.entity.children.push(frame.entity);
        }
        None
    }
}

impl Frame {
    fn new(start: u64, default_type: DefaultType) -> Self {
        Self {
            entity: Entity::new(start),
            raw: Vec::new(),
            seen: Seen::Nothing,
            in_header: true,
            default_type,
            delimiter: None,
        }
    }

    fn close_header(&mut self, end: u64, ending: Ending) {
        self.in_header = false;
        let entity = &mut self.entity;
        entity.header = HeaderBlock::from_raw(std::mem::take(&mut self.raw), ending);
        entity.header_range.end = end;
        entity.body_range = end..end;
        let untyped = entity.header.first("Content-Type").is_none();
        entity.content_type = if untyped && self.default_type == DefaultType::Message {
            ContentType::from_tokens("message", "rfc822")
        } else {
            entity.header.content_type()
        };
        let mut deviations = Deviations::default();
        deviations.merge(entity.header.deviations());
        deviations.merge(entity.content_type.deviations());
        entity.deviations = deviations;
    }

    fn open_multipart(&mut self) {
        let entity = &mut self.entity;
        let start = entity.body_range.start;
        if !entity.header.transfer_encoding().is_identity() {
            entity.deviations.note(Deviation::EncodedComposite, start);
        }
        let boundary = entity.content_type.parameter("boundary");
        self.delimiter = boundary.and_then(|boundary| Matcher::new(boundary).ok());
        entity.closed = false;
        if self.delimiter.is_none() {
            entity.deviations.note(Deviation::MissingBoundary, start);
        }
    }

    /// Sets the end; a header that goes to it or beyond loses the line end of the delimiter.
    fn settle(&mut self, end: u64) {
        let start = self.entity.range.start.min(end);
        self.entity.range = start..end;
        if self.in_header || self.entity.header_range.end > end {
            if !self.in_header {
                self.raw = self.entity.header.raw().to_vec();
            }
            let kept = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
            self.raw.truncate(kept);
            self.entity.header_range.start = start;
            self.close_header(end, Ending::Input);
            if self.entity.content_type.type_() == "multipart" {
                self.open_multipart();
            }
        }
        self.entity.body_range.end = end;
        if !self.entity.closed {
            self.entity
                .deviations
                .note(Deviation::MissingCloseDelimiter, end);
        }
    }
}

fn is_message(content_type: &ContentType) -> bool {
    matches!(content_type.subtype(), "rfc822" | "global" | "news")
}

/// Octets of a delimiter line at most: hyphens, boundary, padding, line end, and one more.
const DELIMITER_LIMIT: usize = BOUNDARY_LIMIT + PADDING_LIMIT + 8;

#[cfg(test)]
mod tests;
