//! The schema `smime.report/1`.

use cms_core::oid;
use cms_core::report::{
    AuthenticatedDataReport, CompanionStatus, Covered, EnvelopedDataReport, RecipientReport,
    SignedDataReport, SignerReport, SignerVerdict,
};
use cms_core::types::{Attributes, Certificate};
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
        LayerKind::Authenticated(report) => authenticated(report),
        LayerKind::Collection { contents } => {
            json!({"type": "content-collection", "contents": contents})
        }
        LayerKind::Compressed(report) => json!({
            "type": "compressed-data",
            "algorithm": report.algorithm.as_ref().map(|algorithm| algorithm.name()),
            "encoding": report.encoding.name(),
            "econtent_type": report.econtent_type.to_string(),
            "size": report.compressed_len,
            "inflated": report.content_len,
        }),
        LayerKind::ContentWithAttributes { attributes } => json!({
            "type": "content-with-attributes",
            "attributes": attribute_types(Some(attributes)),
        }),
        LayerKind::Data(report) => json!({
            "type": "data",
            "encoding": report.encoding.name(),
            "size": report.content_len,
        }),
        LayerKind::Digested(report) => json!({
            "type": "digested-data",
            "digest": report.digest_algorithm.as_ref().map(|algorithm| algorithm.name()),
            "digest_ok": report.digest_ok,
            "detached": report.detached,
            "encoding": report.encoding.name(),
            "econtent_type": report.econtent_type.to_string(),
            "size": report.content_len,
        }),
        LayerKind::Encrypted { report, decrypted } => json!({
            "type": "encrypted-data",
            "cipher": report.cipher.as_ref().map(|cipher| cipher.name()),
            "key_derivation": report.key_derivation.as_ref().map(oid::display),
            "authenticated": false,
            "encoding": report.encoding.name(),
            "econtent_type": report.econtent_type.to_string(),
            "decrypted": decrypted,
            "detached": report.detached,
            "unprotected_attributes": attribute_types(report.unprotected_attrs.as_ref()),
            "size": report.content_len,
        }),
        LayerKind::TimeStamped(report) => json!({
            "type": "time-stamped-data",
            "encoding": report.encoding.name(),
            "data_uri": report.data_uri,
            "file_name": report.meta_data.as_ref().and_then(|data| data.file_name.clone()),
            "media_type": report.meta_data.as_ref().and_then(|data| data.media_type.clone()),
            "imprint_ok": report.imprint_ok,
            "detached": report.detached,
            "size": report.content_len,
        }),
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

/// Types of attributes, as dotted identifiers.
fn attribute_types(attributes: Option<&Attributes>) -> Vec<String> {
    attributes
        .into_iter()
        .flat_map(|attributes| attributes.iter())
        .map(|attribute| attribute.oid.to_string())
        .collect()
}

fn authenticated(report: &AuthenticatedDataReport) -> Value {
    json!({
        "type": "authenticated-data",
        "mac": report.mac_algorithm.as_ref().map(|algorithm| algorithm.name()),
        "digest": report.digest_algorithm.as_ref().map(|algorithm| algorithm.name()),
        "mac_ok": report.mac_ok,
        "authenticated": report.mac_ok == Some(true),
        "detached": report.detached,
        "encoding": report.encoding.name(),
        "econtent_type": report.econtent_type.to_string(),
        "recipients": recipients(&report.recipients),
        "attributes": attribute_types(report.auth_attrs.as_ref()),
        "unauthenticated_attributes": attribute_types(report.unauth_attrs.as_ref()),
        "size": report.content_len,
    })
}

fn recipients(reports: &[RecipientReport]) -> Vec<Value> {
    reports
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
        .collect()
}

fn enveloped(report: &EnvelopedDataReport, decrypted: bool) -> Value {
    json!({
        "type": oid::name(&report.content_type).unwrap_or("enveloped-data"),
        "cipher": report.cipher.name(),
        "authenticated": report.authenticated,
        "encoding": report.encoding.name(),
        "econtent_type": report.econtent_type.to_string(),
        "decrypted": decrypted,
        "key_derivation": report.key_derivation.as_ref().map(oid::display),
        "detached": report.detached,
        "recipients": recipients(&report.recipients),
        "unprotected_attributes": attribute_types(report.unprotected_attrs.as_ref()),
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
    let attributes = attribute_types(info.and_then(|info| info.signed_attrs.as_ref()));
    let unsigned = attribute_types(info.and_then(|info| info.unsigned_attrs.as_ref()));
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
            "revocation": assessment.path.revocation(),
        },
        "address": assessment.address.map_or("not-checked", |address| address.name()),
        "attributes": attributes,
        "unsigned_attributes": unsigned,
        "companions": match signer.companions {
            CompanionStatus::Alone => "alone",
            CompanionStatus::Complete => "complete",
            CompanionStatus::Missing => "missing",
        },
        "countersignatures": signer.countersignatures.iter().map(countersignature).collect::<Vec<_>>(),
        "errors": signer.errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "verdict": verdict,
    })
}

/// A countersignature: its mathematics; trust in it is not judged.
fn countersignature(signer: &SignerReport) -> Value {
    let info = signer.info.value().ok();
    let verdict = match signer.verdict() {
        _ if unchecked(signer) => "not-checked",
        SignerVerdict::Good => "good",
        SignerVerdict::UnknownCertificate => "unknown-certificate",
        SignerVerdict::Policy => "policy",
        _ => "bad",
    };
    json!({
        "index": signer.index,
        "certificate": signer.certificate.as_ref().map(certificate),
        "digest": info.map(|info| info.digest_algorithm.name()),
        "signature_algorithm": info.map(|info| info.signature_algorithm.name()),
        "digest_ok": signer.digest_ok,
        "signature_ok": signer.signature_ok,
        "signing_time": signer.signing_time.map(|time| time.to_rfc3339()),
        "countersignatures": signer.countersignatures.iter().map(countersignature).collect::<Vec<_>>(),
        "errors": signer.errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "verdict": verdict,
    })
}
