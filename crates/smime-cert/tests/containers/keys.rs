//! Private keys in all encodings.

use cms_algs::PROVIDER;
use cms_core::{CryptoError, Limits};
use smime_cert::container::{ContainerError, pem, private_key};

use crate::{Scratch, load_with, openssl, random, vector};

#[test]
fn keys_of_rfc_examples_are_read() {
    for (file, loadable) in [
        ("pem/rfc9500/01-2.1-rsa-private-key.pem", true),
        ("pem/rfc9500/02-2.1-rsa-private-key.pem", true),
        ("pem/rfc9500/04-2.2-dsa-private-key.pem", false),
        ("pem/rfc9500/07-2.3-ec-private-key.pem", true),
        ("pem/rfc8410/02-7-private-key.pem", true),
    ] {
        let Some(octets) = vector(file) else {
            return;
        };
        let loaded = load_with(&octets, None).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(loaded.keys.len(), 1, "{file}");
        if loadable {
            PROVIDER
                .keys
                .load(&loaded.keys[0])
                .unwrap_or_else(|error| panic!("{file}: {error}"));
        }
    }
}

/// The file of RFC 7914, 13 asks for 1 GiB; smaller costs are in `cms-algs/src/spec/password/tests.rs`.
#[test]
fn scrypt_beyond_the_memory_limit_is_refused() {
    let Some(octets) = vector("bc-embedded/PKCS8Test.pkcs8Scrypt.der") else {
        return;
    };
    let outcome = load_with(&octets, Some("Rabbit"));
    let error = outcome.unwrap_err();
    assert!(
        matches!(error, ContainerError::Crypto(CryptoError::Limit(_))),
        "{error}"
    );
}

/// Every form that OpenSSL writes comes back as the same PKCS #8.
#[test]
fn whatever_openssl_writes_is_the_same_key() {
    let scratch = Scratch::new("keys");
    let run = |arguments: &[&str]| {
        openssl(&scratch.0, arguments).map(|(good, text)| assert!(good, "{arguments:?}: {text}"))
    };
    let file = |name: &str| std::fs::read(scratch.0.join(name)).unwrap();
    let kinds: [(&str, &[&str]); 3] = [
        (
            "rsa",
            &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
        ),
        (
            "ec",
            &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        ),
        ("dsa", &[]),
    ];
    for (kind, options) in kinds {
        if kind == "dsa" {
            let parameters = [
                "genpkey",
                "-genparam",
                "-algorithm",
                "DSA",
                "-pkeyopt",
                "dsa_paramgen_bits:1024",
                "-out",
                "dsap",
            ];
            run(&parameters);
            run(&["genpkey", "-paramfile", "dsap", "-out", "key"]);
        } else if run(&[&["genpkey", "-out", "key"], options].concat()).is_none() {
            return;
        }
        run(&[
            "pkcs8",
            "-topk8",
            "-nocrypt",
            "-in",
            "key",
            "-outform",
            "DER",
            "-out",
            "plain.der",
        ]);
        let expected = file("plain.der");
        run(&["pkey", "-in", "key", "-traditional", "-out", "traditional"]);
        run(&[
            "pkey",
            "-in",
            "key",
            "-traditional",
            "-outform",
            "DER",
            "-out",
            "traditional.der",
        ]);
        let mut names = vec!["key", "plain.der", "traditional", "traditional.der"];
        for cipher in ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"] {
            run(&[
                "pkey",
                "-in",
                "key",
                "-traditional",
                &format!("-{cipher}"),
                "-passout",
                "pass:pässword",
                "-out",
                cipher,
            ]);
            names.push(cipher);
        }
        for (cipher, prf) in [
            ("aes-128-cbc", "hmacWithSHA1"),
            ("aes-192-cbc", "hmacWithSHA224"),
            ("aes-256-cbc", "hmacWithSHA512"),
            ("des3", "hmacWithSHA256"),
        ] {
            let name = format!("v2-{cipher}");
            run(&[
                "pkcs8",
                "-topk8",
                "-in",
                "key",
                "-v2",
                cipher,
                "-v2prf",
                prf,
                "-passout",
                "pass:pässword",
                "-out",
                &name,
            ]);
            names.push(Box::leak(name.into_boxed_str()));
        }
        let legacy: &[&str] = &["-provider", "legacy", "-provider", "default"];
        for scheme in [
            "PBE-MD5-DES",
            "PBE-SHA1-DES",
            "PBE-MD5-RC2-64",
            "PBE-SHA1-RC2-64",
            "PBE-SHA1-3DES",
            "PBE-SHA1-2DES",
            "PBE-SHA1-RC2-128",
            "PBE-SHA1-RC2-40",
        ] {
            let arguments = [
                "pkcs8",
                "-topk8",
                "-in",
                "key",
                "-v1",
                scheme,
                "-passout",
                "pass:pässword",
                "-outform",
                "DER",
                "-out",
                scheme,
            ];
            if openssl(&scratch.0, &[&arguments, legacy].concat()).is_some_and(|(good, _)| good) {
                names.push(scheme);
            } else {
                eprintln!("SKIPPED: openssl does not write {scheme}");
            }
        }
        for name in names {
            let loaded = load_with(&file(name), Some("pässword"))
                .unwrap_or_else(|error| panic!("{kind} {name}: {error}"));
            assert_eq!(*loaded.keys[0], expected, "{kind} {name}");
            if loaded.keys[0][..] != file(name)[..]
                && !name.starts_with("traditional")
                && name != "key"
            {
                let wrong = load_with(&file(name), Some("passwort"));
                assert_eq!(
                    wrong.unwrap_err(),
                    ContainerError::WrongPassword,
                    "{kind} {name}"
                );
                assert_eq!(
                    load_with(&file(name), None).unwrap_err(),
                    ContainerError::PasswordNeeded
                );
            }
        }
    }
}

#[test]
fn encrypted_pkcs8_goes_round_and_to_openssl() {
    let Some(octets) = vector("rfc9216/15-6.2-private-key.pem") else {
        return;
    };
    let key = load_with(&octets, None).unwrap().keys.remove(0);
    let encrypted = private_key::encrypt_pkcs8(&key, "pässword", &PROVIDER, &mut random()).unwrap();
    assert_eq!(
        load_with(&encrypted, Some("pässword")).unwrap().keys[0],
        key
    );
    assert_eq!(
        load_with(&encrypted, Some("password")).unwrap_err(),
        ContainerError::WrongPassword
    );
    assert_eq!(
        load_with(&encrypted, None).unwrap_err(),
        ContainerError::PasswordNeeded
    );
    let mut limits = Limits::default();
    limits.kdf_iterations = 1000;
    let password = || Some("pässword".to_owned().into());
    let outcome = private_key::from_der(&encrypted, &password, &PROVIDER, &limits);
    assert!(matches!(outcome, Err(ContainerError::Limit(_))));

    let scratch = Scratch::new("pkcs8");
    std::fs::write(
        scratch.0.join("key"),
        pem::encode("ENCRYPTED PRIVATE KEY", &encrypted),
    )
    .unwrap();
    if let Some((good, text)) = openssl(
        &scratch.0,
        &["pkey", "-in", "key", "-passin", "pass:pässword", "-noout"],
    ) {
        assert!(good, "{text}");
    }
}

#[test]
fn broken_keys_end_in_errors() {
    for file in [
        "rfc9216/02-3.2-private-key.pem",
        "pem/rfc9500/07-2.3-ec-private-key.pem",
        "pem/rfc9500/01-2.1-rsa-private-key.pem",
    ] {
        let Some(octets) = vector(file) else {
            return;
        };
        let der = pem::parse_all(&octets).unwrap().remove(0).der;
        let read = |der: &[u8]| private_key::from_der(der, &|| None, &PROVIDER, &Limits::default());
        for len in 0..der.len() {
            assert!(read(&der[..len]).is_err(), "{file} {len}");
        }
        for index in 0..der.len() {
            let mut broken = der.to_vec();
            broken[index] ^= 0xff;
            let _ = read(&broken);
        }
        assert!(read(&[&der[..], &[0]].concat()).is_err());
    }
}
