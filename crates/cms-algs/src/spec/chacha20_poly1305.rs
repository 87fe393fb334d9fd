//! ChaCha20-Poly1305: RFC 8103, in one pass although the additional data comes last.
//!
//! * Identifier: 1.2.840.113549.1.9.16.3.18 (id-alg-AEADChaCha20Poly1305).
//! * Parameters: `AEADChaCha20Poly1305Nonce ::= OCTET STRING (SIZE(12))`, required; the tag has 16 octets.
//! * Strength: 256 bits.
//! * RFC 8551, 2.7: SHOULD+.
//! * Test vectors: RFC 8439, 2.8.2 (the first of Wycheproof's `chacha20_poly1305`), and Wycheproof's others.
//!
//! Poly1305 is a polynomial, as GHASH is: the share of the additional data is multiplied into its place in front at the
//! end (RFC 8103, 2: the tag covers the attributes first).

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::{Tag, write};
use cms_core::provider::{
    CipherKind, ContentCipher, ContentDecryptor, ContentEncryptor, KeyLength, Random,
};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use subtle::ConstantTimeEq;

use super::parameters;
use crate::backend::Poly1305;
use crate::backend::chacha20::KeyStream;

/// id-alg-AEADChaCha20Poly1305.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct ChaCha20Poly1305;

const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

/// RFC 8439, 2.8: 2^32 - 1 blocks of 64 octets.
const MAX_PLAINTEXT: u64 = ((1 << 32) - 1) * 64;

fn nonce(algorithm: &AlgorithmIdentifier) -> Result<Vec<u8>, CryptoError> {
    let element = parameters::element(algorithm)?;
    let octets = element
        .octets()
        .map_err(|_| CryptoError::Parameters("malformed"))?;
    if element.tag() != Tag::OCTET_STRING || octets.len() != NONCE_LEN {
        return Err(CryptoError::Parameters(
            "the nonce of ChaCha20-Poly1305 has 12 octets",
        ));
    }
    Ok(octets.into_owned())
}

impl ContentCipher for ChaCha20Poly1305 {
    fn oid(&self) -> ObjectIdentifier {
        oid::CHACHA20_POLY1305
    }

    fn kind(&self) -> CipherKind {
        CipherKind::Aead
    }

    fn key_len(&self, _algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError> {
        Ok(KeyLength::Exact(KEY_LEN))
    }

    fn ciphertext_len(&self, plaintext_len: u64) -> u64 {
        plaintext_len
    }

    fn tag_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        nonce(algorithm).map(|_| TAG_LEN)
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let parameters = write::octet_string(&nonce);
        Ok(AlgorithmIdentifier::with(self.oid(), parameters))
    }

    fn encryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentEncryptor>, CryptoError> {
        Ok(Box::new(State::new(algorithm, key)?))
    }

    fn decryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentDecryptor>, CryptoError> {
        Ok(Box::new(State::new(algorithm, key)?))
    }

    /// rfc8103:4.
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        alloc::vec![AlgorithmIdentifier::new(self.oid())]
    }
}

struct State {
    stream: KeyStream,
    mac: Poly1305,
    len: u64,
}

impl State {
    fn new(algorithm: &AlgorithmIdentifier, key: &[u8]) -> Result<Self, CryptoError> {
        let nonce = nonce(algorithm)?;
        if key.len() != KEY_LEN {
            return Err(CryptoError::Key(
                "the content-encryption key has another length",
            ));
        }
        let (stream, mac_key) = KeyStream::new(key, &nonce).map_err(|_| CryptoError::Failed)?;
        Ok(Self {
            stream,
            mac: Poly1305::new(&mac_key),
            len: 0,
        })
    }

    fn count(&mut self, len: usize) -> Result<(), CryptoError> {
        let len = u64::try_from(len).unwrap_or(u64::MAX);
        self.len = self.len.saturating_add(len);
        if self.len > MAX_PLAINTEXT {
            return Err(CryptoError::Parameters(
                "more content than ChaCha20 allows under one key",
            ));
        }
        Ok(())
    }

    fn crypt(&mut self, octets: &mut [u8]) -> Result<(), CryptoError> {
        self.stream.apply(octets).map_err(|_| CryptoError::Failed)
    }

    fn tag(mut self, aad: &[u8]) -> [u8; 16] {
        self.mac.pad();
        let aad_len = u64::try_from(aad.len()).unwrap_or(u64::MAX);
        self.mac.update(&aad_len.to_le_bytes());
        self.mac.update(&self.len.to_le_bytes());
        self.mac.finish_behind(aad)
    }
}

impl ContentEncryptor for State {
    fn update(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.count(plaintext.len())?;
        let start = out.len();
        out.extend_from_slice(plaintext);
        let data = out.get_mut(start..).unwrap_or_default();
        self.crypt(data)?;
        self.mac.update(data);
        Ok(())
    }

    fn finish(self: Box<Self>, aad: &[u8], _out: &mut Vec<u8>) -> Result<Vec<u8>, CryptoError> {
        Ok(self.tag(aad).to_vec())
    }
}

impl ContentDecryptor for State {
    fn update(&mut self, ciphertext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.count(ciphertext.len())?;
        self.mac.update(ciphertext);
        let start = out.len();
        out.extend_from_slice(ciphertext);
        self.crypt(out.get_mut(start..).unwrap_or_default())
    }

    fn finish(
        self: Box<Self>,
        aad: &[u8],
        tag: &[u8],
        _out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        if bool::from(self.tag(aad).as_slice().ct_eq(tag)) {
            Ok(())
        } else {
            Err(CryptoError::Failed)
        }
    }
}
