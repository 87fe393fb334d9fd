//! Quoted-printable, both ways (RFC 2045, section 6.7).
//!
//! The decoder keeps line ends as they are and what it does not understand. The encoder writes
//! text that survives mail transport: CRLF lines of at most 76 columns, no white space before a
//! line end, no "From " and no "." at the start of a line (RFC 2049, section 3).

use crate::mime::deviation::{Deviation, Deviations};
use crate::mime::offset_of;
use crate::mime::parameters::hex_octet;

/// Decodes quoted-printable text.
#[derive(Debug, Default)]
pub struct QuotedPrintableDecoder {
    /// White space and a CR that may belong to a line end.
    held: Vec<u8>,
    /// In white space too long to be held back; all of it is text.
    overlong: bool,
    /// What follows an `=`, while there is one.
    escape: Option<Vec<u8>>,
    offset: u64,
    deviations: Deviations,
}

impl QuotedPrintableDecoder {
    /// A decoder at the start of a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes the next octets, appending to `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let mut rest = input;
        while let Some((&first, after)) = rest.split_first() {
            let before = rest.len();
            if self.escape.is_some() {
                if self.escape_octet(first, out) {
                    rest = after;
                }
            } else {
                let stop = memchr::memchr2(b'=', b'\n', rest).unwrap_or(rest.len());
                let (run, tail) = rest.split_at_checked(stop).unwrap_or((rest, &[]));
                self.text(run, out);
                rest = match tail.split_first() {
                    Some((b'\n', after)) => {
                        self.line_end(out);
                        after
                    }
                    Some((_, after)) => {
                        out.append(&mut self.held);
                        self.overlong = false;
                        self.escape = Some(Vec::new());
                        after
                    }
                    None => tail,
                };
            }
            let taken = before.saturating_sub(rest.len());
            self.offset = self.offset.saturating_add(offset_of(taken));
        }
    }

    /// Appends what was held back and tells what was odd.
    #[must_use]
    pub fn finish(mut self, out: &mut Vec<u8>) -> Deviations {
        match self.escape.take() {
            // The line break of a soft break before a boundary belongs to the boundary.
            Some(escape) if escape.iter().all(|octet| b" \t\r".contains(octet)) => {
                self.note(Deviation::QuotedPrintableTruncated);
            }
            Some(escape) => self.broken(&escape, out),
            None if self.held.ends_with(b"\r") => out.append(&mut self.held),
            None => {}
        }
        self.deviations
    }

    /// Takes octets without `=` and LF.
    fn text(&mut self, run: &[u8], out: &mut Vec<u8>) {
        if !run.is_ascii() {
            let eight_bit = run
                .iter()
                .enumerate()
                .filter(|(_, octet)| !octet.is_ascii());
            for (index, _) in eight_bit {
                let at = self.offset.saturating_add(offset_of(index));
                self.deviations.note(Deviation::QuotedPrintableEightBit, at);
            }
        }
        let (text, tail) = split_blank_tail(run);
        if !text.is_empty() || (self.held.ends_with(b"\r") && !tail.is_empty()) {
            out.append(&mut self.held);
            self.overlong = false;
        }
        out.extend_from_slice(text);
        self.held.extend_from_slice(tail);
        let cr = usize::from(self.held.ends_with(b"\r"));
        let blanks = self.held.len().saturating_sub(cr);
        if blanks > HELD_LIMIT || (self.overlong && blanks > 0) {
            self.overlong = true;
            out.extend(self.held.drain(..blanks));
        }
    }

    // rfc2045:6.7: "any trailing white space on a line must be deleted" (rule 3).
    fn line_end(&mut self, out: &mut Vec<u8>) {
        if self.held.ends_with(b"\r") {
            out.push(b'\r');
        }
        out.push(b'\n');
        self.held.clear();
        self.overlong = false;
    }

    /// Takes one octet after an `=`; false when it belongs to the text after a broken escape.
    fn escape_octet(&mut self, octet: u8, out: &mut Vec<u8>) -> bool {
        let mut escape = self.escape.take().unwrap_or_default();
        match (escape.as_slice(), octet) {
            ([.., b' ' | b'\t' | b'\r'] | [], b'\n') => return true,
            ([], _) if octet.is_ascii_hexdigit() => escape.push(octet),
            ([] | [.., b' ' | b'\t'], b' ' | b'\t' | b'\r') if escape.len() < HELD_LIMIT => {
                escape.push(octet);
            }
            ([high], low) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                if high.is_ascii_lowercase() || low.is_ascii_lowercase() {
                    self.note(Deviation::QuotedPrintableLowercaseHex);
                }
                out.extend(hex_octet(*high, low));
                return true;
            }
            _ => {
                self.broken(&escape, out);
                return false;
            }
        }
        self.escape = Some(escape);
        true
    }

    fn broken(&mut self, escape: &[u8], out: &mut Vec<u8>) {
        self.note(Deviation::QuotedPrintableBrokenEscape);
        out.push(b'=');
        out.extend_from_slice(escape);
    }

    fn note(&mut self, deviation: Deviation) {
        self.deviations.note(deviation, self.offset);
    }
}

/// Encodes octets as quoted-printable.
///
/// A CRLF is a line break; any other CR or LF is encoded, so decoding gives the exact octets.
#[derive(Debug, Default)]
pub struct QuotedPrintableEncoder {
    /// The encoded octets of the current output line.
    line: Vec<u8>,
    after_cr: bool,
}

impl QuotedPrintableEncoder {
    /// An encoder at the start of a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes the next octets, appending complete lines to `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        for &octet in input {
            let after_cr = std::mem::take(&mut self.after_cr);
            match octet {
                b'\n' if after_cr => {
                    self.write_line(b"", out);
                    continue;
                }
                _ if after_cr => self.escaped(b'\r', out),
                _ => {}
            }
            match octet {
                b'\r' => self.after_cr = true,
                b'=' => self.escaped(octet, out),
                b' '..=b'~' | b'\t' => self.add(&[octet], out),
                _ => self.escaped(octet, out),
            }
        }
    }

    /// Writes the last line; a text without a line end gets none.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.after_cr) {
            self.escaped(b'\r', out);
        }
        self.protect_end();
        self.protect_start();
        out.append(&mut self.line);
    }

    fn escaped(&mut self, octet: u8, out: &mut Vec<u8>) {
        self.add(&escape(octet), out);
    }

    fn add(&mut self, atom: &[u8], out: &mut Vec<u8>) {
        if self.line.len().saturating_add(atom.len()) > LINE_LIMIT {
            self.write_line(b"=", out);
        }
        self.line.extend_from_slice(atom);
    }

    fn write_line(&mut self, soft_break: &[u8], out: &mut Vec<u8>) {
        if soft_break.is_empty() {
            self.protect_end();
        }
        self.protect_start();
        out.append(&mut self.line);
        out.extend_from_slice(soft_break);
        out.extend_from_slice(b"\r\n");
    }

    fn protect_end(&mut self) {
        if let Some(last) = self.line.pop_if(|octet| matches!(octet, b' ' | b'\t')) {
            self.line.extend_from_slice(&escape(last));
        }
    }

    fn protect_start(&mut self) {
        let first = self.line.first().copied();
        if let Some(first) = first
            && (first == b'.' || self.line.starts_with(b"From "))
        {
            self.line.splice(..1, escape(first));
        }
    }
}

/// Splits off white space, and one CR after it, at the end.
fn split_blank_tail(run: &[u8]) -> (&[u8], &[u8]) {
    let text = run.strip_suffix(b"\r").unwrap_or(run);
    let blanks = text
        .iter()
        .rev()
        .take_while(|octet| matches!(octet, b' ' | b'\t'))
        .count();
    let end = text.len().saturating_sub(blanks);
    run.split_at_checked(end).unwrap_or((run, &[]))
}

fn escape(octet: u8) -> [u8; 3] {
    let digit = |value: u8| match value {
        0..=9 => value.saturating_add(b'0'),
        _ => value.saturating_add(b'A'.saturating_sub(10)),
    };
    [b'=', digit(octet >> 4), digit(octet & 15)]
}

/// White space held back at most; a line of a mail has 998 octets at most (RFC 5322, 2.1.1).
const HELD_LIMIT: usize = 998;
/// Columns before a line is broken: 76, less a soft break, less what protecting both ends adds.
const LINE_LIMIT: usize = 71;
