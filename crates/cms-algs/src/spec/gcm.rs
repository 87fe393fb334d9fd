//! AES-GCM: RFC 5084, section 3.2, in one pass although the additional data comes last.
//!
//! * Identifiers: 2.16.840.1.101.3.4.1.{6,26,46} (id-aes128-GCM, id-aes192-GCM, id-aes256-GCM).
//! * Parameters: `GCMParameters`, required: a nonce of any length (12 octets are written) and the length of the ICV, 12
//!   to 16, by default 12; 16 is written.
//! * Strength: 128, 192, 256 bits; forgeries at the bits of the ICV less those of the content's length.
//! * RFC 8551, 2.7: AES-128 and AES-256 MUST.
//! * Test vectors: Wycheproof (`aes_gcm`), corpora.
//!
//! In AuthEnvelopedData the authenticated attributes stand behind the ciphertext, yet GCM authenticates them first.
//! GHASH is a polynomial in H: for `a` blocks of additional data, `n` of ciphertext and one of lengths it is
//! GHASH(A)·H^(n+1) + GHASH(C ‖ L). So the ciphertext is hashed as it passes, and the share of the attributes
//! is multiplied into its place at the end, by square and multiply.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::provider::{
    CipherKind, ContentCipher, ContentDecryptor, ContentEncryptor, KeyLength, Random,
};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use subtle::ConstantTimeEq;

use super::parameters;
use crate::backend::gcm_parts::{KeyStream, encrypt_block};

/// AES in Galois/Counter Mode.
#[derive(Clone, Copy, Debug)]
pub struct Gcm {
    oid: ObjectIdentifier,
    key_len: usize,
}

/// AES-128-GCM.
// rfc8551:2.7/1
pub const AES_128_GCM: Gcm = Gcm {
    oid: oid::AES128_GCM,
    key_len: 16,
};
/// AES-192-GCM.
pub const AES_192_GCM: Gcm = Gcm {
    oid: oid::AES192_GCM,
    key_len: 24,
};
/// AES-256-GCM.
pub const AES_256_GCM: Gcm = Gcm {
    oid: oid::AES256_GCM,
    key_len: 32,
};

/// NIST SP 800-38D, 5.2.1.1: at most 2^39 - 256 bits of plaintext.
const MAX_PLAINTEXT: u64 = (1 << 36) - 32;

/// `GCMParameters`, RFC 5084, 3.2, and `GMACParameters`, RFC 9044, 3.1, which has the same shape.
pub(super) struct Parameters {
    pub(super) nonce: Vec<u8>,
    pub(super) icv_len: usize,
}

impl Parameters {
    /// ```text
    /// GCMParameters ::= SEQUENCE { aes-nonce OCTET STRING, aes-ICVlen AES-GCM-ICVlen DEFAULT 12 }
    /// AES-GCM-ICVlen ::= INTEGER (12 | 13 | 14 | 15 | 16)
    /// ```
    pub(super) fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        let (nonce, icv_len) =
            parameters::nonce_and_length(algorithm, "GCMParameters is malformed")?;
        let icv_len = usize::try_from(icv_len)
            .ok()
            .filter(|len| (12..=16).contains(len))
            .ok_or(CryptoError::Parameters("aes-ICVlen must be 12 to 16"))?;
        if nonce.is_empty() {
            return Err(CryptoError::Parameters("aes-nonce is empty"));
        }
        Ok(Self { nonce, icv_len })
    }
}

impl ContentCipher for Gcm {
    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn kind(&self) -> CipherKind {
        CipherKind::Aead
    }

    fn key_len(&self, _algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError> {
        Ok(KeyLength::Exact(self.key_len))
    }

    fn ciphertext_len(&self, plaintext_len: u64) -> u64 {
        plaintext_len
    }

    fn tag_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        Ok(Parameters::decode(algorithm)?.icv_len)
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        // rfc5084:3.2: a nonce of 12 octets is recommended; each key is used once.
        let mut nonce = [0; 12];
        random.fill(&mut nonce)?;
        let parameters = write::sequence(&[&write::octet_string(&nonce), &write::integer(16)]);
        Ok(AlgorithmIdentifier::with(self.oid, parameters))
    }

    fn encryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentEncryptor>, CryptoError> {
        let parameters = Parameters::decode(algorithm)?;
        Ok(Box::new(Encrypting {
            state: State::new(key, self.key_len, &parameters.nonce)?,
            tag_len: parameters.icv_len,
        }))
    }

    fn decryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentDecryptor>, CryptoError> {
        let nonce = Parameters::decode(algorithm)?.nonce;
        Ok(Box::new(Decrypting(State::new(key, self.key_len, &nonce)?)))
    }

    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        alloc::vec![AlgorithmIdentifier::new(self.oid())]
    }
}

struct Encrypting {
    state: State,
    tag_len: usize,
}
struct Decrypting(State);

/// What both directions share: the key stream and the hash of the ciphertext.
pub(super) struct State {
    stream: KeyStream,
    h: [u8; 16],
    hash: GHash,
    /// Ciphertext that fills no block yet.
    pending: ([u8; 16], usize),
    len: u64,
    /// The encrypted first counter block, which masks the tag.
    mask: [u8; 16],
}

impl State {
    pub(super) fn new(key: &[u8], key_len: usize, nonce: &[u8]) -> Result<Self, CryptoError> {
        if key.len() != key_len {
            return Err(CryptoError::Key(
                "the content-encryption key has another length",
            ));
        }
        let failed = |_| CryptoError::Failed;
        let h = encrypt_block(key, [0; 16]).map_err(failed)?;
        let j0 = first_counter(&h, nonce);
        let mask = encrypt_block(key, j0).map_err(failed)?;
        let [start @ .., a, b, c, d] = j0;
        let counter = u32::from_be_bytes([a, b, c, d])
            .wrapping_add(1)
            .to_be_bytes();
        let mut next = [0; 16];
        for (to, from) in next.iter_mut().zip(start.iter().chain(&counter)) {
            *to = *from;
        }
        Ok(Self {
            stream: KeyStream::new(key, &next).map_err(failed)?,
            h,
            hash: GHash::new(&h.into()),
            pending: ([0; 16], 0),
            len: 0,
            mask,
        })
    }

    fn count(&mut self, len: usize) -> Result<(), CryptoError> {
        self.len = self
            .len
            .saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
        if self.len > MAX_PLAINTEXT {
            return Err(CryptoError::Parameters(
                "more content than GCM allows under one key",
            ));
        }
        Ok(())
    }

    /// Hashes more ciphertext.
    pub(super) fn absorb(&mut self, mut ciphertext: &[u8]) {
        let (block, filled) = &mut self.pending;
        if *filled > 0 {
            let take = ciphertext.len().min(16 - *filled);
            let (now, later) = ciphertext
                .split_at_checked(take)
                .unwrap_or((ciphertext, &[]));
            for (to, from) in block.iter_mut().skip(*filled).zip(now) {
                *to = *from;
            }
            *filled += take;
            ciphertext = later;
            if *filled < 16 {
                return;
            }
            self.hash.update(&[(*block).into()]);
            *filled = 0;
        }
        let (blocks, rest) = ghash::Block::slice_as_chunks(ciphertext);
        self.hash.update(blocks);
        for (to, from) in block.iter_mut().zip(rest) {
            *to = *from;
        }
        *filled = rest.len();
    }

    fn absorb_pending(&mut self) {
        let (block, filled) = self.pending;
        if filled > 0 {
            self.hash
                .update_padded(block.get(..filled).unwrap_or_default());
        }
    }

    /// The tag of 16 octets where the `len` octets that were hashed are the additional data and nothing is encrypted:
    /// GMAC.
    pub(super) fn tag_of_aad(mut self, len: u64) -> [u8; 16] {
        self.absorb_pending();
        let mut lengths = [0; 16];
        for (to, from) in lengths.iter_mut().zip(len.saturating_mul(8).to_be_bytes()) {
            *to = from;
        }
        self.hash.update(&[lengths.into()]);
        let mut sum: [u8; 16] = self.hash.finalize().into();
        xor(&mut sum, &self.mask);
        sum
    }

    /// The tag of 16 octets.
    fn tag(mut self, aad: &[u8]) -> [u8; 16] {
        self.absorb_pending();
        let aad_bits = u64::try_from(aad.len())
            .unwrap_or(u64::MAX)
            .saturating_mul(8);
        let mut lengths = [0; 16];
        let both = aad_bits
            .to_be_bytes()
            .into_iter()
            .chain(self.len.saturating_mul(8).to_be_bytes());
        for (to, from) in lengths.iter_mut().zip(both) {
            *to = from;
        }
        self.hash.update(&[lengths.into()]);
        let mut sum: [u8; 16] = self.hash.finalize().into();
        if !aad.is_empty() {
            let mut share = GHash::new(&self.h.into());
            share.update_padded(aad);
            let share: [u8; 16] = share.finalize().into();
            // n ciphertext blocks and the block of lengths follow the additional data.
            let share = multiply(&share, &power(&self.h, self.len.div_ceil(16) + 1));
            xor(&mut sum, &share);
        }
        xor(&mut sum, &self.mask);
        sum
    }
}

/// NIST SP 800-38D, 7.1: the nonce itself with a counter of 1, or its GHASH when it has not 12 octets.
fn first_counter(h: &[u8; 16], nonce: &[u8]) -> [u8; 16] {
    if nonce.len() == 12 {
        let mut j0 = [0; 16];
        for (to, from) in j0.iter_mut().zip(nonce.iter().chain(&[0, 0, 0, 1])) {
            *to = *from;
        }
        return j0;
    }
    let bits = u64::try_from(nonce.len())
        .unwrap_or(u64::MAX)
        .saturating_mul(8);
    let mut lengths = [0; 16];
    for (to, from) in lengths.iter_mut().skip(8).zip(bits.to_be_bytes()) {
        *to = from;
    }
    let mut hash = GHash::new(&(*h).into());
    hash.update_padded(nonce);
    hash.update(&[lengths.into()]);
    hash.finalize().into()
}

/// The product in GHASH's field: the hash of one block under the other as key.
fn multiply(a: &[u8; 16], b: &[u8; 16]) -> [u8; 16] {
    let mut hash = GHash::new(&(*b).into());
    hash.update(&[(*a).into()]);
    hash.finalize().into()
}

/// `base` to the power of `exponent`, which is public.
fn power(base: &[u8; 16], mut exponent: u64) -> [u8; 16] {
    // The field's 1 is x^0: the first bit of the first octet.
    let mut result = [0; 16];
    if let Some(first) = result.first_mut() {
        *first = 0x80;
    }
    let mut square = *base;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(&result, &square);
        }
        square = multiply(&square, &square);
        exponent >>= 1;
    }
    result
}

fn xor(to: &mut [u8; 16], with: &[u8; 16]) {
    for (to, with) in to.iter_mut().zip(with) {
        *to ^= with;
    }
}

impl ContentEncryptor for Encrypting {
    fn update(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.state.count(plaintext.len())?;
        let start = out.len();
        out.extend_from_slice(plaintext);
        let data = out.get_mut(start..).unwrap_or_default();
        self.state
            .stream
            .apply(data)
            .map_err(|_| CryptoError::Failed)?;
        self.state.absorb(data);
        Ok(())
    }

    fn finish(self: Box<Self>, aad: &[u8], _out: &mut Vec<u8>) -> Result<Vec<u8>, CryptoError> {
        let tag = self.state.tag(aad);
        Ok(tag.get(..self.tag_len).unwrap_or_default().to_vec())
    }
}

impl ContentDecryptor for Decrypting {
    fn update(&mut self, ciphertext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.0.count(ciphertext.len())?;
        self.0.absorb(ciphertext);
        let start = out.len();
        out.extend_from_slice(ciphertext);
        let data = out.get_mut(start..).unwrap_or_default();
        self.0.stream.apply(data).map_err(|_| CryptoError::Failed)
    }

    fn finish(
        self: Box<Self>,
        aad: &[u8],
        tag: &[u8],
        _out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        let expected = self.0.tag(aad);
        let expected = expected
            .get(..tag.len())
            .filter(|_| tag.len() >= 12)
            .ok_or(CryptoError::Failed)?;
        if bool::from(expected.ct_eq(tag)) {
            Ok(())
        } else {
            Err(CryptoError::Failed)
        }
    }
}
