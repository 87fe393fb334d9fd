//! Hostile inputs and many recipients, one case of one side in a process.

use std::fs::File;
use std::path::Path;

use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::compressed::CompressedDataReader;
use cms_core::enveloped::{DecryptContext, EnvelopedDataBuilder, EnvelopedDataReader};
use cms_core::io::{self, EncryptContext};
use cms_core::key::Identity;
use cms_core::plain::DataReader;
use cms_core::policy::StandardPolicy;
use cms_core::recipients::Recipient;
use cms_core::signed::{NoReplay, SignedDataReader, VerifyContext};
use cms_core::types::Certificate;
use cms_core::{ContentForm, Limits, oid};
use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::pkey::PKey;
use openssl::stack::Stack;
use openssl::symm::Cipher;
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use serde_json::json;
use testkit::keys::ALICE;

use crate::{inputs, usage};

const POLICY: StandardPolicy = StandardPolicy::Default;

/// What one case does; the answer is what is to be seen in the table.
type Work = fn(&Path) -> Result<String, String>;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    ours: Work,
    openssl: Option<Work>,
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "chunks",
        ours: |f| read_signed(f, "chunks"),
        openssl: Some(|f| openssl_read(f, "chunks")),
    },
    Case {
        name: "depth",
        ours: depth,
        openssl: Some(|f| openssl_read(f, "depth")),
    },
    Case {
        name: "signers-10000",
        ours: |f| verify(f, "signers-10000"),
        openssl: Some(|f| openssl_verify(f, "signers-10000")),
    },
    Case {
        name: "signers-100000",
        ours: |f| verify(f, "signers-100000"),
        openssl: Some(|f| openssl_verify(f, "signers-100000")),
    },
    Case {
        name: "certificates-10000",
        ours: |f| verify(f, "certificates-10000"),
        openssl: Some(|f| openssl_verify(f, "certificates-10000")),
    },
    Case {
        name: "certificates-100000",
        ours: |f| verify(f, "certificates-100000"),
        openssl: None,
    },
    Case {
        name: "recipients-10000",
        ours: |f| decrypt(f, "recipients-10000"),
        openssl: Some(|f| openssl_decrypt(f, "recipients-10000")),
    },
    Case {
        name: "recipients-100000",
        ours: |f| decrypt(f, "recipients-100000"),
        openssl: Some(|f| openssl_decrypt(f, "recipients-100000")),
    },
    Case {
        name: "encrypt-10000",
        ours: encrypt,
        openssl: Some(openssl_encrypt),
    },
    Case {
        name: "bomb",
        ours: bomb,
        openssl: None,
    },
];

pub(crate) fn run(case: &str, side: &str, folder: &Path) {
    let Some(case) = CASES.iter().find(|known| known.name == case) else {
        eprintln!("no case of that name");
        std::process::exit(2);
    };
    let work = match side {
        "ours" => Some(case.ours),
        _ => case.openssl,
    };
    let Some(work) = work else {
        println!(
            "{}",
            json!({"case": case.name, "side": side, "outcome": "not run"})
        );
        return;
    };
    let before = usage::cpu();
    let outcome = work(folder);
    let cpu = PREPARATION.with(|preparation| usage::cpu() - before - preparation.get());
    let outcome = outcome.unwrap_or_else(|error| format!("refused: {error}"));
    println!(
        "{}",
        json!({"case": case.name, "side": side, "cpu": cpu, "peak": usage::peak(), "outcome": outcome})
    );
}

thread_local! {
    /// CPU seconds that preparing took, which do not count.
    static PREPARATION: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) };
}

fn prepared<T>(prepare: impl FnOnce() -> T) -> T {
    let before = usage::cpu();
    let value = prepare();
    PREPARATION.with(|preparation| preparation.set(preparation.get() + usage::cpu() - before));
    value
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn open(folder: &Path, name: &str) -> File {
    File::open(folder.join(name)).expect("run `peers make FOLDER` first")
}

fn alice() -> Identity<PrivateKey> {
    Identity {
        certificate: Certificate::from_der(ALICE.certificate).expect("certificate"),
        key: PrivateKey::from_pkcs8(ALICE.key).expect("key"),
    }
}

fn read_signed(folder: &Path, name: &str) -> Result<String, String> {
    let mut source = open(folder, name);
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    let mut len = 0usize;
    io::pump::<cms_core::CmsError>(&mut source, &mut |chunk| {
        reader.push(chunk, &mut |octets| {
            len += octets.danger_octets().len();
            Ok(())
        })
    })
    .map_err(text)?;
    reader.finish_unverified().map_err(text)?;
    assert_eq!(len, inputs::CHUNKS);
    Ok("read".to_owned())
}

fn depth(folder: &Path) -> Result<String, String> {
    let mut reader = DataReader::new(&Limits::DEFAULT);
    let mut source = open(folder, "depth");
    io::read(&mut reader, &mut source, None, &mut std::io::sink()).map_err(text)?;
    Ok("read".to_owned())
}

fn verify(folder: &Path, name: &str) -> Result<String, String> {
    let mut source = open(folder, name);
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    io::pump::<cms_core::CmsError>(&mut source, &mut |chunk| {
        reader.push(chunk, &mut |_| Ok(()))
    })
    .map_err(text)?;
    let certificates = vec![alice().certificate];
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &certificates,
    };
    let report = reader.finish(&mut NoReplay, &context).map_err(text)?;
    let good = report
        .signers
        .iter()
        .filter(|one| one.signature_ok == Some(true))
        .count();
    Ok(format!(
        "{good} of {} signers checked",
        report.signers.len()
    ))
}

fn decrypt(folder: &Path, name: &str) -> Result<String, String> {
    let keys = prepared(|| {
        let alice = alice();
        // The key is loaded on both sides.
        let one = cms_core::encrypt(
            b"",
            &[alice.certificate.clone()],
            &spec::AES_256_CBC,
            &PROVIDER,
            &POLICY,
        );
        cms_core::decrypt(&one.expect("encrypted"), &alice, &PROVIDER, &POLICY).expect("decrypted");
        alice
    });
    let context = DecryptContext {
        provider: &PROVIDER,
        policy: &POLICY,
        keys: Some(&keys),
    };
    let mut reader = EnvelopedDataReader::new(context, &Limits::DEFAULT);
    let mut source = open(folder, name);
    let mut plaintext = Vec::new();
    io::read(&mut reader, &mut source, None, &mut plaintext).map_err(text)?;
    assert_eq!(plaintext.len(), 1 << 20);
    Ok("decrypted".to_owned())
}

fn encrypt(_folder: &Path) -> Result<String, String> {
    let content = vec![b'x'; 1 << 20];
    let certificates: Vec<Certificate> = prepared(|| {
        inputs::numbered(10_000)
            .iter()
            .map(|octets| Certificate::from_der(octets).expect("certificate"))
            .collect()
    });
    let builder = certificates
        .iter()
        .fold(EnvelopedDataBuilder::new(oid::DATA), |builder, one| {
            let recipient = Recipient::new(one.clone()).with_algorithm(&spec::RSAES_PKCS1);
            builder.with_recipient(recipient)
        });
    let context = EncryptContext {
        cipher: &spec::AES_256_CBC,
        provider: &PROVIDER,
        policy: &POLICY,
    };
    let mut random = (PROVIDER.random)();
    let mut out = Vec::new();
    let form = ContentForm::Definite(1 << 20);
    io::encrypt(
        builder,
        &context,
        form,
        &mut content.as_slice(),
        &mut out,
        &mut *random,
    )
    .map_err(text)?;
    Ok("encrypted".to_owned())
}

fn bomb(folder: &Path) -> Result<String, String> {
    let mut reader = CompressedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    let mut source = open(folder, "bomb");
    io::read(&mut reader, &mut source, None, &mut std::io::sink()).map_err(text)?;
    Ok("read".to_owned())
}

fn octets(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).expect("run `peers make FOLDER` first")
}

fn openssl_read(folder: &Path, name: &str) -> Result<String, String> {
    let octets = octets(folder, name);
    CmsContentInfo::from_der(&octets).map_err(text)?;
    Ok("read".to_owned())
}

fn openssl_verify(folder: &Path, name: &str) -> Result<String, String> {
    let octets = octets(folder, name);
    let mut info = CmsContentInfo::from_der(&octets).map_err(text)?;
    let mut certificates = Stack::new().map_err(text)?;
    certificates
        .push(X509::from_der(ALICE.certificate).map_err(text)?)
        .map_err(text)?;
    let store = X509StoreBuilder::new().map_err(text)?.build();
    let flags = CMSOptions::BINARY | CMSOptions::NO_SIGNER_CERT_VERIFY;
    let mut out = Vec::new();
    info.verify(
        Some(&certificates),
        Some(&store),
        None,
        Some(&mut out),
        flags,
    )
    .map_err(text)?;
    Ok("all signers checked".to_owned())
}

fn openssl_decrypt(folder: &Path, name: &str) -> Result<String, String> {
    let (key, certificate) = prepared(|| {
        let key = PKey::private_key_from_pkcs8(ALICE.key).expect("key");
        (key, X509::from_der(ALICE.certificate).expect("certificate"))
    });
    let octets = octets(folder, name);
    let info = CmsContentInfo::from_der(&octets).map_err(text)?;
    let plaintext = info.decrypt(&key, &certificate).map_err(text)?;
    assert_eq!(plaintext.len(), 1 << 20);
    Ok("decrypted".to_owned())
}

fn openssl_encrypt(_folder: &Path) -> Result<String, String> {
    let content = vec![b'x'; 1 << 20];
    let stack = prepared(|| {
        let mut stack = Stack::new().expect("stack");
        for octets in inputs::numbered(10_000) {
            let certificate = X509::from_der(&octets).expect("certificate");
            // Its key is decoded when first asked for.
            certificate.public_key().expect("key");
            stack.push(certificate).expect("stack");
        }
        stack
    });
    let flags = CMSOptions::BINARY;
    let message = CmsContentInfo::encrypt(&stack, &content, Cipher::aes_256_cbc(), flags);
    message.map_err(text)?.to_der().map_err(text)?;
    Ok("encrypted".to_owned())
}
