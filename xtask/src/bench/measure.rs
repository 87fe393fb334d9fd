//! What one run of a program costs.
//!
//! CPU time comes from bash's `time`, in milliseconds; peak memory from GNU time where it is installed, else from
//! `VmHWM` of a further run that is watched.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process;

const GNU_TIME: &str = "/usr/bin/time";

/// A number that may not be known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Cost {
    Known(f64),
    #[default]
    Unknown,
}

impl Cost {
    pub(super) fn shown(self, decimals: usize) -> String {
        match self {
            Self::Known(value) => format!("{value:.decimals$}"),
            Self::Unknown => "–".to_owned(),
        }
    }

    pub(super) fn over(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(value), Self::Known(other)) if other > 0.0 => Self::Known(value / other),
            _ => Self::Unknown,
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(value), Self::Known(other)) => Self::Known(value + other),
            _ => Self::Unknown,
        }
    }

    pub(super) fn value(self) -> Option<f64> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }

    pub(super) fn least(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(value), Self::Known(other)) => Self::Known(value.min(other)),
            (Self::Unknown, known) | (known, Self::Unknown) => known,
        }
    }

    fn greatest(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(value), Self::Known(other)) => Self::Known(value.max(other)),
            (Self::Unknown, known) | (known, Self::Unknown) => known,
        }
    }
}

/// CPU seconds and peak memory in MiB.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measured {
    pub(super) cpu: Cost,
    pub(super) memory: Cost,
}

impl Measured {
    /// The lesser CPU time and the greater memory of two runs.
    pub(super) fn least(self, other: Option<Self>) -> Self {
        let other = other.unwrap_or_default();
        Self {
            cpu: self.cpu.least(other.cpu),
            memory: self.memory.greatest(other.memory),
        }
    }
}

/// Runs a program, which must succeed, in a folder, and measures it.
pub(super) fn run(words: &[String], folder: &Path) -> Result<Measured> {
    const SCRIPT: &str = "TIMEFORMAT='cpu %3U %3S'; time \"$@\"";
    let peak = folder.join("peak");
    let gnu_time = Path::new(GNU_TIME).is_file();
    let mut command = process::command("bash");
    command.args(["-c", SCRIPT, "bash"]);
    if gnu_time {
        command.args([GNU_TIME, "-f", "%M", "-o"]).arg(&peak);
    }
    let output = command
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .context("cannot run bash")?;
    let log = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{}: {}\n{log}", words.join(" "), output.status);
    }
    let memory = if gnu_time {
        kibibytes(&std::fs::read_to_string(&peak)?)
    } else {
        watch(words, folder)?
    };
    Ok(Measured {
        cpu: cpu(&log),
        memory,
    })
}

/// The sum of user and system seconds in bash's line.
fn cpu(log: &str) -> Cost {
    let line = log.lines().rev().find_map(|line| line.strip_prefix("cpu "));
    let numbers = line.and_then(|line| {
        line.split(' ')
            .map(|number| number.parse::<f64>().ok())
            .sum::<Option<f64>>()
    });
    numbers.map_or(Cost::Unknown, Cost::Known)
}

/// MiB from the first number of a text, in KiB.
fn kibibytes(text: &str) -> Cost {
    let number = text
        .split_whitespace()
        .find_map(|word| word.parse::<f64>().ok());
    number.map_or(Cost::Unknown, |number| Cost::Known(number / 1024.0))
}

/// Runs a program and watches its peak memory until it ends.
fn watch(words: &[String], folder: &Path) -> Result<Cost> {
    let (program, arguments) = words.split_first().context("no program")?;
    let mut child: Child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = Cost::Unknown;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        if let Some(line) = text.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
            peak = peak.greatest(kibibytes(line));
        }
        if child.try_wait()?.is_some() {
            return Ok(peak);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, cpu, kibibytes};

    #[test]
    fn numbers_are_found() {
        assert_eq!(cpu("warning\ncpu 1.250 0.250\n"), Cost::Known(1.5));
        assert_eq!(cpu("nothing"), Cost::Unknown);
        assert_eq!(kibibytes("\t 2048 kB"), Cost::Known(2.0));
    }

    #[test]
    fn what_is_unknown_stays_so() {
        assert_eq!(Cost::Known(3.0).over(Cost::Known(2.0)).shown(2), "1.50");
        assert_eq!(Cost::Known(3.0).over(Cost::Unknown).shown(2), "–");
    }
}
