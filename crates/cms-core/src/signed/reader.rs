//! The push reader of SignedData.

use alloc::string::ToString;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::certificates::CertificateIndex;
use super::digests::{ContentCandidate, ContentDigester, DigestedContent, Replay};
use super::multiple;
use super::verify::{self, Subject, Verifier, VerifyContext};
use crate::attributes::announcement_errors;
use crate::ber::Cursor;
use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::error::{CmsError, DecodeError};
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::provider::CryptoProvider;
use crate::report::{Deviation, SignedDataReport, SignerReport};
use crate::types::{
    AlgorithmIdentifier, BagMember, Certificate, CertificateChoice, Raw, SignerInfo,
};
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
    common: Common,
    provider: &'a CryptoProvider,
    limits: Limits,
    digest_algorithms: Vec<AlgorithmIdentifier>,
    digester: ContentDigester,
    content_len: u64,
    certificates: Vec<Certificate>,
    raw_certificates: Vec<BagMember>,
    crls: Vec<Vec<u8>>,
    signer_infos: Vec<Raw<SignerInfo>>,
}

/// The content type of this reader.
const SERVES: &[ObjectIdentifier] = &[oid::SIGNED_DATA];

/// The sink of one push: the state and where content goes.
struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    content: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> SignedDataReader<'a> {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(provider: &'a CryptoProvider, limits: &Limits) -> Self {
        Self::with(Common::new(SERVES, limits), provider, limits)
    }

    /// A reader of a bare SignedData, as it stands in another layer whose content type names it.
    ///
    /// # Errors
    /// None in fact: id-signedData is what it serves.
    pub fn nested(provider: &'a CryptoProvider, limits: &Limits) -> Result<Self, CmsError> {
        let common = Common::nested(SERVES, &oid::SIGNED_DATA, limits)?;
        Ok(Self::with(common, provider, limits))
    }

    fn with(
        (common, parser): (Common, Parser<Part>),
        provider: &'a CryptoProvider,
        limits: &Limits,
    ) -> Self {
        Self {
            parser,
            state: State {
                common,
                provider,
                limits: limits.clone(),
                digest_algorithms: Vec::new(),
                digester: ContentDigester::new(),
                content_len: 0,
                certificates: Vec::new(),
                raw_certificates: Vec::new(),
                crls: Vec::new(),
                signer_infos: Vec::new(),
            },
        }
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
        self.state.common.has_content
    }

    /// eContentType, once it was read.
    #[must_use]
    pub fn econtent_type(&self) -> Option<&ObjectIdentifier> {
        self.state.common.econtent_type.as_ref()
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
        if !self.state.common.has_content && !self.state.signer_infos.is_empty() {
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
        if self.state.common.has_content && self.state.digester.content_len() > 0 {
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
        if self.state.common.has_content && self.state.digester.content_len() > 0 {
            self.state.common.deviate(
                "content-in-detached-signature",
                "the signature part of a multipart/signed holds content of its own, which is ignored",
                None,
            );
        }
        self.verify(candidates, context, true)
    }

    /// The input is over and nothing is to be verified: for inspection, certificates and CRLs.
    ///
    /// # Errors
    /// A truncated input.
    pub fn finish_unverified(self) -> Result<SignedDataReport, CmsError> {
        self.parser.finish()?;
        let detached = !self.state.common.has_content;
        let (mut report, infos) = self.report(detached);
        report.signers = infos
            .into_iter()
            .enumerate()
            .map(|(index, info)| verify::unverified(index, info))
            .collect();
        for signer in &report.signers {
            note_announcements(signer, &mut report.deviations);
        }
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
        let econtent_type = report.econtent_type;
        let mut signers: Vec<_> = infos
            .into_iter()
            .enumerate()
            .map(|(index, info)| verify::untouched(index, info))
            .collect();
        let mut verifier = Verifier {
            embedded: CertificateIndex::new(&report.certificates),
            context,
            budget: max_signatures,
        };
        for signer in &mut signers {
            let subject = Subject::Content {
                econtent_type: &econtent_type,
                contents: &mut contents,
            };
            verifier.top(signer, subject);
        }
        // What was not looked at is not compared either.
        let checked = signers.len().min(max_signatures);
        multiple::check(
            signers.get_mut(..checked).unwrap_or_default(),
            context.provider,
        );
        for signer in signers.iter().take(checked) {
            note_announcements(signer, &mut report.deviations);
        }
        report.signers = signers;
        Ok(report)
    }

    fn report(self, detached: bool) -> (SignedDataReport, Vec<Raw<SignerInfo>>) {
        let state = self.state;
        let report = SignedDataReport {
            version: state.common.version,
            encoding: state.common.encoding(&self.parser),
            econtent_type: state.common.econtent_type(),
            econtent_tag: state.common.econtent_tag,
            detached,
            digest_algorithms: state.digest_algorithms,
            signers: Vec::new(),
            certificates: state.certificates,
            raw_certificates: state.raw_certificates,
            crls: state.crls,
            deviations: state.common.deviations(&self.parser),
            content_len: state.content_len.max(state.digester.content_len()),
        };
        (report, state.signer_infos)
    }
}

/// rfc8551:2.5.2: "If a signature is detected as violating these requirements, the signature SHOULD be treated as
/// failing." It holds over what it covers all the same: it is reported, and nothing that is announced so is believed.
fn note_announcements(signer: &SignerReport, deviations: &mut Vec<Deviation>) {
    let Ok(info) = signer.info.value() else {
        return;
    };
    for error in announcement_errors(info) {
        let text = alloc::format!("signer {}: {error}", signer.index);
        let offset = Some(signer.info.offset());
        deviations.push(Deviation::new("misplaced-attribute", text, offset));
    }
}

impl Sink<Part> for Receiver<'_, '_, '_> {
    type Error = CmsError;

    fn open(&mut self, _offset: u64) -> Result<&'static [Field<Part>], CmsError> {
        self.state.common.grammar()
    }

    fn event(&mut self, event: Event<'_, Part>) -> Result<(), CmsError> {
        match event {
            Event::Captured {
                field,
                octets,
                offset,
            } => Ok(self.state.captured(field, octets, offset)?),
            Event::ContentBegin { header } => {
                self.state.common.content_begins(&header);
                Ok(())
            }
            Event::Content(octets) => {
                self.state.digester.update(octets);
                (self.content)(Unverified::new(octets))
            }
            Event::Begin { .. } | Event::ContentEnd => Ok(()),
        }
    }
}

impl State<'_> {
    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), DecodeError> {
        let versions = &[1, 3, 4, 5];
        let Some(octets) = self.common.captured(part, octets, offset, versions)? else {
            return Ok(());
        };
        match part {
            Part::DigestAlgorithms => {
                let mut set = Cursor::single(&octets, offset)?.children();
                while !set.is_empty() {
                    let algorithm = AlgorithmIdentifier::decode(&set.element()?)
                        .map_err(|error| error.within("SignedData.digestAlgorithms"))?;
                    self.digester.require(&algorithm.oid, self.provider);
                    self.digest_algorithms.push(algorithm);
                }
            }
            Part::Certificate => self.captured_certificate(octets, offset),
            Part::Crl => self.crls.push(octets),
            Part::SignerInfo => {
                let info = Raw::new(octets, offset, SignerInfo::decode);
                self.signer_infos.push(info);
            }
            _ => {}
        }
        Ok(())
    }

    /// One undecodable certificate spoils itself alone; kinds that are not X.509 are kept as they are.
    fn captured_certificate(&mut self, octets: Vec<u8>, offset: u64) {
        let choice =
            Cursor::single(&octets, offset).and_then(|element| CertificateChoice::decode(&element));
        match choice {
            Ok(CertificateChoice::Certificate(certificate)) => {
                self.certificates.push(certificate.clone());
                return self.raw_certificates.push(BagMember::from(certificate));
            }
            Ok(choice) => self.certificates.extend(choice.certificate().cloned()),
            Err(error) => self.common.deviate(
                "unreadable-certificate",
                error.within("SignedData.certificates").to_string(),
                Some(offset),
            ),
        }
        self.raw_certificates.push(BagMember::from(octets));
    }
}
