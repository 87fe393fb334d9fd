//! What frames the content of every type on writing: nested headers, in DER or with indefinite lengths.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::Tag;
use crate::ber::write::{self, END_OF_CONTENTS, Form};

/// Everything around the content of a layer that is known before it.
///
/// ```text
/// SEQUENCE { contentType, [0] {            -- ContentInfo, left out in a nested layer
///   SEQUENCE { fields, SEQUENCE { inner,   -- the layer, and the ContentInfo within
///     content }, epilogue } } }
/// ```
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) content_type: ObjectIdentifier,
    pub(crate) surroundings: Surroundings,
    /// The fields of the layer before encapContentInfo or encryptedContentInfo.
    pub(crate) fields: Vec<u8>,
    /// eContentType, or contentType and contentEncryptionAlgorithm.
    pub(crate) inner: Vec<u8>,
    pub(crate) content: ContentTag,
}

/// Where a layer stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum Surroundings {
    /// In a ContentInfo: a message of its own.
    ContentInfo,
    /// Bare, to be the content of another layer, whose eContentType names it.
    Nested,
}

/// How the content is tagged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ContentTag {
    /// `[0] EXPLICIT`, around an OCTET STRING: eContent; another type in old SignedData (RFC 5652, 5.2.1).
    Explicit(Tag),
    /// `[0] IMPLICIT OCTET STRING`: encryptedContent.
    Implicit,
}

/// How the content stands in the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum ContentForm {
    /// In the message, in DER; its length must be known.
    Definite(u64),
    /// Outside.
    Detached,
    /// In the message, with indefinite lengths.
    Indefinite,
}

impl Frame {
    /// A frame around an eContent.
    pub(crate) fn encapsulating(
        content_type: ObjectIdentifier,
        surroundings: Surroundings,
        fields: Vec<u8>,
        econtent_type: &ObjectIdentifier,
    ) -> Self {
        Self {
            content_type,
            surroundings,
            fields,
            inner: write::oid(econtent_type),
            content: ContentTag::Explicit(Tag::OCTET_STRING),
        }
    }

    /// The octets before the content; `epilogue_len` octets follow it within the layer. With
    /// [`ContentForm::Detached`] that is everything but the epilogue.
    pub(crate) fn open(&self, form: ContentForm, epilogue_len: usize) -> Vec<u8> {
        match form {
            ContentForm::Indefinite => self.indefinite(),
            ContentForm::Definite(len) => {
                let (headers, headers_len) = self.content_headers(len);
                let total = headers_len.saturating_add(len);
                self.definite(&headers, total, len_u64(epilogue_len))
            }
            ContentForm::Detached => self.definite(&[], 0, len_u64(epilogue_len)),
        }
    }

    /// The octets after the content.
    pub(crate) fn close(&self, form: ContentForm, epilogue: &[u8]) -> Vec<u8> {
        if form != ContentForm::Indefinite {
            return epilogue.to_vec();
        }
        // The content, its explicit tag, and the ContentInfo within.
        let inner = match self.content {
            ContentTag::Explicit(_) => 3,
            ContentTag::Implicit => 2,
        };
        let outer = match self.surroundings {
            Surroundings::ContentInfo => 3,
            Surroundings::Nested => 1,
        };
        let mut out = END_OF_CONTENTS.repeat(inner);
        out.extend_from_slice(epilogue);
        out.extend_from_slice(&END_OF_CONTENTS.repeat(outer));
        out
    }

    /// The tags around content of a known length.
    fn content_headers(&self, len: u64) -> (Vec<u8>, u64) {
        let headers = match self.content {
            ContentTag::Implicit => write::header(Tag::context(0), Form::Primitive, len),
            ContentTag::Explicit(tag) => {
                let form = if tag.form() == Some(true) {
                    Form::Constructed
                } else {
                    Form::Primitive
                };
                let octets = write::header(tag, form, len);
                let inner = len.saturating_add(len_u64(octets.len()));
                let mut headers = write::header(Tag::context(0), Form::Constructed, inner);
                headers.extend_from_slice(&octets);
                headers
            }
        };
        let len = len_u64(headers.len());
        (headers, len)
    }

    fn definite(&self, content_headers: &[u8], content_len: u64, epilogue_len: u64) -> Vec<u8> {
        let info_len = len_u64(self.inner.len()).saturating_add(content_len);
        let info = write::header(Tag::SEQUENCE, Form::Constructed, info_len);
        let layer_len = len_u64(self.fields.len() + info.len())
            .saturating_add(info_len)
            .saturating_add(epilogue_len);
        let layer = write::header(Tag::SEQUENCE, Form::Constructed, layer_len);
        let mut out = match self.surroundings {
            Surroundings::Nested => Vec::new(),
            Surroundings::ContentInfo => content_info_header(
                &self.content_type,
                len_u64(layer.len()).saturating_add(layer_len),
            ),
        };
        for part in [&layer, &self.fields, &info, &self.inner] {
            out.extend_from_slice(part);
        }
        out.extend_from_slice(content_headers);
        out
    }

    fn indefinite(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if self.surroundings == Surroundings::ContentInfo {
            out.extend(write::indefinite(Tag::SEQUENCE));
            out.extend(write::oid(&self.content_type));
            out.extend(write::indefinite(Tag::context(0)));
        }
        out.extend(write::indefinite(Tag::SEQUENCE));
        out.extend_from_slice(&self.fields);
        out.extend(write::indefinite(Tag::SEQUENCE));
        out.extend_from_slice(&self.inner);
        out.extend(write::indefinite(Tag::context(0)));
        if self.content != ContentTag::Implicit {
            out.extend(write::indefinite(Tag::OCTET_STRING));
        }
        out
    }
}

/// Hands on a piece of content in its form: with a header of its own in the indefinite form, as it is in a definite
/// one, not at all when it is detached.
pub(crate) fn emit<E>(
    octets: &[u8],
    form: ContentForm,
    out: &mut dyn FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    if octets.is_empty() || form == ContentForm::Detached {
        return Ok(());
    }
    if form == ContentForm::Indefinite {
        let len = len_u64(octets.len());
        out(&write::header(Tag::OCTET_STRING, Form::Primitive, len))?;
    }
    out(octets)
}

/// `SEQUENCE { contentType, [0] {` for contents of a definite length.
pub(crate) fn content_info_header(content_type: &ObjectIdentifier, content_len: u64) -> Vec<u8> {
    let content_type = write::oid(content_type);
    let explicit = write::header(Tag::context(0), Form::Constructed, content_len);
    let total = len_u64(content_type.len() + explicit.len()).saturating_add(content_len);
    let mut out = write::header(Tag::SEQUENCE, Form::Constructed, total);
    out.extend_from_slice(&content_type);
    out.extend_from_slice(&explicit);
    out
}

pub(crate) fn len_u64(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
