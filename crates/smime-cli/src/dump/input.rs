//! Inputs of `smime dump`: the objects in a message, in PEM, in base64 or as they are.

use std::io::Read as _;

use cms_core::ber::{Header, Tag};
use smime_cert::container::pem;
use smime_msg::format::{self, Format};
use smime_msg::mime::header::HeaderBlock;
use smime_msg::mime::media_type::ContentType;
use smime_msg::mime::scanner::{ScanLimits, Scanner};
use smime_msg::mime::transfer::{Decoder, TransferEncoding};
use zeroize::Zeroizing;

use super::grammar::Type;
use super::root;
use crate::args::InFormat;
use crate::outcome::{Failure, Outcome};

/// One object to be shown.
pub(crate) struct Object {
    /// Where it is from, when that is not the whole input.
    pub(crate) origin: Option<String>,
    pub(crate) octets: Zeroizing<Vec<u8>>,
    pub(crate) root: Option<&'static Type>,
    /// A private key in a form that is not shown at all.
    pub(crate) is_opaque_key: bool,
}

impl Object {
    fn new(octets: Vec<u8>, origin: Option<String>) -> Self {
        Self {
            origin,
            root: root::guess(&octets),
            octets: Zeroizing::new(octets),
            is_opaque_key: false,
        }
    }
}

/// The objects of an input.
pub(crate) fn objects(input: &[u8], form: Option<InFormat>) -> Result<Vec<Object>, Failure> {
    if input.is_empty() {
        return Err(Failure::new(
            Outcome::Malformed,
            "malformed",
            "the input is empty",
        ));
    }
    let format = match form {
        Some(InFormat::Der) => Format::Der,
        Some(InFormat::Pem) if pem::is_pem(input) => Format::Pem,
        Some(InFormat::Pem) => Format::Base64,
        Some(InFormat::Smime) => Format::Mime,
        None => detect(input),
    };
    match format {
        Format::Der => Ok(vec![Object::new(input.to_vec(), None)]),
        Format::Pem => blocks(input),
        Format::Base64 => Ok(vec![Object::new(unarmoured(format, input)?, None)]),
        _ => message(input),
    }
}

/// More than messages is shown, so more than messages is recognised: anything binary, and any SEQUENCE.
fn detect(input: &[u8]) -> Format {
    let start = input.get(..512).unwrap_or(input);
    let text = |octet: &u8| !octet.is_ascii_control() || octet.is_ascii_whitespace();
    let header = Header::parse(input, 0).ok().flatten();
    let is_sequence =
        header.is_some_and(|header| header.tag == Tag::SEQUENCE && header.constructed);
    match Format::detect(start) {
        Format::Mime if pem::is_pem(input) && !has_mime_fields(input) => Format::Pem,
        Format::Mime if is_sequence && start.get(1) != Some(&b':') => Format::Der,
        Format::Mime if !start.iter().all(|octet| text(octet) && octet.is_ascii()) => {
            if looks_like_mail(start) {
                Format::Mime
            } else {
                Format::Der
            }
        }
        format => format,
    }
}

/// Whether the first line is a header field, or the line of a mailbox.
fn looks_like_mail(start: &[u8]) -> bool {
    let line = start
        .split(|octet| *octet == b'\n')
        .next()
        .unwrap_or_default();
    let name = line
        .split(|octet| *octet == b':')
        .next()
        .unwrap_or_default();
    line.starts_with(b"From ")
        || name.len() < line.len() && !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// Whether the header at the front has a field of MIME's. Text may stand before PEM as well.
fn has_mime_fields(input: &[u8]) -> bool {
    let start = input.get(..1 << 16).unwrap_or(input);
    let header = start
        .split(|octet| *octet == b'\n')
        .take_while(|line| !line.trim_ascii().is_empty());
    header.into_iter().any(|line| {
        let name = line
            .split(|octet| *octet == b':')
            .next()
            .unwrap_or_default();
        name.eq_ignore_ascii_case(b"Content-Type") || name.eq_ignore_ascii_case(b"MIME-Version")
    })
}

/// All blocks of a PEM file; the first one, leniently, when they do not end as they should.
fn blocks(input: &[u8]) -> Result<Vec<Object>, Failure> {
    match pem::parse_all(input) {
        Ok(blocks) => {
            let several = blocks.len() > 1;
            Ok(blocks
                .into_iter()
                .map(|block| {
                    let root = root::of_block(&block.label, &block.der);
                    let is_key = block.label.contains("PRIVATE KEY");
                    Object {
                        is_opaque_key: is_key
                            && (!root.is_some_and(root::hides_keys) || block.is_encrypted()),
                        origin: several.then_some(block.label),
                        root,
                        octets: block.der,
                    }
                })
                .collect())
        }
        Err(error) => {
            let is_key = memchr::memmem::find(input, b"PRIVATE KEY-----").is_some();
            if is_key {
                return Err(Failure::from(error));
            }
            Ok(vec![Object::new(unarmoured(Format::Pem, input)?, None)])
        }
    }
}

fn unarmoured(format: Format, input: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut octets = Vec::new();
    format::octets(format, Box::new(input))?.read_to_end(&mut octets)?;
    Ok(octets)
}

/// The body of the outermost part that holds an object.
fn message(input: &[u8]) -> Result<Vec<Object>, Failure> {
    let input = without_request_line(input);
    let mut scanner = Scanner::new(ScanLimits::default());
    scanner.push(input)?;
    let tree = scanner.finish()?;
    for (_, entity) in tree.entities() {
        if !holds_cms(&entity.header, &entity.content_type) {
            continue;
        }
        let range = usize::try_from(entity.body_range.start)
            .ok()
            .zip(usize::try_from(entity.body_range.end).ok());
        let body = range
            .and_then(|(start, end)| input.get(start..end))
            .unwrap_or_default();
        let octets = decoded(entity.header.transfer_encoding(), body)?;
        let origin = format!(
            "{} at offset {}",
            entity.content_type.essence(),
            entity.range.start
        );
        return Ok(vec![Object::new(octets, Some(origin))]);
    }
    let text = "no application/pkcs7-mime or pkcs7-signature part in the message";
    Err(Failure::new(Outcome::Malformed, "no-cms-part", text)
        .with_hint("for another form of input say --in-format pem or der"))
}

/// HTTP captures begin with a request or status line, which is no header field (RFC 4130, 5).
fn without_request_line(input: &[u8]) -> &[u8] {
    let end = input.iter().take(4096).position(|octet| *octet == b'\n');
    let Some((line, rest)) = end.and_then(|end| input.split_at_checked(end.saturating_add(1)))
    else {
        return input;
    };
    let line = line.trim_ascii_end();
    let is_http = line.starts_with(b"HTTP/1.")
        || line.ends_with(b" HTTP/1.1")
        || line.ends_with(b" HTTP/1.0");
    if is_http && !line.contains(&b'"') {
        rest
    } else {
        input
    }
}

/// A body without its transfer encoding; some senders forget to name base64.
fn decoded(encoding: TransferEncoding, body: &[u8]) -> Result<Vec<u8>, Failure> {
    let start = body.get(..512).unwrap_or(body);
    let encoding = match Format::detect(start) {
        Format::Base64 if encoding.is_identity() => TransferEncoding::Base64,
        Format::Pem => return unarmoured(Format::Pem, body),
        _ => encoding,
    };
    let mut octets = Vec::new();
    let mut decoder = Decoder::new(encoding);
    decoder.push(body, &mut octets)?;
    decoder.finish(&mut octets)?;
    Ok(octets)
}

/// Whether an entity holds an object (RFC 8551, 3.2; its older names).
fn holds_cms(header: &HeaderBlock, content_type: &ContentType) -> bool {
    let essence = content_type.essence();
    let subtype = essence.strip_prefix("application/").unwrap_or_default();
    let subtype = subtype.strip_prefix("x-").unwrap_or(subtype);
    if matches!(
        subtype,
        "pkcs7-mime" | "pkcs7-signature" | "timestamped-data"
    ) {
        return true;
    }
    let named = |name: &str| {
        let name = name.to_ascii_lowercase();
        [".p7m", ".p7s", ".p7c", ".p7z"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    subtype == "octet-stream"
        && (content_type.parameter("name").is_some_and(named)
            || header
                .content_disposition_filename()
                .is_some_and(|name| named(&name)))
}
