//! PKCS #12 ([RFC 7292]): private keys, certificates and CRLs under a password.
//!
//! Reading takes BER, checks the MAC before it looks at anything (RFC 9579's PBMAC1 included) and
//! reads all bags that hold keys, certificates or CRLs; what it cannot read it lists. Integrity and
//! privacy by public keys (RFC 7292, 3.1) are not supported. Writing makes what OpenSSL 3 makes by
//! default: PBES2 with AES-256-CBC and a MAC with SHA-256.
//!
//! [RFC 7292]: https://www.rfc-editor.org/rfc/rfc7292

mod reader;
mod writer;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use cms_core::ObjectIdentifier;
use cms_core::provider::CryptoProvider;
use cms_core::types::{AlgorithmIdentifier, Certificate};
use zeroize::Zeroizing;

use super::ContainerError;

pub use reader::read;
pub use writer::write;

/// What a file holds.
#[derive(Debug)]
#[non_exhaustive]
pub struct Pkcs12 {
    /// Private keys, in order.
    pub keys: Vec<KeyEntry>,
    /// Certificates, in order.
    pub certificates: Vec<CertificateEntry>,
    /// CRLs as they are, in order.
    pub crls: Vec<Vec<u8>>,
    /// What else is in the file and could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Whether a MAC vouches for all of this.
    pub integrity: Integrity,
}

/// A private key.
#[non_exhaustive]
pub struct KeyEntry {
    /// PKCS #8 PrivateKeyInfo.
    pub pkcs8: Zeroizing<Vec<u8>>,
    /// localKeyId, which the certificate of this key has too.
    pub local_key_id: Option<Vec<u8>>,
    /// friendlyName.
    pub friendly_name: Option<String>,
}

/// A certificate.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CertificateEntry {
    /// The certificate.
    pub certificate: Certificate,
    /// localKeyId, which the key of this certificate has too.
    pub local_key_id: Option<Vec<u8>>,
    /// friendlyName.
    pub friendly_name: Option<String>,
}

/// A part of a file that was skipped.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Unreadable {
    /// The type of the bag, or the content type of what stands around bags.
    pub kind: ObjectIdentifier,
    /// Why.
    pub reason: ContainerError,
}

/// Whether the file has a MAC. One that does not hold is an error.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Integrity {
    /// There is no MAC: anybody may have put anything into the file.
    Absent,
    /// The MAC of this algorithm holds.
    Mac(AlgorithmIdentifier),
}

/// A key and a certificate for it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Pairing<'a> {
    /// The private key.
    pub key: &'a KeyEntry,
    /// A certificate of its public key.
    pub certificate: &'a CertificateEntry,
}

impl Pkcs12 {
    /// All keys with their certificates, in the order of the keys; a key with several certificates
    /// comes as often. They are paired by public key; localKeyId decides only for keys that the
    /// provider cannot load.
    #[must_use]
    pub fn identities(&self, provider: &CryptoProvider) -> Vec<Pairing<'_>> {
        let mut pairings = Vec::new();
        for key in &self.keys {
            let loaded = provider.keys.load(&key.pkcs8).ok();
            let certificates = self.certificates.iter().filter(|entry| match &loaded {
                Some(loaded) => entry
                    .certificate
                    .spki()
                    .is_ok_and(|spki| loaded.matches(&spki)),
                None => key.local_key_id.is_some() && key.local_key_id == entry.local_key_id,
            });
            pairings.extend(certificates.map(|certificate| Pairing { key, certificate }));
        }
        pairings
    }
}

impl fmt::Debug for KeyEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyEntry")
            .field("local_key_id", &self.local_key_id)
            .field("friendly_name", &self.friendly_name)
            .finish_non_exhaustive()
    }
}

/// Bag types and attributes (RFC 7292, Appendix D).
mod oids {
    use cms_core::ObjectIdentifier;

    pub(super) const KEY_BAG: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
    pub(super) const SHROUDED_KEY_BAG: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
    pub(super) const CERT_BAG: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
    pub(super) const CRL_BAG: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.4");
    pub(super) const SAFE_CONTENTS_BAG: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.6");
    pub(super) const X509_CERTIFICATE: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
    pub(super) const X509_CRL: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.23.1");
    pub(super) const FRIENDLY_NAME: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.20");
    pub(super) const LOCAL_KEY_ID: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");
}
