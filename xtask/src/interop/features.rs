//! The rows: what this workspace writes, by the document that specifies it.

mod bad;
mod odd;
mod paths;

use super::alteration::Alteration;
use super::feature::{Act, Content, Encrypt, Feature, Form, Rsa, Sign, To, Wanted};

/// All rows: first the messages that are to be read, then those that are to be refused.
pub(crate) fn all() -> Vec<Feature> {
    let mut rows = Rows(Vec::new());
    signatures(&mut rows);
    signed_forms(&mut rows);
    ciphers(&mut rows);
    recipients(&mut rows);
    others(&mut rows);
    mail(&mut rows);
    odd::add(&mut rows);
    paths::add(&mut rows);
    bad::add(&mut rows);
    rows.0
}

struct Rows(Vec<Feature>);

impl Rows {
    fn add(&mut self, group: &'static str, source: &'static str, id: &str, title: &str, act: Act) {
        let content = if act.mail() || matches!(act, Act::Receipt) {
            Content::Entity
        } else {
            Content::Binary
        };
        self.with(group, source, id, title, act, content);
    }

    fn with(
        &mut self,
        group: &'static str,
        source: &'static str,
        id: &str,
        title: &str,
        act: Act,
        content: Content,
    ) {
        self.0.push(Feature {
            id: id.to_owned(),
            title: title.to_owned(),
            group,
            source,
            act,
            content,
            wanted: Wanted::Content,
            altered: None,
        });
    }

    /// A row whose message is an altered one of ours.
    fn altered(
        &mut self,
        group: &'static str,
        source: &'static str,
        (id, title): (&str, &str),
        act: Act,
        wanted: Wanted,
        alteration: Alteration,
    ) {
        self.add(group, source, id, title, act);
        if let Some(row) = self.0.last_mut() {
            row.wanted = wanted;
            row.altered = Some(alteration);
        }
    }
}

fn signatures(rows: &mut Rows) {
    const GROUP: &str = "Signature algorithms";
    for (digest, source) in [
        ("sha-224", "RFC 5754, 3.2"),
        ("sha-256", "RFC 3370, 3.2; RFC 5754, 3.2"),
        ("sha-384", "RFC 5754, 3.2"),
        ("sha-512", "RFC 5754, 3.2"),
        ("sha3-256", "RFC 9688, 3.1"),
        ("sha3-512", "RFC 9688, 3.1"),
    ] {
        let act = Act::Sign(Sign::new("alice", digest));
        let title = format!("RSA PKCS #1 v1.5 with {digest}");
        rows.add(GROUP, source, &format!("sign-rsa-{digest}"), &title, act);
    }
    for digest in ["sha-256", "sha-384", "sha-512", "sha3-256"] {
        let act = Act::Sign(Sign {
            pss: true,
            ..Sign::new("alice", digest)
        });
        let title = format!("RSASSA-PSS with {digest}");
        rows.add(
            GROUP,
            "RFC 4056, 3",
            &format!("sign-pss-{digest}"),
            &title,
            act,
        );
    }
    for (id, person, digest, title, source) in [
        (
            "p256",
            "bob",
            "sha-256",
            "ECDSA, P-256 with sha-256",
            "RFC 5753, 2; RFC 5754, 3.3",
        ),
        (
            "p256-sha-512",
            "bob",
            "sha-512",
            "ECDSA, P-256 with sha-512",
            "RFC 5753, 2; RFC 5754, 3.3",
        ),
        (
            "p256-sha3-256",
            "bob",
            "sha3-256",
            "ECDSA, P-256 with sha3-256",
            "RFC 9688, 3.2",
        ),
        (
            "p384",
            "carol",
            "sha-384",
            "ECDSA, P-384 with sha-384",
            "RFC 5753, 2; RFC 5754, 3.3",
        ),
        (
            "p521",
            "dave",
            "sha-512",
            "ECDSA, P-521 with sha-512",
            "RFC 5753, 2; RFC 5754, 3.3",
        ),
        (
            "brainpoolp256r1",
            "quentin",
            "sha-256",
            "ECDSA, brainpoolP256r1",
            "RFC 5639; RFC 5753, 2",
        ),
        (
            "brainpoolp384r1",
            "rupert",
            "sha-384",
            "ECDSA, brainpoolP384r1",
            "RFC 5639; RFC 5753, 2",
        ),
        ("ed25519", "erin", "sha-512", "Ed25519", "RFC 8419, 3"),
        (
            "ed448",
            "frank",
            "shake256",
            "Ed448 with id-shake256-len",
            "RFC 8419, 3",
        ),
        ("ml-dsa-44", "ivan", "sha-512", "ML-DSA-44", "RFC 9882, 3"),
        ("ml-dsa-65", "judy", "sha-512", "ML-DSA-65", "RFC 9882, 3"),
        ("ml-dsa-87", "kim", "sha-512", "ML-DSA-87", "RFC 9882, 3"),
        (
            "slh-dsa-sha2-128f",
            "olivia",
            "sha-256",
            "SLH-DSA-SHA2-128f",
            "RFC 9814, 4",
        ),
        (
            "slh-dsa-shake-128f",
            "peggy",
            "shake128",
            "SLH-DSA-SHAKE-128f",
            "RFC 9814, 4",
        ),
    ] {
        let act = Act::Sign(Sign::new(person, digest));
        rows.add(GROUP, source, &format!("sign-{id}"), title, act);
    }
}

fn signed_forms(rows: &mut Rows) {
    const GROUP: &str = "Forms of SignedData";
    let rsa = || Sign::new("alice", "sha-256");
    let mut add = |id: &str, source: &'static str, title: &str, sign: Sign| {
        rows.add(
            GROUP,
            source,
            &format!("signed-{id}"),
            title,
            Act::Sign(sign),
        );
    };
    let detached = |sign: Sign| Sign {
        form: Form::Detached,
        ..sign
    };
    let direct = |sign: Sign| Sign {
        attributes: false,
        ..sign
    };
    add(
        "detached",
        "RFC 5652, 5.2",
        "detached, RSA",
        detached(rsa()),
    );
    add(
        "detached-p256",
        "RFC 5652, 5.2",
        "detached, P-256",
        detached(Sign::new("bob", "sha-256")),
    );
    add(
        "detached-ed25519",
        "RFC 5652, 5.2; RFC 8419, 3",
        "detached, Ed25519",
        detached(Sign::new("erin", "sha-512")),
    );
    add(
        "no-attributes",
        "RFC 5652, 5.4",
        "without signed attributes, RSA",
        direct(rsa()),
    );
    add(
        "no-attributes-detached",
        "RFC 5652, 5.4",
        "without signed attributes, detached",
        direct(detached(rsa())),
    );
    add(
        "no-attributes-ed25519",
        "RFC 8419, 3.2",
        "without signed attributes, Ed25519",
        direct(Sign::new("erin", "sha-512")),
    );
    add(
        "no-attributes-ml-dsa-65",
        "RFC 9882, 3.3",
        "without signed attributes, ML-DSA-65",
        direct(Sign::new("judy", "sha-512")),
    );
    let key_id = Sign {
        key_id: true,
        ..rsa()
    };
    add(
        "key-identifier",
        "RFC 5652, 5.3",
        "signer named by subjectKeyIdentifier",
        key_id,
    );
    let stream = Sign {
        stream: true,
        ..rsa()
    };
    add(
        "indefinite",
        "RFC 5652, 5.2",
        "BER, indefinite lengths",
        stream,
    );
    let two = Sign {
        signers: vec!["alice", "bob"],
        ..rsa()
    };
    add(
        "two-signers",
        "RFC 5652, 5.1",
        "two signers, RSA and P-256",
        two,
    );
    let bare = Sign {
        certificates: false,
        ..rsa()
    };
    add(
        "no-certificates",
        "RFC 5652, 5.1",
        "without certificates",
        bare,
    );
    let countersigned = Sign {
        countersigned: true,
        ..rsa()
    };
    add(
        "countersigned",
        "RFC 5652, 11.4",
        "countersigned by P-256",
        countersigned,
    );
    for (id, title, content) in [
        ("empty", "empty content", Content::Empty),
        ("large", "1 MiB of content", Content::Large),
        ("text", "content of lines", Content::Text),
    ] {
        let act = Act::Sign(rsa());
        rows.with(
            GROUP,
            "RFC 5652, 5.2",
            &format!("signed-{id}"),
            title,
            act,
            content,
        );
    }
    let large = Act::Sign(detached(rsa()));
    let source = "RFC 5652, 5.2";
    let title = "detached, 1 MiB of content";
    rows.with(
        GROUP,
        source,
        "signed-detached-large",
        title,
        large,
        Content::Large,
    );
    rows.add(
        GROUP,
        "RFC 5652, 5.1",
        "certs-only",
        "certificates alone",
        Act::CertsOnly,
    );
}

fn ciphers(rows: &mut Rows) {
    const GROUP: &str = "Content encryption";
    for (cipher, source) in [
        ("des-ede3-cbc", "RFC 3370, 5.1"),
        ("aes-128-cbc", "RFC 3565, 4.1; RFC 8551, 2.7"),
        ("aes-192-cbc", "RFC 3565, 4.1"),
        ("aes-256-cbc", "RFC 3565, 4.1"),
        ("camellia-128-cbc", "RFC 3657, 3"),
        ("camellia-256-cbc", "RFC 3657, 3"),
        ("aes-128-gcm", "RFC 5083; RFC 5084, 3.2"),
        ("aes-192-gcm", "RFC 5083; RFC 5084, 3.2"),
        ("aes-256-gcm", "RFC 5083; RFC 5084, 3.2; RFC 8551, 2.7"),
        ("aes-128-ccm", "RFC 5083; RFC 5084, 3.1"),
        ("aes-256-ccm", "RFC 5083; RFC 5084, 3.1"),
        ("chacha20-poly1305", "RFC 5083; RFC 8103, 3"),
    ] {
        let act = Act::Encrypt(Encrypt::new(To::Person("alice"), cipher));
        let title = format!("{cipher}, to RSA");
        rows.add(GROUP, source, &format!("encrypt-{cipher}"), &title, act);
    }
    for (id, title, content) in [
        ("empty", "aes-256-cbc, empty content", Content::Empty),
        ("large", "aes-256-cbc, 1 MiB", Content::Large),
    ] {
        let act = Act::Encrypt(Encrypt::new(To::Person("alice"), "aes-256-cbc"));
        rows.with(
            GROUP,
            "RFC 5652, 6.3",
            &format!("encrypt-{id}"),
            title,
            act,
            content,
        );
    }
    for (id, title, content) in [
        ("gcm-empty", "aes-256-gcm, empty content", Content::Empty),
        ("gcm-large", "aes-256-gcm, 1 MiB", Content::Large),
    ] {
        let act = Act::Encrypt(Encrypt::new(To::Person("alice"), "aes-256-gcm"));
        rows.with(
            GROUP,
            "RFC 5083, 2.2",
            &format!("encrypt-{id}"),
            title,
            act,
            content,
        );
    }
    for (id, cipher) in [("cbc", "aes-256-cbc"), ("gcm", "aes-256-gcm")] {
        let act = Act::Encrypt(Encrypt {
            stream: true,
            ..Encrypt::new(To::Person("alice"), cipher)
        });
        let title = format!("{cipher}, BER, indefinite lengths");
        rows.add(
            GROUP,
            "RFC 5652, 6.1",
            &format!("encrypt-{id}-indefinite"),
            &title,
            act,
        );
    }
}

fn recipients(rows: &mut Rows) {
    const GROUP: &str = "Recipients";
    let mut add = |id: &str, source: &'static str, title: &str, encrypt: Encrypt| {
        let id = format!("recipient-{id}");
        rows.add(GROUP, source, &id, title, Act::Encrypt(encrypt));
    };
    let cbc = |to| Encrypt::new(to, "aes-256-cbc");
    let alice = To::Person("alice");
    for hash in ["sha-1", "sha-256", "sha-384", "sha-512"] {
        let encrypt = Encrypt {
            rsa: Rsa::Oaep(hash),
            ..cbc(alice)
        };
        let title = format!("RSAES-OAEP with {hash}");
        add(
            &format!("oaep-{hash}"),
            "RFC 3560, 2; RFC 8551, 2.3",
            &title,
            encrypt,
        );
    }
    let kem = Encrypt {
        rsa: Rsa::Kem,
        ..cbc(alice)
    };
    add("rsa-kem", "RFC 9629; RFC 9690, 2", "RSA-KEM", kem);
    let key_id = Encrypt {
        key_id: true,
        ..cbc(alice)
    };
    add(
        "key-identifier",
        "RFC 5652, 6.2.1",
        "RSA, named by subjectKeyIdentifier",
        key_id,
    );
    for (id, person, agreement, title, source) in [
        (
            "p256",
            "bob",
            "ecdh-std-sha256kdf",
            "P-256, SHA-256 KDF",
            "RFC 5753, 3.1; RFC 8551, 2.3",
        ),
        (
            "p256-sha1kdf",
            "bob",
            "ecdh-std-sha1kdf",
            "P-256, SHA-1 KDF",
            "RFC 5753, 3.1",
        ),
        (
            "p256-cofactor",
            "bob",
            "ecdh-cofactor-sha256kdf",
            "P-256, cofactor ECDH",
            "RFC 5753, 3.1",
        ),
        (
            "p384",
            "carol",
            "ecdh-std-sha384kdf",
            "P-384, SHA-384 KDF",
            "RFC 5753, 3.1",
        ),
        (
            "p521",
            "dave",
            "ecdh-std-sha512kdf",
            "P-521, SHA-512 KDF",
            "RFC 5753, 3.1",
        ),
        (
            "brainpoolp256r1",
            "quentin",
            "ecdh-std-sha256kdf",
            "brainpoolP256r1, SHA-256 KDF",
            "RFC 5639; RFC 5753, 3.1",
        ),
        ("x25519", "grace", "", "X25519", "RFC 8418, 2"),
        ("x448", "heidi", "", "X448", "RFC 8418, 2"),
        (
            "ml-kem-512",
            "laura",
            "",
            "ML-KEM-512",
            "RFC 9629; RFC 9936, 2",
        ),
        (
            "ml-kem-768",
            "mallory",
            "",
            "ML-KEM-768",
            "RFC 9629; RFC 9936, 2",
        ),
        (
            "ml-kem-1024",
            "niaj",
            "",
            "ML-KEM-1024",
            "RFC 9629; RFC 9936, 2",
        ),
    ] {
        let encrypt = Encrypt {
            agreement: (!agreement.is_empty()).then_some(agreement),
            ..cbc(To::Person(person))
        };
        add(id, source, title, encrypt);
    }
    for (id, person, title, source) in [
        (
            "p256-gcm",
            "bob",
            "P-256, with aes-256-gcm",
            "RFC 5083; RFC 5753, 3.2",
        ),
        (
            "ml-kem-768-gcm",
            "mallory",
            "ML-KEM-768, with aes-256-gcm",
            "RFC 5083; RFC 9629; RFC 9936, 2",
        ),
    ] {
        add(
            id,
            source,
            title,
            Encrypt::new(To::Person(person), "aes-256-gcm"),
        );
    }
    for (octets, wrap) in [
        (16, "aes-128-wrap"),
        (24, "aes-192-wrap"),
        (32, "aes-256-wrap"),
        (32, "camellia-256-wrap"),
    ] {
        let source = if wrap.starts_with("aes") {
            "RFC 5652, 6.2.3; RFC 3565, 4.3"
        } else {
            "RFC 5652, 6.2.3; RFC 3657, 4"
        };
        let title = format!("shared key, {wrap}");
        add(
            &format!("kek-{wrap}"),
            source,
            &title,
            cbc(To::Kek(octets, wrap)),
        );
    }
    add(
        "password",
        "RFC 5652, 6.2.4; RFC 3211",
        "password",
        cbc(To::Password),
    );
    let gcm = Encrypt::new(To::Password, "aes-256-gcm");
    add(
        "password-gcm",
        "RFC 5083; RFC 5652, 6.2.4",
        "password, with aes-256-gcm",
        gcm,
    );
    let two = Encrypt {
        to: vec![alice, To::Person("bob")],
        ..cbc(alice)
    };
    add("two", "RFC 5652, 6.1", "two, RSA and P-256", two);
}

fn others(rows: &mut Rows) {
    const GROUP: &str = "Other content types";
    for stream in [false, true] {
        let (id, title) = if stream {
            (
                "compressed-indefinite",
                "CompressedData, indefinite lengths",
            )
        } else {
            ("compressed", "CompressedData")
        };
        let act = Act::Compress {
            stream,
            mail: false,
        };
        rows.add(GROUP, "RFC 3274, 1.1", id, title, act);
    }
    let large = Act::Compress {
        stream: false,
        mail: false,
    };
    let (source, title) = ("RFC 3274, 1.1", "CompressedData, 1 MiB");
    rows.with(
        GROUP,
        source,
        "compressed-large",
        title,
        large,
        Content::Large,
    );
    for digest in ["sha-256", "sha-512"] {
        let title = format!("DigestedData, {digest}");
        let act = Act::Digest { digest };
        rows.add(
            GROUP,
            "RFC 5652, 7",
            &format!("digested-{digest}"),
            &title,
            act,
        );
    }
    for cipher in ["aes-128-cbc", "aes-256-cbc"] {
        let title = format!("EncryptedData, {cipher}");
        let act = Act::EncryptData { cipher };
        rows.add(
            GROUP,
            "RFC 5652, 8",
            &format!("encrypted-{cipher}"),
            &title,
            act,
        );
    }
    for (id, to, title) in [
        (
            "rsa",
            To::Person("alice"),
            "AuthenticatedData, HMAC with SHA-256, to RSA",
        ),
        (
            "p256",
            To::Person("bob"),
            "AuthenticatedData, HMAC with SHA-256, to P-256",
        ),
    ] {
        let act = Act::Mac {
            mac: "hmac-sha-256",
            to,
        };
        rows.add(
            GROUP,
            "RFC 5652, 9",
            &format!("authenticated-{id}"),
            title,
            act,
        );
    }
    rows.add(
        GROUP,
        "RFC 2634, 2",
        "receipt",
        "signed receipt",
        Act::Receipt,
    );
}

fn mail(rows: &mut Rows) {
    const GROUP: &str = "S/MIME messages";
    for (id, person, form, pss, title, source) in [
        (
            "clear",
            "alice",
            Form::Clear,
            false,
            "multipart/signed, RSA",
            "RFC 8551, 3.5.3",
        ),
        (
            "clear-p256",
            "bob",
            Form::Clear,
            false,
            "multipart/signed, P-256",
            "RFC 8551, 3.5.3",
        ),
        (
            "clear-pss",
            "alice",
            Form::Clear,
            true,
            "multipart/signed, PSS",
            "RFC 8551, 3.5.3",
        ),
        (
            "opaque",
            "alice",
            Form::Mail,
            false,
            "signed-data, RSA",
            "RFC 8551, 3.5.2",
        ),
    ] {
        let act = Act::Sign(Sign {
            form,
            pss,
            ..Sign::new(person, "sha-256")
        });
        rows.add(GROUP, source, &format!("mail-{id}"), title, act);
    }
    for (id, cipher, signed, title, source) in [
        (
            "enveloped",
            "aes-256-cbc",
            false,
            "enveloped-data",
            "RFC 8551, 3.3",
        ),
        (
            "auth-enveloped",
            "aes-256-gcm",
            false,
            "authEnveloped-data",
            "RFC 8551, 3.4",
        ),
        (
            "signed-enveloped",
            "aes-256-cbc",
            true,
            "signed, then encrypted",
            "RFC 8551, 3.7",
        ),
    ] {
        let act = Act::Encrypt(Encrypt {
            mail: true,
            signed,
            ..Encrypt::new(To::Person("alice"), cipher)
        });
        rows.add(GROUP, source, &format!("mail-{id}"), title, act);
    }
    let act = Act::Compress {
        stream: false,
        mail: true,
    };
    rows.add(
        GROUP,
        "RFC 8551, 3.6",
        "mail-compressed",
        "compressed-data",
        act,
    );
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::all;
    use crate::interop::feature::Wanted;

    #[test]
    fn rows_are_many_and_named_once() {
        let rows = all();
        let names: HashSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(names.len(), rows.len());
        let bad = rows
            .iter()
            .filter(|row| row.wanted != Wanted::Content)
            .count();
        assert!(
            bad >= 30 && rows.len() - bad >= 100,
            "{bad} of {}",
            rows.len()
        );
    }
}
