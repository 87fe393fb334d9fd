//! The other content types, and several layers (RFC 5652, 4 and 7 to 9; RFC 3274; RFC 4073; RFC 4134, 6 to 8).

use anyhow::Result;
use cms_algs::spec::cbc::AES_256_CBC;
use cms_algs::spec::gcm::AES_256_GCM;
use cms_algs::spec::hmac::HMAC_SHA256;
use cms_core::policy::StandardPolicy;
use cms_core::recipients::Recipient;
use cms_core::signed::Signer;
use cms_core::{ContentForm, oid};

use crate::enveloped::{encrypt, kek, to};
use crate::example::{CONTENT, Example, Expect, Form, MAIL, cms as example};
use crate::fixed::{FIXED, Fixed};
use crate::people::{People, Person};
use crate::signed::{of, pkcs7_mime, sign};

fn data() -> Vec<u8> {
    use cms_core::ber::write;
    write::sequence(&[
        &write::oid(&oid::DATA),
        &write::context(0, &write::octet_string(CONTENT)),
    ])
}

pub(crate) fn examples(people: &People) -> Result<Vec<Example>> {
    let policy = &StandardPolicy::Default;
    let mut list = Vec::new();
    list.push(example(
        "data",
        "Data",
        "RFC 5652, 4; RFC 4134, 3.2",
        "A content type and an OCTET STRING, nothing else.",
        Expect::Readable,
        data(),
    ));
    let message = cms_core::digest(CONTENT, &oid::SHA256, &FIXED, policy)?;
    list.push(example(
        "digested",
        "DigestedData",
        "RFC 5652, 7; RFC 4134, 6",
        "Who can change the content can change the digest.",
        Expect::Readable,
        message,
    ));
    let _ = Fixed::begin("encrypted");
    let message = cms_core::encrypt_data(CONTENT, &kek(), &AES_256_CBC, &FIXED, policy)?;
    list.push(example(
        "encrypted",
        "EncryptedData",
        "RFC 5652, 8; RFC 4134, 7.1",
        "No recipients: the key is known from elsewhere.",
        Expect::Key("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
        message,
    ));
    let bob = people.get("bob")?;
    let _ = Fixed::begin("authenticated");
    let message = cms_core::authenticate(
        CONTENT,
        vec![Recipient::new(bob.certificate())],
        &HMAC_SHA256,
        &FIXED,
        policy,
    )?;
    list.push(example(
        "authenticated",
        "AuthenticatedData",
        "RFC 5652, 9",
        "The content is not encrypted; its MAC key is, for the recipients.",
        Expect::Authenticated(vec!["bob"]),
        message,
    ));
    let message = cms_core::compress(CONTENT, &FIXED)?;
    list.push(example(
        "compressed",
        "CompressedData",
        "RFC 3274",
        "zlib's own header stands at the beginning of eContent.",
        Expect::Readable,
        message,
    ));
    let digested = cms_core::digest(CONTENT, &oid::SHA256, &FIXED, policy)?;
    let message = cms_core::collect(&[&data(), &digested])?;
    list.push(Example {
        plain: Vec::new(),
        ..example(
            "collection",
            "A collection of two contents",
            "RFC 4073, 2",
            "A SEQUENCE of whole ContentInfos.",
            Expect::Readable,
            message,
        )
    });
    layers(people, &mut list)?;
    Ok(list)
}

fn signed(label: &str, person: &Person, content: &[u8]) -> Result<Vec<u8>> {
    let signer = Signer::new(person.certificate(), &person.identity.key);
    let builder = of([signer]);
    let len = u64::try_from(content.len()).unwrap_or(u64::MAX);
    sign(label, builder, content, ContentForm::Definite(len))
}

fn layers(people: &People, list: &mut Vec<Example>) -> Result<()> {
    let (alice, bob) = (people.get("alice")?, people.get("bob")?);
    let mut source = std::io::Cursor::new(MAIL);
    let mut entity = Vec::new();
    let transport = smime_msg::compose::Transport::Binary;
    let outer = smime_msg::compose::entity(&mut source, transport, &mut entity)?;
    let mut mail = |name: &str, title: &str, source, look: &str, message| {
        list.push(Example {
            form: Form::Mail,
            plain: entity.clone(),
            ..example(
                name,
                title,
                source,
                look,
                Expect::Layers(vec!["alice", "bob"]),
                message,
            )
        });
    };
    let inner = pkcs7_mime(
        b"",
        "signed-data",
        &signed("mail-signed-encrypted", alice, &entity)?,
    )?;
    let form =
        |content: &[u8]| ContentForm::Definite(u64::try_from(content.len()).unwrap_or(u64::MAX));
    let builder = || {
        to([
            Recipient::new(alice.certificate()),
            Recipient::new(bob.certificate()),
        ])
    };
    let cms = encrypt(
        "mail-signed-encrypted",
        builder(),
        &AES_256_GCM,
        &inner,
        form(&inner),
    )?;
    mail(
        "mail-signed-encrypted",
        "A mail that is signed, then encrypted",
        "RFC 8551, 3.6",
        "The signature is inside, so that nobody outside sees who signed.",
        pkcs7_mime(&outer, "authEnveloped-data", &cms)?,
    );
    let cms = signed(
        "mail-triple-wrapped",
        alice,
        &pkcs7_mime(b"", "authEnveloped-data", &cms)?,
    )?;
    mail(
        "mail-triple-wrapped",
        "A mail that is signed, encrypted and signed again",
        "RFC 2634, 1.1",
        "The outer signature protects what stands around the encryption; agents on the way may add theirs.",
        pkcs7_mime(&outer, "signed-data", &cms)?,
    );
    let compressed = pkcs7_mime(
        b"",
        "compressed-data",
        &cms_core::compress(&entity, &FIXED)?,
    )?;
    let cms = signed("mail-compressed-signed", alice, &compressed)?;
    mail(
        "mail-compressed-signed",
        "A mail that is compressed, then signed",
        "RFC 8551, 3.6; RFC 3274, 2",
        "Compression comes first; after encryption there is nothing left to compress.",
        pkcs7_mime(&outer, "signed-data", &cms)?,
    );
    Ok(())
}
