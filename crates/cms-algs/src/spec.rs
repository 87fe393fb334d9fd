//! The specifications of algorithms for CMS, one file for each family.

pub mod cbc;
pub mod digest;
pub mod ecdh;
pub mod ecdsa;
pub mod ed25519;
pub mod gcm;
pub(crate) mod kdf;
pub(crate) mod key_wrap;
mod parameters;
pub mod password;
pub mod rsa_signature;
pub mod rsa_transport;

use cms_core::provider::{ContentCipher, DigestAlgorithm, RecipientAlgorithm, SignatureAlgorithm};

pub use cbc::{AES_128_CBC, AES_192_CBC, AES_256_CBC, DES_EDE3_CBC, RC2_CBC};
pub use digest::{MD5, SHA1, SHA224, SHA256, SHA384, SHA512};
pub use ecdh::{ECDH_X9_63, X25519_HKDF};
pub use gcm::{AES_128_GCM, AES_192_GCM, AES_256_GCM};
pub use rsa_transport::{RSAES_OAEP, RSAES_PKCS1};

/// Digests, current ones first.
pub const DIGESTS: &[&dyn DigestAlgorithm] = &[&SHA256, &SHA384, &SHA512, &SHA224, &SHA1, &MD5];

/// Signatures.
pub const SIGNATURES: &[&dyn SignatureAlgorithm] = &[
    &rsa_signature::RsaPkcs1,
    &rsa_signature::RsaPss,
    &ecdsa::Ecdsa,
    &ed25519::Ed25519,
];

/// Encrypting keys: for each kind of public key the first one is the default.
pub const RECIPIENTS: &[&dyn RecipientAlgorithm] =
    &[&RSAES_OAEP, &RSAES_PKCS1, &ECDH_X9_63, &X25519_HKDF];

/// Content encryption.
pub const CIPHERS: &[&dyn ContentCipher] = &[
    &AES_256_GCM,
    &AES_192_GCM,
    &AES_128_GCM,
    &AES_256_CBC,
    &AES_192_CBC,
    &AES_128_CBC,
    &DES_EDE3_CBC,
    &RC2_CBC,
];
