//! Content types and what they hold: RFC 5652, 3161, 4073, 5544, 2634 and 5958.

use super::Registry;
use super::algorithm::AlgorithmIdentifier;
use super::builtin::*;
use super::certificate::{CertificateList, GeneralName};
use super::cms::{
    Attribute, AuthEnvelopedData, AuthenticatedData, CompressedData, ContentInfo, DigestedData,
    EncryptedData, EnvelopedData, SignedAndEnvelopedData, SignedData,
};
use super::ess::Receipt;
use super::extension::Extensions;
use super::key::AsymmetricKeyPackage;

/// `content` of ContentInfo.
pub(crate) static CONTENT_TYPES: Registry = &[
    ("1.2.840.113549.1.7.1", &Data),
    ("1.2.840.113549.1.7.2", &SignedData),
    ("1.2.840.113549.1.7.3", &EnvelopedData),
    ("1.2.840.113549.1.7.4", &SignedAndEnvelopedData),
    ("1.2.840.113549.1.7.5", &DigestedData),
    ("1.2.840.113549.1.7.6", &EncryptedData),
    ("1.2.840.113549.1.9.16.1.1", &Receipt),
    ("1.2.840.113549.1.9.16.1.2", &AuthenticatedData),
    ("1.2.840.113549.1.9.16.1.4", &TSTInfo),
    ("1.2.840.113549.1.9.16.1.6", &ContentInfo),
    ("1.2.840.113549.1.9.16.1.9", &CompressedData),
    ("1.2.840.113549.1.9.16.1.19", &ContentCollection),
    ("1.2.840.113549.1.9.16.1.20", &ContentWithAttributes),
    ("1.2.840.113549.1.9.16.1.23", &AuthEnvelopedData),
    ("1.2.840.113549.1.9.16.1.31", &TimeStampedData),
    ("2.16.840.1.101.2.1.2.78.5", &AsymmetricKeyPackage),
];

/// What an `eContent` holds; data is not looked into.
pub(crate) static ENCAPSULATED: Registry = &[
    ("1.2.840.113549.1.7.2", &SignedData),
    ("1.2.840.113549.1.7.3", &EnvelopedData),
    ("1.2.840.113549.1.7.5", &DigestedData),
    ("1.2.840.113549.1.7.6", &EncryptedData),
    ("1.2.840.113549.1.9.16.1.1", &Receipt),
    ("1.2.840.113549.1.9.16.1.2", &AuthenticatedData),
    ("1.2.840.113549.1.9.16.1.4", &TSTInfo),
    ("1.2.840.113549.1.9.16.1.6", &ContentInfo),
    ("1.2.840.113549.1.9.16.1.9", &CompressedData),
    ("1.2.840.113549.1.9.16.1.19", &ContentCollection),
    ("1.2.840.113549.1.9.16.1.20", &ContentWithAttributes),
    ("1.2.840.113549.1.9.16.1.23", &AuthEnvelopedData),
    ("1.2.840.113549.1.9.16.1.31", &TimeStampedData),
    ("2.16.840.1.101.2.1.2.78.5", &AsymmetricKeyPackage),
];

asn1! {
    Data ::= OCTET_STRING

    TSTInfo ::= SEQUENCE {
        version TimeStampVersion,
        policy OID,
        messageImprint MessageImprint,
        serialNumber INTEGER,
        genTime GeneralizedTime,
        accuracy Accuracy OPTIONAL,
        ordering BOOLEAN DEFAULT,
        nonce INTEGER OPTIONAL,
        tsa [0] EXPLICIT GeneralName OPTIONAL,
        extensions [1] IMPLICIT Extensions OPTIONAL,
    }
    TimeStampVersion ::= INTEGER { v1 (1) }
    MessageImprint ::= SEQUENCE {
        hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET_STRING,
    }
    Accuracy ::= SEQUENCE {
        seconds INTEGER OPTIONAL,
        millis [0] IMPLICIT INTEGER OPTIONAL,
        micros [1] IMPLICIT INTEGER OPTIONAL,
    }
    TimeStampReq ::= SEQUENCE {
        version TimeStampVersion,
        messageImprint MessageImprint,
        reqPolicy OID OPTIONAL,
        nonce INTEGER OPTIONAL,
        certReq BOOLEAN DEFAULT,
        extensions [0] IMPLICIT Extensions OPTIONAL,
    }
    TimeStampResp ::= SEQUENCE {
        status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL,
    }
    PKIStatusInfo ::= SEQUENCE {
        status PKIStatus, statusString PKIFreeText OPTIONAL, failInfo PKIFailureInfo OPTIONAL,
    }
    PKIStatus ::= INTEGER {
        granted (0), grantedWithMods (1), rejection (2), waiting (3), revocationWarning (4),
        revocationNotification (5),
    }
    PKIFreeText ::= SEQUENCE OF UTF8String
    PKIFailureInfo ::= BIT STRING {
        badAlg (0), badRequest (2), badDataFormat (5), timeNotAvailable (14),
        unacceptedPolicy (15), unacceptedExtension (16), addInfoNotAvailable (17),
        systemFailure (25),
    }

    ContentCollection ::= SEQUENCE OF ContentInfo
    ContentWithAttributes ::= SEQUENCE { content ContentInfo, attrs AttributeSequence }
    AttributeSequence ::= SEQUENCE OF Attribute

    TimeStampedData ::= SEQUENCE {
        version TimeStampVersion,
        dataUri IA5String OPTIONAL,
        metaData MetaData OPTIONAL,
        content OCTET_STRING OPTIONAL,
        temporalEvidence Evidence,
    }
    MetaData ::= SEQUENCE {
        hashProtected BOOLEAN,
        fileName UTF8String OPTIONAL,
        mediaType IA5String OPTIONAL,
        otherMetaData AttributeSet OPTIONAL,
    }
    AttributeSet ::= SET OF Attribute
    Evidence ::= CHOICE {
        tstEvidence [0] IMPLICIT TimeStampTokenEvidence,
        ersEvidence [1] IMPLICIT ANY,
        otherEvidence [2] IMPLICIT OtherEvidence,
    }
    TimeStampTokenEvidence ::= SEQUENCE OF TimeStampAndCRL
    TimeStampAndCRL ::= SEQUENCE { timeStamp ContentInfo, crl CertificateList OPTIONAL }
    OtherEvidence ::= SEQUENCE { oeType OID, oeValue ANY }
}
