//! PEM texts.

use cms_core::DecodeErrorKind;
use smime_cert::container::{ContainerError, pem};

use crate::{load_with, vector};

const BLOCK: &str = "-----BEGIN TEST-----\nMAMCAQU=\n-----END TEST-----\n";
const DER: [u8; 5] = [0x30, 3, 2, 1, 5];

#[test]
fn text_around_blocks_and_line_ends_do_not_matter() {
    let bag_attributes =
        "Bag Attributes\n    friendlyName: x\n    localKeyID: 01 02\nsubject=CN = y\n";
    for text in [
        BLOCK.to_owned(),
        BLOCK.replace('\n', "\r\n"),
        BLOCK.replace('\n', "\r"),
        BLOCK.trim_end().to_owned(),
        format!("{bag_attributes}{BLOCK}trailing"),
        BLOCK.replace('\n', "  \n"),
        BLOCK.replace("MAMCAQU=", "MAMC\nAQU="),
        BLOCK.replace("MAMCAQU=", "MAMC\n\nAQU"),
        format!("\u{feff}\n  {BLOCK}"),
    ] {
        let blocks =
            pem::parse_all(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(blocks.len(), 1, "{text:?}");
        assert_eq!(
            (blocks[0].label.as_str(), blocks[0].der.as_slice()),
            ("TEST", &DER[..]),
            "{text:?}"
        );
        assert!(blocks[0].headers.is_empty());
    }
    assert_eq!(pem::parse_all(BLOCK.repeat(3).as_bytes()).unwrap().len(), 3);
    assert!(pem::parse_all(b"nothing here").unwrap().is_empty());
}

#[test]
fn headers_are_read() {
    let text = BLOCK.replace(
        "-----\nM",
        "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,\n 00112233445566778899AABBCCDDEEFF\n\nM",
    );
    let block = pem::parse_all(text.as_bytes()).unwrap().remove(0);
    assert!(block.is_encrypted());
    assert_eq!(
        block.header("dek-info"),
        Some("AES-128-CBC,00112233445566778899AABBCCDDEEFF")
    );
    assert_eq!(*block.der, DER);
}

#[test]
fn broken_blocks_are_refused_at_their_place() {
    for (text, offset) in [
        ("-----BEGIN A-----\nMAMC", 18),
        ("x\n-----BEGIN A-----\nMAMCAQU=\n-----END B-----\n", 20),
        (
            "-----BEGIN A-----\n-----BEGIN A-----\n-----END A-----\n",
            18,
        ),
        ("-----BEGIN A-----\nM*MC\n-----END A-----\n", 18),
        ("-----BEGIN A-----\nMAMCA\n-----END A-----\n", 18),
        ("-----BEGIN A-----\nMAMC=AQU\n-----END A-----\n", 18),
    ] {
        let error = pem::parse_all(text.as_bytes()).unwrap_err();
        assert_eq!(error.offset(), Some(offset), "{text:?}");
    }
    assert!(matches!(
        pem::parse_all(b"-----BEGIN A-----\n").unwrap_err(),
        ContainerError::Decode(error) if error.kind == DecodeErrorKind::Truncated
    ));
}

#[test]
fn written_blocks_have_lines_of_64() {
    assert_eq!(pem::encode("TEST", &DER), BLOCK);
    for len in [0usize, 47, 48, 49, 95, 96, 97, 1000] {
        let der = vec![7; len];
        let text = pem::encode("X Y", &der);
        assert!(text.lines().all(|line| line.len() <= 64) && text.ends_with("-----\n"));
        assert_eq!(text.lines().count(), 2 + len.div_ceil(48), "{len}");
        assert_eq!(*pem::parse_all(text.as_bytes()).unwrap()[0].der, der);
    }
}

#[test]
fn mixtures_and_bare_forms_are_loaded() {
    let Some(certificate) = vector("rfc9216/01-3.1-certificate.pem") else {
        return;
    };
    let key = vector("rfc9216/02-3.2-private-key.pem").unwrap();
    let bundle = vector("gnutls-pkcs7/single-ca.p7b").unwrap();
    let parameters =
        b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    let unknown =
        b"-----BEGIN SOMETHING ELSE-----\nBggqhkjOPQMBBw==\n-----END SOMETHING ELSE-----\n";
    let mixture = [
        &parameters[..],
        &key,
        &unknown[..],
        &certificate,
        &certificate,
    ]
    .concat();
    let loaded = load_with(&mixture, None).unwrap();
    assert_eq!((loaded.keys.len(), loaded.certificates.len()), (1, 2));
    assert!(load_with(&bundle, None).unwrap().certificates.len() == 1);
    assert_eq!(
        load_with(unknown, None).unwrap_err(),
        ContainerError::Unrecognised
    );
    assert_eq!(
        load_with(parameters, None).unwrap_err(),
        ContainerError::Unrecognised
    );

    let der = pem::parse_all(&certificate).unwrap().remove(0).der;
    let bare: String = pem::encode("X", &der)
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let trusted = pem::encode("TRUSTED CERTIFICATE", &[&der[..], &DER].concat());
    for octets in [
        der.to_vec(),
        [&der[..], b"\r\n"].concat(),
        bare.into_bytes(),
        trusted.into_bytes(),
    ] {
        assert_eq!(load_with(&octets, None).unwrap().certificates.len(), 1);
    }
    assert!(
        load_with(&[&der[..], &DER].concat(), None)
            .unwrap_err()
            .offset()
            .is_some()
    );
    for nothing in [
        &b""[..],
        b"x",
        b"0",
        b"text of no kind",
        &DER,
        &[0x30, 0],
        &[0; 40],
    ] {
        assert!(load_with(nothing, None).is_err(), "{nothing:?}");
    }
    for len in 1..der.len() {
        assert!(load_with(&der[..len], None).is_err(), "{len}");
    }
}

#[test]
fn crls_are_told_from_certificates() {
    let Some(crl) = vector("rustcrypto-formats/x509-cert/tscpbcasha256.crl") else {
        return;
    };
    let loaded = load_with(&crl, None).unwrap();
    assert_eq!((loaded.crls.len(), loaded.certificates.len()), (1, 0));
}
