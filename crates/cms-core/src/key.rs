//! Private keys and the places where keys and certificates are looked up.
//!
//! Keys are traits: a file, a token or a remote signer implements them.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt::Debug;

use der::asn1::ObjectIdentifier;

use crate::error::CryptoError;
use crate::provider::{ContentEncryptionKey, KeyLength, Random, SignatureInput};
use crate::types::{
    AlgorithmIdentifier, Certificate, KeyAgreeRecipientInfo, KeyTransRecipientInfo,
    RecipientIdentifier, SignerIdentifier, SubjectPublicKeyInfo,
};

/// How a key signs with a digest: identifiers for the SignerInfo and the form of the input.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignatureScheme {
    /// SignerInfo.digestAlgorithm.
    pub digest_algorithm: AlgorithmIdentifier,
    /// SignerInfo.signatureAlgorithm.
    pub signature_algorithm: AlgorithmIdentifier,
    /// Whether the key signs a message rather than a digest.
    pub signs_message: bool,
    /// Length of every signature, where they all have one length.
    pub signature_len: Option<usize>,
}

impl SignatureScheme {
    /// A scheme.
    #[must_use]
    pub fn new(
        digest_algorithm: AlgorithmIdentifier,
        signature_algorithm: AlgorithmIdentifier,
        signs_message: bool,
        signature_len: Option<usize>,
    ) -> Self {
        Self {
            digest_algorithm,
            signature_algorithm,
            signs_message,
            signature_len,
        }
    }
}

/// A private key that signs.
pub trait SigningKey: Debug + Send + Sync {
    /// The scheme for a digest, or for the key's own choice.
    ///
    /// # Errors
    /// A digest that this key cannot sign with.
    fn scheme(&self, digest: Option<&ObjectIdentifier>) -> Result<SignatureScheme, CryptoError>;

    /// Signs.
    ///
    /// # Errors
    /// Backend failures.
    fn sign(
        &self,
        scheme: &SignatureScheme,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CryptoError>;
}

/// A private key in any of its roles.
pub trait PrivateKey: SigningKey + RecipientKey {
    /// Its public key.
    fn public_key(&self) -> &SubjectPublicKeyInfo;

    /// Whether it belongs to a certificate's public key; RSA keys match whatever the certificate restricts them to.
    fn matches(&self, key: &SubjectPublicKeyInfo) -> bool {
        self.public_key().key == key.key
    }
}

/// A content-encryption key as it came out of a RecipientInfo.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unwrapped {
    /// The key, or a substitute when unwrapping failed (RFC 3218, 2.3.2), so that what follows costs and
    /// looks the same.
    pub key: ContentEncryptionKey,
    /// Whether it is known to be the real one. With RSA v1.5 this stays unknown on purpose.
    pub outcome: UnwrapOutcome,
    /// Whether the padding held, where [`Self::outcome`] does not tell. It serves one purpose: to choose among several
    /// keys whose certificates have one identifier. It must never be reported or decide anything else.
    pub danger_plausible: bool,
}

/// What is known about an unwrapped key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UnwrapOutcome {
    /// Unwrapping failed; the key is a substitute.
    Failed,
    /// The wrapping has an integrity check, and it held.
    Genuine,
    /// Implicit rejection: real or substitute, nobody can tell.
    Unknown,
}

impl Unwrapped {
    /// This key with what is known of its padding.
    #[must_use]
    pub fn with_danger_plausible(mut self, plausible: bool) -> Self {
        self.danger_plausible = plausible;
        self
    }

    /// An unwrapped key.
    #[must_use]
    pub fn new(key: ContentEncryptionKey, outcome: UnwrapOutcome) -> Self {
        Self {
            key,
            outcome,
            danger_plausible: outcome == UnwrapOutcome::Genuine,
        }
    }
}

/// A private key that decrypts content-encryption keys.
pub trait RecipientKey: Debug + Send + Sync {
    /// Opens a key transport. `cek` is the length that the content cipher takes.
    ///
    /// # Errors
    /// Only for what is public: algorithm, parameters, a key of another type. Whatever depends on the
    /// secret ends in a substitute key.
    fn open_key_trans(
        &self,
        info: &KeyTransRecipientInfo,
        cek: KeyLength,
    ) -> Result<Unwrapped, CryptoError>;

    /// Opens the wrapped key at `index` of a key agreement. `originator` is the originator's static key where
    /// its certificate is named.
    ///
    /// # Errors
    /// As [`Self::open_key_trans`].
    fn open_key_agree(
        &self,
        info: &KeyAgreeRecipientInfo,
        index: usize,
        originator: Option<&SubjectPublicKeyInfo>,
        cek: KeyLength,
    ) -> Result<Unwrapped, CryptoError>;
}

/// Finds private keys.
pub trait KeyStore {
    /// All keys whose certificate the identifier names, the likeliest first. Several certificates may have one
    /// subjectKeyIdentifier.
    fn keys(&self, id: &RecipientIdentifier) -> Vec<&dyn RecipientKey>;
}

/// Finds certificates by the identifier of a signer.
pub trait CertificateStore {
    /// All certificates that the identifier names.
    fn certificates(&self, id: &SignerIdentifier) -> Vec<Certificate>;
}

/// A certificate and its private key, held in memory.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a pair")]
pub struct Identity<K> {
    /// The certificate.
    pub certificate: Certificate,
    /// Its private key.
    pub key: K,
}

impl<K: RecipientKey> KeyStore for [Identity<K>] {
    fn keys(&self, id: &RecipientIdentifier) -> Vec<&dyn RecipientKey> {
        self.iter()
            .filter(|identity| id.matches(&identity.certificate))
            .map(|identity| {
                let key: &dyn RecipientKey = &identity.key;
                key
            })
            .collect()
    }
}

impl<K: RecipientKey> KeyStore for Identity<K> {
    fn keys(&self, id: &RecipientIdentifier) -> Vec<&dyn RecipientKey> {
        core::slice::from_ref(self).keys(id)
    }
}

impl<K: RecipientKey> KeyStore for Vec<Identity<K>> {
    fn keys(&self, id: &RecipientIdentifier) -> Vec<&dyn RecipientKey> {
        self.as_slice().keys(id)
    }
}

impl CertificateStore for [Certificate] {
    fn certificates(&self, id: &SignerIdentifier) -> Vec<Certificate> {
        self.iter()
            .filter(|certificate| id.matches(certificate))
            .cloned()
            .collect()
    }
}

impl CertificateStore for Vec<Certificate> {
    fn certificates(&self, id: &SignerIdentifier) -> Vec<Certificate> {
        self.as_slice().certificates(id)
    }
}

impl<K: RecipientKey + ?Sized> RecipientKey for Box<K> {
    fn open_key_trans(
        &self,
        info: &KeyTransRecipientInfo,
        cek: KeyLength,
    ) -> Result<Unwrapped, CryptoError> {
        (**self).open_key_trans(info, cek)
    }

    fn open_key_agree(
        &self,
        info: &KeyAgreeRecipientInfo,
        index: usize,
        originator: Option<&SubjectPublicKeyInfo>,
        cek: KeyLength,
    ) -> Result<Unwrapped, CryptoError> {
        (**self).open_key_agree(info, index, originator, cek)
    }
}
