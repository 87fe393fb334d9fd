//! EnvelopedData and AuthEnvelopedData: recipients, ciphers (RFC 5652, 6; RFC 5083; RFC 4134, 5).

use anyhow::Result;
use cms_algs::Hash;
use cms_algs::spec::cbc::{AES_128_CBC, AES_256_CBC, CAMELLIA_256_CBC};
use cms_algs::spec::ccm::AES_128_CCM;
use cms_algs::spec::chacha20_poly1305::ChaCha20Poly1305;
use cms_algs::spec::gcm::{AES_128_GCM, AES_256_GCM};
use cms_algs::spec::rsa_transport::{Oaep, RSAES_PKCS1};
use cms_core::enveloped::{EnvelopedDataBuilder, KeyBinding};
use cms_core::key::SecretKey;
use cms_core::policy::StandardPolicy;
use cms_core::provider::{ContentCipher, RecipientAlgorithm};
use cms_core::recipients::Recipient;
use cms_core::types::KekIdentifier;
use cms_core::{ContentForm, oid};

use crate::example::{CONTENT, Example, Expect, cms as example};
use crate::fixed::{FIXED, Fixed};
use crate::people::People;

/// The password and the key-encryption key of the examples.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
const KEK_ID: &str = "0102030405";
const KEK: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

pub(crate) fn kek() -> SecretKey {
    SecretKey::new((0..32).collect())
}

pub(crate) fn encrypt(
    label: &str,
    builder: EnvelopedDataBuilder<'_>,
    cipher: &dyn ContentCipher,
    content: &[u8],
    form: ContentForm,
) -> Result<Vec<u8>> {
    let mut random = Fixed::begin(label);
    let mut message = Vec::new();
    let policy = &StandardPolicy::Default;
    let mut writer = builder.start(cipher, form, &FIXED, policy, &mut random, &mut message)?;
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(content, &mut out)?;
    writer.finish(&mut out)?;
    Ok(message)
}

pub(crate) fn to<'a>(
    recipients: impl IntoIterator<Item = Recipient<'a>>,
) -> EnvelopedDataBuilder<'a> {
    let builder = EnvelopedDataBuilder::new(oid::DATA);
    recipients
        .into_iter()
        .fold(builder, EnvelopedDataBuilder::with_recipient)
}

fn definite(content: &[u8]) -> ContentForm {
    ContentForm::Definite(u64::try_from(content.len()).unwrap_or(u64::MAX))
}

/// One for each kind of key that receives.
fn recipients(people: &People, list: &mut Vec<Example>) -> Result<()> {
    for (name, source, look) in [
        (
            "alice",
            "RFC 3560; RFC 8551, 2.3",
            "ktri with id-RSAES-OAEP; hash and mask are SHA-256, which must be said.",
        ),
        (
            "bob",
            "RFC 5753, 3.1",
            "kari with an ephemeral key of the recipient's curve; the wrap's length is part of the KDF's input.",
        ),
        ("carol", "RFC 5753, 3.1", "kari on P-384."),
        ("dave", "RFC 5753, 3.1", "kari on P-521."),
        (
            "grace",
            "RFC 8418",
            "kari with X25519: HKDF takes the place of the X9.63 KDF, and the key has no parameters.",
        ),
        ("heidi", "RFC 8418", "kari with X448."),
        (
            "laura",
            "RFC 9936; RFC 9629",
            "ori with id-ori-kem: the ciphertext of the KEM, then the wrapped key.",
        ),
        (
            "mallory",
            "RFC 9936; RFC 9629",
            "The ciphertext has 1,088 octets.",
        ),
        (
            "niaj",
            "RFC 9936; RFC 9629",
            "The ciphertext has 1,568 octets.",
        ),
        (
            "quentin",
            "RFC 5753, 3.1; RFC 5639",
            "kari on a curve whose parameters the certificate names.",
        ),
        (
            "rupert",
            "RFC 5753, 3.1; RFC 5639",
            "kari on a curve whose parameters the certificate names.",
        ),
    ] {
        let person = people.get(name)?;
        let label = format!("enveloped-{}", person.kind);
        let builder = to([Recipient::new(person.certificate())]);
        let message = encrypt(&label, builder, &AES_256_CBC, CONTENT, definite(CONTENT))?;
        let title = format!("EnvelopedData to {}", person.kind);
        list.push(example(
            &label,
            &title,
            source,
            look,
            Expect::Encrypted(vec![person.name]),
            message,
        ));
    }
    Ok(())
}

fn transports(people: &People, list: &mut Vec<Example>) -> Result<()> {
    let alice = people.get("alice")?;
    let sha384 = Oaep::new(Hash::Sha384);
    let ways: [(&str, &str, &'static str, &str, &dyn RecipientAlgorithm); 2] = [
        (
            "enveloped-rsa-v15",
            "EnvelopedData to RSA with PKCS #1 v1.5",
            "RFC 3370, 4.2.1; RFC 4134, 5.1",
            "rsaEncryption with NULL. Who decrypts must not tell whether the padding was right (RFC 3218).",
            &RSAES_PKCS1,
        ),
        (
            "enveloped-rsa-oaep-sha-384",
            "EnvelopedData to RSA with OAEP and SHA-384",
            "RFC 3560; RFC 4055, 4.1",
            "The parameters name hash and mask; the label is the default, and absent.",
            &sha384,
        ),
    ];
    for (name, title, source, look, algorithm) in ways {
        let builder = to([Recipient::new(alice.certificate()).with_algorithm(algorithm)]);
        let message = encrypt(name, builder, &AES_128_CBC, CONTENT, definite(CONTENT))?;
        list.push(example(
            name,
            title,
            source,
            look,
            Expect::Encrypted(vec!["alice"]),
            message,
        ));
    }
    let kekri = Recipient::key_encryption_key(KekIdentifier::new(vec![1, 2, 3, 4, 5]), kek());
    let message = encrypt(
        "enveloped-kek",
        to([kekri]),
        &AES_256_CBC,
        CONTENT,
        definite(CONTENT),
    )?;
    list.push(example(
        "enveloped-kek",
        "EnvelopedData to a key that both have",
        "RFC 5652, 6.2.3; RFC 3394",
        "kekri names the key by octets that both know; AES key wrap has no parameters.",
        Expect::Kek(KEK_ID, KEK),
        message,
    ));
    let pwri = Recipient::password(SecretKey::new(PASSWORD.as_bytes().to_vec()));
    let message = encrypt(
        "enveloped-password",
        to([pwri]),
        &AES_256_CBC,
        CONTENT,
        definite(CONTENT),
    )?;
    list.push(example(
        "enveloped-password",
        "EnvelopedData to a password",
        "RFC 3211; RFC 8018",
        "pwri: PBKDF2 makes a key of the password, id-alg-PWRI-KEK wraps with it.",
        Expect::Password(PASSWORD),
        message,
    ));
    let several = ["alice", "bob", "grace", "mallory"];
    let certificates = several
        .iter()
        .map(|name| Ok(Recipient::new(people.get(name)?.certificate())));
    let builder = to(certificates.collect::<Result<Vec<_>>>()?);
    let message = encrypt(
        "enveloped-four-recipients",
        builder,
        &AES_256_CBC,
        CONTENT,
        definite(CONTENT),
    )?;
    list.push(example(
        "enveloped-four-recipients",
        "EnvelopedData to four recipients of four kinds",
        "RFC 5652, 6.1",
        "One content, one key, four RecipientInfos; the version is 3 because of ori.",
        Expect::Encrypted(several.to_vec()),
        message,
    ));
    Ok(())
}

fn ciphers(people: &People, list: &mut Vec<Example>) -> Result<()> {
    let bob = people.get("bob")?;
    let ways: [(&str, &str, &'static str, &str, &dyn ContentCipher); 6] = [
        (
            "auth-enveloped-aes-256-gcm",
            "AuthEnvelopedData with AES-256-GCM",
            "RFC 5083; RFC 5084, 3.2",
            "The tag stands behind the content, in mac; the nonce has 12 octets.",
            &AES_256_GCM,
        ),
        (
            "auth-enveloped-aes-128-gcm",
            "AuthEnvelopedData with AES-128-GCM",
            "RFC 5083; RFC 5084, 3.2",
            "The tag has 16 octets, which the parameters say: their default is 12.",
            &AES_128_GCM,
        ),
        (
            "auth-enveloped-aes-128-ccm",
            "AuthEnvelopedData with AES-128-CCM",
            "RFC 5083; RFC 5084, 3.1",
            "CCM must know the length beforehand.",
            &AES_128_CCM,
        ),
        (
            "auth-enveloped-chacha20-poly1305",
            "AuthEnvelopedData with ChaCha20-Poly1305",
            "RFC 8103",
            "The parameters are the nonce, an OCTET STRING of 12 octets.",
            &ChaCha20Poly1305,
        ),
        (
            "enveloped-aes-128-cbc",
            "EnvelopedData with AES-128-CBC",
            "RFC 3565; RFC 4134, 5.1",
            "The parameters are the IV; nothing authenticates the content.",
            &AES_128_CBC,
        ),
        (
            "enveloped-camellia-256-cbc",
            "EnvelopedData with Camellia",
            "RFC 3657",
            "As AES-CBC, with other identifiers.",
            &CAMELLIA_256_CBC,
        ),
    ];
    for (name, title, source, look, cipher) in ways {
        let message = encrypt(
            name,
            to([Recipient::new(bob.certificate())]),
            cipher,
            CONTENT,
            definite(CONTENT),
        )?;
        list.push(example(
            name,
            title,
            source,
            look,
            Expect::Encrypted(vec!["bob"]),
            message,
        ));
    }
    let name = "enveloped-indefinite";
    let message = encrypt(
        name,
        to([Recipient::new(bob.certificate())]),
        &AES_256_CBC,
        CONTENT,
        ContentForm::Indefinite,
    )?;
    list.push(example(
        name,
        "EnvelopedData of indefinite length",
        "RFC 5652, 6.1; X.690, 8.1.3.6",
        "encryptedContent is [0] constructed, of OCTET STRINGs.",
        Expect::Encrypted(vec!["bob"]),
        message,
    ));
    let name = "auth-enveloped-cek-hkdf";
    let builder = to([Recipient::new(bob.certificate())]).with_key_binding(KeyBinding::Always);
    let message = encrypt(name, builder, &AES_256_GCM, CONTENT, definite(CONTENT))?;
    list.push(example(
        name,
        "AuthEnvelopedData whose key is bound to its cipher",
        "RFC 9709",
        "contentEncryptionAlgorithm is id-alg-cek-hkdf-sha256 around that of AES-GCM.",
        Expect::Encrypted(vec!["bob"]),
        message,
    ));
    Ok(())
}

pub(crate) fn examples(people: &People) -> Result<Vec<Example>> {
    let mut list = Vec::new();
    recipients(people, &mut list)?;
    transports(people, &mut list)?;
    ciphers(people, &mut list)?;
    Ok(list)
}
