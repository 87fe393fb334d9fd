//! aws-lc-rs: elliptic curves, RSA in all roles, AES-CBC.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use aws_lc_rs::cipher::{
    self, DecryptionContext, EncryptionContext, StreamingDecryptingKey, StreamingEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    self, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384,
    OAEP_SHA512_MGF1SHA512, OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, VerificationAlgorithm,
};
use aws_lc_rs::{agreement, digest, rand};
use cms_core::ber::write;
use cms_core::oid;
use cms_core::provider::{Digest, Random, SignatureInput};
use cms_core::types::AlgorithmIdentifier;
use once_cell::race::OnceBox;
use zeroize::Zeroizing;

use super::{
    Answer, Backend, BlockCipher, Curve, EcPrivate, Montgomery, PurePrivate, PureScheme, Refusal,
    RsaEncryptionPadding, RsaPrivate, RsaSignaturePadding, Secret, StreamCipher,
};
use crate::hash::Hash;

#[derive(Debug)]
pub(crate) struct AwsLc;

#[derive(Clone)]
struct Running(digest::Context);

impl Digest for Running {
    fn update(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }

    fn fork(&self) -> Box<dyn Digest> {
        Box::new(self.clone())
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

fn algorithm(hash: Hash) -> Answer<&'static digest::Algorithm> {
    match hash {
        Hash::Sha1 => Ok(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        Hash::Sha224 => Ok(&digest::SHA224),
        Hash::Sha256 => Ok(&digest::SHA256),
        Hash::Sha384 => Ok(&digest::SHA384),
        Hash::Sha512 => Ok(&digest::SHA512),
        _ => Err(Refusal::Unsupported),
    }
}

fn digested(hash: Hash, input: SignatureInput<'_>) -> Answer<digest::Digest> {
    let algorithm = algorithm(hash)?;
    match input {
        SignatureInput::Message(message) => Ok(digest::digest(algorithm, message)),
        SignatureInput::Digest(octets) => {
            digest::Digest::import_less_safe(octets, algorithm).map_err(|_| Refusal::Failed)
        }
        _ => Err(Refusal::Unsupported),
    }
}

/// PKCS #8 around a PKCS #1 private key: what aws-lc-rs wants for decryption.
fn rsa_pkcs8(pkcs1: &[u8]) -> Secret {
    let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION).to_der();
    let key = Zeroizing::new(write::octet_string(pkcs1));
    Zeroizing::new(write::sequence(&[&write::integer(0), &algorithm, &key]))
}

/// SubjectPublicKeyInfo around a PKCS #1 public key.
fn rsa_spki(pkcs1: &[u8]) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION).to_der();
    write::sequence(&[&algorithm, &write::bit_string(pkcs1)])
}

impl Backend for AwsLc {
    fn name(&self) -> &'static str {
        "aws-lc-rs"
    }

    fn digest(&self, hash: Hash) -> Answer<Box<dyn Digest>> {
        Ok(Box::new(Running(digest::Context::new(algorithm(hash)?))))
    }

    fn rsa_private(&self, pkcs1: &[u8]) -> Answer<Box<dyn RsaPrivate>> {
        Ok(Box::new(RsaKey {
            pkcs1: Zeroizing::new(pkcs1.to_vec()),
            signing: OnceBox::new(),
            decrypting: OnceBox::new(),
        }))
    }

    fn rsa_generate(&self, bits: usize, random: &mut dyn Random) -> Answer<Secret> {
        if !random.is_system() {
            return Err(Refusal::Unsupported);
        }
        let size = match bits {
            2048 => rsa::KeySize::Rsa2048,
            3072 => rsa::KeySize::Rsa3072,
            4096 => rsa::KeySize::Rsa4096,
            8192 => rsa::KeySize::Rsa8192,
            _ => return Err(Refusal::Unsupported),
        };
        let key = PrivateDecryptingKey::generate(size).map_err(|_| Refusal::Random)?;
        let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| Refusal::Key)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    fn rsa_verify(
        &self,
        pkcs1: &[u8],
        padding: RsaSignaturePadding,
        hash: Hash,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Answer<()> {
        // Below 1024 bits (a PKCS #1 key of about 140 octets) nothing here serves.
        if pkcs1.len() < 140 {
            return Err(Refusal::Unsupported);
        }
        let large = pkcs1.len() >= 268;
        let algorithm: &dyn VerificationAlgorithm = match (padding, hash) {
            (RsaSignaturePadding::Pkcs1, Hash::Sha1) => {
                &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
            }
            (RsaSignaturePadding::Pkcs1, Hash::Sha256) => {
                &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
            }
            (RsaSignaturePadding::Pkcs1, Hash::Sha384) if large => {
                &signature::RSA_PKCS1_2048_8192_SHA384
            }
            (RsaSignaturePadding::Pkcs1, Hash::Sha512) => {
                &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
            }
            _ => return Err(Refusal::Unsupported),
        };
        let digest = digested(hash, input)?;
        algorithm
            .verify_digest_sig(pkcs1, &digest, signature)
            .map_err(|_| Refusal::Failed)
    }

    fn rsa_encrypt(
        &self,
        pkcs1: &[u8],
        padding: RsaEncryptionPadding<'_>,
        plaintext: &[u8],
        random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        if !random.is_system() {
            return Err(Refusal::Unsupported);
        }
        let key =
            PublicEncryptingKey::from_der(&rsa_spki(pkcs1)).map_err(|_| Refusal::Unsupported)?;
        let mut out = alloc::vec![0; key.key_size_bytes()];
        let len = match padding {
            RsaEncryptionPadding::Oaep { hash, mgf, label } => {
                let algorithm = oaep(hash, mgf)?;
                let key = OaepPublicEncryptingKey::new(key).map_err(|_| Refusal::Key)?;
                let label = (!label.is_empty()).then_some(label);
                key.encrypt(algorithm, plaintext, &mut out, label)
                    .map_err(|_| Refusal::Key)?
                    .len()
            }
            RsaEncryptionPadding::Pkcs1 => {
                let key = Pkcs1PublicEncryptingKey::new(key).map_err(|_| Refusal::Key)?;
                key.encrypt(plaintext, &mut out)
                    .map_err(|_| Refusal::Key)?
                    .len()
            }
        };
        out.truncate(len);
        Ok(out)
    }

    fn ec_private(&self, curve: Curve, scalar: &[u8], point: &[u8]) -> Answer<Box<dyn EcPrivate>> {
        let (signing, agreeing, hash) = match curve {
            Curve::P256 => (
                &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
                &agreement::ECDH_P256,
                Hash::Sha256,
            ),
            Curve::P384 => (
                &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
                &agreement::ECDH_P384,
                Hash::Sha384,
            ),
            Curve::P521 => (
                &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
                &agreement::ECDH_P521,
                Hash::Sha512,
            ),
            _ => return Err(Refusal::Unsupported),
        };
        Ok(Box::new(EcKey {
            hash,
            signing: EcdsaKeyPair::from_private_key_and_public_key(signing, scalar, point)
                .map_err(|_| Refusal::Key)?,
            agreeing: agreement::PrivateKey::from_private_key(agreeing, scalar)
                .map_err(|_| Refusal::Key)?,
        }))
    }

    fn ecdh_ephemeral(
        &self,
        curve: Curve,
        peers: &[Vec<u8>],
        random: &mut dyn Random,
    ) -> Answer<(Vec<u8>, Vec<Secret>)> {
        if !random.is_system() {
            return Err(Refusal::Unsupported);
        }
        let algorithm = match curve {
            Curve::P256 => &agreement::ECDH_P256,
            Curve::P384 => &agreement::ECDH_P384,
            Curve::P521 => &agreement::ECDH_P521,
            _ => return Err(Refusal::Unsupported),
        };
        let key = agreement::PrivateKey::generate(algorithm).map_err(|_| Refusal::Random)?;
        let point = key.compute_public_key().map_err(|_| Refusal::Key)?;
        let shared = peers.iter().map(|peer| agree(&key, algorithm, peer));
        Ok((point.as_ref().to_vec(), shared.collect::<Answer<_>>()?))
    }

    fn ecdsa_verify(
        &self,
        curve: Curve,
        point: &[u8],
        hash: Hash,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Answer<()> {
        let algorithm = match (curve, hash) {
            (Curve::P256, Hash::Sha1) => &signature::ECDSA_P256_SHA1_ASN1,
            (Curve::P256, Hash::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
            (Curve::P256, Hash::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
            (Curve::P256, Hash::Sha512) => &signature::ECDSA_P256_SHA512_ASN1,
            (Curve::P384, Hash::Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
            (Curve::P384, Hash::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
            (Curve::P384, Hash::Sha512) => &signature::ECDSA_P384_SHA512_ASN1,
            (Curve::P384, Hash::Sha3_384) => &signature::ECDSA_P384_SHA3_384_ASN1,
            (Curve::P521, Hash::Sha1) => &signature::ECDSA_P521_SHA1_ASN1,
            (Curve::P521, Hash::Sha224) => &signature::ECDSA_P521_SHA224_ASN1,
            (Curve::P521, Hash::Sha256) => &signature::ECDSA_P521_SHA256_ASN1,
            (Curve::P521, Hash::Sha384) => &signature::ECDSA_P521_SHA384_ASN1,
            (Curve::P521, Hash::Sha512) => &signature::ECDSA_P521_SHA512_ASN1,
            (Curve::Secp256k1, Hash::Sha256) => &signature::ECDSA_P256K1_SHA256_ASN1,
            _ => return Err(Refusal::Unsupported),
        };
        let digest = digested(hash, input)?;
        algorithm
            .verify_digest_sig(point, &digest, signature)
            .map_err(|_| Refusal::Failed)
    }

    fn pure_private(&self, scheme: PureScheme, secret: &[u8]) -> Answer<Box<dyn PurePrivate>> {
        if scheme != PureScheme::Ed25519 {
            return Err(Refusal::Unsupported);
        }
        let key = Ed25519KeyPair::from_seed_unchecked(secret).map_err(|_| Refusal::Key)?;
        Ok(Box::new(EdKey(key)))
    }

    fn pure_verify(
        &self,
        scheme: PureScheme,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Answer<()> {
        if scheme != PureScheme::Ed25519 {
            return Err(Refusal::Unsupported);
        }
        signature::ED25519
            .verify_sig(key, message, signature)
            .map_err(|_| Refusal::Failed)
    }

    fn montgomery(&self, curve: Montgomery, scalar: &[u8], peer: &[u8]) -> Answer<Secret> {
        if curve != Montgomery::X25519 {
            return Err(Refusal::Unsupported);
        }
        let key = agreement::PrivateKey::from_private_key(&agreement::X25519, scalar)
            .map_err(|_| Refusal::Key)?;
        agree(&key, &agreement::X25519, peer)
    }

    fn cbc_encrypt(
        &self,
        cipher: BlockCipher,
        key: &[u8],
        iv: &[u8],
    ) -> Answer<Box<dyn StreamCipher>> {
        let iv = <[u8; 16]>::try_from(iv).map_err(|_| Refusal::Unsupported)?;
        let context = EncryptionContext::Iv128(FixedLength::from(iv));
        let key = StreamingEncryptingKey::less_safe_cbc_pkcs7(aes(cipher, key)?, context)
            .map_err(|_| Refusal::Key)?;
        Ok(Box::new(Encrypting(key)))
    }

    fn cbc_decrypt(
        &self,
        cipher: BlockCipher,
        key: &[u8],
        iv: &[u8],
    ) -> Answer<Box<dyn StreamCipher>> {
        let iv = <[u8; 16]>::try_from(iv).map_err(|_| Refusal::Unsupported)?;
        let context = DecryptionContext::Iv128(FixedLength::from(iv));
        let key = StreamingDecryptingKey::cbc_pkcs7(aes(cipher, key)?, context)
            .map_err(|_| Refusal::Key)?;
        Ok(Box::new(Decrypting(key)))
    }
}

#[derive(Debug)]
struct EdKey(Ed25519KeyPair);

impl PurePrivate for EdKey {
    fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }

    fn sign(&self, message: &[u8], random: &mut dyn Random) -> Answer<Vec<u8>> {
        // The result is the same everywhere; a given source of randomness stays with the pure-Rust backend all the
        // same.
        if !random.is_system() {
            return Err(Refusal::Unsupported);
        }
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

fn oaep(hash: Hash, mgf: Hash) -> Answer<&'static OaepAlgorithm> {
    match (hash, mgf) {
        (Hash::Sha1, Hash::Sha1) => Ok(&OAEP_SHA1_MGF1SHA1),
        (Hash::Sha256, Hash::Sha256) => Ok(&OAEP_SHA256_MGF1SHA256),
        (Hash::Sha384, Hash::Sha384) => Ok(&OAEP_SHA384_MGF1SHA384),
        (Hash::Sha512, Hash::Sha512) => Ok(&OAEP_SHA512_MGF1SHA512),
        _ => Err(Refusal::Unsupported),
    }
}

fn aes(cipher: BlockCipher, key: &[u8]) -> Answer<UnboundCipherKey> {
    let algorithm = match (cipher, key.len()) {
        (BlockCipher::Aes, 16) => &cipher::AES_128,
        (BlockCipher::Aes, 24) => &cipher::AES_192,
        (BlockCipher::Aes, 32) => &cipher::AES_256,
        _ => return Err(Refusal::Unsupported),
    };
    UnboundCipherKey::new(algorithm, key).map_err(|_| Refusal::Key)
}

fn agree(
    key: &agreement::PrivateKey,
    algorithm: &'static agreement::Algorithm,
    peer: &[u8],
) -> Answer<Secret> {
    let peer = agreement::UnparsedPublicKey::new(algorithm, peer);
    agreement::agree(key, peer, Refusal::Failed, |shared| {
        Ok(Zeroizing::new(shared.to_vec()))
    })
}

/// A private key in the two forms that the library has for two uses, each loaded when it is first needed: loading
/// checks the key, which takes as long as most of a signature.
struct RsaKey {
    pkcs1: Secret,
    signing: OnceBox<Answer<rsa::KeyPair>>,
    decrypting: OnceBox<Answer<PrivateDecryptingKey>>,
}

impl RsaKey {
    fn signing(&self) -> Answer<&rsa::KeyPair> {
        let load = || rsa::KeyPair::from_der(&self.pkcs1).map_err(|_| Refusal::Unsupported);
        let loaded = self.signing.get_or_init(|| Box::new(load()));
        loaded.as_ref().map_err(Refusal::clone)
    }

    fn decrypting(&self) -> Answer<&PrivateDecryptingKey> {
        let load = || {
            PrivateDecryptingKey::from_pkcs8(&rsa_pkcs8(&self.pkcs1))
                .map_err(|_| Refusal::Unsupported)
        };
        let loaded = self.decrypting.get_or_init(|| Box::new(load()));
        loaded.as_ref().map_err(Refusal::clone)
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaKey").finish_non_exhaustive()
    }
}

impl RsaPrivate for RsaKey {
    fn sign(
        &self,
        padding: RsaSignaturePadding,
        hash: Hash,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        if !random.is_system() {
            return Err(Refusal::Unsupported);
        }
        let encoding: &'static dyn signature::RsaEncoding = match (padding, hash) {
            (RsaSignaturePadding::Pkcs1, Hash::Sha256) => &signature::RSA_PKCS1_SHA256,
            (RsaSignaturePadding::Pkcs1, Hash::Sha384) => &signature::RSA_PKCS1_SHA384,
            (RsaSignaturePadding::Pkcs1, Hash::Sha512) => &signature::RSA_PKCS1_SHA512,
            (RsaSignaturePadding::Pss { mgf, salt_len }, _)
                if mgf == hash && salt_len == hash.output_len() =>
            {
                match hash {
                    Hash::Sha256 => &signature::RSA_PSS_SHA256,
                    Hash::Sha384 => &signature::RSA_PSS_SHA384,
                    Hash::Sha512 => &signature::RSA_PSS_SHA512,
                    _ => return Err(Refusal::Unsupported),
                }
            }
            _ => return Err(Refusal::Unsupported),
        };
        let key = self.signing()?;
        let mut signature = alloc::vec![0; key.public_modulus_len()];
        match input {
            SignatureInput::Message(message) => key.sign(
                encoding,
                &rand::SystemRandom::new(),
                message,
                &mut signature,
            ),
            _ => key.sign_digest(encoding, &digested(hash, input)?, &mut signature),
        }
        .map_err(|_| Refusal::Failed)?;
        Ok(signature)
    }

    fn decrypt(&self, padding: RsaEncryptionPadding<'_>, ciphertext: &[u8]) -> Answer<Secret> {
        let key = self.decrypting()?.clone();
        let mut out = Zeroizing::new(alloc::vec![0; key.key_size_bytes()]);
        let len = match padding {
            RsaEncryptionPadding::Oaep { hash, mgf, label } => {
                let algorithm = oaep(hash, mgf)?;
                let key = OaepPrivateDecryptingKey::new(key).map_err(|_| Refusal::Key)?;
                let label = (!label.is_empty()).then_some(label);
                key.decrypt(algorithm, ciphertext, &mut out, label)
                    .map(|plaintext| plaintext.len())
            }
            RsaEncryptionPadding::Pkcs1 => {
                let key = Pkcs1PrivateDecryptingKey::new(key).map_err(|_| Refusal::Key)?;
                // The same way on whether the padding holds or not.
                Ok(key
                    .decrypt(ciphertext, &mut out)
                    .map_or(0, |plaintext| plaintext.len()))
            }
        };
        out.truncate(len.map_err(|_| Refusal::Failed)?);
        Ok(out)
    }
}

#[derive(Debug)]
struct EcKey {
    hash: Hash,
    signing: EcdsaKeyPair,
    agreeing: agreement::PrivateKey,
}

impl EcPrivate for EcKey {
    fn sign(
        &self,
        hash: Hash,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        if hash != self.hash || !random.is_system() {
            return Err(Refusal::Unsupported);
        }
        let digest = digested(hash, input)?;
        let signature = self
            .signing
            .sign_digest(&digest)
            .map_err(|_| Refusal::Failed)?;
        Ok(signature.as_ref().to_vec())
    }

    fn agree(&self, peer: &[u8]) -> Answer<Secret> {
        agree(&self.agreeing, self.agreeing.algorithm(), peer)
    }
}

struct Encrypting(StreamingEncryptingKey);
struct Decrypting(StreamingDecryptingKey);

/// AES's block, the room that an update may need beyond its input.
const BLOCK: usize = 16;

impl StreamCipher for Encrypting {
    fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Answer<()> {
        let start = out.len();
        out.resize(start + input.len() + BLOCK, 0);
        let room = out.get_mut(start..).unwrap_or_default();
        let written = self
            .0
            .update(input, room)
            .map_err(|_| Refusal::Failed)?
            .written()
            .len();
        out.truncate(start + written);
        Ok(())
    }

    fn finish(self: Box<Self>, out: &mut Vec<u8>) -> Answer<()> {
        let mut room = [0; BLOCK];
        let (_, update) = self.0.finish(&mut room).map_err(|_| Refusal::Failed)?;
        out.extend_from_slice(update.written());
        Ok(())
    }
}

impl StreamCipher for Decrypting {
    fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Answer<()> {
        let start = out.len();
        out.resize(start + input.len() + BLOCK, 0);
        let room = out.get_mut(start..).unwrap_or_default();
        let written = self
            .0
            .update(input, room)
            .map_err(|_| Refusal::Failed)?
            .written()
            .len();
        out.truncate(start + written);
        Ok(())
    }

    fn finish(self: Box<Self>, out: &mut Vec<u8>) -> Answer<()> {
        let mut room = [0; BLOCK];
        let update = self.0.finish(&mut room).map_err(|_| Refusal::Failed)?;
        out.extend_from_slice(update.written());
        Ok(())
    }
}
