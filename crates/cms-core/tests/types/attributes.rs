//! The rules on attributes (RFC 5652, 11) in the types that are authenticated or encrypted.

use crate::layers::{FORMS, attribute, authenticated, check_mac};
use crate::support::{POLICY, certificate, context, drain, elements, person, random, with_fields};
use cms_algs::{PROVIDER, spec};
use cms_core::ber::{Cursor, Tag, write};
use cms_core::enveloped::{EnvelopedDataBuilder, EnvelopedDataReader};
use cms_core::recipients::Recipient;
use cms_core::types::{Attribute, AttributeError, Attributes, ContentType, MessageDigest};
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
