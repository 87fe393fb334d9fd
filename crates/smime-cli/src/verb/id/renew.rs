//! `smime id renew`: a new key and certificate like the old ones, which are retired.

use cms_algs::{KEY_TYPES, KeyType, PrivateKey, SystemRandom};
use cms_core::ber::write;
use cms_core::types::{Certificate, SubjectPublicKeyInfo};
use cms_core::{ObjectIdentifier, oid};
use serde_json::Value;
use smime_cert::extension::{email_addresses, key_usage};
use smime_cert::make::{CertificateBuilder, Profile};

use super::{key_type, list, store_identity};
use crate::outcome::{Failure, Outcome};
use crate::session::Session;
use crate::store::{Role, StoredIdentity};
use crate::verb::ca;

/// Renews every identity in use that a name means: by the CA of the store if it issued the certificate, else by itself
/// if it is self-signed.
pub(super) fn renew(
    name: &str,
    alg: Option<&str>,
    days: u32,
    session: &Session,
) -> Result<Vec<Value>, Failure> {
    let store = session.store()?;
    let mut found = store.find_identities(name)?;
    found.retain(|identity| identity.role == Role::Mailbox);
    let mut made = Vec::new();
    for old in &found {
        made.push(successor(old, alg, days, session)?);
        store.retire(&old.fingerprint)?;
    }
    if made.is_empty() {
        return Err(
            Failure::usage(format!("the store has no identity {name} in use"))
                .with_hint("see what there is with: smime id list"),
        );
    }
    list(&made, session)
}

fn successor(
    old: &StoredIdentity,
    alg: Option<&str>,
    days: u32,
    session: &Session,
) -> Result<StoredIdentity, Failure> {
    let Some(certificate) = &old.certificate else {
        return Err(Failure::usage(format!(
            "{}: there is no certificate yet",
            old.address
        )));
    };
    let spki = certificate.spki()?;
    let kind = match alg {
        Some(name) => key_type(name)?,
        None => kind_of(&spki, session).ok_or_else(|| {
            Failure::usage("keys of this kind are not made").with_hint("give another with --alg")
        })?,
    };
    let key = PrivateKey::generate(kind, &mut SystemRandom)?;
    let names = certificate.subject().values(&COMMON_NAME);
    let name = names.first().unwrap_or(&old.address);
    let profile = profile_of(certificate);
    let mut builder = CertificateBuilder::new(name, key.spki().clone(), profile, session.at, days);
    for address in email_addresses(certificate) {
        builder = builder.with_email(&address)?;
    }
    let issuer = certificate.issuer();
    let renewed = match ca::authority(session) {
        Ok(authority) if authority.certificate.subject().matches(&issuer) => ca::issue(
            ca::with_own_capabilities(builder, session),
            &authority,
            session,
        )?,
        _ if issuer.matches(&certificate.subject()) && kind.signs() => {
            builder.self_signed(&key, session.provider(), &mut SystemRandom)?
        }
        _ => {
            let text = format!(
                "{} was issued by {issuer}, not by the CA of this store",
                old.address
            );
            return Err(
                Failure::new(Outcome::Usage, "usage", text).with_hint(format!(
                    "ask for another: smime id new {} --csr FILE",
                    old.address
                )),
            );
        }
    };
    store_identity(Some(renewed), &old.address, &key, Role::Mailbox, session)
}

const COMMON_NAME: ObjectIdentifier = smime_cert::extension::ids::COMMON_NAME;

/// What a certificate is for, by its keyUsage.
fn profile_of(certificate: &Certificate) -> Profile {
    let Ok(Some(usage)) = key_usage(certificate) else {
        return Profile::Mailbox;
    };
    let signs = usage.digital_signature() || usage.non_repudiation();
    let decrypts = usage.key_encipherment() || usage.key_agreement();
    match (signs, decrypts) {
        (true, false) => Profile::MailboxSigning,
        (false, true) => Profile::MailboxEncryption,
        _ => Profile::Mailbox,
    }
}

/// The kind of a key, by its algorithm and parameters.
fn kind_of(spki: &SubjectPublicKeyInfo, session: &Session) -> Option<KeyType> {
    let curves = [
        (oid::P256, KeyType::P256),
        (oid::P384, KeyType::P384),
        (oid::P521, KeyType::P521),
        (oid::BRAINPOOL_P256R1, KeyType::BrainpoolP256r1),
        (oid::BRAINPOOL_P384R1, KeyType::BrainpoolP384r1),
    ];
    match spki.algorithm.oid {
        oid::EC_PUBLIC_KEY => {
            let parameters = spki.algorithm.parameters.as_deref()?;
            let known = curves.iter().find(|(oid, _)| write::oid(oid) == parameters);
            known.map(|(_, kind)| *kind)
        }
        oid::RSA_ENCRYPTION | oid::RSASSA_PSS => {
            let mut verifiers = session.provider().signatures.iter();
            let verifier = verifiers.find(|one| one.recognises(&spki.algorithm.oid))?;
            let bits = usize::try_from(verifier.key_bits(spki)?).ok()?;
            Some(KeyType::Rsa(bits.max(3072)))
        }
        _ => {
            let name = spki.algorithm.name();
            let known = KEY_TYPES.iter().find(|(known, _)| *known == name);
            known.map(|(_, kind)| *kind)
        }
    }
}
