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
use testkit::ber::{Element, Lengths};

/// What a DER message is to crate `cms`, if it keeps every octet.
fn theirs(message: &[u8]) -> Option<facts::Facts> {
    let info = ContentInfo::from_der(message).ok()?;
    (info.to_der().ok()? == message).then_some(())?;
    rust_crypto::facts(message).ok()
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
    let Some(tree) = Element::parse(data).filter(|tree| tree.encode(Lengths::Der) == data) else {
        return;
    };
    if let Some(theirs) = theirs(data) {
        assert!(theirs.fields() > 0);
        let differences = ours.differences(&theirs);
        assert!(differences.is_empty(), "crate cms: {differences:?}");
    }
    for lengths in [Lengths::Long, Lengths::Indefinite] {
        let again = ours::facts(&tree.encode(lengths));
        let again = again.unwrap_or_else(|error| panic!("{lengths:?}: {error}"));
        let differences = ours.differences(&again);
        assert!(differences.is_empty(), "{lengths:?}: {differences:?}");
    }
}
