//! What all verbs share: policy, limits, time, store, passphrase, and how results and failures are told.

use std::cell::OnceCell;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use cms_algs::PROVIDER;
use cms_core::Limits;
use cms_core::policy::StandardPolicy;
use cms_core::provider::CryptoProvider;
use cms_core::types::Time;
use serde_json::Value;

use crate::args::{Color, Global, Profile, Verb};
use crate::file::{FileSpools, Target};
use crate::outcome::Failure;
use crate::report::{self, Warning};
use crate::secret::Passphrase;
use crate::store::Store;

/// What all verbs share.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) policy: StandardPolicy,
    pub(crate) limits: Limits,
    pub(crate) at: Time,
    pub(crate) passphrase: Passphrase,
    /// Whether a person may be asked.
    pub(crate) may_prompt: bool,
    /// Whether the network may be used.
    pub(crate) online: bool,
    pub(crate) memory: usize,
    pub(crate) force: bool,
    pub(crate) json: bool,
    status: Option<File>,
    quiet: bool,
    pub(crate) verbose: bool,
    color: Color,
    output: Option<String>,
    store_path: Option<PathBuf>,
    store: OnceCell<Store>,
}

/// Octets of plaintext held in memory without `--max-size`.
const MEMORY: usize = 4 << 20;

impl Session {
    pub(crate) fn new(global: &Global) -> Result<Self, Failure> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| Failure::usage("the clock stands before 1970"))?;
        let now = Time::from_unix(i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
        let at = match &global.at {
            Some(text) => Time::from_rfc3339(text).ok_or_else(|| {
                Failure::usage(format!(
                    "--at {text}: no RFC 3339 time such as 2026-01-02T03:04:05Z"
                ))
            })?,
            None => now,
        };
        let mut limits = Limits::DEFAULT;
        limits.layers = global.max_depth;
        let memory = global.max_size.unwrap_or(MEMORY);
        limits.held = limits.held.max(memory);
        if let Some(size) = global.max_size {
            limits.inflated = u64::try_from(size).unwrap_or(u64::MAX);
        }
        Ok(Self {
            policy: match global.profile {
                Profile::Strict => StandardPolicy::Strict,
                Profile::Default => StandardPolicy::Default,
                Profile::Legacy => StandardPolicy::Legacy,
            },
            limits,
            at,
            passphrase: Passphrase::new(global.pass.clone(), !global.no_input),
            may_prompt: !global.no_input,
            online: global.online,
            memory,
            force: global.force,
            json: global.json,
            status: status(global.status_fd)?,
            quiet: global.quiet,
            verbose: global.verbose,
            color: global.color,
            output: global.output.clone(),
            store_path: global.store.clone(),
            store: OnceCell::new(),
        })
    }

    /// A session like this one that works in another store and tells what it does, for the demo.
    pub(crate) fn in_store(&self, directory: &Path, output: Option<&str>) -> Self {
        Self {
            policy: self.policy,
            limits: self.limits.clone(),
            at: self.at,
            passphrase: Passphrase::new(None, false),
            may_prompt: false,
            online: false,
            memory: self.memory,
            force: true,
            json: false,
            status: None,
            quiet: self.quiet,
            verbose: self.verbose,
            color: self.color,
            output: output.map(str::to_owned),
            store_path: Some(directory.to_owned()),
            store: OnceCell::new(),
        }
    }

    /// The same, saying nothing.
    pub(crate) fn quieted(self) -> Self {
        Self {
            quiet: true,
            ..self
        }
    }

    /// The same store with another output.
    pub(crate) fn with_output(&self, output: Option<&str>) -> Self {
        let store = self.store_path.clone().unwrap_or_default();
        self.in_store(&store, output)
    }

    pub(crate) fn provider(&self) -> &'static CryptoProvider {
        &PROVIDER
    }

    /// The user's store; made when it is first needed.
    pub(crate) fn store(&self) -> Result<&Store, Failure> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        let store = Store::open(&self.store_directory()?)?;
        Ok(self.store.get_or_init(|| store))
    }

    /// The store, if there is one already.
    pub(crate) fn existing_store(&self) -> Result<Option<&Store>, Failure> {
        // Verbs that get files never need a store, nor a place for one.
        let exists = self
            .store_directory()
            .is_ok_and(|directory| Store::exists(&directory));
        if self.store.get().is_none() && !exists {
            return Ok(None);
        }
        self.store().map(Some)
    }

    /// Another connection to the store, if there is one already.
    pub(crate) fn second_store(&self) -> Option<Store> {
        let directory = self.store_directory().ok()?;
        Store::exists(&directory).then(|| Store::open(&directory).ok())?
    }

    fn store_directory(&self) -> Result<PathBuf, Failure> {
        if let Some(path) = &self.store_path {
            return Ok(path.clone());
        }
        let from = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        from("SMIME_HOME")
            .or_else(|| from("XDG_DATA_HOME").map(|path| path.join("smime")))
            .or_else(|| from("HOME").map(|path| path.join(".local/share/smime")))
            .ok_or_else(|| Failure::usage("no place for the store: give --store DIR"))
    }

    /// Where the data goes.
    pub(crate) fn target(&self) -> Target {
        match self.output.as_deref() {
            Some("-") if self.json => Target::Dropped,
            Some("-") => Target::Stdout,
            Some(path) => Target::file(path, self.force),
            None if self.json => Target::Dropped,
            None => Target::Stdout,
        }
    }

    /// The path of `-o`, where it names one.
    pub(crate) fn output_path(&self) -> Option<PathBuf> {
        let output = self.output.as_deref();
        output.filter(|path| *path != "-").map(PathBuf::from)
    }

    /// Whether `-o` was given.
    pub(crate) fn has_output(&self) -> bool {
        self.output.is_some()
    }

    /// Spools for content on its way to a target.
    pub(crate) fn spools(&self, target: &Target) -> FileSpools {
        match target {
            Target::File(path, _) => FileSpools::beside(path, self.memory),
            Target::Stdout => FileSpools::anonymous(self.memory),
            Target::Dropped => FileSpools::anonymous(self.memory),
        }
    }

    /// A line about what was done, unless quiet.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", report::escaped(text));
        }
    }

    /// A line of the result, on stdout, unless that is for the report.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        if !self.json {
            writeln!(io::stdout(), "{}", report::escaped(text))?;
        }
        Ok(())
    }

    /// Warnings are told even when quiet is not asked for twice.
    pub(crate) fn warn(&self, warnings: &[Warning]) {
        for warning in warnings {
            if !self.quiet {
                let _ = writeln!(
                    io::stderr(),
                    "warning: {} [{}]",
                    report::escaped(&warning.text),
                    warning.code
                );
            }
        }
    }

    /// Tells the report to programs that asked for it.
    pub(crate) fn tell(&self, report: &Value) -> Result<(), Failure> {
        if self.json {
            writeln!(io::stdout(), "{report}")?;
        }
        if let Some(mut status) = self.status.as_ref() {
            writeln!(status, "{report}")?;
        }
        Ok(())
    }

    /// Tells a report that is written as it comes.
    pub(crate) fn tell_written(
        &self,
        write: impl Fn(&mut dyn Write) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.json {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out)?;
            out.flush()?;
        }
        if let Some(status) = &self.status {
            let mut out = BufWriter::new(status);
            write(&mut out)?;
            out.flush()?;
        }
        Ok(())
    }

    /// Whether stdout has colours: on a terminal, unless `NO_COLOR` (no-color.org) says no.
    pub(crate) fn colours_stdout(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                io::stdout().is_terminal() && !refused
            }
        }
    }

    /// Says what went wrong, in a verb that has more to do.
    pub(crate) fn complain(&self, verb: &str, failure: &Failure) {
        let _ = writeln!(io::stderr(), "smime {verb}: {failure}");
    }

    /// Tells a failure that ended a verb, and gives its exit code.
    pub(crate) fn fail(&self, verb: &Verb, failure: &Failure) -> u8 {
        self.complain(verb.name(), failure);
        let report = report::of_failure(verb.name(), failure);
        let _ = self.tell(&report);
        failure.code()
    }
}

/// The descriptor of `--status-fd`, opened before any work.
fn status(fd: Option<u32>) -> Result<Option<File>, Failure> {
    let Some(fd) = fd else {
        return Ok(None);
    };
    match OpenOptions::new()
        .append(true)
        .open(format!("/dev/fd/{fd}"))
    {
        Ok(file) => Ok(Some(file)),
        Err(error) => Err(Failure::from(error).about("--status-fd")),
    }
}
