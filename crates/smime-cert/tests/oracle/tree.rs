//! The valid_policy_tree of RFC 5280, as a third opinion on policies: naive, and exponential.

use std::collections::BTreeSet;

use cms_core::ObjectIdentifier;
use smime_cert::extension::{ANY_POLICY, certificate_policies, policy_mappings};

use crate::cases::Case;

/// A leaf of the valid_policy_tree of RFC 5280, 6.1.2 (a): the policy by which its branch leaves anyPolicy, which the
/// user wants or not, its own policy, and its expected_policy_set.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
struct Leaf {
    root: Option<ObjectIdentifier>,
    policy: ObjectIdentifier,
    expected: Vec<ObjectIdentifier>,
}

impl Leaf {
    fn child(&self, policy: ObjectIdentifier) -> Self {
        let root = self
            .root
            .or_else(|| (policy != ANY_POLICY).then_some(policy));
        Self {
            root,
            policy,
            expected: vec![policy],
        }
    }
}

/// Whether the tree of RFC 5280, in the words of 6.1.3 (d) and 6.1.4 (b), still has a branch that the user wants. It
/// doubles with each certificate, which is nothing with five of them.
pub(crate) fn has_a_wanted_branch(case: &Case) -> bool {
    let mut leaves: BTreeSet<Leaf> = BTreeSet::new();
    leaves.insert(Leaf {
        root: None,
        policy: ANY_POLICY,
        expected: vec![ANY_POLICY],
    });
    for certificate in &case.chain {
        let policies = certificate_policies(certificate)
            .unwrap()
            .unwrap_or_default();
        let asserted: BTreeSet<_> = policies.iter().map(|one| one.policy).collect();
        let mut next = BTreeSet::new();
        for policy in asserted.iter().filter(|policy| **policy != ANY_POLICY) {
            let matched = leaves.iter().filter(|leaf| leaf.expected.contains(policy));
            let children: Vec<_> = matched.map(|leaf| leaf.child(*policy)).collect();
            if children.is_empty() {
                let any = leaves.iter().filter(|leaf| leaf.policy == ANY_POLICY);
                next.extend(any.map(|leaf| leaf.child(*policy)));
            }
            next.extend(children);
        }
        if asserted.contains(&ANY_POLICY) {
            for leaf in &leaves {
                let others = leaf.expected.iter().filter(|one| !asserted.contains(*one));
                next.extend(others.map(|policy| leaf.child(*policy)));
                if leaf.expected.contains(&ANY_POLICY) {
                    next.insert(leaf.child(ANY_POLICY));
                }
            }
        }
        leaves = next;
        for (issuer, subjects) in policy_mappings(certificate).unwrap() {
            let known = leaves.iter().any(|leaf| leaf.policy == issuer);
            let (same, others): (Vec<_>, Vec<_>) =
                leaves.into_iter().partition(|leaf| match known {
                    true => leaf.policy == issuer,
                    false => leaf.policy == ANY_POLICY,
                });
            leaves = others.into_iter().collect();
            for leaf in same {
                let mut mapped = leaf.clone();
                if !known {
                    mapped = leaf.child(issuer);
                    leaves.insert(leaf);
                }
                mapped.expected = subjects.clone();
                leaves.insert(mapped);
            }
        }
    }
    let wanted = &case.rules.policies;
    let is_wanted = |root: ObjectIdentifier| wanted.is_empty() || wanted.contains(&root);
    leaves.iter().any(|leaf| leaf.root.is_none_or(is_wanted))
}
