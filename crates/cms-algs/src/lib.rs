//! How each algorithm is used with CMS: identifiers, parameter rules and key derivation, over the fastest
//! trustworthy primitives.
//!
//! ```text
//!   spec/      per RFC: OIDs, parameter codecs, absent or NULL, KDF inputs; written once
//!   backend/   primitives only: ring, aws-lc-rs, RustCrypto; knows no CMS
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
