//! What a MIME entity is to be opened as: its header, whether it is S/MIME, whom it claims to be from.

use std::io::{self, BufRead, Cursor, Read};

use cms_core::{CmsError, ObjectIdentifier};

use super::OpenError;
use crate::format::{Format, More, Refilled};
use crate::mime::header::{HeaderBlock, HeaderProgress, HeaderReader};
use crate::mime::media_type::ContentType;
use crate::mime::transfer::{Decoder, TransferEncoding};
use crate::spool::Spool;

/// Octets of one header block. The longest headers seen in practice have some ten thousand.
pub(super) const HEADER_LIMIT: usize = 1 << 20;

/// The header block, and the body behind it.
pub(super) fn read_header<'s>(
    mut source: Box<dyn BufRead + 's>,
) -> Result<(HeaderBlock, Box<dyn BufRead + 's>), OpenError> {
    let mut reader = HeaderReader::new(HEADER_LIMIT);
    let block = loop {
        let input = source.fill_buf()?;
        if input.is_empty() {
            break reader.finish();
        }
        let len = input.len();
        match reader.push(input)? {
            HeaderProgress::Done { consumed, block } => {
                source.consume(consumed);
                break block;
            }
            _ => source.consume(len),
        }
    };
    let surplus = Cursor::new(block.surplus().to_vec());
    let body: Box<dyn BufRead + 's> = if block.surplus().is_empty() {
        source
    } else {
        Box::new(surplus.chain(source))
    };
    Ok((block, body))
}

/// Whether an entity is application/pkcs7-mime under any of its names (RFC 8551, 3.2 and 3.10; RFC 2311,
/// Appendix C.1).
pub(super) fn is_pkcs7(header: &HeaderBlock, content_type: &ContentType) -> bool {
    let essence = content_type.essence();
    // rfc8551:3.2.1/1
    if ["application/pkcs7-mime", "application/x-pkcs7-mime"].contains(&essence) {
        return true;
    }
    let signature = [
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    ]
    .contains(&essence);
    // rfc8551:3.2.1/2: a file name counts with application/octet-stream alone (3.10)
    if essence != "application/octet-stream" && !signature {
        return false;
    }
    let by_name = |name: &str| {
        let name = name.to_ascii_lowercase();
        [".p7m", ".p7s", ".p7c", ".p7z"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    signature
        || content_type.parameter("name").is_some_and(by_name)
        || header
            .content_disposition_filename()
            .is_some_and(|name| by_name(&name))
}

/// Whom a message claims to be from: the one mailbox of From, or Sender (RFC 8550, 3). A message with several From
/// fields or mailboxes is from its Sender alone, and from nobody without one: otherwise one of its authors could
/// speak for the others.
pub(super) fn senders(header: &HeaderBlock) -> Vec<String> {
    let mut senders = header.from_addresses();
    let mut fields = header.all("From");
    let unambiguous = match (fields.next(), fields.next(), senders.as_slice()) {
        (None, ..) => true,
        (Some(field), None, [address]) => names_only(&field.value(), address),
        _ => false,
    };
    if !unambiguous {
        senders.clear();
    }
    if header.count("Sender") == 1 {
        senders.extend(header.sender_addresses());
    }
    if !unambiguous && senders.is_empty() {
        senders.push("several senders, or none that can be read".to_owned());
    }
    senders
}

/// Whether a From value holds no other address than this one, outside of quoted strings and comments: what readers
/// disagree on must not decide whose mail it is.
pub(super) fn names_only(value: &str, address: &str) -> bool {
    let mut bare = String::with_capacity(value.len());
    let (mut quoted, mut comment, mut escaped) = (false, 0usize, false);
    for c in value.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted || comment > 0 => escaped = true,
            '"' if comment == 0 => quoted = !quoted,
            '(' if !quoted => comment += 1,
            ')' if !quoted => comment = comment.saturating_sub(1),
            c if !quoted && comment == 0 => bare.push(c),
            _ => {}
        }
    }
    let quoted_local = address.starts_with('"');
    let mut words = bare
        .split(|c: char| c.is_whitespace() || "<>,;:".contains(c))
        .filter(|word| word.contains('@'));
    words.all(|word| word.eq_ignore_ascii_case(address) || quoted_local && address.ends_with(word))
}

/// Whether content begins with header fields that include Content-Type or MIME-Version.
pub(super) fn looks_like_mime(spool: &mut dyn Spool) -> Result<bool, OpenError> {
    let mut start = Vec::new();
    spool.reader()?.take(64 * 1024).read_to_end(&mut start)?;
    let mut reader = HeaderReader::new(64 * 1024);
    let block = match reader.push(&start) {
        Ok(HeaderProgress::Done { block, .. }) => block,
        Ok(_) => reader.finish(),
        Err(_) => return Ok(false),
    };
    Ok(block.count("Content-Type") + block.count("MIME-Version") > 0)
}

/// AS2 logs and HTTP captures begin with a request or status line, which is no header field.
pub(super) fn skip_request_line(source: &mut dyn BufRead) -> io::Result<()> {
    let start = source.fill_buf()?;
    let Some(end) = start.iter().take(4096).position(|octet| *octet == b'\n') else {
        return Ok(());
    };
    let line = start.get(..end).unwrap_or_default().trim_ascii_end();
    let words: Vec<&[u8]> = line.split(|octet| *octet == b' ').collect();
    let version = |word: &[u8]| [&b"HTTP/1.0"[..], b"HTTP/1.1"].contains(&word);
    let is_http = match words.as_slice() {
        // A method is a token in capitals, and so no header field's name with its colon.
        [method, _, last] if version(last) => {
            !method.is_empty() && method.iter().all(u8::is_ascii_uppercase)
        }
        [first, status, ..] if version(first) => status.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_http {
        source.consume(end + 1);
    }
    Ok(())
}

/// The content type of the ContentInfo that `source` begins with; what was read for it goes to `start`.
pub(super) fn content_type(
    source: &mut dyn Read,
    start: &mut Vec<u8>,
) -> Result<ObjectIdentifier, OpenError> {
    let mut buffer = [0; 512];
    loop {
        if let Some(oid) = cms_core::content_type(start).map_err(CmsError::from)? {
            return Ok(oid);
        }
        let n = source.read(&mut buffer)?;
        if n == 0 {
            let kind = cms_core::DecodeErrorKind::Truncated;
            let offset = u64::try_from(start.len()).unwrap_or(u64::MAX);
            return Err(CmsError::from(
                cms_core::DecodeError::at(kind, offset).within("ContentInfo"),
            )
            .into());
        }
        start.extend_from_slice(buffer.get(..n).unwrap_or_default());
    }
}

/// A body without its transfer encoding. Senders label binary bodies as 7bit and base64 ones as binary; the first
/// octets tell.
pub(super) fn decoded<'s>(
    encoding: TransferEncoding,
    mut source: Box<dyn BufRead + 's>,
) -> impl Read + 's {
    let start = source.fill_buf().unwrap_or_default();
    let encoding = if encoding.is_identity() && Format::detect(start) == Format::Base64 {
        TransferEncoding::Base64
    } else {
        encoding
    };
    let mut decoder = Some(Decoder::new(encoding));
    Refilled::new(move |decoded| {
        let Some(running) = &mut decoder else {
            return Ok(More::No);
        };
        let input = source.fill_buf()?;
        let used = input.len();
        running.push(input, decoded).map_err(io::Error::other)?;
        if used == 0 {
            running.finish(decoded).map_err(io::Error::other)?;
            decoder = None;
        }
        source.consume(used);
        Ok(More::Yes)
    })
}
