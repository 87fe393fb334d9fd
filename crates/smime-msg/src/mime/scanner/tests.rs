use proptest::prelude::proptest;

use super::{DEPTH_MAXIMUM, Entity, EntityTree, ScanLimits, Scanner};
use crate::mime::deviation::Deviation;
use crate::mime::error::{MimeError, MimeErrorKind};
use crate::mime::tests::{both, chunkings, scan, slice};

fn scan_with(limits: ScanLimits, chunks: &[&[u8]]) -> Result<EntityTree, MimeError> {
    let mut scanner = Scanner::new(limits);
    for chunk in chunks {
        scanner.push(chunk)?;
    }
    scanner.finish()
}

/// The error, the same for every chunking.
fn error(limits: ScanLimits, input: &[u8]) -> MimeError {
    let mut errors = chunkings(input)
        .into_iter()
        .map(|chunks| scan_with(limits, &chunks).unwrap_err());
    let first = errors.next().unwrap();
    assert!(errors.all(|other| other == first));
    first
}

fn types(tree: &EntityTree) -> Vec<(usize, String)> {
    tree.entities()
        .map(|(depth, entity)| (depth, entity.content_type.essence().to_owned()))
        .collect()
}

fn nested(levels: usize) -> Vec<u8> {
    let mut message = String::new();
    for level in 0..levels {
        message.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
        ));
    }
    message.into_bytes()
}

#[test]
fn deep_nesting_meets_the_limit() {
    let limits = ScanLimits::new(1000, 100_000, 10_000);
    let message = nested(3000);
    let found = error(limits, &message);
    assert_eq!(
        *found.kind(),
        MimeErrorKind::Depth {
            limit: DEPTH_MAXIMUM
        }
    );
    let message = nested(DEPTH_MAXIMUM - 1);
    assert!(scan_with(limits, &[&message]).is_ok());
    let messages = "Content-Type: message/rfc822\n\n".repeat(3000);
    let found = error(limits, messages.as_bytes());
    assert!(matches!(found.kind(), MimeErrorKind::Depth { .. }));
}

#[test]
fn many_parts_meet_the_limit() {
    let mut message = b"Content-Type: multipart/mixed; boundary=b\n\n".to_vec();
    message.extend(b"--b\n\nx\n".repeat(20));
    assert!(scan_with(ScanLimits::new(9, 21, 999), &[&message]).is_ok());
    let found = error(ScanLimits::new(9, 20, 999), &message);
    assert_eq!(*found.kind(), MimeErrorKind::Parts { limit: 20 });
}

#[test]
fn long_headers_meet_the_limit() {
    let limits = ScanLimits::new(9, 9, 2000);
    for message in [
        format!("A: {}", "x".repeat(3000)),
        format!("A: {}\n\nx", "x".repeat(3000)),
        format!("A: 1\n{}: x\n\n", "x".repeat(3000)),
        format!("A: 1\n{}\n\n", "x".repeat(3000)),
        "A: 1\n".repeat(500),
    ] {
        let found = error(limits, message.as_bytes());
        assert_eq!(*found.kind(), MimeErrorKind::HeaderTooLong { limit: 2000 });
        assert_eq!(found.offset(), 2000);
    }
    let message = format!("A: 1\nno field{}", " x".repeat(3000));
    assert!(scan_with(limits, &[message.as_bytes()]).is_ok());
}

#[test]
fn outer_delimiter_ends_open_multiparts() {
    for message in both(
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n\
         --i\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n--o\n\nz\n--o--\n--i\nepilogue\n",
    ) {
        let tree = scan(&[&message]);
        assert!(tree.root().closed);
        let [inner, last] = tree.root().children.as_slice() else {
            panic!("{tree:?}")
        };
        assert!(!inner.closed);
        assert!(inner.deviations.contains(Deviation::MissingCloseDelimiter));
        let embedded = &inner.children[0].children[0];
        assert_eq!(slice(&message, &embedded.body_range), b"y");
        assert_eq!(embedded.header.first("subject").unwrap().value(), "x");
        assert!(slice(&message, &last.body_range) == b"z");
    }
}

#[test]
fn header_only_part_loses_its_line_end_to_the_delimiter() {
    let message =
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nA: 1\r\n\r\n--b\r\nA: 2\r\n--b--";
    let tree = scan(&[message]);
    let parts: Vec<&[u8]> = tree
        .root()
        .children
        .iter()
        .map(|part| slice(message, &part.range))
        .collect();
    assert_eq!(parts, [&b"A: 1\r\n"[..], b"A: 2"]);
    for part in &tree.root().children {
        assert!(part.body_range.is_empty());
        assert!(part.deviations.contains(Deviation::HeaderNotTerminated));
    }
}

#[test]
fn prefix_of_a_boundary_is_not_it() {
    let message =
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n\
        --bb\n\nx\n--bb--\n--b--\n";
    let tree = scan(&[message]);
    assert!(tree.entities().all(|(_, entity)| entity.closed));
    assert_eq!(types(&tree).len(), 3);
}

#[test]
fn digest_parts_are_messages() {
    let message = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b\n\
        Content-Type: text/html\n\nz\n--b--";
    let found = types(&scan(&[message]));
    let expected = [
        (0, "multipart/digest"),
        (1, "message/rfc822"),
        (2, "text/plain"),
        (1, "text/html"),
    ];
    assert_eq!(
        found,
        expected.map(|(depth, essence)| (depth, essence.to_owned()))
    );
}

#[test]
fn encoded_messages_are_not_entered() {
    let message = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogMQo=\n";
    assert!(scan(&[message]).root().children.is_empty());
    let message =
        b"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\nx\n--b--";
    let tree = scan(&[message]);
    assert_eq!(tree.root().children.len(), 1);
    assert!(tree.root().deviations.contains(Deviation::EncodedComposite));
}

#[test]
fn multipart_without_boundary_is_a_leaf() {
    for value in ["", "; boundary=\"\"", "; boundary*=utf-8''a%0Ab"] {
        let message = format!("Content-Type: multipart/mixed{value}\n\n--b\n\nx\n--b--\n");
        let tree = scan(&[message.as_bytes()]);
        assert!(tree.root().children.is_empty() && !tree.root().closed);
        assert!(tree.root().deviations.contains(Deviation::MissingBoundary));
    }
}

#[test]
fn ranges_cover_the_message() {
    let message = b"A: 1\r\n\r\nbody\0\r\n";
    let tree = scan(&[message]);
    let Entity {
        range,
        header_range,
        body_range,
        ..
    } = tree.root();
    assert_eq!(
        (range.clone(), header_range.clone(), body_range.clone()),
        (0..15, 0..8, 8..15)
    );
    assert_eq!(tree.octets(), 15);
}

#[test]
fn scanners_and_trees_can_cross_threads() {
    const fn assert_send_sync<T: Send + Sync>() {}
    assert_send_sync::<Scanner>();
    assert_send_sync::<EntityTree>();
}

proptest! {
    #[test]
    fn limits_are_met_the_same_at_any_chunking(
        message in "(Content-Type: multipart/x; boundary=b\n\n|Content-Type: message/rfc822\n\n|A: 1\r\n\
|xxxxxxxxxxxxxxxxxxxxxxxxxxxxx|\r\n|\n|--b|--b\n|\n--b\n| |:| y\r\n){0,25}"
    ) {
        let limits = ScanLimits::new(3, 4, 50);
        let mut results = chunkings(message.as_bytes())
            .into_iter()
            .map(|chunks| format!("{:?}", scan_with(limits, &chunks)));
        let first = results.next().unwrap();
        assert!(results.all(|other| other == first));
    }
}
