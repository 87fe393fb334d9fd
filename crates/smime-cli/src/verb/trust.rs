//! `smime trust`: anchors.

use serde_json::json;

use crate::args::Trust;
use crate::expiry;
use crate::identity;
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;
use crate::store::fingerprint;

pub(super) fn run(arguments: &Trust, session: &Session) -> Result<u8, Failure> {
    if let Trust::Why(arguments) = arguments {
        return super::cert::verify::run("trust", arguments, true, session);
    }
    let store = session.store()?;
    let certificates = match arguments {
        Trust::Add { certs } => {
            let mut added = Vec::new();
            for name in certs {
                for certificate in identity::certificates(name, session)? {
                    store.add_anchor(&certificate)?;
                    session.say(&format!("trusting {}", certificate.subject()));
                    added.push(certificate);
                }
            }
            added
        }
        Trust::List => {
            let anchors = store.anchors()?;
            super::cert::print_list(&anchors, session)?;
            anchors
        }
        Trust::Why(_) => Vec::new(),
        Trust::Remove { fingerprint } => {
            let removed = store.remove_anchor(fingerprint)?;
            session.say(&format!("not trusting {} any longer", removed.subject()));
            vec![removed]
        }
    };
    let items: Vec<_> = certificates.iter().map(report::certificate).collect();
    let mut report = report::envelope("trust", Outcome::Good, "good");
    report::set(&mut report, "items", json!(items));
    session.tell(&report)?;
    Ok(0)
}

/// A short line about a certificate.
pub(super) fn line(
    certificate: &cms_core::types::Certificate,
    at: cms_core::types::Time,
) -> String {
    let short: String = fingerprint(certificate.octets()).chars().take(16).collect();
    let emails = smime_cert::extension::email_addresses(certificate).join(", ");
    format!(
        "{short}  {}  {emails}  until {}{}",
        certificate.subject(),
        certificate.not_after(),
        expiry::mark(certificate, at)
    )
}
