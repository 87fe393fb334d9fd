//! Candidate paths, depth first, the likeliest issuer first, within a budget.

use alloc::vec::Vec;

use cms_core::types::Certificate;

use super::PathContext;
use crate::extension::authority_key_identifier;

/// Certificates in a path. RFC 5280 sets no limit; the deepest public hierarchies have five.
const MAX_PATH: usize = 12;

/// Issuers that are looked at altogether. A mesh of cross-certificates has exponentially many paths; webpki and Go
/// (CVE-2018-16875) bound the work in the same way.
const MAX_STEPS: usize = 500;

pub(super) struct BudgetExceeded;

/// Hands every path from `leaf` to an anchor to `visit`, until it returns something.
pub(super) fn paths<T>(
    leaf: &Certificate,
    context: &PathContext<'_>,
    visit: &mut dyn FnMut(&[Certificate]) -> Option<T>,
) -> Result<Option<T>, BudgetExceeded> {
    if context.anchors.contains(leaf)
        && let Some(found) = visit(core::slice::from_ref(leaf))
    {
        return Ok(Some(found));
    }
    let mut path = alloc::vec![leaf.clone()];
    // For each certificate of the path, the issuers that are still to be tried, the likeliest last.
    let mut open = alloc::vec![issuers(leaf, &path, context)];
    let mut steps = 0usize;
    while let Some(candidates) = open.last_mut() {
        let Some((issuer, kind)) = candidates.pop() else {
            open.pop();
            path.pop();
            continue;
        };
        steps += 1;
        if steps > MAX_STEPS {
            return Err(BudgetExceeded);
        }
        path.push(issuer);
        match kind {
            Kind::Anchor => {
                if let Some(found) = visit(&path) {
                    return Ok(Some(found));
                }
                path.pop();
            }
            Kind::Intermediate if path.len() < MAX_PATH => {
                let next = path.last().map(|issuer| issuers(issuer, &path, context));
                open.push(next.unwrap_or_default());
            }
            Kind::Intermediate => {
                path.pop();
            }
        }
    }
    Ok(None)
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    Anchor,
    Intermediate,
}

/// Certificates whose subject is the issuer: anchors are tried before intermediates, matching key identifiers before
/// others.
fn issuers(
    certificate: &Certificate,
    path: &[Certificate],
    context: &PathContext<'_>,
) -> Vec<(Certificate, Kind)> {
    let key_id = authority_key_identifier(certificate);
    let mut found: Vec<(u8, Certificate, Kind)> = Vec::new();
    let anchors = context.anchors.iter().map(|anchor| (anchor, Kind::Anchor));
    let intermediates = context
        .intermediates
        .iter()
        .map(|other| (other, Kind::Intermediate));
    for (candidate, kind) in anchors.chain(intermediates) {
        if !candidate.subject().matches(&certificate.issuer()) || seen(path, candidate) {
            continue;
        }
        let mut rank = u8::from(kind == Kind::Anchor);
        rank += match (&key_id, candidate.subject_key_identifier()) {
            (Some(wanted), Some(found)) if wanted == found => 4,
            (Some(_), Some(_)) => 0,
            _ => 2,
        };
        if !found.iter().any(|(_, known, _)| known == candidate) {
            found.push((rank, candidate.clone(), kind));
        }
    }
    found.sort_by_key(|(rank, ..)| *rank);
    found
        .into_iter()
        .map(|(_, candidate, kind)| (candidate, kind))
        .collect()
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
