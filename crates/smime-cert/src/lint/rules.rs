//! Every rule, by the document that it comes from.

mod baseline;
mod pkix;
mod smime;

pub(super) use baseline::*;
pub(super) use pkix::*;
pub(super) use smime::*;

use super::Rule;

/// Constants for rules, and a table of them.
macro_rules! rules {
    ($table:ident: $($id:ident = $severity:ident, $code:literal, $section:literal, $text:literal;)*) => {
        $(pub(in crate::lint) const $id: $crate::lint::Rule = Rule {
            code: $code,
            severity: Severity::$severity,
            section: $section,
            text: $text,
        };)*

        pub(super) const $table: &[$crate::lint::Rule] = &[$($id),*];
    };
}
use rules;

/// All rules, by document.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    pkix::PKIX
        .iter()
        .chain(smime::SMIME)
        .chain(baseline::BASELINE)
}
