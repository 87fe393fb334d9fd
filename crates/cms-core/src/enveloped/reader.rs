//! The push reader of EnvelopedData and AuthEnvelopedData.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::mem;

use der::asn1::ObjectIdentifier;

use super::recipients;
use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::ber::write::{self, Form};
use crate::ber::{Cursor, Tag, to_der};
use crate::error::{CmsError, DecodeError, PolicyRejection};
use crate::key::{KeyStore, UnwrapOutcome};
use crate::layer::{self, Part};
use crate::limits::Limits;
use crate::oid;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{CipherKind, ContentCipher, ContentDecryptor, CryptoProvider};
use crate::report::{Deviation, Encoding, EnvelopedDataReport, RecipientReport, recipient_reports};
use crate::types::{
    AlgorithmIdentifier, AttributeError, Attributes, Certificate, ContentType, Raw, RecipientInfo,
};
use crate::unverified::Unverified;

/// What decryption needs besides the message.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct DecryptContext<'a> {
    /// Algorithms.
    pub provider: &'a CryptoProvider,
    /// What may be used.
    pub policy: &'a dyn Policy,
    /// Private keys; `None` reads the message without decrypting it.
    pub keys: Option<&'a dyn KeyStore>,
}

impl fmt::Debug for DecryptContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptContext")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// Reads one ContentInfo that holds an EnvelopedData or an AuthEnvelopedData, at any chunking. Plaintext comes
/// out as it is decrypted, as [`Unverified`]: with AuthEnvelopedData it may be used only after
/// [`Self::finish`] agreed, with EnvelopedData nothing authenticates it at all.
#[derive(Debug)]
pub struct EnvelopedDataReader<'a> {
    parser: Parser<Part>,
    state: State<'a>,
}

struct State<'a> {
    context: DecryptContext<'a>,
    limits: Limits,
    version: u64,
    content_type: Option<ObjectIdentifier>,
    econtent_type: Option<ObjectIdentifier>,
    originators: Vec<Certificate>,
    recipients: Vec<Raw<RecipientInfo>>,
    reports: Vec<Vec<RecipientReport>>,
    algorithm: Option<AlgorithmIdentifier>,
    cipher: Option<&'static dyn ContentCipher>,
    decryptor: Option<Box<dyn ContentDecryptor>>,
    genuine: bool,
    has_content: bool,
    segmented: Option<u64>,
    auth_attrs: Option<Vec<u8>>,
    mac: Option<Vec<u8>>,
    plaintext: Vec<u8>,
    plaintext_len: u64,
    failed: bool,
    deviations: Vec<Deviation>,
}

impl fmt::Debug for State<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("algorithm", &self.algorithm)
            .field("recipients", &self.recipients.len())
            .finish_non_exhaustive()
    }
}

/// Ciphertext is decrypted in steps of this size, so that the plaintext buffer stays in cache.
const STEP: usize = 64 * 1024;

struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    plaintext: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> EnvelopedDataReader<'a> {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(context: DecryptContext<'a>, limits: &Limits) -> Self {
        Self {
            parser: Parser::new(layer::CONTENT_INFO, limits),
            state: State {
                context,
                limits: limits.clone(),
                version: 0,
                content_type: None,
                econtent_type: None,
                originators: Vec::new(),
                recipients: Vec::new(),
                reports: Vec::new(),
                algorithm: None,
                cipher: None,
                decryptor: None,
                genuine: true,
                has_content: false,
                segmented: None,
                auth_attrs: None,
                mac: None,
                plaintext: Vec::new(),
                plaintext_len: 0,
                failed: false,
                deviations: Vec::new(),
            },
        }
    }

    /// A reader of a bare EnvelopedData or AuthEnvelopedData, as it stands in another layer whose content type names
    /// it.
    ///
    /// # Errors
    /// A content type that is neither.
    pub fn nested(
        content_type: &ObjectIdentifier,
        context: DecryptContext<'a>,
        limits: &Limits,
    ) -> Result<Self, CmsError> {
        let grammar = layer::grammar(content_type)
            .filter(|_| [oid::ENVELOPED_DATA, oid::AUTH_ENVELOPED_DATA].contains(content_type))
            .ok_or_else(|| CmsError::UnexpectedContentType(oid::display(content_type)))?;
        let mut reader = Self::new(context, limits);
        reader.state.content_type = Some(*content_type);
        reader.parser = Parser::new(grammar, limits);
        Ok(reader)
    }

    /// Takes more octets; plaintext goes to `plaintext` as it comes.
    ///
    /// # Errors
    /// Broken structure, limits, policy, no key, another content type, and what `plaintext` returns.
    pub fn push(
        &mut self,
        input: &[u8],
        plaintext: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        let mut receiver = Receiver {
            state: &mut self.state,
            plaintext,
        };
        self.parser.push(input, &mut receiver)
    }

    /// The input is over: the last plaintext, and whether all of it may be used.
    ///
    /// # Errors
    /// [`CmsError::DecryptFailed`] for wrong padding, tag or key alike; broken rules on authAttrs; a truncated input.
    pub fn finish(
        &mut self,
        plaintext: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.parser.finish()?;
        let state = &mut self.state;
        if state.context.keys.is_none() {
            return Ok(());
        }
        if !state.has_content {
            return Err(CmsError::DetachedContentMissing);
        }
        let Some(decryptor) = state.decryptor.take() else {
            return Err(CmsError::NoRecipient);
        };
        let aad = state.additional_data()?;
        let mac = state.mac.clone().unwrap_or_default();
        let tag_fits = match (state.cipher, &state.algorithm) {
            (Some(cipher), Some(algorithm)) => cipher.allows_tag(algorithm, mac.len())?,
            _ => false,
        };
        let mut buffer = mem::take(&mut state.plaintext);
        buffer.clear();
        let result = decryptor.finish(&aad, &mac, &mut buffer);
        if result.is_err() || state.failed || !state.genuine || !tag_fits {
            return Err(CmsError::DecryptFailed);
        }
        state.deliver(&buffer, plaintext)
    }

    /// What was found so far; also after an error.
    #[must_use]
    pub fn report(&self) -> EnvelopedDataReport {
        let state = &self.state;
        let mut deviations = state.deviations.clone();
        if let Some(offset) = self.parser.trailing_zeros() {
            deviations.push(Deviation::new(
                "trailing-zeros",
                "zero octets follow the end of the encoding",
                Some(offset),
            ));
        }
        let content_type = state.content_type.unwrap_or(oid::ENVELOPED_DATA);
        let ber = self.parser.first_deviation().or(state.segmented).is_some();
        EnvelopedDataReport {
            content_type,
            version: state.version,
            encoding: if ber { Encoding::Ber } else { Encoding::Der },
            econtent_type: state.econtent_type.unwrap_or(oid::DATA),
            cipher: state
                .algorithm
                .clone()
                .unwrap_or_else(|| AlgorithmIdentifier::new(oid::DATA)),
            authenticated: content_type == oid::AUTH_ENVELOPED_DATA,
            recipients: state.reports.iter().flatten().cloned().collect(),
            deviations,
            content_len: state.plaintext_len,
        }
    }
}

impl Sink<Part> for Receiver<'_, '_, '_> {
    type Error = CmsError;

    fn open(&mut self, _offset: u64) -> Result<&'static [Field<Part>], CmsError> {
        let found = self.state.content_type;
        found
            .filter(|found| [oid::ENVELOPED_DATA, oid::AUTH_ENVELOPED_DATA].contains(found))
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
            } => self.state.captured(field, octets, offset),
            Event::ContentBegin { header } => {
                if header.constructed {
                    self.state.segmented = Some(header.offset);
                }
                self.state.begin_content()
            }
            Event::Content(octets) => {
                for step in octets.chunks(STEP) {
                    self.state.decrypt(step, self.plaintext)?;
                }
                Ok(())
            }
            Event::ContentEnd => Ok(()),
        }
    }
}

impl State<'_> {
    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), CmsError> {
        let single = || Cursor::single(&octets, offset);
        match part {
            Part::ContentType => self.content_type = Some(single()?.oid()?),
            Part::EContentType => self.econtent_type = Some(single()?.oid()?),
            Part::Version => self.captured_version(single()?.u64()?, offset),
            Part::OriginatorInfo => self.originators = originator_certificates(&octets, offset),
            Part::RecipientInfo => {
                let info = Raw::decode(octets, offset, RecipientInfo::decode);
                self.reports.push(recipient_reports(&info));
                self.recipients.push(info);
            }
            Part::Algorithm => self.captured_algorithm(&octets, offset)?,
            Part::AuthAttrs => self.auth_attrs = Some(octets),
            Part::Mac => self.mac = Some(single()?.octets()?.into_owned()),
            _ => {}
        }
        Ok(())
    }

    fn captured_version(&mut self, version: u64, offset: u64) {
        self.version = version;
        let known = if self.content_type == Some(oid::AUTH_ENVELOPED_DATA) {
            version == 0
        } else {
            matches!(version, 0 | 2 | 3 | 4)
        };
        if !known {
            let text = alloc::format!("unknown version {version}");
            self.deviations
                .push(Deviation::new("unknown-version", text, Some(offset)));
        }
    }

    fn captured_algorithm(&mut self, octets: &[u8], offset: u64) -> Result<(), CmsError> {
        let algorithm = AlgorithmIdentifier::decode(&Cursor::single(octets, offset)?)
            .map_err(|error| error.within("contentEncryptionAlgorithm"))?;
        self.algorithm = Some(algorithm.clone());
        if self.context.keys.is_none() {
            return Ok(());
        }
        let policy = self.context.policy;
        policy.require(&algorithm.oid, Usage::ContentEncryption, Direction::Read)?;
        let cipher = self.context.provider.cipher(&algorithm.oid)?;
        // A cipher is bound to its content type, so that an AEAD ciphertext is never decrypted without its tag and
        // nothing unauthenticated ever looks authenticated (RFC 5083, 1; RFC 5084, 1.1).
        let expected = if self.content_type == Some(oid::AUTH_ENVELOPED_DATA) {
            CipherKind::Aead
        } else {
            CipherKind::Unauthenticated
        };
        if cipher.kind() != expected {
            let rejection = PolicyRejection::new(
                oid::display(&algorithm.oid),
                "this content type",
                policy.name(),
            );
            return Err(rejection.into());
        }
        if expected == CipherKind::Unauthenticated && !policy.allows_unauthenticated() {
            let rejection = PolicyRejection::new(
                oid::display(&algorithm.oid),
                "encryption without authentication",
                policy.name(),
            );
            return Err(rejection.into());
        }
        self.cipher = Some(cipher);
        Ok(())
    }

    fn begin_content(&mut self) -> Result<(), CmsError> {
        self.has_content = true;
        let (Some(keys), Some(cipher), Some(algorithm)) =
            (self.context.keys, self.cipher, &self.algorithm)
        else {
            return Ok(());
        };
        let cek_len = cipher.key_len(algorithm)?;
        let opened = recipients::open(
            &self.recipients,
            &mut self.reports,
            keys,
            &self.originators,
            cek_len,
            &self.limits,
            self.context.policy,
        )?;
        self.genuine = opened.unwrapped.outcome != UnwrapOutcome::Failed;
        self.decryptor = Some(cipher.decryptor(algorithm, &opened.unwrapped.key)?);
        Ok(())
    }

    fn decrypt(
        &mut self,
        ciphertext: &[u8],
        sink: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        let Some(decryptor) = &mut self.decryptor else {
            return Ok(());
        };
        let mut buffer = mem::take(&mut self.plaintext);
        buffer.clear();
        // A failure here is told at the end, like every other.
        self.failed |= decryptor.update(ciphertext, &mut buffer).is_err();
        let result = self.deliver(&buffer, sink);
        self.plaintext = buffer;
        result
    }

    fn deliver(
        &mut self,
        plaintext: &[u8],
        sink: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        if plaintext.is_empty() {
            return Ok(());
        }
        self.plaintext_len = self
            .plaintext_len
            .saturating_add(u64::try_from(plaintext.len()).unwrap_or(u64::MAX));
        sink(Unverified::new(plaintext))
    }

    /// The additional authenticated data: the DER SET OF authAttrs, or nothing (RFC 5083, 2.2). The rules on the
    /// attributes (RFC 5083, 2.1; RFC 5652, 11) are checked on the way.
    fn additional_data(&self) -> Result<Vec<u8>, CmsError> {
        let econtent_type = self.econtent_type.unwrap_or(oid::DATA);
        let Some(octets) = &self.auth_attrs else {
            let authenticated = self.content_type == Some(oid::AUTH_ENVELOPED_DATA);
            // rfc5083:2.1: authAttrs "MUST be present if the content type ... is not id-data."
            if authenticated && econtent_type != oid::DATA {
                return Err(attribute_error(AttributeError::Required));
            }
            return Ok(Vec::new());
        };
        let element = Cursor::single(octets, 0)?;
        let attrs = Attributes::decode(&element).map_err(|error| error.within("authAttrs"))?;
        match attrs.get::<ContentType>() {
            Ok(Some(ContentType(oid))) if oid == econtent_type => {}
            Ok(Some(_)) => return Err(attribute_error(AttributeError::WrongContentType)),
            // rfc5652:11.1: contentType "MUST be present whenever ... authenticated attributes are present".
            Ok(None) => return Err(attribute_error(AttributeError::Absent("contentType"))),
            Err(error) => return Err(attribute_error(error)),
        }
        let der = to_der(&element)?;
        let contents = Cursor::single(&der, 0)?.contents();
        let mut list = Vec::new();
        let mut cursor = Cursor::new(contents, 0);
        while !cursor.is_empty() {
            list.push(cursor.element()?.raw().to_vec());
        }
        Ok(write::tagged(
            Tag::SET,
            Form::Constructed,
            &write::sorted(list),
        ))
    }
}

fn attribute_error(error: AttributeError) -> CmsError {
    CmsError::Attribute("authAttrs", error)
}

/// Certificates in originatorInfo; what cannot be read there is of no use here and spoils nothing.
fn originator_certificates(octets: &[u8], offset: u64) -> Vec<Certificate> {
    let read = || -> Result<Vec<Certificate>, DecodeError> {
        let mut fields = Cursor::single(octets, offset)?.children();
        let mut certificates = Vec::new();
        if let Some(set) = fields.optional(Tag::context(0))? {
            let mut set = set.children();
            while !set.is_empty() {
                certificates.extend(Certificate::decode(&set.element()?).ok());
            }
        }
        Ok(certificates)
    };
    read().unwrap_or_default()
}
