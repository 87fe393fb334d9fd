//! `smime ca init|issue`: a small private CA.

use std::path::Path;

use cms_algs::{PrivateKey, SystemRandom};
use cms_core::types::Certificate;
use serde_json::json;
use smime_cert::container::pem;
use smime_cert::make::{CertificateBuilder, Profile};

use super::id::{key_type, plan, store_identity};
use crate::args::Ca;
use crate::file::{Privacy, read_small};
use crate::identity::{self, OwnIdentity};
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;
use crate::store::Role;

pub(super) fn run(arguments: &Ca, session: &Session) -> Result<u8, Failure> {
    let made = match arguments {
        Ca::Init { name, alg, days } => vec![init(name, alg, *days, session)?],
        Ca::Issue {
            subject,
            alg,
            split,
            name,
            days,
        } => {
            if Path::new(subject).exists() {
                vec![issue_request(subject, *days, session)?]
            } else {
                issue_identity(subject, name.as_deref(), alg, *split, *days, session)?
            }
        }
    };
    let items: Vec<_> = made.iter().map(report::certificate).collect();
    let mut report = report::envelope("ca", Outcome::Good, "good");
    report::set(&mut report, "items", json!(items));
    session.tell(&report)?;
    Ok(0)
}

fn init(name: &str, alg: &str, days: u32, session: &Session) -> Result<Certificate, Failure> {
    let store = session.store()?;
    if store.authority()?.is_some() && !session.force {
        return Err(Failure::usage("the store has a CA already")
            .with_hint("make another one with --force, or in another --store"));
    }
    let mut random = SystemRandom;
    let key = PrivateKey::generate(key_type(alg)?, &mut random)?;
    let certificate = CertificateBuilder::new(
        name,
        key.spki().clone(),
        Profile::Authority(0),
        session.at,
        days,
    )
    .self_signed(&key, session.provider(), &mut random)?;
    store_identity(
        Some(certificate.clone()),
        "",
        &key,
        Role::Authority,
        session,
    )?;
    store.add_anchor(&certificate)?;
    if session.has_output() {
        write_pem(&certificate, session)?;
    }
    session.say(&format!(
        "made the CA {name}, and trusting it; issue certificates with: smime ca issue ADDR"
    ));
    Ok(certificate)
}

fn authority(session: &Session) -> Result<OwnIdentity, Failure> {
    let stored = session.store()?.authority()?.ok_or_else(|| {
        Failure::usage("the store has no CA").with_hint("make one with: smime ca init")
    })?;
    identity::open_stored(&stored, session)?
        .ok_or_else(|| Failure::usage("the CA has no certificate"))
}

/// A certificate for a PKCS #10 request, in PEM.
fn issue_request(path: &str, days: u32, session: &Session) -> Result<Certificate, Failure> {
    let ca = authority(session)?;
    let octets = read_small(path, 1 << 20)?;
    let request = if pem::is_pem(&octets) {
        let block = pem::parse_all(&octets)?
            .into_iter()
            .find(|block| block.label.ends_with("CERTIFICATE REQUEST"));
        block
            .ok_or_else(|| Failure::usage(format!("{path}: there is no CERTIFICATE REQUEST")))?
            .der
            .to_vec()
    } else {
        octets
    };
    let builder = CertificateBuilder::from_request(
        &request,
        Profile::Mailbox,
        session.at,
        days,
        session.provider(),
    )
    .map_err(|error| Failure::from(error).about(path))?;
    if builder.emails().is_empty() {
        return Err(Failure::usage(format!(
            "{path}: the request names no mail address"
        )));
    }
    session.target().check(false)?;
    if builder
        .rsa_bits(session.provider())
        .is_some_and(|bits| bits < 2048)
    {
        let text = format!(
            "{path}: certificates are not made for RSA keys below 2048 bits (RFC 8551, 4.1)"
        );
        return Err(Failure::new(Outcome::Policy, "weak-key", text));
    }
    let certificate = builder.issue(
        &ca.certificate,
        &ca.key,
        session.provider(),
        &mut SystemRandom,
    )?;
    session.store()?.add_certificate(&certificate)?;
    write_pem(&certificate, session)?;
    session.say(&format!(
        "issued a certificate for {}",
        builder.emails().join(", ")
    ));
    Ok(certificate)
}

fn write_pem(certificate: &Certificate, session: &Session) -> Result<(), Failure> {
    let target = session.target();
    target.check(false)?;
    target.write(Privacy::Public, session.memory, |out| {
        out.write_all(pem::encode("CERTIFICATE", certificate.octets()).as_bytes())?;
        Ok(())
    })
}

/// An identity for an address, in the store.
fn issue_identity(
    address: &str,
    name: Option<&str>,
    alg: &str,
    split: bool,
    days: u32,
    session: &Session,
) -> Result<Vec<Certificate>, Failure> {
    if !address.contains('@') {
        return Err(Failure::usage(format!(
            "{address}: neither a file nor a mail address"
        )));
    }
    let ca = authority(session)?;
    let mut random = SystemRandom;
    let mut made = Vec::new();
    for (kind, profile) in plan(key_type(alg)?, split) {
        let key = PrivateKey::generate(kind, &mut random)?;
        let certificate = CertificateBuilder::new(
            name.unwrap_or(address),
            key.spki().clone(),
            profile,
            session.at,
            days,
        )
        .with_email(address)?
        .issue(&ca.certificate, &ca.key, session.provider(), &mut random)?;
        store_identity(
            Some(certificate.clone()),
            address,
            &key,
            Role::Mailbox,
            session,
        )?;
        made.push(certificate);
    }
    session.say(&format!("issued an identity for {address}"));
    Ok(made)
}
