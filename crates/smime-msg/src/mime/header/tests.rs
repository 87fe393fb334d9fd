use proptest::prelude::proptest;

use super::{HeaderBlock, HeaderProgress, HeaderReader};
use crate::mime::deviation::Deviation;
use crate::mime::error::MimeErrorKind;
use crate::mime::tests::{both, chunkings};
use crate::mime::transfer::TransferEncoding;

/// The block and the body, the same for every chunking.
fn read(input: &[u8]) -> (HeaderBlock, Vec<u8>) {
    let mut first: Option<(HeaderBlock, Vec<u8>)> = None;
    for chunks in chunkings(input) {
        let (block, body) = read_chunks(&chunks);
        assert_eq!([block.raw(), &body].concat(), input);
        if let Some((expected, _)) = &first {
            assert_eq!(block.raw(), expected.raw());
            assert_eq!(block.deviations(), expected.deviations());
        }
        first.get_or_insert((block, body));
    }
    first.unwrap()
}

fn read_chunks(chunks: &[&[u8]]) -> (HeaderBlock, Vec<u8>) {
    let mut reader = HeaderReader::new(1000);
    for (index, chunk) in chunks.iter().enumerate() {
        if let HeaderProgress::Done { consumed, block } = reader.push(chunk).unwrap() {
            let mut body = block.surplus().to_vec();
            body.extend_from_slice(&chunk[consumed..]);
            body.extend(chunks[index + 1..].concat());
            return (block, body);
        }
    }
    let block = reader.finish();
    let body = block.surplus().to_vec();
    (block, body)
}

#[test]
fn blank_line_ends_the_header_and_octets_are_kept() {
    for input in both("A: 1\nB:\t2\n 3\n\nbody: x\n\nmore") {
        let (block, body) = read(&input);
        assert!(block.deviations().is_empty());
        assert!(body.starts_with(b"body: x"));
        let names: Vec<&str> = block.fields().map(super::Field::name).collect();
        assert_eq!(names, ["A", "B"]);
        assert_eq!(block.first("b").unwrap().value(), "2 3");
    }
}

#[test]
fn folding_with_tabs_keeps_the_blank() {
    let (block, _) = read(b"Subject: a\r\n\tb\r\n \t c  \r\n\r\n");
    let field = block.first("SUBJECT").unwrap();
    assert_eq!(field.value(), "a\tb \t c");
    assert_eq!(field.raw(), b"Subject: a\r\n\tb\r\n \t c  \r\n");
}

#[test]
fn blank_first_line_is_an_empty_header() {
    for input in both("\nbody") {
        let (block, body) = read(&input);
        assert_eq!(block.fields().count(), 0);
        assert_eq!(body, b"body");
    }
}

#[test]
fn mbox_separator_is_kept_in_raw_only() {
    for start in [
        "From a@x Thu Jan 1 00:00:00 1970\n",
        ">From a@x\n",
        "From \n",
    ] {
        let (block, _) = read(format!("{start}A: 1\n\n").as_bytes());
        assert_eq!(block.fields().count(), 1);
        assert!(block.deviations().contains(Deviation::MboxFromLine));
    }
}

#[test]
fn second_mbox_separator_is_the_body() {
    let (block, body) = read(b"From a@x\nFrom b@x\nA: 1\n\n");
    assert_eq!(block.fields().count(), 0);
    assert!(body.starts_with(b"From b@x"));
}

#[test]
fn from_with_a_blank_before_the_colon_is_a_field() {
    let (block, _) = read(b"From : a@x\n\n");
    assert!(block.deviations().is_empty());
    assert_eq!(block.from_addresses(), ["a@x"]);
}

#[test]
fn line_that_is_no_field_is_the_body() {
    for line in [
        "no field",
        "no field: here",
        ": x",
        " folded",
        "\u{e9}: x",
        "a\0: x",
        "abc",
    ] {
        let (block, body) = read(line.as_bytes());
        assert_eq!(body, line.as_bytes(), "{line}");
        assert!(!block.deviations().is_empty());
        if line == " folded" {
            continue;
        }
        let (block, body) = read(format!("A: 1\r\n{line}\r\nB: 2\r\n\r\n").as_bytes());
        assert_eq!(block.raw(), b"A: 1\r\n", "{line}");
        assert!(body.starts_with(line.as_bytes()));
        assert!(block.deviations().contains(Deviation::NotAFieldLine));
    }
}

#[test]
fn cr_alone_ends_no_line() {
    let (block, _) = read(b"A: 1\rB: 2\r\n\r\n");
    assert_eq!(block.fields().count(), 1);
    let (_, body) = read(b"A: 1\r\n\rB: 2\r\n\r\n");
    assert!(body.starts_with(b"\rB"));
}

#[test]
fn header_may_end_with_the_input() {
    for input in ["A: 1", "A: 1\r\n", "A: 1\r\n b", "A: 1\nB:"] {
        let (block, body) = read(input.as_bytes());
        assert_eq!(block.raw(), input.as_bytes());
        assert!(body.is_empty());
        assert!(block.deviations().contains(Deviation::HeaderNotTerminated));
    }
}

#[test]
fn header_longer_than_the_limit_is_an_error_at_any_chunking() {
    let mut input = b"A: ".to_vec();
    input.resize(1001, b'x');
    for chunks in chunkings(&input) {
        let mut reader = HeaderReader::new(1000);
        let error = chunks
            .iter()
            .find_map(|chunk| reader.push(chunk).err())
            .unwrap();
        assert_eq!(*error.kind(), MimeErrorKind::HeaderTooLong { limit: 1000 });
        assert_eq!(error.offset(), 1000);
    }
}

#[test]
fn blank_line_counts_for_the_limit() {
    let input = b"A: 1\r\n\r\n";
    assert!(HeaderReader::new(8).push(input).is_ok());
    assert!(HeaderReader::new(7).push(input).is_err());
    assert!(HeaderReader::new(0).push(b"\n").is_err());
}

#[test]
fn duplicate_content_type_uses_the_first_and_is_noted() {
    let (block, _) = read(b"Content-Type: text/html\ncontent-type: image/png\n\n");
    let content_type = block.content_type();
    assert!(content_type.is("text", "html"));
    assert!(
        content_type
            .deviations()
            .contains(Deviation::DuplicateField)
    );
    assert_eq!(block.count("CONTENT-TYPE"), 2);
}

#[test]
fn content_type_has_a_default_and_a_fallback() {
    let (block, _) = read(b"\n");
    assert_eq!(block.content_type().parameter("charset"), Some("us-ascii"));
    assert_eq!(block.transfer_encoding(), TransferEncoding::SevenBit);
    for value in ["", "text", "text/", "/plain", "; a=b", "\"text\"/plain"] {
        let (block, _) = read(format!("Content-Type: {value}\n\n").as_bytes());
        let content_type = block.content_type();
        assert_eq!(
            content_type.essence(),
            "application/octet-stream",
            "{value}"
        );
        assert!(
            content_type
                .deviations()
                .contains(Deviation::MalformedContentType)
        );
    }
}

#[test]
fn addresses_of_all_from_fields_are_given() {
    let (block, _) = read(b"From: A <a@x>,\r\n b@y\r\nSender: s@z\r\nfrom: c@z\r\n\r\n");
    assert_eq!(block.from_addresses(), ["a@x", "b@y", "c@z"]);
    assert_eq!(block.sender_addresses(), ["s@z"]);
}

#[test]
fn file_name_comes_from_the_disposition() {
    let (block, _) =
        read(b"Content-Disposition: attachment;\r\n filename*=UTF-8''a%20%C3%A9.p7m\r\n\r\n");
    assert_eq!(
        block.content_disposition_filename().unwrap(),
        "a \u{e9}.p7m"
    );
}

proptest! {
    #[test]
    fn anything_is_read_the_same_at_any_chunking(
        input in "(From |>From |A: 1|B|:| |\t|\r\n|\n|\r|x\n|\x01|: y\r\n){0,30}"
    ) {
        read(input.as_bytes());
    }
}
