//! RFC 8550's profile of certificates and CRLs: names, addresses, keys and versions, made for each case.

#![expect(clippy::unwrap_used, reason = "tests")]

use cms_algs::{KeyType, PROVIDER, PrivateKey, SystemRandom};
use cms_core::ber::write::{self, Form};
use cms_core::ber::{Cursor, Tag};
use cms_core::key::SigningKey as _;
use cms_core::policy::StandardPolicy;
use cms_core::provider::SignatureInput;
use cms_core::types::{Certificate, Time};
use cms_core::{ObjectIdentifier, oid};
use smime_cert::address::{self, AddressMatch};
use smime_cert::anchor::TrustAnchor;
use smime_cert::crl::{CertificateList, Reason};
use smime_cert::extension::ids;
use smime_cert::make::{CertificateBuilder, ListBuilder, Profile};
use smime_cert::path::{PathContext, PathFailure, PathRules, Pool, validate};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::{AtHand, Mode, Revocation};

/// A certificate and its key.
struct Made {
    certificate: Certificate,
    key: PrivateKey,
}

fn start() -> Time {
    Time::from_rfc3339("2026-01-01T00:00:00Z").unwrap()
}

fn builder(name: &str, key: &PrivateKey, profile: Profile) -> CertificateBuilder {
    CertificateBuilder::new(name, key.spki().clone(), profile, start(), 100)
}

fn root(key_type: KeyType) -> Made {
    let key = PrivateKey::generate(key_type, &mut SystemRandom).unwrap();
    let certificate = builder("Root", &key, Profile::Authority(1))
        .self_signed(&key, &PROVIDER, &mut SystemRandom)
        .unwrap();
    Made { certificate, key }
}

fn issue(profile: Profile, email: Option<&str>, issuer: &Made) -> Made {
    let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
    let mut builder = builder("Somebody", &key, profile);
    if let Some(email) = email {
        builder = builder.with_email(email).unwrap();
    }
    let (by, with) = (&issuer.certificate, &issuer.key);
    let certificate = builder.issue(by, with, &PROVIDER, &mut SystemRandom);
    Made {
        certificate: certificate.unwrap(),
        key,
    }
}

fn signed(tbs: &[u8], key: &PrivateKey) -> Vec<u8> {
    let scheme = key.scheme(None).unwrap();
    let signature = key
        .sign(&scheme, SignatureInput::Message(tbs), &mut SystemRandom)
        .unwrap();
    let algorithm = scheme.signature_algorithm.to_der();
    write::sequence(&[tbs, &algorithm, &write::bit_string(&signature)])
}

/// The fields of a tbsCertificate or tbsCertList.
fn fields(tbs: &[u8]) -> Vec<Vec<u8>> {
    let mut cursor = Cursor::single(tbs, 0).unwrap().children();
    let mut fields = Vec::new();
    while !cursor.is_empty() {
        fields.push(cursor.element().unwrap().raw().to_vec());
    }
    fields
}

/// The certificate with another subject, signed again by its issuer.
fn with_subject(certificate: &Certificate, subject: &[u8], issuer: &Made) -> Certificate {
    let mut fields = fields(certificate.tbs());
    let place = fields.get_mut(5).unwrap();
    *place = subject.to_vec();
    let der = signed(&write::sequence(&[&fields.concat()]), &issuer.key);
    Certificate::from_der(&der).unwrap()
}

fn outcome(
    leaf: &Certificate,
    issuers: &[&Made],
    anchor: &Made,
    revocation: Option<Revocation<'_>>,
) -> Result<(), PathFailure> {
    let anchors = [TrustAnchor::from_certificate(anchor.certificate.clone()).unwrap()];
    let issuers: Pool = issuers.iter().map(|one| one.certificate.clone()).collect();
    let context = PathContext {
        anchors: &anchors,
        issuers: &issuers,
        at: start().plus(86_400),
        purpose: Purpose::Signing,
        rules: &PathRules::DEFAULT,
        revocation,
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
    };
    let path = validate(leaf, &context);
    path.map(|_| ()).map_err(|error| error.reason)
}

#[test]
fn ed25519_signs_certificates() {
    // rfc8550:4.3/2
    let root = root(KeyType::Ed25519);
    let leaf = issue(Profile::Mailbox, Some("a@example.com"), &root).certificate;
    let algorithm = leaf.signature_algorithm();
    assert_eq!(
        algorithm.oid,
        ObjectIdentifier::new_unwrap("1.3.101.112"),
        "id-Ed25519"
    );
    assert_eq!(outcome(&leaf, &[], &root, None), Ok(()));
    let other = self::root(KeyType::Ed25519);
    assert_eq!(
        outcome(&leaf, &[], &other, None),
        Err(PathFailure::SignatureInvalid)
    );
}

#[test]
fn an_authority_has_a_name() {
    // rfc8550:3/7
    let root = root(KeyType::P256);
    let named = issue(Profile::Authority(0), None, &root);
    let nameless = Made {
        certificate: with_subject(&named.certificate, &write::sequence(&[]), &root),
        key: named.key,
    };
    let leaf = issue(Profile::Mailbox, Some("a@example.com"), &nameless).certificate;
    // Nothing leads over an authority without a name, and nothing to one.
    assert_eq!(
        outcome(&leaf, &[&nameless], &root, None),
        Err(PathFailure::NoAnchor)
    );
    assert_eq!(
        outcome(&leaf, &[], &nameless, None),
        Err(PathFailure::MalformedName)
    );
    // An end entity needs none (RFC 8550, 3).
    let leaf = issue(Profile::Mailbox, Some("a@example.com"), &root).certificate;
    let leaf = with_subject(&leaf, &write::sequence(&[]), &root);
    assert_eq!(outcome(&leaf, &[], &root, None), Ok(()));
}

#[test]
fn addresses_in_a_name_are_read() {
    // rfc8550:3/3
    let root = root(KeyType::P256);
    let plain = issue(Profile::Mailbox, None, &root).certificate;
    assert!(plain.extension(&ids::SUBJECT_ALT_NAME).is_none());
    let text = write::tagged(Tag::IA5_STRING, Form::Primitive, b"Leaf@Example.com");
    let attribute = write::sequence(&[&write::oid(&oid::EMAIL_ADDRESS), &text]);
    let subject = write::sequence(&[&write::set_of(vec![attribute])]);
    let leaf = with_subject(&plain, &subject, &root);
    let check = |certificate, sender: &str| address::check(certificate, &[sender.into()]);
    assert_eq!(check(&leaf, "Leaf@example.com"), AddressMatch::Match);
    assert_eq!(check(&leaf, "other@example.com"), AddressMatch::Mismatch);
    assert_eq!(check(&plain, "Leaf@example.com"), AddressMatch::Absent);
}

#[test]
fn addresses_are_written_as_rfc822_names() {
    // rfc8550:4.4.3/1
    let root = root(KeyType::P256);
    let leaf = issue(Profile::Mailbox, Some("a@example.com"), &root).certificate;
    let extension = leaf.extension(&ids::SUBJECT_ALT_NAME).unwrap();
    assert_eq!(extension.value, b"\x30\x0f\x81\x0da@example.com");
}

#[test]
fn lists_of_version_1_revoke() {
    // rfc8550:2.1/3
    let root = root(KeyType::P256);
    let leaf = issue(Profile::Mailbox, Some("a@example.com"), &root).certificate;
    let other = issue(Profile::Mailbox, Some("b@example.com"), &root).certificate;
    let second = ListBuilder::new(1, start(), start().plus(86_400 * 9))
        .with_entry(leaf.serial(), start(), Reason::Unspecified)
        .sign(&root.certificate, &root.key, &PROVIDER, &mut SystemRandom)
        .unwrap();
    let mut first = fields(second.tbs());
    first.pop();
    first.remove(0);
    let first = signed(&write::sequence(&[&first.concat()]), &root.key);
    let first = CertificateList::from_vec(first).unwrap();
    assert_eq!((first.version(), second.version()), (0, 1));
    for list in [first, second] {
        let source = AtHand {
            lists: vec![list],
            responses: Vec::new(),
        };
        let hard = Revocation {
            source: &source,
            mode: Mode::Hard,
        };
        let revoked = outcome(&leaf, &[], &root, Some(hard));
        assert!(matches!(revoked, Err(PathFailure::Revoked { .. })));
        assert_eq!(outcome(&other, &[], &root, Some(hard)), Ok(()));
    }
}
