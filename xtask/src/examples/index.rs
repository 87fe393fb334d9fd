//! The page that lists the examples.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use serde_json::Value;

const HEAD: &str = "\
# Examples

One message for each content type, algorithm family and form, in the manner of
[RFC 4134](https://www.rfc-editor.org/rfc/rfc4134), with today's algorithms. `cargo xtask examples` writes them from
fixed keys, a fixed time and fixed randomness, octet for octet the same each time; `--check` finds whether they still
are. Each folder has the message (PEM, or a mail), what comes out of it (`expected`) and an annotated dump. The keys of
everybody, the root's too, are in [keys](keys); they are public, and good for nothing else. All of it is in
[manifest.json](manifest.json), for programs. Every example is read by the command `smime` with that result; the last
column says where OpenSSL does so, too. Other kinds of messages join by a function that returns a list of `Example`
(`xtask/example-maker`).

";

pub(super) fn page(manifest: &Value) -> Result<String> {
    let mut page = HEAD.to_owned();
    page.push_str("| example | what it shows | source | what to look at | second reader |\n");
    page.push_str("| --- | --- | --- | --- | --- |\n");
    for entry in manifest["examples"].as_array().context("no examples")? {
        let text = |field: &str| entry[field].as_str().context("a text is missing");
        let name = text("name")?;
        let second = match text("second")? {
            "openssl" => "OpenSSL 3.0",
            "openssl-4.0" => "OpenSSL 4.0",
            _ => "–",
        };
        writeln!(
            page,
            "| [{name}]({name}/dump.txt) | {} | {} | {} | {second} |",
            text("title")?,
            text("source")?,
            text("look")?,
        )?;
    }
    page.push_str("\n## People\n\n| name | key |\n| --- | --- |\n");
    for person in manifest["people"].as_array().context("no people")? {
        let text = |field: &str| person[field].as_str().context("a text is missing");
        writeln!(
            page,
            "| [{}]({}) | {} |",
            text("name")?,
            text("file")?,
            text("key")?
        )?;
    }
    Ok(page)
}
