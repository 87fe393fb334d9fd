//! The guides under `docs/guide`, done as they say: every `$` line of their console blocks is run by the shell, in
//! order, in a folder and with a store of its own.
//!
//! * A command must end with 0, or with N where its line ends with `# exit N`.
//! * Each line below it must occur within a line of what it wrote to stdout or stderr; `…` stands for anything.
//! * A line that ends with `\` goes on in the next, and `<<'EOF'` takes the lines up to `EOF` along.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod support;
use support::Scratch;

/// A command of a guide.
#[derive(Debug, Default)]
struct Step {
    line: usize,
    command: String,
    exit: i32,
    shown: Vec<String>,
}

#[test]
fn start() {
    run("start.md");
}

#[test]
fn sign() {
    run("sign.md");
}

#[test]
fn encrypt() {
    run("encrypt.md");
}

#[test]
fn ca() {
    run("ca.md");
}

#[test]
fn verify_in_your_program() {
    run("verify-in-your-program.md");
}

#[test]
fn embed_cms() {
    run("embed-cms.md");
}

#[test]
fn every_guide_has_its_test() {
    let tests = include_str!("guides.rs");
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name();
        let call = format!("run(\"{}\")", name.to_string_lossy());
        assert!(tests.contains(&call), "{call}");
    }
}

#[test]
fn steps_are_read() {
    let text = "# T\n\n```console\n$ a \\\n  b # exit 3\none … two\n\n$ cat > x <<'EOF'\n$ y\nEOF\n```\n\n\
                ```sh\n$ no\n```\n";
    let steps = steps(text);
    let commands: Vec<_> = steps.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands, ["a \\\n  b", "cat > x <<'EOF'\n$ y\nEOF"]);
    assert_eq!((steps[0].exit, steps[0].line), (3, 4));
    assert_eq!(steps[0].shown, ["one … two"]);
    assert!(occurs("one … two", "x\n  one and two\n"));
    assert!(!occurs("one … two", "one\ntwo\n") && !occurs("two … one", "one two"));
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide")
}

fn run(name: &str) {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    let scratch = Scratch::new();
    for step in steps(&text) {
        step.run(name, &scratch);
    }
}

/// The commands of a guide's console blocks.
fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_block = false;
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            in_block = line == "```console";
        } else if !in_block {
            continue;
        } else if let (true, Some(step)) = (open, steps.last_mut()) {
            step.command.push('\n');
            open = step.go_on(line);
        } else if let Some(command) = line.strip_prefix("$ ") {
            let mut step = Step {
                line: index + 1,
                ..Step::default()
            };
            open = step.go_on(command);
            steps.push(step);
        } else if !line.trim().is_empty() {
            let step = steps.last_mut().expect("a command in front of its output");
            step.shown.push(line.trim().to_owned());
        }
    }
    steps
}

impl Step {
    /// Takes a line of the command; whether there is another one.
    fn go_on(&mut self, line: &str) -> bool {
        let (command, exit) = line.split_once("# exit ").unwrap_or((line, "0"));
        self.exit = exit.trim().parse().unwrap();
        self.command.push_str(command.trim_end());
        let heredoc = self.command.contains("<<'EOF'");
        line.ends_with('\\') || heredoc && line != "EOF"
    }

    fn run(&self, name: &str, scratch: &Scratch) {
        let binary = Path::new(env!("CARGO_BIN_EXE_smime")).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(binary.to_owned()).chain(std::env::split_paths(&path));
        let output = Command::new("sh")
            .args(["-c", &self.command])
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("SMIME_HOME", scratch.path().join("store"))
            .env("HOME", scratch.path())
            .current_dir(scratch.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let mut written = String::from_utf8_lossy(&output.stdout).into_owned();
        written.push_str(&String::from_utf8_lossy(&output.stderr));
        let place = format!("docs/guide/{name}:{}: {}", self.line, self.command);
        assert_eq!(output.status.code(), Some(self.exit), "{place}\n{written}");
        for line in &self.shown {
            assert!(
                occurs(line, &written),
                "{place}\nnot written: {line}\n{written}"
            );
        }
    }
}

/// Whether a line that is shown occurs within a line that was written.
fn occurs(shown: &str, written: &str) -> bool {
    written.lines().any(|line| {
        let mut rest = Some(line);
        for part in shown.split('…') {
            rest = rest.and_then(|rest| rest.split_once(part.trim()).map(|(_, rest)| rest));
        }
        rest.is_some()
    })
}
