//! Where the links of a page lead.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::html;

/// Where a link leads, as seen from the top of the book; may begin with `..`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Target {
    place: PathBuf,
    path: PathBuf,
    pub(super) fragment: String,
}

impl Target {
    /// The target of a link on the page at `place`.
    pub(super) fn new(place: &Path, link: &str) -> Option<Self> {
        let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
        let path = path.split('?').next().unwrap_or_default();
        let folder = place.parent()?;
        let path = if path.is_empty() {
            place.to_owned()
        } else {
            normal(&folder.join(path))
        };
        Some(Self {
            place: place.to_owned(),
            path,
            fragment: fragment.to_owned(),
        })
    }

    /// Whether it is outside of the book, which is to say of `docs/`.
    pub(super) fn leads_out(&self) -> bool {
        self.path.starts_with("..")
    }
}

/// The file of the workspace that a link out of `docs/` means. mdBook has made `.html` of its `.md`.
pub(super) fn in_workspace(target: &Target, is_file: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let path = normal(&Path::new("docs").join(&target.path));
    let paper = path.with_extension("md");
    [path, paper].into_iter().find(|path| is_file(path))
}

/// The link that was meant where a folder's `README.md` has become its `index.html`.
pub(super) fn readme(target: &Target, exists: &dyn Fn(&Path) -> bool) -> Option<String> {
    let index = target.path.with_file_name("index.html");
    let is_readme = target.path.file_name()? == "README.html";
    (is_readme && !exists(&target.path) && exists(&index))
        .then(|| relative(&target.place, &index, &target.fragment))
}

/// The link from the page at `place` to a path of the book.
pub(super) fn relative(place: &Path, path: &Path, fragment: &str) -> String {
    let depth = place.components().count().saturating_sub(1);
    let up = "../".repeat(depth);
    let hash = if fragment.is_empty() { "" } else { "#" };
    format!("{up}{}{hash}{fragment}", shown(path))
}

/// A path with slashes.
pub(super) fn shown(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// Without `.`, and with `..` at the beginning only.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// The pages of the book and what may be named on them.
#[derive(Debug)]
pub(super) struct Site {
    anchors: BTreeMap<PathBuf, BTreeSet<String>>,
    /// Listings: their anchors are those of their lines.
    listings: BTreeSet<PathBuf>,
}

impl Site {
    pub(super) fn new(pages: &BTreeMap<PathBuf, String>, listings: &BTreeSet<PathBuf>) -> Self {
        let anchors = pages.iter();
        Self {
            anchors: anchors
                .map(|(place, text)| (place.clone(), html::anchors(text)))
                .collect(),
            listings: listings.clone(),
        }
    }

    /// What is wrong with the links of a page. `exists` answers for paths of the book.
    pub(super) fn broken(
        &self,
        place: &Path,
        text: &str,
        exists: &dyn Fn(&Path) -> bool,
    ) -> Vec<String> {
        let links = html::links(text);
        let findings = links.iter().filter_map(|link| {
            let fault = self.fault(&Target::new(place, link)?, exists)?;
            Some(format!("{}: {link} {fault}", shown(place)))
        });
        findings.collect()
    }

    fn fault(&self, target: &Target, exists: &dyn Fn(&Path) -> bool) -> Option<&'static str> {
        if target.leads_out() {
            return Some("is no file of the workspace");
        }
        if self.listings.contains(&target.path) {
            return None;
        }
        if !exists(&target.path) {
            return Some("is not there");
        }
        let anchors = self.anchors.get(&target.path)?;
        let there = target.fragment.is_empty() || anchors.contains(&target.fragment);
        (!there).then_some("names nothing on its page")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use super::{Site, Target, in_workspace, readme, relative};

    fn target(place: &str, link: &str) -> Target {
        Target::new(Path::new(place), link).unwrap()
    }

    #[test]
    fn targets_are_seen_from_the_top() {
        let inner = target("guide/a.html", "../b.html#c");
        assert_eq!(
            (inner.path.as_path(), &*inner.fragment),
            (Path::new("b.html"), "c")
        );
        assert!(!inner.leads_out());
        assert_eq!(target("guide/a.html", "#c").path, Path::new("guide/a.html"));
        assert!(target("guide/a.html", "../../README.md").leads_out());
    }

    #[test]
    fn files_of_the_workspace_are_found_under_either_name() {
        let out = target("a.html", "../crates/x/README.html");
        let found = in_workspace(&out, &|path| path == Path::new("crates/x/README.md"));
        assert_eq!(found.as_deref(), Some(Path::new("crates/x/README.md")));
        assert_eq!(in_workspace(&out, &|_| false), None);
    }

    #[test]
    fn links_are_relative_to_their_page() {
        let path = Path::new("source/a.rs.html");
        assert_eq!(relative(Path::new("x.html"), path, ""), "source/a.rs.html");
        assert_eq!(
            relative(Path::new("g/x.html"), path, "L3"),
            "../source/a.rs.html#L3"
        );
        let link = target("a.html", "examples/README.html#k");
        let found = readme(&link, &|path| path == Path::new("examples/index.html"));
        assert_eq!(found.as_deref(), Some("examples/index.html#k"));
    }

    #[test]
    fn what_leads_nowhere_is_found() {
        let page = "<a href=\"b.html\"><a href=\"#x\"><a href=\"#y\"><a href=\"../z\"><p id=\"x\">\
                    <a href=\"source/a.rs.html#L1\">";
        let place = PathBuf::from("a.html");
        let pages = BTreeMap::from([(place.clone(), page.to_owned())]);
        let listings = BTreeSet::from([PathBuf::from("source/a.rs.html")]);
        let site = Site::new(&pages, &listings);
        let broken = site.broken(&place, page, &|path| path == Path::new("a.html"));
        let links: Vec<_> = broken
            .iter()
            .filter_map(|line| line.split(' ').nth(1))
            .collect();
        assert_eq!(links, ["b.html", "#y", "../z"]);
    }
}
