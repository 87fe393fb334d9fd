//! What an input is: a MIME message, PEM, BER or bare base64; and reading the octets out of the last three.

use std::io::{self, BufRead, Read};

use crate::mime::transfer::base64::Base64Decoder;

/// The outermost form of an input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// Base64 without any frame.
    Base64,
    /// BER or DER.
    Der,
    /// Header fields and a body.
    Mime,
    /// `-----BEGIN ...-----`.
    Pem,
}

impl Format {
    /// Recognises the first octets of an input (a few hundred suffice).
    #[must_use]
    pub fn detect(start: &[u8]) -> Self {
        let text = start.trim_ascii_start();
        if text.starts_with(b"-----BEGIN") {
            return Self::Pem;
        }
        // A SEQUENCE with an OBJECT IDENTIFIER in it; an ASCII zero begins no header field that anyone sends.
        if start.first() == Some(&0x30) && cms_core::content_type(start).is_ok() {
            return Self::Der;
        }
        // Base64 of a SEQUENCE begins with M; a header line would have its colon in sight.
        let line = text
            .split(|octet| *octet == b'\n' || *octet == b'\r')
            .next()
            .unwrap_or_default();
        let alphabet =
            |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=');
        if line.first() == Some(&b'M') && line.len() >= 16 && line.iter().all(alphabet) {
            return Self::Base64;
        }
        Self::Mime
    }
}

/// The octets of a BER, PEM or base64 input.
///
/// # Errors
/// Input/output; [`Format::Mime`] is an [`io::ErrorKind::InvalidInput`].
pub fn octets<'a>(format: Format, source: Box<dyn BufRead + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    match format {
        Format::Der => Ok(Box::new(source)),
        Format::Base64 => Ok(Box::new(armoured(source))),
        Format::Pem => {
            let mut source = source;
            let mut line = Vec::new();
            // The armour's first line, and whatever text stands before it.
            while !line.trim_ascii().starts_with(b"-----BEGIN") {
                line.clear();
                if source.read_until(b'\n', &mut line)? == 0 {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "PEM without a BEGIN line",
                    ));
                }
                if line.len() > 1 << 16 {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "line is too long for PEM",
                    ));
                }
            }
            Ok(Box::new(armoured(source)))
        }
        Format::Mime => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a MIME message is not one object",
        )),
    }
}

/// Base64 text up to a line that begins with a hyphen, as a reader of octets.
fn armoured<'a>(mut source: Box<dyn BufRead + 'a>) -> impl Read + 'a {
    let mut decoder = Some(Base64Decoder::new());
    Refilled::new(move |decoded| {
        let Some(running) = &mut decoder else {
            return Ok(More::No);
        };
        let input = source.fill_buf()?;
        let end = memchr::memchr(b'-', input);
        let text = input.get(..end.unwrap_or(input.len())).unwrap_or_default();
        running.push(text, decoded);
        let used = text.len();
        let over = input.is_empty() || end.is_some();
        source.consume(used);
        if over && let Some(decoder) = decoder.take() {
            let _ = decoder.finish(decoded);
        }
        Ok(More::Yes)
    })
}

/// Whether a refill may be asked again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum More {
    No,
    Yes,
}

/// A reader of what a decoder makes, a piece at a time.
pub(crate) struct Refilled<F> {
    refill: F,
    decoded: Vec<u8>,
    given: usize,
}

impl<F: FnMut(&mut Vec<u8>) -> io::Result<More>> Refilled<F> {
    /// `refill` appends the next piece, which may be empty.
    pub(crate) fn new(refill: F) -> Self {
        Self {
            refill,
            decoded: Vec::new(),
            given: 0,
        }
    }
}

impl<F: FnMut(&mut Vec<u8>) -> io::Result<More>> Read for Refilled<F> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.decoded.len() {
            self.decoded.clear();
            self.given = 0;
            while self.decoded.is_empty() && (self.refill)(&mut self.decoded)? == More::Yes {}
        }
        let mut rest = self.decoded.get(self.given..).unwrap_or_default();
        let n = rest.read(out)?;
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        let signed = [
            0x30, 0x80, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2,
        ];
        assert_eq!(Format::detect(&signed), Format::Der);
        assert_eq!(Format::detect(b"-----BEGIN PKCS7-----\n"), Format::Pem);
        assert_eq!(
            Format::detect(b"MIIBVgYJKoZIhvcNAQcCoIIBRzCCAUMCAQExDTAL\n"),
            Format::Base64
        );
        for mail in [
            &b"MIME-Version: 1.0\n"[..],
            b"From: a@b\n\n",
            b"",
            b"0: x\n\n",
            b"M\n",
        ] {
            assert_eq!(Format::detect(mail), Format::Mime, "{mail:?}");
        }
    }

    #[test]
    fn pem_ends_at_its_end_line() {
        let pem = b"text\n-----BEGIN CMS-----\nAAEC\nAw==\n-----END CMS-----\nmore";
        let mut out = Vec::new();
        octets(Format::Pem, Box::new(&pem[..]))
            .unwrap()
            .read_to_end(&mut out)
            .unwrap();
        assert_eq!(out, [0, 1, 2, 3]);
    }
}
