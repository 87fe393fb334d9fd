//! Attacks of `docs/attacks.md` that the tests of features do not show.

#![expect(clippy::unwrap_used, reason = "tests")]

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::ber::{Cursor, Tag, write};
use cms_core::error::DecodeErrorKind;
use cms_core::key::{RecipientKey as _, UnwrapOutcome};
use cms_core::plain::DataReader;
use cms_core::policy::StandardPolicy;
use cms_core::provider::KeyLength;
use cms_core::signed::{SignedDataReader, Signer};
use cms_core::types::{AlgorithmIdentifier, Certificate, KeyTransRecipientInfo, RecipientInfo};
use cms_core::{CmsError, Limits, oid};
use testkit::keys;

/// A ContentInfo of data whose OCTET STRING is constructed so many times over.
fn nested(depth: usize) -> Vec<u8> {
    let mut string = write::octet_string(b"x");
    for _ in 0..depth {
        string = write::tagged(Tag::OCTET_STRING, write::Form::Constructed, &string);
    }
    write::sequence(&[&write::oid(&oid::DATA), &write::context(0, &string)])
}

fn read(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    let mut reader = DataReader::new(&Limits::DEFAULT);
    let mut content = Vec::new();
    reader.push(message, &mut |octets| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    })?;
    reader.finish()?;
    Ok(content)
}

#[test]
fn nesting_beyond_the_limit_is_refused() {
    let limit = Limits::DEFAULT.ber_depth;
    assert_eq!(read(&nested(20)).unwrap(), b"x");
    for depth in [limit + 1, 100_000] {
        let error = read(&nested(depth)).unwrap_err();
        let CmsError::Decode(error) = error else {
            panic!("{error}");
        };
        assert_eq!(error.kind, DecodeErrorKind::TooDeep, "{depth}");
    }
}

#[test]
fn captured_octets_have_limits_each_and_together() {
    let certificate = Certificate::from_der(keys::BOB.certificate).unwrap();
    let key = PrivateKey::from_pkcs8(keys::BOB.key).unwrap();
    let signer = Signer::new(certificate, &key);
    let message = cms_core::sign(b"x", signer, &PROVIDER, &StandardPolicy::Default).unwrap();
    let read = |limits: &Limits| {
        let mut reader = SignedDataReader::new(&PROVIDER, limits);
        reader.push(&message, &mut |_| Ok(()))
    };
    assert!(read(&Limits::DEFAULT).is_ok());
    let mut each = Limits::DEFAULT;
    each.element = 100;
    assert!(matches!(read(&each), Err(CmsError::Decode(_))));
    let mut together = Limits::DEFAULT;
    together.captured = 100;
    assert!(matches!(read(&together), Err(CmsError::Decode(_))));
}

/// A KeyTransRecipientInfo by PKCS #1 v1.5 with these octets as its encryptedKey.
fn key_transport(encrypted_key: &[u8]) -> KeyTransRecipientInfo {
    let der = write::sequence(&[
        &write::integer(2),
        &write::context_primitive(0, b"id"),
        &AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION).to_der(),
        &write::octet_string(encrypted_key),
    ]);
    match RecipientInfo::decode(&Cursor::single(&der, 0).unwrap()).unwrap() {
        RecipientInfo::KeyTrans(info) => info,
        _ => panic!("no key transport"),
    }
}

/// RFC 3218, 2.3.2: where the padding is wrong there is a key, of the right length, and the same one each time.
#[test]
fn wrong_paddings_give_a_key_that_stays_the_same() {
    let key = PrivateKey::from_pkcs8(keys::ALICE.key).unwrap();
    let open = |octet: u8| {
        let info = key_transport(&[octet; 256]);
        let unwrapped = key.open_key_trans(&info, KeyLength::Exact(16)).unwrap();
        assert_eq!(unwrapped.outcome, UnwrapOutcome::Unknown);
        unwrapped.key.to_vec()
    };
    let (one, other) = (open(1), open(2));
    assert_eq!((one.len(), other.len()), (16, 16));
    assert_ne!(one, other);
    assert_eq!(open(1), one);
}
