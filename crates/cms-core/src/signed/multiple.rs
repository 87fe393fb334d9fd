//! The multipleSignatures attribute (RFC 5752): SignerInfos of one signer point to each other, so that whoever removes
//! one is seen.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::signer::PreparedSigner;
use crate::ber::write;
use crate::error::CmsError;
use crate::oid;
use crate::provider::CryptoProvider;
use crate::report::{CompanionStatus, SignerReport};
use crate::types::{
    Attribute, Attributes, MultipleSignatures, MultipleSignaturesValue, SignerInfo,
};

/// Adds the attribute to the signed attributes of signers whose certificates have one subject (RFC 5752, 4.4.1).
pub(super) fn link(
    signers: &[PreparedSigner<'_>],
    attributes: &mut [Option<Vec<Attribute>>],
    provider: &CryptoProvider,
) -> Result<(), CmsError> {
    // Steps 1 and 2: all attributes, with hashes of no octets.
    let pointers: Vec<Vec<usize>> = (0..signers.len())
        .map(|own| companions(signers, attributes, own))
        .collect();
    let mut blank: Vec<Option<Vec<Attribute>>> = attributes.to_vec();
    for ((list, own), targets) in blank.iter_mut().zip(signers).zip(&pointers) {
        let hashes = alloc::vec![Vec::new(); targets.len()];
        if let (Some(list), false) = (list, targets.is_empty()) {
            list.push(values(signers, own, targets, hashes));
        }
    }
    // Steps 3 and 4: the hashes of those, put into their places.
    for ((list, own), targets) in attributes.iter_mut().zip(signers).zip(&pointers) {
        let Some(list) = list else { continue };
        if targets.is_empty() {
            continue;
        }
        let digest = provider.digest(&own.digest_algorithm().oid)?;
        let hashes = targets.iter().map(|target| {
            let attributes = blank.get(*target).cloned().flatten().unwrap_or_default();
            digest.digest(&set(attributes))
        });
        let hashes = hashes.collect();
        list.push(values(signers, own, targets, hashes));
    }
    Ok(())
}

/// The positions of the other signers with attributes and with the same subject.
fn companions(
    signers: &[PreparedSigner<'_>],
    attributes: &[Option<Vec<Attribute>>],
    own: usize,
) -> Vec<usize> {
    let Some(subject) = signers
        .get(own)
        .map(|signer| signer.certificate().subject())
    else {
        return Vec::new();
    };
    signers
        .iter()
        .zip(attributes)
        .enumerate()
        .filter(|(index, (signer, attributes))| {
            *index != own
                && attributes.is_some()
                && signer.certificate().subject().matches(&subject)
        })
        .map(|(index, _)| index)
        .collect()
}

fn values(
    signers: &[PreparedSigner<'_>],
    own: &PreparedSigner<'_>,
    targets: &[usize],
    hashes: Vec<Vec<u8>>,
) -> Attribute {
    let targets = targets.iter().filter_map(|target| signers.get(*target));
    let values = targets
        .zip(hashes)
        .map(|(target, hash)| MultipleSignaturesValue {
            body_hash_alg: target.scheme.digest_algorithm.clone(),
            sign_alg: target.scheme.signature_algorithm.clone(),
            sign_attrs_hash_alg: own.scheme.digest_algorithm.clone(),
            sign_attrs_hash: hash,
            cert: None,
        });
    MultipleSignatures(values.collect()).to_attribute()
}

fn set(attributes: Vec<Attribute>) -> Vec<u8> {
    let contents = Attributes::new(attributes).to_der_contents();
    write::tagged(crate::ber::Tag::SET, write::Form::Constructed, &contents)
}

/// Checks the attribute of every signer against the SignerInfos that are there (RFC 5752, 4.6).
pub(super) fn check(signers: &mut [SignerReport], provider: &CryptoProvider) {
    let infos: Vec<Option<SignerInfo>> = signers
        .iter()
        .map(|signer| signer.info.value().ok().cloned())
        .collect();
    let uses = |info: &Option<SignerInfo>| {
        let attributes = info.as_ref().and_then(|info| info.signed_attrs.as_ref());
        attributes.is_some_and(|attributes| {
            attributes
                .iter()
                .any(|attribute| attribute.oid == oid::MULTIPLE_SIGNATURES)
        })
    };
    // A few signers have many values; without this a hostile message would cost their product.
    let users = infos.iter().filter(|info| uses(info)).count();
    if users == 0 {
        return;
    }
    if users > MAX_COMPANIONS {
        // Whoever adds that many must not hide what was removed.
        for (report, info) in signers.iter_mut().zip(&infos) {
            if uses(info) {
                report.companions = CompanionStatus::Missing;
            }
        }
        return;
    }
    // A companion whose signature is known to be wrong is none.
    let wrong: Vec<bool> = signers
        .iter()
        .map(|signer| signer.digest_ok == Some(false) || signer.signature_ok == Some(false))
        .collect();
    let mut hashes = Hashes {
        provider,
        found: BTreeMap::new(),
    };
    for (index, report) in signers.iter_mut().enumerate() {
        let Some(Some(info)) = infos.get(index) else {
            continue;
        };
        let Some(attributes) = &info.signed_attrs else {
            continue;
        };
        let Some(decoded) = MultipleSignatures::of(attributes) else {
            continue;
        };
        let complete = decoded.is_ok_and(|MultipleSignatures(values)| {
            values.len() <= MAX_COMPANIONS
                && values.iter().all(|value| {
                    infos
                        .iter()
                        .zip(&wrong)
                        .enumerate()
                        .any(|(other, (companion, wrong))| {
                            other != index
                                && !wrong
                                && uses(companion)
                                && companion.as_ref().is_some_and(|companion| {
                                    points_to(value, companion, info)
                                        && hashes.of(
                                            other,
                                            companion,
                                            &value.sign_attrs_hash_alg.oid,
                                        ) == Some(&value.sign_attrs_hash)
                                })
                        })
                })
        });
        report.companions = if complete {
            CompanionStatus::Complete
        } else {
            CompanionStatus::Missing
        };
    }
}

/// No signer has more signatures on one message.
const MAX_COMPANIONS: usize = 64;

/// Whether a value in the attributes of `own` names the algorithms of `other`.
fn points_to(value: &MultipleSignaturesValue, other: &SignerInfo, own: &SignerInfo) -> bool {
    value.body_hash_alg.is_equivalent(&other.digest_algorithm)
        && value.sign_alg.is_equivalent(&other.signature_algorithm)
        // rfc5752:3: algID "MUST match the digest algorithm for the SignerInfo in which this ... is placed".
        && value.sign_attrs_hash_alg.is_equivalent(&own.digest_algorithm)
}

/// The hashes of signers' attributes, each computed once: many values ask for the same.
struct Hashes<'a> {
    provider: &'a CryptoProvider,
    found: BTreeMap<(usize, ObjectIdentifier), Option<Vec<u8>>>,
}

impl Hashes<'_> {
    /// The hash that the attributes of the signer at an index have in a value that points to them.
    fn of(
        &mut self,
        index: usize,
        info: &SignerInfo,
        digest: &ObjectIdentifier,
    ) -> Option<&Vec<u8>> {
        let provider = self.provider;
        let found = self.found.entry((index, *digest)).or_insert_with(|| {
            let octets = blank(info.signed_attrs.as_ref()?);
            Some(provider.digest(digest).ok()?.digest(&octets))
        });
        found.as_ref()
    }
}

/// Attributes as they were hashed: with hashes of no octets in this attribute.
fn blank(attributes: &Attributes) -> Vec<u8> {
    let blank = attributes.iter().cloned().map(|attribute| {
        if attribute.oid != oid::MULTIPLE_SIGNATURES {
            return attribute;
        }
        let single = Attributes::new(alloc::vec![attribute.clone()]);
        match MultipleSignatures::of(&single) {
            Some(Ok(MultipleSignatures(mut values))) => {
                for value in &mut values {
                    value.sign_attrs_hash.clear();
                }
                MultipleSignatures(values).to_attribute()
            }
            _ => attribute,
        }
    });
    set(blank.collect())
}
