//! `smime cert verify` and `smime trust why`: the path of a certificate, and each check.

use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::path::{Candidate, PathError, PathFailure, VerifiedPath, validate};
use smime_cert::revocation::CertificateStatus;
use smime_msg::open::PathStatus;

use crate::args::CertVerify;
use crate::identity;
use crate::outcome::{Failure, Outcome};
use crate::report::{self, Warning};
use crate::session::Session;
use crate::store::fingerprint;
use crate::trusting::Trusted;
use crate::verb::judge::warnings_json;

/// `verb` is the one that the report names; `every` shows each path that was tried, whatever came of it.
pub(in crate::verb) fn run(
    verb: &str,
    arguments: &CertVerify,
    every: bool,
    session: &Session,
) -> Result<u8, Failure> {
    let trusted = Trusted::new(&arguments.trusting, session)?;
    let context = trusted.context(session);
    let mut outcome = Outcome::Good;
    let (mut items, mut warnings) = (Vec::new(), Vec::new());
    for name in &arguments.cert {
        for certificate in identity::certificates(name, session)? {
            trusted.sources.renew();
            let status = match validate(&certificate, &context) {
                Ok(path) => PathStatus::Trusted(path),
                Err(error) => PathStatus::Untrusted(error),
            };
            for line in lines(&certificate, &status, every, session) {
                session.print(&line)?;
            }
            warnings.extend(weak_keys(&certificate, &status));
            outcome = outcome.max(match &status {
                PathStatus::Untrusted(error) => gravity(&error.reason),
                _ => Outcome::Good,
            });
            let mut item = report::certificate(&certificate);
            report::set(&mut item, "path", path(&status));
            items.push(item);
        }
    }
    trusted.sources.tell(session);
    if outcome == Outcome::Untrusted && trusted.anchors.is_empty() {
        session.say("hint: name a trust anchor with --ca FILE, or for good: smime trust add FILE");
    }
    let mut report = report::envelope(verb, outcome, outcome.verdict());
    report::set(&mut report, "items", json!(items));
    session.warn(&warnings);
    report::set(&mut report, "warnings", warnings_json(&warnings));
    session.tell(&report)?;
    Ok(outcome.code())
}

/// Warnings of short keys: the certificate's own, and those that the path leads over.
fn weak_keys(certificate: &Certificate, status: &PathStatus) -> Vec<Warning> {
    let issuers = match status {
        PathStatus::Trusted(path) => path.certificates().get(1..).unwrap_or_default(),
        _ => &[],
    };
    // rfc8550:6/1
    let weak = |one: &Certificate| {
        let bits = report::weak_rsa(one)?;
        let text = format!("the RSA key of {} has {bits} bits only", one.subject());
        Some(Warning::new("weak-key", text, None))
    };
    [certificate]
        .into_iter()
        .chain(issuers)
        .filter_map(weak)
        .collect()
}

fn gravity(failure: &PathFailure) -> Outcome {
    match failure {
        PathFailure::Policy(_) | PathFailure::WeakKey { .. } => Outcome::Policy,
        _ => Outcome::Untrusted,
    }
}

/// The path in a report.
pub(super) fn path(status: &PathStatus) -> Value {
    let fingerprints = |certificates: &[Certificate]| -> Vec<String> {
        let octets = certificates.iter().map(Certificate::octets);
        octets.map(fingerprint).collect()
    };
    match status {
        PathStatus::Trusted(path) => json!({
            "status": status.name(),
            "errors": [],
            "certificates": fingerprints(path.certificates()),
            "anchor": path.anchor().name().to_string(),
            "policies": path.policies().keys().map(ToString::to_string).collect::<Vec<_>>(),
            "revocation": status.revocation(),
            "statuses": path.statuses().iter().map(word).collect::<Vec<_>>(),
        }),
        PathStatus::Untrusted(error) => json!({
            "status": status.name(),
            "errors": [error.to_string()],
            "certificates": [],
            "revocation": status.revocation(),
            "candidates": error.candidates.iter().map(|candidate| json!({
                "certificates": fingerprints(&candidate.certificates),
                "anchor": candidate.anchor,
                "depth": candidate.depth,
                "error": candidate.failure.to_string(),
            })).collect::<Vec<_>>(),
        }),
        _ => Value::Null,
    }
}

fn word(status: &CertificateStatus) -> String {
    match status {
        CertificateStatus::Good => "good".into(),
        CertificateStatus::Unknown(why) => format!("unknown: {why}"),
        _ => "revoked".into(),
    }
}

fn lines(
    certificate: &Certificate,
    status: &PathStatus,
    every: bool,
    session: &Session,
) -> Vec<String> {
    let mut lines = vec![format!("{}  {}", certificate.subject(), status.name())];
    match status {
        PathStatus::Trusted(path) => trusted(path, &mut lines),
        PathStatus::Untrusted(error) => untrusted(error, every || session.verbose, &mut lines),
        _ => {}
    }
    lines
}

fn trusted(path: &VerifiedPath, lines: &mut Vec<String>) {
    for (index, certificate) in path.certificates().iter().enumerate() {
        let revocation = match path.statuses().get(index) {
            Some(status) => word(status),
            None if index + 1 == path.certificates().len() => "trust anchor".into(),
            None => "not checked for revocation".into(),
        };
        lines.push(format!(
            "  {}{}  until {}  {revocation}",
            "  ".repeat(index),
            certificate.subject(),
            certificate.not_after()
        ));
    }
    if path.anchor().certificate().is_none() {
        lines.push(format!("  trust anchor {}", path.anchor().name()));
    }
    for policy in path.policies().keys() {
        lines.push(format!("  policy {policy}"));
    }
}

/// The reason, and where asked for the tree of paths that were tried: what several have in common is told once.
fn untrusted(error: &PathError, every: bool, lines: &mut Vec<String>) {
    lines.push(format!("  {error}"));
    if !every {
        return;
    }
    let mut before: &[Certificate] = &[];
    for candidate in &error.candidates {
        let Candidate {
            certificates,
            anchor,
            depth,
            failure,
            ..
        } = candidate;
        let common = before
            .iter()
            .zip(certificates)
            .take_while(|(one, two)| one == two)
            .count();
        for (index, certificate) in certificates.iter().enumerate().skip(common) {
            lines.push(format!("  {}{}", "  ".repeat(index), certificate.subject()));
        }
        lines.push(format!(
            "  {}anchor {anchor}",
            "  ".repeat(certificates.len())
        ));
        let failed = certificates.get(*depth).map_or_else(
            || "the anchor".to_owned(),
            |certificate| certificate.subject().to_string(),
        );
        lines.push(format!(
            "  {}fails at {failed}: {failure}",
            "  ".repeat(certificates.len() + 1)
        ));
        before = certificates;
    }
}
