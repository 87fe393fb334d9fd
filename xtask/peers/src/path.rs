//! A signed mail of 10 KB whose signer's path has three certificates: signature, path, validity and purpose.

use std::hint::black_box;

use cms_algs::{KeyType, PROVIDER, PrivateKey, SystemRandom};
use cms_core::policy::StandardPolicy;
use cms_core::signed::{SignedDataBuilder, Signer};
use cms_core::types::{Certificate, Time};
use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use smime_cert::anchor::TrustAnchor;
use smime_cert::make::{CertificateBuilder, Profile};
use smime_cert::path::{KnownSignatures, PathContext, PathRules, Pool, RecentSignatures, validate};
use smime_cert::purpose::Purpose;

use crate::small::{SIZE, rates, tell};

const POLICY: StandardPolicy = StandardPolicy::Default;

struct Chain {
    root: Certificate,
    message: Vec<u8>,
    at: Time,
}

fn chain(kind: KeyType) -> Chain {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("clock");
    let at = Time::from_unix(i64::try_from(now.as_secs()).expect("clock"));
    let key = || PrivateKey::generate(kind, &mut SystemRandom).expect("key");
    let builder = |name, key: &PrivateKey, profile| {
        CertificateBuilder::new(name, key.spki().clone(), profile, at.plus(-3600), 10)
    };
    let (top, middle, end) = (key(), key(), key());
    let root = builder("Root", &top, Profile::Authority(1))
        .self_signed(&top, &PROVIDER, &mut SystemRandom)
        .expect("certificate");
    let issuer = builder("Issuer", &middle, Profile::Authority(0))
        .issue(&root, &top, &PROVIDER, &mut SystemRandom)
        .expect("certificate");
    let person = builder("Person", &end, Profile::Mailbox)
        .with_email("person@example.com")
        .expect("address")
        .issue(&issuer, &middle, &PROVIDER, &mut SystemRandom)
        .expect("certificate");
    let content = vec![b'x'; SIZE];
    let mut message = Vec::new();
    let prepared = SignedDataBuilder::new(cms_core::oid::DATA)
        .with_signer(Signer::new(person.clone(), &end))
        .with_certificate(&person)
        .with_certificate(&issuer)
        .prepare(&PROVIDER, &POLICY)
        .expect("prepared");
    let mut digester = prepared.digester();
    digester.update(&content);
    let limits = cms_core::Limits::DEFAULT;
    let mut random = (PROVIDER.random)();
    let (prologue, epilogue) = prepared
        .sign(
            digester,
            false,
            &mut content.as_slice(),
            &limits,
            &mut *random,
        )
        .expect("signed");
    message.extend_from_slice(&prologue);
    message.extend_from_slice(&content);
    message.extend_from_slice(&epilogue);
    Chain { root, message, at }
}

pub(crate) fn run() {
    for (name, kind) in [("RSA-2048", KeyType::Rsa(2048)), ("P-256", KeyType::P256)] {
        let chain = chain(kind);
        let anchors = [TrustAnchor::from_certificate(chain.root.clone()).expect("anchor")];
        let recent = RecentSignatures::new(64);
        let judge = |known: Option<&dyn KnownSignatures>| {
            let verified = cms_core::verify(&chain.message, &PROVIDER, &POLICY).expect("verified");
            let issuers: Pool = verified.report.certificates.iter().cloned().collect();
            let context = PathContext {
                anchors: &anchors,
                issuers: &issuers,
                at: chain.at,
                purpose: Purpose::Signing,
                rules: &PathRules::DEFAULT,
                revocation: None,
                known,
                provider: &PROVIDER,
                policy: &POLICY,
            };
            let signer = &verified.report.signers[0];
            let certificate = signer.certificate.as_ref().expect("certificate");
            black_box(validate(certificate, &context).expect("path"));
        };
        let mut ours = || judge(None);
        let mut again = || judge(Some(&recent));
        let mut store = X509StoreBuilder::new().expect("store");
        store
            .add_cert(X509::from_der(chain.root.octets()).expect("certificate"))
            .expect("store");
        let store = store.build();
        let mut theirs = || {
            let mut info = CmsContentInfo::from_der(&chain.message).expect("message");
            let mut out = Vec::new();
            info.verify(None, Some(&store), None, Some(&mut out), CMSOptions::BINARY)
                .expect("verified");
            black_box(out);
        };
        tell(
            "verify, path of three",
            name,
            &rates(&mut [&mut ours, &mut theirs]),
        );
        tell(
            "verify, path of three, issuers known",
            name,
            &rates(&mut [&mut again, &mut theirs]),
        );
    }
}
