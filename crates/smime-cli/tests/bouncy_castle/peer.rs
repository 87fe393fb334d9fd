//! Bouncy Castle: where it is, which release it is, and how its driver is built and run.

use std::path::{Path, PathBuf};
use std::process::Command;

use memchr::memmem;

/// Java and the jars.
pub(crate) struct Peer {
    jars: Vec<PathBuf>,
    /// Whether the release has ML-DSA, ML-KEM and SLH-DSA under their final names.
    pub(crate) post_quantum: bool,
}

/// The jars that the driver needs, without their versions.
const JARS: [&str; 3] = ["bcprov", "bcutil", "bcpkix"];

const SOURCES: [&str; 7] = [
    "BouncyCastle",
    "Derivation",
    "Identity",
    "Messages",
    "Opening",
    "Sealing",
    "Signatures",
];

impl Peer {
    /// The peer; if something is missing, says so.
    pub(crate) fn find() -> Option<Self> {
        let skipped = |why: &str| {
            eprintln!("SKIPPED Bouncy Castle: {why}");
            None
        };
        let runs = |program: &str| {
            let output = Command::new(program).arg("-version").output();
            output.is_ok_and(|output| output.status.success())
        };
        if !runs("java") || !runs("javac") {
            return skipped("no java, or no javac");
        }
        let jars = match std::env::var("SMIME_BC_JARS") {
            Ok(places) => places.split(':').flat_map(jars_in).collect(),
            Err(_) => jars_in("/usr/share/java"),
        };
        let named = |name: &str| {
            let mut jars = jars.iter();
            jars.any(|jar| file_name(jar).starts_with(name))
        };
        if !JARS.into_iter().all(named) {
            return skipped("not all of its jars are there (bcprov, bcutil, bcpkix)");
        }
        // Names of a jar's entries stand in it as they are.
        let marker = b"org/bouncycastle/jcajce/provider/asymmetric/MLDSA.class";
        let post_quantum = jars.iter().any(|jar| {
            let octets = std::fs::read(jar).unwrap();
            memmem::find(&octets, marker).is_some()
        });
        Some(Self { jars, post_quantum })
    }

    fn class_path(&self) -> String {
        let jars: Vec<_> = self.jars.iter().map(|jar| jar.to_str().unwrap()).collect();
        jars.join(":")
    }

    /// Runs the driver on a file of jobs; its answers, one a line.
    pub(crate) fn run(&self, folder: &Path, jobs: &str) -> String {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bouncy_castle/java");
        let newer = self.post_quantum.then_some("PostQuantum");
        let files = SOURCES
            .into_iter()
            .chain(newer)
            .map(|name| sources.join(name).with_extension("java"));
        let classes = folder.join("classes");
        let compile = Command::new("javac")
            .args(["-Xlint:none", "-nowarn", "-encoding", "UTF-8", "-cp"])
            .arg(self.class_path())
            .arg("-d")
            .arg(&classes)
            .args(files)
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&compile.stderr);
        assert!(compile.status.success(), "javac\n{complaint}");
        let (asked, answered) = (folder.join("jobs.tsv"), folder.join("answers.tsv"));
        std::fs::write(&asked, jobs).unwrap();
        let run = Command::new("java")
            .args(["-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"])
            .arg(format!("{}:{}", classes.display(), self.class_path()))
            .arg("BouncyCastle")
            .args([&asked, &answered])
            .current_dir(folder)
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "java\n{complaint}");
        std::fs::read_to_string(answered).unwrap()
    }
}

fn file_name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// A jar, or those of a folder: of each the one without a version, where there are links.
fn jars_in(place: &str) -> Vec<PathBuf> {
    let path = Path::new(place);
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort_by_key(|path| file_name(path).len());
    let first = |name: &&str| {
        let mut files = files.iter();
        let found = files
            .find(|path| file_name(path).starts_with(*name) && file_name(path).ends_with(".jar"));
        found.cloned()
    };
    JARS.iter().filter_map(first).collect()
}
