//! Digests, MACs, content ciphers and key wrap.

use std::hint::black_box;

use aws_lc_rs::aead;
use aws_lc_rs::cipher::{self, DecryptionContext, EncryptionContext};
use aws_lc_rs::iv::FixedLength;
use cms_algs::{PROVIDER, spec};
use cms_core::ber::write;
use cms_core::provider::{ContentCipher, DigestAlgorithm, KeyWrapAlgorithm, MacAlgorithm};
use cms_core::types::AlgorithmIdentifier;
use ctr::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use poly1305::universal_hash::{KeyInit, UniversalHash};

use super::{Fixed, LONG, PIECE, SHORT, row};

const KEY: [u8; 32] = [7; 32];
const IV: [u8; 16] = [9; 16];
const NONCE: [u8; 12] = [5; 12];

pub(super) fn run() {
    for len in [LONG, SHORT] {
        let input = vec![0x61; len];
        digest("SHA-256", &input, &spec::SHA256, &ring::digest::SHA256);
        digest("SHA-512", &input, &spec::SHA512, &ring::digest::SHA512);
        hmac(&input);
        cbc(
            "AES-128-CBC",
            &input,
            &spec::AES_128_CBC,
            (&cipher::AES_128, 16),
        );
        cbc(
            "AES-256-CBC",
            &input,
            &spec::AES_256_CBC,
            (&cipher::AES_256, 32),
        );
        gcm(&input);
        chacha20_poly1305(&input);
    }
    key_wrap();
}

fn digest(
    name: &str,
    input: &[u8],
    algorithm: &dyn DigestAlgorithm,
    floor: &'static ring::digest::Algorithm,
) {
    let mut ours = || {
        let mut digest = algorithm.start();
        for piece in input.chunks(PIECE) {
            digest.update(piece);
        }
        black_box(digest.finish());
    };
    let mut bare = || {
        let mut digest = ring::digest::Context::new(floor);
        for piece in input.chunks(PIECE) {
            digest.update(piece);
        }
        black_box(digest.finish());
    };
    row(name, Some(input.len()), "ring", &mut [&mut ours, &mut bare]);
}

fn hmac(input: &[u8]) {
    let algorithm = spec::HMAC_SHA256
        .identifier(&mut Fixed)
        .expect("identifier");
    let mut ours = || {
        let mut mac = spec::HMAC_SHA256.start(&algorithm, &KEY).expect("key");
        for piece in input.chunks(PIECE) {
            mac.update(piece);
        }
        black_box(mac.finish());
    };
    let mut bare = || {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &KEY);
        let mut mac = ring::hmac::Context::with_key(&key);
        for piece in input.chunks(PIECE) {
            mac.update(piece);
        }
        black_box(mac.sign());
    };
    let sides: &mut [&mut dyn FnMut()] = &mut [&mut ours, &mut bare];
    row("HMAC-SHA-256", Some(input.len()), "ring", sides);
}

/// The provider's encryption in pieces, into a buffer that is large enough from the second time on.
fn encrypt(
    cipher: &dyn ContentCipher,
    algorithm: &AlgorithmIdentifier,
    key: &[u8],
    input: &[u8],
    out: &mut Vec<u8>,
) -> Vec<u8> {
    out.clear();
    let mut encryptor = cipher.encryptor(algorithm, key).expect("key");
    for piece in input.chunks(PIECE) {
        encryptor.update(piece, out).expect("encrypted");
    }
    encryptor.finish(&[], out).expect("encrypted")
}

fn decrypt(
    cipher: &dyn ContentCipher,
    algorithm: &AlgorithmIdentifier,
    key: &[u8],
    (input, tag): (&[u8], &[u8]),
    out: &mut Vec<u8>,
) {
    out.clear();
    let mut decryptor = cipher.decryptor(algorithm, key).expect("key");
    for piece in input.chunks(PIECE) {
        decryptor.update(piece, out).expect("decrypted");
    }
    decryptor.finish(&[], tag, out).expect("decrypted");
}

fn cbc(
    name: &str,
    input: &[u8],
    cipher: &dyn ContentCipher,
    (floor, key_len): (&'static cipher::Algorithm, usize),
) {
    let algorithm = AlgorithmIdentifier::with(cipher.oid(), write::octet_string(&IV));
    let key = &KEY[..key_len];
    let mut out = Vec::new();
    encrypt(cipher, &algorithm, key, input, &mut out);
    let ciphertext = out.clone();
    let mut room = vec![0; input.len() + 64];
    let unbound = || cipher::UnboundCipherKey::new(floor, key).expect("key");
    {
        let mut ours = || {
            black_box(encrypt(cipher, &algorithm, key, input, &mut out));
        };
        let mut bare = || {
            let context = EncryptionContext::Iv128(FixedLength::from(IV));
            let mut stream =
                cipher::StreamingEncryptingKey::less_safe_cbc_pkcs7(unbound(), context)
                    .expect("key");
            let mut at = 0;
            for piece in input.chunks(PIECE) {
                let update = stream.update(piece, &mut room[at..]).expect("encrypted");
                at += update.written().len();
            }
            black_box(stream.finish(&mut room[at..]).expect("encrypted"));
        };
        let name = format!("{name}, encrypt");
        let sides: &mut [&mut dyn FnMut()] = &mut [&mut ours, &mut bare];
        row(&name, Some(input.len()), "aws-lc-rs", sides);
    }
    let mut ours = || decrypt(cipher, &algorithm, key, (&ciphertext, &[]), &mut out);
    let mut bare = || {
        let context = DecryptionContext::Iv128(FixedLength::from(IV));
        let mut stream =
            cipher::StreamingDecryptingKey::cbc_pkcs7(unbound(), context).expect("key");
        let mut at = 0;
        for piece in ciphertext.chunks(PIECE) {
            let update = stream.update(piece, &mut room[at..]).expect("decrypted");
            at += update.written().len();
        }
        black_box(stream.finish(&mut room[at..]).expect("decrypted"));
    };
    let name = format!("{name}, decrypt");
    let sides: &mut [&mut dyn FnMut()] = &mut [&mut ours, &mut bare];
    row(&name, Some(input.len()), "aws-lc-rs", sides);
}

/// One-shot encryption of the whole in place by aws-lc, which a stream of unknown length cannot use.
fn one_shot(algorithm: &'static aead::Algorithm, data: &mut [u8]) {
    let key = aead::LessSafeKey::new(aead::UnboundKey::new(algorithm, &KEY).expect("key"));
    let nonce = aead::Nonce::assume_unique_for_key(NONCE);
    let tag = key.seal_in_place_separate_tag(nonce, aead::Aad::empty(), data);
    let _ = black_box(tag.expect("encrypted"));
}

fn gcm(input: &[u8]) {
    let cipher = &spec::AES_256_GCM;
    let parameters = write::sequence(&[&write::octet_string(&NONCE), &write::integer(16)]);
    let algorithm = AlgorithmIdentifier::with(cipher.oid(), parameters);
    let mut out = Vec::new();
    let tag = encrypt(cipher, &algorithm, &KEY, input, &mut out);
    let ciphertext = out.clone();
    let (mut data, mut other) = (input.to_vec(), input.to_vec());
    let bare = |data: &mut [u8], decrypts: bool| {
        let mut stream = ctr::Ctr32BE::<aes::Aes256>::new(&KEY.into(), &IV.into());
        let mut hash = ghash::GHash::new(&IV.into());
        for piece in data.chunks_mut(PIECE) {
            if decrypts {
                hash.update(ghash::Block::slice_as_chunks(piece).0);
            }
            stream.apply_keystream(piece);
            if !decrypts {
                hash.update(ghash::Block::slice_as_chunks(piece).0);
            }
        }
        black_box(hash.finalize());
    };
    {
        let mut ours = || {
            black_box(encrypt(cipher, &algorithm, &KEY, input, &mut out));
        };
        let mut bare = || bare(&mut data, false);
        let mut other = || one_shot(&aead::AES_256_GCM, &mut other);
        let sides: &mut [&mut dyn FnMut()] = &mut [&mut ours, &mut bare, &mut other];
        row(
            "AES-256-GCM, encrypt",
            Some(input.len()),
            "ctr, ghash",
            sides,
        );
    }
    let mut ours = || decrypt(cipher, &algorithm, &KEY, (&ciphertext, &tag), &mut out);
    let mut bare = || bare(&mut data, true);
    let mut other = || one_shot(&aead::AES_256_GCM, &mut other);
    let sides: &mut [&mut dyn FnMut()] = &mut [&mut ours, &mut bare, &mut other];
    row(
        "AES-256-GCM, decrypt",
        Some(input.len()),
        "ctr, ghash",
        sides,
    );
}

fn chacha20_poly1305(input: &[u8]) {
    let cipher = &spec::ChaCha20Poly1305;
    let algorithm = AlgorithmIdentifier::with(cipher.oid(), write::octet_string(&NONCE));
    let (mut data, mut other) = (input.to_vec(), input.to_vec());
    let mut out = Vec::new();
    let mut ours = || {
        black_box(encrypt(cipher, &algorithm, &KEY, input, &mut out));
    };
    let mut bare = || {
        let mut stream = chacha20::ChaCha20::new(&KEY.into(), &NONCE.into());
        let mut first = [0; 32];
        stream.apply_keystream(&mut first);
        stream.seek(64u64);
        let mut mac = poly1305::Poly1305::new(&first.into());
        for piece in data.chunks_mut(PIECE) {
            stream.apply_keystream(piece);
            mac.update(poly1305::Block::slice_as_chunks(piece).0);
        }
        black_box(mac.finalize());
    };
    let mut other = || one_shot(&aead::CHACHA20_POLY1305, &mut other);
    let sides: &mut [&mut dyn FnMut()] = &mut [&mut ours, &mut bare, &mut other];
    let floor = "chacha20, poly1305";
    row(
        "ChaCha20-Poly1305, encrypt",
        Some(input.len()),
        floor,
        sides,
    );
}

fn key_wrap() {
    let wrap = spec::KeyWrap::Aes256;
    let algorithm = wrap.identifier(&mut Fixed).expect("identifier");
    let object = PROVIDER.key_wrap(&algorithm.oid).expect("key wrap");
    let wrapped = object
        .wrap(&algorithm, &KEY, &[1; 32], &mut Fixed)
        .expect("wrapped");
    let mut ours = || {
        black_box(
            object
                .wrap(&algorithm, &KEY, &[1; 32], &mut Fixed)
                .expect("wrapped"),
        );
    };
    let mut bare = || {
        let mut out = [0; 40];
        let wrap = aes_kw::AesKw::<aes::Aes256>::new(&KEY.into());
        black_box(wrap.wrap_key(&[1; 32], &mut out).expect("wrapped"));
    };
    let sides: &mut [&mut dyn FnMut()] = &mut [&mut ours, &mut bare];
    row("AES-256 key wrap", None, "aes-kw", sides);
    let mut ours = || {
        black_box(object.unwrap(&algorithm, &KEY, &wrapped).expect("key"));
    };
    let mut bare = || {
        let mut out = [0; 32];
        let wrap = aes_kw::AesKw::<aes::Aes256>::new(&KEY.into());
        black_box(wrap.unwrap_key(&wrapped, &mut out).expect("key"));
    };
    let sides: &mut [&mut dyn FnMut()] = &mut [&mut ours, &mut bare];
    row("AES-256 key unwrap", None, "aes-kw", sides);
}
