//! All available backends against each other: what one makes, every other must read, and what takes no randomness
//! must come out the same.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::provider::SignatureInput;

use super::*;
use crate::key::{KeyType, PrivateKey};
use crate::random::SystemRandom;

/// Every backend that was compiled in, each once.
pub(super) fn all() -> &'static [&'static dyn Backend] {
    RING_FIRST
}

/// Asks all backends; those that lack the primitive are left out.
pub(super) fn answers<T>(
    mut ask: impl FnMut(&'static dyn Backend) -> Answer<T>,
) -> Vec<(&'static str, T)> {
    all()
        .iter()
        .filter_map(|backend| match ask(*backend) {
            Ok(answer) => Some((backend.name(), answer)),
            Err(Refusal::Unsupported) => None,
            Err(other) => panic!("{}: {other:?}", backend.name()),
        })
        .collect()
}

pub(super) fn agree<T: PartialEq + Debug>(answers: &[(&'static str, T)]) {
    assert!(!answers.is_empty());
    for pair in answers.windows(2) {
        assert_eq!(pair[0].1, pair[1].1, "{} and {}", pair[0].0, pair[1].0);
    }
}

pub(super) fn pkcs1(bits: usize) -> Secret {
    let key = PrivateKey::generate(KeyType::Rsa(bits), &mut SystemRandom).unwrap();
    let pkcs8 = key.to_pkcs8().unwrap();
    let mut fields = cms_core::ber::Cursor::single(&pkcs8, 0).unwrap().children();
    fields.element().unwrap();
    fields.element().unwrap();
    Zeroizing::new(fields.element().unwrap().contents().to_vec())
}

pub(super) fn public(pkcs1: &[u8]) -> Vec<u8> {
    PrivateKey::from_pkcs1(pkcs1).unwrap().spki().key.clone()
}

#[test]
fn digests_agree_at_every_chunking() {
    let message: Vec<u8> = (0..=255).cycle().take(1000).collect();
    for hash in Hash::ALL {
        for chunk in [1, 63, 64, 65, 1000] {
            agree(&answers(|backend| {
                let mut digest = backend.digest(hash)?;
                for part in message.chunks(chunk) {
                    digest.update(part);
                }
                let fork = digest.fork().finish();
                assert_eq!(fork, digest.finish());
                Ok(fork)
            }));
        }
    }
}

#[test]
fn rsa_signatures_of_each_backend_hold_in_all_others() {
    let key = pkcs1(2048);
    let public = public(&key);
    let message = b"message";
    let paddings = |hash: Hash| {
        [
            RsaSignaturePadding::Pkcs1,
            RsaSignaturePadding::Pss {
                mgf: hash,
                salt_len: hash.output_len(),
            },
            RsaSignaturePadding::Pss {
                mgf: hash,
                salt_len: 0,
            },
        ]
    };
    for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
        for padding in paddings(hash) {
            for input in [
                SignatureInput::Message(message),
                SignatureInput::Digest(&crate::spec::digest::digest(hash, &[message])),
            ] {
                let signatures = answers(|backend| {
                    backend
                        .rsa_private(&key)?
                        .sign(padding, hash, input, &mut SystemRandom)
                });
                assert!(!signatures.is_empty());
                for (signer, signature) in signatures {
                    for backend in all() {
                        let good = backend.rsa_verify(&public, padding, hash, input, &signature);
                        assert!(
                            matches!(good, Ok(()) | Err(Refusal::Unsupported)),
                            "{signer} by {}",
                            backend.name()
                        );
                        let mut bad = signature.clone();
                        bad[10] ^= 1;
                        assert!(
                            backend
                                .rsa_verify(&public, padding, hash, input, &bad)
                                .is_err()
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn rsa_ciphertexts_of_each_backend_open_in_all_others() {
    let key = pkcs1(2048);
    let public = public(&key);
    let mut paddings = alloc::vec![RsaEncryptionPadding::Pkcs1];
    for hash in [
        Hash::Sha1,
        Hash::Sha224,
        Hash::Sha256,
        Hash::Sha384,
        Hash::Sha512,
    ] {
        for mgf in [Hash::Sha1, Hash::Sha256, Hash::Sha512] {
            for label in [&b""[..], b"label"] {
                paddings.push(RsaEncryptionPadding::Oaep { hash, mgf, label });
            }
        }
    }
    for padding in paddings {
        let ciphertexts =
            answers(|backend| backend.rsa_encrypt(&public, padding, &[7; 32], &mut SystemRandom));
        assert!(!ciphertexts.is_empty());
        for (writer, ciphertext) in ciphertexts {
            let opened =
                answers(|backend| backend.rsa_private(&key)?.decrypt(padding, &ciphertext));
            assert!(!opened.is_empty());
            for (reader, plaintext) in opened {
                assert_eq!(*plaintext, [7; 32], "{writer} by {reader}, {padding:?}");
            }
        }
    }
}

#[test]
fn elliptic_curves_agree() {
    for (curve, kind) in [(Curve::P256, KeyType::P256), (Curve::P384, KeyType::P384)] {
        let one = PrivateKey::generate(kind, &mut SystemRandom).unwrap();
        let two = PrivateKey::generate(kind, &mut SystemRandom).unwrap();
        let scalar = ec_scalar(&one);
        let point = &one.spki().key;
        agree(&answers(|backend| {
            Ok(backend
                .ec_private(curve, &scalar, point)?
                .agree(&two.spki().key)?
                .to_vec())
        }));
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            let input = SignatureInput::Message(b"message");
            let signatures = answers(|backend| {
                backend
                    .ec_private(curve, &scalar, point)?
                    .sign(hash, input, &mut SystemRandom)
            });
            for (signer, signature) in signatures {
                for backend in all() {
                    let good = backend.ecdsa_verify(curve, point, hash, input, &signature);
                    assert!(
                        matches!(good, Ok(()) | Err(Refusal::Unsupported)),
                        "{signer} by {}",
                        backend.name()
                    );
                    let other = SignatureInput::Message(b"messagf");
                    assert!(
                        backend
                            .ecdsa_verify(curve, point, hash, other, &signature)
                            .is_err()
                    );
                }
            }
        }
    }
}

pub(super) fn ec_scalar(key: &PrivateKey) -> Vec<u8> {
    let pkcs8 = key.to_pkcs8().unwrap();
    let mut fields = cms_core::ber::Cursor::single(&pkcs8, 0).unwrap().children();
    fields.element().unwrap();
    fields.element().unwrap();
    let inner = fields.element().unwrap().contents().to_vec();
    let mut fields = cms_core::ber::Cursor::single(&inner, 0).unwrap().children();
    fields.element().unwrap();
    fields.element().unwrap().contents().to_vec()
}

#[test]
fn edwards_and_montgomery_curves_agree() {
    let seed = [9; 32];
    let signatures = answers(|backend| {
        let key = backend.pure_private(PureScheme::Ed25519, &seed)?;
        key.sign(b"message", &mut SystemRandom)
    });
    agree(&signatures);
    let public = ed25519_dalek::SigningKey::from_bytes(&seed)
        .verifying_key()
        .to_bytes();
    for backend in all() {
        assert_eq!(
            backend.pure_verify(PureScheme::Ed25519, &public, b"message", &signatures[0].1),
            Ok(())
        );
        assert!(
            backend
                .pure_verify(PureScheme::Ed25519, &public, b"messagf", &signatures[0].1)
                .is_err()
        );
    }
    // RFC 7748, 6.1.
    let alice = hex("77076d0a7318a57d3c16c17251b26645ccf9a0f69a0b0d0f5e7e0e7f8b2d9d5b");
    let shared = answers(|backend| {
        let scalar: [u8; 32] = alice.clone().try_into().unwrap();
        let peer: [u8; 32] =
            hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
                .try_into()
                .unwrap();
        backend
            .montgomery(Montgomery::X25519, &scalar, &peer)
            .map(|shared| shared.to_vec())
    });
    agree(&shared);
    // A point of small order gives all zeros, which every backend must refuse (RFC 8418, 2).
    for backend in all() {
        assert!(
            backend
                .montgomery(Montgomery::X25519, &[1; 32], &[0; 32])
                .is_err(),
            "{}",
            backend.name()
        );
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn run(mut stream: Box<dyn StreamCipher>, input: &[u8], chunk: usize) -> Answer<Vec<u8>> {
    let mut out = Vec::new();
    for part in input.chunks(chunk) {
        stream.update(part, &mut out)?;
    }
    stream.finish(&mut out)?;
    Ok(out)
}

#[test]
fn cbc_agrees_at_every_length_and_chunking() {
    let ciphers = [
        (BlockCipher::Aes, 16, 16),
        (BlockCipher::Aes, 24, 16),
        (BlockCipher::Aes, 32, 16),
        (BlockCipher::TripleDes, 24, 8),
        (BlockCipher::Rc2(40), 5, 8),
        (BlockCipher::Rc2(128), 16, 8),
        (BlockCipher::Camellia, 16, 16),
        (BlockCipher::Camellia, 24, 16),
        (BlockCipher::Camellia, 32, 16),
        (BlockCipher::Seed, 16, 16),
        (BlockCipher::Des, 8, 8),
        (BlockCipher::Cast5, 5, 8),
        (BlockCipher::Cast5, 16, 8),
        (BlockCipher::Idea, 16, 8),
    ];
    for (cipher, key_len, block) in ciphers {
        let key: Vec<u8> = (1..=key_len).collect();
        let iv = alloc::vec![3; block];
        for len in 0..50 {
            let plaintext: Vec<u8> = (0..len).collect();
            for chunk in [1, 7, 16, 50] {
                let encrypted = answers(|backend| {
                    run(backend.cbc_encrypt(cipher, &key, &iv)?, &plaintext, chunk)
                });
                agree(&encrypted);
                let ciphertext = &encrypted[0].1;
                let decrypted = answers(|backend| {
                    run(backend.cbc_decrypt(cipher, &key, &iv)?, ciphertext, chunk)
                });
                agree(&decrypted);
                assert_eq!(decrypted[0].1, plaintext);
                // A ciphertext cut within a block, or of no block at all, fails everywhere.
                for cut in [0, ciphertext.len() - 1] {
                    for backend in all() {
                        let result = backend
                            .cbc_decrypt(cipher, &key, &iv)
                            .and_then(|stream| run(stream, &ciphertext[..cut], chunk));
                        assert!(result.is_err());
                    }
                }
            }
        }
    }
}

#[test]
fn cbc_padding_is_judged_alike_for_every_last_octet() {
    let (key, iv) = ([5; 16], [6; 16]);
    for octet in 0..=255u8 {
        // Without padding of its own, CBC decrypts the last block to whatever the one before makes of it.
        let mut ciphertext = run(
            first(PURE, |b| b.cbc_encrypt(BlockCipher::Aes, &key, &iv)).unwrap(),
            &[0; 16],
            16,
        )
        .unwrap();
        ciphertext[15] ^= octet;
        let results: Vec<_> = all()
            .iter()
            .filter_map(
                |backend| match backend.cbc_decrypt(BlockCipher::Aes, &key, &iv) {
                    Ok(stream) => Some(run(stream, &ciphertext, 16).ok()),
                    Err(_) => None,
                },
            )
            .collect();
        assert!(
            results.windows(2).all(|pair| pair[0] == pair[1]),
            "octet {octet}"
        );
    }
}
