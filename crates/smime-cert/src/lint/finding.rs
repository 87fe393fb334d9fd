//! What a lint finds.

use alloc::string::String;
use core::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Severity {
    /// Nothing that anybody should change.
    Info,
    /// Neither against a rule nor against good practice, but worth knowing.
    Notice,
    /// Against what a standard recommends (SHOULD).
    Warning,
    /// Against what a standard requires (MUST, SHALL).
    Error,
}

impl Severity {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule that certificates can break.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// Its code; where pkilint has the same rule, the code that pkilint gives it.
    pub code: &'static str,
    /// How grave it is to break it.
    pub severity: Severity,
    /// Where it stands; BR are the S/MIME Baseline Requirements of the CA/Browser Forum.
    pub section: &'static str,
    /// What is wrong with a certificate that breaks it.
    pub text: &'static str,
}

/// A rule that a certificate breaks, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The code of the rule.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Where the rule stands.
    pub section: &'static str,
    /// The field of the certificate, such as `tbsCertificate.extensions[3]`.
    pub location: String,
    /// What is wrong.
    pub text: String,
}

impl Finding {
    pub(super) fn new(rule: &Rule, location: &str, detail: &str) -> Self {
        let text = match detail {
            "" => rule.text.into(),
            detail => alloc::format!("{}: {detail}", rule.text),
        };
        Self {
            code: rule.code,
            severity: rule.severity,
            section: rule.section,
            location: location.into(),
            text,
        }
    }
}
