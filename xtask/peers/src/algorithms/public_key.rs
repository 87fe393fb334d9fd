//! Signatures, key agreement and key encapsulation.

use std::hint::black_box;

use aws_lc_rs::signature::{self as aws, VerificationAlgorithm};
use aws_lc_rs::{agreement, rand, rsa};
use cms_algs::{KeyType, PROVIDER, PrivateKey, SlhDsaSet, SystemRandom, spec};
use cms_core::ber::Cursor;
use cms_core::key::{SignatureScheme, SigningKey};
use cms_core::provider::{Random, RecipientAlgorithm, SignatureInput, WrapRequest};
use poly1305::universal_hash::KeyInit;
use ring::hkdf;
use testkit::keys::ALICE;

use super::{Fixed, SHORT, row};

const MESSAGE: [u8; SHORT] = [0x61; SHORT];
const CEK: [u8; 32] = [3; 32];

pub(super) fn run() {
    ecdsa();
    rsa();
    ed25519();
    ml_dsa();
    slh_dsa();
    x25519();
    ml_kem();
}

/// A key with its scheme and a signature, and both operations of the provider.
struct Ours {
    key: PrivateKey,
    scheme: SignatureScheme,
}

impl Ours {
    fn new(key: PrivateKey) -> Self {
        let scheme = key.scheme(None).expect("scheme");
        Self { key, scheme }
    }

    fn sign(&self, random: &mut dyn Random) -> Vec<u8> {
        let input = SignatureInput::Message(&MESSAGE);
        let signature = self.key.sign(&self.scheme, input, random);
        signature.expect("signature")
    }

    fn verify(&self, signature: &[u8]) {
        let input = SignatureInput::Message(&MESSAGE);
        let algorithm = &self.scheme.signature_algorithm;
        let companion = Some(&self.scheme.digest_algorithm);
        let verifier = PROVIDER.signature(algorithm).expect("algorithm");
        let key = self.key.spki();
        verifier
            .verify(algorithm, companion, key, input, signature)
            .expect("holds");
    }

    fn sign_row(&self, name: &str, floor: &str, mut random: impl Random, bare: &mut dyn FnMut()) {
        let mut ours = || {
            black_box(self.sign(&mut random));
        };
        row(
            &format!("{name}, sign"),
            None,
            floor,
            &mut [&mut ours, bare],
        );
    }

    fn verify_row(&self, name: &str, floor: &str, signature: &[u8], bare: &mut dyn FnMut()) {
        let mut ours = || self.verify(signature);
        row(
            &format!("{name}, verify"),
            None,
            floor,
            &mut [&mut ours, bare],
        );
    }
}

fn generate(kind: KeyType) -> PrivateKey {
    PrivateKey::generate(kind, &mut SystemRandom).expect("key")
}

fn ecdsa() {
    let ours = Ours::new(generate(KeyType::P256));
    let algorithm = &aws::ECDSA_P256_SHA256_ASN1_SIGNING;
    let bare =
        aws::EcdsaKeyPair::from_pkcs8(algorithm, &ours.key.to_pkcs8().expect("key")).expect("key");
    let random = rand::SystemRandom::new();
    ours.sign_row("ECDSA P-256", "aws-lc-rs", SystemRandom, &mut || {
        black_box(bare.sign(&random, &MESSAGE).expect("signature"));
    });
    let (signature, point) = (ours.sign(&mut SystemRandom), &ours.key.spki().key);
    ours.verify_row("ECDSA P-256", "aws-lc-rs", &signature, &mut || {
        aws::ECDSA_P256_SHA256_ASN1
            .verify_sig(point, &MESSAGE, &signature)
            .expect("holds");
    });
}

fn rsa() {
    let ours = Ours::new(PrivateKey::from_pkcs8(ALICE.key).expect("key"));
    let bare = rsa::KeyPair::from_pkcs8(ALICE.key).expect("key");
    let random = rand::SystemRandom::new();
    ours.sign_row("RSA-2048", "aws-lc-rs", SystemRandom, &mut || {
        let mut out = vec![0; bare.public_modulus_len()];
        bare.sign(&aws::RSA_PKCS1_SHA256, &random, &MESSAGE, &mut out)
            .expect("signature");
        black_box(out);
    });
    let (signature, public) = (ours.sign(&mut SystemRandom), &ours.key.spki().key);
    ours.verify_row("RSA-2048", "aws-lc-rs", &signature, &mut || {
        aws::RSA_PKCS1_2048_8192_SHA256
            .verify_sig(public, &MESSAGE, &signature)
            .expect("holds");
    });
}

fn ed25519() {
    let ours = Ours::new(generate(KeyType::Ed25519));
    let bare = aws::Ed25519KeyPair::from_seed_unchecked(&secret(&ours.key)).expect("key");
    ours.sign_row("Ed25519", "aws-lc-rs", SystemRandom, &mut || {
        black_box(bare.sign(&MESSAGE));
    });
    let (signature, public) = (ours.sign(&mut SystemRandom), &ours.key.spki().key);
    ours.verify_row("Ed25519", "aws-lc-rs", &signature, &mut || {
        aws::ED25519
            .verify_sig(public, &MESSAGE, &signature)
            .expect("holds");
    });
}

/// What the privateKey of a PKCS #8 holds in its last octets: the seed of Ed25519 and of ML-DSA.
fn secret(key: &PrivateKey) -> Vec<u8> {
    let pkcs8 = key.to_pkcs8().expect("key");
    let mut fields = Cursor::single(&pkcs8, 0).expect("key").children();
    fields.element().expect("version");
    fields.element().expect("algorithm");
    let contents = fields.element().expect("privateKey").contents();
    contents[contents.len() - 32..].to_vec()
}

fn ml_dsa() {
    let ours = Ours::new(generate(KeyType::MlDsa65));
    let seed: [u8; 32] = secret(&ours.key).try_into().expect("seed");
    let bare = ml_dsa::ExpandedSigningKey::<ml_dsa::MlDsa65>::from_seed(&seed.into());
    ours.sign_row("ML-DSA-65", "ml-dsa", Fixed, &mut || {
        // The empty context in front, as FIPS 204, algorithm 2 has it.
        let signature = bare.sign_internal(&[&[0, 0], &MESSAGE], &[0x42; 32].into());
        black_box(signature.encode());
    });
    let (signature, public) = (ours.sign(&mut Fixed), &ours.key.spki().key);
    ours.verify_row("ML-DSA-65", "ml-dsa", &signature, &mut || {
        let public = public.as_slice().try_into().expect("key");
        let key = ml_dsa::VerifyingKey::<ml_dsa::MlDsa65>::decode(public);
        let signature = ml_dsa::Signature::try_from(signature.as_slice()).expect("signature");
        assert!(key.verify_with_context(&MESSAGE, &[], &signature));
    });
}

fn slh_dsa() {
    let ours = Ours::new(generate(KeyType::SlhDsa(SlhDsaSet::Sha2_128f)));
    let pkcs8 = ours.key.to_pkcs8().expect("key");
    let octets = &pkcs8[pkcs8.len() - 64..];
    let bare = slh_dsa::SigningKey::<slh_dsa::Sha2_128f>::try_from(octets).expect("key");
    ours.sign_row("SLH-DSA-SHA2-128f", "slh-dsa", Fixed, &mut || {
        let signature = bare.try_sign_with_context(&MESSAGE, &[], Some(&[0x42; 16]));
        black_box(signature.expect("signature").to_vec());
    });
    let (signature, public) = (ours.sign(&mut Fixed), &ours.key.spki().key);
    ours.verify_row("SLH-DSA-SHA2-128f", "slh-dsa", &signature, &mut || {
        let key = slh_dsa::VerifyingKey::<slh_dsa::Sha2_128f>::try_from(public.as_slice());
        let signature = slh_dsa::Signature::try_from(signature.as_slice()).expect("signature");
        key.expect("key")
            .try_verify_with_context(&MESSAGE, &[], &signature)
            .expect("holds");
    });
}

struct Len;

impl hkdf::KeyType for Len {
    fn len(&self) -> usize {
        32
    }
}

/// From a shared secret to a wrapped key, as RFC 8418 and RFC 9936 have it: HKDF with SHA-256, AES-256 key wrap.
fn wrapped(shared: &[u8]) -> [u8; 40] {
    let mut kek = [0; 32];
    let info = [0; 24];
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(shared);
    let okm = prk.expand(&[&info], Len).map(|okm| okm.fill(&mut kek));
    okm.expect("length").expect("length");
    let mut out = [0; 40];
    let wrap = aes_kw::AesKw::<aes::Aes256>::new(&kek.into());
    wrap.wrap_key(&CEK, &mut out).expect("wrapped");
    out
}

fn wrap_row(
    name: &str,
    floor: &str,
    algorithm: &dyn RecipientAlgorithm,
    key: &PrivateKey,
    bare: &mut dyn FnMut(),
) {
    let keys = [key.spki().clone()];
    let mut ours = || {
        let request = WrapRequest {
            keys: &keys,
            cek: &CEK,
            ukm: None,
        };
        black_box(algorithm.wrap(&request, &mut Fixed).expect("wrapped"));
    };
    row(name, None, floor, &mut [&mut ours, bare]);
}

fn x25519() {
    let key = generate(KeyType::X25519);
    let peer = &key.spki().key;
    let name = "X25519, wrap a key";
    let floor = "aws-lc-rs, ring, aes-kw";
    wrap_row(name, floor, &spec::X25519_HKDF, &key, &mut || {
        let own = agreement::PrivateKey::from_private_key(&agreement::X25519, &[0x42; 32]);
        let own = own.expect("key");
        black_box(own.compute_public_key().expect("key"));
        let peer = agreement::UnparsedPublicKey::new(&agreement::X25519, peer);
        let out = agreement::agree(&own, peer, (), |shared| Ok(wrapped(shared)));
        black_box(out.expect("agreed"));
    });
}

fn ml_kem() {
    let key = generate(KeyType::MlKem768);
    let public = &key.spki().key;
    let name = "ML-KEM-768, wrap a key";
    let floor = "ml-kem, ring, aes-kw";
    wrap_row(name, floor, &spec::ml_kem::ML_KEM_768, &key, &mut || {
        let public = public.as_slice().try_into().expect("key");
        let key = ml_kem::EncapsulationKey::<ml_kem::MlKem768>::new(&public).expect("key");
        let (ciphertext, shared) = key.encapsulate_deterministic(&[0x42; 32].into());
        black_box((ciphertext, wrapped(&shared)));
    });
}
