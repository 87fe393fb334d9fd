//! Signatures that were found to hold before: a list or a gateway meets the same issuers again and again.

use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::cell::RefCell;

use cms_core::oid;
use cms_core::types::SubjectPublicKeyInfo;

use super::{PathContext, Signed};

/// Remembers issuers' signatures that hold. Nothing else is remembered: validity, revocation, constraints and policy
/// are looked at each time. Several threads may share one that locks.
pub trait KnownSignatures {
    /// Whether a signature is known to hold. `fingerprint` is of everything that it depends on.
    fn holds(&self, fingerprint: &[u8; 32]) -> bool;

    /// A signature holds.
    fn add(&self, fingerprint: [u8; 32]);
}

/// The last signatures that held, so many at most, for one thread.
#[derive(Debug)]
pub struct RecentSignatures {
    capacity: usize,
    known: RefCell<Recent>,
}

/// The same twice: to be looked up, and in the order in which they came.
#[derive(Debug, Default)]
struct Recent {
    set: BTreeSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl RecentSignatures {
    /// Room for so many; each takes about 100 octets.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            known: RefCell::default(),
        }
    }

    /// How many are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.borrow().order.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl KnownSignatures for RecentSignatures {
    fn holds(&self, fingerprint: &[u8; 32]) -> bool {
        self.known.borrow().set.contains(fingerprint)
    }

    fn add(&self, fingerprint: [u8; 32]) {
        let mut known = self.known.borrow_mut();
        let Recent { set, order } = &mut *known;
        if self.capacity == 0 || !set.insert(fingerprint) {
            return;
        }
        order.push_back(fingerprint);
        if order.len() > self.capacity
            && let Some(oldest) = order.pop_front()
        {
            set.remove(&oldest);
        }
    }
}

/// SHA-256 over algorithm, key, signature and message, each with its length. `None` where nothing is remembered.
pub(super) fn fingerprint(
    signed: Signed<'_>,
    key: &SubjectPublicKeyInfo,
    context: &PathContext<'_>,
) -> Option<[u8; 32]> {
    context.known?;
    let hash = context.provider.digest(&oid::SHA256).ok()?;
    let (algorithm, key) = (signed.algorithm.to_der(), key.to_der());
    let parts = [&algorithm, &key, signed.signature, signed.message];
    let mut octets = Vec::with_capacity(signed.message.len() + 2048);
    for part in parts {
        octets.extend_from_slice(&part.len().to_be_bytes());
        octets.extend_from_slice(part);
    }
    hash.digest(&octets).try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_when_there_is_no_room() {
        let known = RecentSignatures::new(2);
        for number in [1, 2, 2, 3] {
            known.add([number; 32]);
        }
        assert_eq!(known.len(), 2);
        assert!(!known.holds(&[1; 32]) && known.holds(&[2; 32]) && known.holds(&[3; 32]));
        let none = RecentSignatures::new(0);
        none.add([1; 32]);
        assert!(none.is_empty());
    }
}
