//! The schema `smime.report/1`.

use cms_core::oid;
use cms_core::report::{Covered, EnvelopedDataReport, SignedDataReport, SignerReport};
use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::extension::email_addresses;
use smime_msg::open::{Assessment, Layer, LayerKind, PathStatus};

use super::{hex, signer_outcome, unchecked};
use crate::outcome::Outcome;
use crate::store::fingerprint;

/// The outermost object, without layers as yet.
pub(crate) fn envelope(verb: &str, outcome: Outcome, verdict: &str) -> Value {
    json!({
        "schema": "smime.report/1",
        "verb": verb,
        "exit": outcome.code(),
        "verdict": verdict,
        "layers": [],
        "warnings": [],
        "error": null,
    })
}

/// A certificate.
pub(crate) fn certificate(certificate: &Certificate) -> Value {
    json!({
        "subject": certificate.subject().to_string(),
        "emails": email_addresses(certificate),
        "issuer": certificate.issuer().to_string(),
        "serial": hex(certificate.serial()),
        "sha256": fingerprint(certificate.octets()),
        "not_before": certificate.not_before().to_rfc3339(),
        "not_after": certificate.not_after().to_rfc3339(),
    })
}

/// One layer.
pub(crate) fn layer(layer: &Layer) -> Value {
    let mut value = match &layer.kind {
        LayerKind::CertsOnly(report) => json!({
            "type": "certs-only",
            "encoding": report.encoding.name(),
            "certificates": report.certificates.iter().map(certificate).collect::<Vec<_>>(),
            "crls": report.crls.len(),
        }),
        LayerKind::Enveloped { report, decrypted } => enveloped(report, *decrypted),
        LayerKind::Mime { media_type, .. } => json!({"type": "mime", "media_type": media_type}),
        LayerKind::Signed {
            report,
            form,
            assessments,
            ..
        } => signed(report, form.name(), assessments),
        _ => json!({"type": "unknown"}),
    };
    if !layer.part.is_empty() {
        super::set(&mut value, "part", json!(layer.part));
    }
    value
}

fn enveloped(report: &EnvelopedDataReport, decrypted: bool) -> Value {
    let recipients: Vec<_> = report
        .recipients
        .iter()
        .map(|recipient| {
            json!({
                "kind": recipient.kind().name(),
                "id": recipient.id(),
                "algorithm": recipient.algorithm().map(|algorithm| algorithm.name()),
                "status": recipient.status.name(),
                "error": recipient.error,
            })
        })
        .collect();
    json!({
        "type": oid::name(&report.content_type).unwrap_or("enveloped-data"),
        "cipher": report.cipher.name(),
        "authenticated": report.authenticated,
        "encoding": report.encoding.name(),
        "econtent_type": report.econtent_type.to_string(),
        "decrypted": decrypted,
        "recipients": recipients,
        "size": report.content_len,
    })
}

fn signed(report: &SignedDataReport, form: &str, assessments: &[Assessment]) -> Value {
    let signers: Vec<_> = report
        .signers
        .iter()
        .zip(assessments)
        .map(|(report, assessment)| signer(report, assessment))
        .collect();
    json!({
        "type": "signed-data",
        "econtent_type": report.econtent_type.to_string(),
        "form": form,
        "encoding": report.encoding.name(),
        "size": report.content_len,
        "signers": signers,
    })
}

/// One signer.
fn signer(signer: &SignerReport, assessment: &Assessment) -> Value {
    let info = signer.info.value().ok();
    let verdict = match signer_outcome(signer, assessment) {
        _ if unchecked(signer) => "not-checked",
        Outcome::Good => "good",
        Outcome::Untrusted => "untrusted",
        Outcome::NoKey => "unknown-certificate",
        Outcome::Policy => "policy",
        _ => "bad",
    };
    let (path_errors, certificates) = match &assessment.path {
        PathStatus::Trusted(path) => {
            let names = path
                .certificates()
                .iter()
                .map(|one| fingerprint(one.octets()))
                .collect();
            (Vec::new(), names)
        }
        PathStatus::Untrusted(error) => (vec![error.to_string()], Vec::new()),
        _ => (Vec::new(), Vec::new()),
    };
    let attributes: Vec<_> = info
        .and_then(|info| info.signed_attrs.as_ref())
        .map(|attrs| {
            attrs
                .iter()
                .map(|attribute| attribute.oid.to_string())
                .collect()
        })
        .unwrap_or_default();
    json!({
        "index": signer.index,
        "certificate": signer.certificate.as_ref().map(certificate),
        "digest": info.map(|info| info.digest_algorithm.name()),
        "signature_algorithm": info.map(|info| info.signature_algorithm.name()),
        "digest_ok": signer.digest_ok,
        "signature_ok": signer.signature_ok,
        "covered": signer.covered.map(|covered| match covered {
            Covered::Attributes => "attributes",
            Covered::CanonicalAttributes => "canonical-attributes",
            _ => "content",
        }),
        "signing_time": signer.signing_time.map(|time| time.to_rfc3339()),
        "path": {
            "status": assessment.path.name(),
            "errors": path_errors,
            "certificates": certificates,
            "revocation": "not-checked",
        },
        "address": assessment.address.map_or("not-checked", |address| address.name()),
        "attributes": attributes,
        "errors": signer.errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "verdict": verdict,
    })
}
