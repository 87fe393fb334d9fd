use cms_algs::PROVIDER;
use testkit::keys::{ALICE, BOB, CA};

use super::*;

const LIMITS: SearchLimits = SearchLimits {
    entries: 20,
    seconds: 10,
};

fn read(octets: &[u8]) -> (u64, Tag, Vec<u8>) {
    let mut fields = Cursor::single(octets, 0).unwrap().children();
    let id = fields.expect(Tag::INTEGER).unwrap().u64().unwrap();
    let operation = fields.element().unwrap();
    fields.finish().unwrap();
    (id, operation.tag(), operation.raw().to_vec())
}

#[test]
fn requests_are_those_of_rfc4511() {
    // A bind and an unbind as ldapsearch sends them.
    let bind = bind_request(1, "cn=a", "pw");
    assert_eq!(
        bind.as_slice(),
        b"\x30\x12\x02\x01\x01\x60\x0d\x02\x01\x03\x04\x04cn=a\x80\x02pw"
    );
    assert_eq!(unbind_request(3), b"\x30\x05\x02\x01\x03\x42\x00");
    let search = search_request(2, "o=x", Scope::Subtree, "a@b.example", LIMITS);
    let expected = b"\x04\x03o=x\x0a\x01\x02\x0a\x01\x00\x02\x01\x14\x02\x01\x0a\x01\x01\x00\
        \xa3\x13\x04\x04mail\x04\x0ba@b.example\
        \x30\x4b\x04\x16userCertificate;binary\x04\x1buserSMIMECertificate;binary\
        \x04\x14userSMIMECertificate";
    let (id, tag, operation) = read(&search);
    assert_eq!((id, tag), (2, Tag::application(3)));
    assert!(operation.ends_with(expected));
}

#[test]
fn an_address_is_one_value_whatever_is_in_it() {
    for address in ["*", "a)(mail=*", "\\2a", "a@b\0"] {
        let search = search_request(2, "", Scope::Base, address, LIMITS);
        let value = write::octet_string(address.as_bytes());
        let filter = write::context(3, &[write::octet_string(b"mail"), value].concat());
        assert!(search.windows(filter.len()).any(|part| part == filter));
    }
    // The domain is in A-labels, the local part as it is.
    let search = search_request(2, "", Scope::Base, "Hugh@B\u{fc}cher.example", LIMITS);
    let wanted = b"Hugh@xn--bcher-kva.example";
    assert!(search.windows(wanted.len()).any(|part| part == wanted));
}

fn entry_message(attributes: &[(&str, &[&[u8]])]) -> Vec<u8> {
    let attributes: Vec<_> = attributes
        .iter()
        .map(|(name, values)| {
            let values = values
                .iter()
                .map(|value| write::octet_string(value))
                .collect();
            write::sequence(&[
                &write::octet_string(name.as_bytes()),
                &write::set_of(values),
            ])
        })
        .collect();
    let list = write::sequence(&[&attributes.concat()]);
    let fields = [write::octet_string(b"uid=alice"), list].concat();
    message(2, &application(4, &fields))
}

fn found(octets: &[u8]) -> Found {
    let (id, answer) = decode(octets).unwrap();
    assert_eq!(id, 2);
    let Answer::Entry(entry) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(entry.name, "uid=alice");
    entry.certificates(&PROVIDER, &Limits::DEFAULT)
}

#[test]
fn certificates_come_out_of_both_attributes() {
    let alice = ALICE.certificate;
    let certificates = [alice, BOB.certificate, CA].concat();
    let algorithms = write::set_of(Vec::new());
    let inner = write::sequence(&[&write::oid(&cms_core::oid::DATA)]);
    let bag = write::context(0, &certificates);
    let signed = write::sequence(&[&write::integer(1), &algorithms, &inner, &bag, &algorithms]);
    let bundle = write::sequence(&[
        &write::oid(&cms_core::oid::SIGNED_DATA),
        &write::context(0, &signed),
    ]);
    let octets = entry_message(&[
        ("USERcertificate;binary", &[alice, b"garbage", &[]]),
        ("userSMIMECertificate;binary", &[&bundle, b"garbage"]),
        ("jpegPhoto", &[b"no certificate"]),
    ]);
    let found = found(&octets);
    let octets_of = |list: &[Certificate]| -> Vec<Vec<u8>> {
        list.iter().map(|one| one.octets().to_vec()).collect()
    };
    assert_eq!(octets_of(&found.certificates), [alice, BOB.certificate]);
    assert_eq!(octets_of(&found.authorities), [CA]);
    assert_eq!(found.unreadable, 3);
}

#[test]
fn more_values_than_the_limit_are_counted_only() {
    let values: Vec<&[u8]> = core::iter::repeat_n(ALICE.certificate, MAX_VALUES + 5).collect();
    let found = found(&entry_message(&[("userCertificate;binary", &values)]));
    assert_eq!((found.certificates.len(), found.unreadable), (1, 5));
}

#[test]
fn results_are_told_apart() {
    let result = |number, id, code: u8, more: &[u8]| {
        let texts = b"\x04\x00\x04\x02no";
        let fields = [&enumerated(code), &texts[..], more].concat();
        decode(&message(id, &application(number, &fields))).unwrap()
    };
    let outcome = |code| Outcome {
        code,
        message: "no".into(),
    };
    assert_eq!(result(5, 2, 4, &[]), (2, Answer::Done(outcome(4))));
    assert_eq!(
        result(5, 2, 10, b"\xa3\x02\x04\0"),
        (2, Answer::Done(outcome(10)))
    );
    assert_eq!(result(1, 1, 49, &[]), (1, Answer::Bound(outcome(49))));
    assert_eq!(result(24, 0, 52, &[]), (0, Answer::Notice(outcome(52))));
    assert_eq!(result(24, 2, 0, &[]), (2, Answer::Other));
    let reference = message(2, &application(19, &write::octet_string(b"ldap://x/")));
    assert_eq!(decode(&reference).unwrap(), (2, Answer::Reference));
}

#[test]
fn broken_messages_are_refused() {
    let good = entry_message(&[("userCertificate;binary", &[ALICE.certificate])]);
    let whole = u64::try_from(good.len()).unwrap();
    assert_eq!(message_len(&good).unwrap(), Some(whole));
    assert_eq!(message_len(&good[..2]).unwrap(), None);
    assert_eq!(message_len(&[]).unwrap(), None);
    for wrong in [
        &b"HTTP/1.1"[..],
        b"\x30\x80",
        b"\x04\x00",
        b"\x30\x89\x01\x01\x01\x01\x01\x01\x01\x01\x01",
    ] {
        assert!(message_len(wrong).is_err(), "{wrong:?}");
    }
    for end in 0..good.len() {
        assert!(decode(&good[..end]).is_err());
    }
    for wrong in [
        &b"\x30\x00"[..],
        b"\x30\x03\x02\x01\x02",
        b"\x30\x05\x02\x01\xff\x64\x00",
        b"\x30\x05\x02\x01\x02\x44\x00",
        b"\x30\x05\x02\x01\x02\x64\x00",
        b"\x30\x05\x02\x01\x02\x65\x00",
        b"\x30\x0a\x02\x01\x02\x64\x05\x04\x00\x30\x01\x00",
    ] {
        assert!(decode(wrong).is_err(), "{wrong:?}");
    }
}
