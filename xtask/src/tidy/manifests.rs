//! Rules on manifests: which crate may depend on which, and what every crate inherits.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Finding;

/// Crates that may use files, the clock and `cms-algs`; `fuzz` is no member, but follows the same rule.
pub(super) const PROGRAMS: [&str; 5] = ["smime-cli", "mla-server", "xtask", "fuzz", "testkit"];

/// Libraries that make keys of `cms-algs`, so that they may name it.
const KEY_MAKERS: [&str; 1] = ["cms-pkcs11"];

/// Crates of which none depends on another.
const SIDE_BY_SIDE: [&str; 3] = ["smime-msg", "x400-cms", "mla-keydist"];

/// What `[package]` takes from the workspace.
const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

/// A member of the workspace.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) manifest: PathBuf,
    has_lib: bool,
    dependencies: Vec<Dependency>,
}

#[derive(Debug)]
struct Dependency {
    name: String,
    dev: bool,
}

impl Package {
    /// Whether others build on it.
    pub(super) fn is_library(&self) -> bool {
        self.has_lib && !PROGRAMS.contains(&self.name.as_str())
    }

    /// Where it lives.
    pub(super) fn folder(&self) -> &Path {
        self.manifest.parent().unwrap_or(&self.manifest)
    }
}

/// The members, from `cargo metadata`.
pub(super) fn packages(metadata: &Value) -> Result<Vec<Package>> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    packages
        .context("cargo metadata without packages")?
        .iter()
        .map(package)
        .collect()
}

fn package(value: &Value) -> Result<Package> {
    let text = |value: &Value, key: &str| {
        let found = value.get(key).and_then(Value::as_str);
        found
            .map(str::to_owned)
            .with_context(|| format!("cargo metadata without {key}"))
    };
    let list = |key: &str| {
        let found = value.get(key).and_then(Value::as_array);
        found.with_context(|| format!("cargo metadata without {key}"))
    };
    let dependencies = list("dependencies")?
        .iter()
        .map(|dependency| {
            Ok(Dependency {
                name: text(dependency, "name")?,
                dev: dependency.get("kind").and_then(Value::as_str) == Some("dev"),
            })
        })
        .collect::<Result<_>>()?;
    let has_lib = list("targets")?.iter().any(|target| {
        let kinds = target.get("kind").and_then(Value::as_array);
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "lib"))
    });
    Ok(Package {
        name: text(value, "name")?,
        manifest: PathBuf::from(text(value, "manifest_path")?),
        has_lib,
        dependencies,
    })
}

/// The rooms: who may depend on whom, and folders named as crates.
pub(super) fn check_rooms(packages: &[Package]) -> Vec<Finding> {
    let ours = |name: &str| packages.iter().any(|package| package.name == name);
    let mut findings = Vec::new();
    for package in packages {
        let name = package.name.as_str();
        let mut found = |text: String| findings.push(Finding::new(name, text));
        if package
            .folder()
            .file_name()
            .is_none_or(|folder| folder != name)
        {
            found("is not named as its folder".to_owned());
        }
        for dependency in &package.dependencies {
            let other = dependency.name.as_str();
            if SIDE_BY_SIDE.contains(&name) && SIDE_BY_SIDE.contains(&other) && name != other {
                found(format!("depends on {other}; they stand side by side"));
            }
            if dependency.dev || !package.is_library() {
                continue;
            }
            if name == "cms-core" && ours(other) {
                found(format!(
                    "depends on {other}; cms-core depends on no crate of ours"
                ));
            } else if other == "cms-algs" && !KEY_MAKERS.contains(&name) {
                found("depends on cms-algs; a library takes a provider as an argument".to_owned());
            } else if PROGRAMS.contains(&other) {
                found(format!("depends on {other}; only tests may"));
            }
            if other == "anyhow" {
                found("depends on anyhow; a library has errors of its own".to_owned());
            }
        }
    }
    findings
}

/// The root manifest: every dependency without its default features, but the one for tests.
pub(super) fn check_workspace(text: &str) -> Vec<Finding> {
    entries(text)
        .into_iter()
        .filter(|entry| entry.section == "workspace.dependencies" && entry.key != "testkit")
        .filter(|entry| !entry.has("default-features=false"))
        .map(|entry| {
            let text = format!("{} without default-features = false", entry.key);
            Finding::new("Cargo.toml", text)
        })
        .collect()
}

/// A member's manifest: everything comes from the workspace.
pub(super) fn check_manifest(place: &str, text: &str) -> Vec<Finding> {
    let entries = entries(text);
    let inherits = |section: &str, key: &str| {
        entries
            .iter()
            .any(|entry| entry.section == section && entry.key == key && entry.has("true"))
    };
    let mut findings = Vec::new();
    if !inherits("lints", "workspace") {
        findings.push(Finding::new(place, "[lints] without workspace = true"));
    }
    for key in INHERITED {
        if !inherits("package", &format!("{key}.workspace")) {
            findings.push(Finding::new(place, format!("{key} is not the workspace's")));
        }
    }
    for entry in &entries {
        let is_dependency = entry.section.ends_with("dependencies");
        let inherits = entry.has("workspace=true") || entry.key.ends_with(".workspace");
        if is_dependency && !inherits {
            findings.push(Finding::new(
                place,
                format!("{} is not the workspace's", entry.key),
            ));
        }
    }
    findings
}

/// One `key = value` with its section; the value without blanks.
#[derive(Debug)]
struct Entry {
    section: String,
    key: String,
    value: String,
}

impl Entry {
    fn has(&self, text: &str) -> bool {
        self.value.contains(text)
    }
}

/// The entries of a manifest, as far as these rules need TOML: values may go over several lines within brackets.
fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut section = String::new();
    let mut depth = 0_usize;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let compact = |text: &str| text.split_whitespace().collect::<String>();
        if depth > 0 {
            if let Some(entry) = entries.last_mut() {
                entry.value.push_str(&compact(line));
            }
        } else if let Some(name) = line.strip_prefix('[') {
            name.trim_matches(['[', ']']).clone_into(&mut section);
            continue;
        } else if let Some((key, value)) = line.split_once('=') {
            entries.push(Entry {
                section: section.clone(),
                key: key.trim().to_owned(),
                value: compact(value),
            });
        }
        let opened = line.matches(['[', '{']).count();
        let closed = line.matches([']', '}']).count();
        depth = depth.saturating_add(opened).saturating_sub(closed);
    }
    entries
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{check_manifest, check_rooms, check_workspace, packages};

    /// What is found in a workspace of packages with these dependencies, as (name, folder, normal, dev).
    fn rooms(members: &[(&str, &str, &[&str], &[&str])]) -> Vec<String> {
        let packages_json: Vec<_> = members
            .iter()
            .map(|(name, folder, normal, dev)| {
                let normal = normal
                    .iter()
                    .map(|name| json!({"name": name, "kind": null}));
                let dev = dev.iter().map(|name| json!({"name": name, "kind": "dev"}));
                json!({
                    "name": name,
                    "manifest_path": format!("/w/crates/{folder}/Cargo.toml"),
                    "targets": [{"kind": ["lib"]}],
                    "dependencies": normal.chain(dev).collect::<Vec<_>>(),
                })
            })
            .collect();
        let packages = packages(&json!({"packages": packages_json})).unwrap();
        check_rooms(&packages)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn tests_may_depend_on_what_libraries_may_not() {
        let members: &[(&str, &str, &[&str], &[&str])] = &[
            ("cms-core", "cms-core", &["der"], &["cms-algs", "testkit"]),
            ("cms-algs", "cms-algs", &["cms-core"], &[]),
            ("smime-msg", "smime-msg", &["cms-core"], &["cms-algs"]),
            ("smime-cli", "smime-cli", &["cms-algs", "anyhow"], &[]),
            ("testkit", "testkit", &[], &[]),
        ];
        assert!(rooms(members).is_empty());
    }

    #[test]
    fn cms_core_depends_on_no_crate_of_ours() {
        let found = rooms(&[
            ("cms-core", "cms-core", &["ess"], &[]),
            ("ess", "ess", &[], &[]),
        ]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("cms-core depends on no crate of ours"));
    }

    #[test]
    fn no_library_depends_on_cms_algs_or_programs() {
        let found = rooms(&[(
            "smime-cert",
            "smime-cert",
            &["cms-algs", "testkit", "anyhow"],
            &[],
        )]);
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn transports_stand_side_by_side_even_in_tests() {
        let found = rooms(&[
            ("x400-cms", "x400-cms", &["smime-msg"], &[]),
            ("mla-keydist", "mla-keydist", &[], &["x400-cms"]),
        ]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_crate_is_named_as_its_folder() {
        assert_eq!(rooms(&[("ess", "esss", &[], &[])]).len(), 1);
    }

    #[test]
    fn default_features_are_off() {
        let text = "[workspace.dependencies]\ntestkit = { path = \"x\" }\na = { version = \"1\", \
                    default-features = false }\nb = \"1\"\nc = { version = \"1\", features = [\n\"x\",\n] }\n";
        let found = check_workspace(text);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn everything_comes_from_the_workspace() {
        let good = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
                    rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\
                    [features]\ndefault = []\n[dependencies]\nder = { workspace = true, features = [\n\"x\"] }\n\
                    [lints]\nworkspace = true\n";
        assert!(check_manifest("a", good).is_empty());
        let bad = good
            .replace("[lints]\nworkspace = true\n", "")
            .replace("edition.workspace = true", "edition = \"2021\"")
            .replace("workspace = true, features", "version = \"1\", features");
        assert_eq!(check_manifest("a", &bad).len(), 3);
    }
}
