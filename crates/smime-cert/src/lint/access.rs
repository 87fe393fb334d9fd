//! Where CRLs, issuers and OCSP responders are: cRLDistributionPoints and authorityInfoAccess (RFC 5280, 4.2.1.13 and
//! 4.2.2.1; BR 7.1.2.3 b and c).

use alloc::string::ToString as _;
use alloc::vec::Vec;

use cms_core::DecodeError;
use cms_core::ObjectIdentifier;
use cms_core::ber::{Element, Tag};

use super::syntax::Uri;
use super::view::{Findings, View};
use super::{Generation, Rule, rules};
use crate::extension::{ids, sequence};
use crate::general_name::GeneralName;

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    let points = view.read_each(ids::CRL_DISTRIBUTION_POINTS, out, points);
    for (location, points) in points {
        for point in &points {
            if point.names.is_none() && !point.is_named {
                out.add(&rules::DISTRIBUTION_POINT_EMPTY, &location);
            }
        }
        if view.profile.is_some() {
            baseline_points(view, &points, &location, out);
        }
    }
    let access = view.read_each(ids::AUTHORITY_INFO_ACCESS, out, access);
    for (location, access) in access {
        if view.profile.is_some() {
            baseline_access(view, &access, &location, out);
        }
    }
}

/// What is asked of a DistributionPoint.
struct Point<'a> {
    /// fullName.
    names: Option<Vec<GeneralName<'a>>>,
    /// Whether nameRelativeToCRLIssuer or cRLIssuer is there.
    is_named: bool,
}

/// ```text
/// CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint
/// DistributionPoint ::= SEQUENCE { distributionPoint [0] DistributionPointName OPTIONAL,
///   reasons [1] ReasonFlags OPTIONAL, cRLIssuer [2] GeneralNames OPTIONAL }
/// DistributionPointName ::= CHOICE { fullName [0] GeneralNames,
///   nameRelativeToCRLIssuer [1] RelativeDistinguishedName }
/// ```
fn points<'a>(element: &Element<'a>) -> Result<Vec<Point<'a>>, DecodeError> {
    let mut list = sequence(element)?;
    let mut found = Vec::new();
    while !list.is_empty() {
        let mut fields = list.expect(Tag::SEQUENCE)?.children();
        let name = fields.optional(Tag::context(0))?;
        fields.optional(Tag::context(1))?;
        let issuer = fields.optional(Tag::context(2))?;
        fields.finish()?;
        let mut point = Point {
            names: None,
            is_named: issuer.is_some(),
        };
        if let Some(name) = name {
            let choice = name.children().element()?;
            if choice.tag() == Tag::context(0) {
                point.names = Some(GeneralName::list(&choice)?);
            } else {
                point.is_named = true;
            }
        }
        found.push(point);
    }
    Ok(found)
}

/// ```text
/// AuthorityInfoAccessSyntax ::= SEQUENCE SIZE (1..MAX) OF AccessDescription
/// AccessDescription ::= SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }
/// ```
fn access<'a>(
    element: &Element<'a>,
) -> Result<Vec<(ObjectIdentifier, GeneralName<'a>)>, DecodeError> {
    let mut list = sequence(element)?;
    let mut found = Vec::new();
    while !list.is_empty() {
        let mut fields = list.expect(Tag::SEQUENCE)?.children();
        let method = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        found.push((method, GeneralName::decode(&fields.element()?)?));
        fields.finish()?;
    }
    Ok(found)
}

fn uri<'a>(name: &GeneralName<'a>) -> Option<&'a str> {
    match name {
        GeneralName::Uri(uri) => core::str::from_utf8(uri).ok(),
        _ => None,
    }
}

fn is_http(uri: &str) -> bool {
    Uri::split(uri).scheme == "http"
}

/// BR 7.1.2.3 b and c: HTTP alone, but LDAP and FTP too in the legacy generation.
fn check_scheme(view: &View<'_>, uri: &str, rule: &Rule, location: &str, out: &mut Findings) {
    let legacy = view
        .profile
        .is_some_and(|profile| profile.generation == Generation::Legacy);
    let scheme = Uri::split(uri).scheme;
    let allowed = scheme == "http" || legacy && ["ldap", "ftp"].contains(&scheme.as_str());
    if !allowed {
        out.tell(rule, location, uri);
    }
}

fn baseline_points(view: &View<'_>, points: &[Point<'_>], location: &str, out: &mut Findings) {
    let names = || {
        points
            .iter()
            .filter_map(|point| point.names.as_ref())
            .flatten()
    };
    if !names().filter_map(uri).any(is_http) {
        out.add(&rules::CRLDP_NO_HTTP, location);
    }
    for name in names() {
        match uri(name) {
            Some(uri) => check_scheme(view, uri, &rules::CRLDP_SCHEME, location, out),
            None => out.add(&rules::CRLDP_NAME_TYPE, location),
        }
    }
}

fn baseline_access(
    view: &View<'_>,
    access: &[(ObjectIdentifier, GeneralName<'_>)],
    location: &str,
    out: &mut Findings,
) {
    let names = |method: ObjectIdentifier| -> Vec<_> {
        let access = access.iter().filter(|(other, _)| *other == method);
        access.map(|(_, name)| uri(name)).collect()
    };
    let issuers = names(CA_ISSUERS);
    if issuers.is_empty() {
        out.add(&rules::AIA_NO_CA_ISSUERS, location);
        out.add(&rules::GMAIL_CA_ISSUERS, location);
    }
    for (names, rule) in [
        (issuers, &rules::AIA_CA_ISSUERS_NO_HTTP),
        (names(OCSP), &rules::AIA_OCSP_NO_HTTP),
    ] {
        if !names.is_empty() && !names.iter().flatten().any(|uri| is_http(uri)) {
            out.add(rule, location);
        }
    }
    for (method, name) in access {
        match uri(name) {
            Some(uri) => check_scheme(view, uri, &rules::AIA_SCHEME, location, out),
            None => out.tell(&rules::AIA_NAME_TYPE, location, &method.to_string()),
        }
    }
}

const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
