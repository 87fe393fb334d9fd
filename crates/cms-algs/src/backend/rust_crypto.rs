//! RustCrypto: everything, in pure Rust, with given randomness.

mod cipher;
pub(crate) mod dh;
pub(crate) mod dsa;
pub(crate) mod ec;
mod hss_lms;
pub(crate) mod kem;
mod key_wrap;
mod ml_dsa_key;
pub(crate) mod montgomery;
pub(crate) mod oaep;
pub(crate) mod poly1305;
pub(crate) mod pure;
mod rsa;
mod seed;
pub(crate) mod xof;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::convert::Infallible;

use ::digest::{Digest as _, KeyInit};
use cms_core::provider::{Digest, Random, SignatureInput};
use hmac::Mac;
use zeroize::Zeroizing;

use super::{
    Answer, Backend, BlockCipher, Curve, EcPrivate, KemPrivate, MlKemSet, Montgomery, PurePrivate,
    PureScheme, Refusal, RsaEncryptionPadding, RsaPrivate, RsaSignaturePadding, Secret,
    StreamCipher,
};
use crate::hash::Hash;

pub(crate) use cipher::{chacha20, gcm_parts};

#[derive(Debug)]
pub(crate) struct RustCrypto;

/// Runs an expression with `$D` bound to the hash function's type.
macro_rules! with_hash {
    ($hash:expr, $D:ident => $body:expr) => {
        match $hash {
            $crate::hash::Hash::Md5 => {
                type $D = md5::Md5;
                $body
            }
            $crate::hash::Hash::Sha1 => {
                type $D = sha1::Sha1;
                $body
            }
            $crate::hash::Hash::Sha224 => {
                type $D = sha2::Sha224;
                $body
            }
            $crate::hash::Hash::Sha256 => {
                type $D = sha2::Sha256;
                $body
            }
            $crate::hash::Hash::Sha384 => {
                type $D = sha2::Sha384;
                $body
            }
            $crate::hash::Hash::Sha512 => {
                type $D = sha2::Sha512;
                $body
            }
            $crate::hash::Hash::Sha512_224 => {
                type $D = sha2::Sha512_224;
                $body
            }
            $crate::hash::Hash::Sha512_256 => {
                type $D = sha2::Sha512_256;
                $body
            }
            $crate::hash::Hash::Sha3_224 => {
                type $D = sha3::Sha3_224;
                $body
            }
            $crate::hash::Hash::Sha3_256 => {
                type $D = sha3::Sha3_256;
                $body
            }
            $crate::hash::Hash::Sha3_384 => {
                type $D = sha3::Sha3_384;
                $body
            }
            $crate::hash::Hash::Sha3_512 => {
                type $D = sha3::Sha3_512;
                $body
            }
            $crate::hash::Hash::Shake128 => {
                type $D = $crate::backend::rust_crypto::xof::Shake128;
                $body
            }
            $crate::hash::Hash::Shake256 => {
                type $D = $crate::backend::rust_crypto::xof::Shake256;
                $body
            }
        }
    };
}
pub(super) use with_hash;

#[derive(Clone)]
struct Running<D>(D);

impl<D: ::digest::Digest + Clone + Send + 'static> Digest for Running<D> {
    fn update(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }

    fn fork(&self) -> Box<dyn Digest> {
        Box::new(Self(self.0.clone()))
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

pub(crate) fn digested(hash: Hash, input: SignatureInput<'_>) -> Answer<Vec<u8>> {
    match input {
        SignatureInput::Message(message) => Ok(with_hash!(hash, D => D::digest(message).to_vec())),
        SignatureInput::Digest(digest) if digest.len() == hash.output_len() => Ok(digest.to_vec()),
        SignatureInput::Digest(_) => Err(Refusal::Failed),
        _ => Err(Refusal::Unsupported),
    }
}

/// HMAC (RFC 2104).
pub(crate) fn hmac(hash: Hash, key: &[u8], message: &[u8]) -> Secret {
    with_hash!(hash, D => {
        let Ok(mut mac) = <hmac::SimpleHmac<D> as KeyInit>::new_from_slice(key) else {
            return Zeroizing::new(Vec::new());
        };
        mac.update(message);
        Zeroizing::new(mac.finalize().into_bytes().to_vec())
    })
}

/// PBKDF2 (RFC 8018, 5.2) with an HMAC.
pub(crate) fn pbkdf2(
    hash: Hash,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    len: usize,
) -> Secret {
    let mut out = Zeroizing::new(alloc::vec![0; len]);
    // The fastest HMAC exists for hashes that show their compression function alone.
    macro_rules! fast {
        ($D:ty) => {
            pbkdf2::pbkdf2_hmac::<$D>(password, salt, iterations, &mut out)
        };
    }
    match hash {
        Hash::Sha1 => fast!(sha1::Sha1),
        Hash::Sha256 => fast!(sha2::Sha256),
        Hash::Sha512 => fast!(sha2::Sha512),
        _ => with_hash!(hash, D => {
            // HMAC takes keys of any length.
            let _ = pbkdf2::pbkdf2::<hmac::SimpleHmac<D>>(password, salt, iterations, &mut out);
        }),
    }
    out
}

/// Our [`Random`] as RustCrypto's. A failure is remembered, since these traits cannot report one.
struct Adapter<'a> {
    random: &'a mut dyn Random,
    failed: bool,
    filler: u64,
}

impl<'a> Adapter<'a> {
    fn new(random: &'a mut dyn Random) -> Self {
        Self {
            random,
            failed: false,
            filler: 0,
        }
    }

    /// What nobody uses, [`Self::check`] sees to that, but other octets each time: neither rejection sampling nor a
    /// search for primes would ever end on the same ones. SplitMix64.
    fn filler(&mut self) -> [u8; 8] {
        self.filler = self.filler.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.filler ^ self.filler >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31).to_le_bytes()
    }

    fn check(&self) -> Answer<()> {
        if self.failed {
            Err(Refusal::Random)
        } else {
            Ok(())
        }
    }
}

impl rand_core::TryRng for Adapter<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut octets = [0; 4];
        self.try_fill_bytes(&mut octets)?;
        Ok(u32::from_le_bytes(octets))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut octets = [0; 8];
        self.try_fill_bytes(&mut octets)?;
        Ok(u64::from_le_bytes(octets))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        if self.random.fill(out).is_err() {
            self.failed = true;
            for part in out.chunks_mut(8) {
                let filler = self.filler();
                for (octet, filler) in part.iter_mut().zip(filler) {
                    *octet = filler;
                }
            }
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Adapter<'_> {}

impl Backend for RustCrypto {
    fn name(&self) -> &'static str {
        "RustCrypto"
    }

    fn digest(&self, hash: Hash) -> Answer<Box<dyn Digest>> {
        Ok(with_hash!(hash, D => Box::new(Running(D::new()))))
    }

    fn rsa_private(&self, pkcs1: &[u8]) -> Answer<Box<dyn RsaPrivate>> {
        rsa::private(pkcs1)
    }

    fn rsa_generate(&self, bits: usize, random: &mut dyn Random) -> Answer<Secret> {
        rsa::generate(bits, random)
    }

    fn rsa_verify(
        &self,
        pkcs1: &[u8],
        padding: RsaSignaturePadding,
        hash: Hash,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Answer<()> {
        rsa::verify(pkcs1, padding, hash, &digested(hash, input)?, signature)
    }

    fn rsa_encrypt(
        &self,
        pkcs1: &[u8],
        padding: RsaEncryptionPadding<'_>,
        plaintext: &[u8],
        random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        rsa::encrypt(pkcs1, padding, plaintext, random)
    }

    fn rsa_encrypt_random(
        &self,
        pkcs1: &[u8],
        random: &mut dyn Random,
    ) -> Answer<(Vec<u8>, Secret)> {
        rsa::encrypt_random(pkcs1, random)
    }

    fn kem_private(&self, set: MlKemSet, secret: &[u8]) -> Answer<Box<dyn KemPrivate>> {
        kem::private(set, secret)
    }

    fn kem_encapsulate(
        &self,
        set: MlKemSet,
        public: &[u8],
        random: &mut dyn Random,
    ) -> Answer<(Vec<u8>, Secret)> {
        kem::encapsulate(set, public, random)
    }

    fn ec_private(&self, curve: Curve, scalar: &[u8], _point: &[u8]) -> Answer<Box<dyn EcPrivate>> {
        ec::private(curve, scalar)
    }

    fn ecdsa_verify(
        &self,
        curve: Curve,
        point: &[u8],
        hash: Hash,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Answer<()> {
        ec::verify(curve, point, digested(hash, input)?, signature)
    }

    fn pure_private(&self, scheme: PureScheme, secret: &[u8]) -> Answer<Box<dyn PurePrivate>> {
        pure::private(scheme, secret)
    }

    fn pure_verify(
        &self,
        scheme: PureScheme,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Answer<()> {
        pure::verify(scheme, key, message, signature)
    }

    fn montgomery(&self, curve: Montgomery, scalar: &[u8], peer: &[u8]) -> Answer<Secret> {
        montgomery::agree(curve, scalar, peer)
    }

    fn cbc_encrypt(
        &self,
        cipher: BlockCipher,
        key: &[u8],
        iv: &[u8],
    ) -> Answer<Box<dyn StreamCipher>> {
        cipher::cbc_encrypt(cipher, key, iv)
    }

    fn cbc_decrypt(
        &self,
        cipher: BlockCipher,
        key: &[u8],
        iv: &[u8],
    ) -> Answer<Box<dyn StreamCipher>> {
        cipher::cbc_decrypt(cipher, key, iv)
    }

    fn key_wrap(&self, cipher: BlockCipher, kek: &[u8], key: &[u8]) -> Answer<Vec<u8>> {
        key_wrap::wrap(cipher, kek, key)
    }

    fn key_unwrap(&self, cipher: BlockCipher, kek: &[u8], wrapped: &[u8]) -> Answer<Secret> {
        key_wrap::unwrap(cipher, kek, wrapped)
    }

    fn padded_key_wrap(&self, kek: &[u8], key: &[u8]) -> Answer<Vec<u8>> {
        key_wrap::wrap_padded(kek, key)
    }

    fn padded_key_unwrap(&self, kek: &[u8], wrapped: &[u8]) -> Answer<Secret> {
        key_wrap::unwrap_padded(kek, wrapped)
    }
}
