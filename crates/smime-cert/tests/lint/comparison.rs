//! pkilint's findings beside ours.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cms_algs::PROVIDER;
use cms_core::types::Certificate;
use smime_cert::lint::{Profile, lint};

use crate::draft::Draft;
use crate::exceptions::{EXCEPTIONS, Side};
use crate::{STRICT, corpora, mutants};

/// Codes with severities.
type Findings = BTreeSet<(String, String)>;

/// The exceptions are those of this version.
const VERSION: &str = "0.13.3";

/// The interpreter of the environment that pkilint is in, or `None` with a visible word.
fn interpreter() -> Option<PathBuf> {
    let folder = std::env::var_os("PKILINT_BIN").map(PathBuf::from);
    let found = folder.map(|folder| folder.join("python")).filter(|python| {
        let script = "from importlib.metadata import version; print(version('pkilint'))";
        let output = Command::new(python).args(["-c", script]).output();
        output.is_ok_and(|output| output.stdout.trim_ascii() == VERSION.as_bytes())
    });
    if found.is_none() {
        eprintln!(
            "SKIPPED comparison with pkilint: PKILINT_BIN names no environment with version {VERSION}"
        );
    }
    found
}

fn told(profile: Profile) -> String {
    format!("{}-{}", profile.level.name(), profile.generation.name())
}

/// What is given to both.
struct Candidate {
    name: String,
    profile: Profile,
    octets: Vec<u8>,
}

/// What pkilint finds on each; `None` for what it does not take for a certificate.
fn theirs(python: PathBuf, all: &[Candidate]) -> Vec<Option<Findings>> {
    let mut child = Command::new(python)
        .args(["-W", "ignore", "-c", include_str!("bulk.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: String = all
        .iter()
        .map(|one| {
            let octets = one.octets.iter();
            let hex: String = octets.map(|octet| format!("{octet:02x}")).collect();
            format!("{} {hex}\n", told(one.profile))
        })
        .collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What is found here, without the rules that pkilint does not have.
fn ours(one: &Candidate) -> Option<Findings> {
    let certificate = Certificate::from_der(&one.octets).ok()?;
    let findings = lint(&certificate, Some(one.profile), &PROVIDER);
    let theirs = findings
        .iter()
        .filter(|finding| !finding.code.starts_with("rfc"));
    let told = theirs.map(|finding| (finding.code.into(), finding.severity.name().into()));
    Some(told.collect())
}

/// What only one of both says, by code.
fn differences(ours: Option<Findings>, theirs: Option<Findings>) -> Vec<(Side, String)> {
    match (ours, theirs) {
        (_, None) => Vec::new(),
        (None, Some(_)) => vec![(Side::Theirs, "the certificate is read".into())],
        (Some(ours), Some(theirs)) => {
            let told = |(code, severity): &(String, String)| format!("{code} {severity}");
            let only_ours = ours.difference(&theirs);
            let only_theirs = theirs.difference(&ours);
            let only_ours = only_ours.map(|finding| (Side::Ours, told(finding)));
            only_ours
                .chain(only_theirs.map(|finding| (Side::Theirs, told(finding))))
                .collect()
        }
    }
}

/// A mutant in several profiles: `mailbox-*/NAME`.
fn expanded(name: &str) -> Vec<String> {
    let Some((before, (after, mutant))) = name
        .split_once('*')
        .and_then(|(before, rest)| Some((before, rest.split_once('/')?)))
    else {
        return vec![name.to_owned()];
    };
    Profile::all()
        .map(told)
        .filter(|profile| profile.starts_with(before) && profile.ends_with(after))
        .map(|profile| format!("{profile}/{mutant}"))
        .collect()
}

/// The certificates of the corpora by the strict profile of mailboxes, and each mutant by all profiles.
fn candidates() -> Vec<Candidate> {
    let corpora = corpora::candidates("comparison with pkilint").unwrap_or_default();
    let mut all: Vec<_> = corpora
        .into_iter()
        .map(|(name, octets)| Candidate {
            name,
            profile: STRICT,
            octets,
        })
        .collect();
    for (name, _, change) in mutants::all() {
        let mut draft = Draft::good();
        change(&mut draft);
        all.extend(Profile::all().map(|profile| Candidate {
            name: format!("{}/{name}", told(profile)),
            profile,
            octets: draft.to_der(),
        }));
    }
    all
}

#[test]
fn what_pkilint_finds_is_found_here() {
    let Some(python) = interpreter() else {
        return;
    };
    let all = candidates();
    let theirs = theirs(python, &all);
    assert_eq!(theirs.len(), all.len());
    let (mut certificates, mut findings) = (0, 0);
    let mut found: BTreeMap<(Side, String), BTreeSet<String>> = BTreeMap::new();
    for (one, theirs) in all.iter().zip(theirs) {
        let ours = ours(one);
        if theirs.is_some() {
            certificates += 1;
        }
        findings += theirs.as_ref().map_or(0, BTreeSet::len);
        for difference in differences(ours, theirs) {
            found
                .entry(difference)
                .or_default()
                .insert(one.name.clone());
        }
    }
    println!("{certificates} certificates by their profiles, {findings} findings");
    assert!(all.len() < 3000 || certificates > 2500, "{certificates}");
    let mut expected: BTreeMap<(Side, String), BTreeSet<String>> = BTreeMap::new();
    for (_, side, finding, names) in EXCEPTIONS {
        let of_finding = expected.entry((*side, (*finding).into())).or_default();
        of_finding.extend(names.iter().flat_map(|name| expanded(name)));
    }
    let mut wrong = Vec::new();
    let keys: BTreeSet<_> = found.keys().chain(expected.keys()).collect();
    for key in keys {
        let (found, expected) = (found.get(key), expected.get(key));
        let (found, expected) = (
            found.cloned().unwrap_or_default(),
            expected.cloned().unwrap_or_default(),
        );
        for name in found.difference(&expected) {
            wrong.push(format!("{} {} {name}", key.0.told(), key.1));
        }
        for name in expected.difference(&found) {
            wrong.push(format!(
                "stale exception: {} {} {name}",
                key.0.told(),
                key.1
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
