//! Rules of RFC 8551 on what a message looks like: its type, its text, its signature part.

use cms_algs::spec;
use cms_core::signed::SignedDataReader;
use cms_core::{Limits, oid};
use smime_msg::compose::Transport;
use testkit::keys;

use crate::support::{
    MAIL, clear, compressed, content, entity, enveloped, layers, opaque, opened, person,
};

#[test]
fn text_is_canonical_before_it_is_enveloped_or_compressed() {
    // rfc8551:3.1.1/2
    let bob = person(&keys::BOB);
    let (outer, entity) = entity("one\ntwo\n", Transport::Binary);
    for message in [
        enveloped(&outer, &entity, &spec::AES_128_CBC, &bob),
        compressed(&outer, &entity),
    ] {
        let opened = opened(&message);
        assert!(opened.error.is_none(), "{:?}", opened.error);
        let content = content(opened);
        assert!(content.ends_with(b"\r\n\r\none\r\ntwo\r\n"));
        let bare = content.split(|octet| *octet == b'\n');
        let mut lines = bare.filter(|line| !line.is_empty());
        assert!(lines.all(|line| line.ends_with(b"\r")));
    }
}

#[test]
fn the_media_type_counts_and_no_file_name() {
    // rfc8551:3.2.1/2
    let alice = person(&keys::ALICE);
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let opaque = String::from_utf8(opaque(&outer, &entity, &alice)).unwrap();
    assert!(opaque.contains("smime.p7m"));
    let renamed = opaque.replace("smime.p7m", "x.bin");
    let found = layers(&opened(renamed.as_bytes()));
    assert_eq!(found.first().unwrap(), "opaque good");
    // Text with that name is text.
    let text = opaque.replace("application/pkcs7-mime", "text/plain");
    assert!(text.contains("smime.p7m"));
    assert_eq!(layers(&opened(text.as_bytes())), ["text/plain"]);
}

#[test]
fn the_signature_of_a_multipart_has_no_content() {
    // rfc8551:3.5.3.1/1
    let alice = person(&keys::ALICE);
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let message = clear(&outer, &entity, &alice);
    let mail = mailparse::parse_mail(&message).unwrap();
    let [_, signature] = mail.subparts.as_slice() else {
        panic!("no two parts");
    };
    let signature = signature.get_body_raw().unwrap();
    let mut reader = SignedDataReader::new(&cms_algs::PROVIDER, &Limits::DEFAULT);
    let mut octets = 0;
    reader
        .push(&signature, &mut |content| {
            octets += content.danger_octets().len();
            Ok(())
        })
        .unwrap();
    let report = reader.finish_unverified().unwrap();
    assert!(report.detached);
    assert_eq!((octets, report.econtent_type), (0, oid::DATA));
}

#[test]
fn the_protocol_of_a_multipart_is_quoted() {
    // rfc8551:3.5.3.2/2
    let alice = person(&keys::ALICE);
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let message = String::from_utf8(clear(&outer, &entity, &alice)).unwrap();
    let header = message.split("\r\n\r\n").next().unwrap();
    assert!(header.contains("protocol=\"application/pkcs7-signature\""));
}
