//! The addresses of an address list (RFC 5322, section 3.4), without their display names.
//!
//! Made for binding a signer to a sender (RFC 8550, section 3), so a display name is never taken
//! for an address: next to an angle address, only what is in the angles counts.

/// The addr-specs of an address list, in order, as they are written.
///
/// Comments, display names, group names and obsolete routes are left out. Two angle addresses in
/// one list element give two addresses; an element without `@` gives none.
#[must_use]
pub fn addresses(value: &str) -> Vec<String> {
    let mut list = List::default();
    let mut chars = value.chars();
    let mut comment = 0_usize;
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => list.push_all(c, chars.next()),
            '\\' => {
                chars.next();
            }
            '"' if comment == 0 => {
                quoted = !quoted;
                list.push(c);
            }
            _ if quoted => list.push(c),
            '(' => comment = comment.saturating_add(1),
            ')' => comment = comment.saturating_sub(1),
            _ if comment > 0 => {}
            _ => list.structure(c),
        }
    }
    list.end_element();
    list.found
}

#[derive(Debug, Default)]
struct List {
    found: Vec<String>,
    text: String,
    in_angle: bool,
    had_angle: bool,
}

impl List {
    fn push(&mut self, c: char) {
        self.text.push(c);
    }

    fn push_all(&mut self, c: char, next: Option<char>) {
        self.text.push(c);
        self.text.extend(next);
    }

    /// A character outside of quotes and comments.
    fn structure(&mut self, c: char) {
        match c {
            '<' => {
                self.text.clear();
                self.in_angle = true;
                self.had_angle = true;
            }
            '>' if self.in_angle => {
                self.take();
                self.in_angle = false;
            }
            // An obsolete route: `<@relay,@relay:user@host>` (RFC 5322, section 4.4).
            ',' if self.in_angle && self.text.starts_with('@') => self.text.clear(),
            ':' if self.in_angle => self.text.clear(),
            ',' | ';' => self.end_element(),
            // A group name, or an RFC 5322 obsolete form; never part of a plain address.
            ':' if !self.text.contains('[') => self.text.clear(),
            _ if c.is_whitespace() => self.push(' '),
            _ => self.push(c),
        }
    }

    fn end_element(&mut self) {
        if self.in_angle || !self.had_angle {
            self.take();
        }
        self.text.clear();
        self.in_angle = false;
        self.had_angle = false;
    }

    fn take(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if text.contains('@') && !has_loose_blank(text) {
            let address = if text.contains('"') {
                text.to_owned()
            } else {
                text.replace(' ', "")
            };
            self.found.push(address);
        }
    }
}

/// Whether a blank separates two words, so that this is no single address.
///
/// Blanks may surround the dots and the at sign only (RFC 5322, section 4.4).
fn has_loose_blank(text: &str) -> bool {
    if text.contains('"') {
        return false;
    }
    let mut words = text.split_ascii_whitespace().peekable();
    while let Some(word) = words.next() {
        let Some(next) = words.peek() else { break };
        if !word.ends_with(['.', '@']) && !next.starts_with(['.', '@']) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn display_names_are_no_addresses() {
        for (value, expected) in [
            ("alice@example.org", vec!["alice@example.org"]),
            ("Alice <alice@example.org>", vec!["alice@example.org"]),
            (
                "\"bob@evil\" <alice@example.org>",
                vec!["alice@example.org"],
            ),
            ("bob@evil <alice@example.org>", vec!["alice@example.org"]),
            ("<alice@example.org> bob@evil", vec!["alice@example.org"]),
            ("alice@example.org (bob@evil, x)", vec!["alice@example.org"]),
            ("\"a, b\" <a@x>, c@y", vec!["a@x", "c@y"]),
            ("\"a\\\" <b@evil>\" <a@x>", vec!["a@x"]),
            ("group: a@x, B <b@y>; c@z", vec!["a@x", "b@y", "c@z"]),
            ("undisclosed-recipients:;", vec![]),
            ("<@relay,@other:a@x>", vec!["a@x"]),
            ("a . b @ x . org", vec!["a.b@x.org"]),
            ("\"a b\"@x", vec!["\"a b\"@x"]),
            ("a@[IPv6:::1]", vec!["a@[IPv6:::1]"]),
            ("<a@x> <b@y>", vec!["a@x", "b@y"]),
            ("a@x b@y", vec![]),
            ("(a@x (nested) b@y", vec![]),
            ("Alice", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(addresses(value), expected, "{value}");
        }
    }
}
