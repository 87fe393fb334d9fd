//! Issuers' signatures, on certificates, CRLs and OCSP responses alike.

use cms_core::CryptoError;
use cms_core::policy::{Direction, Policy, Usage, Verdict};
use cms_core::provider::SignatureInput;
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::{PathContext, PathFailure, known};

/// Something that was signed: its octets as received, the algorithm and the signature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed<'a> {
    pub(crate) message: &'a [u8],
    pub(crate) algorithm: &'a AlgorithmIdentifier,
    pub(crate) signature: &'a [u8],
}

/// Verifies a signature, with algorithms and keys that policy accepts.
pub(crate) fn verify(
    signed: Signed<'_>,
    key: &SubjectPublicKeyInfo,
    context: &PathContext<'_>,
) -> Result<(), PathFailure> {
    let PathContext {
        policy, provider, ..
    } = context;
    let algorithm = signed.algorithm;
    policy
        .require(&algorithm.oid, Usage::Signature, Direction::Read)
        .map_err(PathFailure::Policy)?;
    let verifier = provider
        .signature(algorithm)
        .map_err(PathFailure::Signature)?;
    if let Some(digest) = verifier
        .digest_algorithm(algorithm, None)
        .map_err(PathFailure::Signature)?
    {
        policy
            .require(&digest, Usage::Digest, Direction::Read)
            .map_err(PathFailure::Policy)?;
    }
    weak_key(verifier.key_bits(key), key, *policy)?;
    let fingerprint = known::fingerprint(signed, key, context);
    if let (Some(fingerprint), Some(known)) = (&fingerprint, context.known)
        && known.holds(fingerprint)
    {
        return Ok(());
    }
    verifier
        .verify(
            algorithm,
            None,
            key,
            SignatureInput::Message(signed.message),
            signed.signature,
        )
        .map_err(|error| match error {
            CryptoError::Failed => PathFailure::SignatureInvalid,
            other => PathFailure::Signature(other),
        })?;
    if let (Some(fingerprint), Some(known)) = (fingerprint, context.known) {
        known.add(fingerprint);
    }
    Ok(())
}

/// Whether policy refuses a key.
pub(super) fn weak_key(
    bits: Option<u32>,
    key: &SubjectPublicKeyInfo,
    policy: &dyn Policy,
) -> Result<(), PathFailure> {
    match bits {
        Some(bits) if policy.key(&key.algorithm.oid, bits) == Verdict::Reject => {
            Err(PathFailure::WeakKey {
                bits,
                profile: policy.name(),
            })
        }
        _ => Ok(()),
    }
}
