//! The status of a certificate by OCSP responses: who may sign them, and which answer counts (RFC 6960, 3.2 and 4.2.2).

use cms_core::types::{Certificate, SubjectPublicKeyInfo};
use cms_core::{ObjectIdentifier, oid};

use super::{Asked, CLOCK_SKEW, CertificateStatus, Evidence, Question, StatusUnknown, shortest};
use crate::extension;
use crate::ocsp::{OcspResponse, ResponseStatus, SingleResponse};
use crate::path::Signed;

/// id-kp-OCSPSigning.
const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
/// id-pkix-ocsp-nocheck.
const NO_CHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");

/// Seconds for which an answer without nextUpdate counts. RFC 6960, 4.2.2.1: newer information "is available all the
/// time"; a day is what the shortest lived of today's responses have.
const WITHOUT_NEXT_UPDATE: i64 = 86_400;

/// Certificates of a response that may be its signer's: responders send one, or a chain.
const MAX_CERTIFICATES: usize = 10;

impl Question<'_> {
    /// What all responses that hold say of the certificate.
    pub(super) fn by_responses(&self, asked: &mut Asked) -> Evidence {
        let responses = asked.first(self.source.responses(self.certificate, self.issuer.key));
        let mut evidence = Evidence::default();
        for response in &responses {
            let mut about = response.responses().iter().filter(|one| self.is_about(one));
            let Some(first) = about.next() else { continue };
            if let Err(why) = self.authorized(response, asked) {
                evidence.unknown(why);
                continue;
            }
            for single in core::iter::once(first).chain(about) {
                self.weigh(single, &mut evidence);
            }
        }
        evidence
    }

    fn weigh(&self, single: &SingleResponse, evidence: &mut Evidence) {
        if let Some(oid) = single.unknown_critical {
            evidence.unknown(StatusUnknown::UnknownCriticalExtension(oid));
            return;
        }
        let at = self.context.at;
        let issued = single.this_update;
        let next = single
            .next_update
            .unwrap_or_else(|| issued.plus(WITHOUT_NEXT_UPDATE));
        match single.status {
            ResponseStatus::Revoked(since, reason) => evidence.revoked(issued, since, reason),
            _ if issued > at.plus(CLOCK_SKEW) => evidence.unknown(StatusUnknown::NotYetValid),
            ResponseStatus::Unknown => evidence.doubted(issued),
            ResponseStatus::Good if next < at => evidence.unknown(StatusUnknown::OutOfDate),
            ResponseStatus::Good => evidence.good(issued),
        }
    }

    /// Whether an answer names the certificate: its serial number, and the hashes of its issuer's name and key.
    fn is_about(&self, single: &SingleResponse) -> bool {
        let Ok(hash) = self.context.provider.digest(&single.hash) else {
            return false;
        };
        shortest(&single.serial) == shortest(self.certificate.serial())
            && single.issuer_name_hash == hash.digest(self.certificate.issuer().octets())
            && single.issuer_key_hash == hash.digest(&self.issuer.key.key)
    }

    /// RFC 6960, 4.2.2.2: the response is signed by the certificate's issuer, or with a certificate that this issuer
    /// itself has issued for that.
    fn authorized(&self, response: &OcspResponse, asked: &mut Asked) -> Result<(), StatusUnknown> {
        let sha1 = |octets: &[u8]| {
            let digest = self.context.provider.digest(&oid::SHA1);
            digest
                .map(|digest| digest.digest(octets))
                .unwrap_or_default()
        };
        let responder = response.responder();
        let issuer = self.certificate.issuer();
        if responder.is(&issuer, self.issuer.key, sha1)
            && self.is_signed_by(response, self.issuer.key, asked)
        {
            return Ok(());
        }
        for candidate in response.certificates().iter().take(MAX_CERTIFICATES) {
            let Ok(key) = candidate.spki() else { continue };
            let holds = responder.is(&candidate.subject(), &key, sha1)
                && self.is_delegate(candidate, asked)
                && self.is_signed_by(response, &key, asked);
            if holds && self.delegate_stands(candidate, asked) {
                return Ok(());
            }
        }
        Err(StatusUnknown::NotAuthorized)
    }

    /// Whether the issuer has made this certificate for signing responses.
    fn is_delegate(&self, candidate: &Certificate, asked: &mut Asked) -> bool {
        let context = self.context;
        let usages = extension::extended_key_usage(candidate);
        let for_responses = matches!(&usages, Ok(Some(usages)) if usages.contains(&OCSP_SIGNING));
        let may_sign = matches!(
            extension::key_usage(candidate).map(|usage| usage
                .is_none_or(|usage| usage.digital_signature() || usage.non_repudiation())),
            Ok(true)
        );
        let known = [
            extension::ids::KEY_USAGE,
            extension::ids::EXT_KEY_USAGE,
            extension::ids::BASIC_CONSTRAINTS,
            extension::ids::SUBJECT_ALT_NAME,
            extension::ids::CERTIFICATE_POLICIES,
            NO_CHECK,
        ];
        let unknown = candidate
            .extensions()
            .iter()
            .any(|extension| extension.critical && !known.contains(&extension.oid));
        let certificate = Signed {
            message: candidate.tbs(),
            algorithm: candidate.signature_algorithm(),
            signature: candidate.signature(),
        };
        for_responses
            && may_sign
            && !unknown
            && candidate.issuer().matches(&self.certificate.issuer())
            && candidate.tbs_signature_algorithm() == candidate.signature_algorithm()
            && (candidate.not_before()..=candidate.not_after()).contains(&context.at)
            && self.holds(certificate, self.issuer.key, asked)
    }

    /// Whether the delegate's own certificate is not revoked, as far as its issuer wants that to be asked
    /// (RFC 6960, 4.2.2.2.1).
    fn delegate_stands(&self, candidate: &Certificate, asked: &mut Asked) -> bool {
        if candidate.extension(&NO_CHECK).is_some() {
            return true;
        }
        let question = Question {
            certificate: candidate,
            ..*self
        };
        // By lists alone: a response about the responder would be signed by itself.
        match question.by_lists(true, asked).status() {
            CertificateStatus::Good => true,
            CertificateStatus::Revoked { .. } => false,
            CertificateStatus::Unknown(_) => self
                .context
                .revocation
                .is_some_and(|revocation| revocation.mode == super::Mode::Soft),
        }
    }

    fn is_signed_by(
        &self,
        response: &OcspResponse,
        key: &SubjectPublicKeyInfo,
        asked: &mut Asked,
    ) -> bool {
        let signed = Signed {
            message: response.tbs(),
            algorithm: response.signature_algorithm(),
            signature: response.signature(),
        };
        self.holds(signed, key, asked)
    }
}
