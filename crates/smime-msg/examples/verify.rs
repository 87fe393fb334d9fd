//! Verifies a signed mail in a program of one's own:
//! `cargo run -p smime-msg --example verify -- MAIL ANCHORS`, with the certificates that are trusted in PEM or DER.
//!
//! `docs/guide/verify-in-your-program.md` goes through it.

use std::error::Error;
use std::io::{Cursor, Read as _, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

// ANCHOR: imports
use cms_algs::{PROVIDER, PrivateKey};
use cms_core::Limits;
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;
use cms_core::types::{Certificate, Time};
use smime_cert::address::AddressMatch;
use smime_cert::anchor::TrustAnchor;
use smime_cert::extension::email_addresses;
use smime_cert::path::{PathRules, Pool};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::AtHand;
use smime_msg::open::{Assessment, Checking, LayerKind, OpenContext, PathStatus, Trust, open};
use smime_msg::spool::MemorySpools;
// ANCHOR_END: imports

// ANCHOR: verify
/// A mail whose signers stand for all of it.
#[derive(Debug)]
struct VerifiedMail {
    /// Addresses in the signers' certificates.
    signers: Vec<String>,
    /// What was signed: header fields of the content, and the body.
    content: Vec<u8>,
}

/// Verifies a mail as of a time.
fn verify(mail: &[u8], anchors: &[TrustAnchor], at: Time) -> Result<VerifiedMail, Box<dyn Error>> {
    let trust = Trust {
        anchors,
        // Intermediates that the mail does not bring along.
        issuers: &Pool::new(),
        at,
        purpose: Purpose::Signing,
        rules: &PathRules::DEFAULT,
        // Who is expected; `None` is the From, or Sender, of the mail.
        sender: None,
        checking: Checking::IfCarried,
        // CRLs and OCSP responses, beside those in the mail.
        statuses: &AtHand::default(),
        known: None,
    };
    let context = OpenContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
        limits: &Limits::DEFAULT,
        keys: &Vec::<Identity<PrivateKey>>::new(),
        certificates: &Vec::<Certificate>::new(),
        spools: &MemorySpools::new(16 << 20),
        trust: Some(&trust),
    };
    let opened = open(Box::new(Cursor::new(mail)), &context);
    // A layer that could not be opened: nothing inside is taken for verified.
    if let Some(error) = opened.error {
        return Err(error.into());
    }
    // The outermost layer is the signature, so that it covers everything within.
    let outermost = opened.layers.first().map(|layer| &layer.kind);
    let Some(LayerKind::Signed {
        report,
        assessments,
        ..
    }) = outermost
    else {
        return Err("the mail as a whole is not signed".into());
    };
    if assessments.is_empty() {
        return Err("nobody signed".into());
    }
    let mut signers = Vec::new();
    for (signer, assessment) in report.signers.iter().zip(assessments) {
        good(assessment)?;
        signers.extend(signer.certificate.iter().flat_map(email_addresses));
    }
    let mut content = Vec::new();
    let waiting = opened.content.ok_or("there is no content")?;
    let mut reader = waiting.into_spool().into_reader()?;
    reader.read_to_end(&mut content)?;
    Ok(VerifiedMail { signers, content })
}

/// One signer: the signature holds, a path leads to an anchor, and the certificate names the sender.
fn good(assessment: &Assessment) -> Result<(), Box<dyn Error>> {
    if let PathStatus::Untrusted(error) = &assessment.path {
        return Err(error.clone().into());
    }
    let trusted = matches!(assessment.path, PathStatus::Trusted(_));
    let sender = assessment.address == Some(AddressMatch::Match);
    if !(assessment.is_good() && trusted && sender) {
        let Assessment {
            signature, address, ..
        } = assessment;
        return Err(format!("signature: {signature:?}, address: {address:?}").into());
    }
    Ok(())
}
// ANCHOR_END: verify

// ANCHOR: main
/// The certificates of a file, as anchors.
fn anchors(octets: &[u8]) -> Result<Vec<TrustAnchor>, Box<dyn Error>> {
    let loaded = smime_cert::container::load(octets, &|| None, &PROVIDER, &Limits::DEFAULT)?;
    let certificates = loaded.certificates.into_iter();
    let anchors: Result<Vec<_>, _> = certificates.map(TrustAnchor::from_certificate).collect();
    Ok(anchors?)
}

fn now() -> Result<Time, Box<dyn Error>> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    Ok(Time::from_unix(i64::try_from(seconds)?))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mail, trusted] = arguments.as_slice() else {
        return Err("usage: verify MAIL ANCHORS".into());
    };
    let anchors = anchors(&std::fs::read(trusted)?)?;
    let verified = verify(&std::fs::read(mail)?, &anchors, now()?)?;
    eprintln!("signed by {}", verified.signers.join(", "));
    std::io::stdout().write_all(&verified.content)?;
    Ok(())
}
// ANCHOR_END: main

#[cfg(test)]
mod tests {
    use super::{Time, anchors, verify};

    const MAIL: &[u8] = include_bytes!("../../../docs/examples/mail-clear-signed/message.eml");
    const ROOT: &[u8] = include_bytes!("../../../docs/examples/keys/root.pem");

    fn at(text: &str) -> Time {
        Time::from_rfc3339(text).unwrap()
    }

    #[test]
    fn a_good_mail_is_verified() {
        let time = at("2026-06-01T00:00:00Z");
        let verified = verify(MAIL, &anchors(ROOT).unwrap(), time).unwrap();
        assert_eq!(verified.signers, ["alice@example.com"]);
        assert!(
            verified
                .content
                .ends_with(b"This is some sample content.\r\n")
        );
    }

    #[test]
    fn anything_else_is_not() {
        let time = at("2026-06-01T00:00:00Z");
        let root = anchors(ROOT).unwrap();
        let text = String::from_utf8(MAIL.to_vec()).unwrap();
        let changed = text.replace("sample content", "sample Content");
        assert!(verify(changed.as_bytes(), &root, time).is_err());
        let foreign = text.replace("From: Alice <alice@", "From: Alice <mallory@");
        assert!(verify(foreign.as_bytes(), &root, time).is_err());
        let unsigned = "From: alice@example.com\r\n\r\nhello\r\n";
        assert!(verify(unsigned.as_bytes(), &root, time).is_err());
        let beside = format!(
            "From: alice@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n\
             {text}\r\n--b--\r\n"
        );
        assert!(verify(beside.as_bytes(), &root, time).is_err());
        assert!(verify(MAIL, &[], time).is_err());
        assert!(verify(MAIL, &root, at("2050-01-01T00:00:00Z")).is_err());
    }
}
