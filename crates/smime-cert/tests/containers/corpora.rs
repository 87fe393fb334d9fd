//! Files of other projects, with what they hold.

use cms_algs::PROVIDER;
use cms_core::Limits;
use smime_cert::container::pkcs12::{self, Integrity};
use smime_cert::container::{ContainerError, Loaded};

use crate::{load_with, vector};

const EXPECTATIONS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../smime-cli/tests/corpora/expectations.json"
);

fn strings<'a>(case: &'a serde_json::Value, field: &str) -> Vec<&'a str> {
    let values = case[field]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    values.iter().map(|value| value.as_str().unwrap()).collect()
}

fn public_keys(loaded: &Loaded) -> Vec<Vec<u8>> {
    let mut keys: Vec<_> = loaded
        .keys
        .iter()
        .map(|key| PROVIDER.keys.load(key).unwrap().public_key().key.clone())
        .collect();
    keys.sort();
    keys
}

/// Cases of one operation, with the loaded file of each.
fn cases(operation: &str, mut check: impl FnMut(&str, &serde_json::Value, Loaded)) -> usize {
    let Ok(text) = std::fs::read_to_string(EXPECTATIONS) else {
        eprintln!("SKIPPED: {EXPECTATIONS} is absent");
        return usize::MAX;
    };
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut count = 0;
    for case in all
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["op"] == operation)
    {
        let corpus = case["corpus"].as_str().unwrap();
        let file = case["file"].as_str().unwrap();
        let Some(octets) = vector(&format!("{corpus}/{file}")) else {
            return usize::MAX;
        };
        let loaded = load_with(&octets, case["password"].as_str());
        match loaded {
            Ok(loaded) if case["exit"] == 0 => check(corpus, case, loaded),
            Err(_) if case["exit"] != 0 => {}
            other => panic!("{corpus}/{file}: {other:?}"),
        }
        count += 1;
    }
    count
}

#[test]
fn every_certificate_of_the_expectations_is_read() {
    let count = cases("cert", |_, case, loaded| {
        assert_eq!(loaded.certificates.len(), 1, "{case}");
        assert!(loaded.keys.is_empty() && loaded.crls.is_empty(), "{case}");
    });
    assert!(count >= 14);
}

#[test]
fn every_key_of_the_expectations_is_read_and_fits_its_certificates() {
    let count = cases("key", |corpus, case, loaded| {
        assert_eq!(loaded.keys.len(), 1, "{case}");
        let key = PROVIDER.keys.load(&loaded.keys[0]).unwrap();
        for certificate in strings(case, "certs") {
            let octets = vector(&format!("{corpus}/{certificate}")).unwrap();
            let certificate = load_with(&octets, None).unwrap().certificates.remove(0);
            assert!(key.matches(&certificate.spki().unwrap()), "{case}");
        }
    });
    assert!(count >= 18);
}

#[test]
fn every_pkcs12_file_of_the_expectations_is_read() {
    let count = cases("pkcs12", |corpus, case, loaded| {
        let number = |field: &str| {
            case[field]
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
        };
        assert_eq!(Some(loaded.keys.len()), number("keys_in_file"), "{case}");
        assert_eq!(
            Some(loaded.certificates.len()),
            number("certs_in_file"),
            "{case}"
        );
        assert!(loaded.unreadable.is_empty(), "{case}");
        let others = |field: &str| -> Vec<Loaded> {
            let files = strings(case, field).into_iter();
            files
                .map(|file| load_with(&vector(&format!("{corpus}/{file}")).unwrap(), None).unwrap())
                .collect()
        };
        let keys = others("same_keys_as");
        if !keys.is_empty() {
            let mut expected: Vec<_> = keys.iter().flat_map(public_keys).collect();
            expected.sort();
            assert_eq!(public_keys(&loaded), expected, "{case}");
        }
        for other in others("same_certs_as") {
            assert!(
                loaded.certificates.contains(&other.certificates[0]),
                "{case}"
            );
        }
        let octets = vector(&format!("{corpus}/{}", case["file"].as_str().unwrap())).unwrap();
        assert_eq!(
            load_with(&octets, Some("Wrong")).unwrap_err(),
            ContainerError::WrongPassword
        );
        assert_eq!(
            load_with(&octets, None).unwrap_err(),
            ContainerError::PasswordNeeded
        );
    });
    assert!(count >= 16);
}

/// File, password, keys, certificates, CRLs, pairs of key and certificate.
const FILES: &[(&str, &str, [usize; 4])] = &[
    (
        "bc-embedded/PKCS12Test.pkcs12.der",
        "hello world",
        [1, 3, 0, 1],
    ),
    (
        "bc-embedded/PfxPduTest.pkcs5Aes128Pfx.der",
        "hello",
        [1, 1, 0, 1],
    ),
    (
        "gnupg/samplekeys/credential_private_encrypted_3DES.p12",
        "qeFGds84/Sf0eKkJwcp6",
        [1, 2, 0, 1],
    ),
    (
        "gnupg/samplekeys/credential_private_encrypted_AES256.p12",
        "qeFGds84/Sf0eKkJwcp6",
        [1, 2, 0, 1],
    ),
    (
        "gnupg/samplekeys/nistp256-openssl-self-signed.p12",
        "abc",
        [1, 1, 0, 1],
    ),
    ("gnupg/samplekeys/opensc-test.p12", "password", [1, 2, 0, 1]),
    ("gnupg/samplekeys/ov-server.p12", "start", [1, 1, 0, 1]),
    ("gnupg/samplekeys/ov-user.p12", "start", [1, 1, 0, 1]),
    ("gnupg/samplekeys/t5793-openssl.pfx", "test", [1, 1, 0, 1]),
    // Mozilla's, with a surplus OCTET STRING.
    (
        "gnupg/samplekeys/t6752-ov-user-ff.p12",
        "start",
        [1, 1, 0, 1],
    ),
    (
        "gnutls-pkcs7/aes-128.p12",
        "Red Hat Enterprise Linux 7.4",
        [1, 0, 0, 0],
    ),
    ("gnutls-pkcs7/cert-with-crl.p12", "password", [1, 1, 1, 1]),
    ("gnutls-pkcs7/client.p12", "foobar", [1, 1, 0, 1]),
    (
        "gnutls-pkcs7/key-corpus-rc2-1.p12",
        "Red Hat Enterprise Linux 7.4",
        [1, 1, 0, 1],
    ),
    (
        "gnutls-pkcs7/key-corpus-rc2-2.p12",
        "Red Hat Enterprise Linux 7.4",
        [1, 1, 0, 1],
    ),
    (
        "gnutls-pkcs7/key-corpus-rc2-3.p12",
        "Red Hat Enterprise Linux 7.4",
        [1, 1, 0, 1],
    ),
    ("gnutls-pkcs7/key-utf8-1.p12", "ένα-δύο", [1, 2, 0, 1]),
    (
        "gnutls-pkcs7/key-utf8-2.p12",
        "ένα_δύο_τρία_τέσσερα",
        [1, 2, 0, 1],
    ),
    (
        "gnutls-pkcs7/mac-sha512.p12",
        "Red Hat Enterprise Linux 7.4",
        [1, 1, 0, 1],
    ),
    (
        "gnutls-pkcs7/no-salt.p12",
        "Red Hat Enterprise Linux 7.4",
        [1, 1, 0, 1],
    ),
    ("gnutls-pkcs7/noclient.p12", "", [1, 1, 0, 1]),
    (
        "gnutls-pkcs7/openssl.p12",
        "CaudFocwijRupogDoicsApfiHadManUgNa",
        [1, 2, 0, 1],
    ),
    ("gnutls-pkcs7/pbmac1-simple.p12", "1234", [1, 1, 0, 1]),
    ("gnutls-pkcs7/pbmac1_256_256.good.p12", "1234", [1, 1, 0, 1]),
    ("gnutls-pkcs7/pbmac1_512_256.good.p12", "1234", [1, 1, 0, 1]),
    ("gnutls-pkcs7/pbmac1_512_512.good.p12", "1234", [1, 1, 0, 1]),
    ("gnutls-pkcs7/pkcs12_2certs.p12", "", [1, 2, 0, 1]),
    ("gnutls-pkcs7/pkcs12_5certs.p12", "1234", [1, 5, 0, 1]),
    ("gnutls-pkcs7/sha256.p12", "1234", [1, 0, 0, 0]),
    ("gnutls-pkcs7/test-null.p12", "", [1, 1, 0, 1]),
    ("gnutls-pkcs7/unclient.p12", "", [1, 1, 0, 1]),
    ("nss-interop/Fran-ec.p12", "nss", [1, 1, 0, 1]),
    ("nss-interop/Fran.p12", "nss", [1, 1, 0, 1]),
    (
        "pyasn1-alt/rfc9579-PKCS12-pfx_pem_text.der",
        "1234",
        [1, 1, 0, 1],
    ),
    (
        "pyca/pkcs12/cert-rc2-key-3des.p12",
        "cryptography",
        [1, 1, 0, 1],
    ),
    ("pyca/pkcs12/java-truststore.p12", "", [0, 2, 0, 0]),
    ("pyca/pkcs12/name-unicode-no-pwd.p12", "", [1, 3, 0, 1]),
    ("pyca/pkcs12/no-password.p12", "", [1, 1, 0, 1]),
    (
        "rustcrypto-formats/pkcs12/ValidCertificatePathTest1EE_firefox.p12",
        "password",
        [1, 1, 0, 1],
    ),
    (
        "rustcrypto-formats/pkcs12/ValidCertificatePathTest1EE_macos.p12",
        "password",
        [1, 1, 0, 1],
    ),
    (
        "rustcrypto-formats/pkcs12/ValidCertificatePathTest1EE_windows_aes.p12.pfx",
        "password",
        [1, 1, 0, 1],
    ),
    (
        "rustcrypto-formats/pkcs12/ValidCertificatePathTest1EE_windows_tdes.p12.pfx",
        "password",
        [1, 1, 0, 1],
    ),
    ("rustcrypto-formats/pkcs12/example.pfx", "", [1, 1, 0, 1]),
    (
        "rustcrypto-formats/pkcs12/example8.pfx",
        "1234",
        [1, 1, 0, 1],
    ),
    (
        "rustcrypto-formats/pkcs12/example9.pfx",
        "1234",
        [1, 1, 0, 1],
    ),
    (
        "rustcrypto-formats/pkcs12/example14.pfx",
        "1234",
        [1, 1, 0, 1],
    ),
    (
        "rustcrypto-formats/pkcs12/example15.pfx",
        "1234",
        [0, 1, 0, 0],
    ),
    (
        "rustcrypto-formats/pkcs12/example17.pfx",
        "1234",
        [1, 1, 0, 1],
    ),
    (
        "thunderbird/mailnews/test/data/smime/Alice-ec.p12",
        "nss",
        [1, 2, 0, 1],
    ),
    (
        "thunderbird/mailnews/test/data/smime/Eve.p12",
        "nss",
        [1, 2, 0, 1],
    ),
];

#[test]
fn pkcs12_files_of_other_projects_are_read() {
    let mut wrong = Vec::new();
    for (file, password, expected) in FILES {
        let Some(octets) = vector(file) else {
            continue;
        };
        match pkcs12::read(&octets, password, &PROVIDER, &Limits::default()) {
            Ok(read) => {
                let pairs = read.identities(&PROVIDER).len();
                let found = [
                    read.keys.len(),
                    read.certificates.len(),
                    read.crls.len(),
                    pairs,
                ];
                if found != *expected
                    || !read.unreadable.is_empty()
                    || read.integrity == Integrity::Absent
                {
                    wrong.push(format!("{file}: {found:?} {:?}", read.unreadable));
                }
            }
            Err(error) => wrong.push(format!("{file}: {error}")),
        }
        let outcome = pkcs12::read(&octets, "Wrong", &PROVIDER, &Limits::default());
        assert_eq!(
            outcome.unwrap_err(),
            ContainerError::WrongPassword,
            "{file}"
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pkcs12_files_without_a_mac_are_read_and_flagged() {
    let Some(octets) = vector("rustcrypto-formats/pkcs12/example5.pfx") else {
        return;
    };
    let read = pkcs12::read(&octets, "1234", &PROVIDER, &Limits::default()).unwrap();
    assert_eq!(read.integrity, Integrity::Absent);
    assert_eq!((read.keys.len(), read.certificates.len()), (1, 1));
    let outcome = pkcs12::read(&octets, "12345", &PROVIDER, &Limits::default());
    assert_eq!(outcome.unwrap_err(), ContainerError::WrongPassword);
}

/// RFC 9579, A.4 to A.6, and the further ones of GnuTLS.
#[test]
fn invalid_pbmac1_files_are_refused() {
    for case in [
        "bad-iter",
        "bad-salt",
        "extended-mac",
        "no-len",
        "short-len",
        "truncated-mac",
    ] {
        let Some(octets) = vector(&format!("gnutls-pkcs7/pbmac1_256_256.{case}.p12")) else {
            return;
        };
        let outcome = pkcs12::read(&octets, "1234", &PROVIDER, &Limits::default());
        assert!(
            matches!(
                outcome,
                Err(ContainerError::WrongPassword | ContainerError::Crypto(_))
            ),
            "{case}: {outcome:?}"
        );
    }
}

#[test]
fn parts_that_cannot_be_read_do_not_hide_the_others() {
    // The key is encrypted with Camellia.
    let Some(octets) = vector("bc-embedded/PfxPduTest.pkcs5Camellia128Pfx.der") else {
        return;
    };
    let read = pkcs12::read(&octets, "hello", &PROVIDER, &Limits::default()).unwrap();
    assert_eq!((read.keys.len(), read.certificates.len()), (0, 1));
    assert!(matches!(
        read.unreadable[0].reason,
        ContainerError::Unsupported(_)
    ));
    // GnuPG's own; OpenSSL does not decrypt the key either.
    let octets = vector("gnupg/samplekeys/edward.tester@demo.gnupg.com.p12").unwrap();
    let read = pkcs12::read(&octets, "abc,123456", &PROVIDER, &Limits::default()).unwrap();
    assert_eq!((read.keys.len(), read.certificates.len()), (0, 1));
    assert_eq!(read.unreadable[0].reason, ContainerError::WrongPassword);
}

#[test]
fn files_that_others_refuse_are_refused() {
    let error = |file: &str| {
        let octets = vector(file)?;
        Some(pkcs12::read(&octets, "test", &PROVIDER, &Limits::default()).unwrap_err())
    };
    for file in ["gnutls-pkcs7/gost01.p12", "gnutls-pkcs7/mem-leak.p12"] {
        let Some(error) = error(file) else {
            return;
        };
        assert!(
            matches!(error, ContainerError::Unsupported(_)),
            "{file}: {error:?}"
        );
    }
    // A negative number of iterations.
    assert!(
        error("bc-embedded/PfxPduTest.negIt.der")
            .unwrap()
            .offset()
            .is_some()
    );
    // GnuPG reads it without looking at the MAC; OpenSSL refuses it.
    assert_eq!(
        error("gnupg/samplekeys/t5793-test.pfx").unwrap(),
        ContainerError::WrongPassword
    );
}

#[test]
fn friendly_names_are_read() {
    let name = |file: &str, password: &str| {
        let read = pkcs12::read(&vector(file)?, password, &PROVIDER, &Limits::default()).unwrap();
        read.keys[0].friendly_name.clone()
    };
    let Some(unicode) = name("pyca/pkcs12/name-unicode-pwd.p12", "password") else {
        return;
    };
    assert_eq!(unicode, "☺");
    assert_eq!(name("pyca/pkcs12/no-password.p12", "").unwrap(), "6BC162DA");
}

#[test]
fn pkcs7_bundles_are_read() {
    for (file, certificates, crls) in [
        ("gnutls-pkcs7/full.p7b", 2, 0),
        ("gnutls-pkcs7/single-ca.p7b", 1, 0),
        ("gnutls-pkcs7/openssl.p7b", 2, 0),
    ] {
        let Some(octets) = vector(file) else {
            return;
        };
        let loaded = load_with(&octets, None).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(
            (loaded.certificates.len(), loaded.crls.len()),
            (certificates, crls),
            "{file}"
        );
    }
}
