//! Other Rust crates for CMS, as peers of `cargo xtask interop`: `codecs CRATE` reads jobs on stdin, a verb and
//! `key=value` with tabs between, and answers on stdout with `ok`, `no` or `cannot`, and a text.

mod codec;
mod signed;

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

type Outcome = Result<Vec<u8>, Box<dyn Error>>;

/// A crate.
struct Peer {
    name: &'static str,
    version: &'static str,
    verb: &'static str,
    act: fn(&Job) -> Outcome,
}

const PEERS: [Peer; 3] = [
    Peer {
        name: "cms",
        version: "0.3.0-rc.0",
        verb: "parse",
        act: codec::cms,
    },
    Peer {
        name: "rasn-cms",
        version: "0.30.0",
        verb: "parse",
        act: codec::rasn,
    },
    Peer {
        name: "cryptographic-message-syntax",
        version: "0.28.0",
        verb: "verify",
        act: signed::verify,
    },
];

/// The fields of a job.
struct Job(HashMap<String, String>);

impl Job {
    fn new(line: &str) -> Self {
        let pairs = line.split('\t').filter_map(|field| field.split_once('='));
        Self(
            pairs
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    fn path(&self, key: &str) -> Result<&str, Box<dyn Error>> {
        let found = self.0.get(key).map(String::as_str);
        found.ok_or_else(|| format!("the job has no {key}").into())
    }

    fn read(&self, key: &str) -> Outcome {
        Ok(std::fs::read(self.path(key)?)?)
    }

    fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let Some(peer) = PEERS.into_iter().find(|peer| peer.name == wanted) else {
        eprintln!("usage: codecs cms|rasn-cms|cryptographic-message-syntax");
        return ExitCode::FAILURE;
    };
    std::panic::set_hook(Box::new(|_| {}));
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let verb = line.split('\t').next().unwrap_or_default();
        let answer = if verb == "version" {
            format!("ok\t{}", peer.version)
        } else if verb == peer.verb {
            let job = Job::new(&line);
            let done = catch_unwind(AssertUnwindSafe(|| {
                std::fs::write(job.path("out")?, (peer.act)(&job)?)?;
                Ok::<(), Box<dyn Error>>(())
            }));
            match done {
                Ok(Ok(())) => "ok\t".to_owned(),
                Ok(Err(error)) => format!("no\t{error}").replace('\n', " "),
                Err(_) => "no\tit panicked".to_owned(),
            }
        } else {
            format!("cannot\tno verb {verb}")
        };
        if writeln!(std::io::stdout(), "{answer}").is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}
