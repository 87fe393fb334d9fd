//! Where pkilint and we differ, and why.

/// Who finds what the other does not.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Side {
    Ours,
    Theirs,
}

impl Side {
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::Ours => "only ours:",
            Self::Theirs => "only theirs:",
        }
    }
}

/// A reason, who finds it, what, and on which certificates.
type Exception = (&'static str, Side, &'static str, &'static [&'static str]);

pub(crate) const EXCEPTIONS: &[Exception] = &[];
