use proptest::prelude::proptest;

use super::{Canonicalizer, LineStats};
use crate::mime::tests::chunkings;

fn canonical(input: &[u8]) -> Vec<u8> {
    let mut results = chunkings(input).into_iter().map(|chunks| {
        let mut out = Vec::new();
        let mut canonicalizer = Canonicalizer::new();
        for chunk in chunks {
            canonicalizer.push(chunk, &mut |octets| out.extend_from_slice(octets));
        }
        (out, canonicalizer.finish())
    });
    let first = results.next().unwrap();
    assert!(results.all(|other| other == first));
    first.0
}

fn stats(input: &[u8]) -> LineStats {
    let mut results = chunkings(input).into_iter().map(|chunks| {
        let mut stats = LineStats::new();
        for chunk in chunks {
            stats.push(chunk);
        }
        stats
    });
    let first = results.next().unwrap();
    for other in results {
        assert_eq!(format!("{first:?}"), format!("{other:?}"));
    }
    first
}

#[test]
fn lf_becomes_crlf_and_the_rest_stays() {
    for (input, expected) in [
        ("", ""),
        ("\n", "\r\n"),
        ("\r\n", "\r\n"),
        ("\r", "\r"),
        ("\r\r\n", "\r\r\n"),
        ("\n\n", "\r\n\r\n"),
        ("\n\r", "\r\n\r"),
        ("a\nb\r\nc\rd\0", "a\r\nb\r\nc\rd\0"),
    ] {
        assert_eq!(
            canonical(input.as_bytes()),
            expected.as_bytes(),
            "{input:?}"
        );
    }
}

#[test]
fn canonical_text_is_handed_out_without_copies() {
    let input = b"a\r\nb\r\n".repeat(100);
    let mut slices = Vec::new();
    Canonicalizer::new().push(&input, &mut |octets| slices.push(octets.as_ptr_range()));
    assert_eq!(slices, [input.as_ptr_range()]);
}

#[test]
fn facts_about_lines() {
    let facts = stats(b"From a\r\n>From b\nFrom c \r\n x\t\n\rbare\r\n\xe9\0\r");
    assert_eq!(facts.from_lines(), 2);
    assert_eq!(facts.trailing_blank_lines(), 2);
    assert_eq!(facts.bare_lf(), 2);
    assert_eq!(facts.bare_cr(), 2);
    assert!(facts.has_eight_bit() && facts.has_nul() && !facts.is_seven_bit());
}

#[test]
fn what_can_be_signed_as_it_is() {
    for (input, seven_bit, survives) in [
        ("", true, true),
        ("a\r\n\r\nb", true, true),
        ("a\nb", true, true),
        (&"x".repeat(998), true, true),
        (&("x".repeat(998) + "\r\n"), true, true),
        (&"x".repeat(999), false, false),
        (&("x".repeat(999) + "\n"), false, false),
        ("a\rb", false, false),
        ("a\0", false, false),
        ("\u{e9}", false, false),
        ("From a", true, false),
        ("xFrom a\nFrom", true, true),
        ("a \r\n", true, false),
        ("a\t", true, false),
        (" \r\n", true, false),
        ("\r\n\r\n", true, true),
    ] {
        let facts = stats(input.as_bytes());
        assert_eq!(facts.is_seven_bit(), seven_bit, "{input:?}");
        assert_eq!(facts.survives_transport(), survives, "{input:?}");
    }
}

proptest! {
    #[test]
    fn canonical_form_is_a_fixed_point(text in "[a\r\n]{0,100}") {
        let once = canonical(text.as_bytes());
        assert_eq!(canonical(&once), once);
        assert_eq!(stats(&once).bare_lf(), 0);
        assert_eq!(once.len() - text.len(), usize::try_from(stats(text.as_bytes()).bare_lf()).unwrap());
    }
}
