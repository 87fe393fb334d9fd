//! The canonical form of text and what would hurt it in transport (RFC 8551, section 3.1.1).
//!
//! Signed text has CRLF line ends. [`Canonicalizer`] makes them so without copying what already
//! is; [`LineStats`] tells whether content needs a transfer encoding before it is signed
//! (RFC 8551, sections 3.1.2 and 3.1.3; RFC 1847, section 2.1).

use std::io::{self, Read};

use cms_core::io::pump;

use super::offset_of;

/// Turns LF into CRLF; a CRLF and a CR without LF stay.
#[derive(Debug, Default)]
pub struct Canonicalizer {
    after_cr: bool,
    converted: u64,
}

impl Canonicalizer {
    /// A canonicalizer at the start of a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets and hands out the canonical ones, in slices of `input` if possible.
    pub fn push(&mut self, input: &[u8], sink: &mut dyn FnMut(&[u8])) {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', input) {
            let before = match end.checked_sub(1) {
                Some(before) => input.get(before) == Some(&b'\r'),
                None => self.after_cr,
            };
            if before {
                continue;
            }
            emit(input.get(start..end), sink);
            // The LF itself begins the next slice.
            sink(b"\r");
            self.converted = self.converted.saturating_add(1);
            start = end;
        }
        emit(input.get(start..), sink);
        if let Some(&last) = input.last() {
            self.after_cr = last == b'\r';
        }
    }

    /// Ends the text and tells how many line ends were converted. Nothing is held back.
    #[must_use]
    pub fn finish(self) -> u64 {
        self.converted
    }
}

/// Hands everything that `source` has to `sink` in canonical form.
///
/// # Errors
/// What reading or `sink` returns.
pub fn pump_canonical<E: From<io::Error>>(
    source: &mut dyn Read,
    sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut canonicalizer = Canonicalizer::new();
    pump(source, &mut |chunk| {
        let mut result = Ok(());
        canonicalizer.push(chunk, &mut |octets| {
            if result.is_ok() {
                result = sink(octets);
            }
        });
        result
    })
}

fn emit(octets: Option<&[u8]>, sink: &mut dyn FnMut(&[u8])) {
    match octets {
        Some(octets) if !octets.is_empty() => sink(octets),
        _ => {}
    }
}

/// Facts about the lines of content, gathered as a stream.
#[derive(Clone, Debug, Default)]
pub struct LineStats {
    octets: u64,
    eight_bit: bool,
    nul: bool,
    returns: u64,
    crlf: u64,
    bare_lf: u64,
    from_lines: u64,
    trailing_blank_lines: u64,
    longest_line: u64,
    /// Octets of the current line.
    line: u64,
    /// The first octets of the current line.
    prefix: Vec<u8>,
    /// The last two octets.
    last: [Option<u8>; 2],
}

impl LineStats {
    /// Statistics of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets.
    pub fn push(&mut self, input: &[u8]) {
        self.octets = self.octets.saturating_add(offset_of(input.len()));
        self.eight_bit |= !input.is_ascii();
        self.nul |= memchr::memchr(0, input).is_some();
        let returns = memchr::memchr_iter(b'\r', input).count();
        self.returns = self.returns.saturating_add(offset_of(returns));
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', input) {
            self.text(input.get(start..end).unwrap_or_default());
            self.line_end();
            start = end.saturating_add(1);
        }
        self.text(input.get(start..).unwrap_or_default());
    }

    /// How many octets were pushed.
    #[must_use]
    pub const fn octets(&self) -> u64 {
        self.octets
    }

    /// Whether an octet is above 127.
    #[must_use]
    pub const fn has_eight_bit(&self) -> bool {
        self.eight_bit
    }

    /// Whether there is a NUL.
    #[must_use]
    pub const fn has_nul(&self) -> bool {
        self.nul
    }

    /// How many CRs are not followed by an LF; so far, a CR at the end is one of them.
    #[must_use]
    pub const fn bare_cr(&self) -> u64 {
        self.returns.saturating_sub(self.crlf)
    }

    /// How many LFs do not follow a CR.
    #[must_use]
    pub const fn bare_lf(&self) -> u64 {
        self.bare_lf
    }

    /// How many lines begin with "From ", which mbox files change to ">From ".
    #[must_use]
    pub const fn from_lines(&self) -> u64 {
        self.from_lines
    }

    /// How many lines end in white space, which some gateways strip.
    #[must_use]
    pub fn trailing_blank_lines(&self) -> u64 {
        let [_, last] = self.last;
        let unfinished = self.line > 0 && last.is_some_and(is_blank);
        self.trailing_blank_lines
            .saturating_add(u64::from(unfinished))
    }

    /// The octets of the longest line without its line end.
    #[must_use]
    pub fn longest_line(&self) -> u64 {
        self.longest_line.max(self.line)
    }

    /// Whether this is 7bit data (RFC 2045, section 2.7), an LF alone taken for a line end.
    #[must_use]
    pub fn is_seven_bit(&self) -> bool {
        !self.eight_bit && !self.nul && self.bare_cr() == 0 && self.longest_line() <= LINE_LIMIT
    }

    /// Whether this can be signed as it is: 7bit data that no usual gateway changes.
    ///
    /// RFC 8551, section 3.1.3, names "From " lines and trailing white space.
    #[must_use]
    pub fn survives_transport(&self) -> bool {
        self.is_seven_bit() && self.from_lines == 0 && self.trailing_blank_lines() == 0
    }

    fn text(&mut self, text: &[u8]) {
        let missing = FROM.len().saturating_sub(self.prefix.len());
        if missing > 0 && !text.is_empty() {
            let (head, _) = text.split_at_checked(missing).unwrap_or((text, &[]));
            self.prefix.extend_from_slice(head);
            self.from_lines = self
                .from_lines
                .saturating_add(u64::from(self.prefix == FROM));
        }
        self.line = self.line.saturating_add(offset_of(text.len()));
        self.last = match text {
            [.., before, last] => [Some(*before), Some(*last)],
            [only] => {
                let [_, last] = self.last;
                [last, Some(*only)]
            }
            [] => self.last,
        };
    }

    fn line_end(&mut self) {
        let [before, last] = self.last;
        let (text, last) = if last == Some(b'\r') {
            self.crlf = self.crlf.saturating_add(1);
            (self.line.saturating_sub(1), before)
        } else {
            self.bare_lf = self.bare_lf.saturating_add(1);
            (self.line, last)
        };
        if text > 0 && last.is_some_and(is_blank) {
            self.trailing_blank_lines = self.trailing_blank_lines.saturating_add(1);
        }
        self.longest_line = self.longest_line.max(text);
        self.line = 0;
        self.prefix.clear();
        self.last = [None; 2];
    }
}

const fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

const FROM: &[u8] = b"From ";
/// Octets of a line without its CRLF (RFC 2045, section 2.7; RFC 5322, section 2.1.1).
const LINE_LIMIT: u64 = 998;

#[cfg(test)]
mod tests;
