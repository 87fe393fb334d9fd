//! Properties of all backends together, on random inputs: whoever has a primitive agrees with everybody else who has
//! it, and no chunking of an input changes what comes out.

use alloc::boxed::Box;
use alloc::vec::Vec;
use std::sync::OnceLock;

use cms_core::CryptoError;
use cms_core::provider::{CipherKind, SignatureInput};
use cms_core::types::AlgorithmIdentifier;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::tests::{agree, all, answers, ec_scalar, pkcs1, public};
use super::*;
use crate::PROVIDER;
use crate::key::{KeyType, PrivateKey};
use crate::random::SystemRandom;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Randomness from a seed, so that a failure can be had again.
struct Seeded {
    seed: [u8; 32],
    count: u64,
}

impl Seeded {
    fn new(seed: [u8; 32]) -> Self {
        Self { seed, count: 0 }
    }
}

impl Random for Seeded {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        for part in out.chunks_mut(32) {
            let block = hmac(Hash::Sha256, &self.seed, &self.count.to_be_bytes());
            part.copy_from_slice(&block[..part.len()]);
            self.count += 1;
        }
        Ok(())
    }
}

fn octets(max: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..=max)
}

/// Places to cut at, for inputs of any length.
fn cuts() -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 0..8)
}

/// The input cut at some places; pieces may be empty.
fn pieces<'a>(input: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
    places.extend([0, input.len()]);
    places.sort_unstable();
    let ends = places.windows(2).map(|pair| &input[pair[0]..pair[1]]);
    ends.collect()
}

/// The input with one bit changed.
fn flipped(input: &[u8], at: &Index, bit: u8) -> Vec<u8> {
    let mut changed = input.to_vec();
    changed[at.index(input.len())] ^= 1 << (bit % 8);
    changed
}

/// Everybody who has the primitive accepts.
fn all_accept(what: &str, check: impl Fn(&'static dyn Backend) -> Answer<()>) {
    for backend in all() {
        let result = check(*backend);
        let fine = matches!(result, Ok(()) | Err(Refusal::Unsupported));
        assert!(fine, "{what} by {}: {result:?}", backend.name());
    }
}

/// Nobody accepts.
fn all_refuse(what: &str, check: impl Fn(&'static dyn Backend) -> Answer<()>) {
    for backend in all() {
        assert!(check(*backend).is_err(), "{what} by {}", backend.name());
    }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn digests(hash in select(Hash::ALL.to_vec()), message in octets(2000), cuts in cuts()) {
        let whole = crate::spec::digest::digest(hash, &[&message]);
        let found = answers(|backend| {
            let mut digest = backend.digest(hash)?;
            for piece in pieces(&message, &cuts) {
                digest.update(piece);
            }
            Ok(digest.finish())
        });
        agree(&found);
        assert_eq!(found[0].1, whole.to_vec());
    }
}

/// RSA keys (PKCS #1, private and public) that all cases share: making one takes longer than a case.
fn rsa_keys() -> &'static [(Secret, Vec<u8>)] {
    static KEYS: OnceLock<Vec<(Secret, Vec<u8>)>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let keys = [2048, 2048, 3072].into_iter().map(pkcs1);
        keys.map(|key| {
            let public = public(&key);
            (key, public)
        })
        .collect()
    })
}

fn rsa_hash() -> impl Strategy<Value = Hash> {
    select(std::vec![
        Hash::Sha1,
        Hash::Sha224,
        Hash::Sha256,
        Hash::Sha384,
        Hash::Sha512,
        Hash::Sha3_256,
    ])
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn rsa_signatures(
        key in any::<Index>(),
        hash in rsa_hash(),
        pss in prop::option::of((rsa_hash(), 0..=64usize)),
        message in octets(200),
        digested in any::<bool>(),
        place in any::<(Index, u8)>(),
    ) {
        let (key, public) = key.get(rsa_keys());
        let padding = pss.map_or(RsaSignaturePadding::Pkcs1, |(mgf, salt_len)| {
            // What backends have most is a mask with the same hash and a salt as long.
            let (mgf, salt_len) = if salt_len % 2 == 0 { (hash, hash.output_len()) } else { (mgf, salt_len) };
            RsaSignaturePadding::Pss { mgf, salt_len }
        });
        let digest = crate::spec::digest::digest(hash, &[&message]);
        let input = if digested { SignatureInput::Digest(&digest) } else { SignatureInput::Message(&message) };
        let signatures =
            answers(|backend| backend.rsa_private(key)?.sign(padding, hash, input, &mut SystemRandom));
        if padding == RsaSignaturePadding::Pkcs1 {
            agree(&signatures);
        }
        assert!(!signatures.is_empty());
        for (signer, signature) in signatures {
            all_accept(signer, |backend| backend.rsa_verify(public, padding, hash, input, &signature));
            let bad = flipped(&signature, &place.0, place.1);
            all_refuse(signer, |backend| backend.rsa_verify(public, padding, hash, input, &bad));
        }
    }

    #[test]
    fn rsa_encryption(
        key in any::<Index>(),
        oaep in prop::option::of((rsa_hash(), rsa_hash(), any::<bool>(), octets(20))),
        plaintext in prop::collection::vec(any::<u8>(), 1..=64),
        place in any::<(Index, u8)>(),
    ) {
        let (key, public) = key.get(rsa_keys());
        let padding = match &oaep {
            None => RsaEncryptionPadding::Pkcs1,
            Some((hash, mgf, same, label)) => {
                // MGF1 with SHA-3 is in no backend beside another hash.
                let mgf = if *same || *mgf == Hash::Sha3_256 { *hash } else { *mgf };
                RsaEncryptionPadding::Oaep { hash: *hash, mgf, label }
            }
        };
        let ciphertexts =
            answers(|backend| backend.rsa_encrypt(public, padding, &plaintext, &mut SystemRandom));
        assert!(!ciphertexts.is_empty());
        for (writer, ciphertext) in ciphertexts {
            let opened = answers(|backend| Ok(backend.rsa_private(key)?.decrypt(padding, &ciphertext)?.to_vec()));
            agree(&opened);
            assert_eq!(opened[0].1, plaintext, "{writer}");
            let bad = flipped(&ciphertext, &place.0, place.1);
            for backend in all() {
                let found = backend.rsa_private(key).and_then(|key| key.decrypt(padding, &bad));
                assert!(found.is_err() || *found.unwrap() != plaintext, "{writer} by {}", backend.name());
            }
        }
    }
}

const CURVES: [(Curve, KeyType); 3] = [
    (Curve::P256, KeyType::P256),
    (Curve::P384, KeyType::P384),
    (Curve::P521, KeyType::P521),
];

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn elliptic_curves(
        curve in select(CURVES.to_vec()),
        seeds in any::<([u8; 32], [u8; 32])>(),
        hash in select(std::vec![Hash::Sha256, Hash::Sha384, Hash::Sha512]),
        message in octets(200),
        digested in any::<bool>(),
        place in any::<(Index, u8)>(),
    ) {
        let (curve, kind) = curve;
        let one = PrivateKey::generate(kind, &mut Seeded::new(seeds.0)).unwrap();
        let two = PrivateKey::generate(kind, &mut Seeded::new(seeds.1)).unwrap();
        let (scalar, point) = (ec_scalar(&one), &one.spki().key);
        let there = answers(|backend| {
            Ok(backend.ec_private(curve, &scalar, point)?.agree(&two.spki().key)?.to_vec())
        });
        agree(&there);
        let back = answers(|backend| {
            let key = backend.ec_private(curve, &ec_scalar(&two), &two.spki().key)?;
            Ok(key.agree(point)?.to_vec())
        });
        agree(&back);
        assert_eq!(there[0].1, back[0].1);
        let digest = crate::spec::digest::digest(hash, &[&message]);
        let input = if digested { SignatureInput::Digest(&digest) } else { SignatureInput::Message(&message) };
        let signatures = answers(|backend| {
            backend.ec_private(curve, &scalar, point)?.sign(hash, input, &mut SystemRandom)
        });
        assert!(!signatures.is_empty());
        for (signer, signature) in signatures {
            all_accept(signer, |backend| backend.ecdsa_verify(curve, point, hash, input, &signature));
            let bad = flipped(&signature, &place.0, place.1);
            all_refuse(signer, |backend| backend.ecdsa_verify(curve, point, hash, input, &bad));
            // Octets that the curve has no room for do not count (FIPS 186-5, 6.4.1).
            let other = [&flipped(&digest[..32], &place.0, place.1), &digest[32..]].concat();
            let other = SignatureInput::Digest(&other);
            all_refuse(signer, |backend| backend.ecdsa_verify(curve, point, hash, other, &signature));
        }
    }

    #[test]
    fn ed25519(seed in any::<[u8; 32]>(), message in octets(300), place in any::<(Index, u8)>()) {
        let scheme = PureScheme::Ed25519;
        let publics = answers(|backend| Ok(backend.pure_private(scheme, &seed)?.public()));
        agree(&publics);
        let signatures =
            answers(|backend| backend.pure_private(scheme, &seed)?.sign(&message, &mut SystemRandom));
        agree(&signatures);
        let (public, signature) = (&publics[0].1, &signatures[0].1);
        all_accept("Ed25519", |backend| backend.pure_verify(scheme, public, &message, signature));
        let bad = flipped(signature, &place.0, place.1);
        all_refuse("Ed25519", |backend| backend.pure_verify(scheme, public, &message, &bad));
        let other = [message.as_slice(), &[0]].concat();
        all_refuse("Ed25519", |backend| backend.pure_verify(scheme, public, &other, signature));
    }

    /// Any 32 octets are a scalar and a point, the highest bit of the point being nothing.
    #[test]
    fn x25519(scalar in any::<[u8; 32]>(), peer in any::<[u8; 32]>()) {
        agree(&answers(|backend| {
            backend.montgomery(Montgomery::X25519, &scalar, &peer).map(|shared| shared.to_vec())
        }));
    }
}

const BLOCK_CIPHERS: [(BlockCipher, usize, usize); 12] = [
    (BlockCipher::Aes, 16, 16),
    (BlockCipher::Aes, 24, 16),
    (BlockCipher::Aes, 32, 16),
    (BlockCipher::TripleDes, 24, 8),
    (BlockCipher::Rc2(128), 16, 8),
    (BlockCipher::Camellia, 16, 16),
    (BlockCipher::Camellia, 24, 16),
    (BlockCipher::Camellia, 32, 16),
    (BlockCipher::Seed, 16, 16),
    (BlockCipher::Des, 8, 8),
    (BlockCipher::Cast5, 16, 8),
    (BlockCipher::Idea, 16, 8),
];

fn run(mut stream: Box<dyn StreamCipher>, pieces: &[&[u8]]) -> Answer<Vec<u8>> {
    let mut out = Vec::new();
    for piece in pieces {
        stream.update(piece, &mut out)?;
    }
    stream.finish(&mut out)?;
    Ok(out)
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn cbc(
        cipher in select(BLOCK_CIPHERS.to_vec()),
        key in any::<[u8; 32]>(),
        iv in any::<[u8; 16]>(),
        plaintext in octets(300),
        cuts in (cuts(), cuts()),
    ) {
        let (cipher, key_len, block) = cipher;
        let (key, iv) = (&key[..key_len], &iv[..block]);
        let encrypted =
            answers(|backend| run(backend.cbc_encrypt(cipher, key, iv)?, &pieces(&plaintext, &cuts.0)));
        agree(&encrypted);
        let ciphertext = &encrypted[0].1;
        let decrypted =
            answers(|backend| run(backend.cbc_decrypt(cipher, key, iv)?, &pieces(ciphertext, &cuts.1)));
        agree(&decrypted);
        assert_eq!(decrypted[0].1, plaintext);
    }

    /// Blocks that end in what may be padding, and octets that fill no block.
    #[test]
    fn cbc_padding(
        key_len in select(std::vec![16, 24, 32usize]),
        key in any::<[u8; 32]>(),
        iv in any::<[u8; 16]>(),
        blocks in prop::collection::vec(any::<[u8; 16]>(), 0..4),
        (octet, count) in (0..=20u8, 0..=20usize),
        lost in prop_oneof![3 => Just(0), 1 => 1..16usize],
        cuts in cuts(),
    ) {
        let key = &key[..key_len];
        let mut padded = blocks.concat();
        let unpadded = padded.len().saturating_sub(count);
        padded[unpadded..].fill(octet);
        // The block of padding that is added goes again.
        let stream = first(PURE, |backend| backend.cbc_encrypt(BlockCipher::Aes, key, &iv)).unwrap();
        let mut ciphertext = run(stream, &[&padded]).unwrap();
        ciphertext.truncate(padded.len().saturating_sub(lost));
        agree(&answers(|backend| {
            let stream = backend.cbc_decrypt(BlockCipher::Aes, key, &iv)?;
            Ok(run(stream, &pieces(&ciphertext, &cuts)).ok())
        }));
    }
}

fn decrypt(
    algorithm: &AlgorithmIdentifier,
    key: &[u8],
    ciphertext: &[&[u8]],
    aad: &[u8],
    tag: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let cipher = PROVIDER.cipher(&algorithm.oid)?;
    let mut decryptor = cipher.decryptor(algorithm, key)?;
    let mut out = Vec::new();
    for piece in ciphertext {
        decryptor.update(piece, &mut out)?;
    }
    decryptor.finish(aad, tag, &mut out)?;
    Ok(out)
}

proptest! {
    #![proptest_config(config(512))]

    /// The ciphers of the provider, all that are written.
    #[test]
    fn content_ciphers(
        cipher in any::<Index>(),
        seed in any::<[u8; 32]>(),
        content in octets(600),
        aad in octets(60),
        cuts in (cuts(), cuts()),
        place in any::<(Index, u8)>(),
    ) {
        let mut random = Seeded::new(seed);
        let written: Vec<_> = PROVIDER.ciphers.iter().filter_map(|cipher| {
            cipher.identifier(&mut random).ok().map(|algorithm| (*cipher, algorithm))
        }).collect();
        let (cipher, algorithm) = cipher.get(&written);
        let mut key = std::vec![0; cipher.key_len(algorithm).unwrap().preferred()];
        random.fill(&mut key).unwrap();
        let encrypt = |pieces: &[&[u8]]| {
            let mut encryptor = cipher.encryptor(algorithm, &key).unwrap();
            let mut out = Vec::new();
            for piece in pieces {
                encryptor.update(piece, &mut out).unwrap();
            }
            let tag = encryptor.finish(&aad, &mut out).unwrap();
            (out, tag)
        };
        let (ciphertext, tag) = encrypt(&[&content]);
        assert_eq!(encrypt(&pieces(&content, &cuts.0)), (ciphertext.clone(), tag.clone()));
        let found = decrypt(algorithm, &key, &pieces(&ciphertext, &cuts.1), &aad, &tag);
        assert_eq!(found.unwrap(), content);
        if cipher.kind() == CipherKind::Aead {
            // One octet of the ciphertext, the additional data or the tag.
            let whole = [ciphertext.as_slice(), &aad, &tag].concat();
            let bad = flipped(&whole, &place.0, place.1);
            let (bad, rest) = bad.split_at(ciphertext.len());
            let (bad_aad, bad_tag) = rest.split_at(aad.len());
            let found = decrypt(algorithm, &key, &pieces(bad, &cuts.1), bad_aad, bad_tag);
            assert!(matches!(found, Err(CryptoError::Failed)), "{cipher:?}");
        }
    }
}
