//! The ASN.1 types that identifiers call for: those of extensions, parameters of algorithms, and public keys.

use alloc::string::ToString as _;

use cms_core::ObjectIdentifier;
use cms_core::ber::{Cursor, Tag};

use super::keys::KeyKind;
use super::rules;
use super::view::{Findings, View, extension_at};

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    for (index, extension) in view.certificate.extensions().iter().enumerate() {
        let Some((_, tag)) = EXTENSIONS
            .iter()
            .find(|(oid, _)| extension.oid.to_string() == *oid)
        else {
            continue;
        };
        let found = Cursor::single(&extension.value, 0).and_then(|element| {
            let mut children = element.children();
            while element.tag() == Tag::SEQUENCE && !children.is_empty() {
                children.element()?;
            }
            Ok(element.tag())
        });
        match found {
            Ok(found) if found == *tag => {}
            Ok(_) => out.add(&rules::INVALID_SYNTAX, &extension_at(index)),
            Err(error) => out.malformed(&extension_at(index), &error),
        }
    }
    let signature = view.certificate.tbs_signature_algorithm();
    let parameters = signature.parameters.as_deref();
    if !has_type(parameters, Parameters::of_signature(&signature.oid)) {
        let location = "tbsCertificate.signature";
        out.tell(&rules::INVALID_SYNTAX, location, "parameters");
    }
    if let Some(spki) = &view.spki {
        let location = "tbsCertificate.subjectPublicKeyInfo";
        let parameters = spki.algorithm.parameters.as_deref();
        let kind = KeyKind::of(&spki.algorithm.oid);
        if !has_type(parameters, Parameters::of_key(kind)) {
            out.tell(&rules::INVALID_SYNTAX, location, "parameters");
        }
        if key_length(&spki.algorithm.oid).is_some_and(|length| length != spki.key.len()) {
            out.tell(&rules::INVALID_SYNTAX, location, "length of the key");
        }
    }
}

/// What stands in an AlgorithmIdentifier beside the identifier.
#[derive(Clone, Copy)]
enum Parameters {
    Absent,
    Any,
    Null,
    Oid,
    Sequence,
}

impl Parameters {
    /// RFC 3279, 2.2; RFC 4055, 3.1 and 5; RFC 5758, 3; RFC 8410, 3; RFC 9881, 2; RFC 9909, 3.
    fn of_signature(oid: &ObjectIdentifier) -> Self {
        match oid.to_string().as_str() {
            "1.2.840.113549.1.1.10" => Self::Sequence,
            "1.2.840.113549.1.1.2" | "1.2.840.113549.1.1.4" | "1.2.840.113549.1.1.5" => Self::Null,
            text if ["11", "12", "13", "14"]
                .iter()
                .any(|arc| text.strip_prefix("1.2.840.113549.1.1.") == Some(arc)) =>
            {
                Self::Null
            }
            "1.2.840.10040.4.3" | "1.2.840.10045.4.1" => Self::Absent,
            text if text.starts_with("1.2.840.10045.4.3.") => Self::Absent,
            _ => match KeyKind::of(oid) {
                KeyKind::Rsa | KeyKind::Ec | KeyKind::MlKem | KeyKind::Other => Self::Any,
                _ => Self::Absent,
            },
        }
    }

    /// RFC 3279, 2.3.1; RFC 5480, 2.1.1; RFC 8410, 3; RFC 9881, 4; RFC 9909, 4; RFC 9935, 4.
    fn of_key(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Rsa => Self::Null,
            KeyKind::Ec => Self::Oid,
            KeyKind::Other => Self::Any,
            _ => Self::Absent,
        }
    }
}

fn has_type(parameters: Option<&[u8]>, wanted: Parameters) -> bool {
    let tag = parameters.map(|octets| Cursor::single(octets, 0).map(|element| element.tag()));
    match wanted {
        Parameters::Absent => tag.is_none(),
        Parameters::Any => true,
        Parameters::Null => parameters == Some(&[5, 0]),
        Parameters::Oid => tag == Some(Ok(Tag::OBJECT_IDENTIFIER)),
        Parameters::Sequence => tag == Some(Ok(Tag::SEQUENCE)),
    }
}

/// Octets of a public key that can have no other number of them (FIPS 203, table 3; FIPS 204, table 2; FIPS 205,
/// table 2).
fn key_length(oid: &ObjectIdentifier) -> Option<usize> {
    let text = oid.to_string();
    let arc = |prefix: &str| text.strip_prefix(prefix)?.parse::<u8>().ok();
    match (arc("2.16.840.1.101.3.4.4."), arc("2.16.840.1.101.3.4.3.")) {
        (Some(1), _) => Some(800),
        (Some(2), _) => Some(1184),
        (Some(3), _) => Some(1568),
        (_, Some(17 | 32)) => Some(1312),
        (_, Some(18 | 33)) => Some(1952),
        (_, Some(19 | 34)) => Some(2592),
        (_, Some(20 | 21 | 26 | 27 | 35 | 36 | 41 | 42)) => Some(32),
        (_, Some(22 | 23 | 28 | 29 | 37 | 38 | 43 | 44)) => Some(48),
        (_, Some(24 | 25 | 30 | 31 | 39 | 40 | 45 | 46)) => Some(64),
        _ => None,
    }
}

/// Extensions that no other check reads, and the tags of their values.
const EXTENSIONS: &[(&str, Tag)] = &[
    // subjectDirectoryAttributes, privateKeyUsagePeriod, policyMappings, policyConstraints, inhibitAnyPolicy,
    // freshestCRL
    ("2.5.29.9", Tag::SEQUENCE),
    ("2.5.29.16", Tag::SEQUENCE),
    ("2.5.29.33", Tag::SEQUENCE),
    ("2.5.29.36", Tag::SEQUENCE),
    ("2.5.29.54", Tag::INTEGER),
    ("2.5.29.46", Tag::SEQUENCE),
    // subjectInfoAccess, biometricInfo
    ("1.3.6.1.5.5.7.1.11", Tag::SEQUENCE),
    ("1.3.6.1.5.5.7.1.2", Tag::SEQUENCE),
    // id-pkix-ocsp-nocheck, smimeCapabilities, the poison of precertificates
    ("1.3.6.1.5.5.7.48.1.5", Tag::NULL),
    ("1.2.840.113549.1.9.15", Tag::SEQUENCE),
    ("1.3.6.1.4.1.11129.2.4.3", Tag::NULL),
];
