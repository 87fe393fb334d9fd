//! Messages: RFC 5652, RFC 5083, RFC 3274, and PKCS #7 v1.5 (RFC 2315) where it differs.

use super::Registry;
use super::algorithm::AlgorithmIdentifier;
use super::attribute::AttributeValues;
use super::builtin::*;
use super::certificate::{
    AttributeCertificate, AttributeCertificateV1, Certificate, CertificateList, Name,
};
use super::content::{CONTENT_TYPES, ENCAPSULATED};
use super::recipient::{OriginatorInfo, RecipientInfos};
use super::status::OCSPResponse;

/// Revocation information of other formats (RFC 5940).
pub(crate) static REVOCATION: Registry = &[("1.3.6.1.5.5.7.16.2", &OCSPResponse)];

asn1! {
    ContentInfo ::= SEQUENCE { contentType OID, content [0] EXPLICIT Content OPTIONAL }
    Content ::= ANY DEFINED BY CONTENT_TYPES
    CMSVersion ::= INTEGER { v0 (0), v1 (1), v2 (2), v3 (3), v4 (4), v5 (5) }

    SignedData ::= SEQUENCE {
        version CMSVersion,
        digestAlgorithms DigestAlgorithmIdentifiers,
        encapContentInfo EncapsulatedContentInfo,
        certificates [0] IMPLICIT CertificateSet OPTIONAL,
        crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
        signerInfos SignerInfos,
    }
    DigestAlgorithmIdentifiers ::= SET OF DigestAlgorithmIdentifier
    DigestAlgorithmIdentifier ::= AlgorithmIdentifier
    EncapsulatedContentInfo ::= SEQUENCE {
        eContentType OID, eContent [0] EXPLICIT EncapsulatedContent OPTIONAL,
    }
    // Before CMS the content was any type (RFC 2315, 9.1; RFC 5652, 5.2.1).
    EncapsulatedContent ::= CHOICE { content EContent, pkcs7 Content }
    EContent ::= OCTET STRING CONTAINING EContentType
    EContentType ::= ANY DEFINED BY ENCAPSULATED
    SignerInfos ::= SET OF SignerInfo
    SignerInfo ::= SEQUENCE {
        version CMSVersion,
        sid SignerIdentifier,
        digestAlgorithm AlgorithmIdentifier,
        signedAttrs [0] IMPLICIT SignedAttributes OPTIONAL,
        signatureAlgorithm AlgorithmIdentifier,
        signature OCTET_STRING,
        unsignedAttrs [1] IMPLICIT UnsignedAttributes OPTIONAL,
    }
    SignerIdentifier ::= CHOICE {
        issuerAndSerialNumber IssuerAndSerialNumber,
        subjectKeyIdentifier [0] IMPLICIT OCTET_STRING,
    }
    IssuerAndSerialNumber ::= SEQUENCE { issuer Name, serialNumber INTEGER }
    SignedAttributes ::= SET OF Attribute
    UnsignedAttributes ::= SET OF Attribute
    AuthAttributes ::= SET OF Attribute
    UnauthAttributes ::= SET OF Attribute
    UnprotectedAttributes ::= SET OF Attribute
    Attribute ::= SEQUENCE { attrType OID, attrValues AttributeValues }

    CertificateSet ::= SET OF CertificateChoices
    CertificateChoices ::= CHOICE {
        certificate Certificate,
        extendedCertificate [0] IMPLICIT ANY,
        v1AttrCert [1] IMPLICIT AttributeCertificateV1,
        v2AttrCert [2] IMPLICIT AttributeCertificate,
        other [3] IMPLICIT OtherCertificateFormat,
    }
    OtherCertificateFormat ::= SEQUENCE { otherCertFormat OID, otherCert ANY }
    RevocationInfoChoices ::= SET OF RevocationInfoChoice
    RevocationInfoChoice ::= CHOICE {
        crl CertificateList, other [1] IMPLICIT OtherRevocationInfoFormat,
    }
    OtherRevocationInfoFormat ::= SEQUENCE {
        otherRevInfoFormat OID, otherRevInfo OtherRevInfo,
    }
    OtherRevInfo ::= ANY DEFINED BY REVOCATION

    EnvelopedData ::= SEQUENCE {
        version CMSVersion,
        originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
        recipientInfos RecipientInfos,
        encryptedContentInfo EncryptedContentInfo,
        unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL,
    }
    EncryptedContentInfo ::= SEQUENCE {
        contentType OID,
        contentEncryptionAlgorithm AlgorithmIdentifier,
        encryptedContent [0] IMPLICIT OCTET_STRING OPTIONAL,
    }
    SignedAndEnvelopedData ::= SEQUENCE {
        version CMSVersion,
        recipientInfos RecipientInfos,
        digestAlgorithms DigestAlgorithmIdentifiers,
        encryptedContentInfo EncryptedContentInfo,
        certificates [0] IMPLICIT CertificateSet OPTIONAL,
        crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
        signerInfos SignerInfos,
    }
    AuthEnvelopedData ::= SEQUENCE {
        version CMSVersion,
        originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
        recipientInfos RecipientInfos,
        authEncryptedContentInfo EncryptedContentInfo,
        authAttrs [1] IMPLICIT AuthAttributes OPTIONAL,
        mac OCTET_STRING,
        unauthAttrs [2] IMPLICIT UnauthAttributes OPTIONAL,
    }
    AuthenticatedData ::= SEQUENCE {
        version CMSVersion,
        originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
        recipientInfos RecipientInfos,
        macAlgorithm AlgorithmIdentifier,
        digestAlgorithm [1] IMPLICIT AlgorithmIdentifier OPTIONAL,
        encapContentInfo EncapsulatedContentInfo,
        authAttrs [2] IMPLICIT AuthAttributes OPTIONAL,
        mac OCTET_STRING,
        unauthAttrs [3] IMPLICIT UnauthAttributes OPTIONAL,
    }
    DigestedData ::= SEQUENCE {
        version CMSVersion,
        digestAlgorithm AlgorithmIdentifier,
        encapContentInfo EncapsulatedContentInfo,
        digest OCTET_STRING,
    }
    EncryptedData ::= SEQUENCE {
        version CMSVersion,
        encryptedContentInfo EncryptedContentInfo,
        unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL,
    }
    CompressedData ::= SEQUENCE {
        version CMSVersion,
        compressionAlgorithm AlgorithmIdentifier,
        encapContentInfo EncapsulatedContentInfo,
    }
}
