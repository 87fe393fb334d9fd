//! CBC with a MAC as one cipher: authEnc-128 and authEnc-256, RFC 6476.
//!
//! * Identifiers: 1.2.840.113549.1.9.16.3.15 (id-alg-authEnc-128), .16 (id-alg-authEnc-256).
//! * Parameters: `AuthEncParams`, required. The PRF is PBKDF2 with any HMAC, without salt and with one iteration, by
//!   default with HMAC-SHA-1; the cipher is AES or Camellia in CBC mode; the MAC is an HMAC, its key as long as its
//!   output. Written: the default PRF, AES-128-CBC or AES-256-CBC, HMAC-SHA-256.
//! * Triple-DES, which the RFC's first example has, is refused: policy sees the outer identifier alone and could not.
//! * The key is a master secret of 128 or 256 bits, from which the keys of cipher and MAC come.
//! * Strength: 128 and 256 bits.
//! * RFC 8551 does not name it.
//! * Test vectors: RFC 6476, 4.3, the second.
//!
//! The MAC covers the identifier, the ciphertext and the attributes, in this order (section 4.1). The identifier is
//! taken in DER, with its parameters as they came; section 4.2 wants it "exactly as encoded". That differs for a
//! sender who writes the outer length in BER, and then the MAC fails.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::{Tag, write};
use cms_core::provider::{
    CipherKind, ContentCipher, ContentDecryptor, ContentEncryptor, KeyLength, Mac, MacAlgorithm,
    Random,
};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use subtle::ConstantTimeEq;

use super::cbc::{self, Cbc};
use super::hmac::{self, Hmac};
use super::parameters;
use crate::backend::pbkdf2;
use crate::hash::Hash;

/// An authEnc pseudo-algorithm.
#[derive(Clone, Copy, Debug)]
pub struct AuthEnc {
    oid: ObjectIdentifier,
    key_len: usize,
    /// The cipher that is written.
    cipher: Cbc,
}

/// authEnc-128.
pub const AUTH_ENC_128: AuthEnc = AuthEnc {
    oid: oid::AUTH_ENC_128,
    key_len: 16,
    cipher: cbc::AES_128_CBC,
};
/// authEnc-256.
pub const AUTH_ENC_256: AuthEnc = AuthEnc {
    oid: oid::AUTH_ENC_256,
    key_len: 32,
    cipher: cbc::AES_256_CBC,
};

/// The ciphers that may be inside.
const CIPHERS: [Cbc; 6] = [
    // rfc5083:2.2/1: the padding of the cipher within
    cbc::AES_128_CBC,
    cbc::AES_192_CBC,
    cbc::AES_256_CBC,
    cbc::CAMELLIA_128_CBC,
    cbc::CAMELLIA_192_CBC,
    cbc::CAMELLIA_256_CBC,
];

/// `AuthEncParams`, RFC 6476, 4.
struct Parameters {
    prf: Hash,
    cipher: Cbc,
    cipher_algorithm: AlgorithmIdentifier,
    mac: Hmac,
    mac_algorithm: AlgorithmIdentifier,
}

impl Parameters {
    /// ```text
    /// AuthEncParams ::= SEQUENCE {
    ///   prfAlgorithm [0] AlgorithmIdentifier DEFAULT PBKDF2,
    ///   encAlgorithm AlgorithmIdentifier, macAlgorithm AlgorithmIdentifier }
    /// ```
    fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Parameters("AuthEncParams is malformed");
        let element = parameters::element(algorithm)?;
        if element.tag() != Tag::SEQUENCE {
            return Err(CryptoError::Parameters("AuthEncParams is no SEQUENCE"));
        }
        let mut fields = element.children();
        let prf = match fields.optional(Tag::context(0)).map_err(malformed)? {
            None => Hash::Sha1,
            Some(implicit) => {
                // IMPLICIT: the contents of the SEQUENCE.
                let contents = write::sequence(&[implicit.contents()]);
                let algorithm = AlgorithmIdentifier::from_octets(&contents).map_err(malformed)?;
                prf(&algorithm)?
            }
        };
        let mut next = || {
            let element = fields.expect(Tag::SEQUENCE)?;
            AlgorithmIdentifier::decode(&element)
        };
        let cipher_algorithm = next().map_err(malformed)?;
        let mac_algorithm = next().map_err(malformed)?;
        fields.finish().map_err(malformed)?;
        let cipher = CIPHERS
            .into_iter()
            .find(|cipher| cipher.oid() == cipher_algorithm.oid)
            .ok_or_else(|| CryptoError::unsupported_oid(&cipher_algorithm.oid))?;
        let mac = hmac::ALL
            .into_iter()
            .find(|mac| mac.oid() == mac_algorithm.oid)
            .ok_or_else(|| CryptoError::unsupported_oid(&mac_algorithm.oid))?;
        Ok(Self {
            prf,
            cipher,
            cipher_algorithm,
            mac,
            mac_algorithm,
        })
    }
}

/// rfc6476:4: "The 'salt' parameter MUST be an empty (zero-length) string, and the 'iterationCount' parameter MUST be
/// one".
fn prf(algorithm: &AlgorithmIdentifier) -> Result<Hash, CryptoError> {
    let malformed = |_| CryptoError::Parameters("PBKDF2-params of authEnc is malformed");
    if algorithm.oid != oid::PBKDF2 {
        return Err(CryptoError::unsupported_oid(&algorithm.oid));
    }
    let mut fields = parameters::element(algorithm)?.children();
    let salt = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
    let iterations = fields.expect(Tag::INTEGER).map_err(malformed)?;
    let salt = salt.octets().map_err(malformed)?;
    if !salt.is_empty() || iterations.u64().map_err(malformed)? != 1 {
        return Err(CryptoError::Parameters(
            "PBKDF2 of authEnc has a salt, or more than one iteration",
        ));
    }
    let hash = match fields.optional(Tag::SEQUENCE).map_err(malformed)? {
        None => Hash::Sha1,
        Some(prf) => hmac::hash(&AlgorithmIdentifier::decode(&prf).map_err(malformed)?)?,
    };
    fields.finish().map_err(malformed)?;
    Ok(hash)
}

impl AuthEnc {
    /// The parameters, a MAC that has taken the identifier, and the key of the cipher.
    fn begin(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<(Parameters, Box<dyn Mac>, crate::backend::Secret), CryptoError> {
        let parameters = Parameters::decode(algorithm)?;
        if key.len() != self.key_len {
            return Err(CryptoError::Key("the master secret has another length"));
        }
        let derive = |purpose: &[u8], len| pbkdf2(parameters.prf, key, purpose, 1, len);
        let mac_len = parameters.mac.output_len(&parameters.mac_algorithm)?;
        let mac_key = derive(b"authentication", mac_len);
        let cipher_key_len = parameters.cipher.key_len(&parameters.cipher_algorithm)?;
        let cipher_key = derive(b"encryption", cipher_key_len.preferred());
        let mut mac = parameters.mac.start(&parameters.mac_algorithm, &mac_key)?;
        mac.update(&algorithm.to_der());
        Ok((parameters, mac, cipher_key))
    }
}

impl ContentCipher for AuthEnc {
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
        self.cipher.ciphertext_len(plaintext_len)
    }

    fn tag_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        let parameters = Parameters::decode(algorithm)?;
        parameters.mac.output_len(&parameters.mac_algorithm)
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        let cipher = self.cipher.identifier(random)?.to_der();
        let mac = AlgorithmIdentifier::new(oid::HMAC_SHA256).to_der();
        let parameters = write::sequence(&[&cipher, &mac]);
        Ok(AlgorithmIdentifier::with(self.oid, parameters))
    }

    fn encryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentEncryptor>, CryptoError> {
        let (parameters, mac, key) = self.begin(algorithm, key)?;
        let cipher = parameters
            .cipher
            .encryptor(&parameters.cipher_algorithm, &key)?;
        Ok(Box::new(Encrypting { cipher, mac }))
    }

    fn decryptor(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn ContentDecryptor>, CryptoError> {
        let (parameters, mac, key) = self.begin(algorithm, key)?;
        let cipher = parameters
            .cipher
            .decryptor(&parameters.cipher_algorithm, &key)?;
        Ok(Box::new(Decrypting { cipher, mac }))
    }
}

struct Encrypting {
    cipher: Box<dyn ContentEncryptor>,
    mac: Box<dyn Mac>,
}

impl ContentEncryptor for Encrypting {
    fn update(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        let start = out.len();
        self.cipher.update(plaintext, out)?;
        self.mac.update(out.get(start..).unwrap_or_default());
        Ok(())
    }

    fn finish(mut self: Box<Self>, aad: &[u8], out: &mut Vec<u8>) -> Result<Vec<u8>, CryptoError> {
        let start = out.len();
        self.cipher.finish(&[], out)?;
        self.mac.update(out.get(start..).unwrap_or_default());
        self.mac.update(aad);
        Ok(self.mac.finish().to_vec())
    }
}

struct Decrypting {
    cipher: Box<dyn ContentDecryptor>,
    mac: Box<dyn Mac>,
}

impl ContentDecryptor for Decrypting {
    fn update(&mut self, ciphertext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.mac.update(ciphertext);
        self.cipher.update(ciphertext, out)
    }

    /// The padding is looked at only after the MAC held.
    fn finish(
        mut self: Box<Self>,
        aad: &[u8],
        tag: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        self.mac.update(aad);
        let expected = self.mac.finish();
        if !bool::from(expected.as_slice().ct_eq(tag)) {
            return Err(CryptoError::Failed);
        }
        self.cipher.finish(&[], &[], out)
    }
}
