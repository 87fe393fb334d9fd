//! A certificate: every extension, what lint finds, and the path that it makes with itself and with an issuer of the
//! same key; or an attribute certificate.

use cms_algs::PROVIDER;
use cms_core::policy::StandardPolicy;
use cms_core::types::Certificate;
use smime_cert::anchor::TrustAnchor;
use smime_cert::attribute_certificate::AttributeCertificate;
use smime_cert::lint::{Generation, Profile, ValidationLevel, lint};
use smime_cert::path::{PathContext, PathRules, Pool, validate};
use smime_cert::purpose::Purpose;
use smime_cert::{address, clearance, extension};

/// Reads an input.
pub fn run(data: &[u8]) {
    // Anchors are read from the same octets: a TrustAnchorInfo, or a list of them.
    let listed = TrustAnchor::list(data).unwrap_or_default();
    let Ok(certificate) = Certificate::from_der(data) else {
        let _ = TrustAnchor::from_der(data);
        if let Ok(attributes) = AttributeCertificate::from_der(data) {
            let _ = attributes.clearances();
            for one in testkit::keys::ALL {
                if let Ok(certificate) = Certificate::from_der(one.certificate) {
                    let _ = attributes.holder().is(&certificate);
                }
            }
        }
        return;
    };
    let strict = Profile {
        level: ValidationLevel::Mailbox,
        generation: Generation::Strict,
    };
    for profile in [None, Some(strict)] {
        let _ = lint(&certificate, profile, &PROVIDER);
    }
    let _ = clearance::of_certificate(&certificate);
    let _ = clearance::constraints_of_certificate(&certificate);
    let _ = certificate.subject().to_string();
    let _ = extension::email_addresses(&certificate);
    let _ = address::check(&certificate, &["a@example.com".to_owned()]);
    let _ = extension::subject_alt_names(&certificate);
    let _ = extension::certificate_policies(&certificate);
    let _ = extension::policy_mappings(&certificate);
    let _ = extension::policy_constraints(&certificate);
    let _ = extension::inhibit_any_policy(&certificate);
    let _ = extension::name_constraints(&certificate);
    let _ = extension::access_locations(&certificate, &extension::ids::ACCESS_OCSP);
    let _ = extension::distribution_points(&certificate, &extension::ids::CRL_DISTRIBUTION_POINTS);
    let mut anchors = listed;
    anchors.extend(TrustAnchor::from_certificate(certificate.clone()));
    let issuers: Pool = testkit::keys::ALL
        .iter()
        .filter_map(|one| Certificate::from_der(one.certificate).ok())
        .chain([certificate.clone()])
        .collect();
    let context = PathContext {
        anchors: &anchors,
        issuers: &issuers,
        at: certificate.not_before(),
        purpose: Purpose::Signing,
        rules: &PathRules::DEFAULT,
        revocation: None,
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
    };
    let _ = validate(&certificate, &context);
    // Without it being trusted itself: the constraints of whatever it claims to be are applied to testkit's people.
    for one in testkit::keys::ALL {
        if let Ok(end) = Certificate::from_der(one.certificate) {
            let _ = validate(&end, &context);
        }
    }
}
