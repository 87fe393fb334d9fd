//! Certificates for S/MIME ([RFC 8550]) on the paths of [RFC 5280].
//!
//! # Rooms
//!
//! ```text
//!   path                     building and validating: policy graph, name constraints, budgets
//!   |-- anchor               what is trusted            |-- purpose    what for
//!   |-- revocation           crl and ocsp, weighed      `-- address    whose mail
//!   extension, general_name  what stands in a certificate
//!   attribute_certificate, clearance      what others say of a holder
//!   directory, smimea        LDAP messages and DNS records, without the network
//!   lint                     was it made as the standards want it
//!   container                pem, pkcs7, pkcs12, private_key: files in and out
//!   make                     certificates, requests, CRLs
//! ```
//!
//! * [`path`]: from a certificate to a trust anchor; [`path::VerifiedPath`] proves that it was found.
//! * [`anchor`]: what is trusted, and with which limits.
//! * [`revocation`]: whether certificates are revoked, by [`crl`] and [`ocsp`].
//! * [`attribute_certificate`]: what others say of a holder; [`clearance`]: what he may see.
//! * [`purpose`]: what a mail certificate may be used for.
//! * [`address`]: whose mail it speaks for.
//! * [`smimea`] and [`directory`]: where certificates of others are found (RFC 8162; RFC 4511, RFC 4523).
//! * [`lint`]: what is wrong with a certificate by RFC 5280, RFC 8550 and the Baseline Requirements.
//! * [`container`]: keys, certificates and CRLs out of PEM, DER, PKCS #7, PKCS #8 and PKCS #12.
//! * [`make`]: certificates and requests for mail.
//!
//! ```
//! use cms_algs::PROVIDER;
//! use cms_core::policy::StandardPolicy;
//! use cms_core::types::{Certificate, Time};
//! use smime_cert::anchor::TrustAnchor;
//! use smime_cert::path::{PathContext, PathRules, Pool, validate};
//! use smime_cert::purpose::Purpose;
//!
//! let alice = Certificate::from_der(testkit::keys::ALICE.certificate)?;
//! let anchors = [TrustAnchor::from_der(testkit::keys::CA)?];
//! let context = PathContext {
//!     anchors: &anchors,
//!     issuers: &Pool::new(),
//!     at: alice.not_before(),
//!     purpose: Purpose::Signing,
//!     rules: &PathRules::DEFAULT,
//!     revocation: None,
//!     known: None,
//!     provider: &PROVIDER,
//!     policy: &StandardPolicy::Default,
//! };
//! let path = validate(&alice, &context)?;
//! assert_eq!(path.certificates().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it will not do
//!
//! It fetches nothing: issuers, CRLs and OCSP responses come from traits ([`path::Issuers`],
//! [`revocation::StatusSource`]). It has no clock: the time is an argument. It says nothing about messages, and trusts
//! no certificate because a message brought it.
//!
//! [RFC 8550]: https://www.rfc-editor.org/rfc/rfc8550
//! [RFC 5280]: https://www.rfc-editor.org/rfc/rfc5280

#![no_std]

extern crate alloc;

pub mod address;
pub mod anchor;
pub mod attribute_certificate;
pub mod clearance;
pub mod container;
pub mod crl;
pub mod directory;
pub mod extension;
pub mod general_name;
pub mod lint;
pub mod make;
pub mod ocsp;
pub mod path;
pub mod purpose;
pub mod revocation;
pub mod smimea;
