//! Certification paths: building, and the validation of RFC 5280, section 6.1, with the policy graph of RFC 9618, name
//! constraints on all forms of names, the constraints of anchors (RFC 5937) and revocation
//! ([`crate::revocation`]).

mod build;
mod constraints;
mod failure;
mod issuers;
mod known;
mod policy_graph;
mod signed;
mod validate;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use cms_core::ObjectIdentifier;
use cms_core::policy::Policy;
use cms_core::provider::CryptoProvider;
use cms_core::types::{Certificate, SubjectPublicKeyInfo, Time};

use crate::anchor::TrustAnchor;
use crate::purpose::Purpose;
use crate::revocation::{Asked, CertificateStatus, Revocation};
pub use failure::{Candidate, PathError, PathFailure};
pub use issuers::{Issuers, Pool};
pub use known::{KnownSignatures, RecentSignatures};
pub(crate) use signed::{Signed, verify};

/// What validation needs besides the certificate.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct PathContext<'a> {
    /// What is trusted.
    pub anchors: &'a [TrustAnchor],
    /// Certificates that may stand between; nothing in them is trusted.
    pub issuers: &'a dyn Issuers,
    /// The time at which the path must be valid.
    pub at: Time,
    /// What the end entity is used for.
    pub purpose: Purpose,
    /// Policies and other choices that RFC 5280 leaves to the caller.
    pub rules: &'a PathRules,
    /// How revocation is looked at; `None` not at all.
    pub revocation: Option<Revocation<'a>>,
    /// Issuers' signatures that were found to hold before; `None` verifies each.
    pub known: Option<&'a dyn KnownSignatures>,
    /// Algorithms.
    pub provider: &'a CryptoProvider,
    /// Which algorithms and keys may be used.
    pub policy: &'a dyn Policy,
}

impl core::fmt::Debug for PathContext<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PathContext")
            .field("anchors", &self.anchors.len())
            .field("at", &self.at)
            .field("purpose", &self.purpose)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// The inputs of RFC 5280, 6.1.1 (c) and (e) to (g), and how purposes nest. The default asks for no policy.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct PathRules {
    /// user-initial-policy-set; empty is anyPolicy.
    pub policies: Vec<ObjectIdentifier>,
    /// initial-explicit-policy.
    pub explicit_policy: bool,
    /// initial-policy-mapping-inhibit.
    pub inhibit_mapping: bool,
    /// initial-any-policy-inhibit.
    pub inhibit_any_policy: bool,
    /// Whether an extKeyUsage in a CA's certificate limits the purposes of what it issues. RFC 5280 does not say so,
    /// the CA/Browser Forum's requirements rely on it; a critical one limits in any case.
    pub nested_purposes: bool,
}

impl PathRules {
    /// No policy is asked for; purposes nest.
    pub const DEFAULT: Self = Self {
        policies: Vec::new(),
        explicit_policy: false,
        inhibit_mapping: false,
        inhibit_any_policy: false,
        nested_purposes: true,
    };
}

impl Default for PathRules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A path that was found valid; there is no other way to one than [`validate()`].
#[derive(Clone, Debug)]
pub struct VerifiedPath {
    /// End entity first; the anchor's last, if it stands in one.
    certificates: Vec<Certificate>,
    anchor: TrustAnchor,
    public_key: SubjectPublicKeyInfo,
    policies: BTreeMap<ObjectIdentifier, Vec<Vec<u8>>>,
    statuses: Vec<CertificateStatus>,
}

impl VerifiedPath {
    /// The certificates, the end entity first and the one of the trust anchor, if it stands in one, last; one when the
    /// end entity is an anchor.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The anchor.
    #[must_use]
    pub fn anchor(&self) -> &TrustAnchor {
        &self.anchor
    }

    /// user_constrained_policy_set: the policies for which the path is valid, each with its qualifiers (RFC 9618, 5.5).
    #[must_use]
    pub fn policies(&self) -> &BTreeMap<ObjectIdentifier, Vec<Vec<u8>>> {
        &self.policies
    }

    /// The revocation status of each certificate below the anchor, the end entity first; empty when it was not asked
    /// for.
    #[must_use]
    pub fn statuses(&self) -> &[CertificateStatus] {
        &self.statuses
    }

    /// Whether these are the domain parameters that the end entity's key has along the path. A signature under others
    /// says nothing: whoever chooses parameters can sign for any key.
    #[must_use]
    pub fn confirms_parameters(&self, parameters: &[u8]) -> bool {
        self.public_key.algorithm.parameters.as_deref() == Some(parameters)
    }

    /// The end entity's key, with the parameters that it inherits along the path (RFC 5280, 6.1.6).
    #[must_use]
    pub fn public_key(&self) -> &SubjectPublicKeyInfo {
        &self.public_key
    }
}

/// Finds a valid path from `certificate` to a trust anchor.
///
/// # Errors
/// The most specific reason why there is none.
pub fn validate(
    certificate: &Certificate,
    context: &PathContext<'_>,
) -> Result<VerifiedPath, PathError> {
    find(certificate, context, &mut Asked::default())
}

/// The same, while the revocation status of others is being found.
pub(crate) fn find(
    certificate: &Certificate,
    context: &PathContext<'_>,
    asked: &mut Asked,
) -> Result<VerifiedPath, PathError> {
    let mut candidates = Vec::new();
    let mut budget = validate::Budget::default();
    let found = build::paths(
        certificate,
        context,
        &mut |path, anchor| match validate::path(path, anchor, context, &mut budget, asked) {
            Ok(found) => build::Visit::Found(found),
            Err((depth, failure)) => {
                let spent = budget.is_spent();
                candidates.push(Candidate {
                    certificates: path.to_vec(),
                    anchor: alloc::format!("{}", anchor.name()),
                    depth,
                    failure,
                });
                if spent {
                    build::Visit::GiveUp
                } else {
                    build::Visit::Next
                }
            }
        },
    );
    match found {
        Ok(Some(path)) => Ok(path),
        Ok(None) => Err(PathError::of(candidates, PathFailure::NoAnchor)),
        Err(build::BudgetExceeded) => Err(PathError::of(candidates, PathFailure::Budget)),
    }
}
