//! `cert find`: a real directory (OpenLDAP) and a real name server (NSD) on loopback, and servers that misbehave.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "find/nsd.rs"]
mod nsd;
#[path = "find/slapd.rs"]
mod slapd;
mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use nsd::{Nsd, generic, has_nsd, owner, record};
use serde_json::Value;
use slapd::{Person, Slapd, has_slapd};
use support::{Scratch, has_openssl};

const ALICE: &str = "alice@corp.example";
const BINARY: &str = "userCertificate;binary";
/// OpenLDAP 2.5 refuses ";binary" here, against RFC 2798, 2.8.
const BUNDLE: &str = "userSMIMECertificate";

/// SHA-256.
pub(crate) fn digest(octets: &[u8]) -> Vec<u8> {
    let sha256 = cms_algs::PROVIDER.digest(&cms_core::oid::SHA256).unwrap();
    sha256.digest(octets)
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// The file that [`issue`] writes.
fn pem_of(address: &str) -> String {
    format!("{address}.pem")
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A store with a CA, which is trusted, and the CA's certificate in `ca.der`.
fn setup() -> Scratch {
    let s = Scratch::new();
    s.smime_ends(0, &["ca", "init", "-o", "ca.pem"]);
    s.write("ca.der", &der(&s, "ca.pem"));
    s
}

fn der(s: &Scratch, pem: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(s.path().join(pem)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('-'));
    let base64: String = lines.collect();
    base64_simd::STANDARD.decode_to_vec(base64).unwrap()
}

/// A certificate that the CA made for somebody, who is in another store: it is for others to find.
fn issue(s: &Scratch, address: &str, more: &[&str]) -> Vec<u8> {
    let name = pem_of(address);
    let mut words = vec!["ca", "issue", address];
    words.extend(more);
    s.smime_ends(0, &words);
    s.smime_ends(0, &["cert", "export", address, "-o", &name]);
    der(s, &name)
}

/// Forgets everything but the trust in the CA.
fn forget(s: &Scratch) {
    std::fs::remove_dir_all(s.path().join("store")).unwrap();
    s.smime_ends(0, &["trust", "add", "ca.pem"]);
}

fn json(s: &Scratch, code: i32, words: &[impl AsRef<str>]) -> Value {
    let mut words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    words.extend(["--json", "--revocation", "none"]);
    let stdout = s.smime_ends(code, &words);
    serde_json::from_slice(&stdout).unwrap()
}

/// The fields of all items.
fn items(report: &Value, keys: &[&str]) -> Vec<String> {
    let items = report["items"].as_array().unwrap().iter();
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    items
        .map(|item| {
            let fields: Vec<_> = keys
                .iter()
                .map(|key| key.split('.').fold(item, |value, key| &value[key]))
                .map(text)
                .collect();
            fields.join(" ")
        })
        .collect()
}

#[test]
fn nothing_is_asked_without_online() {
    let s = Scratch::new();
    let url = format!("ldap://127.0.0.1:{}/", free_port());
    let output = s.smime(&["cert", "find", ALICE, "--ldap", &url]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--online"));
    for wrong in [
        &["alice"][..],
        &["a)(mail=*@corp.example"],
        &[ALICE, "--ldap", "http://127.0.0.1/"],
        &[ALICE, "--ldap", "ldap://127.0.0.1/???(mail=*)"],
        &[ALICE, "--ldap", &url, "--ldap-bind", "cn=x"],
        &[ALICE, "--dns", "ns.example.com"],
        &[ALICE, "--dns", "127.0.0.1", "--dns-anchor", "missing"],
    ] {
        let words = [&["cert", "find", "--online"], wrong].concat();
        s.smime_ends(2, &words);
    }
    assert!(!s.path().join("store").exists());
}

#[test]
fn a_directory_gives_certificates_of_the_address() {
    // rfc8551:4/1
    if !has_slapd("certificates from a directory") {
        return;
    }
    let s = setup();
    let alice = issue(&s, ALICE, &[]);
    let mallory = issue(&s, "mallory@corp.example", &[]);
    let bob = issue(&s, "bob@corp.example", &["--alg", "rsa2048"]);
    let words = [
        "cms",
        "certs-only",
        "bob@corp.example",
        "ca.pem",
        "-o",
        "bob.p7",
    ];
    s.smime_ends(0, &words);
    let bundle = std::fs::read(s.path().join("bob.p7")).unwrap();
    let others = (0..35).map(|number| issue(&s, &format!("other{number}@corp.example"), &[]));
    let mut many: Vec<_> = others.map(|other| (BINARY, other)).collect();
    many.push((BINARY, issue(&s, "many@corp.example", &[])));
    forget(&s);
    let people = [
        Person {
            uid: "alice",
            mail: ALICE,
            values: &[
                (BINARY, alice.clone()),
                (BINARY, mallory.clone()),
                (BUNDLE, b"garbage".to_vec()),
            ],
        },
        Person {
            uid: "bob",
            mail: "bob@corp.example",
            values: &[(BUNDLE, bundle)],
        },
        Person {
            uid: "eve",
            mail: "eve@corp.example",
            values: &[(BINARY, mallory)],
        },
        Person {
            uid: "many",
            mail: "many@corp.example",
            values: &many,
        },
        Person {
            uid: "nobody",
            mail: "nobody@corp.example",
            values: &[],
        },
    ];
    let server = Slapd::start(&s, "", &people);
    let url = server.url();
    let find = |code, address, more: &[&str]| {
        let words = ["cert", "find", address, "--online", "--ldap", &url];
        json(&s, code, &[&words, more].concat())
    };
    let keys = ["source", "name", "address", "path.status", "taken"];

    let report = find(0, "Alice@CORP.example", &["--add", "-o", "alice.out"]);
    assert_eq!(
        items(&report, &keys),
        [
            "ldap uid=alice,dc=corp,dc=example match trusted true",
            "ldap uid=alice,dc=corp,dc=example mismatch trusted false",
        ]
    );
    assert_eq!(items(&report, &["url"])[0], url);
    assert_eq!(report["warnings"][0]["code"], "source");
    assert_eq!(der(&s, "alice.out"), alice);
    let list = s.smime_ends(0, &["cert", "list"]);
    assert_eq!(String::from_utf8_lossy(&list).lines().count(), 1);

    // The certificates of a bundle are a person's and a chain.
    let report = find(0, "bob@corp.example", &["-o", "bob.out"]);
    assert_eq!(
        items(&report, &keys),
        ["ldap uid=bob,dc=corp,dc=example match trusted true"]
    );
    assert_eq!(der(&s, "bob.out"), bob);

    let report = find(3, "eve@corp.example", &["--add", "-o", "eve.out"]);
    assert_eq!(report["verdict"], "untrusted");
    assert!(!s.path().join("eve.out").exists());
    let report = find(4, "nobody@corp.example", &[]);
    assert_eq!(report["error"]["code"], "not-found");

    // Those of others do not push out the one that is meant.
    let report = find(0, "many@corp.example", &[]);
    let found = items(&report, &["address"]);
    assert_eq!((found.len(), found[0].as_str()), (32, "match"));

    // Nothing of an address is read as a filter.
    for address in [
        "*@corp.example",
        "\"*\"@corp.example",
        "\"x)(mail=*\"@corp.example",
        "\"*)(uid=*))(|(uid=*\"@corp.example",
        "a*e@corp.example",
    ] {
        find(4, address, &[]);
    }

    // Lines for people, and PEM alone on stdout with -o -.
    let words = ["cert", "find", ALICE, "--online", "--ldap", &url];
    let text = s.smime_ends(0, &words);
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("address   match") && text.contains("not taken it names another"));
    let pem = s.smime_ends(0, &[&words[..], &["-o", "-"]].concat());
    assert!(pem.starts_with(b"-----BEGIN CERTIFICATE-----"));

    let wrong_base = format!("ldap://127.0.0.1:{}/dc=elsewhere", server.port);
    let words = ["cert", "find", ALICE, "--online", "--ldap", &wrong_base];
    let report = json(&s, 8, &words);
    assert!(
        report["error"]["text"]
            .as_str()
            .unwrap()
            .contains("noSuchObject")
    );
    let base = format!("{url}??base");
    json(&s, 4, &["cert", "find", ALICE, "--online", "--ldap", &base]);

    // One directory that is down does not hide what another has; alone it is a failure.
    let down = format!("ldap://127.0.0.1:{}/", free_port());
    let report = find(0, ALICE, &["--ldap", &down]);
    assert_eq!(items(&report, &["taken"]), ["true", "false"]);
    let report = json(&s, 8, &["cert", "find", ALICE, "--online", "--ldap", &down]);
    assert_eq!(report["error"]["code"], "directory");
}

#[test]
fn a_directory_may_want_a_name_and_password() {
    if !has_slapd("a directory that wants a password") {
        return;
    }
    let s = setup();
    let alice = issue(&s, ALICE, &[]);
    forget(&s);
    let person = Person {
        uid: "alice",
        mail: ALICE,
        values: &[(BINARY, alice)],
    };
    let server = Slapd::start(&s, "access to * by users read by anonymous auth", &[person]);
    let url = server.url();
    s.write("right", b"secret\n");
    s.write("wrong", b"guess\n");
    s.write("empty", b"\n");
    let words = ["cert", "find", ALICE, "--online", "--ldap", &url];
    let bind = ["--ldap-bind", "cn=admin,dc=corp,dc=example", "--pass"];
    let find = |code, pass| json(&s, code, &[&words[..], &bind, &[pass]].concat());
    json(&s, 8, &words);
    find(0, "file:right");
    let report = find(8, "file:wrong");
    let text = report["error"]["text"].as_str().unwrap();
    assert!(text.contains("invalidCredentials"), "{text}");
    // RFC 4513, 5.1.2: it would succeed, as nobody.
    find(8, "file:empty");
}

#[test]
fn tls_needs_a_server_that_is_known() {
    if !has_slapd("a directory by TLS") || !has_openssl("a directory by TLS") {
        return;
    }
    let s = setup();
    let alice = issue(&s, ALICE, &[]);
    forget(&s);
    for (name, host) in [("tls", "IP:127.0.0.1"), ("other", "IP:192.0.2.1")] {
        let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
        let names = format!("subjectAltName={host}");
        let words = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ];
        let more = [
            "-nodes",
            "-subj",
            "/CN=directory",
            "-days",
            "365",
            "-addext",
            &names,
        ];
        let files = [
            "-keyout",
            &key,
            "-out",
            &pem,
            "-addext",
            "basicConstraints=CA:FALSE",
        ];
        s.openssl(&[&words[..], &more, &files].concat());
    }
    let person = Person {
        uid: "alice",
        mail: ALICE,
        values: &[(BINARY, alice)],
    };
    let server = Slapd::start(&s, "", &[person]);
    let url = server.url().replacen("ldap", "ldaps", 1);
    let find = |roots: &str| -> Output {
        Command::new(env!("CARGO_BIN_EXE_smime"))
            .args([
                "cert",
                "find",
                ALICE,
                "--online",
                "--revocation",
                "none",
                "--ldap",
                &url,
            ])
            .env("SMIME_HOME", s.path().join("store"))
            .env("SSL_CERT_FILE", s.path().join(roots))
            .output()
            .unwrap()
    };
    let output = find("tls.pem");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = find("other.pem");
    assert_eq!(output.status.code(), Some(8), "{output:?}");
    // Who speaks TLS is not understood without it, and the other way round.
    let plain = server.url();
    json(
        &s,
        8,
        &["cert", "find", ALICE, "--online", "--ldap", &plain],
    );
}

/// A server that answers each connection with the same octets, whatever it is asked.
fn parrot(answer: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(&answer);
        }
    });
    port
}

#[test]
fn directories_that_misbehave_are_left() {
    let s = Scratch::new();
    let entry = b"\x30\x0d\x02\x01\x02\x64\x08\x04\x02xx\x30\x02\x30\x00".to_vec();
    let empty = b"\x30\x0b\x02\x01\x02\x64\x06\x04\x02xx\x30\x00".to_vec();
    let other = b"\x30\x05\x02\x01\x02\x79\x00".to_vec();
    let notice = b"\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x34\x04\x00\x04\x00".to_vec();
    let referral = b"\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\x0a\x04\x00\x04\x00".to_vec();
    let spoof = b"\x30\x0f\x02\x01\x02\x65\x0a\x0a\x01\x35\x04\x00\x04\x03\x1b[m".to_vec();
    let deep = [
        b"\x30\x84\x00\x20\x00\x00".to_vec(),
        b"\x30\x80".repeat(1 << 20),
    ]
    .concat();
    for (code, answer) in [
        (8, Vec::new()),
        (8, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        (8, b"\x30\x80\x02\x01\x02".to_vec()),
        (8, b"\x30\x84\x7f\xff\xff\xff\x02\x01\x02".to_vec()),
        (8, b"\x30\x05\x02\x01".to_vec()),
        (8, b"\x30\x00".to_vec()),
        (8, entry),
        (8, deep),
        (8, notice),
        (8, other.repeat(2000)),
        // More entries than are read, and a referral that is not followed: an answer, without a certificate.
        (4, empty.repeat(50)),
        (4, referral),
    ] {
        let url = format!("ldap://127.0.0.1:{}/", parrot(answer.clone()));
        let output = s.smime(&["cert", "find", ALICE, "--online", "--ldap", &url]);
        let start = &answer[..answer.len().min(20)];
        assert_eq!(output.status.code(), Some(code), "{start:?} {output:?}");
    }
    let url = format!("ldap://127.0.0.1:{}/", parrot(spoof));
    let output = s.smime(&["cert", "find", ALICE, "--online", "--ldap", &url]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("unwillingToPerform") && !text.contains('\u{1b}'),
        "{text}"
    );
}

#[test]
fn the_dns_gives_certificates_with_what_dnssec_says() {
    if !has_nsd("certificates from the DNS") {
        return;
    }
    let s = setup();
    let idn = "alice@xn--bcher-kva.example";
    let alice = issue(&s, ALICE, &[]);
    let international = issue(&s, idn, &[]);
    let large = issue(&s, "large@corp.example", &["--alg", "rsa4096"]);
    let unsigned = issue(&s, "alice@corp.open", &[]);
    let bogus = issue(&s, "alice@corp.bogus", &[]);
    forget(&s);
    let alias = format!(
        "{}. 60 IN CNAME {}.\n",
        owner("al@corp.example"),
        owner(ALICE)
    );
    let dname = "dname.example. 60 IN DNAME corp.example.\n".to_owned();
    let records = [
        dname,
        record(ALICE, [3, 0, 0], &alice),
        record(idn, [1, 0, 0], &international),
        record("large@corp.example", [3, 0, 0], &large),
        record("large@corp.example", [3, 0, 0], &alice),
        record("alice@corp.open", [3, 0, 0], &unsigned),
        record("alice@corp.bogus", [3, 0, 0], &bogus),
        record("mallory@corp.example", [3, 0, 0], &alice),
        alias,
    ];
    let server = Nsd::start(&s, &records);
    let find = |code, address, more: &[&str]| json(&s, code, &server.words(address, more));
    let keys = [
        "source",
        "dnssec",
        "usage",
        "address",
        "path.status",
        "dane",
        "taken",
    ];

    let report = find(0, "alice@CORP.Example", &["-o", "alice.out"]);
    let expected = "smimea secure 3 match trusted match true";
    assert_eq!(items(&report, &keys), [expected]);
    assert_eq!(report["items"][0]["name"], owner(ALICE));
    assert_eq!(report["smimea"]["dnssec"], "secure");
    assert_eq!(der(&s, "alice.out"), alice);

    // The domain as people write it.
    let report = find(0, "alice@B\u{fc}cher.example", &[]);
    assert_eq!(
        items(&report, &keys),
        ["smimea secure 1 match trusted match true"]
    );
    // Two records, one of them another's; too much for a datagram.
    let report = find(0, "large@corp.example", &[]);
    let mut found = items(&report, &["address", "taken"]);
    found.sort();
    assert_eq!(found, ["match true", "mismatch false"]);

    // rfc8162:6: "any state other than Secure ... MUST be treated as a failure".
    let report = find(3, "alice@corp.open", &["--add", "-o", "open.out"]);
    assert_eq!(
        items(&report, &keys),
        ["smimea insecure 3 match trusted not-checked false"]
    );
    assert!(!s.path().join("open.out").exists());
    let report = find(5, "alice@corp.bogus", &[]);
    assert_eq!(report["error"]["code"], "dnssec-bogus");
    assert_eq!(items(&report, &keys), [""; 0]);
    // Keys of the true root do not vouch for this one.
    let dns = server.address();
    json(&s, 5, &["cert", "find", ALICE, "--online", "--dns", &dns]);

    find(3, "mallory@corp.example", &[]);
    find(4, "nobody@corp.example", &[]);
    find(4, "nobody@corp.open", &[]);
    find(4, "alice@corp.nowhere", &[]);
    // The local part is not mapped (RFC 8162, 4).
    find(4, "Alice@corp.example", &[]);
    // An alias is followed; what it leads to names another address.
    let report = find(3, "al@corp.example", &[]);
    assert_eq!(items(&report, &["dnssec", "address"]), ["secure mismatch"]);

    // Nobody signs the alias that comes of a DNAME; hickory-resolver 0.26 does not make it itself.
    find(5, "alice@dname.example", &[]);

    // A path is told beside it: without an anchor there is none, and it makes nothing trusted.
    let trusted = s.smime_ends(0, &["trust", "list"]);
    let fingerprint = String::from_utf8_lossy(&trusted)[..16].to_owned();
    s.smime_ends(0, &["trust", "remove", &fingerprint]);
    let report = find(0, ALICE, &["--add"]);
    assert_eq!(
        items(&report, &keys),
        ["smimea secure 3 match untrusted match true"]
    );
    s.smime_ends(3, &["cert", "verify", ALICE]);
}

#[test]
fn records_tell_which_certificate_is_meant() {
    if !has_nsd("records of digests and authorities") {
        return;
    }
    let s = setup();
    let authority = std::fs::read(s.path().join("ca.der")).unwrap();
    let issued: Vec<_> = ["right", "wrong", "pkixta", "daneta", "open"]
        .iter()
        .map(|local| {
            let domain = if *local == "open" {
                "open"
            } else {
                "corp.example"
            };
            let address = format!("{local}@{domain}");
            let certificate = issue(&s, &address, &[]);
            (address, certificate)
        })
        .collect();
    let records = [
        record(&issued[0].0, [3, 0, 1], &digest(&issued[0].1)),
        record(&issued[1].0, [3, 0, 1], &digest(&issued[0].1)),
        record(&issued[2].0, [0, 0, 1], &digest(&authority)),
        record(&issued[3].0, [2, 0, 0], &authority),
        record(&issued[4].0, [3, 0, 1], &digest(&issued[4].1)),
        record("gone@corp.example", [3, 0, 1], &[7; 32]),
        // What cannot be used: no data, a short digest, unassigned numbers, no certificate.
        generic("odd@corp.open", &[3, 0, 0]),
        generic("odd@corp.open", &[3, 0, 1, 7]),
        generic("odd@corp.open", &[9, 0, 0, 7]),
        generic("odd@corp.open", &[3, 0, 0, 0x30, 0]),
    ];
    let server = Nsd::start(&s, &records);
    let find = |code, address: &str| json(&s, code, &server.words(address, &[]));
    let keys = ["source", "address", "path.status", "dane", "taken"];
    let said = |code, address: &str| items(&find(code, address), &keys);

    assert_eq!(said(0, &issued[0].0), ["store match trusted match false"]);
    assert_eq!(
        said(3, &issued[1].0),
        ["store match trusted mismatch false"]
    );
    assert_eq!(said(0, &issued[2].0), ["store match trusted match false"]);
    assert_eq!(said(0, &issued[3].0), ["store match trusted match false"]);
    assert_eq!(
        said(3, &issued[4].0),
        ["store match trusted not-checked false"]
    );

    let report = find(4, "gone@corp.example");
    assert_eq!(report["smimea"]["records"][0]["matching"], 1);
    let report = find(4, "odd@corp.open");
    assert_eq!(report["warnings"].as_array().unwrap().len(), 4);

    // The domain's own anchor holds where the user trusts nobody: usage 2 does, 0 does not; the path stays what it is.
    let trusted = s.smime_ends(0, &["trust", "list"]);
    let fingerprint = String::from_utf8_lossy(&trusted)[..16].to_owned();
    s.smime_ends(0, &["trust", "remove", &fingerprint]);
    assert_eq!(
        said(3, &issued[2].0),
        ["store match untrusted mismatch false"]
    );
    assert_eq!(said(0, &issued[3].0), ["store match untrusted match false"]);
}

#[test]
fn a_record_confirms_what_a_directory_has() {
    let what = "a directory and the DNS together";
    if !has_nsd(what) || !has_slapd(what) {
        return;
    }
    let s = setup();
    let new = issue(&s, ALICE, &[]);
    s.smime_ends(0, &["id", "retire", ALICE]);
    std::fs::remove_file(s.path().join(pem_of(ALICE))).unwrap();
    let old = issue(&s, ALICE, &[]);
    forget(&s);
    let person = Person {
        uid: "alice",
        mail: ALICE,
        values: &[(BINARY, old), (BINARY, new.clone())],
    };
    let directory = Slapd::start(&s, "", &[person]);
    let digest = digest(&new);
    let digits = hex(&digest);
    let server = Nsd::start(&s, &[record(ALICE, [3, 0, 1], &digest)]);
    let url = directory.url();
    let report = json(&s, 0, &server.words(ALICE, &["--ldap", &url]));
    let found = items(&report, &["source", "dane", "taken", "sha256"]);
    assert_eq!(found.len(), 2);
    assert!(
        found.contains(&format!("ldap match true {digits}")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|one| one.starts_with("ldap mismatch false"))
    );
}

#[test]
fn name_servers_that_misbehave_are_left() {
    let s = Scratch::new();
    let find = |port: u16| {
        let server = format!("127.0.0.1:{port}");
        let output = s.smime(&["cert", "find", ALICE, "--online", "--dns", &server]);
        assert_eq!(output.status.code(), Some(8), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(find(free_port()).contains("DNS"));
    find(parrot(Vec::new()));
    find(parrot(vec![0; 1]));
    find(parrot(vec![0xff; 70_000]));
    find(parrot(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()));
}

/// A name server that answers each question with one SMIMEA record of this data, unsigned.
fn forger(rdata: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut question = [0; 1024];
            let Ok(read) = stream.read(&mut question) else {
                continue;
            };
            // Behind the length and the header: the name, with type and class.
            let asked = question.get(14..read).unwrap();
            let end = asked.iter().position(|octet| *octet == 0).unwrap() + 5;
            let mut message = question.get(2..4).unwrap().to_vec();
            message.extend(b"\x81\x80\0\x01\0\x01\0\0\0\0");
            message.extend(asked.get(..end).unwrap());
            message.extend(b"\xc0\x0c\0\x35\0\x01\0\0\0\x3c");
            message.extend(u16::try_from(rdata.len()).unwrap().to_be_bytes());
            message.extend(&rdata);
            let len = u16::try_from(message.len()).unwrap().to_be_bytes();
            let _ = stream.write_all(&[&len[..], &message].concat());
            // The end of the connection is the client's.
            let _ = stream.read(&mut question);
        }
    });
    port
}

#[test]
fn forged_answers_are_refused() {
    let s = Scratch::new();
    for (rdata, codes) in [
        (vec![3, 0, 0, 0x30, 0], [5, 8]),
        (vec![3, 0], [5, 8]),
        (Vec::new(), [5, 8]),
    ] {
        let server = format!("127.0.0.1:{}", forger(rdata));
        let output = s.smime(&["cert", "find", ALICE, "--online", "--dns", &server]);
        assert!(codes.contains(&output.status.code().unwrap()), "{output:?}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn silent_servers_are_not_waited_for() {
    let s = Scratch::new();
    let silent = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (directory, dns) = (silent(), silent());
    let url = format!("ldap://{}/", directory.local_addr().unwrap());
    let server = dns.local_addr().unwrap().to_string();
    let since = Instant::now();
    let words = [
        "cert", "find", ALICE, "--online", "--ldap", &url, "--dns", &server,
    ];
    s.smime_ends(8, &words);
    let elapsed = since.elapsed();
    assert!(elapsed < Duration::from_secs(40), "{elapsed:?}");
}
