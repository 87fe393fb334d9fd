//! What a cell comes to: the outcome of a reader, held against what the row wants.

use super::feature::{Act, Wanted};
use super::peer::{Kind, Outcome};

/// The verdict of a cell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// The content came out, or a bad message was refused.
    Agrees,
    Refuses,
    /// Another content came out, or a bad message was accepted.
    Wrong,
    NotRun,
    Crashes,
}

impl Verdict {
    pub(crate) const ALL: [Self; 5] = [
        Self::Agrees,
        Self::Refuses,
        Self::Wrong,
        Self::NotRun,
        Self::Crashes,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Refuses => "refuses",
            Self::Wrong => "wrong",
            Self::NotRun => "not run",
            Self::Crashes => "crashes",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }

    /// As tables have it.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Agrees => "✓",
            Self::Refuses => "–",
            Self::Wrong => "✗",
            Self::NotRun => "·",
            Self::Crashes => "!",
        }
    }
}

/// Whether a row is a question for a reader of this kind at all; else why not.
pub(crate) fn asked(wanted: Wanted, kind: Kind) -> Result<(), &'static str> {
    match (wanted, kind) {
        (Wanted::Refusal, Kind::Structure) => Err("it reads the structure alone"),
        (Wanted::PathRefusal, Kind::Structure | Kind::Signatures) => {
            Err("it builds no certification paths")
        }
        _ => Ok(()),
    }
}

/// The verdict, and what there is to say of it.
pub(crate) fn judge(
    wanted: Wanted,
    kind: Kind,
    act: &Act,
    outcome: &Outcome,
    same: bool,
) -> (Verdict, String) {
    match (wanted, outcome) {
        (_, Outcome::Cannot(why)) => (Verdict::NotRun, why.clone()),
        (_, Outcome::Crashed(why)) => (Verdict::Crashes, why.clone()),
        (Wanted::Content, Outcome::Refused(why)) => (Verdict::Refuses, why.clone()),
        (_, Outcome::Refused(why)) => (Verdict::Agrees, why.clone()),
        (Wanted::Content, Outcome::Done) => {
            let told = kind == Kind::Structure || matches!(act, Act::CertsOnly | Act::Receipt);
            if told {
                (
                    Verdict::Agrees,
                    "read; there is no content to compare".to_owned(),
                )
            } else if same {
                (Verdict::Agrees, String::new())
            } else {
                (Verdict::Wrong, "another content came out".to_owned())
            }
        }
        (_, Outcome::Done) => (Verdict::Wrong, "accepted".to_owned()),
    }
}

/// Whether the same content came out: octet for octet, but for line ends where MIME makes them canonical.
pub(crate) fn same_content(act: &Act, went_in: &[u8], came_out: &[u8]) -> bool {
    if !act.mail() {
        return went_in == came_out;
    }
    let plain = |octets: &[u8]| -> Vec<u8> {
        let octets: Vec<u8> = octets
            .iter()
            .copied()
            .filter(|octet| *octet != b'\r')
            .collect();
        octets.trim_ascii_end().to_vec()
    };
    plain(went_in) == plain(came_out)
}

#[cfg(test)]
mod tests {
    use super::{Verdict, asked, judge, same_content};
    use crate::interop::feature::{Act, Form, Sign, Wanted};
    use crate::interop::peer::{Kind, Outcome};

    fn verdict(wanted: Wanted, kind: Kind, outcome: &Outcome, same: bool) -> Verdict {
        let act = Act::Sign(Sign::new("alice", "sha-256"));
        judge(wanted, kind, &act, outcome, same).0
    }

    #[test]
    fn a_bad_message_that_is_read_is_wrong() {
        for wanted in [Wanted::Refusal, Wanted::PathRefusal, Wanted::Malformed] {
            assert_eq!(
                verdict(wanted, Kind::Paths, &Outcome::Done, true),
                Verdict::Wrong
            );
            let refused = Outcome::Refused(String::new());
            assert_eq!(
                verdict(wanted, Kind::Paths, &refused, false),
                Verdict::Agrees
            );
            let crashed = Outcome::Crashed(String::new());
            assert_eq!(
                verdict(wanted, Kind::Paths, &crashed, false),
                Verdict::Crashes
            );
        }
    }

    #[test]
    fn another_content_is_wrong() {
        let of = |kind, same| verdict(Wanted::Content, kind, &Outcome::Done, same);
        assert_eq!(of(Kind::Paths, true), Verdict::Agrees);
        assert_eq!(of(Kind::Paths, false), Verdict::Wrong);
        assert_eq!(of(Kind::Structure, false), Verdict::Agrees);
        let cannot = Outcome::Cannot(String::new());
        assert_eq!(
            verdict(Wanted::Content, Kind::Paths, &cannot, true),
            Verdict::NotRun
        );
    }

    #[test]
    fn who_checks_no_paths_is_not_asked_about_them() {
        assert!(asked(Wanted::PathRefusal, Kind::Signatures).is_err());
        assert!(asked(Wanted::Refusal, Kind::Structure).is_err());
        assert!(asked(Wanted::Malformed, Kind::Structure).is_ok());
        assert!(asked(Wanted::PathRefusal, Kind::Paths).is_ok());
    }

    #[test]
    fn line_ends_count_but_in_mail() {
        let sign = Act::Sign(Sign::new("alice", "sha-256"));
        assert!(!same_content(&sign, b"a\r\n", b"a\n"));
        let mail = Act::Sign(Sign {
            form: Form::Clear,
            ..Sign::new("alice", "sha-256")
        });
        assert!(same_content(&mail, b"a\r\nb\r\n", b"a\nb\n\n"));
        assert!(!same_content(&mail, b"a\r\nb\r\n", b"ab"));
    }
}
