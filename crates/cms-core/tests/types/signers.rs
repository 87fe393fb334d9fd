//! Countersignatures, added and removed signers, linked and protected signatures, and all that stands in the bags.

use crate::support::{POLICY, certificate, person, position, random};
use cms_algs::PROVIDER;
use cms_core::ber::is_der;
use cms_core::ber::write::{self, Form};
use cms_core::ber::{Cursor, Tag};
use cms_core::key::Identity;
use cms_core::report::{CompanionStatus, SignedDataReport, SignerError, SignerVerdict};
use cms_core::signed::{
    AlgorithmProtection, Companions, ContentDigester, NoReplay, SignedDataBuilder,
    SignedDataReader, Signer, SignerAttributes, SignerIdentifierForm, VerifyContext, countersign,
    with_unsigned_attribute,
};
use cms_core::types::{
    AlgorithmIdentifier, Attribute, AttributeError, Certificate, CertificateChoice,
    CertificateReference, CmsAlgorithmProtection, ContentType, MessageDigest, RevocationInfoChoice,
    SigningCertificate, SigningCertificateV2, SigningTime, Time,
};
use cms_core::{CmsError, ContentForm, Limits, ObjectIdentifier, Surroundings, oid};
use testkit::keys;

const CONTENT: &[u8] = b"signed content";

type Person = Identity<cms_algs::PrivateKey>;

fn signer(person: &Person) -> Signer<'_> {
    Signer::new(person.certificate.clone(), &person.key)
}

fn build(builder: SignedDataBuilder<'_>) -> Result<Vec<u8>, CmsError> {
    let prepared = builder.prepare(&PROVIDER, &POLICY)?;
    let mut digester = prepared.digester();
    digester.update(CONTENT);
    let mut replay = CONTENT;
    let limits = Limits::DEFAULT;
    let (mut message, epilogue) =
        prepared.sign(digester, false, &mut replay, &limits, &mut *random())?;
    message.extend_from_slice(CONTENT);
    message.extend_from_slice(&epilogue);
    Ok(message)
}

fn signed_by(people: &[&Person]) -> Vec<u8> {
    let builder = people
        .iter()
        .fold(SignedDataBuilder::new(oid::DATA), |all, one| {
            all.with_signer(signer(one))
                .with_certificate(&one.certificate)
        });
    build(builder).unwrap()
}

fn verify(message: &[u8]) -> SignedDataReport {
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    let mut content = Vec::new();
    reader
        .push(message, &mut |octets| {
            content.extend_from_slice(octets.danger_octets());
            Ok(())
        })
        .unwrap();
    let others: Vec<Certificate> = keys::ALL.iter().map(certificate).collect();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &others,
    };
    reader.finish(&mut content.as_slice(), &context).unwrap()
}

fn verdicts(report: &SignedDataReport) -> Vec<SignerVerdict> {
    report
        .signers
        .iter()
        .map(cms_core::report::SignerReport::verdict)
        .collect()
}

#[test]
fn countersignatures_are_made_and_verified_at_any_depth() {
    let (alice, bob, carol, dave) = (
        person(&keys::ALICE),
        person(&keys::BOB),
        person(&keys::CAROL),
        person(&keys::DAVE),
    );
    let report = verify(&signed_by(&[&alice]));
    let info = report.signers[0].info.octets().to_vec();
    let sign = |info: &[u8], by: &Person| {
        countersign(info, signer(by), &PROVIDER, &POLICY, &mut *random()).unwrap()
    };
    // Bob and Dave over Alice, Carol over Bob. Dave's key signs messages, not digests.
    let bobs = sign(&info, &bob);
    let both = sign(&bobs, &dave);
    let again = SignedDataBuilder::from_report(&report)
        .with_replaced_signer_info(0, both)
        .unwrap();
    let message = build(again).unwrap();
    let report = verify(&message);
    assert_eq!(verdicts(&report), [SignerVerdict::Good]);
    let counter = &report.signers[0].countersignatures;
    assert_eq!(counter.len(), 2);
    for one in counter {
        assert_eq!(one.verdict(), SignerVerdict::Good, "{:?}", one.errors);
        // rfc5652:11.4/3, 11.4/4: no content-type attribute.
        let info = one.info.value().unwrap();
        let attributes = info.signed_attrs.as_ref().unwrap();
        assert!(attributes.iter().all(|one| one.oid != oid::CONTENT_TYPE));
    }
    // Carol over Bob: a countersignature on a countersignature.
    let bob_info = counter
        .iter()
        .find(|one| one.certificate == Some(bob.certificate.clone()));
    let nested = sign(bob_info.unwrap().info.octets(), &carol);
    let alone =
        with_unsigned_attribute(&info, Attribute::new(oid::COUNTERSIGNATURE, nested)).unwrap();
    let message = build(
        SignedDataBuilder::from_report(&verify(&signed_by(&[&alice])))
            .without_signer(0)
            .unwrap(),
    )
    .unwrap();
    assert!(verify(&message).signers.is_empty());
    let original = verify(&signed_by(&[&alice]));
    let with_nested = SignedDataBuilder::from_report(&original)
        .with_replaced_signer_info(0, alone)
        .unwrap();
    let report = verify(&build(with_nested).unwrap());
    let first = &report.signers[0].countersignatures[0];
    assert_eq!(first.countersignatures[0].verdict(), SignerVerdict::Good);
    // RSA with PKCS #1 v1.5 is deterministic, so that Alice's signature is the same and all of it holds.
    assert_eq!(first.verdict(), SignerVerdict::Good);
}

#[test]
fn a_countersignature_on_another_signature_is_bad_and_leaves_the_signer_good() {
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let report = verify(&signed_by(&[&alice]));
    let info = report.signers[0].info.octets();
    let made = countersign(info, signer(&bob), &PROVIDER, &POLICY, &mut *random()).unwrap();
    let made = Cursor::single(&made, 0).unwrap();
    let unsigned = made.children();
    let mut last = None;
    let mut fields = unsigned;
    while !fields.is_empty() {
        last = Some(fields.element().unwrap());
    }
    let value = {
        let mut attribute = last.unwrap().children().element().unwrap().children();
        attribute.element().unwrap();
        let set = attribute.element().unwrap();
        set.children().element().unwrap().raw().to_vec()
    };
    // The same value on Bob's own signature.
    let report = verify(&signed_by(&[&bob]));
    let info = report.signers[0].info.octets();
    let moved =
        with_unsigned_attribute(info, Attribute::new(oid::COUNTERSIGNATURE, value)).unwrap();
    let builder = SignedDataBuilder::from_report(&report)
        .with_replaced_signer_info(0, moved)
        .unwrap();
    let report = verify(&build(builder).unwrap());
    assert_eq!(verdicts(&report), [SignerVerdict::Good]);
    let counter = &report.signers[0].countersignatures[0];
    assert_eq!(counter.verdict(), SignerVerdict::Bad);
    assert_eq!(counter.errors[0], SignerError::DigestMismatch);
}

#[test]
fn attributes_on_the_wrong_side_of_the_signature_are_bad() {
    // rfc5652:11.1/3, 11.1/4, 11.2/3, 11.2/4, 11.3/1, 11.3/2: these MUST be signed.
    let report = verify(&signed_by(&[&person(&keys::ALICE)]));
    let info = report.signers[0].info.octets();
    let time = SigningTime(Time::from_unix(0));
    for (attribute, name) in [
        (Attribute::of(&ContentType(oid::DATA)), "contentType"),
        (Attribute::of(&MessageDigest(vec![1])), "messageDigest"),
        (Attribute::of(&time), "signingTime"),
    ] {
        let builder = SignedDataBuilder::from_report(&report)
            .with_replaced_signer_info(0, with_unsigned_attribute(info, attribute).unwrap())
            .unwrap();
        let report = verify(&build(builder).unwrap());
        let misplaced = SignerError::Attribute(AttributeError::Misplaced(name));
        assert_eq!(report.signers[0].errors, [misplaced], "{name}");
    }
}

#[test]
fn a_countersignature_attribute_has_a_value() {
    // rfc5652:11.4/5
    let report = verify(&signed_by(&[&person(&keys::ALICE)]));
    let info = report.signers[0].info.octets();
    let empty = Attribute::with_values(oid::COUNTERSIGNATURE, Vec::new());
    let builder = SignedDataBuilder::from_report(&report)
        .with_replaced_signer_info(0, with_unsigned_attribute(info, empty).unwrap())
        .unwrap();
    let report = verify(&build(builder).unwrap());
    let error = AttributeError::Empty("countersignature");
    assert_eq!(report.signers[0].errors, [SignerError::Attribute(error)]);
}

#[test]
fn appending_keeps_everything_octet_for_octet() {
    // rfc5652:5.3/6
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let before = verify(&signed_by(&[&alice]));
    let builder = SignedDataBuilder::from_report(&before)
        .with_signer(signer(&bob).with_identifier(SignerIdentifierForm::SubjectKeyIdentifier))
        .with_certificate(&bob.certificate);
    let message = build(builder).unwrap();
    assert!(is_der(&message));
    let after = verify(&message);
    assert_eq!(verdicts(&after), [SignerVerdict::Good; 2]);
    let kept = before.signers[0].info.octets();
    assert!(after.signers.iter().any(|one| one.info.octets() == kept));
    assert!(after.raw_certificates.contains(&before.raw_certificates[0]));
    // rfc5652:5.1/4, 5.1/5: a SignerInfo of version 3 makes the SignedData version 3.
    assert_eq!((before.version, after.version), (1, 3));
    // And the same message again comes out when nothing is changed.
    assert_eq!(
        build(SignedDataBuilder::from_report(&after)).unwrap(),
        message
    );
}

#[test]
fn removing_a_signer_takes_its_digest_algorithm_along() {
    // rfc5754:2/1, 2/3
    let (alice, carol) = (person(&keys::ALICE), person(&keys::CAROL));
    let both = verify(&signed_by(&[&alice, &carol]));
    assert_eq!(both.digest_algorithms.len(), 2);
    let carols = both
        .signers
        .iter()
        .position(|one| one.certificate == Some(carol.certificate.clone()))
        .unwrap();
    let builder = SignedDataBuilder::from_report(&both)
        .without_signer(carols)
        .unwrap();
    let report = verify(&build(builder).unwrap());
    assert_eq!(verdicts(&report), [SignerVerdict::Good]);
    assert_eq!(
        report.digest_algorithms,
        [AlgorithmIdentifier::new(oid::SHA256)]
    );
    assert_eq!(report.raw_certificates.len(), 2);
    let none = SignedDataBuilder::from_report(&both).without_signer(2);
    assert!(matches!(none, Err(CmsError::Misuse(_))));
}

/// RFC 2634, 1.4: whoever adds a SignerInfo copies these two.
#[test]
fn labels_and_expansion_histories_are_copied_to_new_signers() {
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let label = Attribute::new(
        oid::ESS_SECURITY_LABEL,
        write::sequence(&[&write::oid(&oid::DATA)]),
    );
    let history = Attribute::new(oid::ML_EXPANSION_HISTORY, write::sequence(&[]));
    let hint = Attribute::new(ObjectIdentifier::new_unwrap("1.2.3"), vec![5, 0]);
    let first = signer(&alice).with_attributes(SignerAttributes::Present {
        signing_time: None,
        others: vec![label.clone(), history.clone(), hint.clone()],
    });
    let before = verify(&build(SignedDataBuilder::new(oid::DATA).with_signer(first)).unwrap());
    let builder = SignedDataBuilder::from_report(&before).with_signer(signer(&bob));
    let after = verify(&build(builder).unwrap());
    assert_eq!(verdicts(&after), [SignerVerdict::Good; 2]);
    let bobs = after
        .signers
        .iter()
        .find(|one| one.certificate == Some(bob.certificate.clone()))
        .unwrap();
    let attributes = bobs.info.value().unwrap().signed_attrs.clone().unwrap();
    for copied in [&label, &history] {
        assert!(attributes.iter().any(|one| one == copied), "{}", copied.oid);
    }
    assert!(attributes.iter().all(|one| *one != hint));
}

#[test]
fn content_of_another_type_is_written_again_as_it_was() {
    // PKCS #7 1.5: the content is a SEQUENCE, of which the contents octets are digested (RFC 5652, 5.2.1).
    let alice = person(&keys::ALICE);
    let message = signed_by(&[&alice]);
    let at = position(&message, CONTENT) - 2;
    let mut old = message;
    assert_eq!(old[at], 4);
    old[at] = 0x30;
    // A SEQUENCE of one element: the content is never decoded.
    let report = verify(&old);
    assert_eq!(report.econtent_tag, Tag::SEQUENCE);
    assert_eq!(verdicts(&report), [SignerVerdict::Good]);
    assert_eq!(build(SignedDataBuilder::from_report(&report)).unwrap(), old);
    let prepared = SignedDataBuilder::from_report(&report)
        .prepare(&PROVIDER, &POLICY)
        .unwrap();
    let indefinite = prepared.start(ContentForm::Indefinite, &Limits::DEFAULT, &mut Vec::new());
    assert!(matches!(indefinite, Err(CmsError::Misuse(_))));
}

#[test]
fn versions_follow_all_that_stands_in_the_bags() {
    let alice = person(&keys::ALICE);
    let base = || SignedDataBuilder::new(oid::DATA).with_signer(signer(&alice));
    let v2_attribute = write::context(2, &write::integer(1));
    let other_certificate = write::context(3, &write::oid(&oid::DATA));
    let ocsp = RevocationInfoChoice::OcspResponse(write::sequence(&[&write::integer(0)]));
    // rfc5652:5.1/1, 5.1/2, 5.1/3, 5.1/4, 5.1/5.
    for (builder, expected) in [
        (base(), 1),
        (
            SignedDataBuilder::new(oid::TST_INFO).with_signer(signer(&alice)),
            3,
        ),
        (
            base()
                .with_certificate_choice(v2_attribute.clone())
                .unwrap(),
            4,
        ),
        (
            base()
                .with_certificate_choice(other_certificate.clone())
                .unwrap(),
            5,
        ),
        (base().with_revocation_info(&ocsp), 5),
        (base().with_crl(write::sequence(&[&write::integer(1)])), 1),
    ] {
        let message = build(builder).unwrap();
        assert!(is_der(&message));
        let report = verify(&message);
        assert_eq!(report.version, expected);
        assert_eq!(verdicts(&report), [SignerVerdict::Good]);
    }
    let all = base()
        .with_certificate_choice(v2_attribute.clone())
        .unwrap()
        .with_certificate_choice(other_certificate.clone())
        .unwrap()
        .with_revocation_info(&ocsp);
    let report = verify(&build(all).unwrap());
    let members: Vec<_> = report
        .raw_certificates
        .iter()
        .map(|one| one.octets())
        .collect();
    assert_eq!(members, [&v2_attribute, &other_certificate]);
    let kinds: Vec<_> = report
        .raw_certificates
        .iter()
        .map(|one| CertificateChoice::from_octets(one.octets()).unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            CertificateChoice::V2AttributeCertificate,
            CertificateChoice::Other(oid::DATA)
        ]
    );
    let info = RevocationInfoChoice::from_octets(&report.crls[0]).unwrap();
    assert_eq!(info, ocsp);
    // rfc8550:2.2.1/3
    // What is in a message that is changed stays, version 1 attribute certificates too; they are never sent anew.
    let v1_attribute = write::context(1, &write::integer(1));
    assert!(base().with_certificate_choice(v1_attribute).is_err());
}

#[test]
fn extended_certificates_give_the_certificate_in_them() {
    // rfc8550:2.2.1/2
    let alice = person(&keys::ALICE);
    let info = write::sequence(&[
        &write::integer(0),
        alice.certificate.octets(),
        &write::set_of(Vec::new()),
    ]);
    let algorithm = AlgorithmIdentifier::with_null(oid::SHA256_WITH_RSA).to_der();
    let extended = write::context(0, &[info, algorithm, write::bit_string(&[1])].concat());
    let choice = CertificateChoice::from_octets(&extended).unwrap();
    assert_eq!(choice.certificate(), Some(&alice.certificate));
    let builder = SignedDataBuilder::new(oid::DATA)
        .with_signer(signer(&alice))
        .with_certificate_choice(extended)
        .unwrap();
    let message = build(builder).unwrap();
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    reader.push(&message, &mut |_| Ok(())).unwrap();
    let none = Vec::new();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &none,
    };
    let report = reader.finish(&mut NoReplay, &context).unwrap();
    assert_eq!(verdicts(&report), [SignerVerdict::Good]);
}

#[test]
fn certificates_alone_need_no_signer() {
    // rfc5652:5.2/2, rfc8551:3.8/1, 3.8/2
    let builder = SignedDataBuilder::new(oid::DATA)
        .with_certificate(&certificate(&keys::ALICE))
        .with_certificate(&certificate(&keys::BOB))
        .with_certificate(&certificate(&keys::ALICE));
    let prepared = builder.prepare(&PROVIDER, &POLICY).unwrap();
    let message = prepared.without_content(&mut *random()).unwrap();
    assert!(is_der(&message));
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    reader.push(&message, &mut |_| Ok(())).unwrap();
    let report = reader.finish_unverified().unwrap();
    assert_eq!(report.certificates.len(), 2);
    assert!(report.detached && report.signers.is_empty() && report.version == 1);
}

#[test]
fn algorithm_protection_is_written_and_a_mismatch_fails() {
    let alice = person(&keys::ALICE);
    let message = signed_by(&[&alice]);
    let report = verify(&message);
    let attributes = report.signers[0]
        .info
        .value()
        .unwrap()
        .signed_attrs
        .clone()
        .unwrap();
    assert!(matches!(
        attributes.get::<CmsAlgorithmProtection>(),
        Ok(Some(CmsAlgorithmProtection::Signature { .. }))
    ));
    let unprotected = signer(&alice).with_algorithm_protection(AlgorithmProtection::Omitted);
    let message = build(SignedDataBuilder::new(oid::DATA).with_signer(unprotected)).unwrap();
    let report = verify(&message);
    let attributes = report.signers[0]
        .info
        .value()
        .unwrap()
        .signed_attrs
        .clone()
        .unwrap();
    assert!(
        attributes
            .get::<CmsAlgorithmProtection>()
            .unwrap()
            .is_none()
    );
    assert_eq!(verdicts(&report), [SignerVerdict::Good]);

    let protect = |digest: AlgorithmIdentifier, signature: AlgorithmIdentifier| {
        let value = CmsAlgorithmProtection::Signature {
            digest_algorithm: digest,
            signature_algorithm: signature,
        };
        let one = signer(&alice)
            .with_algorithm_protection(AlgorithmProtection::Omitted)
            .with_attributes(SignerAttributes::Present {
                signing_time: None,
                others: vec![Attribute::of(&value)],
            });
        let message = build(SignedDataBuilder::new(oid::DATA).with_signer(one)).unwrap();
        verify(&message).signers.remove(0)
    };
    let sha256 = AlgorithmIdentifier::new(oid::SHA256);
    let rsa = verify(&signed_by(&[&alice])).signers[0]
        .info
        .value()
        .unwrap()
        .signature_algorithm
        .clone();
    // rfc6211:3: NULL and absent parameters are the same.
    let null = AlgorithmIdentifier::with_null(oid::SHA256);
    assert_eq!(protect(null, rsa.clone()).verdict(), SignerVerdict::Good);
    for (digest, signature) in [
        (AlgorithmIdentifier::new(oid::SHA384), rsa),
        (sha256.clone(), AlgorithmIdentifier::new(oid::RSASSA_PSS)),
    ] {
        let report = protect(digest, signature);
        assert_eq!(report.errors, [SignerError::AlgorithmProtection]);
        assert_eq!(report.verdict(), SignerVerdict::Bad);
    }
    // The form for AuthenticatedData does not belong here.
    let mac = CmsAlgorithmProtection::Mac {
        digest_algorithm: sha256,
        mac_algorithm: AlgorithmIdentifier::new(oid::HMAC_SHA256),
    };
    let one = signer(&alice)
        .with_algorithm_protection(AlgorithmProtection::Omitted)
        .with_attributes(SignerAttributes::Present {
            signing_time: None,
            others: vec![Attribute::of(&mac)],
        });
    let message = build(SignedDataBuilder::new(oid::DATA).with_signer(one)).unwrap();
    assert_eq!(
        verify(&message).signers[0].errors,
        [SignerError::AlgorithmProtection]
    );
}

#[test]
fn parameters_are_the_same_whether_defaults_are_spelled_out() {
    let hash = |oid| write::context(0, &AlgorithmIdentifier::with_null(oid).to_der());
    let mgf = |oid| {
        let hash = AlgorithmIdentifier::with_null(oid).to_der();
        write::context(1, &AlgorithmIdentifier::with(oid::MGF1, hash).to_der())
    };
    let number = |tag, value| write::context(tag, &write::integer(value));
    let pss = |parts: &[&[u8]]| AlgorithmIdentifier::with(oid::RSASSA_PSS, write::sequence(parts));
    let defaults = pss(&[]);
    let spelled = pss(&[
        &hash(oid::SHA1),
        &mgf(oid::SHA1),
        &number(2, 20),
        &number(3, 1),
    ]);
    assert!(defaults.is_equivalent(&spelled) && spelled.is_equivalent(&defaults));
    for other in [
        pss(&[&hash(oid::SHA256)]),
        pss(&[&mgf(oid::SHA256)]),
        pss(&[&number(2, 32)]),
        pss(&[&number(3, 2)]),
        AlgorithmIdentifier::new(oid::RSASSA_PSS),
        AlgorithmIdentifier::new(oid::RSA_ENCRYPTION),
    ] {
        assert!(!defaults.is_equivalent(&other), "{other:?}");
    }
}

#[test]
fn linked_signatures_tell_when_one_was_removed() {
    // RFC 5752: Alice signs with two digests; each SignerInfo points to the other.
    let alice = person(&keys::ALICE);
    let builder = SignedDataBuilder::new(oid::DATA)
        .with_signer(signer(&alice).with_digest(oid::SHA256))
        .with_signer(signer(&alice).with_digest(oid::SHA512))
        .with_signer(signer(&alice).with_digest(oid::SHA384))
        .with_companions(Companions::Linked);
    let both = verify(&build(builder).unwrap());
    assert_eq!(verdicts(&both), [SignerVerdict::Good; 3]);
    for one in &both.signers {
        assert_eq!(one.companions, CompanionStatus::Complete);
        let attributes = one.info.value().unwrap().signed_attrs.clone().unwrap();
        let linked = attributes
            .iter()
            .find(|one| one.oid == oid::MULTIPLE_SIGNATURES);
        // "The number of attribute values ... is the number of signatures applied by a signer less one."
        assert_eq!(linked.unwrap().values.len(), 2);
    }
    let without = SignedDataBuilder::from_report(&both)
        .without_signer(0)
        .unwrap();
    let report = verify(&build(without).unwrap());
    // rfc5752:2: removal "does not render the signature invalid".
    assert_eq!(verdicts(&report), [SignerVerdict::Good; 2]);
    for one in &report.signers {
        assert_eq!(one.companions, CompanionStatus::Missing);
    }
    let alone = verify(&signed_by(&[&alice]));
    assert_eq!(alone.signers[0].companions, CompanionStatus::Alone);
    // Different people are not linked.
    let bob = person(&keys::BOB);
    let builder = SignedDataBuilder::new(oid::DATA)
        .with_signer(signer(&alice))
        .with_signer(signer(&bob))
        .with_companions(Companions::Linked);
    let report = verify(&build(builder).unwrap());
    assert!(
        report
            .signers
            .iter()
            .all(|one| one.companions == CompanionStatus::Alone)
    );
}

#[test]
fn linked_signatures_have_their_exact_length_announced() {
    let alice = person(&keys::ALICE);
    let prepared = SignedDataBuilder::new(oid::DATA)
        .with_signer(signer(&alice).with_digest(oid::SHA256))
        .with_signer(signer(&alice).with_digest(oid::SHA512))
        .with_companions(Companions::Linked)
        .with_surroundings(Surroundings::Nested)
        .prepare(&PROVIDER, &POLICY)
        .unwrap();
    let mut message = Vec::new();
    let form = ContentForm::Definite(CONTENT.len() as u64);
    let mut writer = prepared
        .start(form, &Limits::DEFAULT, &mut message)
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).unwrap();
    writer.finish(&mut *random(), &mut out).unwrap();
    assert!(is_der(&message));
    let mut reader = SignedDataReader::nested(&PROVIDER, &Limits::DEFAULT).unwrap();
    reader.push(&message, &mut |_| Ok(())).unwrap();
    let none: Vec<Certificate> = vec![certificate(&keys::ALICE)];
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &none,
    };
    let report = reader.finish(&mut NoReplay, &context).unwrap();
    assert_eq!(verdicts(&report), [SignerVerdict::Good; 2]);
}

/// Content that is itself a SET OF Attribute, without signed attributes around it (RFC 5652, 5.4; Strenzke, 2023).
#[test]
fn content_in_the_form_of_attributes_is_neither_signed_nor_believed() {
    let set = write::set_of(vec![
        write::sequence(&[
            &write::oid(&oid::CONTENT_TYPE),
            &write::set_of(vec![write::oid(&oid::DATA)]),
        ]),
        write::sequence(&[
            &write::oid(&oid::MESSAGE_DIGEST),
            &write::set_of(vec![write::octet_string(&[0; 32])]),
        ]),
    ]);
    for identity in [keys::ALICE, keys::BOB, keys::DAVE] {
        let person = person(&identity);
        let bare = signer(&person).with_attributes(SignerAttributes::Absent);
        let refused = cms_core::sign(&set, bare.clone(), &PROVIDER, &POLICY);
        assert!(
            matches!(refused, Err(CmsError::Misuse(_))),
            "{}",
            identity.name
        );
        // In a single pass too, where nothing can be read again.
        let prepared = SignedDataBuilder::new(oid::DATA)
            .with_signer(bare)
            .prepare(&PROVIDER, &POLICY)
            .unwrap();
        let mut writer = prepared
            .start(ContentForm::Indefinite, &Limits::DEFAULT, &mut Vec::new())
            .unwrap();
        for chunk in set.chunks(3) {
            writer.update(chunk, &mut |_| Ok(())).unwrap();
        }
        let refused = writer.finish(&mut *random(), &mut |_| Ok(()));
        assert!(
            matches!(refused, Err(CmsError::Misuse(_))),
            "{}",
            identity.name
        );
    }
    // A message of the other kind with its attributes as content: what an attacker makes of it.
    let alice = person(&keys::ALICE);
    let report = verify(&signed_by(&[&alice]));
    let info = report.signers[0].info.value().unwrap().clone();
    let (content, _) = info.signed_octets().unwrap();
    let signer_info = write::sequence(&[
        &write::integer(1),
        Cursor::single(report.signers[0].info.octets(), 0)
            .unwrap()
            .children_at(1)
            .raw(),
        &info.digest_algorithm.to_der(),
        &info.signature_algorithm.to_der(),
        &write::octet_string(&info.signature),
    ]);
    let layer = write::sequence(&[
        &write::integer(1),
        &write::set_of(vec![info.digest_algorithm.to_der()]),
        &write::sequence(&[
            &write::oid(&oid::DATA),
            &write::context(0, &write::octet_string(&content)),
        ]),
        &write::tagged(Tag::SET, Form::Constructed, &signer_info),
    ]);
    let forged = write::sequence(&[&write::oid(&oid::SIGNED_DATA), &write::context(0, &layer)]);
    let report = verify(&forged);
    assert_eq!(report.signers[0].errors, [SignerError::AmbiguousContent]);
}

trait ChildrenAt<'a> {
    fn children_at(&self, index: usize) -> cms_core::ber::Element<'a>;
}

impl<'a> ChildrenAt<'a> for cms_core::ber::Element<'a> {
    fn children_at(&self, index: usize) -> Self {
        let mut fields = self.children();
        for _ in 0..index {
            fields.element().unwrap();
        }
        fields.element().unwrap()
    }
}

#[test]
fn many_signers_are_judged_up_to_the_limit_and_countersignatures_count() {
    let alice = person(&keys::ALICE);
    let report = verify(&signed_by(&[&alice]));
    let mut info = report.signers[0].info.octets().to_vec();
    for _ in 0..3 {
        info = countersign(&info, signer(&alice), &PROVIDER, &POLICY, &mut *random()).unwrap();
    }
    let builder = SignedDataBuilder::from_report(&report)
        .with_replaced_signer_info(0, info)
        .unwrap();
    let message = build(builder).unwrap();
    let mut limits = Limits::DEFAULT;
    limits.signatures = 2;
    let mut reader = SignedDataReader::new(&PROVIDER, &limits);
    reader.push(&message, &mut |_| Ok(())).unwrap();
    let none: Vec<Certificate> = Vec::new();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &none,
    };
    let report = reader.finish(&mut NoReplay, &context).unwrap();
    assert_eq!(verdicts(&report), [SignerVerdict::Good]);
    let errors: Vec<_> = report.signers[0]
        .countersignatures
        .iter()
        .map(|one| one.errors.contains(&SignerError::TooManySigners))
        .collect();
    assert_eq!(errors.iter().filter(|one| **one).count(), errors.len() - 1);
}

#[test]
fn digesters_keep_only_what_may_be_attributes() {
    // A text that begins with a digit one, whose octet is that of a SET, is signed as any other.
    let alice = person(&keys::ALICE);
    let bare = signer(&alice).with_attributes(SignerAttributes::Absent);
    let mut text = b"1 apple".to_vec();
    text.resize(3 << 20, b'.');
    let message = cms_core::sign(&text, bare, &PROVIDER, &POLICY).unwrap();
    assert_eq!(verdicts(&verify(&message)), [SignerVerdict::Good]);
    assert_eq!(ContentDigester::new().content_len(), 0);
}

#[test]
fn a_countersignatures_attributes_are_no_content() {
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let info = verify(&signed_by(&[&alice])).signers[0]
        .info
        .octets()
        .to_vec();
    let counter = countersign(&info, signer(&bob), &PROVIDER, &POLICY, &mut *random()).unwrap();
    let message = build(
        SignedDataBuilder::from_report(&verify(&signed_by(&[&alice])))
            .with_replaced_signer_info(0, counter)
            .unwrap(),
    )
    .unwrap();
    let report = verify(&message);
    let counter = report.signers[0].countersignatures[0].info.value().unwrap();
    let attributes = counter.signed_attrs.as_ref().unwrap().to_der_contents();
    let content = write::tagged(Tag::SET, Form::Constructed, &attributes);
    // What Bob has signed there is presented as content that he signed without attributes; and nobody signs such.
    let bare = signer(&bob).with_attributes(SignerAttributes::Absent);
    let refused = cms_core::sign(&content, bare, &PROVIDER, &POLICY);
    assert!(matches!(refused, Err(CmsError::Misuse(_))), "{refused:?}");
    // An ECDSA signature has 70 to 72 octets or fewer: the lengths around it fit when the decoy's has as many.
    let decoy = std::iter::repeat_with(|| {
        let bare = signer(&bob).with_attributes(SignerAttributes::Absent);
        verify_any(
            &cms_core::sign(b"...", bare, &PROVIDER, &POLICY).unwrap(),
            b"...",
        )
    })
    .take(1000)
    .find(|decoy| decoy.signers[0].info.value().unwrap().signature.len() == counter.signature.len())
    .unwrap();
    let forged_info = {
        let old = decoy.signers[0].info.octets();
        let value = decoy.signers[0].info.value().unwrap();
        let at = position(old, &value.signature);
        let mut forged = old.get(..at).unwrap().to_vec();
        forged.extend_from_slice(&counter.signature);
        forged
    };
    let builder = SignedDataBuilder::from_report(&decoy)
        .with_replaced_signer_info(0, forged_info)
        .unwrap();
    let prepared = builder.prepare(&PROVIDER, &POLICY).unwrap();
    let mut digester = prepared.digester();
    digester.update(&content);
    let (mut forged, epilogue) = prepared
        .sign(
            digester,
            false,
            &mut content.as_slice(),
            &Limits::DEFAULT,
            &mut *random(),
        )
        .unwrap();
    forged.extend_from_slice(&content);
    forged.extend_from_slice(&epilogue);
    let report = verify_any(&forged, &content);
    assert_eq!(report.signers[0].errors, [SignerError::AmbiguousContent]);
}

/// The report on a message whose content is known, good or not.
fn verify_any(message: &[u8], content: &[u8]) -> SignedDataReport {
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    reader.push(message, &mut |_| Ok(())).unwrap();
    let others: Vec<Certificate> = keys::ALL.iter().map(certificate).collect();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &others,
    };
    let mut content = content;
    reader.finish(&mut content, &context).unwrap()
}

/// The attribute that means a certificate, by a hash.
fn meaning(certificate: &Certificate, hash: ObjectIdentifier) -> Attribute {
    let reference = CertificateReference::to(certificate, hash, &PROVIDER).unwrap();
    if hash == oid::SHA1 {
        Attribute::of(&SigningCertificate(vec![reference]))
    } else {
        Attribute::of(&SigningCertificateV2(vec![reference]))
    }
}

fn signed_with(attributes: Vec<Attribute>) -> SignedDataReport {
    let alice = person(&keys::ALICE);
    let signer = signer(&alice).with_attributes(SignerAttributes::Present {
        signing_time: None,
        others: attributes,
    });
    let builder = SignedDataBuilder::new(oid::DATA)
        .with_signer(signer)
        .with_certificate(&alice.certificate);
    verify(&build(builder).unwrap())
}

#[test]
fn signing_certificates_bind_the_signers_certificate() {
    // rfc8550:4.2/2
    let (alice, bob) = (certificate(&keys::ALICE), certificate(&keys::BOB));
    for hash in [oid::SHA1, oid::SHA256, oid::SHA512] {
        let good = signed_with(vec![meaning(&alice, hash)]);
        assert_eq!(verdicts(&good), [SignerVerdict::Good], "{hash}");
        let bad = signed_with(vec![meaning(&bob, hash)]);
        assert_eq!(verdicts(&bad), [SignerVerdict::Bad], "{hash}");
        assert_eq!(bad.signers[0].errors, [SignerError::SigningCertificate]);
    }
    // Each of both attributes binds by itself.
    let both = |one, two| signed_with(vec![meaning(one, oid::SHA1), meaning(two, oid::SHA384)]);
    assert_eq!(verdicts(&both(&alice, &alice)), [SignerVerdict::Good]);
    assert_eq!(verdicts(&both(&alice, &bob)), [SignerVerdict::Bad]);
    assert_eq!(verdicts(&both(&bob, &alice)), [SignerVerdict::Bad]);
}

#[test]
fn signing_certificates_bind_by_issuer_and_serial_too() {
    let (alice, bob) = (certificate(&keys::ALICE), certificate(&keys::BOB));
    let mut reference = CertificateReference::to(&alice, oid::SHA256, &PROVIDER).unwrap();
    reference.issuer_serial = Some((bob.issuer().octets().to_vec(), bob.serial().to_vec()));
    let mixed = signed_with(vec![Attribute::of(&SigningCertificateV2(vec![reference]))]);
    assert_eq!(verdicts(&mixed), [SignerVerdict::Bad]);
    // What cannot be read is no reference at all; a hash that nobody knows binds nothing.
    let broken = Attribute::new(oid::SIGNING_CERTIFICATE_V2, write::sequence(&[]));
    assert_eq!(verdicts(&signed_with(vec![broken])), [SignerVerdict::Bad]);
    let mut unknown = CertificateReference::to(&bob, oid::SHA256, &PROVIDER).unwrap();
    unknown.hash_algorithm = ObjectIdentifier::new_unwrap("1.2.3.4");
    unknown.issuer_serial = None;
    let unknown = signed_with(vec![Attribute::of(&SigningCertificateV2(vec![unknown]))]);
    assert_eq!(verdicts(&unknown), [SignerVerdict::Good]);
}
