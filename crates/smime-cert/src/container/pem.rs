//! PEM: [RFC 7468] with the tolerance of its section 2, and the headers of RFC 1421 that old
//! encrypted keys have.
//!
//! [RFC 7468]: https://www.rfc-editor.org/rfc/rfc7468

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use cms_core::{DecodeError, DecodeErrorKind};
use zeroize::Zeroizing;

use super::ContainerError;

/// One textual block.
#[non_exhaustive]
pub struct Block {
    /// What stands behind `BEGIN`.
    pub label: String,
    /// Headers within the block (RFC 1421, 4.6), in order.
    pub headers: Vec<(String, String)>,
    /// The decoded octets, which may be a private key.
    pub der: Zeroizing<Vec<u8>>,
}

impl Block {
    /// The value of the first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether the octets are encrypted as RFC 1421 has it (`Proc-Type: 4,ENCRYPTED`).
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.header("Proc-Type")
            .is_some_and(|value| value.split(',').any(|part| part.trim() == "ENCRYPTED"))
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// All blocks of a text, in order; the text around them is skipped. Lines end with LF, CRLF or CR.
///
/// # Errors
/// A block without its end, boundaries that do not match, broken base64.
pub fn parse_all(text: &[u8]) -> Result<Vec<Block>, ContainerError> {
    let mut lines = Lines::new(text);
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(label) = boundary(line, BEGIN) {
            let offset = lines.offset;
            blocks.push(
                block(label, &mut lines)
                    .map_err(|kind| DecodeError::at(kind, offset).within("PEM"))?,
            );
        }
    }
    Ok(blocks)
}

/// Whether a text has a block.
#[must_use]
pub fn is_pem(text: &[u8]) -> bool {
    let mut lines = Lines::new(text);
    core::iter::from_fn(|| lines.next()).any(|line| boundary(line, BEGIN).is_some())
}

/// A block with lines of 64 characters that end with LF (RFC 7468, section 2).
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> String {
    let body = Zeroizing::new(base64_simd::STANDARD.encode_to_string(der));
    let mut text = String::with_capacity(body.len() + body.len() / 64 + 2 * label.len() + 40);
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, later) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = later;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// Base64 without regard to white space and missing padding.
pub(super) fn decode_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    base64_simd::forgiving_decode_to_vec(text)
        .ok()
        .map(Zeroizing::new)
}

fn block(label: &str, lines: &mut Lines<'_>) -> Result<Block, DecodeErrorKind> {
    // As long as it can become: a vector that grows leaves copies of a key behind.
    let len = lines
        .rest
        .windows(END.len())
        .position(|window| window == END);
    let mut body = Zeroizing::new(Vec::with_capacity(len.ok_or(DecodeErrorKind::Truncated)?));
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut in_headers = true;
    loop {
        let line = lines.next().ok_or(DecodeErrorKind::Truncated)?;
        if let Some(end) = boundary(line, END) {
            if end == label {
                break;
            }
            return Err(DecodeErrorKind::BadValue("END of another label than BEGIN"));
        }
        if boundary(line, BEGIN).is_some() {
            return Err(DecodeErrorKind::BadValue("BEGIN within a block"));
        }
        let folded = line
            .first()
            .is_some_and(|octet| matches!(octet, b' ' | b'\t'));
        let line = line.trim_ascii();
        if line.is_empty() {
            in_headers = headers.is_empty() && body.is_empty();
            continue;
        }
        if in_headers && body.is_empty() {
            let text = core::str::from_utf8(line).unwrap_or_default();
            if let (true, Some((_, value))) = (folded, headers.last_mut()) {
                value.push_str(text);
                continue;
            }
            if let Some((name, value)) = text.split_once(':') {
                headers.push((name.trim().into(), value.trim().into()));
                continue;
            }
        }
        body.extend_from_slice(line);
    }
    Ok(Block {
        label: label.into(),
        headers,
        der: decode_base64(&body).ok_or(DecodeErrorKind::BadValue("malformed base64"))?,
    })
}

fn boundary<'a>(line: &'a [u8], kind: &[u8]) -> Option<&'a str> {
    let label = line
        .trim_ascii()
        .strip_prefix(kind)?
        .strip_suffix(b"-----")?;
    core::str::from_utf8(label).ok()
}

/// The lines of a text.
struct Lines<'a> {
    rest: &'a [u8],
    /// Of `rest` in the text.
    offset: u64,
    end_of_line: u8,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            offset: 0,
            end_of_line: if text.contains(&b'\n') { b'\n' } else { b'\r' },
        }
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let len = self
            .rest
            .iter()
            .position(|octet| *octet == self.end_of_line);
        let len = len.map_or(self.rest.len(), |len| len + 1);
        let (line, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        self.offset = self
            .offset
            .saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
        Some(line)
    }
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// rfc7468:2: "Generators MUST wrap the base64-encoded lines so that each line consists of exactly 64 characters"
const LINE: usize = 64;
