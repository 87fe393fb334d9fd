//! The command `smime`: sign, verify, encrypt, decrypt and open S/MIME mail.
//!
//! Arguments, files, the store and rendering live here; protocol rules live in the libraries.
//!
//! ```text
//!   args             the command line, as its contract has it
//!   verb             one file for each verb; judge and remember are shared by those that read signatures
//!   |-- session      what a run has: options, time, policy, output
//!   |-- file         inputs and outputs: nothing is released before its verdict
//!   |-- store        identities, certificates, anchors, CAs, in one SQLite file
//!   |-- identity, keys, secret       keys from the store, files and tokens; passphrases
//!   |-- trusting, online, find       anchors, CRLs and OCSP; what --online fetches; LDAP and DNS
//!   `-- expiry, discard              certificates that end soon; content that nobody wants
//!   report, outcome  JSON, text and exit codes
//!   codes            what `smime explain` says: docs/codes.md
//!   reference        what `smime man --markdown` says: docs/reference.md
//!   dump             the annotated tree
//! ```

mod args;
mod codes;
mod discard;
mod dump;
mod expiry;
mod file;
mod find;
mod identity;
mod keys;
mod online;
mod outcome;
mod reference;
mod report;
mod secret;
mod session;
mod store;
mod trusting;
mod verb;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::Arguments;
use outcome::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let session = match session::Session::new(&arguments.global) {
        Ok(session) => session,
        Err(failure) => return finish_early(&failure, arguments.global.json),
    };
    let code = match verb::run(&arguments.verb, &session) {
        Ok(code) => code,
        Err(failure) => session.fail(&arguments.verb, &failure),
    };
    ExitCode::from(code)
}

/// clap's own exit code for usage errors is 2 as well; help and version are no errors.
fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    let json = std::env::args_os().any(|argument| argument == "--json");
    if error.use_stderr() && json {
        let _ = writeln!(io::stdout(), "{}", report::usage_error(&error.to_string()));
    }
    ExitCode::from(u8::from(error.use_stderr()) * 2)
}

/// A failure before there is a session that could tell it.
fn finish_early(failure: &Failure, json: bool) -> ExitCode {
    let _ = writeln!(io::stderr(), "smime: {failure}");
    if json {
        let verb = report::verb_of_arguments();
        let _ = writeln!(io::stdout(), "{}", report::of_failure(&verb, failure));
    }
    ExitCode::from(failure.code())
}
