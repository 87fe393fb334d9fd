//! Private keys and the places where keys and certificates are looked up.
//!
//! Keys are traits: a file, a token or a remote signer implements them.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt::{self, Debug};

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::error::CryptoError;
use crate::provider::{ContentEncryptionKey, KeyLength, Random, SignatureInput};
use crate::types::{
    AlgorithmIdentifier, Certificate, KekIdentifier, KemRecipientInfo, KeyAgreeRecipientInfo,
    KeyTransRecipientInfo, RecipientIdentifier, SignerIdentifier, SubjectPublicKeyInfo,
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

    /// Opens a key encapsulation (RFC 9629).
    ///
    /// # Errors
    /// As [`Self::open_key_trans`].
    fn open_kem(&self, info: &KemRecipientInfo, cek: KeyLength) -> Result<Unwrapped, CryptoError> {
        let _ = cek;
        Err(CryptoError::unsupported_oid(&info.kem.oid))
    }
}

/// A symmetric key or a password; zeroized when dropped.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<Vec<u8>>);

impl SecretKey {
    /// A secret.
    #[must_use]
    pub fn new(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// Its octets.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        &self.0
    }
}

impl Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({} octets)", self.0.len())
    }
}

/// Finds keys.
pub trait KeyStore {
    /// All private keys whose certificate the identifier names, the likeliest first. Several certificates may have one
    /// subjectKeyIdentifier.
    fn keys(&self, id: &RecipientIdentifier) -> Vec<&dyn RecipientKey>;

    /// Private keys of which nobody knows the certificate. They are tried on every RecipientInfo, as many times as
    /// `Limits::recipient_attempts` allows.
    fn unidentified_keys(&self) -> Vec<&dyn RecipientKey> {
        Vec::new()
    }

    /// All key-encryption keys that the identifier names.
    fn key_encryption_keys(&self, id: &KekIdentifier) -> Vec<SecretKey> {
        let _ = id;
        Vec::new()
    }

    /// Passwords, tried on every PasswordRecipientInfo.
    fn passwords(&self) -> Vec<SecretKey> {
        Vec::new()
    }

    /// The key of EncryptedData, which names none.
    fn content_encryption_key(&self) -> Option<SecretKey> {
        None
    }
}

/// Keys of every kind, put together.
#[derive(Default)]
pub struct KeyRing<'a> {
    stores: Vec<&'a dyn KeyStore>,
    unidentified: Vec<&'a dyn RecipientKey>,
    key_encryption_keys: Vec<(KekIdentifier, SecretKey)>,
    passwords: Vec<SecretKey>,
    content_encryption_key: Option<SecretKey>,
}

impl<'a> KeyRing<'a> {
    /// No key as yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds everything that a store has.
    #[must_use]
    pub fn with_store(mut self, store: &'a dyn KeyStore) -> Self {
        self.stores.push(store);
        self
    }

    /// Adds a private key without a certificate.
    #[must_use]
    pub fn with_unidentified_key(mut self, key: &'a dyn RecipientKey) -> Self {
        self.unidentified.push(key);
        self
    }

    /// Adds a key-encryption key.
    #[must_use]
    pub fn with_key_encryption_key(mut self, id: KekIdentifier, key: SecretKey) -> Self {
        self.key_encryption_keys.push((id, key));
        self
    }

    /// The key of EncryptedData.
    #[must_use]
    pub fn with_content_encryption_key(mut self, key: SecretKey) -> Self {
        self.content_encryption_key = Some(key);
        self
    }

    /// Adds a password.
    #[must_use]
    pub fn with_password(mut self, password: SecretKey) -> Self {
        self.passwords.push(password);
        self
    }
}

impl Debug for KeyRing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("stores", &self.stores.len())
            .field("unidentified", &self.unidentified.len())
            .field("key_encryption_keys", &self.key_encryption_keys.len())
            .field("passwords", &self.passwords.len())
            .finish()
    }
}

impl KeyStore for KeyRing<'_> {
    fn keys(&self, id: &RecipientIdentifier) -> Vec<&dyn RecipientKey> {
        self.stores
            .iter()
            .flat_map(|store| store.keys(id))
            .collect()
    }

    fn unidentified_keys(&self) -> Vec<&dyn RecipientKey> {
        let stores = self.stores.iter();
        let mut keys: Vec<_> = stores.flat_map(|store| store.unidentified_keys()).collect();
        keys.extend(&self.unidentified);
        keys
    }

    fn key_encryption_keys(&self, id: &KekIdentifier) -> Vec<SecretKey> {
        let stores = self.stores.iter();
        let own = self.key_encryption_keys.iter();
        stores
            .flat_map(|store| store.key_encryption_keys(id))
            .chain(
                own.filter(|(own, _)| id.names(own))
                    .map(|(_, key)| key.clone()),
            )
            .collect()
    }

    fn passwords(&self) -> Vec<SecretKey> {
        let stores = self.stores.iter();
        let mut passwords: Vec<_> = stores.flat_map(|store| store.passwords()).collect();
        passwords.extend(self.passwords.iter().cloned());
        passwords
    }

    fn content_encryption_key(&self) -> Option<SecretKey> {
        let own = self.content_encryption_key.clone();
        own.or_else(|| {
            let mut stores = self.stores.iter();
            stores.find_map(|store| store.content_encryption_key())
        })
    }
}

/// Finds certificates by the identifier of a signer.
pub trait CertificateStore {
    /// All certificates that the identifier names.
    fn certificates(&self, id: &SignerIdentifier) -> Vec<Certificate>;

    /// Certificates whose subject is the issuer of `certificate`, for keys that take their parameters from there
    /// (RFC 3279, 2.3.2).
    fn issuers_of(&self, certificate: &Certificate) -> Vec<Certificate> {
        let _ = certificate;
        Vec::new()
    }
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

    fn issuers_of(&self, certificate: &Certificate) -> Vec<Certificate> {
        let issuer = certificate.issuer();
        self.iter()
            .filter(|candidate| candidate.subject().matches(&issuer))
            .cloned()
            .collect()
    }
}

impl CertificateStore for Vec<Certificate> {
    fn certificates(&self, id: &SignerIdentifier) -> Vec<Certificate> {
        self.as_slice().certificates(id)
    }

    fn issuers_of(&self, certificate: &Certificate) -> Vec<Certificate> {
        self.as_slice().issuers_of(certificate)
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
    fn open_kem(&self, info: &KemRecipientInfo, cek: KeyLength) -> Result<Unwrapped, CryptoError> {
        (**self).open_kem(info, cek)
    }
}
