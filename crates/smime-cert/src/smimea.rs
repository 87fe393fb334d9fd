//! Certificates in the DNS ([RFC 8162]): where the SMIMEA records of a mailbox are, and what a record says.
//!
//! Asking the DNS, and whether an answer was validated by DNSSEC, is the caller's. What comes out of an answer that is
//! not "Secure" proves nothing (RFC 8162, 6).
//!
//! [RFC 8162]: https://www.rfc-editor.org/rfc/rfc8162

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use cms_core::provider::CryptoProvider;
use cms_core::types::Certificate;
use cms_core::{CryptoError, DecodeError, ObjectIdentifier, oid};
use unicode_normalization::UnicodeNormalization as _;

/// The type of the resource record (RFC 8162, 8).
pub const RECORD_TYPE: u16 = 53;

/// Octets of the digest that are kept in the name (RFC 8162, 3).
const LABEL_OCTETS: usize = 28;

/// Why there is no name or association.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmimeaError {
    /// No mail address, or one that names no domain of the DNS.
    #[error("not a mail address with a domain")]
    Address,
    /// The certificate in the record.
    #[error(transparent)]
    Certificate(#[from] DecodeError),
    /// The provider has no SHA-2.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The digest has not the length of its matching type (RFC 6698, 2.1.4).
    #[error("the digest has {0} octets")]
    DigestLength(usize),
    /// A matching type that is not assigned (RFC 6698, 7.4).
    #[error("matching type {0} is not assigned")]
    MatchingType(u8),
    /// A selector that is not assigned (RFC 6698, 7.3).
    #[error("selector {0} is not assigned")]
    Selector(u8),
    /// Less than three octets, or nothing behind them (RFC 6698, 2.1).
    #[error("the record is cut short")]
    Truncated,
    /// A certificate usage that is not assigned (RFC 6698, 7.2).
    #[error("certificate usage {0} is not assigned")]
    Usage(u8),
}

/// The certificate usage field (RFC 6698, 2.1.1; acronyms of RFC 7218).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 8162, 5 knows these four")]
pub enum Usage {
    /// 0: an authority that must be on a path to an anchor of the user's.
    PkixTa,
    /// 1: the mailbox's certificate, which needs a path to an anchor of the user's as well.
    PkixEe,
    /// 2: an authority that the domain names as the anchor.
    DaneTa,
    /// 3: the mailbox's certificate, on the word of the domain alone.
    DaneEe,
}

/// The selector field (RFC 6698, 2.1.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 8162, 5 knows these two")]
pub enum Selector {
    /// 0: the whole certificate.
    Certificate,
    /// 1: its SubjectPublicKeyInfo.
    PublicKey,
}

/// The matching type field (RFC 6698, 2.1.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 8162, 5 knows these three")]
pub enum Matching {
    /// 0: the octets themselves.
    Full,
    /// 1: their SHA-256.
    Sha256,
    /// 2: their SHA-512.
    Sha512,
}

/// What one record says: an "SMIMEA certificate association" (RFC 8162, 2; the form of RFC 6698, 2.1).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Association {
    /// Whose certificate it is about.
    pub usage: Usage,
    /// Which part of it.
    pub selector: Selector,
    /// How that part is given.
    pub matching: Matching,
    /// The part, or its digest.
    pub data: Vec<u8>,
}

/// The name of a mailbox's SMIMEA records, without a dot at its end (RFC 8162, 3).
///
/// The local part is not mapped in any way but for its quotes and Normalization Form C: "MUST NOT perform any kind of
/// mapping rules" (RFC 8162, 4). The domain comes with A-labels in lower case.
///
/// # Errors
/// What is no address with a domain, and a provider without SHA-256.
pub fn owner_name(address: &str, provider: &CryptoProvider) -> Result<String, SmimeaError> {
    let (local, domain) = address.rsplit_once('@').ok_or(SmimeaError::Address)?;
    let local = canonical(local).ok_or(SmimeaError::Address)?;
    let domain = ascii_domain(domain).ok_or(SmimeaError::Address)?;
    let digest = digest(&oid::SHA256, local.as_bytes(), provider)?;
    let mut name = String::new();
    for octet in digest.iter().take(LABEL_OCTETS) {
        let _ = write!(name, "{octet:02x}");
    }
    let _ = write!(name, "._smimecert.{domain}");
    Ok(name)
}

/// A domain in the form of the DNS: A-labels in lower case, as long as the DNS allows; no address literal.
#[must_use]
pub fn ascii_domain(domain: &str) -> Option<String> {
    // rfc8162:3: 56 hex digits and "_smimecert" stand before it in a name of at most 253 characters (RFC 1035, 2.3.4).
    const MAX_DOMAIN: usize = 253 - 2 * LABEL_OCTETS - "._smimecert.".len();
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let domain = idna::domain_to_ascii_strict(domain).ok()?;
    (!domain.is_empty() && domain.len() <= MAX_DOMAIN).then_some(domain)
}

/// The local part without its quotes (RFC 8162, 3, steps 2 and 3). An address of a command line has no comments.
fn canonical(local: &str) -> Option<String> {
    let quoted = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(quoted) = quoted else {
        // dot-atom-text of RFC 5322, 3.2.3, with RFC 6532.
        let special = |c: char| c.is_control() || c.is_whitespace() || "()<>[]:;@\\,\"".contains(c);
        let is_atom = local.split('.').all(|atom| !atom.is_empty()) && !local.contains(special);
        return is_atom.then(|| local.nfc().collect());
    };
    let mut text = String::new();
    let mut characters = quoted.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => text.push(characters.next()?),
            '"' => return None,
            c if c.is_control() => return None,
            c => text.push(c),
        }
    }
    (!text.is_empty()).then(|| text.nfc().collect())
}

fn digest(
    algorithm: &ObjectIdentifier,
    octets: &[u8],
    provider: &CryptoProvider,
) -> Result<Vec<u8>, SmimeaError> {
    Ok(provider.digest(algorithm)?.digest(octets))
}

impl Association {
    /// Reads the data of a record (RFC 6698, 2.1).
    ///
    /// ```text
    /// certificate usage (1 octet), selector (1 octet), matching type (1 octet), certificate association data
    /// ```
    ///
    /// # Errors
    /// What is cut short or not assigned, digests of another length, a broken certificate: such a record is unusable
    /// (RFC 6698, 4.1).
    pub fn decode(rdata: &[u8]) -> Result<Self, SmimeaError> {
        let [usage, selector, matching, data @ ..] = rdata else {
            return Err(SmimeaError::Truncated);
        };
        if data.is_empty() {
            return Err(SmimeaError::Truncated);
        }
        let usage = match usage {
            0 => Usage::PkixTa,
            1 => Usage::PkixEe,
            2 => Usage::DaneTa,
            3 => Usage::DaneEe,
            other => return Err(SmimeaError::Usage(*other)),
        };
        let selector = match selector {
            0 => Selector::Certificate,
            1 => Selector::PublicKey,
            other => return Err(SmimeaError::Selector(*other)),
        };
        let (matching, length) = match matching {
            0 => (Matching::Full, data.len()),
            1 => (Matching::Sha256, 32),
            2 => (Matching::Sha512, 64),
            other => return Err(SmimeaError::MatchingType(*other)),
        };
        if data.len() != length {
            return Err(SmimeaError::DigestLength(data.len()));
        }
        let association = Self {
            usage,
            selector,
            matching,
            data: data.to_vec(),
        };
        association.certificate()?;
        Ok(association)
    }

    /// The certificate, which is in the record where it is given whole: selector 0 and matching type 0.
    ///
    /// # Errors
    /// A broken certificate; none in associations from [`Self::decode`].
    pub fn certificate(&self) -> Result<Option<Certificate>, DecodeError> {
        match (self.selector, self.matching) {
            (Selector::Certificate, Matching::Full) => Certificate::from_der(&self.data).map(Some),
            _ => Ok(None),
        }
    }

    /// Whether this certificate, or its key, is the one of the association (RFC 8162, 5; RFC 6698, 2.1).
    #[must_use]
    pub fn matches(&self, certificate: &Certificate, provider: &CryptoProvider) -> bool {
        let part = match self.selector {
            Selector::Certificate => certificate.octets(),
            Selector::PublicKey => certificate.spki_octets(),
        };
        let algorithm = match self.matching {
            Matching::Full => return part == self.data,
            Matching::Sha256 => &oid::SHA256,
            Matching::Sha512 => &oid::SHA512,
        };
        digest(algorithm, part, provider).is_ok_and(|digest| digest == self.data)
    }
}

impl Usage {
    /// The number in records.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::PkixTa => 0,
            Self::PkixEe => 1,
            Self::DaneTa => 2,
            Self::DaneEe => 3,
        }
    }

    /// Whether it is about an authority, not about the mailbox's own certificate.
    #[must_use]
    pub fn is_authority(self) -> bool {
        matches!(self, Self::PkixTa | Self::DaneTa)
    }
}

impl Selector {
    /// The number in records.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Certificate => 0,
            Self::PublicKey => 1,
        }
    }
}

impl Matching {
    /// The number in records.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Full => 0,
            Self::Sha256 => 1,
            Self::Sha512 => 2,
        }
    }
}

#[cfg(test)]
mod tests;
