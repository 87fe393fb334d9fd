//! From an opened message to a report, an exit code and, if all is well, the content at its place.

use std::io::Write as _;

use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::path::PathFailure;
use smime_msg::open::{Assessment, Layer, LayerKind, Opened, PathStatus, Trust};

use crate::args::Judging;
use crate::file::Target;
use crate::outcome::{Failure, Outcome};
use crate::report::{self, Judgement, SignerPolicy, Warning};
use crate::session::Session;
use crate::trusting::Trusted;

/// The trust of `verify` and `open`, owned.
#[derive(Debug)]
pub(super) struct TrustMaterial {
    trusted: Trusted,
    sender: Option<String>,
    pub(super) judgement: Judgement,
    pub(super) keep_going: bool,
    remember: bool,
}

impl TrustMaterial {
    pub(super) fn new(judging: &Judging, session: &Session) -> Result<Self, Failure> {
        let mut trusted = Trusted::new(&judging.trusting, session)?;
        if judging.no_trust {
            trusted.anchors.clear();
        }
        Ok(Self {
            trusted,
            sender: judging.from.clone(),
            judgement: Judgement {
                signers: SignerPolicy::parse(&judging.policy)?,
                no_trust: judging.no_trust,
            },
            keep_going: judging.keep_going,
            remember: judging.remember,
        })
    }

    /// What comes between opening and judging: says what could not be fetched, and remembers signers where that is
    /// wanted.
    pub(super) fn opened(&self, opened: &Opened, session: &Session) -> Result<(), Failure> {
        self.trusted.sources.tell(session);
        if self.remember {
            super::remember::remember(opened, &self.trusted, session)?;
        }
        Ok(())
    }

    /// Certificates that may be signers'.
    pub(super) fn certificates(&self) -> &Vec<Certificate> {
        &self.trusted.certificates
    }

    /// The trust for opening; `None` with `--no-trust`.
    pub(super) fn trust(&self, session: &Session) -> Option<Trust<'_>> {
        (!self.judgement.no_trust).then(|| Trust {
            anchors: &self.trusted.anchors,
            issuers: &self.trusted.sources,
            at: session.at,
            purpose: self.trusted.purpose,
            rules: &self.trusted.rules,
            sender: self.sender.clone(),
            checking: self.trusted.checking,
            statuses: &self.trusted.sources,
            known: None,
        })
    }
}

/// Judges an opened message, releases its content if it may be released, tells the report.
pub(super) fn conclude(
    verb: &str,
    opened: Opened,
    judgement: Judgement,
    keep_going: bool,
    target: &Target,
    session: &Session,
) -> Result<u8, Failure> {
    let mut outcome = report::outcome(&opened.layers, judgement);
    let mut failure = opened.error.map(Failure::from);
    let unsigned = verb == "verify"
        && failure.is_none()
        && !opened
            .layers
            .iter()
            .any(|layer| matches!(layer.kind, LayerKind::Signed { .. }));
    if unsigned {
        let text = "the message is not signed";
        failure = Some(
            Failure::new(Outcome::Bad, "unsigned", text)
                .with_hint("see what it is with: smime inspect FILE"),
        );
    }
    let unauthenticated = report::is_unauthenticated(&opened.layers, judgement);
    let warnings = report::warnings(&opened.layers, session.policy, judgement);
    // The last error the layers know is told with the gravest outcome of all.
    if let Some(failure) = &failure {
        outcome = outcome.max(failure.outcome);
    }
    let may_release = failure.is_none()
        && match outcome {
            Outcome::Good => true,
            Outcome::Bad | Outcome::Untrusted => keep_going,
            _ => false,
        };
    for layer in &opened.layers {
        for line in report::describe_layer(layer) {
            session.say(&line);
        }
    }
    session.warn(&warnings);
    if may_release && let Some(content) = opened.content {
        match target {
            Target::Stdout | Target::File(..) => target.release(content.into_spool())?,
            Target::Dropped => {}
        }
    }
    let verdict = if outcome == Outcome::Good && unauthenticated {
        "unauthenticated"
    } else {
        outcome.verdict()
    };
    let mut report = report::envelope(verb, outcome, verdict);
    let layers: Vec<Value> = opened.layers.iter().map(report::layer).collect();
    report::set(&mut report, "layers", json!(layers));
    report::set(&mut report, "warnings", warnings_json(&warnings));
    if let Some(failure) = &failure {
        let _ = writeln!(std::io::stderr(), "smime {verb}: {failure}");
        report::set(&mut report, "error", report::error(failure));
    } else if no_anchor(&opened.layers) {
        hint_untrusted(session);
    } else if outcome == Outcome::Bad && only_too_few(&opened.layers) {
        session.say("fewer good signers than --policy asks for");
    }
    session.tell(&report)?;
    Ok(outcome.code())
}

/// Whether a signer lacks nothing but an anchor.
fn no_anchor(layers: &[Layer]) -> bool {
    assessments(layers).any(|one| match &one.path {
        PathStatus::Untrusted(error) => error.reason == PathFailure::NoAnchor,
        _ => false,
    })
}

/// Whether every signer that is there is good.
fn only_too_few(layers: &[Layer]) -> bool {
    assessments(layers).all(Assessment::is_good)
}

fn assessments(layers: &[Layer]) -> impl Iterator<Item = &Assessment> {
    layers.iter().flat_map(|layer| match &layer.kind {
        LayerKind::Signed { assessments, .. } => assessments.as_slice(),
        _ => &[],
    })
}

fn hint_untrusted(session: &Session) {
    session.say("hint: name a trust anchor with --ca FILE, or for good: smime trust add FILE");
}

pub(in crate::verb) fn warnings_json(warnings: &[Warning]) -> Value {
    let list: Vec<_> = warnings
        .iter()
        .map(|warning| json!({"code": warning.code, "text": warning.text, "layer": warning.layer}))
        .collect();
    json!(list)
}
