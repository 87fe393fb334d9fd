//! Attribute certificates (RFC 5755) and clearances: those of other people's software are read, ours are judged.

#![expect(
    clippy::unwrap_used,
    clippy::cloned_ref_to_slice_refs,
    reason = "tests"
)]

use cms_algs::{KeyType, PROVIDER, PrivateKey, SystemRandom};
use cms_core::ObjectIdentifier;
use cms_core::ber::{Cursor, Tag, write};
use cms_core::key::SigningKey;
use cms_core::policy::StandardPolicy;
use cms_core::provider::SignatureInput;
use cms_core::types::{Certificate, Time};
use smime_cert::anchor::TrustAnchor;
use smime_cert::attribute_certificate::{AttributeCertificate, AttributeFailure, Verifier};
use smime_cert::clearance::{self, Clearance};
use smime_cert::crl::Reason;
use smime_cert::make::{CertificateBuilder, ListBuilder, Profile};
use smime_cert::path::{PathContext, PathFailure, PathRules, Pool, VerifiedPath, validate};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::{AtHand, Mode, Revocation};

const DAY: i64 = 86_400;

static RULES: PathRules = PathRules::DEFAULT;

fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new(text).unwrap()
}

fn vector(folder: &str, name: &str) -> Option<Vec<u8>> {
    let vectors = testkit::vectors::folder("attribute certificates")?;
    Some(std::fs::read(vectors.join(folder).join(name)).unwrap())
}

#[test]
fn attribute_certificates_of_others_are_read() {
    for name in [
        "rfc5755-AttributeCertificate-pem_text.der",
        "rfc3281-AttributeCertificate-pem_text.der",
    ] {
        let Some(octets) = vector("pyasn1-alt", name) else {
            return;
        };
        let found = AttributeCertificate::from_der(&octets).unwrap();
        assert_eq!(found.octets(), octets);
        assert_eq!(found.serial(), [0x0b, 0xad, 0xca, 0xfe]);
        assert_eq!(
            found.issuer().to_string(),
            "O=ACME Ltd.,C=FI,CN=example.com"
        );
        assert_eq!(found.not_before().to_rfc3339(), "2016-01-01T12:00:00Z");
        assert_eq!(found.not_after().to_rfc3339(), "2016-03-01T12:00:00Z");
        let (issuer, serial) = found.holder().base_certificate_id.clone().unwrap();
        assert_eq!(serial, [0x1e, 0xcd, 0x5a]);
        assert!(issuer.len() > 20);
        assert_eq!(found.holder().entity_names.len(), 1);
        let kinds: Vec<_> = found
            .attributes()
            .iter()
            .map(|one| one.oid.to_string())
            .collect();
        assert!(
            kinds.contains(&"1.3.6.1.5.5.7.10.4".to_owned()),
            "{kinds:?}"
        );
        for end in 0..octets.len() {
            assert!(AttributeCertificate::from_der(octets.get(..end).unwrap()).is_err());
        }
    }
}

#[test]
fn clearances_of_others_are_read() {
    let read = |name: &str| {
        let octets = vector("pyasn1-alt", name)?;
        Some(Certificate::from_der(&octets).unwrap())
    };
    let Some(person) = read("rfc5755-CertificateWithClearance-cert_pem_text.der") else {
        return;
    };
    let found = clearance::of_certificate(&person).unwrap();
    let [found] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(found.policy, oid("1.2.840.113549.1.9.16.7.3"));
    assert_eq!(
        [0, 1, 2, 3].map(|class| found.has(class)),
        [true, true, true, false]
    );
    let [(kind, value)] = found.categories.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(*kind, oid("1.2.840.113549.1.9.16.7.4"));
    assert!(value.ends_with(b"HUMAN RESOURCES USE ONLY"));
    assert_eq!(clearance::constraints_of_certificate(&person), Ok(None));

    let authority = read("rfc5913-Clearance-cert_pem_text.der").unwrap();
    let found = clearance::constraints_of_certificate(&authority).unwrap();
    assert_eq!(found.unwrap().len(), 3);
    assert_eq!(clearance::of_certificate(&authority), Ok(Vec::new()));
}

/// The two syntaxes of RFC 5755, 4.4.6.
#[test]
fn clearances_have_two_forms() {
    let policy = oid("1.2.3.4");
    let contents = write::oid(&policy).get(2..).unwrap().to_vec();
    let tagged = |number, octets: &[u8]| write::context_primitive(number, octets);
    let secret = [3, 0x08];
    let category = write::sequence(&[
        &tagged(0, &contents),
        &write::context(1, &write::integer(7)),
    ]);
    let class = |octets: &[u8]| write::tagged(Tag::BIT_STRING, write::Form::Primitive, octets);
    let decode = |der: &[u8]| Clearance::decode(&Cursor::single(der, 0).unwrap());
    let new = write::sequence(&[
        &write::oid(&policy),
        &class(&secret),
        &write::set_of(vec![category.clone()]),
    ]);
    let old = write::sequence(&[
        &tagged(0, &contents),
        &tagged(1, &secret),
        &write::context(2, &category),
    ]);
    let found = decode(&new).unwrap();
    assert_eq!(found, decode(&old).unwrap());
    assert!(found.has(4) && !found.has(3) && !found.has(5) && !found.has(4_000));
    assert_eq!(found.categories, [(policy, write::integer(7))]);
    // DEFAULT {unclassified}
    let short = decode(&write::sequence(&[&write::oid(&policy)])).unwrap();
    assert!(short.has(1) && !short.has(0) && !short.has(2));
    for wrong in [
        write::sequence(&[]),
        write::sequence(&[&write::oid(&policy), &class(&[])]),
        write::sequence(&[&write::oid(&policy), &class(&[9, 0])]),
        write::sequence(&[&write::oid(&policy), &class(&[1])]),
        write::sequence(&[&tagged(0, &contents), &class(&secret)]),
        write::sequence(&[
            &write::oid(&policy),
            &write::set_of(vec![write::sequence(&[])]),
        ]),
        write::sequence(&[&write::oid(&policy), &write::integer(1)]),
    ] {
        assert!(decode(&wrong).is_err(), "{wrong:02x?}");
    }
}

fn start() -> Time {
    Time::from_rfc3339("2026-01-01T00:00:00Z").unwrap()
}

struct Made {
    certificate: Certificate,
    key: PrivateKey,
}

/// A root, Alice, and Trent, who issues attributes.
struct World {
    root: Made,
    alice: Made,
    trent: Made,
    anchors: Vec<TrustAnchor>,
}

impl World {
    fn new() -> Self {
        let make = |name: &str, profile, issuer: Option<&Made>| {
            let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
            let mut builder =
                CertificateBuilder::new(name, key.spki().clone(), profile, start(), 100);
            if profile == Profile::Mailbox {
                builder = builder.with_email(&format!("{name}@example.com")).unwrap();
            }
            let certificate = match issuer {
                None => builder.self_signed(&key, &PROVIDER, &mut SystemRandom),
                Some(issuer) => builder.issue(
                    &issuer.certificate,
                    &issuer.key,
                    &PROVIDER,
                    &mut SystemRandom,
                ),
            };
            Made {
                certificate: certificate.unwrap(),
                key,
            }
        };
        let root = make("Root", Profile::Authority(0), None);
        let alice = make("Alice", Profile::Mailbox, Some(&root));
        let mut trent = make("Trent", Profile::Mailbox, Some(&root));
        trent.certificate = signing_lists(&trent.certificate, &root.key);
        let anchors = vec![TrustAnchor::from_certificate(root.certificate.clone()).unwrap()];
        Self {
            root,
            alice,
            trent,
            anchors,
        }
    }

    fn context<'a>(
        &'a self,
        revocation: Option<Revocation<'a>>,
        none: &'a Pool,
    ) -> PathContext<'a> {
        PathContext {
            anchors: &self.anchors,
            issuers: none,
            at: start().plus(DAY),
            purpose: Purpose::Any,
            rules: &RULES,
            revocation,
            known: None,
            provider: &PROVIDER,
            policy: &StandardPolicy::Default,
        }
    }

    fn path(&self, of: &Made) -> VerifiedPath {
        let none = Pool::new();
        validate(&of.certificate, &self.context(None, &none)).unwrap()
    }

    /// Judges for Alice, trusting these issuers of attributes.
    fn judge(
        &self,
        certificate: &AttributeCertificate,
        issuers: &[Certificate],
        targets: &[Vec<u8>],
    ) -> Result<(), AttributeFailure> {
        let none = Pool::new();
        let verifier = Verifier { issuers, targets };
        certificate.validate(
            &self.path(&self.alice),
            &verifier,
            &self.context(None, &none),
        )
    }

    fn trents(&self, certificate: &AttributeCertificate) -> Result<(), AttributeFailure> {
        self.judge(certificate, &[self.trent.certificate.clone()], &[])
    }
}

/// The certificate with keyUsage digitalSignature and cRLSign.
fn signing_lists(certificate: &Certificate, issuer: &PrivateKey) -> Certificate {
    let mut tbs = certificate.tbs().to_vec();
    let usage = &certificate.extension(&oid("2.5.29.15")).unwrap().value;
    assert_eq!(usage.len(), 4);
    let at = tbs.windows(4).position(|window| window == usage).unwrap();
    for (octet, other) in tbs.iter_mut().skip(at).zip([3, 2, 1, 0x82]) {
        *octet = other;
    }
    let scheme = issuer.scheme(None).unwrap();
    let input = SignatureInput::Message(&tbs);
    let signature = issuer.sign(&scheme, input, &mut SystemRandom).unwrap();
    let algorithm = scheme.signature_algorithm.to_der();
    let der = write::sequence(&[&tbs, &algorithm, &write::bit_string(&signature)]);
    Certificate::from_der(&der).unwrap()
}

/// The parts of an attribute certificate before it is signed.
struct Draft {
    version: u64,
    holder: Vec<u8>,
    issuer: Vec<u8>,
    days: (i64, i64),
    attributes: Vec<Vec<u8>>,
    extensions: Vec<Vec<u8>>,
}

fn directory(name: &[u8]) -> Vec<u8> {
    write::context(4, name)
}

fn clearance_attribute() -> Vec<u8> {
    let value = write::sequence(&[&write::oid(&oid("1.2.3.4"))]);
    write::sequence(&[
        &write::oid(&clearance::CLEARANCE),
        &write::set_of(vec![value]),
    ])
}

fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { &write::TRUE } else { &[] };
    write::sequence(&[&write::oid(&oid(id)), flag, &write::octet_string(value)])
}

fn by_id(certificate: &Certificate) -> Vec<u8> {
    let names = write::sequence(&[&directory(certificate.issuer().octets())]);
    let serial = write::tagged(Tag::INTEGER, write::Form::Primitive, certificate.serial());
    write::context(0, &[names, serial].concat())
}

fn by_names(names: &[Vec<u8>]) -> Vec<u8> {
    write::context(1, &names.concat())
}

impl Draft {
    fn new(world: &World) -> Self {
        let issuer = world.trent.certificate.subject().octets().to_vec();
        Self {
            version: 1,
            holder: by_id(&world.alice.certificate),
            issuer: write::context(0, &write::sequence(&[&directory(&issuer)])),
            days: (0, 10),
            attributes: vec![clearance_attribute()],
            extensions: Vec::new(),
        }
    }

    fn der(&self, signer: &Made) -> Vec<u8> {
        let scheme = signer.key.scheme(None).unwrap();
        let algorithm = scheme.signature_algorithm.to_der();
        let time = |days: i64| start().plus(days * DAY).to_generalized_der();
        let period = write::sequence(&[&time(self.days.0), &time(self.days.1)]);
        let extensions = match self.extensions.as_slice() {
            [] => Vec::new(),
            list => write::sequence(&[&list.concat()]),
        };
        let info = write::sequence(&[
            &write::integer(self.version),
            &write::sequence(&[&self.holder]),
            &self.issuer,
            &algorithm,
            &write::integer(77),
            &period,
            &write::sequence(&[&self.attributes.concat()]),
            &extensions,
        ]);
        let input = SignatureInput::Message(&info);
        let signature = signer.key.sign(&scheme, input, &mut SystemRandom).unwrap();
        write::sequence(&[&info, &algorithm, &write::bit_string(&signature)])
    }

    fn sign(&self, signer: &Made) -> AttributeCertificate {
        AttributeCertificate::from_der(&self.der(signer)).unwrap()
    }
}

#[test]
fn attributes_of_a_trusted_issuer_count() {
    let world = World::new();
    let draft = Draft::new(&world);
    let certificate = draft.sign(&world.trent);
    assert_eq!(world.trents(&certificate), Ok(()));
    assert_eq!(certificate.clearances().unwrap().len(), 1);
    // As it stands among the certificates of a SignedData.
    let octets = certificate.octets().to_vec();
    let contents = Cursor::single(&octets, 0).unwrap().contents().to_vec();
    let member = AttributeCertificate::from_der(&write::context(2, &contents)).unwrap();
    assert_eq!(member.octets(), octets);
    assert_eq!(world.trents(&member), Ok(()));
    // Every octet of it is signed, or part of the signature.
    for at in 0..octets.len() {
        let mut changed = octets.clone();
        if let Some(octet) = changed.get_mut(at) {
            *octet ^= 1;
        }
        if let Ok(changed) = AttributeCertificate::from_der(&changed) {
            assert!(world.trents(&changed).is_err(), "octet {at}");
        }
    }
}

#[test]
fn the_holder_must_be_the_one_who_comes() {
    let world = World::new();
    let with = |holder: Vec<u8>| {
        let draft = Draft {
            holder,
            ..Draft::new(&world)
        };
        world.trents(&draft.sign(&world.trent))
    };
    let alice = &world.alice.certificate;
    let subject = directory(alice.subject().octets());
    let mail = |address: &str| write::context_primitive(1, address.as_bytes());
    assert_eq!(with(by_names(&[subject.clone()])), Ok(()));
    assert_eq!(with(by_names(&[mail("Alice@example.com")])), Ok(()));
    assert_eq!(
        with(by_names(&[mail("x@example.com"), subject.clone()])),
        Ok(())
    );
    assert_eq!(
        with([by_id(alice), by_names(&[subject.clone()])].concat()),
        Ok(())
    );
    let digest = write::context(2, &write::integer(1));
    for other in [
        Vec::new(),
        by_id(&world.trent.certificate),
        by_id(&world.root.certificate),
        by_names(&[mail("bob@example.com")]),
        by_names(&[directory(&write::sequence(&[]))]),
        by_names(&[directory(world.trent.certificate.subject().octets())]),
        [by_id(alice), by_names(&[mail("bob@example.com")])].concat(),
        [by_id(&world.trent.certificate), by_names(&[subject])].concat(),
        [by_id(alice), digest].concat(),
    ] {
        assert_eq!(with(other), Err(AttributeFailure::OtherHolder));
    }
}

#[test]
fn the_issuer_must_be_trusted_for_it() {
    let world = World::new();
    let certificate = Draft::new(&world).sign(&world.trent);
    let nobody = world.judge(&certificate, &[], &[]);
    assert!(matches!(nobody, Err(AttributeFailure::UntrustedIssuer(_))));
    // Alice herself, under Trent's name.
    let forged = Draft::new(&world).sign(&world.alice);
    let failure = AttributeFailure::Signature(PathFailure::SignatureInvalid);
    assert_eq!(world.trents(&forged), Err(failure));
    // An authority for certificates is no issuer of attributes (RFC 5755, 4.5).
    let issuer = world.root.certificate.subject().octets().to_vec();
    let draft = Draft {
        issuer: write::context(0, &write::sequence(&[&directory(&issuer)])),
        ..Draft::new(&world)
    };
    let by_root = draft.sign(&world.root);
    let found = world.judge(&by_root, &[world.root.certificate.clone()], &[]);
    assert_eq!(found, Err(AttributeFailure::IssuerProfile));
    // One whose own certificate leads nowhere.
    let elsewhere = World::new();
    let foreign = Draft {
        issuer: Draft::new(&elsewhere).issuer,
        ..Draft::new(&world)
    };
    let found = world.judge(
        &foreign.sign(&elsewhere.trent),
        &[elsewhere.trent.certificate.clone()],
        &[],
    );
    assert!(
        matches!(found, Err(AttributeFailure::Issuer(_))),
        "{found:?}"
    );
}

#[test]
fn times_targets_and_extensions_are_checked() {
    let world = World::new();
    let with = |extensions: Vec<Vec<u8>>, targets: &[Vec<u8>]| {
        let draft = Draft {
            extensions,
            ..Draft::new(&world)
        };
        let issuers = [world.trent.certificate.clone()];
        world.judge(&draft.sign(&world.trent), &issuers, targets)
    };
    let days = |days| {
        let draft = Draft {
            days,
            ..Draft::new(&world)
        };
        world.trents(&draft.sign(&world.trent))
    };
    assert_eq!(days((1, 1)), Ok(()));
    assert!(matches!(
        days((2, 9)),
        Err(AttributeFailure::NotYetValid(_))
    ));
    assert!(matches!(days((-9, 0)), Err(AttributeFailure::Expired(_))));

    let name = |text: &str| write::context_primitive(2, text.as_bytes());
    let target = |number, text| write::context(number, &name(text));
    let targets = |list: &[Vec<u8>]| {
        let lists: Vec<_> = list.iter().map(|one| write::sequence(&[one])).collect();
        extension("2.5.29.55", true, &write::sequence(&[&lists.concat()]))
    };
    let two = targets(&[target(0, "one.example"), target(1, "group.example")]);
    let ours = |text: &str| vec![name(text)];
    assert_eq!(with(vec![two.clone()], &ours("one.example")), Ok(()));
    assert_eq!(with(vec![two.clone()], &ours("group.example")), Ok(()));
    let others = Err(AttributeFailure::OtherTarget);
    assert_eq!(with(vec![two.clone()], &ours("two.example")), others);
    assert_eq!(with(vec![two], &[]), others);
    let certificate = targets(&[target(2, "one.example")]);
    assert_eq!(with(vec![certificate], &ours("one.example")), others);
    let unsupported = |id: &str| Err(AttributeFailure::Extension(oid(id)));
    let broken = extension("2.5.29.55", true, &write::integer(1));
    assert_eq!(with(vec![broken], &[]), unsupported("2.5.29.55"));
    assert_eq!(
        with(vec![extension("1.2.3", true, &write::NULL)], &[]),
        unsupported("1.2.3")
    );
    assert_eq!(
        with(vec![extension("1.2.3", false, &write::NULL)], &[]),
        Ok(())
    );
    let audit = |len: usize| {
        let value = write::octet_string(&vec![1; len]);
        with(vec![extension("1.3.6.1.5.5.7.1.4", true, &value)], &[])
    };
    assert_eq!(audit(1), Ok(()));
    assert_eq!(audit(20), Ok(()));
    assert_eq!(audit(0), unsupported("1.3.6.1.5.5.7.1.4"));
    assert_eq!(audit(21), unsupported("1.3.6.1.5.5.7.1.4"));
}

#[test]
fn revocation_is_asked_for_as_the_context_says() {
    let world = World::new();
    let plain = Draft::new(&world).sign(&world.trent);
    let unrevocable = Draft {
        extensions: vec![extension("2.5.29.56", false, &write::NULL)],
        ..Draft::new(&world)
    };
    let unrevocable = unrevocable.sign(&world.trent);
    let root_list = ListBuilder::new(1, start(), start().plus(30 * DAY))
        .sign(
            &world.root.certificate,
            &world.root.key,
            &PROVIDER,
            &mut SystemRandom,
        )
        .unwrap();
    let list = |serial: &[u8], signer: &Made| {
        ListBuilder::new(1, start(), start().plus(30 * DAY))
            .with_entry(serial, start(), Reason::PrivilegeWithdrawn)
            .sign(
                &world.trent.certificate,
                &signer.key,
                &PROVIDER,
                &mut SystemRandom,
            )
            .unwrap()
    };
    let judge = |certificate: &AttributeCertificate, lists: Vec<_>, mode| {
        let mut lists = lists;
        // Trent's and Alice's own certificates are good.
        lists.push(root_list.clone());
        let source = AtHand {
            lists,
            responses: Vec::new(),
        };
        let none = Pool::new();
        let revocation = Revocation {
            source: &source,
            mode,
        };
        let context = world.context(Some(revocation), &none);
        let holder = validate(&world.alice.certificate, &context).unwrap();
        let verifier = Verifier {
            issuers: &[world.trent.certificate.clone()],
            targets: &[],
        };
        certificate.validate(&holder, &verifier, &context)
    };
    let unknown = Err(AttributeFailure::RevocationUnknown);
    assert_eq!(judge(&plain, Vec::new(), Mode::Hard), unknown);
    assert_eq!(judge(&plain, Vec::new(), Mode::Soft), Ok(()));
    assert_eq!(judge(&unrevocable, Vec::new(), Mode::Hard), Ok(()));
    let others = list(&[78], &world.trent);
    assert_eq!(judge(&plain, vec![others], Mode::Hard), Ok(()));
    for mode in [Mode::Hard, Mode::Soft] {
        let found = judge(&plain, vec![list(&[77], &world.trent)], mode);
        assert_eq!(found, Err(AttributeFailure::Revoked(start())));
    }
    // Somebody else's list, in his name.
    let forged = list(&[78], &world.alice);
    assert_eq!(judge(&plain, vec![forged], Mode::Hard), unknown);
}

#[test]
fn forms_that_the_profile_forbids_are_refused() {
    let world = World::new();
    let read = |draft: Draft| AttributeCertificate::from_der(&draft.der(&world.trent));
    let new = || Draft::new(&world);
    let trent = directory(world.trent.certificate.subject().octets());
    assert!(read(new()).is_ok());
    for wrong in [
        Draft {
            version: 0,
            ..new()
        },
        // v1Form, two names, no directoryName, an empty one, more than the name (RFC 5755, 4.2.3).
        Draft {
            issuer: write::sequence(&[&trent]),
            ..new()
        },
        Draft {
            issuer: write::context(0, &write::sequence(&[&trent, &trent])),
            ..new()
        },
        Draft {
            issuer: write::context(0, &write::sequence(&[&write::context_primitive(2, b"a")])),
            ..new()
        },
        Draft {
            issuer: write::context(0, &write::sequence(&[&directory(&write::sequence(&[]))])),
            ..new()
        },
        Draft {
            issuer: write::context(
                0,
                &[write::sequence(&[&trent]), write::context(0, &[])].concat(),
            ),
            ..new()
        },
        // RFC 5755, 4.2.7.
        Draft {
            attributes: Vec::new(),
            ..new()
        },
        Draft {
            attributes: vec![clearance_attribute(), clearance_attribute()],
            ..new()
        },
        Draft {
            extensions: vec![
                extension("1.2.3", false, &[]),
                extension("1.2.3", false, &[]),
            ],
            ..new()
        },
    ] {
        assert!(read(wrong).is_err());
    }
}
