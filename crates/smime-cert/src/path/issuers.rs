//! Where certificates that may have issued others come from.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use cms_core::types::{CanonicalName, Certificate};

/// A source of issuers' certificates: files, the bag of a message, a directory, the URLs of authorityInfoAccess.
/// Nothing that it gives is trusted.
pub trait Issuers {
    /// Certificates with this subject. `issued` is one whose issuer has this name, where it is known: it may tell more
    /// about where to look.
    fn named(&self, subject: &CanonicalName, issued: Option<&Certificate>) -> Vec<Certificate>;
}

/// Certificates by their subjects.
#[derive(Clone, Debug, Default)]
pub struct Pool(BTreeMap<CanonicalName, Named>);

/// The certificates of one subject, in the order in which they came, and their octets.
#[derive(Clone, Debug, Default)]
struct Named {
    certificates: Vec<Certificate>,
    known: BTreeSet<Certificate>,
}

impl Pool {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a certificate, once. One whose subject cannot be read is left out: nothing can name it.
    pub fn add(&mut self, certificate: Certificate) {
        if let Ok(name) = certificate.subject().canonical() {
            let named = self.0.entry(name).or_default();
            if named.known.insert(certificate.clone()) {
                named.certificates.push(certificate);
            }
        }
    }
}

impl FromIterator<Certificate> for Pool {
    fn from_iter<T: IntoIterator<Item = Certificate>>(certificates: T) -> Self {
        let mut pool = Self::new();
        certificates
            .into_iter()
            .for_each(|certificate| pool.add(certificate));
        pool
    }
}

impl Issuers for Pool {
    fn named(&self, subject: &CanonicalName, _: Option<&Certificate>) -> Vec<Certificate> {
        let named = self.0.get(subject);
        named
            .map(|named| named.certificates.clone())
            .unwrap_or_default()
    }
}

/// Both, the first one first.
impl<A: Issuers + ?Sized, B: Issuers + ?Sized> Issuers for (&A, &B) {
    fn named(&self, subject: &CanonicalName, issued: Option<&Certificate>) -> Vec<Certificate> {
        let mut found = self.0.named(subject, issued);
        found.extend(self.1.named(subject, issued));
        found
    }
}
