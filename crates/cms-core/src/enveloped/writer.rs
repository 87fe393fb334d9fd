//! Writing EnvelopedData and AuthEnvelopedData.
//!
//! The cipher decides which of the two it is: an AEAD makes an AuthEnvelopedData, any other cipher an
//! EnvelopedData. Their lengths follow from the content's, so that DER needs a single pass.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use super::encrypting::EncryptingWriter;
use crate::attributes::{Place, check_given};
use crate::ber::Tag;
use crate::ber::write::{self, Form};
use crate::content_cipher::ResolvedCipher;
use crate::error::{CmsError, CryptoError};
use crate::frame::{ContentForm, ContentTag, Frame, Surroundings};
use crate::key::SecretKey;
use crate::oid;
use crate::policy::Policy;
use crate::provider::{CipherKind, ContentCipher, ContentKeyDerivation, CryptoProvider, Random};
use crate::recipients::{OriginatorInfo, Recipient, RecipientInfos, recipient_infos};
use crate::types::{Attribute, Attributes, ContentType};

/// An EnvelopedData or AuthEnvelopedData to be written.
#[derive(Clone, Debug)]
pub struct EnvelopedDataBuilder<'a> {
    econtent_type: ObjectIdentifier,
    surroundings: Surroundings,
    originator: OriginatorInfo,
    recipients: Vec<Recipient<'a>>,
    key_binding: KeyBinding,
    auth_attrs: Vec<Attribute>,
    unprotected_attrs: Vec<Attribute>,
}

/// Whether the content-encryption key is bound to the cipher and its parameters by HKDF (RFC 9709), so that an attacker
/// cannot have an AEAD ciphertext decrypted as one of CBC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum KeyBinding {
    /// Whatever recipients announce.
    Always,
    /// Where all recipients announce in their certificates that they can read it.
    Announced,
    /// Whatever recipients announce.
    Never,
}

impl KeyBinding {
    fn derivation(
        self,
        recipients: &[Recipient<'_>],
        provider: &CryptoProvider,
    ) -> Result<Option<&'static dyn ContentKeyDerivation>, CryptoError> {
        let derivation = provider.content_key_derivation(&oid::CEK_HKDF_SHA256);
        match self {
            Self::Always => derivation
                .map(Some)
                .ok_or_else(|| CryptoError::unsupported_oid(&oid::CEK_HKDF_SHA256)),
            Self::Announced if recipients.iter().all(Recipient::announces_cek_hkdf) => {
                Ok(derivation)
            }
            Self::Announced | Self::Never => Ok(None),
        }
    }
}

impl<'a> EnvelopedDataBuilder<'a> {
    /// A message around content of a type, usually [`oid::DATA`].
    #[must_use]
    pub fn new(econtent_type: ObjectIdentifier) -> Self {
        Self {
            econtent_type,
            surroundings: Surroundings::ContentInfo,
            originator: OriginatorInfo::new(),
            recipients: Vec::new(),
            key_binding: KeyBinding::Announced,
            auth_attrs: Vec::new(),
            unprotected_attrs: Vec::new(),
        }
    }

    /// Whether it becomes a message or the content of another layer.
    #[must_use]
    pub fn with_surroundings(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = surroundings;
        self
    }

    /// Certificates and CRLs of the originator.
    #[must_use]
    pub fn with_originator(mut self, originator: OriginatorInfo) -> Self {
        self.originator = originator;
        self
    }

    /// Adds a recipient.
    #[must_use]
    pub fn with_recipient(mut self, recipient: Recipient<'a>) -> Self {
        self.recipients.push(recipient);
        self
    }

    /// When the key is bound to the cipher; where recipients announce it by default.
    #[must_use]
    pub fn with_key_binding(mut self, binding: KeyBinding) -> Self {
        self.key_binding = binding;
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
        form: ContentForm,
        provider: &CryptoProvider,
        policy: &dyn Policy,
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<EncryptingWriter, CmsError> {
        let aead = cipher.kind() == CipherKind::Aead;
        if !aead && !self.auth_attrs.is_empty() {
            return Err(CmsError::Misuse(
                "authenticated attributes need an AEAD cipher",
            ));
        }
        check_given(&self.auth_attrs, Place::Authenticated, &[oid::CONTENT_TYPE])?;
        check_given(&self.unprotected_attrs, Place::Unprotected, &[])?;
        let derivation = self.key_binding.derivation(&self.recipients, provider)?;
        let cipher = ResolvedCipher::for_writing(cipher, derivation, policy, random)?;
        let mut cek = Zeroizing::new(alloc::vec![0; cipher.key_len()?.preferred()]);
        random.fill(&mut cek)?;
        let infos = recipient_infos(&self.recipients, &cek, provider, policy, random)?;
        // EnvelopedData has no place for them.
        let auth_attrs = aead.then(|| self.auth_attributes()).flatten();
        // rfc5083:2.1/2
        let version = if aead {
            0
        } else {
            enveloped_version(
                &self.originator,
                &infos,
                Presence::of(!self.unprotected_attrs.is_empty()),
            )
        };
        let frame = Frame {
            content_type: if aead {
                oid::AUTH_ENVELOPED_DATA
            } else {
                oid::ENVELOPED_DATA
            },
            surroundings: self.surroundings,
            fields: [write::integer(version), self.originator.to_der(), infos.der].concat(),
            inner: [
                write::oid(&self.econtent_type),
                cipher.identifier().to_der(),
            ]
            .concat(),
            content: ContentTag::Implicit,
        };
        let aad = auth_attrs
            .as_ref()
            .map(|contents| write::tagged(Tag::SET, Form::Constructed, contents))
            .unwrap_or_default();
        let auth = auth_attrs
            .map(|contents| write::context(1, &contents))
            .unwrap_or_default();
        let unprotected = unprotected_attributes(self.unprotected_attrs, if aead { 2 } else { 1 });
        EncryptingWriter::start(
            frame,
            form,
            &cipher,
            SecretKey::new(cek.to_vec()),
            super::encrypting::Attributes {
                aad,
                auth,
                unprotected,
            },
            out,
        )
    }

    /// rfc5083:2.1/4: authAttrs are there, with contentType, when the content is not id-data, or when there are others.
    fn auth_attributes(&self) -> Option<Vec<u8>> {
        if self.auth_attrs.is_empty() && self.econtent_type == oid::DATA {
            return None;
        }
        let mut list = alloc::vec![Attribute::of(&ContentType(self.econtent_type))];
        list.extend(self.auth_attrs.iter().cloned());
        // rfc5083:2.1/5
        Some(Attributes::new(list).to_der_contents())
    }
}

/// `[number] IMPLICIT` attributes that nothing protects; nothing when there are none.
pub(crate) fn unprotected_attributes(attributes: Vec<Attribute>, number: u32) -> Vec<u8> {
    if attributes.is_empty() {
        return Vec::new();
    }
    write::context(number, &Attributes::new(attributes).to_der_contents())
}

/// Whether an optional field is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Presence {
    Absent,
    Present,
}

impl Presence {
    pub(crate) fn of(present: bool) -> Self {
        if present { Self::Present } else { Self::Absent }
    }
}

/// EnvelopedData.version, RFC 5652, 6.1.
pub(crate) fn enveloped_version(
    originator: &OriginatorInfo,
    infos: &RecipientInfos,
    unprotected_attrs: Presence,
) -> u64 {
    // rfc5652:6.1/1
    if originator.has_other() {
        4
    } else if originator.has_v2_attribute() || infos.has_pwri_or_ori {
        3
    } else if originator.is_empty() && unprotected_attrs == Presence::Absent && infos.all_version_0
    {
        0
    } else {
        2
    }
}
