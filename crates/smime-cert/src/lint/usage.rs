//! basicConstraints, keyUsage and extKeyUsage (RFC 5280, 4.2.1.3, 4.2.1.9, 4.2.1.12; RFC 8550, 4.4; BR 7.1.2.3).

use alloc::string::ToString as _;
use alloc::vec::Vec;

use cms_core::ber::{Element, Tag};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier, oid};

use super::keys::KeyKind;
use super::rules;
use super::view::{Findings, View, extension_at};
use super::{Generation, Rule};
use crate::extension::{ids, sequence};

pub(super) fn check(view: &View<'_>, out: &mut Findings) {
    constraints(view, out);
    for (location, usage) in view.read_each(ids::KEY_USAGE, out, KeyUsage::decode) {
        key_usage(view, usage, &location, out);
        if view.profile.is_some() {
            baseline_key_usage(view, usage, &location, out);
        }
    }
    purposes(view, out);
}

/// ```text
/// BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }
/// ```
fn constraints(view: &View<'_>, out: &mut Findings) {
    let read = |element: &Element<'_>| {
        let mut fields = sequence(element)?;
        let ca = fields
            .optional(Tag::BOOLEAN)?
            .map(|ca| ca.boolean())
            .transpose()?;
        let length = fields.optional(Tag::INTEGER)?;
        fields.finish()?;
        Ok((ca == Some(true), length.is_some()))
    };
    for (location, (ca, length)) in view.read_each(ids::BASIC_CONSTRAINTS, out, read) {
        if length && !ca {
            out.add(&rules::BASIC_CONSTRAINTS_PATHLEN, &location);
        }
        if ca && view.profile.is_some() {
            out.add(&rules::IS_CA, &location);
        }
        if !ca {
            out.add(&rules::CONSTRAINTS_IN_EE, &location);
        }
    }
    if view.is_ca {
        for (location, extension) in view.each(ids::BASIC_CONSTRAINTS) {
            if !extension.critical {
                out.add(&rules::BASIC_CONSTRAINTS_NOT_CRITICAL, &location);
            }
        }
    }
}

/// The bits of keyUsage, the first as the lowest.
///
/// ```text
/// KeyUsage ::= BIT STRING { digitalSignature (0), nonRepudiation (1), keyEncipherment (2), dataEncipherment (3),
///   keyAgreement (4), keyCertSign (5), cRLSign (6), encipherOnly (7), decipherOnly (8) }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct KeyUsage(u16);

impl KeyUsage {
    const SIGNATURE: u16 = 1;
    const NON_REPUDIATION: u16 = 1 << 1;
    const KEY_ENCIPHERMENT: u16 = 1 << 2;
    const DATA_ENCIPHERMENT: u16 = 1 << 3;
    const KEY_AGREEMENT: u16 = 1 << 4;
    const CERT_SIGN: u16 = 1 << 5;
    const CRL_SIGN: u16 = 1 << 6;
    const ENCIPHER_ONLY: u16 = 1 << 7;
    const DECIPHER_ONLY: u16 = 1 << 8;
    const ALL: u16 = (1 << 9) - 1;
    const SIGNATURES: u16 = Self::SIGNATURE | Self::NON_REPUDIATION;
    const SIGNING: u16 = Self::SIGNATURES | Self::CERT_SIGN | Self::CRL_SIGN;
    const AGREEING: u16 = Self::KEY_AGREEMENT | Self::ENCIPHER_ONLY | Self::DECIPHER_ONLY;

    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let octets = match element.contents().split_first() {
            Some((unused, octets)) if element.tag() == Tag::BIT_STRING && *unused < 8 => octets,
            _ => {
                return Err(DecodeError::at(
                    DecodeErrorKind::BadBitString,
                    element.offset(),
                ));
            }
        };
        // X.690, 11.2.2: no zero bits at the end, where the bits have names.
        let unused = element.contents().first().copied().unwrap_or_default();
        let ends_with_one = match octets.last() {
            Some(last) => last.trailing_zeros() == u32::from(unused),
            None => unused == 0,
        };
        if !ends_with_one {
            return Err(DecodeError::at(
                DecodeErrorKind::BadBitString,
                element.offset(),
            ));
        }
        let first = octets.first().copied().unwrap_or_default().reverse_bits();
        let second = octets.get(1).copied().unwrap_or_default().reverse_bits();
        Ok(Self(
            (u16::from(second) << 8 | u16::from(first)) & Self::ALL,
        ))
    }

    fn has(self, bits: u16) -> bool {
        self.0 & bits != 0
    }

    /// Names of the bits that are set beyond those.
    fn beyond(self, allowed: u16) -> Option<alloc::string::String> {
        const NAMES: [&str; 9] = [
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly",
        ];
        let names: Vec<_> = NAMES
            .iter()
            .enumerate()
            .filter(|(bit, _)| self.has(1 << bit & !allowed))
            .map(|(_, name)| *name)
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

fn key_usage(view: &View<'_>, usage: KeyUsage, location: &str, out: &mut Findings) {
    if usage == KeyUsage(0) {
        out.add(&rules::NO_KEY_USAGE_BITS, location);
    } else if view.is_ca && !usage.has(KeyUsage::CERT_SIGN) {
        out.add(&rules::CA_WITHOUT_CERT_SIGN, location);
    } else if !view.is_ca && usage.has(KeyUsage::CERT_SIGN) {
        out.add(&rules::EE_WITH_CERT_SIGN, location);
    }
    if usage.has(KeyUsage::ENCIPHER_ONLY) && usage.has(KeyUsage::DECIPHER_ONLY) {
        out.add(&rules::ENCIPHER_AND_DECIPHER_ONLY, location);
    }
    // rfc8550:4.4.2: signing wants digitalSignature or nonRepudiation, encryption keyEncipherment or keyAgreement.
    let mail = KeyUsage::SIGNATURES | KeyUsage::KEY_ENCIPHERMENT | KeyUsage::KEY_AGREEMENT;
    if !view.is_ca && !usage.has(mail) {
        out.add(&rules::NO_SMIME_KEY_USAGE, location);
    }
    let Some(spki) = &view.spki else {
        return;
    };
    let kind = KeyKind::of(&spki.algorithm.oid);
    let (allowed, rule): (u16, &Rule) = match kind {
        KeyKind::Rsa => (KeyUsage::ALL & !KeyUsage::KEY_AGREEMENT, &rules::USAGE_RSA),
        KeyKind::Ec => {
            let encipherment = KeyUsage::KEY_ENCIPHERMENT | KeyUsage::DATA_ENCIPHERMENT;
            (KeyUsage::ALL & !encipherment, &rules::USAGE_EC)
        }
        KeyKind::EdwardsAgreement => (KeyUsage::AGREEING, &rules::USAGE_EDWARDS),
        KeyKind::EdwardsSignature => (KeyUsage::SIGNING, &rules::USAGE_EDWARDS),
        KeyKind::MlDsa => (KeyUsage::SIGNING, &rules::USAGE_ML_DSA),
        KeyKind::HashMlDsa => (KeyUsage::SIGNATURES, &rules::USAGE_HASH_ML_DSA),
        KeyKind::SlhDsa => (KeyUsage::SIGNING, &rules::USAGE_SLH_DSA),
        KeyKind::HashSlhDsa => (KeyUsage::SIGNATURES, &rules::USAGE_HASH_SLH_DSA),
        KeyKind::MlKem => (KeyUsage::KEY_ENCIPHERMENT, &rules::USAGE_ML_KEM),
        KeyKind::Other => {
            out.tell(&rules::USAGE_UNKNOWN_KEY, location, &spki.algorithm.name());
            return;
        }
    };
    if let Some(names) = usage.beyond(allowed) {
        out.tell(rule, location, &names);
    } else if kind == KeyKind::EdwardsAgreement && !usage.has(KeyUsage::KEY_AGREEMENT) {
        out.add(&rules::USAGE_EDWARDS_MISSING, location);
    }
}

/// What may stand beside digitalSignature, and beside the bit for the management of keys (BR 7.1.2.3 e).
fn baseline_key_usage(view: &View<'_>, usage: KeyUsage, location: &str, out: &mut Findings) {
    let (Some(spki), Some(profile)) = (&view.spki, view.profile) else {
        return;
    };
    let signing = (KeyUsage::SIGNATURE, KeyUsage::SIGNATURES);
    let none = (0, 0);
    let (signing, management) = match KeyKind::of(&spki.algorithm.oid) {
        KeyKind::Rsa if profile.generation == Generation::Strict => (
            signing,
            (KeyUsage::KEY_ENCIPHERMENT, KeyUsage::KEY_ENCIPHERMENT),
        ),
        KeyKind::Rsa => {
            let all = KeyUsage::KEY_ENCIPHERMENT | KeyUsage::DATA_ENCIPHERMENT;
            (signing, (KeyUsage::KEY_ENCIPHERMENT, all))
        }
        KeyKind::Ec => (signing, (KeyUsage::KEY_AGREEMENT, KeyUsage::AGREEING)),
        KeyKind::EdwardsSignature | KeyKind::MlDsa => (signing, none),
        KeyKind::MlKem => (
            none,
            (KeyUsage::KEY_ENCIPHERMENT, KeyUsage::KEY_ENCIPHERMENT),
        ),
        _ => {
            out.tell(&rules::UNSUPPORTED_KEY, location, &spki.algorithm.name());
            return;
        }
    };
    let uses = [signing, management]
        .into_iter()
        .filter(|(required, _)| usage.has(*required));
    let allowed = uses
        .map(|(_, allowed)| allowed)
        .fold(0, |all, bits| all | bits);
    if allowed == 0 {
        out.add(&rules::UNKNOWN_KEY_USAGE, location);
    } else if let Some(names) = usage.beyond(allowed) {
        out.tell(&rules::PROHIBITED_KEY_USAGE, location, &names);
    }
}

/// ```text
/// ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId
/// ```
fn purposes(view: &View<'_>, out: &mut Findings) {
    let read = |element: &Element<'_>| {
        let mut list = sequence(element)?;
        let mut found = Vec::new();
        while !list.is_empty() {
            found.push(list.expect(Tag::OBJECT_IDENTIFIER)?.oid()?);
        }
        if found.is_empty() {
            let kind = DecodeErrorKind::Missing("KeyPurposeId");
            return Err(DecodeError::at(kind, element.offset()));
        }
        Ok(found)
    };
    for (location, purposes) in view.read_each(ids::EXT_KEY_USAGE, out, read) {
        let has = |purpose: &ObjectIdentifier| purposes.contains(purpose);
        let mail = has(&ids::EMAIL_PROTECTION);
        if !view.is_ca && !mail && !has(&ids::ANY_EXTENDED_KEY_USAGE) {
            out.add(&rules::NO_SMIME_PURPOSE, &location);
        }
        let critical = view.certificate.extensions().iter().enumerate();
        let critical = critical
            .filter(|(index, _)| extension_at(*index) == location)
            .any(|(_, extension)| extension.critical);
        if !view.is_ca && has(&TIME_STAMPING) && !critical {
            out.add(&rules::TIME_STAMPING_NOT_CRITICAL, &location);
        }
        let Some(profile) = view.profile else {
            continue;
        };
        if !mail {
            out.add(&rules::EMAIL_PROTECTION_MISSING, &location);
        }
        let strict = profile.generation == Generation::Strict;
        let prohibited: Vec<_> = purposes
            .iter()
            .filter(|purpose| {
                let listed = PROHIBITED_PURPOSES.contains(purpose);
                **purpose != ids::EMAIL_PROTECTION && (strict || listed)
            })
            .map(oid::display)
            .collect();
        if !prohibited.is_empty() {
            out.tell(
                &rules::PROHIBITED_EKU,
                &location,
                &prohibited.join(", ").to_string(),
            );
        }
    }
}

const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// Beside which mail is not allowed in any generation (BR 7.1.2.3 f): anyExtendedKeyUsage, serverAuth, codeSigning,
/// timeStamping and OCSPSigning.
const PROHIBITED_PURPOSES: [ObjectIdentifier; 5] = [
    ids::ANY_EXTENDED_KEY_USAGE,
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1"),
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.3"),
    TIME_STAMPING,
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9"),
];
