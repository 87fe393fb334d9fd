//! The paper of `cargo xtask timing`, `docs/timing.md`.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

const HEAD: &str = "\
# Failures that must look alike

Written by `cargo xtask timing`. Who can tell a wrong padding from a wrong key, or how far a comparison of a tag went,
can decrypt or forge (RFC 3218; [attacks.md](attacks.md)). Each row compares the times of two classes of messages that
fail, in random order, every message read from the same place in memory: Welch's t without the slowest tenth. Below 4.5
is taken for no difference. The control compares two sets of one class and shows what the method finds where there is
nothing to find. Where times scatter, a small t says little: the least difference that a row can show is 4.5 / t times
that of its means. Pure Rust is measured with RSA-1024, the default with RSA-2048. What follows
for v1.5: [security.md](security.md).

";

/// Writes the table of the pairs.
pub(super) fn write(docs: &Path, pairs: &[Value]) -> Result<()> {
    let path = docs.join("timing.md");
    std::fs::write(&path, text(pairs)?).with_context(|| path.display().to_string())
}

fn text(pairs: &[Value]) -> Result<String> {
    let mut text = HEAD.to_owned();
    text.push_str(
        "| classes | backends | samples of each | mean ns | mean ns | t | below 4.5 |\n\
         | --- | --- | ---: | ---: | ---: | ---: | --- |\n",
    );
    for pair in pairs {
        let name = pair.get("pair").and_then(Value::as_str);
        let backends = pair.get("backends").and_then(Value::as_str);
        let samples = pair.get("samples").and_then(Value::as_u64);
        let number = |pointer: &str| pair.pointer(pointer).and_then(Value::as_f64);
        let t = number("/t").context("t")?;
        writeln!(
            text,
            "| {} | {} | {} | {:.1} | {:.1} | {t:.1} | {} |",
            name.context("pair")?,
            backends.context("backends")?,
            samples.context("samples")?,
            number("/mean_ns/0").context("mean")?,
            number("/mean_ns/1").context("mean")?,
            if t.abs() < 4.5 { "yes" } else { "**no**" }
        )?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::text;

    #[test]
    fn a_difference_is_shown() {
        let pairs = [json!({
            "pair": "one, other", "backends": "default", "samples": 3, "mean_ns": [1.25, 2.0], "t": -4.6,
        })];
        let text = text(&pairs).unwrap_or_default();
        assert!(
            text.ends_with("| one, other | default | 3 | 1.2 | 2.0 | -4.6 | **no** |\n"),
            "{text}"
        );
    }
}
