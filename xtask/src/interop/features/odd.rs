//! Rows of messages that BER allows and DER does not: senders write them, and everybody has to read them.

use super::Rows;
use crate::interop::alteration::{Alteration, path};
use crate::interop::feature::{Act, Encrypt, Sign, To, Wanted};

const GROUP: &str = "Encodings that BER allows";
const SOURCE: &str = "RFC 5652, 4; X.690, 8.1";

pub(super) fn add(rows: &mut Rows) {
    let signed = || Act::Sign(Sign::new("alice", "sha-256"));
    let two = || {
        Act::Sign(Sign {
            signers: vec!["alice", "bob"],
            ..Sign::new("alice", "sha-256")
        })
    };
    let enveloped = || Act::Encrypt(Encrypt::new(To::Person("alice"), "aes-256-cbc"));
    let sealed = || Act::Encrypt(Encrypt::new(To::Person("alice"), "aes-256-gcm"));
    let several = || {
        Act::Encrypt(Encrypt {
            to: vec![To::Person("alice"), To::Person("bob")],
            ..Encrypt::new(To::Person("alice"), "aes-256-cbc")
        })
    };
    for (id, title, act, alteration) in [
        (
            "signed-long-lengths",
            "SignedData, lengths of four octets",
            signed(),
            Alteration::LongLengths,
        ),
        (
            "signed-all-indefinite",
            "SignedData, all lengths indefinite",
            signed(),
            Alteration::Indefinite,
        ),
        (
            "signed-nested",
            "SignedData, content in nested pieces",
            signed(),
            Alteration::Nested(path::ECONTENT),
        ),
        (
            "signed-unsorted",
            "SignedData, SignerInfos not in DER's order",
            two(),
            Alteration::Backwards(path::SIGNER_INFOS),
        ),
        (
            "signed-attributes-unsorted",
            "SignedData, signedAttrs not in DER's order; the signature is over DER",
            signed(),
            Alteration::Backwards(path::SIGNED_ATTRS),
        ),
        (
            "enveloped-long-lengths",
            "EnvelopedData, lengths of four octets",
            enveloped(),
            Alteration::LongLengths,
        ),
        (
            "enveloped-all-indefinite",
            "EnvelopedData, all lengths indefinite",
            enveloped(),
            Alteration::Indefinite,
        ),
        (
            "enveloped-nested",
            "EnvelopedData, encryptedContent in nested pieces",
            enveloped(),
            Alteration::Nested(path::ENCRYPTED_CONTENT),
        ),
        (
            "enveloped-unsorted",
            "EnvelopedData, RecipientInfos not in DER's order",
            several(),
            Alteration::Backwards(path::RECIPIENTS),
        ),
        (
            "auth-enveloped-all-indefinite",
            "AuthEnvelopedData, all lengths indefinite",
            sealed(),
            Alteration::Indefinite,
        ),
        (
            "auth-enveloped-nested",
            "AuthEnvelopedData, encryptedContent in nested pieces",
            sealed(),
            Alteration::Nested(path::ENCRYPTED_CONTENT),
        ),
    ] {
        let id = format!("odd-{id}");
        rows.altered(
            GROUP,
            SOURCE,
            (&id, title),
            act,
            Wanted::Content,
            alteration,
        );
    }
}
