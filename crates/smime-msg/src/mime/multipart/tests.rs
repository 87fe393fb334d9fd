use proptest::prelude::proptest;

use super::{BOUNDARY_LIMIT, MultipartEnd, MultipartEvent, MultipartReader, PADDING_LIMIT};
use crate::mime::tests::{both, chunkings};

#[derive(Debug, Default, PartialEq)]
struct Found {
    preamble: Vec<u8>,
    parts: Vec<Vec<u8>>,
    epilogue: Vec<u8>,
    closed: bool,
}

fn run(mut reader: MultipartReader, chunks: &[&[u8]]) -> Found {
    let input = chunks.concat();
    let mut found = Found::default();
    let mut open = None;
    let mut sink = |event: MultipartEvent<'_>| -> Result<(), ()> {
        match event {
            MultipartEvent::Preamble(data) => found.preamble.extend_from_slice(data),
            MultipartEvent::PartBegin { index, offset } => {
                assert_eq!((open.replace(offset), index), (None, found.parts.len()));
                found.parts.push(Vec::new());
            }
            MultipartEvent::PartData(data) => {
                assert!(open.is_some());
                found.parts.last_mut().unwrap().extend_from_slice(data);
            }
            MultipartEvent::PartEnd { index, offset } => {
                assert_eq!(index + 1, found.parts.len());
                let range = usize::try_from(open.take().unwrap()).unwrap()
                    ..usize::try_from(offset).unwrap();
                assert_eq!(found.parts[index], input[range]);
            }
            MultipartEvent::Epilogue(data) => found.epilogue.extend_from_slice(data),
        }
        Ok(())
    };
    for chunk in chunks {
        reader.push(chunk, &mut sink).unwrap();
        assert!(reader.held.len() <= BOUNDARY_LIMIT + PADDING_LIMIT + 8);
    }
    let end = reader.finish(&mut sink).unwrap();
    assert_eq!(open, None);
    found.closed = end == MultipartEnd::Closed;
    found
}

fn split(boundary: &str, input: &[u8]) -> Found {
    let mut results = chunkings(input)
        .into_iter()
        .map(|chunks| run(MultipartReader::new(boundary).unwrap(), &chunks));
    let first = results.next().unwrap();
    for other in results {
        assert_eq!(first, other);
    }
    first
}

fn split_prefix(boundary: &str, input: &[u8]) -> Found {
    let mut results = chunkings(input).into_iter().map(|chunks| {
        let reader = MultipartReader::new(boundary).unwrap();
        run(reader.with_prefix_fallback(), &chunks)
    });
    let first = results.next().unwrap();
    assert!(results.all(|other| other == first));
    first
}

fn texts(found: &Found) -> Vec<String> {
    found
        .parts
        .iter()
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}

/// The oracle: whole lines, no streaming.
fn split_lines(boundary: &str, input: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut open = false;
    for line in input.split_inclusive(|&octet| octet == b'\n') {
        let text = line
            .strip_suffix(b"\n")
            .map_or(line, |text| text.strip_suffix(b"\r").unwrap_or(text));
        let text = if line.ends_with(b"\n") {
            text
        } else {
            line.strip_suffix(b"\r").unwrap_or(line)
        };
        let tail = text
            .strip_prefix(b"--")
            .and_then(|rest| rest.strip_prefix(boundary.as_bytes()));
        let (close, tail) = match tail {
            Some(tail) => (
                tail.starts_with(b"--"),
                tail.strip_prefix(b"--").unwrap_or(tail),
            ),
            None => (false, &b"x"[..]),
        };
        if tail.iter().all(|octet| b" \t".contains(octet)) {
            if let Some(part) = parts.last_mut().filter(|_| open) {
                let crlf = part.ends_with(b"\r\n");
                part.truncate(part.len().saturating_sub(if crlf { 2 } else { 1 }));
            }
            if close {
                return (parts, true);
            }
            open = line.ends_with(b"\n");
            if open {
                parts.push(Vec::new());
            }
        } else if let Some(part) = parts.last_mut().filter(|_| open) {
            part.extend_from_slice(line);
        }
    }
    (parts, false)
}

#[test]
fn line_break_before_a_delimiter_belongs_to_it() {
    for input in both("pre\n--b\n\none\n\n--b\ntwo\n--b--\nepi\n") {
        let found = split("b", &input);
        let line_end = if input.contains(&b'\r') { "\r\n" } else { "\n" };
        assert_eq!(
            texts(&found),
            [format!("{line_end}one{line_end}"), "two".to_owned()]
        );
        assert_eq!(found.preamble, b"pre");
        assert_eq!(found.epilogue, format!("epi{line_end}").as_bytes());
        assert!(found.closed);
    }
}

#[test]
fn missing_close_delimiter_is_told() {
    for (input, parts) in [
        ("--b\nx\n", vec!["x\n"]),
        ("x", vec![]),
        ("--b\nx\n--b", vec!["x"]),
        ("--b\nx\n--b-", vec!["x\n--b-"]),
    ] {
        let found = split("b", input.as_bytes());
        assert_eq!(texts(&found), parts, "{input:?}");
        assert!(!found.closed);
    }
}

#[test]
fn close_delimiter_may_end_the_input() {
    for end in ["--b--", "--b-- \t", "--b--\r", "--b--\n"] {
        let found = split("b", format!("--b\r\nx\r\n{end}").as_bytes());
        assert_eq!(texts(&found), ["x"], "{end:?}");
        assert!(found.closed);
    }
}

#[test]
fn boundary_that_begins_with_another_is_not_it() {
    let input = b"--b\nx\n--bb\ny\n--bb--\n--b--x\n--b -\n-- b\n--b--\n";
    assert_eq!(
        texts(&split("b", input)),
        ["x\n--bb\ny\n--bb--\n--b--x\n--b -\n-- b"]
    );
    assert_eq!(texts(&split("bb", input)), ["y"]);
}

#[test]
fn prefix_fallback_takes_longer_lines() {
    let found = split_prefix("b", b"--b\nx\n--bb\ny\n--b-\nz\n--b--junk\nepi");
    assert_eq!(texts(&found), ["x", "y", "z"]);
    assert_eq!(found.epilogue, b"epi");
    assert!(found.closed);
    assert!(split_prefix("b", b"--b\nx\n--b--junk").closed);
    assert!(!split_prefix("b", b"--b\nx\n--bjunk").closed);
}

#[test]
fn delimiters_in_a_row_give_empty_parts() {
    assert_eq!(
        texts(&split("b", b"--b\r\n--b\r\n\r\n--b\n\r\r\n--b--")),
        ["", "", "\r"]
    );
    assert!(split("b", b"--b--\r\n--b\r\n").parts.is_empty());
}

#[test]
fn delimiter_counts_at_the_start_of_a_line_only() {
    let found = split("b", b"--b\nfoo --b\n --b\n\r--b\n\0--b\n--b--");
    assert_eq!(texts(&found), ["foo --b\n --b\n\r--b\n\0--b"]);
}

#[test]
fn boundaries_with_specials_are_literal() {
    let boundary = "'()+_,-./:=? [*$^\\";
    let input = format!("--{boundary}\r\nx\r\n--{boundary}--");
    assert_eq!(texts(&split(boundary, input.as_bytes())), ["x"]);
    assert_eq!(texts(&split("b \t", b"--b\nx\n--b--")), ["x"]);
}

#[test]
fn padding_is_bounded() {
    let good = format!("--b\nx\n--b{}\ny", " ".repeat(PADDING_LIMIT));
    assert_eq!(split("b", good.as_bytes()).parts.len(), 2);
    let long = format!("--b\nx\n--b{}\ny", " ".repeat(PADDING_LIMIT + 1));
    assert_eq!(split("b", long.as_bytes()).parts.len(), 1);
}

#[test]
fn unusable_boundaries_are_errors() {
    for boundary in [
        "",
        " ",
        "a\nb",
        "a\rb",
        "\0",
        &"x".repeat(BOUNDARY_LIMIT + 1),
    ] {
        assert!(MultipartReader::new(boundary).is_err(), "{boundary:?}");
    }
}

#[test]
fn errors_of_the_sink_come_back() {
    let mut reader = MultipartReader::new("b").unwrap();
    assert_eq!(reader.push(b"--b\nx", &mut |_| Err("no")), Err("no"));
}

#[test]
fn data_is_handed_out_in_large_slices() {
    let mut input = b"--b\r\n".to_vec();
    input.extend(b"some line\r\n-- not a delimiter\r\n".repeat(1000));
    let mut slices = 0;
    let mut reader = MultipartReader::new("b").unwrap();
    let mut sink = |event: MultipartEvent<'_>| -> Result<(), ()> {
        slices += usize::from(matches!(event, MultipartEvent::PartData(_)));
        Ok(())
    };
    reader.push(&input, &mut sink).unwrap();
    assert_eq!(slices, 1);
}

proptest! {
    #[test]
    fn agrees_with_a_line_splitter(input in "(--b|--|-|b|\r\n|\n|\r| |x|--b\r\n|\n--b){0,40}") {
        let found = split("b", input.as_bytes());
        assert_eq!((found.parts, found.closed), split_lines("b", input.as_bytes()));
    }
}
