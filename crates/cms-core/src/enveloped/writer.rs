//! Writing EnvelopedData and AuthEnvelopedData.
//!
//! The cipher decides which of the two it is: an AEAD makes an AuthEnvelopedData, any other cipher an
//! EnvelopedData. Their lengths follow from the content's, so that DER needs a single pass.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::ber::Tag;
use crate::ber::write::{self, END_OF_CONTENTS, Form};
use crate::error::{CmsError, CryptoError};
use crate::frame::{content_info_header, len_u64};
use crate::oid;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{
    CipherKind, ContentCipher, ContentEncryptor, CryptoProvider, KeyLength, Random,
    RecipientAlgorithm, WrappedKey,
};
use crate::types::{
    AlgorithmIdentifier, Attribute, Attributes, Certificate, ContentType, IssuerAndSerialNumber,
    RecipientIdentifier,
};

/// One recipient of a message to be written.
#[derive(Clone, Debug)]
pub struct Recipient<'a> {
    certificate: Certificate,
    identifier: RecipientIdentifierForm,
    algorithm: Option<&'a dyn RecipientAlgorithm>,
}

/// How a recipient is named.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the two choices of RecipientIdentifier"
)]
pub enum RecipientIdentifierForm {
    /// issuerAndSerialNumber.
    IssuerAndSerialNumber,
    /// subjectKeyIdentifier, where the certificate has one.
    SubjectKeyIdentifier,
}

impl<'a> Recipient<'a> {
    /// A recipient by its certificate, with the provider's default algorithm for the key.
    #[must_use]
    pub fn new(certificate: Certificate) -> Self {
        Self {
            certificate,
            identifier: RecipientIdentifierForm::IssuerAndSerialNumber,
            algorithm: None,
        }
    }

    /// Names the recipient in another way.
    #[must_use]
    pub fn with_identifier(mut self, form: RecipientIdentifierForm) -> Self {
        self.identifier = form;
        self
    }

    /// Another key management algorithm.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: &'a dyn RecipientAlgorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }
}

/// An EnvelopedData or AuthEnvelopedData to be written.
#[derive(Clone, Debug)]
pub struct EnvelopedDataBuilder<'a> {
    econtent_type: ObjectIdentifier,
    recipients: Vec<Recipient<'a>>,
    auth_attrs: Vec<Attribute>,
    unprotected_attrs: Vec<Attribute>,
}

/// How the ciphertext stands in the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum CiphertextForm {
    /// In DER, for content of this many octets.
    Definite(u64),
    /// With indefinite lengths.
    Indefinite,
}

impl<'a> EnvelopedDataBuilder<'a> {
    /// A message around content of a type, usually [`oid::DATA`].
    #[must_use]
    pub fn new(econtent_type: ObjectIdentifier) -> Self {
        Self {
            econtent_type,
            recipients: Vec::new(),
            auth_attrs: Vec::new(),
            unprotected_attrs: Vec::new(),
        }
    }

    /// Adds a recipient.
    #[must_use]
    pub fn with_recipient(mut self, recipient: Recipient<'a>) -> Self {
        self.recipients.push(recipient);
        self
    }

    /// Authenticated attributes, for AEAD ciphers only. contentType is added by itself.
    #[must_use]
    pub fn with_auth_attributes(mut self, attributes: Vec<Attribute>) -> Self {
        self.auth_attrs = attributes;
        self
    }

    /// Attributes that nothing protects.
    #[must_use]
    pub fn with_unprotected_attributes(mut self, attributes: Vec<Attribute>) -> Self {
        self.unprotected_attrs = attributes;
        self
    }

    /// Makes the content-encryption key, encrypts it to every recipient and begins the message in `out`.
    ///
    /// # Errors
    /// No recipient, keys or algorithms that cannot serve or that policy refuses, randomness.
    pub fn start(
        self,
        cipher: &dyn ContentCipher,
        form: CiphertextForm,
        provider: &CryptoProvider,
        policy: &dyn Policy,
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<EnvelopedDataWriter, CmsError> {
        if self.recipients.is_empty() {
            return Err(CmsError::Misuse("a message needs a recipient"));
        }
        policy.require(&cipher.oid(), Usage::ContentEncryption, Direction::Write)?;
        let aead = cipher.kind() == CipherKind::Aead;
        if !aead && !self.auth_attrs.is_empty() {
            return Err(CmsError::Misuse(
                "authenticated attributes need an AEAD cipher",
            ));
        }
        let cek_len = probe_key_len(cipher)?;
        let mut cek = Zeroizing::new(alloc::vec![0; cek_len]);
        random.fill(&mut cek)?;
        let (algorithm, encryptor) = cipher.encryptor(&cek, random)?;
        let recipients = self.recipient_infos(&cek, provider, policy, random)?;
        let auth_attrs = self.auth_attributes();
        let frame = Frame {
            content_type: if aead {
                oid::AUTH_ENVELOPED_DATA
            } else {
                oid::ENVELOPED_DATA
            },
            version: if aead { 0 } else { self.version(&recipients) },
            recipient_infos: write::set_of(recipients.into_iter().map(|(der, _)| der).collect()),
            econtent_type: self.econtent_type,
            algorithm,
        };
        let aad = auth_attrs
            .as_ref()
            .map(|contents| write::tagged(Tag::SET, Form::Constructed, contents))
            .unwrap_or_default();
        let auth = auth_attrs
            .map(|contents| write::context(1, &contents))
            .unwrap_or_default();
        let unprotected = if self.unprotected_attrs.is_empty() {
            Vec::new()
        } else {
            let contents = Attributes::new(self.unprotected_attrs).to_der_contents();
            write::context(if aead { 2 } else { 1 }, &contents)
        };
        let mac_len = if aead {
            write::octet_string(&alloc::vec![0; cipher.tag_len()]).len()
        } else {
            0
        };
        match form {
            CiphertextForm::Indefinite => out.extend_from_slice(&frame.indefinite()),
            CiphertextForm::Definite(len) => {
                let epilogue = auth.len() + mac_len + unprotected.len();
                out.extend_from_slice(
                    &frame.definite(cipher.ciphertext_len(len), len_u64(epilogue)),
                );
            }
        }
        Ok(EnvelopedDataWriter {
            encryptor: Some(encryptor),
            form,
            aead,
            aad,
            auth,
            unprotected,
            len: 0,
            buffer: Vec::new(),
        })
    }

    fn recipient_infos(
        &self,
        cek: &[u8],
        provider: &CryptoProvider,
        policy: &dyn Policy,
        random: &mut dyn Random,
    ) -> Result<Vec<(Vec<u8>, u64)>, CmsError> {
        self.recipients
            .iter()
            .map(|recipient| recipient.encode(cek, provider, policy, random))
            .collect()
    }

    /// rfc5083:2.1: authAttrs are there, with contentType, when the content is not id-data, or when there are others.
    fn auth_attributes(&self) -> Option<Vec<u8>> {
        if self.auth_attrs.is_empty() && self.econtent_type == oid::DATA {
            return None;
        }
        let mut list = alloc::vec![Attribute::of(&ContentType(self.econtent_type))];
        list.extend(self.auth_attrs.iter().cloned());
        Some(Attributes::new(list).to_der_contents())
    }

    /// rfc5652:6.1: 0 when every RecipientInfo has version 0 and there is nothing else, else 2.
    fn version(&self, recipients: &[(Vec<u8>, u64)]) -> u64 {
        let plain = recipients.iter().all(|(_, version)| *version == 0)
            && self.unprotected_attrs.is_empty();
        if plain { 0 } else { 2 }
    }
}

/// Key lengths depend on parameters only for ciphers that are never written.
fn probe_key_len(cipher: &dyn ContentCipher) -> Result<usize, CryptoError> {
    let probe = AlgorithmIdentifier::new(cipher.oid());
    cipher.key_len(&probe).map(KeyLength::preferred)
}

impl Recipient<'_> {
    /// The RecipientInfo and its version.
    fn encode(
        &self,
        cek: &[u8],
        provider: &CryptoProvider,
        policy: &dyn Policy,
        random: &mut dyn Random,
    ) -> Result<(Vec<u8>, u64), CmsError> {
        let spki = self.certificate.spki()?;
        let algorithm = match self.algorithm {
            Some(algorithm) if algorithm.serves(&spki) => algorithm,
            Some(_) => {
                let error = CryptoError::Key(
                    "the recipient's key is of another type than the algorithm asked for",
                );
                return Err(error.into());
            }
            None => provider.recipient(&spki)?,
        };
        policy.require(&algorithm.oid(), Usage::KeyManagement, Direction::Write)?;
        let rid = self.identifier()?;
        Ok(match algorithm.wrap(&spki, cek, random)? {
            WrappedKey::KeyTrans {
                algorithm,
                encrypted_key,
            } => {
                // rfc5652:6.2.1: version 0 with issuerAndSerialNumber, 2 with subjectKeyIdentifier.
                let version = match rid {
                    RecipientIdentifier::IssuerAndSerialNumber(_) => 0,
                    RecipientIdentifier::SubjectKeyIdentifier(_) => 2,
                };
                let der = write::sequence(&[
                    &write::integer(version),
                    &rid.to_der(),
                    &algorithm.to_der(),
                    &write::octet_string(&encrypted_key),
                ]);
                (der, version)
            }
            WrappedKey::KeyAgree {
                originator,
                ukm,
                algorithm,
                encrypted_key,
            } => {
                let key = [
                    originator.algorithm.to_der(),
                    write::bit_string(&originator.key),
                ]
                .concat();
                let ukm = ukm
                    .map(|ukm| write::context(1, &write::octet_string(&ukm)))
                    .unwrap_or_default();
                let entry = write::sequence(&[
                    &rid.to_key_agree_der(),
                    &write::octet_string(&encrypted_key),
                ]);
                let contents = [
                    write::integer(3),
                    write::context(0, &write::context(1, &key)),
                    ukm,
                    algorithm.to_der(),
                    write::sequence(&[&entry]),
                ]
                .concat();
                (write::context(1, &contents), 3)
            }
        })
    }

    fn identifier(&self) -> Result<RecipientIdentifier, CmsError> {
        Ok(match self.identifier {
            RecipientIdentifierForm::IssuerAndSerialNumber => {
                RecipientIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber::of(
                    &self.certificate,
                ))
            }
            RecipientIdentifierForm::SubjectKeyIdentifier => {
                let id = self
                    .certificate
                    .subject_key_identifier()
                    .ok_or(CmsError::Misuse(
                        "the certificate has no subjectKeyIdentifier to name it by",
                    ))?;
                RecipientIdentifier::SubjectKeyIdentifier(id.to_vec())
            }
        })
    }
}

/// What stands before the ciphertext.
struct Frame {
    content_type: ObjectIdentifier,
    version: u64,
    recipient_infos: Vec<u8>,
    econtent_type: ObjectIdentifier,
    algorithm: AlgorithmIdentifier,
}

impl Frame {
    fn definite(&self, ciphertext_len: u64, epilogue_len: u64) -> Vec<u8> {
        let econtent_type = write::oid(&self.econtent_type);
        let algorithm = self.algorithm.to_der();
        let ciphertext = write::header(Tag::context(0), Form::Primitive, ciphertext_len);
        let info_len = len_u64(econtent_type.len() + algorithm.len() + ciphertext.len())
            .saturating_add(ciphertext_len);
        let info = write::header(Tag::SEQUENCE, Form::Constructed, info_len);
        let version = write::integer(self.version);
        let total = len_u64(version.len() + self.recipient_infos.len() + info.len())
            .saturating_add(info_len)
            .saturating_add(epilogue_len);
        let enveloped = write::header(Tag::SEQUENCE, Form::Constructed, total);
        let mut out = content_info_header(
            &self.content_type,
            len_u64(enveloped.len()).saturating_add(total),
        );
        for part in [
            &enveloped,
            &version,
            &self.recipient_infos,
            &info,
            &econtent_type,
            &algorithm,
            &ciphertext,
        ] {
            out.extend_from_slice(part);
        }
        out
    }

    fn indefinite(&self) -> Vec<u8> {
        [
            write::indefinite(Tag::SEQUENCE),
            write::oid(&self.content_type),
            write::indefinite(Tag::context(0)),
            write::indefinite(Tag::SEQUENCE),
            write::integer(self.version),
            self.recipient_infos.clone(),
            write::indefinite(Tag::SEQUENCE),
            write::oid(&self.econtent_type),
            self.algorithm.to_der(),
            write::indefinite(Tag::context(0)),
        ]
        .concat()
    }
}

/// A message that is being written in a single pass.
pub struct EnvelopedDataWriter {
    encryptor: Option<Box<dyn ContentEncryptor>>,
    form: CiphertextForm,
    aead: bool,
    aad: Vec<u8>,
    auth: Vec<u8>,
    unprotected: Vec<u8>,
    len: u64,
    buffer: Vec<u8>,
}

impl fmt::Debug for EnvelopedDataWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvelopedDataWriter")
            .field("form", &self.form)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

/// Plaintext is encrypted in steps of this size, so that the ciphertext buffer stays in cache.
const STEP: usize = 64 * 1024;

impl EnvelopedDataWriter {
    /// Takes plaintext and hands on what stands in the message for it.
    ///
    /// # Errors
    /// What `out` returns; backend failures.
    pub fn update(
        &mut self,
        plaintext: &[u8],
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.len = self.len.saturating_add(len_u64(plaintext.len()));
        for step in plaintext.chunks(STEP) {
            self.buffer.clear();
            if let Some(encryptor) = &mut self.encryptor {
                encryptor.update(step, &mut self.buffer)?;
            }
            emit(&self.buffer, self.form, out)?;
        }
        Ok(())
    }

    /// Ends the message.
    ///
    /// # Errors
    /// Backend failures; content of another length than announced.
    pub fn finish(
        mut self,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        if let CiphertextForm::Definite(len) = self.form
            && len != self.len
        {
            return Err(CmsError::Misuse(
                "content has another length than announced",
            ));
        }
        let Some(encryptor) = self.encryptor.take() else {
            return Ok(());
        };
        self.buffer.clear();
        let tag = encryptor.finish(&self.aad, &mut self.buffer)?;
        emit(&self.buffer, self.form, out)?;
        if self.form == CiphertextForm::Indefinite {
            out(&END_OF_CONTENTS.repeat(2))?;
        }
        out(&self.auth)?;
        if self.aead {
            out(&write::octet_string(&tag))?;
        }
        out(&self.unprotected)?;
        if self.form == CiphertextForm::Indefinite {
            out(&END_OF_CONTENTS.repeat(3))?;
        }
        Ok(())
    }
}

fn emit(
    ciphertext: &[u8],
    form: CiphertextForm,
    out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
) -> Result<(), CmsError> {
    if ciphertext.is_empty() {
        return Ok(());
    }
    if form == CiphertextForm::Indefinite {
        out(&write::header(
            Tag::OCTET_STRING,
            Form::Primitive,
            len_u64(ciphertext.len()),
        ))?;
    }
    out(ciphertext)
}
