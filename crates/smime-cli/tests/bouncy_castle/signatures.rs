//! SignedData: every signature algorithm that we write, and those that Bouncy Castle writes and we read.

use crate::peer::Peer;
use crate::rows::{Flip, Rows};

/// A key, `--digest` and other words, and what Java calls the algorithm.
const BOTH_WAYS: &[(&str, &str, &str)] = &[
    // RFC 5754, 3.2; RFC 9688, 3.2: PKCS #1 v1.5.
    ("rsa2048", "sha-224", "SHA224withRSA"),
    ("rsa2048", "sha-256", "SHA256withRSA"),
    ("rsa2048", "sha-384", "SHA384withRSA"),
    ("rsa2048", "sha-512", "SHA512withRSA"),
    ("rsa2048", "sha-512-224", "SHA512(224)withRSA"),
    ("rsa2048", "sha-512-256", "SHA512(256)withRSA"),
    ("rsa2048", "sha3-224", "SHA3-224withRSA"),
    ("rsa2048", "sha3-256", "SHA3-256withRSA"),
    ("rsa2048", "sha3-384", "SHA3-384withRSA"),
    ("rsa2048", "sha3-512", "SHA3-512withRSA"),
    // RFC 4056; RFC 8702, 3.2.1.
    ("rsa2048", "sha-224 --pss", "SHA224withRSAandMGF1"),
    ("rsa2048", "sha-256 --pss", "SHA256withRSAandMGF1"),
    ("rsa2048", "sha-384 --pss", "SHA384withRSAandMGF1"),
    ("rsa2048", "sha-512 --pss", "SHA512withRSAandMGF1"),
    ("rsa2048", "sha3-256 --pss", "SHA3-256withRSAandMGF1"),
    ("rsa2048", "sha3-512 --pss", "SHA3-512withRSAandMGF1"),
    ("rsa2048", "shake128 --pss", "SHAKE128withRSAPSS"),
    ("rsa2048", "shake256 --pss", "SHAKE256withRSAPSS"),
    // RFC 5753, 2.1; RFC 9688, 3.3; RFC 8702, 3.2.2.
    ("p256", "sha-224", "SHA224withECDSA"),
    ("p256", "sha-256", "SHA256withECDSA"),
    ("p384", "sha-384", "SHA384withECDSA"),
    ("p521", "sha-512", "SHA512withECDSA"),
    ("brainpoolp256r1", "sha-256", "SHA256withECDSA"),
    ("brainpoolp384r1", "sha-384", "SHA384withECDSA"),
    ("p256", "sha3-224", "SHA3-224withECDSA"),
    ("p256", "sha3-256", "SHA3-256withECDSA"),
    ("p384", "sha3-384", "SHA3-384withECDSA"),
    ("p521", "sha3-512", "SHA3-512withECDSA"),
    ("p256", "shake128", "SHAKE128withECDSA"),
    ("p384", "shake256", "SHAKE256withECDSA"),
    ("p521", "shake256", "SHAKE256withECDSA"),
    // RFC 8419.
    ("ed25519", "sha-512", "Ed25519"),
    ("ed448", "", "Ed448"),
];

/// RFC 9882 and RFC 9814, for releases that have them.
const POST_QUANTUM: &[(&str, &str)] = &[
    ("ml-dsa-44", "ML-DSA-44"),
    ("ml-dsa-65", "ML-DSA-65"),
    ("ml-dsa-87", "ML-DSA-87"),
    ("slh-dsa-sha2-128s", "SLH-DSA-SHA2-128S"),
    ("slh-dsa-sha2-128f", "SLH-DSA-SHA2-128F"),
    ("slh-dsa-sha2-192f", "SLH-DSA-SHA2-192F"),
    ("slh-dsa-sha2-256f", "SLH-DSA-SHA2-256F"),
    ("slh-dsa-shake-128f", "SLH-DSA-SHAKE-128F"),
    ("slh-dsa-shake-192f", "SLH-DSA-SHAKE-192F"),
    ("slh-dsa-shake-256f", "SLH-DSA-SHAKE-256F"),
];

/// Keys that we do not make, with the algorithm that signs.
const THEIRS: &[(&str, &str)] = &[
    ("EC/secp224r1/SHA224withECDSA", "SHA224withECDSA"),
    ("EC/secp256k1/SHA256withECDSA", "SHA256withECDSA"),
];

/// RFC 5754, 3.1: historic.
const HISTORIC: &[(&str, &str)] = &[
    ("DSA/2048/SHA256withDSA", "SHA256withDSA"),
    ("DSA/2048/SHA256withDSA", "SHA224withDSA"),
];

const VERIFY: &str = "verify {} --no-trust";

pub(crate) fn ask(rows: &mut Rows, peer: &Peer) {
    let mut made: Vec<&str> = Vec::new();
    for (kind, digest, java) in BOTH_WAYS {
        if !made.contains(kind) {
            made.push(kind);
            rows.identity(kind, &[]);
        }
        both_ways(rows, kind, digest, java);
    }
    for kind in ["ed25519", "ed448"] {
        without_attributes(rows, kind, kind);
    }
    for (key, algorithm) in THEIRS {
        let fields = format!("key=new:{key} algorithm={algorithm}");
        rows.we_read(
            &format!("{key} read"),
            "sign",
            &fields,
            VERIFY,
            Flip::Content,
        );
    }
    for (key, algorithm) in HISTORIC {
        let fields = format!("key=new:{key} algorithm={algorithm}");
        let legacy = format!("{VERIFY} --profile legacy");
        let name = format!("{algorithm} legacy");
        rows.we_read(&name, "sign", &fields, &legacy, Flip::Content);
        let name = format!("{algorithm} default");
        rows.we_refuse(&name, "sign", &fields, VERIFY, 5);
    }
    // BER with indefinite lengths, as Bouncy Castle writes by itself.
    let fields = "key=p256.pem algorithm=SHA256withECDSA ber=yes";
    rows.we_read("signed in BER", "sign", fields, VERIFY, Flip::Content);
    for (kind, java) in POST_QUANTUM {
        if peer.post_quantum {
            rows.identity(kind, &[]);
            both_ways(rows, kind, "", java);
        } else {
            rows.left_out(java);
        }
    }
    if peer.post_quantum {
        without_attributes(rows, "ml-dsa-65", "ML-DSA-65");
    }
}

fn both_ways(rows: &mut Rows, kind: &str, digest: &str, java: &str) {
    let digest = match digest {
        "" => String::new(),
        name => format!("--digest {name}"),
    };
    let words =
        format!("sign content -s {kind}@example.com {digest} --opaque --out-format der -o {{}} -q");
    let name = format!("{kind} {java} by us");
    rows.they_read(&name, &words, "verify", "", Flip::Content);
    let fields = format!("key={kind}.pem algorithm={java}");
    let name = format!("{kind} {java} by them");
    rows.we_read(&name, "sign", &fields, VERIFY, Flip::Content);
}

/// The signature over the content itself (RFC 8419, 3; RFC 9882, 3.3).
fn without_attributes(rows: &mut Rows, kind: &str, java: &str) {
    let words = format!(
        "sign content -s {kind}@example.com --no-attrs --opaque --out-format der -o {{}} -q"
    );
    let name = format!("{kind} without attributes by us");
    rows.they_read(&name, &words, "verify", "", Flip::Content);
    let fields = format!("key={kind}.pem algorithm={java} direct=yes");
    let name = format!("{kind} without attributes by them");
    rows.we_read(&name, "sign", &fields, VERIFY, Flip::Content);
}
