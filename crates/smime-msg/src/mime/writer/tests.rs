use super::signed::MultipartSignedWriter;
use super::{boundary, fold_header, pkcs7_mime_header, split_headers};
use crate::mime::header::{HeaderBlock, HeaderProgress, HeaderReader};
use crate::mime::tests::{scan, slice};
use crate::mime::transfer::{Decoder, TransferEncoding};

fn header(input: &str) -> HeaderBlock {
    let mut reader = HeaderReader::new(100_000);
    match reader.push(input.as_bytes()).unwrap() {
        HeaderProgress::Done { block, .. } => block,
        HeaderProgress::NeedMore => reader.finish(),
    }
}

#[test]
fn folded_fields_unfold_to_their_value() {
    for value in [
        "short",
        "",
        &"word ".repeat(50),
        &format!("{} x", "y".repeat(200)),
        &format!("a/b; name=\"{}\"; x=y", "q w ".repeat(40)),
        &format!("unbalanced \" quote {}", "word ".repeat(300)),
        "a  b\tc",
    ] {
        let field = fold_header("Subject", value).unwrap();
        let block = header(&format!("{field}\r\n"));
        assert_eq!(block.fields().count(), 1);
        assert_eq!(
            block.first("Subject").unwrap().value(),
            value.trim(),
            "{field}"
        );
    }
    let field = fold_header("Subject", &"word ".repeat(50)).unwrap();
    assert!(field.lines().count() > 3 && field.lines().all(|line| line.len() <= 76));
}

#[test]
fn values_that_would_begin_another_field_are_errors() {
    for value in ["a\r\nBcc: x", "a\nb", "a\rb", "a\0", "\u{85}"] {
        assert!(fold_header("Subject", value).is_err(), "{value:?}");
    }
    for name in ["", "a b", "a:", "a\n", "\u{e9}"] {
        assert!(fold_header(name, "x").is_err(), "{name:?}");
    }
    assert!(fold_header("A", &"x".repeat(1000)).is_err());
}

#[test]
fn boundary_uses_all_randomness() {
    let text = boundary(&mut |octets| octets.fill(0xab));
    assert_eq!(text, format!("----=_smim{}", "ab".repeat(16)));
    assert!(text.len() <= 70);
}

#[test]
fn pkcs7_mime_header_names_type_and_file() {
    // rfc8551:3.2.1/1
    for (smime_type, file) in [
        ("enveloped-data", "smime.p7m"),
        ("signed-data", "smime.p7m"),
        ("authEnveloped-data", "smime.p7m"),
        ("certs-only", "smime.p7c"),
        ("compressed-data", "smime.p7z"),
    ] {
        let text = pkcs7_mime_header(smime_type).unwrap();
        assert!(text.ends_with("\r\n\r\n"));
        let block = header(&text);
        let content_type = block.content_type();
        assert!(content_type.is("application", "pkcs7-mime"));
        assert_eq!(content_type.parameter("smime-type"), Some(smime_type));
        assert_eq!(content_type.parameter("name"), Some(file));
        assert_eq!(block.content_disposition_filename().as_deref(), Some(file));
        assert_eq!(block.transfer_encoding(), TransferEncoding::Base64);
    }
}

#[test]
fn signed_frame_keeps_the_content_and_the_signature() {
    // rfc8551:3.5.3.2/1
    let content: &[u8] = b"Content-Type: text/plain\r\n\r\nHello\r\n\r\n";
    let signature: Vec<u8> = (0..=255).collect();
    let mut out = b"From: a@x\r\n".to_vec();
    let writer = MultipartSignedWriter::start("----=_b 1", "sha-256,sha-512", &mut out).unwrap();
    out.extend_from_slice(content);
    let mut writer = writer.begin_signature(&mut out).unwrap();
    for chunk in signature.chunks(10) {
        writer.push(chunk, &mut out);
    }
    writer.finish(&mut out);

    let tree = scan(&[&out]);
    let root = tree.root();
    assert!(root.closed && root.content_type.is("multipart", "signed"));
    assert_eq!(
        root.content_type.parameter("micalg"),
        Some("sha-256,sha-512")
    );
    assert_eq!(
        root.content_type.parameter("protocol"),
        Some("application/pkcs7-signature")
    );
    let [first, second] = root.children.as_slice() else {
        panic!("two parts")
    };
    assert_eq!(slice(&out, &first.range), content);
    assert_eq!(second.content_type.parameter("name"), Some("smime.p7s"));
    let mut decoded = Vec::new();
    let mut decoder = Decoder::new(second.header.transfer_encoding());
    decoder
        .push(slice(&out, &second.body_range), &mut decoded)
        .unwrap();
    assert!(decoder.finish(&mut decoded).unwrap().is_empty());
    assert_eq!(decoded, signature);
}

#[test]
fn unusable_frames_are_errors() {
    for (boundary, micalg) in [("", "sha-256"), ("a\nb", "sha-256")] {
        assert!(MultipartSignedWriter::start(boundary, micalg, &mut Vec::new()).is_err());
    }
}

#[test]
fn content_fields_move_inside_and_the_rest_stays() {
    let block = header(
        "From x\nFrom: a@x\nMIME-Version: 1.0\nContent-Type: text/plain;\n charset=utf-8\n\
         Subject: s\n t\ncontent-language: de\nContentious: y\n\n",
    );
    let (outer, content) = split_headers(&block);
    assert_eq!(
        outer,
        b"From: a@x\r\nSubject: s\r\n t\r\nContentious: y\r\n"
    );
    assert_eq!(
        content,
        b"Content-Type: text/plain;\r\n charset=utf-8\r\ncontent-language: de\r\n"
    );
}
