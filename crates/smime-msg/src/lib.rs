//! S/MIME messages ([RFC 8551]): composing them, and opening them through every layer.
//!
//! # Rooms
//!
//! ```text
//!   open             one loop: what it is, its reader, what it holds
//!   |-- peel, entity, cms, detached, signed_parts    the turns of the loop
//!   |-- layer        what was found, layer by layer
//!   `-- assess       trust in each signer
//!   compose          entities in canonical form, messages around them
//!   format           MIME, PEM, BER or base64: what an input is
//!   mime             header, media_type, multipart, transfer, canonical, scanner, writer
//!   spool            where content waits for its verdict
//! ```
//!
//! * [`mime`]: a lossless streaming MIME scanner and writer; signed parts are exact octets of the message.
//! * [`open`]: peels MIME and CMS nesting, decrypting and verifying, with one report of all layers.
//! * [`compose`]: clear-signed, opaque and encrypted messages, outer headers kept in place.
//! * [`mod@format`]: MIME, PEM, BER or bare base64: what an input is.
//! * [`spool`]: where content waits for its verdict; files belong to the caller.
//!
//! ```
//! use cms_algs::{PROVIDER, PrivateKey};
//! use cms_core::Limits;
//! use cms_core::policy::StandardPolicy;
//! use cms_core::signed::{SignedDataBuilder, Signer};
//! use cms_core::types::Certificate;
//! use smime_msg::{compose, open, spool};
//! use std::io::Cursor;
//!
//! let certificate = Certificate::from_der(testkit::keys::BOB.certificate)?;
//! let key = PrivateKey::from_pkcs8(testkit::keys::BOB.key)?;
//! let policy = StandardPolicy::Default;
//!
//! // Compose: the entity in canonical form, then multipart/signed around it.
//! let mail = b"From: bob@example.com\nSubject: hello\nMIME-Version: 1.0\nContent-Type: text/plain\n\nHi\n";
//! let mut entity = Vec::new();
//! let outer = compose::entity(&mut Cursor::new(mail), compose::Transport::SevenBit, &mut entity)?;
//! let signed = SignedDataBuilder::new(cms_core::oid::DATA)
//!     .with_signer(Signer::new(certificate.clone(), &key))
//!     .with_certificate(&certificate)
//!     .prepare(&PROVIDER, &policy)?;
//! let mut message = Vec::new();
//! let mut random = (PROVIDER.random)();
//! compose::clear_signed(&outer, &mut entity.as_slice(), signed, &mut message, &Limits::DEFAULT, &mut *random)?;
//!
//! // Open it again.
//! let (keys, certificates) = (Vec::<cms_core::key::Identity<PrivateKey>>::new(), Vec::new());
//! let context = open::OpenContext {
//!     provider: &PROVIDER,
//!     policy: &policy,
//!     limits: &Limits::DEFAULT,
//!     keys: &keys,
//!     certificates: &certificates,
//!     spools: &spool::MemorySpools::new(1 << 20),
//!     trust: None,
//! };
//! let opened = open::open(Box::new(Cursor::new(message)), &context);
//! assert!(opened.error.is_none());
//! assert_eq!(opened.layers.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Here nobody is trusted: `trust: None` checks signatures only. `examples/verify.rs` decides whom to believe.
//!
//! # What it will not do
//!
//! It sends, receives and stores nothing, renders nothing, and joins no decrypted or signed part with its neighbours.
//! The outer header, Subject included, is not protected by any layer, and it does not say otherwise.
//!
//! [RFC 8551]: https://www.rfc-editor.org/rfc/rfc8551

pub mod compose;
pub mod format;
pub mod mime;
pub mod open;
pub mod spool;
