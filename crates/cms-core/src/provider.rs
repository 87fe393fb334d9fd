//! What the core asks of algorithms: one small trait for each role, tables of objects, no global.
//!
//! An object answers for its AlgorithmIdentifier, parameters included, and does the work. `cms-algs`
//! has such objects; a test or a device may bring its own.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt::{self, Debug};

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::error::CryptoError;
use crate::types::{AlgorithmIdentifier, OriginatorIdentifierOrKey, SubjectPublicKeyInfo};

/// Tables of algorithms. The first object of a table that knows an identifier serves it, so that a table
/// can be put together from others.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "built with struct literals in const tables"
)]
pub struct CryptoProvider {
    /// Message digests.
    pub digests: &'static [&'static dyn DigestAlgorithm],
    /// Signature verification.
    pub signatures: &'static [&'static dyn SignatureAlgorithm],
    /// Encrypting keys to recipients: the first that can serve a public key is the default for it.
    pub recipients: &'static [&'static dyn RecipientAlgorithm],
    /// Content encryption.
    pub ciphers: &'static [&'static dyn ContentCipher],
    /// Deriving content-encryption keys from those that recipients get, bound to the cipher (RFC 9709).
    pub content_key_derivations: &'static [&'static dyn ContentKeyDerivation],
    /// Message authentication codes.
    pub macs: &'static [&'static dyn MacAlgorithm],
    /// Wrapping keys in keys: the first that fits the length of a key-encryption key is the default for it.
    pub key_wraps: &'static [&'static dyn KeyWrapAlgorithm],
    /// Wrapping keys in keys that come from passwords (RFC 3211): the first is the default.
    pub password_key_wraps: &'static [&'static dyn KeyWrapAlgorithm],
    /// From passwords to keys: the first is the default.
    pub key_derivations: &'static [&'static dyn KeyDerivationAlgorithm],
    /// Compression (RFC 3274): the first is the default.
    pub compressions: &'static [&'static dyn CompressionAlgorithm],
    /// Encryption and integrity under passwords, for key containers.
    pub password: &'static dyn PasswordAlgorithms,
    /// Making private keys.
    pub keys: &'static dyn KeyAlgorithms,
    /// The operating system's randomness.
    pub random: fn() -> Box<dyn Random>,
}

impl CryptoProvider {
    /// The digest of an identifier.
    ///
    /// # Errors
    /// [`CryptoError::Unsupported`].
    pub fn digest(
        &self,
        oid: &ObjectIdentifier,
    ) -> Result<&'static dyn DigestAlgorithm, CryptoError> {
        self.digests
            .iter()
            .copied()
            .find(|digest| digest.oid() == *oid)
            .ok_or_else(|| CryptoError::unsupported_oid(oid))
    }

    /// The signature algorithm of an identifier.
    ///
    /// # Errors
    /// [`CryptoError::Unsupported`].
    pub fn signature(
        &self,
        algorithm: &AlgorithmIdentifier,
    ) -> Result<&'static dyn SignatureAlgorithm, CryptoError> {
        self.signatures
            .iter()
            .copied()
            .find(|signature| signature.recognises(&algorithm.oid))
            .ok_or_else(|| CryptoError::unsupported_oid(&algorithm.oid))
    }

    /// The content cipher of an identifier.
    ///
    /// # Errors
    /// [`CryptoError::Unsupported`].
    pub fn cipher(
        &self,
        oid: &ObjectIdentifier,
    ) -> Result<&'static dyn ContentCipher, CryptoError> {
        self.ciphers
            .iter()
            .copied()
            .find(|cipher| cipher.oid() == *oid)
            .ok_or_else(|| CryptoError::unsupported_oid(oid))
    }

    /// The derivation of an identifier that names a cipher in its parameters, if it is one.
    #[must_use]
    pub fn content_key_derivation(
        &self,
        oid: &ObjectIdentifier,
    ) -> Option<&'static dyn ContentKeyDerivation> {
        self.content_key_derivations
            .iter()
            .copied()
            .find(|derivation| derivation.oid() == *oid)
    }

    /// The MAC of an identifier.
    ///
    /// # Errors
    /// [`CryptoError::Unsupported`].
    pub fn mac(&self, oid: &ObjectIdentifier) -> Result<&'static dyn MacAlgorithm, CryptoError> {
        self.macs
            .iter()
            .copied()
            .find(|mac| mac.oid() == *oid)
            .ok_or_else(|| CryptoError::unsupported_oid(oid))
    }

    /// The key wrap of an identifier.
    ///
    /// # Errors
    /// [`CryptoError::Unsupported`].
    pub fn key_wrap(
        &self,
        oid: &ObjectIdentifier,
    ) -> Result<&'static dyn KeyWrapAlgorithm, CryptoError> {
        self.key_wraps
            .iter()
            .chain(self.password_key_wraps)
            .copied()
            .find(|wrap| wrap.oid() == *oid)
            .ok_or_else(|| CryptoError::unsupported_oid(oid))
    }

    /// The key derivation of an identifier.
    ///
    /// # Errors
    /// [`CryptoError::Unsupported`].
    pub fn key_derivation(
        &self,
        oid: &ObjectIdentifier,
    ) -> Result<&'static dyn KeyDerivationAlgorithm, CryptoError> {
        self.key_derivations
            .iter()
            .copied()
            .find(|derivation| derivation.oid() == *oid)
            .ok_or_else(|| CryptoError::unsupported_oid(oid))
    }

    /// The compression of an identifier.
    ///
    /// # Errors
    /// [`CryptoError::Unsupported`].
    pub fn compression(
        &self,
        oid: &ObjectIdentifier,
    ) -> Result<&'static dyn CompressionAlgorithm, CryptoError> {
        self.compressions
            .iter()
            .copied()
            .find(|compression| compression.oid() == *oid)
            .ok_or_else(|| CryptoError::unsupported_oid(oid))
    }

    /// The default way to encrypt keys to a public key.
    ///
    /// # Errors
    /// [`CryptoError::Unsupported`].
    pub fn recipient(
        &self,
        spki: &SubjectPublicKeyInfo,
    ) -> Result<&'static dyn RecipientAlgorithm, CryptoError> {
        self.recipients
            .iter()
            .copied()
            .find(|recipient| recipient.serves(spki))
            .ok_or_else(|| CryptoError::unsupported_oid(&spki.algorithm.oid))
    }
}

/// A source of random octets.
pub trait Random {
    /// Fills `out`.
    ///
    /// # Errors
    /// [`CryptoError::Random`].
    fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError>;

    /// Whether this is the operating system's source, so that a backend that draws its own randomness may
    /// serve as well.
    fn is_system(&self) -> bool {
        false
    }
}

/// A message digest algorithm.
pub trait DigestAlgorithm: Debug + Send + Sync {
    /// Its identifier.
    fn oid(&self) -> ObjectIdentifier;
    /// Octets of output.
    fn output_len(&self) -> usize;
    /// Begins a digest.
    fn start(&self) -> Box<dyn Digest>;

    /// Whether a messageDigest attribute states the digest that was found.
    fn accepts(&self, found: &[u8], stated: &[u8]) -> bool {
        found == stated
    }

    /// The digest of one octet string.
    fn digest(&self, octets: &[u8]) -> Vec<u8> {
        let mut digest = self.start();
        digest.update(octets);
        digest.finish()
    }
}

/// A digest in progress.
pub trait Digest: Send {
    /// Takes more octets.
    fn update(&mut self, octets: &[u8]);
    /// A copy that goes on from here.
    fn fork(&self) -> Box<dyn Digest>;
    /// The digest.
    fn finish(self: Box<Self>) -> Vec<u8>;
}

/// What a signature is made over.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum SignatureInput<'a> {
    /// The digest of the message by the digest algorithm that goes with the signature.
    Digest(&'a [u8]),
    /// The message itself.
    Message(&'a [u8]),
}

/// Verification of one signature algorithm.
pub trait SignatureAlgorithm: Debug + Send + Sync {
    /// Whether an AlgorithmIdentifier with this OID is this algorithm's.
    fn recognises(&self, oid: &ObjectIdentifier) -> bool;

    /// The digest that the signature is made over, from its parameters or, where they name none, from
    /// `companion` (SignerInfo.digestAlgorithm). `None` when the algorithm takes the message itself.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn digest_algorithm(
        &self,
        algorithm: &AlgorithmIdentifier,
        companion: Option<&AlgorithmIdentifier>,
    ) -> Result<Option<ObjectIdentifier>, CryptoError>;

    /// Whether the digest algorithm of a SignerInfo may stand beside this signature algorithm.
    fn allows_companion(
        &self,
        algorithm: &AlgorithmIdentifier,
        companion: &AlgorithmIdentifier,
    ) -> bool {
        match self.digest_algorithm(algorithm, Some(companion)) {
            Ok(digest) => digest.is_none_or(|digest| digest == companion.oid),
            Err(_) => true,
        }
    }

    /// The size of a public key that policy judges: the modulus of RSA and DSA keys in bits.
    fn key_bits(&self, key: &SubjectPublicKeyInfo) -> Option<u32> {
        let _ = key;
        None
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// [`CryptoError::Failed`] when it does not hold; other errors when it could not be checked.
    fn verify(
        &self,
        algorithm: &AlgorithmIdentifier,
        companion: Option<&AlgorithmIdentifier>,
        key: &SubjectPublicKeyInfo,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Result<(), CryptoError>;

    /// What an SMIMECapabilities attribute says of it, the most preferred first: the exact octets of its RFC
    /// (RFC 8551, 2.5.2).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        Vec::new()
    }
}

/// A content-encryption key; zeroized when dropped.
pub type ContentEncryptionKey = Zeroizing<Vec<u8>>;

/// What a recipient algorithm is asked for.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct WrapRequest<'a> {
    /// For whom: one key, or several that one key agreement serves.
    pub keys: &'a [SubjectPublicKeyInfo],
    /// The key to be encrypted.
    pub cek: &'a [u8],
    /// User keying material for algorithms that take it.
    pub ukm: Option<&'a [u8]>,
}

impl<'a> WrapRequest<'a> {
    /// The one public key, for algorithms that serve one at a time.
    ///
    /// # Errors
    /// Several keys, or none.
    pub fn single(&self) -> Result<&'a SubjectPublicKeyInfo, CryptoError> {
        match self.keys {
            [key] => Ok(key),
            _ => Err(CryptoError::Key("this algorithm serves one key at a time")),
        }
    }
}

impl Debug for WrapRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrapRequest")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// What a recipient algorithm made of a content-encryption key.
#[derive(Debug)]
#[non_exhaustive]
pub enum WrappedKey {
    /// For a KeyTransRecipientInfo.
    KeyTrans {
        /// keyEncryptionAlgorithm.
        algorithm: AlgorithmIdentifier,
        /// encryptedKey.
        encrypted_key: Vec<u8>,
    },
    /// For a KeyAgreeRecipientInfo.
    KeyAgree {
        /// originator: an ephemeral key, or the certificate of a static one.
        originator: OriginatorIdentifierOrKey,
        /// ukm: that of the request, or a fresh one.
        ukm: Option<Vec<u8>>,
        /// keyEncryptionAlgorithm.
        algorithm: AlgorithmIdentifier,
        /// encryptedKey for each public key of the request.
        encrypted_keys: Vec<Vec<u8>>,
    },
    /// For a KEMRecipientInfo.
    Kem {
        /// kem.
        kem: AlgorithmIdentifier,
        /// kemct.
        kemct: Vec<u8>,
        /// kdf.
        kdf: AlgorithmIdentifier,
        /// kekLength.
        kek_length: u16,
        /// wrap.
        wrap: AlgorithmIdentifier,
        /// encryptedKey.
        encrypted_key: Vec<u8>,
    },
}

/// A way to encrypt content-encryption keys to public keys.
pub trait RecipientAlgorithm: Debug + Send + Sync {
    /// Whether it can serve a public key.
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool;

    /// Its identifier, for policy.
    fn oid(&self) -> ObjectIdentifier;

    /// Encrypts a key to public keys.
    ///
    /// # Errors
    /// Unusable keys, more of them than it serves, randomness.
    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError>;

    /// What an SMIMECapabilities attribute says of it, the most preferred first: the exact octets of its RFC
    /// (RFC 8551, 2.5.2).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        Vec::new()
    }
}

/// Wraps keys in keys.
pub trait KeyWrapAlgorithm: Debug + Send + Sync {
    /// Its identifier.
    fn oid(&self) -> ObjectIdentifier;

    /// Octets of the key-encryption key.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn kek_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError>;

    /// Whether a key-encryption key may have so many octets: [`Self::kek_len`], unless the identifier leaves it open.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn allows_kek(&self, algorithm: &AlgorithmIdentifier, len: usize) -> Result<bool, CryptoError> {
        Ok(self.kek_len(algorithm)? == len)
    }

    /// A fresh identifier to wrap with.
    ///
    /// # Errors
    /// Algorithms that are only read; randomness.
    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError>;

    /// Wraps `key`.
    ///
    /// # Errors
    /// Keys of a wrong length, randomness.
    fn wrap(
        &self,
        algorithm: &AlgorithmIdentifier,
        kek: &[u8],
        key: &[u8],
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CryptoError>;

    /// Unwraps a key.
    ///
    /// # Errors
    /// [`CryptoError::Failed`] when its check does not hold; other errors for what is public.
    fn unwrap(
        &self,
        algorithm: &AlgorithmIdentifier,
        kek: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError>;
}

/// Derives keys from passwords.
pub trait KeyDerivationAlgorithm: Debug + Send + Sync {
    /// Its identifier.
    fn oid(&self) -> ObjectIdentifier;

    /// A fresh identifier to derive with.
    ///
    /// # Errors
    /// Randomness.
    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError>;

    /// What a derivation costs, in iterations of PBKDF2.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn iterations(&self, algorithm: &AlgorithmIdentifier) -> Result<u64, CryptoError>;

    /// Derives `len` octets.
    ///
    /// # Errors
    /// Parameters that the specification forbids, or that announce another length.
    fn derive(
        &self,
        algorithm: &AlgorithmIdentifier,
        secret: &[u8],
        len: usize,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError>;
}

/// Derives the key of a cipher from the key that recipients get, so that the identifier of the cipher cannot be changed
/// (RFC 9709). Its AlgorithmIdentifier stands in the place of the cipher's, which is its parameter.
pub trait ContentKeyDerivation: Debug + Send + Sync {
    /// Its identifier.
    fn oid(&self) -> ObjectIdentifier;

    /// The key for the cipher with identifier `cipher`.
    ///
    /// # Errors
    /// Keys that are too long.
    fn derive(
        &self,
        cipher: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError>;

    /// What an SMIMECapabilities attribute says of it, the most preferred first: the exact octets of its RFC
    /// (RFC 8551, 2.5.2).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        Vec::new()
    }
}

/// A message authentication code.
pub trait MacAlgorithm: Debug + Send + Sync {
    /// Its identifier.
    fn oid(&self) -> ObjectIdentifier;

    /// A fresh identifier to write.
    ///
    /// # Errors
    /// Randomness.
    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError>;

    /// Octets of key; the preferred number is made.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn key_len(&self, algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError>;

    /// Octets of output, as the parameters say.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn output_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError>;

    /// Begins a MAC.
    ///
    /// # Errors
    /// Keys of a wrong length, forbidden parameters.
    fn start(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn Mac>, CryptoError>;
}

/// A MAC in progress.
pub trait Mac: Send {
    /// Takes more octets.
    fn update(&mut self, octets: &[u8]);
    /// The MAC.
    fn finish(self: Box<Self>) -> Zeroizing<Vec<u8>>;
}

/// Compression of content (RFC 3274).
pub trait CompressionAlgorithm: Debug + Send + Sync {
    /// Its identifier.
    fn oid(&self) -> ObjectIdentifier;

    /// The identifier that is written.
    fn identifier(&self) -> AlgorithmIdentifier;

    /// Begins to compress.
    fn compressor(&self) -> Box<dyn Compressor>;

    /// Begins to inflate.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn inflater(&self, algorithm: &AlgorithmIdentifier) -> Result<Box<dyn Inflater>, CryptoError>;

    /// What an SMIMECapabilities attribute says of it, the most preferred first: the exact octets of its RFC
    /// (RFC 8551, 2.5.2).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        Vec::new()
    }
}

/// A compression in progress.
pub trait Compressor: Send {
    /// Compresses more, appending to `out`.
    ///
    /// # Errors
    /// Backend failures.
    fn update(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError>;

    /// Ends: appends what is left.
    ///
    /// # Errors
    /// Backend failures.
    fn finish(self: Box<Self>, out: &mut Vec<u8>) -> Result<(), CryptoError>;
}

/// Inflation in progress.
pub trait Inflater: Send {
    /// Inflates from `input`, moving it forward, and appends at most `room` octets to `out`. It has to be called until
    /// the input is used up and less than `room` came out.
    ///
    /// # Errors
    /// [`CryptoError::Failed`] for octets that are no compressed stream.
    fn update(
        &mut self,
        input: &mut &[u8],
        room: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError>;

    /// Whether the stream's end was reached; input behind it stays.
    fn is_finished(&self) -> bool;
}

/// Whether a content cipher authenticates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CipherKind {
    /// For AuthEnvelopedData only (RFC 5083).
    Aead,
    /// For EnvelopedData only.
    Unauthenticated,
}

/// Octets of key that a cipher takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum KeyLength {
    /// This many.
    Exact(usize),
    /// Any number in a closed range.
    Between {
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
        /// What is made.
        preferred: usize,
    },
}

impl KeyLength {
    /// Whether a key of `len` octets fits.
    #[must_use]
    pub fn allows(self, len: usize) -> bool {
        match self {
            Self::Exact(exact) => len == exact,
            Self::Between { min, max, .. } => (min..=max).contains(&len),
        }
    }

    /// The length of a key that is made.
    #[must_use]
    pub fn preferred(self) -> usize {
        match self {
            Self::Exact(len) | Self::Between { preferred: len, .. } => len,
        }
    }
}

/// A content-encryption algorithm.
pub trait ContentCipher: Debug + Send + Sync {
    /// Its identifier.
    fn oid(&self) -> ObjectIdentifier;

    /// Which content type it is for.
    fn kind(&self) -> CipherKind;

    /// Octets of key, as the parameters say.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn key_len(&self, algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError>;

    /// Octets of ciphertext for so many of plaintext, the tag not counted.
    fn ciphertext_len(&self, plaintext_len: u64) -> u64;

    /// Octets of the tag that the parameters announce; 0 without one.
    ///
    /// # Errors
    /// Parameters that the specification forbids.
    fn tag_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError>;

    /// A fresh identifier to encrypt with.
    ///
    /// # Errors
    /// Randomness.
    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError>;

    /// Begins encryption.
    ///
    /// # Errors
    /// Keys of wrong length, parameters that the specification forbids.
    fn encryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentEncryptor>, CryptoError>;

    /// Begins decryption.
    ///
    /// # Errors
    /// Keys of wrong length, parameters that the specification forbids.
    fn decryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentDecryptor>, CryptoError>;

    /// What an SMIMECapabilities attribute says of it, the most preferred first: the exact octets of its RFC
    /// (RFC 8551, 2.5.2).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        Vec::new()
    }
}

/// An encryption in progress.
pub trait ContentEncryptor: Send {
    /// Encrypts more, appending to `out`.
    ///
    /// # Errors
    /// Backend failures, more than the cipher allows.
    fn update(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError>;

    /// Ends: appends what is left to `out` and returns the tag, empty without one. `aad` is what the tag
    /// covers besides; it is known only now.
    ///
    /// # Errors
    /// Backend failures.
    fn finish(self: Box<Self>, aad: &[u8], out: &mut Vec<u8>) -> Result<Vec<u8>, CryptoError>;
}

/// A decryption in progress. What [`Self::update`] gives is unauthenticated until [`Self::finish`] agrees.
pub trait ContentDecryptor: Send {
    /// Decrypts more, appending to `out`.
    ///
    /// # Errors
    /// Backend failures, more than the cipher allows.
    fn update(&mut self, ciphertext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError>;

    /// Ends: appends what is left to `out` after the padding or the tag held. `aad` is what the tag covers
    /// besides; it is known only now.
    ///
    /// # Errors
    /// [`CryptoError::Failed`].
    fn finish(
        self: Box<Self>,
        aad: &[u8],
        tag: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError>;
}

/// Encryption and integrity under passwords: PKCS #5 (RFC 8018) and PKCS #12 (RFC 7292).
pub trait PasswordAlgorithms: Debug + Send + Sync {
    /// Decrypts with PBES1, PBES2 or a PKCS #12 scheme. `max_iterations` is the limit on what the parameters ask.
    ///
    /// # Errors
    /// Unknown schemes, forbidden parameters; [`CryptoError::Failed`] when the password does not fit.
    fn decrypt(
        &self,
        algorithm: &AlgorithmIdentifier,
        password: &str,
        ciphertext: &[u8],
        max_iterations: u32,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError>;

    /// Encrypts with PBES2: PBKDF2 with HMAC-SHA-256 and AES-256-CBC.
    ///
    /// # Errors
    /// Randomness.
    fn encrypt(
        &self,
        password: &str,
        plaintext: &[u8],
        random: &mut dyn Random,
    ) -> Result<(AlgorithmIdentifier, Vec<u8>), CryptoError>;

    /// The MAC of a PKCS #12 file: `algorithm` is a digest (RFC 7292, Appendix B.3) or PBMAC1 (RFC 9579), whose own
    /// parameters then count instead of `salt` and `iterations`.
    ///
    /// # Errors
    /// Unknown algorithms, forbidden parameters.
    fn pkcs12_mac(
        &self,
        algorithm: &AlgorithmIdentifier,
        password: &str,
        salt: &[u8],
        iterations: u32,
        max_iterations: u32,
        content: &[u8],
    ) -> Result<Vec<u8>, CryptoError>;
}

/// Loading and making private keys; `Any` key that a container holds.
pub trait KeyAlgorithms: Debug + Send + Sync {
    /// Loads a PKCS #8 PrivateKeyInfo (RFC 5958).
    ///
    /// # Errors
    /// Malformed keys, unsupported algorithms.
    fn load(&self, pkcs8: &[u8]) -> Result<Box<dyn crate::key::PrivateKey>, CryptoError>;
}
