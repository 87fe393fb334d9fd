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
    use super::{check_architecture, check_library, check_links};

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
}
