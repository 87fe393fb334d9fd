//! Shared helpers, and the ranges of whole messages against mailparse and against the readers.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use mailparse::ParsedMail;
use proptest::prelude::proptest;

use super::header::{HeaderBlock, HeaderProgress, HeaderReader};
use super::multipart::{MultipartEvent, MultipartReader};
use super::scanner::{Entity, EntityTree, ScanLimits, Scanner};

/// The input whole, octet by octet, and at changing sizes.
pub(crate) fn chunkings(input: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut all = vec![
        vec![input],
        input.chunks(1).collect(),
        input.chunks(7).collect(),
    ];
    for seed in 1..6_u64 {
        let mut state = seed;
        let mut rest = input;
        let mut chunks = Vec::new();
        while !rest.is_empty() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let size = usize::try_from(state >> 33).unwrap() % 40;
            let (chunk, after) = rest.split_at(size.min(rest.len()));
            chunks.push(chunk);
            rest = after;
        }
        all.push(chunks);
    }
    all
}

pub(crate) fn scan(chunks: &[&[u8]]) -> EntityTree {
    let mut scanner = Scanner::new(ScanLimits::default());
    for chunk in chunks {
        scanner.push(chunk).unwrap();
    }
    scanner.finish().unwrap()
}

pub(crate) fn slice<'a>(message: &'a [u8], range: &Range<u64>) -> &'a [u8] {
    &message[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()]
}

/// Splits an entity with the header reader: header, body.
fn split_header(entity: &[u8]) -> (HeaderBlock, Vec<u8>) {
    let mut reader = HeaderReader::new(1 << 20);
    match reader.push(entity).unwrap() {
        HeaderProgress::Done { consumed, block } => {
            let body = [block.surplus(), &entity[consumed..]].concat();
            (block, body)
        }
        HeaderProgress::NeedMore => {
            let block = reader.finish();
            let body = block.surplus().to_vec();
            (block, body)
        }
    }
}

fn split_parts(boundary: &str, body: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut sink = |event: MultipartEvent<'_>| -> Result<(), ()> {
        match event {
            MultipartEvent::PartBegin { .. } => parts.push(Vec::new()),
            MultipartEvent::PartData(data) => parts.last_mut().unwrap().extend_from_slice(data),
            _ => {}
        }
        Ok(())
    };
    let mut reader = MultipartReader::new(boundary).ok()?;
    reader.push(body, &mut sink).unwrap();
    reader.finish(&mut sink).unwrap();
    Some(parts)
}

/// The scanner finds what the header reader and the multipart reader find on the octets.
fn agrees_with_readers(message: &[u8], entity: &Entity) {
    let octets = slice(message, &entity.range);
    let (block, body) = split_header(octets);
    assert_eq!(block.raw(), entity.header.raw());
    assert_eq!(block.raw(), slice(message, &entity.header_range));
    assert_eq!(body, slice(message, &entity.body_range));
    match entity.content_type.type_() {
        "multipart" => {
            let boundary = entity.content_type.parameter("boundary").unwrap_or("");
            let parts = split_parts(boundary, &body).unwrap_or_default();
            let children: Vec<&[u8]> = entity
                .children
                .iter()
                .map(|child| slice(message, &child.range))
                .collect();
            assert_eq!(parts, children);
        }
        _ => {
            for child in &entity.children {
                assert_eq!(slice(message, &child.range), body);
            }
        }
    }
    for child in &entity.children {
        agrees_with_readers(message, child);
    }
}

/// Ranges and raw octets of the parts are those of mailparse.
fn agrees_with_mailparse(message: &[u8], entity: &Entity, parsed: &ParsedMail<'_>, name: &str) {
    let ours = slice(message, &entity.range);
    assert_eq!(
        String::from_utf8_lossy(ours),
        String::from_utf8_lossy(parsed.raw_bytes),
        "{name}"
    );
    assert_eq!(ours, parsed.raw_bytes, "{name}");
    if entity.content_type.type_() == "multipart" {
        assert_eq!(entity.children.len(), parsed.subparts.len(), "{name}");
        for (child, parsed) in entity.children.iter().zip(&parsed.subparts) {
            agrees_with_mailparse(message, child, parsed, name);
        }
    }
}

fn check(message: &[u8], name: &str) -> EntityTree {
    let tree = scan(&[message]);
    let whole = format!("{tree:?}");
    if message.len() < 50_000 {
        for chunks in chunkings(message) {
            assert_eq!(format!("{:?}", scan(&chunks)), whole, "{name}");
        }
    }
    agrees_with_readers(message, tree.root());
    tree
}

fn check_all(message: &[u8], name: &str) {
    let tree = check(message, name);
    if let Ok(parsed) = mailparse::parse_mail(message) {
        agrees_with_mailparse(message, tree.root(), &parsed, name);
    }
}

/// A message with LF and with CRLF line ends.
pub(crate) fn both(message: &str) -> [Vec<u8>; 2] {
    [
        message.as_bytes().to_vec(),
        message.replace('\n', "\r\n").into_bytes(),
    ]
}

const HANDMADE: &[(&str, &str)] = &[
    ("plain", "From: a@x\nSubject: s\n\nbody\nline\n"),
    ("no-body", "From: a@x\nSubject: s\n\n"),
    (
        "signed",
        "Content-Type: multipart/signed; boundary=\"b+/=1\"\n\npreamble\n--b+/=1\n\
         Content-Type: text/plain\n\n text\n\n--b+/=1 \t\nContent-Type: application/pkcs7-signature\n\n\
         AAAA\n--b+/=1--\nepilogue\n",
    ),
    (
        "not-closed",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nA: 1\n\none\n--b\nA: 2\n\ntwo\n",
    ),
    (
        "nested-not-closed",
        "Content-Type: multipart/mixed; boundary=outer\n\n--outer\n\
         Content-Type: multipart/mixed; boundary=inner\n\n--inner\n\nx\n--outer\n\ny\n--outer--\n",
    ),
    (
        "header-only-part",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n--b\n\n\
         x\n--b--\n",
    ),
    (
        "mid-line",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfoo --b bar\n -- b\n--b--\n",
    ),
    (
        "folded",
        "Content-Type: multipart/mixed;\n\tboundary=\"a b\"\nSubject: x\n\ty\n  z\n\n--a b\n\nt\n--a b--\n",
    ),
];

#[test]
fn handmade_messages_agree_with_mailparse_and_the_readers() {
    for (name, message) in HANDMADE {
        for message in both(message) {
            check_all(&message, name);
        }
    }
}

#[test]
fn odd_messages_agree_with_the_readers() {
    for message in [
        "",
        "\n",
        "\n\n",
        "no header\n",
        "--b\n",
        "From a@x Thu Jan  1 00:00:00 1970\nA: 1\n\nx",
        "Content-Type: multipart/mixed; boundary=b\n--b\n\nx\n--b--",
        "Content-Type: multipart/mixed; boundary=b\nno field\n--b\n\nx\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--bb\n\nx\n--b\n\ny\n--b--x\n--b--\n--b\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\n--b\n\n\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--b",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nA: 1\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/x; boundary=i\n\n\
         --i\n--b\n\n\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/x; boundary=i\n\n\
         --i--\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/x; boundary=i\n\n\
         --b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/x; boundary=b\n\n\
         --b\n\nsame\n--b--\n--b--",
        "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n",
        "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nA: 1\n\nx",
        "Content-Type: message/rfc822\nno field\nA: 1\n\nx",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n\r\r\n--b\r\r\n--b\n\0\n--b--",
    ] {
        for message in both(message) {
            check(&message, "odd");
        }
    }
}

#[test]
fn mixed_line_ends_are_cut_exactly() {
    let message =
        b"Content-Type: multipart/mixed; boundary=b\r\n\n--b\n\r\none\r\n--b\r\n\ntwo\n\n--b--";
    check_all(message, "mixed");
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn looks_like_mail(octets: &[u8]) -> bool {
    let (block, _) = split_header(octets);
    block.count("From") + block.count("Content-Type") + block.count("MIME-Version") > 0
}

#[test]
fn real_mails_agree_with_mailparse_and_the_readers() {
    let Some(root) = testkit::vectors::folder("real mails") else {
        return;
    };
    let mut files = Vec::new();
    for folder in ["thunderbird", "kmail", "mimekit", "bc-resources"] {
        collect(&root.join(folder), &mut files);
    }
    let mut mails = 0;
    let mut multiparts = 0;
    for path in &files {
        let octets = fs::read(path).unwrap();
        if octets.len() > 4_000_000 || !looks_like_mail(&octets) {
            continue;
        }
        mails += 1;
        let name = path.display().to_string();
        let tree = check(&octets, &name);
        multiparts += usize::from(tree.root().content_type.type_() == "multipart");
        match mailparse::parse_mail(&octets) {
            Ok(parsed) => agrees_with_mailparse(&octets, tree.root(), &parsed, &name),
            Err(error) => eprintln!("mailparse cannot read {name}: {error}"),
        }
    }
    eprintln!(
        "{mails} mails of {} files, {multiparts} multiparts",
        files.len()
    );
    assert!(mails > 0, "no mails under {}", root.display());
}

proptest! {
    #[test]
    fn scanner_agrees_with_the_readers_on_anything(
        message in "(Content-Type: multipart/x; boundary=b\r\n|Content-Type: multipart/x; boundary=bb\n\n\
|Content-Type: message/rfc822\n\n|A: 1\r\n|x|\r\n|\n|\r|--b|--bb|--b\r\n|\n--bb\n|\n--b\n|--| |:){0,40}"
    ) {
        check(format!("Content-Type: multipart/x; boundary=b\n{message}").as_bytes(), "random");
    }
}
