//! `smime dump`: the octets of an object, explained.

use std::io::{BufWriter, Write as _};

use crate::args::Dump;
use crate::dump::{self, Options, Paint};
use crate::file::{Privacy, Target};
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;

pub(super) fn run(arguments: &Dump, session: &Session) -> Result<u8, Failure> {
    let target = session.target();
    target.check(false)?;
    let objects = dump::read(arguments.input.as_deref(), arguments.in_format)?;
    let options = Options {
        full: arguments.full,
        name_tree: arguments.name_tree,
    };
    let depth = session.limits.ber_depth;
    let paint = if matches!(target, Target::Stdout) && session.colours_stdout() {
        Paint::Coloured
    } else {
        Paint::Plain
    };
    let mut broken = None;
    let written = target.write(Privacy::Public, session.memory, |out| {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        broken = dump::lines(&objects, depth, options, paint, &mut out)?;
        out.flush()?;
        match (&target, &broken) {
            // No file is left behind of what could not be read to its end.
            (Target::File(..), Some(_)) => Err(Failure::usage("the dump is incomplete")),
            _ => Ok(()),
        }
    });
    match (written, &mut broken) {
        (Err(_), Some(failure)) if matches!(target, Target::File(..)) => {
            let hint = "without -o everything before the break is shown";
            failure.hint.get_or_insert_with(|| hint.to_owned());
        }
        (written, _) => written?,
    }
    if let Some(failure) = &broken {
        session.complain("dump", failure);
    }
    let outcome = broken
        .as_ref()
        .map_or(Outcome::Good, |failure| failure.outcome);
    session.tell_written(|out| {
        let envelope = |failure: Option<&Failure>| {
            let mut envelope = report::envelope("dump", outcome, outcome.verdict());
            if let Some(failure) = failure {
                report::set(&mut envelope, "error", report::error(failure));
            }
            envelope
        };
        Ok(dump::report(&objects, depth, options, envelope, out)?)
    })?;
    Ok(outcome.code())
}
