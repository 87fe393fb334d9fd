//! Announcing what one can deal with, and choosing a cipher by what recipients have announced (RFC 8551, 2.5.2 and
//! 2.7.1).

use alloc::vec::Vec;
use core::fmt;

use crate::error::CmsError;
use crate::oid;
use crate::policy::{Direction, Policy, Usage, Verdict};
use crate::provider::{ContentCipher, CryptoProvider};
use crate::types::{AlgorithmIdentifier, SmimeCapabilities};

/// Every capability of a provider's tables in the order of preference, by category: signatures, ciphers, key
/// management, the rest. The octets are those that the algorithms' RFCs give.
#[must_use]
pub fn all(provider: &CryptoProvider) -> SmimeCapabilities {
    collect(provider, usize::MAX, usize::MAX, &|_, _| true)
}

/// What is worth announcing: the two most preferred capabilities of each algorithm and ten of each category, as far as
/// policy reads and writes them.
/// A client "need not list all its capabilities so that the capabilities list doesn't get too long" (RFC 8551, 2.5.2).
#[must_use]
pub fn announced(provider: &CryptoProvider, policy: &dyn Policy) -> SmimeCapabilities {
    collect(provider, 2, 10, &|capability, usage| {
        policy.algorithm(&capability.oid, usage) == Verdict::Accept
    })
}

fn collect(
    provider: &CryptoProvider,
    of_each: usize,
    of_category: usize,
    wanted: &dyn Fn(&AlgorithmIdentifier, Usage) -> bool,
) -> SmimeCapabilities {
    let mut list: Vec<AlgorithmIdentifier> = Vec::new();
    let mut add = |category: Vec<Vec<AlgorithmIdentifier>>, usage| {
        let end = list.len().saturating_add(of_category);
        for capabilities in category {
            let wanted = capabilities.into_iter().filter(|one| wanted(one, usage));
            for capability in wanted.take(of_each) {
                if list.len() < end && !list.contains(&capability) {
                    list.push(capability);
                }
            }
        }
    };
    let signatures = provider.signatures.iter();
    add(
        signatures.map(|one| one.capabilities()).collect(),
        Usage::Signature,
    );
    let ciphers = provider.ciphers.iter();
    add(
        ciphers.map(|one| one.capabilities()).collect(),
        Usage::ContentEncryption,
    );
    let recipients = provider.recipients.iter();
    add(
        recipients.map(|one| one.capabilities()).collect(),
        Usage::KeyManagement,
    );
    let derivations = provider.content_key_derivations.iter();
    add(
        derivations.map(|one| one.capabilities()).collect(),
        Usage::KeyManagement,
    );
    let compressions = provider.compressions.iter();
    add(
        compressions.map(|one| one.capabilities()).collect(),
        Usage::KeyManagement,
    );
    SmimeCapabilities(list)
}

/// Why a cipher was chosen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CipherReason {
    /// Every recipient has announced it, and it is the one that the first of them prefers (RFC 8551, 2.7.1.1).
    Announced,
    /// Nothing is known of the recipients (RFC 8551, 2.7.1.2).
    Unknown,
    /// Some recipients have announced it, and RFC 8551, 2.7 has it supported by the others.
    AnnouncedOrMandatory,
}

impl fmt::Display for CipherReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Announced => "announced by every recipient",
            Self::Unknown => "nothing is known of the recipients",
            Self::AnnouncedOrMandatory => "announced by some recipients, mandatory for the others",
        })
    }
}

/// A cipher for a message to several recipients.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CipherChoice {
    /// The cipher.
    pub cipher: &'static dyn ContentCipher,
    /// Why it.
    pub reason: CipherReason,
}

/// Chooses a cipher that every recipient can decrypt, by what each has announced (`None`: nothing is known), among
/// those that policy lets be written. Of several, the one whose worst place in the recipients' lists is best.
///
/// A recipient of whom nothing is known is taken to have what RFC 8551, 2.7 has every agent support: AES-256-GCM,
/// AES-128-GCM, and AES-128-CBC. A list without any cipher says nothing about ciphers.
///
/// # Errors
/// [`CmsError::NoCommonCipher`] when no cipher serves all: RFC 8551, 2.7.3 has them sent separate messages.
pub fn choose_cipher(
    recipients: &[Option<SmimeCapabilities>],
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<CipherChoice, CmsError> {
    const MANDATORY: [der::asn1::ObjectIdentifier; 3] =
        [oid::AES256_GCM, oid::AES128_GCM, oid::AES128_CBC];
    let is_cipher = |capability: &AlgorithmIdentifier| {
        let mut ciphers = provider.ciphers.iter();
        ciphers.any(|cipher| cipher.capabilities().contains(capability))
    };
    // rfc8551:2.5.2/9
    let known: Vec<Option<&SmimeCapabilities>> = recipients
        .iter()
        .map(|list| list.as_ref().filter(|list| list.0.iter().any(is_cipher)))
        .collect();
    let mut best: Option<(usize, &'static dyn ContentCipher, bool)> = None;
    for cipher in provider.ciphers {
        // rfc8551:2.7.1/2, 2.7.1/3
        let usage = Usage::ContentEncryption;
        if policy
            .require(&cipher.oid(), usage, Direction::Write)
            .is_err()
        {
            continue;
        }
        let own = cipher.capabilities();
        let mut announced = true;
        let mut places = known.iter().map(|list| match list {
            Some(list) => list
                .0
                .iter()
                .position(|capability| own.contains(capability)),
            None => {
                announced = false;
                MANDATORY.iter().position(|oid| *oid == cipher.oid())
            }
        });
        // The worst place, or none where somebody cannot decrypt it.
        let worst = places.try_fold(0, |worst: usize, place| Some(worst.max(place?)));
        if let Some(worst) = worst
            && best.is_none_or(|(place, ..)| worst < place)
        {
            best = Some((worst, *cipher, announced));
        }
    }
    let (_, cipher, announced) = best.ok_or(CmsError::NoCommonCipher)?;
    let reason = if known.iter().all(Option::is_none) {
        CipherReason::Unknown
    } else if announced {
        CipherReason::Announced
    } else {
        CipherReason::AnnouncedOrMandatory
    };
    Ok(CipherChoice { cipher, reason })
}
