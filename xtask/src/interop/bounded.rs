//! Runs a peer's program under limits of time and memory: one of them took 20 GiB for 300 MiB once.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// What one call may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) time: Duration,
    /// MiB of address space.
    pub(crate) memory: u64,
}

/// Of programs in C.
pub(crate) const NATIVE: Limits = Limits {
    time: Duration::from_secs(20),
    memory: 2000,
};

/// How often a running program is looked after.
const PAUSE: Duration = Duration::from_millis(2);

/// Octets of its complaints that are kept.
const TEXT: u64 = 4 << 10;

/// A command line, as somebody would type it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) words: Vec<String>,
    pub(crate) variables: Vec<(&'static str, String)>,
    /// What the program reads on descriptor 3, as gpgsm wants its passphrase.
    pub(crate) third: Option<String>,
}

/// How a call ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// With what it said on stdout.
    Good(String),
    /// With an exit code, and what it said.
    Failed(String),
    /// By a signal or a limit.
    Crashed(String),
}

impl Line {
    pub(crate) fn new(program: &str) -> Self {
        Self {
            words: vec![program.to_owned()],
            variables: Vec::new(),
            third: None,
        }
    }

    /// Words that hold no blanks, with blanks between.
    pub(crate) fn words(mut self, words: &str) -> Self {
        self.words
            .extend(words.split_whitespace().map(str::to_owned));
        self
    }

    pub(crate) fn word(mut self, word: &str) -> Self {
        self.words.push(word.to_owned());
        self
    }

    pub(crate) fn option(self, name: &str, file: &Path) -> Self {
        self.word(name).word(&file.display().to_string())
    }

    pub(crate) fn variable(mut self, name: &'static str, value: &Path) -> Self {
        self.variables.push((name, value.display().to_string()));
        self
    }

    /// For a shell, with paths below `folder` relative to it.
    pub(crate) fn shown(&self, folder: &Path) -> String {
        let folder = format!("{}/", folder.display());
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let words = self.words.iter().map(|word| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@+%".contains(c);
            if !word.is_empty() && word.chars().all(plain) {
                word.clone()
            } else {
                format!("'{}'", word.replace('\'', r"'\''"))
            }
        });
        let all: Vec<String> = variables.chain(words).collect();
        all.join(" ").replace(&folder, "")
    }

    /// Runs it; `scratch` takes what it says.
    pub(crate) fn run(&self, limits: Limits, scratch: &Path) -> Result<End> {
        let (said, complained) = (scratch.join("stdout"), scratch.join("stderr"));
        let third = scratch.join("third");
        let redirect = if let Some(third_text) = &self.third {
            std::fs::write(&third, third_text)?;
            format!(" 3<'{}'", third.display())
        } else {
            String::new()
        };
        let script = format!(
            "ulimit -v {}; exec \"$@\"{redirect}",
            limits.memory.saturating_mul(1024)
        );
        let mut child = Command::new("sh")
            .args(["-c", &script, "sh"])
            .args(&self.words)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(File::create(&said)?)
            .stderr(File::create(&complained)?)
            .spawn()
            .with_context(|| format!("cannot run {}", self.words.join(" ")))?;
        let status = wait(&mut child, limits.time)?;
        let complaint = brief(&complained)?;
        Ok(match status {
            None => End::Crashed(format!("no end after {} s", limits.time.as_secs())),
            Some(status) if status.success() => End::Good(brief(&said)?),
            Some(status) if status.signal().is_some() => {
                End::Crashed(format!("{status}; {complaint}"))
            }
            Some(status) => {
                let code = status.code().unwrap_or(-1);
                let text = if complaint.is_empty() {
                    brief(&said)?
                } else {
                    complaint
                };
                End::Failed(format!("exit code {code}: {text}"))
            }
        })
    }
}

/// Waits; after the time the program is ended, and there is no status.
fn wait(child: &mut Child, time: Duration) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > time {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(PAUSE);
    }
}

/// The beginning of a text, on one line.
fn brief(path: &Path) -> Result<String> {
    let mut octets = Vec::new();
    File::open(path)?.take(TEXT).read_to_end(&mut octets)?;
    let text = String::from_utf8_lossy(&octets);
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(words.join(" "))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{End, Limits, Line, NATIVE};

    fn run(script: &str, limits: Limits) -> End {
        let folder = std::env::temp_dir().join(format!("interop-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let line = Line::new("sh").word("-c").word(script);
        line.run(limits, &folder).unwrap()
    }

    #[test]
    fn ends_are_told_apart() {
        assert_eq!(run("echo yes", NATIVE), End::Good("yes".to_owned()));
        let failed = End::Failed("exit code 3: no".to_owned());
        assert_eq!(run("echo no >&2; exit 3", NATIVE), failed);
        assert!(matches!(run("kill -SEGV $$", NATIVE), End::Crashed(_)));
        let hurried = Limits {
            time: Duration::from_millis(50),
            ..NATIVE
        };
        assert!(matches!(run("sleep 5", hurried), End::Crashed(_)));
    }

    #[test]
    fn lines_can_be_typed() {
        let line = Line::new("openssl").words("cms -sign").word("it's a b");
        assert_eq!(
            line.shown("/x".as_ref()),
            r"openssl cms -sign 'it'\''s a b'"
        );
    }
}
