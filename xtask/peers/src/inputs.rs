//! The inputs of the hostile cases.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::ber::write::{self, Form};
use cms_core::ber::{Cursor, Tag};
use cms_core::oid;
use cms_core::policy::StandardPolicy;
use cms_core::signed::Signer;
use cms_core::types::Certificate;
use testkit::keys::ALICE;

const POLICY: StandardPolicy = StandardPolicy::Default;

/// Octets of content in one-octet chunks.
pub(crate) const CHUNKS: usize = 10_000_000;

pub(crate) fn make(folder: &Path) {
    std::fs::create_dir_all(folder).expect("folder");
    let file = |name: &str| BufWriter::new(File::create(folder.join(name)).expect("file"));
    chunks(file("chunks"));
    depth(file("depth"), 1_000_000);
    for (name, count) in [("signers-10000", 10_000), ("signers-100000", 100_000)] {
        signers(file(name), count);
    }
    for (name, count) in [
        ("certificates-10000", 10_000),
        ("certificates-100000", 100_000),
    ] {
        certificates(file(name), count);
    }
    for (name, count) in [("recipients-10000", 10_000), ("recipients-100000", 100_000)] {
        recipients(file(name), count);
    }
    bomb(file("bomb"));
}

fn raw(octets: &[u8]) -> Vec<u8> {
    octets.to_vec()
}

/// SignedData without signers around content in chunks of one octet, in four nested strings of indefinite length.
fn chunks(mut out: BufWriter<File>) {
    let mut start = raw(&[0x30, 0x80]);
    start.extend(write::oid(&oid::SIGNED_DATA));
    start.extend([0xa0, 0x80, 0x30, 0x80]);
    start.extend(write::integer(1));
    start.extend(write::set_of(Vec::new()));
    start.extend([0x30, 0x80]);
    start.extend(write::oid(&oid::DATA));
    start.extend([0xa0, 0x80]);
    start.extend([0x24, 0x80].repeat(4));
    out.write_all(&start).expect("write");
    for n in 0..CHUNKS {
        out.write_all(&[4, 1, u8::try_from(n % 251).unwrap_or(0)])
            .expect("write");
    }
    out.write_all(&[0, 0].repeat(4 + 2)).expect("write");
    out.write_all(&write::set_of(Vec::new())).expect("write");
    out.write_all(&[0, 0].repeat(3)).expect("write");
}

fn depth(mut out: BufWriter<File>, levels: usize) {
    let mut start = raw(&[0x30, 0x80]);
    start.extend(write::oid(&oid::DATA));
    start.extend([0xa0, 0x80]);
    out.write_all(&start).expect("write");
    for _ in 0..levels {
        out.write_all(&[0x24, 0x80]).expect("write");
    }
    out.write_all(&[0, 0].repeat(levels + 2)).expect("write");
}

/// The parts of a SignedData by Alice: what stands before the signerInfos, and one SignerInfo.
fn signed() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let key = PrivateKey::from_pkcs8(ALICE.key).expect("key");
    let certificate = Certificate::from_der(ALICE.certificate).expect("certificate");
    let message = cms_core::sign(
        b"content",
        Signer::new(certificate, &key),
        &PROVIDER,
        &POLICY,
    );
    let message = message.expect("signed");
    let mut info = Cursor::single(&message, 0).expect("message").children();
    info.element().expect("type");
    let explicit = info.element().expect("content");
    let mut fields = explicit
        .children()
        .element()
        .expect("SignedData")
        .children();
    let mut before = Vec::new();
    for _ in 0..3 {
        before.extend_from_slice(fields.element().expect("field").raw());
    }
    let certificates = fields.element().expect("certificates").raw().to_vec();
    let infos = fields.element().expect("signerInfos");
    let one = infos
        .children()
        .element()
        .expect("SignerInfo")
        .raw()
        .to_vec();
    (before, certificates, one)
}

fn layer(out: &mut BufWriter<File>, content_type: &cms_core::ObjectIdentifier, parts: &[&[u8]]) {
    let mut head = raw(&[0x30, 0x80]);
    head.extend(write::oid(content_type));
    head.extend([0xa0, 0x80, 0x30, 0x80]);
    out.write_all(&head).expect("write");
    for part in parts {
        out.write_all(part).expect("write");
    }
    out.write_all(&[0; 6]).expect("write");
}

fn signers(mut out: BufWriter<File>, count: usize) {
    let (before, certificates, one) = signed();
    let infos = write::tagged(Tag::SET, Form::Constructed, &one.repeat(count));
    layer(
        &mut out,
        &oid::SIGNED_DATA,
        &[&before, &certificates, &infos],
    );
}

/// Alice's certificate with another serial number each.
pub(crate) fn numbered(count: usize) -> Vec<Vec<u8>> {
    let certificate = Certificate::from_der(ALICE.certificate).expect("certificate");
    let serial = certificate.serial().to_vec();
    let at = ALICE
        .certificate
        .windows(serial.len())
        .position(|window| window == serial)
        .expect("serial");
    (0..count)
        .map(|n| {
            let mut octets = ALICE.certificate.to_vec();
            let number = u32::try_from(n).expect("count").to_be_bytes();
            let end = at + serial.len();
            octets[end - 4..end].copy_from_slice(&number);
            octets
        })
        .collect()
}

fn certificates(mut out: BufWriter<File>, count: usize) {
    let (before, _, one) = signed();
    let all = write::context(0, &numbered(count).concat());
    let infos = write::tagged(Tag::SET, Form::Constructed, &one);
    layer(&mut out, &oid::SIGNED_DATA, &[&before, &all, &infos]);
}

/// An EnvelopedData to so many, of whom Alice is the last.
fn recipients(mut out: BufWriter<File>, count: usize) {
    let alice = Certificate::from_der(ALICE.certificate).expect("certificate");
    let message = cms_core::encrypt(
        &vec![b'x'; 1 << 20],
        &[alice],
        &spec::AES_256_CBC,
        &PROVIDER,
        &POLICY,
    )
    .expect("encrypted");
    let mut info = Cursor::single(&message, 0).expect("message").children();
    info.element().expect("type");
    let explicit = info.element().expect("content");
    let mut fields = explicit
        .children()
        .element()
        .expect("EnvelopedData")
        .children();
    let version = fields.element().expect("version").raw();
    let set = fields.element().expect("recipientInfos");
    let one = set.children().element().expect("RecipientInfo").raw();
    let rest = fields.element().expect("encryptedContentInfo").raw();
    let serial = Certificate::from_der(ALICE.certificate)
        .expect("certificate")
        .serial()
        .to_vec();
    let at = one
        .windows(serial.len())
        .position(|window| window == serial)
        .expect("serial")
        + serial.len()
        - 4;
    let mut infos = Vec::with_capacity(one.len() * count);
    for n in 1..count {
        let mut other = one.to_vec();
        other[at..at + 4].copy_from_slice(&u32::try_from(n).expect("count").to_be_bytes());
        infos.extend_from_slice(&other);
    }
    infos.extend_from_slice(one);
    let infos = write::tagged(Tag::SET, Form::Constructed, &infos);
    layer(&mut out, &oid::ENVELOPED_DATA, &[version, &infos, rest]);
}

/// 10 GB of zeros, compressed.
fn bomb(mut out: BufWriter<File>) {
    let mut prologue = Vec::new();
    let surroundings = cms_core::Surroundings::ContentInfo;
    let mut writer = cms_core::compressed::CompressedDataWriter::start(
        &oid::DATA,
        &spec::Zlib,
        surroundings,
        &mut prologue,
    );
    out.write_all(&prologue).expect("write");
    let zeros = vec![0; 1 << 20];
    let mut sink = |octets: &[u8]| Ok(out.write_all(octets)?);
    // 1 GB is as good: it is stopped long before.
    for _ in 0..1024 {
        writer.update(&zeros, &mut sink).expect("compressed");
    }
    writer.finish(&mut sink).expect("compressed");
}
