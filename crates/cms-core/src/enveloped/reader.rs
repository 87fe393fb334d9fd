//! The push reader of EnvelopedData and AuthEnvelopedData.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::mem;

use der::asn1::ObjectIdentifier;

use crate::attributes::authenticated_attributes;
use crate::ber::Cursor;
use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::content_cipher::{self, ResolvedCipher};
use crate::error::CmsError;
use crate::key::{KeyStore, SecretKey, UnwrapOutcome};
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::policy::Policy;
use crate::provider::{CipherKind, ContentDecryptor, CryptoProvider};
use crate::recipients::{Opening, decode_originator_certificates};
use crate::report::{EnvelopedDataReport, RecipientReport};
use crate::types::{AlgorithmIdentifier, Attributes, Certificate, Raw, RecipientInfo};
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
///
/// Where the message holds no ciphertext, that is given with [`Self::push_detached`] when the message is over.
#[derive(Debug)]
pub struct EnvelopedDataReader<'a> {
    parser: Parser<Part>,
    state: State<'a>,
}

struct State<'a> {
    common: Common,
    context: DecryptContext<'a>,
    limits: Limits,
    originators: Vec<Certificate>,
    recipients: Vec<RecipientReport>,
    algorithm: Option<AlgorithmIdentifier>,
    cipher: Option<ResolvedCipher<'static>>,
    decryptor: Option<Box<dyn ContentDecryptor>>,
    /// The content-encryption key, kept for [`EnvelopedDataReader::take_content_encryption_key`].
    cek: Option<SecretKey>,
    genuine: bool,
    auth_attrs: Option<Vec<u8>>,
    unprotected_attrs: Option<Attributes>,
    mac: Option<Vec<u8>>,
    plaintext: Vec<u8>,
    plaintext_len: u64,
    failed: bool,
    finished: bool,
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

/// The content types of this reader.
const SERVES: &[ObjectIdentifier] = &[oid::ENVELOPED_DATA, oid::AUTH_ENVELOPED_DATA];

struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    plaintext: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> EnvelopedDataReader<'a> {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(context: DecryptContext<'a>, limits: &Limits) -> Self {
        Self::with(Common::new(SERVES, limits), context, limits)
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
        let common = Common::nested(SERVES, content_type, limits)?;
        Ok(Self::with(common, context, limits))
    }

    fn with(
        (common, parser): (Common, Parser<Part>),
        context: DecryptContext<'a>,
        limits: &Limits,
    ) -> Self {
        Self {
            parser,
            state: State {
                common,
                context,
                limits: limits.clone(),
                originators: Vec::new(),
                recipients: Vec::new(),
                algorithm: None,
                cipher: None,
                decryptor: None,
                cek: None,
                genuine: true,
                auth_attrs: None,
                unprotected_attrs: None,
                mac: None,
                plaintext: Vec::new(),
                plaintext_len: 0,
                failed: false,
                finished: false,
            },
        }
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

    /// Whether the ciphertext is in the message; known when the message is over.
    #[must_use]
    pub fn has_content(&self) -> bool {
        self.state.common.has_content
    }

    /// Takes ciphertext that is not in the message, after all of the message.
    ///
    /// # Errors
    /// A truncated message, one that holds ciphertext, and what [`Self::push`] returns.
    pub fn push_detached(
        &mut self,
        ciphertext: &[u8],
        plaintext: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.parser.finish()?;
        let state = &mut self.state;
        if state.common.has_content {
            return Err(CmsError::DetachedAndEmbedded);
        }
        if state.decryptor.is_none() {
            state.begin_content()?;
        }
        for step in ciphertext.chunks(STEP) {
            state.decrypt(step, plaintext)?;
        }
        Ok(())
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
        let Some(decryptor) = state.decryptor.take() else {
            return Err(if state.common.has_content {
                CmsError::NoRecipient
            } else {
                CmsError::DetachedContentMissing
            });
        };
        let aad = authenticated_attributes(
            state.auth_attrs.as_deref(),
            &state.common.econtent_type(),
            state.is_authenticated(),
        )?
        .aad;
        let mac = state.mac.clone().unwrap_or_default();
        let tag_fits = match &state.cipher {
            Some(cipher) => cipher.tag_len()? == mac.len(),
            None => false,
        };
        let mut buffer = mem::take(&mut state.plaintext);
        buffer.clear();
        let result = decryptor.finish(&aad, &mac, &mut buffer);
        if result.is_err() || state.failed || !state.genuine || !tag_fits {
            state.cek = None;
            return Err(CmsError::DecryptFailed);
        }
        state.finished = true;
        state.deliver(&buffer, plaintext)
    }

    /// The content-encryption key of a message that was decrypted, once: for RFC 3185, which makes it the
    /// key-encryption key of later messages.
    #[must_use]
    pub fn take_content_encryption_key(&mut self) -> Option<SecretKey> {
        self.state.cek.take().filter(|_| self.state.finished)
    }

    /// What was found so far; also after an error.
    #[must_use]
    pub fn report(&self) -> EnvelopedDataReport {
        let state = &self.state;
        let split = state
            .algorithm
            .as_ref()
            .and_then(|algorithm| content_cipher::split(algorithm).ok());
        let (cipher, key_derivation) =
            split.unwrap_or_else(|| (AlgorithmIdentifier::new(oid::DATA), None));
        EnvelopedDataReport {
            content_type: state.common.content_type.unwrap_or(oid::ENVELOPED_DATA),
            version: state.common.version,
            encoding: state.common.encoding(&self.parser),
            econtent_type: state.common.econtent_type(),
            cipher,
            key_derivation,
            authenticated: state.is_authenticated(),
            detached: !state.common.has_content,
            recipients: state.recipients.clone(),
            unprotected_attrs: state.unprotected_attrs.clone(),
            deviations: state.common.deviations(&self.parser),
            content_len: state.plaintext_len,
        }
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
            } => self.state.captured(field, octets, offset),
            Event::ContentBegin { header } => {
                self.state.common.content_begins(&header);
                self.state.begin_content()
            }
            Event::Content(octets) => {
                for step in octets.chunks(STEP) {
                    self.state.decrypt(step, self.plaintext)?;
                }
                Ok(())
            }
            Event::Begin { .. } | Event::ContentEnd => Ok(()),
        }
    }
}

impl State<'_> {
    fn is_authenticated(&self) -> bool {
        self.common.content_type == Some(oid::AUTH_ENVELOPED_DATA)
    }

    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), CmsError> {
        let versions: &[u64] = if self.is_authenticated() {
            &[0]
        } else {
            &[0, 2, 3, 4]
        };
        let Some(octets) = self.common.captured(part, octets, offset, versions)? else {
            return Ok(());
        };
        match part {
            Part::OriginatorInfo => {
                self.originators = decode_originator_certificates(&octets, offset);
            }
            Part::RecipientInfo => {
                let info = Raw::new(octets, offset, RecipientInfo::decode);
                RecipientReport::append(&mut self.recipients, info, &self.limits)?;
            }
            Part::Algorithm => self.captured_algorithm(&octets, offset)?,
            Part::AuthAttrs => self.auth_attrs = Some(octets),
            Part::UnauthAttrs => {
                // Nothing depends on them: what cannot be read is reported.
                match Cursor::single(&octets, offset).and_then(|set| Attributes::decode(&set)) {
                    Ok(attributes) => {
                        self.common.note_misplaced(&attributes, offset);
                        self.unprotected_attrs = Some(attributes);
                    }
                    Err(error) => self.common.deviate(
                        "unreadable-attributes",
                        alloc::format!("{}", error.within("unprotectedAttrs")),
                        Some(offset),
                    ),
                }
            }
            Part::Mac => self.mac = Some(Cursor::single(&octets, offset)?.octets()?.into_owned()),
            _ => {}
        }
        Ok(())
    }

    fn captured_algorithm(&mut self, octets: &[u8], offset: u64) -> Result<(), CmsError> {
        let algorithm = AlgorithmIdentifier::decode(&Cursor::single(octets, offset)?)
            .map_err(|error| error.within("contentEncryptionAlgorithm"))?;
        self.algorithm = Some(algorithm.clone());
        if self.context.keys.is_none() {
            return Ok(());
        }
        let expected = if self.is_authenticated() {
            CipherKind::Aead
        } else {
            CipherKind::Unauthenticated
        };
        let DecryptContext {
            provider, policy, ..
        } = self.context;
        let cipher = ResolvedCipher::for_reading(&algorithm, expected, provider, policy)?;
        self.cipher = Some(cipher);
        Ok(())
    }

    fn begin_content(&mut self) -> Result<(), CmsError> {
        let (Some(keys), Some(cipher)) = (self.context.keys, &self.cipher) else {
            return Ok(());
        };
        let opening = Opening {
            keys,
            originators: &self.originators,
            limits: &self.limits,
            policy: self.context.policy,
            provider: self.context.provider,
        };
        let unwrapped = opening.open(&mut self.recipients, cipher.key_len()?)?;
        self.genuine = unwrapped.outcome != UnwrapOutcome::Failed;
        self.decryptor = Some(cipher.decryptor(&unwrapped.key)?);
        self.cek = Some(SecretKey::new(unwrapped.key.to_vec()));
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
}
