//! LDAP with bounds: a connection for one search.
//!
//! `ldap` goes in the clear, `ldaps` by TLS with the system's trusted roots. A password goes by TLS alone, or to this
//! machine itself (RFC 4513, 6.3.3). Referrals are not followed: they would name any host, and carry the password
//! there.

mod connection;
mod url;

use cms_core::Limits;
use cms_core::provider::CryptoProvider;
use smime_cert::directory::{
    Answer, Entry, Found, Outcome as Result4511, SearchLimits, bind_request, search_request,
    unbind_request,
};
use zeroize::Zeroizing;

use crate::outcome::{Failure, Outcome};
use connection::Connection;
pub(crate) use url::Directory;

/// Entries of one search. One mailbox has one entry, or a few in a directory of several trees.
const MAX_ENTRIES: usize = 20;
/// What the server is asked to keep.
const LIMITS: SearchLimits = SearchLimits {
    entries: 20,
    seconds: 10,
};
/// The numbers of the messages.
const BIND: u32 = 1;
const SEARCH: u32 = 2;
const UNBIND: u32 = 3;

/// Who asks, where the directory wants to know.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) name: String,
    pub(crate) password: Zeroizing<String>,
}

/// What a directory said.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    entries: Vec<Entry>,
    /// What the user should know about it.
    pub(crate) notes: Vec<String>,
}

impl Answered {
    /// The entries' names, and what they hold.
    pub(crate) fn found(
        &self,
        provider: &CryptoProvider,
        limits: &Limits,
    ) -> impl Iterator<Item = (&str, Found)> {
        let entries = self.entries.iter();
        entries.map(|entry| (entry.name.as_str(), entry.certificates(provider, limits)))
    }
}

/// Asks a directory for the entries of an address.
pub(crate) fn search(
    directory: &Directory,
    address: &str,
    credentials: Option<&Credentials>,
) -> Result<Answered, Failure> {
    let fail = |text: String| Failure::new(Outcome::Io, "directory", text).about(&directory.text);
    let mut connection = Connection::open(directory).map_err(fail)?;
    if let Some(credentials) = credentials {
        if !directory.is_tls && !connection.is_local() {
            let text = "a password is not sent in the clear";
            return Err(Failure::usage(text)
                .about(&directory.text)
                .with_hint("name the directory as ldaps://HOST/BASE"));
        }
        bind(&mut connection, credentials).map_err(fail)?;
    }
    let answered = entries(&mut connection, directory, address).map_err(fail)?;
    // The answer is complete; whether the server hears the farewell is its own affair.
    let _ = connection.send(&unbind_request(UNBIND));
    Ok(answered)
}

fn bind(connection: &mut Connection, credentials: &Credentials) -> Result<(), String> {
    let Credentials { name, password } = credentials;
    if name.is_empty() || password.is_empty() {
        // RFC 4513, 5.1.2: such a bind succeeds without authenticating anybody.
        return Err("a bind needs a name and a password".into());
    }
    connection.send(&bind_request(BIND, name, password))?;
    match connection.receive(BIND)? {
        Answer::Bound(outcome) if outcome.code == Result4511::SUCCESS => Ok(()),
        Answer::Bound(outcome) => Err(format!("not let in: {}", told(&outcome))),
        _ => Err("the answer to the bind is no BindResponse".into()),
    }
}

fn entries(
    connection: &mut Connection,
    directory: &Directory,
    address: &str,
) -> Result<Answered, String> {
    let request = search_request(SEARCH, &directory.base, directory.scope, address, LIMITS);
    connection.send(&request)?;
    let mut answered = Answered::default();
    let mut references = 0usize;
    let last = loop {
        match connection.receive(SEARCH)? {
            Answer::Entry(_) if answered.entries.len() >= MAX_ENTRIES => {
                answered
                    .notes
                    .push(format!("more than {MAX_ENTRIES} entries: the rest is left"));
                break None;
            }
            Answer::Entry(entry) => answered.entries.push(entry),
            Answer::Reference => references = references.saturating_add(1),
            Answer::Done(outcome) => break Some(outcome),
            _ => {}
        }
    };
    if references > 0 {
        let note = format!("{references} references to other servers are not followed");
        answered.notes.push(note);
    }
    match last {
        Some(outcome) if outcome.code == Result4511::REFERRAL => {
            let note = "the directory refers to another server, which is not followed";
            answered.notes.push(note.into());
        }
        Some(outcome)
            if matches!(
                outcome.code,
                Result4511::SIZE_LIMIT | Result4511::TIME_LIMIT
            ) =>
        {
            let note = format!("the answer is a part: {}", told(&outcome));
            answered.notes.push(note);
        }
        Some(outcome) if outcome.code != Result4511::SUCCESS => {
            return Err(format!("the search failed: {}", told(&outcome)));
        }
        _ => {}
    }
    Ok(answered)
}

/// A result for people: the codes that are met, by the names of RFC 4511, 4.1.9.
fn told(outcome: &Result4511) -> String {
    let name = match outcome.code {
        1 => "operationsError",
        2 => "protocolError",
        3 => "timeLimitExceeded",
        4 => "sizeLimitExceeded",
        7 => "authMethodNotSupported",
        8 => "strongerAuthRequired",
        11 => "adminLimitExceeded",
        13 => "confidentialityRequired",
        32 => "noSuchObject",
        34 => "invalidDNSyntax",
        48 => "inappropriateAuthentication",
        49 => "invalidCredentials",
        50 => "insufficientAccessRights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwillingToPerform",
        _ => "see RFC 4511, appendix A",
    };
    let mut text = format!("{} ({name})", outcome.code);
    if !outcome.message.is_empty() {
        text.push_str(": ");
        text.extend(outcome.message.chars().take(200));
    }
    text
}
