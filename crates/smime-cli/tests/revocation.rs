//! Revocation: our CA's CRLs read by us and by OpenSSL, and OCSP responses that OpenSSL makes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use serde_json::Value;
use support::{Scratch, has_openssl};

/// A CA with Alice and Bob, and a mail of each.
fn setup() -> Scratch {
    let s = Scratch::new();
    s.smime_ends(
        0,
        &[
            "ca",
            "init",
            "--crl-url",
            "http://ca.example.com/crl",
            "-o",
            "ca.pem",
        ],
    );
    s.write("text", b"Hello\n");
    for name in ["alice", "bob"] {
        let address = format!("{name}@example.com");
        s.smime_ends(0, &["ca", "issue", &address]);
        s.smime_ends(
            0,
            &["cert", "export", &address, "-o", &format!("{name}.pem")],
        );
        let mail = format!("{name}.eml");
        s.smime_ends(0, &["sign", "text", "-s", &address, "-o", &mail]);
    }
    s
}

fn report(s: &Scratch, code: i32, words: &[&str]) -> Value {
    let mut words = words.to_vec();
    words.push("--json");
    serde_json::from_slice(&s.smime_ends(code, &words)).unwrap()
}

/// The path of the only signer.
fn signers_path(report: &Value) -> (String, String) {
    let path = &report["layers"][0]["signers"][0]["path"];
    let text = |name: &str| path[name].as_str().unwrap().to_owned();
    (text("status"), text("revocation"))
}

fn pair(status: &str, revocation: &str) -> (String, String) {
    (status.into(), revocation.into())
}

#[test]
fn a_revoked_signer_is_not_trusted() {
    let s = setup();
    let verify = |code, name: &str, crl: &[&str]| {
        let mut words = vec!["verify", name];
        words.extend(crl);
        signers_path(&report(&s, code, &words))
    };
    assert_eq!(verify(0, "alice.eml", &[]), pair("trusted", "not-checked"));
    s.smime_ends(0, &["ca", "crl", "-o", "one.crl"]);
    assert_eq!(
        verify(0, "alice.eml", &["--crl", "one.crl"]),
        pair("trusted", "good")
    );
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
    s.smime_ends(0, &["ca", "crl", "--der", "-o", "two.crl"]);
    assert_eq!(
        verify(3, "alice.eml", &["--crl", "two.crl"]),
        pair("revoked", "revoked")
    );
    assert_eq!(
        verify(0, "bob.eml", &["--crl", "two.crl"]),
        pair("trusted", "good")
    );
    // What is revoked is refused in soft mode too; nothing at all is looked at with none.
    let soft = ["--crl", "two.crl", "--revocation", "soft"];
    assert_eq!(verify(3, "alice.eml", &soft), pair("revoked", "revoked"));
    let none = ["--crl", "two.crl", "--revocation", "none"];
    assert_eq!(
        verify(0, "alice.eml", &none),
        pair("trusted", "not-checked")
    );
    // Without information hard refuses and soft says so.
    let hard = ["--revocation", "hard"];
    assert_eq!(verify(3, "bob.eml", &hard), pair("untrusted", "unknown"));
    let soft = ["--revocation", "soft"];
    assert_eq!(verify(0, "bob.eml", &soft), pair("trusted", "unknown"));
    let warned = report(&s, 0, &["verify", "bob.eml", "--revocation", "soft"]);
    assert_eq!(warned["warnings"][0]["code"], "revocation-unknown");
    // So does a list whose time is over.
    let late = ["--crl", "two.crl", "--at", "2027-06-01T00:00:00Z"];
    assert_eq!(verify(3, "bob.eml", &late), pair("untrusted", "unknown"));
}

#[test]
fn crls_in_a_message_are_used() {
    // rfc8550:2.1/6
    let s = setup();
    s.smime_ends(0, &["ca", "revoke", "alice@example.com"]);
    s.smime_ends(0, &["ca", "crl", "-o", "list.crl"]);
    for (name, code, expected) in [
        ("alice", 3, pair("revoked", "revoked")),
        ("bob", 0, pair("trusted", "good")),
    ] {
        let (id, mail) = (format!("{name}@example.com"), format!("{name}.crl.eml"));
        s.smime_ends(
            0,
            &["sign", "text", "-s", &id, "--crl", "list.crl", "-o", &mail],
        );
        assert_eq!(
            signers_path(&report(&s, code, &["verify", &mail])),
            expected
        );
    }
}

#[test]
fn a_hold_ends_and_other_revocations_do_not() {
    let s = setup();
    let status = |code| {
        s.smime_ends(0, &["ca", "crl", "--force", "-o", "list.crl"]);
        report(
            &s,
            code,
            &["cert", "verify", "bob.pem", "--crl", "list.crl"],
        );
    };
    let revoke = |code, reason| {
        s.smime_ends(
            code,
            &["ca", "revoke", "bob@example.com", "--reason", reason],
        );
    };
    revoke(2, "removeFromCRL");
    revoke(2, "noSuchReason");
    revoke(0, "certificateHold");
    status(3);
    revoke(0, "removeFromCRL");
    status(0);
    revoke(0, "certificateHold");
    revoke(0, "superseded");
    revoke(2, "removeFromCRL");
    status(3);
    s.smime_ends(2, &["ca", "revoke", "nobody@example.com"]);
}

#[test]
fn openssl_reads_our_crls() {
    // rfc8550:2.1/2
    if !has_openssl("openssl_reads_our_crls") {
        return;
    }
    let s = setup();
    s.smime_ends(0, &["ca", "revoke", "alice.pem", "--reason", "superseded"]);
    s.smime_ends(0, &["ca", "crl", "-o", "list.crl"]);
    s.openssl(&["crl", "-in", "list.crl", "-CAfile", "ca.pem", "-noout"]);
    let verify = |name| {
        let words = [
            "verify",
            "-crl_check",
            "-CRLfile",
            "list.crl",
            "-CAfile",
            "ca.pem",
            name,
        ];
        s.openssl_output(&words)
    };
    let alice = verify("alice.pem");
    let text = String::from_utf8_lossy(&alice.stderr).into_owned();
    assert!(
        !alice.status.success() && text.contains("revoked"),
        "{text}"
    );
    assert!(verify("bob.pem").status.success());
}

/// A line of the index that OpenSSL's responder reads.
fn index(s: &Scratch, name: &str, revoked: bool) -> String {
    let shown = report(s, 0, &["cert", "show", &format!("{name}.pem")]);
    let serial = shown["items"][0]["serial"].as_str().unwrap().to_uppercase();
    let (status, at) = if revoked {
        ("R", "260101000000Z,keyCompromise")
    } else {
        ("V", "")
    };
    format!("{status}\t300101000000Z\t{at}\t{serial}\tunknown\t/CN={name}\n")
}

#[test]
fn ocsp_responses_of_openssl_are_checked() {
    if !has_openssl("ocsp_responses_of_openssl_are_checked") {
        return;
    }
    let s = setup();
    s.smime_ends(0, &["ca", "issue", "responder", "--for", "ocsp-responder"]);
    s.smime_ends(0, &["id", "export", "responder", "--pem", "responder.pem"]);
    s.smime_ends(
        0,
        &["id", "export", "bob@example.com", "--pem", "impostor.pem"],
    );
    let lines = index(&s, "alice", true) + &index(&s, "bob", false);
    s.write("index.txt", lines.as_bytes());
    let answer = |name: &str, signer: &str, response: &str| {
        let cert = format!("{name}.pem");
        s.openssl(&[
            "ocsp", "-issuer", "ca.pem", "-cert", &cert, "-reqout", "request",
        ]);
        s.openssl(&[
            "ocsp",
            "-index",
            "index.txt",
            "-CA",
            "ca.pem",
            "-rsigner",
            signer,
            "-rkey",
            signer,
            "-reqin",
            "request",
            "-ndays",
            "2",
            "-respout",
            response,
        ]);
    };
    let verify = |code, name: &str, response: &str| {
        let words = ["cert", "verify", &format!("{name}.pem"), "--crl", response];
        let report = report(&s, code, &words);
        let path = &report["items"][0]["path"];
        (
            path["revocation"].as_str().unwrap().to_owned(),
            path["errors"].to_string(),
        )
    };
    answer("bob", "responder.pem", "bob.ocsp");
    answer("alice", "responder.pem", "alice.ocsp");
    answer("bob", "impostor.pem", "impostor.ocsp");
    assert_eq!(verify(0, "bob", "bob.ocsp").0, "good");
    let (status, errors) = verify(3, "alice", "alice.ocsp");
    assert_eq!(status, "revoked");
    assert!(errors.contains("keyCompromise"), "{errors}");
    // About another certificate, by one who may not sign, changed, and out of date.
    assert_eq!(verify(3, "alice", "bob.ocsp").0, "unknown");
    let (status, errors) = verify(3, "bob", "impostor.ocsp");
    assert_eq!(status, "unknown");
    assert!(errors.contains("not signed by one who may"), "{errors}");
    let mut octets = std::fs::read(s.path().join("bob.ocsp")).unwrap();
    let last = octets.len() - 1;
    // The end of the certificate that came along, then the last octet but 600: within the signature or the answer.
    for at in [last, last - 600] {
        octets[at] ^= 1;
        s.write("changed.ocsp", &octets);
        let code = s
            .smime(&["cert", "verify", "bob.pem", "--crl", "changed.ocsp"])
            .status
            .code()
            .unwrap();
        assert_ne!(code, 0, "{at}");
        octets[at] ^= 1;
    }
    let late = [
        "cert",
        "verify",
        "bob.pem",
        "--crl",
        "bob.ocsp",
        "--at",
        "2027-11-01T00:00:00Z",
    ];
    let late = report(&s, 3, &late);
    assert!(
        late["items"][0]["path"]["errors"]
            .to_string()
            .contains("out of date")
    );
}

/// RFC 5280, 6.3.3; RFC 6960, 3.2: what says that a certificate is revoked counts, whatever else says that it was not.
#[test]
fn older_information_hides_no_revocation() {
    if !has_openssl("older_information_hides_no_revocation") {
        return;
    }
    let s = setup();
    s.smime_ends(0, &["ca", "issue", "responder", "--for", "ocsp-responder"]);
    s.smime_ends(0, &["id", "export", "responder", "--pem", "responder.pem"]);
    s.write("index.txt", index(&s, "bob", false).as_bytes());
    s.openssl(&[
        "ocsp",
        "-issuer",
        "ca.pem",
        "-cert",
        "bob.pem",
        "-index",
        "index.txt",
        "-CA",
        "ca.pem",
        "-rsigner",
        "responder.pem",
        "-rkey",
        "responder.pem",
        "-ndays",
        "2",
        "-respout",
        "good.ocsp",
    ]);
    s.smime_ends(0, &["ca", "crl", "-o", "old.crl"]);
    // The attacker's mail brings along what was true before.
    for (old, mail) in [("good.ocsp", "ocsp.eml"), ("old.crl", "crl.eml")] {
        let words = [
            "sign",
            "text",
            "-s",
            "bob@example.com",
            "--crl",
            old,
            "-o",
            mail,
        ];
        s.smime_ends(0, &words);
        let carried = report(&s, 0, &["verify", mail]);
        assert_eq!(signers_path(&carried), pair("trusted", "good"), "{mail}");
    }
    s.smime_ends(
        0,
        &[
            "ca",
            "revoke",
            "bob@example.com",
            "--reason",
            "keyCompromise",
        ],
    );
    s.smime_ends(0, &["ca", "crl", "-o", "new.crl"]);
    for mail in ["ocsp.eml", "crl.eml"] {
        for mode in ["hard", "soft"] {
            let words = ["verify", mail, "--crl", "new.crl", "--revocation", mode];
            let found = signers_path(&report(&s, 3, &words));
            assert_eq!(found, pair("revoked", "revoked"), "{mail} {mode}");
        }
    }
    // Nor does what uses up the budget: an answer whose signature is larger than any.
    let answer = std::fs::read(s.path().join("good.ocsp")).unwrap();
    s.write("junk.ocsp", &swollen(&answer));
    let words = [
        "cert",
        "verify",
        "bob.pem",
        "--crl",
        "good.ocsp",
        "--crl",
        "junk.ocsp",
        "--crl",
        "new.crl",
    ];
    for mode in ["hard", "soft"] {
        let found = report(&s, 3, &[&words[..], &["--revocation", mode]].concat());
        let status = &found["items"][0]["path"]["revocation"];
        assert_ne!(status, "good", "{mode}");
    }
    for old in ["good.ocsp", "old.crl"] {
        for order in [[old, "new.crl"], ["new.crl", old]] {
            let words = [
                "cert", "verify", "bob.pem", "--crl", order[0], "--crl", order[1],
            ];
            let found = report(&s, 3, &words);
            assert_eq!(
                found["items"][0]["path"]["revocation"], "revoked",
                "{order:?}"
            );
        }
    }
}

/// A new CA does not take the books of the one before with it.
#[test]
fn an_older_ca_still_revokes() {
    let s = setup();
    let shown = report(&s, 0, &["cert", "show", "ca.pem"]);
    let first = shown["items"][0]["sha256"].as_str().unwrap().to_owned();
    s.smime_ends(
        0,
        &[
            "ca",
            "init",
            "--force",
            "--name",
            "Another",
            "-o",
            "second.pem",
        ],
    );
    let serial = |name: &str| {
        let shown = report(&s, 0, &["cert", "show", &format!("{name}.pem")]);
        shown["items"][0]["serial"].as_str().unwrap().to_owned()
    };
    let (alice, bob) = (serial("alice"), serial("bob"));
    // The newest has issued nothing; all are entered, or none.
    s.smime_ends(2, &["ca", "revoke", &alice]);
    let old = ["--authority", &first[..16]];
    let revoke = |code, more: &[&str]| {
        let words = [&["ca", "revoke"][..], more, &old].concat();
        s.smime_ends(code, &words);
    };
    revoke(2, &[&alice, &bob, "00"]);
    revoke(2, &[&alice, "--reason", "removeFromCRL"]);
    let listed = report(&s, 0, &[&["ca", "list"][..], &old].concat());
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(
        items.iter().all(|item| item["revoked"].is_null()),
        "{items:?}"
    );
    revoke(0, &[&alice]);
    s.smime_ends(0, &[&["ca", "crl", "-o", "list.crl"][..], &old].concat());
    let words = [
        "cert",
        "verify",
        "alice.pem",
        "--crl",
        "list.crl",
        "--ca",
        "ca.pem",
    ];
    let found = report(&s, 3, &words);
    assert_eq!(found["items"][0]["path"]["revocation"], "revoked");
    s.smime_ends(2, &["ca", "list", "--authority", "beef"]);
    // Both begin with nothing.
    s.smime_ends(0, &["ca", "list", "--authority", &first.to_uppercase()]);
}

/// An OCSPResponse whose signature has eleven million octets.
fn swollen(response: &[u8]) -> Vec<u8> {
    use cms_core::ber::{Cursor, Tag, write};
    let children = |octets: &[u8]| -> Vec<Vec<u8>> {
        let mut cursor = Cursor::single(octets, 0).unwrap().children();
        let mut found = Vec::new();
        while !cursor.is_empty() {
            found.push(cursor.element().unwrap().raw().to_vec());
        }
        found
    };
    let outer = children(response);
    let bytes = children(&children(&outer[1])[0]);
    let octets = Cursor::single(&bytes[1], 0).unwrap();
    let mut basic = children(octets.contents());
    assert_eq!(Cursor::single(&basic[2], 0).unwrap().tag(), Tag::BIT_STRING);
    basic[2] = write::bit_string(&vec![7; 11_000_000]);
    let basic = write::sequence(&[&basic.concat()]);
    let bytes = write::sequence(&[&bytes[0], &write::octet_string(&basic)]);
    write::sequence(&[&outer[0], &write::context(0, &bytes)])
}
