//! Rust source apart: code without comments and the contents of literals, and comments alone. Line ends stay, so
//! that line numbers hold.

/// A source in two layers of the same lines.
#[derive(Debug, Default)]
pub(super) struct Layers {
    /// Code; literals are empty.
    pub(super) code: String,
    /// Comments, with their marks.
    pub(super) comments: String,
}

/// Takes a source apart.
pub(super) fn split(source: &str) -> Layers {
    let mut layers = Layers::default();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let identifier = layers
            .code
            .ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let comment = comment_len(rest);
        let literal = literal_len(rest, identifier);
        let len = if comment > 0 {
            comment
        } else if literal > 0 {
            literal
        } else {
            first.len_utf8()
        };
        let (piece, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        rest = after;
        if comment > 0 {
            layers.comments.push_str(piece);
            layers.code.extend(piece.chars().filter(|c| *c == '\n'));
        } else if literal > 0 {
            layers.code.push_str("\"\"");
            for line_end in piece.chars().filter(|c| *c == '\n') {
                layers.code.push(line_end);
                layers.comments.push(line_end);
            }
        } else {
            layers.code.push(first);
            if first == '\n' {
                layers.comments.push(first);
            }
        }
    }
    layers
}

/// Octets of the comment at the front, its line end not counted; 0 without one.
fn comment_len(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if !text.starts_with("/*") {
        return 0;
    }
    let mut depth = 0_usize;
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix("/*") {
            depth = depth.saturating_add(1);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("*/") {
            depth = depth.saturating_sub(1);
            rest = after;
        } else {
            let mut chars = rest.chars();
            chars.next();
            rest = chars.as_str();
        }
        if depth == 0 || rest.is_empty() {
            return text.len().saturating_sub(rest.len());
        }
    }
}

/// Octets of the string or character literal at the front; 0 without one. `identifier` tells that what stands before
/// is part of a name, so that the front is no prefix such as `r` or `b`.
fn literal_len(text: &str, identifier: bool) -> usize {
    let prefix = if identifier {
        ""
    } else {
        ["br", "cr", "b", "c", "r"]
            .into_iter()
            .find(|prefix| {
                let after = text.strip_prefix(prefix);
                after.is_some_and(|after| {
                    after.trim_start_matches('#').starts_with('"')
                        || (*prefix == "b" && after.starts_with('\''))
                })
            })
            .unwrap_or("")
    };
    let body = text.strip_prefix(prefix).unwrap_or(text);
    let inner = if prefix.ends_with('r') {
        raw_len(body)
    } else if let Some(after) = body.strip_prefix('"') {
        escaped_len(after, '"').saturating_add(1)
    } else if let Some(after) = body.strip_prefix('\'') {
        character_len(after)
    } else {
        0
    };
    if inner == 0 {
        0
    } else {
        prefix.len().saturating_add(inner)
    }
}

fn raw_len(body: &str) -> usize {
    let after = body.trim_start_matches('#');
    let hashes = body.len().saturating_sub(after.len());
    let Some(content) = after.strip_prefix('"') else {
        return 0;
    };
    let end = format!("\"{}", "#".repeat(hashes));
    let opening = body.len().saturating_sub(content.len());
    let len = content
        .find(&end)
        .map_or(content.len(), |at| at.saturating_add(end.len()));
    opening.saturating_add(len)
}

/// Octets up to and with the closing mark.
fn escaped_len(content: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in content.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == mark {
            return at.saturating_add(c.len_utf8());
        }
    }
    content.len()
}

/// As [`escaped_len`] with the opening mark, for a character; 0 for a lifetime.
fn character_len(after: &str) -> usize {
    let mut chars = after.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), _) => escaped_len(after, '\'').saturating_add(1),
        (Some(c), Some('\'')) => c.len_utf8().saturating_add(2),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn comments_and_literals_are_not_code() {
        let layers = split("let a = \"unsafe \\\" // no\"; // unsafe\n/* x /* y */ z */ b");
        assert_eq!(layers.code, "let a = \"\"; \n b");
        assert_eq!(layers.comments, "// unsafe\n/* x /* y */ z */");
    }

    #[test]
    fn raw_strings_end_at_their_own_mark() {
        let layers = split("r#\"a\"b\n\"# + br\"c\" + bar\"d\" + 'x' + '\\'' + f::<'a>()");
        assert_eq!(
            layers.code,
            "\"\"\n + \"\" + bar\"\" + \"\" + \"\" + f::<'a>()"
        );
        assert_eq!(layers.comments, "\n");
    }
}
