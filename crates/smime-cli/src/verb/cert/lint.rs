//! `smime cert lint`: what is wrong with certificates, whoever trusts them.

use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::lint::{Finding, Generation, Profile, Severity, ValidationLevel, lint};

use crate::args::{CertLint, LintGeneration};
use crate::identity;
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;

/// Lints certificates. Findings of severity error, and those alone, make the outcome bad.
pub(super) fn run(arguments: &CertLint, session: &Session) -> Result<u8, Failure> {
    let mut outcome = Outcome::Good;
    let mut items = Vec::new();
    for name in &arguments.cert {
        for certificate in identity::certificates(name, session)? {
            let profile = profile(&certificate, arguments.generation);
            let findings = lint(&certificate, profile, session.provider());
            for line in lines(&certificate, profile, &findings, session.verbose) {
                session.print(&line)?;
            }
            let is_error = |finding: &Finding| finding.severity == Severity::Error;
            if findings.iter().any(is_error) {
                outcome = Outcome::Bad;
            }
            items.push(item(&certificate, profile, &findings));
        }
    }
    if outcome == Outcome::Bad {
        session.say("hint: more about a finding: smime explain CODE");
    }
    let mut report = report::envelope("cert", outcome, outcome.verdict());
    report::set(&mut report, "items", json!(items));
    session.tell(&report)?;
    Ok(outcome.code())
}

/// A generation that is asked for holds for CA certificates too.
fn profile(certificate: &Certificate, asked: Option<LintGeneration>) -> Option<Profile> {
    let generation = match asked {
        None => return Profile::detect(certificate, Generation::Strict),
        Some(LintGeneration::None) => return None,
        Some(LintGeneration::Legacy) => Generation::Legacy,
        Some(LintGeneration::Multipurpose) => Generation::Multipurpose,
        Some(LintGeneration::Strict) => Generation::Strict,
    };
    Some(Profile::new(ValidationLevel::Mailbox, generation))
}

fn told(profile: Option<Profile>) -> String {
    match profile {
        Some(profile) => format!("{}-{}", profile.level.name(), profile.generation.name()),
        None => "none".into(),
    }
}

fn item(certificate: &Certificate, profile: Option<Profile>, findings: &[Finding]) -> Value {
    let findings: Vec<_> = findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code,
                "severity": finding.severity.name(),
                "section": finding.section,
                "location": finding.location,
                "text": finding.text,
            })
        })
        .collect();
    let mut item = report::certificate(certificate);
    report::set(&mut item, "profile", json!(told(profile)));
    report::set(&mut item, "findings", json!(findings));
    item
}

/// What is only information is told to those who ask for more.
fn lines(
    certificate: &Certificate,
    profile: Option<Profile>,
    findings: &[Finding],
    verbose: bool,
) -> Vec<String> {
    let subject = match certificate.subject() {
        subject if subject.is_empty() => "(no subject)".to_owned(),
        subject => subject.to_string(),
    };
    let count = |severity| {
        let same = |finding: &&Finding| finding.severity == severity;
        findings.iter().filter(same).count()
    };
    let mut lines = vec![format!(
        "{subject}  profile {}: {} errors, {} warnings",
        told(profile),
        count(Severity::Error),
        count(Severity::Warning),
    )];
    let told = |finding: &&Finding| verbose || finding.severity > Severity::Info;
    for finding in findings.iter().filter(told) {
        let Finding {
            code,
            severity,
            section,
            location,
            text,
            ..
        } = finding;
        lines.push(format!("  {:<8} {code}", severity.name()));
        lines.push(format!("           {location}: {text} ({section})"));
    }
    lines
}
