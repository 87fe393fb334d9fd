//! Writing S/MIME messages: field folding, boundaries, the frames around content.
//!
//! [`signed`] writes multipart/signed (RFC 8551, section 3.5.3; RFC 1847, section 2.1); here are
//! the header of application/pkcs7-mime (RFC 8551, section 3.2), and the split of a composed
//! mail into what stays outside and what is protected (RFC 8551, section 3.1).
//!
//! Everything is written with CRLF; [`crate::mime::transfer::LineEnd`] matters for base64 only.

pub mod signed;

use super::error::{MimeError, MimeErrorKind};
use super::header::{HeaderBlock, without_line_end};
use super::media_type::{ContentType, Disposition};

/// Writes a field, folded at blanks to 76 columns where there are blanks, with its CRLF.
///
/// # Errors
///
/// [`MimeErrorKind::FieldValue`] when the name is no field name, or the value holds control
/// characters other than a tab, which would begin another field (RFC 5322, section 2.2), or has
/// more than 998 octets without a blank to fold at (section 2.1.1).
pub fn fold_header(name: &str, value: &str) -> Result<String, MimeError> {
    let name_is_good = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    if !name_is_good || value.contains(|c: char| c.is_control() && c != '\t') {
        return Err(MimeError::new(MimeErrorKind::FieldValue, 0));
    }
    let mut folded = format!("{name}:");
    let mut column = folded.len();
    for word in words(value.trim_matches([' ', '\t'])) {
        let text = word.trim_start_matches([' ', '\t']);
        let blank = if word.len() == text.len() { " " } else { "" };
        let length = word.len().saturating_add(blank.len());
        if column.saturating_add(length) > COLUMNS && column > name.len().saturating_add(1) {
            folded.push_str("\r\n");
            column = 0;
        }
        folded.push_str(blank);
        folded.push_str(word);
        column = column.saturating_add(length);
        if column > LINE_LIMIT {
            return Err(MimeError::new(MimeErrorKind::FieldValue, 0));
        }
    }
    folded.push_str("\r\n");
    Ok(folded)
}

/// A fresh boundary of 42 characters, from the caller's randomness (128 bits).
///
/// It holds `=_`, which occurs neither in base64 nor in quoted-printable
/// (RFC 2045, section 6.7).
pub fn boundary(random: &mut dyn FnMut(&mut [u8])) -> String {
    let mut octets = [0; 16];
    random(&mut octets);
    let number = u128::from_be_bytes(octets);
    format!("----=_smim{number:032x}")
}

/// The header of an application/pkcs7-mime entity with base64 body, with its blank line.
///
/// `smime_type` is the smime-type parameter (RFC 8551, section 3.2.2), e.g. `enveloped-data`,
/// `signed-data`, `certs-only`, `compressed-data`, `authEnveloped-data`. The file name follows it
/// (RFC 8551, section 3.2.1).
///
/// # Errors
///
/// [`MimeErrorKind::FieldValue`] when `smime_type` holds control characters.
pub fn pkcs7_mime_header(smime_type: &str) -> Result<String, MimeError> {
    let file = match smime_type {
        "certs-only" => "smime.p7c",
        "compressed-data" => "smime.p7z",
        _ => "smime.p7m",
    };
    let content_type = ContentType::from_tokens("application", "pkcs7-mime")
        .with_parameter("smime-type", smime_type)?
        .with_parameter("name", file)?;
    let mut header = fold_header("Content-Type", &content_type.to_string())?;
    header.push_str(&attachment(file)?);
    Ok(header)
}

/// The fields of a base64 attachment after its Content-Type, and the blank line.
fn attachment(file: &str) -> Result<String, MimeError> {
    let disposition = Disposition::parse("attachment")?.with_parameter("filename", file)?;
    let mut fields = fold_header("Content-Transfer-Encoding", "base64")?;
    fields.push_str(&fold_header(
        "Content-Disposition",
        &disposition.to_string(),
    )?);
    fields.push_str("\r\n");
    Ok(fields)
}

/// Splits the header of a composed mail: `(outer, content)`, both without a blank line.
///
/// Content-* fields belong to the content that is signed or encrypted; everything else stays with
/// the message (RFC 8551, section 3.1). MIME-Version is in neither: it is written anew outside.
/// The octets of the fields are kept, with CRLF line ends.
#[must_use]
pub fn split_headers(header: &HeaderBlock) -> (Vec<u8>, Vec<u8>) {
    let mut outer = Vec::new();
    let mut content = Vec::new();
    for field in header.fields() {
        let name = field.name();
        if name.eq_ignore_ascii_case("MIME-Version") {
            continue;
        }
        let is_content = name
            .get(..8)
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case("Content-"));
        let part = if is_content { &mut content } else { &mut outer };
        for line in field.raw().split_inclusive(|&octet| octet == b'\n') {
            part.extend_from_slice(without_line_end(line));
            part.extend_from_slice(b"\r\n");
        }
    }
    (outer, content)
}

/// Words with the blanks before them; a blank in a quoted string is no place to fold.
fn words(value: &str) -> Vec<&str> {
    let quotes = value.matches('"').count().is_multiple_of(2);
    let mut words = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    let mut escaped = false;
    let mut in_word = false;
    for (at, c) in value.char_indices() {
        let blank = matches!(c, ' ' | '\t') && !quoted;
        if blank && in_word {
            words.extend(value.get(start..at));
            start = at;
        }
        in_word = !blank;
        quoted ^= quotes && c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    words.extend(value.get(start..));
    words
}

/// Columns to fold at (RFC 5322, section 2.1.1, recommends 78).
const COLUMNS: usize = 76;
/// Octets of a line without its CRLF (RFC 5322, section 2.1.1).
const LINE_LIMIT: usize = 998;

#[cfg(test)]
mod tests;
