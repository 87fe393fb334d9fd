//! SignedData: algorithms, forms, attributes (RFC 5652, 5; RFC 4134, 4).

use anyhow::Result;
use cms_core::policy::StandardPolicy;
use cms_core::signed::{
    SignedDataBuilder, Signer, SignerAttributes, SignerIdentifierForm, countersign,
};
use cms_core::types::Certificate;
use cms_core::{ContentForm, Limits, ObjectIdentifier, oid};
use smime_msg::compose;

use crate::example::{CONTENT, Example, Expect, Form, MAIL};
use crate::fixed::{FIXED, Fixed};
use crate::people::{People, Person, now};

/// With signing time, certificate, issuer and serial number.
fn signer(person: &Person) -> Signer<'_> {
    Signer::new(person.certificate(), &person.identity.key).with_attributes(
        SignerAttributes::Present {
            signing_time: Some(now()),
            others: Vec::new(),
        },
    )
}

/// The message of these signers.
pub(crate) fn sign(
    label: &str,
    builder: SignedDataBuilder<'_>,
    content: &[u8],
    form: ContentForm,
) -> Result<Vec<u8>> {
    let mut random = Fixed::begin(label);
    let prepared = builder.prepare(&FIXED, &StandardPolicy::Default)?;
    let mut out = Vec::new();
    if form == ContentForm::Indefinite {
        let mut writer = prepared.start(form, &Limits::DEFAULT, &mut out)?;
        let mut emit = |octets: &[u8]| {
            out.extend_from_slice(octets);
            Ok(())
        };
        for piece in content.chunks(10) {
            writer.update(piece, &mut emit)?;
        }
        writer.finish(&mut random, &mut emit)?;
        return Ok(out);
    }
    let mut digester = prepared.digester();
    digester.update(content);
    let mut replay = content;
    let detached = form == ContentForm::Detached;
    let (mut message, epilogue) = prepared.sign(
        digester,
        detached,
        &mut replay,
        &Limits::DEFAULT,
        &mut random,
    )?;
    if !detached {
        message.extend_from_slice(content);
    }
    message.extend_from_slice(&epilogue);
    Ok(message)
}

/// A message of these signers, with their certificates.
pub(crate) fn of<'a>(signers: impl IntoIterator<Item = Signer<'a>>) -> SignedDataBuilder<'a> {
    let builder = SignedDataBuilder::new(oid::DATA);
    signers.into_iter().fold(builder, |builder, signer| {
        let certificate = signer.certificate().clone();
        builder.with_signer(signer).with_certificate(&certificate)
    })
}

fn example(
    name: &str,
    title: &str,
    source: &'static str,
    look: &str,
    who: &[&'static str],
    message: Vec<u8>,
) -> Example {
    Example {
        name: name.to_owned(),
        title: title.to_owned(),
        source,
        look: look.to_owned(),
        form: Form::Cms,
        message,
        content: None,
        expect: Expect::Signed(who.to_vec()),
        plain: CONTENT.to_vec(),
    }
}

/// One for each kind of key that signs.
fn algorithms(people: &People, list: &mut Vec<Example>) -> Result<()> {
    for (name, source, look) in [
        (
            "alice",
            "RFC 3370, 3.2; RFC 8551, 2.2; RFC 4134, 4.2; RFC 4134, 4.5",
            "signatureAlgorithm may be rsaEncryption or sha256WithRSAEncryption; its parameters are NULL.",
        ),
        (
            "bob",
            "RFC 5753, 2; RFC 5754, 3.3",
            "ecdsa-with-SHA256 has no parameters, and the signature is a SEQUENCE of two INTEGERs whose lengths vary.",
        ),
        (
            "carol",
            "RFC 5753, 2; RFC 5754, 3.3",
            "SHA-384 goes with P-384.",
        ),
        (
            "dave",
            "RFC 5753, 2; RFC 5754, 3.3",
            "SHA-512 goes with P-521, whose numbers have 66 octets.",
        ),
        (
            "erin",
            "RFC 8419, 3",
            "digestAlgorithm is SHA-512, and the signature is over the attributes themselves, not their digest.",
        ),
        (
            "frank",
            "RFC 8419, 3",
            "digestAlgorithm is id-shake256, messageDigest has 64 octets.",
        ),
        (
            "ivan",
            "RFC 9882, 3",
            "The signature has 2,420 octets; the algorithm has no parameters.",
        ),
        ("judy", "RFC 9882, 3", "The signature has 3,309 octets."),
        ("kim", "RFC 9882, 3", "The signature has 4,627 octets."),
        (
            "olivia",
            "RFC 9814, 4",
            "The public key has 32 octets, the signature 17,088.",
        ),
        (
            "peggy",
            "RFC 9814, 4",
            "As the SHA-2 set, with id-shake128 as its digest.",
        ),
        (
            "quentin",
            "RFC 5753, 2; RFC 5639",
            "The curve stands in the certificate's key alone.",
        ),
        (
            "rupert",
            "RFC 5753, 2; RFC 5639",
            "The curve stands in the certificate's key alone.",
        ),
    ] {
        let person = people.get(name)?;
        let label = format!("signed-{}", person.kind);
        let message = sign(&label, of([signer(person)]), CONTENT, definite(CONTENT))?;
        let title = format!("SignedData with {}", person.kind);
        list.push(example(
            &label,
            &title,
            source,
            look,
            &[person.name],
            message,
        ));
    }
    Ok(())
}

fn definite(content: &[u8]) -> ContentForm {
    ContentForm::Definite(u64::try_from(content.len()).unwrap_or(u64::MAX))
}

fn variants(people: &People, list: &mut Vec<Example>) -> Result<()> {
    let (alice, bob, erin) = (
        people.get("alice")?,
        people.get("bob")?,
        people.get("erin")?,
    );
    let mut add =
        |name: &str, title: &str, source, look: &str, who: &[&'static str], builder, form| {
            let message = sign(name, builder, CONTENT, form)?;
            list.push(example(name, title, source, look, who, message));
            anyhow::Ok(())
        };
    let form = definite(CONTENT);
    let absent = |person| signer(person).with_attributes(SignerAttributes::Absent);
    add(
        "signed-no-attributes",
        "SignedData without signed attributes",
        "RFC 5652, 5.4; RFC 4134, 4.1",
        "The signature is over the content alone, so that only id-data may be signed so.",
        &["bob"],
        of([absent(bob)]),
        form,
    )?;
    let by_key = signer(bob).with_identifier(SignerIdentifierForm::SubjectKeyIdentifier);
    add(
        "signed-key-identifier",
        "SignedData by subjectKeyIdentifier",
        "RFC 5652, 5.3; RFC 4134, 4.7",
        "sid is [0], and so both versions are 3.",
        &["bob"],
        of([by_key]),
        form,
    )?;
    add(
        "signed-indefinite",
        "SignedData of indefinite length",
        "RFC 5652, 4; X.690, 8.1.3.6",
        "eContent is a constructed OCTET STRING of three pieces; signedAttrs are DER as always.",
        &["bob"],
        of([signer(bob)]),
        ContentForm::Indefinite,
    )?;
    add(
        "signed-two-signers",
        "SignedData of two signers",
        "RFC 5652, 5.1; RFC 4134, 4.6",
        "digestAlgorithms has each digest once; the SignerInfos are a SET, ordered by their octets.",
        &["alice", "bob"],
        of([signer(alice), signer(bob)]),
        form,
    )?;
    add(
        "signed-three-algorithms",
        "SignedData of an RSA, an elliptic curve and an Edwards key",
        "RFC 5652, 5.1",
        "Two digests are enough for three signers: who reads hashes the content once for each.",
        &["alice", "bob", "erin"],
        of([signer(alice), signer(bob), signer(erin)]),
        form,
    )?;
    for (digest, name, source) in [
        (oid::SHA384, "sha-384", "RFC 5754, 2"),
        (oid::SHA512, "sha-512", "RFC 5754, 2"),
        (oid::SHA3_256, "sha3-256", "RFC 9688, 2"),
    ] {
        let label = format!("signed-rsa-{name}");
        add(
            &label,
            &format!("SignedData with RSA and {name}"),
            source,
            "The digest is named twice: in digestAlgorithm without parameters, in the signature's name.",
            &["alice"],
            of([with_digest(alice, digest)]),
            form,
        )?;
    }
    Ok(())
}

fn with_digest(person: &Person, digest: ObjectIdentifier) -> Signer<'_> {
    signer(person).with_digest(digest)
}

/// PSS, a detached signature, and one that is signed in turn.
fn others(people: &People, list: &mut Vec<Example>) -> Result<()> {
    let (alice, bob) = (people.get("alice")?, people.get("bob")?);
    let key = cms_algs::PrivateKey::from_pkcs8(&alice.identity.key.to_pkcs8()?)?.with_pss();
    let pss = Signer::new(alice.certificate(), &key);
    let message = sign("signed-rsa-pss", of([pss]), CONTENT, definite(CONTENT))?;
    list.push(example(
        "signed-rsa-pss",
        "SignedData with RSASSA-PSS",
        "RFC 4056",
        "The parameters name the hash, MGF1 with the same hash, and a salt as long as the hash.",
        &["alice"],
        message,
    ));

    let message = sign(
        "signed-detached",
        of([signer(bob)]),
        CONTENT,
        ContentForm::Detached,
    )?;
    list.push(Example {
        content: Some(CONTENT.to_vec()),
        ..example(
            "signed-detached",
            "SignedData without its content",
            "RFC 5652, 5.2; RFC 4134, 4.3",
            "eContent is absent; the content stands in a file of its own.",
            &["bob"],
            message,
        )
    });

    let message = sign(
        "signed-countersigned",
        of([signer(bob)]),
        CONTENT,
        definite(CONTENT),
    )?;
    let report = cms_core::verify(&message, &FIXED, &StandardPolicy::Default)?.report;
    let original = report
        .signers
        .first()
        .map(|signer| signer.info.octets().to_vec())
        .unwrap_or_default();
    let mut random = Fixed::begin("signed-countersigned 2");
    let by = Signer::new(alice.certificate(), &alice.identity.key);
    let changed = countersign(&original, by, &FIXED, &StandardPolicy::Default, &mut random)?;
    let builder = SignedDataBuilder::from_report(&report)
        .with_replaced_signer_info(0, changed)?
        .with_certificate(&alice.certificate());
    let message = sign("signed-countersigned", builder, CONTENT, definite(CONTENT))?;
    list.push(example("signed-countersigned", "SignedData whose signature is signed in turn", "RFC 5652, 11.4",
        "The countersignature is an unsigned attribute: a SignerInfo over the signature, without contentType.",
        &["bob"], message));
    Ok(())
}

fn mails(people: &People, list: &mut Vec<Example>) -> Result<()> {
    let alice = people.get("alice")?;
    let mut source = std::io::Cursor::new(MAIL);
    let mut entity = Vec::new();
    let outer = compose::entity(&mut source, compose::Transport::SevenBit, &mut entity)?;

    let mut random = Fixed::begin("mail-clear");
    let mut prepared = of([signer(alice)]).prepare(&FIXED, &StandardPolicy::Default)?;
    let mut message = Vec::new();
    compose::clear_signed(
        &outer,
        &mut entity.as_slice(),
        prepared,
        &mut message,
        &Limits::DEFAULT,
        &mut random,
    )?;
    list.push(Example {
        form: Form::Mail,
        plain: entity.clone(),
        ..example(
            "mail-clear-signed",
            "A clear-signed mail",
            "RFC 8551, 3.5.3; RFC 4134, 4.8",
            "The first part is signed octet for octet, up to the line end before the boundary.",
            &["alice"],
            message,
        )
    });

    let _ = Fixed::begin("mail-opaque");
    prepared = of([signer(alice)]).prepare(&FIXED, &StandardPolicy::Default)?;
    drop(prepared);
    let cms = sign(
        "mail-opaque",
        of([signer(alice)]),
        &entity,
        definite(&entity),
    )?;
    list.push(Example {
        form: Form::Mail,
        plain: entity,
        ..example(
            "mail-opaque-signed",
            "An opaque signed mail",
            "RFC 8551, 3.5.2; RFC 4134, 4.9",
            "smime-type says signed-data; the content is a whole MIME entity.",
            &["alice"],
            pkcs7_mime(&outer, "signed-data", &cms)?,
        )
    });
    Ok(())
}

/// A CMS message as application/pkcs7-mime.
pub(crate) fn pkcs7_mime(outer: &[u8], kind: &str, cms: &[u8]) -> Result<Vec<u8>> {
    let mut body = compose::pkcs7_mime(outer, kind, Vec::new())?;
    std::io::Write::write_all(&mut body, cms)?;
    Ok(body.finish()?)
}

/// Certificates alone.
fn certs_only(people: &People, list: &mut Vec<Example>) -> Result<()> {
    let certificates: [&Certificate; 2] =
        [&people.root, &people.get("alice")?.identity.certificate];
    let mut random = Fixed::begin("certs-only");
    let builder = certificates
        .into_iter()
        .fold(SignedDataBuilder::new(oid::DATA), |builder, one| {
            builder.with_certificate(one)
        });
    let message = builder
        .prepare(&FIXED, &StandardPolicy::Default)?
        .without_content(&mut random)?;
    list.push(Example {
        expect: Expect::Readable,
        plain: Vec::new(),
        ..example("certs-only", "Certificates without a signature", "RFC 8551, 3.8; RFC 4134, 4.11",
            "No content, no digest, no signer; the certificates are a SET, ordered by their octets.", &[], message)
    });
    Ok(())
}

pub(crate) fn examples(people: &People) -> Result<Vec<Example>> {
    let mut list = Vec::new();
    algorithms(people, &mut list)?;
    variants(people, &mut list)?;
    others(people, &mut list)?;
    certs_only(people, &mut list)?;
    mails(people, &mut list)?;
    Ok(list)
}
