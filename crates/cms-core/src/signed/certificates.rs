//! Finding certificates of a message by signers' identifiers, in time that does not grow with their product.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::error::DecodeError;
use crate::key::CertificateStore;
use crate::types::{Certificate, SignerIdentifier, SubjectPublicKeyInfo};

/// The certificates of a message by serial number and key identifier.
pub(super) struct CertificateIndex<'a> {
    certificates: &'a [Certificate],
    by_serial: BTreeMap<&'a [u8], Vec<usize>>,
    by_key: BTreeMap<&'a [u8], Vec<usize>>,
    by_subject: BTreeMap<&'a [u8], Vec<usize>>,
}

impl<'a> CertificateIndex<'a> {
    pub(super) fn new(certificates: &'a [Certificate]) -> Self {
        let mut this = Self {
            certificates,
            by_serial: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_subject: BTreeMap::new(),
        };
        // rfc8550:2.3/1, 2.3/2
        for (position, certificate) in certificates.iter().enumerate() {
            let serial = trimmed(certificate.serial());
            this.by_serial.entry(serial).or_default().push(position);
            let subject = certificate.subject().octets();
            this.by_subject.entry(subject).or_default().push(position);
            if let Some(id) = certificate.subject_key_identifier() {
                this.by_key.entry(id).or_default().push(position);
            }
        }
        this
    }

    /// All certificates that the identifier names, in their order; of many the first.
    pub(super) fn find(&self, id: &SignerIdentifier) -> Vec<Certificate> {
        let positions = match id {
            SignerIdentifier::IssuerAndSerialNumber(id) => self.by_serial.get(trimmed(&id.serial)),
            SignerIdentifier::SubjectKeyIdentifier(id) => self.by_key.get(id.as_slice()),
        };
        positions
            .into_iter()
            .flatten()
            .take(MAX_CANDIDATES)
            .filter_map(|position| self.certificates.get(*position))
            .filter(|certificate| id.matches(certificate))
            .cloned()
            .collect()
    }

    /// Certificates whose subject has the octets of the certificate's issuer; of many the first.
    fn issuers_of(&self, certificate: &Certificate) -> impl Iterator<Item = &'a Certificate> {
        let positions = self.by_subject.get(certificate.issuer().octets());
        positions
            .into_iter()
            .flatten()
            .take(MAX_ISSUERS)
            .filter_map(|position| self.certificates.get(*position))
    }

    /// The keys that a certificate may mean: its own or, where that takes its parameters from the issuer
    /// (RFC 3279, 2.3.2), one for each set of parameters that certificates with the issuer's name give, those of the
    /// message first. Nothing here is trusted, and under other parameters it is another key: whoever relies on it must
    /// find the same parameters along a validated path.
    pub(super) fn keys(
        &self,
        certificate: &Certificate,
        store: &dyn CertificateStore,
    ) -> Result<Vec<SubjectPublicKeyInfo>, DecodeError> {
        let own = certificate.spki()?;
        if !own.inherits_parameters() {
            return Ok(alloc::vec![own]);
        }
        let mut found = Vec::new();
        let mut level = alloc::vec![certificate.clone()];
        for _ in 0..MAX_INHERITANCE {
            let issuers: Vec<_> = level
                .iter()
                .flat_map(|certificate| {
                    let embedded = self.issuers_of(certificate).cloned();
                    embedded.chain(store.issuers_of(certificate))
                })
                .take(MAX_ISSUERS)
                .collect();
            level.clear();
            for issuer in issuers {
                let Ok(key) = issuer.spki() else { continue };
                match own.with_parameters_of(&key) {
                    Some(key) if !found.contains(&key) => found.push(key),
                    None if key.inherits_parameters() => level.push(issuer),
                    _ => {}
                }
            }
        }
        if found.is_empty() {
            found.push(own);
        }
        Ok(found)
    }
}

/// Serial numbers repeat among issuers, and a hostile message may repeat one at will.
const MAX_CANDIDATES: usize = 1_000;

/// Certificates with the name of one issuer: those of renewed authorities are few.
const MAX_ISSUERS: usize = 4;

/// How far up parameters are looked for. RFC 4134 goes one step, real hierarchies have hardly more than three.
const MAX_INHERITANCE: usize = 4;

/// Leading sign octets of a serial number do not count.
fn trimmed(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|octet| **octet == 0).count();
    serial.get(zeros..).unwrap_or_default()
}
