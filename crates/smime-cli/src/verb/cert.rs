//! `smime cert`.

mod find;
mod lint;
pub(super) mod verify;

use cms_core::types::Certificate;
use serde_json::json;
use smime_cert::container::pem;
use smime_cert::extension;

use super::trust::line;
use crate::args::Cert;
use crate::file::Privacy;
use crate::identity;
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;
use crate::store::fingerprint;

pub(super) fn run(arguments: &Cert, session: &Session) -> Result<u8, Failure> {
    let certificates = match arguments {
        Cert::Show { certs } => {
            let mut all = Vec::new();
            for name in certs {
                all.extend(identity::certificates(name, session)?);
            }
            for line in all.iter().flat_map(describe) {
                session.print(&line)?;
            }
            all
        }
        Cert::Add { certs } => {
            let store = session.store()?;
            let mut all = Vec::new();
            for name in certs {
                for certificate in identity::certificates(name, session)? {
                    store.add_certificate(&certificate)?;
                    session.say(&format!("added {}", certificate.subject()));
                    all.push(certificate);
                }
            }
            all
        }
        Cert::Export { certs } => {
            let mut all = Vec::new();
            let mut text = String::new();
            for name in certs {
                for certificate in identity::certificates(name, session)? {
                    text.push_str(&pem::encode("CERTIFICATE", certificate.octets()));
                    all.push(certificate);
                }
            }
            let target = session.target();
            target.check(false)?;
            target.write(Privacy::Public, session.memory, |out| {
                Ok(out.write_all(text.as_bytes())?)
            })?;
            all
        }
        Cert::Verify(arguments) => return verify::run("cert", arguments, false, session),
        Cert::Find(arguments) => return find::run(arguments, session),
        Cert::Lint(arguments) => return lint::run(arguments, session),
        Cert::List => {
            let all = session.store()?.certificates()?;
            print_list(&all, session)?;
            all
        }
    };
    let items: Vec<_> = certificates.iter().map(report::certificate).collect();
    let mut report = report::envelope("cert", Outcome::Good, "good");
    report::set(&mut report, "items", json!(items));
    session.tell(&report)?;
    Ok(0)
}

pub(super) fn print_list(certificates: &[Certificate], session: &Session) -> Result<(), Failure> {
    certificates
        .iter()
        .try_for_each(|certificate| session.print(&line(certificate, session.at)))
}

fn describe(certificate: &Certificate) -> Vec<String> {
    let mut lines = vec![
        format!("subject      {}", certificate.subject()),
        format!("issuer       {}", certificate.issuer()),
        format!("serial       {}", report::hex(certificate.serial())),
        format!(
            "valid        {} to {}",
            certificate.not_before(),
            certificate.not_after()
        ),
        format!("sha-256      {}", fingerprint(certificate.octets())),
        format!("signature    {}", certificate.signature_algorithm().name()),
    ];
    if let Ok(spki) = certificate.spki() {
        lines.push(format!("key          {}", spki.algorithm.name()));
    }
    let emails = extension::email_addresses(certificate);
    if !emails.is_empty() {
        lines.push(format!("addresses    {}", emails.join(", ")));
    }
    if let Some(id) = certificate.subject_key_identifier() {
        lines.push(format!("key id       {}", report::hex(id)));
    }
    for extension in certificate.extensions() {
        let critical = if extension.critical {
            " (critical)"
        } else {
            ""
        };
        lines.push(format!("extension    {}{critical}", extension.oid));
    }
    lines.push(String::new());
    lines
}
