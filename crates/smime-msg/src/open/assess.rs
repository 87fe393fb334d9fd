//! Trust in a signer: path, purpose and address, beside the mathematics that `cms-core` reported.

use cms_core::policy::Policy;
use cms_core::provider::CryptoProvider;
use cms_core::report::{SignerReport, SignerVerdict};
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

/// Judges one signer.
pub(super) fn assess(
    signer: &SignerReport,
    bag: &[Certificate],
    senders: &[String],
    trust: Option<&Trust<'_>>,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Assessment {
    let signature = signer.verdict();
    let (Some(trust), Some(certificate)) = (trust, &signer.certificate) else {
        return Assessment {
            path: PathStatus::NotChecked,
            address: None,
            signature,
        };
    };
    // The message's certificates are hints: nothing in them is trusted.
    let intermediates: Vec<_> = bag.iter().chain(trust.intermediates).cloned().collect();
    let context = PathContext {
        anchors: trust.anchors,
        intermediates: &intermediates,
        at: trust.at,
        purpose: trust.purpose,
        provider,
        policy,
    };
    let path = match validate(certificate, &context) {
        Ok(path) => PathStatus::Trusted(path),
        Err(error) => PathStatus::Untrusted(error),
    };
    let address = match &trust.sender {
        Some(sender) => Some(address::check(certificate, core::slice::from_ref(sender))),
        None if senders.is_empty() => None,
        None => Some(address::check(certificate, senders)),
    };
    Assessment {
        path,
        address,
        signature,
    }
}
