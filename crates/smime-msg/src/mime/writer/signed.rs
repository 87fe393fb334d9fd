//! The frame of multipart/signed, written as a stream (RFC 8551, section 3.5.3).
//!
//! ```text
//! MultipartSignedWriter::start ─▶ content octets from the caller, as they are
//!   └▶ begin_signature ─▶ SignatureWriter::push ─▶ finish
//! ```
//!
//! The two types make sure that a signature follows the content exactly once.

use super::{attachment, fold_header};
use crate::mime::error::MimeError;
use crate::mime::media_type::ContentType;
use crate::mime::multipart::MultipartReader;
use crate::mime::transfer::LineEnd;
use crate::mime::transfer::base64::Base64Encoder;

/// Writes the frame up to and around the content.
#[derive(Debug)]
pub struct MultipartSignedWriter {
    boundary: String,
}

impl MultipartSignedWriter {
    /// Writes the MIME-Version and Content-Type fields, the blank line, a preamble and the first
    /// delimiter. Fields of the message go before, the octets that are signed after this.
    ///
    /// `micalg` is as [`micalg_value`](crate::mime::micalg::micalg_value) gives it.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::Boundary`](crate::mime::error::MimeErrorKind::Boundary) or
    /// [`MimeErrorKind::FieldValue`](crate::mime::error::MimeErrorKind::FieldValue) when one of
    /// the values cannot be written.
    pub fn start(boundary: &str, micalg: &str, out: &mut Vec<u8>) -> Result<Self, MimeError> {
        MultipartReader::new(boundary)?;
        let content_type = ContentType::from_tokens("multipart", "signed")
            // rfc8551:3.5.3.2/1, 3.5.3.2/2
            .with_parameter("protocol", "application/pkcs7-signature")?
            .with_parameter("micalg", micalg)?
            .with_parameter("boundary", boundary)?;
        let mut header = fold_header("MIME-Version", "1.0")?;
        header.push_str(&fold_header("Content-Type", &content_type.to_string())?);
        out.extend_from_slice(header.as_bytes());
        out.extend_from_slice(
            b"\r\nThis is a cryptographically signed message in MIME format.\r\n",
        );
        out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
        Ok(Self {
            boundary: boundary.to_owned(),
        })
    }

    /// Ends the content and begins the signature part.
    ///
    /// # Errors
    ///
    /// None with the fixed names of this version.
    pub fn begin_signature(self, out: &mut Vec<u8>) -> Result<SignatureWriter, MimeError> {
        let file = "smime.p7s";
        let content_type = ContentType::from_tokens("application", "pkcs7-signature")
            .with_parameter("name", file)?;
        let mut header = format!("\r\n--{}\r\n", self.boundary);
        header.push_str(&fold_header("Content-Type", &content_type.to_string())?);
        header.push_str(&attachment(file)?);
        out.extend_from_slice(header.as_bytes());
        Ok(SignatureWriter {
            boundary: self.boundary,
            encoder: Base64Encoder::new(76, LineEnd::Crlf),
        })
    }
}

/// Writes the signature part and the end.
#[derive(Debug)]
pub struct SignatureWriter {
    boundary: String,
    encoder: Base64Encoder,
}

impl SignatureWriter {
    /// Writes octets of the signature.
    pub fn push(&mut self, der: &[u8], out: &mut Vec<u8>) {
        self.encoder.push(der, out);
    }

    /// Writes the end of the signature and the closing delimiter.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        self.encoder.finish(out);
        out.extend_from_slice(format!("\r\n--{}--\r\n", self.boundary).as_bytes());
    }
}
