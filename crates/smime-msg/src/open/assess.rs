//! Trust in a signer: path, purpose and address, beside the mathematics that `cms-core` reported.

use cms_core::policy::Policy;
use cms_core::provider::CryptoProvider;
use cms_core::report::{SignedDataReport, SignerReport, SignerVerdict};
use cms_core::types::{Certificate, RevocationInfoChoice, SubjectPublicKeyInfo, Time};
use smime_cert::address::{self, AddressMatch};
use smime_cert::anchor::TrustAnchor;
use smime_cert::crl::CertificateList;
use smime_cert::ocsp::OcspResponse;
use smime_cert::path::{
    Issuers, KnownSignatures, PathContext, PathError, PathFailure, PathRules, Pool, VerifiedPath,
    validate,
};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::{AtHand, CertificateStatus, Mode, Revocation, StatusSource};

/// How signers are trusted.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct Trust<'a> {
    /// Trust anchors.
    pub anchors: &'a [TrustAnchor],
    /// Certificates that may stand between, beside those of the message.
    pub issuers: &'a dyn Issuers,
    /// The time of the evaluation.
    pub at: Time,
    /// What signers' certificates must be for.
    pub purpose: Purpose,
    /// Certificate policies, and how purposes nest.
    pub rules: &'a PathRules,
    /// The sender to be expected, instead of the message's From or Sender.
    pub sender: Option<String>,
    /// Whether revocation is looked at.
    pub checking: Checking,
    /// CRLs and OCSP responses, beside those of the message.
    pub statuses: &'a dyn StatusSource,
    /// Issuers' signatures that held before, for who opens many messages of the same issuers.
    pub known: Option<&'a dyn KnownSignatures>,
}

impl core::fmt::Debug for Trust<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Trust")
            .field("anchors", &self.anchors.len())
            .field("at", &self.at)
            .field("purpose", &self.purpose)
            .field("checking", &self.checking)
            .finish_non_exhaustive()
    }
}

/// Whether revocation is looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Checking {
    /// Never.
    Never,
    /// Where the message carries CRLs or OCSP responses: they are recognised and used, and must then tell the status
    /// (RFC 8550, 2.1 and 4.1).
    IfCarried,
    /// Always.
    Always(Mode),
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
    /// The revocation status of the path in a word: the worst of its certificates'.
    #[must_use]
    pub fn revocation(&self) -> &'static str {
        match self {
            Self::Trusted(path) if path.statuses().is_empty() => "not-checked",
            Self::Trusted(path) => {
                let known = |status: &CertificateStatus| *status == CertificateStatus::Good;
                if path.statuses().iter().all(known) {
                    "good"
                } else {
                    "unknown"
                }
            }
            Self::Untrusted(error) => match error.reason {
                PathFailure::Revoked { .. } => "revoked",
                PathFailure::RevocationUnknown(_) => "unknown",
                _ => "not-checked",
            },
            Self::NotChecked => "not-checked",
        }
    }

    /// The name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotChecked => "not-checked",
            Self::Trusted(_) => "trusted",
            Self::Untrusted(error) => match error.reason {
                PathFailure::Expired(_) | PathFailure::NotYetValid(_) => "expired",
                PathFailure::Revoked { .. } => "revoked",
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
    /// What the message carries: hints, of which nothing is trusted.
    issuers: Pool,
    carried: AtHand,
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
        report: &SignedDataReport,
        senders: &'a [String],
        trust: Option<&'a Trust<'a>>,
        provider: &'a CryptoProvider,
        policy: &'a dyn Policy,
    ) -> Self {
        let bag = report.certificates.iter().filter(|_| trust.is_some());
        Self {
            issuers: bag.cloned().collect(),
            carried: trust.map(|_| carried(&report.crls)).unwrap_or_default(),
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
        let carries = !self.carried.lists.is_empty() || !self.carried.responses.is_empty();
        let mode = match trust.checking {
            Checking::Never => None,
            Checking::IfCarried => carries.then_some(Mode::Hard),
            Checking::Always(mode) => Some(mode),
        };
        let source = Both(&self.carried, trust.statuses);
        let context = PathContext {
            anchors: trust.anchors,
            issuers: &(&self.issuers, trust.issuers),
            at: trust.at,
            purpose: trust.purpose,
            rules: trust.rules,
            revocation: mode.map(|mode| Revocation {
                source: &source,
                mode,
            }),
            known: trust.known,
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

/// The CRLs and OCSP responses of a message; what cannot be read tells nothing (RFC 8550, 2.1: version 1 and 2).
fn carried(crls: &[Vec<u8>]) -> AtHand {
    let mut found = AtHand::default();
    for octets in crls {
        // rfc8550:2.1/6
        match RevocationInfoChoice::from_octets(octets) {
            Ok(RevocationInfoChoice::Crl(octets)) => {
                found.lists.extend(CertificateList::from_vec(octets).ok());
            }
            Ok(RevocationInfoChoice::OcspResponse(octets)) => {
                found.responses.extend(OcspResponse::from_der(&octets).ok());
            }
            _ => {}
        }
    }
    found
}

/// What the message carries, and what else there is: that first, since the work on all of them has a budget.
struct Both<'a>(&'a AtHand, &'a dyn StatusSource);

impl StatusSource for Both<'_> {
    fn lists(&self, certificate: &Certificate, urls: &[&str]) -> Vec<CertificateList> {
        let mut found = self.1.lists(certificate, urls);
        found.extend(self.0.lists(certificate, urls));
        found
    }

    fn responses(
        &self,
        certificate: &Certificate,
        issuer: &SubjectPublicKeyInfo,
    ) -> Vec<OcspResponse> {
        let mut found = self.1.responses(certificate, issuer);
        found.extend(self.0.responses(certificate, issuer));
        found
    }

    fn has_held(&self, list: &CertificateList) {
        self.1.has_held(list);
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
    // rfc8550:3/6
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
