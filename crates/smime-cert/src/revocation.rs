//! Whether certificates are revoked: CRLs (RFC 5280, 6.3) and OCSP (RFC 6960).
//!
//! Lists and responses come from a [`StatusSource`]: files, the bag of a message, a cache, or the network. Nothing that
//! it gives is believed before its signature, the certificate that it was made with, its scope and its time have been
//! checked.

mod evidence;
pub(crate) mod lists;
mod responses;

use alloc::vec::Vec;

use cms_core::ObjectIdentifier;
use cms_core::types::{Certificate, SubjectPublicKeyInfo, Time};

use crate::anchor::TrustAnchor;
use crate::crl::{CertificateList, Reason};
use crate::ocsp::OcspResponse;
use crate::path::{PathContext, PathFailure, Signed, VerifiedPath, find, verify};
use crate::purpose::Purpose;
use evidence::Evidence;

/// How revocation is looked at.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct Revocation<'a> {
    /// Where lists and responses come from.
    pub source: &'a dyn StatusSource,
    /// What an unknown status means.
    pub mode: Mode,
}

impl core::fmt::Debug for Revocation<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Revocation")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// What an unknown status means. A certificate that is known to be revoked is refused in both, and so is one whose
/// status was buried under more lists and responses than the budget: who carries his own could bury any.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Mode {
    /// The path is not valid.
    Hard,
    /// The path is valid, and its status says so.
    Soft,
}

/// A source of status information. What it gives need not be about the certificate, or true.
pub trait StatusSource {
    /// Lists, complete ones and deltas, that may be about a certificate. `urls` are those of its distribution points.
    fn lists(&self, certificate: &Certificate, urls: &[&str]) -> Vec<CertificateList>;

    /// OCSP responses that may be about a certificate, whose issuer has this name and key.
    fn responses(
        &self,
        certificate: &Certificate,
        issuer: &SubjectPublicKeyInfo,
    ) -> Vec<OcspResponse>;

    /// A list of this source has proved to be signed by one who may, and to be about the certificate in question: from
    /// here on it may be kept.
    fn has_held(&self, list: &CertificateList) {
        let _ = list;
    }
}

/// Lists and responses that are at hand.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct AtHand {
    /// CRLs.
    pub lists: Vec<CertificateList>,
    /// OCSP responses.
    pub responses: Vec<OcspResponse>,
}

impl StatusSource for AtHand {
    fn lists(&self, _: &Certificate, _: &[&str]) -> Vec<CertificateList> {
        self.lists.clone()
    }

    fn responses(&self, _: &Certificate, _: &SubjectPublicKeyInfo) -> Vec<OcspResponse> {
        self.responses.clone()
    }
}

/// What is known about one certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CertificateStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked {
        /// When.
        at: Time,
        /// Why.
        reason: Reason,
    },
    /// It cannot be told.
    Unknown(StatusUnknown),
}

/// Why a status is unknown. The order is that of specificity: what comes later tells more.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, thiserror::Error)]
#[non_exhaustive]
pub enum StatusUnknown {
    /// Nothing at hand is about the certificate.
    #[error("no CRL or OCSP response is about the certificate")]
    NoInformation,
    /// The search came back to where it began.
    #[error("the status depends on itself")]
    Circular,
    /// More lists, responses and signers than the budget.
    #[error("there are too many CRLs, OCSP responses and possible signers of them")]
    TooMuch,
    /// Lists cover only some reasons for revocation.
    #[error("the CRLs cover only some reasons")]
    SomeReasons,
    /// A list or response that cannot be read.
    #[error("a CRL or OCSP response is malformed")]
    Malformed,
    /// A critical extension of a list or entry that is not processed here (RFC 5280, 5.2 and 5.3).
    #[error("a CRL has the unknown critical extension {0}")]
    UnknownCriticalExtension(ObjectIdentifier),
    /// The signature does not hold, or nobody who may sign it is known.
    #[error("a CRL or OCSP response is not signed by one who may")]
    NotAuthorized,
    /// A responder's answer: it does not know.
    #[error("the responder does not know the certificate")]
    ResponderDoesNotKnow,
    /// The information is from the future.
    #[error("the CRL or OCSP response is of a later time")]
    NotYetValid,
    /// The next issue should have been there.
    #[error("the CRL or OCSP response is out of date")]
    OutOfDate,
}

/// The status of each certificate of a path, whose issuers have these keys.
pub(crate) fn check(
    path: &[Certificate],
    keys: &[SubjectPublicKeyInfo],
    anchor: &TrustAnchor,
    context: &PathContext<'_>,
    asked: &mut Asked,
) -> Result<Vec<CertificateStatus>, (usize, PathFailure)> {
    let Some(revocation) = context.revocation else {
        return Ok(Vec::new());
    };
    let mut statuses = Vec::with_capacity(path.len());
    for (depth, (certificate, key)) in path.iter().zip(keys).enumerate() {
        let issuer = Issuer {
            key,
            certificate: path.get(depth + 1).or_else(|| anchor.certificate()),
        };
        let question = Question {
            certificate,
            issuer,
            anchor,
            context,
            source: revocation.source,
        };
        let status = question.status(asked);
        match &status {
            CertificateStatus::Revoked { at, reason } => {
                let (at, reason) = (*at, *reason);
                return Err((depth, PathFailure::Revoked { at, reason }));
            }
            CertificateStatus::Unknown(why)
                if revocation.mode == Mode::Hard || *why == StatusUnknown::TooMuch =>
            {
                return Err((depth, PathFailure::RevocationUnknown(why.clone())));
            }
            _ => statuses.push(status),
        }
    }
    Ok(statuses)
}

/// The octets of an INTEGER without those in front that say nothing: serial numbers are compared by their value.
pub(crate) fn shortest(integer: &[u8]) -> &[u8] {
    let mut rest = integer;
    while let [0, next @ ..] = rest
        && next.first().is_some_and(|octet| *octet < 0x80)
    {
        rest = next;
    }
    while let [0xff, next @ ..] = rest
        && next.first().is_some_and(|octet| *octet >= 0x80)
    {
        rest = next;
    }
    rest
}

/// Who issued the certificate in question.
#[derive(Clone, Copy)]
struct Issuer<'a> {
    key: &'a SubjectPublicKeyInfo,
    certificate: Option<&'a Certificate>,
}

/// The question for one certificate's status.
#[derive(Clone, Copy)]
struct Question<'a> {
    certificate: &'a Certificate,
    issuer: Issuer<'a>,
    anchor: &'a TrustAnchor,
    context: &'a PathContext<'a>,
    source: &'a dyn StatusSource,
}

/// Certificates of signers of CRLs and responses, within each other.
const MAX_DEPTH: usize = 4;
/// What finding the statuses of a path may cost: a signature costs 1, 1 more for each 64 KiB it is over and for each
/// 512 octets that it has (the long ones are the slow ones), looking for the path of a signer 50. Enough for 30 CRLs of
/// 40 MB, or for 20,000 small ones, and about a second in either case.
const MAX_SPENT: usize = 20_000;
/// Seconds by which clocks may differ: information that is newer by less is of now.
pub(crate) const CLOCK_SKEW: i64 = 300;
/// Seconds for which an OCSP answer is fresh enough to make do without fetching CRLs.
const FRESH: i64 = 86_400;
/// Lists, and responses, that are looked at for one certificate.
const MAX_AT_HAND: usize = 1_000;

/// The certificates whose status is being found, so that finding it does not come back to them, and what it cost so
/// far: lists and certificates come from strangers, and each of many could be by each of many.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    stack: Vec<Certificate>,
    spent: usize,
}

impl Asked {
    /// Whether there is enough left.
    fn spend(&mut self, cost: usize) -> bool {
        self.spent = self.spent.saturating_add(cost);
        !self.is_spent()
    }

    fn is_spent(&self) -> bool {
        self.spent > MAX_SPENT
    }

    /// The first of many lists or responses. Where there are more of them, the budget is spent.
    fn first<T>(&mut self, mut found: Vec<T>) -> Vec<T> {
        if found.len() > MAX_AT_HAND {
            self.spent = usize::MAX;
            found.truncate(MAX_AT_HAND);
        }
        found
    }
}

impl Question<'_> {
    /// All that OCSP responses and CRLs say together. Neither silences the other: a message may carry the answer of a
    /// week ago for a certificate that yesterday's CRL has.
    fn status(&self, asked: &mut Asked) -> CertificateStatus {
        if asked.stack.contains(self.certificate) || asked.stack.len() >= MAX_DEPTH {
            return CertificateStatus::Unknown(StatusUnknown::Circular);
        }
        asked.stack.push(self.certificate.clone());
        let mut evidence = self.by_responses(asked);
        let fresh_since = self.context.at.plus(-FRESH);
        let fetch = !evidence.is_good_since(fresh_since);
        evidence.add(self.by_lists(fetch, asked));
        asked.stack.pop();
        match evidence.status() {
            revoked @ CertificateStatus::Revoked { .. } => revoked,
            // Good as well: what was not looked at any more may say otherwise.
            _ if asked.is_spent() => CertificateStatus::Unknown(StatusUnknown::TooMuch),
            status => status,
        }
    }

    /// Whether a signature holds; not where the budget is spent.
    fn holds(&self, signed: Signed<'_>, key: &SubjectPublicKeyInfo, asked: &mut Asked) -> bool {
        let cost = 1 + signed.message.len() / 65_536 + signed.signature.len() / 512;
        asked.spend(cost) && verify(signed, key, self.context).is_ok()
    }

    /// A path to the same anchor for a certificate that signs status information.
    fn path_for(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        asked: &mut Asked,
    ) -> Option<VerifiedPath> {
        if !asked.spend(50) {
            return None;
        }
        let context = PathContext {
            anchors: core::slice::from_ref(self.anchor),
            purpose,
            rules: &crate::path::PathRules::DEFAULT,
            ..*self.context
        };
        find(certificate, &context, asked).ok()
    }
}
