//! AES-CCM: RFC 5084, section 3.1, over NIST SP 800-38C and RFC 3610.
//!
//! * Identifiers: 2.16.840.1.101.3.4.1.{7,27,47} (id-aes128-CCM, id-aes192-CCM, id-aes256-CCM).
//! * Parameters: `CCMParameters`, required. A nonce of 7 to 13 octets, an ICV of 4, 6, … 16, by default 12; policy
//!   reads none shorter than 12. Written: a nonce of 11 octets, an ICV of 16.
//! * Strength: 128, 192, 256 bits; forgeries at half of the ICV's bits.
//! * RFC 8551 does not name it.
//! * Test vectors: Wycheproof (`aes_ccm`); RFC 3610, section 8, packet vector 1.
//!
//! CCM authenticates the length of the content and the additional data before the content, and a CMS stream tells both
//! after it. So the content is held in memory until the end, at most [`MAX_CONTENT`] octets of it; more is an error
//! that says so. In return nothing of a decryption comes out before its tag was checked.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::provider::{
    CipherKind, ContentCipher, ContentDecryptor, ContentEncryptor, KeyLength, Random,
};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::parameters;
use crate::backend::gcm_parts::KeyStream;
use crate::backend::{AWS_FIRST, BlockCipher, StreamCipher, first};

/// AES in counter mode with CBC-MAC.
#[derive(Clone, Copy, Debug)]
pub struct Ccm {
    oid: ObjectIdentifier,
    key_len: usize,
}

/// AES-128-CCM.
pub const AES_128_CCM: Ccm = Ccm {
    oid: oid::AES128_CCM,
    key_len: 16,
};
/// AES-192-CCM.
pub const AES_192_CCM: Ccm = Ccm {
    oid: oid::AES192_CCM,
    key_len: 24,
};
/// AES-256-CCM.
pub const AES_256_CCM: Ccm = Ccm {
    oid: oid::AES256_CCM,
    key_len: 32,
};

/// The most content in octets: 64 MiB, which holds any mail that servers carry.
pub const MAX_CONTENT: usize = 64 << 20;

/// Octets of the nonce that is written: four are left for the length, more than [`MAX_CONTENT`] needs.
const NONCE_LEN: usize = 11;

/// `CCMParameters`, RFC 5084, 3.1.
struct Parameters {
    nonce: Vec<u8>,
    icv_len: usize,
}

impl Parameters {
    /// ```text
    /// CCMParameters ::= SEQUENCE { aes-nonce OCTET STRING (SIZE(7..13)), aes-ICVlen AES-CCM-ICVlen DEFAULT 12 }
    /// AES-CCM-ICVlen ::= INTEGER (4 | 6 | 8 | 10 | 12 | 14 | 16)
    /// ```
    fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        let (nonce, icv_len) =
            parameters::nonce_and_length(algorithm, "CCMParameters is malformed")?;
        let icv_len = usize::try_from(icv_len)
            .ok()
            .filter(|len| (4..=16).contains(len) && len.is_multiple_of(2))
            .ok_or(CryptoError::Parameters("aes-ICVlen must be 4, 6, … 16"))?;
        if !(7..=13).contains(&nonce.len()) {
            return Err(CryptoError::Parameters(
                "aes-nonce must have 7 to 13 octets",
            ));
        }
        Ok(Self { nonce, icv_len })
    }

    /// Octets that hold the length of the content and count blocks.
    fn len_len(&self) -> usize {
        15 - self.nonce.len()
    }

    /// The most content that such a nonce leaves room for, and no more than [`MAX_CONTENT`].
    fn max_content(&self) -> usize {
        1usize
            .checked_shl(u32::try_from(8 * self.len_len()).unwrap_or(u32::MAX))
            .map_or(MAX_CONTENT, |limit| (limit - 1).min(MAX_CONTENT))
    }

    /// `flags ‖ nonce ‖ number`, the shape of the first MAC block and of counter blocks.
    fn block(&self, flags: u8, number: usize) -> [u8; 16] {
        let mut block = [0; 16];
        let number = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
        let skip = number.len().saturating_sub(self.len_len());
        let number = number.get(skip..).unwrap_or_default();
        let octets = core::iter::once(&flags).chain(&self.nonce);
        for (to, from) in block.iter_mut().zip(octets) {
            *to = *from;
        }
        for (to, from) in block.iter_mut().rev().zip(number.iter().rev()) {
            *to = *from;
        }
        block
    }
}

impl ContentCipher for Ccm {
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
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let parameters = write::sequence(&[&write::octet_string(&nonce), &write::integer(16)]);
        Ok(AlgorithmIdentifier::with(self.oid, parameters))
    }

    fn encryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentEncryptor>, CryptoError> {
        Ok(Box::new(Held::new(algorithm, key, self.key_len)?))
    }

    fn decryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentDecryptor>, CryptoError> {
        Ok(Box::new(Held::new(algorithm, key, self.key_len)?))
    }

    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        alloc::vec![AlgorithmIdentifier::new(self.oid())]
    }
}

/// The content so far.
struct Held {
    parameters: Parameters,
    key: Zeroizing<Vec<u8>>,
    content: Zeroizing<Vec<u8>>,
}

impl Held {
    fn new(
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
        key_len: usize,
    ) -> Result<Self, CryptoError> {
        if key.len() != key_len {
            return Err(CryptoError::Key(
                "the content-encryption key has another length",
            ));
        }
        Ok(Self {
            parameters: Parameters::decode(algorithm)?,
            key: Zeroizing::new(key.to_vec()),
            content: Zeroizing::new(Vec::new()),
        })
    }

    fn hold(&mut self, octets: &[u8]) -> Result<(), CryptoError> {
        if octets.len()
            > self
                .parameters
                .max_content()
                .saturating_sub(self.content.len())
        {
            return Err(CryptoError::Limit(
                "AES-CCM content above 64 MiB, or above what its nonce allows",
            ));
        }
        self.content.extend_from_slice(octets);
        Ok(())
    }

    /// Encrypts or decrypts what is held, and gives the block that masks the tag. The limit keeps the counter within
    /// 32 bits.
    fn crypt(&mut self) -> Result<[u8; 16], CryptoError> {
        let failed = |_| CryptoError::Failed;
        let flags = u8::try_from(self.parameters.len_len() - 1).unwrap_or(7);
        let start = self.parameters.block(flags, 0);
        let mut stream = KeyStream::new(&self.key, &start).map_err(failed)?;
        let mut mask = [0; 16];
        stream.apply(&mut mask).map_err(failed)?;
        stream.apply(&mut self.content).map_err(failed)?;
        Ok(mask)
    }

    /// The CBC-MAC over the plaintext that is held (RFC 3610, 2.2).
    fn mac(&self, aad: &[u8]) -> Result<[u8; 16], CryptoError> {
        let mut flags = u8::try_from(self.parameters.len_len() - 1).unwrap_or(7);
        flags |= u8::try_from((self.parameters.icv_len - 2) / 2).unwrap_or(7) << 3;
        if !aad.is_empty() {
            flags |= 0x40;
        }
        let mut mac = CbcMac::new(&self.key)?;
        mac.update(&self.parameters.block(flags, self.content.len()))?;
        if !aad.is_empty() {
            mac.update(&aad_len(aad.len()))?;
            mac.update(aad)?;
            mac.pad()?;
        }
        mac.update(&self.content)?;
        mac.pad()?;
        Ok(mac.last)
    }
}

/// RFC 3610, 2.2: two octets below 2^16 - 2^8, else a mark and four or eight.
fn aad_len(len: usize) -> Vec<u8> {
    match (u16::try_from(len), u32::try_from(len)) {
        (Ok(len @ 0..0xff00), _) => len.to_be_bytes().to_vec(),
        (_, Ok(len)) => [[0xff, 0xfe].as_slice(), &len.to_be_bytes()].concat(),
        _ => {
            let len = u64::try_from(len).unwrap_or(u64::MAX);
            [[0xff, 0xff].as_slice(), &len.to_be_bytes()].concat()
        }
    }
}

/// The last block of a CBC encryption under an IV of zeros.
struct CbcMac {
    stream: Box<dyn StreamCipher>,
    len: usize,
    last: [u8; 16],
}

impl CbcMac {
    fn new(key: &[u8]) -> Result<Self, CryptoError> {
        Ok(Self {
            stream: first(AWS_FIRST, |backend| {
                backend.cbc_encrypt(BlockCipher::Aes, key, &[0; 16])
            })?,
            len: 0,
            last: [0; 16],
        })
    }

    fn update(&mut self, octets: &[u8]) -> Result<(), CryptoError> {
        let mut out = Vec::new();
        for chunk in octets.chunks(1 << 14) {
            out.clear();
            self.stream
                .update(chunk, &mut out)
                .map_err(|_| CryptoError::Failed)?;
            if let Some(last) = out.last_chunk() {
                self.last = *last;
            }
            self.len = self.len.wrapping_add(chunk.len());
        }
        Ok(())
    }

    fn pad(&mut self) -> Result<(), CryptoError> {
        let zeros = [0; 16];
        let filled = self.len % 16;
        if filled > 0 {
            self.update(zeros.get(filled..).unwrap_or_default())?;
        }
        Ok(())
    }
}

fn masked(mac: [u8; 16], mask: [u8; 16], len: usize) -> Vec<u8> {
    let octets = mac.into_iter().zip(mask);
    octets.map(|(mac, mask)| mac ^ mask).take(len).collect()
}

impl ContentEncryptor for Held {
    fn update(&mut self, plaintext: &[u8], _out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.hold(plaintext)
    }

    fn finish(mut self: Box<Self>, aad: &[u8], out: &mut Vec<u8>) -> Result<Vec<u8>, CryptoError> {
        let mac = self.mac(aad)?;
        let mask = self.crypt()?;
        out.extend_from_slice(&self.content);
        Ok(masked(mac, mask, self.parameters.icv_len))
    }
}

impl ContentDecryptor for Held {
    fn update(&mut self, ciphertext: &[u8], _out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.hold(ciphertext)
    }

    fn finish(
        mut self: Box<Self>,
        aad: &[u8],
        tag: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        let mask = self.crypt()?;
        let expected = masked(self.mac(aad)?, mask, self.parameters.icv_len);
        if !bool::from(expected.as_slice().ct_eq(tag)) {
            return Err(CryptoError::Failed);
        }
        out.extend_from_slice(&self.content);
        Ok(())
    }
}
