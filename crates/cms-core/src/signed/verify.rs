//! The check of one signer (RFC 5652, sections 5.4, 5.6 and 11).

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::certificates::CertificateIndex;
use super::digests::DigestedContent;
use crate::ambiguity::is_attributes;
use crate::attributes::{Place, misplaced};
use crate::error::{CmsError, CryptoError, PolicyRejection};
use crate::key::CertificateStore;
use crate::oid;
use crate::policy::{Direction, Policy, Usage, Verdict};
use crate::provider::{CryptoProvider, SignatureAlgorithm, SignatureInput};
use crate::report::{CompanionStatus, Covered, SignerError, SignerReport};
use crate::types::signing_certificates;
use crate::types::{
    Attribute, AttributeError, Attributes, Certificate, CmsAlgorithmProtection, ContentType,
    MessageDigest, Raw, SignerInfo, SigningTime, SubjectPublicKeyInfo,
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

/// Nesting of countersignatures. 8: nobody was seen to go beyond 2.
const MAX_COUNTERSIGNATURE_DEPTH: usize = 8;

/// The report on a signer that is not verified, with what can be read of it.
pub(super) fn unverified(index: usize, info: Raw<SignerInfo>) -> SignerReport {
    let mut report = untouched(index, info);
    look_into(&mut report, MAX_COUNTERSIGNATURE_DEPTH);
    report
}

/// The report on a signer that nobody has looked into.
pub(super) fn untouched(index: usize, info: Raw<SignerInfo>) -> SignerReport {
    SignerReport {
        index,
        info,
        certificate: None,
        inherited_parameters: None,
        digest_ok: None,
        signature_ok: None,
        covered: None,
        signing_time: None,
        companions: CompanionStatus::Alone,
        countersignatures: Vec::new(),
        errors: Vec::new(),
    }
}

fn look_into(report: &mut SignerReport, depth: usize) {
    match report.info.value() {
        Ok(value) => {
            if let Some(attrs) = &value.signed_attrs {
                let time = attrs.get::<SigningTime>().ok().flatten();
                report.signing_time = time.map(|time| time.0);
            }
            report.countersignatures = nested(value, report.info.offset(), depth);
        }
        Err(error) => report.errors.push(SignerError::Malformed(error.clone())),
    }
}

/// The values of all countersignature attributes (RFC 5652, 11.4), as reports that nobody verified.
fn nested(info: &SignerInfo, offset: u64, depth: usize) -> Vec<SignerReport> {
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    let attributes = info.unsigned_attrs.iter().flat_map(|attrs| attrs.iter());
    attributes
        .filter(|attribute| attribute.oid == oid::COUNTERSIGNATURE)
        .flat_map(|attribute| &attribute.values)
        .enumerate()
        .map(|(index, value)| {
            let info = Raw::new(value.clone(), offset, SignerInfo::decode);
            let mut report = untouched(index, info);
            look_into(&mut report, depth);
            report
        })
        .collect()
}

/// What a signer signed.
pub(super) enum Subject<'s, 'c> {
    /// The content, in one or more readings.
    Content {
        econtent_type: &'s ObjectIdentifier,
        contents: &'s mut [DigestedContent<'c>],
    },
    /// Another signature.
    Signature(&'s [u8]),
}

/// What all signers of a message share.
pub(super) struct Verifier<'a> {
    pub(super) embedded: CertificateIndex<'a>,
    pub(super) context: &'a VerifyContext<'a>,
    /// Signatures that may still be checked.
    pub(super) budget: usize,
}

impl Verifier<'_> {
    /// Checks one signer and its countersignatures. Those beyond the budget are not even looked into.
    pub(super) fn top(&mut self, report: &mut SignerReport, subject: Subject<'_, '_>) {
        if self.budget == 0 {
            report.errors.push(SignerError::TooManySigners);
            return;
        }
        look_into(report, MAX_COUNTERSIGNATURE_DEPTH);
        self.signer(report, subject);
    }

    fn signer(&mut self, report: &mut SignerReport, subject: Subject<'_, '_>) {
        let Ok(info) = report.info.value() else {
            return;
        };
        let info = info.clone();
        let Some(budget) = self.budget.checked_sub(1) else {
            report.errors.push(SignerError::TooManySigners);
            return;
        };
        self.budget = budget;
        self.check(&info, report, subject);
        for countersignature in &mut report.countersignatures {
            self.signer(countersignature, Subject::Signature(&info.signature));
        }
    }

    fn check(&self, info: &SignerInfo, report: &mut SignerReport, mut subject: Subject<'_, '_>) {
        let mut certificates = self.candidates(info);
        if certificates.is_empty() {
            report.errors.push(SignerError::CertificateUnknown);
        }
        if let Some(attrs) = &info.signed_attrs {
            self.bind_certificate(attrs, &mut certificates, report);
        }
        report.certificate = certificates.first().cloned();

        let algorithm = self.context.provider.signature(&info.signature_algorithm);
        // rfc9882:3.3: "if no signed attributes are present, implementations MUST ignore the content of the
        // digestAlgorithm field". It says nothing there, whatever signs the message itself.
        let digest_counts = info.signed_attrs.is_some()
            || !algorithm.as_ref().is_ok_and(|algorithm| {
                let digest = algorithm.digest_algorithm(&info.signature_algorithm, None);
                matches!(digest, Ok(None))
            });
        check_policy(info, digest_counts, self.context, report);
        // rfc5652:5.1/7
        let algorithm = match algorithm {
            Ok(algorithm) => algorithm,
            Err(error) => {
                report.errors.push(SignerError::Crypto(error));
                return;
            }
        };
        // rfc8933:3: "... the same digest algorithm MUST be used ..."
        if digest_counts
            && !algorithm.allows_companion(&info.signature_algorithm, &info.digest_algorithm)
        {
            report.errors.push(SignerError::DigestAlgorithmMismatch);
        }
        let check = Check {
            info,
            algorithm,
            context: self.context,
            certificates: &certificates,
            embedded: &self.embedded,
        };
        let signed = info.signed_attrs.as_ref();
        let unsigned = info.unsigned_attrs.as_ref();
        let wrong = signed
            .and_then(|attrs| misplaced(attrs, Place::Signed))
            .or_else(|| unsigned.and_then(|attrs| misplaced(attrs, Place::Unsigned)));
        // rfc5652:11.4/5
        let is_empty = |attribute: &Attribute| {
            attribute.oid == oid::COUNTERSIGNATURE && attribute.values.is_empty()
        };
        let wrong = wrong.or_else(|| {
            let empty = unsigned.is_some_and(|attrs| attrs.iter().any(is_empty));
            empty.then_some(AttributeError::Empty("countersignature"))
        });
        if let Some(error) = wrong {
            report.errors.push(SignerError::Attribute(error));
        }
        match &info.signed_attrs {
            Some(attrs) => {
                check_attributes(attrs, &subject, report);
                check_protection(attrs, info, report);
                check.message_digest(attrs, &mut subject, report);
                check.signed_attributes(report);
            }
            None => {
                // rfc5652:5.3/5: "signedAttrs ... MUST be present if the content type of the EncapsulatedContentInfo
                // value being signed is not id-data."
                if let Subject::Content { econtent_type, .. } = &subject
                    && **econtent_type != oid::DATA
                {
                    report
                        .errors
                        .push(SignerError::Attribute(AttributeError::Required));
                }
                check.bare(subject, report);
            }
        }
    }

    /// Leaves the certificates that signingCertificate and signingCertificateV2 mean, each for itself where both are
    /// there (RFC 5035, 2). A hash that the provider does not have binds nothing.
    ///
    /// rfc5035:3: "If [...] hash [...] does not match [...] the signature MUST be considered invalid."
    fn bind_certificate(
        &self,
        attrs: &Attributes,
        certificates: &mut Vec<Certificate>,
        report: &mut SignerReport,
    ) {
        // rfc8550:4.2/2
        let references = match signing_certificates(attrs) {
            Ok(references) => references,
            Err(error) => return report.errors.push(SignerError::Attribute(error)),
        };
        let meant = |certificate: &Certificate| {
            references
                .iter()
                .all(|one| one.is(certificate, self.context.provider) != Some(false))
        };
        if certificates.is_empty() || certificates.iter().any(meant) {
            certificates.retain(meant);
        } else {
            report.errors.push(SignerError::SigningCertificate);
        }
    }

    /// Certificates that the signer's identifier names: of the message first.
    fn candidates(&self, info: &SignerInfo) -> Vec<Certificate> {
        let mut found = self.embedded.find(&info.sid);
        for certificate in self.context.certificates.certificates(&info.sid) {
            if !found.contains(&certificate) {
                found.push(certificate);
            }
        }
        // Keys with one identifier are few; a hostile message may repeat one identifier many times.
        found.truncate(16);
        found
    }
}

fn check_policy(
    info: &SignerInfo,
    digest_counts: bool,
    context: &VerifyContext<'_>,
    report: &mut SignerReport,
) {
    let digest = digest_counts.then_some((&info.digest_algorithm.oid, Usage::Digest));
    let signature = (&info.signature_algorithm.oid, Usage::Signature);
    for (oid, usage) in digest.into_iter().chain([signature]) {
        if let Err(rejection) = context.policy.require(oid, usage, Direction::Read) {
            report.errors.push(SignerError::Policy(rejection));
            return;
        }
    }
}

/// contentType and signingTime (RFC 5652, 11.1, 11.3 and 11.4).
fn check_attributes(attrs: &Attributes, subject: &Subject<'_, '_>, report: &mut SignerReport) {
    // rfc5652:5.3/7, 11.1/1, 11.1/2
    let content_type = match (attrs.get::<ContentType>(), subject) {
        (Ok(Some(ContentType(oid))), Subject::Content { econtent_type, .. })
            if oid == **econtent_type =>
        {
            Ok(())
        }
        (Ok(Some(_)), Subject::Content { .. }) => Err(AttributeError::WrongContentType),
        (Ok(None), Subject::Content { .. }) => Err(AttributeError::Absent("contentType")),
        (Ok(None), Subject::Signature(_)) => Ok(()),
        // rfc5652:11.4/3: "The signedAttributes field MUST NOT contain a content-type attribute".
        (Ok(Some(_)), Subject::Signature(_)) => Err(AttributeError::Misplaced("contentType")),
        (Err(error), _) => Err(error),
    };
    let signing_time = attrs.get::<SigningTime>().map(|_| ());
    for result in [content_type, signing_time] {
        if let Err(error) = result {
            report.errors.push(SignerError::Attribute(error));
        }
    }
}

/// CMSAlgorithmProtection against the fields that it copies (RFC 6211, 3.1).
fn check_protection(attrs: &Attributes, info: &SignerInfo, report: &mut SignerReport) {
    match attrs.get::<CmsAlgorithmProtection>() {
        Ok(None) => {}
        Ok(Some(CmsAlgorithmProtection::Signature {
            digest_algorithm,
            signature_algorithm,
        })) if digest_algorithm.is_equivalent(&info.digest_algorithm)
            && signature_algorithm.is_equivalent(&info.signature_algorithm) => {}
        Ok(Some(_)) => report.errors.push(SignerError::AlgorithmProtection),
        Err(error) => report.errors.push(SignerError::Attribute(error)),
    }
}

struct Check<'a> {
    info: &'a SignerInfo,
    algorithm: &'static dyn SignatureAlgorithm,
    context: &'a VerifyContext<'a>,
    certificates: &'a [Certificate],
    embedded: &'a CertificateIndex<'a>,
}

impl Check<'_> {
    /// messageDigest against the content's digest (RFC 5652, 11.2).
    fn message_digest(
        &self,
        attrs: &Attributes,
        subject: &mut Subject<'_, '_>,
        report: &mut SignerReport,
    ) {
        // rfc5652:5.3/7, 5.6/1, 5.6/2, 11.2/1, 11.4/4
        let expected = match attrs.get::<MessageDigest>() {
            Ok(Some(MessageDigest(digest))) => digest,
            Ok(None) => {
                let absent = AttributeError::Absent("messageDigest");
                return report.errors.push(SignerError::Attribute(absent));
            }
            Err(error) => return report.errors.push(SignerError::Attribute(error)),
        };
        let (oid, provider) = (&self.info.digest_algorithm.oid, self.context.provider);
        let algorithm = match provider.digest(oid) {
            Ok(algorithm) => algorithm,
            Err(error) => return report.errors.push(SignerError::Crypto(error)),
        };
        let found = match subject {
            Subject::Content { contents, .. } => contents
                .iter_mut()
                .map(|content| Ok(algorithm.accepts(content.digest(oid, provider)?, &expected)))
                .find(|result| !matches!(result, Ok(false)))
                .unwrap_or(Ok(false))
                .map_err(as_signer_error),
            Subject::Signature(signature) => {
                Ok(algorithm.accepts(&algorithm.digest(signature), &expected))
            }
        };
        match found {
            Ok(ok) => {
                // rfc5652:5.6/3
                report.digest_ok = Some(ok);
                if !ok {
                    report.errors.push(SignerError::DigestMismatch);
                }
            }
            Err(error) => report.errors.push(error),
        }
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

    /// The signature over the content itself, or over another signature.
    fn bare(&self, subject: Subject<'_, '_>, report: &mut SignerReport) {
        let digest_algorithm = self.algorithm.digest_algorithm(
            &self.info.signature_algorithm,
            Some(&self.info.digest_algorithm),
        );
        let digest_algorithm = match digest_algorithm {
            Ok(digest_algorithm) => digest_algorithm,
            Err(error) => return report.errors.push(SignerError::Crypto(error)),
        };
        let oid = digest_algorithm.as_ref();
        let result = match subject {
            Subject::Content { contents, .. } => self.bare_content(oid, contents, report),
            Subject::Signature(signature) => self.bare_signature(oid, signature, report),
        };
        match result {
            Ok(()) => {
                report.digest_ok = Some(true);
                held(report, Covered::Content);
            }
            Err(error) => {
                if error == SignerError::SignatureInvalid {
                    report.digest_ok = Some(false);
                }
                failed(report, Some(error));
            }
        }
    }

    fn bare_content(
        &self,
        digest_algorithm: Option<&ObjectIdentifier>,
        contents: &mut [DigestedContent<'_>],
        report: &mut SignerReport,
    ) -> Result<(), SignerError> {
        let mut last = SignerError::CertificateUnknown;
        for content in contents {
            if content.may_be_attributes() {
                return Err(SignerError::AmbiguousContent);
            }
            let input = match digest_algorithm {
                Some(oid) => content
                    .digest(oid, self.context.provider)
                    .map(SignatureInput::Digest),
                None => content.message().map(SignatureInput::Message),
            };
            match self.under_any_key(input.map_err(as_signer_error)?, report) {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn bare_signature(
        &self,
        digest_algorithm: Option<&ObjectIdentifier>,
        signature: &[u8],
        report: &mut SignerReport,
    ) -> Result<(), SignerError> {
        if is_attributes(signature) {
            return Err(SignerError::AmbiguousContent);
        }
        let Some(oid) = digest_algorithm else {
            return self.under_any_key(SignatureInput::Message(signature), report);
        };
        let digest = self.context.provider.digest(oid);
        let digest = digest.map_err(SignerError::Crypto)?.digest(signature);
        self.under_any_key(SignatureInput::Digest(&digest), report)
    }

    /// Tries every certificate that the identifier names.
    fn under_any_key(
        &self,
        input: SignatureInput<'_>,
        report: &mut SignerReport,
    ) -> Result<(), SignerError> {
        let mut last = SignerError::CertificateUnknown;
        // rfc8551:2.6/2, 2.6/3
        for certificate in self.certificates {
            match self.under_certificate(certificate, input) {
                Ok(key) => {
                    let inherited = certificate.spki().is_ok_and(|own| own != key);
                    report.inherited_parameters = key.algorithm.parameters.filter(|_| inherited);
                    report.certificate = Some(certificate.clone());
                    return Ok(());
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// The key of a certificate under which the signature holds.
    fn under_certificate(
        &self,
        certificate: &Certificate,
        input: SignatureInput<'_>,
    ) -> Result<SubjectPublicKeyInfo, SignerError> {
        let mut last = SignerError::CertificateUnknown;
        let keys = self.embedded.keys(certificate, self.context.certificates);
        for key in keys.map_err(SignerError::Malformed)? {
            match self.under_key(&key, input) {
                Ok(()) => return Ok(key),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn under_key(
        &self,
        key: &SubjectPublicKeyInfo,
        input: SignatureInput<'_>,
    ) -> Result<(), SignerError> {
        let companion = Some(&self.info.digest_algorithm);
        if let Some(bits) = self.algorithm.key_bits(key)
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
                key,
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
