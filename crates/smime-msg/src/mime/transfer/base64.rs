//! Base64 with line breaks, both ways (RFC 2045, section 6.8; RFC 4648, section 4).
//!
//! Decoding takes the lines of a block together and decodes them at once; only a block with
//! padding or something odd is walked octet by octet. The result does not depend on chunks.

use base64_simd::{STANDARD, STANDARD_NO_PAD};

use super::LineEnd;
use crate::mime::deviation::{Deviation, Deviations};
use crate::mime::offset_of;

/// Decodes base64 text.
#[derive(Debug, Default)]
pub struct Base64Decoder {
    /// The characters of an unfinished group.
    group: Vec<u8>,
    padding: Padding,
    offset: u64,
    gathered: Vec<u8>,
    deviations: Deviations,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Padding {
    /// No padding was seen.
    #[default]
    None,
    /// One `=` after two characters; a second one completes it.
    Half,
    /// A complete group with padding.
    Done,
}

impl Base64Decoder {
    /// A decoder at the start of a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes the next octets, appending to `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        for block in input.chunks(BLOCK) {
            if self.padding != Padding::None || !self.push_clean(block, out) {
                self.push_each(block, out);
            }
            self.offset = self.offset.saturating_add(offset_of(block.len()));
        }
    }

    /// Appends what an unpadded end still holds and tells what was odd.
    #[must_use]
    pub fn finish(mut self, out: &mut Vec<u8>) -> Deviations {
        let at = self.offset;
        match self.group.len() {
            0 if self.padding == Padding::Half => {
                self.deviations.note(Deviation::Base64MissingPadding, at);
            }
            0 => {}
            1 => self.deviations.note(Deviation::Base64Truncated, at),
            _ => {
                self.deviations.note(Deviation::Base64MissingPadding, at);
                self.flush_partial(at, out);
            }
        }
        self.deviations
    }

    /// Decodes a block of nothing but alphabet and line ends; changes nothing otherwise.
    fn push_clean(&mut self, block: &[u8], out: &mut Vec<u8>) -> bool {
        let mut gathered = std::mem::take(&mut self.gathered);
        gathered.clear();
        gathered.extend_from_slice(&self.group);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', block) {
            let line = block.get(start..end).unwrap_or_default();
            gathered.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
            start = end.saturating_add(1);
        }
        let line = block.get(start..).unwrap_or_default();
        gathered.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        let whole = gathered.len().saturating_sub(gathered.len() % 4);
        let (groups, rest) = gathered.split_at_checked(whole).unwrap_or_default();
        let clean = rest.iter().all(|&octet| sextet(octet).is_some())
            && STANDARD_NO_PAD.decode_append(groups, out).is_ok();
        if clean {
            self.group.clear();
            self.group.extend_from_slice(rest);
        }
        self.gathered = gathered;
        clean
    }

    fn push_each(&mut self, block: &[u8], out: &mut Vec<u8>) {
        for (index, &octet) in block.iter().enumerate() {
            let at = self.offset.saturating_add(offset_of(index));
            match octet {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b'=' => self.push_padding(at, out),
                _ if sextet(octet).is_some() => self.push_sextet(octet, at, out),
                // rfc2045:6.8: "any other characters ... must be ignored by decoding software".
                _ => self.deviations.note(Deviation::Base64StrayOctet, at),
            }
        }
    }

    fn push_sextet(&mut self, octet: u8, at: u64, out: &mut Vec<u8>) {
        if self.padding != Padding::None {
            if self.padding == Padding::Half {
                self.deviations.note(Deviation::Base64MissingPadding, at);
            }
            self.deviations.note(Deviation::Base64AfterPadding, at);
            self.padding = Padding::None;
        }
        self.group.push(octet);
        if let [a, b, c, d] = self.group.as_slice() {
            let bits = join([*a, *b, *c, *d]);
            out.extend_from_slice(bits.to_be_bytes().get(1..).unwrap_or_default());
            self.group.clear();
        }
    }

    fn push_padding(&mut self, at: u64, out: &mut Vec<u8>) {
        match (self.group.len(), self.padding) {
            (2, _) => {
                self.flush_partial(at, out);
                self.padding = Padding::Half;
            }
            (3, _) => {
                self.flush_partial(at, out);
                self.padding = Padding::Done;
            }
            (_, Padding::Half) => self.padding = Padding::Done,
            _ => self.deviations.note(Deviation::Base64StrayOctet, at),
        }
    }

    /// Decodes a group of two or three characters.
    fn flush_partial(&mut self, at: u64, out: &mut Vec<u8>) {
        let mut octets = [b'A'; 4];
        for (octet, &character) in octets.iter_mut().zip(&self.group) {
            *octet = character;
        }
        let length = self.group.len().saturating_sub(1);
        let [_, bits @ ..] = join(octets).to_be_bytes();
        let (kept, loose) = bits.split_at_checked(length).unwrap_or_default();
        out.extend_from_slice(kept);
        if loose.iter().any(|&octet| octet != 0) {
            self.deviations.note(Deviation::Base64LooseBits, at);
        }
        self.group.clear();
    }
}

/// Encodes base64 in lines.
#[derive(Debug)]
pub struct Base64Encoder {
    columns: usize,
    line_end: LineEnd,
    /// Octets of an unfinished line.
    line: Vec<u8>,
    encoded: Vec<u8>,
}

impl Base64Encoder {
    /// An encoder for lines of `columns` characters, rounded down to a multiple of 4.
    ///
    /// RFC 2045, section 6.8, allows 76 columns at most; values outside of 4 to 76 are clamped.
    #[must_use]
    pub fn new(columns: usize, line_end: LineEnd) -> Self {
        let columns = columns.clamp(4, 76);
        Self {
            columns: columns.saturating_sub(columns % 4),
            line_end,
            line: Vec::new(),
            encoded: Vec::new(),
        }
    }

    /// Encodes the next octets, appending complete lines to `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let octets = self.octets_per_line();
        let mut rest = input;
        if !self.line.is_empty() {
            let missing = octets.saturating_sub(self.line.len());
            let (head, tail) = rest.split_at_checked(missing).unwrap_or((rest, &[]));
            self.line.extend_from_slice(head);
            rest = tail;
            if self.line.len() < octets {
                return;
            }
            let line = std::mem::take(&mut self.line);
            self.write_lines(&line, out);
        }
        for block in rest.chunks(octets.saturating_mul(LINES)) {
            let whole = block.len().saturating_sub(block.len() % octets);
            let (lines, part) = block.split_at_checked(whole).unwrap_or_default();
            self.write_lines(lines, out);
            self.line.extend_from_slice(part);
        }
    }

    /// Writes the last line with its padding and its line end.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        self.write_lines(&line, out);
    }

    fn write_lines(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        self.encoded.clear();
        STANDARD.encode_append(octets, &mut self.encoded);
        let line_end = self.line_end.as_bytes();
        let lines = self.encoded.len().div_ceil(self.columns);
        out.reserve(self.encoded.len().saturating_add(lines.saturating_mul(2)));
        for line in self.encoded.chunks(self.columns) {
            out.extend_from_slice(line);
            out.extend_from_slice(line_end);
        }
    }

    const fn octets_per_line(&self) -> usize {
        let octets = (self.columns / 4).saturating_mul(3);
        if octets == 0 { 3 } else { octets }
    }
}

/// The value of a character of the alphabet.
fn sextet(octet: u8) -> Option<u8> {
    match octet {
        b'A'..=b'Z' => octet.checked_sub(b'A'),
        b'a'..=b'z' => octet.checked_sub(71),
        b'0'..=b'9' => octet.checked_add(4),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The 24 bits of a group.
fn join(group: [u8; 4]) -> u32 {
    group.iter().fold(0, |bits, &octet| {
        (bits << 6) | u32::from(sextet(octet).unwrap_or(0))
    })
}

/// Octets decoded at once: fits the first-level cache together with its output.
const BLOCK: usize = 12 * 1024;
/// Lines encoded at once, for the same reason.
const LINES: usize = 128;
