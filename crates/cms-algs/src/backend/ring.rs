//! ring 0.17: hashing, RSA and ECDSA verification, RSA signing of short messages.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::provider::{Digest, Random, SignatureInput};
use ring::{digest, rand, rsa, signature};

use super::{
    Answer, Backend, Curve, PureScheme, Refusal, RsaEncryptionPadding, RsaPrivate,
    RsaSignaturePadding, Secret,
};
use crate::hash::Hash;

#[derive(Debug)]
pub(crate) struct Ring;

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
        Hash::Sha256 => Ok(&digest::SHA256),
        Hash::Sha384 => Ok(&digest::SHA384),
        Hash::Sha512 => Ok(&digest::SHA512),
        _ => Err(Refusal::Unsupported),
    }
}

/// ring takes whole messages only.
fn message<'a>(input: SignatureInput<'a>) -> Answer<&'a [u8]> {
    match input {
        SignatureInput::Message(message) => Ok(message),
        _ => Err(Refusal::Unsupported),
    }
}

impl Backend for Ring {
    fn name(&self) -> &'static str {
        "ring"
    }

    fn digest(&self, hash: Hash) -> Answer<Box<dyn Digest>> {
        Ok(Box::new(Running(digest::Context::new(algorithm(hash)?))))
    }

    fn rsa_private(&self, pkcs1: &[u8]) -> Answer<Box<dyn RsaPrivate>> {
        // ring refuses keys below 2048 and above 4096 bits; others serve those.
        let key = rsa::KeyPair::from_der(pkcs1).map_err(|_| Refusal::Unsupported)?;
        Ok(Box::new(RsaKey(key)))
    }

    fn rsa_verify(
        &self,
        pkcs1: &[u8],
        padding: RsaSignaturePadding,
        hash: Hash,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Answer<()> {
        let algorithm: &dyn signature::VerificationAlgorithm = match (padding, hash) {
            (RsaSignaturePadding::Pkcs1, Hash::Sha1) => {
                &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
            }
            (RsaSignaturePadding::Pkcs1, Hash::Sha256) => {
                &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
            }
            (RsaSignaturePadding::Pkcs1, Hash::Sha512) => {
                &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
            }
            _ => return Err(Refusal::Unsupported),
        };
        verify(
            algorithm,
            pkcs1,
            message(input)?,
            signature,
            pkcs1.len() >= 140,
        )
    }

    fn ecdsa_verify(
        &self,
        curve: Curve,
        point: &[u8],
        hash: Hash,
        input: SignatureInput<'_>,
        signature: &[u8],
    ) -> Answer<()> {
        let algorithm: &dyn signature::VerificationAlgorithm = match (curve, hash) {
            (Curve::P256, Hash::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
            (Curve::P256, Hash::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
            (Curve::P384, Hash::Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
            (Curve::P384, Hash::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
            _ => return Err(Refusal::Unsupported),
        };
        verify(algorithm, point, message(input)?, signature, true)
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
        verify(&signature::ED25519, key, message, signature, true)
    }
}

fn verify(
    algorithm: &dyn signature::VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
    size_served: bool,
) -> Answer<()> {
    if !size_served {
        return Err(Refusal::Unsupported);
    }
    algorithm
        .verify(key.into(), message.into(), signature.into())
        .map_err(|_| Refusal::Failed)
}

#[derive(Debug)]
struct RsaKey(rsa::KeyPair);

impl RsaPrivate for RsaKey {
    fn sign(
        &self,
        padding: RsaSignaturePadding,
        hash: Hash,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        // ring blinds and salts from the system's randomness.
        if !random.is_system() {
            return Err(Refusal::Unsupported);
        }
        let encoding: &dyn signature::RsaEncoding = match (padding, hash) {
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
        let mut signature = alloc::vec![0; self.0.public().modulus_len()];
        let random = rand::SystemRandom::new();
        self.0
            .sign(encoding, &random, message(input)?, &mut signature)
            .map_err(|_| Refusal::Failed)?;
        Ok(signature)
    }

    fn decrypt(&self, _padding: RsaEncryptionPadding<'_>, _ciphertext: &[u8]) -> Answer<Secret> {
        Err(Refusal::Unsupported)
    }
}
