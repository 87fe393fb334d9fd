//! What a domain says about certificates of its mailboxes (RFC 8162; the usages of RFC 6698, 2.1.1).
//!
//! This is told beside the path, and makes no certificate trusted.

use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::anchor::TrustAnchor;
use smime_cert::path::{PathContext, validate};
use smime_cert::purpose::Purpose;
use smime_cert::smimea::{Association, Usage};
use smime_msg::open::PathStatus;

use crate::find::Dnssec;
use crate::find::smimea::Answered;
use crate::session::Session;
use crate::trusting::Trusted;

/// The records of a mailbox.
#[derive(Debug)]
pub(super) struct Domain<'a> {
    answered: &'a Answered,
    /// Certificates of authorities that records may mean.
    authorities: Vec<&'a Certificate>,
}

/// What the domain says about one certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Word {
    /// A record holds for it: the one with these numbers.
    Match([u8; 3]),
    /// There are records, and none holds for it.
    Mismatch,
    /// There are no records that DNSSEC secures: "any state other than Secure ... MUST be treated as a failure"
    /// (RFC 8162, 6).
    None,
}

impl<'a> Domain<'a> {
    pub(super) fn new(
        answered: &'a Answered,
        authorities: &'a [Certificate],
        trusted: &'a Trusted,
    ) -> Self {
        let authorities = authorities.iter().chain(&trusted.certificates);
        Self {
            answered,
            authorities: authorities.collect(),
        }
    }

    pub(super) fn word(
        &self,
        certificate: &Certificate,
        path: &PathStatus,
        purpose: Purpose,
        trusted: &Trusted,
        session: &Session,
    ) -> Word {
        if self.answered.dnssec != Dnssec::Secure || self.answered.associations.is_empty() {
            return Word::None;
        }
        let provider = session.provider();
        let is_trusted = matches!(path, PathStatus::Trusted(_));
        let holds = |association: &&Association| match association.usage {
            Usage::DaneEe => association.matches(certificate, provider),
            Usage::PkixEe => is_trusted && association.matches(certificate, provider),
            Usage::PkixTa => match path {
                PathStatus::Trusted(path) => {
                    let above = path.certificates().iter().skip(1);
                    let mut above = above.chain(path.anchor().certificate());
                    above.any(|authority| association.matches(authority, provider))
                }
                _ => false,
            },
            Usage::DaneTa => {
                let mut named = self.authorities.iter();
                let named = named.find(|authority| association.matches(authority, provider));
                named.is_some_and(|authority| {
                    leads_to(authority, certificate, purpose, trusted, session)
                })
            }
        };
        let found = self.answered.associations.iter().find(holds);
        found.map_or(Word::Mismatch, |association| {
            Word::Match(numbers(association))
        })
    }
}

/// Whether there is a path to an authority that the domain names as the anchor.
fn leads_to(
    authority: &Certificate,
    certificate: &Certificate,
    purpose: Purpose,
    trusted: &Trusted,
    session: &Session,
) -> bool {
    let Ok(anchor) = TrustAnchor::from_certificate(authority.clone()) else {
        return false;
    };
    let context = PathContext {
        anchors: &[anchor],
        purpose,
        ..trusted.context(session)
    };
    validate(certificate, &context).is_ok()
}

impl Word {
    /// The name in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Match(_) => "match",
            Self::Mismatch => "mismatch",
            Self::None => "not-checked",
        }
    }
}

/// Usage, selector and matching type of a record.
pub(super) fn numbers(association: &Association) -> [u8; 3] {
    [
        association.usage.number(),
        association.selector.number(),
        association.matching.number(),
    ]
}

/// A record in a report.
pub(super) fn record([usage, selector, matching]: [u8; 3]) -> Value {
    json!({"usage": usage, "selector": selector, "matching": matching})
}
