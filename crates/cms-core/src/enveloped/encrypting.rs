//! Encrypting content as it passes: what EnvelopedData, AuthEnvelopedData and EncryptedData share on writing.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::ber::write;
use crate::content_cipher::ResolvedCipher;
use crate::error::CmsError;
use crate::frame::{ContentForm, Frame, emit, len_u64};
use crate::key::SecretKey;
use crate::provider::ContentEncryptor;

/// A message that is being encrypted in a single pass.
pub struct EncryptingWriter {
    encryptor: Box<dyn ContentEncryptor>,
    frame: Frame,
    form: ContentForm,
    /// Octets of the tag, if there is one.
    tag_len: Option<usize>,
    attributes: Attributes,
    cek: SecretKey,
    len: u64,
    buffer: Vec<u8>,
}

/// Attributes around the ciphertext, as they are written.
pub(crate) struct Attributes {
    /// What the tag covers besides.
    pub(crate) aad: Vec<u8>,
    pub(crate) auth: Vec<u8>,
    pub(crate) unprotected: Vec<u8>,
}

impl fmt::Debug for EncryptingWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptingWriter")
            .field("form", &self.form)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

/// Plaintext is encrypted in steps of this size, so that the ciphertext buffer stays in cache.
const STEP: usize = 64 * 1024;

impl EncryptingWriter {
    /// Begins the message in `out`.
    pub(crate) fn start(
        frame: Frame,
        form: ContentForm,
        cipher: &ResolvedCipher<'_>,
        cek: SecretKey,
        attributes: Attributes,
        out: &mut Vec<u8>,
    ) -> Result<Self, CmsError> {
        let tag_len = if cipher.is_aead() {
            Some(cipher.tag_len()?)
        } else {
            None
        };
        let this = Self {
            encryptor: cipher.encryptor(cek.as_octets())?,
            frame,
            form,
            tag_len,
            attributes,
            cek,
            len: 0,
            buffer: Vec::new(),
        };
        match form {
            ContentForm::Detached => {}
            ContentForm::Indefinite => out.extend_from_slice(&this.frame.open(form, 0)),
            ContentForm::Definite(len) => {
                let form = ContentForm::Definite(cipher.ciphertext_len(len));
                out.extend_from_slice(&this.frame.open(form, this.epilogue_len()));
            }
        }
        Ok(this)
    }

    /// Takes plaintext and hands on what stands in the message for it; the bare ciphertext when it is detached.
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
            self.encryptor.update(step, &mut self.buffer)?;
            self.hand_on(out)?;
        }
        Ok(())
    }

    /// Ends the message.
    ///
    /// # Errors
    /// Backend failures; content of another length than announced; ciphertext that is detached.
    pub fn finish(
        self,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        match self.form {
            ContentForm::Detached => {
                return Err(CmsError::Misuse(
                    "the ciphertext is detached: end the message with finish_detached",
                ));
            }
            ContentForm::Definite(len) if len != self.len => {
                return Err(CmsError::Misuse(
                    "content has another length than announced",
                ));
            }
            _ => {}
        }
        let (frame, form) = (self.frame.clone(), self.form);
        let epilogue = self.end(out)?;
        out(&frame.close(form, &epilogue))
    }

    /// Ends a message whose ciphertext is detached: the last ciphertext goes to `out`, the message is returned.
    ///
    /// # Errors
    /// Backend failures; ciphertext that is in the message.
    pub fn finish_detached(
        self,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<Vec<u8>, CmsError> {
        if self.form != ContentForm::Detached {
            return Err(CmsError::Misuse("the ciphertext is in the message"));
        }
        let frame = self.frame.clone();
        let epilogue = self.end(out)?;
        let mut message = frame.open(ContentForm::Detached, epilogue.len());
        message.extend_from_slice(&epilogue);
        Ok(message)
    }

    /// The content-encryption key: for RFC 3185, which makes it the key-encryption key of later messages.
    #[must_use]
    pub fn content_encryption_key(&self) -> SecretKey {
        self.cek.clone()
    }

    /// The last ciphertext to `out`; what follows it in the layer.
    fn end(
        mut self,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<Vec<u8>, CmsError> {
        self.buffer.clear();
        let tag = self
            .encryptor
            .finish(&self.attributes.aad, &mut self.buffer)?;
        match self.form {
            ContentForm::Detached if !self.buffer.is_empty() => out(&self.buffer)?,
            _ => emit(&self.buffer, self.form, out)?,
        }
        let mut epilogue = self.attributes.auth;
        if self.tag_len.is_some() {
            epilogue.extend_from_slice(&write::octet_string(&tag));
        }
        epilogue.extend_from_slice(&self.attributes.unprotected);
        Ok(epilogue)
    }

    fn hand_on(&self, out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>) -> Result<(), CmsError> {
        match self.form {
            ContentForm::Detached if !self.buffer.is_empty() => out(&self.buffer),
            _ => emit(&self.buffer, self.form, out),
        }
    }

    fn epilogue_len(&self) -> usize {
        let tag = self
            .tag_len
            .map_or(0, |len| write::octet_string(&alloc::vec![0; len]).len());
        self.attributes.auth.len() + tag + self.attributes.unprotected.len()
    }
}
