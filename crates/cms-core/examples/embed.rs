//! CMS alone, in memory: `cargo run -p cms-core --example embed`.
//!
//! `docs/guide/embed-cms.md` goes through it.

use std::error::Error;

// ANCHOR: imports
use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;
use cms_core::signed::Signer;
use cms_core::types::Certificate;
use cms_core::{CmsError, CryptoError};
// ANCHOR_END: imports

// ANCHOR: sign
/// A SignedData in DER, with the content and the signer's certificate in it.
fn sign(content: &[u8], me: &Identity<PrivateKey>) -> Result<Vec<u8>, CmsError> {
    let signer = Signer::new(me.certificate.clone(), &me.key);
    cms_core::sign(content, signer, &PROVIDER, &StandardPolicy::Default)
}

/// The content, if every signer is good and one of them is the one who is known.
fn verify(message: &[u8], known: &Certificate) -> Result<Vec<u8>, Box<dyn Error>> {
    let verified = cms_core::verify(message, &PROVIDER, &StandardPolicy::Default)?;
    let signers = &verified.report.signers;
    if !signers
        .iter()
        .any(|signer| signer.certificate.as_ref() == Some(known))
    {
        return Err("signed by somebody else".into());
    }
    Ok(verified.content)
}
// ANCHOR_END: sign

// ANCHOR: encrypt
/// An AuthEnvelopedData for everybody in a list, with AES-256-GCM.
fn encrypt(content: &[u8], recipients: &[Certificate]) -> Result<Vec<u8>, CmsError> {
    let policy = StandardPolicy::Default;
    cms_core::encrypt(content, recipients, &spec::AES_256_GCM, &PROVIDER, &policy)
}

/// The content, if it is as the one who encrypted it left it: an EnvelopedData, which nothing authenticates, is
/// refused by the strict profile.
fn decrypt(message: &[u8], me: &Identity<PrivateKey>) -> Result<Vec<u8>, CmsError> {
    let decrypted = cms_core::decrypt(message, me, &PROVIDER, &StandardPolicy::Strict)?;
    Ok(decrypted.content)
}
// ANCHOR_END: encrypt

// ANCHOR: load
/// A certificate in DER with its private key in PKCS #8.
fn load(certificate: &[u8], key: &[u8]) -> Result<Identity<PrivateKey>, Box<dyn Error>> {
    Ok(Identity {
        certificate: Certificate::from_der(certificate)?,
        key: PrivateKey::from_pkcs8(key).map_err(|error: CryptoError| error.to_string())?,
    })
}
// ANCHOR_END: load

fn main() -> Result<(), Box<dyn Error>> {
    let (certificate, key) = testkit::keys::self_signed_p256();
    let me = load(certificate, key)?;
    let signed = sign(b"attack at dawn", &me)?;
    let secret = encrypt(&signed, std::slice::from_ref(&me.certificate))?;
    println!(
        "{} octets of SignedData, {} around it",
        signed.len(),
        secret.len()
    );
    let content = verify(&decrypt(&secret, &me)?, &me.certificate)?;
    println!("{}", String::from_utf8_lossy(&content));
    Ok(())
}

#[cfg(test)]
mod tests {
    use testkit::keys::{ALICE, BOB};

    use super::{decrypt, encrypt, load, sign, spec, verify};
    use cms_algs::PROVIDER;
    use cms_core::policy::StandardPolicy;

    #[test]
    fn what_is_made_is_read() {
        super::main().unwrap();
    }

    #[test]
    fn others_neither_sign_nor_read() {
        let alice = load(ALICE.certificate, ALICE.key).unwrap();
        let bob = load(BOB.certificate, BOB.key).unwrap();
        let mut changed = sign(b"hello", &alice).unwrap();
        assert!(verify(&changed, &bob.certificate).is_err());
        *changed.last_mut().unwrap() ^= 1;
        assert!(verify(&changed, &alice.certificate).is_err());
        let secret = encrypt(b"hello", std::slice::from_ref(&alice.certificate)).unwrap();
        assert!(decrypt(&secret, &bob).is_err());
    }

    #[test]
    fn unauthenticated_content_is_refused() {
        let alice = load(ALICE.certificate, ALICE.key).unwrap();
        let recipients = [alice.certificate.clone()];
        let cipher = &spec::AES_256_CBC;
        let policy = StandardPolicy::Default;
        let secret = cms_core::encrypt(b"hello", &recipients, cipher, &PROVIDER, &policy).unwrap();
        assert!(decrypt(&secret, &alice).is_err());
    }
}
