//! What came of a message, as one line: its layers from the outside in and, after an exclamation mark, why there are
//! no more of them.

use cms_core::report::{SignerReport, SignerVerdict};
use cms_core::{CmsError, CryptoError};
use smime_msg::open::{Layer, LayerKind, OpenError, Opened};

pub(crate) fn line(opened: &Opened) -> String {
    let layers: Vec<_> = opened.layers.iter().map(layer).collect();
    let mut line = layers.join(" / ");
    if let Some(error) = &opened.error {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str("! ");
        line.push_str(&reason(error));
    }
    line
}

fn layer(layer: &Layer) -> String {
    let flag = |name: &str, good: Option<bool>| {
        let state = match good {
            Some(true) => "good",
            Some(false) => "bad",
            None => "unchecked",
        };
        format!("{name}:{state}")
    };
    match &layer.kind {
        LayerKind::Authenticated(report) => flag("authenticated-data", report.mac_ok),
        LayerKind::CertsOnly(_) => "certs-only".into(),
        LayerKind::Collection { contents } => format!("collection:{contents}"),
        LayerKind::Compressed(_) => "compressed-data".into(),
        LayerKind::ContentWithAttributes { .. } => "content-with-attributes".into(),
        LayerKind::Data(_) => "data".into(),
        LayerKind::Digested(report) => flag("digested-data", report.digest_ok),
        LayerKind::Encrypted { decrypted, .. } => opened_or_not("encrypted-data", *decrypted),
        LayerKind::Enveloped { report, decrypted } => {
            opened_or_not(&cms_core::oid::display(&report.content_type), *decrypted)
        }
        LayerKind::Mime { media_type, .. } => format!("mime:{media_type}"),
        LayerKind::Signed { report, .. } => {
            let signers: Vec<_> = report.signers.iter().map(signer).collect();
            format!("signed-data:{}", signers.join(","))
        }
        LayerKind::TimeStamped(report) => flag("time-stamped-data", report.imprint_ok),
        other => format!("{other:?}"),
    }
}

fn opened_or_not(name: &str, decrypted: bool) -> String {
    let state = if decrypted { "opened" } else { "closed" };
    format!("{name}:{state}")
}

/// The verdict on a signer and, in parentheses, on those who signed its signature.
fn signer(report: &SignerReport) -> String {
    let verdict = match report.verdict() {
        SignerVerdict::Good => "good",
        SignerVerdict::UnknownCertificate => "unknown-certificate",
        SignerVerdict::Policy => "policy",
        _ => "bad",
    };
    let counter: Vec<_> = report.countersignatures.iter().map(signer).collect();
    if counter.is_empty() {
        verdict.to_owned()
    } else {
        format!("{verdict}({})", counter.join(","))
    }
}

fn reason(error: &OpenError) -> String {
    let OpenError::Cms(error) = error else {
        return format!("{error}");
    };
    match error {
        CmsError::NoRecipient => "no-key".into(),
        CmsError::Decode(error) => format!("malformed: {error}"),
        CmsError::Crypto(CryptoError::Unsupported(what)) => format!("unsupported: {what}"),
        other => format!("{other}"),
    }
}
