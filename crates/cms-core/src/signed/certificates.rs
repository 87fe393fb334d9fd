//! Finding certificates of a message by signers' identifiers, in time that does not grow with their product.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::types::{Certificate, SignerIdentifier};

/// The certificates of a message by serial number and key identifier.
pub(super) struct CertificateIndex<'a> {
    certificates: &'a [Certificate],
    by_serial: BTreeMap<&'a [u8], Vec<usize>>,
    by_key: BTreeMap<&'a [u8], Vec<usize>>,
}

impl<'a> CertificateIndex<'a> {
    pub(super) fn new(certificates: &'a [Certificate]) -> Self {
        let mut this = Self {
            certificates,
            by_serial: BTreeMap::new(),
            by_key: BTreeMap::new(),
        };
        for (position, certificate) in certificates.iter().enumerate() {
            let serial = trimmed(certificate.serial());
            this.by_serial.entry(serial).or_default().push(position);
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
}

/// Serial numbers repeat among issuers, and a hostile message may repeat one at will.
const MAX_CANDIDATES: usize = 1_000;

/// Leading sign octets of a serial number do not count.
fn trimmed(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|octet| **octet == 0).count();
    serial.get(zeros..).unwrap_or_default()
}
