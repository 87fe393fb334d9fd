//! Lines for people; what an attacker controls is escaped.

use cms_core::report::{RecipientReport, RecipientStatus, SignerReport, SignerVerdict};
use smime_cert::extension::email_addresses;
use smime_msg::open::{Layer, LayerKind, PathStatus};

use super::{signer_outcome, signer_problems, unchecked};
use crate::outcome::Outcome;

/// A layer in a few lines.
pub(crate) fn describe_layer(layer: &Layer) -> Vec<String> {
    let mut lines = match &layer.kind {
        LayerKind::CertsOnly(report) => {
            vec![format!(
                "certificates only: {} of them",
                report.certificates.len()
            )]
        }
        LayerKind::Authenticated(report) => {
            let verdict = match report.mac_ok {
                Some(true) => "MAC holds",
                Some(false) => "WRONG MAC",
                None => "not checked",
            };
            let name = report.mac_algorithm.as_ref().map(|one| one.name());
            let name = name.unwrap_or_default();
            let mut lines = vec![format!("authenticated with {name}: {verdict}")];
            lines.extend(report.recipients.iter().map(describe_recipient));
            lines
        }
        LayerKind::Collection { contents } => vec![format!("collection of {contents} contents")],
        LayerKind::Compressed(report) => vec![format!(
            "compressed: {} octets, inflated {}",
            report.compressed_len, report.content_len
        )],
        LayerKind::ContentWithAttributes { attributes } => {
            let mut lines = vec!["content with attributes".to_owned()];
            lines.extend(
                attributes
                    .iter()
                    .map(|one| format!("  attribute {}", cms_core::oid::display(&one.oid))),
            );
            lines
        }
        LayerKind::Data(report) => vec![format!("data: {} octets", report.content_len)],
        LayerKind::Digested(report) => {
            let verdict = match report.digest_ok {
                Some(true) => "digest holds",
                Some(false) => "WRONG DIGEST",
                None => "not checked",
            };
            let name = report.digest_algorithm.as_ref().map(|one| one.name());
            vec![format!(
                "digested with {}: {verdict}",
                name.unwrap_or_default()
            )]
        }
        LayerKind::Encrypted { report, decrypted } => {
            let what = if *decrypted { "decrypted" } else { "encrypted" };
            let name = report.cipher.as_ref().map(|one| one.name());
            let name = name.unwrap_or_default();
            vec![format!(
                "{what} with {name} under a shared key, not authenticated"
            )]
        }
        LayerKind::TimeStamped(report) => {
            let verdict = match report.imprint_ok {
                Some(true) => "over this content; whose it is was not checked",
                Some(false) => "OVER OTHER CONTENT",
                None => "not checked",
            };
            vec![format!("time-stamp {verdict}")]
        }
        LayerKind::Mime { media_type, .. } => vec![media_type.clone()],
        LayerKind::Enveloped { report, decrypted } => {
            let how = if report.authenticated {
                ""
            } else {
                ", not authenticated"
            };
            let what = if *decrypted { "decrypted" } else { "encrypted" };
            let mut lines = vec![format!("{what} with {}{how}", report.cipher.name())];
            lines.extend(report.recipients.iter().map(describe_recipient));
            lines
        }
        LayerKind::Signed {
            report,
            form,
            assessments,
            ..
        } => {
            let mut lines = vec![format!("signed ({})", form.name())];
            for (signer, assessment) in report.signers.iter().zip(assessments) {
                lines.push(describe_signer(signer, assessment));
                for problem in signer_problems(signer, assessment) {
                    lines.push(format!("    {problem}"));
                }
                countersignatures(signer, 2, &mut lines);
            }
            lines
        }
        _ => vec!["unknown".into()],
    };
    if let (false, Some(first)) = (layer.part.is_empty(), lines.first_mut()) {
        let part: Vec<_> = layer
            .part
            .iter()
            .map(|index| (index + 1).to_string())
            .collect();
        *first = format!("part {}: {first}", part.join("."));
    }
    lines
}

fn describe_recipient(recipient: &RecipientReport) -> String {
    let algorithm = recipient.algorithm().map(|algorithm| algorithm.name());
    let used = if recipient.status == RecipientStatus::Used {
        " (used)"
    } else {
        ""
    };
    let mut words = vec!["  to", recipient.kind().name()];
    let id = recipient.id();
    if !id.is_empty() {
        words.push(&id);
    }
    let algorithm = algorithm.as_deref().unwrap_or("?");
    format!("{} by {algorithm}{used}", words.join(" "))
}

/// Countersignatures and those over them, each a step further in.
fn countersignatures(signer: &SignerReport, depth: usize, lines: &mut Vec<String>) {
    for one in &signer.countersignatures {
        let who = one.certificate.as_ref().map_or_else(
            || "someone whose certificate is unknown".to_owned(),
            |certificate| certificate.subject().to_string(),
        );
        let verdict = match one.verdict() {
            _ if unchecked(one) => "not checked",
            SignerVerdict::Good => "good countersignature",
            SignerVerdict::UnknownCertificate => "cannot be checked",
            SignerVerdict::Policy => "refused by policy",
            _ => "BAD COUNTERSIGNATURE",
        };
        lines.push(format!("{}{verdict}: {who}", "  ".repeat(depth)));
        countersignatures(one, depth + 1, lines);
    }
}

fn describe_signer(signer: &SignerReport, assessment: &smime_msg::open::Assessment) -> String {
    let who = signer.certificate.as_ref().map_or_else(
        || "someone whose certificate is unknown".to_owned(),
        |certificate| {
            let emails = email_addresses(certificate);
            let subject = certificate.subject().to_string();
            if emails.is_empty() {
                subject
            } else {
                format!("{} ({subject})", emails.join(", "))
            }
        },
    );
    let verdict = match signer_outcome(signer, assessment) {
        _ if unchecked(signer) => "not checked",
        Outcome::Good if matches!(assessment.path, PathStatus::Trusted(_)) => {
            "good signature, trusted"
        }
        Outcome::Good => "good signature",
        Outcome::Untrusted => "intact, NOT TRUSTED",
        Outcome::NoKey => "cannot be checked",
        Outcome::Policy => "refused by policy",
        _ => "BAD SIGNATURE",
    };
    let when = signer
        .signing_time
        .map(|time| format!(", says {time}"))
        .unwrap_or_default();
    format!("  {verdict}: {who}{when}")
}
