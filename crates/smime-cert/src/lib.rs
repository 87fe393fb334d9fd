//! Certificates for S/MIME ([RFC 8550]) on the paths of [RFC 5280].
//!
//! * [`path`]: from a certificate to a trust anchor; [`path::VerifiedPath`] proves that it was found.
//! * [`purpose`]: what a mail certificate may be used for.
//! * [`address`]: whose mail it speaks for.
//! * [`container`]: keys, certificates and CRLs out of PEM, DER, PKCS #7, PKCS #8 and PKCS #12.
//! * [`make`]: certificates and requests for mail.
//!
//! This part of the crate validates without certificate policies, name constraints and revocation, and fails
//! closed: a path that needs any of them is refused, not waved through.
//!
//! ```
//! use cms_algs::PROVIDER;
//! use cms_core::policy::StandardPolicy;
//! use cms_core::types::{Certificate, Time};
//! use smime_cert::path::{PathContext, validate};
//! use smime_cert::purpose::Purpose;
//!
//! let alice = Certificate::from_der(testkit::keys::ALICE.certificate)?;
//! let anchors = [Certificate::from_der(testkit::keys::CA)?];
//! let context = PathContext {
//!     anchors: &anchors,
//!     intermediates: &[],
//!     at: alice.not_before(),
//!     purpose: Purpose::Signing,
//!     provider: &PROVIDER,
//!     policy: &StandardPolicy::Default,
//! };
//! let path = validate(&alice, &context)?;
//! assert_eq!(path.certificates().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 8550]: https://www.rfc-editor.org/rfc/rfc8550
//! [RFC 5280]: https://www.rfc-editor.org/rfc/rfc5280

#![no_std]

extern crate alloc;

pub mod address;
pub mod container;
pub mod extension;
pub mod make;
pub mod path;
pub mod purpose;
