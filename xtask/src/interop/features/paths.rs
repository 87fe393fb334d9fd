//! Rows on certification paths: signers whose certificate must not be accepted, and one whose must.

use super::Rows;
use crate::interop::feature::{Act, Sign, Wanted};

const GROUP: &str = "Certificates";

pub(super) fn add(rows: &mut Rows) {
    for (who, issuer, source, title, wanted) in [
        (
            "under",
            Some("between"),
            "RFC 5280, 6.1",
            "an intermediate authority",
            Wanted::Content,
        ),
        (
            "stranger",
            None,
            "RFC 5280, 6.1",
            "an issuer that nobody trusts",
            Wanted::PathRefusal,
        ),
        (
            "expired",
            None,
            "RFC 5280, 6.1.3 (a)(2)",
            "an expired certificate",
            Wanted::PathRefusal,
        ),
        (
            "early",
            None,
            "RFC 5280, 6.1.3 (a)(2)",
            "a certificate that is not valid yet",
            Wanted::PathRefusal,
        ),
        (
            "server",
            None,
            "RFC 8550, 4.4.4",
            "a certificate for TLS servers alone",
            Wanted::PathRefusal,
        ),
        (
            "wrapper",
            None,
            "RFC 8550, 4.4.2",
            "a key for encryption alone",
            Wanted::PathRefusal,
        ),
        (
            "critical",
            None,
            "RFC 5280, 4.2",
            "an unknown critical extension",
            Wanted::PathRefusal,
        ),
        (
            "child",
            Some("leaf"),
            "RFC 5280, 6.1.4 (k)",
            "an issuer that is no authority",
            Wanted::PathRefusal,
        ),
        (
            "outside",
            Some("narrow"),
            "RFC 5280, 4.2.1.10",
            "an address that the issuer may not name",
            Wanted::PathRefusal,
        ),
        (
            "deep",
            Some("shallow"),
            "RFC 5280, 6.1.4 (l)",
            "an authority below pathLenConstraint 0",
            Wanted::PathRefusal,
        ),
    ] {
        let act = Act::Sign(Sign {
            issuer,
            ..Sign::new(who, "sha-256")
        });
        rows.add(
            GROUP,
            source,
            &format!("path-{who}"),
            &format!("signed under {title}"),
            act,
        );
        if let Some(row) = rows.0.last_mut() {
            row.wanted = wanted;
        }
    }
}
