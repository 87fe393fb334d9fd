//! The state machine of RFC 5280, section 6.1, from the trust anchor down to the end entity.

use alloc::collections::BTreeSet;

use cms_core::CryptoError;
use cms_core::policy::{Direction, Policy, Usage, Verdict};
use cms_core::provider::SignatureInput;
use cms_core::types::{Certificate, SubjectPublicKeyInfo};

use super::{PathContext, PathFailure};
use crate::extension::{self, ExtensionError, ids};
use crate::purpose;

/// Extensions that this validation processes.
const PROCESSED: [cms_core::ObjectIdentifier; 6] = [
    ids::BASIC_CONSTRAINTS,
    ids::KEY_USAGE,
    ids::EXT_KEY_USAGE,
    ids::SUBJECT_ALT_NAME,
    ids::SUBJECT_KEY_IDENTIFIER,
    ids::AUTHORITY_KEY_IDENTIFIER,
];

/// RFC 5280, 6.1.2: the state between two certificates, as far as it is needed here.
struct State {
    working_public_key: SubjectPublicKeyInfo,
    max_path_length: usize,
}

/// Validates a path, end entity first; gives the end entity's key with its parameters (RFC 5280, 6.1.6). On failure,
/// how many certificates stand below the one that failed.
pub(super) fn path(
    path: &[Certificate],
    context: &PathContext<'_>,
) -> Result<SubjectPublicKeyInfo, (usize, PathFailure)> {
    let Some((anchor, below)) = path.split_last() else {
        return Err((0, PathFailure::NoAnchor));
    };
    if below.is_empty() {
        // The end entity is an anchor itself: its signature is not in question, its validity and purpose are.
        return end_entity(anchor, context)
            .and_then(|()| public_key(anchor))
            .map_err(|failure| (0, failure));
    }
    anchor_may_issue(anchor).map_err(|failure| (below.len(), failure))?;
    let mut state = State {
        working_public_key: public_key(anchor).map_err(|failure| (below.len(), failure))?,
        max_path_length: anchor_path_length(anchor)
            .map_err(|failure| (below.len(), failure))?
            .unwrap_or(usize::MAX),
    };
    for (depth, certificate) in below.iter().enumerate().rev() {
        let step = |state: &mut State| {
            basic(certificate, state, context)?;
            if depth == 0 {
                end_entity(certificate, context)?;
            } else {
                prepare_next(certificate, state)?;
            }
            // (d) to (f), and 6.1.5 (c) to (e): a key without parameters keeps those of its issuer's.
            let key = public_key(certificate)?;
            let inherited = key.with_parameters_of(&state.working_public_key);
            state.working_public_key = inherited.unwrap_or(key);
            Ok(())
        };
        step(&mut state).map_err(|failure| (depth, failure))?;
    }
    Ok(state.working_public_key)
}

fn public_key(certificate: &Certificate) -> Result<SubjectPublicKeyInfo, PathFailure> {
    certificate
        .spki()
        .map_err(|_| PathFailure::Signature(CryptoError::Key("malformed public key")))
}

/// An anchor is a name and a key (RFC 5280, 6.1.1 d), but one that was trusted as somebody's own certificate is no
/// authority: a version 3 certificate must say that it is one before anything is believed that it signed
/// (RFC 5280, 4.2.1.9 and 4.2.1.3). Certificates of version 1 cannot say so and are taken as the user's word.
fn anchor_may_issue(anchor: &Certificate) -> Result<(), PathFailure> {
    if anchor.version() < 2 {
        return Ok(());
    }
    let constraints = extension::basic_constraints(anchor).map_err(PathFailure::Extension)?;
    if !constraints.is_some_and(|constraints| constraints.ca) {
        return Err(PathFailure::NotACa);
    }
    may_sign_certificates(anchor)
}

fn anchor_path_length(anchor: &Certificate) -> Result<Option<usize>, PathFailure> {
    let constraints = extension::basic_constraints(anchor).map_err(PathFailure::Extension)?;
    Ok(constraints.and_then(|constraints| constraints.path_len_constraint.map(usize::from)))
}

/// RFC 5280, 6.1.4 (n).
fn may_sign_certificates(certificate: &Certificate) -> Result<(), PathFailure> {
    match extension::key_usage(certificate).map_err(PathFailure::Extension)? {
        Some(usage) if !usage.key_cert_sign() => Err(PathFailure::NotForCertificates),
        _ => Ok(()),
    }
}

/// A critical extKeyUsage of an authority is processed: it must allow mail.
fn may_issue_for_mail(certificate: &Certificate) -> Result<(), PathFailure> {
    let critical = certificate
        .extension(&ids::EXT_KEY_USAGE)
        .is_some_and(|extension| extension.critical);
    let usages = extension::extended_key_usage(certificate).map_err(PathFailure::Extension)?;
    let allowed = usages.is_none_or(|usages| {
        usages
            .iter()
            .any(|usage| [ids::EMAIL_PROTECTION, ids::ANY_EXTENDED_KEY_USAGE].contains(usage))
    });
    if critical && !allowed {
        return Err(PathFailure::UnsupportedCriticalExtension(
            ids::EXT_KEY_USAGE,
        ));
    }
    Ok(())
}

/// RFC 5280, 6.1.3 (a): signature and validity; name chaining was settled by building.
fn basic(
    certificate: &Certificate,
    state: &State,
    context: &PathContext<'_>,
) -> Result<(), PathFailure> {
    if certificate.tbs_signature_algorithm() != certificate.signature_algorithm() {
        return Err(PathFailure::AlgorithmMismatch);
    }
    signature(certificate, &state.working_public_key, context)?;
    validity(certificate, context)?;
    well_formed(certificate)?;
    critical_extensions(certificate)
}

fn signature(
    certificate: &Certificate,
    key: &SubjectPublicKeyInfo,
    context: &PathContext<'_>,
) -> Result<(), PathFailure> {
    let algorithm = certificate.signature_algorithm();
    let PathContext {
        policy, provider, ..
    } = context;
    policy
        .require(&algorithm.oid, Usage::Signature, Direction::Read)
        .map_err(PathFailure::Policy)?;
    let verifier = provider
        .signature(algorithm)
        .map_err(PathFailure::Signature)?;
    if let Some(digest) = verifier
        .digest_algorithm(algorithm, None)
        .map_err(PathFailure::Signature)?
    {
        policy
            .require(&digest, Usage::Digest, Direction::Read)
            .map_err(PathFailure::Policy)?;
    }
    weak_key(verifier.key_bits(key), key, *policy)?;
    let input = SignatureInput::Message(certificate.tbs());
    verifier
        .verify(algorithm, None, key, input, certificate.signature())
        .map_err(|error| match error {
            CryptoError::Failed => PathFailure::SignatureInvalid,
            other => PathFailure::Signature(other),
        })
}

fn weak_key(
    bits: Option<u32>,
    key: &SubjectPublicKeyInfo,
    policy: &dyn Policy,
) -> Result<(), PathFailure> {
    match bits {
        Some(bits) if policy.key(&key.algorithm.oid, bits) == Verdict::Reject => {
            Err(PathFailure::WeakKey {
                bits,
                profile: policy.name(),
            })
        }
        _ => Ok(()),
    }
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
    if certificate.version() > 2 {
        return Err(PathFailure::Version(certificate.version()));
    }
    let mut seen = BTreeSet::new();
    match certificate
        .extensions()
        .iter()
        .find(|extension| !seen.insert(extension.oid))
    {
        Some(twice) => Err(PathFailure::Extension(ExtensionError(twice.oid))),
        None => Ok(()),
    }
}

fn critical_extensions(certificate: &Certificate) -> Result<(), PathFailure> {
    if certificate.extension(&ids::NAME_CONSTRAINTS).is_some() {
        return Err(PathFailure::NameConstraints);
    }
    match certificate
        .extensions()
        .iter()
        .find(|extension| extension.critical && !PROCESSED.contains(&extension.oid))
    {
        Some(extension) => Err(PathFailure::UnsupportedCriticalExtension(extension.oid)),
        None => Ok(()),
    }
}

/// RFC 5280, 6.1.4 (k) to (n).
fn prepare_next(certificate: &Certificate, state: &mut State) -> Result<(), PathFailure> {
    let constraints = extension::basic_constraints(certificate).map_err(PathFailure::Extension)?;
    // (k) version 3 with cA; other ways to know a CA are not taken.
    let constraints = constraints
        .filter(|constraints| constraints.ca && certificate.version() == 2)
        .ok_or(PathFailure::NotACa)?;
    // (l) a self-issued certificate does not count.
    if !certificate.subject().matches(&certificate.issuer()) {
        state.max_path_length = state
            .max_path_length
            .checked_sub(1)
            .ok_or(PathFailure::PathLength)?;
    }
    // (m)
    if let Some(len) = constraints.path_len_constraint {
        state.max_path_length = state.max_path_length.min(usize::from(len));
    }
    // (n)
    may_sign_certificates(certificate)?;
    may_issue_for_mail(certificate)
}

/// RFC 5280, 6.1.5, and the rules of RFC 8550 for end entities.
fn end_entity(certificate: &Certificate, context: &PathContext<'_>) -> Result<(), PathFailure> {
    validity(certificate, context)?;
    well_formed(certificate)?;
    critical_extensions(certificate)?;
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
