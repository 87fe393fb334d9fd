//! How each algorithm is used with CMS: identifiers, parameter rules and key derivation, over the fastest
//! trustworthy primitives.
//!
//! # Rooms
//!
//! ```text
//!   spec       per RFC: OIDs, parameter codecs, absent or NULL, KDF inputs; written once
//!   |-- digest, hmac, kmac, gmac                           digests and MACs
//!   |-- rsa_signature, ecdsa, dsa; pure over eddsa, ml_dsa, slh_dsa, hss_lms      signatures
//!   |-- rsa_transport, ecdh, dh; kem over ml_kem, rsa_kem; pwri_kek              recipients
//!   |-- cbc, gcm, ccm, chacha20_poly1305, auth_enc, cek_hkdf  ciphers for content
//!   |-- key_wrap, kdf, pbkdf2, scrypt, password            keys from keys and from passwords
//!   `-- zlib                                               compression
//!   key        private keys: material, encodings, signing, opening; ExternalKey for those elsewhere
//!   status     what RFC 8551 wants of each algorithm
//!   backend    primitives only: ring, aws-lc-rs, RustCrypto, tried in this order; knows no CMS
//! ```
//!
//! [`PROVIDER`] is what `cms-core` and the crates above it take as an argument. Features `ring` and `aws-lc`, both
//! on by default, only add faster tables; without them everything is pure Rust. What may be used is not
//! decided here but by `cms_core::policy`: the provider reads historic algorithms too, and
//! policy refuses them except under the legacy profile.
//!
//! ```
//! use cms_algs::{KeyType, PrivateKey, SystemRandom};
//!
//! let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom)?;
//! let again = PrivateKey::from_pkcs8(&key.to_pkcs8()?)?;
//! # Ok::<(), cms_core::CryptoError>(())
//! ```
//!
//! # What it will not do
//!
//! It knows no CMS layer, no file and no clock, and does not decide what may be used. Historic algorithms are here for
//! reading; the policies of `cms-core` refuse to write them. Its RSA in pure Rust is not constant in time; where
//! attackers can measure, keep the default features.

#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod backend;
mod hash;
mod key;
mod random;
pub mod spec;
pub mod status;
#[cfg(test)]
mod wycheproof;

use alloc::boxed::Box;

use cms_core::provider::CryptoProvider;

pub use backend::SlhDsaSet;
pub use hash::Hash;
pub use key::{ExternalError, ExternalKey, KEY_TYPES, KeyType, PrivateKey};
pub use random::SystemRandom;

/// All algorithms that are implemented, fastest backend first.
pub const PROVIDER: CryptoProvider = CryptoProvider {
    digests: spec::DIGESTS,
    signatures: spec::SIGNATURES,
    recipients: spec::RECIPIENTS,
    ciphers: spec::CIPHERS,
    content_key_derivations: spec::CONTENT_KEY_DERIVATIONS,
    macs: spec::MACS,
    key_wraps: spec::KEY_WRAPS,
    password_key_wraps: spec::PASSWORD_KEY_WRAPS,
    key_derivations: spec::KEY_DERIVATIONS,
    compressions: spec::COMPRESSIONS,
    password: &spec::password::Passwords,
    keys: &key::Keys,
    random: || Box::new(SystemRandom),
};
