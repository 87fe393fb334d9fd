//! Inputs that are made to cost: meshes of authorities, policies and mappings, names and constraints, huge lists. Each
//! ends with a clear answer; what it took is printed (`--nocapture`).

#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Instant;

use cms_algs::{KeyType, PROVIDER, PrivateKey, SystemRandom};
use cms_core::ObjectIdentifier;
use cms_core::ber::{Cursor, write};
use cms_core::key::SigningKey as _;
use cms_core::policy::StandardPolicy;
use cms_core::provider::SignatureInput;
use cms_core::types::{Certificate, Time};
use smime_cert::anchor::TrustAnchor;
use smime_cert::crl::{CertificateList, Reason};
use smime_cert::extension::email_addresses;
use smime_cert::make::{CertificateBuilder, ListBuilder, Profile};
use smime_cert::path::{
    Issuers as _, PathContext, PathFailure, PathRules, Pool, VerifiedPath, validate,
};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::{AtHand, CertificateStatus, Mode, Revocation, StatusUnknown};

const DAY: i64 = 86_400;

fn start() -> Time {
    Time::from_rfc3339("2026-01-01T00:00:00Z").unwrap()
}

struct Authority {
    name: String,
    key: PrivateKey,
    certificate: Certificate,
}

fn builder(name: &str, key: &PrivateKey, profile: Profile) -> CertificateBuilder {
    CertificateBuilder::new(name, key.spki().clone(), profile, start(), 100)
}

fn authority(name: &str) -> Authority {
    let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
    let certificate = builder(name, &key, Profile::Authority(200))
        .self_signed(&key, &PROVIDER, &mut SystemRandom)
        .unwrap();
    Authority {
        name: name.to_owned(),
        key,
        certificate,
    }
}

fn certify(subject: &Authority, issuer: &Authority) -> Certificate {
    builder(&subject.name, &subject.key, Profile::Authority(200))
        .issue(
            &issuer.certificate,
            &issuer.key,
            &PROVIDER,
            &mut SystemRandom,
        )
        .unwrap()
}

fn leaf(issuer: &Authority) -> Certificate {
    let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
    builder("leaf", &key, Profile::Mailbox)
        .with_email("leaf@example.com")
        .unwrap()
        .issue(
            &issuer.certificate,
            &issuer.key,
            &PROVIDER,
            &mut SystemRandom,
        )
        .unwrap()
}

fn find(
    what: &str,
    leaf: &Certificate,
    anchor: &Certificate,
    issuers: &Pool,
    rules: &PathRules,
) -> Result<VerifiedPath, PathFailure> {
    let anchors = [TrustAnchor::from_certificate(anchor.clone()).unwrap()];
    let context = PathContext {
        anchors: &anchors,
        issuers,
        at: start().plus(DAY),
        purpose: Purpose::Any,
        rules,
        revocation: None,
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
    };
    let before = Instant::now();
    let found = validate(leaf, &context).map_err(|error| error.reason);
    println!("{what}: {:?}", before.elapsed());
    found
}

/// Every authority certified by every other one.
fn mesh(count: usize) -> (Vec<Authority>, Vec<Certificate>) {
    let all: Vec<_> = (0..count).map(|n| authority(&format!("CA {n}"))).collect();
    let mut certificates = Vec::new();
    for subject in &all {
        for issuer in &all {
            if subject.name != issuer.name {
                certificates.push(certify(subject, issuer));
            }
        }
    }
    (all, certificates)
}

#[test]
fn meshes_without_a_way_are_refused_and_short_ways_are_found() {
    // rfc8550:2.3/1, 4/1
    let rules = PathRules::DEFAULT;
    for count in [10, 30, 100] {
        let (all, mut certificates) = mesh(count);
        let stranger = authority("Stranger");
        let mut issuers: Pool = certificates.iter().cloned().collect();
        let end = leaf(&all[0]);
        let what = format!("mesh of {count}, no way");
        assert_eq!(
            find(&what, &end, &stranger.certificate, &issuers, &rules).unwrap_err(),
            PathFailure::NoAnchor
        );
        // The end entity's own issuer is trusted.
        let what = format!("mesh of {count}, one step");
        let found = find(&what, &end, &all[0].certificate, &issuers, &rules).unwrap();
        assert_eq!(found.certificates().len(), 2);
        // A root certifies the last authority of the mesh only.
        let root = authority("Root");
        certificates.push(certify(all.last().unwrap(), &root));
        issuers.add(certificates.pop().unwrap());
        let what = format!("mesh of {count}, three steps");
        let found = find(&what, &end, &root.certificate, &issuers, &rules).unwrap();
        assert_eq!(found.certificates().len(), 4);
        // One that has the root's name, but not its key: every way there ends with a bad signature.
        let impostor = authority("Root");
        let what = format!("mesh of {count}, all ways bad");
        let refused = find(&what, &end, &impostor.certificate, &issuers, &rules).unwrap_err();
        assert!(
            matches!(refused, PathFailure::SignatureInvalid | PathFailure::Budget),
            "{refused:?}"
        );
    }
}

/// Signs a certificate again with other extensions instead of those it has of their types.
fn with_extensions(
    certificate: &Certificate,
    issuer: &PrivateKey,
    extensions: &[(&str, Vec<u8>)],
) -> Certificate {
    let mut fields = Vec::new();
    let mut cursor = Cursor::single(certificate.tbs(), 0).unwrap().children();
    while !cursor.is_empty() {
        fields.push(cursor.element().unwrap().raw().to_vec());
    }
    fields.pop();
    let kept = certificate.extensions().iter().map(|extension| {
        let critical: &[u8] = if extension.critical {
            &write::TRUE
        } else {
            &[]
        };
        write::sequence(&[
            &write::oid(&extension.oid),
            critical,
            &write::octet_string(&extension.value),
        ])
    });
    let added = extensions.iter().map(|(oid, value)| {
        let oid = ObjectIdentifier::new_unwrap(oid);
        write::sequence(&[&write::oid(&oid), &write::octet_string(value)])
    });
    let list: Vec<Vec<u8>> = kept.chain(added).collect();
    fields.push(write::context(3, &write::sequence(&[&list.concat()])));
    let tbs = write::sequence(&[&fields.concat()]);
    let scheme = issuer.scheme(None).unwrap();
    let signature = issuer
        .sign(&scheme, SignatureInput::Message(&tbs), &mut SystemRandom)
        .unwrap();
    let algorithm = scheme.signature_algorithm.to_der();
    let der = write::sequence(&[&tbs, &algorithm, &write::bit_string(&signature)]);
    Certificate::from_der(&der).unwrap()
}

fn policy(number: usize) -> ObjectIdentifier {
    ObjectIdentifier::new(&format!("1.2.3.{number}")).unwrap()
}

fn policies(numbers: &[usize]) -> Vec<u8> {
    let list: Vec<_> = numbers
        .iter()
        .map(|number| write::sequence(&[&write::oid(&policy(*number))]))
        .collect();
    write::sequence(&[&list.concat()])
}

/// CVE-2023-0464: each of many authorities maps two policies to each other, which doubles the tree of RFC 5280 at each.
#[test]
fn policy_trees_that_double_stay_a_graph() {
    let root = authority("Root");
    let mut above = authority("CA 0");
    let (one, two) = (write::oid(&policy(1)), write::oid(&policy(2)));
    let map = |from: &[u8], to: &[u8]| write::sequence(&[from, to]);
    let mappings = write::sequence(&[
        &map(&one, &one),
        &map(&one, &two),
        &map(&two, &one),
        &map(&two, &two),
    ]);
    let extensions = [("2.5.29.32", policies(&[1, 2])), ("2.5.29.33", mappings)];
    let mut issuers = Pool::new();
    issuers.add(with_extensions(
        &certify(&above, &root),
        &root.key,
        &extensions,
    ));
    for number in 1..12 {
        let below = authority(&format!("CA {number}"));
        let certificate = certify(&below, &above);
        issuers.add(with_extensions(&certificate, &above.key, &extensions));
        above = below;
    }
    let end = with_extensions(&leaf(&above), &above.key, &[("2.5.29.32", policies(&[1]))]);
    let rules = PathRules {
        explicit_policy: true,
        ..PathRules::DEFAULT
    };
    let found = find(
        "doubling policies",
        &end,
        &root.certificate,
        &issuers,
        &rules,
    )
    .unwrap();
    assert_eq!(found.policies().len(), 2);
    let rules = PathRules {
        policies: vec![policy(3)],
        ..rules
    };
    assert_eq!(
        find(
            "doubling policies",
            &end,
            &root.certificate,
            &issuers,
            &rules
        )
        .unwrap_err(),
        PathFailure::Policies
    );
}

#[test]
fn thousands_of_policies_and_mappings_are_processed() {
    let root = authority("Root");
    let middle = authority("Middle");
    let numbers: Vec<_> = (1..3_000).collect();
    let mappings: Vec<_> = numbers
        .iter()
        .map(|number| {
            let next = write::oid(&policy(number % 3_000 + 1));
            write::sequence(&[&write::oid(&policy(*number)), &next])
        })
        .collect();
    let mappings = write::sequence(&[&mappings.concat()]);
    let extensions = [("2.5.29.32", policies(&numbers)), ("2.5.29.33", mappings)];
    let issuers: Pool = [with_extensions(
        &certify(&middle, &root),
        &root.key,
        &extensions,
    )]
    .into_iter()
    .collect();
    let policies = [("2.5.29.32", policies(&numbers))];
    let end = with_extensions(&leaf(&middle), &middle.key, &policies);
    let rules = PathRules {
        explicit_policy: true,
        ..PathRules::DEFAULT
    };
    let found = find("3,000 policies", &end, &root.certificate, &issuers, &rules).unwrap();
    assert_eq!(found.policies().len(), 2_998);
}

/// 10,000 names against 10,000 constraints are 10^8 comparisons: refused after a million.
#[test]
fn names_times_constraints_have_a_budget() {
    let root = authority("Root");
    let middle = authority("Middle");
    let bases: Vec<_> = (0..10_000)
        .map(|number| {
            let host = format!("h{number}.example.com");
            write::sequence(&[&write::context_primitive(2, host.as_bytes())])
        })
        .collect();
    let names = |count: usize| {
        let names: Vec<_> = (0..count)
            .map(|_| write::context_primitive(2, b"h9999.example.com"))
            .collect();
        write::sequence(&[&names.concat()])
    };
    let constraints = write::sequence(&[&write::context(0, &bases.concat())]);
    let constrained = [("2.5.29.30", constraints)];
    let issuers: Pool = [with_extensions(
        &certify(&middle, &root),
        &root.key,
        &constrained,
    )]
    .into_iter()
    .collect();
    let end = |count| {
        let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
        let certificate = builder("leaf", &key, Profile::Mailbox)
            .issue(
                &middle.certificate,
                &middle.key,
                &PROVIDER,
                &mut SystemRandom,
            )
            .unwrap();
        with_extensions(&certificate, &middle.key, &[("2.5.29.17", names(count))])
    };
    let rules = PathRules::DEFAULT;
    let few = find(
        "50 names, 10,000 constraints",
        &end(50),
        &root.certificate,
        &issuers,
        &rules,
    );
    assert_eq!(few.map(|path| path.certificates().len()), Ok(3));
    let many = find(
        "10,000 names and constraints",
        &end(10_000),
        &root.certificate,
        &issuers,
        &rules,
    );
    assert_eq!(many.unwrap_err(), PathFailure::TooManyNames);
}

#[test]
fn a_million_entries_are_walked_where_they_stand() {
    let root = authority("Root");
    let end = leaf(&root);
    let mut list = ListBuilder::new(1, start(), start().plus(7 * DAY));
    for number in 0u32..1_000_000 {
        let serial = [&[0x10, 0, 0, 0][..], &number.to_be_bytes()].concat();
        list = list.with_entry(&serial, start(), Reason::KeyCompromise);
    }
    let sign = |list: &ListBuilder| {
        list.sign(&root.certificate, &root.key, &PROVIDER, &mut SystemRandom)
            .unwrap()
    };
    let status = |what: &str, octets: Vec<u8>| {
        let before = Instant::now();
        let source = AtHand {
            lists: vec![CertificateList::from_vec(octets).unwrap()],
            responses: Vec::new(),
        };
        let anchors = [TrustAnchor::from_certificate(root.certificate.clone()).unwrap()];
        let context = PathContext {
            anchors: &anchors,
            issuers: &Pool::new(),
            at: start().plus(DAY),
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
        let found = validate(&end, &context).map(|path| path.statuses().to_vec());
        println!("{what}: {:?}", before.elapsed());
        found.map_err(|error| error.reason)
    };
    let good = sign(&list).octets().to_vec();
    println!("{} octets", good.len());
    assert_eq!(
        status("1,000,000 entries", good),
        Ok(vec![CertificateStatus::Good])
    );
    let revoked = list.with_entry(end.serial(), start(), Reason::Superseded);
    assert_eq!(
        status("the last of 1,000,001", sign(&revoked).octets().to_vec()),
        Err(PathFailure::Revoked {
            at: start(),
            reason: Reason::Superseded
        })
    );
}

#[test]
fn names_that_deceive_are_no_names() {
    let root = authority("Root");
    let middle = authority("Middle");
    let base = write::sequence(&[&write::context_primitive(1, b"example.com")]);
    let constraints = write::sequence(&[&write::context(0, &base)]);
    let issuers: Pool = [with_extensions(
        &certify(&middle, &root),
        &root.key,
        &[("2.5.29.30", constraints)],
    )]
    .into_iter()
    .collect();
    let long = format!("a@{}.example.com", "b".repeat(64));
    for address in [
        "a@example.com\0.evil.org",
        "a@evil.org\0@example.com",
        "a@example.com.",
        "a@.example.com",
        "a@examp\u{435}le.com",
        "a@EXAMPLE.com.evil.org",
        "@example.com",
        "a",
        &long,
    ] {
        let names = write::sequence(&[&write::context_primitive(1, address.as_bytes())]);
        let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
        let certificate = builder("leaf", &key, Profile::Mailbox)
            .issue(
                &middle.certificate,
                &middle.key,
                &PROVIDER,
                &mut SystemRandom,
            )
            .unwrap();
        let end = with_extensions(&certificate, &middle.key, &[("2.5.29.17", names)]);
        let refused = find(
            "name",
            &end,
            &root.certificate,
            &issuers,
            &PathRules::DEFAULT,
        );
        assert!(
            matches!(
                refused,
                Err(PathFailure::NameConstraints(_) | PathFailure::Extension(_))
            ),
            "{address:?}: {refused:?}"
        );
    }
}

/// Each of many lists could be signed by each of many certificates of the authority's name: only so many are tried.
#[test]
fn lists_times_signers_have_a_budget() {
    let root = authority("Root");
    let end = leaf(&root);
    let impostors: Vec<_> = (0..300).map(|_| authority("Root")).collect();
    let issuers: Pool = impostors
        .iter()
        .map(|one| one.certificate.clone())
        .collect();
    let forger = authority("Root");
    let forged = |number| {
        ListBuilder::new(number, start(), start().plus(7 * DAY))
            .sign(
                &forger.certificate,
                &forger.key,
                &PROVIDER,
                &mut SystemRandom,
            )
            .unwrap()
    };
    let genuine = ListBuilder::new(1, start(), start().plus(7 * DAY))
        .sign(&root.certificate, &root.key, &PROVIDER, &mut SystemRandom)
        .unwrap();
    let anchors = [TrustAnchor::from_certificate(root.certificate).unwrap()];
    let status = |lists| {
        let source = AtHand {
            lists,
            responses: Vec::new(),
        };
        let context = PathContext {
            anchors: &anchors,
            issuers: &issuers,
            at: start().plus(DAY),
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
        let before = Instant::now();
        let found = validate(&end, &context).map(|path| path.statuses().to_vec());
        println!("forged lists: {:?}", before.elapsed());
        found.map_err(|error| error.reason)
    };
    let mut lists: Vec<_> = (0..200).map(forged).collect();
    assert_eq!(
        status(lists.clone()),
        Err(PathFailure::RevocationUnknown(StatusUnknown::TooMuch))
    );
    // A genuine one is found beside some forged ones.
    lists.truncate(20);
    lists.push(genuine);
    assert_eq!(status(lists), Ok(vec![CertificateStatus::Good]));
}

/// Many extensions, names and namesakes are read in one pass: comparing each with each would take a minute and more.
#[test]
fn thousands_of_extensions_names_and_namesakes_are_read() {
    // rfc8550:2.3/2
    let root = authority("Root");
    // A CRL with 100,000 extensions, and one twice.
    let list = ListBuilder::new(1, start(), start().plus(DAY))
        .sign(&root.certificate, &root.key, &PROVIDER, &mut SystemRandom)
        .unwrap();
    let extended = |count: u32| {
        let mut fields = Vec::new();
        let mut cursor = Cursor::single(list.tbs(), 0).unwrap().children();
        while !cursor.is_empty() {
            fields.push(cursor.element().unwrap().raw().to_vec());
        }
        fields.pop();
        let extensions: Vec<_> = (0..count)
            .map(|number| {
                let oid = ObjectIdentifier::new(&format!("1.2.3.{}", number % 100_000)).unwrap();
                write::sequence(&[&write::oid(&oid), &write::octet_string(&[])])
            })
            .collect();
        fields.push(write::context(0, &write::sequence(&[&extensions.concat()])));
        let algorithm = list.signature_algorithm().to_der();
        CertificateList::from_vec(write::sequence(&[
            &write::sequence(&[&fields.concat()]),
            &algorithm,
            &write::bit_string(list.signature()),
        ]))
    };
    assert!(extended(100_000).is_ok());
    assert!(extended(100_001).is_err());

    // A certificate with 100,000 addresses.
    let names: Vec<_> = (0..100_000u32)
        .map(|number| write::context_primitive(1, format!("a{number}@example.com").as_bytes()))
        .collect();
    let names = write::sequence(&[&names.concat()]);
    let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
    let plain = builder("leaf", &key, Profile::Mailbox)
        .issue(&root.certificate, &root.key, &PROVIDER, &mut SystemRandom)
        .unwrap();
    let many = with_extensions(&plain, &root.key, &[("2.5.29.17", names)]);
    assert_eq!(email_addresses(&many).len(), 100_000);

    // 30,000 certificates of one subject, each twice.
    let mut pool = Pool::new();
    for number in 0..30_000u32 {
        let certificate = numbered(&plain, number);
        pool.add(certificate.clone());
        pool.add(certificate);
    }
    let subject = plain.subject().canonical().unwrap();
    assert_eq!(pool.named(&subject, None).len(), 30_000);
}

/// The certificate with another serial number; its signature does not hold any more.
fn numbered(certificate: &Certificate, number: u32) -> Certificate {
    let mut octets = certificate.octets().to_vec();
    let serial = certificate.serial();
    let at = octets
        .windows(serial.len())
        .position(|window| window == serial)
        .unwrap();
    for (octet, digit) in octets.iter_mut().skip(at + 1).zip(number.to_be_bytes()) {
        *octet = digit;
    }
    Certificate::from_der(&octets).unwrap()
}
