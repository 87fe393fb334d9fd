//! `smime dump` and `smime explain` as programs call them: forms of input, exit codes, files and reports.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use serde_json::Value;

mod support;
use support::Scratch;
use testkit::keys;

fn text(octets: Vec<u8>) -> String {
    String::from_utf8(octets).unwrap()
}

/// A clear-signed and an encrypted mail of the demonstration.
fn demo(scratch: &Scratch) -> (String, String) {
    let folder = scratch.file("demo");
    scratch.smime_ends(0, &["demo", "--keep", &folder]);
    (
        format!("{folder}/signed.eml"),
        format!("{folder}/secret.eml"),
    )
}

#[test]
fn all_forms_of_an_object_are_shown_alike() {
    let scratch = Scratch::new();
    let der = scratch.write("bob.der", keys::BOB.certificate);
    let from_der = text(scratch.smime_ends(0, &["dump", &der]));
    assert!(from_der.starts_with("     0   4+"), "{from_der}");
    let base64 = base64(keys::BOB.certificate);
    let pem = format!("text\n-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    let pem = scratch.write("bob.pem", pem.as_bytes());
    assert_eq!(text(scratch.smime_ends(0, &["dump", &pem])), from_der);
    let bare = scratch.write("bob.txt", base64.as_bytes());
    assert_eq!(text(scratch.smime_ends(0, &["dump", &bare])), from_der);
    assert_eq!(
        text(scratch.smime_ends(0, &["dump", &bare, "--in-format", "pem"])),
        from_der
    );
}

fn base64(octets: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in octets.chunks(3) {
        let group = chunk
            .iter()
            .fold(0u32, |group, octet| group << 8 | u32::from(*octet))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = ALPHABET[usize::try_from(group >> (18 - 6 * place) & 63).unwrap()];
            out.push(if place > chunk.len() {
                '='
            } else {
                char::from(letter)
            });
        }
        if out.len() % 65 == 64 {
            out.push('\n');
        }
    }
    out
}

#[test]
fn messages_are_shown_by_the_object_in_them() {
    let scratch = Scratch::new();
    let (signed, secret) = demo(&scratch);
    let shown = text(scratch.smime_ends(0, &["dump", &signed]));
    assert!(
        shown.contains("signed-data (1.2.840.113549.1.7.2)"),
        "{shown}"
    );
    assert!(shown.contains("SigningTime #0: UTCTime 20"), "{shown}");
    assert!(!shown.contains("deviates"), "{shown}");
    let shown = text(scratch.smime_ends(0, &["dump", &secret]));
    assert!(shown.contains("auth-enveloped-data"), "{shown}");
    assert!(
        shown.contains("aes-nonce: OCTET STRING (12 octets)"),
        "{shown}"
    );
    assert!(!shown.contains("deviates"), "{shown}");
}

#[test]
fn files_are_neither_overwritten_nor_left_incomplete() {
    let scratch = Scratch::new();
    let der = scratch.write("bob.der", keys::BOB.certificate);
    let cut = scratch.write("cut.der", &keys::BOB.certificate[..200]);
    let out = scratch.file("out.txt");
    scratch.smime_ends(6, &["dump", &cut, "-o", &out]);
    assert!(!std::path::Path::new(&out).exists());
    assert!(
        scratch
            .smime_ends(0, &["dump", &der, "-o", &out])
            .is_empty()
    );
    scratch.smime_ends(2, &["dump", &der, "-o", &out]);
    scratch.smime_ends(0, &["dump", &der, "-o", &out, "--force"]);
}

#[test]
fn report_tells_the_break_after_the_nodes_before_it() {
    let scratch = Scratch::new();
    let cut = scratch.write("cut.der", &keys::BOB.certificate[..200]);
    let report: Value =
        serde_json::from_slice(&scratch.smime_ends(6, &["dump", &cut, "--json"])).unwrap();
    assert_eq!(report["schema"], "smime.report/1");
    assert_eq!(report["verdict"], "malformed");
    assert_eq!(report["error"]["code"], "malformed");
    let path = report["error"]["path"].as_str().unwrap();
    assert!(path.starts_with("Certificate.tbsCertificate"), "{path}");
    assert_eq!(report["items"][1]["name"], "tbsCertificate");
}

#[test]
fn colours_come_on_demand_only() {
    let scratch = Scratch::new();
    let der = scratch.write("bob.der", keys::BOB.certificate);
    let plain = scratch.smime_ends(0, &["dump", &der]);
    assert!(!plain.contains(&0x1b));
    assert!(
        scratch
            .smime_ends(0, &["dump", &der, "--color", "always"])
            .contains(&0x1b)
    );
}

#[test]
fn keys_in_pem_are_not_shown() {
    let scratch = Scratch::new();
    let odd =
        "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0IQ==\n-----END OPENSSH PRIVATE KEY-----\n";
    let odd = scratch.write("ssh.pem", odd.as_bytes());
    let shown = text(scratch.smime_ends(0, &["dump", &odd, "--full"]));
    assert_eq!(shown, "-- private key, 7 octets, not shown\n");
    let report: Value =
        serde_json::from_slice(&scratch.smime_ends(0, &["dump", &odd, "--json"])).unwrap();
    assert!(!report.to_string().contains("736563"), "{report}");
}

#[test]
fn codes_are_explained() {
    let scratch = Scratch::new();
    let shown = text(scratch.smime_ends(0, &["explain", "no-recipient"]));
    assert!(
        shown.contains("What to do:") && shown.contains("RFC 5652"),
        "{shown}"
    );
    assert!(text(scratch.smime_ends(0, &["explain", "3"])).contains("not trusted"));
    assert!(text(scratch.smime_ends(0, &["explain"])).contains("bad-signature"));
    let report: Value =
        serde_json::from_slice(&scratch.smime_ends(0, &["explain", "weak-key", "--json"])).unwrap();
    assert_eq!(report["items"].as_array().unwrap().len(), 2);
    let unknown = scratch.smime(&["explain", "no-recipent"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(unknown.stderr).contains("no-recipient"));
}

#[test]
fn algorithms_are_explained_by_profile() {
    let scratch = Scratch::new();
    let shown = text(scratch.smime_ends(0, &["explain", "algorithms"]));
    let line = |name: &str| -> Vec<String> {
        let line = shown.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    };
    let row = line("aes-256-cbc").join(" ");
    assert!(row.ends_with("no yes yes - (RFC 3565) 2.16.840.1.101.3.4.1.42"));
    let row = line("aes-128-cbc").join(" ");
    assert!(row.contains("MUST- since 2019-04"));
    assert!(line("sha-1 ").contains(&"historic".to_owned()));
}
