//! Paths, purposes and addresses on chains made for each case; most of them must fail.

#![expect(
    clippy::unwrap_used,
    clippy::redundant_clone,
    clippy::cloned_ref_to_slice_refs,
    reason = "tests"
)]

use cms_algs::{KeyType, PROVIDER, PrivateKey, SystemRandom};
use cms_core::ber::{Cursor, write};
use cms_core::key::SigningKey;
use cms_core::policy::StandardPolicy;
use cms_core::provider::SignatureInput;
use cms_core::types::{Certificate, Time};
use cms_core::{ObjectIdentifier, oid};
use smime_cert::address::{self, AddressMatch};
use smime_cert::anchor::TrustAnchor;
use smime_cert::extension::{ExtensionError, ids};
use smime_cert::make::{CertificateBuilder, MakeError, Profile};
use smime_cert::path::{KnownSignatures, PathContext, PathFailure, PathRules, Pool, validate};
use smime_cert::purpose::{self, Purpose, PurposeError};

const DAY: i64 = 86_400;

fn start() -> Time {
    Time::from_rfc3339("2026-01-01T00:00:00Z").unwrap()
}

/// A certificate and its key.
struct Made {
    certificate: Certificate,
    key: PrivateKey,
}

fn key() -> PrivateKey {
    PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap()
}

fn root(below: u8) -> Made {
    let key = key();
    let certificate = CertificateBuilder::new(
        "Root",
        key.spki().clone(),
        Profile::Authority(below),
        start(),
        100,
    )
    .self_signed(&key, &PROVIDER, &mut SystemRandom)
    .unwrap();
    Made { certificate, key }
}

fn issue(name: &str, profile: Profile, issuer: &Made) -> Made {
    let key = key();
    let mut builder = CertificateBuilder::new(name, key.spki().clone(), profile, start(), 100);
    if !matches!(profile, Profile::Authority(_)) {
        builder = builder.with_email(&format!("{name}@example.com")).unwrap();
    }
    let certificate = builder
        .issue(
            &issuer.certificate,
            &issuer.key,
            &PROVIDER,
            &mut SystemRandom,
        )
        .unwrap();
    Made { certificate, key }
}

/// Signs a certificate again whose tbsCertificate was changed by `change`.
fn changed(
    certificate: &Certificate,
    issuer: &Made,
    change: impl FnOnce(&mut Vec<Vec<u8>>),
) -> Certificate {
    let mut fields = Vec::new();
    let mut cursor = Cursor::single(certificate.tbs(), 0).unwrap().children();
    while !cursor.is_empty() {
        fields.push(cursor.element().unwrap().raw().to_vec());
    }
    change(&mut fields);
    let parts: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
    let tbs = write::sequence(&parts);
    let scheme = issuer.key.scheme(None).unwrap();
    let signature = issuer
        .key
        .sign(&scheme, SignatureInput::Message(&tbs), &mut SystemRandom)
        .unwrap();
    let der = write::sequence(&[
        &tbs,
        &scheme.signature_algorithm.to_der(),
        &write::bit_string(&signature),
    ]);
    Certificate::from_der(&der).unwrap()
}

fn with_extension(
    certificate: &Certificate,
    issuer: &Made,
    oid: &str,
    critical: bool,
    value: &[u8],
) -> Certificate {
    let oid = ObjectIdentifier::new(oid).unwrap();
    let flag: &[u8] = if critical { &write::TRUE } else { &[] };
    let extension = write::sequence(&[&write::oid(&oid), flag, &write::octet_string(value)]);
    changed(certificate, issuer, |fields| {
        let last = fields.pop().unwrap();
        let list = Cursor::single(&last, 0)
            .unwrap()
            .children()
            .element()
            .unwrap()
            .contents()
            .to_vec();
        fields.push(write::context(3, &write::sequence(&[&list, &extension])));
    })
}

fn without_extension(certificate: &Certificate, issuer: &Made, oid: &str) -> Certificate {
    let oid = ObjectIdentifier::new(oid).unwrap();
    changed(certificate, issuer, |fields| {
        let last = fields.pop().unwrap();
        let mut list = Cursor::single(&last, 0)
            .unwrap()
            .children()
            .element()
            .unwrap()
            .children();
        let mut kept = Vec::new();
        while !list.is_empty() {
            let extension = list.element().unwrap();
            if extension.children().element().unwrap().oid().unwrap() != oid {
                kept.extend_from_slice(extension.raw());
            }
        }
        fields.push(write::context(3, &write::sequence(&[&kept])));
    })
}

fn without_extensions(certificate: &Certificate, issuer: &Made) -> Certificate {
    changed(certificate, issuer, |fields| {
        fields.pop();
    })
}

fn outcome_at(
    leaf: &Certificate,
    anchors: &[Certificate],
    intermediates: &[Certificate],
    at: Time,
) -> Result<usize, PathFailure> {
    let anchors: Vec<_> = anchors
        .iter()
        .map(|anchor| TrustAnchor::from_certificate(anchor.clone()).unwrap())
        .collect();
    let issuers: Pool = intermediates.iter().cloned().collect();
    let context = PathContext {
        anchors: &anchors,
        issuers: &issuers,
        at,
        purpose: Purpose::Signing,
        rules: &PathRules::DEFAULT,
        revocation: None,
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
    };
    validate(leaf, &context)
        .map(|path| path.certificates().len())
        .map_err(|error| error.reason)
}

fn outcome(
    leaf: &Certificate,
    anchors: &[Certificate],
    intermediates: &[Certificate],
) -> Result<usize, PathFailure> {
    outcome_at(leaf, anchors, intermediates, start().plus(DAY))
}

#[test]
fn chains_lead_to_their_anchor() {
    // rfc8550:2.3/3, 4.3/1
    let root = root(1);
    let middle = issue("Middle", Profile::Authority(0), &root);
    let leaf = issue("leaf", Profile::Mailbox, &middle);
    let anchors = [root.certificate.clone()];
    assert_eq!(
        outcome(&leaf.certificate, &anchors, &[middle.certificate.clone()]),
        Ok(3)
    );
    // The anchor may be any certificate on the way, or the end entity itself.
    assert_eq!(
        outcome(&leaf.certificate, &[middle.certificate.clone()], &[]),
        Ok(2)
    );
    assert_eq!(
        outcome(&leaf.certificate, &[leaf.certificate.clone()], &[]),
        Ok(1)
    );
    // Without the intermediate, or with another root of the same name, there is no path.
    assert_eq!(
        outcome(&leaf.certificate, &anchors, &[]),
        Err(PathFailure::NoAnchor)
    );
    let other = self::root(1);
    assert_eq!(
        outcome(
            &leaf.certificate,
            &[other.certificate],
            &[middle.certificate]
        ),
        Err(PathFailure::SignatureInvalid)
    );
}

#[test]
fn validity_is_checked_to_the_second() {
    let root = root(0);
    let leaf = issue("leaf", Profile::Mailbox, &root).certificate;
    let anchors = [root.certificate];
    let at = |time| outcome_at(&leaf, &anchors, &[], time);
    assert_eq!(at(leaf.not_before()), Ok(2));
    assert_eq!(at(leaf.not_after()), Ok(2));
    assert_eq!(
        at(leaf.not_before().plus(-1)),
        Err(PathFailure::NotYetValid(leaf.not_before()))
    );
    assert_eq!(
        at(leaf.not_after().plus(1)),
        Err(PathFailure::Expired(leaf.not_after()))
    );
}

#[test]
fn only_authorities_issue() {
    // rfc8550:4.4/1, 4.4.1/1
    let root = root(1);
    let anchors = [root.certificate.clone()];
    // An end entity that signs another one.
    let mallory = issue("mallory", Profile::Mailbox, &root);
    let victim = issue("victim", Profile::Mailbox, &mallory).certificate;
    assert_eq!(
        outcome(&victim, &anchors, &[mallory.certificate.clone()]),
        Err(PathFailure::NotACa)
    );
    // An authority without extensions is none, whatever its name.
    let middle = issue("Middle", Profile::Authority(0), &root);
    let leaf = issue("leaf", Profile::Mailbox, &middle).certificate;
    let bare = without_extensions(&middle.certificate, &root);
    assert_eq!(outcome(&leaf, &anchors, &[bare]), Err(PathFailure::NotACa));
}

#[test]
fn a_trusted_end_entity_is_no_authority() {
    let root = root(0);
    let mallory = issue("mallory", Profile::Mailbox, &root);
    let victim = issue("victim", Profile::Mailbox, &mallory).certificate;
    let anchors = [mallory.certificate.clone()];
    assert_eq!(outcome(&mallory.certificate, &anchors, &[]), Ok(1));
    assert_eq!(outcome(&victim, &anchors, &[]), Err(PathFailure::NotACa));
    // An anchor's path length counts as well.
    let middle = issue("Middle", Profile::Authority(0), &root);
    let leaf = issue("leaf", Profile::Mailbox, &middle).certificate;
    assert_eq!(
        outcome(&leaf, &[root.certificate], &[middle.certificate]),
        Err(PathFailure::PathLength)
    );
}

#[test]
fn a_critical_extended_key_usage_of_an_authority_must_allow_mail() {
    let root = root(1);
    let anchors = [root.certificate.clone()];
    let middle = issue("Middle", Profile::Authority(0), &root);
    let leaf = issue("leaf", Profile::Mailbox, &middle).certificate;
    let usage = |oid: &str| write::sequence(&[&write::oid(&ObjectIdentifier::new(oid).unwrap())]);
    for (purpose, good) in [("1.3.6.1.5.5.7.3.1", false), ("1.3.6.1.5.5.7.3.4", true)] {
        let limited = with_extension(
            &middle.certificate,
            &root,
            "2.5.29.37",
            true,
            &usage(purpose),
        );
        assert_eq!(
            outcome(&leaf, &anchors, &[limited]).is_ok(),
            good,
            "{purpose}"
        );
    }
}

#[test]
fn path_lengths_are_kept() {
    let root = root(3);
    let anchors = [root.certificate.clone()];
    let one = issue("One", Profile::Authority(0), &root);
    let two = issue("Two", Profile::Authority(0), &one);
    let leaf = issue("leaf", Profile::Mailbox, &two).certificate;
    // One allows no authority below it.
    assert_eq!(
        outcome(&leaf, &anchors, &[one.certificate, two.certificate]),
        Err(PathFailure::PathLength)
    );
}

#[test]
fn an_authority_needs_key_cert_sign() {
    let root = root(1);
    let middle = issue("Middle", Profile::Authority(0), &root);
    let leaf = issue("leaf", Profile::Mailbox, &middle).certificate;
    let lame = changed(&middle.certificate, &root, |fields| {
        let last = fields.last_mut().unwrap();
        // keyUsage { keyCertSign, cRLSign } becomes { cRLSign }.
        let usage = [3, 2, 1, 6];
        let at = last.windows(4).position(|window| window == usage).unwrap();
        last.splice(at..at + 4, [3, 2, 1, 2]);
    });
    assert_eq!(
        outcome(&leaf, &[root.certificate], &[lame]),
        Err(PathFailure::NotForCertificates)
    );
}

#[test]
fn what_is_critical_and_not_processed_refuses_the_path() {
    let root = root(1);
    let anchors = [root.certificate.clone()];
    let leaf = issue("leaf", Profile::Mailbox, &root).certificate;
    let unknown = ObjectIdentifier::new_unwrap("1.2.3.4");
    let critical = with_extension(&leaf, &root, "1.2.3.4", true, &write::NULL);
    assert_eq!(
        outcome(&critical, &anchors, &[]),
        Err(PathFailure::UnsupportedCriticalExtension(unknown))
    );
    let plain = with_extension(&leaf, &root, "1.2.3.4", false, &write::NULL);
    assert_eq!(outcome(&plain, &anchors, &[]), Ok(2));
    // Constraints that cannot be read are never waved through, critical or not; policies neither.
    for critical in [true, false] {
        let middle = issue("Middle", Profile::Authority(0), &root);
        let leaf = issue("leaf", Profile::Mailbox, &middle).certificate;
        let empty = write::sequence(&[]);
        let constrained = with_extension(&middle.certificate, &root, "2.5.29.30", critical, &empty);
        assert_eq!(
            outcome(&leaf, &anchors, &[constrained]),
            Err(PathFailure::Extension(ExtensionError(
                ids::NAME_CONSTRAINTS
            )))
        );
        let policies = with_extension(&leaf, &root, "2.5.29.32", critical, &write::NULL);
        assert!(matches!(
            outcome(&policies, &anchors, &[]),
            Err(PathFailure::Extension(_) | PathFailure::SignatureInvalid | PathFailure::NoAnchor)
        ));
    }
}

#[test]
fn a_changed_certificate_has_no_path() {
    let root = root(0);
    let leaf = issue("leaf", Profile::Mailbox, &root).certificate;
    let anchors = [root.certificate];
    let octets = leaf.octets();
    for index in 0..octets.len() {
        let mut bad = octets.to_vec();
        if let Some(octet) = bad.get_mut(index) {
            *octet ^= 4;
        }
        if let Ok(bad) = Certificate::from_der(&bad) {
            assert!(outcome(&bad, &anchors, &[]).is_err(), "octet {index}");
        }
    }
}

#[test]
fn a_doubled_extension_is_refused() {
    let root = root(0);
    let leaf = issue("leaf", Profile::Mailbox, &root).certificate;
    let doubled = with_extension(&leaf, &root, "2.5.29.15", true, &[3, 2, 6, 0xc0]);
    assert!(matches!(
        outcome(&doubled, &[root.certificate], &[]),
        Err(PathFailure::Extension(_))
    ));
}

#[test]
fn a_mesh_of_authorities_ends_within_the_budget() {
    // Twelve authorities, each certified by every other one, and no way to the anchor.
    let stranger = root(9);
    let roots: Vec<_> = (0..12)
        .map(|index| {
            let key = key();
            let name = format!("CA {index}");
            let certificate = CertificateBuilder::new(
                &name,
                key.spki().clone(),
                Profile::Authority(20),
                start(),
                100,
            )
            .self_signed(&key, &PROVIDER, &mut SystemRandom)
            .unwrap();
            (name, Made { certificate, key })
        })
        .collect();
    let mut mesh = Vec::new();
    for (name, subject) in &roots {
        for (other, issuer) in &roots {
            if name != other {
                let builder = CertificateBuilder::new(
                    name,
                    subject.key.spki().clone(),
                    Profile::Authority(20),
                    start(),
                    100,
                );
                mesh.push(
                    builder
                        .issue(
                            &issuer.certificate,
                            &issuer.key,
                            &PROVIDER,
                            &mut SystemRandom,
                        )
                        .unwrap(),
                );
            }
        }
    }
    let leaf = issue("leaf", Profile::Mailbox, &roots.first().unwrap().1).certificate;
    assert_eq!(
        outcome(&leaf, &[stranger.certificate], &mesh),
        Err(PathFailure::NoAnchor)
    );
}

#[test]
fn purposes_follow_key_usage_and_extended_key_usage() {
    // rfc5652:6.2.1/3, 6.2.2/5, rfc8550:4.4.2/2, 4.4.2/3, 4.4.4/1
    let root = root(0);
    let signing = issue("signing", Profile::MailboxSigning, &root).certificate;
    let encryption = issue("encryption", Profile::MailboxEncryption, &root).certificate;
    assert_eq!(purpose::check(&signing, Purpose::Signing), Ok(()));
    assert_eq!(
        purpose::check(&signing, Purpose::KeyAgreement),
        Err(PurposeError::KeyUsage)
    );
    assert_eq!(purpose::check(&encryption, Purpose::KeyAgreement), Ok(()));
    assert_eq!(
        purpose::check(&encryption, Purpose::KeyTransport),
        Err(PurposeError::KeyUsage)
    );
    assert_eq!(
        purpose::check(&encryption, Purpose::Signing),
        Err(PurposeError::KeyUsage)
    );
    let server = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
    assert_eq!(
        purpose::check(&signing, Purpose::SigningFor(server)),
        Err(PurposeError::ExtendedKeyUsage)
    );
    // A certificate without either extension may be used for everything (RFC 8550, 4.4).
    let bare = without_extensions(&signing, &root);
    assert_eq!(purpose::check(&bare, Purpose::Signing), Ok(()));
    // The path tells the purpose when that is all that is wrong.
    assert_eq!(
        outcome(&encryption, &[root.certificate], &[]),
        Err(PathFailure::Purpose(PurposeError::KeyUsage))
    );
}

#[test]
fn addresses_match_or_are_absent() {
    // rfc8550:3/1, 3/2, 3/5
    let root = root(0);
    let leaf = issue("leaf", Profile::Mailbox, &root).certificate;
    let check = |sender: &str| address::check(&leaf, &[sender.into()]);
    assert_eq!(check("LEAF@EXAMPLE.com"), AddressMatch::Match);
    assert_eq!(check("other@example.com"), AddressMatch::Mismatch);
    assert_eq!(
        address::check(&root.certificate, &["a@b".into()]),
        AddressMatch::Absent
    );
}

#[test]
fn internationalised_addresses_match_nobody_else() {
    // rfc8550:3/2
    let root = root(0);
    let key = key();
    let plain = CertificateBuilder::new("x", key.spki().clone(), Profile::Mailbox, start(), 1)
        .issue(&root.certificate, &root.key, &PROVIDER, &mut SystemRandom)
        .unwrap();
    let mailbox = "m\u{fc}ller@example.com";
    let value = write::context(
        0,
        &write::tagged(
            cms_core::ber::Tag::UTF8_STRING,
            write::Form::Primitive,
            mailbox.as_bytes(),
        ),
    );
    let oid = write::oid(&ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.8.9"));
    let names = write::sequence(&[&write::context(0, &[oid, value].concat())]);
    let certificate = with_extension(&plain, &root, "2.5.29.17", false, &names);
    let check = |sender: &str| address::check(&certificate, &[sender.into()]);
    assert_eq!(check(mailbox), AddressMatch::Match);
    assert_eq!(check("M\u{dc}LLER@example.com"), AddressMatch::Mismatch);
    assert_eq!(check("alice@example.com"), AddressMatch::Mismatch);
}

#[test]
fn requests_carry_their_addresses_and_must_be_signed() {
    let key = key();
    let builder = CertificateBuilder::new("x", key.spki().clone(), Profile::Mailbox, start(), 1)
        .with_email("x@example.com")
        .unwrap();
    let request = builder.request(&key, &mut SystemRandom).unwrap();
    let read = |octets: &[u8]| {
        CertificateBuilder::from_request(octets, Profile::Mailbox, start(), 1, &PROVIDER)
    };
    assert_eq!(read(&request).unwrap().emails(), ["x@example.com"]);
    for index in 0..request.len() {
        let mut bad = request.clone();
        if let Some(octet) = bad.get_mut(index) {
            *octet ^= 1;
        }
        assert!(read(&bad).is_err(), "octet {index}");
    }
}

/// A CertificationRequest of this subject, with an address in subjectAltName.
fn request_of(subject: &[u8], key: &PrivateKey) -> Vec<u8> {
    let names = write::sequence(&[&write::context_primitive(1, b"mallory@evil.example")]);
    let extension = write::sequence(&[
        &write::oid(&ids::SUBJECT_ALT_NAME),
        &write::octet_string(&names),
    ]);
    let attribute = write::sequence(&[
        &write::oid(&ids::EXTENSION_REQUEST),
        &write::set_of(vec![write::sequence(&[&extension])]),
    ]);
    let info = write::sequence(&[
        &write::integer(0),
        subject,
        &key.spki().to_der(),
        &write::context(0, &attribute),
    ]);
    let scheme = key.scheme(None).unwrap();
    let signature = key
        .sign(&scheme, SignatureInput::Message(&info), &mut SystemRandom)
        .unwrap();
    write::sequence(&[
        &info,
        &scheme.signature_algorithm.to_der(),
        &write::bit_string(&signature),
    ])
}

#[test]
fn requests_hide_no_address_in_their_subject() {
    // rfc8550:3/8
    let (key, root) = (key(), root(0));
    let read = |subject: &[u8]| {
        let octets = request_of(subject, &key);
        CertificateBuilder::from_request(&octets, Profile::Mailbox, start(), 9, &PROVIDER).unwrap()
    };
    let issue = |builder: CertificateBuilder| {
        builder.issue(&root.certificate, &root.key, &PROVIDER, &mut SystemRandom)
    };
    let attribute = |oid: &ObjectIdentifier, text: &[u8]| {
        let value = write::tagged(cms_core::ber::Tag::IA5_STRING, write::Form::Primitive, text);
        write::set_of(vec![write::sequence(&[&write::oid(oid), &value])])
    };
    let mail = attribute(&oid::EMAIL_ADDRESS, b"ceo@corp.example");
    let name = attribute(&ids::COMMON_NAME, b"Mallory");
    let builder = read(&write::sequence(&[&name, &mail]));
    // Who issues sees both.
    assert_eq!(
        builder.emails(),
        ["mallory@evil.example", "ceo@corp.example"]
    );
    let certificate = issue(builder).unwrap();
    assert_eq!(certificate.subject().to_string(), "CN=Mallory");
    // The name of the authority is its own.
    let own = issue(read(root.certificate.subject().octets()));
    assert!(matches!(own, Err(MakeError::SubjectIsIssuer)), "{own:?}");
    // Without any name the addresses are critical.
    let nameless = issue(read(&write::sequence(&[&mail]))).unwrap();
    assert!(nameless.subject().is_empty());
    assert!(nameless.extension(&ids::SUBJECT_ALT_NAME).unwrap().critical);
}

/// rfc5937:3.2: an intersection of policies that is empty accepts none, anyPolicy neither.
#[test]
fn policies_of_anchor_and_user_without_common_ones_accept_nothing() {
    let root = root(0);
    let policies = |numbers: &[&str]| {
        let list: Vec<_> = numbers
            .iter()
            .map(|oid| write::sequence(&[&write::oid(&ObjectIdentifier::new(oid).unwrap())]))
            .collect();
        write::sequence(&[&list.concat()])
    };
    let ids = "2.5.29.32";
    let anchor = with_extension(
        &root.certificate,
        &root,
        ids,
        false,
        &policies(&["1.2.3.4"]),
    );
    let leaf = issue("alice", Profile::Mailbox, &root).certificate;
    let status = |leaf_policies: &[&str], wanted: &str| {
        let leaf = with_extension(&leaf, &root, ids, false, &policies(leaf_policies));
        let anchors = [TrustAnchor::from_certificate(anchor.clone()).unwrap()];
        let rules = PathRules {
            policies: vec![ObjectIdentifier::new(wanted).unwrap()],
            explicit_policy: true,
            ..PathRules::DEFAULT
        };
        let context = PathContext {
            anchors: &anchors,
            issuers: &Pool::new(),
            at: start().plus(DAY),
            purpose: Purpose::Signing,
            rules: &rules,
            revocation: None,
            known: None,
            provider: &PROVIDER,
            policy: &StandardPolicy::Default,
        };
        validate(&leaf, &context)
            .map(|path| path.certificates().len())
            .map_err(|error| error.reason)
    };
    assert_eq!(status(&["2.5.29.32.0"], "1.2.3.4"), Ok(2));
    assert_eq!(status(&["1.2.3.4"], "1.2.3.4"), Ok(2));
    for leaf_policies in [
        &["2.5.29.32.0"][..],
        &["1.2.3.5"],
        &["2.5.29.32"],
        &["1.2.3.4"],
    ] {
        let found = status(leaf_policies, "1.2.3.5");
        assert_eq!(found, Err(PathFailure::Policies), "{leaf_policies:?}");
    }
}

/// rfc5914:2.5: what a TrustAnchorInfo leaves out, its certificate says.
#[test]
fn anchors_with_a_certificate_keep_its_limits() {
    let root = root(0);
    let base = write::sequence(&[&write::context_primitive(1, b"only.example")]);
    let constraints = write::sequence(&[&write::context(0, &base)]);
    let limited = with_extension(&root.certificate, &root, "2.5.29.30", true, &constraints);
    let leaf = issue("alice", Profile::Mailbox, &root).certificate;
    let info = |certificate: &Certificate, key: &PrivateKey| {
        let contents = Cursor::single(certificate.octets(), 0).unwrap();
        let path = write::sequence(&[
            certificate.subject().octets(),
            &write::context(0, contents.contents()),
        ]);
        let id = certificate.subject_key_identifier().unwrap();
        let info = write::sequence(&[&key.spki().to_der(), &write::octet_string(id), &path]);
        TrustAnchor::from_der(&write::context(2, &info))
    };
    let outcome = |anchor: TrustAnchor| {
        let anchors = [anchor];
        let context = PathContext {
            anchors: &anchors,
            issuers: &Pool::new(),
            at: start().plus(DAY),
            purpose: Purpose::Signing,
            rules: &PathRules::DEFAULT,
            revocation: None,
            known: None,
            provider: &PROVIDER,
            policy: &StandardPolicy::Default,
        };
        validate(&leaf, &context)
            .map(|_| ())
            .map_err(|error| error.reason)
    };
    assert_eq!(outcome(info(&root.certificate, &root.key).unwrap()), Ok(()));
    let refused = outcome(info(&limited, &root.key).unwrap());
    assert!(
        matches!(refused, Err(PathFailure::NameConstraints(_))),
        "{refused:?}"
    );
    // Another one's certificate is no part of it.
    assert!(info(&root.certificate, &key()).is_err());
}

#[test]
fn numbers_and_strings_are_compared_by_value() {
    let root = root(1);
    let middle = issue("Middle", Profile::Authority(0), &root);
    let below = issue("Below", Profile::Authority(0), &middle);
    let leaf = issue("alice", Profile::Mailbox, &below).certificate;
    // pathLenConstraint 0 in ten octets is still 0.
    let long = write::tagged(
        cms_core::ber::Tag::INTEGER,
        write::Form::Primitive,
        &[0; 10],
    );
    let without = without_extension(&middle.certificate, &root, "2.5.29.19");
    let value = write::sequence(&[&write::TRUE, &long]);
    let padded = with_extension(&without, &root, "2.5.29.19", true, &value);
    assert_eq!(
        outcome(
            &leaf,
            &[root.certificate.clone()],
            &[padded, below.certificate]
        ),
        Err(PathFailure::PathLength)
    );
    // A name is the same in whatever type of string.
    let name = |number: u32| {
        let tag = cms_core::ber::Tag::universal(number);
        let value = write::tagged(tag, write::Form::Primitive, b"Bad");
        let pair = write::sequence(&[&write::oid(&ids::COMMON_NAME), &value]);
        write::sequence(&[&write::set_of(vec![pair])])
    };
    let names = [12, 18, 19, 22, 26].map(name);
    for other in &names {
        let [one, other] = [&names[0], other].map(|name| cms_core::types::Name::new(name));
        assert!(one.matches(&other));
    }
}

/// rfc5280:4.1.2.9: extensions are for version 3.
#[test]
fn extensions_of_version_1_are_refused() {
    let root = root(0);
    let leaf = issue("alice", Profile::Mailbox, &root).certificate;
    let old = changed(&leaf, &root, |fields| {
        fields.remove(0);
    });
    assert_eq!(
        outcome(&old, &[root.certificate.clone()], &[]),
        Err(PathFailure::Version(0))
    );
}

/// A dNSName with a period in front is against RFC 5280, 4.2.1.10, and in many CAs' certificates: it is no matter to
/// mail.
#[test]
fn constraints_of_hosts_do_not_concern_mail() {
    let root = root(1);
    let middle = issue("Middle", Profile::Authority(0), &root);
    let leaf = issue("alice", Profile::Mailbox, &middle).certificate;
    let permitted = [
        write::sequence(&[&write::context_primitive(1, b"example.com")]),
        write::sequence(&[&write::context_primitive(2, b".example.com")]),
    ];
    let constraints = write::sequence(&[&write::context(0, &permitted.concat())]);
    let limited = with_extension(&middle.certificate, &root, "2.5.29.30", true, &constraints);
    let anchors = [root.certificate.clone()];
    assert_eq!(outcome(&leaf, &anchors, &[limited.clone()]), Ok(3));
    let names = write::sequence(&[
        &write::context_primitive(1, b"alice@example.com"),
        &write::context_primitive(2, b"www.example.com"),
    ]);
    let nameless = without_extension(&leaf, &middle, "2.5.29.17");
    let host = with_extension(&nameless, &middle, "2.5.29.17", false, &names);
    let refused = outcome(&host, &anchors, &[limited]);
    assert!(
        matches!(refused, Err(PathFailure::NameConstraints(_))),
        "{refused:?}"
    );
}

#[test]
fn addresses_that_are_none_are_refused() {
    // rfc8551:4.1/3
    let key = key();
    for address in [
        "",
        "x",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "ä@example.com",
        "a b@example.com",
        "a@b\n",
    ] {
        let builder =
            CertificateBuilder::new("x", key.spki().clone(), Profile::Mailbox, start(), 1);
        assert!(builder.with_email(address).is_err(), "{address:?}");
    }
    assert!(PrivateKey::generate(KeyType::Rsa(1024), &mut SystemRandom).is_err());
}

#[test]
fn x509_cert_reads_what_we_make() {
    use der::{Decode, Encode};
    let root = root(0);
    let leaf = issue("leaf", Profile::Mailbox, &root).certificate;
    for certificate in [root.certificate, leaf] {
        let theirs = x509_cert::Certificate::from_der(certificate.octets()).unwrap();
        assert_eq!(theirs.to_der().unwrap(), certificate.octets());
        assert_eq!(
            theirs.tbs_certificate().serial_number().as_bytes(),
            certificate.serial()
        );
        let oid = theirs
            .tbs_certificate()
            .subject_public_key_info()
            .algorithm
            .oid;
        assert_eq!(oid, oid::EC_PUBLIC_KEY);
    }
}

/// Counts what is asked for and added.
#[derive(Default)]
struct Counted {
    recent: std::cell::RefCell<Vec<[u8; 32]>>,
    hits: std::cell::Cell<usize>,
}

impl KnownSignatures for Counted {
    fn holds(&self, fingerprint: &[u8; 32]) -> bool {
        let known = self.recent.borrow().contains(fingerprint);
        self.hits.set(self.hits.get() + usize::from(known));
        known
    }

    fn add(&self, fingerprint: [u8; 32]) {
        self.recent.borrow_mut().push(fingerprint);
    }
}

#[test]
fn known_signatures_save_work_and_nothing_else() {
    let root = root(1);
    let middle = issue("Middle", Profile::Authority(0), &root);
    let leaf = issue("alice", Profile::Mailbox, &middle).certificate;
    let anchors = [TrustAnchor::from_certificate(root.certificate.clone()).unwrap()];
    let known = Counted::default();
    let judge = |leaf: &Certificate, middle: &Certificate, at: Time| {
        let issuers: Pool = [middle.clone()].into_iter().collect();
        let context = PathContext {
            anchors: &anchors,
            issuers: &issuers,
            at,
            purpose: Purpose::Signing,
            rules: &PathRules::DEFAULT,
            revocation: None,
            known: Some(&known),
            provider: &PROVIDER,
            policy: &StandardPolicy::Default,
        };
        validate(leaf, &context)
            .map(|_| ())
            .map_err(|error| error.reason)
    };
    let now = start().plus(DAY);
    assert_eq!(judge(&leaf, &middle.certificate, now), Ok(()));
    assert_eq!((known.hits.get(), known.recent.borrow().len()), (0, 2));
    assert_eq!(judge(&leaf, &middle.certificate, now), Ok(()));
    assert_eq!((known.hits.get(), known.recent.borrow().len()), (2, 2));
    // What is valid depends on more than signatures.
    let late = judge(&leaf, &middle.certificate, start().plus(200 * DAY));
    assert!(matches!(late, Err(PathFailure::Expired(_))), "{late:?}");
    // Another signature, message or key is another one.
    let other = issue("Middle", Profile::Authority(0), &root);
    assert!(judge(&leaf, &other.certificate, now).is_err());
    let octets = leaf.octets().to_vec();
    for at in (octets.len() - 80)..octets.len() {
        let mut changed = octets.clone();
        if let Some(octet) = changed.get_mut(at) {
            *octet ^= 1;
        }
        if let Ok(changed) = Certificate::from_der(&changed) {
            assert!(
                judge(&changed, &middle.certificate, now).is_err(),
                "octet {at}"
            );
        }
    }
}
