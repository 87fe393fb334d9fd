//! What the tests of this folder share.

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::ber::{Cursor, write};
use cms_core::enveloped::DecryptContext;
use cms_core::key::{Identity, KeyStore};
use cms_core::policy::StandardPolicy;
use cms_core::provider::Random;
use cms_core::types::Certificate;
use cms_core::{CmsError, LayerReader};
use testkit::keys::TestIdentity;

pub(crate) const POLICY: StandardPolicy = StandardPolicy::Default;

pub(crate) fn person(identity: &TestIdentity) -> Identity<PrivateKey> {
    Identity {
        certificate: certificate(identity),
        key: PrivateKey::from_pkcs8(identity.key).unwrap(),
    }
}

pub(crate) fn certificate(identity: &TestIdentity) -> Certificate {
    Certificate::from_der(identity.certificate).unwrap()
}

pub(crate) fn random() -> Box<dyn Random> {
    (PROVIDER.random)()
}

pub(crate) fn context(keys: &dyn KeyStore) -> DecryptContext<'_> {
    DecryptContext {
        provider: &PROVIDER,
        policy: &POLICY,
        keys: Some(keys),
    }
}

/// Runs a reader over chunks of a message and, where it is detached, its content.
pub(crate) fn drain(
    reader: &mut dyn LayerReader,
    chunks: &[&[u8]],
    detached: Option<&[u8]>,
) -> Result<Vec<u8>, CmsError> {
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    for chunk in chunks {
        reader.push(chunk, &mut sink)?;
    }
    for chunk in detached.into_iter().flat_map(|octets| octets.chunks(13)) {
        reader.push_detached(chunk, &mut sink)?;
    }
    reader.finish(&mut sink)?;
    Ok(content)
}

/// A message whose layer has other fields, each a whole encoding; lengths are put right.
pub(crate) fn with_fields(message: &[u8], change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut info = Cursor::single(message, 0).unwrap().children();
    let content_type = info.element().unwrap();
    let layer = info.element().unwrap().children().element().unwrap();
    let mut fields = elements(layer.children());
    change(&mut fields);
    let layer = write::sequence(&[&fields.concat()]);
    write::sequence(&[content_type.raw(), &write::context(0, &layer)])
}

/// The encodings that follow each other.
pub(crate) fn elements(mut cursor: Cursor<'_>) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while !cursor.is_empty() {
        found.push(cursor.element().unwrap().raw().to_vec());
    }
    found
}

/// Octets of hex digits; blanks do not count.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len() / 2)
        .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

/// Where `needle` stands in `octets`.
pub(crate) fn position(octets: &[u8], needle: &[u8]) -> usize {
    octets
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap()
}
