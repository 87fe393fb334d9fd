//! Why there is no valid path.

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::types::{Certificate, Time};
use cms_core::{CryptoError, ObjectIdentifier, PolicyRejection};

use crate::crl::Reason;
use crate::extension::ExtensionError;
use crate::purpose::PurposeError;
use crate::revocation::StatusUnknown;

/// Why there is no valid path: the most specific reason of all candidates, and every candidate's.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct PathError {
    /// The most specific reason.
    pub reason: PathFailure,
    /// The candidates, in the order in which they were tried.
    pub candidates: Vec<Candidate>,
}

/// A path that was tried and is not valid.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Candidate {
    /// Its certificates, the end entity first, without the anchor's.
    pub certificates: Vec<Certificate>,
    /// The name of the anchor (RFC 4514).
    pub anchor: String,
    /// The number of certificates below the one that failed; as many as there are where it was the anchor.
    pub depth: usize,
    /// Why.
    pub failure: PathFailure,
}

impl PathError {
    /// The error of a caller who gives up because of too many certificates.
    #[must_use]
    pub fn budget() -> Self {
        PathFailure::Budget.into()
    }
}

impl PathError {
    /// The most specific of the candidates' failures, or another where there is none.
    pub(super) fn of(candidates: Vec<Candidate>, otherwise: PathFailure) -> Self {
        let reason = candidates
            .iter()
            .map(|candidate| &candidate.failure)
            .max_by_key(|failure| failure.rank())
            .cloned()
            .unwrap_or(otherwise);
        Self { reason, candidates }
    }
}

impl From<PathFailure> for PathError {
    fn from(reason: PathFailure) -> Self {
        Self {
            reason,
            candidates: Vec::new(),
        }
    }
}

/// Why a path is not valid. The order is that of specificity: what comes later tells more.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PathFailure {
    /// No path leads to a trust anchor.
    #[error("no path leads to a trust anchor")]
    NoAnchor,
    /// The building budget is used up.
    #[error("path building was given up: too many candidates")]
    Budget,
    /// An issuer's signature does not hold.
    #[error("an issuer's signature does not hold")]
    SignatureInvalid,
    /// An issuer's signature could not be checked.
    #[error("an issuer's signature could not be checked: {0}")]
    Signature(CryptoError),
    /// A version that does not exist, as it is encoded (RFC 5280, 4.1.2.1).
    #[error("certificate version {0} does not exist")]
    Version(u64),
    /// The signature algorithms inside and outside tbsCertificate differ (RFC 5280, 4.1.1.2).
    #[error("the certificate names two signature algorithms")]
    AlgorithmMismatch,
    /// A critical extension that is not processed (RFC 5280, 6.1.4 o and 6.1.5 f).
    #[error("critical extension {0} is not supported")]
    UnsupportedCriticalExtension(ObjectIdentifier),
    /// A name that an issuer may not certify (RFC 5280, 6.1.3 b and c).
    #[error("the name {0} is outside what an issuer may certify")]
    NameConstraints(String),
    /// A name that cannot be read where constraints are to be applied.
    #[error("a name is malformed")]
    MalformedName,
    /// More comparisons of names with constraints than the budget.
    #[error("too many names and name constraints")]
    TooManyNames,
    /// No certificate policy is valid where one is required (RFC 5280, 6.1.3 f and 6.1.5 g).
    #[error("no certificate policy is valid for the path")]
    Policies,
    /// A mapping of anyPolicy (RFC 5280, 6.1.4 a).
    #[error("a policy mapping maps anyPolicy")]
    AnyPolicyMapped,
    /// An extension that cannot be read.
    #[error(transparent)]
    Extension(ExtensionError),
    /// A signature holds under other domain parameters than those that its key inherits along the path
    /// (RFC 5280, 6.1.4 d to f).
    #[error("the signature holds under other domain parameters than those of the path")]
    InheritedParameters,
    /// An issuer is no CA (RFC 5280, 6.1.4 k).
    #[error("an issuer is not a certification authority")]
    NotACa,
    /// An issuer's keyUsage lacks keyCertSign (RFC 5280, 6.1.4 n).
    #[error("an issuer may not sign certificates")]
    NotForCertificates,
    /// More intermediates than pathLenConstraint allows (RFC 5280, 6.1.4 m).
    #[error("the path is longer than an issuer allows")]
    PathLength,
    /// Policy refuses an algorithm or key.
    #[error(transparent)]
    Policy(PolicyRejection),
    /// A key that policy refuses.
    #[error("a key of {bits} bits is refused by the {profile} profile")]
    WeakKey {
        /// Its size.
        bits: u32,
        /// The profile that refuses.
        profile: &'static str,
    },
    /// The end entity may not be used so.
    #[error(transparent)]
    Purpose(PurposeError),
    /// A certificate is revoked.
    #[error("revoked at {at}: {}", reason.name())]
    Revoked {
        /// When.
        at: Time,
        /// Why.
        reason: Reason,
    },
    /// Whether a certificate is revoked cannot be told, and must be.
    #[error("revocation status is unknown: {0}")]
    RevocationUnknown(StatusUnknown),
    /// A certificate is not valid yet.
    #[error("not valid before {0}")]
    NotYetValid(Time),
    /// A certificate is not valid any more.
    #[error("expired at {0}")]
    Expired(Time),
}

impl PathFailure {
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::NoAnchor => 0,
            Self::Budget => 1,
            Self::InheritedParameters | Self::SignatureInvalid | Self::Signature(_) => 2,
            Self::AlgorithmMismatch | Self::Version(_) => 3,
            Self::UnsupportedCriticalExtension(_)
            | Self::Extension(_)
            | Self::MalformedName
            | Self::TooManyNames
            | Self::AnyPolicyMapped => 4,
            Self::NotACa | Self::NotForCertificates | Self::PathLength => 5,
            Self::NameConstraints(_) | Self::Policies => 6,
            Self::Policy(_) | Self::WeakKey { .. } => 7,
            Self::Purpose(_) => 8,
            Self::RevocationUnknown(_) => 9,
            Self::NotYetValid(_) | Self::Expired(_) => 10,
            Self::Revoked { .. } => 11,
        }
    }
}
