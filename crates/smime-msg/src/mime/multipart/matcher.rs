//! The grammar of one delimiter line, octet by octet (RFC 2046, section 5.1.1).
//!
//! ```text
//! LF "--" boundary ["--"] *LWSP-char [CR] LF
//! ```
//!
//! A CR before the first LF is the business of the reader.

use super::{BOUNDARY_LIMIT, PADDING_LIMIT};
use crate::mime::error::{MimeError, MimeErrorKind};

/// Which delimiter a line is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Delimiter {
    /// The one after the last part.
    Close,
    /// One before a part.
    Part,
}

/// Whether the boundary may be followed by anything else on its line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PrefixRule {
    Accept,
    Reject,
}

/// What an octet means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// It fits; more is needed.
    More,
    /// It does not fit and was not taken.
    Mismatch,
    /// It ends the line of a delimiter.
    Found(Delimiter),
    /// It does not fit and was not taken, but the line begins with the boundary.
    Prefix(Delimiter),
}

/// A delimiter and how much of it was seen.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    /// LF, two hyphens, the boundary.
    pub(crate) pattern: Vec<u8>,
    pub(crate) prefix: PrefixRule,
    matched: usize,
    tail: Tail,
}

/// What was seen after the boundary.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tail {
    Nothing,
    Hyphen,
    Hyphens,
    Padding(Delimiter, usize),
    Return(Delimiter),
}

impl Matcher {
    /// The delimiter of this boundary, at the start of a line.
    pub(crate) fn new(boundary: &str) -> Result<Self, MimeError> {
        let boundary = boundary.trim_end_matches([' ', '\t']);
        let usable = (1..=BOUNDARY_LIMIT).contains(&boundary.len())
            && !boundary.contains(|c: char| c.is_ascii_control());
        if !usable {
            return Err(MimeError::new(MimeErrorKind::Boundary, 0));
        }
        Ok(Self {
            pattern: [b"\n--", boundary.as_bytes()].concat(),
            prefix: PrefixRule::Reject,
            matched: 1,
            tail: Tail::Nothing,
        })
    }

    /// Starts again after this many octets of the pattern.
    pub(crate) const fn restart(&mut self, matched: usize) {
        self.matched = matched;
        self.tail = Tail::Nothing;
    }

    pub(crate) fn step(&mut self, octet: u8) -> Step {
        if let Some(&expected) = self.pattern.get(self.matched) {
            if octet != expected {
                return Step::Mismatch;
            }
            self.matched = self.matched.saturating_add(1);
            return Step::More;
        }
        match self.tail.step(octet) {
            Ok(step) => step,
            Err(delimiter) => match self.prefix {
                PrefixRule::Accept => Step::Prefix(delimiter),
                PrefixRule::Reject => Step::Mismatch,
            },
        }
    }

    /// What was seen, if the input ends here.
    pub(crate) fn at_end(&self) -> Option<Delimiter> {
        if self.matched < self.pattern.len() {
            return None;
        }
        match (self.tail, self.prefix) {
            (Tail::Nothing, _) => Some(Delimiter::Part),
            (Tail::Hyphens, _) => Some(Delimiter::Close),
            (Tail::Padding(delimiter, _) | Tail::Return(delimiter), _) => Some(delimiter),
            (Tail::Hyphen, PrefixRule::Accept) => Some(Delimiter::Part),
            (Tail::Hyphen, PrefixRule::Reject) => None,
        }
    }

    /// The length of the pattern's beginning at the end of the input; 0 stands for a CR there.
    pub(crate) fn tail(&self, input: &[u8]) -> Option<usize> {
        let window = self.pattern.len().min(input.len());
        let start = input.len().saturating_sub(window);
        let window = input.get(start..).unwrap_or_default();
        if window.last() == Some(&b'\r') {
            return Some(0);
        }
        let line_feed = memchr::memrchr(b'\n', window)?;
        let tail = window.get(line_feed..).unwrap_or_default();
        self.pattern.starts_with(tail).then_some(tail.len())
    }

    /// Which delimiter a whole line is, with or without its line end.
    pub(crate) fn match_line(&mut self, line: &[u8]) -> Option<Delimiter> {
        self.restart(1);
        for &octet in line {
            match self.step(octet) {
                Step::More => {}
                Step::Found(delimiter) => return Some(delimiter),
                Step::Mismatch | Step::Prefix(_) => return None,
            }
        }
        self.at_end()
    }
}

impl Tail {
    /// Takes an octet, or tells what the line would be without the rest.
    const fn step(&mut self, octet: u8) -> Result<Step, Delimiter> {
        let delimiter = match self {
            Self::Nothing | Self::Hyphen => Delimiter::Part,
            Self::Hyphens => Delimiter::Close,
            Self::Padding(delimiter, _) | Self::Return(delimiter) => *delimiter,
        };
        *self = match (*self, octet) {
            (Self::Hyphen, b'-') => Self::Hyphens,
            (Self::Hyphen, _) => return Err(delimiter),
            (_, b'\n') => return Ok(Step::Found(delimiter)),
            (Self::Nothing, b'-') => Self::Hyphen,
            (Self::Nothing | Self::Hyphens, b' ' | b'\t') => Self::Padding(delimiter, 1),
            (Self::Padding(_, length), b' ' | b'\t') if length < PADDING_LIMIT => {
                Self::Padding(delimiter, length.saturating_add(1))
            }
            (Self::Nothing | Self::Hyphens | Self::Padding(..), b'\r') => Self::Return(delimiter),
            _ => return Err(delimiter),
        };
        Ok(Step::More)
    }
}
