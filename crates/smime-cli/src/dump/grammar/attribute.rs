//! Values of attributes by their types: messages, requests, attribute certificates and PKCS #12 bags.

use super::Registry;
use super::algorithm::{AlgorithmIdentifier, PBKDF2_params, SMIMECapabilities};
use super::builtin::*;
use super::certificate::{Certificate, GeneralName, GeneralNames};
use super::cms::{ContentInfo, IssuerAndSerialNumber, SignerInfo};
use super::ess::{
    CommitmentTypeIndication, ContentHints, ContentReference, ESSSecurityLabel, EquivalentLabels,
    MLExpansionHistory, MultipleSignatures, ReceiptRequest, SecurityCategories, SignaturePolicy,
    SignerLocation, SigningCertificate, SigningCertificateV2,
};
use super::extension::Extensions;
use super::recipient::RecipientKeyIdentifier;

/// Values by attribute type.
pub(crate) static ATTRIBUTES: Registry = &[
    // RFC 5652, 11; RFC 2985.
    ("1.2.840.113549.1.9.1", &IA5String),
    ("1.2.840.113549.1.9.2", &DirectoryString),
    ("1.2.840.113549.1.9.3", &ContentType),
    ("1.2.840.113549.1.9.4", &MessageDigest),
    ("1.2.840.113549.1.9.5", &SigningTime),
    ("1.2.840.113549.1.9.6", &Countersignature),
    ("1.2.840.113549.1.9.7", &DirectoryString),
    ("1.2.840.113549.1.9.13", &SigningDescription),
    ("1.2.840.113549.1.9.14", &ExtensionRequest),
    ("1.2.840.113549.1.9.15", &SMIMECapabilities),
    ("1.2.840.113549.1.9.20", &BMPString),
    ("1.2.840.113549.1.9.21", &OCTET_STRING),
    ("1.2.840.113549.1.9.25.4", &SequenceNumber),
    ("1.2.840.113549.1.9.52", &CMSAlgorithmProtection),
    // RFC 2634 and RFC 5035.
    ("1.2.840.113549.1.9.16.2.1", &ReceiptRequest),
    ("1.2.840.113549.1.9.16.2.2", &ESSSecurityLabel),
    ("1.2.840.113549.1.9.16.2.3", &MLExpansionHistory),
    ("1.2.840.113549.1.9.16.2.4", &ContentHints),
    ("1.2.840.113549.1.9.16.2.5", &MsgSigDigest),
    ("1.2.840.113549.1.9.16.2.7", &ContentIdentifier),
    ("1.2.840.113549.1.9.16.2.9", &EquivalentLabels),
    ("1.2.840.113549.1.9.16.2.10", &ContentReference),
    ("1.2.840.113549.1.9.16.2.11", &SMIMEEncryptionKeyPreference),
    ("1.2.840.113549.1.9.16.2.12", &SigningCertificate),
    ("1.2.840.113549.1.9.16.2.47", &SigningCertificateV2),
    // RFC 3161, RFC 5126.
    ("1.2.840.113549.1.9.16.2.14", &TimeStampToken),
    ("1.2.840.113549.1.9.16.2.15", &SignaturePolicy),
    ("1.2.840.113549.1.9.16.2.16", &CommitmentTypeIndication),
    ("1.2.840.113549.1.9.16.2.17", &SignerLocation),
    ("1.2.840.113549.1.9.16.2.20", &TimeStampToken),
    ("1.2.840.113549.1.9.16.2.23", &CertificateValues),
    ("1.2.840.113549.1.9.16.2.25", &TimeStampToken),
    ("1.2.840.113549.1.9.16.2.26", &TimeStampToken),
    ("1.2.840.113549.1.9.16.2.27", &TimeStampToken),
    ("1.2.840.113549.1.9.16.2.48", &TimeStampToken),
    ("1.3.6.1.4.1.311.3.3.1", &TimeStampToken),
    // RFC 3183, RFC 3185, RFC 6019, RFC 5752.
    ("1.2.840.113549.1.9.16.2.28", &SignatureType),
    ("1.2.840.113549.1.9.16.2.30", &CEKReference),
    ("1.2.840.113549.1.9.16.2.31", &CEKMaxDecrypts),
    ("1.2.840.113549.1.9.16.2.32", &KEKDerivationAlgorithm),
    ("1.2.840.113549.1.9.16.2.37", &OCTET_STRING),
    ("1.2.840.113549.1.9.16.2.46", &BinarySigningTime),
    ("1.2.840.113549.1.9.16.2.51", &MultipleSignatures),
    // Outlook's way to name the encryption certificate.
    ("1.3.6.1.4.1.311.16.4", &IssuerAndSerialNumber),
    // RFC 5755, 4.4, and RFC 3739, 3.3.2.
    ("1.3.6.1.5.5.7.10.1", &SvceAuthInfo),
    ("1.3.6.1.5.5.7.10.2", &SvceAuthInfo),
    ("1.3.6.1.5.5.7.10.3", &IetfAttrSyntax),
    ("1.3.6.1.5.5.7.10.4", &IetfAttrSyntax),
    ("2.5.4.72", &RoleSyntax),
    ("2.5.4.55", &Clearance),
    ("2.5.1.5.55", &Clearance),
    ("1.3.6.1.5.5.7.9.1", &GeneralizedTime),
    ("1.3.6.1.5.5.7.9.2", &DirectoryString),
    ("1.3.6.1.5.5.7.9.3", &PrintableString),
    ("1.3.6.1.5.5.7.9.4", &PrintableString),
    ("1.3.6.1.5.5.7.9.5", &PrintableString),
];

asn1! {
    AttributeValues ::= SET OF AttributeValue
    AttributeValue ::= ANY DEFINED BY ATTRIBUTES

    ContentType ::= OID
    MessageDigest ::= OCTET_STRING
    SigningTime ::= Time
    Countersignature ::= SignerInfo
    SigningDescription ::= DirectoryString
    ExtensionRequest ::= Extensions
    SequenceNumber ::= INTEGER
    MsgSigDigest ::= OCTET_STRING
    ContentIdentifier ::= OCTET_STRING
    BinarySigningTime ::= INTEGER
    TimeStampToken ::= ContentInfo
    CertificateValues ::= SEQUENCE OF Certificate
    SignatureType ::= SEQUENCE OF OID

    CMSAlgorithmProtection ::= SEQUENCE {
        digestAlgorithm AlgorithmIdentifier,
        signatureAlgorithm [1] IMPLICIT AlgorithmIdentifier OPTIONAL,
        macAlgorithm [2] IMPLICIT AlgorithmIdentifier OPTIONAL,
    }
    SMIMEEncryptionKeyPreference ::= CHOICE {
        issuerAndSerialNumber [0] IMPLICIT IssuerAndSerialNumber,
        receipentKeyId [1] IMPLICIT RecipientKeyIdentifier,
        subjectAltKeyIdentifier [2] IMPLICIT OCTET_STRING,
    }
    CEKReference ::= OCTET_STRING
    CEKMaxDecrypts ::= INTEGER
    KEKDerivationAlgorithm ::= SEQUENCE { kekAlg AlgorithmIdentifier, pbkdf2Param PBKDF2_params }

    SvceAuthInfo ::= SEQUENCE {
        service GeneralName, ident GeneralName, authInfo OCTET_STRING OPTIONAL,
    }
    IetfAttrSyntax ::= SEQUENCE {
        policyAuthority [0] IMPLICIT GeneralNames OPTIONAL, values IetfAttrValues,
    }
    IetfAttrValues ::= SEQUENCE OF IetfAttrValue
    IetfAttrValue ::= CHOICE { octets OCTET_STRING, oid OID, string UTF8String }
    RoleSyntax ::= SEQUENCE {
        roleAuthority [0] IMPLICIT GeneralNames OPTIONAL,
        roleName [1] EXPLICIT GeneralName,
    }
    Clearance ::= SEQUENCE {
        policyId OID,
        classList ClassList DEFAULT,
        securityCategories SecurityCategories OPTIONAL,
    }
    ClassList ::= BIT STRING {
        unmarked (0), unclassified (1), restricted (2), confidential (3), secret (4),
        topSecret (5),
    }
}
