//! Writing PKCS #12.

use alloc::vec::Vec;

use cms_core::ber::Tag;
use cms_core::ber::write::{self, Form};
use cms_core::provider::{CryptoProvider, Random};
use cms_core::types::{AlgorithmIdentifier, Certificate};
use cms_core::{ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::oids;
use crate::container::{ContainerError, private_key};

/// Iterations of the MAC's key derivation. 600,000, as for the encryption: whoever guesses
/// passwords takes the cheaper.
const MAC_ITERATIONS: u32 = 600_000;

/// Octets of the MAC's salt: 128 bits, NIST SP 800-132, 5.1.
const MAC_SALT_LEN: usize = 16;

/// Writes a file with `keys` (PKCS #8) and `certificates`: the certificates encrypted together,
/// each key by itself, a MAC with SHA-256 over all. Keys and the certificates that fit them get a
/// common localKeyId, and
/// `friendly_name`.
///
/// # Errors
/// Randomness; algorithms that the provider lacks.
pub fn write(
    keys: &[&[u8]],
    certificates: &[Certificate],
    friendly_name: Option<&str>,
    password: &str,
    provider: &CryptoProvider,
    random: &mut dyn Random,
) -> Result<Vec<u8>, ContainerError> {
    let ids = LocalKeyIds::new(keys, certificates, provider);
    let mut safes = Vec::new();
    if !certificates.is_empty() {
        let bags: Vec<_> = certificates
            .iter()
            .zip(&ids.certificates)
            .map(|(certificate, id)| {
                certificate_bag(certificate, &attributes(id.as_deref(), friendly_name))
            })
            .collect();
        let (algorithm, ciphertext) =
            provider
                .password
                .encrypt(password, &sequence_of(&bags), random)?;
        safes.push(encrypted_data(&algorithm, &ciphertext));
    }
    let mut bags = Vec::new();
    for (key, id) in keys.iter().zip(&ids.keys) {
        let encrypted = private_key::encrypt_pkcs8(key, password, provider, random)?;
        bags.push(safe_bag(
            &oids::SHROUDED_KEY_BAG,
            &encrypted,
            &attributes(id.as_deref(), friendly_name),
        ));
    }
    if !bags.is_empty() {
        safes.push(data(&sequence_of(&bags)));
    }
    let content = sequence_of(&safes);
    let mac = mac_data(password, &content, provider, random)?;
    Ok(write::sequence(&[
        &write::integer(3),
        &data(&content),
        &mac,
    ]))
}

/// What ties keys to certificates: the SHA-1 digest of the key's first certificate, as OpenSSL has it.
struct LocalKeyIds {
    keys: Vec<Option<Vec<u8>>>,
    certificates: Vec<Option<Vec<u8>>>,
}

impl LocalKeyIds {
    fn new(keys: &[&[u8]], certificates: &[Certificate], provider: &CryptoProvider) -> Self {
        let mut ids = Self {
            keys: alloc::vec![None; keys.len()],
            certificates: alloc::vec![None; certificates.len()],
        };
        let Ok(sha1) = provider.digest(&oid::SHA1) else {
            return ids;
        };
        for (key, id) in keys.iter().zip(&mut ids.keys) {
            let loaded = provider.keys.load(key).ok();
            let mut fitting = certificates
                .iter()
                .zip(&mut ids.certificates)
                .enumerate()
                .filter(|(index, (cert, _))| {
                    match &loaded {
                        Some(loaded) => cert.spki().is_ok_and(|spki| loaded.matches(&spki)),
                        // A key that cannot be loaded here: the only one belongs to the first
                        // certificate.
                        None => keys.len() == 1 && *index == 0,
                    }
                });
            let mut digest = None;
            for (_, (certificate, of_certificate)) in &mut fitting {
                let digest = digest.get_or_insert_with(|| sha1.digest(certificate.octets()));
                *of_certificate = Some(digest.clone());
            }
            *id = digest;
        }
        ids
    }
}

fn certificate_bag(certificate: &Certificate, attributes: &[u8]) -> Vec<u8> {
    let value = write::context(0, &write::octet_string(certificate.octets()));
    let bag = write::sequence(&[&write::oid(&oids::X509_CERTIFICATE), &value]);
    safe_bag(&oids::CERT_BAG, &bag, attributes)
}

fn safe_bag(kind: &ObjectIdentifier, value: &[u8], attributes: &[u8]) -> Vec<u8> {
    write::sequence(&[&write::oid(kind), &write::context(0, value), attributes])
}

/// bagAttributes, or nothing.
fn attributes(local_key_id: Option<&[u8]>, friendly_name: Option<&str>) -> Vec<u8> {
    let attribute = |kind: &ObjectIdentifier, value: Vec<u8>| {
        write::sequence(&[&write::oid(kind), &write::set_of(alloc::vec![value])])
    };
    let Some(local_key_id) = local_key_id else {
        return Vec::new();
    };
    let mut all = alloc::vec![attribute(
        &oids::LOCAL_KEY_ID,
        write::octet_string(local_key_id)
    )];
    if let Some(name) = friendly_name {
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let value = write::tagged(Tag::BMP_STRING, Form::Primitive, &units);
        all.push(attribute(&oids::FRIENDLY_NAME, value));
    }
    write::set_of(all)
}

fn data(content: &[u8]) -> Vec<u8> {
    write::sequence(&[
        &write::oid(&oid::DATA),
        &write::context(0, &write::octet_string(content)),
    ])
}

/// EncryptedData of version 0 (RFC 5652, section 8).
fn encrypted_data(algorithm: &AlgorithmIdentifier, ciphertext: &[u8]) -> Vec<u8> {
    let info = write::sequence(&[
        &write::oid(&oid::DATA),
        &algorithm.to_der(),
        &write::context_primitive(0, ciphertext),
    ]);
    let encrypted_data = write::sequence(&[&write::integer(0), &info]);
    write::sequence(&[
        &write::oid(&oid::ENCRYPTED_DATA),
        &write::context(0, &encrypted_data),
    ])
}

fn mac_data(
    password: &str,
    content: &[u8],
    provider: &CryptoProvider,
    random: &mut dyn Random,
) -> Result<Vec<u8>, ContainerError> {
    let algorithm = AlgorithmIdentifier::with_null(oid::SHA256);
    let mut salt = [0; MAC_SALT_LEN];
    random.fill(&mut salt)?;
    let mac = provider.password.pkcs12_mac(
        &algorithm,
        password,
        &salt,
        MAC_ITERATIONS,
        MAC_ITERATIONS,
        content,
    )?;
    let info = write::sequence(&[&algorithm.to_der(), &write::octet_string(&mac)]);
    Ok(write::sequence(&[
        &info,
        &write::octet_string(&salt),
        &write::integer(MAC_ITERATIONS.into()),
    ]))
}

fn sequence_of(parts: &[Vec<u8>]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(write::tagged(
        Tag::SEQUENCE,
        Form::Constructed,
        &parts.concat(),
    ))
}
