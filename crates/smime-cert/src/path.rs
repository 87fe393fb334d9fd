//! Certification paths: building, and the validation of RFC 5280, section 6.1.
//!
//! Without policies, name constraints and revocation as yet, and failing closed: a certificate with a critical
//! extension that is not processed here, or with name constraints at all, is refused.

mod build;
mod validate;

use alloc::vec::Vec;

use cms_core::policy::Policy;
use cms_core::provider::CryptoProvider;
use cms_core::types::{Certificate, SubjectPublicKeyInfo, Time};
use cms_core::{CryptoError, ObjectIdentifier, PolicyRejection};

use crate::extension::ExtensionError;
use crate::purpose::{Purpose, PurposeError};

/// What validation needs besides the certificate.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct PathContext<'a> {
    /// Trust anchors: their names and keys are trusted, whatever else they say.
    pub anchors: &'a [Certificate],
    /// Certificates that may stand between; nothing in them is trusted.
    pub intermediates: &'a [Certificate],
    /// The time at which the path must be valid.
    pub at: Time,
    /// What the end entity is used for.
    pub purpose: Purpose,
    /// Algorithms.
    pub provider: &'a CryptoProvider,
    /// Which algorithms and keys may be used.
    pub policy: &'a dyn Policy,
}

impl core::fmt::Debug for PathContext<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PathContext")
            .field("anchors", &self.anchors.len())
            .field("intermediates", &self.intermediates.len())
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// A path that was found valid; there is no other way to one than [`validate()`].
#[derive(Clone, Debug)]
pub struct VerifiedPath {
    /// End entity first, trust anchor last.
    certificates: Vec<Certificate>,
    public_key: SubjectPublicKeyInfo,
}

impl VerifiedPath {
    /// The certificates, the end entity first and the trust anchor last; one when the end entity is an anchor.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Whether these are the domain parameters that the end entity's key has along the path. A signature under others
    /// says nothing: whoever chooses parameters can sign for any key.
    #[must_use]
    pub fn confirms_parameters(&self, parameters: &[u8]) -> bool {
        self.public_key.algorithm.parameters.as_deref() == Some(parameters)
    }

    /// The end entity's key, with the parameters that it inherits along the path (RFC 5280, 6.1.6).
    #[must_use]
    pub fn public_key(&self) -> &SubjectPublicKeyInfo {
        &self.public_key
    }
}

/// Why there is no valid path: the most specific reason of all candidates, and every candidate's.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct PathError {
    /// The most specific reason.
    pub reason: PathFailure,
    /// How far each candidate reached: the number of certificates below the one that failed, and why.
    pub candidates: Vec<(usize, PathFailure)>,
}

impl PathError {
    /// The error of a caller who gives up because of too many certificates.
    #[must_use]
    pub fn budget() -> Self {
        PathFailure::Budget.into()
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
    /// Name constraints are not evaluated yet.
    #[error("name constraints are not supported")]
    NameConstraints,
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
    /// A certificate is not valid yet.
    #[error("not valid before {0}")]
    NotYetValid(Time),
    /// A certificate is not valid any more.
    #[error("expired at {0}")]
    Expired(Time),
}

impl PathFailure {
    fn rank(&self) -> u8 {
        match self {
            Self::NoAnchor => 0,
            Self::Budget => 1,
            Self::InheritedParameters | Self::SignatureInvalid | Self::Signature(_) => 2,
            Self::AlgorithmMismatch | Self::Version(_) => 3,
            Self::UnsupportedCriticalExtension(_) | Self::NameConstraints | Self::Extension(_) => 4,
            Self::NotACa | Self::NotForCertificates | Self::PathLength => 5,
            Self::Policy(_) | Self::WeakKey { .. } => 6,
            Self::Purpose(_) => 7,
            Self::NotYetValid(_) | Self::Expired(_) => 8,
        }
    }
}

/// Finds a valid path from `certificate` to a trust anchor.
///
/// # Errors
/// The most specific reason why there is none.
pub fn validate(
    certificate: &Certificate,
    context: &PathContext<'_>,
) -> Result<VerifiedPath, PathError> {
    let mut candidates = Vec::new();
    let found = build::paths(
        certificate,
        context,
        &mut |path| match validate::path(path, context) {
            Ok(public_key) => Some(VerifiedPath {
                certificates: path.to_vec(),
                public_key,
            }),
            Err((depth, failure)) => {
                candidates.push((depth, failure));
                None
            }
        },
    );
    match found {
        Ok(Some(path)) => Ok(path),
        Ok(None) => Err(failed(candidates, PathFailure::NoAnchor)),
        Err(build::BudgetExceeded) => Err(failed(candidates, PathFailure::Budget)),
    }
}

fn failed(candidates: Vec<(usize, PathFailure)>, otherwise: PathFailure) -> PathError {
    let reason = candidates
        .iter()
        .map(|(_, failure)| failure)
        .max_by_key(|failure| failure.rank())
        .cloned()
        .unwrap_or(otherwise);
    PathError { reason, candidates }
}
