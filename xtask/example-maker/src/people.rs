//! Who signs and receives: a key of each kind, with certificates of one root.

use anyhow::{Context as _, Result};
use cms_algs::{KEY_TYPES, KeyType, PrivateKey};
use cms_core::key::Identity;
use cms_core::types::{Certificate, Time};
use smime_cert::make::{CertificateBuilder, Profile};

use crate::fixed::{FIXED, Fixed};

/// When everything was made.
pub(crate) fn now() -> Time {
    Time::from_rfc3339("2026-01-01T00:00:00Z").unwrap_or_else(|| Time::from_unix(1_767_225_600))
}

/// Days of validity: until 2046.
const DAYS: u32 = 7_305;

/// A name and the kind of key that goes with it.
const PEOPLE: [(&str, &str); 18] = [
    ("alice", "rsa2048"),
    ("bob", "p256"),
    ("carol", "p384"),
    ("dave", "p521"),
    ("erin", "ed25519"),
    ("frank", "ed448"),
    ("grace", "x25519"),
    ("heidi", "x448"),
    ("ivan", "ml-dsa-44"),
    ("judy", "ml-dsa-65"),
    ("kim", "ml-dsa-87"),
    ("laura", "ml-kem-512"),
    ("mallory", "ml-kem-768"),
    ("niaj", "ml-kem-1024"),
    ("olivia", "slh-dsa-sha2-128f"),
    ("peggy", "slh-dsa-shake-128f"),
    ("quentin", "brainpoolp256r1"),
    ("rupert", "brainpoolp384r1"),
];

/// A person.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) identity: Identity<PrivateKey>,
}

impl Person {
    pub(crate) fn certificate(&self) -> Certificate {
        self.identity.certificate.clone()
    }
}

/// All of them, and the root.
pub(crate) struct People {
    pub(crate) root: Certificate,
    pub(crate) root_key: PrivateKey,
    pub(crate) all: Vec<Person>,
}

impl People {
    pub(crate) fn make() -> Result<Self> {
        let mut random = Fixed::begin("root");
        let key = PrivateKey::generate(KeyType::P256, &mut random)?;
        let profile = Profile::Authority(3);
        let root =
            CertificateBuilder::new("Example Root", key.spki().clone(), profile, now(), DAYS)
                .self_signed(&key, &FIXED, &mut random)?;
        let mut all = Vec::new();
        for (name, kind) in PEOPLE {
            let mut random = Fixed::begin(name);
            let (_, key_type) = KEY_TYPES
                .iter()
                .find(|(known, _)| *known == kind)
                .context(kind)?;
            let own = PrivateKey::generate(*key_type, &mut random)?;
            let profile = match (key_type.signs(), key_type.encrypts()) {
                (true, true) => Profile::Mailbox,
                (true, false) => Profile::MailboxSigning,
                _ => Profile::MailboxEncryption,
            };
            let certificate =
                CertificateBuilder::new(name, own.spki().clone(), profile, now(), DAYS)
                    .with_email(&format!("{name}@example.com"))?
                    .issue(&root, &key, &FIXED, &mut random)?;
            all.push(Person {
                name,
                kind,
                identity: Identity {
                    certificate,
                    key: own,
                },
            });
        }
        Ok(Self {
            root,
            root_key: key,
            all,
        })
    }

    pub(crate) fn get(&self, name: &str) -> Result<&Person> {
        let found = self.all.iter().find(|person| person.name == name);
        found.with_context(|| format!("nobody is called {name}"))
    }
}
