//! As much HTML as it takes to find the links and anchors of what mdBook writes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

/// Attributes that hold links.
const LINKS: [&str; 2] = ["href", "src"];

/// The page with each local link replaced for which there is something better.
pub(super) fn with_links(text: &str, mut better: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in values(text, &LINKS) {
        let Some(link) = text.get(range.clone()) else {
            continue;
        };
        if let Some(link) = is_local(link).then(|| better(&unescaped(link))).flatten() {
            out.push_str(text.get(done..range.start).unwrap_or_default());
            out.push_str(&escaped(&link));
            done = range.end;
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The local links of a page.
pub(super) fn links(text: &str) -> Vec<String> {
    values(text, &LINKS)
        .into_iter()
        .filter_map(|range| text.get(range))
        .filter(|link| is_local(link))
        .map(unescaped)
        .collect()
}

/// What fragments of links may name.
pub(super) fn anchors(text: &str) -> BTreeSet<String> {
    values(text, &["id", "name"])
        .into_iter()
        .filter_map(|range| text.get(range).map(unescaped))
        .collect()
}

/// A page that shows a text, with an anchor for each line.
pub(super) fn listing(title: &str, text: &str) -> String {
    let title = escaped(title);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n\
         <body>\n<h1>{title}</h1>\n<pre>\n"
    );
    for (index, line) in text.lines().enumerate() {
        let number = index.saturating_add(1);
        let _ = writeln!(out, "<span id=\"L{number}\">{}</span>", escaped(line));
    }
    out.push_str("</pre>\n</body>\n</html>\n");
    out
}

fn is_local(link: &str) -> bool {
    let elsewhere = ["mailto:", "data:", "javascript:", "//"];
    !link.is_empty()
        && !link.contains("://")
        && !elsewhere.iter().any(|start| link.starts_with(start))
}

/// Where the values of attributes with one of these names stand, in order.
fn values(text: &str, names: &[&str]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at.saturating_add(start);
        let end = end_of_tag(text, start);
        let tag = text.get(start..end).unwrap_or_default();
        if !tag.starts_with("<!--") {
            attributes(tag, start, names, &mut found);
        }
        at = after(text, tag, end);
    }
    found
}

/// The end of what begins with `<`.
fn end_of_tag(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let len = if rest.starts_with("<!--") {
        rest.find("-->").map(|end| end.saturating_add(3))
    } else {
        let mut quoted = false;
        rest.char_indices()
            .find(|(_, c)| {
                quoted ^= *c == '"';
                *c == '>' && !quoted
            })
            .map(|(end, _)| end.saturating_add(1))
    };
    start.saturating_add(len.unwrap_or(rest.len()))
}

/// Where to go on behind a tag: scripts hold no markup.
fn after(text: &str, tag: &str, end: usize) -> usize {
    for (start, close) in [("<script", "</script"), ("<style", "</style")] {
        if tag.starts_with(start) {
            let rest = text.get(end..).unwrap_or_default();
            return end.saturating_add(rest.find(close).unwrap_or(rest.len()));
        }
    }
    end
}

/// The values within one tag that begins at an offset.
fn attributes(tag: &str, offset: usize, names: &[&str], found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(equals) = tag.get(at..).and_then(|rest| rest.find("=\"")) {
        let equals = at.saturating_add(equals);
        let start = equals.saturating_add(2);
        let rest = tag.get(start..).unwrap_or_default();
        let end = start.saturating_add(rest.find('"').unwrap_or(rest.len()));
        let name = tag.get(at..equals).unwrap_or_default();
        let name = name.rsplit(char::is_whitespace).next().unwrap_or_default();
        if names.contains(&name) {
            found.push(offset.saturating_add(start)..offset.saturating_add(end));
        }
        at = end.saturating_add(1);
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&lt;", "<");
    let text = text.replace("&gt;", ">").replace("&#x27;", "'");
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{anchors, links, listing, with_links};

    const PAGE: &str = "<!-- <a href=\"no\"> --><a class=\"x\" href=\"a.html#b\">href=\"no\"</a>\
        <script src=\"s.js\">\"<a href=\\\"no\\\">\"</script><a title=\"1 > 0\" href=\"c&amp;d\">\
        <a href=\"https://x.org/\"></a><h2 id=\"here\"></h2>";

    #[test]
    fn links_are_those_of_tags() {
        assert_eq!(links(PAGE), ["a.html#b", "s.js", "c&d"]);
        assert!(anchors(PAGE).contains("here"));
        assert_eq!(anchors(PAGE).len(), 1);
    }

    #[test]
    fn links_are_replaced_where_they_stand() {
        let better = with_links("<a href=\"x\">x</a><a href=\"y\">", |link| {
            (link == "x").then(|| "z&".to_owned())
        });
        assert_eq!(better, "<a href=\"z&amp;\">x</a><a href=\"y\">");
    }

    #[test]
    fn listings_hold_no_markup_of_the_text() {
        let page = listing("a.rs", "let x = a < b;\n");
        assert!(page.contains("<span id=\"L1\">let x = a &lt; b;</span>"));
    }
}
