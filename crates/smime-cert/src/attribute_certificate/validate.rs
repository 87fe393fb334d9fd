//! Whether an attribute certificate counts (RFC 5755, 5 and 6).

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Tag};
use cms_core::types::{Certificate, Time};
use cms_core::{DecodeError, ObjectIdentifier};

use super::AttributeCertificate;
use crate::crl::CertificateList;
use crate::extension::{self, PointName, ids};
use crate::general_name::GeneralName;
use crate::path::{self, PathContext, PathFailure, Signed, VerifiedPath};
use crate::purpose::Purpose;
use crate::revocation::lists::may_sign_lists;
use crate::revocation::{CLOCK_SKEW, Mode, shortest};

/// id-pe-ac-auditIdentity.
const AUDIT_IDENTITY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.4");
/// id-ce-targetInformation.
const TARGET_INFORMATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.55");
/// id-ce-noRevAvail.
const NO_REV_AVAIL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.56");

/// Extensions that are processed here, so that they may be critical.
const PROCESSED: [ObjectIdentifier; 3] = [AUDIT_IDENTITY, TARGET_INFORMATION, NO_REV_AVAIL];

/// Certificates of an issuer, and lists, that are tried.
const MAX_TRIED: usize = 100;

/// Who looks at attribute certificates, and whom he believes.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct Verifier<'a> {
    /// Certificates of issuers of attribute certificates that are trusted as such: an authority for certificates is
    /// none (RFC 5755, 4.5 and 5, 4).
    pub issuers: &'a [Certificate],
    /// Encodings of the GeneralNames of the verifier and of groups to which it belongs (RFC 5755, 4.3.2).
    pub targets: &'a [Vec<u8>],
}

/// Why an attribute certificate does not count.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeFailure {
    /// The holder is another one (RFC 5755, 4.2.2).
    #[error("the attribute certificate is about another holder")]
    OtherHolder,
    /// Its issuer is not trusted for attributes (RFC 5755, 5, 4).
    #[error("the issuer {0} is not trusted for attributes")]
    UntrustedIssuer(String),
    /// The issuer's own certificate has no valid path (RFC 5755, 5, 2).
    #[error("the issuer of the attributes: {0}")]
    Issuer(PathFailure),
    /// The issuer's certificate does not fit the profile of RFC 5755, 4.5.
    #[error("the issuer of the attributes is an authority for certificates, or may not sign")]
    IssuerProfile,
    /// The signature does not hold, or cannot be checked.
    #[error("the attribute certificate's signature: {0}")]
    Signature(PathFailure),
    /// notBeforeTime is ahead.
    #[error("the attribute certificate is not valid before {0}")]
    NotYetValid(Time),
    /// notAfterTime has passed.
    #[error("the attribute certificate has expired at {0}")]
    Expired(Time),
    /// It is for other verifiers (RFC 5755, 4.3.2).
    #[error("the attribute certificate is for others")]
    OtherTarget,
    /// A critical extension that is not processed, or one that cannot be read.
    #[error("extension {0} of the attribute certificate is not supported or malformed")]
    Extension(ObjectIdentifier),
    /// It is revoked.
    #[error("the attribute certificate was revoked at {0}")]
    Revoked(Time),
    /// Whether it is revoked cannot be told.
    #[error("whether the attribute certificate is revoked cannot be told")]
    RevocationUnknown,
}

impl AttributeCertificate {
    /// Whether it holds for somebody whose certificate has a valid path, by the rules of RFC 5755, 5. What it says may
    /// then be read. Revocation is looked at as `context` says, by complete CRLs of the issuer (RFC 5755, 6); indirect
    /// ones, deltas and OCSP are not used for attribute certificates.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn validate(
        &self,
        holder: &VerifiedPath,
        verifier: &Verifier<'_>,
        context: &PathContext<'_>,
    ) -> Result<(), AttributeFailure> {
        // 1
        let is_holder = holder
            .certificates()
            .first()
            .is_some_and(|certificate| self.holder().is(certificate));
        if !is_holder {
            return Err(AttributeFailure::OtherHolder);
        }
        // 5
        if context.at < self.not_before() {
            return Err(AttributeFailure::NotYetValid(self.not_before()));
        }
        if context.at > self.not_after() {
            return Err(AttributeFailure::Expired(self.not_after()));
        }
        // 7
        let mut critical = self.extensions().iter().filter(|one| one.critical);
        if let Some(unknown) = critical.find(|extension| !PROCESSED.contains(&extension.oid)) {
            return Err(AttributeFailure::Extension(unknown.oid));
        }
        self.audit_identity()?;
        // 6
        self.targets(verifier)?;
        // 2 to 4
        let issuer = self.signer(verifier, context)?;
        self.revocation(&issuer, context)
    }

    /// rfc5755:4.3.1: longer than zero octets, and not longer than 20.
    fn audit_identity(&self) -> Result<(), AttributeFailure> {
        let Some(extension) = self.extension(&AUDIT_IDENTITY) else {
            return Ok(());
        };
        let identity = Cursor::single(&extension.value, 0)
            .ok()
            .filter(|element| element.tag() == Tag::OCTET_STRING)
            .map(|element| element.contents().len());
        match identity {
            Some(1..=20) => Ok(()),
            _ => Err(AttributeFailure::Extension(AUDIT_IDENTITY)),
        }
    }

    /// ```text
    /// targetInformation: SEQUENCE OF Targets
    /// Targets ::= SEQUENCE OF Target
    /// Target ::= CHOICE { targetName [0] GeneralName, targetGroup [1] GeneralName, targetCert [2] TargetCert }
    /// ```
    fn targets(&self, verifier: &Verifier<'_>) -> Result<(), AttributeFailure> {
        let Some(extension) = self.extension(&TARGET_INFORMATION) else {
            return Ok(());
        };
        let ours = |name: &GeneralName<'_>| {
            verifier.targets.iter().any(|target| {
                let target = Cursor::single(target, 0).and_then(|one| GeneralName::decode(&one));
                target.is_ok_and(|target| target.is(name))
            })
        };
        let read = || -> Result<bool, DecodeError> {
            let mut lists = Cursor::single(&extension.value, 0)?.children();
            let mut found = false;
            while !lists.is_empty() {
                let mut targets = lists.expect(Tag::SEQUENCE)?.children();
                while !targets.is_empty() {
                    let target = targets.element()?;
                    // rfc5755:4.3.2: targetCert "MUST NOT be used"; it names nobody here.
                    if target.tag() != Tag::context(2) {
                        found |= ours(&GeneralName::decode(&target.children().element()?)?);
                    }
                }
            }
            Ok(found)
        };
        match read() {
            Ok(true) => Ok(()),
            Ok(false) => Err(AttributeFailure::OtherTarget),
            Err(_) => Err(AttributeFailure::Extension(TARGET_INFORMATION)),
        }
    }

    /// The path of the issuer that has signed.
    fn signer(
        &self,
        verifier: &Verifier<'_>,
        context: &PathContext<'_>,
    ) -> Result<VerifiedPath, AttributeFailure> {
        let name = self.issuer();
        let mut failure = AttributeFailure::UntrustedIssuer(alloc::format!("{name}"));
        if self.0.info_signature != self.0.signature_algorithm {
            return Err(AttributeFailure::Signature(PathFailure::AlgorithmMismatch));
        }
        let context = PathContext {
            purpose: Purpose::Any,
            ..*context
        };
        let candidates = verifier
            .issuers
            .iter()
            .filter(|certificate| certificate.subject().matches(&name));
        for certificate in candidates.take(MAX_TRIED) {
            if !fits_profile(certificate) {
                failure = AttributeFailure::IssuerProfile;
                continue;
            }
            let found = match path::validate(certificate, &context) {
                Ok(found) => found,
                Err(error) => {
                    failure = AttributeFailure::Issuer(error.reason);
                    continue;
                }
            };
            let signed = Signed {
                message: self.info(),
                algorithm: &self.0.signature_algorithm,
                signature: &self.0.signature,
            };
            match path::verify(signed, found.public_key(), &context) {
                Ok(()) => return Ok(found),
                Err(error) => failure = AttributeFailure::Signature(error),
            }
        }
        Err(failure)
    }

    fn revocation(
        &self,
        issuer: &VerifiedPath,
        context: &PathContext<'_>,
    ) -> Result<(), AttributeFailure> {
        let Some(revocation) = context.revocation else {
            return Ok(());
        };
        // rfc5755:4.3.6: no information "will be made available".
        if self.extension(&NO_REV_AVAIL).is_some() {
            return Ok(());
        }
        let Some(certificate) = issuer.certificates().first() else {
            return Err(AttributeFailure::RevocationUnknown);
        };
        let points = self
            .extension(&ids::CRL_DISTRIBUTION_POINTS)
            .map(extension::points)
            .transpose()
            .map_err(|_| AttributeFailure::Extension(ids::CRL_DISTRIBUTION_POINTS))?;
        let urls: Vec<&str> = points
            .iter()
            .flatten()
            .filter_map(|point| point.name.as_ref())
            .flat_map(PointName::urls)
            .collect();
        let mut is_known = false;
        let lists = revocation.source.lists(certificate, &urls);
        // Who brings along more than that could bury the one that counts.
        if lists.len() > MAX_TRIED {
            return Err(AttributeFailure::RevocationUnknown);
        }
        for list in lists.iter().filter(|_| may_sign_lists(certificate)) {
            if !self.is_listed_by(list, issuer, context) {
                continue;
            }
            for entry in list.entries() {
                let entry = entry.ok().filter(|entry| entry.unknown_critical.is_none());
                let Some(entry) = entry else {
                    return Err(AttributeFailure::RevocationUnknown);
                };
                if shortest(entry.serial) == shortest(self.serial()) {
                    let at = entry.date().unwrap_or_else(|_| list.this_update());
                    return Err(AttributeFailure::Revoked(at));
                }
            }
            is_known |= list.this_update() <= context.at.plus(CLOCK_SKEW)
                && list.next_update().is_none_or(|next| next >= context.at);
        }
        if is_known || revocation.mode == Mode::Soft {
            Ok(())
        } else {
            Err(AttributeFailure::RevocationUnknown)
        }
    }

    /// Whether a list is a complete one of the issuer, for attribute certificates (RFC 5755, 6).
    fn is_listed_by(
        &self,
        list: &CertificateList,
        issuer: &VerifiedPath,
        context: &PathContext<'_>,
    ) -> bool {
        let scope_fits = match list.scope() {
            Ok(None) => true,
            Ok(Some(scope)) => {
                let partial = scope.reasons.is_some() || scope.name.is_some() || scope.indirect;
                !partial && !scope.only_users && !scope.only_authorities
            }
            Err(_) => false,
        };
        let signed = Signed {
            message: list.tbs(),
            algorithm: list.signature_algorithm(),
            signature: list.signature(),
        };
        scope_fits
            && !list.is_delta()
            && list.unknown_critical_extension().is_none()
            && list.issuer().matches(&self.issuer())
            && list.tbs_signature_algorithm() == list.signature_algorithm()
            && path::verify(signed, issuer.public_key(), context).is_ok()
    }
}

/// RFC 5755, 4.5: no CA, and keyUsage does not forbid signatures.
fn fits_profile(certificate: &Certificate) -> bool {
    let is_authority = match extension::basic_constraints(certificate) {
        Ok(basic) => basic.is_some_and(|basic| basic.ca),
        Err(_) => true,
    };
    let may_sign = extension::key_usage(certificate)
        .is_ok_and(|usage| usage.is_none_or(|usage| usage.digital_signature()));
    !is_authority && may_sign
}
