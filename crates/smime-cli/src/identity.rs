//! Naming keys and certificates: addresses, fingerprints, files and tokens.

mod token;

use std::path::Path;

use cms_algs::PrivateKey;
use cms_core::key::{Identity, PrivateKey as _};
use cms_core::types::Certificate;
use smime_cert::container::{self, Loaded};
use zeroize::Zeroizing;

use crate::file::read_small;
use crate::outcome::{Failure, Outcome};
use crate::session::Session;
use crate::store::{Role, StoredIdentity, fingerprint};

pub(crate) type OwnIdentity = Identity<PrivateKey>;

/// Files of keys and certificates; a bundle of all public roots has a few MB.
const FILE_LIMIT: u64 = 64 << 20;

/// Certificates and keys that a file holds.
pub(crate) fn load(path: &str, session: &Session) -> Result<Loaded, Failure> {
    let octets = read_small(path, FILE_LIMIT)?;
    let failed = std::cell::RefCell::new(None);
    let password = || match session.passphrase.get() {
        Ok(passphrase) => passphrase,
        Err(failure) => {
            failed.replace(Some(failure));
            None
        }
    };
    let loaded = container::load(&octets, &password, session.provider(), &session.limits);
    if let Some(failure) = failed.into_inner() {
        return Err(failure);
    }
    loaded.map_err(|error| Failure::from(error).about(path))
}

/// An IDENTITY of the contract; several when an address has several. Chains that came along are in the second place.
pub(crate) fn find(
    name: &str,
    session: &Session,
) -> Result<(Vec<OwnIdentity>, Vec<Certificate>), Failure> {
    if is_token(name) {
        return token::identities(name, None, session);
    }
    if let Some((certificate, uri)) = name.split_once(',')
        && is_token(uri)
    {
        let loaded = load(certificate, session)?;
        return token::identities(uri, Some(loaded.certificates), session);
    }
    if let Some((certificate, key)) = name.split_once(',')
        && !Path::new(name).exists()
    {
        let mut loaded = load(certificate, session)?;
        loaded.keys = load(key, session)?.keys;
        return pair(loaded, name);
    }
    if Path::new(name).exists() {
        return pair(load(name, session)?, name);
    }
    if let Some(store) = session.existing_store()? {
        let mut found = Vec::new();
        // Those in use before retired ones.
        let (retired, used): (Vec<_>, Vec<_>) = store
            .find_identities(name)?
            .into_iter()
            .partition(|stored| stored.role == Role::Retired);
        for stored in used.into_iter().chain(retired) {
            found.extend(open_stored(&stored, session)?);
        }
        if !found.is_empty() {
            let bag = store.certificates()?;
            return Ok((found, bag));
        }
    }
    Err(unknown(name, "identity").with_hint("see what there is with: smime id list"))
}

/// Whether a name is a `pkcs11:` URI.
fn is_token(name: &str) -> bool {
    let scheme = name.get(..7);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkcs11:"))
}

/// A name as it may be shown: without the query of a URI, where a PIN may be.
pub(crate) fn shown(name: &str) -> &str {
    let has_pin = name.contains("pin-") || is_token(name) || name.contains(",pkcs11:");
    match name.split_once('?') {
        Some((front, _)) if has_pin => front,
        _ => name,
    }
}

fn unknown(name: &str, what: &str) -> Failure {
    let name = shown(name);
    let place = if name.contains('@') || name.bytes().all(|octet| octet.is_ascii_hexdigit()) {
        "the store has no"
    } else {
        "no such file, and the store has no"
    };
    Failure::usage(format!("{name}: {place} {what} of that name"))
}

/// The private key of a stored identity with its certificate.
pub(crate) fn open_stored(
    stored: &StoredIdentity,
    session: &Session,
) -> Result<Option<OwnIdentity>, Failure> {
    let Some(certificate) = stored.certificate.clone() else {
        return Ok(None);
    };
    let key = stored_key(stored, session)?;
    Ok(Some(Identity { certificate, key }))
}

/// The private key of a stored identity.
pub(crate) fn stored_key(
    stored: &StoredIdentity,
    session: &Session,
) -> Result<PrivateKey, Failure> {
    let pkcs8 = if stored.encrypted {
        let passphrase = session.passphrase.get()?.ok_or_else(|| {
            Failure::usage(format!("the key of {} is encrypted", stored.address))
                .with_hint("give its passphrase with --pass env:NAME, file:PATH, fd:N or prompt")
        })?;
        let password = || Some(passphrase.clone());
        container::private_key::from_der(
            &stored.key,
            &password,
            session.provider(),
            &session.limits,
        )?
    } else {
        stored.key.clone()
    };
    Ok(PrivateKey::from_pkcs8(&pkcs8)?)
}

/// Pairs keys with certificates by their public keys.
fn pair(loaded: Loaded, name: &str) -> Result<(Vec<OwnIdentity>, Vec<Certificate>), Failure> {
    if loaded.keys.is_empty() {
        return Err(Failure::usage(format!("{name}: there is no private key"))
            .with_hint("an identity is a certificate with its key: FILE with both, or CERT,KEY"));
    }
    let mut identities = Vec::new();
    let mut error = None;
    for pkcs8 in &loaded.keys {
        let key = match PrivateKey::from_pkcs8(pkcs8) {
            Ok(key) => key,
            Err(reason) => {
                error = Some(Failure::from(reason).about(name));
                continue;
            }
        };
        let certificate = loaded
            .certificates
            .iter()
            .find(|certificate| certificate.spki().is_ok_and(|spki| key.matches(&spki)));
        if let Some(certificate) = certificate {
            identities.push(Identity {
                certificate: certificate.clone(),
                key,
            });
        }
    }
    match (identities.is_empty(), error) {
        (true, Some(error)) => Err(error),
        (true, None) => Err(Failure::usage(format!(
            "{name}: no certificate belongs to the private key"
        ))),
        _ => Ok((identities, loaded.certificates)),
    }
}

/// The one identity that signs: of several, the first whose certificate may.
pub(crate) fn signer(
    name: &str,
    session: &Session,
) -> Result<(OwnIdentity, Vec<Certificate>), Failure> {
    use smime_cert::purpose::{Purpose, check};
    let (identities, bag) = find(name, session)?;
    let name = shown(name);
    let mut refused = None;
    let retired = match session.existing_store()? {
        Some(store) => store.retired()?,
        None => Vec::new(),
    };
    for identity in identities {
        if retired.contains(&fingerprint(identity.certificate.octets())) {
            let text = format!("{name} is retired: it decrypts, and signs nothing new");
            return Err(Failure::new(Outcome::Policy, "wrong-purpose", text)
                .with_hint("make a new one with: smime id new, or smime ca issue"));
        }
        match check(&identity.certificate, Purpose::Signing) {
            Ok(()) => return Ok((identity, bag)),
            Err(error) => refused = Some(error),
        }
    }
    let text = refused.map_or_else(
        || format!("{name}: no key"),
        |error| format!("{name} may not sign mail: {error}"),
    );
    Err(Failure::new(Outcome::Policy, "wrong-purpose", text))
}

/// CERTS of the contract: a file, or an address in the store.
pub(crate) fn certificates(name: &str, session: &Session) -> Result<Vec<Certificate>, Failure> {
    if Path::new(name).exists() {
        let octets = read_small(name, FILE_LIMIT)?;
        let none = || None::<Zeroizing<String>>;
        let loaded = container::load(&octets, &none, session.provider(), &session.limits)
            .map_err(|error| Failure::from(error).about(name))?;
        if loaded.certificates.is_empty() {
            return Err(Failure::usage(format!("{name}: there is no certificate")));
        }
        return Ok(loaded.certificates);
    }
    if let Some(store) = session.existing_store()? {
        let found = store.find_certificates(name)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(unknown(name, "certificate").with_hint("put it there with: smime cert add FILE"))
}

/// All keys of the store that can be opened, for decryption. An encrypted one is opened only with a passphrase that
/// was announced: a message that is merely signed asks for none.
pub(crate) fn all(session: &Session) -> Result<Vec<OwnIdentity>, Failure> {
    let Some(store) = session.existing_store()? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut closed = None;
    for stored in store.identities()? {
        if !matches!(stored.role, Role::Mailbox | Role::Retired) {
            continue;
        }
        if stored.encrypted && !session.passphrase.is_given() {
            session.say(&format!(
                "the key of {} is encrypted: --pass opens it",
                stored.address
            ));
            continue;
        }
        match open_stored(&stored, session) {
            Ok(identity) => found.extend(identity),
            Err(failure) => closed = Some(failure),
        }
    }
    match closed {
        Some(failure) if found.is_empty() => Err(failure),
        _ => Ok(found),
    }
}
