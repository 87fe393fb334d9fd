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
        $(pub(in crate::lint) const $id: $crate::lint::Rule = $crate::lint::Rule {
            code: $code,
            severity: $crate::lint::Severity::$severity,
            section: $section,
            text: $text,
        };)*

        pub(in crate::lint) const $table: &[$crate::lint::Rule] = &[$($id),*];
    };
}
use rules;

/// All rules, by document.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    PKIX.iter().chain(SMIME).chain(BASELINE)
}
