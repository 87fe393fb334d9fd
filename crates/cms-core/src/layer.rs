//! What all content types share on reading: grammar tables and the common part of their readers.
//!
//! A further content type is a table in `layer/grammar.rs`, a variant of [`Part`] for each of its fields and a reader
//! in a module beside this one, which keeps what all types share in a [`Common`].

mod grammar;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::attributes::{Place, misplaced};
use crate::ber::parser::Parser;
use crate::ber::{Cursor, Header, Tag};
use crate::error::{CmsError, DecodeError};
use crate::limits::Limits;
use crate::oid;
use crate::report::{Deviation, Encoding};
use crate::types::Attributes;

use grammar::{CONTENT_INFO, Fields};

pub(crate) use grammar::Part;

/// What the readers of all content types keep in the same way.
#[derive(Debug)]
pub(crate) struct Common {
    /// The content types that the reader serves.
    serves: &'static [ObjectIdentifier],
    /// contentType of the ContentInfo, or of the layer around.
    pub(crate) content_type: Option<ObjectIdentifier>,
    pub(crate) version: u64,
    /// eContentType or contentType of what is within.
    pub(crate) econtent_type: Option<ObjectIdentifier>,
    /// Whether the content is in the message.
    pub(crate) has_content: bool,
    /// The type of the content, OCTET STRING except in old SignedData.
    pub(crate) econtent_tag: Tag,
    pub(crate) deviations: Vec<Deviation>,
    segmented: Option<u64>,
}

impl Common {
    /// For a ContentInfo, and the parser for it.
    pub(crate) fn new(
        serves: &'static [ObjectIdentifier],
        limits: &Limits,
    ) -> (Self, Parser<Part>) {
        let common = Self {
            serves,
            content_type: None,
            version: 0,
            econtent_type: None,
            has_content: false,
            econtent_tag: Tag::OCTET_STRING,
            deviations: Vec::new(),
            segmented: None,
        };
        (common, Parser::new(CONTENT_INFO, limits))
    }

    /// For bare content, as it stands in another layer whose content type names it.
    pub(crate) fn nested(
        serves: &'static [ObjectIdentifier],
        content_type: &ObjectIdentifier,
        limits: &Limits,
    ) -> Result<(Self, Parser<Part>), CmsError> {
        let (mut common, _) = Self::new(serves, limits);
        common.content_type = Some(*content_type);
        let grammar = common.grammar()?;
        Ok((common, Parser::new(grammar, limits)))
    }

    /// The fields of the content type that was found, if the reader serves it.
    pub(crate) fn grammar(&self) -> Result<Fields, CmsError> {
        let found = self.content_type;
        found
            .filter(|found| self.serves.contains(found))
            .and_then(|found| grammar::grammar(&found))
            .ok_or_else(|| {
                let name = found.map_or_else(|| "unknown".into(), |oid| oid::display(&oid));
                CmsError::UnexpectedContentType(name)
            })
    }

    /// Takes a captured part that all types have; others are given back.
    pub(crate) fn captured(
        &mut self,
        part: Part,
        octets: Vec<u8>,
        offset: u64,
        known_versions: &[u64],
    ) -> Result<Option<Vec<u8>>, DecodeError> {
        match part {
            Part::ContentType => self.content_type = Some(Cursor::single(&octets, offset)?.oid()?),
            Part::EContentType => {
                self.econtent_type = Some(Cursor::single(&octets, offset)?.oid()?)
            }
            Part::Version => {
                self.version = Cursor::single(&octets, offset)?
                    .u64()
                    .map_err(|error| error.within("version"))?;
                if !known_versions.contains(&self.version) {
                    let text = alloc::format!("unknown version {}", self.version);
                    self.deviate("unknown-version", text, Some(offset));
                }
            }
            _ => return Ok(Some(octets)),
        }
        Ok(None)
    }

    /// Content begins.
    pub(crate) fn content_begins(&mut self, header: &Header) {
        self.has_content = true;
        if header.tag == Tag::OCTET_STRING || header.tag == Tag::context(0) {
            if header.constructed {
                self.segmented = Some(header.offset);
            }
        } else {
            self.econtent_tag = header.tag;
            self.deviate(
                "content-not-octet-string",
                "the content is no OCTET STRING (PKCS #7 1.5; RFC 5652, 5.2.1)",
                Some(header.offset),
            );
        }
    }

    pub(crate) fn deviate(
        &mut self,
        code: &'static str,
        text: impl Into<String>,
        offset: Option<u64>,
    ) {
        self.deviations.push(Deviation::new(code, text, offset));
    }

    /// What stands among attributes that nothing protects, and may not, changes nothing about the content.
    pub(crate) fn note_misplaced(&mut self, attributes: &Attributes, offset: u64) {
        // rfc5652:11.1/4, 11.2/4, 11.3/2, 11.4/2
        if let Some(error) = misplaced(attributes, Place::Unprotected) {
            self.deviate("misplaced-attribute", error.to_string(), Some(offset));
        }
    }

    /// eContentType, id-data as long as none was read.
    pub(crate) fn econtent_type(&self) -> ObjectIdentifier {
        self.econtent_type.unwrap_or(oid::DATA)
    }

    /// What reports of all types say of the encoding.
    pub(crate) fn encoding(&self, parser: &Parser<Part>) -> Encoding {
        if parser.first_deviation().or(self.segmented).is_some() {
            Encoding::Ber
        } else {
            Encoding::Der
        }
    }

    /// All deviations.
    pub(crate) fn deviations(&self, parser: &Parser<Part>) -> Vec<Deviation> {
        let mut deviations = self.deviations.clone();
        if let Some(offset) = parser.trailing_zeros() {
            deviations.push(Deviation::new(
                "trailing-zeros",
                "zero octets follow the end of the encoding",
                Some(offset),
            ));
        }
        deviations
    }
}
