//! Changing the recipients of a message without touching its encrypted content: what a mail list agent needs
//! (RFC 2634, 4.2.3; RFC 5652, 6.1).

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::reader::DecryptContext;
use super::writer::{Presence, enveloped_version};
use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::ber::write::{self, Form};
use crate::ber::{Cursor, Header};
use crate::content_cipher::ResolvedCipher;
use crate::error::CmsError;
use crate::frame::len_u64;
use crate::key::UnwrapOutcome;
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::provider::{CipherKind, Random};
use crate::recipients::{
    Opening, OriginatorInfo, Recipient, decode_originator_certificates, recipient_infos,
};
use crate::report::RecipientReport;
use crate::types::{AlgorithmIdentifier, Certificate, Raw, RecipientInfo};

/// The content types whose recipients can be changed.
const SERVES: &[ObjectIdentifier] = &[oid::ENVELOPED_DATA, oid::AUTH_ENVELOPED_DATA];

/// Reads an EnvelopedData or AuthEnvelopedData and writes the same one to other recipients. The content-encryption key
/// is opened with a key of the context and encrypted anew; originatorInfo and recipientInfos are replaced, everything
/// from the EncryptedContentInfo on passes octet for octet, at any chunking and in its own encoding.
///
/// The version follows from what is written (RFC 5652, 6.1). Only when an EnvelopedData of indefinite length comes with
/// a version above 0, nobody knows yet whether unprotectedAttrs will follow, and 2 is written where 0 might do.
#[derive(Debug)]
pub struct Readdresser<'a> {
    parser: Parser<Part>,
    state: State<'a>,
    /// Octets that were read before the new recipients could be written.
    held: Vec<u8>,
}

#[derive(Debug)]
struct State<'a> {
    common: Common,
    context: DecryptContext<'a>,
    limits: Limits,
    recipients: Vec<Recipient<'a>>,
    originator: OriginatorInfo,
    originators: Vec<Certificate>,
    reports: Vec<RecipientReport>,
    /// The headers around the layer and its own, the outermost first.
    levels: Vec<Header>,
    content_info: Option<Header>,
    algorithm: Option<AlgorithmIdentifier>,
    /// A substitute stands for the content-encryption key.
    failed: bool,
}

impl<'a> Readdresser<'a> {
    /// To `recipients`, with `originator` in the place of the message's originatorInfo.
    #[must_use]
    pub fn new(
        recipients: Vec<Recipient<'a>>,
        originator: OriginatorInfo,
        context: DecryptContext<'a>,
        limits: &Limits,
    ) -> Self {
        let (common, parser) = Common::new(SERVES, limits);
        Self {
            parser,
            state: State {
                common,
                context,
                limits: limits.clone(),
                recipients,
                originator,
                originators: Vec::new(),
                reports: Vec::new(),
                levels: Vec::new(),
                content_info: None,
                algorithm: None,
                failed: false,
            },
            held: Vec::new(),
        }
    }

    /// Takes more octets of the message; those of the new one go to `out`.
    ///
    /// # Errors
    /// Broken structure, limits, policy, no key for the old message, recipients that cannot be served, and what `out`
    /// returns.
    pub fn push(
        &mut self,
        input: &[u8],
        random: &mut dyn Random,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        let passing = self.state.algorithm.is_some();
        self.parser.push(input, &mut self.state)?;
        if passing {
            return out(input);
        }
        self.held.extend_from_slice(input);
        let (Some(algorithm), Some(info)) = (&self.state.algorithm, self.state.content_info) else {
            return Ok(());
        };
        let algorithm = algorithm.clone();
        let prologue = self.state.prologue(&algorithm, &info, random)?;
        out(&prologue)?;
        let start = usize::try_from(info.offset).unwrap_or(usize::MAX);
        out(self.held.get(start..).unwrap_or_default())?;
        self.held = Vec::new();
        Ok(())
    }

    /// The input is over.
    ///
    /// # Errors
    /// A truncated input; [`CmsError::DecryptFailed`] when the key could not be recovered, which is told here as by a
    /// reader: what was written serves nobody and must not be sent.
    pub fn finish(&self) -> Result<(), CmsError> {
        self.parser.finish()?;
        if self.state.failed {
            return Err(CmsError::DecryptFailed);
        }
        Ok(())
    }

    /// The recipients that the message had, and which of them gave the key.
    #[must_use]
    pub fn old_recipients(&self) -> &[RecipientReport] {
        &self.state.reports
    }
}

impl Sink<Part> for State<'_> {
    type Error = CmsError;

    fn open(&mut self, _offset: u64) -> Result<&'static [Field<Part>], CmsError> {
        self.common.grammar()
    }

    fn event(&mut self, event: Event<'_, Part>) -> Result<(), CmsError> {
        match event {
            Event::Begin { name, header } => match name {
                "encryptedContentInfo" | "authEncryptedContentInfo" => {
                    self.content_info = Some(header);
                }
                "recipientInfos" | "originatorInfo" => {}
                _ if self.content_info.is_none() => self.levels.push(header),
                _ => {}
            },
            Event::Captured {
                field,
                octets,
                offset,
            } => return self.captured(field, octets, offset),
            _ => {}
        }
        Ok(())
    }
}

impl State<'_> {
    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), CmsError> {
        let versions = &[0, 2, 3, 4];
        let Some(octets) = self.common.captured(part, octets, offset, versions)? else {
            return Ok(());
        };
        match part {
            Part::OriginatorInfo => {
                self.originators = decode_originator_certificates(&octets, offset);
            }
            Part::RecipientInfo => {
                let info = Raw::new(octets, offset, RecipientInfo::decode);
                RecipientReport::append(&mut self.reports, info, &self.limits)?;
            }
            Part::Algorithm => {
                let algorithm = AlgorithmIdentifier::decode(&Cursor::single(&octets, offset)?)
                    .map_err(|error| error.within("contentEncryptionAlgorithm"))?;
                self.algorithm = Some(algorithm);
            }
            _ => {}
        }
        Ok(())
    }

    fn is_authenticated(&self) -> bool {
        self.common.content_type == Some(oid::AUTH_ENVELOPED_DATA)
    }

    /// Everything before the EncryptedContentInfo, for the new recipients.
    fn prologue(
        &mut self,
        algorithm: &AlgorithmIdentifier,
        info: &Header,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CmsError> {
        let DecryptContext {
            provider,
            policy,
            keys,
        } = self.context;
        let expected = if self.is_authenticated() {
            CipherKind::Aead
        } else {
            CipherKind::Unauthenticated
        };
        let cipher = ResolvedCipher::for_reading(algorithm, expected, provider, policy)?;
        let opening = Opening {
            keys: keys.ok_or(CmsError::NoRecipient)?,
            originators: &self.originators,
            limits: &self.limits,
            policy,
            provider,
        };
        let unwrapped = opening.open(&mut self.reports, cipher.key_len()?)?;
        self.failed = unwrapped.outcome == UnwrapOutcome::Failed;
        let infos = recipient_infos(&self.recipients, &unwrapped.key, provider, policy, random)?;
        let version = if self.is_authenticated() {
            0
        } else {
            enveloped_version(&self.originator, &infos, self.unprotected_attrs(info))
        };
        let fields = [write::integer(version), self.originator.to_der(), infos.der].concat();
        Ok(self.frame(fields, info))
    }

    /// Whether unprotectedAttrs will follow, as far as lengths and the old version tell.
    fn unprotected_attrs(&self, info: &Header) -> Presence {
        let layer = self.levels.last();
        let layer_end = layer.and_then(end);
        match (layer_end, end(info)) {
            (Some(layer_end), Some(info_end)) => Presence::of(info_end < layer_end),
            _ => Presence::of(self.common.version != 0),
        }
    }

    /// The headers anew, from the innermost: each keeps its form, definite lengths change with what is replaced.
    fn frame(&self, fields: Vec<u8>, info: &Header) -> Vec<u8> {
        let mut out = fields;
        for (index, level) in self.levels.iter().enumerate().rev() {
            // ContentInfo has its contentType before its content.
            if index == 0 && self.levels.len() > 1 {
                let content_type = self.common.content_type.unwrap_or(oid::ENVELOPED_DATA);
                out = [write::oid(&content_type), out].concat();
            }
            let header = match end(level) {
                Some(end) => {
                    let behind = end.saturating_sub(info.offset);
                    let len = len_u64(out.len()).saturating_add(behind);
                    write::header(level.tag, Form::Constructed, len)
                }
                None => write::indefinite(level.tag),
            };
            out = [header, out].concat();
        }
        out
    }
}

/// Where an encoding of definite length ends.
fn end(header: &Header) -> Option<u64> {
    header
        .length
        .map(|length| header.contents_offset().saturating_add(length))
}
