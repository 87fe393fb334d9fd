//! The verbs for the remaining types of CMS, for added signatures and for symmetric recipients, as a user calls them.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::Value;
use support::{Scratch, has_openssl};

/// Text with local line ends, long enough for several chunks of anything.
fn text() -> Vec<u8> {
    (0..20_000u32)
        .flat_map(|n| format!("line {n} of a text\n").into_bytes())
        .collect()
}

fn setup() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("text", &text());
    scratch.write("kek", &[7; 32]);
    scratch.write("password", b"correct horse\n");
    scratch.write("wrong", b"battery staple\n");
    for (name, alg) in [("alice", "p256"), ("bob", "rsa2048")] {
        let address = format!("{name}@example.com");
        scratch.smime_ends(0, &["id", "new", &address, "--alg", alg, "-q"]);
        let pem = format!("{name}.pem");
        scratch.smime_ends(0, &["id", "export", &address, "--pem", &pem, "-q"]);
        let certificate = format!("{name}.cert");
        scratch.smime_ends(0, &["cert", "export", &address, "-o", &certificate, "-q"]);
    }
    scratch
}

fn read(scratch: &Scratch, name: &str) -> Vec<u8> {
    std::fs::read(scratch.file(name)).unwrap()
}

fn report(octets: &[u8]) -> Value {
    serde_json::from_slice(octets).unwrap()
}

fn exists(scratch: &Scratch, name: &str) -> bool {
    scratch.path().join(name).exists()
}

#[test]
fn compressed_mail_and_files_come_back() {
    let scratch = setup();
    for options in [
        &["--out-format", "der"][..],
        &["--out-format", "pem"],
        &["--out-format", "der", "--stream"],
    ] {
        let mut words = vec!["compress", "text", "-o", "compressed", "--force", "-q"];
        words.extend(options);
        scratch.smime_ends(0, &words);
        assert!(read(&scratch, "compressed").len() < text().len() / 2);
        scratch.smime_ends(
            0,
            &["decompress", "compressed", "-o", "out", "--force", "-q"],
        );
        assert_eq!(read(&scratch, "out"), text());
    }
    scratch.smime_ends(0, &["compress", "text", "-o", "mail", "-q"]);
    let mail = String::from_utf8(read(&scratch, "mail")).unwrap();
    assert!(mail.contains("smime-type=compressed-data") && mail.contains("smime.p7z"));
    let out = scratch.smime_ends(0, &["open", "mail", "--no-trust", "--json", "-o", "entity"]);
    let report = report(&out);
    assert_eq!(report["layers"][0]["type"], "compressed-data");
    assert_eq!(report["layers"][0]["algorithm"], "zlib");
    assert!(read(&scratch, "entity").starts_with(b"Content-Type: text/plain"));
    scratch.smime_ends(1, &["decompress", "text", "-o", "none"]);
}

#[test]
fn bombs_end_with_the_limit_and_leave_nothing() {
    let scratch = setup();
    scratch.write("zeros", &vec![0; 8 << 20]);
    scratch.smime_ends(
        0,
        &[
            "compress",
            "zeros",
            "--out-format",
            "der",
            "-o",
            "bomb",
            "-q",
        ],
    );
    let out = scratch.smime_ends(7, &["decompress", "bomb", "-o", "out", "--json"]);
    assert_eq!(report(&out)["error"]["code"], "limit");
    assert!(!exists(&scratch, "out"));
    scratch.smime_ends(7, &["open", "bomb", "-o", "out", "--no-trust"]);
    let wide = [
        "decompress",
        "bomb",
        "--max-ratio",
        "2000",
        "-o",
        "out",
        "-q",
    ];
    scratch.smime_ends(0, &wide);
    assert_eq!(read(&scratch, "out").len(), 8 << 20);
    let small = [
        "decompress",
        "bomb",
        "--max-ratio",
        "2000",
        "--max-size",
        "1000000",
        "-o",
        "less",
    ];
    scratch.smime_ends(7, &small);
    assert!(!exists(&scratch, "less"));
}

#[test]
fn zlib_of_python_reads_what_we_compress_and_the_other_way_round() {
    let python = std::process::Command::new("python3")
        .arg("--version")
        .output();
    if !python.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED zlib_of_python: no python3");
        return;
    }
    let scratch = setup();
    scratch.smime_ends(
        0,
        &[
            "compress",
            "text",
            "--out-format",
            "der",
            "-o",
            "compressed",
            "-q",
        ],
    );
    let script = "import zlib; d=open('compressed','rb').read(); i=d.index(b'\\x78'); \
                  t=zlib.decompress(d[i:]); open('out','wb').write(t); \
                  c=zlib.compress(t,9); n=len(c); \
                  h=lambda tag,n: bytes([tag,0x84])+n.to_bytes(4,'big'); \
                  oid=bytes.fromhex('060b2a864886f70d0109100109'); \
                  alg=bytes.fromhex('300d060b2a864886f70d0109100308'); \
                  data=bytes.fromhex('06092a864886f70d010701'); \
                  e=h(4,n)+c; e=h(0xa0,len(e))+e; e=data+e; e=h(0x30,len(e))+e; \
                  s=bytes([2,1,0])+alg+e; s=h(0x30,len(s))+s; s=h(0xa0,len(s))+s; \
                  open('python','wb').write(h(0x30,len(oid+s))+oid+s)";
    let ran = std::process::Command::new("python3")
        .args(["-c", script])
        .current_dir(scratch.path())
        .status()
        .unwrap();
    assert!(ran.success());
    assert_eq!(read(&scratch, "out"), text());
    scratch.smime_ends(0, &["decompress", "python", "-o", "back", "-q"]);
    assert_eq!(read(&scratch, "back"), text());
}

#[test]
fn digested_data_holds_and_is_noticed_when_it_does_not() {
    let scratch = setup();
    for options in [&[][..], &["--stream"], &["--detached"]] {
        let mut words = vec!["cms", "digest", "text", "-o", "digested", "--force", "-q"];
        words.extend(options);
        scratch.smime_ends(0, &words);
        let mut words = vec![
            "cms", "digest", "--read", "digested", "-o", "out", "--force", "-q",
        ];
        if options.contains(&"--detached") {
            words.extend(["--content", "text"]);
        }
        scratch.smime_ends(0, &words);
        assert_eq!(read(&scratch, "out"), text());
    }
    if has_openssl("digested data") {
        scratch.openssl(&[
            "cms",
            "-digest_verify",
            "-inform",
            "DER",
            "-in",
            "digested",
            "-content",
            "text",
            "-binary",
            "-out",
            "openssl",
        ]);
        scratch.openssl(&[
            "cms",
            "-digest_create",
            "-in",
            "text",
            "-binary",
            "-outform",
            "DER",
            "-md",
            "sha384",
            "-nodetach",
            "-out",
            "theirs",
        ]);
        scratch.smime_ends(
            0,
            &[
                "cms", "digest", "--read", "theirs", "-o", "out", "--force", "-q",
            ],
        );
        assert_eq!(read(&scratch, "out"), text());
    }
    scratch.write("other", b"other content");
    let wrong = [
        "cms",
        "digest",
        "--read",
        "digested",
        "--content",
        "other",
        "-o",
        "none",
        "--json",
    ];
    assert_eq!(
        report(&scratch.smime_ends(1, &wrong))["error"]["code"],
        "digest-mismatch"
    );
    assert!(!exists(&scratch, "none"));
    scratch.smime_ends(2, &["cms", "digest", "--read", "digested"]);
}

#[test]
fn authenticated_data_opens_for_every_recipient() {
    let scratch = setup();
    for attributes in [&[][..], &["--attrs", "sha-384"]] {
        let mut words = vec![
            "cms",
            "mac",
            "text",
            "-r",
            "bob.cert",
            "-r",
            "alice.cert",
            "--kek",
            "0a0b:kek",
            "--password",
            "file:password",
            "-o",
            "mac",
            "--force",
            "-q",
        ];
        words.extend(attributes);
        scratch.smime_ends(0, &words);
        for key in [
            ["-k", "bob.pem"],
            ["-k", "alice.pem"],
            ["--kek", "0a0b:kek"],
            ["--password", "file:password"],
        ] {
            let mut words = vec!["cms", "mac", "--read", "mac", "-o", "out", "--force", "-q"];
            words.extend(key);
            scratch.smime_ends(0, &words);
            assert_eq!(read(&scratch, "out"), text());
        }
        let wrong = [
            "cms",
            "mac",
            "--read",
            "mac",
            "--password",
            "file:wrong",
            "-o",
            "none",
            "--json",
        ];
        assert_eq!(
            report(&scratch.smime_ends(1, &wrong))["error"]["code"],
            "mac-failed"
        );
        scratch.smime_ends(
            4,
            &[
                "cms", "mac", "--read", "mac", "--kek", "0c:kek", "-o", "none",
            ],
        );
        assert!(!exists(&scratch, "none"));
    }
}

#[test]
fn encrypted_data_needs_its_key() {
    let scratch = setup();
    let make = [
        "cms",
        "encrypt-data",
        "text",
        "--secret-key",
        "kek",
        "-o",
        "encrypted",
        "-q",
    ];
    scratch.smime_ends(0, &make);
    let read_back = [
        "cms",
        "encrypt-data",
        "--read",
        "encrypted",
        "--secret-key",
        "kek",
        "-o",
        "out",
        "-q",
    ];
    scratch.smime_ends(0, &read_back);
    assert_eq!(read(&scratch, "out"), text());
    let by_decrypt = [
        "decrypt",
        "encrypted",
        "--secret-key",
        "kek",
        "-o",
        "out2",
        "--json",
    ];
    let told = report(&scratch.smime_ends(0, &by_decrypt));
    assert_eq!(told["verdict"], "unauthenticated");
    assert_eq!(told["layers"][0]["type"], "encrypted-data");
    scratch.smime_ends(
        5,
        &[
            "decrypt",
            "encrypted",
            "--secret-key",
            "kek",
            "--profile",
            "strict",
        ],
    );
    scratch.smime_ends(4, &["open", "encrypted", "-o", "none", "--no-trust"]);
    scratch.write("short", &[1; 16]);
    scratch.smime_ends(
        6,
        &[
            "decrypt",
            "encrypted",
            "--secret-key",
            "short",
            "-o",
            "none",
        ],
    );
    assert!(!exists(&scratch, "none"));
    if has_openssl("encrypted data") {
        let key = "07".repeat(32);
        scratch.openssl(&[
            "cms",
            "-EncryptedData_decrypt",
            "-inform",
            "DER",
            "-in",
            "encrypted",
            "-secretkey",
            &key,
            "-out",
            "openssl",
        ]);
        assert_eq!(read(&scratch, "openssl"), text());
        scratch.openssl(&[
            "cms",
            "-EncryptedData_encrypt",
            "-aes256",
            "-in",
            "text",
            "-binary",
            "-outform",
            "DER",
            "-secretkey",
            &key,
            "-out",
            "theirs",
        ]);
        scratch.smime_ends(
            0,
            &[
                "decrypt",
                "theirs",
                "--secret-key",
                "kek",
                "-o",
                "out3",
                "-q",
            ],
        );
        assert_eq!(read(&scratch, "out3"), text());
    }
}

#[test]
fn passwords_and_key_encryption_keys_work_with_openssl() {
    let scratch = setup();
    for cipher in ["aes-256-cbc", "aes-256-gcm"] {
        let make = [
            "encrypt",
            "text",
            "--password",
            "file:password",
            "--kek",
            "0a0b:kek",
            "-r",
            "bob.cert",
            "--cipher",
            cipher,
            "--out-format",
            "der",
            "-o",
            "encrypted",
            "--force",
            "-q",
        ];
        scratch.smime_ends(0, &make);
        for key in [
            ["--password", "file:password"],
            ["--kek", "0a0b:kek"],
            ["-k", "bob.pem"],
        ] {
            let mut words = vec!["decrypt", "encrypted", "-o", "out", "--force", "-q"];
            words.extend(key);
            scratch.smime_ends(0, &words);
            assert_eq!(read(&scratch, "out"), text());
        }
        scratch.smime_ends(
            1,
            &[
                "decrypt",
                "encrypted",
                "--password",
                "file:wrong",
                "-o",
                "none",
            ],
        );
        scratch.smime_ends(
            4,
            &["decrypt", "encrypted", "--kek", "0a:kek", "-o", "none"],
        );
        assert!(!exists(&scratch, "none"));
        if has_openssl("symmetric recipients") {
            let key = "07".repeat(32);
            for extra in [
                &["-pwri_password", "correct horse"][..],
                &["-secretkey", &key, "-secretkeyid", "0a0b"],
            ] {
                let mut words = vec![
                    "cms",
                    "-decrypt",
                    "-inform",
                    "DER",
                    "-in",
                    "encrypted",
                    "-binary",
                    "-out",
                    "openssl",
                ];
                words.extend(extra);
                scratch.openssl(&words);
                assert_eq!(read(&scratch, "openssl"), text());
                let mut words = vec![
                    "cms", "-encrypt", "-aes256", "-in", "text", "-binary", "-outform", "DER",
                    "-out", "theirs",
                ];
                words.extend(extra);
                scratch.openssl(&words);
                let ours = if extra.len() == 2 {
                    ["--password", "file:password"]
                } else {
                    ["--kek", "0a0b:kek"]
                };
                let mut words = vec!["decrypt", "theirs", "-o", "out", "--force", "-q"];
                words.extend(ours);
                scratch.smime_ends(0, &words);
                assert_eq!(read(&scratch, "out"), text());
            }
        }
    }
    for wrong in ["kek", "zz:kek", ":kek", "0a0:kek"] {
        scratch.smime_ends(2, &["encrypt", "text", "--kek", wrong]);
    }
    scratch.smime_ends(2, &["encrypt", "text"]);
}

#[test]
fn detached_ciphertext_is_joined_again() {
    let scratch = setup();
    let make = [
        "encrypt",
        "text",
        "-r",
        "bob.cert",
        "--detached",
        "ciphertext",
        "--out-format",
        "pem",
        "-o",
        "message",
        "-q",
    ];
    scratch.smime_ends(0, &make);
    assert!(read(&scratch, "message").len() < 2000);
    assert_eq!(read(&scratch, "ciphertext").len(), text().len());
    let open = [
        "decrypt",
        "message",
        "--content",
        "ciphertext",
        "-k",
        "bob.pem",
        "-o",
        "out",
        "-q",
    ];
    scratch.smime_ends(0, &open);
    assert_eq!(read(&scratch, "out"), text());
    scratch.smime_ends(2, &["decrypt", "message", "-k", "bob.pem", "-o", "none"]);
    scratch.smime_ends(
        1,
        &[
            "decrypt",
            "message",
            "--content",
            "text",
            "-k",
            "bob.pem",
            "-o",
            "none",
        ],
    );
    assert!(!exists(&scratch, "none"));
    scratch.smime_ends(
        2,
        &[
            "encrypt",
            "text",
            "-r",
            "bob.cert",
            "--detached",
            "x",
            "-o",
            "y",
        ],
    );
}

#[test]
fn certificates_alone_and_collections() {
    let scratch = setup();
    let make = [
        "cms",
        "certs-only",
        "alice.cert",
        "bob.cert",
        "alice.cert",
        "-o",
        "bag.p7c",
        "-q",
    ];
    scratch.smime_ends(0, &make);
    scratch.smime_ends(
        0,
        &[
            "cms",
            "certs-only",
            "--read",
            "bag.p7c",
            "-o",
            "bag.pem",
            "-q",
        ],
    );
    let pem = String::from_utf8(read(&scratch, "bag.pem")).unwrap();
    assert_eq!(pem.matches("BEGIN CERTIFICATE").count(), 2);
    let mail = [
        "cms",
        "certs-only",
        "bob.cert",
        "--out-format",
        "smime",
        "-o",
        "bag.eml",
        "-q",
    ];
    scratch.smime_ends(0, &mail);
    let inspected = report(&scratch.smime_ends(0, &["inspect", "bag.eml", "--json"]));
    assert_eq!(inspected["layers"][0]["type"], "certs-only");

    scratch.smime_ends(0, &["cms", "digest", "text", "-o", "digested", "-q"]);
    let make = [
        "cms",
        "collect",
        "text",
        "digested",
        "bag.p7c",
        "-o",
        "collection",
        "-q",
    ];
    scratch.smime_ends(0, &make);
    let told = report(&scratch.smime_ends(0, &["inspect", "collection", "--json"]));
    let types: Vec<_> = told["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["type"].clone())
        .collect();
    assert_eq!(
        types,
        ["content-collection", "data", "digested-data", "certs-only"]
    );
    assert_eq!(told["layers"][2]["part"], serde_json::json!([1]));
    scratch.smime_ends(
        0,
        &[
            "cms",
            "collect",
            "--read",
            "collection",
            "-o",
            "parts",
            "-q",
        ],
    );
    assert_eq!(read(&scratch, "parts/1.der"), read(&scratch, "digested"));
    assert_eq!(read(&scratch, "parts/2.der"), read(&scratch, "bag.p7c"));
    scratch.smime_ends(
        2,
        &["cms", "collect", "--read", "collection", "-o", "parts"],
    );
    scratch.smime_ends(6, &["cms", "collect", "--read", "digested", "-o", "none"]);
}

#[test]
fn signers_are_appended_in_every_form() {
    let scratch = setup();
    let forms = [
        &["--out-format", "smime", "--clear"][..],
        &["--out-format", "smime", "--opaque"],
        &["--out-format", "der"],
        &["--out-format", "pem"],
    ];
    for form in forms {
        let mut words = vec![
            "sign",
            "text",
            "-s",
            "alice.pem",
            "-o",
            "one",
            "--force",
            "-q",
        ];
        words.extend(form);
        scratch.smime_ends(0, &words);
        let append = [
            "sign", "one", "--append", "-s", "bob.pem", "-o", "two", "--force", "-q",
        ];
        scratch.smime_ends(0, &append);
        let told = report(&scratch.smime_ends(0, &["verify", "two", "--no-trust", "--json"]));
        let signers = told["layers"][0]["signers"].as_array().unwrap().clone();
        assert_eq!(signers.len(), 2, "{form:?}");
        assert!(signers.iter().all(|one| one["verdict"] == "good"));
        let counter = [
            "sign",
            "two",
            "--countersign",
            "1",
            "-s",
            "alice.pem",
            "-o",
            "three",
            "--force",
            "-q",
        ];
        scratch.smime_ends(0, &counter);
        let told = report(&scratch.smime_ends(0, &["verify", "three", "--no-trust", "--json"]));
        let signers = told["layers"][0]["signers"].as_array().unwrap().clone();
        // DER sorts SignerInfos anew: one of the two has the countersignature.
        let verdicts: Vec<_> = signers
            .iter()
            .flat_map(|one| one["countersignatures"].as_array().unwrap().clone())
            .map(|one| one["verdict"].clone())
            .collect();
        assert_eq!(verdicts, ["good"], "{form:?}");
        if has_openssl("appended signers") {
            let mut words = vec![
                "cms",
                "-verify",
                "-noverify",
                "-in",
                "three",
                "-out",
                "openssl",
            ];
            match form.get(1) {
                Some(&"der") => words.extend(["-inform", "DER", "-binary"]),
                Some(&"pem") => words.extend(["-inform", "PEM", "-binary"]),
                _ => {}
            }
            scratch.openssl(&words);
        }
    }
    scratch.smime_ends(
        2,
        &[
            "sign",
            "three",
            "--countersign",
            "2",
            "-s",
            "alice.pem",
            "-o",
            "none",
        ],
    );
    scratch.smime_ends(
        1,
        &["sign", "text", "--append", "-s", "alice.pem", "-o", "none"],
    );
    assert!(!exists(&scratch, "none"));
}

#[test]
fn detached_signatures_are_appended_with_their_content() {
    let scratch = setup();
    let make = [
        "sign",
        "text",
        "-s",
        "alice.pem",
        "--detached",
        "--out-format",
        "der",
        "-o",
        "one",
        "-q",
    ];
    scratch.smime_ends(0, &make);
    scratch.smime_ends(
        2,
        &["sign", "one", "--append", "-s", "bob.pem", "-o", "two"],
    );
    let append = [
        "sign",
        "one",
        "--append",
        "--content",
        "text",
        "-s",
        "bob.pem",
        "-o",
        "two",
        "-q",
    ];
    scratch.smime_ends(0, &append);
    scratch.smime_ends(
        0,
        &["verify", "two", "--content", "text", "--no-trust", "-q"],
    );
    // A countersignature is over the signature alone.
    let counter = [
        "sign",
        "two",
        "--countersign",
        "0",
        "-s",
        "bob.pem",
        "-o",
        "three",
        "-q",
    ];
    scratch.smime_ends(0, &counter);
    let told = scratch.smime_ends(
        0,
        &[
            "verify",
            "three",
            "--content",
            "text",
            "--no-trust",
            "--json",
        ],
    );
    let told = report(&told);
    assert_eq!(told["layers"][0]["form"], "detached");
    scratch.smime_ends(
        2,
        &[
            "sign",
            "text",
            "--content",
            "text",
            "-s",
            "alice.pem",
            "-o",
            "none",
        ],
    );
}

#[test]
fn content_beyond_memory_is_verified_without_being_kept() {
    // Ed25519 without attributes signs the content itself: verifying reads it a second time.
    let scratch = setup();
    scratch.smime_ends(
        0,
        &["id", "new", "dave@example.com", "--alg", "ed25519", "-q"],
    );
    scratch.smime_ends(
        0,
        &[
            "id",
            "export",
            "dave@example.com",
            "--pem",
            "dave.pem",
            "-q",
        ],
    );
    for (signer, options) in [("dave.pem", &["--no-attrs"][..]), ("alice.pem", &[])] {
        let mut words = vec![
            "sign",
            "text",
            "-s",
            signer,
            "--out-format",
            "der",
            "-o",
            "signed",
            "--force",
            "-q",
        ];
        words.extend(options);
        scratch.smime_ends(0, &words);
        let told = report(&scratch.smime_ends(0, &["verify", "signed", "--no-trust", "--json"]));
        assert_eq!(told["layers"][0]["signers"][0]["verdict"], "good");
        let mut octets = read(&scratch, "signed");
        let at = octets
            .windows(7)
            .position(|window| window == b"line 77")
            .unwrap();
        *octets.get_mut(at).unwrap() = b'L';
        scratch.write("changed", &octets);
        scratch.smime_ends(1, &["verify", "changed", "--no-trust"]);
    }
}

#[test]
fn nobody_signs_beside_or_over_a_signature_that_does_not_hold() {
    let scratch = setup();
    scratch.write("other", b"another text\n");
    let sign = [
        "sign",
        "text",
        "-s",
        "alice@example.com",
        "--detached",
        "-o",
        "signed",
        "-q",
    ];
    scratch.smime_ends(0, &sign);
    let append = [
        "sign",
        "signed",
        "--append",
        "-s",
        "bob@example.com",
        "-o",
        "both",
        "-q",
        "--content",
    ];
    scratch.smime_ends(1, &[&append[..], &["other"]].concat());
    assert!(!exists(&scratch, "both"));
    scratch.smime_ends(0, &[&append[..], &["text"]].concat());
    let sign = [
        "sign",
        "text",
        "-s",
        "alice@example.com",
        "--out-format",
        "der",
        "-o",
        "whole",
        "-q",
    ];
    scratch.smime_ends(0, &sign);
    let mut whole = read(&scratch, "whole");
    let last = whole.len() - 1;
    whole[last] ^= 1;
    scratch.write("broken", &whole);
    let counter = [
        "sign",
        "broken",
        "--countersign",
        "0",
        "-s",
        "bob@example.com",
        "-o",
        "counter",
        "-q",
    ];
    scratch.smime_ends(1, &counter);
    assert!(!exists(&scratch, "counter"));
}

#[test]
fn collections_take_whole_objects_and_anything_else_as_data() {
    let scratch = setup();
    scratch.smime_ends(0, &["cms", "digest", "text", "-o", "digested", "-q"]);
    let digested = read(&scratch, "digested");
    scratch.write("cut", &digested[..digested.len() - 1]);
    scratch.write("longer", &[&digested[..], &[5, 0]].concat());
    let names = ["digested", "cut", "longer", "alice.pem"];
    scratch.smime_ends(
        0,
        &[&["cms", "collect"][..], &names, &["-o", "collection", "-q"]].concat(),
    );
    let read_all = ["cms", "collect", "--read", "collection", "-o", "out", "-q"];
    scratch.smime_ends(0, &read_all);
    assert!(read(&scratch, "out/0.der") == digested);
    for (index, name) in names.iter().enumerate().skip(1) {
        let member = read(&scratch, &format!("out/{index}.der"));
        let data = cms_core::plain::data(&read(&scratch, name));
        assert!(member == data, "{name}");
    }
    // All or nothing.
    std::fs::create_dir(scratch.path().join("half")).unwrap();
    scratch.write("half/2.der", b"");
    let read_all = ["cms", "collect", "--read", "collection", "-o", "half", "-q"];
    scratch.smime_ends(2, &read_all);
    assert!(!exists(&scratch, "half/0.der"));
}
