//! Primitives, each from the fastest trustworthy place that has it. A backend knows no CMS.
//!
//! The order for each primitive is measured: RSA, elliptic curves and CBC are fastest in aws-lc-rs (ring's RSA
//! signatures are as fast on processors without AVX-512 IFMA and take 2.3 times as long with it), hashing in ring,
//! everything else comes from RustCrypto. A backend answers [`Refusal::Unsupported`] for what it lacks, and the next
//! one is asked.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(feature = "ring")]
mod ring;
pub(crate) mod rust_crypto;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use cms_core::CryptoError;
use cms_core::provider::{Digest, Random, SignatureInput};
use zeroize::Zeroizing;

use crate::hash::Hash;

pub(crate) use rust_crypto::poly1305::Poly1305;
pub(crate) use rust_crypto::{chacha20, gcm_parts, hmac, pbkdf2};

/// Why a backend gives no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// A key outside of this process could not be used at all, whatever the input: its token is gone, or locked.
    External(String),
    /// It did the work, and the result is no.
    Failed,
    /// It cannot use this key.
    Key,
    /// No randomness.
    Random,
    /// It has no such primitive: ask the next.
    Unsupported,
}

pub(crate) type Answer<T> = Result<T, Refusal>;
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// An elliptic curve for ECDSA and ECDH.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Curve {
    P224,
    P256,
    P384,
    P521,
    Secp256k1,
    BrainpoolP256r1,
    BrainpoolP384r1,
}

impl Curve {
    /// Octets of a coordinate and of a scalar.
    pub(crate) const fn field_len(self) -> usize {
        match self {
            Self::P224 => 28,
            Self::P256 | Self::Secp256k1 | Self::BrainpoolP256r1 => 32,
            Self::P384 | Self::BrainpoolP384r1 => 48,
            Self::P521 => 66,
        }
    }
}

/// A curve for the functions of RFC 7748.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Montgomery {
    X25519,
    X448,
}

impl Montgomery {
    /// Octets of scalars and points.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::X25519 => 32,
            Self::X448 => 56,
        }
    }
}

/// Parameter sets of FIPS 203.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum MlKemSet {
    MlKem512,
    MlKem768,
    MlKem1024,
}

/// A signature scheme that takes the message itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PureScheme {
    Ed25519,
    Ed448,
    HssLms,
    MlDsa44,
    MlDsa65,
    MlDsa87,
    SlhDsa(SlhDsaSet),
}

/// A parameter set of SLH-DSA (FIPS 205, 11).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the standard")]
#[expect(clippy::exhaustive_enums, reason = "all of FIPS 205")]
pub enum SlhDsaSet {
    Sha2_128s,
    Sha2_128f,
    Sha2_192s,
    Sha2_192f,
    Sha2_256s,
    Sha2_256f,
    Shake128s,
    Shake128f,
    Shake192s,
    Shake192f,
    Shake256s,
    Shake256f,
}

impl SlhDsaSet {
    /// The security parameter in octets: a quarter of the private key, half of the public key.
    pub(crate) const fn n(self) -> usize {
        match self {
            Self::Sha2_128s | Self::Sha2_128f | Self::Shake128s | Self::Shake128f => 16,
            Self::Sha2_192s | Self::Sha2_192f | Self::Shake192s | Self::Shake192f => 24,
            Self::Sha2_256s | Self::Sha2_256f | Self::Shake256s | Self::Shake256f => 32,
        }
    }
}

/// RSA signature encodings (RFC 8017, section 9).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RsaSignaturePadding {
    Pkcs1,
    Pss { mgf: Hash, salt_len: usize },
}

/// RSA encryption encodings (RFC 8017, section 7).
#[derive(Clone, Copy, Debug)]
pub(crate) enum RsaEncryptionPadding<'a> {
    Oaep {
        hash: Hash,
        mgf: Hash,
        label: &'a [u8],
    },
    Pkcs1,
}

/// Block ciphers in CBC mode with PKCS #7 padding.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BlockCipher {
    Aes,
    Camellia,
    /// CAST-128.
    Cast5,
    Des,
    Idea,
    /// With so many effective key bits.
    Rc2(usize),
    Seed,
    TripleDes,
}

/// Encryption in steps; the output is appended.
pub(crate) trait StreamCipher: Send {
    fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Answer<()>;
    fn finish(self: Box<Self>, out: &mut Vec<u8>) -> Answer<()>;
}

/// A loaded RSA private key.
pub(crate) trait RsaPrivate: Debug + Send + Sync {
    fn sign(
        &self,
        padding: RsaSignaturePadding,
        hash: Hash,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Answer<Vec<u8>>;

    /// The plaintext. Where a v1.5 padding does not hold it may be empty instead of a refusal.
    fn decrypt(&self, padding: RsaEncryptionPadding<'_>, ciphertext: &[u8]) -> Answer<Secret>;

    /// The plaintext as long as the modulus, without any padding taken off.
    fn decrypt_raw(&self, _ciphertext: &[u8]) -> Answer<Secret> {
        Err(Refusal::Unsupported)
    }
}

/// A loaded elliptic curve private key.
pub(crate) trait EcPrivate: Debug + Send + Sync {
    /// An ECDSA signature in DER.
    fn sign(
        &self,
        hash: Hash,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Answer<Vec<u8>>;

    /// The x coordinate of the shared point.
    fn agree(&self, peer: &[u8]) -> Answer<Secret>;
}

/// A loaded private key of a KEM.
pub(crate) trait KemPrivate: Debug + Send + Sync {
    fn public(&self) -> Vec<u8>;

    /// The shared secret; a ciphertext that is no encapsulation gives a secret of its own (implicit rejection).
    fn decapsulate(&self, ciphertext: &[u8]) -> Answer<Secret>;
}

/// A loaded private key that signs messages.
pub(crate) trait PurePrivate: Debug + Send + Sync {
    fn public(&self) -> Vec<u8>;
    fn sign(&self, message: &[u8], random: &mut dyn Random) -> Answer<Vec<u8>>;
}

/// Where primitives come from. Public keys are PKCS #1 (RSA), uncompressed points (EC) or raw.
pub(crate) trait Backend: Sync {
    fn name(&self) -> &'static str;

    fn digest(&self, _hash: Hash) -> Answer<Box<dyn Digest>> {
        Err(Refusal::Unsupported)
    }

    fn rsa_private(&self, _pkcs1: &[u8]) -> Answer<Box<dyn RsaPrivate>> {
        Err(Refusal::Unsupported)
    }

    fn rsa_generate(&self, _bits: usize, _random: &mut dyn Random) -> Answer<Secret> {
        Err(Refusal::Unsupported)
    }

    fn rsa_verify(
        &self,
        _pkcs1: &[u8],
        _padding: RsaSignaturePadding,
        _hash: Hash,
        _input: SignatureInput<'_>,
        _signature: &[u8],
    ) -> Answer<()> {
        Err(Refusal::Unsupported)
    }

    fn rsa_encrypt(
        &self,
        _pkcs1: &[u8],
        _padding: RsaEncryptionPadding<'_>,
        _plaintext: &[u8],
        _random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        Err(Refusal::Unsupported)
    }

    /// A random number below the modulus, encrypted without padding, and itself; both as long as the modulus.
    fn rsa_encrypt_random(
        &self,
        _pkcs1: &[u8],
        _random: &mut dyn Random,
    ) -> Answer<(Vec<u8>, Secret)> {
        Err(Refusal::Unsupported)
    }

    fn kem_private(&self, _set: MlKemSet, _secret: &[u8]) -> Answer<Box<dyn KemPrivate>> {
        Err(Refusal::Unsupported)
    }

    /// A ciphertext and the secret in it.
    fn kem_encapsulate(
        &self,
        _set: MlKemSet,
        _public: &[u8],
        _random: &mut dyn Random,
    ) -> Answer<(Vec<u8>, Secret)> {
        Err(Refusal::Unsupported)
    }

    fn ec_private(
        &self,
        _curve: Curve,
        _scalar: &[u8],
        _point: &[u8],
    ) -> Answer<Box<dyn EcPrivate>> {
        Err(Refusal::Unsupported)
    }

    /// A fresh key, its public point, and the x coordinates of the points that it shares with peers.
    fn ecdh_ephemeral(
        &self,
        _curve: Curve,
        _peers: &[Vec<u8>],
        _random: &mut dyn Random,
    ) -> Answer<(Vec<u8>, Vec<Secret>)> {
        Err(Refusal::Unsupported)
    }

    fn ecdsa_verify(
        &self,
        _curve: Curve,
        _point: &[u8],
        _hash: Hash,
        _input: SignatureInput<'_>,
        _signature: &[u8],
    ) -> Answer<()> {
        Err(Refusal::Unsupported)
    }

    fn pure_private(&self, _scheme: PureScheme, _secret: &[u8]) -> Answer<Box<dyn PurePrivate>> {
        Err(Refusal::Unsupported)
    }

    fn pure_verify(
        &self,
        _scheme: PureScheme,
        _key: &[u8],
        _message: &[u8],
        _signature: &[u8],
    ) -> Answer<()> {
        Err(Refusal::Unsupported)
    }

    /// A shared secret on curve25519 or curve448, never all zero; little-endian octets.
    fn montgomery(&self, _curve: Montgomery, _scalar: &[u8], _peer: &[u8]) -> Answer<Secret> {
        Err(Refusal::Unsupported)
    }

    fn cbc_encrypt(
        &self,
        _cipher: BlockCipher,
        _key: &[u8],
        _iv: &[u8],
    ) -> Answer<Box<dyn StreamCipher>> {
        Err(Refusal::Unsupported)
    }

    fn cbc_decrypt(
        &self,
        _cipher: BlockCipher,
        _key: &[u8],
        _iv: &[u8],
    ) -> Answer<Box<dyn StreamCipher>> {
        Err(Refusal::Unsupported)
    }

    /// RFC 3394, with any cipher that has blocks of 16 octets.
    fn key_wrap(&self, _cipher: BlockCipher, _kek: &[u8], _key: &[u8]) -> Answer<Vec<u8>> {
        Err(Refusal::Unsupported)
    }

    fn key_unwrap(&self, _cipher: BlockCipher, _kek: &[u8], _wrapped: &[u8]) -> Answer<Secret> {
        Err(Refusal::Unsupported)
    }

    /// RFC 5649, with AES.
    fn padded_key_wrap(&self, _kek: &[u8], _key: &[u8]) -> Answer<Vec<u8>> {
        Err(Refusal::Unsupported)
    }

    fn padded_key_unwrap(&self, _kek: &[u8], _wrapped: &[u8]) -> Answer<Secret> {
        Err(Refusal::Unsupported)
    }
}

type Order = &'static [&'static dyn Backend];

/// ring, then aws-lc-rs, then RustCrypto: hashing.
pub(crate) const RING_FIRST: Order = &[
    #[cfg(feature = "ring")]
    &ring::Ring,
    #[cfg(feature = "aws-lc")]
    &aws_lc::AwsLc,
    &rust_crypto::RustCrypto,
];

/// aws-lc-rs, then ring, then RustCrypto: everything else on public keys, CBC.
pub(crate) const AWS_FIRST: Order = &[
    #[cfg(feature = "aws-lc")]
    &aws_lc::AwsLc,
    #[cfg(feature = "ring")]
    &ring::Ring,
    &rust_crypto::RustCrypto,
];

/// RustCrypto alone: key wrap, where it is fastest, and whatever must be deterministic.
pub(crate) const PURE: Order = &[&rust_crypto::RustCrypto];

/// The first answer of a list of backends.
pub(crate) fn first<T>(
    order: Order,
    mut ask: impl FnMut(&'static dyn Backend) -> Answer<T>,
) -> Result<T, CryptoError> {
    for backend in order {
        match ask(*backend) {
            Ok(answer) => return Ok(answer),
            Err(Refusal::Unsupported) => {}
            Err(refusal) => return Err(refused(refusal)),
        }
    }
    Err(refused(Refusal::Unsupported))
}

/// A refusal as the error of the specification above.
pub(crate) fn refused(refusal: Refusal) -> CryptoError {
    match refusal {
        Refusal::External(text) => CryptoError::External(text),
        Refusal::Failed => CryptoError::Failed,
        Refusal::Key => CryptoError::Key("malformed or of unsupported size"),
        Refusal::Random => CryptoError::Random,
        Refusal::Unsupported => CryptoError::Unsupported("no backend has this primitive".into()),
    }
}

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;
