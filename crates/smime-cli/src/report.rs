//! Reports: JSON for programs, a few plain lines for people.

mod escape;
mod json;
mod text;

use std::fmt::Write as _;

use cms_core::oid;
use cms_core::policy::{Policy, StandardPolicy, Usage, Verdict};
use cms_core::report::{
    CompanionStatus, Deviation, RecipientReport, RecipientStatus, SignerError, SignerReport,
    SignerVerdict,
};
use cms_core::types::AlgorithmIdentifier;
use serde_json::{Value, json};
use smime_cert::address::AddressMatch;
use smime_cert::revocation::CertificateStatus;
use smime_msg::open::{Assessment, Layer, LayerKind, PathStatus};

use crate::outcome::{Failure, Outcome};

pub(crate) use escape::escaped;
pub(crate) use json::{certificate, envelope, layer};
pub(crate) use text::describe_layer;

/// Something that is not fatal and that the user should know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Warning {
    pub(crate) code: &'static str,
    pub(crate) text: String,
    pub(crate) layer: Option<usize>,
}

impl Warning {
    pub(crate) fn new(code: &'static str, text: impl Into<String>, layer: Option<usize>) -> Self {
        Self {
            code,
            text: text.into(),
            layer,
        }
    }
}

/// Lower-case hex without colons.
pub(crate) fn hex(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len() * 2);
    for octet in octets {
        let _ = write!(text, "{octet:02x}");
    }
    text
}

/// The report of a verb that failed before it had anything else to report.
pub(crate) fn of_failure(verb: &str, failure: &Failure) -> Value {
    let mut report = envelope(verb, failure.outcome, failure.outcome.verdict());
    set(&mut report, "error", error(failure));
    report
}

/// The report of a usage error that was found before there was a session.
pub(crate) fn usage_error(text: &str) -> Value {
    let first = text.lines().next().unwrap_or_default();
    of_failure(&verb_of_arguments(), &Failure::usage(first))
}

/// The first word of the command line that names a verb.
pub(crate) fn verb_of_arguments() -> String {
    use clap::CommandFactory;
    let command = crate::args::Arguments::command();
    std::env::args_os()
        .skip(1)
        .filter_map(|word| word.into_string().ok())
        .find(|word| command.find_subcommand(word).is_some())
        .unwrap_or_default()
}

/// The `error` of a report.
pub(crate) fn error(failure: &Failure) -> Value {
    json!({
        "code": failure.code,
        "text": failure.text,
        "offset": failure.offset,
        "path": failure.path,
    })
}

pub(crate) fn set(report: &mut Value, key: &str, value: Value) {
    if let Some(object) = report.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// How the verdicts on signers become one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignerPolicy {
    All,
    AtLeast(usize),
}

impl SignerPolicy {
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        match text {
            "all" => Ok(Self::All),
            "any" => Ok(Self::AtLeast(1)),
            number => match number.parse() {
                Ok(count) if count > 0 => Ok(Self::AtLeast(count)),
                _ => Err(Failure::usage(
                    "--policy is all, any, or a number from 1 on",
                )),
            },
        }
    }
}

/// What judging layers needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judgement {
    pub(crate) signers: SignerPolicy,
    /// `--no-trust`: what only trust would refuse is good, with a warning.
    pub(crate) no_trust: bool,
}

/// Whether a signer was not checked at all: its signature is detached and only looked at.
pub(crate) fn unchecked(signer: &SignerReport) -> bool {
    signer.signature_ok.is_none() && signer.errors.is_empty()
}

/// The verdict on one signer's assessment.
pub(crate) fn signer_outcome(signer: &SignerReport, assessment: &Assessment) -> Outcome {
    let unknown = matches!(assessment.signature, SignerVerdict::UnknownCertificate);
    match assessment.signature {
        SignerVerdict::Bad => Outcome::Bad,
        SignerVerdict::Policy => Outcome::Policy,
        _ if unknown || signer.certificate.is_none() => Outcome::NoKey,
        _ if assessment.is_good() => Outcome::Good,
        _ if path_is_policy(assessment) => Outcome::Policy,
        _ => Outcome::Untrusted,
    }
}

fn path_is_policy(assessment: &Assessment) -> bool {
    use smime_cert::path::PathFailure;
    matches!(
        &assessment.path,
        PathStatus::Untrusted(error)
            if matches!(error.reason, PathFailure::Policy(_) | PathFailure::WeakKey { .. })
    )
}

/// The verdict on a signed layer: each signer counts by its best SignerInfo (RFC 5652, 5; RFC 4853), and the
/// policy says how many signers must be good.
pub(crate) fn signed_outcome(
    signers: &[SignerReport],
    assessments: &[Assessment],
    judgement: Judgement,
) -> Outcome {
    let mut best: Vec<(Vec<u8>, Outcome)> = Vec::new();
    for (signer, assessment) in signers.iter().zip(assessments) {
        let key = match (&signer.certificate, signer.info.value()) {
            (Some(certificate), _) => certificate.octets().to_vec(),
            (None, Ok(info)) => format!("{:?}", info.sid).into_bytes(),
            (None, Err(_)) => signer.info.octets().to_vec(),
        };
        let mut outcome = signer_outcome(signer, assessment);
        if judgement.no_trust && outcome == Outcome::Untrusted {
            outcome = Outcome::Good;
        }
        match best.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = outcome.min(*known),
            None => best.push((key, outcome)),
        }
    }
    let mut outcomes: Vec<_> = best.into_iter().map(|(_, outcome)| outcome).collect();
    outcomes.sort();
    let needed = match judgement.signers {
        SignerPolicy::All => outcomes.len().max(1),
        SignerPolicy::AtLeast(count) => count,
    };
    // The first `needed` after sorting are the best; the gravest of those counts.
    outcomes.get(needed - 1).copied().unwrap_or(Outcome::Bad)
}

/// The verdict on all layers.
pub(crate) fn outcome(layers: &[Layer], judgement: Judgement) -> Outcome {
    layers
        .iter()
        .map(|layer| match &layer.kind {
            LayerKind::Signed {
                report,
                assessments,
                ..
            } => signed_outcome(&report.signers, assessments, judgement),
            _ => Outcome::Good,
        })
        .max()
        .unwrap_or(Outcome::Good)
}

/// Whether a layer is encrypted without authentication and no good signature covers all of it: one around it, or
/// one over everything that it holds.
pub(crate) fn is_unauthenticated(layers: &[Layer], judgement: Judgement) -> bool {
    let good = |layer: &Layer| match &layer.kind {
        LayerKind::Signed {
            report,
            assessments,
            ..
        } => signed_outcome(&report.signers, assessments, judgement) == Outcome::Good,
        LayerKind::Authenticated(report) => report.mac_ok == Some(true),
        _ => false,
    };
    layers.iter().enumerate().any(|(index, layer)| {
        let unauthenticated = match &layer.kind {
            LayerKind::Enveloped { report, .. } => !report.authenticated,
            LayerKind::Encrypted { .. } => true,
            _ => false,
        };
        let around = layers
            .iter()
            .take(index)
            .any(|other| layer.part.starts_with(&other.part) && good(other));
        // What follows at the same place, until something else than a CMS layer, is all that the layer holds.
        let within = layers
            .iter()
            .skip(index + 1)
            .take_while(|other| {
                other.part == layer.part && !matches!(other.kind, LayerKind::Mime { .. })
            })
            .any(good);
        unauthenticated && !around && !within
    })
}

/// Multiparts that hold signed parts without being signed themselves: their other parts are nobody's.
fn partly_signed(layers: &[Layer]) -> Vec<usize> {
    let signed = |layer: &&Layer| matches!(layer.kind, LayerKind::Signed { .. });
    let mut found = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let is_multipart = matches!(
            &layer.kind,
            LayerKind::Mime { media_type, .. } if media_type.starts_with("multipart/")
        );
        let before = layers.iter().take(index).filter(signed);
        let covered = before
            .into_iter()
            .any(|other| layer.part.starts_with(&other.part));
        let holds = layers.iter().skip(index + 1).filter(signed).any(|other| {
            other.part.len() > layer.part.len() && other.part.starts_with(&layer.part)
        });
        if is_multipart && holds && !covered {
            found.push(index);
        }
    }
    found
}

/// Warnings about layers.
pub(crate) fn warnings(
    layers: &[Layer],
    policy: StandardPolicy,
    judgement: Judgement,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for index in partly_signed(layers) {
        let text = "only some parts of the multipart are signed; the others may be anybody's";
        warnings.push(Warning::new("partly-signed", text, Some(index)));
    }
    for (index, layer) in layers.iter().enumerate() {
        let mut add = |code, text: String| warnings.push(Warning::new(code, text, Some(index)));
        let mut deviations: &[Deviation] = &[];
        match &layer.kind {
            LayerKind::Signed {
                report,
                assessments,
                micalg_wrong,
                ..
            } => {
                deviations = &report.deviations;
                if *micalg_wrong {
                    add(
                        "micalg",
                        "micalg does not name the digests of all signers".into(),
                    );
                }
                for (signer, assessment) in report.signers.iter().zip(assessments) {
                    signer_warnings(signer, assessment, policy, judgement, &mut add);
                }
            }
            LayerKind::Authenticated(report) => {
                deviations = &report.deviations;
                recipient_warnings(&report.recipients, &mut add);
            }
            LayerKind::Compressed(report) => deviations = &report.deviations,
            LayerKind::Data(report) => deviations = &report.deviations,
            LayerKind::Digested(report) => deviations = &report.deviations,
            LayerKind::TimeStamped(report) => deviations = &report.deviations,
            LayerKind::Encrypted { report, .. } => {
                deviations = &report.deviations;
                let name = report.cipher.as_ref().map(|one| one.name());
                let name = name.unwrap_or_default();
                let text = format!("{name} does not authenticate its content");
                add("unauthenticated-encryption", text);
            }
            LayerKind::CertsOnly(report) => deviations = &report.deviations,
            LayerKind::Enveloped { report, .. } => {
                deviations = &report.deviations;
                if !report.authenticated {
                    let text =
                        format!("{} does not authenticate its content", report.cipher.name());
                    add("unauthenticated-encryption", text);
                }
                if policy.algorithm(&report.cipher.oid, Usage::ContentEncryption)
                    == Verdict::Historic
                {
                    add(
                        "historic-algorithm",
                        format!("{} is historic", report.cipher.name()),
                    );
                }
                recipient_warnings(&report.recipients, &mut add);
            }
            LayerKind::Mime { deviations, .. } => {
                for noted in deviations.iter() {
                    add("mime-deviation", noted.deviation().to_string());
                }
            }
            _ => {}
        }
        for deviation in deviations {
            add(deviation.code, deviation.text.clone());
        }
    }
    warnings
}

fn recipient_warnings(recipients: &[RecipientReport], add: &mut dyn FnMut(&'static str, String)) {
    for recipient in recipients {
        if recipient.algorithm().is_some_and(derives_with_sha1) {
            let text = "a recipient's key is derived or padded with SHA-1";
            add("sha-1-derivation", text.into());
        }
        if recipient.status == RecipientStatus::Failed
            && let Some(error) = &recipient.error
        {
            let kind = recipient.kind().name();
            let text = format!("a recipient of kind {kind} cannot be used: {error}");
            add("recipient", text);
        }
    }
}

fn signer_warnings(
    signer: &SignerReport,
    assessment: &Assessment,
    policy: StandardPolicy,
    judgement: Judgement,
    add: &mut dyn FnMut(&'static str, String),
) {
    if let Ok(info) = signer.info.value() {
        let uses = [
            (&info.digest_algorithm, Usage::Digest),
            (&info.signature_algorithm, Usage::Signature),
        ];
        for (algorithm, usage) in uses {
            if policy.algorithm(&algorithm.oid, usage) == Verdict::Historic {
                add(
                    "historic-algorithm",
                    format!("{} is historic", algorithm.name()),
                );
            }
        }
        if !matches!(info.version, 1 | 3) {
            add(
                "unknown-version",
                format!("SignerInfo of version {}", info.version),
            );
        }
    }
    if let Some(certificate) = &signer.certificate
        && let Some(bits) = weak_rsa(certificate)
    {
        add(
            "weak-key",
            format!("the signer's RSA key has {bits} bits only"),
        );
    }
    if let PathStatus::Trusted(path) = &assessment.path {
        for issuer in path.certificates().iter().skip(1) {
            if let Some(bits) = weak_rsa(issuer) {
                let text = format!("the RSA key of {} has {bits} bits only", issuer.subject());
                add("weak-key", text);
            }
        }
        for (certificate, status) in path.certificates().iter().zip(path.statuses()) {
            if let CertificateStatus::Unknown(why) = status {
                let text = format!("{}: {why}", certificate.subject());
                add("revocation-unknown", text);
            }
        }
    }
    if assessment.address == Some(AddressMatch::Absent) {
        add(
            "no-address",
            "the signer's certificate names no mail address".into(),
        );
    }
    if judgement.no_trust && signer.signature_ok == Some(true) {
        add(
            "not-checked",
            "whether the signer can be trusted was not checked".into(),
        );
    }
    if signer.companions == CompanionStatus::Missing {
        add(
            "signature-removed",
            "another signature of this signer, which this one points to, is not there".into(),
        );
    }
    if let Some(bad) = bad_countersignature(signer) {
        add(
            "countersignature",
            format!("a countersignature is not good: {bad}"),
        );
    }
    if signer.covered == Some(cms_core::report::Covered::CanonicalAttributes) {
        add(
            "attributes-not-der",
            "the signature covers the DER form of attributes that were sent otherwise".into(),
        );
    }
}

/// What is wrong with the first countersignature that is not good, at any depth.
fn bad_countersignature(signer: &SignerReport) -> Option<String> {
    signer.countersignatures.iter().find_map(|one| {
        let error = one.errors.first().map(SignerError::to_string);
        error.or_else(|| bad_countersignature(one))
    })
}

/// Whether a key encryption algorithm uses SHA-1 within: readable in every profile, and told.
fn derives_with_sha1(algorithm: &AlgorithmIdentifier) -> bool {
    match algorithm.oid {
        oid::ECDH_STD_SHA1 | oid::ECDH_COFACTOR_SHA1 => true,
        // Absent hashAlgorithm means SHA-1 (RFC 4055, 4.1).
        oid::RSAES_OAEP => !matches!(algorithm.parameters.as_deref(), Some([0x30, _, 0xa0, ..])),
        _ => false,
    }
}

/// The size of an RSA key below 2048 bits (RFC 8550, 6).
pub(crate) fn weak_rsa(certificate: &cms_core::types::Certificate) -> Option<u32> {
    let spki = certificate.spki().ok()?;
    let verifier = cms_algs::PROVIDER
        .signatures
        .iter()
        .find(|verifier| verifier.recognises(&spki.algorithm.oid))?;
    // rfc8551:6/1, rfc8550:6/1
    verifier.key_bits(&spki).filter(|bits| *bits < 2048)
}

/// What is wrong with a signer, in words.
pub(crate) fn signer_problems(signer: &SignerReport, assessment: &Assessment) -> Vec<String> {
    let mut problems: Vec<String> = signer.errors.iter().map(SignerError::to_string).collect();
    if let PathStatus::Untrusted(error) = &assessment.path {
        problems.push(error.to_string());
    }
    if assessment.address == Some(AddressMatch::Mismatch) {
        problems.push("the certificate is for another mail address than the sender's".into());
    }
    problems
}
