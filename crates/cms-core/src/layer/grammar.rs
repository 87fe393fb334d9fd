//! The CMS content types as grammar tables: what is captured, what is streamed. Each table is the ASN.1 of its type.

use der::asn1::ObjectIdentifier;

use crate::ber::Tag;
use crate::ber::parser::{Field, Shape};
use crate::oid;

/// The fields of all content types that readers want to see.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    /// The algorithm over the content: cipher, MAC, digest, compression.
    Algorithm,
    AuthAttrs,
    Certificate,
    ContentType,
    Crl,
    DataUri,
    Digest,
    /// AuthenticatedData.digestAlgorithm.
    DigestAlgorithm,
    DigestAlgorithms,
    EContentType,
    Mac,
    MetaData,
    OriginatorInfo,
    RecipientInfo,
    SignerInfo,
    TemporalEvidence,
    UnauthAttrs,
    Version,
}

pub(crate) type Fields = &'static [Field<Part>];

/// ```text
/// ContentInfo ::= SEQUENCE { contentType ContentType, content [0] EXPLICIT ANY DEFINED BY contentType }
/// ```
// rfc5652:2/1
pub(crate) const CONTENT_INFO: Fields = &[Field::new(
    "ContentInfo",
    Tag::SEQUENCE,
    Shape::Fields(&[
        Field::new(
            "contentType",
            Tag::OBJECT_IDENTIFIER,
            Shape::Capture(Part::ContentType),
        ),
        Field::new("content", Tag::context(0), Shape::Open),
    ]),
)];

/// ```text
/// SignedData ::= SEQUENCE { version CMSVersion, digestAlgorithms SET OF DigestAlgorithmIdentifier,
///   encapContentInfo EncapsulatedContentInfo, certificates [0] IMPLICIT CertificateSet OPTIONAL,
///   crls [1] IMPLICIT RevocationInfoChoices OPTIONAL, signerInfos SET OF SignerInfo }
/// EncapsulatedContentInfo ::= SEQUENCE { eContentType ContentType,
///   eContent [0] EXPLICIT OCTET STRING OPTIONAL }
/// ```
const SIGNED_DATA: Fields = &[Field::new(
    "SignedData",
    Tag::SEQUENCE,
    Shape::Fields(&[
        VERSION,
        Field::new(
            "digestAlgorithms",
            Tag::SET,
            Shape::Capture(Part::DigestAlgorithms),
        ),
        ENCAP_CONTENT_INFO,
        Field::optional(
            "certificates",
            Tag::context(0),
            Shape::Each(&Field::any(
                "certificate",
                Shape::Capture(Part::Certificate),
            )),
        ),
        Field::optional(
            "crls",
            Tag::context(1),
            Shape::Each(&Field::any("crl", Shape::Capture(Part::Crl))),
        ),
        Field::new(
            "signerInfos",
            Tag::SET,
            Shape::Each(&Field::any("signerInfo", Shape::Capture(Part::SignerInfo))),
        ),
    ]),
)];

const ENCAP_CONTENT_INFO: Field<Part> = Field::new(
    "encapContentInfo",
    Tag::SEQUENCE,
    Shape::Fields(&[
        Field::new(
            "eContentType",
            Tag::OBJECT_IDENTIFIER,
            Shape::Capture(Part::EContentType),
        ),
        Field::optional(
            "eContent",
            Tag::context(0),
            Shape::Fields(&[Field::any("eContent", Shape::Stream)]),
        ),
    ]),
);

const VERSION: Field<Part> = Field::new("version", Tag::INTEGER, Shape::Capture(Part::Version));

const ORIGINATOR_INFO: Field<Part> = Field::optional(
    "originatorInfo",
    Tag::context(0),
    Shape::Capture(Part::OriginatorInfo),
);

const RECIPIENT_INFOS: Field<Part> = Field::new(
    "recipientInfos",
    Tag::SET,
    Shape::Each(&Field::any(
        "recipientInfo",
        Shape::Capture(Part::RecipientInfo),
    )),
);

/// ```text
/// EncryptedContentInfo ::= SEQUENCE { contentType ContentType,
///   contentEncryptionAlgorithm ContentEncryptionAlgorithmIdentifier,
///   encryptedContent [0] IMPLICIT OCTET STRING OPTIONAL }
/// ```
const ENCRYPTED_CONTENT_INFO: Shape<Part> = Shape::Fields(&[
    Field::new(
        "contentType",
        Tag::OBJECT_IDENTIFIER,
        Shape::Capture(Part::EContentType),
    ),
    Field::new(
        "contentEncryptionAlgorithm",
        Tag::SEQUENCE,
        Shape::Capture(Part::Algorithm),
    ),
    Field::optional("encryptedContent", Tag::context(0), Shape::Stream),
]);

/// ```text
/// EnvelopedData ::= SEQUENCE { version CMSVersion, originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
///   recipientInfos SET OF RecipientInfo, encryptedContentInfo EncryptedContentInfo,
///   unprotectedAttrs [1] IMPLICIT Attributes OPTIONAL }
/// ```
const ENVELOPED_DATA: Fields = &[Field::new(
    "EnvelopedData",
    Tag::SEQUENCE,
    Shape::Fields(&[
        VERSION,
        ORIGINATOR_INFO,
        RECIPIENT_INFOS,
        Field::new(
            "encryptedContentInfo",
            Tag::SEQUENCE,
            ENCRYPTED_CONTENT_INFO,
        ),
        Field::optional(
            "unprotectedAttrs",
            Tag::context(1),
            Shape::Capture(Part::UnauthAttrs),
        ),
    ]),
)];

/// ```text
/// AuthEnvelopedData ::= SEQUENCE { version CMSVersion, originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
///   recipientInfos SET OF RecipientInfo, authEncryptedContentInfo EncryptedContentInfo,
///   authAttrs [1] IMPLICIT AuthAttributes OPTIONAL, mac MessageAuthenticationCode,
///   unauthAttrs [2] IMPLICIT UnauthAttributes OPTIONAL }
/// ```
const AUTH_ENVELOPED_DATA: Fields = &[Field::new(
    "AuthEnvelopedData",
    Tag::SEQUENCE,
    Shape::Fields(&[
        VERSION,
        ORIGINATOR_INFO,
        RECIPIENT_INFOS,
        Field::new(
            "authEncryptedContentInfo",
            Tag::SEQUENCE,
            ENCRYPTED_CONTENT_INFO,
        ),
        Field::optional(
            "authAttrs",
            Tag::context(1),
            Shape::Capture(Part::AuthAttrs),
        ),
        Field::new("mac", Tag::OCTET_STRING, Shape::Capture(Part::Mac)),
        Field::optional(
            "unauthAttrs",
            Tag::context(2),
            Shape::Capture(Part::UnauthAttrs),
        ),
    ]),
)];

/// ```text
/// AuthenticatedData ::= SEQUENCE { version CMSVersion, originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
///   recipientInfos RecipientInfos, macAlgorithm MessageAuthenticationCodeAlgorithm,
///   digestAlgorithm [1] DigestAlgorithmIdentifier OPTIONAL, encapContentInfo EncapsulatedContentInfo,
///   authAttrs [2] IMPLICIT AuthAttributes OPTIONAL, mac MessageAuthenticationCode,
///   unauthAttrs [3] IMPLICIT UnauthAttributes OPTIONAL }
/// ```
const AUTHENTICATED_DATA: Fields = &[Field::new(
    "AuthenticatedData",
    Tag::SEQUENCE,
    Shape::Fields(&[
        VERSION,
        ORIGINATOR_INFO,
        RECIPIENT_INFOS,
        Field::new(
            "macAlgorithm",
            Tag::SEQUENCE,
            Shape::Capture(Part::Algorithm),
        ),
        Field::optional(
            "digestAlgorithm",
            Tag::context(1),
            Shape::Capture(Part::DigestAlgorithm),
        ),
        ENCAP_CONTENT_INFO,
        Field::optional(
            "authAttrs",
            Tag::context(2),
            Shape::Capture(Part::AuthAttrs),
        ),
        Field::new("mac", Tag::OCTET_STRING, Shape::Capture(Part::Mac)),
        Field::optional(
            "unauthAttrs",
            Tag::context(3),
            Shape::Capture(Part::UnauthAttrs),
        ),
    ]),
)];

/// ```text
/// DigestedData ::= SEQUENCE { version CMSVersion, digestAlgorithm DigestAlgorithmIdentifier,
///   encapContentInfo EncapsulatedContentInfo, digest Digest }
/// ```
const DIGESTED_DATA: Fields = &[Field::new(
    "DigestedData",
    Tag::SEQUENCE,
    Shape::Fields(&[
        VERSION,
        Field::new(
            "digestAlgorithm",
            Tag::SEQUENCE,
            Shape::Capture(Part::Algorithm),
        ),
        ENCAP_CONTENT_INFO,
        Field::new("digest", Tag::OCTET_STRING, Shape::Capture(Part::Digest)),
    ]),
)];

/// ```text
/// EncryptedData ::= SEQUENCE { version CMSVersion, encryptedContentInfo EncryptedContentInfo,
///   unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL }
/// ```
const ENCRYPTED_DATA: Fields = &[Field::new(
    "EncryptedData",
    Tag::SEQUENCE,
    Shape::Fields(&[
        VERSION,
        Field::new(
            "encryptedContentInfo",
            Tag::SEQUENCE,
            ENCRYPTED_CONTENT_INFO,
        ),
        Field::optional(
            "unprotectedAttrs",
            Tag::context(1),
            Shape::Capture(Part::UnauthAttrs),
        ),
    ]),
)];

/// ```text
/// CompressedData ::= SEQUENCE { version CMSVersion, compressionAlgorithm CompressionAlgorithmIdentifier,
///   encapContentInfo EncapsulatedContentInfo }
/// ```
const COMPRESSED_DATA: Fields = &[Field::new(
    "CompressedData",
    Tag::SEQUENCE,
    Shape::Fields(&[
        VERSION,
        Field::new(
            "compressionAlgorithm",
            Tag::SEQUENCE,
            Shape::Capture(Part::Algorithm),
        ),
        ENCAP_CONTENT_INFO,
    ]),
)];

/// ```text
/// TimeStampedData ::= SEQUENCE { version INTEGER { v1(1) }, dataUri IA5String OPTIONAL,
///   metaData MetaData OPTIONAL, content OCTET STRING OPTIONAL, temporalEvidence Evidence }
/// ```
const TIME_STAMPED_DATA: Fields = &[Field::new(
    "TimeStampedData",
    Tag::SEQUENCE,
    Shape::Fields(&[
        VERSION,
        Field::optional("dataUri", Tag::IA5_STRING, Shape::Capture(Part::DataUri)),
        Field::optional("metaData", Tag::SEQUENCE, Shape::Capture(Part::MetaData)),
        Field::optional("content", Tag::OCTET_STRING, Shape::Stream),
        Field::any("temporalEvidence", Shape::Capture(Part::TemporalEvidence)),
    ]),
)];

/// `Data ::= OCTET STRING` (RFC 5652, section 4).
const DATA: Fields = &[Field::new("Data", Tag::OCTET_STRING, Shape::Stream)];

/// The grammar of a content type that has one content among captured parts.
pub(crate) fn grammar(content_type: &ObjectIdentifier) -> Option<Fields> {
    // rfc5652:2/2, rfc5083:2.1/1
    match *content_type {
        oid::DATA => Some(DATA),
        oid::SIGNED_DATA => Some(SIGNED_DATA),
        oid::ENVELOPED_DATA => Some(ENVELOPED_DATA),
        oid::AUTH_ENVELOPED_DATA => Some(AUTH_ENVELOPED_DATA),
        oid::AUTHENTICATED_DATA => Some(AUTHENTICATED_DATA),
        oid::DIGESTED_DATA => Some(DIGESTED_DATA),
        oid::ENCRYPTED_DATA => Some(ENCRYPTED_DATA),
        oid::COMPRESSED_DATA => Some(COMPRESSED_DATA),
        oid::TIME_STAMPED_DATA => Some(TIME_STAMPED_DATA),
        _ => None,
    }
}
