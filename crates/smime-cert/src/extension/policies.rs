//! The extensions of certificate policies (RFC 5280, 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::Certificate;
use cms_core::{DecodeError, ObjectIdentifier};

use super::{ExtensionError, count, ids, read, sequence};

/// anyPolicy.
pub const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");

/// One policy under which a certificate was issued.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PolicyInformation {
    /// policyIdentifier.
    pub policy: ObjectIdentifier,
    /// policyQualifiers: each PolicyQualifierInfo as encoded.
    pub qualifiers: Vec<Vec<u8>>,
}

/// id-qt-cps and id-qt-unotice, the qualifiers of RFC 5280.
const KNOWN_QUALIFIERS: [ObjectIdentifier; 2] = [
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1"),
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.2"),
];

impl PolicyInformation {
    /// Whether all qualifiers are of RFC 5280, 4.2.1.4.
    pub(crate) fn has_known_qualifiers(&self) -> bool {
        self.qualifiers.iter().all(|qualifier| {
            let kind = Cursor::single(qualifier, 0)
                .and_then(|qualifier| qualifier.children().expect(Tag::OBJECT_IDENTIFIER))
                .and_then(|kind| kind.oid());
            kind.is_ok_and(|kind| KNOWN_QUALIFIERS.contains(&kind))
        })
    }
}

/// certificatePolicies.
///
/// ```text
/// certificatePolicies ::= SEQUENCE SIZE (1..MAX) OF PolicyInformation
/// PolicyInformation ::= SEQUENCE { policyIdentifier CertPolicyId,
///   policyQualifiers SEQUENCE SIZE (1..MAX) OF PolicyQualifierInfo OPTIONAL }
/// ```
///
/// # Errors
/// [`ExtensionError`]; also for a policy that stands there twice, which RFC 5280 forbids.
pub fn certificate_policies(
    certificate: &Certificate,
) -> Result<Option<Vec<PolicyInformation>>, ExtensionError> {
    let found = read(certificate, &ids::CERTIFICATE_POLICIES, policies)?;
    // rfc5280:4.2.1.4: "A certificate policy OID MUST NOT appear more than once"
    let mut seen = alloc::collections::BTreeSet::new();
    let twice = found
        .iter()
        .flatten()
        .any(|information| !seen.insert(information.policy));
    if twice {
        return Err(ExtensionError(ids::CERTIFICATE_POLICIES));
    }
    Ok(found)
}

/// Reads the PolicyInformation that follow each other.
pub(crate) fn policies(element: &Element<'_>) -> Result<Vec<PolicyInformation>, DecodeError> {
    let mut list = element.children();
    let mut found = Vec::new();
    while !list.is_empty() {
        let mut fields = list.expect(Tag::SEQUENCE)?.children();
        let policy = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let mut qualifiers = Vec::new();
        if let Some(sequence) = fields.optional(Tag::SEQUENCE)? {
            let mut cursor = sequence.children();
            while !cursor.is_empty() {
                qualifiers.push(cursor.expect(Tag::SEQUENCE)?.raw().to_vec());
            }
        }
        fields.finish()?;
        found.push(PolicyInformation { policy, qualifiers });
    }
    Ok(found)
}

/// policyMappings: the subject's policies that each of the issuer's is equivalent to.
///
/// ```text
/// PolicyMappings ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE {
///   issuerDomainPolicy CertPolicyId, subjectDomainPolicy CertPolicyId }
/// ```
///
/// # Errors
/// [`ExtensionError`].
pub fn policy_mappings(
    certificate: &Certificate,
) -> Result<BTreeMap<ObjectIdentifier, Vec<ObjectIdentifier>>, ExtensionError> {
    let found = read(certificate, &ids::POLICY_MAPPINGS, |element| {
        let mut list = sequence(element)?;
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        while !list.is_empty() {
            let mut pair = list.expect(Tag::SEQUENCE)?.children();
            let issuer = pair.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            let subject = pair.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            pair.finish()?;
            found.entry(issuer).or_default().push(subject);
        }
        Ok(found)
    })?;
    Ok(found.unwrap_or_default())
}

/// policyConstraints: how many more certificates may come before each takes effect.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct PolicyConstraints {
    /// requireExplicitPolicy.
    pub require_explicit_policy: Option<usize>,
    /// inhibitPolicyMapping.
    pub inhibit_policy_mapping: Option<usize>,
}

/// policyConstraints.
///
/// ```text
/// PolicyConstraints ::= SEQUENCE { requireExplicitPolicy [0] SkipCerts OPTIONAL,
///   inhibitPolicyMapping [1] SkipCerts OPTIONAL }
/// ```
///
/// # Errors
/// [`ExtensionError`].
pub fn policy_constraints(certificate: &Certificate) -> Result<PolicyConstraints, ExtensionError> {
    let found = read(certificate, &ids::POLICY_CONSTRAINTS, |element| {
        let mut fields = sequence(element)?;
        let explicit = fields.optional(Tag::context(0))?;
        let mapping = fields.optional(Tag::context(1))?;
        fields.finish()?;
        Ok(PolicyConstraints {
            require_explicit_policy: explicit.as_ref().map(count).transpose()?,
            inhibit_policy_mapping: mapping.as_ref().map(count).transpose()?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// inhibitAnyPolicy: how many more certificates may come before anyPolicy stands for nothing.
///
/// # Errors
/// [`ExtensionError`].
pub fn inhibit_any_policy(certificate: &Certificate) -> Result<Option<usize>, ExtensionError> {
    read(certificate, &ids::INHIBIT_ANY_POLICY, count)
}
