//! What an object without a label is, by the tags at its front.

use cms_core::ber::{Header, Tag};

use super::grammar::algorithm::{AlgorithmIdentifier, RSAPublicKey, SubjectPublicKeyInfo};
use super::grammar::certificate::{
    AttributeCertificate, AttributeCertificateV1, Certificate, CertificateList,
    CertificationRequest,
};
use super::grammar::cms::ContentInfo;
use super::grammar::content::{TimeStampReq, TimeStampResp};
use super::grammar::key::{
    DSAPrivateKey, ECPrivateKey, EncryptedPrivateKeyInfo, OneAsymmetricKey, PFX, RSAPrivateKey,
};
use super::grammar::status::{OCSPRequest, OCSPResponse};
use super::grammar::{Shape, Type};

/// Encodings within one another that are looked at.
const LOOK: usize = 6;

/// The type of a textual block (RFC 7468).
fn of_label(label: &str) -> Option<&'static Type> {
    Some(match label {
        "CMS" | "PKCS7" | "PKCS #7 SIGNED DATA" => &ContentInfo,
        "CERTIFICATE" | "X509 CERTIFICATE" => &Certificate,
        "X509 CRL" | "CRL" => &CertificateList,
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => &CertificationRequest,
        "ATTRIBUTE CERTIFICATE" => &AttributeCertificate,
        "PUBLIC KEY" => &SubjectPublicKeyInfo,
        "RSA PUBLIC KEY" => &RSAPublicKey,
        "PRIVATE KEY" => &OneAsymmetricKey,
        "ENCRYPTED PRIVATE KEY" => &EncryptedPrivateKeyInfo,
        "RSA PRIVATE KEY" => &RSAPrivateKey,
        "DSA PRIVATE KEY" => &DSAPrivateKey,
        "EC PRIVATE KEY" => &ECPrivateKey,
        _ => return None,
    })
}

/// The type of a block: some write the older kinds of private keys under the label of the newer one.
pub(crate) fn of_block(label: &str, octets: &[u8]) -> Option<&'static Type> {
    let guessed = guess(octets);
    match (of_label(label), guessed) {
        (Some(labelled), Some(guessed)) if is_private(labelled) && is_private(guessed) => {
            Some(guessed)
        }
        (labelled, guessed) => labelled.or(guessed),
    }
}

fn is_private(ty: &Type) -> bool {
    matches!(ty.shape, Shape::PrivateSequence(_))
}

/// Whether the walk along a type keeps private keys from being shown.
pub(crate) fn hides_keys(ty: &'static Type) -> bool {
    is_private(ty) || std::ptr::eq(ty, &EncryptedPrivateKeyInfo)
}

/// The type of an object, by its shape.
pub(crate) fn guess(octets: &[u8]) -> Option<&'static Type> {
    let (outer, inside) = first(octets)?;
    if outer != Tag::SEQUENCE {
        return None;
    }
    let children = children(inside);
    let tags: Vec<Tag> = children.iter().map(|(tag, _)| *tag).collect();
    let (_, within) = children.first()?;
    match tags.as_slice() {
        [Tag::OBJECT_IDENTIFIER, second, ..] if *second == Tag::context(0) => Some(&ContentInfo),
        [Tag::OBJECT_IDENTIFIER] if inside.len() < 40 => Some(&ContentInfo),
        [Tag::OBJECT_IDENTIFIER, _] => Some(&AlgorithmIdentifier),
        [Tag::ENUMERATED, ..] => Some(&OCSPResponse),
        [Tag::INTEGER, Tag::OCTET_STRING, ..] => Some(&ECPrivateKey),
        [Tag::INTEGER, Tag::SEQUENCE, ..] => versioned(within, &children),
        [Tag::INTEGER, Tag::INTEGER] => Some(&RSAPublicKey),
        [Tag::INTEGER, Tag::INTEGER, ..] if children.len() == 6 && is_last(inside) => {
            Some(&DSAPrivateKey)
        }
        [Tag::INTEGER, Tag::INTEGER, ..] => Some(&RSAPrivateKey),
        [Tag::SEQUENCE, ..] => of_first_sequence(within, &tags),
        _ => None,
    }
}

/// A version and a SEQUENCE: a private key, a PKCS #12 file or a request for a time stamp.
fn versioned(version: &[u8], children: &[(Tag, &[u8])]) -> Option<&'static Type> {
    let (_, second) = children.get(1)?;
    let third = children.get(2).map(|(tag, _)| *tag);
    let imprint: Vec<Tag> = self::children(second).iter().map(|(tag, _)| *tag).collect();
    match (imprint.as_slice(), third) {
        _ if version == [3] => Some(&PFX),
        ([Tag::SEQUENCE, Tag::OCTET_STRING], _) => Some(&TimeStampReq),
        (_, None | Some(Tag::OCTET_STRING)) => Some(&OneAsymmetricKey),
        _ => None,
    }
}

/// What begins with a SEQUENCE is mostly something signed.
fn of_first_sequence(within: &[u8], outer: &[Tag]) -> Option<&'static Type> {
    let inner = children(within);
    let tags: Vec<Tag> = inner.iter().map(|(tag, _)| *tag).collect();
    let version = |number: &[u8]| inner.first().is_some_and(|(_, octets)| *octets == number);
    let is_time = |index: usize| {
        let tag = tags.get(index);
        tag == Some(&Tag::UTC_TIME) || tag == Some(&Tag::GENERALIZED_TIME)
    };
    // The holder of an attribute certificate is tagged, the algorithm of another certificate is not.
    let holder = inner.get(1).and_then(|(_, octets)| first(octets));
    let has_holder = version(&[1]) && holder.is_some_and(|(tag, _)| tag.class() == 2);
    let (zero, one, two) = (Tag::context(0), Tag::context(1), Tag::context(2));
    match (tags.as_slice(), outer) {
        ([Tag::OBJECT_IDENTIFIER, ..], [_, Tag::BIT_STRING, ..]) => Some(&SubjectPublicKeyInfo),
        ([Tag::OBJECT_IDENTIFIER, ..], [_, Tag::OCTET_STRING, ..]) => {
            Some(&EncryptedPrivateKeyInfo)
        }
        ([Tag::INTEGER, Tag::SEQUENCE, Tag::SEQUENCE, ..], _) if is_time(3) => {
            Some(&CertificateList)
        }
        ([Tag::SEQUENCE, Tag::SEQUENCE, ..], _) if is_time(2) => Some(&CertificateList),
        ([Tag::INTEGER, Tag::SEQUENCE, Tag::SEQUENCE, fourth, ..], _)
            if *fourth == zero && version(&[0]) =>
        {
            Some(&CertificationRequest)
        }
        ([Tag::INTEGER, Tag::SEQUENCE, Tag::SEQUENCE], _) if version(&[0]) => {
            Some(&CertificationRequest)
        }
        ([Tag::INTEGER, Tag::SEQUENCE, third, ..], _) if *third == zero && version(&[1]) => {
            Some(&AttributeCertificate)
        }
        ([Tag::INTEGER, Tag::SEQUENCE, ..], _) if has_holder => Some(&AttributeCertificate),
        ([first, Tag::INTEGER, ..], _) if *first == zero => Some(&Certificate),
        (
            [
                Tag::INTEGER,
                Tag::SEQUENCE,
                Tag::SEQUENCE,
                Tag::SEQUENCE,
                ..,
            ],
            _,
        ) => Some(&Certificate),
        ([Tag::INTEGER] | [Tag::INTEGER, Tag::SEQUENCE, ..], _) => Some(&TimeStampResp),
        ([first, Tag::SEQUENCE, Tag::SEQUENCE, ..], [_, Tag::SEQUENCE, ..])
            if *first == zero || *first == one =>
        {
            Some(&AttributeCertificateV1)
        }
        ([Tag::SEQUENCE], _) => Some(&OCSPRequest),
        ([Tag::SEQUENCE, second], _) if *second == two => Some(&OCSPRequest),
        ([first, Tag::SEQUENCE, ..], _) if *first == zero || *first == one => Some(&OCSPRequest),
        _ => None,
    }
}

/// The first encoding's tag and contents, as far as they are there.
fn first(octets: &[u8]) -> Option<(Tag, &[u8])> {
    children(octets).into_iter().next()
}

/// The first few encodings, the last one perhaps cut off.
fn children(mut octets: &[u8]) -> Vec<(Tag, &[u8])> {
    let mut found = Vec::new();
    while found.len() < LOOK {
        let Ok(Some(header)) = Header::parse(octets, 0) else {
            break;
        };
        if header.is_end_of_contents() {
            break;
        }
        let Some(rest) = usize::try_from(header.header_len)
            .ok()
            .and_then(|len| octets.get(len..))
        else {
            break;
        };
        let len = header.length.and_then(|len| usize::try_from(len).ok());
        match len.and_then(|len| rest.split_at_checked(len)) {
            Some((contents, after)) => {
                found.push((header.tag, contents));
                octets = after;
            }
            None => {
                found.push((header.tag, rest));
                break;
            }
        }
    }
    found
}

/// Whether no more than six encodings are there.
fn is_last(octets: &[u8]) -> bool {
    let mut rest = octets;
    for _ in 0..LOOK {
        let Ok(Some(header)) = Header::parse(rest, 0) else {
            return false;
        };
        let skip = header
            .header_len
            .saturating_add(header.length.unwrap_or_default());
        rest = usize::try_from(skip)
            .ok()
            .and_then(|skip| rest.get(skip..))
            .unwrap_or_default();
    }
    rest.is_empty()
}
