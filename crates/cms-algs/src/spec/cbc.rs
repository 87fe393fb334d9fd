//! Block ciphers in CBC mode with the padding of RFC 5652, 6.3.
//!
//! | cipher | RFC | identifier | parameters | bits | RFC 8551 |
//! |---|---|---|---|---|---|
//! | AES | 3565, 4.1 | 2.16.840.1.101.3.4.1.{2,22,42} | OCTET STRING (16) | 128, 192, 256 | 2.7: MUST- (128) |
//! | Camellia | 3657, 2.1 | 1.2.392.200011.61.1.1.1.{2,3,4} | OCTET STRING (16) | 128, 192, 256 | not named |
//! | SEED | 4010, 2.1 | 1.2.410.200004.1.4 | OCTET STRING (16) | 128 | not named |
//! | Triple-DES | 3370, 5.1 | 1.2.840.113549.3.7 | OCTET STRING (8) | 112 | B: historic |
//! | RC2 | 3370, 5.2 | 1.2.840.113549.3.2 | version and OCTET STRING (8) | 40 to 128 | B: historic |
//! | DES | 3851, none | 1.3.14.3.2.7 | OCTET STRING (8) | 56 | not named |
//! | CAST-128 | 2984, 2.1 | 1.2.840.113533.7.66.10 | `cast5CBCParameters` | 40 to 128 | not named |
//! | IDEA | 3058, 2 | 1.3.6.1.4.1.188.7.1.1.2 | `IDEA-CBCPar` | 128 | not named |
//!
//! SEED, DES, CAST-128 and IDEA are only read. AES and Camellia are what is written; Triple-DES and RC2 can be, for
//! tests of reading, and policy refuses it. Test vectors: RFC 4134 (Triple-DES, RC2), Wycheproof (AES), OpenSSL 3.0.19
//! (`openssl enc`) for the others; IDEA and Camellia have messages of the RFC 3058 and
//! RFC 3657 tests of pyasn1-alt-modules.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::{Element, Tag, write};
use cms_core::provider::{
    CipherKind, ContentCipher, ContentDecryptor, ContentEncryptor, KeyLength, Random,
};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, DecodeError, ObjectIdentifier, oid};

use super::parameters;
use crate::backend::{AWS_FIRST, BlockCipher, StreamCipher, first};

/// A block cipher in CBC mode with the padding of RFC 5652, 6.3.
#[derive(Clone, Copy, Debug)]
pub struct Cbc {
    oid: ObjectIdentifier,
    cipher: BlockCipher,
    form: Form,
    key_len: usize,
    block_len: usize,
    written: bool,
}

/// The parameters of an identifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// The IV.
    Iv,
    /// RC2-CBC-Parameter.
    Rc2,
    /// cast5CBCParameters.
    Cast5,
    /// IDEA-CBCPar.
    Idea,
}

/// AES-128-CBC.
// rfc8551:2.7/2
pub const AES_128_CBC: Cbc = Cbc::current(oid::AES128_CBC, BlockCipher::Aes, 16);
/// AES-192-CBC.
pub const AES_192_CBC: Cbc = Cbc::current(oid::AES192_CBC, BlockCipher::Aes, 24);
/// AES-256-CBC.
pub const AES_256_CBC: Cbc = Cbc::current(oid::AES256_CBC, BlockCipher::Aes, 32);
/// Camellia-128-CBC.
pub const CAMELLIA_128_CBC: Cbc = Cbc::current(oid::CAMELLIA128_CBC, BlockCipher::Camellia, 16);
/// Camellia-192-CBC.
pub const CAMELLIA_192_CBC: Cbc = Cbc::current(oid::CAMELLIA192_CBC, BlockCipher::Camellia, 24);
/// Camellia-256-CBC.
pub const CAMELLIA_256_CBC: Cbc = Cbc::current(oid::CAMELLIA256_CBC, BlockCipher::Camellia, 32);
/// Triple-DES in CBC mode.
pub const DES_EDE3_CBC: Cbc = Cbc {
    written: true,
    ..Cbc::historic(oid::DES_EDE3_CBC, BlockCipher::TripleDes, Form::Iv, 24, 8)
};
/// RC2 in CBC mode with 128 effective bits when written, any when read.
pub const RC2_CBC: Cbc = Cbc {
    written: true,
    ..Cbc::historic(oid::RC2_CBC, BlockCipher::Rc2(128), Form::Rc2, 16, 8)
};
/// SEED in CBC mode; read-only.
pub const SEED_CBC: Cbc = Cbc::historic(oid::SEED_CBC, BlockCipher::Seed, Form::Iv, 16, 16);
/// DES in CBC mode; read-only.
pub const DES_CBC: Cbc = Cbc::historic(oid::DES_CBC, BlockCipher::Des, Form::Iv, 8, 8);
/// CAST-128 in CBC mode; read-only.
pub const CAST5_CBC: Cbc = Cbc::historic(oid::CAST5_CBC, BlockCipher::Cast5, Form::Cast5, 16, 8);
/// IDEA in CBC mode; read-only.
pub const IDEA_CBC: Cbc = Cbc::historic(oid::IDEA_CBC, BlockCipher::Idea, Form::Idea, 16, 8);

/// `rc2ParameterVersion` for effective key bits (RFC 3370, 5.2; RFC 2268, 6): these three, else the number itself
/// from 256 on.
const RC2_VERSIONS: [(u64, usize); 3] = [(160, 40), (120, 64), (58, 128)];

/// What the parameters say.
struct Parameters {
    cipher: BlockCipher,
    /// Octets of key, where the parameters tell.
    key_len: Option<usize>,
    /// `None`: the first block of the ciphertext.
    iv: Option<Vec<u8>>,
}

impl Cbc {
    const fn current(oid: ObjectIdentifier, cipher: BlockCipher, key_len: usize) -> Self {
        Self {
            oid,
            cipher,
            form: Form::Iv,
            key_len,
            block_len: 16,
            written: true,
        }
    }

    const fn historic(
        oid: ObjectIdentifier,
        cipher: BlockCipher,
        form: Form,
        key_len: usize,
        block_len: usize,
    ) -> Self {
        Self {
            oid,
            cipher,
            form,
            key_len,
            block_len,
            written: false,
        }
    }

    /// An IV alone is read in the place of every SEQUENCE: OpenSSL writes it for CAST-128 and IDEA, and RC2 then has 32
    /// effective bits (RFC 3370, 5.2).
    fn parameters(&self, algorithm: &AlgorithmIdentifier) -> Result<Parameters, CryptoError> {
        // rfc3370:5.1/1, 5.2/1
        let element = parameters::element(algorithm)?;
        let mut parameters = Parameters {
            cipher: self.cipher,
            key_len: None,
            iv: None,
        };
        if self.form == Form::Iv || element.tag() != Tag::SEQUENCE {
            if self.form == Form::Rc2 {
                parameters.cipher = BlockCipher::Rc2(32);
            }
            parameters.iv = Some(self.iv(&element)?);
            return Ok(parameters);
        }
        let mut fields = element.children();
        match self.form {
            Form::Iv => {}
            Form::Rc2 => {
                // rfc3370:5.2/2
                let version = fields.expect(Tag::INTEGER).map_err(malformed)?;
                parameters.cipher = BlockCipher::Rc2(rc2_bits(version.u64().map_err(malformed)?)?);
                let iv = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
                parameters.iv = Some(self.iv(&iv)?);
            }
            Form::Cast5 => {
                // rfc2984:2.1: "iv OCTET STRING DEFAULT 0": no IV is one of zeros.
                let iv = fields.optional(Tag::OCTET_STRING).map_err(malformed)?;
                parameters.iv = Some(match iv {
                    Some(iv) => self.iv(&iv)?,
                    None => alloc::vec![0; self.block_len],
                });
                let bits = fields.expect(Tag::INTEGER).map_err(malformed)?;
                parameters.key_len = Some(cast5_key_len(bits.u64().map_err(malformed)?)?);
            }
            Form::Idea => {
                let iv = fields.optional(Tag::OCTET_STRING).map_err(malformed)?;
                parameters.iv = iv.map(|iv| self.iv(&iv)).transpose()?;
            }
        }
        fields.finish().map_err(malformed)?;
        Ok(parameters)
    }

    fn iv(&self, element: &Element<'_>) -> Result<Vec<u8>, CryptoError> {
        let octets = element.octets().map_err(malformed)?;
        if element.tag() != Tag::OCTET_STRING || octets.len() != self.block_len {
            return Err(CryptoError::Parameters("the IV is not one block"));
        }
        Ok(octets.into_owned())
    }

    fn check_written(&self) -> Result<(), CryptoError> {
        if self.written {
            Ok(())
        } else {
            Err(CryptoError::Unsupported(
                alloc::format!("writing {}", oid::display(&self.oid)).into(),
            ))
        }
    }
}

fn malformed(_: DecodeError) -> CryptoError {
    CryptoError::Parameters("malformed")
}

/// `SEQUENCE { rc2ParameterVersion INTEGER, iv OCTET STRING }`
fn rc2_bits(version: u64) -> Result<usize, CryptoError> {
    RC2_VERSIONS
        .iter()
        .find(|(known, _)| *known == version)
        .map(|(_, bits)| *bits)
        .or_else(|| {
            usize::try_from(version)
                .ok()
                .filter(|bits| (256..=1024).contains(bits))
        })
        .ok_or(CryptoError::Parameters("unknown rc2ParameterVersion"))
}

/// rfc2984:2.1: "from 40 to 128 bits in 1-octet increments".
fn cast5_key_len(bits: u64) -> Result<usize, CryptoError> {
    usize::try_from(bits)
        .ok()
        .filter(|bits| (40..=128).contains(bits) && bits.is_multiple_of(8))
        .map(|bits| bits / 8)
        .ok_or(CryptoError::Parameters(
            "keyLength of CAST-128 is not 40 to 128 bits",
        ))
}

impl ContentCipher for Cbc {
    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn kind(&self) -> CipherKind {
        CipherKind::Unauthenticated
    }

    fn key_len(&self, algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError> {
        Ok(match self.form {
            // RFC 3370, 5.2 and old senders: 40, 64 or 128 bits, any number of octets in between.
            Form::Rc2 => KeyLength::Between {
                min: 5,
                max: 16,
                preferred: 16,
            },
            Form::Cast5 => {
                KeyLength::Exact(self.parameters(algorithm)?.key_len.unwrap_or(self.key_len))
            }
            Form::Iv | Form::Idea => KeyLength::Exact(self.key_len),
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
        self.check_written()?;
        let mut iv = alloc::vec![0; self.block_len];
        random.fill(&mut iv)?;
        let octets = write::octet_string(&iv);
        let parameters = if self.form == Form::Rc2 {
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
        self.check_written()?;
        if key.len() != self.key_len {
            return Err(KEY_LEN);
        }
        let Parameters { cipher, iv, .. } = self.parameters(algorithm)?;
        let iv = iv.ok_or(CryptoError::Parameters("no IV"))?;
        let stream = first(AWS_FIRST, |backend| backend.cbc_encrypt(cipher, key, &iv))?;
        Ok(Box::new(Running { stream, skip: 0 }))
    }

    fn decryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentDecryptor>, CryptoError> {
        if !self.key_len(algorithm)?.allows(key.len()) {
            return Err(KEY_LEN);
        }
        let Parameters { cipher, iv, .. } = self.parameters(algorithm)?;
        // Where the IV is the first block of the ciphertext, that block is decrypted with any other and thrown away.
        let skip = if iv.is_none() { self.block_len } else { 0 };
        let iv = iv.unwrap_or_else(|| alloc::vec![0; self.block_len]);
        let stream = first(AWS_FIRST, |backend| backend.cbc_decrypt(cipher, key, &iv))?;
        Ok(Box::new(Running { stream, skip }))
    }

    /// AES, Triple-DES and IDEA without parameters (RFC 3565, 4.1; RFC 3370, 5.1; RFC 3058, 5), Camellia and SEED with
    /// NULL (RFC 3657, 4; RFC 4010, 4), RC2 with its effective key bits (RFC 8551, 2.5.2 through RFC 2311's list). The
    /// others have none.
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        match (self.cipher, self.form) {
            (BlockCipher::Camellia | BlockCipher::Seed, _) => {
                alloc::vec![AlgorithmIdentifier::with_null(self.oid)]
            }
            // rfc8551:2.5.2/4
            (_, Form::Rc2) => [128, 64, 40]
                .map(|bits| AlgorithmIdentifier::with(self.oid, write::integer(bits)))
                .to_vec(),
            (_, Form::Cast5) => Vec::new(),
            // rfc8551:2.5.2/7, 2.5.2/8
            (_, Form::Iv | Form::Idea) => alloc::vec![AlgorithmIdentifier::new(self.oid)],
        }
    }
}

const KEY_LEN: CryptoError = CryptoError::Key("the content-encryption key has another length");

struct Running {
    stream: Box<dyn StreamCipher>,
    /// Octets of output that are still to be left out.
    skip: usize,
}

impl Running {
    fn leave_out(&mut self, start: usize, out: &mut Vec<u8>) {
        let end = start.saturating_add(self.skip).min(out.len());
        out.drain(start..end);
        self.skip -= end - start;
    }
}

impl ContentEncryptor for Running {
    fn update(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.stream
            .update(plaintext, out)
            .map_err(|_| CryptoError::Failed)
    }

    fn finish(self: Box<Self>, _aad: &[u8], out: &mut Vec<u8>) -> Result<Vec<u8>, CryptoError> {
        self.stream.finish(out).map_err(|_| CryptoError::Failed)?;
        Ok(Vec::new())
    }
}

impl ContentDecryptor for Running {
    fn update(&mut self, ciphertext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        let start = out.len();
        self.stream
            .update(ciphertext, out)
            .map_err(|_| CryptoError::Failed)?;
        self.leave_out(start, out);
        Ok(())
    }

    fn finish(
        self: Box<Self>,
        _aad: &[u8],
        tag: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        if !tag.is_empty() || self.skip > 0 {
            return Err(CryptoError::Failed);
        }
        self.stream.finish(out).map_err(|_| CryptoError::Failed)
    }
}
