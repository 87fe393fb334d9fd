//! Cryptographic Message Syntax (CMS, [RFC 5652]) as streaming, sans-IO readers and writers that know no
//! algorithm.
//!
//! ```text
//!   smime-msg   x400-cms   mla-keydist        messages and protocols
//!        smime-cert     ess                   certificates, typed attributes
//!              cms-core  <── cms-algs         this crate; algorithms implement its traits
//! ```
//!
//! Every CMS layer has one bulky part, its content; everything else is small. Readers therefore capture the
//! small parts, octets kept, and let the content pass; memory does not grow with it. Octets go in at any
//! chunking, content and a report come out. Algorithms, keys, certificates, policy and limits are handed in.
//!
//! # Rooms
//!
//! ```text
//!   oneshot, io              octets in memory, and Read and Write
//!   signed, enveloped, authenticated, digested, encrypted, compressed, collection, plain, time_stamped
//!   |                        a reader and a writer for each content type
//!   |-- recipients           from RecipientInfos and keys to the content-encryption key, and back
//!   |-- attributes, ambiguity    what is protected beside content, and what could pass for it
//!   |-- content_cipher       cipher and content type belong together; padding, tag, CEK-HKDF
//!   |-- cek_reuse            one key for several messages (RFC 3185)
//!   |-- layer, reader        what all readers share: grammar tables, ContentInfo, limits
//!   |-- frame                what all writers share: the headers around content
//!   |-- types                SignerInfo, RecipientInfo, Certificate, Name, Time: octets kept
//!   `-- ber                  tokenizer, parser, writer
//!   handed in:   provider (algorithms), key (keys, certificates), policy and capabilities, limits
//!   handed out:  report, error, unverified; oid names what is in them
//! ```
//!
//! # The paved path
//!
//! [`sign`], [`verify`], [`encrypt`] and [`decrypt`] serve octets in memory; feature `std` adds
//! [`io`] for files and pipes. Signing and verifying:
//!
//! ```
//! use cms_algs::{PROVIDER, PrivateKey};
//! use cms_core::policy::StandardPolicy;
//! use cms_core::signed::Signer;
//! use cms_core::types::Certificate;
//! # let (certificate_der, key_der) = testkit::keys::self_signed_p256();
//!
//! let certificate = Certificate::from_der(certificate_der)?;
//! let key = PrivateKey::from_pkcs8(key_der)?;
//! let signer = Signer::new(certificate, &key);
//! let message = cms_core::sign(b"attack at dawn", signer, &PROVIDER, &StandardPolicy::Default)?;
//!
//! let verified = cms_core::verify(&message, &PROVIDER, &StandardPolicy::Default)?;
//! assert_eq!(verified.content, b"attack at dawn");
//! // Whose certificate it is, and whether to trust it, is smime-cert's question.
//! assert!(verified.report.signers[0].certificate.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Encrypting and decrypting:
//!
//! ```
//! use cms_algs::{PROVIDER, PrivateKey, spec};
//! use cms_core::key::Identity;
//! use cms_core::policy::StandardPolicy;
//! use cms_core::types::Certificate;
//! # let (certificate_der, key_der) = testkit::keys::self_signed_p256();
//!
//! let certificate = Certificate::from_der(certificate_der)?;
//! let policy = StandardPolicy::Default;
//! let message = cms_core::encrypt(b"secret", &[certificate.clone()], &spec::AES_256_GCM, &PROVIDER, &policy)?;
//!
//! let me = Identity { certificate, key: PrivateKey::from_pkcs8(key_der)? };
//! let decrypted = cms_core::decrypt(&message, &me, &PROVIDER, &policy)?;
//! assert_eq!(decrypted.content, b"secret");
//! assert!(decrypted.report.authenticated);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The types
//!
//! Each has a module with its reader, its writer and its rules, and functions for octets in memory:
//!
//! * Data: [`plain`].
//! * SignedData: [`signed`]; [`sign`], [`verify`] and their detached forms. Countersignatures, more signers, multiple
//!   signatures.
//! * EnvelopedData and AuthEnvelopedData: [`enveloped`]; [`encrypt`], [`decrypt`]; [`enveloped::Readdresser`] gives a
//!   message new recipients without decrypting its content.
//! * AuthenticatedData: [`authenticated`]; [`authenticate`], [`check_mac`].
//! * DigestedData: [`digested`]; [`digest()`], [`check_digest`].
//! * EncryptedData: [`encrypted`]; [`encrypt_data`], [`decrypt_data`].
//! * CompressedData: [`compressed`]; [`compress`], [`decompress`].
//! * ContentCollection and ContentWithAttributes: [`collection`]; [`collect`], [`contents`].
//! * TimeStampedData: [`time_stamped`], for reading.
//!
//! Every reader is a [`LayerReader`] too, but those of SignedData and TimeStampedData, which may need the content
//! twice.
//!
//! ```
//! use cms_algs::PROVIDER;
//! use cms_core::policy::StandardPolicy;
//! use cms_core::{CmsError, Limits, oid};
//!
//! let digested = cms_core::digest(b"content", &oid::SHA256, &PROVIDER, &StandardPolicy::Default)?;
//! let compressed = cms_core::compress(&digested, &PROVIDER)?;
//!
//! let inflated = cms_core::decompress(&compressed, &PROVIDER, &Limits::DEFAULT)?;
//! assert_eq!(cms_core::check_digest(&inflated, &PROVIDER, &StandardPolicy::Default)?, b"content");
//!
//! let mut changed = digested.clone();
//! *changed.last_mut().unwrap() ^= 1;
//! let refused = cms_core::check_digest(&changed, &PROVIDER, &StandardPolicy::Default);
//! assert!(matches!(refused, Err(CmsError::DigestMismatch)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it will not do
//!
//! It has no files, sockets, clocks or cryptography, judges no certificate path and knows no MIME.
//!
//! [RFC 5652]: https://www.rfc-editor.org/rfc/rfc5652

#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod ambiguity;
mod attributes;
pub mod authenticated;
pub mod ber;
pub mod capabilities;
pub mod cek_reuse;
pub mod collection;
pub mod compressed;
mod content_cipher;
pub mod digested;
pub mod encrypted;
pub mod enveloped;
pub mod error;
mod frame;
#[cfg(feature = "std")]
pub mod io;
pub mod key;
mod layer;
pub mod limits;
pub mod oid;
mod oneshot;
pub mod plain;
pub mod policy;
pub mod provider;
mod reader;
pub mod recipients;
pub mod report;
pub mod signed;
pub mod time_stamped;
pub mod types;
mod unverified;

pub use der::asn1::ObjectIdentifier;

pub use error::{CmsError, CryptoError, DecodeError, DecodeErrorKind, PolicyRejection};
pub use frame::{ContentForm, Surroundings};
pub use limits::Limits;
pub use oneshot::{
    Decrypted, Verified, authenticate, check_digest, check_mac, collect, compress, content_type,
    contents, decompress, decrypt, decrypt_data, digest, encrypt, encrypt_data, sign,
    sign_detached, verify, verify_detached,
};
pub use reader::{ContentSink, LayerReader};
pub use unverified::Unverified;
