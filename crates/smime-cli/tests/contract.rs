//! The command's contract: exit codes, what is written and what is not, the report, the store.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

mod support;
use support::Scratch;

const MAIL: &[u8] =
    b"From: alice@example.com\nTo: bob@example.com\nSubject: s\nMIME-Version: 1.0\n\
    Content-Type: text/plain\n\nHello Bob\n";

/// A store with a CA, Alice (P-256) and Bob (RSA), and a mail.
fn setup() -> Scratch {
    let s = Scratch::new();
    s.smime_ends(0, &["ca", "init", "-o", "ca.pem"]);
    s.smime_ends(0, &["ca", "issue", "alice@example.com"]);
    s.smime_ends(0, &["ca", "issue", "bob@example.com", "--alg", "rsa2048"]);
    s.write("mail.eml", MAIL);
    s
}

fn report(stdout: &[u8]) -> Value {
    serde_json::from_slice(stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(stdout)))
}

fn exists(s: &Scratch, name: &str) -> bool {
    s.path().join(name).exists()
}

/// No temporary file is left in the folder.
fn clean(s: &Scratch) {
    for entry in std::fs::read_dir(s.path()).unwrap().flatten() {
        let name = entry.file_name();
        assert!(
            !name.to_string_lossy().starts_with(".smime-"),
            "{name:?} was left"
        );
    }
}

fn mode(s: &Scratch, name: &str) -> u32 {
    std::fs::metadata(s.path().join(name))
        .unwrap()
        .permissions()
        .mode()
        & 0o777
}

#[test]
fn the_demo_works() {
    let s = Scratch::new();
    let stdout = s.smime_ends(0, &["demo", "--keep", "demo"]);
    assert!(String::from_utf8_lossy(&stdout).contains("Everything worked"));
    assert!(exists(&s, "demo/opened.txt") && exists(&s, "demo/store/store.sqlite"));
}

#[test]
fn mail_goes_round_by_address() {
    // rfc8551:2.4.1/1, 2.4.1/4, 2.4.1/5
    let s = setup();
    s.smime_ends(
        0,
        &[
            "encrypt",
            "mail.eml",
            "--sign",
            "alice@example.com",
            "-r",
            "bob@example.com",
            "-o",
            "e.eml",
        ],
    );
    let stdout = s.smime_ends(0, &["open", "e.eml", "-o", "o.txt", "--json"]);
    let report = report(&stdout);
    assert_eq!(report["schema"], "smime.report/1");
    assert_eq!(
        (&report["verb"], &report["exit"], &report["verdict"]),
        (&"open".into(), &0.into(), &"good".into())
    );
    let types: Vec<_> = report["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| layer["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["auth-enveloped-data", "signed-data", "mime"]);
    let recipient = &report["layers"][0]["recipients"][0];
    assert_eq!(
        (&recipient["kind"], &recipient["status"]),
        (&"ktri".into(), &"used".into())
    );
    let signer = &report["layers"][1]["signers"][0];
    assert_eq!(signer["verdict"], "good");
    assert_eq!(signer["path"]["status"], "trusted");
    assert_eq!(signer["address"], "match");
    assert_eq!(signer["digest"], "sha-256");
    assert_eq!(signer["signature_algorithm"], "ecdsa-with-sha256");
    assert_eq!(signer["certificate"]["emails"][0], "alice@example.com");
    assert_eq!(mode(&s, "o.txt"), 0o600);
    assert!(
        std::fs::read_to_string(s.path().join("o.txt"))
            .unwrap()
            .ends_with("\r\n\r\nHello Bob\r\n")
    );
    clean(&s);
}

#[test]
fn data_goes_to_stdout_and_json_drops_it() {
    let s = setup();
    s.smime_ends(
        0,
        &[
            "encrypt",
            "mail.eml",
            "-r",
            "bob@example.com",
            "-o",
            "e.eml",
        ],
    );
    let plaintext = s.smime_ends(0, &["decrypt", "e.eml"]);
    assert!(plaintext.ends_with(b"Hello Bob\r\n"));
    let stdout = s.smime_ends(0, &["decrypt", "e.eml", "--json"]);
    assert_eq!(report(&stdout)["verdict"], "good");
    // verify writes the content only with -o.
    s.smime_ends(
        0,
        &["sign", "mail.eml", "-s", "alice@example.com", "-o", "s.eml"],
    );
    assert!(s.smime_ends(0, &["verify", "s.eml"]).is_empty());
    assert!(
        s.smime_ends(0, &["verify", "s.eml", "-o", "-"])
            .ends_with(b"Hello Bob\r\n")
    );
}

#[test]
fn nothing_is_overwritten_without_force() {
    let s = setup();
    s.write("there", b"before");
    for verb in [
        &["sign", "mail.eml", "-s", "alice@example.com"][..],
        &["encrypt", "mail.eml", "-r", "bob@example.com"],
        &["id", "export", "alice@example.com", "--pem", "there"],
    ] {
        s.smime_ends(2, &[verb, &["-o", "there"]].concat());
        assert_eq!(std::fs::read(s.path().join("there")).unwrap(), b"before");
    }
    s.smime_ends(
        0,
        &[
            "sign",
            "mail.eml",
            "-s",
            "alice@example.com",
            "-o",
            "there",
            "--force",
        ],
    );
    assert_ne!(std::fs::read(s.path().join("there")).unwrap(), b"before");
    s.smime_ends(
        2,
        &[
            "sign",
            "mail.eml",
            "-s",
            "alice@example.com",
            "-o",
            ".",
            "--force",
        ],
    );
}

#[test]
fn exit_codes_tell_what_is_wrong() {
    let s = setup();
    s.smime_ends(
        0,
        &["sign", "mail.eml", "-s", "alice@example.com", "-o", "s.eml"],
    );
    let signed = std::fs::read_to_string(s.path().join("s.eml")).unwrap();
    s.write("bad.eml", signed.replace("Hello", "Hallo").as_bytes());
    s.write(
        "foreign.eml",
        signed.replace("From: alice@", "From: mallory@").as_bytes(),
    );
    s.write(
        "junk.eml",
        b"Content-Type: application/pkcs7-mime\n\nnothing\n",
    );
    s.smime_ends(
        0,
        &[
            "encrypt",
            "mail.eml",
            "-r",
            "bob@example.com",
            "-o",
            "e.eml",
        ],
    );
    let verify = |name: &str, extra: &[&str]| {
        s.smime(&[&["verify", name, "-o", "o"], extra].concat())
            .status
            .code()
    };
    assert_eq!(verify("bad.eml", &[]), Some(1));
    assert_eq!(verify("mail.eml", &[]), Some(1), "unsigned");
    assert_eq!(
        verify("e.eml", &[]),
        Some(4),
        "encrypted, not signed, and verify has no keys"
    );
    assert_eq!(verify("absent.eml", &[]), Some(8));
    assert_eq!(verify("s.eml", &["--no-such-option"]), Some(2));
    assert_eq!(verify("foreign.eml", &[]), Some(3));
    assert_eq!(
        verify("s.eml", &["--at", "2001-01-01T00:00:00Z"]),
        Some(3),
        "not valid yet"
    );
    assert_eq!(
        verify("s.eml", &["--purpose", "1.3.6.1.5.5.7.3.1"]),
        Some(3)
    );
    assert_eq!(
        verify("s.eml", &["--policy", "2"]),
        Some(1),
        "there is one signer only"
    );
    assert_eq!(verify("junk.eml", &[]), Some(6));
    assert!(!exists(&s, "o"));
    clean(&s);
    assert_eq!(verify("foreign.eml", &["--no-trust"]), Some(0));
    assert_eq!(
        verify("s.eml", &["--from", "alice@example.com", "--force"]),
        Some(0)
    );
    // --keep-going writes signed content all the same, and the code stays.
    std::fs::remove_file(s.path().join("o")).unwrap();
    assert_eq!(verify("bad.eml", &["--keep-going"]), Some(1));
    assert!(exists(&s, "o"));
    // Without the anchor nobody is trusted; with it given, the store is not needed.
    let other = Scratch::new();
    let (signed, ca) = (s.file("s.eml"), s.file("ca.pem"));
    other.smime_ends(3, &["verify", &signed]);
    other.smime_ends(0, &["verify", &signed, "--ca", &ca]);
    // A certificate that is not in the message and nowhere else.
    s.smime_ends(
        0,
        &[
            "sign",
            "mail.eml",
            "-s",
            "alice@example.com",
            "--no-certs",
            "-o",
            "nc.eml",
        ],
    );
    let bare = s.file("nc.eml");
    other.smime_ends(4, &["verify", &bare, "--ca", &ca]);
    s.smime_ends(0, &["verify", "nc.eml"]);
}

#[test]
fn a_failed_decryption_leaves_nothing() {
    // rfc5083:2/1, 2/2
    let s = setup();
    for cipher in ["aes-256-gcm", "aes-256-cbc"] {
        s.smime_ends(
            0,
            &[
                "encrypt",
                "mail.eml",
                "-r",
                "bob@example.com",
                "--cipher",
                cipher,
                "--out-format",
                "der",
                "-o",
                "e",
                "--force",
            ],
        );
        let message = std::fs::read(s.path().join("e")).unwrap();
        // Over the whole message: never a panic, and with an AEAD never anything delivered but the truth.
        for index in (0..message.len()).step_by(3) {
            let mut bad = message.clone();
            bad[index] ^= 0x40;
            s.write("bad", &bad);
            let output = s.smime(&["decrypt", "bad", "-o", "o"]);
            let code = output.status.code().unwrap();
            match code {
                0 if cipher == "aes-256-cbc" => std::fs::remove_file(s.path().join("o")).unwrap(),
                0 => {
                    let plaintext = std::fs::read(s.path().join("o")).unwrap();
                    assert_eq!(plaintext, MAIL, "octet {index}");
                    std::fs::remove_file(s.path().join("o")).unwrap();
                }
                1 | 4 | 5 | 6 => assert!(!exists(&s, "o"), "octet {index}: code {code}"),
                other => panic!("octet {index}: code {other}"),
            }
            assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
        }
    }
    clean(&s);
}

#[test]
fn usage_errors_are_reported_as_json_too() {
    let s = Scratch::new();
    for arguments in [
        &["verify", "--no-such-option", "--json"][..],
        &["sign", "--json"],
        &["sign", "x", "-s", "nobody@example.com", "--json"],
        &["--json", "verify", "--at", "bogus", "x"],
    ] {
        let stdout = s.smime_ends(2, arguments);
        let report = report(&stdout);
        assert_eq!(
            (&report["exit"], &report["verdict"]),
            (&2.into(), &"usage".into())
        );
        assert!(
            report["error"]["text"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
}

#[test]
fn status_goes_to_a_descriptor_of_its_own() {
    let s = setup();
    s.smime_ends(
        0,
        &[
            "encrypt",
            "mail.eml",
            "-r",
            "bob@example.com",
            "-o",
            "e.eml",
        ],
    );
    let script = format!(
        "exec 3>status; SMIME_HOME=store {} decrypt e.eml --status-fd 3",
        env!("CARGO_BIN_EXE_smime")
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(s.path())
        .output()
        .unwrap();
    assert!(output.status.success() && output.stdout.ends_with(b"Hello Bob\r\n"));
    assert_eq!(
        report(&std::fs::read(s.path().join("status")).unwrap())["verdict"],
        "good"
    );
}

#[test]
fn keys_in_the_store_can_be_encrypted() {
    // rfc8551:4.1/2
    let s = Scratch::new();
    s.write("pass", b"geheim\n");
    s.smime_ends(0, &["id", "new", "eve@example.com", "--pass", "file:pass"]);
    s.write("mail.eml", MAIL);
    s.smime_ends(
        2,
        &["sign", "mail.eml", "-s", "eve@example.com", "-o", "s.eml"],
    );
    s.write("wrong", b"falsch\n");
    s.smime_ends(
        4,
        &[
            "sign",
            "mail.eml",
            "-s",
            "eve@example.com",
            "-o",
            "s.eml",
            "--pass",
            "file:wrong",
        ],
    );
    assert!(!exists(&s, "s.eml"));
    s.smime_ends(
        0,
        &[
            "sign",
            "mail.eml",
            "-s",
            "eve@example.com",
            "-o",
            "s.eml",
            "--pass",
            "file:pass",
        ],
    );
    assert_eq!(mode(&s, "store"), 0o700);
    assert_eq!(mode(&s, "store/store.sqlite"), 0o600);
    // The key is nowhere in the clear.
    s.smime_ends(
        0,
        &[
            "id",
            "export",
            "eve@example.com",
            "--p12",
            "eve.p12",
            "--pass",
            "file:pass",
        ],
    );
    assert_eq!(mode(&s, "eve.p12"), 0o600);
    let other = Scratch::new();
    let (p12, pass) = (s.file("eve.p12"), format!("file:{}", s.file("pass")));
    other.smime_ends(0, &["id", "import", &p12, "--pass", &pass]);
    let listed = other.smime_ends(0, &["id", "list", "--json"]);
    assert_eq!(report(&listed)["items"][0]["address"], "eve@example.com");
    assert_eq!(report(&listed)["items"][0]["key"], "encrypted");
}

#[test]
fn requests_are_issued_and_come_home() {
    let s = setup();
    let person = Scratch::new();
    person.smime_ends(0, &["id", "new", "carl@example.com", "--csr", "carl.csr"]);
    let (request, certificate) = (person.file("carl.csr"), person.file("carl.pem"));
    s.smime_ends(0, &["ca", "issue", &request, "-o", &certificate]);
    person.smime_ends(0, &["id", "import", &certificate]);
    person.write(
        "mail.eml",
        &[b"From: carl@example.com\n", MAIL.split_at(24).1].concat(),
    );
    person.smime_ends(
        0,
        &["sign", "mail.eml", "-s", "carl@example.com", "-o", "s.eml"],
    );
    let signed = person.file("s.eml");
    s.smime_ends(0, &["verify", &signed]);
    // Split pairs: one certificate signs, the other is encrypted to.
    s.smime_ends(
        0,
        &[
            "ca",
            "issue",
            "dora@example.com",
            "--alg",
            "ed25519",
            "--split",
        ],
    );
    s.smime_ends(
        0,
        &[
            "encrypt",
            "mail.eml",
            "-r",
            "dora@example.com",
            "--sign",
            "alice@example.com",
            "-o",
            "d.eml",
        ],
    );
    let stdout = s.smime_ends(0, &["open", "d.eml", "--json"]);
    assert_eq!(
        report(&stdout)["layers"][0]["recipients"][0]["algorithm"],
        "ecdh-hkdf-sha256"
    );
    s.write(
        "dora.eml",
        &[b"From: dora@example.com\n", MAIL.split_at(24).1].concat(),
    );
    s.smime_ends(
        0,
        &["sign", "dora.eml", "-s", "dora@example.com", "-o", "ds.eml"],
    );
    s.smime_ends(0, &["verify", "ds.eml"]);
}

#[test]
fn trust_is_given_listed_and_taken() {
    let s = setup();
    s.smime_ends(
        0,
        &["sign", "mail.eml", "-s", "alice@example.com", "-o", "s.eml"],
    );
    let other = Scratch::new();
    let (signed, ca) = (s.file("s.eml"), s.file("ca.pem"));
    other.smime_ends(0, &["trust", "add", &ca]);
    other.smime_ends(0, &["verify", &signed]);
    let listed = report(&other.smime_ends(0, &["trust", "list", "--json"]));
    let fingerprint = listed["items"][0]["sha256"].as_str().unwrap().to_owned();
    other.smime_ends(2, &["trust", "remove", "00000000"]);
    other.smime_ends(0, &["trust", "remove", &fingerprint[..16]]);
    other.smime_ends(3, &["verify", &signed]);
    // Certificates of others: encrypting to an address works once they are there.
    other.smime_ends(
        2,
        &[
            "encrypt",
            &s.file("mail.eml"),
            "-r",
            "alice@example.com",
            "-o",
            "e.eml",
        ],
    );
    s.smime_ends(
        0,
        &["id", "export", "alice@example.com", "--pem", "alice.pem"],
    );
    other.smime_ends(0, &["cert", "add", &s.file("alice.pem")]);
    other.smime_ends(
        0,
        &[
            "encrypt",
            &s.file("mail.eml"),
            "-r",
            "alice@example.com",
            "-o",
            "e.eml",
        ],
    );
    s.smime_ends(0, &["decrypt", &other.file("e.eml"), "-o", "o"]);
}

#[test]
fn input_that_is_no_text_is_refused_with_a_hint() {
    let s = setup();
    s.write("bin", b"\0\xff\0");
    let output = s.smime(&["sign", "bin", "-s", "alice@example.com"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--out-format"));
    s.smime_ends(
        2,
        &[
            "sign",
            "mail.eml",
            "-s",
            "alice@example.com",
            "--no-attrs",
            "--content-type",
            "1.2.3",
        ],
    );
    s.smime_ends(
        2,
        &[
            "sign",
            "mail.eml",
            "-s",
            "alice@example.com",
            "--clear",
            "--out-format",
            "der",
        ],
    );
    s.smime_ends(2, &["encrypt", "mail.eml"]);
    s.smime_ends(
        2,
        &[
            "encrypt",
            "mail.eml",
            "-r",
            "bob@example.com",
            "--cipher",
            "rot13",
        ],
    );
    s.smime_ends(
        5,
        &[
            "encrypt",
            "mail.eml",
            "-r",
            "bob@example.com",
            "--cipher",
            "des-ede3-cbc",
            "--profile",
            "legacy",
        ],
    );
}

#[test]
fn completions_and_manual_pages_are_made() {
    let s = Scratch::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(!s.smime_ends(0, &["completions", shell]).is_empty());
    }
    s.smime_ends(0, &["man", "man"]);
    assert!(exists(&s, "man/smime.1") && exists(&s, "man/smime-sign.1"));
}

#[test]
fn recipients_come_from_a_file_as_well() {
    let s = setup();
    s.write(
        "team",
        b"# the team\nalice@example.com\n\n  bob@example.com # RSA\n",
    );
    s.smime_ends(0, &["encrypt", "mail.eml", "-R", "team", "-o", "e.eml"]);
    let inspected = report(&s.smime_ends(0, &["inspect", "e.eml", "--json"]));
    let mut kinds: Vec<_> = inspected["layers"][0]["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort();
    assert_eq!(kinds, ["kari", "ktri"]);
}

#[test]
fn devices_and_links_are_not_replaced() {
    let s = setup();
    s.smime_ends(
        0,
        &["sign", "mail.eml", "-s", "alice@example.com", "-o", "s.eml"],
    );
    std::process::Command::new("mkfifo")
        .arg(s.path().join("pipe"))
        .status()
        .unwrap();
    let reader = std::thread::spawn({
        let path = s.path().join("pipe");
        move || std::fs::read(path).unwrap()
    });
    s.smime_ends(0, &["verify", "s.eml", "-o", "pipe"]);
    assert!(reader.join().unwrap().ends_with(b"Hello Bob\r\n"));
    s.write("real", b"");
    std::os::unix::fs::symlink("real", s.path().join("link")).unwrap();
    s.smime_ends(2, &["verify", "s.eml", "-o", "link"]);
    s.smime_ends(0, &["verify", "s.eml", "-o", "link", "--force"]);
    assert!(
        std::fs::symlink_metadata(s.path().join("link"))
            .unwrap()
            .is_symlink()
    );
    assert!(
        std::fs::read(s.path().join("real"))
            .unwrap()
            .ends_with(b"Hello Bob\r\n")
    );
}

#[test]
fn detached_signatures_can_be_looked_at() {
    let s = setup();
    let sign = [
        "sign",
        "mail.eml",
        "-s",
        "alice@example.com",
        "--detached",
        "--out-format",
        "pem",
        "-o",
        "p7s",
    ];
    s.smime_ends(0, &sign);
    let inspected = report(&s.smime_ends(0, &["inspect", "p7s", "--json"]));
    assert_eq!(inspected["layers"][0]["form"], "detached");
    assert_eq!(
        inspected["layers"][0]["signers"][0]["verdict"],
        "not-checked"
    );
    s.smime_ends(2, &["verify", "p7s"]);
    let verified = s.smime_ends(0, &["verify", "p7s", "--content", "mail.eml", "--json"]);
    assert_eq!(report(&verified)["layers"][0]["size"], MAIL.len());
    s.write("other", b"other");
    s.smime_ends(1, &["verify", "p7s", "--content", "other"]);
}

#[test]
fn unauthenticated_stays_so_beside_a_signature() {
    let s = setup();
    let encrypt = [
        "encrypt",
        "mail.eml",
        "-r",
        "bob@example.com",
        "--cipher",
        "aes-256-cbc",
    ];
    s.smime_ends(0, &[&encrypt[..], &["-o", "e.eml"]].concat());
    s.smime_ends(
        0,
        &["sign", "mail.eml", "-s", "alice@example.com", "-o", "s.eml"],
    );
    let read = |name: &str| std::fs::read_to_string(s.path().join(name)).unwrap();
    let inner = |text: String| {
        text.split_once("MIME-Version: 1.0\r\n")
            .unwrap()
            .1
            .to_owned()
    };
    let mixed = format!(
        "From: alice@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=mixed\r\n\r\n\
         --mixed\r\n{}\r\n--mixed\r\n{}\r\n--mixed--\r\n",
        inner(read("s.eml")),
        inner(read("e.eml"))
    );
    s.write("mixed.eml", mixed.as_bytes());
    let opened = report(&s.smime_ends(0, &["open", "mixed.eml", "--json"]));
    assert_eq!(opened["verdict"], "unauthenticated");
    let codes: Vec<_> = opened["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].clone())
        .collect();
    assert!(codes.contains(&"partly-signed".into()), "{codes:?}");
    // Signed within, all of it: good.
    s.smime_ends(
        0,
        &[
            &encrypt[..],
            &["--sign", "alice@example.com", "-o", "se.eml"],
        ]
        .concat(),
    );
    assert_eq!(
        report(&s.smime_ends(0, &["open", "se.eml", "--json"]))["verdict"],
        "good"
    );
}

#[test]
fn a_name_cannot_write_lines_of_its_own() {
    let s = Scratch::new();
    s.smime_ends(
        0,
        &[
            "id",
            "new",
            "eve@example.com",
            "--name",
            "Eve\n  good signature, trusted: ceo@corp.com",
        ],
    );
    s.write("mail.eml", MAIL);
    s.smime_ends(
        0,
        &["sign", "mail.eml", "-s", "eve@example.com", "-o", "s.eml"],
    );
    let output = s.smime(&["verify", "s.eml"]);
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !text
            .lines()
            .any(|line| line.trim_start().starts_with("good signature")),
        "{text}"
    );
    let shown = s.smime_ends(0, &["cert", "show", "eve@example.com"]);
    assert!(String::from_utf8_lossy(&shown).contains("\\u{a}"));
}

#[test]
fn output_that_cannot_be_written_is_an_error_and_leaves_nothing() {
    let s = setup();
    s.smime_ends(
        0,
        &["sign", "mail.eml", "-s", "alice@example.com", "-o", "s.eml"],
    );
    s.smime_ends(8, &["verify", "s.eml", "-o", "o", "--status-fd", "99"]);
    assert!(!exists(&s, "o"));
    s.smime_ends(8, &["verify", "s.eml", "-o", "no/such/folder/o"]);
    for verb in ["verify s.eml --json", "inspect s.eml", "verify s.eml -o -"] {
        let script = format!(
            "SMIME_HOME=store {} {verb} > /dev/full",
            env!("CARGO_BIN_EXE_smime")
        );
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .current_dir(s.path())
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(8),
            "{verb}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn weak_keys_are_not_certified_and_files_stand_for_everybody_in_them() {
    let s = setup();
    if support::has_openssl("weak_keys_are_not_certified") {
        s.openssl(&[
            "req",
            "-new",
            "-newkey",
            "rsa:1024",
            "-noenc",
            "-keyout",
            "weak.key",
            "-subj",
            "/CN=weak",
            "-addext",
            "subjectAltName=email:weak@example.com",
            "-out",
            "weak.csr",
        ]);
        s.smime_ends(5, &["ca", "issue", "weak.csr", "-o", "weak.pem"]);
        assert!(!exists(&s, "weak.pem"));
    }
    s.smime_ends(
        0,
        &[
            "cert",
            "export",
            "alice@example.com",
            "bob@example.com",
            "-o",
            "two.pem",
        ],
    );
    assert!(
        !std::fs::read_to_string(s.path().join("two.pem"))
            .unwrap()
            .contains("PRIVATE")
    );
    s.smime_ends(0, &["encrypt", "mail.eml", "-r", "two.pem", "-o", "e.eml"]);
    let inspected = report(&s.smime_ends(0, &["inspect", "e.eml", "--json"]));
    assert_eq!(
        inspected["layers"][0]["recipients"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // A CA is nobody's mailbox.
    s.smime_ends(5, &["encrypt", "mail.eml", "-r", "ca.pem", "-o", "x.eml"]);
}

#[test]
fn a_closed_store_is_no_obstacle_to_verifying() {
    let s = Scratch::new();
    s.write("pass", b"geheim\n");
    s.smime_ends(0, &["id", "new", "eve@example.com", "--pass", "file:pass"]);
    s.write(
        "mail.eml",
        b"From: eve@example.com\nMIME-Version: 1.0\nContent-Type: text/plain\n\nx\n",
    );
    s.smime_ends(
        0,
        &[
            "sign",
            "mail.eml",
            "-s",
            "eve@example.com",
            "-o",
            "s.eml",
            "--pass",
            "file:pass",
        ],
    );
    s.smime_ends(0, &["trust", "add", "eve@example.com"]);
    s.smime_ends(0, &["open", "s.eml", "-o", "o"]);
    // No home, no store, but files: enough.
    s.smime_ends(0, &["cert", "export", "eve@example.com", "-o", "eve.pem"]);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_smime"))
        .args(["verify", "s.eml", "--ca", "eve.pem"])
        .env_clear()
        .current_dir(s.path())
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn certificates_that_end_soon_are_told() {
    let s = Scratch::new();
    s.smime_ends(0, &["ca", "init"]);
    s.smime_ends(0, &["ca", "issue", "alice@example.com", "--days", "20"]);
    s.smime_ends(0, &["ca", "issue", "bob@example.com", "--days", "60"]);
    s.write("text", b"Hello\n");
    let warned = |name: &str, at: Option<&str>| {
        let mut words = vec!["sign", "text", "-s", name, "--json", "-o", "out", "--force"];
        words.extend(at.iter().flat_map(|at| ["--at", at]));
        let output = s.smime(&words);
        assert!(output.status.success());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let code = report["warnings"][0]["code"].as_str().map(str::to_owned);
        let told = String::from_utf8_lossy(&output.stderr).contains("warning: the certificate");
        assert_eq!(told, code.is_some());
        code
    };
    assert_eq!(
        warned("alice@example.com", None).as_deref(),
        Some("expires-soon")
    );
    assert_eq!(warned("bob@example.com", None), None);
    let late = "2036-01-01T00:00:00Z";
    assert_eq!(
        warned("bob@example.com", Some(late)).as_deref(),
        Some("expired")
    );
    let listed = s.smime_ends(0, &["id", "list"]);
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let marked: Vec<_> = listed
        .lines()
        .filter(|line| line.contains(", expires in "))
        .collect();
    assert_eq!(marked.len(), 1, "{listed}");
    assert!(marked[0].contains("alice"), "{listed}");
}

/// The authorities of the system are believed on request alone, and the store's beside them.
#[test]
fn the_systems_authorities_are_trusted_on_request() {
    let s = Scratch::new();
    s.smime_ends(0, &["ca", "init", "-o", "ca.pem"]);
    s.smime_ends(0, &["ca", "issue", "alice@example.com"]);
    s.smime_ends(
        0,
        &["cert", "export", "alice@example.com", "-o", "alice.pem"],
    );
    let verify = |more: &[&str], system: &str, store: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_smime"))
            .args(["cert", "verify", "alice.pem", "--no-input"])
            .args(more)
            .env("SSL_CERT_FILE", s.path().join(system))
            .env_remove("SSL_CERT_DIR")
            .env("SMIME_HOME", s.path().join(store))
            .current_dir(s.path())
            .output()
            .unwrap();
        output.status.code().unwrap()
    };
    assert_eq!(verify(&[], "ca.pem", "nowhere"), 3);
    assert_eq!(verify(&["--system-trust"], "ca.pem", "nowhere"), 0);
    assert_eq!(verify(&["--system-trust"], "missing.pem", "nowhere"), 2);
    let other = Scratch::new();
    other.smime_ends(0, &["ca", "init", "-o", "other.pem"]);
    let foreign = std::fs::read(other.path().join("other.pem")).unwrap();
    s.write("foreign.pem", &foreign);
    assert_eq!(verify(&["--system-trust"], "foreign.pem", "nowhere"), 3);
    assert_eq!(verify(&["--system-trust"], "foreign.pem", "store"), 0);
}

/// Many commands that make a store at once find one store.
#[test]
fn a_store_is_made_once() {
    let s = Scratch::new();
    let children: Vec<_> = (0..8)
        .map(|_| {
            std::process::Command::new(env!("CARGO_BIN_EXE_smime"))
                .args(["cert", "list", "--no-input"])
                .env("SMIME_HOME", s.path().join("store"))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}
