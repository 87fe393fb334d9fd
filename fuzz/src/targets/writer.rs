//! Whatever is written is read again with the same content, and, where it is DER, crate `cms` writes the same of what
//! it reads.

use std::sync::LazyLock;

use cms::content_info::ContentInfo;
use cms_algs::{PrivateKey, spec};
use cms_core::authenticated::{AuthenticatedDataBuilder, AuthenticatedDataReader};
use cms_core::ber::{Cursor, to_der};
use cms_core::compressed::{CompressedDataReader, CompressedDataWriter};
use cms_core::digested::{DigestedDataReader, DigestedDataWriter};
use cms_core::encrypted::{EncryptedDataBuilder, EncryptedDataReader};
use cms_core::enveloped::{
    DecryptContext, EncryptingWriter, EnvelopedDataBuilder, EnvelopedDataReader, KeyBinding,
};
use cms_core::key::{Identity, KeyRing, SecretKey};
use cms_core::policy::StandardPolicy;
use cms_core::provider::{ContentCipher, DigestAlgorithm, Random};
use cms_core::recipients::{Recipient, RecipientIdentifierForm};
use cms_core::report::SignerVerdict;
use cms_core::signed::{
    AlgorithmProtection, ContentCandidate, ContentDigester, SignedDataBuilder, SignedDataReader,
    Signer, SignerAttributes, SignerIdentifierForm, VerifyContext,
};
use cms_core::types::Attribute;
use cms_core::{CmsError, ContentForm, Limits, ObjectIdentifier, Surroundings, oid};
use der::{Decode, Encode};

static KEYS: LazyLock<Vec<Identity<PrivateKey>>> = LazyLock::new(crate::identities);

const POLICY: StandardPolicy = StandardPolicy::Default;

/// What the octets of an input choose, one after the other; zeros when they are over.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.next()) % bound
    }

    fn yes(&mut self) -> bool {
        self.next() & 1 == 1
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Content of up to 64 KiB, whose octets say what comes next.
    fn content(&mut self) -> Vec<u8> {
        let len = usize::from(self.next()) << self.below(9);
        let seed = self.next();
        (0..len)
            .map(|index| seed.wrapping_mul(u8::try_from(index % 251).unwrap_or(0)))
            .collect()
    }

    fn form(&mut self, len: usize) -> ContentForm {
        match self.below(3) {
            0 => ContentForm::Definite(u64::try_from(len).unwrap_or(u64::MAX)),
            1 => ContentForm::Indefinite,
            _ => ContentForm::Detached,
        }
    }

    fn content_type(&mut self) -> ObjectIdentifier {
        self.one(&[oid::DATA, oid::SIGNED_RECEIPT, oid::TST_INFO])
    }

    /// Attributes that nobody knows.
    fn attributes(&mut self) -> Vec<Attribute> {
        let count = self.below(4);
        (0..count)
            .map(|index| {
                let arc = u32::try_from(index).unwrap_or(0);
                let oid = ObjectIdentifier::from_arcs([1, 3, 6, 1, 4, 1, 55555, arc]);
                let values = (0..=self.below(3)).map(|_| {
                    cms_core::ber::write::octet_string(&vec![self.next(); self.below(40)])
                });
                Attribute::with_values(oid.unwrap_or(oid::DATA), values.collect())
            })
            .collect()
    }

    /// Parts that the content is written in.
    fn step(&mut self) -> usize {
        usize::from(self.next()).max(1) * 7
    }

    fn recipients(&mut self) -> Vec<Recipient<'static>> {
        let mut recipients = Vec::new();
        let chosen = self.next();
        for (index, identity) in KEYS.iter().enumerate().take(3) {
            if chosen >> index & 1 == 1 {
                let form = self.one(&[
                    RecipientIdentifierForm::IssuerAndSerialNumber,
                    RecipientIdentifierForm::SubjectKeyIdentifier,
                ]);
                let mut recipient =
                    Recipient::new(identity.certificate.clone()).with_identifier(form);
                if index > 0 && self.yes() {
                    recipient = recipient.with_ukm(vec![self.next(); self.below(70)]);
                }
                recipients.push(recipient);
            }
        }
        if chosen & 8 != 0 || recipients.is_empty() {
            let (id, key) = crate::key_encryption_key();
            recipients.push(Recipient::key_encryption_key(id, key));
        }
        if chosen & 16 != 0 {
            recipients.push(Recipient::password(SecretKey::new(crate::PASSWORD.into())));
        }
        recipients
    }
}

/// A message, with what is detached from it.
struct Written {
    message: Vec<u8>,
    detached: Option<Vec<u8>>,
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let mut choices = Choices(data);
    let mut random = (crate::QUICK.random)();
    let kind = choices.below(6);
    let content = choices.content();
    let form = choices.form(content.len());
    let read = match kind {
        0 => signed(&mut choices, &content, form, &mut *random),
        1 => enveloped(&mut choices, &content, form, &mut *random),
        2 => authenticated(&mut choices, &content, form, &mut *random),
        3 => digested(&mut choices, &content, form),
        4 => encrypted(&mut choices, &content, form, &mut *random),
        _ => compressed(&mut choices, &content),
    };
    match read {
        Ok(found) => assert!(found == content, "other content was read"),
        Err(error) => panic!("{error}"),
    }
}

/// What crate `cms` reads of DER it writes with the same octets.
fn check_der(message: &[u8], form: ContentForm) {
    if form != ContentForm::Indefinite {
        let info = ContentInfo::from_der(message).expect("crate cms reads it");
        let content = match info.content_type {
            oid::SIGNED_DATA => again::<cms::signed_data::SignedData>(&info),
            oid::ENVELOPED_DATA => again::<cms::enveloped_data::EnvelopedData>(&info),
            oid::AUTH_ENVELOPED_DATA => again::<cms::authenveloped_data::AuthEnvelopedData>(&info),
            oid::AUTHENTICATED_DATA => again::<cms::authenticated_data::AuthenticatedData>(&info),
            oid::DIGESTED_DATA => again::<cms::digested_data::DigestedData>(&info),
            _ => again::<cms::encrypted_data::EncryptedData>(&info),
        };
        // It sorts the elements of a SET OF by their values, DER by their encodings (X.690, 11.6).
        let again = to_der(&Cursor::single(&content, 0).expect("one encoding")).expect("DER");
        assert!(again == info.content.to_der().expect("it was DER"));
    }
}

fn again<T: Encode + for<'a> Decode<'a> + der::FixedTag>(info: &ContentInfo) -> Vec<u8>
where
    for<'a> <T as Decode<'a>>::Error: std::fmt::Debug,
{
    let octets = info.content.to_der().expect("it was DER");
    let value = T::from_der(&octets).expect("crate cms reads the content");
    value.to_der().expect("crate cms writes it")
}

fn collect(out: &mut Vec<u8>) -> impl FnMut(cms_core::Unverified<'_>) -> Result<(), CmsError> {
    |octets| {
        out.extend_from_slice(octets.danger_octets());
        Ok(())
    }
}

fn append(out: &mut Vec<u8>) -> impl FnMut(&[u8]) -> Result<(), CmsError> {
    |octets| {
        out.extend_from_slice(octets);
        Ok(())
    }
}

fn signed(
    choices: &mut Choices<'_>,
    content: &[u8],
    form: ContentForm,
    random: &mut dyn Random,
) -> Result<Vec<u8>, CmsError> {
    let econtent_type = choices.content_type();
    let mut builder = SignedDataBuilder::new(econtent_type);
    for _ in 0..=choices.below(3) {
        let identity = &KEYS[choices.below(KEYS.len())];
        let attributes = if econtent_type == oid::DATA && choices.yes() {
            SignerAttributes::Absent
        } else {
            SignerAttributes::Present {
                signing_time: None,
                others: choices.attributes(),
            }
        };
        let form = choices.one(&[
            SignerIdentifierForm::IssuerAndSerialNumber,
            SignerIdentifierForm::SubjectKeyIdentifier,
        ]);
        let mut signer = Signer::new(identity.certificate.clone(), &identity.key)
            .with_identifier(form)
            .with_unsigned_attributes(choices.attributes());
        if !matches!(attributes, SignerAttributes::Absent) && choices.yes() {
            signer = signer.with_algorithm_protection(AlgorithmProtection::Written);
        }
        builder = builder
            .with_signer(signer.with_attributes(attributes))
            .with_certificate(&identity.certificate);
    }
    let prepared = builder.prepare(&crate::QUICK, &POLICY)?;
    let limits = Limits::DEFAULT;
    let mut message = Vec::new();
    if form == ContentForm::Indefinite {
        let mut writer = prepared.start(form, &limits, &mut message)?;
        for chunk in content.chunks(choices.step()) {
            writer.update(chunk, &mut append(&mut message))?;
        }
        writer.finish(random, &mut append(&mut message))?;
    } else {
        let mut digester = prepared.digester();
        digester.update(content);
        let detached = form == ContentForm::Detached;
        let mut replay = content;
        let (prologue, epilogue) =
            prepared.sign(digester, detached, &mut replay, &limits, random)?;
        message = prologue;
        if !detached {
            message.extend_from_slice(content);
        }
        message.extend_from_slice(&epilogue);
    }
    check_der(&message, form);
    let mut found = Vec::new();
    let mut reader = SignedDataReader::new(&crate::QUICK, &limits);
    for chunk in message.chunks(choices.step()) {
        reader.push(chunk, &mut collect(&mut found))?;
    }
    let certificates = Vec::new();
    let context = VerifyContext {
        provider: &crate::QUICK,
        policy: &POLICY,
        certificates: &certificates,
    };
    let report = if form == ContentForm::Detached {
        let mut replay = content;
        let mut digester = ContentDigester::new();
        digester.update(content);
        let candidate = ContentCandidate::new(digester, &mut replay);
        found = content.to_vec();
        reader.finish_detached(vec![candidate], &context)?
    } else {
        let mut replay = content;
        reader.finish(&mut replay, &context)?
    };
    for signer in &report.signers {
        assert_eq!(signer.verdict(), SignerVerdict::Good, "{:?}", signer.errors);
    }
    Ok(found)
}

/// Puts content through a writer of ciphertext.
fn encrypt(
    mut writer: EncryptingWriter,
    content: &[u8],
    step: usize,
    form: ContentForm,
    mut message: Vec<u8>,
) -> Result<Written, CmsError> {
    if form == ContentForm::Detached {
        let mut ciphertext = Vec::new();
        for chunk in content.chunks(step) {
            writer.update(chunk, &mut append(&mut ciphertext))?;
        }
        let message = writer.finish_detached(&mut append(&mut ciphertext))?;
        return Ok(Written {
            message,
            detached: Some(ciphertext),
        });
    }
    for chunk in content.chunks(step) {
        writer.update(chunk, &mut append(&mut message))?;
    }
    writer.finish(&mut append(&mut message))?;
    Ok(Written {
        message,
        detached: None,
    })
}

fn enveloped(
    choices: &mut Choices<'_>,
    content: &[u8],
    form: ContentForm,
    random: &mut dyn Random,
) -> Result<Vec<u8>, CmsError> {
    let ciphers: [&dyn ContentCipher; 4] = [
        &spec::AES_128_GCM,
        &spec::AES_256_GCM,
        &spec::AES_128_CBC,
        &spec::AES_256_CBC,
    ];
    let index = choices.below(ciphers.len());
    let mut builder = EnvelopedDataBuilder::new(choices.content_type())
        .with_key_binding(choices.one(&[KeyBinding::Announced, KeyBinding::Always]))
        .with_unprotected_attributes(choices.attributes());
    if index < 2 {
        builder = builder.with_auth_attributes(choices.attributes());
    }
    for recipient in choices.recipients() {
        builder = builder.with_recipient(recipient);
    }
    let mut message = Vec::new();
    let writer = builder.start(
        ciphers[index],
        form,
        &crate::QUICK,
        &POLICY,
        random,
        &mut message,
    )?;
    let written = encrypt(writer, content, choices.step(), form, message)?;
    check_der(&written.message, form);
    let ring = one_key(choices);
    let context = DecryptContext {
        provider: &crate::QUICK,
        policy: &POLICY,
        keys: Some(&ring),
    };
    let mut reader = EnvelopedDataReader::new(context, &Limits::DEFAULT);
    let mut found = Vec::new();
    for chunk in written.message.chunks(choices.step()) {
        reader.push(chunk, &mut collect(&mut found))?;
    }
    if let Some(ciphertext) = written.detached {
        reader.push_detached(&ciphertext, &mut collect(&mut found))?;
    }
    reader.finish(&mut collect(&mut found))?;
    drop(reader);
    Ok(found)
}

/// All keys that a recipient may have.
fn one_key(choices: &mut Choices<'_>) -> KeyRing<'static> {
    let ring = crate::key_ring(&KEYS);
    if choices.yes() {
        KEYS.iter().take(3).fold(ring, |ring, identity| {
            ring.with_unidentified_key(&identity.key)
        })
    } else {
        ring
    }
}

fn authenticated(
    choices: &mut Choices<'_>,
    content: &[u8],
    form: ContentForm,
    random: &mut dyn Random,
) -> Result<Vec<u8>, CmsError> {
    let mut builder = AuthenticatedDataBuilder::new(choices.content_type())
        .with_unauthenticated_attributes(choices.attributes());
    if choices.yes() {
        builder = builder.with_auth_attributes(oid::SHA256, choices.attributes());
    }
    for recipient in choices.recipients() {
        builder = builder.with_recipient(recipient);
    }
    let mut message = Vec::new();
    let mut writer = builder.start(
        &spec::HMAC_SHA256,
        form,
        &crate::QUICK,
        &POLICY,
        random,
        &mut message,
    )?;
    for chunk in content.chunks(choices.step()) {
        writer.update(chunk, &mut append(&mut message))?;
    }
    writer.finish(&mut append(&mut message))?;
    check_der(&message, form);
    let ring = one_key(choices);
    let context = DecryptContext {
        provider: &crate::QUICK,
        policy: &POLICY,
        keys: Some(&ring),
    };
    let mut reader = AuthenticatedDataReader::new(context, &Limits::DEFAULT);
    let mut found = Vec::new();
    for chunk in message.chunks(choices.step()) {
        reader.push(chunk, &mut collect(&mut found))?;
    }
    if form == ContentForm::Detached {
        reader.push_detached(content)?;
        found = content.to_vec();
    }
    reader.finish()?;
    Ok(found)
}

fn digested(
    choices: &mut Choices<'_>,
    content: &[u8],
    form: ContentForm,
) -> Result<Vec<u8>, CmsError> {
    let digests: [&dyn DigestAlgorithm; 2] = [&spec::SHA256, &spec::SHA512];
    let digest = digests[choices.below(2)].oid();
    let mut message = Vec::new();
    let mut writer = DigestedDataWriter::start(
        &choices.content_type(),
        &digest,
        Surroundings::ContentInfo,
        form,
        &crate::QUICK,
        &POLICY,
        &mut message,
    )?;
    for chunk in content.chunks(choices.step()) {
        writer.update(chunk, &mut append(&mut message))?;
    }
    writer.finish(&mut append(&mut message))?;
    check_der(&message, form);
    let mut reader = DigestedDataReader::new(&crate::QUICK, &POLICY, &Limits::DEFAULT);
    let mut found = Vec::new();
    for chunk in message.chunks(choices.step()) {
        reader.push(chunk, &mut collect(&mut found))?;
    }
    if form == ContentForm::Detached {
        reader.push_detached(content)?;
        found = content.to_vec();
    }
    reader.finish()?;
    Ok(found)
}

fn encrypted(
    choices: &mut Choices<'_>,
    content: &[u8],
    form: ContentForm,
    random: &mut dyn Random,
) -> Result<Vec<u8>, CmsError> {
    let key = SecretKey::new(vec![choices.next(); 16]);
    let mut message = Vec::new();
    let writer = EncryptedDataBuilder::new(choices.content_type())
        .with_unprotected_attributes(choices.attributes())
        .start(
            &key,
            &spec::AES_128_CBC,
            form,
            &POLICY,
            random,
            &mut message,
        )?;
    let written = encrypt(writer, content, choices.step(), form, message)?;
    check_der(&written.message, form);
    let limits = Limits::DEFAULT;
    let mut reader = EncryptedDataReader::new(Some(&key), &crate::QUICK, &POLICY, &limits);
    let mut found = Vec::new();
    for chunk in written.message.chunks(choices.step()) {
        reader.push(chunk, &mut collect(&mut found))?;
    }
    if let Some(ciphertext) = written.detached {
        reader.push_detached(&ciphertext, &mut collect(&mut found))?;
    }
    reader.finish(&mut collect(&mut found))?;
    drop(reader);
    Ok(found)
}

fn compressed(choices: &mut Choices<'_>, content: &[u8]) -> Result<Vec<u8>, CmsError> {
    let mut message = Vec::new();
    let mut writer = CompressedDataWriter::start(
        &choices.content_type(),
        &spec::Zlib,
        Surroundings::ContentInfo,
        &mut message,
    );
    for chunk in content.chunks(choices.step()) {
        writer.update(chunk, &mut append(&mut message))?;
    }
    writer.finish(&mut append(&mut message))?;
    let mut reader = CompressedDataReader::new(&crate::QUICK, &Limits::DEFAULT);
    let mut found = Vec::new();
    for chunk in message.chunks(choices.step()) {
        reader.push(chunk, &mut collect(&mut found))?;
    }
    reader.finish()?;
    Ok(found)
}
