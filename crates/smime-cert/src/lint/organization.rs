//! Identifiers of organizations (BR 7.1.4.2.2 d and Appendix A; ISO 17442).

use cms_core::ber::Tag;

use super::names::Read;
use super::subject::ORGANIZATION_ID;
use super::view::Findings;
use super::{Rule, rules};

/// `NTRUS+CA-12345678`: scheme, country, subdivision and reference.
struct Identifier<'a> {
    scheme: &'a str,
    country: &'a str,
    subdivision: Option<&'a str>,
    reference: Option<&'a str>,
}

impl<'a> Identifier<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_at_checked(3)?;
        let (country, rest) = rest.split_at_checked(2)?;
        let (place, reference) = match rest.split_once('-') {
            Some((place, reference)) => (place, Some(reference)),
            None => (rest, None),
        };
        let subdivision = match place.strip_prefix('+') {
            Some(subdivision) => Some(subdivision),
            None if place.is_empty() => None,
            None => return None,
        };
        let national = scheme.strip_suffix(':');
        let letters = national.unwrap_or(scheme);
        let fits = letters.bytes().all(|octet| octet.is_ascii_uppercase())
            && country.bytes().all(|octet| octet.is_ascii_alphabetic())
            && subdivision.is_none_or(|name| {
                (1..=3).contains(&name.len())
                    && name.bytes().all(|octet| octet.is_ascii_alphanumeric())
            })
            && reference.is_none_or(|reference| !reference.is_empty());
        fits.then_some(Self {
            scheme: letters,
            country,
            subdivision,
            reference,
        })
    }
}

/// Checks an organizationIdentifier.
pub(super) fn check(attribute: &Read<'_>, text: &str, location: &str, out: &mut Findings) {
    if let Some(lei_of) = text.strip_prefix("LEIXG-") {
        lei(lei_of, location, out);
    }
    if ![Tag::UTF8_STRING, Tag::PRINTABLE_STRING].contains(&attribute.value.tag()) {
        out.add(&rules::ORG_ID_ENCODING, location);
        return;
    }
    let Some(found) = Identifier::parse(text) else {
        out.tell(&rules::ORG_ID_FORMAT, location, text);
        return;
    };
    let country = found.country;
    let (countries, subdivisions, referenced) = match found.scheme {
        "NTR" => (is_country(country), true, true),
        "VAT" => (
            is_country(country) || ["EL", "XI"].contains(&country),
            false,
            true,
        ),
        "PSD" => (is_country(country), false, true),
        "LEI" => (country == "XG", false, true),
        "GOV" => (is_country(country), true, false),
        "INT" => (country == "XG", false, false),
        _ => {
            out.tell(&rules::ORG_ID_SCHEME, location, text);
            return;
        }
    };
    let broken: [(bool, &Rule); 4] = [
        (!countries, &rules::ORG_ID_COUNTRY),
        (
            !subdivisions && found.subdivision.is_some(),
            &rules::ORG_ID_STATE,
        ),
        (
            referenced && found.reference.is_none(),
            &rules::ORG_ID_REFERENCE,
        ),
        (
            !referenced && found.reference.is_some(),
            &rules::ORG_ID_NO_REFERENCE,
        ),
    ];
    let mut any = false;
    for (_, rule) in broken.iter().filter(|(broken, _)| *broken) {
        any = true;
        out.tell(rule, location, text);
    }
    if !any && found.scheme == "NTR" && country == "DE" && !is_german_euid(&found) {
        out.tell(&rules::ORG_ID_EUID, location, text);
    }
}

/// `DE` and a register, a full stop, and a number.
fn is_german_euid(found: &Identifier<'_>) -> bool {
    let reference = found
        .reference
        .and_then(|reference| reference.strip_prefix("DE"));
    let parts = reference.and_then(|rest| rest.rsplit_once('.'));
    found.subdivision.is_none()
        && parts.is_some_and(|(one, two)| !one.is_empty() && !two.is_empty())
}

/// Whether organizationIdentifier and countryName speak of one country.
pub(super) fn same_country(all: &[&Read<'_>], country: &str, location: &str, out: &mut Findings) {
    let identifiers = all.iter().filter(|read| read.oid == ORGANIZATION_ID);
    for text in identifiers.filter_map(|read| read.text.as_deref()) {
        if let Some(found) = Identifier::parse(text)
            && !["XG", country].contains(&found.country)
        {
            out.tell(&rules::ORG_ID_OTHER_COUNTRY, location, text);
        }
    }
}

/// Checks a legal entity identifier: 18 letters and digits, and two check digits (ISO 7064, MOD 97-10).
pub(super) fn lei(text: &str, location: &str, out: &mut Findings) {
    let fits = text.len() == 20
        && text
            .bytes()
            .all(|octet| octet.is_ascii_uppercase() || octet.is_ascii_digit())
        && text.bytes().skip(18).all(|octet| octet.is_ascii_digit());
    if !fits {
        out.tell(&rules::LEI_FORMAT, location, text);
        return;
    }
    let remainder = text
        .chars()
        .filter_map(|c| c.to_digit(36))
        .fold(0, |rest, digit| {
            let shift = if digit > 9 { 100 } else { 10 };
            (rest * shift + digit) % 97
        });
    if remainder != 1 {
        out.tell(&rules::LEI_CHECKSUM, location, text);
    }
}

/// Whether a code is one of ISO 3166-1 alpha-2.
pub(super) fn is_country(code: &str) -> bool {
    COUNTRIES.split(' ').any(|known| known == code)
}

const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS \
IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA \
RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT \
TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_of_the_form_of_the_requirements() {
        for text in [
            "NTRGB-12345678",
            "NTRUS+CA-12345678",
            "PSDBE-NBB-1234.567.890",
            "GOVUS+CA",
            "INTXG",
        ] {
            assert!(Identifier::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "NTR",
            "NTRGB12345678",
            "ntrGB-1",
            "NTRG1-1",
            "NTRUS+-1",
            "NTRUS+CALI-1",
            "NTRGB-",
            "\u{e4}\u{f6}NTR",
        ] {
            assert!(Identifier::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn check_digits_are_checked() {
        let codes = |text: &str| {
            let mut out = Findings::default();
            lei(text, "", &mut out);
            out.into_sorted()
                .iter()
                .map(|finding| finding.code)
                .collect::<alloc::vec::Vec<_>>()
        };
        assert!(codes("529900T8BM49AURSDO55").is_empty());
        assert_eq!(
            codes("529900T8BM49AURSDO56"),
            ["iso.lei.invalid_lei_checksum"]
        );
        for text in [
            "",
            "529900T8BM49AURSDO5",
            "529900t8bm49aursdo55",
            "529900T8BM49AURSDOA5",
        ] {
            assert_eq!(codes(text), ["iso.lei.invalid_lei_format"], "{text}");
        }
    }
}
