//! OpenSSL both ways: what either makes, the other reads.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;
use support::{Scratch, has_openssl};

/// A scratch folder with testkit's keys and a content with line ends of both kinds and binary octets.
fn setup() -> Scratch {
    let scratch = Scratch::new();
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/data");
    for name in [
        "ca.pem",
        "alice.pem",
        "alice.key.pem",
        "bob.pem",
        "bob.key.pem",
    ] {
        std::fs::copy(data.join(name), scratch.path().join(name)).unwrap();
    }
    let content: Vec<u8> = (0..=255u8)
        .cycle()
        .take(100_000)
        .chain(*b"\nline\r\nend")
        .collect();
    scratch.write("in.bin", &content);
    scratch.write(
        "text.txt",
        b"Content-Type: text/plain\r\n\r\nHello\r\nWorld\r\n",
    );
    scratch
}

const PEOPLE: [&str; 2] = ["alice", "bob"];

fn identity(name: &str) -> String {
    format!("{name}.pem,{name}.key.pem")
}

fn same(scratch: &Scratch, one: &str, two: &str) {
    let read = |name| std::fs::read(scratch.path().join(name)).unwrap();
    assert!(read(one) == read(two), "{one} and {two} differ");
}

#[test]
fn openssl_verifies_our_signatures() {
    // rfc5754:2/4, rfc8551:2.1/2, 2.4.1/2, 2.4.1/3, 2.4.2/1
    if !has_openssl("openssl_verifies_our_signatures") {
        return;
    }
    let s = setup();
    for name in PEOPLE {
        let id = identity(name);
        let sign = [
            "sign",
            "in.bin",
            "-s",
            &id,
            "--force",
            "-o",
            "s",
            "--out-format",
            "der",
        ];
        for extra in [
            &["--opaque"][..],
            &["--opaque", "--stream"],
            &["--opaque", "--no-attrs"],
            &["--opaque", "--key-id"],
            &["--opaque", "--digest", "sha-512"],
            &["--opaque", "--digest", "sha-384", "--stream", "--key-id"],
        ] {
            s.smime_ends(0, &[&sign, extra].concat());
            s.openssl(&[
                "cms", "-verify", "-binary", "-inform", "DER", "-in", "s", "-CAfile", "ca.pem",
                "-out", "o",
            ]);
            same(&s, "in.bin", "o");
        }
        for extra in [&["--detached"][..], &["--detached", "--no-attrs"]] {
            s.smime_ends(0, &[&sign, extra].concat());
            s.openssl(&[
                "cms", "-verify", "-binary", "-inform", "DER", "-in", "s", "-content", "in.bin",
                "-CAfile", "ca.pem", "-out", "o",
            ]);
        }
        for extra in [&["--clear"][..], &["--opaque"], &["--opaque", "--stream"]] {
            let sign = ["sign", "text.txt", "-s", &id, "--force", "-o", "s.eml"];
            s.smime_ends(0, &[&sign, extra].concat());
            s.openssl(&[
                "cms", "-verify", "-in", "s.eml", "-CAfile", "ca.pem", "-out", "o",
            ]);
            same(&s, "text.txt", "o");
        }
    }
    let sign = [
        "sign",
        "in.bin",
        "-s",
        "alice.pem,alice.key.pem",
        "--pss",
        "--force",
        "-o",
        "s",
        "--out-format",
        "pem",
    ];
    s.smime_ends(0, &sign);
    s.openssl(&[
        "cms", "-verify", "-binary", "-inform", "PEM", "-in", "s", "-CAfile", "ca.pem", "-out", "o",
    ]);
    same(&s, "in.bin", "o");
}

#[test]
fn we_verify_openssl_signatures() {
    // rfc3370:3.2/4, rfc8551:2.4.1/3
    if !has_openssl("we_verify_openssl_signatures") {
        return;
    }
    let s = setup();
    for name in PEOPLE {
        let (cert, key) = (format!("{name}.pem"), format!("{name}.key.pem"));
        let sign = [
            "cms", "-sign", "-binary", "-in", "in.bin", "-outform", "DER", "-out", "s", "-signer",
            &cert, "-inkey", &key,
        ];
        for extra in [
            &["-nodetach"][..],
            &["-nodetach", "-stream"],
            &["-nodetach", "-noattr"],
            &["-nodetach", "-keyid"],
            &["-nodetach", "-md", "sha512"],
            &["-nodetach", "-nosmimecap", "-md", "sha384"],
        ] {
            s.openssl(&[&sign, extra].concat());
            s.smime_ends(0, &["verify", "s", "--ca", "ca.pem", "-o", "o", "--force"]);
            same(&s, "in.bin", "o");
        }
        for extra in [&[][..], &["-noattr"], &["-keyid"]] {
            s.openssl(&[&sign, extra].concat());
            s.smime_ends(
                0,
                &[
                    "verify",
                    "s",
                    "--content",
                    "in.bin",
                    "--ca",
                    "ca.pem",
                    "-o",
                    "o",
                    "--force",
                ],
            );
            same(&s, "in.bin", "o");
            // Detached: without its content there is nothing to verify.
            s.smime_ends(2, &["verify", "s", "--ca", "ca.pem"]);
        }
        s.openssl(&[
            "cms", "-sign", "-in", "text.txt", "-out", "s.eml", "-signer", &cert, "-inkey", &key,
        ]);
        s.smime_ends(
            0,
            &["verify", "s.eml", "--ca", "ca.pem", "-o", "o", "--force"],
        );
        same(&s, "text.txt", "o");
        s.openssl(&[
            "cms",
            "-sign",
            "-nodetach",
            "-in",
            "text.txt",
            "-out",
            "s.eml",
            "-signer",
            &cert,
            "-inkey",
            &key,
        ]);
        s.smime_ends(
            0,
            &["open", "s.eml", "--ca", "ca.pem", "-o", "o", "--force"],
        );
        same(&s, "text.txt", "o");
    }
    s.openssl(&[
        "cms",
        "-sign",
        "-binary",
        "-in",
        "in.bin",
        "-outform",
        "DER",
        "-out",
        "s",
        "-nodetach",
        "-signer",
        "alice.pem",
        "-inkey",
        "alice.key.pem",
        "-keyopt",
        "rsa_padding_mode:pss",
    ]);
    s.smime_ends(0, &["verify", "s", "--ca", "ca.pem"]);
    s.openssl(&[
        "cms",
        "-sign",
        "-binary",
        "-in",
        "in.bin",
        "-outform",
        "PEM",
        "-out",
        "s",
        "-nodetach",
        "-signer",
        "alice.pem",
        "-inkey",
        "alice.key.pem",
        "-signer",
        "bob.pem",
        "-inkey",
        "bob.key.pem",
    ]);
    s.smime_ends(0, &["verify", "s", "--ca", "ca.pem"]);
    // Nobody is trusted without an anchor.
    s.smime_ends(3, &["verify", "s"]);
}

#[test]
fn openssl_decrypts_our_messages() {
    // rfc5083:2.1/1, rfc8551:2.3/3, 2.4.1/5, 2.7/1, 2.7/2, rfc3370:4.1/1
    if !has_openssl("openssl_decrypts_our_messages") {
        return;
    }
    let s = setup();
    for name in PEOPLE {
        let (cert, key) = (format!("{name}.pem"), format!("{name}.key.pem"));
        for cipher in [
            "aes-256-cbc",
            "aes-128-cbc",
            "aes-192-cbc",
            "aes-256-gcm",
            "aes-128-gcm",
            "aes-192-gcm",
        ] {
            for extra in [
                &[][..],
                &["--stream"],
                &["--key-id"],
                &["--rsa", "v15"],
                &["--oaep-hash", "sha-512"],
            ] {
                let encrypt = [
                    "encrypt",
                    "in.bin",
                    "-r",
                    &cert,
                    "--cipher",
                    cipher,
                    "--out-format",
                    "der",
                    "-o",
                    "e",
                    "--force",
                ];
                s.smime_ends(0, &[&encrypt, extra].concat());
                let _ = std::fs::remove_file(s.path().join("o"));
                s.openssl(&[
                    "cms", "-decrypt", "-binary", "-inform", "DER", "-in", "e", "-recip", &cert,
                    "-inkey", &key, "-out", "o",
                ]);
                same(&s, "in.bin", "o");
            }
        }
        s.smime_ends(
            0,
            &[
                "encrypt",
                "text.txt",
                "-r",
                &cert,
                "--cipher",
                "aes-256-cbc",
                "-o",
                "e.eml",
                "--force",
            ],
        );
        s.openssl(&[
            "cms", "-decrypt", "-in", "e.eml", "-recip", &cert, "-inkey", &key, "-out", "o",
        ]);
        same(&s, "text.txt", "o");
    }
}

#[test]
fn we_decrypt_openssl_messages() {
    if !has_openssl("we_decrypt_openssl_messages") {
        return;
    }
    let s = setup();
    for name in PEOPLE {
        let (cert, id) = (format!("{name}.pem"), identity(name));
        let mut options = vec![vec![], vec!["-stream"], vec!["-keyid"]];
        if name == "alice" {
            for (hash, mgf) in [
                ("sha1", "sha1"),
                ("sha256", "sha256"),
                ("sha256", "sha1"),
                ("sha512", "sha384"),
            ] {
                options.push(
                    vec![format!("rsa_oaep_md:{hash}"), format!("rsa_mgf1_md:{mgf}")]
                        .into_iter()
                        .map(|text: String| &*text.leak())
                        .collect(),
                );
            }
        } else {
            options.push(vec!["ecdh_kdf_md:sha256"]);
            options.push(vec!["ecdh_kdf_md:sha384", "ecdh_cofactor_mode:1"]);
        }
        for cipher in [
            "-aes-256-cbc",
            "-aes-128-cbc",
            "-aes-256-gcm",
            "-aes-128-gcm",
        ] {
            for option in &options {
                let mut encrypt = vec![
                    "cms", "-encrypt", cipher, "-binary", "-in", "in.bin", "-outform", "DER",
                    "-out", "e",
                ];
                encrypt.extend(option.iter().filter(|text| text.starts_with('-')));
                encrypt.extend(["-recip", &cert]);
                let keyopts: Vec<_> = option
                    .iter()
                    .filter(|text| !text.starts_with('-'))
                    .collect();
                if name == "alice" && !keyopts.is_empty() {
                    encrypt.extend(["-keyopt", "rsa_padding_mode:oaep"]);
                }
                for keyopt in keyopts {
                    encrypt.extend(["-keyopt", keyopt]);
                }
                s.openssl(&encrypt);
                s.smime_ends(0, &["decrypt", "e", "-k", &id, "-o", "o", "--force"]);
                same(&s, "in.bin", "o");
            }
        }
        // Historic ciphers: refused by default, read under legacy.
        s.openssl(&[
            "cms", "-encrypt", "-des3", "-in", "text.txt", "-out", "e.eml", "-recip", &cert,
        ]);
        std::fs::remove_file(s.path().join("o")).unwrap();
        s.smime_ends(5, &["decrypt", "e.eml", "-k", &id, "-o", "o"]);
        assert!(!s.path().join("o").exists());
        s.smime_ends(
            0,
            &[
                "decrypt",
                "e.eml",
                "-k",
                &id,
                "-o",
                "o",
                "--profile",
                "legacy",
            ],
        );
        same(&s, "text.txt", "o");
        // Strict delivers nothing that is not authenticated.
        s.openssl(&[
            "cms",
            "-encrypt",
            "-aes-256-cbc",
            "-in",
            "text.txt",
            "-out",
            "e.eml",
            "-recip",
            &cert,
        ]);
        s.smime_ends(
            5,
            &[
                "decrypt",
                "e.eml",
                "-k",
                &id,
                "-o",
                "o2",
                "--profile",
                "strict",
            ],
        );
        let stdout = s.smime_ends(0, &["decrypt", "e.eml", "-k", &id, "--json"]);
        let report: serde_json::Value = serde_json::from_slice(&stdout).unwrap();
        assert_eq!(report["verdict"], "unauthenticated");
        // Somebody else's key does not fit.
        let other = identity(if name == "alice" { "bob" } else { "alice" });
        s.smime_ends(4, &["decrypt", "e.eml", "-k", &other, "-o", "o2"]);
        assert!(!s.path().join("o2").exists());
    }
}
