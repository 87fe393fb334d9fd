//! Peers that are libraries: a small program of ours in their language reads jobs on stdin and answers on stdout.
//!
//! A job is a line of fields with tabs between: a verb, then `key=value`. The answer is a line, `ok` or `no` or
//! `cannot`, then a tab and a text. One process serves all jobs; if it ends or does not answer, it is started again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::bounded::Line;
use super::peer::{Answer, Job, Outcome};

/// Seconds for one job; the first may wait for a virtual machine.
const TIME: Duration = Duration::from_secs(60);

/// MiB of address space; virtual machines, which reserve more than they use, are told their limit in their own words.
const MEMORY: u64 = 4000;
const VIRTUAL_MACHINES: [&str; 2] = ["java", "node"];

/// A driver, running or to be started.
#[derive(Debug)]
pub(crate) struct Driver {
    line: Line,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    answers: Receiver<String>,
}

/// A job, as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Order(String);

impl Order {
    pub(crate) fn new(verb: &str) -> Self {
        Self(verb.to_owned())
    }

    pub(crate) fn field(mut self, key: &str, value: &str) -> Self {
        self.0.push('\t');
        self.0.push_str(key);
        self.0.push('=');
        self.0.push_str(value);
        self
    }

    pub(crate) fn file(self, key: &str, path: &Path) -> Self {
        self.field(key, &path.display().to_string())
    }

    /// A field where it is true.
    pub(crate) fn flag(self, key: &str, set: bool) -> Self {
        if set { self.field(key, "yes") } else { self }
    }
}

impl Driver {
    pub(crate) fn new(line: Line) -> Self {
        Self {
            line,
            running: None,
        }
    }

    /// Asks for something that is no job: the driver's version.
    pub(crate) fn ask(&mut self, verb: &str) -> Result<String> {
        match self.exchange(verb)? {
            Some(answer) => {
                let (word, text) = answer.split_once('\t').unwrap_or((&answer, ""));
                anyhow::ensure!(word == "ok", "{answer}");
                Ok(text.to_owned())
            }
            None => anyhow::bail!("the driver does not answer: {}", self.line.words.join(" ")),
        }
    }

    /// Does a job.
    pub(crate) fn run(&mut self, order: &Order, job: Job<'_>) -> Result<Answer> {
        let answer = self.exchange(&order.0)?;
        let folder = format!("{}/", job.world.folder.display());
        let command = format!("{}  <<<  {}", self.line.shown(&job.world.folder), order.0);
        let outcome = match answer.as_deref().map(|answer| answer.split_once('\t')) {
            Some(Some(("ok", _))) if job.output.exists() => Outcome::Done,
            Some(Some(("ok", _))) => Outcome::Refused("ok, but nothing was written".to_owned()),
            Some(Some(("cannot", why))) => Outcome::Cannot(why.to_owned()),
            Some(Some((_, why))) => Outcome::Refused(why.to_owned()),
            _ => Outcome::Crashed("the driver ended, or gave no answer in time".to_owned()),
        };
        Ok(Answer {
            command: command.replace(&folder, "").replace('\t', " "),
            outcome,
        })
    }

    /// A line there and a line back; none if there was no answer.
    fn exchange(&mut self, text: &str) -> Result<Option<String>> {
        if self.running.is_none() {
            self.running = Some(Running::start(&self.line)?);
        }
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        let input = running.child.stdin.as_mut().context("a pipe")?;
        let sent = writeln!(input, "{text}").and_then(|()| input.flush());
        let answer = sent
            .map_err(|_| RecvTimeoutError::Disconnected)
            .and_then(|()| running.answers.recv_timeout(TIME));
        if answer.is_err() {
            self.stop();
        }
        Ok(answer.ok())
    }

    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    fn start(line: &Line) -> Result<Self> {
        let program = line.words.first().context("a program")?;
        let limit = if VIRTUAL_MACHINES.contains(&program.as_str()) {
            String::new()
        } else {
            format!("ulimit -v {}; ", MEMORY.saturating_mul(1024))
        };
        let mut child = Command::new("sh")
            .args(["-c", &format!("{limit}exec \"$@\""), "sh"])
            .args(&line.words)
            .envs(line.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {program}"))?;
        let output = child.stdout.take().context("a pipe")?;
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, answers })
    }
}
