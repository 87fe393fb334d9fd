//! The rules of RFC 5652, sections 5.3, 5.4, 5.6 and 11, and of RFC 5083: broken ones are named errors.

#![expect(
    clippy::unwrap_used,
    clippy::redundant_clone,
    clippy::cloned_ref_to_slice_refs,
    reason = "tests"
)]

use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::ContentForm;
use cms_core::ber::write::{self, Form};
use cms_core::ber::{Cursor, Tag};
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::key::{Identity, SigningKey};
use cms_core::policy::StandardPolicy;
use cms_core::provider::{ContentCipher, RecipientAlgorithm, SignatureInput};
use cms_core::recipients::{Recipient, RecipientIdentifierForm};
use cms_core::report::{Covered, SignerError, SignerVerdict};
use cms_core::signed::{
    SignedDataBuilder, SignedDataReader, Signer, SignerAttributes, SignerIdentifierForm,
    VerifyContext, with_unsigned_attribute,
};
use cms_core::types::{
    AlgorithmIdentifier, Attribute, AttributeError, Certificate, ContentType,
    IssuerAndSerialNumber, MessageDigest, SignerIdentifier, SigningTime, SmimeCapabilities,
    SmimeEncryptionKeyPreference, Time,
};
use cms_core::{CmsError, Limits, ObjectIdentifier, oid};
use testkit::keys;

const POLICY: StandardPolicy = StandardPolicy::Default;
const CONTENT: &[u8] = b"content";

fn bob() -> Identity<PrivateKey> {
    person(&keys::BOB)
}

fn person(identity: &keys::TestIdentity) -> Identity<PrivateKey> {
    Identity {
        certificate: Certificate::from_der(identity.certificate).unwrap(),
        key: PrivateKey::from_pkcs8(identity.key).unwrap(),
    }
}

fn digest() -> Vec<u8> {
    PROVIDER.digest(&oid::SHA256).unwrap().digest(CONTENT)
}

fn good_attributes() -> Vec<Vec<u8>> {
    vec![
        attribute(&oid::CONTENT_TYPE, vec![write::oid(&oid::DATA)]),
        attribute(&oid::MESSAGE_DIGEST, vec![write::octet_string(&digest())]),
    ]
}

fn attribute(oid: &ObjectIdentifier, values: Vec<Vec<u8>>) -> Vec<u8> {
    write::sequence(&[
        &write::oid(oid),
        &write::tagged(Tag::SET, Form::Constructed, &values.concat()),
    ])
}

/// A SignerInfo over attributes in the order given, signed over them in the order of `signed`.
fn signer_info(attributes: &[Vec<u8>], signed: &[Vec<u8>]) -> Vec<u8> {
    let me = bob();
    let scheme = me.key.scheme(None).unwrap();
    let set = write::tagged(Tag::SET, Form::Constructed, &signed.concat());
    let mut random = (PROVIDER.random)();
    let signature = me
        .key
        .sign(&scheme, SignatureInput::Message(&set), &mut *random)
        .unwrap();
    let id = IssuerAndSerialNumber::of(&me.certificate);
    let serial = write::tagged(Tag::INTEGER, Form::Primitive, &id.serial);
    write::sequence(&[
        &write::integer(1),
        &write::sequence(&[&id.issuer, &serial]),
        &scheme.digest_algorithm.to_der(),
        &write::context(0, &attributes.concat()),
        &scheme.signature_algorithm.to_der(),
        &write::octet_string(&signature),
    ])
}

fn signed_data(econtent_type: &ObjectIdentifier, econtent: &[u8], infos: &[u8]) -> Vec<u8> {
    let digests = write::set_of(vec![AlgorithmIdentifier::new(oid::SHA256).to_der()]);
    let encap = write::sequence(&[&write::oid(econtent_type), &write::context(0, econtent)]);
    let data = write::sequence(&[
        &write::integer(1),
        &digests,
        &encap,
        &write::context(0, bob().certificate.octets()),
        &write::tagged(Tag::SET, Form::Constructed, infos),
    ]);
    write::sequence(&[&write::oid(&oid::SIGNED_DATA), &write::context(0, &data)])
}

fn with_attributes(attributes: &[Vec<u8>]) -> Vec<u8> {
    signed_data(
        &oid::DATA,
        &write::octet_string(CONTENT),
        &signer_info(attributes, attributes),
    )
}

fn error(message: &[u8]) -> SignerError {
    match cms_core::verify(message, &PROVIDER, &POLICY) {
        Err(CmsError::Signer { error, .. }) => error,
        other => panic!("{other:?}"),
    }
}

fn attribute_error(attributes: &[Vec<u8>]) -> AttributeError {
    match error(&with_attributes(attributes)) {
        SignerError::Attribute(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn well_formed_attributes_verify() {
    // rfc5652:5.4/2, rfc8551:2.5/1
    assert_eq!(
        cms_core::verify(&with_attributes(&good_attributes()), &PROVIDER, &POLICY)
            .unwrap()
            .content,
        CONTENT
    );
}

#[test]
fn content_type_attribute_is_required_once_and_right() {
    // rfc5652:5.3/7, 11.1/1, 11.1/2, 11.1/5, 11.1/6
    let [content_type, digest] = <[Vec<u8>; 2]>::try_from(good_attributes()).unwrap();
    assert_eq!(
        attribute_error(&[digest.clone()]),
        AttributeError::Absent("contentType")
    );
    assert_eq!(
        attribute_error(&[content_type.clone(), content_type.clone(), digest.clone()]),
        AttributeError::Doubled("contentType")
    );
    let two = attribute(
        &oid::CONTENT_TYPE,
        vec![write::oid(&oid::DATA), write::oid(&oid::SIGNED_DATA)],
    );
    assert_eq!(
        attribute_error(&[two, digest.clone()]),
        AttributeError::MultiValued("contentType")
    );
    let none = attribute(&oid::CONTENT_TYPE, vec![]);
    assert_eq!(
        attribute_error(&[none, digest.clone()]),
        AttributeError::Empty("contentType")
    );
    let wrong = attribute(&oid::CONTENT_TYPE, vec![write::oid(&oid::SIGNED_DATA)]);
    assert_eq!(
        attribute_error(&[wrong, digest.clone()]),
        AttributeError::WrongContentType
    );
    let broken = attribute(&oid::CONTENT_TYPE, vec![write::octet_string(b"x")]);
    assert!(matches!(
        attribute_error(&[broken, digest]),
        AttributeError::Malformed("contentType", _)
    ));
}

#[test]
fn message_digest_attribute_is_required_once_and_right() {
    // rfc5652:5.3/7, 5.6/1, 5.6/2, 5.6/3, 11.2/1, 11.2/5, 11.2/7
    let [content_type, digest] = <[Vec<u8>; 2]>::try_from(good_attributes()).unwrap();
    assert_eq!(
        attribute_error(&[content_type.clone()]),
        AttributeError::Absent("messageDigest")
    );
    assert_eq!(
        attribute_error(&[content_type.clone(), digest.clone(), digest.clone()]),
        AttributeError::Doubled("messageDigest")
    );
    let value = write::octet_string(&self::digest());
    let two = attribute(&oid::MESSAGE_DIGEST, vec![value.clone(), value]);
    assert_eq!(
        attribute_error(&[content_type.clone(), two]),
        AttributeError::MultiValued("messageDigest")
    );
    let wrong = attribute(&oid::MESSAGE_DIGEST, vec![write::octet_string(&[0; 32])]);
    assert_eq!(
        error(&with_attributes(&[content_type.clone(), wrong])),
        SignerError::DigestMismatch
    );
    let short = attribute(
        &oid::MESSAGE_DIGEST,
        vec![write::octet_string(&self::digest()[..31])],
    );
    assert_eq!(
        error(&with_attributes(&[content_type, short])),
        SignerError::DigestMismatch
    );
}

#[test]
fn signing_time_may_stand_once() {
    // rfc5652:11.3/14, 11.3/16
    let value = Attribute::of(&SigningTime(Time::from_unix(0)))
        .values
        .remove(0);
    let with = |values| {
        let mut attributes = good_attributes();
        attributes.push(attribute(&oid::SIGNING_TIME, values));
        attribute_error(&attributes)
    };
    assert_eq!(with(vec![]), AttributeError::Empty("signingTime"));
    assert_eq!(
        with(vec![value.clone(), value.clone()]),
        AttributeError::MultiValued("signingTime")
    );
    let time = attribute(&oid::SIGNING_TIME, vec![value]);
    let mut attributes = good_attributes();
    attributes.extend([time.clone(), time]);
    assert_eq!(
        attribute_error(&attributes),
        AttributeError::Doubled("signingTime")
    );
}

#[test]
fn a_countersignature_is_not_signed_itself() {
    // rfc5652:11.4/1, 11.4/2
    let mut attributes = good_attributes();
    attributes.push(attribute(&oid::COUNTERSIGNATURE, vec![write::integer(1)]));
    assert_eq!(
        attribute_error(&attributes),
        AttributeError::Misplaced("countersignature")
    );
}

#[test]
fn announcements_are_signed_and_stand_once_or_are_noticed() {
    // rfc8551:2.5.2/1, 2.5.2/2, 2.5.2/3, 2.5.3/1, 2.5.3/2, 2.5.3/3
    let id = IssuerAndSerialNumber::of(&bob().certificate);
    let preference = SmimeEncryptionKeyPreference::IssuerAndSerialNumber(id);
    for one in [
        Attribute::of(&SmimeCapabilities(vec![AlgorithmIdentifier::new(
            oid::AES128_CBC,
        )])),
        Attribute::of(&preference),
    ] {
        let codes = |signed: &[Vec<u8>], unsigned: Option<Attribute>| -> Vec<&str> {
            let attributes = [good_attributes(), signed.to_vec()].concat();
            let mut info = signer_info(&attributes, &attributes);
            if let Some(unsigned) = unsigned {
                info = with_unsigned_attribute(&info, unsigned).unwrap();
            }
            let message = signed_data(&oid::DATA, &write::octet_string(CONTENT), &info);
            // The signature holds: nothing but the report says so.
            let report = cms_core::verify(&message, &PROVIDER, &POLICY)
                .unwrap()
                .report;
            report
                .deviations
                .iter()
                .map(|deviation| deviation.code)
                .collect()
        };
        let good = attribute(&one.oid, one.values.clone());
        let none: [&str; 0] = [];
        assert_eq!(codes(&[good.clone()], None), none);
        let noticed = ["misplaced-attribute"];
        assert_eq!(codes(&[], Some(one.clone())), noticed);
        assert_eq!(codes(&[good.clone(), good.clone()], None), noticed);
        for values in [
            Vec::new(),
            [one.values.clone(), one.values.clone()].concat(),
        ] {
            assert_eq!(codes(&[attribute(&one.oid, values)], None), noticed);
        }
        assert_eq!(codes(&[good.clone(), good], Some(one)), noticed.repeat(2));
    }
}

#[test]
fn content_other_than_data_needs_signed_attributes() {
    // rfc5652:5.3/5
    let other = ObjectIdentifier::new_unwrap("1.2.3.4");
    let me = bob();
    let signer =
        Signer::new(me.certificate.clone(), &me.key).with_attributes(SignerAttributes::Absent);
    let prepared = SignedDataBuilder::new(other)
        .with_signer(signer.clone())
        .prepare(&PROVIDER, &POLICY);
    assert!(matches!(prepared, Err(CmsError::Misuse(_))));
    // Written by someone else: the same message with another eContentType.
    let message = cms_core::sign(CONTENT, signer, &PROVIDER, &POLICY).unwrap();
    let data = write::oid(&oid::DATA);
    let at = message
        .windows(data.len())
        .position(|window| window == data)
        .unwrap();
    let mut message = message;
    message[at + data.len() - 1] = 9;
    assert_eq!(
        error(&message),
        SignerError::Attribute(AttributeError::Required)
    );
}

#[test]
fn unsorted_attributes_verify_over_either_order() {
    let mut sorted = good_attributes();
    sorted.sort();
    let reversed: Vec<_> = sorted.iter().rev().cloned().collect();
    for (sent, signed, covered) in [
        (&reversed, &reversed, Covered::Attributes),
        (&reversed, &sorted, Covered::CanonicalAttributes),
        (&sorted, &sorted, Covered::Attributes),
    ] {
        let message = signed_data(
            &oid::DATA,
            &write::octet_string(CONTENT),
            &signer_info(sent, signed),
        );
        let verified = cms_core::verify(&message, &PROVIDER, &POLICY).unwrap();
        assert_eq!(verified.report.signers[0].covered, Some(covered));
    }
    // Sent in order, signed out of it: nobody may reorder into something else.
    let message = signed_data(
        &oid::DATA,
        &write::octet_string(CONTENT),
        &signer_info(&sorted, &reversed),
    );
    assert_eq!(error(&message), SignerError::SignatureInvalid);
}

#[test]
fn content_in_the_form_of_attributes_is_refused() {
    // A SignerInfo as it was sent; its signedAttrs become the content, and are left out.
    let mut attributes = good_attributes();
    attributes.sort();
    let set = write::tagged(Tag::SET, Form::Constructed, &attributes.concat());
    let info = signer_info(&attributes, &attributes);
    let attrs = write::context(0, &attributes.concat());
    let at = info
        .windows(attrs.len())
        .position(|window| window == attrs)
        .unwrap();
    let element = Cursor::single(&info, 0).unwrap();
    let start = info.len() - element.contents().len();
    let bare = [&info[start..at], &info[at + attrs.len()..]].concat();
    let info = write::sequence(&[&bare]);
    let message = signed_data(&oid::DATA, &write::octet_string(&set), &info);
    assert_eq!(error(&message), SignerError::AmbiguousContent);
}

#[test]
fn segmented_content_is_put_together() {
    let segments = [
        write::octet_string(b"con"),
        write::tagged(
            Tag::OCTET_STRING,
            Form::Constructed,
            &write::octet_string(b"te"),
        ),
        write::octet_string(b"nt"),
    ]
    .concat();
    let nested = write::tagged(Tag::OCTET_STRING, Form::Constructed, &segments);
    let attributes = good_attributes();
    let message = signed_data(&oid::DATA, &nested, &signer_info(&attributes, &attributes));
    assert_eq!(
        cms_core::verify(&message, &PROVIDER, &POLICY)
            .unwrap()
            .content,
        CONTENT
    );
    let foreign = write::tagged(Tag::OCTET_STRING, Form::Constructed, &write::integer(1));
    let message = signed_data(&oid::DATA, &foreign, &signer_info(&attributes, &attributes));
    assert!(matches!(
        cms_core::verify(&message, &PROVIDER, &POLICY),
        Err(CmsError::Decode(_))
    ));
}

#[test]
fn an_undecodable_signer_spoils_itself_alone() {
    // rfc5652:5.1/6
    let attributes = good_attributes();
    let infos = [
        write::sequence(&[&write::integer(1)]),
        signer_info(&attributes, &attributes),
    ]
    .concat();
    let message = signed_data(&oid::DATA, &write::octet_string(CONTENT), &infos);
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    reader.push(&message, &mut |_| Ok(())).unwrap();
    let none = Vec::<Certificate>::new();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &none,
    };
    let report = reader.finish(&mut &CONTENT[..], &context).unwrap();
    let verdicts: Vec<_> = report
        .signers
        .iter()
        .map(|signer| signer.verdict())
        .collect();
    assert_eq!(verdicts, [SignerVerdict::Bad, SignerVerdict::Good]);
    assert!(matches!(
        report.signers[0].errors[..],
        [SignerError::Malformed(_)]
    ));
}

#[test]
fn errors_tell_offset_and_path() {
    let mut message = with_attributes(&good_attributes());
    // digestAlgorithms: a SET that becomes a NULL.
    let at = message
        .windows(2)
        .position(|window| window == [0x31, 0x0d])
        .unwrap();
    message[at] = 0x05;
    let Err(CmsError::Decode(error)) = cms_core::verify(&message, &PROVIDER, &POLICY) else {
        panic!("it verifies");
    };
    assert_eq!(error.offset, u64::try_from(at).unwrap());
    assert_eq!(error.path, "ContentInfo.content.SignedData");
}

#[test]
fn certificates_only_has_no_signer() {
    let message = SignedDataBuilder::new(oid::DATA)
        .with_certificate(&bob().certificate)
        .prepare(&PROVIDER, &POLICY)
        .unwrap();
    let mut out = Vec::new();
    let mut random = (PROVIDER.random)();
    let writer = message
        .start(ContentForm::Detached, &Limits::DEFAULT, &mut out)
        .unwrap();
    writer
        .finish(&mut *random, &mut |octets| {
            out.extend_from_slice(octets);
            Ok(())
        })
        .unwrap();
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    reader.push(&out, &mut |_| Ok(())).unwrap();
    let report = reader.finish_unverified().unwrap();
    assert_eq!(report.certificates, [bob().certificate]);
    assert!(report.signers.is_empty() && report.detached);
    assert!(matches!(
        cms_core::verify(&out, &PROVIDER, &POLICY),
        Err(CmsError::NoSigner)
    ));
}

#[test]
fn several_signers_and_digests_and_key_identifiers() {
    // rfc5652:5.3/3, rfc8551:2.1/1, 2.1/2, 2.2/1, 2.2/2, 2.2/3, 2.2/4, 2.2/5
    let people: Vec<_> = keys::ALL.iter().map(person).collect();
    let mut builder = SignedDataBuilder::new(oid::DATA);
    for (index, one) in people.iter().enumerate() {
        let mut signer = Signer::new(one.certificate.clone(), &one.key);
        if index % 2 == 1 {
            signer = signer.with_identifier(SignerIdentifierForm::SubjectKeyIdentifier);
        }
        builder = builder
            .with_signer(signer)
            .with_certificate(&one.certificate);
    }
    let prepared = builder.prepare(&PROVIDER, &POLICY).unwrap();
    let mut digester = prepared.digester();
    digester.update(CONTENT);
    let mut random = (PROVIDER.random)();
    let (mut message, epilogue) = prepared
        .sign(
            digester,
            false,
            &mut &CONTENT[..],
            &Limits::DEFAULT,
            &mut *random,
        )
        .unwrap();
    message.extend_from_slice(CONTENT);
    message.extend_from_slice(&epilogue);
    let verified = cms_core::verify(&message, &PROVIDER, &POLICY).unwrap();
    assert_eq!(verified.report.signers.len(), 4);
    // rfc5652:5.3/1, 5.3/2
    let mut versions = [0; 2];
    for signer in &verified.report.signers {
        let info = signer.info.value().unwrap();
        let (form, expected) = match info.sid {
            SignerIdentifier::IssuerAndSerialNumber(_) => (0, 1),
            SignerIdentifier::SubjectKeyIdentifier(_) => (1, 3),
            _ => panic!("another form"),
        };
        assert_eq!(info.version, expected);
        versions[form] += 1;
    }
    assert_eq!(versions, [2, 2]);
    // rfc5652:5.1/4: a SignerInfo of version 3 makes it version 3.
    assert_eq!(verified.report.version, 3);
    assert!(cms_core::ber::is_der(&message));
}

#[test]
fn detached_and_embedded_content_together_are_an_error() {
    let me = bob();
    let opaque = cms_core::sign(
        CONTENT,
        Signer::new(me.certificate.clone(), &me.key),
        &PROVIDER,
        &POLICY,
    )
    .unwrap();
    assert!(matches!(
        cms_core::verify_detached(&opaque, CONTENT, &PROVIDER, &POLICY),
        Err(CmsError::DetachedAndEmbedded)
    ));
    let detached = cms_core::sign_detached(
        CONTENT,
        Signer::new(me.certificate.clone(), &me.key),
        &PROVIDER,
        &POLICY,
    )
    .unwrap();
    assert!(cms_core::verify_detached(&detached, CONTENT, &PROVIDER, &POLICY).is_ok());
    assert!(cms_core::verify_detached(&detached, b"other", &PROVIDER, &POLICY).is_err());
    assert!(matches!(
        cms_core::verify(&detached, &PROVIDER, &POLICY),
        Err(CmsError::DetachedContentMissing)
    ));
}

#[test]
fn ed25519_signs_the_content_itself_without_attributes() {
    let me = person(&keys::DAVE);
    let signer =
        Signer::new(me.certificate.clone(), &me.key).with_attributes(SignerAttributes::Absent);
    let message = cms_core::sign(CONTENT, signer, &PROVIDER, &POLICY).unwrap();
    assert_eq!(
        cms_core::verify(&message, &PROVIDER, &POLICY)
            .unwrap()
            .content,
        CONTENT
    );
    // rfc8419:3.1: SHA-512 and nothing else.
    let other = Signer::new(me.certificate.clone(), &me.key).with_digest(oid::SHA256);
    assert!(cms_core::sign(CONTENT, other, &PROVIDER, &POLICY).is_err());
    // A single pass that cannot go back tells so.
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    reader.push(&message, &mut |_| Ok(())).unwrap();
    let none = Vec::<Certificate>::new();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &none,
    };
    let report = reader
        .finish(&mut cms_core::signed::NoReplay, &context)
        .unwrap();
    assert!(matches!(
        report.signers[0].errors[..],
        [SignerError::SecondPass(_)]
    ));
}

#[test]
fn digest_algorithms_may_lack_the_signers_digest() {
    let attributes = good_attributes();
    let message = signed_data(
        &oid::DATA,
        &write::octet_string(CONTENT),
        &signer_info(&attributes, &attributes),
    );
    let sha256 = write::set_of(vec![AlgorithmIdentifier::new(oid::SHA256).to_der()]);
    let sha512 = write::set_of(vec![AlgorithmIdentifier::new(oid::SHA512).to_der()]);
    let at = message
        .windows(sha256.len())
        .position(|window| window == sha256)
        .unwrap();
    let mut wrong = message[..at].to_vec();
    wrong.extend_from_slice(&sha512);
    wrong.extend_from_slice(&message[at + sha256.len()..]);
    assert_eq!(
        cms_core::verify(&wrong, &PROVIDER, &POLICY)
            .unwrap()
            .content,
        CONTENT
    );
}

#[test]
fn trailing_zeros_are_a_deviation_and_other_octets_an_error() {
    let mut message = with_attributes(&good_attributes());
    message.extend_from_slice(&[0; 3]);
    let verified = cms_core::verify(&message, &PROVIDER, &POLICY).unwrap();
    assert_eq!(verified.report.deviations[0].code, "trailing-zeros");
    message.push(1);
    assert!(matches!(
        cms_core::verify(&message, &PROVIDER, &POLICY),
        Err(CmsError::Decode(_))
    ));
}

#[test]
fn authenticated_attributes_are_required_for_other_content() {
    // rfc5652:9.3/4, 11.1/2, rfc5083:2.1/4
    let me = bob();
    let other = ObjectIdentifier::new_unwrap("1.2.3.4");
    let mut message = Vec::new();
    let mut random = (PROVIDER.random)();
    let mut writer = EnvelopedDataBuilder::new(other)
        .with_recipient(Recipient::new(me.certificate.clone()))
        .start(
            &spec::AES_256_GCM,
            ContentForm::Definite(7),
            &PROVIDER,
            &POLICY,
            &mut *random,
            &mut message,
        )
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    let decrypted = cms_core::decrypt(&message, &me, &PROVIDER, &POLICY).unwrap();
    assert_eq!(decrypted.report.econtent_type, other);
    // The attacker changes the content's type: contentType and the type differ.
    let oid = write::oid(&other);
    let at = message
        .windows(oid.len())
        .position(|window| window == oid)
        .unwrap();
    message[at + oid.len() - 1] = 5;
    assert!(matches!(
        cms_core::decrypt(&message, &me, &PROVIDER, &POLICY),
        Err(CmsError::Attribute(_, AttributeError::WrongContentType))
    ));
}

#[test]
fn ciphers_are_bound_to_their_content_type() {
    let me = bob();
    let gcm: &dyn ContentCipher = &spec::AES_256_GCM;
    for (cipher, wrong) in [
        (gcm, oid::ENVELOPED_DATA),
        (&spec::AES_256_CBC, oid::AUTH_ENVELOPED_DATA),
    ] {
        let message = cms_core::encrypt(
            CONTENT,
            &[me.certificate.clone()],
            cipher,
            &PROVIDER,
            &POLICY,
        )
        .unwrap();
        // Another content type around the same structure; lengths are put right.
        let outer = Cursor::single(&message, 0).unwrap();
        let mut fields = outer.children();
        fields.element().unwrap();
        let content = fields.element().unwrap();
        let swapped = write::sequence(&[&write::oid(&wrong), content.raw()]);
        assert!(matches!(
            cms_core::decrypt(&swapped, &me, &PROVIDER, &POLICY),
            Err(CmsError::Policy(_))
        ));
    }
}

/// Another certificate of Alice's: her key identifier, but a key of its own.
fn twin(key: &PrivateKey) -> Certificate {
    let alice = person(&keys::ALICE).certificate;
    let old = alice.spki_octets();
    let new = key.spki().to_der();
    // Both are RSA-2048 with the same exponent, so that all lengths stay.
    assert_eq!(old.len(), new.len());
    let mut octets = alice.octets().to_vec();
    let at = octets
        .windows(old.len())
        .position(|window| window == old)
        .unwrap();
    octets.splice(at..at + old.len(), new);
    Certificate::from_der(&octets).unwrap()
}

#[test]
fn several_certificates_with_one_key_identifier_are_all_tried() {
    // rfc5652:6.2/2, 6.2.1/4, 6.2.1/5
    use cms_algs::{KeyType, SystemRandom};
    let key = PrivateKey::generate(KeyType::Rsa(2048), &mut SystemRandom).unwrap();
    let certificate = twin(&key);
    let alice = person(&keys::ALICE);
    assert_eq!(
        certificate.subject_key_identifier(),
        alice.certificate.subject_key_identifier()
    );
    let algorithms: [&dyn RecipientAlgorithm; 2] = [&spec::RSAES_PKCS1, &spec::RSAES_OAEP];
    let ciphers: [&dyn ContentCipher; 2] = [&spec::AES_256_CBC, &spec::AES_256_GCM];
    for algorithm in algorithms {
        for cipher in ciphers {
            for to in [&alice.certificate, &certificate] {
                let recipient = Recipient::new(to.clone())
                    .with_identifier(RecipientIdentifierForm::SubjectKeyIdentifier)
                    .with_algorithm(algorithm);
                let mut message = Vec::new();
                let mut random = (PROVIDER.random)();
                let form = ContentForm::Definite(7);
                let mut writer = EnvelopedDataBuilder::new(oid::DATA)
                    .with_recipient(recipient)
                    .start(cipher, form, &PROVIDER, &POLICY, &mut *random, &mut message)
                    .unwrap();
                let mut out = |octets: &[u8]| {
                    message.extend_from_slice(octets);
                    Ok(())
                };
                writer.update(CONTENT, &mut out).unwrap();
                writer.finish(&mut out).unwrap();
                let key = PrivateKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
                let both = vec![
                    person(&keys::ALICE),
                    Identity {
                        certificate: certificate.clone(),
                        key,
                    },
                ];
                let decrypted = cms_core::decrypt(&message, &both, &PROVIDER, &POLICY).unwrap();
                assert_eq!(decrypted.content, CONTENT);
            }
        }
    }
}

#[test]
fn every_certificate_of_a_key_identifier_is_tried_for_a_signer() {
    // rfc8551:2.6/2, 2.6/3
    use cms_algs::{KeyType, SystemRandom};
    let key = PrivateKey::generate(KeyType::Rsa(2048), &mut SystemRandom).unwrap();
    let (alice, twin) = (person(&keys::ALICE), twin(&key));
    let signer = Signer::new(alice.certificate.clone(), &alice.key)
        .with_identifier(SignerIdentifierForm::SubjectKeyIdentifier);
    let mut message = Vec::new();
    let mut random = (PROVIDER.random)();
    let mut writer = SignedDataBuilder::new(oid::DATA)
        .with_signer(signer)
        .with_certificate(&twin)
        .prepare(&PROVIDER, &POLICY)
        .unwrap()
        .start(ContentForm::Definite(7), &Limits::DEFAULT, &mut message)
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).unwrap();
    writer.finish(&mut *random, &mut out).unwrap();
    // The twin stands in the message and comes first; Alice's own certificate is in the store.
    for (store, expected) in [
        (vec![alice.certificate.clone()], SignerVerdict::Good),
        (Vec::new(), SignerVerdict::Bad),
    ] {
        let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
        reader.push(&message, &mut |_| Ok(())).unwrap();
        let context = VerifyContext {
            provider: &PROVIDER,
            policy: &POLICY,
            certificates: &store,
        };
        let report = reader.finish(&mut &CONTENT[..], &context).unwrap();
        let signer = &report.signers[0];
        assert_eq!(signer.verdict(), expected, "{:?}", signer.errors);
        let found = store.first().unwrap_or(&twin);
        assert_eq!(signer.certificate.as_ref(), Some(found));
    }
}

#[test]
fn unknown_recipients_do_not_spoil_the_message() {
    // rfc5652:6.2/3, 6.2/4, 6.2.2/6
    let me = bob();
    let message = cms_core::encrypt(
        CONTENT,
        &[me.certificate.clone()],
        &spec::AES_128_GCM,
        &PROVIDER,
        &POLICY,
    )
    .unwrap();
    let rebuilt = |extra: &[u8]| {
        let outer = Cursor::single(&message, 0).unwrap();
        let mut fields = outer.children();
        let oid = fields.element().unwrap();
        let inner = fields.element().unwrap().children().element().unwrap();
        let mut parts = inner.children();
        let version = parts.element().unwrap();
        let recipients = parts.element().unwrap();
        let rest: Vec<u8> = {
            let mut rest = Vec::new();
            while !parts.is_empty() {
                rest.extend_from_slice(parts.element().unwrap().raw());
            }
            rest
        };
        let set = write::tagged(
            Tag::SET,
            Form::Constructed,
            &[extra, recipients.contents()].concat(),
        );
        let data = write::sequence(&[version.raw(), &set, &rest]);
        write::sequence(&[oid.raw(), &write::context(0, &data)])
    };
    for extra in [
        write::context(2, &write::integer(4)),
        write::context(4, &write::oid(&oid::DATA)),
        write::context(9, b""),
        write::sequence(&[&write::integer(0)]),
        // Versions that nobody has defined, of ktri, kari, kekri and pwri.
        write::sequence(&[&write::integer(9), &write::oid(&oid::DATA)]),
        write::context(1, &write::integer(9)),
        write::context(2, &write::integer(9)),
        write::context(3, &write::integer(9)),
    ] {
        let decrypted = cms_core::decrypt(&rebuilt(&extra), &me, &PROVIDER, &POLICY).unwrap();
        assert_eq!(decrypted.content, CONTENT);
        assert_eq!(decrypted.report.recipients.len(), 2);
    }
}

#[test]
fn the_crate_cms_reads_what_we_write() {
    // rfc5652:2/1, 2/2, 5.5/1
    use cms::content_info::ContentInfo;
    use der::{Decode, Encode};
    let me = bob();
    let messages = [
        cms_core::sign(
            CONTENT,
            Signer::new(me.certificate.clone(), &me.key),
            &PROVIDER,
            &POLICY,
        )
        .unwrap(),
        cms_core::encrypt(
            CONTENT,
            &[me.certificate.clone()],
            &spec::AES_256_CBC,
            &PROVIDER,
            &POLICY,
        )
        .unwrap(),
    ];
    for message in messages {
        let info = ContentInfo::from_der(&message).unwrap();
        assert_eq!(info.to_der().unwrap(), message);
    }
    let signed = cms_core::sign(
        CONTENT,
        Signer::new(me.certificate.clone(), &me.key),
        &PROVIDER,
        &POLICY,
    )
    .unwrap();
    let info = ContentInfo::from_der(&signed).unwrap();
    let theirs: cms::signed_data::SignedData = info.content.decode_as().unwrap();
    assert_eq!(theirs.to_der().unwrap(), info.content.to_der().unwrap());
    assert_eq!(theirs.signer_infos.0.len(), 1);
}

/// Attributes that this test file uses are typed; a value comes back as it was.
#[test]
fn typed_attributes_round_trip() {
    use cms_core::types::{Attributes, CmsAttribute};
    let attrs = Attributes::new(vec![
        Attribute::of(&ContentType(oid::DATA)),
        Attribute::of(&MessageDigest(vec![1, 2, 3])),
        Attribute::of(&SigningTime(Time::from_unix(1))),
    ]);
    assert_eq!(
        attrs.get::<ContentType>().unwrap(),
        Some(ContentType(oid::DATA))
    );
    assert_eq!(
        attrs.get::<MessageDigest>().unwrap(),
        Some(MessageDigest(vec![1, 2, 3]))
    );
    assert_eq!(attrs.get::<SigningTime>().unwrap().unwrap().0.unix(), 1);
    assert_eq!(MessageDigest::NAME, "messageDigest");
}
