//! The cases of RFC 4134 that no algorithm or form of its own stands for, with today's algorithms.

use anyhow::Result;
use cms_algs::spec::cbc::AES_256_CBC;
use cms_core::ber::write;
use cms_core::encrypted::EncryptedDataBuilder;
use cms_core::policy::StandardPolicy;
use cms_core::recipients::Recipient;
use cms_core::signed::{Signer, SignerAttributes};
use cms_core::types::Attribute;
use cms_core::{ContentForm, ObjectIdentifier, oid};

use crate::enveloped::{encrypt, kek, to};
use crate::example::{CONTENT, Example, Expect, Form, MAIL, cms as example};
use crate::fixed::Fixed;
use crate::people::{People, now};
use crate::signed::{of, pkcs7_mime, sign};

/// An attribute that nobody knows, as RFC 4134, 4.4 and 7.2 have them.
fn unknown(arc: u32, text: &str) -> Result<Attribute> {
    let oid = ObjectIdentifier::from_arcs([1, 2, 5555, arc])?;
    Ok(Attribute::new(oid, write::octet_string(text.as_bytes())))
}

pub(crate) fn examples(people: &People) -> Result<Vec<Example>> {
    let alice = people.get("alice")?;
    let definite = ContentForm::Definite(u64::try_from(CONTENT.len())?);
    let mut list = Vec::new();

    // [0] and the OCTET STRING with indefinite lengths, as in RFC 4134, 3.1.
    let data = [
        b"\x30\x80".as_slice(),
        &write::oid(&oid::DATA),
        b"\xa0\x80\x24\x80",
        &write::octet_string(CONTENT),
        b"\0\0\0\0\0\0",
    ]
    .concat();
    list.push(example(
        "data-indefinite",
        "Data of indefinite length",
        "RFC 5652, 4; RFC 4134, 3.1",
        "The same content as in data; three ends of contents close what was opened.",
        Expect::Readable,
        data,
    ));

    let fancy = Signer::new(alice.certificate(), &alice.identity.key)
        .with_attributes(SignerAttributes::Present {
            signing_time: Some(now()),
            others: vec![unknown(1, "signed, and known to nobody")?],
        })
        .with_unsigned_attributes(vec![
            unknown(2, "unsigned, one value")?,
            Attribute::with_values(
                ObjectIdentifier::from_arcs([1, 2, 5555, 3])?,
                vec![write::octet_string(b"two"), write::octet_string(b"values")],
            ),
        ]);
    list.push(example(
        "signed-attributes",
        "SignedData with attributes that nobody knows",
        "RFC 5652, 5.3; RFC 4134, 4.4; RFC 4134, 4.10",
        "Readers pass over attributes that they do not know; signed ones are protected all the same.",
        Expect::Signed(vec!["alice"]),
        sign("signed-attributes", of([fancy]), CONTENT, definite)?,
    ));

    let mut random = Fixed::begin("encrypted-attributes");
    let mut message = Vec::new();
    let mut writer = EncryptedDataBuilder::new(oid::DATA)
        .with_unprotected_attributes(vec![unknown(4, "unprotected")?])
        .start(
            &kek(),
            &AES_256_CBC,
            definite,
            &StandardPolicy::Default,
            &mut random,
            &mut message,
        )?;
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out)?;
    writer.finish(&mut out)?;
    list.push(example(
        "encrypted-attributes",
        "EncryptedData with unprotected attributes",
        "RFC 5652, 8; RFC 4134, 7.2",
        "The version is 2 because of them, and nothing protects them.",
        Expect::Key("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
        message,
    ));

    let mut source = std::io::Cursor::new(MAIL);
    let mut entity = Vec::new();
    let outer = smime_msg::compose::entity(
        &mut source,
        smime_msg::compose::Transport::Binary,
        &mut entity,
    )?;
    let form = ContentForm::Definite(u64::try_from(entity.len())?);
    let recipients = to([Recipient::new(alice.certificate())]);
    let cms = encrypt("mail-enveloped", recipients, &AES_256_CBC, &entity, form)?;
    list.push(Example {
        form: Form::Mail,
        plain: entity.clone(),
        ..example(
            "mail-enveloped",
            "An encrypted mail",
            "RFC 8551, 3.3; RFC 4134, 5.3",
            "smime-type says enveloped-data; nothing says who wrote it, and CBC does not notice changes.",
            Expect::Layers(vec!["alice"]),
            pkcs7_mime(&outer, "enveloped-data", &cms)?,
        )
    });
    Ok(list)
}
