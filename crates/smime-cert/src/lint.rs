//! What is wrong with a certificate, though paths through it may be valid: RFC 5280 as it binds authorities, RFC 8550,
//! and the S/MIME Baseline Requirements (BR) of the CA/Browser Forum.
//!
//! ```
//! use cms_algs::PROVIDER;
//! use cms_core::types::Certificate;
//! use smime_cert::lint::{Generation, Profile, Severity, lint};
//!
//! let alice = Certificate::from_der(testkit::keys::ALICE.certificate)?;
//! let profile = Profile::detect(&alice, Generation::Strict);
//! let findings = lint(&alice, profile, &PROVIDER);
//! let gravest = findings.first().expect("some");
//! assert_eq!(gravest.severity, Severity::Error);
//! assert_eq!(gravest.section, "BR 6.3.2"); // valid for too long
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod extensions;
mod fields;
mod finding;
mod general_names;
mod identifiers;
mod keys;
mod names;
mod organization;
mod policies;
mod profile;
mod rules;
mod subject;
mod syntax;
mod types;
mod usage;
mod view;

use alloc::vec::Vec;

use cms_core::provider::CryptoProvider;
use cms_core::types::Certificate;

pub use finding::{Finding, Rule, Severity};
pub use profile::{Generation, Profile, ValidationLevel};

use view::{Findings, View};

/// Everything that is found on a certificate, the gravest first: by RFC 5280 and RFC 8550, and with a profile as a
/// subscriber's certificate by the Baseline Requirements. The provider is asked whether a CA's certificate without
/// authorityKeyIdentifier is self-signed, and for the digests that subjectKeyIdentifier may be made of.
#[must_use]
pub fn lint(
    certificate: &Certificate,
    profile: Option<Profile>,
    provider: &CryptoProvider,
) -> Vec<Finding> {
    let view = View::new(certificate, profile);
    let mut out = Findings::default();
    fields::check(&view, &mut out);
    names::check(&view, &mut out);
    keys::check(&view, &mut out);
    types::check(&view, &mut out);
    extensions::check(&view, &mut out);
    identifiers::check(&view, provider, &mut out);
    usage::check(&view, &mut out);
    policies::check(&view, &mut out);
    access::check(&view, &mut out);
    general_names::check(&view, &mut out);
    out.into_sorted()
}

/// Every rule that certificates are held against.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::all()
}
