//! The rules on attributes (RFC 5652, 11) in the types that are authenticated or encrypted.

use crate::layers::{FORMS, attribute, authenticated, check_mac, encrypted, secret};
use crate::support::{POLICY, certificate, context, drain, elements, person, random, with_fields};
use cms_algs::{PROVIDER, spec};
use cms_core::authenticated::AuthenticatedDataBuilder;
use cms_core::ber::{Cursor, Tag, write};
use cms_core::encrypted::{EncryptedDataBuilder, EncryptedDataReader};
use cms_core::enveloped::{EnvelopedDataBuilder, EnvelopedDataReader};
use cms_core::provider::ContentCipher;
use cms_core::recipients::Recipient;
use cms_core::report::Deviation;
use cms_core::signed::{SignedDataBuilder, Signer, SignerAttributes, countersign};
use cms_core::types::{
    Attribute, AttributeError, Attributes, ContentType, KekIdentifier, MessageDigest, SigningTime,
    Time,
};
use cms_core::{CmsError, ContentForm, Limits, ObjectIdentifier, oid};
use testkit::keys;

fn content_type() -> Attribute {
    Attribute::of(&ContentType(oid::DATA))
}

fn message_digest() -> Attribute {
    Attribute::of(&MessageDigest(vec![0; 32]))
}

/// `[number] IMPLICIT` attributes.
fn field(number: u32, attributes: &[Attribute]) -> Vec<u8> {
    let contents = Attributes::new(attributes.to_vec()).to_der_contents();
    write::context(number, &contents)
}

fn tag(field: &[u8]) -> Tag {
    Cursor::single(field, 0).unwrap().tag()
}

/// What is wrong with an AuthenticatedData that has these authAttrs. The rules are checked before the MAC.
fn of_authenticated(attributes: &[Attribute]) -> AttributeError {
    let made = authenticated(oid::DATA, FORMS[0], Some(Vec::new())).message;
    let forged = with_fields(&made, |fields| {
        let old = fields.iter().position(|one| tag(one) == Tag::context(2));
        fields[old.unwrap()] = field(2, attributes);
    });
    attribute_error(check_mac(&[&forged], None))
}

/// An AuthEnvelopedData for Bob with these authAttrs.
fn auth_enveloped(attributes: Vec<Attribute>) -> Vec<u8> {
    let mut message = Vec::new();
    let mut writer = EnvelopedDataBuilder::new(oid::DATA)
        .with_recipient(Recipient::new(certificate(&keys::BOB)))
        .with_auth_attributes(attributes)
        .start(
            &spec::AES_128_GCM,
            ContentForm::Definite(1),
            &PROVIDER,
            &POLICY,
            &mut *random(),
            &mut message,
        )
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(b"x", &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    message
}

/// What is wrong with an AuthEnvelopedData that has these authAttrs. The rules are checked before the tag.
fn of_auth_enveloped(attributes: &[Attribute]) -> AttributeError {
    let made = auth_enveloped(vec![attribute()]);
    let forged = with_fields(&made, |fields| {
        let old = fields.iter().position(|one| tag(one) == Tag::context(1));
        fields[old.unwrap()] = field(1, attributes);
    });
    let bob = person(&keys::BOB);
    let mut reader = EnvelopedDataReader::new(context(&bob), &Limits::DEFAULT);
    attribute_error(drain(&mut reader, &[&forged], None))
}

fn attribute_error(result: Result<Vec<u8>, CmsError>) -> AttributeError {
    match result {
        Err(CmsError::Attribute("authAttrs", error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn content_type_and_message_digest_stand_once_among_authenticated_attributes() {
    // rfc5652:11.1/7, 11.2/2, 11.2/8
    let doubled = AttributeError::Doubled;
    let cases = [
        (
            vec![content_type(), content_type(), message_digest()],
            doubled("contentType"),
        ),
        (
            vec![content_type(), message_digest(), message_digest()],
            doubled("messageDigest"),
        ),
        (
            vec![content_type()],
            AttributeError::Absent("messageDigest"),
        ),
        (
            vec![message_digest()],
            AttributeError::Absent("contentType"),
        ),
    ];
    for (attributes, expected) in cases {
        assert_eq!(of_authenticated(&attributes), expected);
    }
    assert_eq!(
        of_auth_enveloped(&[content_type(), content_type()]),
        doubled("contentType")
    );
}

#[test]
fn a_digest_algorithm_wants_authenticated_attributes() {
    // rfc5652:9.1/3
    let made = authenticated(oid::DATA, FORMS[0], Some(Vec::new())).message;
    let cut = with_fields(&made, |fields| {
        fields.retain(|one| tag(one) != Tag::context(2));
    });
    let error = attribute_error(check_mac(&[&cut], None));
    assert_eq!(error, AttributeError::Absent("messageDigest"));
}

#[test]
fn authenticated_attributes_are_written_in_der() {
    // rfc5083:2.1/5
    let other = |last| {
        let oid = ObjectIdentifier::new_unwrap(last);
        Attribute::with_values(oid, vec![vec![5, 0], vec![1, 1, 0]])
    };
    let message = auth_enveloped(vec![other("1.2.3.9"), other("1.2.3.4")]);
    let mut found = Vec::new();
    with_fields(&message, |fields| {
        let field = fields.iter().find(|one| tag(one) == Tag::context(1));
        found = elements(Cursor::single(field.unwrap(), 0).unwrap().children());
    });
    assert_eq!(found.len(), 3);
    assert!(found.is_sorted());
    let values = write::set_of(vec![vec![5, 0], vec![1, 1, 0]]);
    assert_eq!(values, [0x31, 5, 1, 1, 0, 5, 0]);
    let sorted = found.iter().filter(|one| one.ends_with(&values));
    assert_eq!(sorted.count(), 2);
}

/// What may stand in one place alone: protected, or beside a signature.
fn bound_attributes() -> [(Attribute, &'static str); 4] {
    let time = SigningTime(Time::from_unix(0));
    [
        (content_type(), "contentType"),
        (message_digest(), "messageDigest"),
        (Attribute::of(&time), "signingTime"),
        (countersignature(), "countersignature"),
    ]
}

fn countersignature() -> Attribute {
    Attribute::new(oid::COUNTERSIGNATURE, write::integer(1))
}

/// The message with one more field, which holds attributes.
fn with_attributes(message: &[u8], number: u32, attribute: &Attribute) -> Vec<u8> {
    with_fields(message, |fields| {
        fields.push(field(number, std::slice::from_ref(attribute)));
    })
}

#[test]
fn what_must_be_protected_is_noticed_where_nothing_protects_it() {
    // rfc5652:11.1/4, 11.2/4, 11.3/2, 11.4/2
    let bob = person(&keys::BOB);
    let cbc: &dyn ContentCipher = &spec::AES_128_CBC;
    let to = [bob.certificate.clone()];
    let enveloped = cms_core::encrypt(b"x", &to, cbc, &PROVIDER, &POLICY).unwrap();
    let encrypted = encrypted(FORMS[0], Vec::new()).message;
    let codes = |deviations: &[Deviation]| deviations.iter().map(|one| one.code).collect();
    let opened = |message: &[u8]| -> Vec<&str> {
        let mut reader = EnvelopedDataReader::new(context(&bob), &Limits::DEFAULT);
        drain(&mut reader, &[message], None).unwrap();
        codes(&reader.report().deviations)
    };
    let decrypted = |message: &[u8]| -> Vec<&str> {
        let key = secret();
        let mut reader = EncryptedDataReader::new(Some(&key), &PROVIDER, &POLICY, &Limits::DEFAULT);
        drain(&mut reader, &[message], None).unwrap();
        codes(&reader.report().deviations)
    };
    let all = |one: &Attribute| {
        [
            opened(&with_attributes(&enveloped, 1, one)),
            opened(&with_attributes(&auth_enveloped(Vec::new()), 2, one)),
            decrypted(&with_attributes(&encrypted, 1, one)),
        ]
    };
    for (one, name) in bound_attributes() {
        assert_eq!(all(&one), [["misplaced-attribute"]; 3], "{name}");
    }
    assert!(all(&attribute()).iter().all(Vec::is_empty));
}

#[test]
fn what_must_be_protected_does_not_stand_beside_the_mac() {
    // rfc5652:11.1/3, 11.1/4, 11.2/3, 11.2/4, 11.3/1, 11.3/2, 11.4/1, 11.4/2
    let made = authenticated(oid::DATA, FORMS[0], None).message;
    for (one, name) in bound_attributes() {
        let message = with_attributes(&made, 3, &one);
        let error = attribute_error(check_mac(&[&message], None));
        assert_eq!(error, AttributeError::Misplaced(name));
    }
    let message = with_attributes(&made, 3, &attribute());
    assert!(check_mac(&[&message], None).is_ok());
}

#[test]
fn authenticated_attributes_hold_no_countersignature_and_one_time() {
    // rfc5652:11.3/14, 11.3/17, 11.4/2
    let value = Attribute::of(&SigningTime(Time::from_unix(0))).values;
    let time = |values| Attribute::with_values(oid::SIGNING_TIME, values);
    let one = time(value.clone());
    for (wrong, expected) in [
        (
            vec![countersignature()],
            AttributeError::Misplaced("countersignature"),
        ),
        (
            vec![one.clone(), one],
            AttributeError::Doubled("signingTime"),
        ),
        (
            vec![time([value.clone(), value].concat())],
            AttributeError::MultiValued("signingTime"),
        ),
        (vec![time(Vec::new())], AttributeError::Empty("signingTime")),
    ] {
        let attributes = [vec![content_type(), message_digest()], wrong].concat();
        assert_eq!(of_authenticated(&attributes), expected);
        assert_eq!(of_auth_enveloped(&attributes), expected);
    }
}

fn start_authenticated(auth: Vec<Attribute>, unauth: Vec<Attribute>) -> Result<(), CmsError> {
    let kek = Recipient::key_encryption_key(KekIdentifier::new(vec![1]), secret());
    let (mac, mut out) = (&spec::HMAC_SHA256, Vec::new());
    AuthenticatedDataBuilder::new(oid::DATA)
        .with_recipient(kek)
        .with_auth_attributes(oid::SHA256, auth)
        .with_unauthenticated_attributes(unauth)
        .start(mac, FORMS[0], &PROVIDER, &POLICY, &mut *random(), &mut out)
        .map(drop)
}

fn start_enveloped(
    cipher: &dyn ContentCipher,
    auth: Vec<Attribute>,
    unprotected: Vec<Attribute>,
) -> Result<(), CmsError> {
    let mut out = Vec::new();
    EnvelopedDataBuilder::new(oid::DATA)
        .with_recipient(Recipient::new(certificate(&keys::BOB)))
        .with_auth_attributes(auth)
        .with_unprotected_attributes(unprotected)
        .start(
            cipher,
            FORMS[0],
            &PROVIDER,
            &POLICY,
            &mut *random(),
            &mut out,
        )
        .map(drop)
}

fn start_encrypted(unprotected: Vec<Attribute>) -> Result<(), CmsError> {
    let (cipher, mut out) = (&spec::AES_256_CBC, Vec::new());
    EncryptedDataBuilder::new(oid::DATA)
        .with_unprotected_attributes(unprotected)
        .start(
            &secret(),
            cipher,
            FORMS[0],
            &POLICY,
            &mut *random(),
            &mut out,
        )
        .map(drop)
}

fn start_signed(signed: Vec<Attribute>, unsigned: Vec<Attribute>) -> Result<(), CmsError> {
    let alice = person(&keys::ALICE);
    let signer = Signer::new(alice.certificate.clone(), &alice.key)
        .with_attributes(SignerAttributes::Present {
            signing_time: Some(Time::from_unix(0)),
            others: signed,
        })
        .with_unsigned_attributes(unsigned);
    let builder = SignedDataBuilder::new(oid::DATA).with_signer(signer);
    builder.prepare(&PROVIDER, &POLICY).map(drop)
}

fn is_misuse(result: &Result<(), CmsError>) -> bool {
    matches!(result, Err(CmsError::Misuse(_)))
}

#[test]
fn writers_put_nothing_where_it_may_not_stand() {
    // rfc5652:11.1/3, 11.1/4, 11.2/3, 11.2/4, 11.3/1, 11.3/2, 11.4/1, 11.4/2
    let (cbc, gcm) = (&spec::AES_128_CBC, &spec::AES_128_GCM);
    let all = |one: &Attribute| {
        let one = || vec![one.clone()];
        [
            start_authenticated(Vec::new(), one()),
            start_enveloped(cbc, Vec::new(), one()),
            start_enveloped(gcm, Vec::new(), one()),
            start_encrypted(one()),
            start_signed(Vec::new(), one()),
        ]
    };
    for (one, name) in bound_attributes() {
        let [unprotected @ .., unsigned] = all(&one);
        assert!(unprotected.iter().all(is_misuse), "{name}");
        assert_eq!(unsigned.is_ok(), name == "countersignature");
    }
    assert!(all(&attribute()).iter().all(Result::is_ok));
    for result in [
        start_authenticated(vec![countersignature()], Vec::new()),
        start_enveloped(gcm, vec![countersignature()], Vec::new()),
        start_signed(vec![countersignature()], Vec::new()),
    ] {
        assert!(is_misuse(&result));
    }
}

#[test]
fn writers_write_nothing_twice() {
    // rfc5652:11.1/5, 11.1/6, 11.1/7, 11.2/5, 11.2/7, 11.2/8, 11.3/14, 11.3/16, 11.3/17, 11.4/5, rfc8551:2.5.2/2,
    // 2.5.2/3, 2.5.3/2, 2.5.3/3
    let gcm = &spec::AES_128_GCM;
    let value = Attribute::of(&SigningTime(Time::from_unix(0))).values;
    let time = |values| Attribute::with_values(oid::SIGNING_TIME, values);
    let again = [
        vec![content_type()],
        vec![time(value.clone()), time(value.clone())],
        vec![time([value.clone(), value.clone()].concat())],
        vec![time(Vec::new())],
    ];
    for wrong in again {
        assert!(is_misuse(&start_authenticated(wrong.clone(), Vec::new())));
        assert!(is_misuse(&start_enveloped(gcm, wrong.clone(), Vec::new())));
        assert!(is_misuse(&start_signed(wrong, Vec::new())));
    }
    let one = vec![time(value)];
    assert!(start_authenticated(one.clone(), Vec::new()).is_ok());
    assert!(start_enveloped(gcm, one.clone(), Vec::new()).is_ok());
    // The signer has a time already.
    assert!(is_misuse(&start_signed(one, Vec::new())));
    let digest = vec![message_digest()];
    assert!(is_misuse(&start_authenticated(digest.clone(), Vec::new())));
    assert!(is_misuse(&start_signed(digest, Vec::new())));
    let empty = Attribute::with_values(oid::COUNTERSIGNATURE, Vec::new());
    assert!(is_misuse(&start_signed(Vec::new(), vec![empty])));
    for announced in [oid::SMIME_CAPABILITIES, oid::ENCRYPTION_KEY_PREFERENCE] {
        let one = Attribute::new(announced, write::sequence(&[]));
        let twice =
            Attribute::with_values(announced, [one.values.clone(), one.values.clone()].concat());
        assert!(start_signed(vec![one.clone()], Vec::new()).is_ok());
        assert!(is_misuse(&start_signed(
            vec![one.clone(), one.clone()],
            Vec::new()
        )));
        assert!(is_misuse(&start_signed(vec![twice], Vec::new())));
        // rfc8551:2.5.2/1, 2.5.3/1
        assert!(is_misuse(&start_signed(Vec::new(), vec![one])));
    }
}

#[test]
fn a_countersignature_is_made_without_content_type() {
    // rfc5652:11.4/3
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let signer = Signer::new(alice.certificate.clone(), &alice.key);
    let message = cms_core::sign(b"x", signer, &PROVIDER, &POLICY).unwrap();
    let verified = cms_core::verify(&message, &PROVIDER, &POLICY).unwrap();
    let info = verified.report.signers[0].info.octets();
    let made = |others| {
        let by = Signer::new(bob.certificate.clone(), &bob.key).with_attributes(
            SignerAttributes::Present {
                signing_time: None,
                others,
            },
        );
        countersign(info, by, &PROVIDER, &POLICY, &mut *random()).map(drop)
    };
    assert!(made(vec![attribute()]).is_ok());
    assert!(is_misuse(&made(vec![content_type()])));
    assert!(is_misuse(&made(vec![message_digest()])));
}
