//! Another reader, and another encoding: where crate `cms` reads DER and writes the same of it, our readers find the
//! same in it; and they find the same in DER and in the same message with other lengths.

#[path = "../../../crates/cms-core/tests/differential/facts.rs"]
mod facts;
#[path = "../../../crates/cms-core/tests/differential/ours.rs"]
mod ours;
#[path = "../../../crates/cms-core/tests/differential/rust_crypto.rs"]
mod rust_crypto;

use cms::content_info::ContentInfo;
use der::{Decode as _, Encode as _};
use testkit::ber::{Element, Lengths, Value};

/// What a DER message is to crate `cms`, if it keeps every octet.
fn theirs(message: &[u8]) -> Option<facts::Facts> {
    let info = ContentInfo::from_der(message).ok()?;
    (info.to_der().ok()? == message).then_some(())?;
    rust_crypto::facts(message).ok()
}

/// Content of another type than OCTET STRING, as PKCS #7 has it, is its octets as they are (RFC 5652, 5.2.1).
fn of(element: &Element, depth: usize, lengths: Lengths) -> Lengths {
    let Value::Constructed(parts) = &element.value else {
        return lengths;
    };
    let string = parts
        .first()
        .is_none_or(|part| part.tag == 0x04 || part.tag == 0x24);
    if (element.tag, depth) == (0xa0, 4) && !string {
        return Lengths::Der;
    }
    lengths
}

/// Whether universal types are constructed or primitive as DER has them, for what is captured whole is not looked into
/// where its length is definite; and whether there are identifiers of one octet alone, none of them that of an end of
/// contents (X.690, 8.1 to 8.14).
fn is_sound(element: &Element) -> bool {
    // EXTERNAL, EMBEDDED PDV, SEQUENCE and SET.
    let structured = matches!(element.tag & 0x1f, 8 | 11 | 16 | 17);
    let universal = element.tag & 0xc0 == 0;
    if element.tag == 0 || element.tag & 0x1f == 0x1f {
        return false;
    }
    match &element.value {
        Value::Primitive(_) => !universal || !structured,
        Value::Constructed(parts) => (!universal || structured) && parts.iter().all(is_sound),
    }
}

/// Reads an input.
pub fn run(data: &[u8]) {
    // What begins no ContentInfo has no facts.
    if !matches!(cms_core::content_type(data), Ok(Some(_))) {
        return;
    }
    let Ok(ours) = ours::facts(data) else {
        return;
    };
    let same = |tree: &Element| tree.encode(Lengths::Der) == data && is_sound(tree);
    let Some(tree) = Element::parse(data).filter(same) else {
        return;
    };
    if let Some(theirs) = theirs(data) {
        assert!(theirs.fields() > 0);
        let mut differences = ours.differences(&theirs);
        // Of a key derivation whose cipher is unknown we name the cipher (RFC 9709, 4).
        differences.retain(|(_, text)| !text.ends_with("against 1.2.840.113549.1.9.16.3.31"));
        assert!(differences.is_empty(), "crate cms: {differences:?}");
    }
    for lengths in [Lengths::Long, Lengths::Indefinite] {
        let again = ours::facts(&tree.encode_by(&|element, depth| of(element, depth, lengths), 0));
        let again = again.unwrap_or_else(|error| panic!("{lengths:?}: {error}"));
        let differences = ours.differences(&again);
        assert!(differences.is_empty(), "{lengths:?}: {differences:?}");
    }
}
