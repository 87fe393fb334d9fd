//! `smime ca revoke|crl|list`: the books of the CA, and the CRL made of them.

use cms_algs::SystemRandom;
use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::container::pem;
use smime_cert::crl::Reason;
use smime_cert::make::ListBuilder;

use super::named_authority;
use crate::file::Privacy;
use crate::identity;
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;
use crate::store::{Issued, Store};

/// Enters revocations.
pub(super) fn revoke(
    names: &[String],
    reason: &str,
    authority: Option<&str>,
    session: &Session,
) -> Result<u8, Failure> {
    let reason = Reason::from_name(reason).ok_or_else(|| {
        Failure::usage(format!("{reason}: no reason of RFC 5280, 5.3.1")).with_hint(
            "keyCompromise, superseded, cessationOfOperation and others: smime ca revoke --help",
        )
    })?;
    let ca = named_authority(authority, session)?;
    let store = session.store()?;
    // All of them, or none.
    let revoked = store.together(|| enter(names, reason, &ca.certificate, store, session))?;
    for issued in &revoked {
        session.say(&line(issued));
    }
    session.say("tell others with: smime ca crl -o FILE");
    finish(revoked.iter().map(item).collect(), session)
}

fn enter(
    names: &[String],
    reason: Reason,
    ca: &Certificate,
    store: &Store,
    session: &Session,
) -> Result<Vec<Issued>, Failure> {
    let mut found = Vec::new();
    for name in names {
        found.extend(lookup(name, ca, session)?);
    }
    for issued in &mut found {
        let hold = matches!(issued.revoked, Some((_, Reason::CertificateHold)));
        let revoked = match (reason, issued.revoked) {
            (Reason::RemoveFromCrl, Some(_)) if hold => None,
            (Reason::RemoveFromCrl, _) => {
                return Err(Failure::usage(format!(
                    "{}: only a certificateHold ends",
                    issued.serial
                )));
            }
            // The first revocation stands, but a hold may become final.
            (_, Some(before)) if !hold => Some(before),
            _ => Some((session.at, reason)),
        };
        store.set_revoked(ca, &issued.serial, revoked)?;
        issued.revoked = revoked;
    }
    Ok(found)
}

/// Lines of the books that a name means: a serial number, an address, or the certificates of a file.
fn lookup(name: &str, ca: &Certificate, session: &Session) -> Result<Vec<Issued>, Failure> {
    let mut books = session.store()?.issued(ca)?;
    let serial: String = name.chars().filter(|c| *c != ':').collect();
    let serial = serial.to_ascii_lowercase();
    let by_name = |issued: &Issued| {
        issued.serial == serial
            || issued
                .address
                .split(' ')
                .any(|address| smime_cert::address::same(address, name))
    };
    if books.iter().any(by_name) {
        books.retain(by_name);
        return Ok(books);
    }
    let given = identity::certificates(name, session)?;
    books.retain(|issued| {
        given
            .iter()
            .any(|certificate| report::hex(certificate.serial()) == issued.serial)
    });
    if books.is_empty() {
        return Err(Failure::usage(format!("{name}: not issued by this CA"))
            .with_hint("see what it issued with: smime ca list"));
    }
    Ok(books)
}

/// Writes the CRL. Certificates that expired are left out when one more CRL has named them (RFC 5280, 3.3): here, when
/// they expired before the last one could have been made.
pub(super) fn crl(
    days: u32,
    der: bool,
    authority: Option<&str>,
    session: &Session,
) -> Result<u8, Failure> {
    let ca = named_authority(authority, session)?;
    let store = session.store()?;
    let target = session.target();
    target.check(der)?;
    // A higher number has all that a lower one has.
    let (number, books) = store.together(|| {
        let number = store.next_crl_number(&ca.certificate)?;
        Ok((number, store.issued(&ca.certificate)?))
    })?;
    let period = i64::from(days) * 86_400;
    let mut list = ListBuilder::new(number, session.at, session.at.plus(period));
    let mut count = 0usize;
    for issued in books {
        if let Some((at, reason)) = issued.revoked
            && issued.not_after.plus(366 * 86_400) > session.at
        {
            list = list.with_entry(&octets(&issued.serial), at, reason);
            count += 1;
        }
    }
    let list = list.sign(
        &ca.certificate,
        &ca.key,
        session.provider(),
        &mut SystemRandom,
    )?;
    target.write(Privacy::Public, session.memory, |out| {
        if der {
            out.write_all(list.octets())?;
        } else {
            out.write_all(pem::encode("X509 CRL", list.octets()).as_bytes())?;
        }
        Ok(())
    })?;
    session.say(&format!(
        "CRL {number} with {count} certificates, until {}",
        session.at.plus(period)
    ));
    finish(
        vec![
            json!({"number": number, "revoked": count, "next_update": session.at.plus(period).to_rfc3339()}),
        ],
        session,
    )
}

/// Shows the books.
pub(super) fn list(authority: Option<&str>, session: &Session) -> Result<u8, Failure> {
    let ca = named_authority(authority, session)?;
    let books = session.store()?.issued(&ca.certificate)?;
    for issued in &books {
        session.print(&line(issued))?;
    }
    finish(books.iter().map(item).collect(), session)
}

fn line(issued: &Issued) -> String {
    let status = match issued.revoked {
        Some((at, reason)) => format!("revoked {at} {}", reason.name()),
        None => format!("until {}", issued.not_after),
    };
    format!("{}  {}  {status}", issued.serial, issued.subject)
}

fn item(issued: &Issued) -> Value {
    json!({
        "serial": issued.serial,
        "subject": issued.subject,
        "not_after": issued.not_after.to_rfc3339(),
        "revoked": issued.revoked.map(|(at, _)| at.to_rfc3339()),
        "reason": issued.revoked.map(|(_, reason)| reason.name()),
    })
}

fn finish(items: Vec<Value>, session: &Session) -> Result<u8, Failure> {
    let mut report = report::envelope("ca", Outcome::Good, "good");
    report::set(&mut report, "items", json!(items));
    session.tell(&report)?;
    Ok(0)
}

/// The octets of hex digits, as the books have them.
fn octets(hex: &str) -> Vec<u8> {
    let digit = |c: u8| {
        char::from(c)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    hex.as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}
