//! The check of one signer (RFC 5652, sections 5.4, 5.6 and 11).

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::digests::DigestedContent;
use crate::error::{CmsError, CryptoError, PolicyRejection};
use crate::key::CertificateStore;
use crate::oid;
use crate::policy::{Direction, Policy, Usage, Verdict};
use crate::provider::{CryptoProvider, SignatureAlgorithm, SignatureInput};
use crate::report::{Covered, SignerError, SignerReport};
use crate::types::{
    AttributeError, Attributes, Certificate, ContentType, MessageDigest, Raw, SignerInfo,
    SigningTime,
};

/// What verification needs besides the message.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct VerifyContext<'a> {
    /// Algorithms.
    pub provider: &'a CryptoProvider,
    /// What may be used.
    pub policy: &'a dyn Policy,
    /// Certificates that are not in the message.
    pub certificates: &'a dyn CertificateStore,
}

impl core::fmt::Debug for VerifyContext<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("VerifyContext")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// The report on a signer that is not verified.
pub(super) fn unverified(index: usize, info: Raw<SignerInfo>) -> SignerReport {
    let mut errors = Vec::new();
    let mut signing_time = None;
    match info.value() {
        Ok(value) => {
            if let Some(attrs) = &value.signed_attrs {
                signing_time = attrs.get::<SigningTime>().ok().flatten().map(|time| time.0);
            }
        }
        Err(error) => errors.push(SignerError::Malformed(error.clone())),
    }
    SignerReport {
        index,
        info,
        certificate: None,
        digest_ok: None,
        signature_ok: None,
        covered: None,
        signing_time,
        errors,
    }
}

/// The report on a signer behind the limit.
pub(super) fn beyond_limit(index: usize, info: Raw<SignerInfo>) -> SignerReport {
    let mut report = unverified(index, info);
    report.errors.push(SignerError::TooManySigners);
    report
}

/// Checks one signer over each candidate of the content.
pub(super) fn signer(
    index: usize,
    info: Raw<SignerInfo>,
    econtent_type: &ObjectIdentifier,
    embedded: &[Certificate],
    contents: &mut [DigestedContent<'_>],
    context: &VerifyContext<'_>,
) -> SignerReport {
    let mut report = unverified(index, info);
    let Ok(info) = report.info.value() else {
        return report;
    };
    let info = info.clone();
    let certificates = candidates(&info, embedded, context);
    if certificates.is_empty() {
        report.errors.push(SignerError::CertificateUnknown);
    }
    report.certificate = certificates.first().cloned();

    check_policy(&info, context, &mut report);
    let algorithm = match context.provider.signature(&info.signature_algorithm) {
        Ok(algorithm) => algorithm,
        Err(error) => {
            report.errors.push(SignerError::Crypto(error));
            return report;
        }
    };
    // rfc8933:3: "... the same digest algorithm MUST be used ..."
    if !algorithm.allows_companion(&info.signature_algorithm, &info.digest_algorithm) {
        report.errors.push(SignerError::DigestAlgorithmMismatch);
    }
    let check = Check {
        info: &info,
        algorithm,
        context,
        certificates: &certificates,
    };
    match &info.signed_attrs {
        Some(attrs) => {
            check_attributes(attrs, econtent_type, &mut report);
            check.message_digest(attrs, contents, &mut report);
            check.signed_attributes(&mut report);
        }
        None => {
            // rfc5652:5.3: "signedAttrs ... MUST be present if the content type of the EncapsulatedContentInfo
            // value being signed is not id-data."
            if *econtent_type != oid::DATA {
                report
                    .errors
                    .push(SignerError::Attribute(AttributeError::Required));
            }
            check.bare_content(contents, &mut report);
        }
    }
    report
}

/// Certificates that the signer's identifier names: of the message first.
fn candidates(
    info: &SignerInfo,
    embedded: &[Certificate],
    context: &VerifyContext<'_>,
) -> Vec<Certificate> {
    let mut found = embedded.certificates(&info.sid);
    for certificate in context.certificates.certificates(&info.sid) {
        if !found.contains(&certificate) {
            found.push(certificate);
        }
    }
    // Keys with one identifier are few; a hostile message may repeat one identifier many times.
    found.truncate(16);
    found
}

fn check_policy(info: &SignerInfo, context: &VerifyContext<'_>, report: &mut SignerReport) {
    let uses = [
        (&info.digest_algorithm.oid, Usage::Digest),
        (&info.signature_algorithm.oid, Usage::Signature),
    ];
    for (oid, usage) in uses {
        if let Err(rejection) = context.policy.require(oid, usage, Direction::Read) {
            report.errors.push(SignerError::Policy(rejection));
            return;
        }
    }
}

/// contentType and signingTime (RFC 5652, 11.1 and 11.3).
fn check_attributes(
    attrs: &Attributes,
    econtent_type: &ObjectIdentifier,
    report: &mut SignerReport,
) {
    let content_type = match attrs.get::<ContentType>() {
        Ok(Some(ContentType(oid))) if oid == *econtent_type => Ok(()),
        Ok(Some(_)) => Err(AttributeError::WrongContentType),
        Ok(None) => Err(AttributeError::Absent("contentType")),
        Err(error) => Err(error),
    };
    let signing_time = attrs.get::<SigningTime>().map(|_| ());
    for result in [content_type, signing_time] {
        if let Err(error) = result {
            report.errors.push(SignerError::Attribute(error));
        }
    }
}

struct Check<'a> {
    info: &'a SignerInfo,
    algorithm: &'static dyn SignatureAlgorithm,
    context: &'a VerifyContext<'a>,
    certificates: &'a [Certificate],
}

impl Check<'_> {
    /// messageDigest against the content's digest (RFC 5652, 11.2).
    fn message_digest(
        &self,
        attrs: &Attributes,
        contents: &mut [DigestedContent<'_>],
        report: &mut SignerReport,
    ) {
        let expected = match attrs.get::<MessageDigest>() {
            Ok(Some(MessageDigest(digest))) => digest,
            Ok(None) => {
                let absent = AttributeError::Absent("messageDigest");
                return report.errors.push(SignerError::Attribute(absent));
            }
            Err(error) => return report.errors.push(SignerError::Attribute(error)),
        };
        for content in contents {
            match content.digest(&self.info.digest_algorithm.oid, self.context.provider) {
                Ok(digest) => {
                    let ok = digest == expected;
                    report.digest_ok = Some(ok);
                    if ok {
                        return;
                    }
                }
                Err(error) => return report.errors.push(as_signer_error(error)),
            }
        }
        report.errors.push(SignerError::DigestMismatch);
    }

    /// The signature over signedAttrs: as received, then in DER (RFC 5652, 5.4).
    fn signed_attributes(&self, report: &mut SignerReport) {
        let Some((received, canonical)) = self.info.signed_octets() else {
            return;
        };
        let mut forms = alloc::vec![(Covered::Attributes, received)];
        forms.extend(canonical.map(|canonical| (Covered::CanonicalAttributes, canonical)));
        let mut last = None;
        for (covered, octets) in &forms {
            match self.under_any_key(SignatureInput::Message(octets), report) {
                Ok(()) => return held(report, *covered),
                Err(error) => last = Some(error),
            }
        }
        failed(report, last);
    }

    /// The signature over the content itself.
    fn bare_content(&self, contents: &mut [DigestedContent<'_>], report: &mut SignerReport) {
        let digest_algorithm = self.algorithm.digest_algorithm(
            &self.info.signature_algorithm,
            Some(&self.info.digest_algorithm),
        );
        let digest_algorithm = match digest_algorithm {
            Ok(digest_algorithm) => digest_algorithm,
            Err(error) => return report.errors.push(SignerError::Crypto(error)),
        };
        let mut last = None;
        for content in contents {
            if content.may_be_attributes() {
                return report.errors.push(SignerError::AmbiguousContent);
            }
            let input = match &digest_algorithm {
                Some(oid) => content
                    .digest(oid, self.context.provider)
                    .map(SignatureInput::Digest),
                None => content.message().map(SignatureInput::Message),
            };
            let input = match input {
                Ok(input) => input,
                Err(error) => return report.errors.push(as_signer_error(error)),
            };
            match self.under_any_key(input, report) {
                Ok(()) => {
                    report.digest_ok = Some(true);
                    return held(report, Covered::Content);
                }
                Err(error) => last = Some(error),
            }
        }
        report.digest_ok = last.as_ref().map(|_| false);
        failed(report, last);
    }

    /// Tries every certificate that the identifier names.
    fn under_any_key(
        &self,
        input: SignatureInput<'_>,
        report: &mut SignerReport,
    ) -> Result<(), SignerError> {
        let mut last = SignerError::CertificateUnknown;
        for certificate in self.certificates {
            match self.under_key(certificate, input) {
                Ok(()) => {
                    report.certificate = Some(certificate.clone());
                    return Ok(());
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn under_key(
        &self,
        certificate: &Certificate,
        input: SignatureInput<'_>,
    ) -> Result<(), SignerError> {
        let key = certificate.spki().map_err(SignerError::Malformed)?;
        let companion = Some(&self.info.digest_algorithm);
        if let Some(bits) = self.algorithm.key_bits(&key)
            && self.context.policy.key(&key.algorithm.oid, bits) == Verdict::Reject
        {
            let what = alloc::format!("{} of {bits} bits", key.algorithm.name());
            let rejection =
                PolicyRejection::new(what, Usage::Signature.name(), self.context.policy.name());
            return Err(SignerError::Policy(rejection));
        }
        self.algorithm
            .verify(
                &self.info.signature_algorithm,
                companion,
                &key,
                input,
                &self.info.signature,
            )
            .map_err(|error| match error {
                CryptoError::Failed => SignerError::SignatureInvalid,
                other => SignerError::Crypto(other),
            })
    }
}

fn held(report: &mut SignerReport, covered: Covered) {
    report.signature_ok = Some(true);
    report.covered = Some(covered);
}

fn failed(report: &mut SignerReport, error: Option<SignerError>) {
    match error {
        None | Some(SignerError::CertificateUnknown) => {}
        Some(error) => {
            if error == SignerError::SignatureInvalid {
                report.signature_ok = Some(false);
            }
            report.errors.push(error);
        }
    }
}

fn as_signer_error(error: CmsError) -> SignerError {
    match error {
        CmsError::Crypto(error) => SignerError::Crypto(error),
        CmsError::Limit(what) | CmsError::Misuse(what) => SignerError::SecondPass(what),
        _ => SignerError::SecondPass("it could not be read again"),
    }
}
