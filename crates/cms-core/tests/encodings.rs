//! The same message in other encodings of BER: what senders and relays make of it is read as the DER is (RFC 5652, 4).

#![expect(clippy::unwrap_used, reason = "tests, helpers included")]

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;
use cms_core::signed::Signer;
use cms_core::types::{AlgorithmIdentifier, Certificate};
use cms_core::{ObjectIdentifier, oid};
use testkit::ber::{Element, Lengths};

const POLICY: StandardPolicy = StandardPolicy::Default;
const CONTENT: &[u8] = b"content that is encoded in many ways";

fn identities() -> Vec<Identity<PrivateKey>> {
    let one = |identity: &testkit::keys::TestIdentity| Identity {
        certificate: Certificate::from_der(identity.certificate).unwrap(),
        key: PrivateKey::from_pkcs8(identity.key).unwrap(),
    };
    testkit::keys::ALL.iter().map(one).collect()
}

/// With lengths in another form everywhere but in what is signed in DER: certificates, and signed attributes.
fn again(message: &[u8], lengths: Lengths) -> Vec<u8> {
    let tree = Element::parse(message).unwrap();
    assert_eq!(tree.encode(Lengths::Der), message);
    let choose = |element: &Element, depth| match (element.tag, depth) {
        (0xa0, 3 | 5) => Lengths::Der,
        _ => lengths,
    };
    let octets = tree.encode_by(&choose, 0);
    assert_ne!(octets, message);
    octets
}

#[test]
fn signed_data_verifies_with_lengths_of_any_form() {
    for identity in identities() {
        let signer = Signer::new(identity.certificate.clone(), &identity.key);
        let message = cms_core::sign(CONTENT, signer, &PROVIDER, &POLICY).unwrap();
        for lengths in [Lengths::Long, Lengths::Indefinite] {
            let verified = cms_core::verify(&again(&message, lengths), &PROVIDER, &POLICY).unwrap();
            assert_eq!(verified.content, CONTENT, "{lengths:?}");
        }
    }
}

#[test]
fn enveloped_data_decrypts_with_lengths_of_any_form() {
    let identities = identities();
    // Dave's key signs alone.
    for identity in identities.iter().take(3) {
        for cipher in [oid::AES128_CBC, oid::AES256_GCM] {
            let cipher = PROVIDER.cipher(&cipher).unwrap();
            let recipients = [identity.certificate.clone()];
            let message =
                cms_core::encrypt(CONTENT, &recipients, cipher, &PROVIDER, &POLICY).unwrap();
            for lengths in [Lengths::Long, Lengths::Indefinite] {
                let octets = again(&message, lengths);
                let decrypted =
                    cms_core::decrypt(&octets, &identities, &PROVIDER, &POLICY).unwrap();
                assert_eq!(decrypted.content, CONTENT, "{lengths:?}");
            }
        }
    }
}

#[test]
fn null_is_null_in_any_form_and_nothing_else_is() {
    let with = |octets: &[u8]| AlgorithmIdentifier::with(oid::SHA256, octets.to_vec());
    for null in [&b"\x05\0"[..], b"\x05\x81\0", b"\x05\x84\0\0\0\0"] {
        assert!(with(null).has_no_parameters(), "{null:02x?}");
    }
    for other in [
        &b"\x05\x01\0"[..],
        b"\x05\x80\0\0",
        b"\x30\0",
        b"\x04\0",
        b"\x05\0\0",
        b"\x05",
        b"",
    ] {
        assert!(!with(other).has_no_parameters(), "{other:02x?}");
    }
    let unknown = ObjectIdentifier::new_unwrap("1.2.3");
    assert!(AlgorithmIdentifier::new(unknown).has_no_parameters());
}
