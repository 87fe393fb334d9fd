//! Block ciphers in CBC mode: AES (RFC 3565), Triple-DES and RC2 (RFC 3370, section 5; reading).

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::{Tag, write};
use cms_core::provider::{
    CipherKind, ContentCipher, ContentDecryptor, ContentEncryptor, KeyLength, Random,
};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::parameters;
use crate::backend::{AWS_FIRST, BlockCipher, StreamCipher, first};

/// A block cipher in CBC mode with the padding of RFC 5652, 6.3.
#[derive(Clone, Copy, Debug)]
pub struct Cbc {
    oid: ObjectIdentifier,
    key_len: usize,
    block_len: usize,
}

/// AES-128-CBC.
pub const AES_128_CBC: Cbc = Cbc::aes(oid::AES128_CBC, 16);
/// AES-192-CBC.
pub const AES_192_CBC: Cbc = Cbc::aes(oid::AES192_CBC, 24);
/// AES-256-CBC.
pub const AES_256_CBC: Cbc = Cbc::aes(oid::AES256_CBC, 32);
/// Triple-DES in CBC mode.
pub const DES_EDE3_CBC: Cbc = Cbc {
    oid: oid::DES_EDE3_CBC,
    key_len: 24,
    block_len: 8,
};
/// RC2 in CBC mode with 128 effective bits when written, any when read.
pub const RC2_CBC: Cbc = Cbc {
    oid: oid::RC2_CBC,
    key_len: 16,
    block_len: 8,
};

/// `rc2ParameterVersion` for effective key bits (RFC 3370, 5.2; RFC 2268, 6): these three, else the number itself
/// from 256 on.
const RC2_VERSIONS: [(u64, usize); 3] = [(160, 40), (120, 64), (58, 128)];

impl Cbc {
    const fn aes(oid: ObjectIdentifier, key_len: usize) -> Self {
        Self {
            oid,
            key_len,
            block_len: 16,
        }
    }

    /// The primitive and the IV from the parameters: an OCTET STRING, or for RC2
    /// `SEQUENCE { rc2ParameterVersion INTEGER, iv OCTET STRING }`, where an IV alone means 32 effective bits.
    fn parameters(
        &self,
        algorithm: &AlgorithmIdentifier,
    ) -> Result<(BlockCipher, Vec<u8>), CryptoError> {
        let malformed = |_| CryptoError::Parameters("malformed");
        let element = parameters::element(algorithm)?;
        let (cipher, iv) = if self.oid == oid::RC2_CBC && element.tag() == Tag::SEQUENCE {
            let mut fields = element.children();
            let version = fields.expect(Tag::INTEGER).map_err(malformed)?;
            let version = version.u64().map_err(malformed)?;
            let bits = RC2_VERSIONS
                .iter()
                .find(|(known, _)| *known == version)
                .map(|(_, bits)| *bits)
                .or_else(|| {
                    usize::try_from(version)
                        .ok()
                        .filter(|bits| (256..=1024).contains(bits))
                })
                .ok_or(CryptoError::Parameters("unknown rc2ParameterVersion"))?;
            let iv = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
            fields.finish().map_err(malformed)?;
            (BlockCipher::Rc2(bits), iv)
        } else {
            let cipher = match self.oid {
                oid::RC2_CBC => BlockCipher::Rc2(32),
                oid::DES_EDE3_CBC => BlockCipher::TripleDes,
                _ => BlockCipher::Aes,
            };
            (cipher, element)
        };
        let octets = iv.octets().map_err(malformed)?;
        if iv.tag() != Tag::OCTET_STRING || octets.len() != self.block_len {
            return Err(CryptoError::Parameters("the IV is not one block"));
        }
        Ok((cipher, octets.into_owned()))
    }
}

impl ContentCipher for Cbc {
    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn kind(&self) -> CipherKind {
        CipherKind::Unauthenticated
    }

    fn key_len(&self, _algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError> {
        Ok(if self.oid == oid::RC2_CBC {
            // RFC 3370, 5.2 and old senders: 40, 64 or 128 bits, any number of octets in between.
            KeyLength::Between {
                min: 5,
                max: 16,
                preferred: 16,
            }
        } else {
            KeyLength::Exact(self.key_len)
        })
    }

    fn ciphertext_len(&self, plaintext_len: u64) -> u64 {
        let block = u64::try_from(self.block_len).unwrap_or(16);
        (plaintext_len / block)
            .saturating_add(1)
            .saturating_mul(block)
    }

    fn tag_len(&self, _algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        Ok(0)
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        let mut iv = alloc::vec![0; self.block_len];
        random.fill(&mut iv)?;
        let octets = write::octet_string(&iv);
        let parameters = if self.oid == oid::RC2_CBC {
            write::sequence(&[&write::integer(58), &octets])
        } else {
            octets
        };
        Ok(AlgorithmIdentifier::with(self.oid, parameters))
    }

    fn encryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentEncryptor>, CryptoError> {
        if key.len() != self.key_len {
            return Err(CryptoError::Key(
                "the content-encryption key has another length",
            ));
        }
        let (cipher, iv) = self.parameters(algorithm)?;
        let stream = first(AWS_FIRST, |backend| backend.cbc_encrypt(cipher, key, &iv))?;
        Ok(Box::new(Running(stream)))
    }

    fn decryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentDecryptor>, CryptoError> {
        if !self.key_len(algorithm)?.allows(key.len()) {
            return Err(CryptoError::Key(
                "the content-encryption key has another length",
            ));
        }
        let (cipher, iv) = self.parameters(algorithm)?;
        let stream = first(AWS_FIRST, |backend| backend.cbc_decrypt(cipher, key, &iv))?;
        Ok(Box::new(Running(stream)))
    }
}

struct Running(Box<dyn StreamCipher>);

impl ContentEncryptor for Running {
    fn update(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.0
            .update(plaintext, out)
            .map_err(|_| CryptoError::Failed)
    }

    fn finish(self: Box<Self>, _aad: &[u8], out: &mut Vec<u8>) -> Result<Vec<u8>, CryptoError> {
        self.0.finish(out).map_err(|_| CryptoError::Failed)?;
        Ok(Vec::new())
    }
}

impl ContentDecryptor for Running {
    fn update(&mut self, ciphertext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.0
            .update(ciphertext, out)
            .map_err(|_| CryptoError::Failed)
    }

    fn finish(
        self: Box<Self>,
        _aad: &[u8],
        tag: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        if !tag.is_empty() {
            return Err(CryptoError::Failed);
        }
        self.0.finish(out).map_err(|_| CryptoError::Failed)
    }
}
