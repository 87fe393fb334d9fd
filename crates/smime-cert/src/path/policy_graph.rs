//! valid_policy_graph: the certificate policies along a path (RFC 5280, 6.1, as RFC 9618 replaces it).
//!
//! A node for each policy at each depth, with edges to its parents, instead of RFC 5280's tree, which grows
//! exponentially (CVE-2023-0464): the graph has no more nodes than there are policies and mappings in the path.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use cms_core::ObjectIdentifier;

use crate::extension::{ANY_POLICY, PolicyInformation};

/// Policies of a path up to which their qualifiers are collected, which takes each through the graph. RFC 9618, 5.5
/// leaves qualifiers to the application.
const MAX_QUALIFIED: usize = 64;

/// The nodes of all depths; empty once no policy is valid any more (NULL).
#[derive(Debug)]
pub(super) struct PolicyGraph {
    depths: Vec<Depth>,
}

/// The nodes of one depth, by their valid_policy: each is there once.
type Depth = BTreeMap<ObjectIdentifier, Node>;

#[derive(Clone, Debug)]
struct Node {
    qualifiers: Vec<Vec<u8>>,
    expected: BTreeSet<ObjectIdentifier>,
    parents: BTreeSet<ObjectIdentifier>,
}

/// The policies that a path is valid for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct UserPolicies(pub(super) BTreeMap<ObjectIdentifier, Vec<Vec<u8>>>);

impl PolicyGraph {
    /// RFC 9618, 5.2: anyPolicy at depth zero.
    pub(super) fn new() -> Self {
        let any = Node {
            qualifiers: Vec::new(),
            expected: [ANY_POLICY].into(),
            parents: BTreeSet::new(),
        };
        Self {
            depths: alloc::vec![[(ANY_POLICY, any)].into()],
        }
    }

    /// Whether no policy is valid.
    pub(super) fn is_null(&self) -> bool {
        self.depths.is_empty()
    }

    fn set_null(&mut self) {
        self.depths.clear();
    }

    /// Steps (d) and (e) of RFC 5280, 6.1.3, as RFC 9618, 5.3 has them. `any` tells whether anyPolicy counts.
    pub(super) fn process(&mut self, policies: Option<&[PolicyInformation]>, any: bool) {
        let Some(policies) = policies else {
            self.set_null();
            return;
        };
        let Some(above) = self.depths.last() else {
            return;
        };
        let mut parents: BTreeMap<ObjectIdentifier, BTreeSet<ObjectIdentifier>> = BTreeMap::new();
        for (policy, node) in above {
            for expected in &node.expected {
                parents.entry(*expected).or_default().insert(*policy);
            }
        }
        let mut depth = Depth::new();
        // (d) (1)
        for information in policies.iter().filter(|one| one.policy != ANY_POLICY) {
            let matched = parents.get(&information.policy).cloned();
            let unmatched = || above.contains_key(&ANY_POLICY).then(|| [ANY_POLICY].into());
            if let Some(parents) = matched.or_else(unmatched) {
                let node = Node::child(information.policy, &information.qualifiers, parents);
                depth.insert(information.policy, node);
            }
        }
        // (d) (2)
        let any = policies.iter().find(|one| any && one.policy == ANY_POLICY);
        if let Some(any) = any {
            for (policy, parents) in parents {
                depth
                    .entry(policy)
                    .or_insert_with(|| Node::child(policy, &any.qualifiers, parents));
            }
        }
        self.depths.push(depth);
        self.prune();
    }

    /// Step (b) of RFC 5280, 6.1.4, as RFC 9618, 5.4 has it.
    pub(super) fn map(
        &mut self,
        mappings: &BTreeMap<ObjectIdentifier, Vec<ObjectIdentifier>>,
        allowed: bool,
    ) {
        let Some(depth) = self.depths.last_mut() else {
            return;
        };
        for (issuer, subjects) in mappings {
            if !allowed {
                // (3)
                depth.remove(issuer);
            } else if let Some(node) = depth.get_mut(issuer) {
                // (1)
                node.expected = subjects.iter().copied().collect();
            } else if let Some(any) = depth.get(&ANY_POLICY) {
                // (2): the node anyPolicy has its qualifiers from the certificate, and anyPolicy above it.
                let mut node = Node::child(*issuer, &any.qualifiers, [ANY_POLICY].into());
                node.expected = subjects.iter().copied().collect();
                depth.insert(*issuer, node);
            }
        }
        if !allowed {
            self.prune();
        }
    }

    /// Deletes nodes without children, from the depth above the last one upwards.
    fn prune(&mut self) {
        let mut wanted: Option<BTreeSet<ObjectIdentifier>> = None;
        for depth in self.depths.iter_mut().rev() {
            if let Some(wanted) = &wanted {
                depth.retain(|policy, _| wanted.contains(policy));
            }
            if depth.is_empty() {
                self.depths.clear();
                return;
            }
            wanted = Some(
                depth
                    .values()
                    .flat_map(|node| &node.parents)
                    .copied()
                    .collect(),
            );
        }
    }

    /// user_constrained_policy_set with qualifiers (step (g) of RFC 5280, 6.1.5, as RFC 9618, 5.5 has it); no initial
    /// set is anyPolicy, and an empty one accepts nothing.
    pub(super) fn user_constrained(&self, initial: Option<&[ObjectIdentifier]>) -> UserPolicies {
        let mut set = BTreeMap::new();
        // (2): where a policy begins below anyPolicy. The qualifiers of one are those of its node and of what descends
        // from it.
        let mut roots = Vec::new();
        for (number, depth) in self.depths.iter().enumerate() {
            for (policy, node) in depth {
                if *policy != ANY_POLICY && node.parents.contains(&ANY_POLICY) {
                    roots.push((number, *policy));
                }
            }
        }
        for (number, policy) in &roots {
            let found: &mut Vec<Vec<u8>> = set.entry(*policy).or_default();
            if roots.len() <= MAX_QUALIFIED {
                self.qualifiers(*number, *policy, found);
            }
        }
        // (3)
        let any = self
            .depths
            .last()
            .and_then(|depth| depth.get(&ANY_POLICY))
            .map(|node| node.qualifiers.clone());
        if let Some(initial) = initial {
            set.retain(|policy, _| initial.contains(policy));
            if let Some(qualifiers) = any {
                for policy in initial {
                    set.entry(*policy).or_insert_with(|| qualifiers.clone());
                }
            }
        } else if let Some(qualifiers) = any {
            set.insert(ANY_POLICY, qualifiers);
        }
        UserPolicies(set)
    }

    /// Collects the qualifiers of a node and its descendants.
    fn qualifiers(&self, number: usize, policy: ObjectIdentifier, found: &mut Vec<Vec<u8>>) {
        let mut family: BTreeSet<ObjectIdentifier> = [policy].into();
        for (below, depth) in self.depths.iter().skip(number).enumerate() {
            let mut next = BTreeSet::new();
            for (policy, node) in depth {
                let descends = match below {
                    0 => family.contains(policy),
                    _ => node.parents.iter().any(|parent| family.contains(parent)),
                };
                if descends {
                    next.insert(*policy);
                    for qualifier in &node.qualifiers {
                        if !found.contains(qualifier) {
                            found.push(qualifier.clone());
                        }
                    }
                }
            }
            family = next;
        }
    }
}

impl Node {
    fn child(
        policy: ObjectIdentifier,
        qualifiers: &[Vec<u8>],
        parents: BTreeSet<ObjectIdentifier>,
    ) -> Self {
        Self {
            qualifiers: qualifiers.to_vec(),
            expected: [policy].into(),
            parents,
        }
    }
}
