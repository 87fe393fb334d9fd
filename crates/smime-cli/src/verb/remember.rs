//! `--remember`: what good signers' mails say about how to write to them.
//!
//! Only of signers whose signature holds, whose path is trusted, and whose address is the sender's: whoever could put
//! another's capabilities or certificate into the store would choose how mail to him is encrypted (RFC 8551, 2.7.1 and
//! 6).

use cms_core::types::{
    Attributes, Certificate, CmsAttribute as _, SmimeCapabilities, SmimeEncryptionKeyPreference,
};
use smime_cert::address::AddressMatch;
use smime_cert::extension::{basic_constraints, email_addresses};
use smime_cert::path::{PathContext, validate};
use smime_cert::purpose::Purpose;
use smime_msg::open::{Assessment, LayerKind, Opened, PathStatus};

use crate::outcome::Failure;
use crate::session::Session;
use crate::store::{Sender, fingerprint};
use crate::trusting::Trusted;

/// Seconds by which clocks may differ. 300: what Kerberos allows (RFC 4120, 8.2).
const CLOCK_SKEW: i64 = 300;

pub(super) fn remember(
    opened: &Opened,
    trusted: &Trusted,
    session: &Session,
) -> Result<(), Failure> {
    if opened.error.is_some() {
        return Ok(());
    }
    for layer in &opened.layers {
        let LayerKind::Signed {
            report,
            assessments,
            ..
        } = &layer.kind
        else {
            continue;
        };
        for (signer, assessment) in report.signers.iter().zip(assessments) {
            // rfc8551:2.7.1/1
            let Some(certificate) = signer.certificate.as_ref().filter(|_| is_sure(assessment))
            else {
                continue;
            };
            let addresses = email_addresses(certificate);
            keep_certificates(
                certificate,
                &addresses,
                &report.certificates,
                trusted,
                session,
            )?;
            // When a message was signed is the signer's word; one from the future would stand for ever.
            let signed = signer.signing_time.unwrap_or(session.at);
            // rfc8551:2.7.1/1: "far in the future (that is, a greater discrepancy than any reasonable clock skew)"
            if signed > session.at.plus(CLOCK_SKEW) {
                session
                    .say("the mail was signed in the future: its capabilities are not remembered");
                continue;
            }
            let signed = signed.min(session.at);
            let attributes = signer.info.value().ok();
            let attributes = attributes.and_then(|info| info.signed_attrs.as_ref());
            let sender = attributes.map(|attributes| said(attributes, &report.certificates));
            if let Some(sender) = sender.filter(|sender| *sender != Sender::default()) {
                for address in &addresses {
                    session.store()?.set_sender(address, signed, &sender)?;
                    session.say(&format!("remembering how to write to {address}"));
                }
            }
        }
    }
    Ok(())
}

/// SMIMECapabilities and SMIMEEncryptionKeyPreference, where they can be read.
fn said(attributes: &Attributes, bag: &[Certificate]) -> Sender {
    let capabilities = attributes.get::<SmimeCapabilities>().ok().flatten();
    let preference = attributes.get::<SmimeEncryptionKeyPreference>();
    let preferred = preference.ok().flatten().and_then(|preference| {
        let meant = bag.iter().find(|certificate| preference.is(certificate))?;
        Some(fingerprint(meant.octets()))
    });
    Sender {
        capabilities: capabilities.map(|capabilities| capabilities.encode()),
        preferred,
    }
}

fn is_sure(assessment: &Assessment) -> bool {
    assessment.is_good()
        && matches!(assessment.path, PathStatus::Trusted(_))
        && assessment.address == Some(AddressMatch::Match)
}

/// The signer's certificate, and those of the message that are his as well: of the same address, on a trusted path, and
/// no authority's (RFC 8550, 2.3: one may sign with one key and decrypt with another).
fn keep_certificates(
    signer: &Certificate,
    addresses: &[String],
    bag: &[Certificate],
    trusted: &Trusted,
    session: &Session,
) -> Result<(), Failure> {
    let context = PathContext {
        purpose: Purpose::Any,
        ..trusted.context(session)
    };
    let store = session.store()?;
    let known = store.certificates()?;
    for certificate in bag.iter().chain([signer]) {
        let is_authority = matches!(basic_constraints(certificate), Ok(Some(basic)) if basic.ca);
        let is_his = email_addresses(certificate) == addresses;
        if is_authority || !is_his || known.contains(certificate) {
            continue;
        }
        if certificate == signer || validate(certificate, &context).is_ok() {
            store.add_certificate(certificate)?;
            let line = super::trust::line(certificate, session.at);
            session.say(&format!("remembering {line}"));
        }
    }
    Ok(())
}
