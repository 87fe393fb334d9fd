//! The section on algorithms of `docs/performance.md`: what the provider's objects add to the primitives beneath.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

const TITLE: &str = "## Algorithms\n";

const HEAD: &str = "
Written by `cargo xtask bench algorithms`: the provider's objects beside the crate that serves them, called directly
(the floor) on the same octets in the same pieces of 64 KiB, in turns within one run; the least time of a call of each.
Targets: at most 3 % more on 1 MiB, at most 200 ns more a call otherwise; for AES-256-GCM 1.8 GB/s as well, on a
processor with VAES. One-shot is the same by aws-lc in one call, which needs all content at once.

";

/// Which targets are missed and why; not measured.
const REMARKS: &str = include_str!("algorithms.md");

/// The most that 1 MiB may take, as a multiple of the floor.
const MOST: f64 = 1.03;

/// The most nanoseconds that a call may add.
const MOST_ADDED: f64 = 200.0;

/// The least gigabytes (10^9 octets) per second of AES-256-GCM.
const LEAST_GCM: f64 = 1.8;

/// Octets from which on an input counts as long.
const LONG: u64 = 1 << 20;

/// Writes the section into the paper.
pub(super) fn write(docs: &Path, rows: &[Value]) -> Result<()> {
    let path = docs.join("performance.md");
    let paper = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let section = text(rows)?;
    println!("{section}");
    std::fs::write(&path, with_section(&paper, &section))?;
    println!("written to {}", path.display());
    Ok(())
}

/// The section of a paper, to the next one; empty where there is none.
pub(super) fn section(paper: &str) -> &str {
    let Some((_, after)) = paper.split_once(TITLE) else {
        return "";
    };
    let len = after.find("\n## ").map_or(after.len(), |end| end + 1);
    let start = paper.len() - after.len() - TITLE.len();
    let end = paper.len() - after.len() + len;
    paper.get(start..end).unwrap_or_default()
}

/// The paper with this section instead of the one it has, or else before its last.
fn with_section(paper: &str, new: &str) -> String {
    let old = section(paper);
    if !old.is_empty() {
        return paper.replacen(old, new, 1);
    }
    let at = paper.rfind("\n## ").map_or(paper.len(), |at| at + 1);
    let (before, after) = paper.split_at_checked(at).unwrap_or((paper, ""));
    [before, new, after].concat()
}

fn text(rows: &[Value]) -> Result<String> {
    let mut text = format!("{TITLE}{HEAD}");
    text.push_str(
        "| algorithm | of | floor | ours ns | floor ns | more | GB/s | one-shot GB/s | target | reached |\n\
         | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- |\n",
    );
    for row in rows {
        let number = |key: &str| row.get(key).and_then(Value::as_f64);
        let word = |key: &str| row.get(key).and_then(Value::as_str);
        let name = word("algorithm").context("algorithm")?;
        let ours = number("ours_ns").context("ours_ns")?;
        let floor = number("floor_ns").context("floor_ns")?;
        let octets = row.get("octets").and_then(Value::as_u64);
        let long = octets.is_some_and(|octets| octets >= LONG);
        // An octet in a nanosecond is a gigabyte in a second.
        let rate = |ns: f64| number("octets").filter(|_| long).map(|octets| octets / ns);
        let shown =
            |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2}"));
        let (more, mut target, mut reached) = if long {
            let more = (ours / floor - 1.0) * 100.0;
            (
                format!("{more:.1} %"),
                "≤ 3 %".to_owned(),
                ours <= floor * MOST,
            )
        } else {
            let more = ours - floor;
            (
                format!("{more:.0} ns"),
                "≤ 200 ns".to_owned(),
                more <= MOST_ADDED,
            )
        };
        if let Some(rate) = rate(ours).filter(|_| name.starts_with("AES-256-GCM")) {
            write!(target, ", {LEAST_GCM} GB/s")?;
            reached &= rate >= LEAST_GCM;
        }
        writeln!(
            text,
            "| {name} | {} | {} | {ours:.0} | {floor:.0} | {more} | {} | {} | {target} | {} |",
            match octets {
                None => "a call".to_owned(),
                Some(_) if long => "1 MiB".to_owned(),
                Some(octets) => format!("{octets} octets"),
            },
            word("floor").context("floor")?,
            shown(rate(ours)),
            shown(number("other_ns").and_then(rate)),
            if reached { "yes" } else { "**no**" },
        )?;
    }
    text.push('\n');
    text.push_str(REMARKS);
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{section, text, with_section};

    #[test]
    fn targets_are_judged() {
        let row = |name: &str, octets: Option<u32>, ours: f64, floor: f64| {
            json!({
                "algorithm": name, "octets": octets, "floor": "x", "ours_ns": ours, "floor_ns": floor, "other_ns": null
            })
        };
        let rows = [
            row("SHA-256", Some(1 << 20), 1030.0, 1000.0),
            row("SHA-512", Some(1 << 20), 1040.0, 1000.0),
            row("SHA-256", Some(64), 400.0, 190.0),
            row("Ed25519, sign", None, 400.0, 250.0),
            row("AES-256-GCM, encrypt", Some(1 << 20), 600_000.0, 600_000.0),
        ];
        let text = text(&rows).unwrap_or_default();
        let reached = text.lines().filter_map(|line| line.strip_suffix(" |"));
        let reached: Vec<_> = reached
            .skip(2)
            .filter_map(|line| line.rsplit(" | ").next())
            .collect();
        assert_eq!(reached, ["yes", "**no**", "**no**", "yes", "**no**"]);
    }

    #[test]
    fn the_section_is_found_and_replaced() {
        let paper = "# P\n\n## A\n\na\n\n## Remarks\n\nr\n";
        assert_eq!(section(paper), "");
        let with = with_section(paper, "## Algorithms\n\none\n\n");
        assert_eq!(
            with,
            "# P\n\n## A\n\na\n\n## Algorithms\n\none\n\n## Remarks\n\nr\n"
        );
        assert_eq!(section(&with), "## Algorithms\n\none\n\n");
        let again = with_section(&with, "## Algorithms\n\ntwo\n\n");
        assert_eq!(section(&again), "## Algorithms\n\ntwo\n\n");
        assert_eq!(again.len(), with.len());
    }
}
