//! Certificates that end soon: told before they do.

use cms_core::types::{Certificate, Time};
use serde_json::{Value, json};

use crate::session::Session;

/// Days before the end at which it begins to be told.
const SOON: i64 = 30;
const DAY: i64 = 86_400;

/// What there is to be told of a certificate's end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    /// Days since it expired.
    Past(i64),
    /// Days that are left.
    Near(i64),
}

fn end(certificate: &Certificate, at: Time) -> Option<End> {
    let left = certificate.not_after().unix().saturating_sub(at.unix());
    match left {
        ..0 => Some(End::Past(left.saturating_neg() / DAY)),
        left if left < SOON * DAY => Some(End::Near(left / DAY)),
        _ => None,
    }
}

/// The end of a line about a certificate, with a comma in front; empty where nothing is to be told.
pub(crate) fn mark(certificate: &Certificate, at: Time) -> String {
    match end(certificate, at) {
        Some(End::Past(_)) => ", expired".to_owned(),
        Some(End::Near(0)) => ", expires today".to_owned(),
        Some(End::Near(1)) => ", expires tomorrow".to_owned(),
        Some(End::Near(days)) => format!(", expires in {days} days"),
        None => String::new(),
    }
}

/// Warns of a certificate that is used, and gives the warning for the report.
#[must_use]
pub(crate) fn warn(name: &str, certificate: &Certificate, session: &Session) -> Option<Value> {
    let text = match end(certificate, session.at)? {
        End::Past(_) => format!(
            "the certificate of {name} expired at {}",
            certificate.not_after()
        ),
        End::Near(_) => format!(
            "the certificate of {name} expires at {}",
            certificate.not_after()
        ),
    };
    let code = match end(certificate, session.at)? {
        End::Past(_) => "expired",
        End::Near(_) => "expires-soon",
    };
    session.say(&format!("warning: {text} [{code}]"));
    Some(json!({"code": code, "text": text, "layer": null}))
}
