//! Content encryption, message authentication and compression.

use crate::peer::Peer;
use crate::rows::{Flip, Rows};

/// `--cipher`, its identifier, and whether it authenticates.
const CIPHERS: &[(&str, &str, bool)] = &[
    // RFC 3565; RFC 3657.
    ("aes-128-cbc", "2.16.840.1.101.3.4.1.2", false),
    ("aes-192-cbc", "2.16.840.1.101.3.4.1.22", false),
    ("aes-256-cbc", "2.16.840.1.101.3.4.1.42", false),
    ("camellia-128-cbc", "1.2.392.200011.61.1.1.1.2", false),
    ("camellia-192-cbc", "1.2.392.200011.61.1.1.1.3", false),
    ("camellia-256-cbc", "1.2.392.200011.61.1.1.1.4", false),
    // RFC 5084.
    ("aes-128-gcm", "2.16.840.1.101.3.4.1.6", true),
    ("aes-192-gcm", "2.16.840.1.101.3.4.1.26", true),
    ("aes-256-gcm", "2.16.840.1.101.3.4.1.46", true),
    ("aes-128-ccm", "2.16.840.1.101.3.4.1.7", true),
    ("aes-192-ccm", "2.16.840.1.101.3.4.1.27", true),
    ("aes-256-ccm", "2.16.840.1.101.3.4.1.47", true),
];

/// RFC 3370, 3.1: those that Bouncy Castle makes itself.
const HMACS: &[(&str, &str)] = &[
    ("hmac-sha-224", "1.2.840.113549.2.8"),
    ("hmac-sha-256", "1.2.840.113549.2.9"),
    ("hmac-sha-384", "1.2.840.113549.2.10"),
    ("hmac-sha-512", "1.2.840.113549.2.11"),
];

/// RFC 8018; RFC 9688, 6; RFC 9044, 3; RFC 8702, 3.4.
const MACS_BY_HAND: &[(&str, &str)] = &[
    ("hmac-sha-256", "1.2.840.113549.2.9"),
    ("hmac-sha-512-224", "1.2.840.113549.2.12"),
    ("hmac-sha-512-256", "1.2.840.113549.2.13"),
    ("hmac-sha3-224", "2.16.840.1.101.3.4.2.13"),
    ("hmac-sha3-256", "2.16.840.1.101.3.4.2.14"),
    ("hmac-sha3-384", "2.16.840.1.101.3.4.2.15"),
    ("hmac-sha3-512", "2.16.840.1.101.3.4.2.16"),
    ("aes-128-gmac", "2.16.840.1.101.3.4.1.9"),
    ("aes-192-gmac", "2.16.840.1.101.3.4.1.29"),
    ("aes-256-gmac", "2.16.840.1.101.3.4.1.49"),
    ("kmac-with-shake128", "2.16.840.1.101.3.4.2.19"),
    ("kmac-with-shake256", "2.16.840.1.101.3.4.2.20"),
];

const SHA_256: &str = "2.16.840.1.101.3.4.2.1";
const RSA: &str = "-r rsa2048@example.com --rsa v15";
const AES_256_WRAP: &str = "2.16.840.1.101.3.4.1.45";
const KEK: &str = "c0fee0:kek-32";

pub(crate) fn ask(rows: &mut Rows, _peer: &Peer) {
    ciphers(rows);
    macs(rows);
    let words = "compress content --out-format der -o {} -q";
    rows.they_read("zlib by us", words, "decompress", "", Flip::Nowhere);
    // RFC 3274.
    rows.we_read(
        "zlib by them",
        "compress",
        "level=9",
        "decompress {}",
        Flip::Nowhere,
    );
}

fn ciphers(rows: &mut Rows) {
    for (cipher, oid, authenticates) in CIPHERS {
        let flip = if *authenticates {
            Flip::Last
        } else {
            Flip::Nowhere
        };
        let words = format!("encrypt content {RSA} --cipher {cipher} --out-format der -o {{}} -q");
        let name = format!("{cipher} by us");
        rows.they_read(&name, &words, "decrypt", "key=rsa2048.pem", flip);
        let fields = format!("key=rsa2048.pem how=rsa cipher={oid}");
        let name = format!("{cipher} by them");
        rows.we_read(&name, "encrypt", &fields, "decrypt {}", flip);
    }
    // RFC 8103 and RFC 6476, by hand.
    for cipher in ["chacha20-poly1305", "auth-enc-128", "auth-enc-256"] {
        for (how, to, fields) in [
            ("p384", "-r p384@example.com", "key=p384.pem".to_owned()),
            ("a key", &format!("--kek {KEK}"), format!("kek={KEK}")),
        ] {
            let words =
                format!("encrypt content {to} --cipher {cipher} --out-format der -o {{}} -q");
            let name = format!("{cipher} to {how} by us");
            rows.they_read(&name, &words, "open-by-hand", &fields, Flip::Last);
        }
    }
    // RFC 9709: the key of the cipher is derived.
    let decrypt = format!("decrypt {{}} --kek {KEK}");
    for (name, oid) in [
        ("aes-256-gcm", "2.16.840.1.101.3.4.1.46"),
        ("chacha20-poly1305", "1.2.840.113549.1.9.16.3.18"),
    ] {
        let fields = format!("kek={KEK} wrap={AES_256_WRAP} cipher={oid} binding=yes");
        let name = format!("{name} with CEK-HKDF by them");
        rows.we_read(&name, "seal-by-hand", &fields, &decrypt, Flip::Last);
    }
    // Authenticated encryption is for AuthEnvelopedData (RFC 5084, 1): Bouncy Castle can be told to do
    // otherwise.
    let fields = "key=rsa2048.pem how=rsa cipher=2.16.840.1.101.3.4.1.46 enveloped=yes";
    let name = "aes-256-gcm in EnvelopedData";
    rows.we_refuse(name, "encrypt", fields, "decrypt {}", 5);
}

/// RFC 5652, 9: with attributes, and over the content alone.
fn macs(rows: &mut Rows) {
    for (attributes, digest) in [("", ""), ("--attrs sha-256", SHA_256)] {
        let what = if digest.is_empty() {
            "content"
        } else {
            "attributes"
        };
        for (mac, oid) in HMACS {
            for kind in ["rsa2048", "p256"] {
                let words = format!(
                    "cms mac content -r {kind}@example.com --mac {mac} {attributes} -o {{}} -q"
                );
                let name = format!("{mac} over {what} to {kind} by us");
                let fields = format!("key={kind}.pem");
                rows.they_read(&name, &words, "check-mac", &fields, Flip::Content);
            }
            let digest = match digest {
                "" => String::new(),
                oid => format!("digest={oid}"),
            };
            let fields = format!("key=rsa2048.pem how=rsa mac={oid} {digest}");
            let name = format!("{mac} over {what} by them");
            let words = "cms mac --read {}";
            rows.we_read(&name, "mac", fields.trim(), words, Flip::Content);
        }
        for (mac, _) in MACS_BY_HAND {
            let words = format!("cms mac content --kek {KEK} --mac {mac} {attributes} -o {{}} -q");
            let name = format!("{mac} over {what} by us, by hand");
            let fields = format!("kek={KEK}");
            rows.they_read(&name, &words, "open-by-hand", &fields, Flip::Content);
        }
    }
    for (mac, oid) in MACS_BY_HAND {
        let fields = format!("kek={KEK} wrap={AES_256_WRAP} mac={oid}");
        let words = format!("cms mac --read {{}} --kek {KEK}");
        let name = format!("{mac} by them, by hand");
        rows.we_read(&name, "seal-by-hand", &fields, &words, Flip::Content);
    }
}
