//! Public keys and the algorithms of signatures (BR 6.1.5, 6.1.6, 7.1.3; RFC 8550, 4.3).

use alloc::string::ToString as _;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier, oid};

use super::rules;
use super::view::{Findings, View};

const SPKI: &str = "tbsCertificate.subjectPublicKeyInfo";

/// Kinds of keys, by what they can be used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum KeyKind {
    Rsa,
    Ec,
    EdwardsAgreement,
    EdwardsSignature,
    HashMlDsa,
    HashSlhDsa,
    MlDsa,
    MlKem,
    SlhDsa,
    Other,
}

impl KeyKind {
    pub(super) fn of(oid: &ObjectIdentifier) -> Self {
        let text = oid.to_string();
        let arc = |prefix: &str| {
            text.strip_prefix(prefix)
                .and_then(|arc| arc.parse::<u8>().ok())
        };
        if *oid == oid::RSA_ENCRYPTION {
            return Self::Rsa;
        }
        if *oid == oid::EC_PUBLIC_KEY {
            return Self::Ec;
        }
        match (
            arc("1.3.101."),
            arc("2.16.840.1.101.3.4.3."),
            arc("2.16.840.1.101.3.4.4."),
        ) {
            (Some(110 | 111), ..) => Self::EdwardsAgreement,
            (Some(112 | 113), ..) => Self::EdwardsSignature,
            (_, Some(17..=19), _) => Self::MlDsa,
            (_, Some(20..=31), _) => Self::SlhDsa,
            (_, Some(32..=34), _) => Self::HashMlDsa,
            (_, Some(35..=46), _) => Self::HashSlhDsa,
            (.., Some(1..=3)) => Self::MlKem,
            _ => Self::Other,
        }
    }
}

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    let signature = view.certificate.tbs_signature_algorithm();
    let name = signature.oid.to_string();
    if HISTORIC_SIGNATURES.contains(&name.as_str()) || is_pss_with_sha1(signature) {
        let location = "tbsCertificate.signature";
        out.tell(&rules::HISTORIC_SIGNATURE, location, &signature.name());
    }
    if view.profile.is_some() {
        let algorithm = view.certificate.tbs_signature_algorithm().to_der();
        if !listed(&algorithm, SIGNATURE_ALGORITHMS) {
            out.tell(
                &rules::SIGNATURE_ALGORITHM,
                "tbsCertificate.signature",
                &view.certificate.signature_algorithm().name(),
            );
        }
    }
    let Some(spki) = &view.spki else {
        out.add(&rules::INVALID_SYNTAX, SPKI);
        return;
    };
    if view.profile.is_some() && !listed(&spki.algorithm.to_der(), KEY_ALGORITHMS) {
        out.tell(&rules::SPKI_ALGORITHM, SPKI, &spki.algorithm.name());
    }
    draft(&spki.algorithm.oid, out);
    match KeyKind::of(&spki.algorithm.oid) {
        KeyKind::Rsa => {
            if let Err(error) = rsa(view, &spki.key, out) {
                out.malformed(SPKI, &error);
            }
        }
        KeyKind::Ec if view.profile.is_some() && !is_point(spki) => out.add(&rules::EC_KEY, SPKI),
        KeyKind::HashMlDsa if view.is_ca => out.add(&rules::HASH_ML_DSA_CA, SPKI),
        KeyKind::HashSlhDsa if view.is_ca => out.add(&rules::HASH_SLH_DSA_CA, SPKI),
        KeyKind::Other if spki.algorithm.oid == oid::DSA => dsa(spki, out),
        _ => {}
    }
}

fn listed(octets: &[u8], list: &[&str]) -> bool {
    let hex: alloc::string::String = octets
        .iter()
        .map(|octet| alloc::format!("{octet:02x}"))
        .collect();
    list.contains(&hex.as_str())
}

/// RSASSA-PSS whose parameters do not say which hash: the default is SHA-1 (RFC 4055, 3.1).
fn is_pss_with_sha1(algorithm: &AlgorithmIdentifier) -> bool {
    let no_hash = || {
        let parameters = algorithm.parameters.as_deref().unwrap_or(&[0x30, 0]);
        let mut fields = Cursor::single(parameters, 0)?.children();
        fields.optional(Tag::context(0)).map(|hash| hash.is_none())
    };
    algorithm.oid == oid::RSASSA_PSS && no_hash() == Ok(true)
}

/// Bits of an unsigned number.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    match number.get(zeros..) {
        Some([first, rest @ ..]) => {
            rest.len() * 8 + 8 - usize::try_from(first.leading_zeros()).unwrap_or(0)
        }
        _ => 0,
    }
}

/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 8017, A.1.1).
fn rsa(view: &View<'_>, key: &[u8], out: &mut Findings) -> Result<(), DecodeError> {
    let mut fields = Cursor::single(key, 0)?.children();
    let modulus = magnitude(&fields.expect(Tag::INTEGER)?)?;
    let exponent = fields.expect(Tag::INTEGER)?;
    let negative = exponent
        .contents()
        .first()
        .is_some_and(|first| *first >= 0x80);
    let exponent = match negative {
        true => Vec::new(),
        false => magnitude(&exponent)?,
    };
    fields.finish()?;
    let length = bits(&modulus);
    let told = alloc::format!("{length} bits");
    if length < 2048 {
        out.tell(&rules::WEAK_KEY, SPKI, &told);
    }
    if view.profile.is_none() {
        return Ok(());
    }
    if length < 2048 || !length.is_multiple_of(8) {
        out.tell(&rules::RSA_LENGTH, SPKI, &told);
    }
    if ![2048, 3072, 4096].contains(&length) {
        out.tell(&rules::GMAIL_RSA_LENGTH, SPKI, &told);
    }
    if let Some(prime) = small_factor(&modulus) {
        out.tell(&rules::RSA_SMALL_FACTOR, SPKI, &prime.to_string());
    }
    let even = exponent.last().is_none_or(|last| last % 2 == 0);
    if even || bits(&exponent) < 2 {
        out.add(&rules::RSA_EXPONENT, SPKI);
    }
    if bits(&exponent) < 17 || exponent.ends_with(&[1, 0, 0]) || bits(&exponent) > 256 {
        out.add(&rules::RSA_EXPONENT_RANGE, SPKI);
    }
    Ok(())
}

/// An INTEGER without its sign.
fn magnitude(element: &Element<'_>) -> Result<Vec<u8>, DecodeError> {
    let contents = element.contents();
    match contents {
        [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => {
            let kind = DecodeErrorKind::BadValue("no INTEGER in its shortest form");
            return Err(DecodeError::at(kind, element.offset()));
        }
        [0..=0x7f, ..] => return Ok(contents.to_vec()),
        _ => {}
    }
    let mut carry = true;
    let mut out: Vec<_> = contents
        .iter()
        .rev()
        .map(|octet| {
            let (sum, overflow) = (!octet).overflowing_add(u8::from(carry));
            carry = overflow;
            sum
        })
        .collect();
    out.reverse();
    Ok(out)
}

/// A prime below 752 that divides the number.
fn small_factor(number: &[u8]) -> Option<u32> {
    let is_prime = |number: &u32| {
        (2..*number)
            .take_while(|d| d * d <= *number)
            .all(|d| !number.is_multiple_of(d))
    };
    let remainder = |divisor: u32| {
        number
            .iter()
            .fold(0, |rest, octet| (rest * 256 + u32::from(*octet)) % divisor)
    };
    (2..752)
        .filter(is_prime)
        .find(|prime| remainder(*prime) == 0)
}

/// The p of Dss-Parms (RFC 3279, 2.3.2).
fn dsa(spki: &SubjectPublicKeyInfo, out: &mut Findings) {
    let parameters = spki.algorithm.parameters.as_deref().unwrap_or_default();
    let prime = Cursor::single(parameters, 0).and_then(|parameters| {
        parameters
            .children()
            .expect(Tag::INTEGER)
            .map(|prime| bits(prime.contents()))
    });
    if let Ok(length) = prime
        && length < 2048
    {
        out.tell(&rules::WEAK_KEY, SPKI, &alloc::format!("{length} bits"));
    }
}

/// Whether the key has the length and form of a point on the NIST curve that it names.
fn is_point(spki: &SubjectPublicKeyInfo) -> bool {
    let parameters = spki.algorithm.parameters.as_deref().unwrap_or_default();
    let curve = Cursor::single(parameters, 0).and_then(|curve| curve.oid());
    let Ok(curve) = curve else {
        return false;
    };
    let length = match curve {
        P256 => 32,
        P384 => 48,
        P521 => 66,
        _ => return false,
    };
    match spki.key.first() {
        Some(4) => spki.key.len() == 1 + 2 * length,
        Some(2 | 3) => spki.key.len() == 1 + length,
        _ => false,
    }
}

/// Identifiers that algorithms had before they were standards.
fn draft(oid: &ObjectIdentifier, out: &mut Findings) {
    let text = oid.to_string();
    if DRAFTS.contains(&text.as_str()) {
        out.tell(&rules::DRAFT_KEY, SPKI, &text);
    } else if CANDIDATES.contains(&text.as_str()) {
        out.tell(&rules::CANDIDATE_KEY, SPKI, &text);
    }
}

const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// With MD2, MD5 and SHA-1: RSA (RFC 3279, 2.2.1; OIW), DSA and ECDSA.
const HISTORIC_SIGNATURES: &[&str] = &[
    "1.2.840.113549.1.1.2",
    "1.2.840.113549.1.1.4",
    "1.2.840.113549.1.1.5",
    "1.3.14.3.2.29",
    "1.2.840.10040.4.3",
    "1.2.840.10045.4.1",
];

/// BR 7.1.3.1: "byte-for-byte identical".
const KEY_ALGORITHMS: &[&str] = &[
    "300d06092a864886f70d0101010500",
    "301306072a8648ce3d020106082a8648ce3d030107",
    "301006072a8648ce3d020106052b81040022",
    "300506032b6570",
    "300506032b6571",
    "300b0609608648016503040311",
    "300b0609608648016503040312",
    "300b0609608648016503040313",
    "300b0609608648016503040401",
    "300b0609608648016503040402",
    "300b0609608648016503040403",
];

/// BR 7.1.3.2: "byte-for-byte identical".
const SIGNATURE_ALGORITHMS: &[&str] = &[
    "300d06092a864886f70d01010b0500",
    "300d06092a864886f70d01010c0500",
    "300d06092a864886f70d01010d0500",
    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d0609608648016503\
     0402010500a203020120",
    "304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d0609608648016503\
     0402020500a203020130",
    "304106092a864886f70d01010a3034a00f300d06096086480165030402030500a11c301a06092a864886f70d010108300d0609608648016503\
     0402030500a203020140",
    "300a06082a8648ce3d040302",
    "300a06082a8648ce3d040303",
    "300506032b6570",
    "300506032b6571",
    "300b0609608648016503040311",
    "300b0609608648016503040312",
    "300b0609608648016503040313",
];

/// Of the drafts of FIPS 203, 204 and 205.
const DRAFTS: &[&str] = &[
    "1.3.6.1.4.1.2.267.12.4.4",
    "1.3.6.1.4.1.2.267.12.6.5",
    "1.3.6.1.4.1.2.267.12.8.7",
    "1.3.9999.6.4.16",
    "1.3.9999.6.7.16",
    "1.3.9999.6.4.13",
    "1.3.9999.6.7.13",
    "1.3.9999.6.5.12",
    "1.3.9999.6.8.12",
    "1.3.9999.6.5.10",
    "1.3.9999.6.8.10",
    "1.3.9999.6.6.12",
    "1.3.9999.6.9.12",
    "1.3.9999.6.6.10",
    "1.3.9999.6.9.10",
    "1.3.6.1.4.1.22554.5.6.1",
    "1.3.6.1.4.1.22554.5.6.2",
    "1.3.6.1.4.1.22554.5.6.3",
];

/// Of the candidates of the third round.
const CANDIDATES: &[&str] = &[
    "1.3.6.1.4.1.2.267.7.4.4",
    "1.3.6.1.4.1.2.267.7.6.5",
    "1.3.6.1.4.1.2.267.7.8.7",
    "1.3.6.1.4.1.2.267.11.4.4",
    "1.3.6.1.4.1.2.267.11.6.5",
    "1.3.6.1.4.1.2.267.11.8.7",
    "1.3.9999.3.1",
    "1.3.9999.3.4",
    "1.3.9999.6.4.1",
    "1.3.9999.6.4.4",
    "1.3.9999.6.4.7",
    "1.3.9999.6.4.10",
    "1.3.9999.6.5.1",
    "1.3.9999.6.5.3",
    "1.3.9999.6.5.5",
    "1.3.9999.6.5.7",
    "1.3.9999.6.6.1",
    "1.3.9999.6.6.3",
    "1.3.9999.6.6.5",
    "1.3.9999.6.6.7",
    "1.3.6.1.4.1.22554.5.6.4",
    "1.3.6.1.4.1.22554.5.6.5",
    "1.3.6.1.4.1.22554.5.6.6",
];
