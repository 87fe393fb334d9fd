//! What `smime ca` issues, before pkilint's linter for the S/MIME Baseline Requirements (mailbox validated): no finding
//! above information. The linter is found by `PKILINT_BIN`, the folder of its commands, or on the path.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::PathBuf;
use std::process::Command;

use support::Scratch;

/// One of pkilint's commands, or `None` with a visible word.
fn pkilint(command: &str) -> Option<Command> {
    let program = match std::env::var_os("PKILINT_BIN") {
        Some(folder) => PathBuf::from(folder).join(command),
        None => PathBuf::from(command),
    };
    let there = Command::new(&program).arg("--help").output();
    if there.is_ok_and(|output| output.status.success()) {
        return Some(Command::new(program));
    }
    eprintln!("SKIPPED {command}: pkilint is not there");
    None
}

fn findings(mut command: Command, words: &[&str], scratch: &Scratch) -> String {
    let output = command
        .args(words)
        .current_dir(scratch.path())
        .output()
        .unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Each certificate of a PEM file in a file of its own.
fn single(scratch: &Scratch, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(scratch.path().join(name)).unwrap();
    let blocks = text.split_inclusive("-----END CERTIFICATE-----\n");
    blocks
        .enumerate()
        .map(|(index, block)| {
            let name = format!("{name}.{index}");
            scratch.write(&name, block.as_bytes());
            name
        })
        .collect()
}

#[test]
fn certificates_have_no_findings() {
    // rfc8550:4.4.2/1, rfc3370:3.2/1, 3.2/2, rfc5754:3.3/1
    if pkilint("lint_cabf_smime_cert").is_none() {
        return;
    }
    let s = Scratch::new();
    let places = [
        "--crl-url",
        "http://ca.example.com/crl",
        "--issuer-url",
        "http://ca.example.com/ca",
    ];
    let policy = ["--issue-policy", "2.23.140.1.5.1.2", "-o", "ca.pem"];
    s.smime_ends(0, &[&["ca", "init"], &places[..], &policy[..]].concat());
    let issue = |address: &str, more: &[&str]| {
        s.smime_ends(0, &[&["ca", "issue", address], more].concat());
        let name = format!("{address}.pem");
        s.smime_ends(0, &["cert", "export", address, "-o", &name]);
        single(&s, &name)
    };
    let mut names = issue("p256@example.com", &[]);
    names.extend(issue("rsa@example.com", &["--alg", "rsa3072"]));
    names.extend(issue("split@example.com", &["--split", "--alg", "p384"]));
    names.extend(issue("list@example.com", &["--for", "list-agent"]));
    assert_eq!(names.len(), 5);
    for name in &names {
        let linter = pkilint("lint_cabf_smime_cert").unwrap();
        let words = ["lint", "-d", "-s", "NOTICE", name];
        assert_eq!(findings(linter, &words, &s), "", "{name}");
    }
    // The linter does find what is wrong: a name that no mailbox is validated for.
    s.smime_ends(0, &["ca", "issue", "named@example.com", "--name", "A Name"]);
    s.smime_ends(
        0,
        &["cert", "export", "named@example.com", "-o", "named.pem"],
    );
    let linter = pkilint("lint_cabf_smime_cert").unwrap();
    assert_ne!(
        findings(linter, &["lint", "-d", "-s", "NOTICE", "named.pem"], &s),
        ""
    );
}

#[test]
fn authorities_and_lists_have_no_findings() {
    // rfc8550:4.4.1/1
    let (Some(certificates), Some(lists)) = (pkilint("lint_pkix_cert"), pkilint("lint_crl")) else {
        return;
    };
    let s = Scratch::new();
    s.smime_ends(0, &["ca", "init", "-o", "ca.pem"]);
    s.smime_ends(0, &["ca", "issue", "alice@example.com"]);
    s.smime_ends(
        0,
        &[
            "ca",
            "revoke",
            "alice@example.com",
            "--reason",
            "keyCompromise",
        ],
    );
    s.smime_ends(0, &["ca", "crl", "-o", "list.crl"]);
    let words = ["lint", "-s", "NOTICE", "ca.pem"];
    assert_eq!(findings(certificates, &words, &s), "");
    let words = [
        "lint", "-t", "CRL", "-p", "PKIX", "-s", "NOTICE", "list.crl",
    ];
    assert_eq!(findings(lists, &words, &s), "");
}
