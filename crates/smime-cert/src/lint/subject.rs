//! What the Baseline Requirements want of subjects' names, also of those in subjectAltName (BR 7.1.4.2).

use alloc::vec::Vec;

use cms_core::{ObjectIdentifier, oid};

use super::names::Read;
use super::syntax::is_address;
use super::view::{Findings, View};
use super::{Generation, Profile, ValidationLevel, organization, rules};

/// Whose name it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// A directoryName of subjectAltName.
    Alternative,
    /// The issuer's.
    Issuer,
    /// One within another extension.
    Other,
    /// The subject's.
    Subject,
}

pub(super) fn check(
    view: &View<'_>,
    rdns: &[Vec<Read<'_>>],
    role: Role,
    location: &str,
    out: &mut Findings,
) {
    let Some(profile) = view.profile else {
        return;
    };
    let all: Vec<&Read<'_>> = rdns.iter().flatten().collect();
    table(profile, &all, location, out);
    dependencies(&all, location, out);
    for (index, rdn) in rdns.iter().enumerate() {
        let at = match role {
            Role::Subject => alloc::format!("{location}[{index}]"),
            _ => location.into(),
        };
        if rdn.len() > 1 {
            out.add(&rules::SEVERAL_ATTRIBUTES, &at);
        }
        for attribute in rdn {
            value(view, profile, attribute, &all, &at, out);
        }
    }
}

/// Which attributes the profile has (BR 7.1.4.2.3 to 7.1.4.2.6).
fn table(profile: Profile, all: &[&Read<'_>], location: &str, out: &mut Findings) {
    use ValidationLevel::{Individual, Mailbox, Organization, Sponsored};
    let Profile { level, generation } = profile;
    let has = |oid: &ObjectIdentifier| all.iter().any(|read| read.oid == *oid);
    let strict = generation == Generation::Strict;
    let mut told = Vec::new();
    for read in all {
        let oid = read.oid;
        let allowed = match oid {
            COMMON_NAME | SERIAL_NUMBER | oid::EMAIL_ADDRESS => true,
            ORGANIZATION | UNIT | ORGANIZATION_ID => matches!(level, Organization | Sponsored),
            GIVEN_NAME | SURNAME | PSEUDONYM | TITLE => matches!(level, Sponsored | Individual),
            STREET | POSTAL_CODE => level != Mailbox && !strict,
            LOCALITY | STATE | COUNTRY => level != Mailbox,
            _ => level != Mailbox && generation == Generation::Legacy,
        };
        if !allowed && !told.contains(&oid) {
            told.push(oid);
            out.tell(&rules::PROHIBITED_ATTRIBUTE, location, &oid::display(&oid));
        }
    }
    if matches!(level, Organization | Sponsored) {
        for oid in [ORGANIZATION, ORGANIZATION_ID] {
            if !has(&oid) {
                out.tell(&rules::MISSING_ATTRIBUTE, location, &oid::display(&oid));
            }
        }
    }
    let person = has(&GIVEN_NAME) || has(&SURNAME);
    let named = person || has(&PSEUDONYM) || generation == Generation::Legacy && has(&COMMON_NAME);
    if matches!(level, Sponsored | Individual) && !named {
        out.tell(
            &rules::MISSING_ATTRIBUTE,
            location,
            "givenName, surname or pseudonym",
        );
    }
    if person && has(&PSEUDONYM) {
        out.add(&rules::NAME_AND_PSEUDONYM, location);
    }
}

/// BR 7.1.4.2.2 j to m: "SHALL only be used if".
fn dependencies(all: &[&Read<'_>], location: &str, out: &mut Findings) {
    let has = |oid: &ObjectIdentifier| all.iter().any(|read| read.oid == *oid);
    for (dependent, required) in [
        (STREET, &[LOCALITY, STATE][..]),
        (POSTAL_CODE, &[LOCALITY, STATE]),
        (STATE, &[COUNTRY]),
        (LOCALITY, &[COUNTRY]),
    ] {
        if has(&dependent) && !required.iter().any(has) {
            out.tell(
                &rules::DEPENDENT_ATTRIBUTE,
                location,
                &oid::display(&dependent),
            );
        }
    }
}

fn value(
    view: &View<'_>,
    profile: Profile,
    attribute: &Read<'_>,
    all: &[&Read<'_>],
    location: &str,
    out: &mut Findings,
) {
    let Some(text) = &attribute.text else {
        if attribute.oid != oid::EMAIL_ADDRESS {
            let oid = oid::display(&attribute.oid);
            out.tell(&rules::UNREAD_ATTRIBUTE, location, &oid);
        }
        return;
    };
    let in_alternative_name = view.addresses.contains(text);
    if attribute.oid != oid::EMAIL_ADDRESS && is_address(text) && !in_alternative_name {
        out.tell(&rules::ATTRIBUTE_ADDRESS_NOT_IN_SAN, location, text);
    }
    if !text.chars().any(is_significant) {
        out.tell(&rules::INSIGNIFICANT_VALUE, location, text);
    }
    if has_html_entity(text) {
        out.tell(&rules::HTML_ENTITY, location, text);
    }
    match attribute.oid {
        COUNTRY => {
            if text != "XX" && !organization::is_country(text) {
                out.tell(&rules::COUNTRY, location, text);
            }
            organization::same_country(all, text, location, out);
        }
        COMMON_NAME if !in_alternative_name && !names_subject(profile, text, all) => {
            out.tell(&rules::COMMON_NAME_SOURCE, location, text);
        }
        ORGANIZATION_ID => organization::check(attribute, text, location, out),
        _ => {}
    }
}

/// Whether a commonName that is no address is a name that the profile allows (BR 7.1.4.2.2 a). What personal names are
/// made of cannot be told: one is taken for granted where the name has its parts.
fn names_subject(profile: Profile, text: &str, all: &[&Read<'_>]) -> bool {
    let has = |oid: &ObjectIdentifier| all.iter().any(|read| read.oid == *oid);
    let is = |oid: &ObjectIdentifier| {
        let mut values = all.iter().filter(|read| read.oid == *oid);
        values.any(|read| read.text.as_deref() == Some(text))
    };
    match profile.level {
        ValidationLevel::Mailbox => false,
        ValidationLevel::Organization => is(&ORGANIZATION),
        ValidationLevel::Sponsored | ValidationLevel::Individual => {
            let legacy = profile.generation == Generation::Legacy;
            legacy && !has(&PSEUDONYM) || is(&PSEUDONYM) || has(&GIVEN_NAME) || has(&SURNAME)
        }
    }
}

/// Letters, numbers and symbols; of those beyond ASCII everything that is no punctuation, space or control.
fn is_significant(c: char) -> bool {
    match c {
        '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' => true,
        c if c.is_alphanumeric() => true,
        c if c.is_ascii() || c.is_whitespace() || c.is_control() => false,
        '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{ad}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}' => {
            false
        }
        '\u{300}'..='\u{36f}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3003}' => false,
        '\u{3008}'..='\u{3011}' | '\u{fe00}'..='\u{fe6f}' | '\u{feff}' => false,
        _ => true,
    }
}

/// Whether a reader of HTML would see another character for some of the text.
fn has_html_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|after| {
        if let Some(number) = after.strip_prefix('#') {
            return match number.strip_prefix(['x', 'X']) {
                Some(hex) => hex.starts_with(|c: char| c.is_ascii_hexdigit()),
                None => number.starts_with(|c: char| c.is_ascii_digit()),
            };
        }
        let is_name = |name: &str| {
            (2..=32).contains(&name.len())
                && name.bytes().all(|octet| octet.is_ascii_alphanumeric())
        };
        after.split_once(';').is_some_and(|(name, _)| is_name(name))
            || OPEN_ENTITIES.split(' ').any(|name| after.starts_with(name))
    })
}

/// Entities that HTML reads without a semicolon.
const OPEN_ENTITIES: &str = "AElig AMP Aacute Acirc Agrave Aring Atilde Auml COPY Ccedil ETH Eacute Ecirc Egrave Euml \
GT Iacute Icirc Igrave Iuml LT Ntilde Oacute Ocirc Ograve Oslash Otilde Ouml QUOT REG THORN Uacute Ucirc Ugrave Uuml \
Yacute aacute acirc acute aelig agrave amp aring atilde auml brvbar ccedil cedil cent copy curren deg divide eacute \
ecirc egrave eth euml frac12 frac14 frac34 gt iacute icirc iexcl igrave iquest iuml laquo lt macr micro middot nbsp \
not ntilde oacute ocirc ograve ordf ordm oslash otilde ouml para plusmn pound quot raquo reg sect shy sup1 sup2 sup3 \
szlig thorn times uacute ucirc ugrave uml uuml yacute yen yuml";

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const LOCALITY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.7");
const STATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.8");
const STREET: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.9");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const TITLE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.12");
const POSTAL_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.17");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");
const PSEUDONYM: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.65");
pub(super) const ORGANIZATION_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_say_nothing_are_told_from_those_that_do() {
        assert!("\u{5317}\u{4eac}".chars().any(is_significant));
        for empty in [".", "-", " ", "...", "\u{2014}", "(?)", "\u{a0}"] {
            assert!(!empty.chars().any(is_significant), "{empty}");
        }
    }

    #[test]
    fn entities_are_told_from_ampersands() {
        for text in ["R&amp;D", "R&ampD", "&#65;", "&#x41", "&lt;b", "&hellip;"] {
            assert!(has_html_entity(text), "{text}");
        }
        for text in ["R&D", "AT&T", "a & b; c", "&", "&#", "&#x", "&;"] {
            assert!(!has_html_entity(text), "{text}");
        }
    }
}
