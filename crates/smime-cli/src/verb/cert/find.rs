//! `smime cert find`: other people's certificates, each with its provenance.

mod dane;
mod judged;

use std::collections::BTreeSet;

use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::address::{AddressMatch, check};
use smime_cert::container::pem;
use smime_cert::smimea::owner_name;

use crate::args::CertFind;
use crate::file::Privacy;
use crate::find::ldap::{self, Credentials, Directory};
use crate::find::smimea::{Answered, Dns};
use crate::find::{Candidate, Origin};
use crate::outcome::{Failure, Outcome};
use crate::report::{self, Warning};
use crate::session::Session;
use crate::trusting::Trusted;
use crate::verb::judge::warnings_json;
use dane::Domain;
use judged::Judged;

/// Certificates that are looked at: each needs a path, and may need the network for it. A mailbox has a few.
const MAX_CANDIDATES: usize = 32;
/// The variable that names directories, with spaces between them.
const VARIABLE: &str = "SMIME_LDAP";

/// What the sources gave.
#[derive(Debug, Default)]
struct Gathered {
    candidates: Vec<Candidate>,
    /// Certificates of authorities that came along.
    authorities: Vec<Certificate>,
    dns: Option<Answered>,
    failures: Vec<Failure>,
    warnings: Vec<Warning>,
}

// rfc8551:4/1
pub(super) fn run(arguments: &CertFind, session: &Session) -> Result<u8, Failure> {
    let address = &arguments.address;
    let name = owner_name(address, session.provider())
        .map_err(|error| Failure::usage(error.to_string()).about(address))?;
    if !session.online {
        return Err(
            Failure::usage("certificates of others are found on the network alone")
                .with_hint(format!("allow it: smime cert find {address} --online")),
        );
    }
    let target = session.has_output().then(|| session.target());
    if let Some(target) = &target {
        target.check(false)?;
    }
    let mut trusted = Trusted::new(&arguments.trusting, session)?;
    let mut gathered = gather(arguments, &name, session)?;
    gathered.limit(address);
    trusted.know(&gathered.authorities);
    let domain = gathered
        .dns
        .as_ref()
        .map(|answered| Domain::new(answered, &gathered.authorities, &trusted));
    let mut judged = Vec::new();
    for candidate in std::mem::take(&mut gathered.candidates) {
        judged.push(Judged::new(
            candidate,
            address,
            domain.as_ref(),
            &trusted,
            session,
        ));
    }
    trusted.sources.tell(session);

    let taken = taken(&judged);
    for line in judged.iter().flat_map(|judged| judged.lines(session.at)) {
        // The certificates themselves may be what stdout is for.
        if target.is_some() && session.output_path().is_none() {
            session.say(&line);
        } else {
            session.print(&line)?;
        }
    }
    session.warn(&gathered.warnings);
    let outcome = outcome(&judged, &taken, &gathered.failures);
    if !taken.is_empty() {
        keep(arguments, &taken, target.is_some(), session)?;
    }
    for failure in &gathered.failures {
        session.complain("cert", failure);
    }
    let failure = (outcome != Outcome::Good).then(|| failure(outcome, address, &gathered));
    if let Some(failure) = &failure
        && gathered.failures.is_empty()
    {
        session.complain("cert", failure);
    }
    let report = told(&name, outcome, &judged, &gathered, failure.as_ref());
    session.tell(&report)?;
    Ok(outcome.code())
}

/// Asks all sources. What one of them cannot do is kept, the others go on.
fn gather(arguments: &CertFind, name: &str, session: &Session) -> Result<Gathered, Failure> {
    let directories = directories(arguments)?;
    let has_named = !arguments.ldap.is_empty();
    let wants_dns = arguments.smimea || arguments.dns.is_some() || arguments.dns_anchor.is_some();
    // A mistake on the command line is told before anybody is asked.
    let dns = (wants_dns || !has_named)
        .then(|| Dns::new(arguments.dns.as_deref(), arguments.dns_anchor.as_deref()));
    let dns = match dns {
        Some(Err(failure)) if failure.outcome == Outcome::Usage => return Err(failure),
        dns => dns,
    };
    let credentials = credentials(arguments, session)?;
    let mut gathered = Gathered::default();
    for directory in &directories {
        let answer = ldap::search(directory, &arguments.address, credentials.as_ref());
        match answer {
            Err(failure) if failure.outcome == Outcome::Usage => return Err(failure),
            Err(failure) => gathered.failures.push(failure),
            Ok(answered) => gathered.add_directory(directory, &answered, session),
        }
    }
    match dns.map(|dns| dns.and_then(|dns| dns.lookup(name))) {
        None | Some(Ok(None)) => {}
        Some(Err(failure)) => gathered.failures.push(failure),
        Some(Ok(Some(answered))) => {
            gathered.add_dns(name, answered, &arguments.address, session)?
        }
    }
    Ok(gathered)
}

/// Directories of the command line, else of the environment.
fn directories(arguments: &CertFind) -> Result<Vec<Directory>, Failure> {
    if !arguments.ldap.is_empty() {
        return arguments
            .ldap
            .iter()
            .map(|url| Directory::parse(url))
            .collect();
    }
    let variable = std::env::var(VARIABLE).unwrap_or_default();
    let urls = variable.split_whitespace();
    urls.map(Directory::parse).collect()
}

fn credentials(arguments: &CertFind, session: &Session) -> Result<Option<Credentials>, Failure> {
    let Some(name) = &arguments.ldap_bind else {
        return Ok(None);
    };
    let password = session.passphrase.get()?.ok_or_else(|| {
        Failure::usage("--ldap-bind needs a password")
            .with_hint("give it with --pass env:NAME, file:PATH, fd:N or prompt")
    })?;
    Ok(Some(Credentials {
        name: name.clone(),
        password,
    }))
}

impl Gathered {
    fn note(&mut self, source: &str, note: &str) {
        let text = format!("{source}: {note}");
        self.warnings.push(Warning::new("source", text, None));
    }

    /// Keeps so many candidates as there may be paths to look for; those that name the address come first.
    fn limit(&mut self, address: &str) {
        let address = [address.to_owned()];
        self.candidates.sort_by_key(|candidate| {
            check(&candidate.certificate, &address) != AddressMatch::Match
        });
        if self.candidates.len() > MAX_CANDIDATES {
            let note = format!("more than {MAX_CANDIDATES} certificates: the rest is left");
            self.note("all sources", &note);
            self.candidates.truncate(MAX_CANDIDATES);
        }
    }

    fn add_directory(
        &mut self,
        directory: &Directory,
        answered: &ldap::Answered,
        session: &Session,
    ) {
        for note in &answered.notes {
            self.note(&directory.text, note);
        }
        for (entry, found) in answered.found(session.provider(), &session.limits) {
            if found.unreadable > 0 {
                let note = format!("{entry}: {} values are no certificates", found.unreadable);
                self.note(&directory.text, &note);
            }
            self.authorities.extend(found.authorities);
            let candidates = found.certificates.into_iter().map(|certificate| Candidate {
                certificate,
                origin: Origin::Directory {
                    url: directory.text.clone(),
                    entry: entry.to_owned(),
                },
            });
            self.candidates.extend(candidates);
        }
    }

    /// Records hold certificates, or tell which of those known otherwise is meant.
    fn add_dns(
        &mut self,
        name: &str,
        answered: Answered,
        address: &str,
        session: &Session,
    ) -> Result<(), Failure> {
        for note in &answered.notes {
            self.note(name, note);
        }
        for association in &answered.associations {
            let Some(certificate) = association.certificate()? else {
                continue;
            };
            if association.usage.is_authority() {
                self.authorities.push(certificate);
                continue;
            }
            self.candidates.push(Candidate {
                certificate,
                origin: Origin::Dns {
                    name: name.to_owned(),
                    dnssec: answered.dnssec,
                    association: association.clone(),
                },
            });
        }
        if let Some(store) = session.existing_store()? {
            for certificate in store.find_certificates(address)? {
                let known = |candidate: &Candidate| candidate.certificate == certificate;
                if !self.candidates.iter().any(known) {
                    let origin = Origin::Store;
                    self.candidates.push(Candidate {
                        certificate,
                        origin,
                    });
                }
            }
        }
        self.dns = Some(answered);
        Ok(())
    }
}

/// The certificates that are written and added, each once.
fn taken(judged: &[Judged]) -> Vec<&Certificate> {
    let mut known = BTreeSet::new();
    let usable = judged.iter().filter(|judged| judged.refusal.is_none());
    let certificates = usable.map(|judged| &judged.candidate.certificate);
    certificates
        .filter(|certificate| known.insert(certificate.octets()))
        .collect()
}

fn keep(
    arguments: &CertFind,
    taken: &[&Certificate],
    has_target: bool,
    session: &Session,
) -> Result<(), Failure> {
    if has_target {
        let blocks = taken.iter();
        let text: String = blocks
            .map(|certificate| pem::encode("CERTIFICATE", certificate.octets()))
            .collect();
        session
            .target()
            .write(Privacy::Public, session.memory, |out| {
                Ok(out.write_all(text.as_bytes())?)
            })?;
    }
    if arguments.add {
        let store = session.store()?;
        for certificate in taken {
            store.add_certificate(certificate)?;
            session.say(&format!("added {}", certificate.subject()));
        }
    }
    if !has_target && !arguments.add {
        let text = "hint: keep what was found with --add (in the store) or -o FILE";
        session.say(text);
    }
    Ok(())
}

/// Good if there is something to take. A source that failed may have had it; what was found may be another's.
fn outcome(judged: &[Judged], taken: &[&Certificate], failures: &[Failure]) -> Outcome {
    if !taken.is_empty() || judged.iter().any(Judged::is_confirmed) {
        return Outcome::Good;
    }
    let failed = failures.iter().map(|failure| failure.outcome).max();
    failed.unwrap_or(if judged.is_empty() {
        Outcome::NoKey
    } else {
        Outcome::Untrusted
    })
}

fn failure(outcome: Outcome, address: &str, gathered: &Gathered) -> Failure {
    if let Some(failure) = gathered.failures.iter().find(|one| one.outcome == outcome) {
        return Failure::new(failure.outcome, failure.code, failure.text.clone());
    }
    let has_records = gathered
        .dns
        .as_ref()
        .is_some_and(|dns| !dns.associations.is_empty());
    let text = match outcome {
        Outcome::Untrusted => format!("nothing of what was found can be used for {address}"),
        _ if has_records => {
            format!("the DNS names a certificate for {address} but does not hold it")
        }
        _ => format!("no certificate for {address}"),
    };
    Failure::new(outcome, "not-found", text)
}

fn told(
    name: &str,
    outcome: Outcome,
    judged: &[Judged],
    gathered: &Gathered,
    failure: Option<&Failure>,
) -> Value {
    let mut report = report::envelope("cert", outcome, outcome.verdict());
    let items: Vec<_> = judged.iter().map(Judged::item).collect();
    report::set(&mut report, "items", json!(items));
    if let Some(answered) = &gathered.dns {
        let records = answered.associations.iter().map(dane::numbers);
        let records: Vec<_> = records.map(dane::record).collect();
        let smimea = json!({
            "name": name,
            "dnssec": answered.dnssec.name(),
            "records": records,
        });
        report::set(&mut report, "smimea", smimea);
    }
    let failures = gathered.failures.iter();
    let failures = failures.map(|failure| Warning::new("source", failure.text.clone(), None));
    let warnings: Vec<_> = gathered.warnings.iter().cloned().chain(failures).collect();
    report::set(&mut report, "warnings", warnings_json(&warnings));
    if let Some(failure) = failure {
        report::set(&mut report, "error", report::error(failure));
    }
    report
}
