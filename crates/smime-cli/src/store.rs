//! The user's store: one SQLite file with identities, certificates and trust anchors, and a private CA's books.
//!
//! Private keys are PKCS #8, encrypted (PBES2) when a passphrase was given as they came in. The directory has mode
//! 0700, the file 0600.

mod books;

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use cms_algs::PROVIDER;
use cms_core::oid;
use cms_core::types::{Certificate, Time};
use rusqlite::{Connection, OptionalExtension, params};
use smime_cert::address;
use smime_cert::extension::email_addresses;
use zeroize::Zeroizing;

use crate::outcome::Failure;
pub(crate) use books::{Issued, Practice};

/// The schema's version, kept in `PRAGMA user_version`.
const VERSION: i64 = 3;

const SCHEMA: &str = "
CREATE TABLE identity (
    fingerprint TEXT PRIMARY KEY,
    certificate BLOB,
    address TEXT NOT NULL,
    key BLOB NOT NULL,
    encrypted INTEGER NOT NULL,
    role TEXT NOT NULL
);
CREATE INDEX identity_address ON identity (address);
CREATE TABLE certificate (
    fingerprint TEXT PRIMARY KEY,
    certificate BLOB NOT NULL
);
CREATE TABLE anchor (
    fingerprint TEXT PRIMARY KEY,
    certificate BLOB NOT NULL
);
";

/// What version 2 added: the books of the private CA.
const SCHEMA_2: &str = "
CREATE TABLE authority (
    fingerprint TEXT PRIMARY KEY,
    crl_url TEXT,
    issuer_url TEXT,
    ocsp_url TEXT,
    policy TEXT,
    crl_number INTEGER NOT NULL
);
CREATE TABLE issued (
    authority TEXT NOT NULL,
    serial TEXT NOT NULL,
    subject TEXT NOT NULL,
    address TEXT NOT NULL,
    not_after INTEGER NOT NULL,
    revoked INTEGER,
    reason TEXT,
    PRIMARY KEY (authority, serial)
);
CREATE TABLE sender (
    address TEXT PRIMARY KEY,
    signed INTEGER NOT NULL,
    capabilities BLOB,
    preferred TEXT
);
CREATE TABLE fetched (
    url TEXT PRIMARY KEY,
    octets BLOB NOT NULL
);
";

/// What version 3 added: when something was fetched, in seconds since 1970.
const SCHEMA_3: &str = "
ALTER TABLE fetched ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
";

/// Things that were fetched, at most, and seconds for which they make a request unnecessary.
const MAX_FETCHED: u32 = 64;
const FETCHED_LASTS: i64 = 86_400;

/// Something that was fetched before.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) octets: Vec<u8>,
    /// Whether it was fetched within the last day.
    pub(crate) is_recent: bool,
}

/// The store.
#[derive(Debug)]
pub(crate) struct Store {
    connection: Connection,
}

/// An identity as it is stored.
#[derive(Debug)]
pub(crate) struct StoredIdentity {
    pub(crate) fingerprint: String,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) address: String,
    /// PKCS #8, or EncryptedPrivateKeyInfo.
    pub(crate) key: Zeroizing<Vec<u8>>,
    pub(crate) encrypted: bool,
    pub(crate) role: Role,
}

/// What somebody's signed mail says about how to write to him.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Sender {
    /// SMIMECapabilities.
    pub(crate) capabilities: Option<Vec<u8>>,
    /// The fingerprint of the certificate that SMIMEEncryptionKeyPreference names.
    pub(crate) preferred: Option<String>,
}

/// What an identity is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    /// The private CA.
    Authority,
    /// A person.
    Mailbox,
    /// A key whose certificate was requested.
    Requested,
    /// A person's former key: it decrypts what was written to it, and is used for nothing new.
    Retired,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Authority => "ca",
            Self::Mailbox => "mailbox",
            Self::Requested => "requested",
            Self::Retired => "retired",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "ca" => Self::Authority,
            "requested" => Self::Requested,
            "retired" => Self::Retired,
            _ => Self::Mailbox,
        }
    }
}

/// SHA-256 of a certificate in lower-case hex.
pub(crate) fn fingerprint(octets: &[u8]) -> String {
    let digest = PROVIDER
        .digest(&oid::SHA256)
        .map(|digest| digest.digest(octets));
    crate::report::hex(&digest.unwrap_or_default())
}

const FILE: &str = "store.sqlite";

impl Store {
    pub(crate) fn exists(directory: &Path) -> bool {
        directory.join(FILE).exists()
    }

    /// Opens the store, making it when it is not there.
    pub(crate) fn open(directory: &Path) -> Result<Self, Failure> {
        let about =
            |error: std::io::Error| Failure::from(error).about(&directory.display().to_string());
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(about)?;
        let path = directory.join(FILE);
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            // rfc8551:4.1/2
            .mode(0o600)
            .open(&path)
            .map_err(about)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))
            .map_err(about)?;
        drop(file);
        let connection = Connection::open(&path)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        connection.pragma_update(None, "secure_delete", true)?;
        let version = || -> Result<i64, Failure> {
            Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
        };
        if version()? != VERSION {
            // Whoever comes second finds the work done.
            connection.execute_batch("BEGIN IMMEDIATE")?;
            let done = version().and_then(|version| upgrade(&connection, version));
            let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
            connection.execute_batch(end)?;
            done?;
        }
        Ok(Self { connection })
    }

    pub(crate) fn add_identity(&self, identity: &StoredIdentity) -> Result<(), Failure> {
        let certificate = identity.certificate.as_ref().map(Certificate::octets);
        self.connection.execute(
            "INSERT OR REPLACE INTO identity (fingerprint, certificate, address, key, encrypted, role)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                identity.fingerprint,
                certificate,
                identity.address.to_ascii_lowercase(),
                identity.key.as_slice(),
                identity.encrypted,
                identity.role.name(),
            ],
        )?;
        Ok(())
    }

    /// Retires an identity.
    pub(crate) fn retire(&self, fingerprint: &str) -> Result<(), Failure> {
        self.connection.execute(
            "UPDATE identity SET role = ?2 WHERE fingerprint = ?1",
            params![fingerprint, Role::Retired.name()],
        )?;
        Ok(())
    }

    pub(crate) fn remove_identity(&self, fingerprint: &str) -> Result<(), Failure> {
        self.connection.execute(
            "DELETE FROM identity WHERE fingerprint = ?1",
            params![fingerprint],
        )?;
        Ok(())
    }

    pub(crate) fn identities(&self) -> Result<Vec<StoredIdentity>, Failure> {
        let mut statement = self.connection.prepare(
            "SELECT fingerprint, certificate, address, key, encrypted, role FROM identity ORDER BY rowid",
        )?;
        let rows = statement.query_map([], |row| {
            let certificate: Option<Vec<u8>> = row.get(1)?;
            let role: String = row.get(5)?;
            Ok(StoredIdentity {
                fingerprint: row.get(0)?,
                certificate: certificate.and_then(|octets| Certificate::from_der(&octets).ok()),
                address: row.get(2)?,
                key: Zeroizing::new(row.get(3)?),
                encrypted: row.get(4)?,
                role: Role::from_name(&role),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Identities by address, or by the beginning of a fingerprint; the newest first.
    pub(crate) fn find_identities(&self, name: &str) -> Result<Vec<StoredIdentity>, Failure> {
        let mut found = self.identities()?;
        found.retain(|identity| {
            names(
                name,
                &identity.fingerprint,
                std::slice::from_ref(&identity.address),
            )
        });
        found.reverse();
        Ok(found)
    }

    pub(crate) fn add_certificate(&self, certificate: &Certificate) -> Result<(), Failure> {
        self.add("certificate", certificate)
    }

    /// All certificates, those of identities included.
    pub(crate) fn certificates(&self) -> Result<Vec<Certificate>, Failure> {
        let mut all = self.list("certificate")?;
        for identity in self.identities()? {
            if let Some(certificate) = identity.certificate
                && !all.contains(&certificate)
            {
                all.push(certificate);
            }
        }
        Ok(all)
    }

    /// The fingerprints of retired identities.
    pub(crate) fn retired(&self) -> Result<Vec<String>, Failure> {
        let all = self.identities()?.into_iter();
        let retired = all.filter(|identity| identity.role == Role::Retired);
        Ok(retired.map(|identity| identity.fingerprint).collect())
    }

    /// Certificates by address or fingerprint, the newest first; by address none that is retired.
    pub(crate) fn find_certificates(&self, name: &str) -> Result<Vec<Certificate>, Failure> {
        let mut found = self.certificates()?;
        if name.contains('@') {
            let retired = self.retired()?;
            found.retain(|certificate| !retired.contains(&fingerprint(certificate.octets())));
        }
        found.retain(|certificate| {
            names(
                name,
                &fingerprint(certificate.octets()),
                &email_addresses(certificate),
            )
        });
        found.reverse();
        // The one that its owner prefers comes first.
        if let Some(preferred) = self.sender(name)?.preferred {
            found.sort_by_key(|certificate| fingerprint(certificate.octets()) != preferred);
        }
        Ok(found)
    }

    pub(crate) fn add_anchor(&self, certificate: &Certificate) -> Result<(), Failure> {
        self.add("anchor", certificate)
    }

    pub(crate) fn anchors(&self) -> Result<Vec<Certificate>, Failure> {
        self.list("anchor")
    }

    /// Removes the one anchor whose fingerprint begins so.
    pub(crate) fn remove_anchor(&self, name: &str) -> Result<Certificate, Failure> {
        let mut found = self.anchors()?;
        found.retain(|anchor| names(name, &fingerprint(anchor.octets()), &[]));
        let [anchor] = found.as_slice() else {
            return Err(Failure::usage(format!(
                "{} anchors have the fingerprint {name}",
                found.len()
            ))
            .with_hint("see them with: smime trust list"));
        };
        self.connection.execute(
            "DELETE FROM anchor WHERE fingerprint = ?1",
            params![fingerprint(anchor.octets())],
        )?;
        Ok(anchor.clone())
    }

    fn add(&self, table: &str, certificate: &Certificate) -> Result<(), Failure> {
        self.connection.execute(
            &format!("INSERT OR REPLACE INTO {table} (fingerprint, certificate) VALUES (?1, ?2)"),
            params![fingerprint(certificate.octets()), certificate.octets()],
        )?;
        Ok(())
    }

    fn list(&self, table: &str) -> Result<Vec<Certificate>, Failure> {
        let mut statement = self
            .connection
            .prepare(&format!("SELECT certificate FROM {table} ORDER BY rowid"))?;
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        let mut all = Vec::new();
        for octets in rows {
            all.extend(Certificate::from_der(&octets?).ok());
        }
        Ok(all)
    }

    /// What the owner of an address said in his newest mail.
    pub(crate) fn sender(&self, address: &str) -> Result<Sender, Failure> {
        let query = "SELECT capabilities, preferred FROM sender WHERE address = ?1";
        let address = address.to_ascii_lowercase();
        let row = self.connection.query_row(query, params![address], |row| {
            Ok(Sender {
                capabilities: row.get(0)?,
                preferred: row.get(1)?,
            })
        });
        Ok(row.optional()?.unwrap_or_default())
    }

    /// Keeps that, unless something newer is known (RFC 8551, 2.7.1).
    pub(crate) fn set_sender(
        &self,
        address: &str,
        signed: Time,
        sender: &Sender,
    ) -> Result<(), Failure> {
        self.connection.execute(
            "INSERT INTO sender (address, signed, capabilities, preferred) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (address) DO UPDATE SET signed = ?2, capabilities = ?3, preferred = ?4 WHERE signed <= ?2",
            params![
                address.to_ascii_lowercase(),
                signed.unix(),
                sender.capabilities,
                sender.preferred
            ],
        )?;
        Ok(())
    }

    /// What was fetched from a URL before.
    pub(crate) fn fetched(&self, url: &str) -> Option<Fetched> {
        let query = "SELECT octets, at BETWEEN unixepoch() - ?2 AND unixepoch() FROM fetched WHERE url = ?1";
        let found = self
            .connection
            .query_row(query, params![url, FETCHED_LASTS], |row| {
                Ok(Fetched {
                    octets: row.get(0)?,
                    is_recent: row.get(1)?,
                })
            });
        found.ok()
    }

    /// Keeps what was fetched; a cache that cannot be written is none.
    pub(crate) fn set_fetched(&self, url: &str, octets: &[u8]) {
        let _ = self.connection.execute(
            "INSERT OR REPLACE INTO fetched (url, octets, at) VALUES (?1, ?2, unixepoch())",
            params![url, octets],
        );
        let _ = self.connection.execute(
            "DELETE FROM fetched WHERE url NOT IN (SELECT url FROM fetched ORDER BY at DESC LIMIT ?1)",
            params![MAX_FETCHED],
        );
    }

    /// Does several things, or none of them; nobody else writes meanwhile.
    pub(crate) fn together<T>(
        &self,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let result = work().and_then(|done| {
            self.connection.execute_batch("COMMIT")?;
            Ok(done)
        });
        if result.is_err() {
            // What made it fail is what is told.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        result
    }

    /// The private CA whose fingerprint begins so; without a name the newest one.
    pub(crate) fn authority(&self, name: Option<&str>) -> Result<Option<StoredIdentity>, Failure> {
        let name: String = name
            .unwrap_or_default()
            .chars()
            .filter(|c| *c != ':')
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let mut statement = self.connection.prepare(
            "SELECT fingerprint FROM identity WHERE role = 'ca' AND substr(fingerprint, 1, length(?1)) = ?1
             ORDER BY rowid DESC",
        )?;
        let found = statement.query_map(params![name], |row| row.get(0))?;
        let found: Vec<String> = found.collect::<Result<_, _>>()?;
        if !name.is_empty() && found.len() > 1 {
            return Err(Failure::usage(format!(
                "{name}: several CAs have a fingerprint that begins so"
            )));
        }
        let fingerprint = found.into_iter().next();
        Ok(self
            .identities()?
            .into_iter()
            .find(|identity| Some(&identity.fingerprint) == fingerprint.as_ref()))
    }
}

/// Does what lies between a version and this one.
fn upgrade(connection: &Connection, version: i64) -> Result<(), Failure> {
    let steps = [SCHEMA, SCHEMA_2, SCHEMA_3];
    let done = usize::try_from(version).ok();
    let Some(steps) = done.and_then(|done| steps.get(done..)) else {
        return Err(Failure::usage(format!(
            "the store is of version {version}; this program knows version {VERSION}"
        )));
    };
    for step in steps {
        connection.execute_batch(step)?;
    }
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

/// Whether a name given by a person means something with this fingerprint and these addresses.
fn names(name: &str, fingerprint: &str, addresses: &[String]) -> bool {
    if name.contains('@') {
        return addresses.iter().any(|known| address::same(known, name));
    }
    // What is no person has a name without an address.
    if addresses
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
    {
        return true;
    }
    let hex: String = name
        .chars()
        .filter(|c| *c != ':')
        .collect::<String>()
        .to_ascii_lowercase();
    hex.len() >= 8
        && hex.bytes().all(|octet| octet.is_ascii_hexdigit())
        && fingerprint.starts_with(&hex)
}
