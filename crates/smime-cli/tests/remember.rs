//! `--remember`: certificates and capabilities out of verified mail, and what is not believed.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use cms_core::types::Time;
use serde_json::Value;
use support::{Scratch, has_openssl};

/// Bob's store; his mail is signed by OpenSSL, which announces CBC alone. `home` is the store of the one who reads it.
fn setup() -> Scratch {
    setup_at(&[])
}

/// The same with certificates that begin at another time.
fn setup_at(at: &[&str]) -> Scratch {
    let s = Scratch::new();
    let bob = ["--store", "bobs"];
    s.smime_ends(0, &[&["ca", "init", "-o", "ca.pem"], &bob[..], at].concat());
    s.smime_ends(
        0,
        &[&["ca", "issue", "bob@example.com"], &bob[..], at].concat(),
    );
    let export = ["id", "export", "bob@example.com", "--pem", "bob.pem"];
    s.smime_ends(0, &[&export[..], &bob[..]].concat());
    s.write("text", b"Hello\n");
    s.openssl(&[
        "cms",
        "-sign",
        "-in",
        "text",
        "-text",
        "-signer",
        "bob.pem",
        "-from",
        "bob@example.com",
        "-out",
        "mail.eml",
    ]);
    s
}

fn cipher(s: &Scratch) -> String {
    let words = [
        "encrypt",
        "text",
        "-r",
        "bob@example.com",
        "--force",
        "-o",
        "secret.eml",
        "--json",
    ];
    let report: Value = serde_json::from_slice(&s.smime_ends(0, &words)).unwrap();
    report["cipher"].as_str().unwrap().to_owned()
}

#[test]
fn verified_mail_teaches_how_to_answer() {
    if !has_openssl("verified_mail_teaches_how_to_answer") {
        return;
    }
    let s = setup();
    s.smime_ends(
        2,
        &[
            "encrypt",
            "text",
            "-r",
            "bob@example.com",
            "-o",
            "secret.eml",
        ],
    );
    // Without the word nothing is kept.
    s.smime_ends(0, &["verify", "mail.eml", "--ca", "ca.pem"]);
    s.smime_ends(
        2,
        &[
            "encrypt",
            "text",
            "-r",
            "bob@example.com",
            "-o",
            "secret.eml",
        ],
    );
    s.smime_ends(0, &["verify", "mail.eml", "--ca", "ca.pem", "--remember"]);
    assert_eq!(cipher(&s), "aes-256-cbc");
    // The certificate alone says more: our own program reads AES-GCM.
    let by_file = [
        "encrypt",
        "text",
        "-r",
        "bob.pem",
        "--store",
        "bobs",
        "--force",
        "-o",
        "secret.eml",
        "--json",
    ];
    let report: Value = serde_json::from_slice(&s.smime_ends(0, &by_file)).unwrap();
    assert_eq!(report["cipher"], "aes-256-gcm");
}

#[test]
fn a_pair_of_keys_is_remembered_with_the_one_that_decrypts() {
    let s = Scratch::new();
    let bob = ["--store", "bobs"];
    s.smime_ends(0, &[&["ca", "init", "-o", "ca.pem"], &bob[..]].concat());
    let issue = ["ca", "issue", "bob@example.com", "--split", "--alg", "p384"];
    s.smime_ends(0, &[&issue[..], &bob[..]].concat());
    s.write(
        "mail",
        b"From: bob@example.com\nContent-Type: text/plain\n\nHello\n",
    );
    let sign = ["sign", "mail", "-s", "bob@example.com", "-o", "signed.eml"];
    s.smime_ends(0, &[&sign[..], &bob[..]].concat());
    s.smime_ends(0, &["verify", "signed.eml", "--ca", "ca.pem", "--remember"]);
    s.smime_ends(
        0,
        &[
            "encrypt",
            "mail",
            "-r",
            "bob@example.com",
            "-o",
            "secret.eml",
        ],
    );
    let open = ["open", "secret.eml", "-o", "opened"];
    s.smime_ends(0, &[&open[..], &bob[..]].concat());
}

#[test]
fn mail_that_is_not_sure_teaches_nothing() {
    // rfc8551:2.7.1/1
    if !has_openssl("mail_that_is_not_sure_teaches_nothing") {
        return;
    }
    let s = setup();
    let nothing = || {
        s.smime_ends(
            2,
            &[
                "encrypt",
                "text",
                "-r",
                "bob@example.com",
                "--force",
                "-o",
                "secret.eml",
            ],
        );
    };
    // No path; no look at trust; another sender; a changed text.
    s.smime_ends(3, &["verify", "mail.eml", "--remember"]);
    nothing();
    s.smime_ends(0, &["verify", "mail.eml", "--no-trust", "--remember"]);
    nothing();
    let other = [
        "verify",
        "mail.eml",
        "--ca",
        "ca.pem",
        "--from",
        "eve@example.com",
        "--remember",
    ];
    s.smime_ends(3, &other);
    nothing();
    let mail = std::fs::read_to_string(s.path().join("mail.eml")).unwrap();
    s.write("changed.eml", mail.replacen("Hello", "Hallo", 1).as_bytes());
    s.smime_ends(
        1,
        &["verify", "changed.eml", "--ca", "ca.pem", "--remember"],
    );
    nothing();
}

#[test]
fn mail_from_the_future_does_not_teach_how_to_answer() {
    // rfc8551:2.7.1/1
    if !has_openssl("mail_from_the_future_does_not_teach_how_to_answer") {
        return;
    }
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let at = |seconds: u64| {
        let time = Time::from_unix(i64::try_from(seconds).unwrap());
        time.to_rfc3339()
    };
    let s = setup_at(&["--at", &at(now - 86_400)]);
    let verify = |time: &str| {
        let words = [
            "verify",
            "mail.eml",
            "--ca",
            "ca.pem",
            "--remember",
            "--at",
            time,
        ];
        s.smime_ends(0, &words);
    };
    // Seen from an hour before, the mail is of the future; from a minute before, by a clock that is slow.
    verify(&at(now - 3600));
    assert_eq!(cipher(&s), "aes-256-gcm");
    verify(&at(now - 60));
    assert_eq!(cipher(&s), "aes-256-cbc");
}

#[test]
fn a_renewed_identity_is_like_the_old_one() {
    let s = Scratch::new();
    s.smime_ends(0, &["ca", "init"]);
    s.write("text", b"Hello\n");
    for alg in ["p384", "rsa3072", "ml-dsa-65"] {
        let address = format!("{alg}@example.com");
        s.smime_ends(0, &["ca", "issue", &address, "--split", "--alg", alg]);
        let secret = format!("{alg}.eml");
        s.smime_ends(0, &["encrypt", "text", "-r", &address, "-o", &secret]);
        let renewed = s.smime_ends(0, &["id", "renew", &address, "--json"]);
        let renewed: Value = serde_json::from_slice(&renewed).unwrap();
        assert_eq!(renewed["items"].as_array().unwrap().len(), 2);
        let signed = format!("{alg}.signed");
        s.smime_ends(0, &["sign", "text", "-s", &address, "-o", &signed]);
        s.smime_ends(0, &["verify", &signed]);
        s.smime_ends(0, &["open", &secret, "--force", "-o", "old.txt"]);
    }
    // One that another CA issued cannot be renewed here; a self-signed one renews itself.
    s.smime_ends(0, &["id", "new", "self@example.com", "--store", "other"]);
    s.smime_ends(0, &["id", "renew", "self@example.com", "--store", "other"]);
    s.smime_ends(
        0,
        &["id", "export", "p384@example.com", "--pem", "foreign.pem"],
    );
    s.smime_ends(0, &["id", "import", "foreign.pem", "--store", "other"]);
    s.smime_ends(2, &["id", "renew", "p384@example.com", "--store", "other"]);
}

#[test]
fn a_retired_identity_decrypts_and_does_nothing_else() {
    let s = Scratch::new();
    s.smime_ends(0, &["ca", "init"]);
    s.smime_ends(0, &["ca", "issue", "alice@example.com"]);
    s.write("text", b"Hello\n");
    let encrypt = |code| {
        s.smime_ends(
            code,
            &[
                "encrypt",
                "text",
                "-r",
                "alice@example.com",
                "--force",
                "-o",
                "secret.eml",
            ],
        );
    };
    let sign = |code| {
        s.smime_ends(
            code,
            &[
                "sign",
                "text",
                "-s",
                "alice@example.com",
                "--force",
                "-o",
                "signed.eml",
            ],
        );
    };
    encrypt(0);
    sign(0);
    s.smime_ends(0, &["id", "retire", "alice@example.com"]);
    s.smime_ends(2, &["id", "retire", "alice@example.com"]);
    sign(5);
    encrypt(2);
    s.smime_ends(0, &["open", "secret.eml", "-o", "old.txt"]);
    // A new one takes its place; what was written to the old one still opens.
    s.smime_ends(0, &["ca", "issue", "alice@example.com"]);
    s.smime_ends(0, &["open", "secret.eml", "--force", "-o", "old.txt"]);
    encrypt(0);
    sign(0);
    s.smime_ends(0, &["open", "secret.eml", "-o", "new.txt"]);
}
