//! How nodes are shown: lines for people, JSON for programs. Both are written as the walk goes.

use std::fmt::Write as _;
use std::io::{self, Write};

use cms_core::ber::Header;
use serde_json::json;

use super::grammar::{builtin, shown_name};
use super::value::Value;
use super::walk::{Node, Sink};

/// Whether lines have colours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Paint {
    Coloured,
    Plain,
}

const DIM: &str = "\x1b[2m";
const CYAN: &str = "\x1b[36m";
const YELLOW: &str = "\x1b[33m";
const RED: &str = "\x1b[31m";
const RESET: &str = "\x1b[0m";

/// Lines: offset, octets of header and contents, and the encoding, indented by its depth.
#[derive(Debug)]
pub(crate) struct Lines<W> {
    out: W,
    paint: Paint,
}

impl<W: Write> Lines<W> {
    pub(crate) fn new(out: W, paint: Paint) -> Self {
        Self { out, paint }
    }

    /// Says which of several objects follows.
    pub(crate) fn heading(&mut self, text: &str) -> io::Result<()> {
        let line = self.painted(DIM, &format!("-- {text}"));
        writeln!(self.out, "{line}")
    }

    /// Says where and why the octets break.
    pub(crate) fn broken(&mut self, offset: u64, text: &str) -> io::Result<()> {
        let line = self.painted(RED, &format!("{offset:>6}  !! {text}"));
        writeln!(self.out, "{line}")
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        match self.paint {
            Paint::Coloured => format!("{colour}{text}{RESET}"),
            Paint::Plain => text.to_owned(),
        }
    }

    fn line(&mut self, place: &str, depth: usize, text: &str) -> io::Result<()> {
        let place = self.painted(DIM, &format!("{place:<18}"));
        writeln!(self.out, "{place}{:indent$}{text}", "", indent = 2 * depth)
    }

    fn value(&self, value: &Value) -> Option<String> {
        match value {
            Value::Oid {
                dotted,
                name: Some(name),
            } => Some(format!("{} ({dotted})", self.painted(CYAN, name))),
            Value::Holds(..) => value.text().map(|text| self.painted(DIM, &text)),
            other => other.text(),
        }
    }
}

impl<W: Write> Sink for Lines<W> {
    fn node(&mut self, node: &Node) -> io::Result<()> {
        let header = &node.header;
        let length = header
            .length
            .map_or_else(|| "~".to_owned(), |length| length.to_string());
        let place = format!("{:>6}  {:>2}+{length}", header.offset, header.header_len);
        let mut text = label(node);
        if let Some(value) = self.value(&node.value) {
            let _ = write!(text, " {value}");
        }
        for note in &node.notes {
            let _ = write!(text, "  {}", self.painted(YELLOW, &format!("-- {note}")));
        }
        self.line(&place, node.depth, &text)
    }

    fn end_of_contents(&mut self, depth: usize, header: &Header, what: &str) -> io::Result<()> {
        let text = self.painted(
            DIM,
            &format!("end of {}", if what.is_empty() { "contents" } else { what }),
        );
        let place = format!("{:>6}  {:>2}+0", header.offset, header.header_len);
        self.line(&place, depth, &text)
    }

    fn remark(&mut self, depth: usize, text: &str) -> io::Result<()> {
        let text = self.painted(YELLOW, &format!("-- {text}"));
        self.line("", depth, &text)
    }
}

/// `field #index [tag]: TYPE`; an object identifier's type goes without saying.
fn label(node: &Node) -> String {
    let is_constructed = node.header.constructed;
    let (name, ty) = match (&node.field, &node.type_name) {
        (Some(field), ty) => (Some(field), ty.as_ref()),
        (None, ty) if is_constructed => (ty.as_ref(), None),
        (None, ty) => (None, ty.as_ref()),
    };
    let mut words: Vec<String> = Vec::new();
    words.extend(name.map(ToString::to_string));
    words.extend(node.index.map(|index| format!("#{index}")));
    if node.header.tag.class() != 0 || name.is_none() && ty.is_none() {
        words.push(node.header.tag.to_string());
    }
    let mut text = words.join(" ");
    let is_oid = matches!(node.value, Value::Oid { .. });
    let shown = ty.filter(|name| !name.is_empty() && (!is_oid || words.is_empty()));
    if !text.is_empty() && (shown.is_some() || !matches!(node.value, Value::None)) {
        text.push(':');
    }
    if let Some(name) = shown {
        let space = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{space}{name}");
    }
    text
}

/// The items of a JSON report.
#[derive(Debug)]
pub(crate) struct Items<W> {
    out: W,
    object: usize,
    first: bool,
}

impl<W: Write> Items<W> {
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            object: 0,
            first: true,
        }
    }

    /// The items that follow are of another object.
    pub(crate) fn object(&mut self, object: usize) {
        self.object = object;
    }

    pub(crate) fn into_inner(self) -> W {
        self.out
    }

    fn item(&mut self, item: &serde_json::Value) -> io::Result<()> {
        let comma = if self.first { "" } else { "," };
        self.first = false;
        write!(self.out, "{comma}{item}")
    }
}

impl<W: Write> Sink for Items<W> {
    fn node(&mut self, node: &Node) -> io::Result<()> {
        let tag = builtin::of_tag(node.header.tag)
            .map_or_else(|| node.header.tag.to_string(), |ty| ty.name.to_owned());
        let (value, oid, holds) = match &node.value {
            Value::Holds(_, ty) => (None, None, Some(shown_name(ty))),
            Value::Oid { dotted, .. } => (node.value.text(), Some(dotted), None),
            _ => (node.value.text(), None, None),
        };
        let item = json!({
            "object": self.object,
            "offset": node.header.offset,
            "header_len": node.header.header_len,
            "length": node.header.length,
            "tag": tag,
            "constructed": node.header.constructed,
            "depth": node.depth,
            "name": node.field,
            "index": node.index,
            "type": node.type_name,
            "value": value,
            "oid": oid,
            "holds": holds,
            "notes": node.notes,
        });
        self.item(&item)
    }

    fn end_of_contents(&mut self, _: usize, _: &Header, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn remark(&mut self, depth: usize, text: &str) -> io::Result<()> {
        let item = json!({"object": self.object, "depth": depth, "notes": [text]});
        self.item(&item)
    }
}
