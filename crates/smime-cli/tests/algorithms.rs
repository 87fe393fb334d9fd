//! Every kind of key through the whole job, and against OpenSSL where it has the algorithm.

mod support;

use support::{Scratch, has_openssl};

#[test]
fn every_kind_of_key_signs_and_encrypts_a_mail() {
    // rfc8551:2.3/2
    let scratch = Scratch::new();
    let table = scratch.smime_ends(0, &["demo", "--alg", "all"]);
    let table = String::from_utf8(table).unwrap();
    let rows: Vec<_> = table.lines().skip(1).collect();
    assert_eq!(rows.len(), 30, "{table}");
    assert!(rows.iter().all(|row| row.ends_with("  ok")), "{table}");
}

#[test]
fn identities_are_made_of_every_usual_kind() {
    let scratch = Scratch::new();
    scratch.write("text", b"a text\n");
    for (kind, split) in [
        ("p521", false),
        ("p384", true),
        ("brainpoolp256r1", false),
        ("ed25519", true),
        ("ed448", true),
        ("x25519", true),
        ("ml-dsa-65", true),
        ("ml-kem-768", true),
        ("slh-dsa-sha2-128f", true),
    ] {
        let address = format!("{kind}@example.com");
        let mut words = vec!["id", "new", &address, "--alg", kind, "-q"];
        if split {
            words.push("--split");
        }
        scratch.smime_ends(0, &words);
        scratch.smime_ends(
            0,
            &[
                "sign", "text", "-s", &address, "-o", "signed", "--force", "-q",
            ],
        );
        // Nobody has trusted it as yet: the signature is good, the signer is not known to be trusted.
        scratch.smime_ends(3, &["verify", "signed", "-o", "out", "--force", "-q"]);
        scratch.smime_ends(
            0,
            &[
                "encrypt", "text", "-r", &address, "-o", "secret", "--force", "-q",
            ],
        );
        scratch.smime_ends(0, &["decrypt", "secret", "-o", "out", "--force", "-q"]);
    }
    // Alone, such a key can sign neither its certificate nor a request.
    for kind in ["x25519", "x448", "ml-kem-512"] {
        scratch.smime_ends(2, &["id", "new", "alone@example.com", "--alg", kind, "-q"]);
        let words = [
            "id",
            "new",
            "a@example.com",
            "--alg",
            kind,
            "--split",
            "--csr",
            "request",
        ];
        scratch.smime_ends(2, &words);
    }
    scratch.smime_ends(2, &["id", "new", "a@example.com", "--alg", "p999"]);
}

#[test]
fn openssl_reads_what_is_signed_and_encrypted_on_other_curves() {
    if !has_openssl("other curves") {
        return;
    }
    let scratch = Scratch::new();
    scratch.write("text", b"a text\r\n");
    for kind in ["p521", "brainpoolp256r1", "brainpoolp384r1"] {
        let address = format!("{kind}@example.com");
        let pem = format!("{kind}.pem");
        scratch.smime_ends(0, &["id", "new", &address, "--alg", kind, "-q"]);
        scratch.smime_ends(0, &["id", "export", &address, "--pem", &pem, "-q"]);
        let sign = [
            "sign", "text", "-s", &address, "-o", "signed", "--force", "-q",
        ];
        scratch.smime_ends(
            0,
            &[&sign[..], &["--out-format", "der", "--opaque"]].concat(),
        );
        scratch.openssl(&[
            "cms",
            "-verify",
            "-noverify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "signed",
            "-out",
            "out",
        ]);
        assert_eq!(std::fs::read(scratch.file("out")).unwrap(), b"a text\r\n");
        let words = [
            "encrypt", "text", "-r", &address, "-o", "secret", "--force", "-q",
        ];
        let cbc = ["--out-format", "der", "--cipher", "aes-256-cbc"];
        scratch.smime_ends(0, &[&words[..], &cbc].concat());
        scratch.openssl(&[
            "cms", "-decrypt", "-binary", "-inform", "DER", "-in", "secret", "-recip", &pem,
            "-inkey", &pem, "-out", "out",
        ]);
        assert_eq!(std::fs::read(scratch.file("out")).unwrap(), b"a text\r\n");
        // And the other way.
        scratch.openssl(&[
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-outform",
            "DER",
            "-in",
            "text",
            "-signer",
            &pem,
            "-inkey",
            &pem,
            "-md",
            "sha384",
            "-out",
            "theirs",
        ]);
        scratch.smime_ends(3, &["verify", "theirs", "-o", "out", "--force", "-q"]);
        scratch.openssl(&[
            "cms",
            "-encrypt",
            "-binary",
            "-outform",
            "DER",
            "-aes-256-cbc",
            "-in",
            "text",
            "-out",
            "theirs",
            "-recip",
            &pem,
        ]);
        scratch.smime_ends(0, &["decrypt", "theirs", "-o", "out", "--force", "-q"]);
        assert_eq!(std::fs::read(scratch.file("out")).unwrap(), b"a text\r\n");
    }
}

#[test]
fn openssl_reads_sha3_and_other_digests() {
    if !has_openssl("SHA-3") {
        return;
    }
    let scratch = Scratch::new();
    scratch.write("text", b"a text\r\n");
    for (name, kind, pss) in [
        ("ec", "p256", false),
        ("rsa", "rsa2048", false),
        ("pss", "rsa2048", true),
    ] {
        let address = format!("{name}@example.com");
        scratch.smime_ends(0, &["id", "new", &address, "--alg", kind, "-q"]);
        for digest in ["sha-224", "sha3-256", "sha3-384", "sha3-512", "sha-512-256"] {
            if kind == "p256" && digest == "sha-512-256" {
                // No RFC has an identifier for ECDSA with it.
                let words = [
                    "sign", "text", "-s", &address, "--digest", digest, "-o", "no", "-q",
                ];
                scratch.smime_ends(6, &words);
                continue;
            }
            let sign = [
                "sign", "text", "-s", &address, "--digest", digest, "-o", "signed", "--force", "-q",
            ];
            let form: &[&str] = &["--out-format", "der", "--opaque"];
            let pss: &[&str] = if pss { &["--pss"] } else { &[] };
            scratch.smime_ends(0, &[&sign[..], form, pss].concat());
            scratch.smime_ends(3, &["verify", "signed", "-o", "out", "--force", "-q"]);
            // OpenSSL 3.0 does not know SHA-512/256 with PKCS #1 v1.5 in CMS.
            if !pss.is_empty() || digest != "sha-512-256" {
                let words = "cms -verify -noverify -binary -inform DER -in signed -out out";
                scratch.openssl(&words.split(' ').collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn rsa_kem_is_written_when_it_is_asked_for() {
    let scratch = Scratch::new();
    scratch.write("text", b"a text\r\n");
    scratch.smime_ends(
        0,
        &["id", "new", "bob@example.com", "--alg", "rsa2048", "-q"],
    );
    let words = [
        "encrypt",
        "text",
        "-r",
        "bob@example.com",
        "--rsa",
        "kem",
        "-o",
        "secret",
        "-q",
    ];
    scratch.smime_ends(0, &words);
    let report = scratch.smime_ends(0, &["decrypt", "secret", "-o", "out", "--json"]);
    assert!(String::from_utf8(report).unwrap().contains("kem-rsa"));
    assert!(
        std::fs::read(scratch.file("out"))
            .unwrap()
            .ends_with(b"a text\r\n")
    );
}

/// RFC 5652, 6.2.2: the originator's certificate names a static key, and the ukm is another one in each message.
#[test]
fn an_originator_may_encrypt_with_a_key_of_its_own() {
    // rfc5652:6.2.2/2
    let scratch = Scratch::new();
    scratch.write("text", b"a text\r\n");
    for (kind, split) in [
        ("p256", false),
        ("p521", false),
        ("x25519", true),
        ("x448", true),
    ] {
        for name in ["alice", "bob"] {
            let address = format!("{name}@{kind}.example");
            let mut words = vec!["id", "new", &address, "--alg", kind, "-q"];
            if split {
                words.push("--split");
            }
            scratch.smime_ends(0, &words);
        }
        let (alice, bob) = (
            format!("alice@{kind}.example"),
            format!("bob@{kind}.example"),
        );
        for form in [&[][..], &["--key-id"]] {
            let words = ["encrypt", "text", "-r", &bob, "--originator", &alice];
            let der = ["--out-format", "der", "-o", "secret", "--force", "-q"];
            scratch.smime_ends(0, &[&words, &der, form].concat());
            let decrypt = ["decrypt", "secret", "-o", "out", "--force", "-q", "-k"];
            // Either of the two has the key, so that the name of the originator proves nothing to others.
            scratch.smime_ends(0, &[&decrypt[..], &[&bob]].concat());
            assert_eq!(std::fs::read(scratch.file("out")).unwrap(), b"a text\r\n");
            scratch.smime_ends(4, &[&decrypt[..], &[&alice]].concat());
        }
    }
    let to = |recipient: &str, originator: &str, code: i32| {
        let words = [
            "encrypt",
            "text",
            "-r",
            recipient,
            "--originator",
            originator,
        ];
        let der = ["--out-format", "der", "-o", "secret", "--force", "-q"];
        scratch.smime_ends(code, &[&words[..], &der].concat());
    };
    // Another curve, and keys that agree on nothing.
    to("bob@p521.example", "alice@p256.example", 2);
    let new = ["id", "new", "rsa@example.com", "--alg", "rsa2048", "-q"];
    scratch.smime_ends(0, &new);
    to("bob@p256.example", "rsa@example.com", 5);
    to("rsa@example.com", "alice@p256.example", 2);
}

#[test]
fn a_key_agreement_that_is_not_written_is_refused() {
    let scratch = Scratch::new();
    scratch.write("text", b"a text\r\n");
    scratch.smime_ends(0, &["id", "new", "bob@example.com", "-q"]);
    for name in [
        "ecdh-std-sha1kdf",
        "dh-es",
        "mqv-sha256kdf",
        "sha-256",
        "nonsense",
        "ecdh-hkdf-sha256",
    ] {
        let words = [
            "encrypt",
            "text",
            "-r",
            "bob@example.com",
            "-o",
            "no",
            "--agreement",
            name,
        ];
        scratch.smime_ends(2, &words);
    }
}

#[test]
fn diffie_hellman_of_openssl_is_read_under_the_legacy_profile() {
    // rfc3370:4.1.1/4, 4.1.1/5, 4.1.1/6, 4.1.1/7, 4.1.1/9
    if !has_openssl("DH") {
        return;
    }
    let scratch = Scratch::new();
    scratch.write("text", b"a text\r\n");
    let openssl = |words: &str| scratch.openssl(&words.split(' ').collect::<Vec<_>>());
    openssl("genpkey -genparam -algorithm DHX -pkeyopt group:dh_2048_256 -out group.pem");
    openssl("genpkey -paramfile group.pem -out key.pem");
    openssl("pkey -in key.pem -pubout -out public.pem");
    openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 30");
    openssl("req -new -newkey rsa:2048 -nodes -keyout other.key -subj /CN=DH -out request.pem");
    openssl(
        "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -force_pubkey public.pem \
         -out dh.pem -days 30",
    );
    for cipher in ["-des3", "-aes-128-cbc", "-aes-256-cbc"] {
        openssl(&format!(
            "cms -encrypt -binary -outform DER {cipher} -in text -out secret dh.pem"
        ));
        let words = "decrypt secret --key dh.pem,key.pem -o out --force -q";
        let words: Vec<_> = words.split(' ').collect();
        scratch.smime_ends(5, &words);
        scratch.smime_ends(0, &[&words[..], &["--profile", "legacy"]].concat());
        assert_eq!(std::fs::read(scratch.file("out")).unwrap(), b"a text\r\n");
    }
}
