//! Finding other people's certificates, with `--online` alone: in directories by LDAP, and in the DNS.
//!
//! What is found is candidates with their provenance. Nothing is trusted for having been found.

pub(crate) mod ldap;
pub(crate) mod smimea;

use std::time::Duration;

use cms_core::types::Certificate;
use smime_cert::smimea::Association;

/// One source, from the name of the host to the last octet.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A certificate that was found.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) certificate: Certificate,
    pub(crate) origin: Origin,
}

/// Where a certificate was found.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    Directory {
        /// As it was given.
        url: String,
        /// The name of the entry.
        entry: String,
    },
    Dns {
        name: String,
        dnssec: Dnssec,
        association: Association,
    },
    /// The user's own store, where the DNS tells what certificate to look for.
    Store,
}

/// What DNSSEC says about an answer that may be looked at (RFC 4035, 4.3); what is bogus or cannot be determined is
/// refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Dnssec {
    /// The zone is provably not signed.
    Insecure,
    Secure,
}

impl Dnssec {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Insecure => "insecure",
            Self::Secure => "secure",
        }
    }
}

impl Origin {
    /// The name in reports.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Directory { .. } => "ldap",
            Self::Dns { .. } => "smimea",
            Self::Store => "store",
        }
    }
}
