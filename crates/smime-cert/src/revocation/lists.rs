//! The status of a certificate by CRLs: the algorithm of RFC 5280, 6.3.3, whose steps the comments name.

use alloc::vec::Vec;

use cms_core::types::{CanonicalName, Certificate, SubjectPublicKeyInfo, Time};

use super::{Asked, CLOCK_SKEW, Evidence, Question, StatusUnknown, shortest};
use crate::crl::{CertificateList, Entry, Reason, Scope};
use crate::extension::{self, DistributionPoint, PointName, Reasons, ids};
use crate::general_name::GeneralName;
use crate::path::Signed;
use crate::purpose::Purpose;

/// What a complete list and its delta say.
enum Answer {
    Revoked(Time, Reason),
    NotRevoked,
}

/// An answer, for which reasons it is one, and when the newest of its lists was issued.
struct Answered {
    answer: Answer,
    reasons: Reasons,
    issued: Time,
}

impl Question<'_> {
    /// All lists, also those of reasons that others have covered: an older one must not hide what a newer one says.
    /// `fetch` lets the source look at the certificate's distribution points.
    pub(super) fn by_lists(&self, fetch: bool, asked: &mut Asked) -> Evidence {
        let mut evidence = Evidence::default();
        let read = |oid| extension::distribution_points(self.certificate, oid);
        let (Ok(points), Ok(freshest)) = (
            read(&ids::CRL_DISTRIBUTION_POINTS),
            read(&ids::FRESHEST_CRL),
        ) else {
            evidence.unknown(StatusUnknown::Malformed);
            return evidence;
        };
        let urls: Vec<&str> = points
            .iter()
            .chain(&freshest)
            .filter(|_| fetch)
            .filter_map(|point| point.name.as_ref())
            .flat_map(PointName::urls)
            .collect();
        let lists = asked.first(self.source.lists(self.certificate, &urls));
        // "the issuer of the certificate is assumed as the CRL issuer", for lists that no point names.
        let implied = DistributionPoint {
            name: Some(PointName::Full(alloc::vec![GeneralName::Directory(
                self.certificate.issuer()
            )])),
            ..DistributionPoint::default()
        };
        let mut covered = Reasons::NONE;
        let mut good: Option<Time> = None;
        // The source gives first what it trusts most: that is looked at before anything can eat up the budget.
        for list in lists.iter().filter(|list| !list.is_delta()) {
            for point in points.iter().chain([&implied]) {
                match self.by_list(point, list, &lists, asked) {
                    Ok(Some(answered)) => {
                        match answered.answer {
                            Answer::Revoked(since, reason) => {
                                evidence.revoked(answered.issued, since, reason);
                            }
                            Answer::NotRevoked => {
                                covered = covered.or(answered.reasons);
                                if answered.reasons.has(Reasons::HOLD) {
                                    good = good.max(Some(answered.issued));
                                }
                            }
                        }
                        // Another point would have the list say the same, or less.
                        if answered.reasons.has(Reasons::ALL) {
                            break;
                        }
                    }
                    Ok(None) => {}
                    Err(unknown) => evidence.unknown(unknown),
                }
            }
        }
        match good {
            Some(issued) if covered.has(Reasons::ALL) => evidence.good(issued),
            _ if covered != Reasons::NONE => evidence.unknown(StatusUnknown::SomeReasons),
            _ => {}
        }
        evidence
    }

    /// One complete list for one distribution point; `None` if it is about others.
    fn by_list(
        &self,
        point: &DistributionPoint<'_>,
        list: &CertificateList,
        lists: &[CertificateList],
        asked: &mut Asked,
    ) -> Result<Option<Answered>, StatusUnknown> {
        if !self.may_be_about(point, list) {
            return Ok(None);
        }
        if let Some(oid) = list.unknown_critical_extension() {
            return Err(StatusUnknown::UnknownCriticalExtension(oid));
        }
        // (b)
        let scope = list.scope().map_err(|_| StatusUnknown::Malformed)?;
        if !self.is_in_scope(point, list, scope.as_ref()) {
            return Ok(None);
        }
        // (d)
        let reasons = point.reasons.unwrap_or(Reasons::ALL).and(
            scope
                .as_ref()
                .and_then(|scope| scope.reasons)
                .unwrap_or(Reasons::ALL),
        );
        // (e), but for reasons that other lists have covered: this one may be newer.
        if reasons == Reasons::NONE {
            return Ok(None);
        }
        // (f) and (g)
        let key = self.signer(list, asked)?;
        self.source.has_held(list);
        let at = self.context.at;
        // (c) and (h): the newest delta that goes with the list.
        let delta = lists
            .iter()
            .filter(|delta| self.goes_with(delta, list, &key, asked))
            .max_by(|one, two| one.number().cmp(&two.number()));
        let indirect = scope.as_ref().is_some_and(|scope| scope.indirect);
        // (i)
        let changed = match delta {
            Some(delta) => {
                self.source.has_held(delta);
                self.entry(delta, indirect)?
            }
            None => None,
        };
        // (j) and (k)
        let entry = match changed {
            Some((_, Reason::RemoveFromCrl)) => None,
            Some(changed) => Some(changed),
            None => self
                .entry(list, indirect)?
                .filter(|(_, reason)| *reason != Reason::RemoveFromCrl),
        };
        // A delta stands for a complete list of its own time (RFC 5280, 5.2.4).
        let newest = delta.unwrap_or(list);
        let answer = match entry {
            // However old or new: no time makes it good again.
            Some((since, reason)) => Answer::Revoked(since, reason),
            None if list.this_update() > at.plus(CLOCK_SKEW) => {
                return Err(StatusUnknown::NotYetValid);
            }
            None if newest.next_update().is_some_and(|next| next < at) => {
                return Err(StatusUnknown::OutOfDate);
            }
            None => Answer::NotRevoked,
        };
        Ok(Some(Answered {
            answer,
            reasons,
            issued: newest.this_update(),
        }))
    }

    /// Whether a list's issuer is the one that the point, or the certificate, names.
    fn may_be_about(&self, point: &DistributionPoint<'_>, list: &CertificateList) -> bool {
        match &point.issuer {
            Some(names) => names.iter().any(
                |name| matches!(name, GeneralName::Directory(name) if name.matches(&list.issuer())),
            ),
            None => list.issuer().matches(&self.certificate.issuer()),
        }
    }

    /// (b) (1) and (2)
    fn is_in_scope(
        &self,
        point: &DistributionPoint<'_>,
        list: &CertificateList,
        scope: Option<&Scope<'_>>,
    ) -> bool {
        let Some(scope) = scope else {
            // (1): a list of another issuer must be an indirect one.
            return point.issuer.is_none();
        };
        if point.issuer.is_some() && !scope.indirect {
            return false;
        }
        // (2) (i)
        let named = match (&scope.name, &point.name, &point.issuer) {
            (None, ..) => true,
            (Some(name), Some(other), _) => {
                let relative_to = match &point.issuer {
                    Some(_) => list.issuer(),
                    None => self.certificate.issuer(),
                };
                name.meets(&list.issuer(), other, &relative_to)
            }
            (Some(name), None, Some(issuer)) => {
                let issuer = PointName::Full(issuer.clone());
                name.meets(&list.issuer(), &issuer, &list.issuer())
            }
            (Some(_), None, None) => false,
        };
        // (2) (ii) to (iv)
        let basic = extension::basic_constraints(self.certificate);
        let is_authority = matches!(basic, Ok(Some(basic)) if basic.ca);
        let about = match is_authority {
            true => !scope.only_users,
            false => !scope.only_authorities,
        };
        named && about && !scope.only_attribute_certificates
    }

    /// (f) and (g): the key with which the list was signed, by one who may: the certificate's issuer, or another of the
    /// list's issuer's name with a path to the same anchor.
    fn signer(
        &self,
        list: &CertificateList,
        asked: &mut Asked,
    ) -> Result<SubjectPublicKeyInfo, StatusUnknown> {
        if list.tbs_signature_algorithm() != list.signature_algorithm() {
            return Err(StatusUnknown::Malformed);
        }
        let issuers = list.canonical_issuer();
        let is_issuer = self.certificate.issuer().canonical().as_ref() == Ok(issuers);
        let allowed = self.issuer.certificate.is_none_or(may_sign_lists);
        if is_issuer && allowed && self.is_signed(list, self.issuer.key, asked) {
            return Ok(self.issuer.key.clone());
        }
        if issuers == self.anchor.canonical_name()
            && self.anchor.certificate().is_none_or(may_sign_lists)
            && self.is_signed(list, self.anchor.spki(), asked)
        {
            return Ok(self.anchor.spki().clone());
        }
        for candidate in self.context.issuers.named(issuers, None) {
            let Ok(key) = candidate.spki() else { continue };
            // The key alone tells quickly whether it is worth while to look for a path; DSA keys may lack parameters.
            let may_be = may_sign_lists(&candidate)
                && (key.inherits_parameters() || self.is_signed(list, &key, asked));
            if !may_be {
                continue;
            }
            if let Some(path) = self.path_for(&candidate, Purpose::Any, asked)
                && self.is_signed(list, path.public_key(), asked)
            {
                return Ok(path.public_key().clone());
            }
        }
        Err(StatusUnknown::NotAuthorized)
    }

    fn is_signed(
        &self,
        list: &CertificateList,
        key: &SubjectPublicKeyInfo,
        asked: &mut Asked,
    ) -> bool {
        let signed = Signed {
            message: list.tbs(),
            algorithm: list.signature_algorithm(),
            signature: list.signature(),
        };
        self.holds(signed, key, asked)
    }

    /// (c) and (h)
    fn goes_with(
        &self,
        delta: &CertificateList,
        list: &CertificateList,
        key: &SubjectPublicKeyInfo,
        asked: &mut Asked,
    ) -> bool {
        let at = self.context.at;
        let fits = delta.is_delta()
            && delta.canonical_issuer() == list.canonical_issuer()
            && delta.scope_octets() == list.scope_octets()
            && delta.authority_key_identifier() == list.authority_key_identifier()
            && delta.unknown_critical_extension().is_none()
            && delta.tbs_signature_algorithm() == delta.signature_algorithm()
            && delta.this_update() <= at.plus(CLOCK_SKEW)
            && delta.next_update().is_none_or(|next| next >= at);
        // rfc5280:5.2.4: the base is not newer than the complete list, and the delta is not older.
        let numbers = match (delta.base_number(), delta.number(), list.number()) {
            (Some(base), Some(number), Some(complete)) => base <= complete && complete <= number,
            _ => false,
        };
        fits && numbers && self.is_signed(delta, key, asked)
    }

    /// The certificate's entry in a list, in one walk over all of them: an entry that cannot be read, or whose critical
    /// extension is not known, makes the list useless wherever it stands.
    fn entry(
        &self,
        list: &CertificateList,
        indirect: bool,
    ) -> Result<Option<(Time, Reason)>, StatusUnknown> {
        let serial = shortest(self.certificate.serial());
        let issuer = self
            .certificate
            .issuer()
            .canonical()
            .map_err(|_| StatusUnknown::Malformed)?;
        let mut is_issuers = *list.canonical_issuer() == issuer;
        let mut found = None;
        for entry in list.entries() {
            let entry: Entry<'_> = entry.map_err(|_| StatusUnknown::Malformed)?;
            if let Some(oid) = entry.unknown_critical {
                return Err(StatusUnknown::UnknownCriticalExtension(oid));
            }
            if let Some(names) = &entry.issuers {
                if !indirect || names.is_empty() {
                    return Err(StatusUnknown::Malformed);
                }
                is_issuers = false;
                for name in names {
                    let name: CanonicalName =
                        name.canonical().map_err(|_| StatusUnknown::Malformed)?;
                    is_issuers |= name == issuer;
                }
            }
            if is_issuers && shortest(entry.serial) == serial && found.is_none() {
                let at = entry.date().map_err(|_| StatusUnknown::Malformed)?;
                found = Some((at, entry.reason));
            }
        }
        Ok(found)
    }
}

/// RFC 5280, 6.3.3 (f): "if a key usage extension is present [...] verify that the cRLSign bit is set".
pub(crate) fn may_sign_lists(certificate: &Certificate) -> bool {
    match extension::key_usage(certificate) {
        Ok(Some(usage)) => usage.crl_sign(),
        Ok(None) => true,
        Err(_) => false,
    }
}
