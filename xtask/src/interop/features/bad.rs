//! Rows of messages that everybody has to refuse: tampered with, or no encodings at all.

use super::Rows;
use crate::interop::alteration::{Alteration, path};
use crate::interop::feature::{Act, Encrypt, Form, Rsa, Sign, To, Wanted};

/// The contents of id-ct-TSTInfo, id-sha512 and id-data.
const TST_INFO: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";
const SHA_512: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x03";
const UNKNOWN: &[u8] = b"\x2a\x03\x04\x05";

pub(super) fn add(rows: &mut Rows) {
    signatures(rows);
    encryption(rows);
    others(rows);
    encodings(rows);
}

fn signed() -> Act {
    Act::Sign(Sign::new("alice", "sha-256"))
}

fn encrypted(to: &'static str, cipher: &'static str) -> Act {
    Act::Encrypt(Encrypt::new(To::Person(to), cipher))
}

fn signatures(rows: &mut Rows) {
    const GROUP: &str = "Tampered signatures";
    let detached = || {
        Act::Sign(Sign {
            form: Form::Detached,
            ..Sign::new("alice", "sha-256")
        })
    };
    let curve = || Act::Sign(Sign::new("bob", "sha-256"));
    let direct = || {
        Act::Sign(Sign {
            attributes: false,
            ..Sign::new("alice", "sha-256")
        })
    };
    for (id, source, title, act, alteration) in [
        (
            "content",
            "RFC 5652, 5.6",
            "the content",
            signed(),
            Alteration::Bit(path::ECONTENT),
        ),
        (
            "content-direct",
            "RFC 5652, 5.6",
            "the content, without attributes",
            direct(),
            Alteration::Bit(path::ECONTENT),
        ),
        (
            "detached",
            "RFC 5652, 5.2",
            "the content beside a detached signature",
            detached(),
            Alteration::OtherContent,
        ),
        (
            "signature",
            "RFC 5652, 5.6",
            "an RSA signature",
            signed(),
            Alteration::Bit(path::SIGNATURE),
        ),
        (
            "signature-p256",
            "RFC 5652, 5.6",
            "an ECDSA signature",
            curve(),
            Alteration::Bit(path::SIGNATURE),
        ),
        (
            "signature-empty",
            "RFC 5652, 5.3",
            "an empty signature",
            signed(),
            Alteration::Octets(path::SIGNATURE, b""),
        ),
        (
            "attribute",
            "RFC 5652, 5.4",
            "an attribute left out",
            signed(),
            Alteration::Without(path::FIRST_ATTR),
        ),
        (
            "attributes",
            "RFC 5652, 5.4",
            "all attributes left out",
            signed(),
            Alteration::Without(path::SIGNED_ATTRS),
        ),
        (
            "type",
            "RFC 5652, 11.1",
            "eContentType against the contentType attribute",
            signed(),
            Alteration::Octets(path::ECONTENT_TYPE, TST_INFO),
        ),
        (
            "digest",
            "RFC 5652, 5.3",
            "the digest algorithm",
            signed(),
            Alteration::Octets(path::SIGNER_DIGEST, SHA_512),
        ),
        (
            "no-signer",
            "RFC 5652, 5.1",
            "the signers left out",
            signed(),
            Alteration::Octets(path::SIGNER_INFOS, b""),
        ),
        (
            "no-certificate",
            "RFC 5652, 5.1",
            "the certificate left out, and none at hand",
            signed(),
            Alteration::Without(path::CERTIFICATES),
        ),
    ] {
        rows.altered(
            GROUP,
            source,
            (&format!("tampered-{id}"), title),
            act,
            Wanted::Refusal,
            alteration,
        );
    }
}

fn encryption(rows: &mut Rows) {
    const GROUP: &str = "Tampered encryption";
    let gcm = || encrypted("alice", "aes-256-gcm");
    let oaep = || {
        Act::Encrypt(Encrypt {
            rsa: Rsa::Oaep("sha-256"),
            ..Encrypt::new(To::Person("alice"), "aes-256-cbc")
        })
    };
    for (id, source, title, act, alteration) in [
        (
            "gcm-content",
            "RFC 5083, 2.3",
            "encrypted content, aes-256-gcm",
            gcm(),
            Alteration::Bit(path::ENCRYPTED_CONTENT),
        ),
        (
            "gcm-tag",
            "RFC 5083, 2.3",
            "the tag, aes-256-gcm",
            gcm(),
            Alteration::Bit(path::TAG),
        ),
        (
            "gcm-tag-short",
            "RFC 5084, 3.2",
            "the tag cut to 4 octets, aes-256-gcm",
            gcm(),
            Alteration::Shorter(path::TAG, 12),
        ),
        (
            "gcm-no-tag",
            "RFC 5084, 3.2",
            "the tag emptied, aes-256-gcm",
            gcm(),
            Alteration::Octets(path::TAG, b""),
        ),
        (
            "ccm-tag",
            "RFC 5083, 2.3",
            "the tag, aes-256-ccm",
            encrypted("alice", "aes-256-ccm"),
            Alteration::Bit(path::TAG),
        ),
        (
            "gcm-as-cbc",
            "RFC 5084, 1; RFC 9709, 1",
            "aes-256-gcm in an EnvelopedData",
            gcm(),
            Alteration::Downgraded,
        ),
        (
            "cbc-cut",
            "RFC 5652, 6.3",
            "encrypted content cut by an octet, aes-256-cbc",
            encrypted("alice", "aes-256-cbc"),
            Alteration::Shorter(path::ENCRYPTED_CONTENT, 1),
        ),
        (
            "oaep-key",
            "RFC 3560, 3",
            "the encrypted key, OAEP",
            oaep(),
            Alteration::Bit(path::ENCRYPTED_KEY),
        ),
        (
            "p256-key",
            "RFC 3394, 2.2.3",
            "the wrapped key, P-256",
            encrypted("bob", "aes-256-cbc"),
            Alteration::Bit(path::AGREED_KEY),
        ),
        (
            "ml-kem-ciphertext",
            "RFC 9629, 2",
            "the ciphertext, ML-KEM-768",
            encrypted("mallory", "aes-256-cbc"),
            Alteration::Bit(path::KEM_CIPHERTEXT),
        ),
        (
            "key-empty",
            "RFC 5652, 6.2.1",
            "the encrypted key emptied, OAEP",
            oaep(),
            Alteration::Octets(path::ENCRYPTED_KEY, b""),
        ),
    ] {
        rows.altered(
            GROUP,
            source,
            (&format!("tampered-{id}"), title),
            act,
            Wanted::Refusal,
            alteration,
        );
    }
}

fn others(rows: &mut Rows) {
    const GROUP: &str = "Other types tampered with";
    let mac = || Act::Mac {
        mac: "hmac-sha-256",
        to: To::Person("alice"),
    };
    let digest = || Act::Digest { digest: "sha-256" };
    let compress = || Act::Compress {
        stream: false,
        mail: false,
    };
    for (id, source, title, act, alteration) in [
        (
            "digested",
            "RFC 5652, 7",
            "the digest of a DigestedData",
            digest(),
            Alteration::Bit(path::LAST),
        ),
        (
            "mac",
            "RFC 5652, 9.3",
            "the MAC of an AuthenticatedData",
            mac(),
            Alteration::Bit(path::LAST),
        ),
        (
            "mac-short",
            "RFC 5652, 9.3",
            "the MAC cut to 8 octets",
            mac(),
            Alteration::Shorter(path::LAST, 24),
        ),
        (
            "checksum",
            "RFC 3274, 2; RFC 1950, 2.2",
            "the checksum of compressed content",
            compress(),
            Alteration::Bit(path::COMPRESSED),
        ),
        (
            "compressed-cut",
            "RFC 3274, 2; RFC 1950, 2.2",
            "compressed content cut short",
            compress(),
            Alteration::Shorter(path::COMPRESSED, 20),
        ),
    ] {
        rows.altered(
            GROUP,
            source,
            (&format!("tampered-{id}"), title),
            act,
            Wanted::Refusal,
            alteration,
        );
    }
}

fn encodings(rows: &mut Rows) {
    const GROUP: &str = "Encodings that nothing allows";
    for (id, source, title, alteration) in [
        (
            "half",
            "X.690, 8.1",
            "the first half of a message",
            Alteration::Half,
        ),
        (
            "too-long",
            "X.690, 8.1.3",
            "a length beyond the end",
            Alteration::TooLong,
        ),
        (
            "huge-length",
            "X.690, 8.1.3.5",
            "a length of nine octets",
            Alteration::HugeLength,
        ),
        (
            "unended",
            "X.690, 8.1.5",
            "indefinite lengths without their last end",
            Alteration::Unended,
        ),
        (
            "wrong-piece",
            "X.690, 8.7.3.2",
            "an INTEGER as a piece of an OCTET STRING",
            Alteration::WrongPiece(path::ECONTENT),
        ),
        (
            "indefinite-primitive",
            "X.690, 8.1.3.2",
            "a primitive element of indefinite length",
            Alteration::IndefinitePrimitive(path::ECONTENT),
        ),
        (
            "empty-integer",
            "X.690, 8.3.1",
            "an INTEGER without octets",
            Alteration::Octets(path::VERSION, b""),
        ),
        (
            "unknown-type",
            "RFC 5652, 3",
            "a content type that nobody knows",
            Alteration::Octets(path::CONTENT_TYPE, UNKNOWN),
        ),
        (
            "no-signer-infos",
            "RFC 5652, 5.1",
            "a SignedData without signerInfos",
            Alteration::Without(path::SIGNER_INFOS),
        ),
        (
            "no-signature",
            "RFC 5652, 5.3",
            "a SignerInfo without signature",
            Alteration::Without(path::SIGNATURE),
        ),
        (
            "empty-signer",
            "RFC 5652, 5.3",
            "an empty SignerInfo",
            Alteration::Octets(path::SIGNER, b""),
        ),
    ] {
        rows.altered(
            GROUP,
            source,
            (&format!("malformed-{id}"), title),
            signed(),
            Wanted::Malformed,
            alteration,
        );
    }
}
