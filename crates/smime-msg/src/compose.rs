//! Composing: canonical entities, clear-signed and pkcs7-mime messages (RFC 8551, sections 3.1 to 3.7).
//!
//! A message's own header fields (From, To, Subject, Date, Message-ID, References) stay outside; the content fields
//! move inside, with the body, and are what is signed and encrypted.

use std::io::{self, Read, Seek, SeekFrom, Write};

use cms_core::io::pump;
use cms_core::provider::Random;
use cms_core::signed::PreparedSignedData;
use cms_core::{CmsError, ContentForm, Limits, oid};

use crate::mime::canonical::{Canonicalizer, LineStats, pump_canonical};
use crate::mime::error::MimeError;
use crate::mime::header::{HeaderBlock, HeaderProgress, HeaderReader};
use crate::mime::micalg::{Micalg, micalg_value};
use crate::mime::scanner::{ScanLimits, Scanner};
use crate::mime::transfer::base64::Base64Encoder;
use crate::mime::transfer::quoted_printable::QuotedPrintableEncoder;
use crate::mime::transfer::{LineEnd, TransferEncoding};
use crate::mime::writer::signed::MultipartSignedWriter;
use crate::mime::writer::{boundary, pkcs7_mime_header, split_headers};

/// Why a message could not be composed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// Signing or encrypting.
    #[error(transparent)]
    Cms(#[from] CmsError),
    /// Input/output.
    #[error("input/output")]
    Io(#[from] io::Error),
    /// The input's header cannot be read.
    #[error(transparent)]
    Mime(#[from] MimeError),
    /// A multipart entity with octets that a 7-bit transport may change: its parts must be encoded first
    /// (RFC 8551, 3.1.3).
    #[error("parts of the multipart entity are not 7bit: encode them, or sign opaque")]
    NotSevenBit,
    /// NUL or non-UTF-8 octets where text is expected.
    #[error("the input is no text")]
    NotText,
}

/// What the signed or encrypted entity will travel through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum Transport {
    /// Inside an opaque layer: any octets.
    Binary,
    /// In multipart/signed: 7 bit, short lines (RFC 8551, 3.1.3).
    SevenBit,
}

/// What an input is to be taken as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// Content fields and a body.
    Entity,
    /// Also From: a whole message.
    Message,
    /// Just text.
    Text,
}

/// No header that a person's mail program writes comes near.
const HEADER_LIMIT: usize = 1 << 20;

/// Writes the canonical form of the input's entity to `out` and returns the header fields that stay outside.
///
/// The input is an entity if it starts with header fields that include Content-Type or MIME-Version, a message if
/// they include From as well, else it becomes text/plain in UTF-8. Lines end in CRLF afterwards, except in parts whose
/// transfer encoding is binary. It is read twice.
///
/// # Errors
/// Text that is none, 8-bit multiparts for a 7-bit transport, input/output.
pub fn entity<S: Read + Seek>(
    source: &mut S,
    transport: Transport,
    out: &mut dyn Write,
) -> Result<Vec<u8>, ComposeError> {
    let (kind, header) = read_header(source)?;
    let body_offset = match (&header, kind) {
        (Some(header), Kind::Entity | Kind::Message) => {
            u64::try_from(header.raw().len()).unwrap_or(u64::MAX)
        }
        _ => 0,
    };
    let binary_parts = kind != Kind::Text && has_binary_parts(source, header.as_ref())?;
    source.seek(SeekFrom::Start(body_offset))?;
    let mut stats = LineStats::new();
    let mut utf8 = Utf8Check::default();
    pump::<io::Error>(source, &mut |chunk| {
        stats.push(chunk);
        utf8.push(chunk);
        Ok(())
    })?;
    source.seek(SeekFrom::Start(body_offset))?;
    let safe = stats.is_seven_bit() && stats.from_lines() == 0 && stats.longest_line() <= 998;
    let (outer, content, body) = match (kind, header) {
        (Kind::Entity | Kind::Message, Some(header)) => {
            let (outer, content) = split_headers(&header);
            let (encode, body) = entity_body(&header, transport, safe, binary_parts)?;
            (outer, with_encoding(&content, encode), body)
        }
        _ => {
            if stats.has_nul() || !utf8.finish() {
                return Err(ComposeError::NotText);
            }
            let (encode, body) = if !safe && transport == Transport::SevenBit {
                (
                    Some(TransferEncoding::QuotedPrintable),
                    Body::QuotedPrintable,
                )
            } else if stats.has_eight_bit() {
                (Some(TransferEncoding::EightBit), Body::Canonical)
            } else {
                (None, Body::Canonical)
            };
            // rfc8551:3.1.1/3
            let plain = b"Content-Type: text/plain; charset=utf-8\r\n";
            (Vec::new(), with_encoding(plain, encode), body)
        }
    };
    out.write_all(&content)?;
    out.write_all(b"\r\n")?;
    // rfc8551:3.1.1/1, 3.1.1/2
    write_body(source, body, out)?;
    Ok(outer)
}

/// The transfer encoding that an entity gets, if another than its own, and how its body is written.
fn entity_body(
    header: &HeaderBlock,
    transport: Transport,
    safe: bool,
    binary_parts: bool,
) -> Result<(Option<TransferEncoding>, Body), ComposeError> {
    let content_type = header.content_type();
    let encoding = header.transfer_encoding();
    let composite = ["multipart", "message"].contains(&content_type.type_());
    let binary = encoding == TransferEncoding::Binary || binary_parts;
    match transport {
        // Binary parts pass as they are; everything else has canonical line ends.
        // rfc8551:3.1.2/1
        Transport::Binary if binary => Ok((None, Body::Verbatim)),
        Transport::Binary => Ok((None, Body::Canonical)),
        // rfc8551:3.1.3/1
        Transport::SevenBit if composite && (binary || !safe) => Err(ComposeError::NotSevenBit),
        Transport::SevenBit if !encoding.is_identity() || safe && !binary => {
            Ok((None, Body::Canonical))
        }
        Transport::SevenBit => {
            let text = content_type.type_() == "text" && !binary;
            let lines = if text {
                Lines::Canonical
            } else {
                Lines::AsTheyAre
            };
            Ok((Some(TransferEncoding::Base64), Body::Base64(lines)))
        }
    }
}

/// How a body is written.
#[derive(Clone, Copy)]
enum Body {
    Base64(Lines),
    Canonical,
    QuotedPrintable,
    Verbatim,
}

/// What becomes of line ends before a transfer encoding (RFC 2045, 6.8: text is canonical before it is encoded).
#[derive(Clone, Copy)]
enum Lines {
    AsTheyAre,
    Canonical,
}

/// The header before the body, and what it makes of the input.
fn read_header<S: Read>(source: &mut S) -> Result<(Kind, Option<HeaderBlock>), ComposeError> {
    let mut reader = HeaderReader::new(HEADER_LIMIT);
    let mut buffer = [0; 4096];
    let block = loop {
        let n = source.read(&mut buffer)?;
        if n == 0 {
            break reader.finish();
        }
        // Text without any blank line is no header, however long.
        match reader.push(buffer.get(..n).unwrap_or_default()) {
            Ok(HeaderProgress::NeedMore) => {}
            Ok(HeaderProgress::Done { block, .. }) => break block,
            Err(_) => return Ok((Kind::Text, None)),
        }
    };
    let content = block.count("Content-Type") + block.count("MIME-Version") > 0;
    let clean = block.surplus().is_empty();
    let kind = match (content && clean, block.count("From") > 0) {
        (true, true) => Kind::Message,
        (true, false) => Kind::Entity,
        (false, _) => Kind::Text,
    };
    Ok((kind, Some(block)))
}

/// Whether a part of a multipart has the transfer encoding binary, whose line ends are data.
fn has_binary_parts<S: Read + Seek>(
    source: &mut S,
    header: Option<&HeaderBlock>,
) -> Result<bool, ComposeError> {
    if header.is_none_or(|header| header.content_type().type_() != "multipart") {
        return Ok(false);
    }
    source.seek(SeekFrom::Start(0))?;
    let mut scanner = Scanner::new(ScanLimits::default());
    pump::<ComposeError>(source, &mut |chunk| Ok(scanner.push(chunk)?))?;
    let tree = scanner.finish()?;
    let binary = tree
        .entities()
        .any(|(_, entity)| entity.header.transfer_encoding() == TransferEncoding::Binary);
    Ok(binary)
}

/// Content fields with another Content-Transfer-Encoding.
fn with_encoding(content: &[u8], encoding: Option<TransferEncoding>) -> Vec<u8> {
    let Some(encoding) = encoding else {
        return content.to_vec();
    };
    let mut kept = Vec::new();
    let mut dropping = false;
    for line in content.split_inclusive(|octet| *octet == b'\n') {
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if !folded {
            let name = line
                .split(|octet| *octet == b':')
                .next()
                .unwrap_or_default();
            dropping = name
                .trim_ascii()
                .eq_ignore_ascii_case(b"Content-Transfer-Encoding");
        }
        if !dropping {
            kept.extend_from_slice(line);
        }
    }
    kept.extend_from_slice(format!("Content-Transfer-Encoding: {encoding}\r\n").as_bytes());
    kept
}

fn write_body<S: Read>(
    source: &mut S,
    body: Body,
    out: &mut dyn Write,
) -> Result<(), ComposeError> {
    let mut buffer = Vec::new();
    match body {
        Body::Verbatim => pump::<io::Error>(source, &mut |chunk| out.write_all(chunk))?,
        Body::Canonical => {
            // rfc8551:3.1.1/4
            pump_canonical::<io::Error>(source, &mut |octets| out.write_all(octets))?
        }
        Body::Base64(lines) => {
            let mut encoder = Base64Encoder::new(76, LineEnd::Crlf);
            let mut canonicalizer = Canonicalizer::new();
            pump::<io::Error>(source, &mut |chunk| {
                buffer.clear();
                match lines {
                    Lines::AsTheyAre => encoder.push(chunk, &mut buffer),
                    Lines::Canonical => {
                        canonicalizer.push(chunk, &mut |octets| encoder.push(octets, &mut buffer));
                    }
                }
                out.write_all(&buffer)
            })?;
            buffer.clear();
            encoder.finish(&mut buffer);
            out.write_all(&buffer)?;
        }
        Body::QuotedPrintable => {
            let mut encoder = QuotedPrintableEncoder::new();
            let mut canonicalizer = Canonicalizer::new();
            pump::<io::Error>(source, &mut |chunk| {
                buffer.clear();
                canonicalizer.push(chunk, &mut |octets| encoder.push(octets, &mut buffer));
                out.write_all(&buffer)
            })?;
            buffer.clear();
            encoder.finish(&mut buffer);
            out.write_all(&buffer)?;
        }
    }
    Ok(())
}

/// UTF-8 across chunks.
#[derive(Default)]
struct Utf8Check {
    pending: Vec<u8>,
    broken: bool,
}

impl Utf8Check {
    fn push(&mut self, chunk: &[u8]) {
        if self.broken {
            return;
        }
        let mut rest = chunk;
        while !self.pending.is_empty() && !rest.is_empty() && !self.broken {
            let (first, later) = rest.split_at_checked(1).unwrap_or((rest, &[]));
            self.pending.extend_from_slice(first);
            rest = later;
            match core::str::from_utf8(&self.pending) {
                Ok(_) => self.pending.clear(),
                Err(error) => self.broken = error.error_len().is_some(),
            }
        }
        if let Err(error) = core::str::from_utf8(rest) {
            self.broken |= error.error_len().is_some();
            self.pending
                .extend_from_slice(rest.get(error.valid_up_to()..).unwrap_or_default());
        }
    }

    fn finish(&self) -> bool {
        !self.broken && self.pending.is_empty()
    }
}

/// Writes a multipart/signed message around an entity that [`entity`] made.
///
/// # Errors
/// Signing; input/output.
pub fn clear_signed(
    outer: &[u8],
    entity: &mut dyn Read,
    prepared: PreparedSignedData<'_>,
    out: &mut dyn Write,
    limits: &Limits,
    random: &mut dyn Random,
) -> Result<(), ComposeError> {
    let mut failed = None;
    let boundary = boundary(&mut |octets| {
        if let Err(error) = random.fill(octets) {
            failed = Some(error);
        }
    });
    if let Some(error) = failed {
        return Err(CmsError::from(error).into());
    }
    let mut names: Vec<Micalg> = Vec::new();
    for digest in prepared.digest_oids() {
        let name = Micalg::parse(oid::name(&digest).unwrap_or("unknown"));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut frame = outer.to_vec();
    let multipart = MultipartSignedWriter::start(&boundary, &micalg_value(&names), &mut frame)?;
    out.write_all(&frame)?;
    // rfc8551:3.5.3.1/1
    let mut writer = prepared.start(ContentForm::Detached, limits, &mut Vec::new())?;
    let mut nothing = |_: &[u8]| Ok(());
    pump::<CmsError>(entity, &mut |chunk| {
        writer.update(chunk, &mut nothing)?;
        Ok(out.write_all(chunk)?)
    })?;
    frame.clear();
    let mut part = multipart.begin_signature(&mut frame)?;
    writer.finish(random, &mut |octets| {
        part.push(octets, &mut frame);
        Ok(())
    })?;
    part.finish(&mut frame);
    out.write_all(&frame)?;
    Ok(())
}

/// Writes the header of an application/pkcs7-mime message and returns the writer of its body.
///
/// # Errors
/// An smime-type that is no token; input/output.
pub fn pkcs7_mime<W: Write>(
    outer: &[u8],
    smime_type: &str,
    mut out: W,
) -> Result<Base64Writer<W>, ComposeError> {
    let header = pkcs7_mime_header(smime_type)?;
    out.write_all(outer)?;
    out.write_all(b"MIME-Version: 1.0\r\n")?;
    out.write_all(header.as_bytes())?;
    Ok(Base64Writer::new(out, 64, LineEnd::Crlf))
}

/// Base64 in lines, as a writer of octets. [`Self::finish`] must be called.
#[derive(Debug)]
pub struct Base64Writer<W> {
    out: W,
    encoder: Base64Encoder,
    buffer: Vec<u8>,
}

impl<W: Write> Base64Writer<W> {
    /// A writer of lines of so many characters.
    pub fn new(out: W, columns: usize, line_end: LineEnd) -> Self {
        Self {
            out,
            encoder: Base64Encoder::new(columns, line_end),
            buffer: Vec::new(),
        }
    }

    /// Writes the last line.
    ///
    /// # Errors
    /// Input/output.
    pub fn finish(mut self) -> io::Result<W> {
        self.buffer.clear();
        self.encoder.finish(&mut self.buffer);
        self.out.write_all(&self.buffer)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Base64Writer<W> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.buffer.clear();
        self.encoder.push(octets, &mut self.buffer);
        self.out.write_all(&self.buffer)?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
