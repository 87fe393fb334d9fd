//! Every kind of recipient: written, read, tried only where it fits, and nothing told about secrets.

use crate::support::{POLICY, certificate, context, drain, hex, person, position, random};
use cms_algs::{PROVIDER, spec};
use cms_core::ber::write::{self, Form};
use cms_core::ber::{Cursor, Tag};
use cms_core::cek_reuse::{self, CekCache};
use cms_core::enveloped::{
    EncryptingWriter, EnvelopedDataBuilder, EnvelopedDataReader, KeyBinding, Readdresser,
};
use cms_core::key::{KeyRing, KeyStore, SecretKey};
use cms_core::policy::StandardPolicy;
use cms_core::provider::{
    ContentCipher, ContentKeyDerivation, KeyDerivationAlgorithm, KeyWrapAlgorithm,
};
use cms_core::recipients::{OriginatorInfo, Recipient, RecipientIdentifierForm};
use cms_core::report::{EnvelopedDataReport, RecipientStatus};
use cms_core::types::{
    AlgorithmIdentifier, Attribute, CekMaxDecrypts, KekDerivationAlgorithm, KekIdentifier,
    OtherKeyAttribute, OtherRecipientInfo, RecipientInfo, RecipientKind, Time,
};
use cms_core::{CmsError, ContentForm, CryptoError, Limits, ObjectIdentifier, oid};
use testkit::chunking::chunkings;
use testkit::keys;

const CONTENT: &[u8] = b"content for several";

fn builder() -> EnvelopedDataBuilder<'static> {
    EnvelopedDataBuilder::new(oid::DATA)
}

fn finish(mut writer: EncryptingWriter, mut message: Vec<u8>) -> Vec<u8> {
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    message
}

fn encrypt_in(
    builder: EnvelopedDataBuilder<'_>,
    cipher: &dyn ContentCipher,
    form: ContentForm,
) -> Result<Vec<u8>, CmsError> {
    let mut message = Vec::new();
    let writer = builder.start(
        cipher,
        form,
        &PROVIDER,
        &POLICY,
        &mut *random(),
        &mut message,
    )?;
    Ok(finish(writer, message))
}

fn encrypt(builder: EnvelopedDataBuilder<'_>, cipher: &dyn ContentCipher) -> Vec<u8> {
    encrypt_in(builder, cipher, ContentForm::Definite(CONTENT.len() as u64)).unwrap()
}

fn decrypt_with(
    message: &[u8],
    keys: &dyn KeyStore,
    limits: &Limits,
) -> (EnvelopedDataReport, Result<Vec<u8>, CmsError>) {
    let mut reader = EnvelopedDataReader::new(context(keys), limits);
    let result = drain(&mut reader, &[message], None);
    (reader.report(), result)
}

fn decrypt(
    message: &[u8],
    keys: &dyn KeyStore,
) -> (EnvelopedDataReport, Result<Vec<u8>, CmsError>) {
    decrypt_with(message, keys, &Limits::DEFAULT)
}

fn kek(len: usize) -> SecretKey {
    SecretKey::new((0..=255).take(len).collect())
}

fn id(name: &[u8]) -> KekIdentifier {
    KekIdentifier::new(name.to_vec())
}

fn version(report: &EnvelopedDataReport) -> u64 {
    report.version
}

#[test]
fn key_encryption_keys_of_every_length_and_identifier() {
    // rfc5652:6.2/2
    for len in [16, 24, 32] {
        for cipher in [&spec::AES_256_GCM as &dyn ContentCipher, &spec::AES_128_CBC] {
            let date = Time::from_rfc3339("2026-01-02T03:04:05Z").unwrap();
            let other = OtherKeyAttribute {
                oid: ObjectIdentifier::new_unwrap("1.2.3"),
                value: Some(vec![5, 0]),
            };
            let identifier = id(b"k1").with_date(date).with_other(other);
            let recipient = Recipient::key_encryption_key(identifier.clone(), kek(len));
            let message = encrypt(builder().with_recipient(recipient), cipher);
            // Whoever does not know the date knows the key by its identifier.
            for own in [identifier.clone(), id(b"k1")] {
                let ring = KeyRing::new().with_key_encryption_key(own, kek(len));
                let (report, content) = decrypt(&message, &ring);
                assert_eq!(content.unwrap(), CONTENT);
                assert_eq!(report.recipients[0].kind(), RecipientKind::Kekri);
                assert_eq!(
                    report.recipients[0].id(),
                    "key 6b31 of 2026-01-02T03:04:05Z"
                );
                // rfc5652:6.1/1, rfc5083:2.1/2: a kekri has version 4, so that EnvelopedData has 2.
                let expected = if report.authenticated { 0 } else { 2 };
                assert_eq!(version(&report), expected);
            }
            let another_date = id(b"k1").with_date(date.plus(1));
            for wrong in [another_date, id(b"k2"), id(b"")] {
                let ring = KeyRing::new().with_key_encryption_key(wrong, kek(len));
                let (report, result) = decrypt(&message, &ring);
                assert!(matches!(result, Err(CmsError::NoRecipient)));
                assert_eq!(report.recipients[0].status, RecipientStatus::NoKey);
            }
        }
    }
}

#[test]
fn a_wrong_key_encryption_key_is_a_failed_decryption() {
    let recipient = Recipient::key_encryption_key(id(b"k"), kek(32));
    let message = encrypt(builder().with_recipient(recipient), &spec::AES_256_CBC);
    let wrong = SecretKey::new(vec![9; 32]);
    let ring = KeyRing::new().with_key_encryption_key(id(b"k"), wrong);
    let (report, result) = decrypt(&message, &ring);
    assert!(matches!(result, Err(CmsError::DecryptFailed)));
    assert_eq!(report.recipients[0].status, RecipientStatus::Used);
    // One of another length cannot be tried at all, which is public.
    let ring = KeyRing::new().with_key_encryption_key(id(b"k"), kek(16));
    assert!(matches!(
        decrypt(&message, &ring).1,
        Err(CmsError::Crypto(CryptoError::Key(_)))
    ));
    // Of several under one identifier the one that fits counts.
    let ring = KeyRing::new()
        .with_key_encryption_key(id(b"k"), SecretKey::new(vec![9; 32]))
        .with_key_encryption_key(id(b"k"), kek(32));
    assert_eq!(decrypt(&message, &ring).1.unwrap(), CONTENT);
    let recipient = Recipient::key_encryption_key(id(b"k"), kek(17));
    let error = encrypt_in(
        builder().with_recipient(recipient),
        &spec::AES_256_GCM,
        ContentForm::Indefinite,
    );
    assert!(matches!(error, Err(CmsError::Crypto(CryptoError::Key(_)))));
}

fn ring_with_password(password: &str) -> KeyRing<'static> {
    KeyRing::new().with_password(SecretKey::new(password.as_bytes().to_vec()))
}

#[test]
fn passwords_open_and_wrong_ones_fail_like_everything_else() {
    let password = SecretKey::new("pässword".as_bytes().to_vec());
    let message = encrypt(
        builder().with_recipient(Recipient::password(password)),
        &spec::AES_256_CBC,
    );
    let (report, content) = decrypt(&message, &ring_with_password("pässword"));
    assert_eq!(content.unwrap(), CONTENT);
    assert_eq!(report.recipients[0].kind(), RecipientKind::Pwri);
    // rfc5652:6.1/1: pwri makes version 3.
    assert_eq!(version(&report), 3);
    let (_, result) = decrypt(&message, &ring_with_password("password"));
    assert!(matches!(result, Err(CmsError::DecryptFailed)));
    let (report, result) = decrypt(&message, &KeyRing::new());
    assert!(matches!(result, Err(CmsError::NoRecipient)));
    assert_eq!(report.recipients[0].status, RecipientStatus::NoKey);
}

#[test]
fn iterations_of_all_password_recipients_are_limited_together() {
    let password = || SecretKey::new(b"p".to_vec());
    let message = encrypt(
        builder()
            .with_recipient(Recipient::password(password()))
            .with_recipient(Recipient::password(password())),
        &spec::AES_128_GCM,
    );
    let mut limits = Limits::DEFAULT;
    limits.kdf_iterations = 599_999;
    let (report, result) = decrypt_with(&message, &ring_with_password("p"), &limits);
    assert!(matches!(
        result,
        Err(CmsError::Crypto(CryptoError::Limit(_)))
    ));
    assert_eq!(report.recipients[0].status, RecipientStatus::Failed);
    // Two wrong passwords on two recipients are four derivations; the limit allows for three.
    limits.kdf_iterations = 1_800_000;
    let ring = ring_with_password("x").with_password(SecretKey::new(b"y".to_vec()));
    let (report, result) = decrypt_with(&message, &ring, &limits);
    assert!(matches!(result, Err(CmsError::DecryptFailed)));
    assert_eq!(report.recipients[0].status, RecipientStatus::Used);
}

#[test]
fn a_billion_iterations_are_refused_at_once() {
    let derivation = write::sequence(&[
        &write::octet_string(&[1; 8]),
        &write::integer(1_000_000_000),
    ]);
    let message = with_password_recipient(&derivation);
    let (_, result) = decrypt(&message, &ring_with_password("p"));
    assert!(matches!(
        result,
        Err(CmsError::Crypto(CryptoError::Limit(_)))
    ));
    // 2^31 octets of key, a negative count, an over-long one.
    for (salt_and_count, key_len) in [
        (write::integer(1), Some(write::integer(1 << 31))),
        (vec![2, 1, 0x81], None),
        (vec![2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0], None),
        (vec![2, 0], None),
    ] {
        let derivation = write::sequence(&[
            &write::octet_string(&[1; 8]),
            &salt_and_count,
            &key_len.unwrap_or_default(),
        ]);
        let (_, result) = decrypt(
            &with_password_recipient(&derivation),
            &ring_with_password("p"),
        );
        assert!(matches!(result, Err(CmsError::Crypto(_))));
    }
}

/// A message of version 3 with one pwri whose PBKDF2 has these parameters.
fn with_password_recipient(pbkdf2: &[u8]) -> Vec<u8> {
    let derivation = AlgorithmIdentifier::with(oid::PBKDF2, pbkdf2.to_vec());
    let cipher = AlgorithmIdentifier::with(oid::AES256_CBC, write::octet_string(&[0; 16]));
    let wrap = AlgorithmIdentifier::with(oid::PWRI_KEK, cipher.to_der());
    let info = [
        write::integer(0),
        write::context(0, &derivation.to_der_contents()),
        wrap.to_der(),
        write::octet_string(&[0; 48]),
    ]
    .concat();
    let content = [
        write::oid(&oid::DATA),
        cipher.to_der(),
        write::context_primitive(0, &[0; 16]),
    ];
    let enveloped = write::sequence(&[
        &write::integer(3),
        &write::set_of(vec![write::context(3, &info)]),
        &write::sequence(&[&content.concat()]),
    ]);
    write::sequence(&[
        &write::oid(&oid::ENVELOPED_DATA),
        &write::context(0, &enveloped),
    ])
}

#[test]
fn rfc3211_section_3_vector_unwraps() {
    // rfc3370:4.4.1/1, 4.4.1/2
    let password = b"All n-entities must communicate with other n-entities via n-1 entiteeheehees";
    let parameters = write::sequence(&[
        &write::octet_string(&hex("1234567878563412")),
        &write::integer(500),
    ]);
    let derivation = AlgorithmIdentifier::with(oid::PBKDF2, parameters);
    let kek = spec::Pbkdf2.derive(&derivation, password, 24).unwrap();
    assert_eq!(
        *kek,
        hex("6A8970BF68C92CAEA84A8DF285108586 07126380CC47AB2D")
    );
    let cipher = AlgorithmIdentifier::with(
        oid::DES_EDE3_CBC,
        write::octet_string(&hex("BAF1CA7931213C4E")),
    );
    let wrap = AlgorithmIdentifier::with(oid::PWRI_KEK, cipher.to_der());
    let wrapped =
        hex("C03C514ABDB9E2C5AAC038572B5E24553876B377AAFB82ECA5A9D73F8AB143D9EC74E6CAD7DB260C");
    let key = spec::PwriKek.unwrap(&wrap, &kek, &wrapped).unwrap();
    assert_eq!(
        *key,
        hex("8C637D887223A2F965B566EB014B0FA5D52300A3F7EA40FFFC577203C71BAF3B")
    );
    for index in 0..wrapped.len() {
        let mut bad = wrapped.clone();
        bad[index] ^= 1;
        // 24 bits of check: none of these flips passes them with the same key.
        if let Ok(other) = spec::PwriKek.unwrap(&wrap, &kek, &bad) {
            assert_ne!(*other, *key);
        }
    }
}

#[test]
fn groups_share_one_key_agreement() {
    // rfc5652:6.2/2, 6.2.2/1, 6.2.2/3, 6.2.2/6, rfc8551:2.3/1
    // Bob and another P-256 key of ours: the same certificate twice is enough to see two entries.
    let group = Recipient::group(vec![certificate(&keys::BOB), certificate(&keys::BOB)])
        .with_ukm(b"user keying material".to_vec())
        .with_identifier(RecipientIdentifierForm::SubjectKeyIdentifier);
    let message = encrypt(builder().with_recipient(group), &spec::AES_128_GCM);
    let (report, content) = decrypt(&message, &person(&keys::BOB));
    assert_eq!(content.unwrap(), CONTENT);
    assert_eq!(report.recipients.len(), 2);
    assert_eq!(report.recipients[1].index(), 1);
    let raw = report.recipients[0].raw();
    let Ok(RecipientInfo::KeyAgree(kari)) = raw.value() else {
        panic!("no kari");
    };
    assert_eq!(kari.ukm.as_deref(), Some(&b"user keying material"[..]));
    assert_eq!(kari.recipient_encrypted_keys.len(), 2);
    assert_eq!(kari.version, 3);
    // Keys of different kinds do not share one.
    for wrong in [
        vec![certificate(&keys::BOB), certificate(&keys::CAROL)],
        vec![certificate(&keys::ALICE), certificate(&keys::ALICE)],
        Vec::new(),
    ] {
        let group = Recipient::group(wrong);
        let form = ContentForm::Indefinite;
        assert!(encrypt_in(builder().with_recipient(group), &spec::AES_128_GCM, form).is_err());
    }
}

#[test]
fn unknown_kinds_are_kept_and_passed_by() {
    // rfc5652:6.2/5
    let other = OtherRecipientInfo::new(ObjectIdentifier::new_unwrap("1.2.3.4.5"), vec![5, 0]);
    let message = encrypt(
        builder()
            .with_recipient(Recipient::other(other))
            .with_recipient(Recipient::new(certificate(&keys::BOB))),
        &spec::AES_256_CBC,
    );
    let (report, content) = decrypt(&message, &person(&keys::BOB));
    assert_eq!(content.unwrap(), CONTENT);
    let kinds: Vec<_> = report.recipients.iter().map(|one| one.kind()).collect();
    assert!(kinds.contains(&RecipientKind::Ori) && kinds.contains(&RecipientKind::Kari));
    // rfc5652:6.1/1: ori makes version 3.
    assert_eq!(version(&report), 3);
}

#[test]
fn a_broken_recipient_spoils_itself_alone() {
    // A kekri of the form that old Bouncy Castle wrote: its KEKIdentifier is no SEQUENCE.
    let broken = write::context(2, &write::integer(4));
    let good = encrypt(
        builder().with_recipient(Recipient::new(certificate(&keys::BOB))),
        &spec::AES_256_GCM,
    );
    let message = insert_recipient(&good, &broken);
    let (report, content) = decrypt(&message, &person(&keys::BOB));
    assert_eq!(content.unwrap(), CONTENT);
    let failed: Vec<_> = report
        .recipients
        .iter()
        .filter(|one| one.status == RecipientStatus::Failed)
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].kind(), RecipientKind::Kekri);
    assert!(failed[0].error.is_some());
}

/// The message with one more RecipientInfo in front.
fn insert_recipient(message: &[u8], info: &[u8]) -> Vec<u8> {
    replace_recipients(message, |infos| infos.insert(0, info.to_vec()))
}

fn replace_recipients(message: &[u8], change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut content_info = Cursor::single(message, 0).unwrap().children();
    let content_type = content_info.element().unwrap();
    let explicit = content_info.element().unwrap();
    let mut fields = explicit.children().element().unwrap().children();
    let version = fields.element().unwrap();
    let set = fields.expect(Tag::SET).unwrap();
    let mut infos = Vec::new();
    let mut list = set.children();
    while !list.is_empty() {
        infos.push(list.element().unwrap().raw().to_vec());
    }
    change(&mut infos);
    let mut rest = Vec::new();
    while !fields.is_empty() {
        rest.extend_from_slice(fields.element().unwrap().raw());
    }
    // In this order, whatever DER wants.
    let infos = write::tagged(Tag::SET, Form::Constructed, &infos.concat());
    let layer = write::sequence(&[version.raw(), &infos, &rest]);
    write::sequence(&[content_type.raw(), &write::context(0, &layer)])
}

/// RFC 3218, 2.3: an attacker who puts a ciphertext of his own in front of a good one for the same key must not learn
/// whether its padding holds, from whether the message decrypts.
#[test]
fn a_v15_recipient_in_front_decides_whatever_its_padding() {
    let alice = || Recipient::new(certificate(&keys::ALICE)).with_algorithm(&spec::RSAES_PKCS1);
    let good = encrypt(builder().with_recipient(alice()), &spec::AES_256_CBC);
    // One whose padding holds around another key, and one whose padding does not.
    let other = encrypt(builder().with_recipient(alice()), &spec::AES_256_CBC);
    let mut conforming = Vec::new();
    replace_recipients(&other, |infos| conforming.clone_from(&infos[0]));
    let mut broken = conforming.clone();
    *broken.last_mut().unwrap() ^= 1;
    for probe in [conforming, broken] {
        let (report, result) = decrypt(&insert_recipient(&good, &probe), &person(&keys::ALICE));
        // A wrong key decrypts to a right padding once in 256 times.
        match result {
            Err(error) => assert!(matches!(error, CmsError::DecryptFailed), "{error}"),
            Ok(content) => assert_ne!(content, CONTENT),
        }
        assert!(
            report
                .recipients
                .iter()
                .all(|one| one.status == RecipientStatus::Used)
        );
    }
    // Behind the good one they change nothing.
    let message = replace_recipients(&good, |infos| {
        let mut probe = infos[0].clone();
        *probe.last_mut().unwrap() ^= 1;
        infos.push(probe);
    });
    assert_eq!(decrypt(&message, &person(&keys::ALICE)).1.unwrap(), CONTENT);
}

#[test]
fn a_broken_oaep_recipient_does_not_hide_a_good_one() {
    let alice = || Recipient::new(certificate(&keys::ALICE));
    let good = encrypt(builder().with_recipient(alice()), &spec::AES_256_GCM);
    let message = replace_recipients(&good, |infos| {
        let mut probe = infos[0].clone();
        *probe.last_mut().unwrap() ^= 1;
        infos.insert(0, probe);
    });
    assert_eq!(decrypt(&message, &person(&keys::ALICE)).1.unwrap(), CONTENT);
}

#[test]
fn keys_without_certificates_are_tried_a_limited_number_of_times() {
    let kek_recipient = |n: u8| Recipient::key_encryption_key(id(&[n]), kek(16));
    let mut all = builder();
    for n in 0..5 {
        all = all.with_recipient(kek_recipient(n));
    }
    let others = all
        .clone()
        .with_recipient(Recipient::new(certificate(&keys::CAROL)));
    let with_alice = others
        .clone()
        .with_recipient(Recipient::new(certificate(&keys::ALICE)));
    let message = encrypt(with_alice, &spec::AES_256_GCM);
    let alice = person(&keys::ALICE);
    let ring = KeyRing::new().with_unidentified_key(&alice.key);
    assert_eq!(decrypt(&message, &ring).1.unwrap(), CONTENT);
    // A key that fits nothing: the attempts end, and the error names no recipient.
    let none = encrypt(others, &spec::AES_256_GCM);
    let (_, result) = decrypt(&none, &ring);
    assert!(result.is_err());
    let mut limits = Limits::DEFAULT;
    limits.recipient_attempts = 0;
    let (_, result) = decrypt_with(&message, &ring, &limits);
    assert!(matches!(result, Err(CmsError::NoRecipient)));
}

#[test]
fn identified_keys_come_before_unidentified_ones() {
    let message = encrypt(
        builder()
            .with_recipient(Recipient::new(certificate(&keys::ALICE)))
            .with_recipient(Recipient::new(certificate(&keys::BOB))),
        &spec::AES_256_GCM,
    );
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let ring = KeyRing::new()
        .with_store(&bob)
        .with_unidentified_key(&alice.key);
    let (report, content) = decrypt(&message, &ring);
    assert_eq!(content.unwrap(), CONTENT);
    let used: Vec<_> = report
        .recipients
        .iter()
        .filter(|one| one.status == RecipientStatus::Used)
        .map(|one| one.kind())
        .collect();
    assert_eq!(used, [RecipientKind::Kari]);
}

#[test]
fn ciphertext_may_be_detached() {
    for cipher in [&spec::AES_256_GCM as &dyn ContentCipher, &spec::AES_256_CBC] {
        let recipient = Recipient::new(certificate(&keys::BOB));
        let mut ciphertext = Vec::new();
        let mut writer = builder()
            .with_recipient(recipient)
            .start(
                cipher,
                ContentForm::Detached,
                &PROVIDER,
                &POLICY,
                &mut *random(),
                &mut Vec::new(),
            )
            .unwrap();
        let mut out = |octets: &[u8]| {
            ciphertext.extend_from_slice(octets);
            Ok(())
        };
        writer.update(CONTENT, &mut out).unwrap();
        let message = writer.finish_detached(&mut out).unwrap();
        let bob = person(&keys::BOB);
        let mut reader = EnvelopedDataReader::new(context(&bob), &Limits::DEFAULT);
        assert_eq!(
            drain(&mut reader, &[&message], Some(&ciphertext)).unwrap(),
            CONTENT
        );
        assert!(reader.report().detached);
        ciphertext[0] ^= 1;
        let mut reader = EnvelopedDataReader::new(context(&bob), &Limits::DEFAULT);
        let changed = drain(&mut reader, &[&message], Some(&ciphertext));
        if cipher.oid() == oid::AES256_GCM {
            assert!(matches!(changed, Err(CmsError::DecryptFailed)));
        }
        let mut reader = EnvelopedDataReader::new(context(&bob), &Limits::DEFAULT);
        let missing = drain(&mut reader, &[&message], None);
        assert!(matches!(missing, Err(CmsError::DetachedContentMissing)));
    }
}

#[test]
fn cek_hkdf_has_the_vectors_of_rfc9709_appendix_b() {
    let ikm = hex("c702e7d0a9e064b09ba55245fb733cf3");
    for (identifier, okm) in [
        (
            "301b0609608648016503040106300e040c5c79058ba2f43447639d29e2",
            "2124ffb29fac4e0fbbc7d5d87492bff3",
        ),
        (
            "301d06096086480165030401020410651f722ffd512c52fe072e507d72b377",
            "9cd102c52f1e19ece8729b35bfeceb50",
        ),
    ] {
        let algorithm = AlgorithmIdentifier::from_octets(&hex(identifier)).unwrap();
        assert_eq!(
            *spec::CekHkdfSha256.derive(&algorithm, &ikm).unwrap(),
            hex(okm)
        );
    }
    let algorithm = AlgorithmIdentifier::new(oid::AES128_CBC);
    assert!(spec::CekHkdfSha256.derive(&algorithm, &[0; 8161]).is_err());
}

#[test]
fn bound_keys_decrypt_under_their_own_cipher_only() {
    let bound = |cipher: &dyn ContentCipher| {
        let recipient = Recipient::new(certificate(&keys::BOB));
        encrypt(
            builder()
                .with_recipient(recipient)
                .with_key_binding(KeyBinding::Always),
            cipher,
        )
    };
    let bob = person(&keys::BOB);
    for cipher in [&spec::AES_128_GCM as &dyn ContentCipher, &spec::AES_128_CBC] {
        let message = bound(cipher);
        let (report, content) = decrypt(&message, &bob);
        assert_eq!(content.unwrap(), CONTENT);
        assert_eq!(report.key_derivation, Some(oid::CEK_HKDF_SHA256));
        assert_eq!(report.cipher.oid, cipher.oid());
    }
    // The binding is on the inner identifier: another IV is another key, not a changed first block.
    let message = bound(&spec::AES_128_CBC);
    let mut bad = message.clone();
    let at = position(&bad, oid::AES128_CBC.as_bytes()) + oid::AES128_CBC.as_bytes().len() + 2;
    bad[at] ^= 1;
    match decrypt(&bad, &bob).1 {
        Err(CmsError::DecryptFailed) => {}
        Ok(content) => assert_ne!(&content[1..], &CONTENT[1..]),
        Err(other) => panic!("{other}"),
    }
    // The derivation must name a cipher, and an allowed one.
    let mut bad = message;
    let at = position(&bad, oid::AES128_CBC.as_bytes());
    bad[at + oid::AES128_CBC.as_bytes().len() - 1] = 6;
    assert!(matches!(decrypt(&bad, &bob).1, Err(CmsError::Policy(_))));
}

/// The downgrade of AES-GCM to AES-CBC (RFC 9709, 1): the attacker keeps the recipients and presents ciphertext of his
/// own as CBC, so that the recipient decrypts it with the key of the GCM message. A bound key is another one there.
#[test]
fn the_downgrade_from_gcm_to_cbc_meets_another_key() {
    let bob = person(&keys::BOB);
    for binding in [KeyBinding::Never, KeyBinding::Always] {
        let recipient = Recipient::new(certificate(&keys::BOB));
        let message = encrypt(
            builder()
                .with_recipient(recipient)
                .with_key_binding(binding),
            &spec::AES_128_GCM,
        );
        let mut reader = EnvelopedDataReader::new(context(&bob), &Limits::DEFAULT);
        drain(&mut reader, &[&message], None).unwrap();
        let cek = reader.take_content_encryption_key().unwrap();
        let gcm = reader.report().cipher;
        // The key that GCM worked with, which the test may know and the attacker need not.
        let key = match binding {
            KeyBinding::Always => spec::CekHkdfSha256
                .derive(&gcm, cek.as_octets())
                .unwrap()
                .to_vec(),
            _ => cek.as_octets().to_vec(),
        };
        let iv = AlgorithmIdentifier::with(oid::AES128_CBC, write::octet_string(&[0; 16]));
        let mut ciphertext = Vec::new();
        let mut cbc = spec::AES_128_CBC.encryptor(&iv, &key).unwrap();
        cbc.update(CONTENT, &mut ciphertext).unwrap();
        cbc.finish(&[], &mut ciphertext).unwrap();
        let forged_algorithm = match binding {
            KeyBinding::Always => AlgorithmIdentifier::with(oid::CEK_HKDF_SHA256, iv.to_der()),
            _ => iv,
        };
        let mut info = Cursor::single(&message, 0).unwrap().children();
        info.element().unwrap();
        let explicit = info.element().unwrap();
        let mut fields = explicit.children().element().unwrap().children();
        fields.element().unwrap();
        let infos = fields.expect(Tag::SET).unwrap().raw();
        let content = write::sequence(&[
            &write::oid(&oid::DATA),
            &forged_algorithm.to_der(),
            &write::context_primitive(0, &ciphertext),
        ]);
        let layer = write::sequence(&[&write::integer(2), infos, &content]);
        let forged = write::sequence(&[
            &write::oid(&oid::ENVELOPED_DATA),
            &write::context(0, &layer),
        ]);
        let opened = decrypt(&forged, &bob).1;
        let fooled = matches!(&opened, Ok(content) if content == CONTENT);
        assert_eq!(fooled, binding == KeyBinding::Never);
    }
}

#[test]
fn kem_recipients_are_decoded_and_reported() {
    // rfc5652:6.2/1
    use cms_core::types::{IssuerAndSerialNumber, KemRecipientInfo, RecipientIdentifier};
    let bob = certificate(&keys::BOB);
    let info = |kek_length: u16| {
        RecipientInfo::Kem(KemRecipientInfo {
            version: 0,
            rid: RecipientIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber::of(&bob)),
            kem: AlgorithmIdentifier::new(ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.2")),
            kemct: vec![1; 32],
            kdf: AlgorithmIdentifier::new(ObjectIdentifier::new_unwrap(
                "1.2.840.113549.1.9.16.3.28",
            )),
            kek_length,
            ukm: Some(b"context".to_vec()),
            wrap: AlgorithmIdentifier::new(oid::AES256_WRAP),
            encrypted_key: vec![2; 40],
        })
        .to_der()
    };
    let good = encrypt(
        builder().with_recipient(Recipient::new(certificate(&keys::BOB))),
        &spec::AES_256_GCM,
    );
    let message = insert_recipient(&good, &info(32));
    // Bob's elliptic curve key is no KEM key: that recipient fails, the other one serves.
    let (report, content) = decrypt(&message, &person(&keys::BOB));
    assert_eq!(content.unwrap(), CONTENT);
    assert_eq!(report.recipients[0].kind(), RecipientKind::Kemri);
    assert_eq!(report.recipients[0].status, RecipientStatus::Failed);
    assert_eq!(
        report.recipients[0].algorithm().unwrap().oid.to_string(),
        "2.16.840.1.101.3.4.4.2"
    );
    // rfc9629:3: kekLength is 1 to 65535, version is 0.
    let message = insert_recipient(&good, &info(0));
    let (report, _) = decrypt(&message, &person(&keys::BOB));
    assert!(
        report.recipients[0]
            .error
            .as_ref()
            .unwrap()
            .contains("kekLength")
    );
}

#[test]
fn readdressing_keeps_the_content_octet_for_octet() {
    for cipher in [&spec::AES_256_GCM as &dyn ContentCipher, &spec::AES_256_CBC] {
        for form in [
            ContentForm::Definite(CONTENT.len() as u64),
            ContentForm::Indefinite,
        ] {
            for attributes in [Vec::new(), vec![Attribute::of(&CekMaxDecrypts(2))]] {
                let from = builder()
                    .with_recipient(Recipient::new(certificate(&keys::ALICE)))
                    .with_unprotected_attributes(attributes.clone());
                let message = encrypt_in(from, cipher, form).unwrap();
                for chunks in chunkings(&message, 17) {
                    let made = readdress(&chunks).unwrap();
                    // From the content's algorithm on, everything is as it was.
                    let tail = &message[position(&message, cipher.oid().as_bytes())..];
                    assert!(made.ends_with(tail));
                    let (report, content) = decrypt(&made, &person(&keys::BOB));
                    assert_eq!(content.unwrap(), CONTENT);
                    assert_eq!(report.recipients.len(), 2);
                    assert_eq!(report.unprotected_attrs.is_some(), !attributes.is_empty());
                    let (_, old) = decrypt(&made, &person(&keys::ALICE));
                    assert!(matches!(old, Err(CmsError::NoRecipient)));
                }
            }
        }
    }
}

fn readdress(chunks: &[&[u8]]) -> Result<Vec<u8>, CmsError> {
    let alice = person(&keys::ALICE);
    let recipients = vec![
        Recipient::new(certificate(&keys::BOB)),
        Recipient::new(certificate(&keys::CAROL)),
    ];
    let originator = OriginatorInfo::new().with_certificate(&certificate(&keys::DAVE));
    let mut readdresser =
        Readdresser::new(recipients, originator, context(&alice), &Limits::DEFAULT);
    let mut made = Vec::new();
    for chunk in chunks {
        readdresser.push(chunk, &mut *random(), &mut |octets| {
            made.extend_from_slice(octets);
            Ok(())
        })?;
    }
    readdresser.finish()?;
    assert_eq!(
        readdresser.old_recipients()[0].status,
        RecipientStatus::Used
    );
    Ok(made)
}

#[test]
fn readdressing_needs_a_key_and_the_whole_message() {
    let carol = builder().with_recipient(Recipient::new(certificate(&keys::CAROL)));
    let message = encrypt(carol, &spec::AES_256_GCM);
    assert!(matches!(readdress(&[&message]), Err(CmsError::NoRecipient)));
    let alice = builder().with_recipient(Recipient::new(certificate(&keys::ALICE)));
    let message = encrypt(alice, &spec::AES_256_GCM);
    let cut = &message[..message.len() - 1];
    assert!(matches!(readdress(&[cut]), Err(CmsError::Decode(_))));
}

#[test]
fn versions_of_readdressed_messages_follow_the_rules() {
    // rfc5652:6.2.1/4, 6.2.1/5
    // rfc5652:6.1/1, 6.2.1/1: with originatorInfo it is 2 at least.
    let alice = builder().with_recipient(
        Recipient::new(certificate(&keys::ALICE)).with_algorithm(&spec::RSAES_PKCS1),
    );
    let message = encrypt(alice, &spec::AES_256_CBC);
    let (report, _) = decrypt(&message, &person(&keys::ALICE));
    assert_eq!(version(&report), 0);
    let made = readdress(&[&message]).unwrap();
    let (report, _) = decrypt(&made, &person(&keys::BOB));
    assert_eq!(version(&report), 2);
}

#[test]
fn originator_info_of_other_kinds_raises_the_version() {
    // rfc5652:6.1/1, rfc8550:2.2.1/3
    let attribute_certificate = write::context(2, &write::integer(1));
    let other = write::context(3, &write::oid(&oid::DATA));
    let bob = || builder().with_recipient(Recipient::new(certificate(&keys::BOB)));
    for (octets, expected) in [(attribute_certificate, 3), (other, 4)] {
        let originator = OriginatorInfo::new()
            .with_certificate_choice(octets)
            .unwrap();
        let message = encrypt(bob().with_originator(originator), &spec::AES_256_CBC);
        assert_eq!(version(&decrypt(&message, &person(&keys::BOB)).0), expected);
    }
    let crl = write::context(1, &write::oid(&oid::DATA));
    let originator = OriginatorInfo::new().with_crl(crl);
    let message = encrypt(bob().with_originator(originator), &spec::AES_256_CBC);
    assert_eq!(version(&decrypt(&message, &person(&keys::BOB)).0), 4);
    let v1 = write::context(1, &write::integer(1));
    assert!(OriginatorInfo::new().with_certificate_choice(v1).is_err());
}

/// RFC 3185, 3: the reversed key of the first message wraps that of the second, as often as was announced.
#[test]
fn content_encryption_keys_are_reused_and_counted() {
    let bob = person(&keys::BOB);
    let cache = CekCache::new();
    let mut message = Vec::new();
    let writer = builder()
        .with_recipient(Recipient::new(certificate(&keys::BOB)))
        .with_unprotected_attributes(cek_reuse::attributes(b"ref", 2, None))
        .start(
            &spec::AES_256_CBC,
            ContentForm::Indefinite,
            &PROVIDER,
            &POLICY,
            &mut *random(),
            &mut message,
        )
        .unwrap();
    let cek = writer.content_encryption_key();
    let first = finish(writer, message);
    let mut reader = EnvelopedDataReader::new(context(&bob), &Limits::DEFAULT);
    drain(&mut reader, &[&first], None).unwrap();
    let attributes = reader.report().unprotected_attrs.unwrap();
    let received = reader.take_content_encryption_key().unwrap();
    assert!(reader.take_content_encryption_key().is_none());
    cache
        .remember(&received, &attributes, &PROVIDER, 1000)
        .unwrap();

    let kek = cek_reuse::key_encryption_key(&cek, None, &PROVIDER, 1000).unwrap();
    let mut reversed = cek.as_octets().to_vec();
    reversed.reverse();
    assert_eq!(kek.as_octets(), reversed);
    let later = || {
        let recipient = Recipient::key_encryption_key(id(b"ref"), kek.clone());
        encrypt(builder().with_recipient(recipient), &spec::AES_256_GCM)
    };
    for _ in 0..2 {
        assert_eq!(decrypt(&later(), &cache).1.unwrap(), CONTENT);
        cache.used(b"ref");
    }
    assert!(matches!(
        decrypt(&later(), &cache).1,
        Err(CmsError::NoRecipient)
    ));
}

#[test]
fn reused_keys_of_another_length_are_derived() {
    let parameters = write::sequence(&[
        &write::octet_string(b"salt of RFC 3185"),
        &write::integer(1000),
        &write::integer(32),
    ]);
    let derivation = KekDerivationAlgorithm {
        kek_alg: AlgorithmIdentifier::new(oid::AES256_WRAP),
        pbkdf2_params: parameters,
    };
    let cek = SecretKey::new(vec![3; 16]);
    let kek = cek_reuse::key_encryption_key(&cek, Some(&derivation), &PROVIDER, 1000).unwrap();
    assert_eq!(kek.as_octets().len(), 32);
    let refused = cek_reuse::key_encryption_key(&cek, Some(&derivation), &PROVIDER, 999);
    assert!(matches!(
        refused,
        Err(CmsError::Crypto(CryptoError::Limit(_)))
    ));
    // Without a reference the attributes are to be ignored (RFC 3185, 5).
    let cache = CekCache::new();
    let attributes = cms_core::types::Attributes::new(vec![Attribute::of(&CekMaxDecrypts(5))]);
    cache.remember(&cek, &attributes, &PROVIDER, 1000).unwrap();
    assert!(cache.key_encryption_keys(&id(b"")).is_empty());
    // 0 and more than 2^31 are no numbers of uses.
    for wrong in [write::integer(0), write::integer(0x8000_0001)] {
        let list = vec![
            Attribute::new(oid::CEK_REFERENCE, write::octet_string(b"r")),
            Attribute::new(oid::CEK_MAX_DECRYPTS, wrong),
        ];
        let attributes = cms_core::types::Attributes::new(list);
        assert!(cache.remember(&cek, &attributes, &PROVIDER, 1000).is_err());
    }
}

#[test]
fn strict_policy_wants_authentication_whatever_the_recipient() {
    let recipient = Recipient::key_encryption_key(id(b"k"), kek(32));
    let message = encrypt(builder().with_recipient(recipient), &spec::AES_256_CBC);
    let ring = KeyRing::new().with_key_encryption_key(id(b"k"), kek(32));
    let mut strict = context(&ring);
    strict.policy = &StandardPolicy::Strict;
    let mut reader = EnvelopedDataReader::new(strict, &Limits::DEFAULT);
    let result = drain(&mut reader, &[&message], None);
    assert!(matches!(result, Err(CmsError::Policy(_))));
}

#[test]
fn readdressing_with_a_key_that_fails_ends_with_the_error() {
    let recipient = Recipient::key_encryption_key(id(b"k"), kek(32));
    let message = encrypt(builder().with_recipient(recipient), &spec::AES_256_GCM);
    let wrong = KeyRing::new().with_key_encryption_key(id(b"k"), SecretKey::new(vec![9; 32]));
    let to = vec![Recipient::new(certificate(&keys::CAROL))];
    let mut readdresser = Readdresser::new(
        to,
        OriginatorInfo::default(),
        context(&wrong),
        &Limits::DEFAULT,
    );
    let mut out = Vec::new();
    let mut random = random();
    readdresser
        .push(&message, &mut *random, &mut |octets| {
            out.extend_from_slice(octets);
            Ok(())
        })
        .unwrap();
    let error = readdresser.finish().unwrap_err();
    assert!(matches!(error, CmsError::DecryptFailed), "{error}");
}

#[test]
fn entries_of_one_key_agreement_count_as_recipients() {
    // rfc5652:6.2.2/2
    let group = Recipient::group(vec![certificate(&keys::BOB); 20]);
    let message = encrypt(builder().with_recipient(group), &spec::AES_256_GCM);
    let bob = person(&keys::BOB);
    let mut limits = Limits::DEFAULT;
    let (report, content) = decrypt_with(&message, &bob, &limits);
    assert_eq!(
        (report.recipients.len(), content.unwrap()),
        (20, CONTENT.to_vec())
    );
    limits.elements = 19;
    let (_, result) = decrypt_with(&message, &bob, &limits);
    assert!(matches!(result, Err(CmsError::Decode(_))));
}
