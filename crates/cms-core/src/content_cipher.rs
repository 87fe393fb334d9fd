//! The cipher of an EncryptedContentInfo: policy, its bond to the content type, and derived keys (RFC 9709).

use alloc::boxed::Box;

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::ber::Cursor;
use crate::error::{CmsError, CryptoError, PolicyRejection};
use crate::oid;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{
    CipherKind, ContentCipher, ContentDecryptor, ContentEncryptor, ContentKeyDerivation,
    CryptoProvider, KeyLength, Random,
};
use crate::types::AlgorithmIdentifier;

/// A cipher with its parameters, and how its key comes from the content-encryption key.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedCipher<'a> {
    cipher: &'a dyn ContentCipher,
    /// The cipher's own identifier.
    pub(crate) algorithm: AlgorithmIdentifier,
    derivation: Option<&'static dyn ContentKeyDerivation>,
}

/// The cipher's own identifier within that of a derivation, and that of the derivation.
pub(crate) fn split(
    algorithm: &AlgorithmIdentifier,
) -> Result<(AlgorithmIdentifier, Option<ObjectIdentifier>), CmsError> {
    if algorithm.oid != oid::CEK_HKDF_SHA256 {
        return Ok((algorithm.clone(), None));
    }
    let missing = CryptoError::Parameters("CEK-HKDF names no cipher (RFC 9709, 3)");
    let parameters = algorithm.parameters.as_deref().ok_or(missing)?;
    let inner = Cursor::single(parameters, 0)
        .and_then(|element| AlgorithmIdentifier::decode(&element))
        .map_err(|error| error.within("contentEncryptionAlgorithm.parameters"))?;
    Ok((inner, Some(algorithm.oid)))
}

impl<'a> ResolvedCipher<'a> {
    /// For reading: whether policy and the content type allow the cipher.
    ///
    /// A cipher is bound to its content type, so that an AEAD ciphertext is never decrypted without its tag and nothing
    /// unauthenticated ever looks authenticated (RFC 5083, 1; RFC 5084, 1.1).
    pub(crate) fn for_reading(
        algorithm: &AlgorithmIdentifier,
        expected: CipherKind,
        provider: &CryptoProvider,
        policy: &dyn Policy,
    ) -> Result<Self, CmsError> {
        let (algorithm, derivation) = split(algorithm)?;
        let derivation = match derivation {
            None => None,
            Some(oid) => {
                let found = provider.content_key_derivation(&oid);
                Some(found.ok_or_else(|| CryptoError::unsupported_oid(&oid))?)
            }
        };
        policy.require(&algorithm.oid, Usage::ContentEncryption, Direction::Read)?;
        let cipher = provider.cipher(&algorithm.oid)?;
        let reject = |what: alloc::string::String, usage| {
            CmsError::Policy(PolicyRejection::new(what, usage, policy.name()))
        };
        let name = || oid::display(&algorithm.oid);
        if cipher.kind() != expected {
            return Err(reject(name(), "this content type"));
        }
        if expected == CipherKind::Unauthenticated && !policy.allows_unauthenticated() {
            return Err(reject(name(), "encryption without authentication"));
        }
        if expected == CipherKind::Aead {
            let tag_len = cipher.tag_len(&algorithm)?;
            if tag_len < policy.min_tag_len() {
                let what = alloc::format!("{} with a tag of {tag_len} octets", name());
                return Err(reject(what, "authenticated encryption"));
            }
        }
        Ok(Self {
            cipher,
            algorithm,
            derivation,
        })
    }

    /// For writing: fresh parameters, bound to the key by a derivation where that is asked for.
    pub(crate) fn for_writing(
        cipher: &'a dyn ContentCipher,
        derivation: Option<&'static dyn ContentKeyDerivation>,
        policy: &dyn Policy,
        random: &mut dyn Random,
    ) -> Result<Self, CmsError> {
        policy.require(&cipher.oid(), Usage::ContentEncryption, Direction::Write)?;
        Ok(Self {
            cipher,
            algorithm: cipher.identifier(random)?,
            derivation,
        })
    }

    /// What stands in contentEncryptionAlgorithm.
    pub(crate) fn identifier(&self) -> AlgorithmIdentifier {
        match self.derivation {
            None => self.algorithm.clone(),
            Some(derivation) => {
                AlgorithmIdentifier::with(derivation.oid(), self.algorithm.to_der())
            }
        }
    }

    pub(crate) fn key_len(&self) -> Result<KeyLength, CryptoError> {
        self.cipher.key_len(&self.algorithm)
    }

    pub(crate) fn tag_len(&self) -> Result<usize, CryptoError> {
        self.cipher.tag_len(&self.algorithm)
    }

    pub(crate) fn is_aead(&self) -> bool {
        self.cipher.kind() == CipherKind::Aead
    }

    pub(crate) fn ciphertext_len(&self, plaintext_len: u64) -> u64 {
        self.cipher.ciphertext_len(plaintext_len)
    }

    pub(crate) fn encryptor(&self, cek: &[u8]) -> Result<Box<dyn ContentEncryptor>, CryptoError> {
        match self.derive(cek)? {
            Some(key) => self.cipher.encryptor(&self.algorithm, &key),
            None => self.cipher.encryptor(&self.algorithm, cek),
        }
    }

    pub(crate) fn decryptor(&self, cek: &[u8]) -> Result<Box<dyn ContentDecryptor>, CryptoError> {
        match self.derive(cek)? {
            Some(key) => self.cipher.decryptor(&self.algorithm, &key),
            None => self.cipher.decryptor(&self.algorithm, cek),
        }
    }

    fn derive(&self, cek: &[u8]) -> Result<Option<Zeroizing<alloc::vec::Vec<u8>>>, CryptoError> {
        self.derivation
            .map(|derivation| derivation.derive(&self.algorithm, cek))
            .transpose()
    }
}
