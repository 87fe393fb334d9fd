//! Which extensions are there, which are critical, and those of few fields (RFC 5280, 4.2; BR 7.1.2.3).

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier};

use super::view::{Findings, View, extension_at};
use super::{Generation, Rule, ValidationLevel, organization, rules};
use crate::extension::{ids, sequence};
use crate::general_name::GeneralName;

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    unique(view, out);
    criticality(view, out);
    presence(view, out);
    constraints(view, out);
    statements(view, out);
    timestamps(view, out);
    if view.profile.is_some() {
        baseline(view, out);
    }
}

fn unique(view: &View<'_>, out: &mut Findings) {
    let extensions = view.certificate.extensions();
    for (index, extension) in extensions.iter().enumerate() {
        let mut before = extensions.iter().take(index);
        if before.any(|other| other.oid == extension.oid) {
            let name = alloc::format!("{}", extension.oid);
            out.tell(
                &rules::DUPLICATE_EXTENSION,
                "tbsCertificate.extensions",
                &name,
            );
        }
    }
}

/// Extensions that must be, or must not be, critical.
const CRITICALITY: &[(ObjectIdentifier, bool, &Rule)] = &[
    (ids::SUBJECT_KEY_IDENTIFIER, false, &rules::SKI_CRITICAL),
    (ids::AUTHORITY_KEY_IDENTIFIER, false, &rules::AKI_CRITICAL),
    (ids::CRL_DISTRIBUTION_POINTS, false, &rules::CRLDP_CRITICAL),
    (ids::NAME_CONSTRAINTS, true, &rules::NC_NOT_CRITICAL),
    (ids::KEY_USAGE, true, &rules::KEY_USAGE_NOT_CRITICAL),
    (ids::KEY_USAGE, true, &rules::SMIME_KEY_USAGE_NOT_CRITICAL),
    (ids::AUTHORITY_INFO_ACCESS, false, &rules::AIA_CRITICAL),
    (SUBJECT_INFO_ACCESS, false, &rules::SIA_CRITICAL),
    (ISSUER_ALT_NAME, false, &rules::IAN_CRITICAL),
    (SUBJECT_DIRECTORY_ATTRIBUTES, false, &rules::SDA_CRITICAL),
    (SMIME_CAPABILITIES, false, &rules::CAPABILITIES_CRITICAL),
    (POISON, true, &rules::POISON_NOT_CRITICAL),
];

/// The same of the Baseline Requirements.
const BASELINE_CRITICALITY: &[(ObjectIdentifier, bool, &Rule)] = &[
    (ids::CERTIFICATE_POLICIES, false, &rules::POLICIES_CRITICAL),
    (
        ids::CRL_DISTRIBUTION_POINTS,
        false,
        &rules::CABF_CRLDP_CRITICAL,
    ),
    (ids::KEY_USAGE, true, &rules::CABF_KEY_USAGE_NOT_CRITICAL),
    (QC_STATEMENTS, false, &rules::QC_CRITICAL),
    (LEI, false, &rules::LEI_CRITICAL),
    (LEI_ROLE, false, &rules::LEI_ROLE_CRITICAL),
    (ADOBE_TIMESTAMP, false, &rules::ADOBE_TIME_CRITICAL),
    (ADOBE_ARCHIVE, false, &rules::ADOBE_ARCHIVE_CRITICAL),
];

fn criticality(view: &View<'_>, out: &mut Findings) {
    let baseline = match view.profile {
        Some(_) => BASELINE_CRITICALITY,
        None => &[],
    };
    for (index, extension) in view.certificate.extensions().iter().enumerate() {
        let location = extension_at(index);
        for (oid, critical, rule) in CRITICALITY.iter().chain(baseline) {
            if extension.oid == *oid && extension.critical != *critical {
                out.add(rule, &location);
            }
        }
        if extension.oid == ids::SUBJECT_ALT_NAME {
            match (view.certificate.subject().is_empty(), extension.critical) {
                (true, false) => out.add(&rules::SAN_NOT_CRITICAL, &location),
                (false, true) => out.add(&rules::SAN_CRITICAL, &location),
                _ => {}
            }
        }
    }
}

fn presence(view: &View<'_>, out: &mut Findings) {
    let all = "tbsCertificate.extensions";
    if view.is_ca && !view.has(&ids::KEY_USAGE) {
        out.add(&rules::CA_NO_KEY_USAGE, all);
    }
    for (oid, rule) in [
        (ids::POLICY_CONSTRAINTS, &rules::POLICY_CONSTRAINTS_IN_EE),
        (ids::POLICY_MAPPINGS, &rules::POLICY_MAPPINGS_IN_EE),
        (ids::INHIBIT_ANY_POLICY, &rules::INHIBIT_ANY_IN_EE),
        (ids::NAME_CONSTRAINTS, &rules::NC_IN_EE),
    ] {
        for (location, _) in view.each(oid) {
            if !view.is_ca {
                out.add(rule, &location);
            }
        }
    }
    // rfc8550:3: "the email address SHOULD be in the subjectAltName extension"
    if !view.is_ca && crate::extension::email_addresses(view.certificate).is_empty() {
        out.add(&rules::NO_ADDRESS, "certificate");
    }
}

/// ```text
/// GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] BaseDistance DEFAULT 0,
///   maximum [1] BaseDistance OPTIONAL }
/// ```
fn constraints(view: &View<'_>, out: &mut Findings) {
    let read = |element: &Element<'_>| -> Result<_, DecodeError> {
        let mut fields = sequence(element)?;
        let mut bounds = Vec::new();
        let mut count = 0;
        for number in [0, 1] {
            let Some(subtrees) = fields.optional(Tag::context(number))? else {
                continue;
            };
            count += 1;
            let mut list = subtrees.children();
            if list.is_empty() {
                let kind = DecodeErrorKind::Missing("GeneralSubtree");
                return Err(DecodeError::at(kind, subtrees.offset()));
            }
            while !list.is_empty() {
                let mut subtree = list.expect(Tag::SEQUENCE)?.children();
                subtree.element()?;
                let minimum = subtree.optional(Tag::context(0))?;
                let minimum = minimum.is_some_and(|minimum| minimum.contents() != [0]);
                let maximum = subtree.optional(Tag::context(1))?.is_some();
                bounds.push((minimum, maximum));
            }
        }
        fields.finish()?;
        Ok((count, bounds))
    };
    for (location, (count, bounds)) in view.read_each(ids::NAME_CONSTRAINTS, out, read) {
        if count == 0 && view.is_ca {
            out.add(&rules::NC_NO_SUBTREES, &location);
        }
        for (minimum, maximum) in bounds {
            if minimum {
                out.add(&rules::NC_MINIMUM, &location);
            }
            if maximum {
                out.add(&rules::NC_MAXIMUM, &location);
            }
        }
    }
}

/// ```text
/// QCStatement ::= SEQUENCE { statementId OBJECT IDENTIFIER, statementInfo ANY DEFINED BY statementId OPTIONAL }
/// ```
fn statements(view: &View<'_>, out: &mut Findings) {
    let read = |element: &Element<'_>| {
        let mut list = sequence(element)?;
        let mut found = Vec::new();
        while !list.is_empty() {
            let mut statement = list.expect(Tag::SEQUENCE)?.children();
            found.push(statement.expect(Tag::OBJECT_IDENTIFIER)?.oid()?);
        }
        Ok(found)
    };
    for (location, statements) in view.read_each(QC_STATEMENTS, out, read) {
        if statements.contains(&QC_SYNTAX_V1) {
            out.add(&rules::QC_STATEMENT_V1, &location);
        }
    }
}

/// SignedCertificateTimestampList: an OCTET STRING of a list with a length of two octets (RFC 6962, 3.3).
fn timestamps(view: &View<'_>, out: &mut Findings) {
    for (location, extension) in view.each(SCT_LIST) {
        let list = Cursor::single(&extension.value, 0).and_then(|element| element.octets());
        match list.as_deref() {
            Ok([0, 0]) => out.add(&rules::SCT_LIST_EMPTY, &location),
            Ok([high, low, list @ ..])
                if usize::from(u16::from_be_bytes([*high, *low])) == list.len() => {}
            _ => out.add(&rules::SCT_LIST_SYNTAX, &location),
        }
        if view.has(&POISON) {
            out.add(&rules::POISON_AND_SCTS, &location);
        }
    }
}

fn baseline(view: &View<'_>, out: &mut Findings) {
    let Some(profile) = view.profile else {
        return;
    };
    if view.certificate.extensions().is_empty() {
        out.add(&rules::EXTENSIONS_MISSING, "tbsCertificate.extensions");
        return;
    }
    for (oid, rule) in [
        (ids::CERTIFICATE_POLICIES, &rules::POLICIES_MISSING),
        (ids::CRL_DISTRIBUTION_POINTS, &rules::CRLDP_MISSING),
        (ids::AUTHORITY_INFO_ACCESS, &rules::AIA_MISSING),
        (ids::KEY_USAGE, &rules::KEY_USAGE_MISSING),
        (ids::EXT_KEY_USAGE, &rules::EKU_MISSING),
        (ids::SUBJECT_ALT_NAME, &rules::SAN_MISSING),
    ] {
        if !view.has(&oid) {
            out.add(rule, "tbsCertificate.extensions");
        }
    }
    let (mailbox, strict) = (
        profile.level == ValidationLevel::Mailbox,
        profile.generation == Generation::Strict,
    );
    let no_entity = matches!(
        profile.level,
        ValidationLevel::Mailbox | ValidationLevel::Individual
    );
    let no_role = profile.level != ValidationLevel::Sponsored;
    let no_attributes = mailbox || profile.generation != Generation::Legacy;
    for (oid, prohibited, rule) in [
        (
            SUBJECT_DIRECTORY_ATTRIBUTES,
            no_attributes,
            &rules::SDA_PROHIBITED,
        ),
        (LEI, no_entity, &rules::LEI_PROHIBITED),
        (LEI_ROLE, no_role, &rules::LEI_ROLE_PROHIBITED),
        (ADOBE_TIMESTAMP, strict, &rules::ADOBE_TIME_PROHIBITED),
        (ADOBE_ARCHIVE, strict, &rules::ADOBE_ARCHIVE_PROHIBITED),
    ] {
        for (location, _) in view.each(oid) {
            if prohibited {
                out.add(rule, &location);
            }
        }
    }
    for (location, lei) in view.read_each(LEI, out, printable) {
        organization::lei(&lei, &location, out);
    }
    for (location, is_uri) in view.read_each(ADOBE_TIMESTAMP, out, location_is_uri) {
        if !is_uri {
            out.add(&rules::ADOBE_LOCATION, &location);
        }
    }
}

fn printable(element: &Element<'_>) -> Result<String, DecodeError> {
    let text = core::str::from_utf8(element.contents()).ok();
    let text = text.filter(|_| element.tag() == Tag::PRINTABLE_STRING);
    let kind = DecodeErrorKind::BadValue("no PrintableString");
    text.map(Into::into)
        .ok_or_else(|| DecodeError::at(kind, element.offset()))
}

/// The location within `SEQUENCE { version INTEGER, location GeneralName, ... }`.
fn location_is_uri(element: &Element<'_>) -> Result<bool, DecodeError> {
    let mut fields = sequence(element)?;
    fields.expect(Tag::INTEGER)?;
    let location = GeneralName::decode(&fields.element()?)?;
    Ok(matches!(location, GeneralName::Uri(_)))
}

const SUBJECT_DIRECTORY_ATTRIBUTES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.9");
pub(super) const ISSUER_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.18");
const SUBJECT_INFO_ACCESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.11");
const SMIME_CAPABILITIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.15");
const POISON: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.4.3");
const SCT_LIST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.4.2");
const QC_STATEMENTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.3");
const QC_SYNTAX_V1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.11.1");
const LEI: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.52266.1");
const LEI_ROLE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.52266.2");
const ADOBE_TIMESTAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.9.1");
const ADOBE_ARCHIVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.9.2");
