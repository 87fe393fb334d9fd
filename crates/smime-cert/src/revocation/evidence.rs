//! What several lists and responses say together.

use cms_core::types::Time;

use super::{CertificateStatus, StatusUnknown};
use crate::crl::Reason;

/// The sum of what was found about a certificate.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    /// When the newest information was issued that says it is good.
    good: Option<Time>,
    /// When the information was issued that says it is revoked, since when it is, and why.
    revoked: Option<(Time, Time, Reason)>,
    /// When a responder has said that it does not know.
    doubted: Option<Time>,
    why: StatusUnknown,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            good: None,
            revoked: None,
            doubted: None,
            why: StatusUnknown::NoInformation,
        }
    }
}

impl Evidence {
    pub(super) fn good(&mut self, issued: Time) {
        self.good = self.good.max(Some(issued));
    }

    /// A revocation for ever outweighs a hold, a newer hold an older one.
    pub(super) fn revoked(&mut self, issued: Time, since: Time, reason: Reason) {
        let is_hold = |reason| reason == Reason::CertificateHold;
        let outweighs = self.revoked.is_none_or(|(known, _, before)| {
            is_hold(before) && (!is_hold(reason) || issued > known)
        });
        if outweighs {
            self.revoked = Some((issued, since, reason));
        }
    }

    pub(super) fn doubted(&mut self, issued: Time) {
        self.doubted = self.doubted.max(Some(issued));
        self.unknown(StatusUnknown::ResponderDoesNotKnow);
    }

    pub(super) fn unknown(&mut self, why: StatusUnknown) {
        if why > self.why {
            self.why = why;
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        if let Some(issued) = other.good {
            self.good(issued);
        }
        if let Some((issued, since, reason)) = other.revoked {
            self.revoked(issued, since, reason);
        }
        if let Some(issued) = other.doubted {
            self.doubted(issued);
        }
        self.unknown(other.why);
    }

    /// Whether something as new as that says that the certificate is good, and nothing that it is not.
    pub(super) fn is_good_since(&self, time: Time) -> bool {
        self.status() == CertificateStatus::Good && self.good.is_some_and(|issued| issued >= time)
    }

    /// A revocation counts whatever older or newer information says, since nothing ends it but the end of a hold, which
    /// newer information tells (RFC 5280, 5.3.1; RFC 6960, 2.2). That a responder knows nothing ends what was good.
    pub(super) fn status(&self) -> CertificateStatus {
        if let Some((issued, at, reason)) = self.revoked {
            let released =
                reason == Reason::CertificateHold && self.good.is_some_and(|newer| newer > issued);
            if !released {
                return CertificateStatus::Revoked { at, reason };
            }
        }
        match self.good {
            Some(issued) if self.doubted.is_none_or(|doubted| doubted < issued) => {
                CertificateStatus::Good
            }
            _ => CertificateStatus::Unknown(self.why.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_unix(seconds)
    }

    fn evidence(found: &[(&str, i64)]) -> CertificateStatus {
        let mut evidence = Evidence::default();
        for (what, seconds) in found {
            let issued = at(*seconds);
            match *what {
                "good" => evidence.good(issued),
                "hold" => evidence.revoked(issued, at(0), Reason::CertificateHold),
                "stolen" => evidence.revoked(issued, at(0), Reason::KeyCompromise),
                "doubt" => evidence.doubted(issued),
                other => panic!("{other}"),
            }
        }
        evidence.status()
    }

    #[test]
    fn a_revocation_stays_and_a_hold_may_end() {
        let revoked = |reason| CertificateStatus::Revoked { at: at(0), reason };
        let stolen = revoked(Reason::KeyCompromise);
        let held = revoked(Reason::CertificateHold);
        let good = CertificateStatus::Good;
        assert_eq!(evidence(&[("good", 1)]), good);
        for found in [
            &[("good", 9), ("stolen", 1)][..],
            &[("stolen", 1), ("good", 9)],
            &[("hold", 5), ("stolen", 1), ("good", 9)],
            &[("stolen", 1), ("hold", 5)],
            &[("stolen", 1), ("doubt", 5)],
        ] {
            assert_eq!(evidence(found), stolen, "{found:?}");
        }
        assert_eq!(evidence(&[("hold", 1), ("good", 2)]), good);
        assert_eq!(evidence(&[("good", 2), ("hold", 1)]), good);
        assert_eq!(evidence(&[("hold", 1), ("good", 2), ("hold", 3)]), held);
        assert_eq!(evidence(&[("hold", 2), ("good", 2)]), held);
        let doubt = CertificateStatus::Unknown(StatusUnknown::ResponderDoesNotKnow);
        assert_eq!(evidence(&[("good", 1), ("doubt", 2)]), doubt);
        assert_eq!(evidence(&[("doubt", 1), ("good", 2)]), good);
        let nothing = CertificateStatus::Unknown(StatusUnknown::NoInformation);
        assert_eq!(evidence(&[]), nothing);
    }
}
