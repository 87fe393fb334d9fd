//! RecipientInfos of every kind that we write.

use crate::peer::Peer;
use crate::rows::{Flip, Rows};

const AES_128_WRAP: &str = "2.16.840.1.101.3.4.1.5";
const AES_256_WRAP: &str = "2.16.840.1.101.3.4.1.45";
const AES_256_CBC: &str = "2.16.840.1.101.3.4.1.42";
const AES_256_GCM: &str = "2.16.840.1.101.3.4.1.46";
const CHACHA20_POLY1305: &str = "1.2.840.113549.1.9.16.3.18";
const CBC: &str = "--cipher aes-256-cbc --out-format der -o {} -q";

/// Curves, with the scheme that we write for them (RFC 5753, 7.1.4).
const CURVES: [&str; 5] = ["p256", "p384", "p521", "brainpoolp256r1", "brainpoolp384r1"];

/// dhSinglePass-stdDH and dhSinglePass-cofactorDH with the KDF hashes of RFC 5753, 7.1.4, and `--agreement`.
const SCHEMES: &[(&str, &str, &str)] = &[
    ("std SHA-1", "1.3.133.16.840.63.0.2", ""),
    ("std SHA-224", "1.3.132.1.11.0", "ecdh-std-sha224kdf"),
    ("std SHA-256", "1.3.132.1.11.1", "ecdh-std-sha256kdf"),
    ("std SHA-384", "1.3.132.1.11.2", "ecdh-std-sha384kdf"),
    ("std SHA-512", "1.3.132.1.11.3", "ecdh-std-sha512kdf"),
    ("cofactor SHA-1", "1.3.133.16.840.63.0.3", ""),
    (
        "cofactor SHA-224",
        "1.3.132.1.14.0",
        "ecdh-cofactor-sha224kdf",
    ),
    (
        "cofactor SHA-256",
        "1.3.132.1.14.1",
        "ecdh-cofactor-sha256kdf",
    ),
    (
        "cofactor SHA-384",
        "1.3.132.1.14.2",
        "ecdh-cofactor-sha384kdf",
    ),
    (
        "cofactor SHA-512",
        "1.3.132.1.14.3",
        "ecdh-cofactor-sha512kdf",
    ),
];

const DECRYPT: &str = "decrypt {}";

pub(crate) fn ask(rows: &mut Rows, peer: &Peer) {
    rsa(rows);
    curves(rows);
    montgomery(rows);
    static_originators(rows);
    symmetric(rows);
    for kind in ["ml-kem-512", "ml-kem-768", "ml-kem-1024"] {
        if peer.post_quantum {
            ml_kem(rows, kind);
        } else {
            rows.left_out(kind);
        }
    }
}

/// RFC 3370, 4.2.1; RFC 3560; RFC 9690.
fn rsa(rows: &mut Rows) {
    let encrypt = "encrypt content -r rsa2048@example.com --rsa";
    let key = "key=rsa2048.pem";
    let words = format!("{encrypt} v15 {CBC}");
    rows.they_read("RSA v1.5 by us", &words, "decrypt", key, Flip::Nowhere);
    let fields = format!("{key} how=rsa cipher={AES_256_CBC}");
    rows.we_read(
        "RSA v1.5 by them",
        "encrypt",
        &fields,
        DECRYPT,
        Flip::Nowhere,
    );
    for hash in ["sha-256", "sha-384", "sha-512"] {
        let words = format!("{encrypt} oaep --oaep-hash {hash} {CBC}");
        let name = format!("OAEP {hash} by us");
        rows.they_read(&name, &words, "decrypt", key, Flip::Nowhere);
        let java = hash.to_uppercase();
        let fields = format!("{key} how=oaep hash={java} cipher={AES_256_CBC}");
        let name = format!("OAEP {hash} by them");
        rows.we_read(&name, "encrypt", &fields, DECRYPT, Flip::Nowhere);
    }
    let words = format!("{encrypt} kem {CBC}");
    rows.they_read("RSA-KEM by us", &words, "open-by-hand", key, Flip::Nowhere);
    for (name, kdf, ukm) in [
        ("KDF3", "1.3.133.16.840.9.44.1.2", ""),
        (
            "KDF3 with a ukm",
            "1.3.133.16.840.9.44.1.2",
            "ukm=0102030405",
        ),
        ("KDF2", "1.3.133.16.840.9.44.1.1", ""),
    ] {
        let fields = format!(
            "{key} scheme=1.2.840.113549.1.9.16.3.14 kdf={kdf} wrap={AES_256_WRAP} cipher={AES_256_GCM} {ukm}"
        );
        let name = format!("RSA-KEM {name} by them");
        rows.we_read(&name, "seal-by-hand", fields.trim(), DECRYPT, Flip::Last);
    }
}

/// RFC 5753, 3.1.
fn curves(rows: &mut Rows) {
    for kind in CURVES {
        let words = format!("encrypt content -r {kind}@example.com {CBC}");
        let key = format!("key={kind}.pem");
        let name = format!("ECDH {kind} by us");
        rows.they_read(&name, &words, "decrypt", &key, Flip::Nowhere);
        let name = format!("ECDH {kind} by us, by hand");
        rows.they_read(&name, &words, "open-by-hand", &key, Flip::Nowhere);
        for (scheme, oid, written) in SCHEMES {
            let fields = format!("{key} how={oid} wrap={AES_128_WRAP} cipher={AES_256_CBC}");
            // SHA-1 is only read.
            if !written.is_empty() {
                let words = format!("{words} --agreement {written}");
                let name = format!("ECDH {kind} {scheme} by us");
                rows.they_read(&name, &words, "decrypt", &key, Flip::Nowhere);
            }
            let name = format!("ECDH {kind} {scheme} by them");
            rows.we_read(&name, "encrypt", &fields, DECRYPT, Flip::Nowhere);
        }
    }
    let fields = format!(
        "key=p256.pem how=1.3.132.1.11.1 wrap={AES_256_WRAP} cipher={AES_256_CBC} ukm=00010203040506070809"
    );
    rows.we_read(
        "ECDH with a ukm by them",
        "encrypt",
        &fields,
        DECRYPT,
        Flip::Nowhere,
    );
}

/// RFC 8418, 2: by hand, Bouncy Castle's CMS does not know it.
fn montgomery(rows: &mut Rows) {
    for kind in ["x25519", "x448"] {
        rows.identity(kind, &["--split"]);
        let key = format!("key={kind}.pem");
        let words = format!("encrypt content -r {kind}@example.com {CBC}");
        let name = format!("{kind} by us");
        rows.they_read(&name, &words, "open-by-hand", &key, Flip::Nowhere);
        for (hash, scheme) in [("SHA-256", "19"), ("SHA-384", "20"), ("SHA-512", "21")] {
            let bits = hash.trim_start_matches("SHA-");
            let words = format!("{words} --agreement ecdh-hkdf-sha{bits}");
            let name = format!("{kind} HKDF {hash} by us");
            rows.they_read(&name, &words, "open-by-hand", &key, Flip::Nowhere);
            for ukm in ["", "ukm=a0a1a2a3a4a5a6a7"] {
                let fields = format!(
                    "{key} scheme=1.2.840.113549.1.9.16.3.{scheme} wrap={AES_256_WRAP} \
                     cipher={CHACHA20_POLY1305} {ukm}"
                );
                let name = format!("{kind} HKDF {hash} {ukm} by them");
                rows.we_read(&name, "seal-by-hand", fields.trim(), DECRYPT, Flip::Last);
            }
        }
    }
}

/// RFC 5652, 6.2.2: a key of the originator's own. Bouncy Castle's CMS knows no such originator: by hand.
fn static_originators(rows: &mut Rows) {
    for kind in ["p256", "p384", "x25519"] {
        rows.identity_named("sender", kind, &["--split"]);
        let fields = format!("key={kind}.pem originator=sender-{kind}.pem");
        for form in ["", "--key-id"] {
            let words = format!(
                "encrypt content -r {kind}@example.com --originator sender-{kind}@example.com {form} {CBC}"
            );
            let name = format!("static {kind} {form} by us");
            rows.they_read(&name, &words, "open-by-hand", &fields, Flip::Nowhere);
            let scheme = match kind {
                "x25519" => "1.2.840.113549.1.9.16.3.19",
                "p256" => "1.3.132.1.11.1",
                _ => "1.3.132.1.11.2",
            };
            let ukm = "5a".repeat(64);
            let key_id = if form.is_empty() { "" } else { "key-id=yes" };
            let fields = format!(
                "{fields} scheme={scheme} wrap={AES_256_WRAP} cipher={AES_256_GCM} ukm={ukm} {key_id}"
            );
            let name = format!("static {kind} {form} by them");
            rows.we_read(&name, "seal-by-hand", &fields, DECRYPT, Flip::Last);
        }
    }
}

/// RFC 9936, in KEMRecipientInfo of RFC 9629.
fn ml_kem(rows: &mut Rows, kind: &str) {
    rows.identity(kind, &["--split"]);
    let key = format!("key={kind}.pem");
    let words = format!("encrypt content -r {kind}@example.com {CBC}");
    let name = format!("{kind} by us");
    rows.they_read(&name, &words, "decrypt", &key, Flip::Nowhere);
    for (hash, last) in [("SHA-256", "28"), ("SHA-384", "29"), ("SHA-512", "30")] {
        let kdf = format!("1.2.840.113549.1.9.16.3.{last}");
        let fields = format!("{key} how=kem wrap={AES_256_WRAP} kdf={kdf} cipher={AES_256_CBC}");
        let name = format!("{kind} HKDF {hash} by them");
        rows.we_read(&name, "encrypt", &fields, DECRYPT, Flip::Nowhere);
    }
}

/// RFC 5652, 6.2.3 and 6.2.4: keys and passwords that both sides have.
fn symmetric(rows: &mut Rows) {
    for (name, len, wrap) in [
        ("aes-128-wrap", 16, "AES"),
        ("aes-192-wrap", 24, "AES"),
        ("aes-256-wrap", 32, "AES"),
        ("camellia-128-wrap", 16, "Camellia"),
        ("camellia-192-wrap", 24, "Camellia"),
        ("camellia-256-wrap", 32, "Camellia"),
    ] {
        let key = format!("kek-{len}");
        rows.scratch.write(&key, &vec![0x5a; len]);
        let words = format!("encrypt content --kek c0fee0:{key} --wrap {name} {CBC}");
        let fields = format!("kek=c0fee0:{key} wrap={wrap}");
        let by_us = format!("{name} by us");
        rows.they_read(&by_us, &words, "decrypt", &fields, Flip::Nowhere);
        let fields = format!("{fields} cipher={AES_256_CBC}");
        let words = format!("{DECRYPT} --kek c0fee0:{key}");
        let by_them = format!("{name} by them");
        rows.we_read(&by_them, "encrypt", &fields, &words, Flip::Nowhere);
    }
    // RFC 5649, by hand.
    for (bits, len) in [(128, 16), (192, 24), (256, 32)] {
        let key = format!("c0fee0:kek-{len}");
        let words = format!("encrypt content --kek {key} --wrap aes-{bits}-wrap-pad {CBC}");
        let name = format!("aes-{bits}-wrap-pad by us");
        let fields = format!("kek={key}");
        rows.they_read(&name, &words, "open-by-hand", &fields, Flip::Nowhere);
        let wrap = format!("2.16.840.1.101.3.4.1.{}", 8 + (bits - 128) / 64 * 20);
        let fields = format!("kek={key} wrap={wrap} cipher={AES_256_GCM}");
        let words = format!("{DECRYPT} --kek {key}");
        let name = format!("aes-{bits}-wrap-pad by them");
        rows.we_read(&name, "seal-by-hand", &fields, &words, Flip::Last);
    }
    rows.scratch.write("password", b"secret\n");
    let words = format!("encrypt content --password file:password {CBC}");
    rows.they_read(
        "password by us",
        &words,
        "decrypt",
        "password=secret",
        Flip::Nowhere,
    );
    let fields = format!("password=secret cipher={AES_256_CBC}");
    let words = format!("{DECRYPT} --password file:password");
    rows.we_read(
        "password by them",
        "encrypt",
        &fields,
        &words,
        Flip::Nowhere,
    );
    // In BER with indefinite lengths, as Bouncy Castle writes by itself.
    let fields = format!("{fields} ber=yes");
    rows.we_read(
        "encrypted in BER",
        "encrypt",
        &fields,
        &words,
        Flip::Nowhere,
    );
}
