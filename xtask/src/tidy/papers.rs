//! Rules on papers: what every library has, links that lead somewhere, crates that the architecture names.

use super::Finding;

/// Whether the links of the file at `place` are checked.
pub(super) fn is_paper(place: &str) -> bool {
    place.ends_with(".md") && !place.contains("/data/") && !place.contains("/tests/")
}

/// A library has a README and a changelog. `exists` answers for files of its folder.
pub(super) fn check_library(name: &str, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    ["README.md", "CHANGELOG.md"]
        .into_iter()
        .filter(|file| !exists(file))
        .map(|file| Finding::new(name, format!("has no {file}")))
        .collect()
}

/// The architecture names every crate, in backticks.
pub(super) fn check_architecture<'a>(
    text: &str,
    names: impl Iterator<Item = &'a str>,
) -> Vec<Finding> {
    names
        .filter(|name| !text.contains(&format!("`{name}`")))
        .map(|name| Finding::new("docs/architecture.md", format!("does not name {name}")))
        .collect()
}

/// Local links lead to something. `exists` answers for paths as seen from the file.
pub(super) fn check_links(place: &str, text: &str, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_block = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        }
        if in_block {
            continue;
        }
        for link in links(line) {
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty() && !exists(path) {
                let place = format!("{place}:{}", index.saturating_add(1));
                findings.push(Finding::new(place, format!("{path} is not there")));
            }
        }
    }
    findings
}

/// Every attack names tests, and each of them is in the file that is linked in front of it:
/// `* Tests: [file](link) `name`, `name`; [file](link) `name`.` `read` gives files as seen from the paper.
pub(super) fn check_attacks(
    place: &str,
    text: &str,
    read: &dyn Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in text.split("\n## ").skip(1) {
        let title = section.lines().next().unwrap_or_default();
        let mut finding = |text: String| {
            findings.push(Finding::new(format!("{place}: {title}"), text));
        };
        let tests = named_tests(section);
        if tests.is_empty() {
            finding("names no test".to_owned());
        }
        for (file, test) in tests {
            let source = read(file).unwrap_or_default();
            if !source.contains(&format!("fn {test}(")) {
                finding(format!("{test} is not in {file}"));
            }
        }
    }
    findings
}

/// The tests in a section's items `* Tests:`, each with the link in front of it.
fn named_tests(section: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for item in section.split("\n* Tests: ").skip(1) {
        let end = ["\n* ", "\n\n"].iter().filter_map(|end| item.find(end));
        let item = end.min().and_then(|end| item.get(..end)).unwrap_or(item);
        for after in item.split("](").skip(1) {
            let (file, names) = after.split_once(')').unwrap_or((after, ""));
            let names = names.split('`').skip(1).step_by(2);
            found.extend(names.map(|name| (file, name)));
        }
    }
    found
}

/// The local targets of `[text](target)` and `[label]: target`.
fn links(line: &str) -> Vec<&str> {
    let inline = line
        .split("](")
        .skip(1)
        .filter_map(|after| after.split(')').next());
    let labelled = line
        .strip_prefix('[')
        .and_then(|line| line.split_once("]: "))
        .map(|(_, target)| target);
    inline
        .chain(labelled)
        .map(|target| target.split(' ').next().unwrap_or(target))
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{check_architecture, check_attacks, check_library, check_links};

    #[test]
    fn a_library_has_its_papers() {
        assert_eq!(check_library("a", &|file| file == "README.md").len(), 1);
        assert!(check_library("a", &|_| true).is_empty());
    }

    #[test]
    fn the_architecture_names_every_crate() {
        let found = check_architecture("| `cms-core` | x |", ["cms-core", "cms"].into_iter());
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn local_links_lead_somewhere() {
        let text = "[a](docs/a.md#x) [b](gone.md \"t\") [c](https://x.org/gone)\n[d](#here)\n\
                    [e]: gone.md\n```\n[f](gone.md)\n```\n";
        let found = check_links("README.md", text, &|path| path == "docs/a.md");
        let places: Vec<_> = found.iter().map(|finding| finding.place.as_str()).collect();
        assert_eq!(places, ["README.md:1", "README.md:3"]);
    }

    #[test]
    fn attacks_name_tests_that_are_there() {
        let text = "# A\n\n## Good\n\n* `x`.\n* Tests: [f](../a.rs) `one`,\n  `two`; [g](../b.rs) `three`.\n\n\
                    ## Gone\n\nText.\n\n* Tests: [g](../b.rs) `one`.\n\n## None\n\n* [a](../a.rs) `one`\n";
        let read = |file: &str| match file {
            "../a.rs" => Some("fn one() {}\nfn two() {}".to_owned()),
            "../b.rs" => Some("fn three() {}".to_owned()),
            _ => None,
        };
        let found = check_attacks("p", text, &read);
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["p: Gone: one is not in ../b.rs", "p: None: names no test"]
        );
    }
}
