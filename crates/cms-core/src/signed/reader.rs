//! The push reader of SignedData.

use alloc::string::ToString;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::digests::{ContentCandidate, ContentDigester, DigestedContent, Replay};
use super::verify::{self, VerifyContext};
use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::ber::{Cursor, Tag};
use crate::error::{CmsError, DecodeError};
use crate::layer::{self, Part};
use crate::limits::Limits;
use crate::oid;
use crate::provider::CryptoProvider;
use crate::report::{Deviation, Encoding, SignedDataReport};
use crate::types::{AlgorithmIdentifier, Certificate, Raw, SignerInfo};
use crate::unverified::Unverified;

/// Reads one ContentInfo that holds a SignedData, at any chunking. Content comes out as it passes, as
/// [`Unverified`]; the verdict comes from [`Self::finish`].
#[derive(Debug)]
pub struct SignedDataReader<'a> {
    parser: Parser<Part>,
    state: State<'a>,
}

#[derive(Debug)]
struct State<'a> {
    provider: &'a CryptoProvider,
    limits: Limits,
    version: u64,
    content_type: Option<ObjectIdentifier>,
    econtent_type: Option<ObjectIdentifier>,
    digest_algorithms: Vec<AlgorithmIdentifier>,
    digester: ContentDigester,
    has_content: bool,
    content_len: u64,
    segmented: Option<u64>,
    certificates: Vec<Certificate>,
    raw_certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    signer_infos: Vec<Raw<SignerInfo>>,
    deviations: Vec<Deviation>,
}

/// The sink of one push: the state and where content goes.
struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    content: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> SignedDataReader<'a> {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(provider: &'a CryptoProvider, limits: &Limits) -> Self {
        Self {
            parser: Parser::new(layer::CONTENT_INFO, limits),
            state: State {
                provider,
                limits: limits.clone(),
                version: 0,
                content_type: None,
                econtent_type: None,
                digest_algorithms: Vec::new(),
                digester: ContentDigester::new(),
                has_content: false,
                content_len: 0,
                segmented: None,
                certificates: Vec::new(),
                raw_certificates: Vec::new(),
                crls: Vec::new(),
                signer_infos: Vec::new(),
                deviations: Vec::new(),
            },
        }
    }

    /// A reader of a bare SignedData, as it stands in another layer whose content type names it.
    #[must_use]
    pub fn nested(provider: &'a CryptoProvider, limits: &Limits) -> Self {
        let mut reader = Self::new(provider, limits);
        reader.state.content_type = Some(oid::SIGNED_DATA);
        reader.parser = Parser::new(layer::SIGNED_DATA, limits);
        reader
    }

    /// Takes more octets; content goes to `content` as it comes.
    ///
    /// # Errors
    /// Broken structure, limits, another content type, and what `content` returns.
    pub fn push(
        &mut self,
        input: &[u8],
        content: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        let mut receiver = Receiver {
            state: &mut self.state,
            content,
        };
        self.parser.push(input, &mut receiver)
    }

    /// The digest algorithms that the message announces, once they were read.
    #[must_use]
    pub fn digest_algorithms(&self) -> &[AlgorithmIdentifier] {
        &self.state.digest_algorithms
    }

    /// Whether a SignerInfo was read; complete when the input is over.
    #[must_use]
    pub fn has_signers(&self) -> bool {
        !self.state.signer_infos.is_empty()
    }

    /// Whether the content is in the message; known once it or what follows it was read.
    #[must_use]
    pub fn has_content(&self) -> bool {
        self.state.has_content
    }

    /// eContentType, once it was read.
    #[must_use]
    pub fn econtent_type(&self) -> Option<&ObjectIdentifier> {
        self.state.econtent_type.as_ref()
    }

    /// The input is over: checks every signer over the embedded content. `replay` serves the rare second pass.
    ///
    /// # Errors
    /// A truncated input, or content that is not in the message. What is wrong with one signer is in its report.
    pub fn finish(
        mut self,
        replay: &mut dyn Replay,
        context: &VerifyContext<'_>,
    ) -> Result<SignedDataReport, CmsError> {
        self.parser.finish()?;
        if !self.state.has_content && !self.state.signer_infos.is_empty() {
            return Err(CmsError::DetachedContentMissing);
        }
        self.state.content_len = self.state.digester.content_len();
        let digester = core::mem::take(&mut self.state.digester);
        self.verify(
            alloc::vec![ContentCandidate::new(digester, replay)],
            context,
            false,
        )
    }

    /// The input is over: checks every signer over detached content. A signer is good if it is so over one of the
    /// candidates; an embedded empty OCTET STRING counts as no content.
    ///
    /// # Errors
    /// A truncated input, or content that is in the message as well.
    pub fn finish_detached(
        self,
        candidates: Vec<ContentCandidate<'_>>,
        context: &VerifyContext<'_>,
    ) -> Result<SignedDataReport, CmsError> {
        self.parser.finish()?;
        if self.state.has_content && self.state.digester.content_len() > 0 {
            return Err(CmsError::DetachedAndEmbedded);
        }
        self.verify(candidates, context, true)
    }

    /// As [`Self::finish_detached`] for multipart/signed, whose signature part some senders fill with the
    /// content as well: that copy is ignored and reported, the verdict is on the candidates alone.
    ///
    /// # Errors
    /// A truncated input.
    pub fn finish_detached_ignoring_content(
        mut self,
        candidates: Vec<ContentCandidate<'_>>,
        context: &VerifyContext<'_>,
    ) -> Result<SignedDataReport, CmsError> {
        self.parser.finish()?;
        if self.state.has_content && self.state.digester.content_len() > 0 {
            self.state.deviations.push(Deviation::new(
                "content-in-detached-signature",
                "the signature part of a multipart/signed holds content of its own, which is ignored",
                None,
            ));
        }
        self.verify(candidates, context, true)
    }

    /// The input is over and nothing is to be verified: for inspection, certificates and CRLs.
    ///
    /// # Errors
    /// A truncated input.
    pub fn finish_unverified(self) -> Result<SignedDataReport, CmsError> {
        self.parser.finish()?;
        let detached = !self.state.has_content;
        let (mut report, infos) = self.report(detached);
        report.signers = infos
            .into_iter()
            .enumerate()
            .map(|(index, info)| verify::unverified(index, info))
            .collect();
        Ok(report)
    }

    fn verify(
        self,
        candidates: Vec<ContentCandidate<'_>>,
        context: &VerifyContext<'_>,
        detached: bool,
    ) -> Result<SignedDataReport, CmsError> {
        let held = self.state.limits.held;
        let max_signatures = self.state.limits.signatures;
        let mut contents: Vec<_> = candidates
            .into_iter()
            .map(|candidate| DigestedContent::new(candidate, held))
            .collect();
        let (mut report, infos) = self.report(detached);
        if let (true, Some(content)) = (detached, contents.first()) {
            report.content_len = content.len();
        }
        let certificates = &report.certificates;
        let econtent_type = report.econtent_type;
        report.signers = infos
            .into_iter()
            .enumerate()
            .map(|(index, info)| {
                if index >= max_signatures {
                    return verify::beyond_limit(index, info);
                }
                verify::signer(
                    index,
                    info,
                    &econtent_type,
                    certificates,
                    &mut contents,
                    context,
                )
            })
            .collect();
        Ok(report)
    }

    fn report(self, detached: bool) -> (SignedDataReport, Vec<Raw<SignerInfo>>) {
        let mut state = self.state;
        if let Some(offset) = self.parser.trailing_zeros() {
            state.deviations.push(Deviation::new(
                "trailing-zeros",
                "zero octets follow the end of the encoding",
                Some(offset),
            ));
        }
        let ber = self.parser.first_deviation().or(state.segmented).is_some();
        let report = SignedDataReport {
            version: state.version,
            encoding: if ber { Encoding::Ber } else { Encoding::Der },
            econtent_type: state.econtent_type.unwrap_or(oid::DATA),
            detached,
            digest_algorithms: state.digest_algorithms,
            signers: Vec::new(),
            certificates: state.certificates,
            raw_certificates: state.raw_certificates,
            crls: state.crls,
            deviations: state.deviations,
            content_len: state.content_len.max(state.digester.content_len()),
        };
        (report, state.signer_infos)
    }
}

impl Sink<Part> for Receiver<'_, '_, '_> {
    type Error = CmsError;

    fn open(&mut self, _offset: u64) -> Result<&'static [Field<Part>], CmsError> {
        let found = self.state.content_type;
        found
            .filter(|found| *found == oid::SIGNED_DATA)
            .and_then(|found| layer::grammar(&found))
            .ok_or_else(|| {
                let name = found.map_or_else(|| "unknown".to_string(), |oid| oid::display(&oid));
                CmsError::UnexpectedContentType(name)
            })
    }

    fn event(&mut self, event: Event<'_, Part>) -> Result<(), CmsError> {
        match event {
            Event::Captured {
                field,
                octets,
                offset,
            } => Ok(self.state.captured(field, octets, offset)?),
            Event::ContentBegin { header } => {
                self.state.has_content = true;
                if header.constructed && header.tag == Tag::OCTET_STRING {
                    self.state.segmented = Some(header.offset);
                }
                if header.tag != Tag::OCTET_STRING {
                    self.state.deviations.push(Deviation::new(
                        "content-not-octet-string",
                        "the content is no OCTET STRING (PKCS #7 1.5; RFC 5652, 5.2.1)",
                        Some(header.offset),
                    ));
                }
                Ok(())
            }
            Event::Content(octets) => {
                self.state.digester.update(octets);
                (self.content)(Unverified::new(octets))
            }
            Event::ContentEnd => Ok(()),
        }
    }
}

impl State<'_> {
    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), DecodeError> {
        match part {
            Part::ContentType => self.content_type = Some(Cursor::single(&octets, offset)?.oid()?),
            Part::EContentType => {
                self.econtent_type = Some(Cursor::single(&octets, offset)?.oid()?)
            }
            Part::Version => {
                self.version = Cursor::single(&octets, offset)?
                    .u64()
                    .map_err(|error| error.within("SignedData.version"))?;
                if !matches!(self.version, 1 | 3 | 4 | 5) {
                    let text = alloc::format!("SignedData of version {}", self.version);
                    self.deviations
                        .push(Deviation::new("unknown-version", text, Some(offset)));
                }
            }
            Part::DigestAlgorithms => {
                let mut set = Cursor::single(&octets, offset)?.children();
                while !set.is_empty() {
                    let algorithm = AlgorithmIdentifier::decode(&set.element()?)
                        .map_err(|error| error.within("SignedData.digestAlgorithms"))?;
                    self.digester.require(&algorithm.oid, self.provider);
                    self.digest_algorithms.push(algorithm);
                }
            }
            Part::Certificate => {
                match Cursor::single(&octets, offset)
                    .and_then(|element| Certificate::decode(&element))
                {
                    Ok(certificate) => self.certificates.push(certificate),
                    Err(error) => self.deviations.push(Deviation::new(
                        "unreadable-certificate",
                        error.within("SignedData.certificates").to_string(),
                        Some(offset),
                    )),
                }
                self.raw_certificates.push(octets);
            }
            Part::Crl => self.crls.push(octets),
            Part::SignerInfo => {
                let info = Raw::decode(octets, offset, SignerInfo::decode);
                self.signer_infos.push(info);
            }
            _ => {}
        }
        Ok(())
    }
}
