//! GeneralNames wherever extensions have them (RFC 5280, 4.2.1.6 and 4.2.1.10; RFC 9598; BR 7.1.4.2.1).

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier, oid};

use super::extensions::ISSUER_ALT_NAME;
use super::subject::Role;
use super::syntax::{Uri, is_address, is_domain, is_public};
use super::view::{Findings, View, extension_at};
use super::{Generation, names, rules};
use crate::extension::ids;
use crate::general_name::GeneralName;

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    for (index, extension) in view.certificate.extensions().iter().enumerate() {
        let location = extension_at(index);
        let constraint = extension.oid == ids::NAME_CONSTRAINTS;
        let role = match extension.oid {
            ids::SUBJECT_ALT_NAME => Role::Alternative,
            _ => Role::Other,
        };
        match elements(&extension.oid, &extension.value) {
            Ok(found) => {
                for element in found {
                    if let Err(error) = one(view, &element, constraint, role, &location, out) {
                        out.malformed(&location, &error);
                    }
                }
            }
            Err(error) => out.malformed(&location, &error),
        }
        if extension.oid == ids::SUBJECT_ALT_NAME && view.profile.is_some() {
            alternative(view, &extension.value, &location, out);
        }
    }
}

/// The encodings of the names within an extension.
fn elements<'a>(oid: &ObjectIdentifier, value: &'a [u8]) -> Result<Vec<Element<'a>>, DecodeError> {
    let mut found = Vec::new();
    let mut take = |mut list: Cursor<'a>| -> Result<(), DecodeError> {
        while !list.is_empty() {
            found.push(list.element()?);
        }
        Ok(())
    };
    let whole = || Cursor::single(value, 0).map(|element| element.children());
    match *oid {
        ids::SUBJECT_ALT_NAME | ISSUER_ALT_NAME => {
            let list = whole()?;
            if list.is_empty() {
                let kind = DecodeErrorKind::Missing("GeneralName");
                return Err(DecodeError::at(kind, 0));
            }
            take(list)?;
        }
        ids::AUTHORITY_KEY_IDENTIFIER => {
            let mut fields = whole()?;
            fields.optional(Tag::context(0))?;
            if let Some(issuer) = fields.optional(Tag::context(1))? {
                take(issuer.children())?;
            }
        }
        ids::NAME_CONSTRAINTS => {
            let mut fields = whole()?;
            while !fields.is_empty() {
                let mut subtrees = fields.element()?.children();
                while !subtrees.is_empty() {
                    let base = subtrees.expect(Tag::SEQUENCE)?.children().element()?;
                    take(base.cursor())?;
                }
            }
        }
        ids::CRL_DISTRIBUTION_POINTS => {
            let mut points = whole()?;
            while !points.is_empty() {
                let mut fields = points.expect(Tag::SEQUENCE)?.children();
                if let Some(name) = fields.optional(Tag::context(0))?
                    && let Some(names) = name.children().optional(Tag::context(0))?
                {
                    take(names.children())?;
                }
                fields.optional(Tag::context(1))?;
                if let Some(issuer) = fields.optional(Tag::context(2))? {
                    take(issuer.children())?;
                }
            }
        }
        ids::AUTHORITY_INFO_ACCESS => {
            let mut access = whole()?;
            while !access.is_empty() {
                let mut fields = access.expect(Tag::SEQUENCE)?.children();
                fields.expect(Tag::OBJECT_IDENTIFIER)?;
                take(fields)?;
            }
        }
        _ => {}
    }
    Ok(found)
}

fn one(
    view: &View<'_>,
    element: &Element<'_>,
    constraint: bool,
    role: Role,
    location: &str,
    out: &mut Findings,
) -> Result<(), DecodeError> {
    let name = GeneralName::decode(element)?;
    let ia5 = |octets| -> Result<String, DecodeError> {
        let kind = DecodeErrorKind::BadValue("no IA5String");
        let text = core::str::from_utf8(octets)
            .ok()
            .filter(|text| text.is_ascii());
        text.map(Into::into)
            .ok_or_else(|| DecodeError::at(kind, element.offset()))
    };
    match name {
        GeneralName::Mail(octets) => mail(view, &ia5(octets)?, constraint, location, out),
        GeneralName::Dns(octets) => dns(view, &ia5(octets)?, constraint, location, out),
        GeneralName::Uri(octets) => uri_name(view, &ia5(octets)?, constraint, location, out),
        GeneralName::Ip(octets) if constraint => network(octets, location, out),
        GeneralName::Ip(octets) => address(view, octets, location, out),
        GeneralName::Directory(name) => names::check_one(view, &name, role, location, out),
        GeneralName::Other(oid, value) => other(view, &oid, value, &name, location, out),
        GeneralName::Unread(..) => {}
    }
    Ok(())
}

/// A subtree of hosts: a host, one with a leading dot, or all.
fn is_subtree(name: &str) -> bool {
    name == "." || is_domain(name.strip_prefix('.').unwrap_or(name))
}

fn mail(view: &View<'_>, text: &str, constraint: bool, location: &str, out: &mut Findings) {
    let good = match text.contains('@') {
        false if constraint => is_subtree(text),
        _ => is_address(text),
    };
    if !good {
        out.tell(&rules::EMAIL_SYNTAX, location, text);
    }
    let host = text.split_once('@').map_or("", |(_, host)| host);
    if host.len() > LONGEST {
        out.add(&rules::EMAIL_HOST_TOO_LONG, location);
    }
    if constraint {
        constrained(view, text.trim_start_matches('.'), location, out);
    } else if view.profile.is_some() {
        public(host, location, out);
    }
}

fn dns(view: &View<'_>, text: &str, constraint: bool, location: &str, out: &mut Findings) {
    if !(constraint && text.is_empty() || is_domain(text)) {
        out.tell(&rules::DOMAIN_SYNTAX, location, text);
    }
    if text.len() > LONGEST {
        out.add(&rules::DNS_NAME_TOO_LONG, location);
    }
    if constraint {
        constrained(view, text, location, out);
    } else if view.profile.is_some() {
        public(text, location, out);
    }
}

fn uri_name(view: &View<'_>, text: &str, constraint: bool, location: &str, out: &mut Findings) {
    if constraint {
        if !is_subtree(text) {
            out.tell(&rules::URI_SYNTAX, location, text);
        }
        constrained(view, text.trim_start_matches('.'), location, out);
        return;
    }
    uri(text, location, out);
    if view.profile.is_some() {
        public(&Uri::split(text).host(), location, out);
    }
}

/// The form of a URI, and the length of its host.
pub(super) fn uri(text: &str, location: &str, out: &mut Findings) {
    let uri = Uri::split(text);
    if uri.scheme == "ldap" {
        out.tell(&rules::LDAP_URI, location, text);
    } else if !uri.is_absolute() {
        out.tell(&rules::URI_SYNTAX, location, text);
    }
    if uri.host().len() > LONGEST {
        out.add(&rules::URI_HOST_TOO_LONG, location);
    }
}

fn constrained(view: &View<'_>, host: &str, location: &str, out: &mut Findings) {
    if view.profile.is_some() && !host.is_empty() {
        public(host, location, out);
    }
}

/// BR 7.1.2.4: nothing that is only valid in a private network.
pub(super) fn public(host: &str, location: &str, out: &mut Findings) {
    if !is_public(host) {
        out.tell(&rules::INTERNAL_NAME, location, host);
    }
}

fn address(view: &View<'_>, octets: &[u8], location: &str, out: &mut Findings) {
    let address = match (<[u8; 4]>::try_from(octets), <[u8; 16]>::try_from(octets)) {
        (Ok(four), _) => IpAddr::from(four),
        (_, Ok(sixteen)) => IpAddr::from(sixteen),
        _ => {
            out.add(&rules::IP_LENGTH, location);
            return;
        }
    };
    if view.profile.is_some() && !is_global(address) {
        out.tell(&rules::INTERNAL_IP, location, &address.to_string());
    }
}

/// Whether an address is none of the special ones (RFC 6890 and the registries that it made).
fn is_global(address: IpAddr) -> bool {
    let four = |address: Ipv4Addr, prefix: [u8; 4], bits: u32| {
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        u32::from(address) & mask == u32::from(Ipv4Addr::from(prefix)) & mask
    };
    let six = |address: Ipv6Addr, prefix: u128, bits: u32| {
        let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
        u128::from(address) & mask == prefix & mask
    };
    match address {
        IpAddr::V4(address) => !PRIVATE_4
            .iter()
            .any(|(prefix, bits)| four(address, *prefix, *bits)),
        IpAddr::V6(address) => !PRIVATE_6
            .iter()
            .any(|(prefix, bits)| six(address, *prefix, *bits)),
    }
}

/// rfc5280:4.2.1.10: an address and a mask "encoded in the style of RFC 4632 (CIDR)".
fn network(octets: &[u8], location: &str, out: &mut Findings) {
    if ![8, 32].contains(&octets.len()) {
        out.add(&rules::IP_CONSTRAINT_LENGTH, location);
        return;
    }
    let (network, mask) = octets
        .split_at_checked(octets.len() / 2)
        .unwrap_or_default();
    let ones = mask
        .iter()
        .map(|octet| octet.leading_ones())
        .take_while(|ones| *ones == 8)
        .count();
    let rest = mask.get(ones..).unwrap_or_default();
    let contiguous = match rest {
        [first, zeros @ ..] => {
            first.leading_ones() + first.trailing_zeros() == 8
                && zeros.iter().all(|octet| *octet == 0)
        }
        [] => true,
    };
    if !contiguous
        || network
            .iter()
            .zip(mask)
            .any(|(octet, mask)| octet & !mask != 0)
    {
        out.add(&rules::IP_CONSTRAINT_MASK, location);
    }
}

fn other(
    view: &View<'_>,
    oid: &ObjectIdentifier,
    value: &[u8],
    name: &GeneralName<'_>,
    location: &str,
    out: &mut Findings,
) {
    if *oid == USER_PRINCIPAL_NAME && view.profile.is_some() {
        let text = Cursor::single(value, 0).ok();
        let text = text.and_then(|text| core::str::from_utf8(text.contents()).ok());
        if !text.is_some_and(is_address) {
            out.tell(&rules::UPN_SYNTAX, location, text.unwrap_or_default());
        }
    }
    let Some(address) = name.smtp_utf8_mailbox() else {
        return;
    };
    let (local, host) = address.split_once('@').unwrap_or((&address, ""));
    if !address.contains('@') {
        out.tell(&rules::SMTP_UTF8_SYNTAX, location, &address);
    } else if local.is_ascii() {
        out.tell(&rules::SMTP_UTF8_ASCII, location, &address);
    } else if local.starts_with('\u{feff}') {
        out.add(&rules::SMTP_UTF8_BOM, location);
    } else if host.chars().any(char::is_uppercase) {
        out.tell(&rules::SMTP_UTF8_UPPERCASE, location, &address);
    } else if !is_domain(host) {
        out.tell(&rules::SMTP_UTF8_DOMAIN, location, &address);
    }
    if host.len() > LONGEST {
        out.add(&rules::SMTP_UTF8_TOO_LONG, location);
    }
    if view.profile.is_some() {
        let ascii = idna::domain_to_ascii(host);
        public(ascii.as_deref().unwrap_or(host), location, out);
    }
}

/// What subjectAltName may have in it (BR 7.1.4.2.1).
fn alternative(view: &View<'_>, value: &[u8], location: &str, out: &mut Findings) {
    let Ok(names) = Cursor::single(value, 0).and_then(|names| GeneralName::list(&names)) else {
        return;
    };
    let is_mail = |name: &GeneralName<'_>| {
        matches!(
            name,
            GeneralName::Mail(_) | GeneralName::Other(SMTP_UTF8_MAILBOX, _)
        )
    };
    if !names.iter().any(is_mail) {
        out.add(&rules::SAN_NO_ADDRESS, location);
    }
    let allowed = |name: &GeneralName<'_>| {
        matches!(
            name,
            GeneralName::Mail(_) | GeneralName::Directory(_) | GeneralName::Other(..)
        )
    };
    if !names.iter().all(allowed) {
        out.add(&rules::SAN_NAME_TYPE, location);
    }
    let strict = view
        .profile
        .is_some_and(|profile| profile.generation == Generation::Strict);
    for name in &names {
        if let GeneralName::Other(oid, _) = name
            && strict
            && *oid != SMTP_UTF8_MAILBOX
        {
            out.tell(&rules::SAN_OTHER_NAME, location, &oid::display(oid));
        }
    }
}

/// Characters of a domain name, without the length octets and the root of its encoding (RFC 1034, 3.1).
const LONGEST: usize = 253;

const SMTP_UTF8_MAILBOX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.8.9");
const USER_PRINCIPAL_NAME: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.3");

const PRIVATE_4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([240, 0, 0, 0], 4),
];

const PRIVATE_6: &[(u128, u32)] = &[
    (0, 127),
    (0xffff << 32, 96),
    (0x0064_ff9b_0001 << 80, 48),
    (0x0100 << 112, 64),
    (0x2001 << 112, 23),
    (0x2001_0db8 << 96, 32),
    (0x2002 << 112, 16),
    (0x3fff << 112, 20),
    (0xfc00 << 112, 7),
    (0xfe80 << 112, 10),
];
