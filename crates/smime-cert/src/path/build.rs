//! Candidate paths: the nearest anchor first, within a budget.
//!
//! First the names are explored from the end entity upwards, each once, to learn which of them lead to an anchor and
//! how far it is; then paths are tried depth first, nearer issuers before others. A mesh of cross-certified
//! authorities has exponentially many paths (CVE-2018-16875 in Go), but only as many names as authorities: one that
//! leads nowhere is refused after having been seen once.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::rc::Rc;
use alloc::vec::Vec;

use cms_core::types::{CanonicalName, Certificate};

use super::PathContext;
use crate::anchor::TrustAnchor;
use crate::extension::authority_key_identifier;

/// Certificates in a path. RFC 5280 sets no limit; the deepest public hierarchies have five, PKITS asks for eight.
const MAX_PATH: usize = 16;

/// Issuers that are tried altogether. webpki and Go bound the work in the same way.
const MAX_STEPS: usize = 500;

/// Certificates that are looked at while names are explored.
const MAX_EXPLORED: usize = 50_000;

pub(super) struct BudgetExceeded;

/// What becomes of the search after a path.
pub(super) enum Visit<T> {
    Found(T),
    Next,
    GiveUp,
}

/// The authorities of one name: what is known about them.
struct Authorities {
    certificates: Rc<[Certificate]>,
    /// Issuers' names of these certificates.
    issuers: Vec<Option<CanonicalName>>,
    /// How many certificates stand between this name and the nearest anchor.
    distance: Option<usize>,
}

type Map = BTreeMap<CanonicalName, Authorities>;

/// Hands every path from `leaf` to an anchor to `visit`, until it says that it has enough. Paths have the end entity
/// first; the anchor is not among their certificates.
pub(super) fn paths<T>(
    leaf: &Certificate,
    context: &PathContext<'_>,
    visit: &mut dyn FnMut(&[Certificate], &TrustAnchor) -> Visit<T>,
) -> Result<Option<T>, BudgetExceeded> {
    let mut path = alloc::vec![leaf.clone()];
    let itself = context
        .anchors
        .iter()
        .find(|anchor| anchor.certificate() == Some(leaf));
    if let Some(anchor) = itself {
        match visit(&path, anchor) {
            Visit::Found(found) => return Ok(Some(found)),
            Visit::GiveUp => return Err(BudgetExceeded),
            Visit::Next => {}
        }
    }
    // rfc8550:2.3/3
    let Ok(name) = leaf.issuer().canonical() else {
        return Ok(None);
    };
    let (map, complete) = explore(leaf, &name, context);
    // For each certificate of the path, the issuers that are still to be tried, the likeliest last.
    let mut open = alloc::vec![steps(leaf, &name, &path, &map, context)];
    let mut tried = 0usize;
    while let Some(candidates) = open.last_mut() {
        let Some(step) = candidates.pop() else {
            open.pop();
            path.pop();
            continue;
        };
        tried += 1;
        if tried > MAX_STEPS {
            return Err(BudgetExceeded);
        }
        match step {
            Step::Anchor(anchor) => match visit(&path, anchor) {
                Visit::Found(found) => return Ok(Some(found)),
                Visit::GiveUp => return Err(BudgetExceeded),
                Visit::Next => {}
            },
            Step::Through(issuer, name) if path.len() < MAX_PATH => {
                path.push(issuer.clone());
                open.push(steps(&issuer, &name, &path, &map, context));
            }
            Step::Through(..) => {}
        }
    }
    if complete {
        Ok(None)
    } else {
        Err(BudgetExceeded)
    }
}

/// The names above the end entity, and how far each is from an anchor. The flag tells whether all were explored.
fn explore(leaf: &Certificate, name: &CanonicalName, context: &PathContext<'_>) -> (Map, bool) {
    let mut map = Map::new();
    let mut queue: VecDeque<(CanonicalName, Certificate)> = [(name.clone(), leaf.clone())].into();
    // Who stands below a name.
    let mut below: BTreeMap<CanonicalName, Vec<CanonicalName>> = BTreeMap::new();
    let mut reached: VecDeque<CanonicalName> = VecDeque::new();
    let mut explored = 0usize;
    let mut complete = true;
    while let Some((name, issued)) = queue.pop_front() {
        if map.contains_key(&name) {
            continue;
        }
        let certificates = if name.is_empty() {
            Vec::new()
        } else {
            context.issuers.named(&name, Some(&issued))
        };
        explored += certificates.len();
        if explored > MAX_EXPLORED {
            complete = false;
            break;
        }
        let mut issuers = Vec::with_capacity(certificates.len());
        for certificate in &certificates {
            let issuer = certificate.issuer().canonical().ok();
            if let Some(issuer) = &issuer {
                let names = below.entry(issuer.clone()).or_default();
                if names.last() != Some(&name) {
                    names.push(name.clone());
                }
                if !map.contains_key(issuer) && *issuer != name {
                    queue.push_back((issuer.clone(), certificate.clone()));
                }
            }
            issuers.push(issuer);
        }
        let anchored = anchors(&name, context).next().is_some();
        if anchored {
            reached.push_back(name.clone());
        }
        map.insert(
            name,
            Authorities {
                certificates: certificates.into(),
                issuers,
                distance: anchored.then_some(0),
            },
        );
    }
    while let Some(name) = reached.pop_front() {
        let distance = map.get(&name).and_then(|above| above.distance);
        for name in below.get(&name).into_iter().flatten() {
            if let Some(authorities) = map.get_mut(name)
                && authorities.distance.is_none()
            {
                authorities.distance = distance.map(|distance| distance + 1);
                reached.push_back(name.clone());
            }
        }
    }
    (map, complete)
}

enum Step<'a> {
    Anchor(&'a TrustAnchor),
    /// A certificate, and the name of its issuer.
    Through(Certificate, CanonicalName),
}

fn anchors<'a>(
    name: &CanonicalName,
    context: &PathContext<'a>,
) -> impl Iterator<Item = &'a TrustAnchor> {
    context
        .anchors
        .iter()
        .filter(move |anchor| anchor.canonical_name() == name)
}

/// Anchors and certificates whose subject is the issuer's name, the likeliest last: those that lead to an anchor at
/// all, matching key identifiers before others, then the nearer ones, anchors before certificates.
fn steps<'a>(
    certificate: &Certificate,
    issuer: &CanonicalName,
    path: &[Certificate],
    map: &Map,
    context: &PathContext<'a>,
) -> Vec<Step<'a>> {
    let wanted = authority_key_identifier(certificate);
    let rank = |key_id: Option<&[u8]>, distance: usize| {
        let mismatch = match (&wanted.key_id, key_id) {
            (Some(wanted), Some(found)) => 2 * usize::from(wanted != found),
            _ => 1,
        };
        (mismatch, distance)
    };
    let mut found: Vec<((usize, usize), Step<'a>)> = anchors(issuer, context)
        .map(|anchor| (rank(anchor.key_id(), 0), Step::Anchor(anchor)))
        .collect();
    if let Some(authorities) = map.get(issuer) {
        // rfc8550:4/1
        for (candidate, above) in authorities.certificates.iter().zip(&authorities.issuers) {
            let Some(above) = above else { continue };
            let distance = map.get(above).and_then(|above| above.distance);
            if let Some(distance) = distance
                && !seen(path, candidate)
            {
                let rank = rank(candidate.subject_key_identifier(), distance + 1);
                found.push((rank, Step::Through(candidate.clone(), above.clone())));
            }
        }
    }
    found.sort_by_key(|(rank, _)| core::cmp::Reverse(*rank));
    found.into_iter().map(|(_, step)| step).collect()
}

/// A path never passes through one name with one key twice (RFC 4158, 2.4.2).
fn seen(path: &[Certificate], candidate: &Certificate) -> bool {
    path.iter().any(|known| {
        known == candidate
            || (known.spki_octets() == candidate.spki_octets()
                && known.subject().octets() == candidate.subject().octets()
                && !candidate.subject().is_empty())
    })
}
