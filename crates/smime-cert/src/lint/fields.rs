//! The fields of TBSCertificate other than names, key and extensions (RFC 5280, 4.1), and the period of validity.

use cms_core::DecodeError;
use cms_core::ber::{Cursor, Element, Tag, is_der};
use cms_core::types::Time;

use super::rules;
use super::view::{Findings, View};
use super::{Generation, Profile};

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    let certificate = view.certificate;
    if !is_der(certificate.octets()) {
        out.add(&rules::NOT_DER, "certificate");
    }
    if certificate.version() != 2 {
        out.add(&rules::VERSION, "tbsCertificate.version");
    }
    if !is_serial(certificate.serial()) {
        out.add(&rules::SERIAL, "tbsCertificate.serialNumber");
    }
    let outer = certificate.signature_algorithm();
    if outer.to_der() != certificate.tbs_signature_algorithm().to_der() {
        out.add(&rules::ALGORITHM_MISMATCH, "signatureAlgorithm");
    }
    // The certificate was read, so its fields can be read again.
    if let Err(error) = walk(certificate.tbs(), out) {
        out.malformed("tbsCertificate", &error);
    }
    let (start, end) = (certificate.not_before(), certificate.not_after());
    if start > end {
        out.add(&rules::NEGATIVE_VALIDITY, "tbsCertificate.validity");
    }
    if let Some(profile) = view.profile {
        period(profile, start, end, out);
    }
}

/// Positive, and no longer than 20 octets.
pub(super) fn is_serial(contents: &[u8]) -> bool {
    let negative = contents.first().is_none_or(|first| *first >= 0x80);
    let zeros = contents.iter().take_while(|octet| **octet == 0).count();
    let digits = contents.get(zeros..).unwrap_or_default();
    let octets = match digits.first() {
        Some(first) => digits.len() + usize::from(*first >= 0x80),
        None => return false,
    };
    !negative && octets <= 20
}

fn walk(tbs: &[u8], out: &mut Findings) -> Result<(), DecodeError> {
    let mut fields = Cursor::single(tbs, 0)?.children();
    fields.optional(Tag::context(0))?;
    fields.expect(Tag::INTEGER)?;
    fields.expect(Tag::SEQUENCE)?;
    fields.expect(Tag::SEQUENCE)?;
    let mut validity = fields.expect(Tag::SEQUENCE)?.children();
    time(
        &validity.element()?,
        "tbsCertificate.validity.notBefore",
        out,
    );
    time(
        &validity.element()?,
        "tbsCertificate.validity.notAfter",
        out,
    );
    validity.finish()?;
    fields.expect(Tag::SEQUENCE)?;
    fields.expect(Tag::SEQUENCE)?;
    if fields.optional(Tag::context(1))?.is_some() {
        out.add(&rules::ISSUER_UNIQUE_ID, "tbsCertificate.issuerUniqueID");
    }
    if fields.optional(Tag::context(2))?.is_some() {
        out.add(&rules::SUBJECT_UNIQUE_ID, "tbsCertificate.subjectUniqueID");
    }
    Ok(())
}

fn time(element: &Element<'_>, location: &str, out: &mut Findings) {
    let text = element.contents();
    let is_utc = element.tag() == Tag::UTC_TIME;
    let digits = if is_utc { 12 } else { 14 };
    let fits = text
        .split_last()
        .is_some_and(|(last, rest)| *last == b'Z' && rest.iter().all(u8::is_ascii_digit))
        && text.len() == digits + 1;
    if !fits {
        let rule = if is_utc {
            &rules::UTC_TIME
        } else {
            &rules::GENERALIZED_TIME
        };
        out.add(rule, location);
        out.add(&rules::TIME, "tbsCertificate.validity");
    } else if let Ok(time) = Time::decode(element)
        && !is_utc
        && (1950..2050).contains(&time.civil().0)
    {
        out.add(&rules::TIME_TYPE, location);
    }
}

/// The period of validity counts its last second (BR 1.6.1, Validity Period).
fn period(profile: Profile, start: Time, end: Time, out: &mut Findings) {
    const DAY: i64 = 86_400;
    let (days, rule) = match profile.generation {
        Generation::Legacy => (1185, &rules::VALIDITY_LEGACY),
        _ => (825, &rules::VALIDITY),
    };
    let location = "tbsCertificate.validity";
    let limit = start.plus(days * DAY);
    let after = end.plus(1);
    if after > limit {
        out.add(rule, location);
    } else if after == limit {
        out.add(&rules::VALIDITY_AT_MAXIMUM, location);
    }
    let (year, month, day, ..) = start.civil();
    if profile.generation == Generation::Legacy && (year, month, day) >= (2025, 7, 15) {
        out.add(&rules::LEGACY_SUNSET, location);
    }
}
