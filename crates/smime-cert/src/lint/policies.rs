//! certificatePolicies and their qualifiers (RFC 5280, 4.2.1.4; RFC 6818, 3; BR 7.1.2.3 a, 7.1.6.4).

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::AttributeTypeAndValue;
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier};
use unicode_normalization::is_nfc;

use super::syntax::Uri;
use super::view::{Findings, View};
use super::{Profile, general_names, rules};
use crate::extension::{ANY_POLICY, ids, policies};

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    for (location, policies) in view.read_each(ids::CERTIFICATE_POLICIES, out, policies) {
        let oids: Vec<_> = policies
            .iter()
            .map(|information| information.policy)
            .collect();
        for (index, oid) in oids.iter().enumerate() {
            if oids.iter().take(index).any(|other| other == oid) {
                out.tell(&rules::DUPLICATE_POLICY, &location, &oid.to_string());
            }
        }
        if let Some(profile) = view.profile {
            reserved(profile, &oids, &location, out);
        }
        for information in &policies {
            if !information.qualifiers.is_empty() {
                out.add(&rules::POLICY_QUALIFIER, &location);
            }
            for octets in &information.qualifiers {
                let found = qualifier(view, &information.policy, octets, &location, out);
                if let Err(error) = found {
                    out.malformed(&location, &error);
                }
            }
        }
    }
}

fn reserved(profile: Profile, oids: &[ObjectIdentifier], location: &str, out: &mut Findings) {
    if oids.contains(&ANY_POLICY) {
        out.add(&rules::ANY_POLICY, location);
    }
    if !oids.contains(&profile.policy()) {
        out.tell(
            &rules::NO_RESERVED_POLICY,
            location,
            &profile.policy().to_string(),
        );
    }
    let named = Profile::all().filter(|profile| oids.contains(&profile.policy()));
    if named.count() > 1 {
        out.add(&rules::SEVERAL_RESERVED_POLICIES, location);
    }
}

/// ```text
/// PolicyQualifierInfo ::= SEQUENCE { policyQualifierId PolicyQualifierId, qualifier ANY DEFINED BY policyQualifierId }
/// ```
fn qualifier(
    view: &View<'_>,
    policy: &ObjectIdentifier,
    octets: &[u8],
    location: &str,
    out: &mut Findings,
) -> Result<(), DecodeError> {
    let mut fields = Cursor::single(octets, 0)?.children();
    let id = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
    let value = fields.element()?;
    match id {
        CPS => cps(view, &value, location, out),
        USER_NOTICE => user_notice(view, &value, location, out),
        _ => {
            if *policy == ANY_POLICY {
                out.add(&rules::ANY_POLICY_QUALIFIER, location);
            }
            Ok(())
        }
    }
}

/// CPSuri ::= IA5String
fn cps(
    view: &View<'_>,
    value: &Element<'_>,
    location: &str,
    out: &mut Findings,
) -> Result<(), DecodeError> {
    let uri = match core::str::from_utf8(value.contents()) {
        Ok(uri) if value.tag() == Tag::IA5_STRING && uri.is_ascii() => uri,
        _ => {
            let kind = DecodeErrorKind::BadValue("no IA5String");
            return Err(DecodeError::at(kind, value.offset()));
        }
    };
    general_names::uri(uri, location, out);
    if view.profile.is_some() {
        general_names::public(&Uri::split(uri).host(), location, out);
        if !["http", "https"].contains(&Uri::split(uri).scheme.as_str()) {
            out.tell(&rules::CPS_URI_NOT_HTTP, location, uri);
        }
    }
    Ok(())
}

/// ```text
/// UserNotice ::= SEQUENCE { noticeRef NoticeReference OPTIONAL, explicitText DisplayText OPTIONAL }
/// DisplayText ::= CHOICE { ia5String IA5String (SIZE (1..200)), visibleString VisibleString (SIZE (1..200)),
///   bmpString BMPString (SIZE (1..200)), utf8String UTF8String (SIZE (1..200)) }
/// ```
fn user_notice(
    view: &View<'_>,
    value: &Element<'_>,
    location: &str,
    out: &mut Findings,
) -> Result<(), DecodeError> {
    let mut fields = crate::extension::sequence(value)?;
    let reference = fields.optional(Tag::SEQUENCE)?;
    let text = match fields.is_empty() {
        true => None,
        false => Some(fields.element()?),
    };
    fields.finish()?;
    if reference.is_some() {
        out.add(&rules::NOTICE_REF, location);
        if view.profile.is_some() {
            out.add(&rules::USER_NOTICE_REF, location);
        }
    }
    let Some(text) = text else {
        return Ok(());
    };
    let told = display_text(&text)
        .filter(|told| (1..=200).contains(&told.chars().count()))
        .ok_or_else(|| {
            let kind = DecodeErrorKind::BadValue("no DisplayText of 1 to 200 characters");
            DecodeError::at(kind, text.offset())
        })?;
    let tag = text.tag();
    if ![Tag::IA5_STRING, Tag::UTF8_STRING].contains(&tag) {
        out.add(&rules::EXPLICIT_TEXT_5280, location);
    }
    if ![Tag::BMP_STRING, Tag::UTF8_STRING, VISIBLE_STRING].contains(&tag) {
        out.add(&rules::EXPLICIT_TEXT_6818, location);
    }
    if told.chars().any(char::is_control) {
        out.add(&rules::EXPLICIT_TEXT_CONTROL, location);
    }
    if !is_nfc(&told) {
        out.add(&rules::EXPLICIT_TEXT_NFC, location);
    }
    Ok(())
}

fn display_text(element: &Element<'_>) -> Option<String> {
    if element.tag() == VISIBLE_STRING {
        return core::str::from_utf8(element.contents())
            .ok()
            .map(Into::into);
    }
    AttributeTypeAndValue::text_of(element)
}

const VISIBLE_STRING: Tag = Tag::universal(26);
const CPS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");
const USER_NOTICE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.2");
