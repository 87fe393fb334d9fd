//! The delimiters of one multipart body (RFC 2046, section 5.1.1).
//!
//! Parts are cut out exactly: the line break before a delimiter belongs to the delimiter, with
//! CRLF and with LF. A delimiter is recognized at the start of a line only and only as a whole,
//! so `--bb` does not end a part of boundary `b`. Nested bodies are for the caller (or for
//! [`Scanner`](super::scanner::Scanner)): a part is just octets here.
//!
//! Data goes to the sink in large slices of the input. Only what may be a delimiter at the end of
//! a chunk is held back, which is bounded by the boundary and [`PADDING_LIMIT`].

use memchr::memmem::Finder;

use super::error::MimeError;
use super::offset_of;

/// Octets of a boundary at most. RFC 2046, section 5.1.1, allows 70; some senders write more.
pub const BOUNDARY_LIMIT: usize = 256;

/// White space after a delimiter at most; a line has 998 octets at most (RFC 5322, 2.1.1).
pub const PADDING_LIMIT: usize = 998;

/// What a [`MultipartReader`] finds, in order.
///
/// Offsets count from the first octet pushed. Data may come in any number of slices.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MultipartEvent<'a> {
    /// Octets before the first delimiter.
    Preamble(&'a [u8]),
    /// A part begins.
    PartBegin {
        /// Its number, from 0.
        index: usize,
        /// Its first octet.
        offset: u64,
    },
    /// Octets of the part that began last.
    PartData(&'a [u8]),
    /// The part that began last ends.
    PartEnd {
        /// Its number, from 0.
        index: usize,
        /// The octet after its last one.
        offset: u64,
    },
    /// Octets after the closing delimiter.
    Epilogue(&'a [u8]),
}

/// How a multipart body ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MultipartEnd {
    /// With its closing delimiter.
    Closed,
    /// Without it; the last part goes to the end of the input.
    NotClosed,
}

/// Splits a multipart body into its parts.
#[derive(Debug)]
pub struct MultipartReader {
    finder: Finder<'static>,
    matcher: Matcher,
    state: State,
    region: Region,
    /// What may be a delimiter, from earlier input.
    held: Vec<u8>,
    /// The offset of the next input.
    base: u64,
    parts: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Looking for a line break and a delimiter.
    Search,
    /// In what may be a delimiter.
    Match,
    /// After a delimiter that is the prefix of its line, before the line end.
    SkipLine(Delimiter),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Region {
    Preamble,
    Part,
    Epilogue,
}

impl MultipartReader {
    /// A reader for the body of a multipart with this boundary parameter.
    ///
    /// Trailing white space is taken off; a boundary cannot end with it.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::Boundary`](super::error::MimeErrorKind::Boundary) when the boundary cannot be one.
    pub fn new(boundary: &str) -> Result<Self, MimeError> {
        let matcher = Matcher::new(boundary)?;
        Ok(Self {
            finder: Finder::new(&matcher.pattern).into_owned(),
            matcher,
            state: State::Match,
            region: Region::Preamble,
            held: Vec::new(),
            base: 0,
            parts: 0,
        })
    }

    /// Takes a line that only begins with the delimiter for a delimiter as well.
    ///
    /// RFC 2046, section 5.1.1, lets readers do so; for a second attempt only, since a nested
    /// boundary may begin with the outer one. Call it before the first `push`.
    #[must_use]
    pub const fn with_prefix_fallback(mut self) -> Self {
        self.matcher.prefix = PrefixRule::Accept;
        self
    }

    /// Takes the next octets.
    ///
    /// # Errors
    ///
    /// What the sink returns; the reader cannot go on after that.
    pub fn push<E>(
        &mut self,
        input: &[u8],
        sink: &mut dyn FnMut(MultipartEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut walk = Walk {
            input,
            data: 0,
            at: 0,
            candidate: 0,
        };
        while walk.at < input.len() {
            if self.region == Region::Epilogue && self.state == State::Search {
                walk.at = input.len();
                walk.candidate = walk.at;
                break;
            }
            match self.state {
                State::Search => self.search(&mut walk),
                State::Match => self.try_match(&mut walk, sink)?,
                State::SkipLine(delimiter) => self.skip_line(&mut walk, delimiter, sink)?,
            }
        }
        match self.state {
            State::Search => self.data(walk.slice(walk.data, input.len()), sink)?,
            State::Match => {
                self.data(walk.slice(walk.data, walk.candidate), sink)?;
                let held = walk.slice(walk.candidate.max(walk.data), input.len());
                self.held.extend_from_slice(held);
            }
            State::SkipLine(_) => {}
        }
        self.base = self.base.saturating_add(offset_of(input.len()));
        Ok(())
    }

    /// Ends the body where the input ended.
    ///
    /// # Errors
    ///
    /// What the sink returns.
    pub fn finish<E>(
        mut self,
        sink: &mut dyn FnMut(MultipartEvent<'_>) -> Result<(), E>,
    ) -> Result<MultipartEnd, E> {
        let found = match self.state {
            State::Match => self.matcher.at_end(),
            // The part before this delimiter has ended already.
            State::SkipLine(Delimiter::Close) => return Ok(MultipartEnd::Closed),
            State::SkipLine(Delimiter::Part) => return Ok(MultipartEnd::NotClosed),
            State::Search => None,
        };
        let held = std::mem::take(&mut self.held);
        match found {
            Some(delimiter) => {
                self.end_part(self.base.saturating_sub(offset_of(held.len())), sink)?;
                if delimiter == Delimiter::Close {
                    self.region = Region::Epilogue;
                }
            }
            None => {
                self.data(&held, sink)?;
                self.end_part(self.base, sink)?;
            }
        }
        Ok(match self.region {
            Region::Epilogue => MultipartEnd::Closed,
            Region::Preamble | Region::Part => MultipartEnd::NotClosed,
        })
    }

    /// How many parts have begun.
    #[must_use]
    pub const fn parts(&self) -> usize {
        self.parts
    }

    /// Finds the next place where a delimiter may be.
    fn search(&mut self, walk: &mut Walk<'_>) {
        let rest = walk.slice(walk.at, walk.input.len());
        let pattern = self.matcher.pattern.len();
        let (line_feed, matched, next) = match self.finder.find(rest) {
            Some(found) => {
                let line_feed = walk.at.saturating_add(found);
                (line_feed, pattern, line_feed.saturating_add(pattern))
            }
            None => {
                let end = walk.input.len();
                let Some(tail) = self.matcher.tail(rest) else {
                    walk.at = end;
                    return;
                };
                (end.saturating_sub(tail), tail, end)
            }
        };
        walk.at = next;
        walk.candidate = match line_feed.checked_sub(1) {
            Some(before) if before >= walk.data && walk.input.get(before) == Some(&b'\r') => before,
            _ => line_feed,
        };
        self.matcher.restart(matched);
        self.state = State::Match;
    }

    fn try_match<E>(
        &mut self,
        walk: &mut Walk<'_>,
        sink: &mut dyn FnMut(MultipartEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(&octet) = walk.input.get(walk.at) {
            match self.matcher.step(octet) {
                Step::More => walk.at = walk.at.saturating_add(1),
                Step::Mismatch => {
                    let held = std::mem::take(&mut self.held);
                    self.state = State::Search;
                    return self.data(&held, sink);
                }
                Step::Found(delimiter) => {
                    walk.at = walk.at.saturating_add(1);
                    self.end_of_data(walk, sink)?;
                    return self.begin(walk, delimiter, sink);
                }
                Step::Prefix(delimiter) => {
                    self.end_of_data(walk, sink)?;
                    self.state = State::SkipLine(delimiter);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Hands out the data before a delimiter and ends the part.
    fn end_of_data<E>(
        &mut self,
        walk: &Walk<'_>,
        sink: &mut dyn FnMut(MultipartEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let held = std::mem::take(&mut self.held);
        let end = if held.is_empty() {
            self.data(walk.slice(walk.data, walk.candidate), sink)?;
            self.base.saturating_add(offset_of(walk.candidate))
        } else {
            self.base.saturating_sub(offset_of(held.len()))
        };
        self.end_part(end, sink)
    }

    fn end_part<E>(
        &self,
        offset: u64,
        sink: &mut dyn FnMut(MultipartEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match (self.region, self.parts.checked_sub(1)) {
            (Region::Part, Some(index)) => sink(MultipartEvent::PartEnd { index, offset }),
            _ => Ok(()),
        }
    }

    /// Begins what follows the line of a delimiter.
    fn begin<E>(
        &mut self,
        walk: &mut Walk<'_>,
        delimiter: Delimiter,
        sink: &mut dyn FnMut(MultipartEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        walk.data = walk.at;
        walk.candidate = walk.at;
        if delimiter == Delimiter::Close {
            self.region = Region::Epilogue;
            self.state = State::Search;
            return Ok(());
        }
        // A delimiter may follow at once, without a line break of its own.
        self.matcher.restart(1);
        self.state = State::Match;
        self.region = Region::Part;
        let index = self.parts;
        self.parts = index.saturating_add(1);
        let offset = self.base.saturating_add(offset_of(walk.at));
        sink(MultipartEvent::PartBegin { index, offset })
    }

    fn skip_line<E>(
        &mut self,
        walk: &mut Walk<'_>,
        delimiter: Delimiter,
        sink: &mut dyn FnMut(MultipartEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let rest = walk.slice(walk.at, walk.input.len());
        match memchr::memchr(b'\n', rest) {
            Some(end) => {
                walk.at = walk.at.saturating_add(end).saturating_add(1);
                self.begin(walk, delimiter, sink)
            }
            None => {
                walk.at = walk.input.len();
                Ok(())
            }
        }
    }

    fn data<E>(
        &self,
        octets: &[u8],
        sink: &mut dyn FnMut(MultipartEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if octets.is_empty() {
            return Ok(());
        }
        sink(match self.region {
            Region::Preamble => MultipartEvent::Preamble(octets),
            Region::Part => MultipartEvent::PartData(octets),
            Region::Epilogue => MultipartEvent::Epilogue(octets),
        })
    }
}

/// One call of `push`: `data` is the first octet not handed out, `at` the next one to look at,
/// `candidate` the first one of what may be a delimiter if nothing is held.
struct Walk<'a> {
    input: &'a [u8],
    data: usize,
    at: usize,
    candidate: usize,
}

impl<'a> Walk<'a> {
    fn slice(&self, from: usize, to: usize) -> &'a [u8] {
        self.input.get(from..to).unwrap_or_default()
    }
}

mod matcher;

pub(crate) use matcher::{Delimiter, Matcher};
use matcher::{PrefixRule, Step};

#[cfg(test)]
mod tests;
