//! The state machine of RFC 5280, section 6.1, from the trust anchor down to the end entity. Functions are named after
//! its sections, comments after its steps; the policy steps are those of RFC 9618.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use cms_core::CryptoError;
use cms_core::types::{CanonicalName, Certificate, SubjectPublicKeyInfo};

use super::constraints::Constraints;
use super::policy_graph::PolicyGraph;
use super::signed::{Signed, verify, weak_key};
use super::{PathContext, PathFailure, VerifiedPath};
use crate::anchor::{Controls, TrustAnchor};
use crate::extension::{self, ANY_POLICY, ExtensionError, PolicyInformation, ids};
use crate::purpose::{self, Purpose};
use crate::revocation::{self, Asked};

/// Extensions that this validation processes.
// rfc8550:4.4/1
const PROCESSED: [cms_core::ObjectIdentifier; 13] = [
    ids::BASIC_CONSTRAINTS,
    ids::KEY_USAGE,
    ids::EXT_KEY_USAGE,
    ids::SUBJECT_ALT_NAME,
    ids::SUBJECT_KEY_IDENTIFIER,
    ids::AUTHORITY_KEY_IDENTIFIER,
    ids::NAME_CONSTRAINTS,
    ids::CERTIFICATE_POLICIES,
    ids::POLICY_MAPPINGS,
    ids::POLICY_CONSTRAINTS,
    ids::INHIBIT_ANY_POLICY,
    // Both only say where status information is; whether it is looked at is the caller's choice, as for any
    // certificate.
    ids::CRL_DISTRIBUTION_POINTS,
    ids::FRESHEST_CRL,
];

/// Signatures that are verified while candidates are tried. Chromium allows 100.
const MAX_SIGNATURES: usize = 200;

/// What may be spent on all candidates together.
#[derive(Debug, Default)]
pub(super) struct Budget {
    signatures: usize,
}

impl Budget {
    pub(super) fn is_spent(&self) -> bool {
        self.signatures > MAX_SIGNATURES
    }

    fn signature(&mut self) -> Result<(), PathFailure> {
        self.signatures += 1;
        if self.is_spent() {
            return Err(PathFailure::Budget);
        }
        Ok(())
    }
}

/// RFC 5280, 6.1.2: the state between two certificates.
struct State<'a> {
    /// (a)
    valid_policy_graph: PolicyGraph,
    /// (b) and (c): permitted_subtrees, excluded_subtrees.
    constraints: Constraints,
    /// (d)
    explicit_policy: usize,
    /// (e)
    inhibit_any_policy: usize,
    /// (f)
    policy_mapping: usize,
    /// (g) to (i): working_public_key with its algorithm and parameters.
    working_public_key: SubjectPublicKeyInfo,
    /// (j)
    working_issuer_name: &'a CanonicalName,
    /// (k)
    max_path_length: usize,
}

/// Validates a path, end entity first, whose last certificate the anchor issued, or which is the anchor's own. On
/// failure, how many certificates stand below the one that failed.
pub(super) fn path(
    path: &[Certificate],
    anchor: &TrustAnchor,
    context: &PathContext<'_>,
    budget: &mut Budget,
    asked: &mut Asked,
) -> Result<VerifiedPath, (usize, PathFailure)> {
    // rfc8550:1/2, 4.2/1
    if let [itself] = path
        && anchor.certificate() == Some(itself)
    {
        // The end entity is an anchor itself: its signature is not in question, its validity and purpose are.
        return alone(itself, anchor, context).map_err(|failure| (0, failure));
    }
    let above = |failure| (path.len(), failure);
    anchor_may_issue(anchor, context).map_err(above)?;
    let controls = anchor
        .controls()
        .map_err(|error| above(PathFailure::Extension(error)))?;
    let mut state = initialize(anchor, &controls, path.len(), context).map_err(above)?;
    // The issuer's key for each certificate, from the anchor down.
    let mut keys = Vec::with_capacity(path.len());
    let names: Vec<_> = path
        .iter()
        .map(|certificate| certificate.subject().canonical())
        .collect();
    for (depth, (certificate, name)) in path.iter().zip(&names).enumerate().rev() {
        let name = name
            .as_ref()
            .map_err(|_| (depth, PathFailure::MalformedName))?;
        keys.push(state.working_public_key.clone());
        let mut step = || {
            let self_issued = certificate.issuer().matches(&certificate.subject());
            let is_final = depth == 0;
            basic_processing(
                certificate,
                self_issued,
                is_final,
                &mut state,
                context,
                budget,
            )?;
            if is_final {
                wrap_up(certificate, &mut state, context)
            } else {
                prepare_for_next(certificate, name, self_issued, &mut state, context)
            }
        };
        step().map_err(|failure| (depth, failure))?;
    }
    // RFC 5280, 6.1.5 (g) and the last paragraph, RFC 9618, 5.5.
    let wanted = user_policies(&context.rules.policies, controls.policies.as_deref());
    let policies = state
        .valid_policy_graph
        .user_constrained(wanted.as_deref())
        .0;
    if state.explicit_policy == 0 && (state.valid_policy_graph.is_null() || policies.is_empty()) {
        return Err((0, PathFailure::Policies));
    }
    keys.reverse();
    // (a) (3) of 6.1.3, for all certificates together: it may need other paths.
    // rfc8550:2.1/4
    let statuses = revocation::check(path, &keys, anchor, context, asked)?;
    let mut certificates = path.to_vec();
    certificates.extend(anchor.certificate().cloned());
    Ok(VerifiedPath {
        certificates,
        anchor: anchor.clone(),
        public_key: state.working_public_key,
        policies,
        statuses,
    })
}

fn alone(
    certificate: &Certificate,
    anchor: &TrustAnchor,
    context: &PathContext<'_>,
) -> Result<VerifiedPath, PathFailure> {
    validity(certificate, context)?;
    well_formed(certificate)?;
    critical_extensions(certificate)?;
    end_entity(certificate, context)?;
    Ok(VerifiedPath {
        certificates: alloc::vec![certificate.clone()],
        anchor: anchor.clone(),
        public_key: anchor.spki().clone(),
        policies: alloc::collections::BTreeMap::new(),
        statuses: Vec::new(),
    })
}

/// RFC 5280, 6.1.2, with the limits of the anchor (RFC 5937, 3.2).
fn initialize<'a>(
    anchor: &'a TrustAnchor,
    controls: &Controls,
    n: usize,
    context: &PathContext<'_>,
) -> Result<State<'a>, PathFailure> {
    let rules = context.rules;
    let after = |now: bool| if now { 0 } else { n + 1 };
    let mut constraints = Constraints::default();
    if let Some(names) = &controls.names {
        constraints.add(names)?;
    }
    Ok(State {
        valid_policy_graph: PolicyGraph::new(),
        constraints,
        explicit_policy: after(rules.explicit_policy || controls.explicit_policy),
        inhibit_any_policy: after(rules.inhibit_any_policy || controls.inhibit_any_policy),
        policy_mapping: after(rules.inhibit_mapping || controls.inhibit_mapping),
        working_public_key: anchor.spki().clone(),
        working_issuer_name: anchor.canonical_name(),
        max_path_length: controls.path_len.unwrap_or(n),
    })
}

/// RFC 5937, 3.2: "the intersection of the certificate policies associated with the trust anchor and the user-provided
/// user-initial-policy-set". Nothing is anyPolicy; of an empty intersection no policy is acceptable.
fn user_policies(
    wanted: &[cms_core::ObjectIdentifier],
    anchors: Option<&[cms_core::ObjectIdentifier]>,
) -> Option<Vec<cms_core::ObjectIdentifier>> {
    let wanted = Some(wanted).filter(|set| !set.is_empty() && !set.contains(&ANY_POLICY));
    let anchors = anchors.filter(|set| !set.contains(&ANY_POLICY));
    match (wanted, anchors) {
        (Some(wanted), Some(anchors)) => {
            let both = wanted.iter().filter(|policy| anchors.contains(policy));
            Some(both.copied().collect())
        }
        (one, other) => one.or(other).map(<[_]>::to_vec),
    }
}

/// RFC 5280, 6.1.3.
fn basic_processing(
    certificate: &Certificate,
    self_issued: bool,
    is_final: bool,
    state: &mut State<'_>,
    context: &PathContext<'_>,
    budget: &mut Budget,
) -> Result<(), PathFailure> {
    // (a) (1)
    if certificate.tbs_signature_algorithm() != certificate.signature_algorithm() {
        return Err(PathFailure::AlgorithmMismatch);
    }
    budget.signature()?;
    let signed = Signed {
        message: certificate.tbs(),
        algorithm: certificate.signature_algorithm(),
        signature: certificate.signature(),
    };
    verify(signed, &state.working_public_key, context)?;
    // (a) (2)
    validity(certificate, context)?;
    // (a) (4)
    let issuer = certificate.issuer();
    if issuer.canonical().as_ref() != Ok(state.working_issuer_name) {
        return Err(PathFailure::NoAnchor);
    }
    well_formed(certificate)?;
    critical_extensions(certificate)?;
    // (b) and (c)
    if !self_issued || is_final {
        state.constraints.check(certificate)?;
    }
    // (d) and (e)
    let policies: Option<Vec<PolicyInformation>> =
        extension::certificate_policies(certificate).map_err(PathFailure::Extension)?;
    let any = state.inhibit_any_policy > 0 || (!is_final && self_issued);
    state.valid_policy_graph.process(policies.as_deref(), any);
    // (f)
    if state.explicit_policy == 0 && state.valid_policy_graph.is_null() {
        return Err(PathFailure::Policies);
    }
    Ok(())
}

/// RFC 5280, 6.1.4.
fn prepare_for_next<'a>(
    certificate: &Certificate,
    name: &'a CanonicalName,
    self_issued: bool,
    state: &mut State<'a>,
    context: &PathContext<'_>,
) -> Result<(), PathFailure> {
    // (a)
    let mappings = extension::policy_mappings(certificate).map_err(PathFailure::Extension)?;
    let maps_any = mappings
        .iter()
        .any(|(issuer, subjects)| *issuer == ANY_POLICY || subjects.contains(&ANY_POLICY));
    if maps_any {
        return Err(PathFailure::AnyPolicyMapped);
    }
    // (b)
    state
        .valid_policy_graph
        .map(&mappings, state.policy_mapping > 0);
    // (c)
    state.working_issuer_name = name;
    // (d) to (f)
    next_key(certificate, state)?;
    // (g)
    if let Some(names) = extension::name_constraints(certificate).map_err(PathFailure::Extension)? {
        state.constraints.add(&names)?;
    }
    // (h)
    if !self_issued {
        let less = |number: &mut usize| *number = number.saturating_sub(1);
        less(&mut state.explicit_policy);
        less(&mut state.policy_mapping);
        less(&mut state.inhibit_any_policy);
    }
    // (i)
    let constraints = extension::policy_constraints(certificate).map_err(PathFailure::Extension)?;
    if let Some(explicit) = constraints.require_explicit_policy {
        state.explicit_policy = state.explicit_policy.min(explicit);
    }
    if let Some(mapping) = constraints.inhibit_policy_mapping {
        state.policy_mapping = state.policy_mapping.min(mapping);
    }
    // (j)
    let inhibit = extension::inhibit_any_policy(certificate).map_err(PathFailure::Extension)?;
    if let Some(inhibit) = inhibit {
        state.inhibit_any_policy = state.inhibit_any_policy.min(inhibit);
    }
    // rfc8550:3/7
    if name.is_empty() {
        return Err(PathFailure::MalformedName);
    }
    // (k): version 3 with cA; other ways to know a CA are not taken.
    let basic = extension::basic_constraints(certificate).map_err(PathFailure::Extension)?;
    let basic = basic
        .filter(|basic| basic.ca && certificate.version() == 2)
        .ok_or(PathFailure::NotACa)?;
    // (l): a self-issued certificate does not count.
    if !self_issued {
        state.max_path_length = state
            .max_path_length
            .checked_sub(1)
            .ok_or(PathFailure::PathLength)?;
    }
    // (m)
    if let Some(len) = basic.path_len_constraint {
        state.max_path_length = state.max_path_length.min(len);
    }
    // (n)
    may_sign_certificates(certificate)?;
    // (o) is done with 6.1.3.
    may_issue_for(certificate, context)
}

/// RFC 5280, 6.1.5, and the rules of RFC 8550 for end entities.
fn wrap_up(
    certificate: &Certificate,
    state: &mut State<'_>,
    context: &PathContext<'_>,
) -> Result<(), PathFailure> {
    // (a)
    state.explicit_policy = state.explicit_policy.saturating_sub(1);
    // (b)
    let constraints = extension::policy_constraints(certificate).map_err(PathFailure::Extension)?;
    if constraints.require_explicit_policy == Some(0) {
        state.explicit_policy = 0;
    }
    // (c) to (e)
    next_key(certificate, state)?;
    // (f)
    // rfc5280:4.2.1.10: "The name constraints extension, which MUST be used only in a CA certificate"
    let basic = extension::basic_constraints(certificate).map_err(PathFailure::Extension)?;
    let is_authority = basic.is_some_and(|basic| basic.ca);
    let constrains = certificate
        .extension(&ids::NAME_CONSTRAINTS)
        .is_some_and(|extension| extension.critical);
    if constrains && !is_authority {
        return Err(PathFailure::UnsupportedCriticalExtension(
            ids::NAME_CONSTRAINTS,
        ));
    }
    end_entity(certificate, context)
}

/// Steps (d) to (f) of 6.1.4, (c) to (e) of 6.1.5: a key without parameters keeps those of its issuer's.
fn next_key(certificate: &Certificate, state: &mut State<'_>) -> Result<(), PathFailure> {
    let key = certificate
        .spki()
        .map_err(|_| PathFailure::Signature(CryptoError::Key("malformed public key")))?;
    let inherited = key.with_parameters_of(&state.working_public_key);
    state.working_public_key = inherited.unwrap_or(key);
    Ok(())
}

/// An anchor is a name and a key (RFC 5280, 6.1.1 d), but one that was trusted as somebody's own certificate is no
/// authority: a version 3 certificate must say that it is one before anything is believed that it signed
/// (RFC 5280, 4.2.1.9 and 4.2.1.3). Certificates of version 1 cannot say so and are taken as the user's word.
///
/// rfc5937:2: "clients MUST reject certification paths containing a trust anchor with unrecognized critical extensions"
///
/// rfc5937:3.2: "If no subject distinguished name is associated with the trust anchor, path validation fails."
///
/// RFC 5280 leaves an anchor's own validity out of the path. Here it counts: who replaces his root does not want the
/// old one to be believed for ever, and OpenSSL, gpgsm and Go see it so.
fn anchor_may_issue(anchor: &TrustAnchor, context: &PathContext<'_>) -> Result<(), PathFailure> {
    if anchor.canonical_name().is_empty() {
        return Err(PathFailure::MalformedName);
    }
    let Some(certificate) = anchor.certificate() else {
        return Ok(());
    };
    if !anchor.is_info() {
        validity(certificate, context)?;
    }
    well_formed(certificate)?;
    critical_extensions(certificate)?;
    if anchor.is_info() || certificate.version() < 2 {
        return Ok(());
    }
    let basic = extension::basic_constraints(certificate).map_err(PathFailure::Extension)?;
    if !basic.is_some_and(|basic| basic.ca) {
        return Err(PathFailure::NotACa);
    }
    may_sign_certificates(certificate)
}

/// RFC 5280, 6.1.4 (n).
fn may_sign_certificates(certificate: &Certificate) -> Result<(), PathFailure> {
    match extension::key_usage(certificate).map_err(PathFailure::Extension)? {
        Some(usage) if !usage.key_cert_sign() => Err(PathFailure::NotForCertificates),
        _ => Ok(()),
    }
}

/// An extKeyUsage of an authority allows what its certificates are used for: where the caller wants it so, and always
/// where it is critical.
fn may_issue_for(certificate: &Certificate, context: &PathContext<'_>) -> Result<(), PathFailure> {
    let critical = certificate
        .extension(&ids::EXT_KEY_USAGE)
        .is_some_and(|extension| extension.critical);
    if context.purpose == Purpose::Any || !(critical || context.rules.nested_purposes) {
        return Ok(());
    }
    purpose::extended(certificate, context.purpose).map_err(PathFailure::Purpose)
}

fn validity(certificate: &Certificate, context: &PathContext<'_>) -> Result<(), PathFailure> {
    if context.at < certificate.not_before() {
        return Err(PathFailure::NotYetValid(certificate.not_before()));
    }
    if context.at > certificate.not_after() {
        return Err(PathFailure::Expired(certificate.not_after()));
    }
    Ok(())
}

/// What decoding lets pass. RFC 5280, 4.1.2.1 knows versions 1 to 3.
///
/// rfc5280:4.2: "A certificate MUST NOT include more than one instance of a particular extension."
fn well_formed(certificate: &Certificate) -> Result<(), PathFailure> {
    // rfc8550:2.2/1
    if certificate.version() > 2 {
        return Err(PathFailure::Version(certificate.version()));
    }
    // rfc5280:4.1.2.9: extensions "MUST only appear if the version is 3".
    if certificate.version() < 2 && !certificate.extensions().is_empty() {
        return Err(PathFailure::Version(certificate.version()));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = certificate
        .extensions()
        .iter()
        .find(|extension| !seen.insert(extension.oid))
    {
        return Err(PathFailure::Extension(ExtensionError(twice.oid)));
    }
    // Whose certificate it is must be readable.
    extension::subject_alt_names(certificate)
        .map(|_| ())
        .map_err(PathFailure::Extension)
}

/// Steps (o) of 6.1.4 and (f) of 6.1.5.
fn critical_extensions(certificate: &Certificate) -> Result<(), PathFailure> {
    match certificate
        .extensions()
        .iter()
        .find(|extension| extension.critical && !PROCESSED.contains(&extension.oid))
    {
        Some(extension) => Err(PathFailure::UnsupportedCriticalExtension(extension.oid)),
        None => critical_policies(certificate),
    }
}

/// rfc5280:4.2.1.4: who processes a critical certificatePolicies "MUST be able to interpret this extension (including
/// the optional qualifier), or MUST reject the certificate".
fn critical_policies(certificate: &Certificate) -> Result<(), PathFailure> {
    let is_critical = certificate
        .extension(&ids::CERTIFICATE_POLICIES)
        .is_some_and(|extension| extension.critical);
    let policies = extension::certificate_policies(certificate).map_err(PathFailure::Extension)?;
    let known = |information: &PolicyInformation| information.has_known_qualifiers();
    if is_critical && !policies.iter().flatten().all(known) {
        return Err(PathFailure::UnsupportedCriticalExtension(
            ids::CERTIFICATE_POLICIES,
        ));
    }
    Ok(())
}

/// The key and the purpose of an end entity (RFC 8550, 4.3, 4.4.2 and 4.4.4).
fn end_entity(certificate: &Certificate, context: &PathContext<'_>) -> Result<(), PathFailure> {
    if let Ok(spki) = certificate.spki() {
        let verifier = context
            .provider
            .signatures
            .iter()
            .find(|verifier| verifier.recognises(&spki.algorithm.oid));
        weak_key(
            verifier.and_then(|verifier| verifier.key_bits(&spki)),
            &spki,
            context.policy,
        )?;
    }
    purpose::check(certificate, context.purpose).map_err(PathFailure::Purpose)
}
