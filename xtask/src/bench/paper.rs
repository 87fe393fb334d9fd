//! `docs/performance.md` and its charts.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::Row;
use super::algorithms;
use super::chart::{self, Group};
use super::measure::Cost;
use super::peers::Found;

/// Everything that was measured in one run.
pub(super) struct Paper {
    pub(super) mebibytes: u64,
    pub(super) rounds: u32,
    pub(super) file_system: String,
    pub(super) rows: Vec<Row>,
    pub(super) found: Found,
}

/// What stands between the tables, and is not measured.
const REMARKS: &str = include_str!("remarks.md");

impl Paper {
    /// Writes the paper and its charts into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let charts = folder.join("performance");
        std::fs::create_dir_all(&charts)?;
        let mut text = String::from("# Performance\n\n");
        text.push_str(
            "Written by `cargo xtask bench` from one run; nothing here is typed by hand but the remarks. Absolute \
             numbers belong to the machine, ratios travel better.\n\n",
        );
        self.throughput(&mut text)?;
        std::fs::write(charts.join("throughput.svg"), self.throughput_chart())?;
        match &self.found {
            Found::Skipped(why) => writeln!(text, "{why}\n")?,
            Found::Measured { small, hostile } => {
                small_table(&mut text, small)?;
                std::fs::write(charts.join("small.svg"), small_chart(small))?;
                hostile_table(&mut text, hostile)?;
            }
        }
        let path = folder.join("performance.md");
        // Measured by a run of its own.
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        text.push_str(algorithms::section(&before));
        text.push_str(REMARKS);
        println!("{text}");
        std::fs::write(&path, text)?;
        println!("written to {}", path.display());
        Ok(())
    }

    fn throughput(&self, text: &mut String) -> Result<()> {
        writeln!(text, "## A file of {} MiB, whole process\n", self.mebibytes)?;
        writeln!(
            text,
            "User and system CPU seconds, as a multiple of `openssl dgst -sha256` of the same file in the same run \
             (best of {}), and peak resident memory; RSA-2048, output to a file on {}. The floor is one pass of hash \
             or cipher and one write of the same file by `openssl dgst`, `openssl enc` and `dd`; where the target lies \
             below it, it is 1.15 times the floor.\n\n![Throughput](performance/throughput.svg)\n",
            self.rounds, self.file_system
        )?;
        writeln!(
            text,
            "| operation | smime s | × dgst | target | reached | floor | MiB | openssl s | × dgst | MiB |\n\
             | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
        )?;
        for row in &self.rows {
            let digest = row.digest.map_or(Cost::Unknown, |digest| digest.cpu);
            let openssl = row.openssl.unwrap_or_default();
            let multiple = row.smime.cpu.over(digest);
            let floor = row.floor.over(digest);
            let mut target = row.operation.target();
            if let Some(floor) = floor.value()
                && target < floor * 1.15
            {
                target = floor * 1.15;
            }
            let reached = multiple.value().map_or("–", |multiple| {
                // As many digits as are shown.
                if (multiple * 100.0).round() <= (target * 100.0).round() {
                    "yes"
                } else {
                    "**no**"
                }
            });
            writeln!(
                text,
                "| {} | {} | {} | {target:.2} | {reached} | {} | {} | {} | {} | {} |",
                row.operation.name(),
                row.smime.cpu.shown(3),
                multiple.shown(2),
                floor.shown(2),
                row.smime.memory.shown(0),
                openssl.cpu.shown(2),
                openssl.cpu.over(digest).shown(2),
                openssl.memory.shown(0),
            )?;
        }
        text.push('\n');
        Ok(())
    }

    fn throughput_chart(&self) -> String {
        let groups = self.rows.iter().map(|row| {
            let digest = row.digest.map_or(Cost::Unknown, |digest| digest.cpu);
            let openssl = row.openssl.unwrap_or_default().cpu;
            Group {
                name: row.operation.name().to_owned(),
                values: vec![
                    row.smime.cpu.over(digest).value(),
                    openssl.over(digest).value(),
                    row.floor.over(digest).value(),
                ],
            }
        });
        let groups: Vec<_> = groups.collect();
        let title = "CPU time as a multiple of SHA-256 of the same file (less is better)";
        chart::bars(title, &["smime", "openssl cms", "floor"], &groups)
    }
}

fn number(value: &Value, key: &str) -> Option<f64> {
    value.get(key).and_then(Value::as_f64)
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("–")
}

/// The multiple of OpenSSL's rate that is to be reached; for RSA signatures that of the bare primitive.
fn small_target(value: &Value) -> Option<(f64, &'static str)> {
    match (word(value, "operation"), word(value, "key")) {
        ("sign", "RSA-2048") => Some((0.95, "× primitive")),
        ("sign", _) => Some((2.5, "× OpenSSL")),
        ("verify, signature only", _) => Some((4.0, "× OpenSSL")),
        ("verify, path of three", "RSA-2048") => Some((4.0, "× OpenSSL")),
        ("verify, path of three", _) => Some((3.0, "× OpenSSL")),
        ("encrypt AES-256-CBC", "RSA-2048") => Some((1.5, "× OpenSSL")),
        ("encrypt AES-256-CBC" | "decrypt AES-256-CBC", "P-256") => Some((2.0, "× OpenSSL")),
        _ => None,
    }
}

fn small_table(text: &mut String, small: &[Value]) -> Result<()> {
    text.push_str(
        "## Small messages: 10 KB, one process, one core\n\nMessages per second, best of five rounds, keys and \
         certificates loaded on both sides; the libraries and OpenSSL (crate `openssl`) take turns in one process.\n\n\
         ![Small messages](performance/small.svg)\n\n\
         | operation | key | ours | OpenSSL | ratio | primitive | target | reached |\n\
         | --- | --- | ---: | ---: | ---: | ---: | --- | --- |\n",
    );
    for value in small {
        let ours = number(value, "ours").unwrap_or(0.0);
        let openssl = number(value, "openssl").unwrap_or(f64::NAN);
        let primitive = number(value, "primitive");
        let (target, reached) = match small_target(value) {
            None => ("–".to_owned(), "–"),
            Some((target, unit)) => {
                let base = if unit == "× primitive" {
                    primitive.unwrap_or(f64::NAN)
                } else {
                    openssl
                };
                let reached = ours / base >= target - 0.005;
                (
                    format!("{target} {unit}"),
                    if reached { "yes" } else { "**no**" },
                )
            }
        };
        writeln!(
            text,
            "| {} | {} | {ours:.0} | {openssl:.0} | {:.2} | {} | {target} | {reached} |",
            word(value, "operation"),
            word(value, "key"),
            ours / openssl,
            primitive.map_or_else(|| "–".to_owned(), |primitive| format!("{primitive:.0}")),
        )?;
    }
    text.push('\n');
    Ok(())
}

fn small_chart(small: &[Value]) -> String {
    let groups = small.iter().map(|value| {
        let (ours, openssl) = (number(value, "ours"), number(value, "openssl"));
        Group {
            name: format!("{}, {}", word(value, "operation"), word(value, "key")),
            values: vec![
                ours.zip(openssl).map(|(ours, openssl)| ours / openssl),
                Some(1.0),
            ],
        }
    });
    let groups: Vec<_> = groups.collect();
    let title = "Messages of 10 KB per second, OpenSSL = 1 (more is better)";
    chart::bars(title, &["ours", "OpenSSL"], &groups)
}

/// What each hostile case is, and what it must be.
const HOSTILE: &[(&str, &str, &str)] = &[
    (
        "chunks",
        "10 MB of content in 1-octet chunks, nested, indefinite (30 MB)",
        "≤ 1 s, flat memory",
    ),
    ("depth", "1,000,000 nesting levels", "refused in < 50 ms"),
    (
        "signers-10000",
        "10,000 SignerInfos of one certificate (4.6 MB)",
        "linear",
    ),
    (
        "signers-100000",
        "100,000 SignerInfos (46 MB)",
        "≤ 12 × the time, memory ≤ 4 × the input",
    ),
    (
        "certificates-10000",
        "10,000 certificates (6.5 MB)",
        "linear",
    ),
    (
        "certificates-100000",
        "100,000 certificates (65 MB)",
        "≤ 12 × the time, memory ≤ 4 × the input",
    ),
    (
        "recipients-10000",
        "decrypt as the last of 10,000 recipients",
        "≤ 0.5 × OpenSSL",
    ),
    (
        "recipients-100000",
        "decrypt as the last of 100,000 recipients (39 MB)",
        "≤ 12 × the time, memory ≤ 4 × the input",
    ),
    (
        "encrypt-10000",
        "encrypt 1 MiB to 10,000 RSA-2048 recipients",
        "≤ 0.6 × OpenSSL",
    ),
    (
        "bomb",
        "zlib bomb of 1 MB for 1 GiB",
        "stopped at once, flat memory",
    ),
];

fn hostile_table(text: &mut String, hostile: &[Value]) -> Result<()> {
    text.push_str(
        "## Hostile inputs and many recipients\n\nCPU seconds and peak memory in MiB of a process of its own for each \
         case and side; loading keys and certificates does not count. By default the first 1,000 signatures of a \
         message are checked (`Limits::signatures`), OpenSSL checks all.\n\n\
         | input | must | ours s | MiB | outcome | OpenSSL s | MiB | outcome |\n\
         | --- | --- | ---: | ---: | --- | ---: | ---: | --- |\n",
    );
    for (name, what, must) in HOSTILE {
        let find = |side: &str| {
            let mut found = hostile.iter();
            found.find(|value| word(value, "case") == *name && word(value, "side") == side)
        };
        let cells = |side: &str| {
            let Some(value) = find(side) else {
                return "– | – | –".to_owned();
            };
            let shown = |key, decimals: usize| {
                number(value, key)
                    .map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
            };
            let outcome = word(value, "outcome");
            let outcome = outcome.split(&[':', ','][..]).next().unwrap_or_default();
            format!("{} | {} | {outcome}", shown("cpu", 3), shown("peak", 0))
        };
        writeln!(
            text,
            "| {what} | {must} | {} | {} |",
            cells("ours"),
            cells("openssl")
        )?;
    }
    text.push('\n');
    Ok(())
}
