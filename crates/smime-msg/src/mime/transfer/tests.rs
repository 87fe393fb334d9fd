use proptest::collection::vec;
use proptest::prelude::{any, proptest};

use super::base64::Base64Encoder;
use super::quoted_printable::QuotedPrintableEncoder;
use super::{Decoder, LineEnd, TransferEncoding};
use crate::mime::deviation::{Deviation, Deviations};
use crate::mime::error::MimeErrorKind;
use crate::mime::tests::chunkings;

/// The content and what was odd, the same for every chunking.
fn decode(encoding: TransferEncoding, input: &[u8]) -> (Vec<u8>, Deviations) {
    let mut results = chunkings(input).into_iter().map(|chunks| {
        let mut out = Vec::new();
        let mut decoder = Decoder::new(encoding);
        for chunk in chunks {
            decoder.push(chunk, &mut out).unwrap();
        }
        let deviations = decoder.finish(&mut out).unwrap();
        (out, deviations)
    });
    let first = results.next().unwrap();
    for other in results {
        assert!(
            first == other,
            "chunks matter: {:?}",
            String::from_utf8_lossy(&input[input.len().saturating_sub(20)..])
        );
    }
    first
}

fn base64(input: &[u8]) -> (Vec<u8>, Deviations) {
    decode(TransferEncoding::Base64, input)
}

fn quoted_printable(input: &[u8]) -> (Vec<u8>, Deviations) {
    decode(TransferEncoding::QuotedPrintable, input)
}

#[test]
fn encoding_names_are_read() {
    for (value, expected) in [
        ("BASE64", TransferEncoding::Base64),
        (" base64 (x)", TransferEncoding::Base64),
        ("(x) base64", TransferEncoding::Base64),
        ("base64;", TransferEncoding::Base64),
        ("\"7bit\"", TransferEncoding::SevenBit),
        ("", TransferEncoding::SevenBit),
        ("8BIT", TransferEncoding::EightBit),
        ("Quoted-Printable", TransferEncoding::QuotedPrintable),
        ("x-uuencode", TransferEncoding::Unknown),
        ("base64x", TransferEncoding::Unknown),
        ("(open", TransferEncoding::SevenBit),
    ] {
        assert_eq!(TransferEncoding::parse(value), expected, "{value}");
    }
}

#[test]
fn unknown_encoding_passes_and_is_noted() {
    let (out, deviations) = decode(TransferEncoding::Unknown, b"a=3D\0");
    assert_eq!(out, b"a=3D\0");
    assert!(deviations.contains(Deviation::UnknownTransferEncoding));
}

#[test]
fn decoder_takes_nothing_after_the_end() {
    let mut decoder = Decoder::new(TransferEncoding::Base64);
    decoder.finish(&mut Vec::new()).unwrap();
    let error = decoder.push(b"QQ==", &mut Vec::new()).unwrap_err();
    assert_eq!(*error.kind(), MimeErrorKind::Finished);
    assert!(decoder.finish(&mut Vec::new()).is_err());
}

#[test]
fn base64_oddities() {
    let none: &[Deviation] = &[];
    for (input, expected, deviations) in [
        ("QUJD", "ABC", none),
        ("Q U\tJ\r\nD\n", "ABC", none),
        ("QUI=", "AB", none),
        ("QQ==", "A", none),
        ("QQ=\r\n=", "A", none),
        ("QQ", "A", &[Deviation::Base64MissingPadding]),
        ("QQ=", "A", &[Deviation::Base64MissingPadding]),
        ("QUI", "AB", &[Deviation::Base64MissingPadding]),
        ("QUJDQ", "ABC", &[Deviation::Base64Truncated]),
        ("QR==", "A", &[Deviation::Base64LooseBits]),
        ("Q.U-J\0D\u{e9}", "ABC", &[Deviation::Base64StrayOctet]),
        ("QUJD=", "ABC", &[Deviation::Base64StrayOctet]),
        ("=QUJD", "ABC", &[Deviation::Base64StrayOctet]),
        ("QQ===", "A", &[Deviation::Base64StrayOctet]),
        ("QQ==QUI=", "AAB", &[Deviation::Base64AfterPadding]),
        (
            "QQ=QUI=",
            "AAB",
            &[
                Deviation::Base64MissingPadding,
                Deviation::Base64AfterPadding,
            ],
        ),
        ("", "", none),
        ("====", "", &[Deviation::Base64StrayOctet]),
    ] {
        let (out, noted) = base64(input.as_bytes());
        assert_eq!(out, expected.as_bytes(), "{input}");
        let noted: Vec<Deviation> = noted.iter().map(|noted| noted.deviation()).collect();
        assert_eq!(noted, deviations, "{input}");
    }
}

#[test]
fn stray_octets_in_a_long_text_are_counted_and_placed() {
    let mut text = b"QUJD\r\n".repeat(20_000);
    text.insert(60_001, b'!');
    text.insert(30_001, b'!');
    let (out, deviations) = base64(&text);
    assert_eq!(out, b"ABC".repeat(20_000));
    let noted = deviations.iter().next().unwrap();
    assert_eq!((noted.first_offset(), noted.count()), (30_001, 2));
}

#[test]
fn encoded_lines_have_the_columns_asked_for() {
    for (asked, expected) in [(76, 76), (64, 64), (75, 72), (1, 4), (usize::MAX, 76)] {
        let mut out = Vec::new();
        let mut encoder = Base64Encoder::new(asked, LineEnd::Lf);
        encoder.push(&[7; 1000], &mut out);
        encoder.finish(&mut out);
        assert_eq!(out.iter().position(|&octet| octet == b'\n'), Some(expected));
        assert_eq!(base64(&out), (vec![7; 1000], Deviations::default()));
    }
    let mut out = Vec::new();
    Base64Encoder::new(76, LineEnd::Crlf).finish(&mut out);
    assert!(out.is_empty());
}

#[test]
fn quoted_printable_oddities() {
    for (input, expected, deviation) in [
        ("a=3Db", "a=b", None),
        ("a=\r\nb=\nc", "abc", None),
        ("a= \t\r\nb", "ab", None),
        ("a \t\r\nb \nc ", "a\r\nb\nc", None),
        ("a =\r\nb", "a b", None),
        ("a\rb", "a\rb", None),
        ("a \r \r\nb", "a \r\r\nb", None),
        (
            "=e9=C3",
            "\u{0}",
            Some(Deviation::QuotedPrintableLowercaseHex),
        ),
        ("a=", "a", Some(Deviation::QuotedPrintableTruncated)),
        ("a= ", "a", Some(Deviation::QuotedPrintableTruncated)),
        ("=4", "=4", Some(Deviation::QuotedPrintableBrokenEscape)),
        (
            "=zz=3",
            "=zz=3",
            Some(Deviation::QuotedPrintableBrokenEscape),
        ),
        ("=4=41", "=4A", Some(Deviation::QuotedPrintableBrokenEscape)),
        ("==41", "=A", Some(Deviation::QuotedPrintableBrokenEscape)),
        (
            "=4\r\nx",
            "=4\r\nx",
            Some(Deviation::QuotedPrintableBrokenEscape),
        ),
        ("= x", "= x", Some(Deviation::QuotedPrintableBrokenEscape)),
        ("=\rx", "=\rx", Some(Deviation::QuotedPrintableBrokenEscape)),
        ("\u{e9}", "\u{e9}", Some(Deviation::QuotedPrintableEightBit)),
    ] {
        let (out, noted) = quoted_printable(input.as_bytes());
        if expected == "\u{0}" {
            assert_eq!(out, [0xe9, 0xc3]);
        } else {
            assert_eq!(out, expected.as_bytes(), "{input:?}");
        }
        let noted: Vec<Deviation> = noted.iter().map(|noted| noted.deviation()).collect();
        assert_eq!(noted, deviation.as_slice(), "{input:?}");
    }
}

#[test]
fn endless_white_space_is_not_held_back() {
    for length in [997, 998, 999, 2000, 5000] {
        for end in ["", "\n", "\r\n", "x\n", "\rx", "=\n", "=zz"] {
            let text = format!("a{}{end}", " ".repeat(length));
            quoted_printable(text.as_bytes());
            let text = format!("a={}{end}", " ".repeat(length));
            quoted_printable(text.as_bytes());
        }
    }
}

fn encode_quoted_printable(chunks: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = QuotedPrintableEncoder::new();
    for chunk in chunks {
        encoder.push(chunk, &mut out);
    }
    encoder.finish(&mut out);
    out
}

fn is_safe_for_transport(text: &[u8]) -> bool {
    text.split(|&octet| octet == b'\n').all(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.len() <= 76
            && !line.starts_with(b"From ")
            && line != b"."
            && !line.ends_with(b" ")
            && !line.ends_with(b"\t")
            && line
                .iter()
                .all(|&octet| matches!(octet, b' '..=b'~' | b'\t'))
    })
}

#[test]
fn written_text_survives_transport() {
    for text in [
        "From here\r\n.\r\n..x\r\ntrailing \r\n\ttabs\t\r\n \r\n",
        "bare\rcr bare\nlf\r",
        "\u{e9}=\0\r\n\r\n",
        " ",
    ] {
        let out = encode_quoted_printable(&[text.as_bytes()]);
        assert!(is_safe_for_transport(&out), "{out:?}");
        assert_eq!(
            quoted_printable(&out),
            (text.as_bytes().to_vec(), Deviations::default())
        );
    }
    let out = encode_quoted_printable(&[b"From a\r\n.\r\n"]);
    assert_eq!(out, b"=46rom a\r\n=2E\r\n");
}

proptest! {
    #[test]
    fn base64_round_trip(data in vec(any::<u8>(), 0..2000), columns in 0..100_usize, size in 1..200_usize) {
        let mut out = Vec::new();
        let mut encoder = Base64Encoder::new(columns, LineEnd::Crlf);
        for chunk in data.chunks(size) {
            encoder.push(chunk, &mut out);
        }
        encoder.finish(&mut out);
        let mut whole = Vec::new();
        let mut encoder = Base64Encoder::new(columns, LineEnd::Crlf);
        encoder.push(&data, &mut whole);
        encoder.finish(&mut whole);
        assert_eq!(out, whole);
        assert_eq!(base64(&out), (data, Deviations::default()));
    }

    #[test]
    fn base64_of_anything_is_the_same_at_any_chunking(data in "[A-Da=\\r\\n !]{0,200}") {
        base64(data.as_bytes());
    }

    #[test]
    fn quoted_printable_round_trip(data in vec(any::<u8>(), 0..500)) {
        let out = encode_quoted_printable(&[&data]);
        assert!(is_safe_for_transport(&out));
        for chunks in chunkings(&data) {
            assert_eq!(encode_quoted_printable(&chunks), out);
        }
        assert_eq!(quoted_printable(&out), (data, Deviations::default()));
    }

    #[test]
    fn quoted_printable_of_text_round_trip(data in "(From |[. \\tFx=\u{e9}]|\r\n|\n|\r){0,150}") {
        let out = encode_quoted_printable(&[data.as_bytes()]);
        assert!(is_safe_for_transport(&out));
        assert_eq!(quoted_printable(&out).0, data.as_bytes());
    }

    #[test]
    fn quoted_printable_of_anything_is_the_same_at_any_chunking(data in "[4aF= \\t\\r\\nx]{0,200}") {
        quoted_printable(data.as_bytes());
    }
}
