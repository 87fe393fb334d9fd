//! The books of the private CA: what it says about itself, what it issued, and what it revoked.

use cms_core::types::{Certificate, Time};
use rusqlite::{OptionalExtension, Row, params};
use smime_cert::crl::Reason;
use smime_cert::extension::email_addresses;

use super::{Store, fingerprint};
use crate::outcome::Failure;
use crate::report::hex;

/// What the certificates of a CA say about it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Practice {
    pub(crate) crl_url: Option<String>,
    pub(crate) issuer_url: Option<String>,
    pub(crate) ocsp_url: Option<String>,
    pub(crate) policy: Option<String>,
}

/// One line of the books.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    /// Contents of the serial number in hex.
    pub(crate) serial: String,
    pub(crate) subject: String,
    pub(crate) address: String,
    pub(crate) not_after: Time,
    pub(crate) revoked: Option<(Time, Reason)>,
}

impl Store {
    /// What a CA says about itself; nothing for one that older versions of the store made.
    pub(crate) fn practice(&self, authority: &Certificate) -> Result<Practice, Failure> {
        let found = self
            .connection
            .query_row(
                "SELECT crl_url, issuer_url, ocsp_url, policy FROM authority WHERE fingerprint = ?1",
                params![fingerprint(authority.octets())],
                |row| {
                    Ok(Practice {
                        crl_url: row.get(0)?,
                        issuer_url: row.get(1)?,
                        ocsp_url: row.get(2)?,
                        policy: row.get(3)?,
                    })
                },
            )
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    pub(crate) fn set_practice(
        &self,
        authority: &Certificate,
        practice: &Practice,
    ) -> Result<(), Failure> {
        self.connection.execute(
            "INSERT OR REPLACE INTO authority (fingerprint, crl_url, issuer_url, ocsp_url, policy, crl_number)
             VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            params![
                fingerprint(authority.octets()),
                practice.crl_url,
                practice.issuer_url,
                practice.ocsp_url,
                practice.policy
            ],
        )?;
        Ok(())
    }

    /// The number of the next CRL, which no other gets.
    pub(crate) fn next_crl_number(&self, authority: &Certificate) -> Result<u64, Failure> {
        let number: i64 = self.connection.query_row(
            "INSERT INTO authority (fingerprint, crl_number) VALUES (?1, 1)
             ON CONFLICT (fingerprint) DO UPDATE SET crl_number = crl_number + 1 RETURNING crl_number",
            params![fingerprint(authority.octets())],
            |row| row.get(0),
        )?;
        Ok(u64::try_from(number).unwrap_or_default())
    }

    pub(crate) fn add_issued(
        &self,
        authority: &Certificate,
        certificate: &Certificate,
    ) -> Result<(), Failure> {
        self.connection.execute(
            "INSERT OR IGNORE INTO issued (authority, serial, subject, address, not_after) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                fingerprint(authority.octets()),
                hex(certificate.serial()),
                certificate.subject().to_string(),
                email_addresses(certificate).join(" "),
                certificate.not_after().unix()
            ],
        )?;
        Ok(())
    }

    /// The books, in the order of issue.
    pub(crate) fn issued(&self, authority: &Certificate) -> Result<Vec<Issued>, Failure> {
        let mut statement = self.connection.prepare(
            "SELECT serial, subject, address, not_after, revoked, reason FROM issued WHERE authority = ?1
             ORDER BY rowid",
        )?;
        let rows = statement.query_map(params![fingerprint(authority.octets())], issued)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Enters a revocation, or with `None` its end.
    pub(crate) fn set_revoked(
        &self,
        authority: &Certificate,
        serial: &str,
        revoked: Option<(Time, Reason)>,
    ) -> Result<(), Failure> {
        let changed = self.connection.execute(
            "UPDATE issued SET revoked = ?3, reason = ?4 WHERE authority = ?1 AND serial = ?2",
            params![
                fingerprint(authority.octets()),
                serial,
                revoked.map(|(at, _)| at.unix()),
                revoked.map(|(_, reason)| reason.name())
            ],
        )?;
        if changed == 0 {
            return Err(Failure::usage(format!(
                "{serial}: not in the books of this CA"
            )));
        }
        Ok(())
    }
}

fn issued(row: &Row<'_>) -> rusqlite::Result<Issued> {
    let revoked: Option<i64> = row.get(4)?;
    let reason: Option<String> = row.get(5)?;
    let reason = reason.and_then(|name| Reason::from_name(&name));
    Ok(Issued {
        serial: row.get(0)?,
        subject: row.get(1)?,
        address: row.get(2)?,
        not_after: Time::from_unix(row.get(3)?),
        revoked: revoked.map(|at| (Time::from_unix(at), reason.unwrap_or(Reason::Unspecified))),
    })
}
