//! Text of strangers on a terminal.

use unicode_normalization::char::is_combining_mark;

/// Text with escapes for control characters, for what reorders or hides text, and for letters that pass for others:
/// those of another script in a word of Latin letters. Domains after `@` stand as A-labels (RFC 5890, 2.3.2.1), since a
/// whole word of another script may look like one of Latin letters.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let is_domain = out.ends_with('@');
        if is_domain {
            let end = rest.find(|c| !in_word(c) && c != '.').unwrap_or(rest.len());
            let (domain, after) = rest.split_at(end);
            if !domain.is_ascii()
                && let Ok(ascii) = idna::domain_to_ascii_strict(domain)
            {
                out.push_str(&ascii);
                rest = after;
                continue;
            }
        }
        push_word(word, is_domain, &mut out);
        let mut others = after.chars();
        if let Some(c) = others.next() {
            push(c, is_hidden(c), &mut out);
        }
        rest = others.as_str();
    }
    out
}

fn in_word(c: char) -> bool {
    // What is not seen parts no word.
    let is_letter = c.is_alphanumeric() || c == '-' || c == '_' || is_combining_mark(c);
    is_letter || (is_hidden(c) && !c.is_control())
}

/// A word whose letters are of one script, or are escaped. In a domain that is none every letter that is not ASCII is.
fn push_word(word: &str, is_domain: bool, out: &mut String) {
    let mixed = word.chars().any(|c| c.is_ascii_alphabetic()) && word.chars().any(passes);
    for c in word.chars() {
        let deceives = (mixed && passes(c)) || (is_domain && !c.is_ascii());
        push(c, deceives || is_hidden(c), out);
    }
}

fn push(c: char, escape: bool, out: &mut String) {
    if escape {
        out.extend(c.escape_unicode());
    } else {
        out.push(c);
    }
}

/// Control characters, and what reorders or hides text.
fn is_hidden(c: char) -> bool {
    let ranges = [
        '\u{ad}'..='\u{ad}',
        '\u{34f}'..='\u{34f}',
        '\u{600}'..='\u{605}',
        '\u{61c}'..='\u{61c}',
        '\u{6dd}'..='\u{6dd}',
        '\u{70f}'..='\u{70f}',
        '\u{890}'..='\u{891}',
        '\u{8e2}'..='\u{8e2}',
        '\u{115f}'..='\u{1160}',
        '\u{17b4}'..='\u{17b5}',
        '\u{180b}'..='\u{180f}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{3164}'..='\u{3164}',
        '\u{fe00}'..='\u{fe0f}',
        '\u{feff}'..='\u{feff}',
        '\u{ffa0}'..='\u{ffa0}',
        '\u{fff0}'..='\u{fffb}',
        '\u{110bd}'..='\u{110cd}',
        '\u{13430}'..='\u{1343f}',
        '\u{1bca0}'..='\u{1bca3}',
        '\u{1d173}'..='\u{1d17a}',
        '\u{e0000}'..='\u{e0fff}',
    ];
    c.is_control() || ranges.iter().any(|range| range.contains(&c))
}

/// Letters that can pass for Latin ones: Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu, and the letters that
/// Unicode has a second time for mathematics, widths and as symbols.
fn passes(c: char) -> bool {
    let ranges = [
        '\u{370}'..='\u{3ff}',
        '\u{400}'..='\u{52f}',
        '\u{530}'..='\u{58f}',
        '\u{13a0}'..='\u{13ff}',
        '\u{1c80}'..='\u{1c8f}',
        '\u{1f00}'..='\u{1fff}',
        '\u{2100}'..='\u{214f}',
        '\u{2c80}'..='\u{2cff}',
        '\u{2de0}'..='\u{2dff}',
        '\u{a4d0}'..='\u{a4ff}',
        '\u{a640}'..='\u{a69f}',
        '\u{ab70}'..='\u{abbf}',
        '\u{ff00}'..='\u{ffef}',
        '\u{1d400}'..='\u{1d7ff}',
    ];
    ranges.iter().any(|range| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_passes_for_something_else_is_escaped() {
        for (text, shown) in [
            // Cyrillic ie among Latin letters; a whole domain of Cyrillic letters.
            ("CN=Alic\u{435}", "CN=Alic\\u{435}"),
            ("a@examp\u{435}le.com", "a@xn--example-chg.com"),
            (
                "p@\u{430}\u{440}\u{440}\u{4cf}\u{435}.com, x",
                "p@xn--80ak6aa92e.com, x",
            ),
            ("\u{1d5ba}dmin", "\\u{1d5ba}dmin"),
            ("Alic\u{206a}\u{435}", "Alic\\u{206a}\\u{435}"),
            ("x@exam\u{301}ple.com", "x@xn--exaple-ds7b.com"),
            ("admin\u{200b}@example.com", "admin\\u{200b}@example.com"),
            ("a\u{ad}b", "a\\u{ad}b"),
            ("evil\u{202e}moc.elpmaxe", "evil\\u{202e}moc.elpmaxe"),
            ("line\nbreak\x1b[31m", "line\\u{a}break\\u{1b}[31m"),
            ("a@b\0.com", "a@b\\u{0}.com"),
        ] {
            assert_eq!(escaped(text), shown, "{text:?}");
        }
    }

    #[test]
    fn honest_text_stays() {
        for text in [
            "",
            "CN=Alice (alice@example.com), until 2026",
            "J\u{fc}rgen M\u{f6}ller, Stra\u{df}e 1",
            "\u{418}\u{432}\u{430}\u{43d} <ivan@example.com>",
            "\u{5f20}\u{4e09} O=Example",
            "\u{395}\u{3bb}\u{3bb}\u{3ac}\u{3b4}\u{3b1}",
            "a@xn--example-chg.com a_b-c@d.example",
        ] {
            assert_eq!(escaped(text), text);
        }
        // A domain with letters of its own stands as it is looked up.
        assert_eq!(escaped("x@b\u{fc}cher.example"), "x@xn--bcher-kva.example");
    }
}
