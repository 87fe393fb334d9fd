//! `smime id`: identities in the store.

mod renew;

use cms_algs::{KEY_TYPES, KeyType, PrivateKey, SlhDsaSet, SystemRandom};
use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::container::{pem, pkcs12, private_key};
use smime_cert::extension::email_addresses;
use smime_cert::make::{CertificateBuilder, Profile};
use zeroize::Zeroizing;

use crate::args::{Id, IdExport, IdNew};
use crate::expiry;
use crate::file::{Privacy, Target};
use crate::identity;
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;
use crate::store::{Role, StoredIdentity, fingerprint};

pub(super) fn run(arguments: &Id, session: &Session) -> Result<u8, Failure> {
    let items = match arguments {
        Id::New(arguments) => new(arguments, session)?,
        Id::Import { file } => import(file, session)?,
        Id::Export(arguments) => export(arguments, session)?,
        Id::Retire { identity } => retire(identity, session)?,
        Id::Renew {
            identity,
            alg,
            days,
        } => renew::renew(identity, alg.as_deref(), *days, session)?,
        Id::List => list(&session.store()?.identities()?, session)?,
        Id::Show { identity } => {
            let found = session.store()?.find_identities(identity)?;
            if found.is_empty() {
                return Err(
                    Failure::usage(format!("the store has no identity {identity}"))
                        .with_hint("see what there is with: smime id list"),
                );
            }
            list(&found, session)?
        }
    };
    let mut report = report::envelope("id", Outcome::Good, "good");
    report::set(&mut report, "items", json!(items));
    session.tell(&report)?;
    Ok(0)
}

/// Retires the identities that a name means, of which all are meant that are in use.
fn retire(name: &str, session: &Session) -> Result<Vec<Value>, Failure> {
    let store = session.store()?;
    let mut found = store.find_identities(name)?;
    found.retain(|identity| identity.role == Role::Mailbox);
    if found.is_empty() {
        return Err(
            Failure::usage(format!("the store has no identity {name} in use"))
                .with_hint("see what there is with: smime id list"),
        );
    }
    for identity in &mut found {
        store.retire(&identity.fingerprint)?;
        identity.role = Role::Retired;
    }
    list(&found, session)
}

/// The kind of key by its name in the contract.
pub(super) fn key_type(name: &str) -> Result<KeyType, Failure> {
    let found = KEY_TYPES.iter().find(|(known, _)| *known == name);
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let names: Vec<_> = KEY_TYPES.iter().map(|(name, _)| *name).collect();
        let text = format!("{name}: no kind of key of that name");
        Failure::usage(text).with_hint(format!("there are {}", names.join(", ")))
    })
}

/// The kind of key that does what another one cannot, as strong as it.
const fn partner(key: KeyType) -> KeyType {
    match key {
        KeyType::Ed25519 => KeyType::X25519,
        KeyType::X25519 => KeyType::Ed25519,
        KeyType::Ed448 => KeyType::X448,
        KeyType::X448 => KeyType::Ed448,
        KeyType::MlDsa44 => KeyType::MlKem512,
        KeyType::MlDsa65 => KeyType::MlKem768,
        KeyType::MlDsa87 => KeyType::MlKem1024,
        KeyType::MlKem512 => KeyType::MlDsa44,
        KeyType::MlKem768 => KeyType::MlDsa65,
        KeyType::MlKem1024 => KeyType::MlDsa87,
        KeyType::SlhDsa(set) => match set {
            SlhDsaSet::Sha2_128s
            | SlhDsaSet::Sha2_128f
            | SlhDsaSet::Shake128s
            | SlhDsaSet::Shake128f => KeyType::MlKem512,
            SlhDsaSet::Sha2_192s
            | SlhDsaSet::Sha2_192f
            | SlhDsaSet::Shake192s
            | SlhDsaSet::Shake192f => KeyType::MlKem768,
            _ => KeyType::MlKem1024,
        },
        both => both,
    }
}

/// Which keys an address gets: one for everything, or one for signing and one for decryption. Where a key can do only
/// one of them, the other half is of a kind as strong.
pub(super) fn plan(key: KeyType, split: bool) -> Vec<(KeyType, Profile)> {
    if split {
        let (signing, encryption) = if key.signs() {
            (key, partner(key))
        } else {
            (partner(key), key)
        };
        return vec![
            (signing, Profile::MailboxSigning),
            (encryption, Profile::MailboxEncryption),
        ];
    }
    match (key.signs(), key.encrypts()) {
        (true, true) => vec![(key, Profile::Mailbox)],
        (true, false) => vec![(key, Profile::MailboxSigning)],
        _ => vec![(key, Profile::MailboxEncryption)],
    }
}

/// Puts a key and its certificate into the store, encrypted when a passphrase is given.
pub(super) fn store_identity(
    certificate: Option<Certificate>,
    address: &str,
    key: &PrivateKey,
    role: Role,
    session: &Session,
) -> Result<StoredIdentity, Failure> {
    let pkcs8 = key.to_pkcs8()?;
    let passphrase = if session.passphrase.is_given() {
        session.passphrase.get()?
    } else {
        None
    };
    let stored = match &passphrase {
        Some(passphrase) => {
            let mut random = SystemRandom;
            Zeroizing::new(private_key::encrypt_pkcs8(
                &pkcs8,
                passphrase,
                session.provider(),
                &mut random,
            )?)
        }
        None => pkcs8,
    };
    let id = match &certificate {
        Some(certificate) => fingerprint(certificate.octets()),
        None => fingerprint(&key.spki().to_der()),
    };
    let identity = StoredIdentity {
        fingerprint: id,
        certificate,
        address: address.to_owned(),
        key: stored,
        encrypted: passphrase.is_some(),
        role,
    };
    session.store()?.add_identity(&identity)?;
    Ok(identity)
}

fn new(arguments: &IdNew, session: &Session) -> Result<Vec<Value>, Failure> {
    let kind = key_type(&arguments.alg)?;
    let name = arguments.name.as_deref().unwrap_or(&arguments.address);
    let mut random = SystemRandom;
    let mut made = Vec::new();
    if !kind.signs() && (!arguments.split || arguments.csr.is_some()) {
        return Err(Failure::usage(format!(
            "a key of kind {} cannot sign its own certificate or request",
            arguments.alg
        ))
        .with_hint(
            "give --split for a pair, or let a CA issue it: smime ca issue ADDR --alg ...",
        ));
    }
    if let Some(path) = &arguments.csr {
        let target = Target::file(path, session.force);
        target.check(false)?;
        let key = PrivateKey::generate(kind, &mut random)?;
        let builder = CertificateBuilder::new(
            name,
            key.spki().clone(),
            Profile::Mailbox,
            session.at,
            arguments.days,
        )
        .with_email(&arguments.address)?;
        let request = builder.request(&key, &mut random)?;
        target.write(Privacy::Public, session.memory, |out| {
            out.write_all(pem::encode("CERTIFICATE REQUEST", &request).as_bytes())?;
            Ok(())
        })?;
        let stored = store_identity(None, &arguments.address, &key, Role::Requested, session)?;
        session.say(&format!(
            "request written to {}; import the certificate with: smime id import FILE",
            path.display()
        ));
        made.push(stored);
    } else {
        let mut signing: Option<(PrivateKey, Certificate)> = None;
        for (kind, profile) in plan(kind, arguments.split) {
            let key = PrivateKey::generate(kind, &mut random)?;
            let builder = CertificateBuilder::new(
                name,
                key.spki().clone(),
                profile,
                session.at,
                arguments.days,
            )
            .with_email(&arguments.address)?;
            // A key that cannot sign has its certificate signed by the other half of its pair.
            let certificate = match &signing {
                Some((signer, own)) if !kind.signs() => {
                    builder.issue(own, signer, session.provider(), &mut random)?
                }
                _ => builder.self_signed(&key, session.provider(), &mut random)?,
            };
            made.push(store_identity(
                Some(certificate.clone()),
                &arguments.address,
                &key,
                Role::Mailbox,
                session,
            )?);
            signing = Some((key, certificate));
        }
        session.say(&format!(
            "made a self-signed identity for {}",
            arguments.address
        ));
        session.say(&format!(
            "give others its certificate: smime cert export {} -o FILE",
            arguments.address
        ));
    }
    list(&made, session)
}

fn import(file: &str, session: &Session) -> Result<Vec<Value>, Failure> {
    let loaded = identity::load(file, session)?;
    let store = session.store()?;
    let mut made = Vec::new();
    let mut keys = Vec::new();
    for pkcs8 in &loaded.keys {
        keys.push(PrivateKey::from_pkcs8(pkcs8)?);
    }
    // A certificate alone may belong to a key that was requested; only that key is opened.
    let waiting: Vec<_> = store
        .identities()?
        .into_iter()
        .filter(|one| one.role == Role::Requested)
        .collect();
    let mut others = Vec::new();
    for certificate in &loaded.certificates {
        use cms_core::key::PrivateKey as _;
        let spki = certificate.spki().map_err(cms_core::CmsError::from)?;
        let address = email_addresses(certificate)
            .first()
            .cloned()
            .unwrap_or_default();
        let known = fingerprint(certificate.spki_octets());
        if let Some(key) = keys.iter().find(|key| key.matches(&spki)) {
            let certificate = Some(certificate.clone());
            made.push(store_identity(
                certificate,
                &address,
                key,
                Role::Mailbox,
                session,
            )?);
        } else if let Some(waiting) = waiting.iter().find(|one| one.fingerprint == known) {
            let key = identity::stored_key(waiting, session)?;
            let certificate = Some(certificate.clone());
            made.push(store_identity(
                certificate,
                &address,
                &key,
                Role::Mailbox,
                session,
            )?);
            store.remove_identity(&waiting.fingerprint)?;
        } else {
            others.push(certificate);
        }
    }
    if made.is_empty() {
        return Err(
            Failure::usage(format!("{file}: no certificate there has its private key"))
                .with_hint("certificates of others come in with: smime cert add FILE"),
        );
    }
    for certificate in others {
        store.add_certificate(certificate)?;
    }
    session.say(&format!("imported {} identities from {file}", made.len()));
    list(&made, session)
}

fn export(arguments: &IdExport, session: &Session) -> Result<Vec<Value>, Failure> {
    let (identities, bag) = identity::find(&arguments.identity, session)?;
    let mut random = SystemRandom;
    let keys: Vec<_> = identities
        .iter()
        .map(|identity| identity.key.to_pkcs8())
        .collect::<Result<_, _>>()?;
    let mut certificates: Vec<_> = identities
        .iter()
        .map(|identity| identity.certificate.clone())
        .collect();
    for identity in &identities {
        let issuer = bag
            .iter()
            .find(|one| one.subject().matches(&identity.certificate.issuer()));
        if let Some(issuer) = issuer
            && !certificates.contains(issuer)
        {
            certificates.push(issuer.clone());
        }
    }
    let (path, octets) = match (&arguments.p12, &arguments.pem) {
        (Some(path), _) => {
            let passphrase = session.passphrase.get()?.ok_or_else(|| {
                Failure::usage("a PKCS #12 file needs a passphrase")
                    .with_hint("give it with --pass env:NAME, file:PATH, fd:N or prompt")
            })?;
            let keys: Vec<&[u8]> = keys.iter().map(|key| key.as_slice()).collect();
            let name = Some(arguments.identity.as_str());
            let file = pkcs12::write(
                &keys,
                &certificates,
                name,
                &passphrase,
                session.provider(),
                &mut random,
            )?;
            (path, Zeroizing::new(file))
        }
        (None, Some(path)) => {
            let mut text = Zeroizing::new(String::new());
            for key in &keys {
                let block = match (session.passphrase.is_given(), session.passphrase.get()?) {
                    (true, Some(passphrase)) => {
                        let encrypted = private_key::encrypt_pkcs8(
                            key,
                            &passphrase,
                            session.provider(),
                            &mut random,
                        )?;
                        pem::encode("ENCRYPTED PRIVATE KEY", &encrypted)
                    }
                    _ => pem::encode("PRIVATE KEY", key),
                };
                text.push_str(&block);
            }
            for certificate in &certificates {
                text.push_str(&pem::encode("CERTIFICATE", certificate.octets()));
            }
            (path, Zeroizing::new(text.as_bytes().to_vec()))
        }
        (None, None) => return Err(Failure::usage("where to? give --p12 FILE or --pem FILE")),
    };
    let target = Target::file(path, session.force);
    target.check(false)?;
    target.write(Privacy::Private, session.memory, |out| {
        Ok(out.write_all(&octets)?)
    })?;
    session.say(&format!(
        "exported {} to {}",
        arguments.identity,
        path.display()
    ));
    Ok(certificates.iter().map(report::certificate).collect())
}

/// Prints identities and gives their JSON.
fn list(identities: &[StoredIdentity], session: &Session) -> Result<Vec<Value>, Failure> {
    let mut items = Vec::new();
    for identity in identities {
        let encrypted = if identity.encrypted {
            "encrypted"
        } else {
            "plain"
        };
        let until = identity.certificate.as_ref().map_or_else(
            || "no certificate yet".to_owned(),
            |one| format!("until {}{}", one.not_after(), expiry::mark(one, session.at)),
        );
        let short: String = identity.fingerprint.chars().take(16).collect();
        session.print(&format!(
            "{short}  {}  {}  key {encrypted}  {until}",
            identity.address,
            identity.role.name()
        ))?;
        items.push(json!({
            "address": identity.address,
            "fingerprint": identity.fingerprint,
            "role": identity.role.name(),
            "key": encrypted,
            "certificate": identity.certificate.as_ref().map(report::certificate),
        }));
    }
    Ok(items)
}
