//! Symmetric keys, passwords and private keys of one command line, as one key ring.

use cms_core::key::{KeyRing, KeyStore as _, SecretKey};
use cms_core::recipients::Recipient;
use cms_core::types::KekIdentifier;

use crate::args::Keys;
use crate::file::read_small;
use crate::identity::{self, OwnIdentity};
use crate::outcome::Failure;
use crate::secret;
use crate::session::Session;

/// Everything that may open a message.
#[derive(Debug)]
pub(crate) struct OwnKeys {
    identities: Vec<OwnIdentity>,
    keks: Vec<(KekIdentifier, SecretKey)>,
    passwords: Vec<SecretKey>,
    secret_key: Option<SecretKey>,
}

impl OwnKeys {
    /// The keys of the command line, or all of the store when it names none.
    pub(crate) fn find(arguments: &Keys, session: &Session) -> Result<Self, Failure> {
        let symmetric = arguments.secret_key.is_some()
            || !arguments.kek.is_empty()
            || !arguments.password.is_empty();
        let identities = match arguments.key.as_slice() {
            [] if symmetric => Vec::new(),
            [] => identity::all(session)?,
            names => {
                let mut identities = Vec::new();
                for name in names {
                    identities.extend(identity::find(name, session)?.0);
                }
                identities
            }
        };
        Self::with(identities, arguments, session)
    }

    /// The symmetric keys and passwords of the command line alone.
    pub(crate) fn symmetric(arguments: &Keys, session: &Session) -> Result<Self, Failure> {
        Self::with(Vec::new(), arguments, session)
    }

    fn with(
        identities: Vec<OwnIdentity>,
        arguments: &Keys,
        session: &Session,
    ) -> Result<Self, Failure> {
        let keks = arguments.kek.iter().map(|text| kek(text));
        let passwords = arguments
            .password
            .iter()
            .map(|source| password(source, session));
        Ok(Self {
            identities,
            keks: keks.collect::<Result<_, _>>()?,
            passwords: passwords.collect::<Result<_, _>>()?,
            secret_key: arguments.secret_key.as_deref().map(key_file).transpose()?,
        })
    }

    /// All of them as one store.
    pub(crate) fn ring(&self) -> KeyRing<'_> {
        let mut ring = KeyRing::new().with_store(&self.identities);
        for (id, key) in &self.keks {
            ring = ring.with_key_encryption_key(id.clone(), key.clone());
        }
        for password in &self.passwords {
            ring = ring.with_password(password.clone());
        }
        match &self.secret_key {
            Some(key) => ring.with_content_encryption_key(key.clone()),
            None => ring,
        }
    }

    /// Symmetric keys and passwords as recipients of a message to be written.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = Recipient<'static>> {
        let keks = self
            .keks
            .iter()
            .map(|(id, key)| Recipient::key_encryption_key(id.clone(), key.clone()));
        let passwords = self.ring().passwords();
        keks.chain(passwords.into_iter().map(Recipient::password))
    }
}

/// `ID:FILE`: an identifier in hex, and a file with the key.
pub(crate) fn kek(text: &str) -> Result<(KekIdentifier, SecretKey), Failure> {
    let wrong = || Failure::usage("--kek is ID:FILE, with the identifier of the key in hex");
    let (id, path) = text.split_once(':').ok_or_else(wrong)?;
    let id = unhex(id).filter(|id| !id.is_empty()).ok_or_else(wrong)?;
    let key = key_file(path)?;
    if ![16, 24, 32].contains(&key.as_octets().len()) {
        return Err(Failure::usage(format!(
            "{path}: a key-encryption key has 16, 24 or 32 octets, this file {}",
            key.as_octets().len()
        )));
    }
    Ok((KekIdentifier::new(id), key))
}

/// A password, in UTF-8 (RFC 3211, 2.2).
pub(crate) fn password(source: &str, session: &Session) -> Result<SecretKey, Failure> {
    let text = secret::password(source, session.may_prompt)?;
    if text.is_empty() {
        return Err(Failure::usage("the password is empty"));
    }
    Ok(SecretKey::new(text.as_bytes().to_vec()))
}

/// A file that is a symmetric key.
pub(crate) fn key_file(path: &str) -> Result<SecretKey, Failure> {
    Ok(SecretKey::new(read_small(path, 1024)?))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|c| c.to_digit(16));
    let digits: Option<Vec<u32>> = digits.collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    let octets = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    });
    octets.collect()
}
