//! EncryptedData (RFC 5652, section 8): content under a key that is managed by other means.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::mem;

use der::asn1::ObjectIdentifier;

use crate::attributes::{Place, check_given};
use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::ber::{Cursor, write};
use crate::content_cipher::{self, ResolvedCipher};
use crate::enveloped::EncryptingWriter;
use crate::enveloped::encrypting::Attributes as WrittenAttributes;
use crate::enveloped::writer::unprotected_attributes;
use crate::error::{CmsError, CryptoError};
use crate::frame::{ContentForm, ContentTag, Frame, Surroundings, len_u64};
use crate::key::SecretKey;
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::policy::Policy;
use crate::provider::{
    CipherKind, ContentCipher, ContentDecryptor, ContentKeyDerivation, CryptoProvider, Random,
};
use crate::report::EncryptedDataReport;
use crate::types::{AlgorithmIdentifier, Attribute, Attributes};
use crate::unverified::Unverified;

const SERVES: &[ObjectIdentifier] = &[oid::ENCRYPTED_DATA];

/// Ciphertext is decrypted in steps of this size, so that the plaintext buffer stays in cache.
const STEP: usize = 64 * 1024;

/// Reads one ContentInfo that holds an EncryptedData, at any chunking. Nothing authenticates the plaintext.
pub struct EncryptedDataReader<'a> {
    parser: Parser<Part>,
    state: State<'a>,
}

struct State<'a> {
    common: Common,
    provider: &'a CryptoProvider,
    policy: &'a dyn Policy,
    key: Option<&'a SecretKey>,
    algorithm: Option<AlgorithmIdentifier>,
    decryptor: Option<Box<dyn ContentDecryptor>>,
    unprotected_attrs: Option<Attributes>,
    plaintext: Vec<u8>,
    content_len: u64,
    /// Whether detached content came, were it of no octets.
    given: bool,
    failed: bool,
}

impl fmt::Debug for EncryptedDataReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedDataReader")
            .field("algorithm", &self.state.algorithm)
            .finish_non_exhaustive()
    }
}

struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    plaintext: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> EncryptedDataReader<'a> {
    /// A reader at the first octet; without a key it reads the message without decrypting it.
    #[must_use]
    pub fn new(
        key: Option<&'a SecretKey>,
        provider: &'a CryptoProvider,
        policy: &'a dyn Policy,
        limits: &Limits,
    ) -> Self {
        Self::with(Common::new(SERVES, limits), key, provider, policy)
    }

    /// A reader of a bare EncryptedData, as it stands in another layer whose content type names it.
    ///
    /// # Errors
    /// None in fact: id-encryptedData is what it serves.
    pub fn nested(
        key: Option<&'a SecretKey>,
        provider: &'a CryptoProvider,
        policy: &'a dyn Policy,
        limits: &Limits,
    ) -> Result<Self, CmsError> {
        let common = Common::nested(SERVES, &oid::ENCRYPTED_DATA, limits)?;
        Ok(Self::with(common, key, provider, policy))
    }

    fn with(
        (common, parser): (Common, Parser<Part>),
        key: Option<&'a SecretKey>,
        provider: &'a CryptoProvider,
        policy: &'a dyn Policy,
    ) -> Self {
        Self {
            parser,
            state: State {
                common,
                provider,
                policy,
                key,
                algorithm: None,
                decryptor: None,
                unprotected_attrs: None,
                plaintext: Vec::new(),
                content_len: 0,
                given: false,
                failed: false,
            },
        }
    }

    /// Takes more octets; plaintext goes to `plaintext` as it comes.
    ///
    /// # Errors
    /// Broken structure, limits, policy, a key of another length, and what `plaintext` returns.
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
        if self.state.common.has_content {
            return Err(CmsError::DetachedAndEmbedded);
        }
        self.state.given = true;
        for step in ciphertext.chunks(STEP) {
            self.state.decrypt(step, plaintext)?;
        }
        Ok(())
    }

    /// The input is over: the last plaintext.
    ///
    /// # Errors
    /// [`CmsError::DecryptFailed`], a truncated input, no ciphertext at all.
    pub fn finish(
        &mut self,
        plaintext: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.parser.finish()?;
        let state = &mut self.state;
        if state.key.is_none() {
            return Ok(());
        }
        if !state.common.has_content && !state.given {
            return Err(CmsError::DetachedContentMissing);
        }
        let Some(decryptor) = state.decryptor.take() else {
            return Err(CmsError::DecryptFailed);
        };
        let mut buffer = mem::take(&mut state.plaintext);
        buffer.clear();
        if decryptor.finish(&[], &[], &mut buffer).is_err() || state.failed {
            return Err(CmsError::DecryptFailed);
        }
        state.deliver(&buffer, plaintext)
    }

    /// What was found so far; also after an error.
    #[must_use]
    pub fn report(&self) -> EncryptedDataReport {
        let state = &self.state;
        let split = state
            .algorithm
            .as_ref()
            .and_then(|algorithm| content_cipher::split(algorithm).ok());
        let (cipher, key_derivation) = split.map_or((None, None), |(cipher, derivation)| {
            (Some(cipher), derivation)
        });
        EncryptedDataReport {
            version: state.common.version,
            encoding: state.common.encoding(&self.parser),
            econtent_type: state.common.econtent_type(),
            cipher,
            key_derivation,
            detached: !state.common.has_content,
            unprotected_attrs: state.unprotected_attrs.clone(),
            deviations: state.common.deviations(&self.parser),
            content_len: state.content_len,
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
                Ok(())
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
    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), CmsError> {
        let Some(octets) = self.common.captured(part, octets, offset, &[0, 2])? else {
            return Ok(());
        };
        let element = Cursor::single(&octets, offset)?;
        match part {
            Part::Algorithm => {
                let algorithm = AlgorithmIdentifier::decode(&element)
                    .map_err(|error| error.within("contentEncryptionAlgorithm"))?;
                self.algorithm = Some(algorithm.clone());
                if let Some(key) = self.key {
                    let expected = CipherKind::Unauthenticated;
                    let (provider, policy) = (self.provider, self.policy);
                    let cipher =
                        ResolvedCipher::for_reading(&algorithm, expected, provider, policy)?;
                    check_key(&cipher, key)?;
                    self.decryptor = Some(cipher.decryptor(key.as_octets())?);
                }
            }
            Part::UnauthAttrs => {
                let attributes = Attributes::decode(&element)
                    .map_err(|error| error.within("unprotectedAttrs"))?;
                self.common.note_misplaced(&attributes, offset);
                self.unprotected_attrs = Some(attributes);
            }
            _ => {}
        }
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
        self.content_len = self.content_len.saturating_add(len_u64(plaintext.len()));
        sink(Unverified::new(plaintext))
    }
}

fn check_key(cipher: &ResolvedCipher<'_>, key: &SecretKey) -> Result<(), CmsError> {
    if cipher.key_len()?.allows(key.as_octets().len()) {
        return Ok(());
    }
    let error = CryptoError::Key("the content-encryption key has another length");
    Err(error.into())
}

/// An EncryptedData to be written.
#[derive(Clone, Debug)]
pub struct EncryptedDataBuilder {
    econtent_type: ObjectIdentifier,
    surroundings: Surroundings,
    derivation: Option<&'static dyn ContentKeyDerivation>,
    unprotected_attrs: Vec<Attribute>,
}

impl EncryptedDataBuilder {
    /// A message around content of a type, usually [`oid::DATA`].
    #[must_use]
    pub fn new(econtent_type: ObjectIdentifier) -> Self {
        Self {
            econtent_type,
            surroundings: Surroundings::ContentInfo,
            derivation: None,
            unprotected_attrs: Vec::new(),
        }
    }

    /// Whether it becomes a message or the content of another layer.
    #[must_use]
    pub fn with_surroundings(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = surroundings;
        self
    }

    /// Binds the key to the cipher (RFC 9709).
    #[must_use]
    pub fn with_key_derivation(mut self, derivation: &'static dyn ContentKeyDerivation) -> Self {
        self.derivation = Some(derivation);
        self
    }

    /// Attributes that nothing protects.
    #[must_use]
    pub fn with_unprotected_attributes(mut self, attributes: Vec<Attribute>) -> Self {
        self.unprotected_attrs = attributes;
        self
    }

    /// Begins the message in `out`, under `key`.
    ///
    /// # Errors
    /// An AEAD cipher, which has no place for its tag here; a key of another length; policy.
    pub fn start(
        self,
        key: &SecretKey,
        cipher: &dyn ContentCipher,
        form: ContentForm,
        policy: &dyn Policy,
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<EncryptingWriter, CmsError> {
        if cipher.kind() == CipherKind::Aead {
            return Err(CmsError::Misuse(
                "EncryptedData has no place for the tag of an AEAD cipher",
            ));
        }
        check_given(&self.unprotected_attrs, Place::Unprotected, &[])?;
        let cipher = ResolvedCipher::for_writing(cipher, self.derivation, policy, random)?;
        check_key(&cipher, key)?;
        // rfc5652:8/2, 8/3: 2 with unprotectedAttrs, else 0.
        let version = if self.unprotected_attrs.is_empty() {
            0
        } else {
            2
        };
        let frame = Frame {
            content_type: oid::ENCRYPTED_DATA,
            surroundings: self.surroundings,
            fields: write::integer(version),
            inner: [
                write::oid(&self.econtent_type),
                cipher.identifier().to_der(),
            ]
            .concat(),
            content: ContentTag::Implicit,
        };
        let attributes = WrittenAttributes {
            aad: Vec::new(),
            auth: Vec::new(),
            unprotected: unprotected_attributes(self.unprotected_attrs, 1),
        };
        EncryptingWriter::start(frame, form, &cipher, key.clone(), attributes, out)
    }
}
