//! A CRL or OCSP response, as it is, and as what is known about Alice's certificate.

use cms_algs::PROVIDER;
use cms_core::policy::StandardPolicy;
use cms_core::types::Certificate;
use smime_cert::anchor::TrustAnchor;
use smime_cert::crl::CertificateList;
use smime_cert::ocsp::OcspResponse;
use smime_cert::path::{PathContext, PathRules, Pool, validate};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::{AtHand, Mode, Revocation};

/// Reads an input.
pub fn run(data: &[u8]) {
    let mut source = AtHand::default();
    if let Ok(list) = CertificateList::from_der(data) {
        for entry in list.entries().take(1000) {
            let _ = entry.map(|entry| entry.date());
        }
        let _ = (list.scope(), list.number(), list.base_number());
        source.lists.push(list);
    }
    if let Ok(response) = OcspResponse::from_der(data) {
        // What is written again reads the same.
        let again = OcspResponse::from_der(&response.to_der()).expect("written");
        assert_eq!(again.tbs(), response.tbs());
        source.responses.push(response);
    }
    if source.lists.is_empty() && source.responses.is_empty() {
        return;
    }
    let (Ok(alice), Ok(anchor)) = (
        Certificate::from_der(testkit::keys::ALICE.certificate),
        TrustAnchor::from_der(testkit::keys::CA),
    ) else {
        return;
    };
    let context = PathContext {
        anchors: &[anchor],
        issuers: &Pool::new(),
        at: alice.not_before(),
        purpose: Purpose::Any,
        rules: &PathRules::DEFAULT,
        revocation: Some(Revocation {
            source: &source,
            mode: Mode::Hard,
        }),
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
    };
    // Nobody can sign for testkit's CA: the status stays unknown.
    assert!(validate(&alice, &context).is_err());
}
