//! `report.html`: one page that needs nothing else, with every cell's command, message, annotated dump and output.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::interop::matrix::Matrix;
use crate::interop::peer::Outcome;
use crate::process;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Octets of a message that the page carries; larger ones are named by their file.
const CARRIED: usize = 48 << 10;

/// Octets of a dump's text that it carries.
const DUMPED: usize = 96 << 10;

/// For each message its octets and its dump, compressed; for each cell with another output, its first octets.
pub(super) fn details(matrix: &Matrix, smime: &Path) -> Result<Value> {
    let mut messages = Vec::new();
    for made in &matrix.made {
        if made.outcome != Outcome::Done {
            messages.push(Value::Null);
            continue;
        }
        let octets = std::fs::read(&made.message)?;
        let mut detail = serde_json::Map::new();
        detail.insert("size".to_owned(), octets.len().into());
        if octets.len() <= CARRIED {
            detail.insert("octets".to_owned(), packed(&octets).into());
            let mut dump = process::command(&smime.display().to_string());
            // What is malformed is dumped as far as it goes, with an exit code that says so.
            let dumped = dump
                .args(["dump", "--no-input"])
                .arg(&made.message)
                .output()?;
            let text = dumped.stdout.get(..DUMPED).unwrap_or(&dumped.stdout);
            detail.insert("dump".to_owned(), packed(text).into());
        }
        messages.push(Value::Object(detail));
    }
    let mut outputs = Vec::new();
    for cell in &matrix.cells {
        let octets = cell.output.as_ref().map(std::fs::read).transpose()?;
        outputs.push(octets.map_or(Value::Null, |octets| {
            json!({"size": octets.len(), "octets": packed(octets.get(..1024).unwrap_or(&octets))})
        }));
    }
    Ok(json!({"messages": messages, "outputs": outputs}))
}

/// The page for a report of this schema.
pub(super) fn page(report: &Value, details: &Value) -> Result<String> {
    let mut page = String::new();
    for part in TEMPLATE.split_inclusive("-->") {
        let text = match part.rsplit_once("<!--") {
            Some((before, "STYLE-->")) => format!("{before}<style>\n{STYLE}</style>"),
            Some((before, "SCRIPT-->")) => format!("{before}<script>\n{SCRIPT}</script>"),
            Some((before, "REPORT-->")) => before.to_owned() + &data("report-data", report)?,
            Some((before, "DETAILS-->")) => before.to_owned() + &data("details-data", details)?,
            _ => part.to_owned(),
        };
        page.push_str(&text);
    }
    Ok(page)
}

/// Data in a page; no text of a peer can end the element.
fn data(id: &str, value: &Value) -> Result<String> {
    let text = serde_json::to_string(value)
        .context("a report")?
        .replace("</", "<\\/")
        .replace("<!--", "<\\u0021--");
    let mut element = String::new();
    write!(
        element,
        "<script type=\"application/json\" id=\"{id}\">{text}</script>"
    )?;
    Ok(element)
}

/// DEFLATE, in base64.
fn packed(octets: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let deflated = miniz_oxide::deflate::compress_to_vec(octets, 9);
    let mut text = String::with_capacity(deflated.len().div_ceil(3).saturating_mul(4));
    for three in deflated.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, octet| (bits << 8) | u32::from(*octet));
        let bits = bits << (8 * (3_usize.saturating_sub(three.len())));
        for place in 0..4 {
            let index = usize::try_from((bits >> (18_usize.saturating_sub(place * 6))) & 63)
                .unwrap_or_default();
            let letter = LETTERS.get(index).copied().map_or('=', char::from);
            text.push(if place > three.len() { '=' } else { letter });
        }
    }
    text
}

#[cfg(test)]
pub(super) mod tests;
