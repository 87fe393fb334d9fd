//! The specifications of algorithms for CMS, one file for each family.

pub mod auth_enc;
pub mod cbc;
pub mod ccm;
pub mod cek_hkdf;
pub mod chacha20_poly1305;
pub(crate) mod dh;
pub mod digest;
pub mod dsa;
pub mod ecdh;
pub mod ecdsa;
pub mod eddsa;
pub mod gcm;
pub mod gmac;
pub mod hmac;
pub mod hss_lms;
pub(crate) mod kdf;
pub(crate) mod kem;
pub mod key_wrap;
pub mod kmac;
pub mod ml_dsa;
pub mod ml_kem;
mod parameters;
pub mod password;
pub mod pbkdf2;
pub mod pure;
pub mod pwri_kek;
mod raw_cbc;
pub mod rsa_kem;
pub mod rsa_signature;
pub mod rsa_transport;
pub mod scrypt;
pub mod slh_dsa;
pub mod zlib;

#[cfg(test)]
mod cipher_tests;
#[cfg(test)]
mod mac_tests;

use cms_core::provider::{
    CompressionAlgorithm, ContentCipher, ContentKeyDerivation, DigestAlgorithm,
    KeyDerivationAlgorithm, KeyWrapAlgorithm, MacAlgorithm, RecipientAlgorithm, SignatureAlgorithm,
};

pub use auth_enc::{AUTH_ENC_128, AUTH_ENC_256};
pub use cbc::{
    AES_128_CBC, AES_192_CBC, AES_256_CBC, CAMELLIA_128_CBC, CAMELLIA_192_CBC, CAMELLIA_256_CBC,
    CAST5_CBC, DES_CBC, DES_EDE3_CBC, IDEA_CBC, RC2_CBC, SEED_CBC,
};
pub use ccm::{AES_128_CCM, AES_192_CCM, AES_256_CCM};
pub use cek_hkdf::CekHkdfSha256;
pub use chacha20_poly1305::ChaCha20Poly1305;
pub use digest::{
    MD5, SHA1, SHA3_224, SHA3_256, SHA3_384, SHA3_512, SHA224, SHA256, SHA384, SHA512, SHA512_224,
    SHA512_256, SHAKE128, SHAKE256,
};
pub use ecdh::{ECDH_X9_63, X25519_HKDF};
pub use gcm::{AES_128_GCM, AES_192_GCM, AES_256_GCM};
pub use gmac::{AES_128_GMAC, AES_192_GMAC, AES_256_GMAC};
pub use hmac::{
    HMAC_SHA1, HMAC_SHA1_IETF, HMAC_SHA3_224, HMAC_SHA3_256, HMAC_SHA3_384, HMAC_SHA3_512,
    HMAC_SHA224, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, HMAC_SHA512_224, HMAC_SHA512_256,
};
pub use key_wrap::KeyWrap;
pub use kmac::{KMAC128, KMAC256};
pub use pbkdf2::Pbkdf2;
pub use pwri_kek::PwriKek;
pub use rsa_transport::{RSAES_OAEP, RSAES_PKCS1};
pub use scrypt::Scrypt;
pub use zlib::Zlib;

/// Digests, current ones first.
pub const DIGESTS: &[&dyn DigestAlgorithm] = &[
    &SHA256,
    &SHA384,
    &SHA512,
    &SHA224,
    &SHA512_256,
    &SHA512_224,
    &SHA3_256,
    &SHA3_384,
    &SHA3_512,
    &SHA3_224,
    &SHAKE128,
    &SHAKE256,
    &digest::Shake256Len,
    &SHA1,
    &MD5,
];

/// Signatures: those over digests, those over messages, and what is only read.
pub const SIGNATURES: &[&dyn SignatureAlgorithm] = &with_pure_signatures();

const OTHER_SIGNATURES: usize = 4;

#[expect(
    clippy::indexing_slicing,
    reason = "an index that is out of bounds does not compile"
)]
const fn with_pure_signatures()
-> [&'static dyn SignatureAlgorithm; OTHER_SIGNATURES + pure::ALL.len()] {
    let mut table: [&dyn SignatureAlgorithm; OTHER_SIGNATURES + pure::ALL.len()] =
        [&dsa::Dsa; OTHER_SIGNATURES + pure::ALL.len()];
    table[0] = &rsa_signature::RsaPkcs1;
    table[1] = &rsa_signature::RsaPss;
    table[2] = &ecdsa::Ecdsa;
    let mut index = 0;
    while index < pure::ALL.len() {
        table[3 + index] = pure::ALL[index];
        index += 1;
    }
    table
}

/// Encrypting keys: for each kind of public key the first one is the default.
pub const RECIPIENTS: &[&dyn RecipientAlgorithm] = &[
    &RSAES_OAEP,
    &RSAES_PKCS1,
    &ECDH_X9_63,
    &X25519_HKDF,
    &ecdh::X448_HKDF,
    &ml_kem::ML_KEM_512,
    &ml_kem::ML_KEM_768,
    &ml_kem::ML_KEM_1024,
    &rsa_kem::RsaKem,
];

/// Content encryption.
pub const CIPHERS: &[&dyn ContentCipher] = &[
    &AES_256_GCM,
    &AES_192_GCM,
    &AES_128_GCM,
    &ChaCha20Poly1305,
    &AES_256_CCM,
    &AES_192_CCM,
    &AES_128_CCM,
    &AUTH_ENC_256,
    &AUTH_ENC_128,
    &AES_256_CBC,
    &AES_192_CBC,
    &AES_128_CBC,
    &CAMELLIA_256_CBC,
    &CAMELLIA_192_CBC,
    &CAMELLIA_128_CBC,
    &DES_EDE3_CBC,
    &RC2_CBC,
    &SEED_CBC,
    &CAST5_CBC,
    &IDEA_CBC,
    &DES_CBC,
];

/// Deriving the keys of ciphers.
pub const CONTENT_KEY_DERIVATIONS: &[&dyn ContentKeyDerivation] = &[&CekHkdfSha256];

/// Message authentication codes, current ones first.
pub const MACS: &[&dyn MacAlgorithm] = &[
    &HMAC_SHA256,
    &HMAC_SHA384,
    &HMAC_SHA512,
    &HMAC_SHA224,
    &HMAC_SHA512_256,
    &HMAC_SHA512_224,
    &HMAC_SHA3_256,
    &HMAC_SHA3_384,
    &HMAC_SHA3_512,
    &HMAC_SHA3_224,
    &KMAC256,
    &KMAC128,
    &AES_256_GMAC,
    &AES_192_GMAC,
    &AES_128_GMAC,
    &HMAC_SHA1,
    &HMAC_SHA1_IETF,
];

/// Key wraps.
pub const KEY_WRAPS: &[&dyn KeyWrapAlgorithm] = &[
    &KeyWrap::Aes256,
    &KeyWrap::Aes192,
    &KeyWrap::Aes128,
    &KeyWrap::Aes256Padded,
    &KeyWrap::Aes192Padded,
    &KeyWrap::Aes128Padded,
    &KeyWrap::Camellia256,
    &KeyWrap::Camellia192,
    &KeyWrap::Camellia128,
    &KeyWrap::TripleDes,
    &KeyWrap::Rc2,
    &KeyWrap::Seed,
    &KeyWrap::Cast5,
    &KeyWrap::Idea,
    &KeyWrap::HmacTripleDes,
    &KeyWrap::HmacAes,
];

/// Key wraps for keys from passwords.
pub const PASSWORD_KEY_WRAPS: &[&dyn KeyWrapAlgorithm] = &[&PwriKek];

/// From passwords to keys.
pub const KEY_DERIVATIONS: &[&dyn KeyDerivationAlgorithm] = &[&Pbkdf2, &Scrypt];

/// Compression.
pub const COMPRESSIONS: &[&dyn CompressionAlgorithm] = &[&Zlib];
