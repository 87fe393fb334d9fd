//! `cargo xtask book`: builds the book of `docs/` with mdBook, makes links to files outside of `docs/` work offline,
//! and finds links that lead nowhere.

mod html;
mod links;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process;
use links::{Site, Target};

/// The version that is installed when there is none.
const VERSION: &str = "0.5.4";

/// Where in the book the files of the workspace are that it links to.
const SOURCE: &str = "source";

/// Builds and checks the book; fails with a list of what is wrong.
pub(crate) fn run() -> Result<()> {
    let target = process::target_directory()?;
    let mdbook = mdbook(&target)?;
    let docs = process::root().join("docs");
    let book = target.join("book");
    let _ = fs::remove_dir_all(&book);
    let mut build = process::command(&mdbook.display().to_string());
    build.arg("build").arg(&docs).arg("--dest-dir").arg(&book);
    process::check(&mut build)?;
    let mut findings = unlisted(&docs)?;
    let mut pages = pages(&book)?;
    let sources = link_sources(&mut pages, &book)?;
    for (place, text) in &pages {
        fs::write(book.join(place), text)?;
    }
    for source in &sources {
        write_source(source, &book)?;
    }
    let site = Site::new(&pages, &sources.iter().map(source_page).collect());
    for (place, text) in &pages {
        findings.extend(site.broken(place, text, &|path| book.join(path).exists()));
    }
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("book: {} findings", findings.len());
    }
    println!(
        "book: {} pages, {} source files: {}",
        pages.len(),
        sources.len(),
        book.join("index.html").display()
    );
    Ok(())
}

/// mdBook: from the path, else from `target/tools`, where it is installed if need be.
fn mdbook(target: &Path) -> Result<PathBuf> {
    if process::has("mdbook") {
        return Ok(PathBuf::from("mdbook"));
    }
    let tools = target.join("tools");
    let installed = tools.join("bin").join("mdbook");
    if !installed.is_file() {
        println!(
            "book: no mdbook on the path; installing version {VERSION} into {}",
            tools.display()
        );
        let words = ["install", "mdbook", "--locked", "--no-default-features"];
        let mut install = process::cargo(&words);
        install.args(["--version", VERSION, "--root"]).arg(&tools);
        // Its build is not mixed with the workspace's.
        install.env_remove("CARGO_TARGET_DIR");
        process::check(&mut install).with_context(|| {
            format!(
                "there is no mdbook and it cannot be installed; put mdbook {VERSION} on the path (cargo install mdbook \
                 --version {VERSION} --locked), or run this where cargo can fetch crates"
            )
        })?;
    }
    Ok(installed)
}

/// Papers that `SUMMARY.md` does not list: mdBook would leave them out.
fn unlisted(docs: &Path) -> Result<Vec<String>> {
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).context("docs/SUMMARY.md")?;
    let mut findings = Vec::new();
    for folder in ["", "guide"] {
        for entry in fs::read_dir(docs.join(folder))? {
            let path = entry?.path();
            let place = links::shown(path.strip_prefix(docs)?);
            let is_paper = path.extension().is_some_and(|found| found == "md");
            if is_paper && place != "SUMMARY.md" && !summary.contains(&format!("({place})")) {
                findings.push(format!("docs/SUMMARY.md: does not list {place}"));
            }
        }
    }
    findings.sort();
    Ok(findings)
}

/// The pages of the book, by their places in it.
fn pages(book: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![book.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == "html") {
                let place = path.strip_prefix(book)?.to_owned();
                found.insert(place, fs::read_to_string(&path)?);
            }
        }
    }
    Ok(found)
}

/// Leads links to files outside of `docs/` to their copies within the book; those files, by their places in the
/// workspace.
fn link_sources(pages: &mut BTreeMap<PathBuf, String>, book: &Path) -> Result<BTreeSet<PathBuf>> {
    let root = process::root();
    let mut sources = BTreeSet::new();
    for (place, text) in pages.iter_mut() {
        *text = html::with_links(text, |link| {
            let target = Target::new(place, link)?;
            if !target.leads_out() {
                return links::readme(&target, &|path| book.join(path).exists());
            }
            let path = links::in_workspace(&target, &|path| root.join(path).is_file())?;
            let led = links::relative(place, &source_page(&path), &target.fragment);
            sources.insert(path);
            Some(led)
        });
    }
    Ok(sources)
}

/// Where in the book a file of the workspace stands.
fn source_page(path: impl AsRef<Path>) -> PathBuf {
    PathBuf::from(format!("{SOURCE}/{}.html", links::shown(path.as_ref())))
}

/// A file of the workspace as a page: browsers show it wherever the book lies, whatever its name ends with.
fn write_source(path: &Path, book: &Path) -> Result<()> {
    let text = fs::read_to_string(process::root().join(path))
        .with_context(|| format!("the book links to {}", path.display()))?;
    let page = book.join(source_page(path));
    fs::create_dir_all(page.parent().context("a place")?)?;
    Ok(fs::write(page, html::listing(&links::shown(path), &text))?)
}
