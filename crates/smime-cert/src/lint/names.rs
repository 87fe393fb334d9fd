//! Distinguished names: issuer, subject, and those within extensions (RFC 5280, 4.1.2.4 and 4.1.2.6).

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::{Element, Tag};
use cms_core::types::{AttributeTypeAndValue, Name};
use cms_core::{ObjectIdentifier, oid};

use super::rules;
use super::subject::{self, Role};
use super::syntax::{is_address, is_domain};
use super::view::{Findings, View};

/// An attribute, and what its value says if it is of the type that it should be.
pub(super) struct Read<'a> {
    pub(super) oid: ObjectIdentifier,
    pub(super) value: Element<'a>,
    pub(super) text: Option<String>,
}

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    let (issuer, subject) = (view.certificate.issuer(), view.certificate.subject());
    if issuer.is_empty() {
        out.add(&rules::NAME_EMPTY, "tbsCertificate.issuer");
    }
    check_one(view, &issuer, Role::Issuer, "tbsCertificate.issuer", out);
    check_one(view, &subject, Role::Subject, "tbsCertificate.subject", out);
    // rfc8550:3: "The email address SHOULD be in the subjectAltName extension and SHOULD NOT be in the subject"
    if !view.is_ca && !subject.values(&oid::EMAIL_ADDRESS).is_empty() {
        out.add(&rules::ADDRESS_IN_SUBJECT, "tbsCertificate.subject");
    }
}

/// Checks one name. `location` is that of the name, or of the extension that it stands in.
pub(super) fn check_one(
    view: &View<'_>,
    name: &Name<'_>,
    role: Role,
    location: &str,
    out: &mut Findings,
) {
    let rdns = match name.attributes() {
        Ok(rdns) => rdns,
        Err(error) => {
            out.malformed(location, &error);
            return;
        }
    };
    let rdns: Vec<Vec<Read<'_>>> = rdns
        .iter()
        .map(|rdn| rdn.iter().map(read).collect())
        .collect();
    for (index, rdn) in rdns.iter().enumerate() {
        let at = match role {
            Role::Issuer | Role::Subject => alloc::format!("{location}[{index}]"),
            Role::Alternative | Role::Other => location.into(),
        };
        for (index, attribute) in rdn.iter().enumerate() {
            let mut before = rdn.iter().take(index);
            if before.any(|other| other.oid == attribute.oid) {
                out.tell(&rules::DUPLICATE_TYPES, &at, &oid::display(&attribute.oid));
            }
            check_attribute(view, attribute, role, &at, out);
        }
    }
    if role != Role::Issuer {
        domain_components(&rdns, location, out);
        if view.profile.is_some() && role != Role::Other {
            subject::check(view, &rdns, role, location, out);
        }
    }
}

fn check_attribute(
    view: &View<'_>,
    attribute: &Read<'_>,
    role: Role,
    location: &str,
    out: &mut Findings,
) {
    let Some(text) = &attribute.text else {
        if Form::of(&attribute.oid).is_some() {
            let oid = oid::display(&attribute.oid);
            out.tell(&rules::INVALID_SYNTAX, location, &oid);
        }
        return;
    };
    if attribute.oid != oid::EMAIL_ADDRESS {
        return;
    }
    if !is_address(text) {
        out.tell(&rules::EMAIL_SYNTAX, location, text);
    }
    // rfc5280:4.1.2.6: addresses in names are for legacy implementations, subjectAltName has them all.
    if role != Role::Issuer && !view.addresses.contains(text) {
        out.tell(&rules::SUBJECT_EMAIL_NOT_IN_SAN, location, text);
    }
}

fn domain_components(rdns: &[Vec<Read<'_>>], location: &str, out: &mut Findings) {
    let parts = rdns
        .iter()
        .flatten()
        .filter(|read| read.oid == DOMAIN_COMPONENT);
    let parts: Option<Vec<_>> = parts.map(|read| read.text.as_deref()).collect();
    let Some(mut parts) = parts else {
        return;
    };
    parts.reverse();
    let name = parts.join(".");
    if !name.is_empty() && !is_domain(&name) {
        out.tell(&rules::DOMAIN_COMPONENTS, location, &name);
    }
}

/// The string type of an attribute, and the length that its value may have.
#[derive(Clone, Copy)]
enum Form {
    Directory(usize),
    Ia5(usize),
    Printable(usize, usize),
}

impl Form {
    /// RFC 5280, A.1, and X.520 for those that are not there.
    fn of(oid: &ObjectIdentifier) -> Option<Self> {
        FORMS
            .iter()
            .find(|(known, _)| known == oid)
            .map(|(_, form)| *form)
    }
}

fn read<'a>(attribute: &AttributeTypeAndValue<'a>) -> Read<'a> {
    let value = attribute.value;
    let directory = [
        Tag::TELETEX_STRING,
        Tag::PRINTABLE_STRING,
        Tag::UNIVERSAL_STRING,
        Tag::UTF8_STRING,
        Tag::BMP_STRING,
    ];
    let text = attribute.text().filter(|text| {
        let len = text.chars().count();
        match Form::of(&attribute.oid) {
            Some(Form::Directory(max)) => {
                directory.contains(&value.tag()) && (1..=max).contains(&len)
            }
            Some(Form::Ia5(max)) => value.tag() == Tag::IA5_STRING && (1..=max).contains(&len),
            Some(Form::Printable(min, max)) => {
                value.tag() == Tag::PRINTABLE_STRING && (min..=max).contains(&len)
            }
            None => true,
        }
    });
    Read {
        oid: attribute.oid,
        value,
        text,
    }
}

const DOMAIN_COMPONENT: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25");

const fn attribute(oid: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(oid)
}

/// Upper bounds of RFC 5280, A.1.
const FORMS: &[(ObjectIdentifier, Form)] = &[
    (attribute("2.5.4.3"), Form::Directory(64)),
    (attribute("2.5.4.4"), Form::Directory(32768)),
    (attribute("2.5.4.5"), Form::Printable(1, 64)),
    (attribute("2.5.4.6"), Form::Printable(2, 2)),
    (attribute("2.5.4.7"), Form::Directory(128)),
    (attribute("2.5.4.8"), Form::Directory(128)),
    (attribute("2.5.4.9"), Form::Directory(128)),
    (attribute("2.5.4.10"), Form::Directory(64)),
    (attribute("2.5.4.11"), Form::Directory(64)),
    (attribute("2.5.4.12"), Form::Directory(64)),
    (attribute("2.5.4.15"), Form::Directory(128)),
    (attribute("2.5.4.17"), Form::Directory(40)),
    (attribute("2.5.4.41"), Form::Directory(32768)),
    (attribute("2.5.4.42"), Form::Directory(32768)),
    (attribute("2.5.4.43"), Form::Directory(32768)),
    (attribute("2.5.4.44"), Form::Directory(32768)),
    (attribute("2.5.4.46"), Form::Printable(0, usize::MAX)),
    (attribute("2.5.4.65"), Form::Directory(128)),
    (attribute("2.5.4.97"), Form::Directory(usize::MAX)),
    (DOMAIN_COMPONENT, Form::Ia5(usize::MAX)),
    (oid::EMAIL_ADDRESS, Form::Ia5(255)),
];
