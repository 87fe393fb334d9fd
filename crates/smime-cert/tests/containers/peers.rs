//! What we write, read by others, and the other way round. Visible skips where a program is absent.

use std::process::Command;

use cms_algs::PROVIDER;
use smime_cert::container::pkcs12;

use crate::{Scratch, load_with, openssl, random, vector};

fn identity(password: &str, name: &str) -> Option<Vec<u8>> {
    let loaded = load_with(&vector("rfc9216/08-4.5-pkcs12.pem")?, Some("alice")).unwrap();
    let keys: Vec<&[u8]> = loaded.keys.iter().map(|key| key.as_slice()).collect();
    Some(
        pkcs12::write(
            &keys,
            &loaded.certificates,
            Some(name),
            password,
            &PROVIDER,
            &mut random(),
        )
        .unwrap(),
    )
}

#[test]
fn openssl_reads_what_is_written() {
    for password in ["secret", "pässwörd€", ""] {
        let Some(file) = identity(password, "Alice") else {
            return;
        };
        let scratch = Scratch::new("openssl");
        std::fs::write(scratch.0.join("file.p12"), file).unwrap();
        let pass = format!("pass:{password}");
        let arguments = [
            "pkcs12", "-info", "-nodes", "-in", "file.p12", "-passin", &pass,
        ];
        let Some((good, text)) = openssl(&scratch.0, &arguments) else {
            return;
        };
        assert!(good, "{text}");
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 3, "{text}");
        assert_eq!(text.matches("BEGIN PRIVATE KEY").count(), 2, "{text}");
        assert_eq!(text.matches("friendlyName: Alice").count(), 4, "{text}");
        // Its output, attributes and all, is a mixture that is loaded again.
        let loaded = load_with(text.as_bytes(), None).unwrap();
        assert_eq!((loaded.keys.len(), loaded.certificates.len()), (2, 3));
        let wrong = [
            "pkcs12",
            "-nodes",
            "-in",
            "file.p12",
            "-passin",
            "pass:wrong",
        ];
        assert!(!openssl(&scratch.0, &wrong).unwrap().0);
    }
}

#[test]
fn whatever_openssl_writes_is_read() {
    let scratch = Scratch::new("openssl-writes");
    let request = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=x",
        "-keyout",
        "key",
        "-out",
        "certificate",
    ];
    match openssl(&scratch.0, &request) {
        None => return,
        Some((good, text)) => assert!(good, "{text}"),
    }
    let legacy: &[&str] = &["-provider", "legacy", "-provider", "default"];
    let options: [&[&str]; 12] = [
        &[],
        &["-nomac"],
        &["-macalg", "sha1"],
        &["-macalg", "sha384", "-maciter", "-iter", "100"],
        &["-macalg", "sha512", "-iter", "1"],
        &["-macalg", "md5"],
        &["-keypbe", "NONE", "-certpbe", "NONE"],
        &["-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC"],
        &["-keypbe", "DES-EDE3-CBC", "-certpbe", "NONE"],
        &["-legacy"],
        &["-keypbe", "PBE-SHA1-2DES", "-certpbe", "PBE-SHA1-RC2-128"],
        &["-keypbe", "PBE-MD5-DES", "-certpbe", "PBE-SHA1-DES"],
    ];
    for password in ["secret", "pässwörd€🔑", ""] {
        let pass = format!("pass:{password}");
        for options in options {
            let export = [
                "pkcs12",
                "-export",
                "-inkey",
                "key",
                "-in",
                "certificate",
                "-out",
                "file.p12",
                "-name",
                "Ä",
                "-passout",
                &pass,
            ];
            let (good, text) =
                openssl(&scratch.0, &[&export[..], options, legacy].concat()).unwrap();
            if !good {
                eprintln!("SKIPPED: openssl does not write {options:?}: {text}");
                continue;
            }
            let file = std::fs::read(scratch.0.join("file.p12")).unwrap();
            let loaded = load_with(&file, Some(password))
                .unwrap_or_else(|error| panic!("{password:?} {options:?}: {error}"));
            assert_eq!(
                (loaded.keys.len(), loaded.certificates.len()),
                (1, 1),
                "{password:?} {options:?}"
            );
        }
    }
}

#[test]
fn bundles_of_openssl_are_read() {
    let (Some(crl), Some(chain)) = (
        vector("rustcrypto-formats/x509-cert/tscpbcasha256.crl"),
        vector("gnutls-pkcs7/pkcs7-chain.pem"),
    ) else {
        return;
    };
    let scratch = Scratch::new("bundle");
    std::fs::write(scratch.0.join("crl"), crl).unwrap();
    std::fs::write(scratch.0.join("chain"), &chain).unwrap();
    let certificates = load_with(&chain, None).unwrap().certificates;
    for form in ["DER", "PEM"] {
        let bundle = [
            "crl2pkcs7",
            "-inform",
            "DER",
            "-in",
            "crl",
            "-certfile",
            "chain",
            "-outform",
            form,
            "-out",
            "bundle",
        ];
        match openssl(&scratch.0, &bundle) {
            None => return,
            Some((good, text)) => assert!(good, "{text}"),
        }
        let loaded = load_with(&std::fs::read(scratch.0.join("bundle")).unwrap(), None).unwrap();
        assert_eq!(
            (loaded.certificates.len(), loaded.crls.len()),
            (certificates.len(), 1),
            "{form}"
        );
    }
}

#[test]
fn nss_reads_what_is_written() {
    let Some(file) = identity("pässwörd€", "Alice") else {
        return;
    };
    let scratch = Scratch::new("nss");
    std::fs::write(scratch.0.join("file.p12"), file).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(&scratch.0)
            .output()
            .ok()?;
        let text = [output.stdout, output.stderr].concat();
        Some((
            output.status.success(),
            String::from_utf8_lossy(&text).into_owned(),
        ))
    };
    if run("certutil", &["-N", "-d", "sql:.", "--empty-password"]).is_none() {
        eprintln!("SKIPPED: no NSS programs");
        return;
    }
    let Some((good, text)) = run(
        "pk12util",
        &["-i", "file.p12", "-d", "sql:.", "-K", "", "-W", "pässwörd€"],
    ) else {
        eprintln!("SKIPPED: no pk12util");
        return;
    };
    assert!(good, "{text}");
    let (_, keys) = run("certutil", &["-K", "-d", "sql:."]).unwrap();
    assert_eq!(keys.matches("rsa ").count(), 2, "{keys}");
}

#[test]
fn gpgsm_reads_what_is_written() {
    let Some(file) = identity("secret", "Alice") else {
        return;
    };
    let scratch = Scratch::new("gpgsm");
    std::fs::write(scratch.0.join("file.p12"), file).unwrap();
    std::fs::write(
        scratch.0.join("gpg-agent.conf"),
        "allow-loopback-pinentry\n",
    )
    .unwrap();
    let home = scratch.0.to_str().unwrap();
    let mut command = Command::new("gpgsm");
    command.args([
        "--homedir",
        home,
        "--batch",
        "--disable-dirmngr",
        "--pinentry-mode",
        "loopback",
        "--passphrase-fd",
        "0",
    ]);
    command
        .args(["--import", "file.p12"])
        .current_dir(&scratch.0);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("SKIPPED: no gpgsm");
        return;
    };
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"secret\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let _ = Command::new("gpgconf")
        .args(["--homedir", home, "--kill", "all"])
        .status();
    let text = String::from_utf8_lossy(&output.stderr);
    if text.contains("pkcs5PBES2-params") {
        eprintln!(
            "SKIPPED: this gpgsm has PBES2 with HMAC-SHA-1 only; it does not read OpenSSL 3's files either"
        );
        return;
    }
    assert!(
        text.contains("secret keys read: 1") || text.contains("secret keys imported: 1"),
        "{text}"
    );
}
