//! TimeStampedData (RFC 5544), for reading: content, what is said about it, and time-stamps over both.

use alloc::string::String;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::ber::{Cursor, Element, Tag, to_der};
use crate::error::{CmsError, DecodeError};
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::provider::CryptoProvider;
use crate::report::{Deviation, Encoding};
use crate::signed::{ContentCandidate, ContentDigester, DigestedContent, Replay};
use crate::types::AlgorithmIdentifier;
use crate::unverified::Unverified;

const SERVES: &[ObjectIdentifier] = &[oid::TIME_STAMPED_DATA];

/// Reads one ContentInfo that holds a TimeStampedData, at any chunking. Content comes out as it passes, as
/// [`Unverified`]: the time-stamps over it are tokens of their own, SignedData around TSTInfo (RFC 3161), whose
/// signatures the caller verifies; that the first one is over this content, [`Self::finish`] tells.
#[derive(Debug)]
pub struct TimeStampedDataReader<'a> {
    parser: Parser<Part>,
    state: State<'a>,
}

#[derive(Debug)]
struct State<'a> {
    common: Common,
    provider: &'a CryptoProvider,
    limits: Limits,
    data_uri: Option<String>,
    meta_data: Option<(MetaData, Vec<u8>)>,
    evidence: Option<Evidence>,
    digester: ContentDigester,
}

/// What is said about the content, RFC 5544, section 2.
///
/// ```text
/// MetaData ::= SEQUENCE { hashProtected BOOLEAN, fileName UTF8String OPTIONAL, mediaType IA5String OPTIONAL,
///   otherMetaData Attributes OPTIONAL }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MetaData {
    /// Whether the time-stamp covers this as well.
    pub hash_protected: bool,
    /// fileName.
    pub file_name: Option<String>,
    /// mediaType.
    pub media_type: Option<String>,
    /// otherMetaData, whole.
    pub other: Option<Vec<u8>>,
}

/// What proves the time, RFC 5544, section 2.
///
/// ```text
/// Evidence ::= CHOICE { tstEvidence [0] TimeStampTokenEvidence, ersEvidence [1] EvidenceRecord,
///   otherEvidence [2] OtherEvidence }
/// TimeStampTokenEvidence ::= SEQUENCE SIZE (1..MAX) OF TimeStampAndCRL
/// TimeStampAndCRL ::= SEQUENCE { timeStamp TimeStampToken, crl CertificateList OPTIONAL }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Evidence {
    /// Time-stamp tokens: the first over the content, each further one over the one before it.
    TimeStamps(Vec<TimeStampAndCrl>),
    /// An evidence record (RFC 4998), whole.
    EvidenceRecord(Vec<u8>),
    /// Evidence of another kind, whole.
    Other(Vec<u8>),
}

/// A time-stamp token and, for one that was renewed, the CRL that was current then.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimeStampAndCrl {
    /// A ContentInfo with a SignedData around a TSTInfo.
    pub token: Vec<u8>,
    /// A CertificateList.
    pub crl: Option<Vec<u8>>,
}

/// What was found in a TimeStampedData.
#[derive(Debug)]
#[non_exhaustive]
pub struct TimeStampedDataReport {
    /// Always 1.
    pub version: u64,
    /// Whether it was DER.
    pub encoding: Encoding,
    /// Where the content is to be had if it is not in the message.
    pub data_uri: Option<String>,
    /// What is said about the content.
    pub meta_data: Option<MetaData>,
    /// What proves the time.
    pub evidence: Option<Evidence>,
    /// Whether the content was outside.
    pub detached: bool,
    /// Whether the messageImprint of the first token is that of the content; `None` when there is no token.
    pub imprint_ok: Option<bool>,
    /// What deviates from the standard.
    pub deviations: Vec<Deviation>,
    /// Octets of content.
    pub content_len: u64,
}

struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    content: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> TimeStampedDataReader<'a> {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(provider: &'a CryptoProvider, limits: &Limits) -> Self {
        Self::with(Common::new(SERVES, limits), provider, limits)
    }

    /// A reader of a bare TimeStampedData, as it stands in another layer whose content type names it.
    ///
    /// # Errors
    /// None in fact: id-ct-timestampedData is what it serves.
    pub fn nested(provider: &'a CryptoProvider, limits: &Limits) -> Result<Self, CmsError> {
        let common = Common::nested(SERVES, &oid::TIME_STAMPED_DATA, limits)?;
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
                data_uri: None,
                meta_data: None,
                evidence: None,
                digester: ContentDigester::new(),
            },
        }
    }

    /// Takes more octets; content goes to `content` as it comes.
    ///
    /// # Errors
    /// Broken structure, limits, and what `content` returns.
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

    /// The input is over. The digest of the token stands behind the content; another one than SHA-256 needs `replay`.
    ///
    /// # Errors
    /// A truncated input, a token that cannot be read, content that cannot be read again where it must.
    pub fn finish(self, replay: &mut dyn Replay) -> Result<TimeStampedDataReport, CmsError> {
        self.parser.finish()?;
        let Self { parser, state } = self;
        let content_len = state.digester.content_len();
        let imprint_ok = match &state.evidence {
            Some(Evidence::TimeStamps(tokens)) if state.common.has_content => {
                let token = tokens.first().map(|first| first.token.as_slice());
                let imprint = MessageImprint::of_token(token.unwrap_or_default())?;
                Some(state.check(imprint, replay)?)
            }
            _ => None,
        };
        Ok(TimeStampedDataReport {
            version: state.common.version,
            encoding: state.common.encoding(&parser),
            data_uri: state.data_uri,
            meta_data: state.meta_data.map(|(meta_data, _)| meta_data),
            evidence: state.evidence,
            detached: !state.common.has_content,
            imprint_ok,
            deviations: state.common.deviations(&parser),
            content_len,
        })
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
                self.state.begin_digest();
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
        let Some(octets) = self.common.captured(part, octets, offset, &[1])? else {
            return Ok(());
        };
        let element = Cursor::single(&octets, offset)?;
        match part {
            Part::DataUri => self.data_uri = Some(text(&element)?),
            Part::MetaData => {
                let meta_data =
                    MetaData::decode(&element).map_err(|error| error.within("metaData"))?;
                self.meta_data = Some((meta_data, to_der(&element)?));
            }
            Part::TemporalEvidence => {
                let evidence =
                    Evidence::decode(&element).map_err(|error| error.within("temporalEvidence"))?;
                self.evidence = Some(evidence);
            }
            _ => {}
        }
        Ok(())
    }

    /// rfc5544:3: a protected metaData is hashed in front of the content.
    fn begin_digest(&mut self) {
        if self.protected_meta_data().is_none() {
            self.digester.require(&oid::SHA256, self.provider);
        }
    }

    fn protected_meta_data(&self) -> Option<&[u8]> {
        let (meta_data, octets) = self.meta_data.as_ref()?;
        meta_data.hash_protected.then_some(octets.as_slice())
    }

    /// Whether the imprint is that of the content.
    fn check(&self, imprint: MessageImprint, replay: &mut dyn Replay) -> Result<bool, CmsError> {
        if let Some(meta_data) = self.protected_meta_data() {
            let mut digest = self.provider.digest(&imprint.algorithm.oid)?.start();
            digest.update(meta_data);
            replay.replay(&mut |chunk| {
                digest.update(chunk);
                Ok(())
            })?;
            return Ok(digest.finish() == imprint.digest);
        }
        let candidate = ContentCandidate::new(self.digester.fork(), replay);
        let mut content = DigestedContent::new(candidate, self.limits.held);
        let digest = content.digest(&imprint.algorithm.oid, self.provider)?;
        Ok(digest == imprint.digest)
    }
}

fn text(element: &Element<'_>) -> Result<String, DecodeError> {
    Ok(String::from_utf8_lossy(&element.octets()?).into_owned())
}

impl MetaData {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let hash_protected = fields.expect(Tag::BOOLEAN)?.boolean()?;
        let file_name = fields.optional(Tag::UTF8_STRING)?;
        let media_type = fields.optional(Tag::IA5_STRING)?;
        let other = fields.optional(Tag::SET)?;
        fields.finish()?;
        Ok(Self {
            hash_protected,
            file_name: file_name.as_ref().map(text).transpose()?,
            media_type: media_type.as_ref().map(text).transpose()?,
            other: other.map(|other| other.raw().to_vec()),
        })
    }
}

impl Evidence {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let raw = || element.raw().to_vec();
        match element.tag() {
            tag if tag == Tag::context(0) => {
                let mut tokens = Vec::new();
                let mut list = element.children();
                while !list.is_empty() {
                    let mut fields = list.expect(Tag::SEQUENCE)?.children();
                    let token = fields.expect(Tag::SEQUENCE)?.raw().to_vec();
                    let crl = fields.optional(Tag::SEQUENCE)?;
                    fields.finish()?;
                    tokens.push(TimeStampAndCrl {
                        token,
                        crl: crl.map(|crl| crl.raw().to_vec()),
                    });
                }
                Ok(Self::TimeStamps(tokens))
            }
            tag if tag == Tag::context(1) => Ok(Self::EvidenceRecord(raw())),
            _ => Ok(Self::Other(raw())),
        }
    }
}

/// ```text
/// TSTInfo ::= SEQUENCE { version INTEGER, policy OBJECT IDENTIFIER, messageImprint MessageImprint, ... }
/// MessageImprint ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET STRING }
/// ```
struct MessageImprint {
    algorithm: AlgorithmIdentifier,
    digest: Vec<u8>,
}

impl MessageImprint {
    /// The imprint in a token: ContentInfo, SignedData, encapContentInfo, TSTInfo (RFC 3161, 2.4.2).
    fn of_token(token: &[u8]) -> Result<Self, DecodeError> {
        let read = || {
            let mut content_info = Cursor::single(token, 0)?.children();
            content_info.expect(Tag::OBJECT_IDENTIFIER)?;
            let explicit = content_info.expect(Tag::context(0))?;
            let mut signed = explicit.children().expect(Tag::SEQUENCE)?.children();
            signed.expect(Tag::INTEGER)?;
            signed.expect(Tag::SET)?;
            let mut encapsulated = signed.expect(Tag::SEQUENCE)?.children();
            encapsulated.expect(Tag::OBJECT_IDENTIFIER)?;
            let explicit = encapsulated.expect(Tag::context(0))?;
            let content = explicit.children().expect(Tag::OCTET_STRING)?.octets()?;
            let mut info = Cursor::single(&content, 0)?.children();
            info.expect(Tag::INTEGER)?;
            info.expect(Tag::OBJECT_IDENTIFIER)?;
            let mut imprint = info.expect(Tag::SEQUENCE)?.children();
            let algorithm = AlgorithmIdentifier::decode(&imprint.expect(Tag::SEQUENCE)?)?;
            let digest = imprint.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
            Ok(Self { algorithm, digest })
        };
        read().map_err(|error: DecodeError| error.within("timeStamp"))
    }
}
