//! `smime explain`: what a code means and what to do, and what each profile says about algorithms.

use cms_algs::status::{self, Status};
use cms_core::ObjectIdentifier;
use cms_core::policy::{Policy, StandardPolicy, Usage, Verdict};
use cms_core::provider::CryptoProvider;
use serde_json::{Value, json};

use crate::args::Explain;
use crate::codes::{self, Entry};
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;

pub(super) fn run(arguments: &Explain, session: &Session) -> Result<u8, Failure> {
    let items = match arguments.code.as_deref() {
        _ if arguments.markdown => {
            for line in codes::markdown().lines() {
                session.print(line)?;
            }
            codes::everything().iter().map(item).collect()
        }
        None => list(session)?,
        Some("algorithms") => algorithms(session)?,
        Some(code) => code_in_full(code, session)?,
    };
    let mut envelope = report::envelope("explain", Outcome::Good, Outcome::Good.verdict());
    report::set(&mut envelope, "items", Value::Array(items));
    session.tell(&envelope)?;
    Ok(0)
}

fn item(entry: &Entry) -> Value {
    json!({
        "code": entry.code,
        "title": entry.title,
        "text": entry.text,
        "section": entry.section,
        "advice": entry.advice,
    })
}

/// One line for each code.
fn list(session: &Session) -> Result<Vec<Value>, Failure> {
    for chapter in codes::CHAPTERS {
        session.print(&format!("{}:", chapter.title))?;
        for entry in chapter.entries {
            session.print(&format!("  {:<30} {}", entry.code, entry.title))?;
        }
    }
    session.print("What smime cert lint finds:")?;
    for entry in codes::findings() {
        session.print(&format!("  {:<30} {}", entry.code, entry.title))?;
    }
    session.print(
        "More about one of them: smime explain CODE. Algorithms: smime explain algorithms",
    )?;
    Ok(codes::everything().iter().map(item).collect())
}

fn code_in_full(code: &str, session: &Session) -> Result<Vec<Value>, Failure> {
    let entries = codes::find(code);
    if entries.is_empty() {
        let failure = Failure::usage(format!("{code} is no code that is known"));
        let near = codes::nearest(code);
        return Err(failure.with_hint(if near.is_empty() {
            "all codes: smime explain".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        }));
    }
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            session.print("")?;
        }
        session.print(&format!("{}: {}", entry.code, entry.title))?;
        let advice = format!("What to do: {}", entry.advice);
        let section = format!("See: {}", entry.section);
        for paragraph in [entry.text, &advice, &section] {
            session.print("")?;
            for line in codes::wrapped(paragraph).lines() {
                session.print(line)?;
            }
        }
    }
    Ok(entries.iter().map(item).collect())
}

/// An algorithm in one of its uses.
struct Row {
    oid: ObjectIdentifier,
    usage: Usage,
}

/// Everything that the provider can do.
fn rows(provider: &CryptoProvider) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut add = |oid: ObjectIdentifier, usage: Usage| {
        if !rows.iter().any(|row| row.oid == oid && row.usage == usage) {
            rows.push(Row { oid, usage });
        }
    };
    for digest in provider.digests {
        add(digest.oid(), Usage::Digest);
    }
    for (oid, _) in status::all() {
        if provider.signatures.iter().any(|one| one.recognises(&oid)) {
            add(oid, Usage::Signature);
        }
    }
    for recipient in provider.recipients {
        add(recipient.oid(), Usage::KeyManagement);
    }
    for wrap in provider.key_wraps {
        add(wrap.oid(), Usage::KeyManagement);
    }
    for cipher in provider.ciphers {
        add(cipher.oid(), Usage::ContentEncryption);
    }
    for mac in provider.macs {
        add(mac.oid(), Usage::Mac);
    }
    rows
}

fn algorithms(session: &Session) -> Result<Vec<Value>, Failure> {
    const PROFILES: [StandardPolicy; 3] = [
        StandardPolicy::Strict,
        StandardPolicy::Default,
        StandardPolicy::Legacy,
    ];
    session.print(&format!(
        "{:<24} {:<22} {:<10} {:<10} {:<10} {:<22} object identifier",
        "algorithm", "used for", "strict", "default", "legacy", "RFC 8551"
    ))?;
    let mut items = Vec::new();
    for row in rows(session.provider()) {
        let name = cms_core::oid::display(&row.oid);
        let [strict, default, legacy] =
            PROFILES.map(|profile| word(profile.algorithm(&row.oid, row.usage)));
        session.print(&format!(
            "{name:<24} {:<22} {strict:<10} {default:<10} {legacy:<10} {:<22} {}",
            row.usage.name(),
            standing(&row.oid),
            row.oid
        ))?;
        items.push(json!({
            "code": name,
            "title": row.usage.name(),
            "text": format!("strict: {strict}, default: {default}, legacy: {legacy}"),
            "section": "RFC 8551, 2 and Appendix B; RFC 8550, 4.3 and Appendix B",
            "advice": null,
            "oid": row.oid.to_string(),
            "strict": strict,
            "default": default,
            "legacy": legacy,
            "status": status_report(&row.oid),
        }));
    }
    session.print("historic: is read, with a warning, and never written.")?;
    session.print(
        "RFC 8551: what it wants, and since when without a change. It does not name those with -: the RFC says how CMS \
         uses them.",
    )?;
    session.print("RSA and DSA keys below 2048 bits: legacy only. Content without authentication: not in strict.")?;
    Ok(items)
}

/// What RFC 8551 says of an algorithm, in a few words.
fn standing(oid: &ObjectIdentifier) -> String {
    match status::of(oid) {
        Some(Status::Named { requirement, since }) => {
            format!("{} since {}", requirement.name(), since.date())
        }
        Some(Status::Unnamed { rfc }) => format!("- (RFC {rfc})"),
        _ => "-".into(),
    }
}

fn status_report(oid: &ObjectIdentifier) -> Value {
    match status::of(oid) {
        Some(Status::Named { requirement, since }) => json!({
            "requirement": requirement.name(),
            "since": since.date(),
            "rfc": since.rfc(),
        }),
        Some(Status::Unnamed { rfc }) => json!({ "requirement": null, "since": null, "rfc": rfc }),
        _ => Value::Null,
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accept => "yes",
        Verdict::Historic => "historic",
        _ => "no",
    }
}
