//! The verbs, one file each.

mod ca;
mod cert;
mod cms;
mod compress;
mod decrypt;
mod demo;
mod dump;
mod encrypt;
mod explain;
mod id;
mod inspect;
mod judge;
mod remember;
mod sign;
mod trust;
mod verify;

use std::io::Write;

use clap::CommandFactory;

use crate::args::{Arguments, Verb};
use crate::outcome::Failure;
use crate::reference;
use crate::session::Session;

/// Runs a verb; its exit code.
pub(crate) fn run(verb: &Verb, session: &Session) -> Result<u8, Failure> {
    match verb {
        Verb::Demo(arguments) => demo::run(arguments, session),
        Verb::Sign(arguments) => sign::run(arguments, session),
        Verb::Verify(arguments) => verify::verify(arguments, session),
        Verb::Open(arguments) => verify::open(arguments, session),
        Verb::Encrypt(arguments) => encrypt::run(arguments, session),
        Verb::Decrypt(arguments) => decrypt::run(arguments, session),
        Verb::Compress(arguments) => compress::compress(arguments, session),
        Verb::Decompress(arguments) => compress::decompress(arguments, session),
        Verb::Cms(arguments) => cms::run(arguments, session),
        Verb::Inspect(arguments) => inspect::run(arguments, session),
        Verb::Dump(arguments) => dump::run(arguments, session),
        Verb::Explain(arguments) => explain::run(arguments, session),
        Verb::Id(arguments) => id::run(arguments, session),
        Verb::Cert(arguments) => cert::run(arguments, session),
        Verb::Trust(arguments) => trust::run(arguments, session),
        Verb::Ca(arguments) => ca::run(arguments, session),
        Verb::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "smime", &mut script);
            std::io::stdout().write_all(&script)?;
            Ok(0)
        }
        Verb::Man { dir, .. } => {
            let Some(dir) = dir else {
                // The reference is text, for terminals too.
                std::io::stdout().write_all(reference::markdown().as_bytes())?;
                return Ok(0);
            };
            std::fs::create_dir_all(dir)?;
            clap_mangen::generate_to(Arguments::command(), dir)?;
            session.say(&format!("manual pages are in {}", dir.display()));
            Ok(0)
        }
    }
}
