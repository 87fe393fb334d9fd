//! Codes of the findings of `smime cert lint`.

use smime_cert::lint::{Rule, Severity, rules};

use super::Entry;

/// Every rule of the linter, by code.
pub(super) fn all() -> Vec<&'static Rule> {
    let mut all: Vec<_> = rules().collect();
    all.sort_unstable_by_key(|rule| rule.code);
    all
}

/// The entry of a rule.
pub(super) fn entry(rule: &Rule) -> Entry {
    Entry {
        code: rule.code,
        title: rule.text,
        text: match rule.severity {
            Severity::Error => {
                "An error of a certificate: a rule that its authority must keep is broken."
            }
            Severity::Warning => {
                "A warning about a certificate: its authority should have made it otherwise."
            }
            Severity::Notice => {
                "A notice about a certificate: no rule is broken, but others may wonder."
            }
            _ => "How a certificate was made, for information.",
        },
        section: rule.section,
        advice: match rule.severity {
            Severity::Error | Severity::Warning => {
                "Tell the authority. Whether the certificate may be used says `smime cert verify`, not this."
            }
            _ => "Nothing.",
        },
    }
}
