//! What is to be said about a certificate that was found.

use cms_core::types::{Certificate, Time};
use serde_json::{Value, json};
use smime_cert::address::{self, AddressMatch};
use smime_cert::path::{PathContext, validate};
use smime_cert::purpose::{Purpose, check};
use smime_msg::open::PathStatus;

use super::dane::{Domain, Word, numbers, record};
use crate::find::{Candidate, Dnssec, Origin};
use crate::report;
use crate::session::Session;
use crate::store::fingerprint;
use crate::trusting::Trusted;
use crate::verb::cert::verify;
use crate::verb::trust::line;

/// A candidate, and what was checked.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) candidate: Candidate,
    /// Why it is neither written nor added.
    pub(super) refusal: Option<&'static str>,
    address: AddressMatch,
    uses: Vec<&'static str>,
    path: PathStatus,
    word: Word,
}

impl Judged {
    pub(super) fn new(
        candidate: Candidate,
        address: &str,
        domain: Option<&Domain<'_>>,
        trusted: &Trusted,
        session: &Session,
    ) -> Self {
        let certificate = &candidate.certificate;
        let purpose = purpose(certificate, trusted.purpose);
        let context = PathContext {
            purpose,
            ..trusted.context(session)
        };
        trusted.sources.renew();
        let path = match validate(certificate, &context) {
            Ok(path) => PathStatus::Trusted(path),
            Err(error) => PathStatus::Untrusted(error),
        };
        let word = domain.map_or(Word::None, |domain| {
            domain.word(certificate, &path, purpose, trusted, session)
        });
        let address = address::check(certificate, &[address.to_owned()]);
        let refusal = refusal(&candidate, address, &path, word, session);
        Self {
            refusal,
            address,
            uses: uses(certificate),
            path,
            word,
            candidate,
        }
    }

    /// Whether the domain confirms a certificate that the store has already.
    pub(super) fn is_confirmed(&self) -> bool {
        self.refusal == Some(STORED) && matches!(self.word, Word::Match(_))
    }

    /// The item of the report.
    pub(super) fn item(&self) -> Value {
        let mut item = report::certificate(&self.candidate.certificate);
        let mut set = |key, value| report::set(&mut item, key, value);
        set("source", json!(self.candidate.origin.name()));
        match &self.candidate.origin {
            Origin::Directory { url, entry } => {
                set("url", json!(url));
                set("name", json!(entry));
            }
            Origin::Dns {
                name,
                dnssec,
                association,
            } => {
                set("name", json!(name));
                set("dnssec", json!(dnssec.name()));
                let [usage, selector, matching] = numbers(association);
                set("usage", json!(usage));
                set("selector", json!(selector));
                set("matching", json!(matching));
            }
            Origin::Store => {}
        }
        set("address", json!(self.address.name()));
        set("uses", json!(self.uses));
        set("path", verify::path(&self.path));
        set("dane", json!(self.word.name()));
        if let Word::Match(numbers) = self.word {
            set("record", record(numbers));
        }
        set("taken", json!(self.refusal.is_none()));
        set("refusal", json!(self.refusal));
        item
    }

    /// The lines for people.
    pub(super) fn lines(&self, at: Time) -> Vec<String> {
        let certificate = &self.candidate.certificate;
        let mut lines = vec![line(certificate, at)];
        let mut tell = |what: &str, text: &str| lines.push(format!("  {what:<9} {text}"));
        match &self.candidate.origin {
            Origin::Directory { url, entry } => tell("found", &format!("{url}, entry {entry}")),
            Origin::Dns {
                name,
                dnssec,
                association,
            } => {
                let text = format!("SMIMEA {name}, usage {}", association.usage.number());
                tell("found", &text);
                tell("dnssec", dnssec.name());
            }
            Origin::Store => tell("found", "in the store"),
        }
        tell("address", self.address.name());
        tell("uses", &self.uses.join(", "));
        match &self.path {
            PathStatus::Untrusted(error) => {
                tell("path", &format!("{}: {error}", self.path.name()));
            }
            _ => tell("path", self.path.name()),
        }
        if let Word::Match(numbers) = self.word {
            tell("domain", &format!("confirms it, record {numbers:?}"));
        } else if self.word == Word::Mismatch {
            tell("domain", "names another certificate");
        }
        tell("sha-256", &fingerprint(certificate.octets()));
        if let Some(refusal) = self.refusal {
            tell("not taken", refusal);
        }
        lines
    }
}

/// The refusal of what is in the store.
const STORED: &str = "it is in the store already";

/// Why a certificate is neither written nor added, whatever its path.
fn refusal(
    candidate: &Candidate,
    address: AddressMatch,
    path: &PathStatus,
    word: Word,
    session: &Session,
) -> Option<&'static str> {
    let certificate = &candidate.certificate;
    let insecure = Dnssec::Insecure;
    match (&candidate.origin, address) {
        (_, AddressMatch::Mismatch) => Some("it names another address"),
        (_, AddressMatch::Match) if is_over(certificate, session) => {
            Some("it is not valid at this time")
        }
        // rfc8162:9: "If an obtained S/MIME certificate is revoked or expired, that certificate MUST NOT be used".
        (_, AddressMatch::Match) if path.name() == "revoked" => Some("it is revoked"),
        // RFC 6698, 2.1: where there are records that can be used, one of them has to hold.
        (_, AddressMatch::Match) if word == Word::Mismatch => {
            Some("the domain names another certificate, or asks for a trusted path")
        }
        (Origin::Dns { dnssec, .. }, AddressMatch::Match) if *dnssec == insecure => {
            Some("the DNS answer is not secured by DNSSEC")
        }
        (Origin::Store, AddressMatch::Match) => Some(STORED),
        (_, AddressMatch::Match) => None,
        _ => Some("it names no address"),
    }
}

fn is_over(certificate: &Certificate, session: &Session) -> bool {
    session.at < certificate.not_before() || session.at > certificate.not_after()
}

/// What a path is asked for: encryption where the certificate is for that, else signatures; or what the user names.
fn purpose(certificate: &Certificate, wanted: Purpose) -> Purpose {
    if wanted != Purpose::Signing {
        return wanted;
    }
    let purposes = [Purpose::KeyTransport, Purpose::KeyAgreement];
    let encryption = purposes
        .into_iter()
        .find(|purpose| check(certificate, *purpose).is_ok());
    encryption.unwrap_or(Purpose::Signing)
}

/// What keyUsage and extKeyUsage allow.
fn uses(certificate: &Certificate) -> Vec<&'static str> {
    let allows = |purpose| check(certificate, purpose).is_ok();
    let mut uses = Vec::new();
    if allows(Purpose::Signing) {
        uses.push("signing");
    }
    if allows(Purpose::KeyTransport) || allows(Purpose::KeyAgreement) {
        uses.push("encryption");
    }
    uses
}
