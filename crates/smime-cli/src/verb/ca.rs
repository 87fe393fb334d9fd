//! `smime ca`: a small private CA.

mod books;

use std::path::Path;

use cms_algs::{PrivateKey, SystemRandom};
use cms_core::types::Certificate;
use cms_core::{ObjectIdentifier, capabilities};
use serde_json::json;
use smime_cert::container::pem;
use smime_cert::make::{CertificateBuilder, Locations, Profile};

use super::id::{key_type, plan, store_identity};
use crate::args::{Ca, CaPlaces, CaProfile};
use crate::file::{Privacy, read_small};
use crate::identity::{self, OwnIdentity};
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;
use crate::store::{Practice, Role};

pub(super) fn run(arguments: &Ca, session: &Session) -> Result<u8, Failure> {
    let made = match arguments {
        Ca::Init {
            name,
            alg,
            days,
            places,
        } => vec![init(name, alg, *days, places, session)?],
        Ca::Issue {
            subject,
            alg,
            split,
            name,
            kind,
            days,
        } => {
            let wanted = Wanted {
                name: name.as_deref(),
                days: *days,
                profile: *kind,
            };
            if Path::new(subject).exists() {
                vec![issue_request(subject, &wanted, session)?]
            } else {
                issue_identity(subject, &wanted, alg, *split, session)?
            }
        }
        Ca::Revoke {
            certs,
            reason,
            authority,
        } => return books::revoke(certs, reason, authority.as_deref(), session),
        Ca::Crl {
            days,
            der,
            authority,
        } => return books::crl(*days, *der, authority.as_deref(), session),
        Ca::List { authority } => return books::list(authority.as_deref(), session),
    };
    let items: Vec<_> = made.iter().map(report::certificate).collect();
    let mut report = report::envelope("ca", Outcome::Good, "good");
    report::set(&mut report, "items", json!(items));
    session.tell(&report)?;
    Ok(0)
}

/// What a certificate is to be.
struct Wanted<'a> {
    name: Option<&'a str>,
    days: u32,
    profile: CaProfile,
}

fn init(
    name: &str,
    alg: &str,
    days: u32,
    places: &CaPlaces,
    session: &Session,
) -> Result<Certificate, Failure> {
    let store = session.store()?;
    if store.authority(None)?.is_some() && !session.force {
        return Err(Failure::usage("the store has a CA already")
            .with_hint("make another one with --force, or in another --store"));
    }
    let practice = Practice {
        crl_url: places.crl_url.clone(),
        issuer_url: places.issuer_url.clone(),
        ocsp_url: places.ocsp_url.clone(),
        policy: places.issue_policy.clone(),
    };
    policy(&practice)?;
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
    store.together(|| {
        store_identity(
            Some(certificate.clone()),
            "",
            &key,
            Role::Authority,
            session,
        )?;
        store.set_practice(&certificate, &practice)?;
        store.add_anchor(&certificate)
    })?;
    if session.has_output() {
        write_pem(&certificate, session)?;
    }
    session.say(&format!(
        "made the CA {name}, and trusting it; issue certificates with: smime ca issue ADDR"
    ));
    Ok(certificate)
}

fn policy(practice: &Practice) -> Result<Option<ObjectIdentifier>, Failure> {
    let oid = practice.policy.as_deref().map(ObjectIdentifier::new);
    oid.transpose()
        .map_err(|_| Failure::usage("--issue-policy is an object identifier in dots"))
}

/// Adds what the CA's certificates say about it, issues, and enters the certificate into the books.
pub(super) fn issue(
    mut builder: CertificateBuilder,
    ca: &OwnIdentity,
    session: &Session,
) -> Result<Certificate, Failure> {
    let store = session.store()?;
    let practice = store.practice(&ca.certificate)?;
    if let Some(policy) = policy(&practice)? {
        builder = builder.with_policy(policy);
    }
    let certificate = builder
        .with_locations(Locations {
            crl: practice.crl_url,
            issuer: practice.issuer_url,
            ocsp: practice.ocsp_url,
        })
        .issue(
            &ca.certificate,
            &ca.key,
            session.provider(),
            &mut SystemRandom,
        )?;
    store.add_issued(&ca.certificate, &certificate)?;
    Ok(certificate)
}

/// The CA of the store: the newest one.
pub(super) fn authority(session: &Session) -> Result<OwnIdentity, Failure> {
    named_authority(None, session)
}

/// The CA of the store whose fingerprint begins so, or the newest one.
fn named_authority(name: Option<&str>, session: &Session) -> Result<OwnIdentity, Failure> {
    let stored = session
        .store()?
        .authority(name)?
        .ok_or_else(|| match name {
            None => Failure::usage("the store has no CA").with_hint("make one with: smime ca init"),
            Some(name) => {
                Failure::usage(format!("the store has no CA with the fingerprint {name}"))
                    .with_hint("see the fingerprints with: smime trust list")
            }
        })?;
    identity::open_stored(&stored, session)?
        .ok_or_else(|| Failure::usage("the CA has no certificate"))
}

/// A certificate for a PKCS #10 request, in PEM.
fn issue_request(
    path: &str,
    wanted: &Wanted<'_>,
    session: &Session,
) -> Result<Certificate, Failure> {
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
        profile(wanted.profile, Profile::Mailbox),
        session.at,
        wanted.days,
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
    let emails = builder.emails().join(", ");
    let certificate = issue(with_capabilities(builder, wanted, session), &ca, session)?;
    session.store()?.add_certificate(&certificate)?;
    write_pem(&certificate, session)?;
    session.say(&format!("issued a certificate for {emails}"));
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

/// The certificate's profile, where the key would have `kind` for a mailbox.
fn profile(wanted: CaProfile, kind: Profile) -> Profile {
    match wanted {
        CaProfile::OcspResponder => Profile::OcspResponder,
        // A list agent reads and writes mail as anybody does (RFC 2634, 4).
        CaProfile::Mailbox | CaProfile::ListAgent => kind,
    }
}

/// What the owner's program can deal with, which is ours (RFC 4262).
fn with_capabilities(
    builder: CertificateBuilder,
    wanted: &Wanted<'_>,
    session: &Session,
) -> CertificateBuilder {
    if wanted.profile == CaProfile::OcspResponder {
        return builder;
    }
    with_own_capabilities(builder, session)
}

/// Adds what this program can deal with.
pub(super) fn with_own_capabilities(
    builder: CertificateBuilder,
    session: &Session,
) -> CertificateBuilder {
    let announced = capabilities::announced(session.provider(), &session.policy);
    builder.with_capabilities(announced)
}

/// An identity for an address, in the store.
fn issue_identity(
    address: &str,
    wanted: &Wanted<'_>,
    alg: &str,
    split: bool,
    session: &Session,
) -> Result<Vec<Certificate>, Failure> {
    let responds = wanted.profile == CaProfile::OcspResponder;
    if !responds && !address.contains('@') {
        return Err(Failure::usage(format!(
            "{address}: neither a file nor a mail address"
        )));
    }
    let ca = authority(session)?;
    let mut random = SystemRandom;
    let mut made = Vec::new();
    for (kind, usual) in plan(key_type(alg)?, split && !responds) {
        let key = PrivateKey::generate(kind, &mut random)?;
        let mut builder = CertificateBuilder::new(
            wanted.name.unwrap_or(address),
            key.spki().clone(),
            profile(wanted.profile, usual),
            session.at,
            wanted.days,
        );
        if !responds {
            builder = builder.with_email(address)?;
        }
        let certificate = issue(with_capabilities(builder, wanted, session), &ca, session)?;
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
