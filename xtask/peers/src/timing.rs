//! Whether failures that must look alike take as long: pairs of classes in random order, Welch's t on the times, those
//! above the 90th percentile of both together left out (they are interrupts).
//!
//! Every message is read from the same place in memory, so that classes differ in their octets alone, and each pair
//! has a control: two classes of one kind, whose t shows what the method finds where there is nothing.

use std::hint::black_box;
use std::time::Instant;

use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::ContentForm;
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::key::{Identity, KeyRing, SecretKey};
use cms_core::policy::StandardPolicy;
use cms_core::recipients::Recipient;
use cms_core::types::{Certificate, KekIdentifier};
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::{Padding, Rsa};
use openssl::x509::{X509, X509Name};
use serde_json::json;
use testkit::keys::ALICE;

const POLICY: StandardPolicy = StandardPolicy::Default;
/// For v1.5, where the key may be short.
const READING: StandardPolicy = StandardPolicy::Legacy;
/// Messages of one class.
const SET: usize = 1024;
const CONTENT: &[u8] = b"thirty-two octets of a plaintext";

/// What `cms-algs` was built with.
const BACKENDS: &str = if cfg!(feature = "fast") {
    "default"
} else {
    "pure Rust"
};

/// Without the default backends v1.5 alone is measured: nothing else of this depends on them.
pub(crate) fn run(samples: usize) {
    v15(samples);
    if cfg!(feature = "fast") {
        tag(samples);
        mac(samples);
    }
}

/// A pair of classes by their places, with what it shows.
type Pair = (&'static str, usize, usize);

/// Times of sets of messages of one length in random order, and Welch's t of pairs of them.
fn compare<const N: usize>(
    samples: usize,
    sets: [&[Vec<u8>]; N],
    pairs: &[Pair],
    work: impl Fn(&[u8]),
) {
    let mut place = sets[0][0].clone();
    let mut times = [(); N].map(|()| Vec::with_capacity(samples));
    // xorshift64: the order must not follow anything else in the machine.
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for message in sets.iter().copied().flatten().cycle().take(2000) {
        place.copy_from_slice(message);
        work(&place);
    }
    while times.iter().any(|times| times.len() < samples) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let class = (state >> 8) as usize % N;
        let set = sets[class];
        place.copy_from_slice(&set[(state >> 32) as usize % set.len()]);
        let start = Instant::now();
        work(&place);
        let took = u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX);
        if times[class].len() < samples {
            times[class].push(took);
        }
    }
    for (name, one, two) in pairs {
        tell(name, &times[*one], &times[*two]);
    }
}

/// Welch's t of two lists of times.
fn tell(name: &str, one: &[u32], two: &[u32]) {
    let mut all = [one, two].concat();
    all.sort_unstable();
    let limit = all[all.len() * 9 / 10];
    let moments = |times: &[u32]| {
        let kept: Vec<f64> = times
            .iter()
            .filter(|time| **time <= limit)
            .map(|time| f64::from(*time))
            .collect();
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let samples = one.len();
    let (one, two) = (moments(one), moments(two));
    let t = (one.0 - two.0) / (one.1 + two.1).sqrt();
    println!(
        "{}",
        json!({"pair": name, "backends": BACKENDS, "samples": samples, "mean_ns": [one.0, two.0], "t": t,
               "holds": t.abs() < 4.5})
    );
}

/// RSA-2048; for pure Rust RSA-1024, whose operation is a fifth as long: what is compared does not depend on the key's
/// size, and a difference stands out more from the shorter time.
fn reader() -> Identity<PrivateKey> {
    if cfg!(feature = "fast") {
        return Identity {
            certificate: Certificate::from_der(ALICE.certificate).expect("certificate"),
            key: PrivateKey::from_pkcs8(ALICE.key).expect("key"),
        };
    }
    let key = PKey::from_rsa(Rsa::generate(1024).expect("RSA")).expect("RSA");
    let mut name = X509Name::builder().expect("name");
    name.append_entry_by_text("CN", "reader").expect("name");
    let name = name.build();
    let mut certificate = X509::builder().expect("certificate");
    certificate.set_version(2).expect("version");
    certificate.set_subject_name(&name).expect("subject");
    certificate.set_issuer_name(&name).expect("issuer");
    let days = |days| openssl::asn1::Asn1Time::days_from_now(days).expect("time");
    certificate.set_not_before(&days(0)).expect("validity");
    certificate.set_not_after(&days(9)).expect("validity");
    certificate.set_pubkey(&key).expect("key");
    certificate
        .sign(&key, MessageDigest::sha256())
        .expect("signed");
    Identity {
        certificate: Certificate::from_der(&certificate.build().to_der().expect("DER"))
            .expect("certificate"),
        key: PrivateKey::from_pkcs8(&key.private_key_to_pkcs8().expect("DER")).expect("key"),
    }
}

/// PKCS #1 v1.5 whose padding holds around another key, around a key of wrong length, and one whose padding does not
/// hold.
fn v15(samples: usize) {
    let reader = reader();
    let mut message = Vec::new();
    let mut random = (PROVIDER.random)();
    let recipient = Recipient::new(reader.certificate.clone()).with_algorithm(&spec::RSAES_PKCS1);
    let form = ContentForm::Definite(CONTENT.len() as u64);
    let mut writer = EnvelopedDataBuilder::new(cms_core::oid::DATA)
        .with_recipient(recipient)
        .start(
            &spec::AES_256_CBC,
            form,
            &PROVIDER,
            &READING,
            &mut *random,
            &mut message,
        )
        .expect("encrypted");
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).expect("encrypted");
    writer.finish(&mut out).expect("encrypted");
    let x509 = X509::from_der(reader.certificate.octets()).expect("certificate");
    let rsa: Rsa<_> = x509.public_key().expect("key").rsa().expect("RSA");
    let len = rsa.size() as usize;
    let octet_string: &[u8] = match len {
        256 => &[4, 0x82, 1, 0],
        _ => &[4, 0x81, 0x80],
    };
    let at = message
        .windows(octet_string.len())
        .position(|window| window == octet_string)
        .expect("encryptedKey")
        + octet_string.len();
    let probe = |padding: Padding, plaintext: &[u8]| {
        let mut ciphertext = vec![0; len];
        rsa.public_encrypt(plaintext, &mut ciphertext, padding)
            .expect("RSA");
        let mut probe = message.clone();
        probe[at..at + len].copy_from_slice(&ciphertext);
        probe
    };
    // Many of each kind, so that no single ciphertext decides; those whose plaintext happens to end in padding that
    // holds are left out, since they do not fail.
    let fails = |probe: &Vec<u8>| cms_core::decrypt(probe, &reader, &PROVIDER, &READING).is_err();
    let numbers = || (0..u16::MAX).map(|n| n.to_be_bytes());
    let padded = |from, pairs| {
        let probes = numbers()
            .skip(from)
            .map(|[high, low]| probe(Padding::PKCS1, &[high, low].repeat(pairs)));
        probes.filter(fails).take(SET).collect::<Vec<_>>()
    };
    let bad: Vec<_> = numbers()
        .map(|[high, low]| {
            // No zero octet: no end of the padding.
            let mut block = [high | 1, low | 1].repeat(len / 2);
            block[..4].copy_from_slice(&[0, 2, high | 0x80, low | 1]);
            block[4..6].copy_from_slice(&[(high << 1) | 1, (low >> 1) | 0x80]);
            probe(Padding::NONE, &block)
        })
        .filter(fails)
        .take(SET)
        .collect();
    let work = |message: &[u8]| {
        let _ = black_box(cms_core::decrypt(message, &reader, &PROVIDER, &READING));
    };
    // The cipher's key has 32 octets.
    let (one, two, short) = (padded(0, 16), padded(4 * SET, 16), padded(0, 8));
    compare(
        samples,
        [&one, &two, &bad, &short],
        &[
            ("v1.5: control, both with the padding of another key", 0, 1),
            ("v1.5: padding of another key, wrong padding", 0, 2),
            (
                "v1.5: padding of another key, of a key of wrong length",
                0,
                3,
            ),
            (
                "v1.5: wrong padding, padding of a key of wrong length",
                2,
                3,
            ),
        ],
        work,
    );
}

/// AES-GCM: a tag that is wrong in its first octet, and in its last.
fn tag(samples: usize) {
    let (kek, ring) = ring();
    let mut message = Vec::new();
    let mut random = (PROVIDER.random)();
    let form = ContentForm::Definite(CONTENT.len() as u64);
    let mut writer = EnvelopedDataBuilder::new(cms_core::oid::DATA)
        .with_recipient(kek)
        .start(
            &spec::AES_256_GCM,
            form,
            &PROVIDER,
            &POLICY,
            &mut *random,
            &mut message,
        )
        .expect("encrypted");
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).expect("encrypted");
    writer.finish(&mut out).expect("encrypted");
    let (first, last) = wrong(&message, 16);
    compare(
        samples,
        [&first, &last],
        &[("AES-GCM: first or last octet of the tag wrong", 0, 1)],
        |message| {
            let _ = black_box(cms_core::decrypt(message, &ring, &PROVIDER, &POLICY));
        },
    );
}

/// HMAC: a MAC that is wrong in its first octet, and in its last.
fn mac(samples: usize) {
    let (kek, ring) = ring();
    let message =
        cms_core::authenticate(CONTENT, vec![kek], &spec::HMAC_SHA256, &PROVIDER, &POLICY);
    let (first, last) = wrong(&message.expect("authenticated"), 32);
    compare(
        samples,
        [&first, &last],
        &[("HMAC: first or last octet of the MAC wrong", 0, 1)],
        |message| {
            let _ = black_box(cms_core::check_mac(message, &ring, &PROVIDER, &POLICY));
        },
    );
}

fn ring() -> (Recipient<'static>, KeyRing<'static>) {
    let (id, key) = (KekIdentifier::new(vec![1]), SecretKey::new(vec![7; 32]));
    let recipient = Recipient::key_encryption_key(id.clone(), key.clone());
    (recipient, KeyRing::new().with_key_encryption_key(id, key))
}

/// The message with the first or the last octet of what it ends with changed, in every way.
fn wrong(message: &[u8], len: usize) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let changed = |at: usize| {
        let change = move |mask: u8| {
            let mut message = message.to_vec();
            message[at] ^= mask;
            message
        };
        (1..=255).map(change).collect()
    };
    (changed(message.len() - len), changed(message.len() - 1))
}
