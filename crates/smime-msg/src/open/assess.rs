//! Trust in a signer: path, purpose and address, beside the mathematics that `cms-core` reported.

use cms_core::policy::Policy;
use cms_core::provider::CryptoProvider;
use cms_core::report::{SignedDataReport, SignerReport, SignerVerdict};
use cms_core::types::{Certificate, Time};
use smime_cert::address::{self, AddressMatch};
use smime_cert::path::{PathContext, PathError, PathFailure, VerifiedPath, validate};
use smime_cert::purpose::Purpose;

/// How signers are trusted.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct Trust<'a> {
    /// Trust anchors.
    pub anchors: &'a [Certificate],
    /// Certificates that may stand between, beside those of the message.
    pub intermediates: &'a [Certificate],
    /// The time of the evaluation.
    pub at: Time,
    /// What signers' certificates must be for.
    pub purpose: Purpose,
    /// The sender to be expected, instead of the message's From or Sender.
    pub sender: Option<String>,
}

/// The judgement on one signer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Assessment {
    /// The path.
    pub path: PathStatus,
    /// The address; `None` when it was not compared.
    pub address: Option<AddressMatch>,
    /// The verdict on digest, signature and policy.
    pub signature: SignerVerdict,
}

/// The outcome of path validation.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PathStatus {
    /// Not asked for, or no certificate.
    NotChecked,
    /// A path to an anchor.
    Trusted(VerifiedPath),
    /// No valid path.
    Untrusted(PathError),
}

impl PathStatus {
    /// The name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotChecked => "not-checked",
            Self::Trusted(_) => "trusted",
            Self::Untrusted(error) => match error.reason {
                PathFailure::Expired(_) | PathFailure::NotYetValid(_) => "expired",
                PathFailure::Purpose(_) => "wrong-purpose",
                _ => "untrusted",
            },
        }
    }
}

impl Assessment {
    /// Whether everything that was asked holds.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.signature == SignerVerdict::Good
            && !matches!(self.path, PathStatus::Untrusted(_))
            && self.address != Some(AddressMatch::Mismatch)
    }
}

/// Judges the signers of one layer; the same certificate is judged once.
pub(super) struct Judge<'a> {
    intermediates: Vec<Certificate>,
    senders: &'a [String],
    trust: Option<&'a Trust<'a>>,
    provider: &'a CryptoProvider,
    policy: &'a dyn Policy,
    known: Vec<(Certificate, PathStatus)>,
}

/// Certificates whose paths are looked for in one layer. Real messages have a handful of signers; each path has a
/// budget of its own.
const MAX_PATHS: usize = 32;

impl<'a> Judge<'a> {
    pub(super) fn new(
        bag: &[Certificate],
        senders: &'a [String],
        trust: Option<&'a Trust<'a>>,
        provider: &'a CryptoProvider,
        policy: &'a dyn Policy,
    ) -> Self {
        // The message's certificates are hints: nothing in them is trusted.
        let others = trust.map_or(&[][..], |trust| trust.intermediates);
        Self {
            intermediates: bag.iter().chain(others).cloned().collect(),
            senders,
            trust,
            provider,
            policy,
            known: Vec::new(),
        }
    }

    /// Judges one signer.
    pub(super) fn assess(&mut self, signer: &SignerReport) -> Assessment {
        let signature = signer.verdict();
        let (Some(trust), Some(certificate)) = (self.trust, &signer.certificate) else {
            return Assessment {
                path: PathStatus::NotChecked,
                address: None,
                signature,
            };
        };
        let path = match self.path(certificate, trust) {
            // Parameters that the message brought along must be those of the path: under others anybody can sign.
            PathStatus::Trusted(path) if !confirms(&path, signer) => {
                PathStatus::Untrusted(PathFailure::InheritedParameters.into())
            }
            path => path,
        };
        Assessment {
            path,
            address: address_match(certificate, trust, self.senders),
            signature,
        }
    }

    fn path(&mut self, certificate: &Certificate, trust: &Trust<'_>) -> PathStatus {
        if let Some((_, status)) = self.known.iter().find(|(known, _)| known == certificate) {
            return status.clone();
        }
        if self.known.len() >= MAX_PATHS {
            return PathStatus::Untrusted(PathError::budget());
        }
        let context = PathContext {
            anchors: trust.anchors,
            intermediates: &self.intermediates,
            at: trust.at,
            purpose: trust.purpose,
            provider: self.provider,
            policy: self.policy,
        };
        let status = match validate(certificate, &context) {
            Ok(path) => PathStatus::Trusted(path),
            Err(error) => PathStatus::Untrusted(error),
        };
        self.known.push((certificate.clone(), status.clone()));
        status
    }
}

fn confirms(path: &VerifiedPath, signer: &SignerReport) -> bool {
    let inherited = signer.inherited_parameters.as_deref();
    inherited.is_none_or(|parameters| path.confirms_parameters(parameters))
}

fn address_match(
    certificate: &Certificate,
    trust: &Trust<'_>,
    senders: &[String],
) -> Option<AddressMatch> {
    match &trust.sender {
        Some(sender) => Some(address::check(certificate, core::slice::from_ref(sender))),
        None if senders.is_empty() => None,
        None => Some(address::check(certificate, senders)),
    }
}

/// Compares signers whose address could not be compared before with senders that were found since.
pub(super) fn compare_addresses(
    report: &SignedDataReport,
    assessments: &mut [Assessment],
    trust: &Trust<'_>,
    senders: &[String],
) {
    for (signer, assessment) in report.signers.iter().zip(assessments) {
        if let (None, Some(certificate)) = (assessment.address, &signer.certificate) {
            assessment.address = address_match(certificate, trust, senders);
        }
    }
}
