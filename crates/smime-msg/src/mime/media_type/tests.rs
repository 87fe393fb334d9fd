use super::{ContentType, Disposition};
use crate::mime::deviation::Deviation;

fn parse(value: &str) -> ContentType {
    ContentType::parse(value).unwrap()
}

#[test]
fn forgiven_forms_are_read() {
    for (value, name, expected) in [
        ("multipart/signed; boundary=b", "boundary", "b"),
        ("Multipart/SIGNED;BOUNDARY=b", "Boundary", "b"),
        ("a/b; x=\"q \\\" \\\\ ;=\"", "x", "q \" \\ ;="),
        ("a / b ; x = y", "x", "y"),
        ("a/b (c; x=no) ; (c (d)) x (e) = (f) y (g)", "x", "y"),
        ("a/b;;; ; x=y;", "x", "y"),
        (
            "a/b; boundary=----=_Part/1:2?3",
            "boundary",
            "----=_Part/1:2?3",
        ),
        ("a/b; x=us-ascii(Plain text)", "x", "us-ascii"),
        ("a/b; x=\"open", "x", "open"),
        ("a/b; x=", "x", ""),
        ("a/b; flag; x=y", "x", "y"),
        ("a/b; x=a y=b", "y", "b"),
        ("a/b x=y", "x", "y"),
    ] {
        assert_eq!(parse(value).parameter(name), Some(expected), "{value}");
    }
}

#[test]
fn what_is_forgiven_is_noted() {
    for (value, deviation) in [
        ("a/b; x=1; X=2", Deviation::DuplicateParameter),
        ("a/b; x=1; x*=utf-8''2", Deviation::DuplicateParameter),
        ("a/b; x*0=1; x*0=2", Deviation::DuplicateParameter),
        ("a/b; x=1 y=2", Deviation::MissingSemicolon),
        ("a/b; x=\"1", Deviation::MalformedParameter),
        ("a/b; x", Deviation::MalformedParameter),
        ("a/b; =1", Deviation::MalformedParameter),
        ("a/b; x=", Deviation::MalformedParameter),
        ("a/b; x=a/b", Deviation::MalformedParameter),
        ("a/b; x*0=1; x*2=3", Deviation::MalformedParameter),
        ("a/b; x*=no-quotes", Deviation::MalformedParameter),
        ("a/b; x*=utf-8''%4", Deviation::MalformedParameter),
        ("a/b; x*=koi8-r''%c1", Deviation::UnknownCharset),
    ] {
        assert!(parse(value).deviations().contains(deviation), "{value}");
    }
}

#[test]
fn first_of_two_parameters_wins() {
    assert_eq!(parse("a/b; x=1; X=2").parameter("x"), Some("1"));
    assert_eq!(parse("a/b; x*=utf-8''1; x=2").parameter("x"), Some("1"));
    assert_eq!(parse("a/b; x*1=2; x*0=1; x=3").parameter("x"), Some("12"));
}

#[test]
fn continuations_and_character_sets_are_decoded() {
    for (value, expected) in [
        ("a/b; x*0=a; x*1=\"b c\"", "ab c"),
        ("a/b; x*1=b; x*0=a", "ab"),
        ("a/b; x*0*=utf-8'en'%C3; x*1*=%a9; x*2=%41", "\u{e9}%41"),
        ("a/b; x*=iso-8859-1''%E9", "\u{e9}"),
        ("a/b; x*=utf-8''%FF", "\u{fffd}"),
        ("a/b; x*0=a; x*2=c", "a"),
    ] {
        assert_eq!(parse(value).parameter("x"), Some(expected), "{value}");
    }
}

#[test]
fn values_without_type_are_errors() {
    for value in [
        "",
        "text",
        "text/",
        "/plain",
        "te xt/plain",
        ";",
        "\u{e9}/x",
        "(text/plain",
    ] {
        assert!(ContentType::parse(value).is_err(), "{value}");
    }
    assert!(Disposition::parse("; filename=x").is_err());
}

#[test]
fn display_is_read_back() {
    for value in [
        "b",
        "b c",
        "a\"b\\c",
        "",
        "\u{e9}\u{4e00}",
        "a\r\nX: y",
        "a;b=c",
        "(x)",
        "%41",
    ] {
        let content_type = parse("a/b").with_parameter("x", value).unwrap();
        let text = content_type.to_string();
        assert!(text.chars().all(|c| matches!(c, ' '..='~')), "{text}");
        let again = parse(&text);
        assert_eq!(again.parameter("x"), Some(value), "{text}");
        assert!(again.deviations().is_empty(), "{text}");
    }
    let disposition = Disposition::parse("ATTACHMENT; filename=\"a b\"").unwrap();
    assert_eq!(disposition.to_string(), "attachment; filename=\"a b\"");
}

#[test]
fn parameter_names_that_would_inject_are_errors() {
    for name in ["", "a b", "a=b", "a;b", "a\r\nb", "a*", "\u{e9}"] {
        assert!(parse("a/b").with_parameter(name, "x").is_err(), "{name}");
    }
}

#[test]
fn nested_comments_are_no_recursion() {
    let value = format!("a/b {} x=y", "(".repeat(100_000));
    assert_eq!(parse(&value).parameter("x"), None);
    let value = format!("a/b {}{}; x=y", "(".repeat(50_000), ")".repeat(50_000));
    assert_eq!(parse(&value).parameter("x"), Some("y"));
}

#[test]
fn many_parameters_are_no_quadratic_work() {
    let value: String = (0..20_000).map(|n| format!("; x{n}=1; y*{n}=1")).collect();
    let content_type = parse(&format!("a/b{value}"));
    assert_eq!(content_type.parameter("y").unwrap().len(), 20_000);
}
