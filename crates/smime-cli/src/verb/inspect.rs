//! `smime inspect`: what a message is, without any key.

use std::io::Write as _;

use smime_msg::open::{Extent, LayerKind, OpenContext, OpenError, open_as};

use super::judge::warnings_json;
use super::verify::format;
use crate::args::Inspect;
use crate::file::{FileSpools, input};
use crate::identity::OwnIdentity;
use crate::outcome::{Failure, Outcome};
use crate::report::{self, Judgement, SignerPolicy};
use crate::session::Session;
use cms_core::policy::StandardPolicy;
use cms_core::{CmsError, types::Certificate};
use serde_json::{Value, json};

pub(super) fn run(arguments: &Inspect, session: &Session) -> Result<u8, Failure> {
    let spools = FileSpools::anonymous(session.memory);
    let source = input(arguments.input.as_deref())?;
    let context = OpenContext {
        provider: session.provider(),
        // Nothing is refused: it is only looked at.
        policy: &StandardPolicy::Legacy,
        limits: &session.limits,
        keys: &Vec::<OwnIdentity>::new(),
        certificates: &Vec::<Certificate>::new(),
        spools: &spools,
        trust: None,
    };
    let opened = open_as(
        source,
        arguments.in_format.map(format),
        Extent::Outside,
        None,
        &context,
    );
    // Without keys an encrypted layer is where looking ends.
    let failure = match opened.error {
        Some(OpenError::Cms(CmsError::NoRecipient | CmsError::DetachedContentMissing)) | None => {
            None
        }
        Some(error) => Some(Failure::from(error)),
    };
    let judgement = Judgement {
        signers: SignerPolicy::All,
        no_trust: true,
    };
    for layer in &opened.layers {
        let mut lines = report::describe_layer(layer);
        lines.extend(details(&layer.kind));
        for line in lines {
            session.print(&line)?;
        }
    }
    let warnings = report::warnings(&opened.layers, StandardPolicy::Default, judgement);
    session.warn(&warnings);
    let outcome = failure
        .as_ref()
        .map_or(Outcome::Good, |failure| failure.outcome);
    let mut report = report::envelope("inspect", outcome, outcome.verdict());
    let layers: Vec<Value> = opened.layers.iter().map(report::layer).collect();
    report::set(&mut report, "layers", json!(layers));
    report::set(&mut report, "warnings", warnings_json(&warnings));
    if let Some(failure) = &failure {
        let _ = writeln!(std::io::stderr(), "smime inspect: {failure}");
        report::set(&mut report, "error", report::error(failure));
    }
    session.tell(&report)?;
    Ok(outcome.code())
}

/// Sizes, encodings, algorithms, attributes and certificates.
fn details(kind: &LayerKind) -> Vec<String> {
    match kind {
        LayerKind::Signed { report, .. } => {
            let mut lines = vec![format!(
                "    {}, content type {}, {} octets",
                report.encoding.name(),
                cms_core::oid::display(&report.econtent_type),
                report.content_len
            )];
            for signer in &report.signers {
                let Ok(info) = signer.info.value() else {
                    continue;
                };
                lines.push(format!(
                    "    signer {}: {} with {}",
                    signer.index,
                    info.signature_algorithm.name(),
                    info.digest_algorithm.name()
                ));
                for attribute in info.signed_attrs.iter().flat_map(|attrs| attrs.iter()) {
                    lines.push(format!(
                        "      signed attribute {}",
                        cms_core::oid::display(&attribute.oid)
                    ));
                }
                for attribute in info.unsigned_attrs.iter().flat_map(|attrs| attrs.iter()) {
                    lines.push(format!(
                        "      unsigned attribute {}",
                        cms_core::oid::display(&attribute.oid)
                    ));
                }
            }
            lines.extend(
                report
                    .certificates
                    .iter()
                    .map(|one| format!("    certificate {}", one.subject())),
            );
            lines
        }
        LayerKind::CertsOnly(report) => report
            .certificates
            .iter()
            .map(|one| format!("    certificate {}", one.subject()))
            .collect(),
        LayerKind::Enveloped { report, .. } => {
            vec![format!(
                "    {}, content type {}",
                report.encoding.name(),
                cms_core::oid::display(&report.econtent_type)
            )]
        }
        _ => Vec::new(),
    }
}
