//! Lines for people; what an attacker controls is escaped.

use cms_core::report::RecipientStatus;
use smime_cert::extension::email_addresses;
use smime_msg::open::{Layer, LayerKind, PathStatus};

use super::{signer_outcome, signer_problems, unchecked};
use crate::outcome::Outcome;

/// Text with control characters, and what reorders or hides text, as escapes.
pub(crate) fn escaped(text: &str) -> String {
    let hidden = |c: char| {
        let ranges = [
            '\u{200b}'..='\u{200f}',
            '\u{202a}'..='\u{202e}',
            '\u{2060}'..='\u{2069}',
            '\u{feff}'..='\u{feff}',
        ];
        ranges.iter().any(|range| range.contains(&c))
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// A layer in a few lines.
pub(crate) fn describe_layer(layer: &Layer) -> Vec<String> {
    let mut lines = match &layer.kind {
        LayerKind::CertsOnly(report) => {
            vec![format!(
                "certificates only: {} of them",
                report.certificates.len()
            )]
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
            for recipient in &report.recipients {
                let algorithm = recipient.algorithm().map(|algorithm| algorithm.name());
                let used = if recipient.status == RecipientStatus::Used {
                    " (used)"
                } else {
                    ""
                };
                lines.push(format!(
                    "  to {} {} by {}{used}",
                    recipient.kind().name(),
                    recipient.id(),
                    algorithm.as_deref().unwrap_or("?")
                ));
            }
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

fn describe_signer(
    signer: &cms_core::report::SignerReport,
    assessment: &smime_msg::open::Assessment,
) -> String {
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
