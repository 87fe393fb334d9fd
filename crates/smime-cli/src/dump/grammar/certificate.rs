//! Certificates, CRLs, requests and attribute certificates: RFC 5280, 2986, 5755, and RFC 5652, appendix A.2.

use super::algorithm::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use super::attribute::AttributeValues;
use super::builtin::*;
use super::extension::Extensions;

asn1! {
    Certificate ::= SEQUENCE {
        tbsCertificate TBSCertificate,
        signatureAlgorithm AlgorithmIdentifier,
        signatureValue BIT_STRING,
    }
    TBSCertificate ::= SEQUENCE {
        version [0] EXPLICIT Version DEFAULT,
        serialNumber INTEGER,
        signature AlgorithmIdentifier,
        issuer Name,
        validity Validity,
        subject Name,
        subjectPublicKeyInfo SubjectPublicKeyInfo,
        issuerUniqueID [1] IMPLICIT BIT_STRING OPTIONAL,
        subjectUniqueID [2] IMPLICIT BIT_STRING OPTIONAL,
        extensions [3] EXPLICIT Extensions OPTIONAL,
    }
    Version ::= INTEGER { v1 (0), v2 (1), v3 (2) }
    Validity ::= SEQUENCE { notBefore Time, notAfter Time }

    Name ::= SEQUENCE OF RelativeDistinguishedName
    RelativeDistinguishedName ::= SET OF AttributeTypeAndValue
    AttributeTypeAndValue ::= SEQUENCE { type OID, value ANY }

    CertificateList ::= SEQUENCE {
        tbsCertList TBSCertList,
        signatureAlgorithm AlgorithmIdentifier,
        signatureValue BIT_STRING,
    }
    TBSCertList ::= SEQUENCE {
        version Version OPTIONAL,
        signature AlgorithmIdentifier,
        issuer Name,
        thisUpdate Time,
        nextUpdate Time OPTIONAL,
        revokedCertificates RevokedCertificates OPTIONAL,
        crlExtensions [0] EXPLICIT Extensions OPTIONAL,
    }
    RevokedCertificates ::= SEQUENCE OF RevokedCertificate
    RevokedCertificate ::= SEQUENCE {
        userCertificate INTEGER,
        revocationDate Time,
        crlEntryExtensions Extensions OPTIONAL,
    }

    CertificationRequest ::= SEQUENCE {
        certificationRequestInfo CertificationRequestInfo,
        signatureAlgorithm AlgorithmIdentifier,
        signature BIT_STRING,
    }
    CertificationRequestInfo ::= SEQUENCE {
        version RequestVersion,
        subject Name,
        subjectPKInfo SubjectPublicKeyInfo,
        attributes [0] IMPLICIT Attributes OPTIONAL,
    }
    RequestVersion ::= INTEGER { v1 (0) }
    Attributes ::= SET OF Attribute
    Attribute ::= SEQUENCE { type OID, values AttributeValues }

    GeneralNames ::= SEQUENCE OF GeneralName
    GeneralName ::= CHOICE {
        otherName [0] IMPLICIT AnotherName,
        rfc822Name [1] IMPLICIT IA5String,
        dNSName [2] IMPLICIT IA5String,
        x400Address [3] IMPLICIT ORAddress,
        directoryName [4] EXPLICIT Name,
        ediPartyName [5] IMPLICIT EDIPartyName,
        uniformResourceIdentifier [6] IMPLICIT IA5String,
        iPAddress [7] IMPLICIT OCTET_STRING,
        registeredID [8] IMPLICIT OID,
    }
    AnotherName ::= SEQUENCE { type_id OID, value [0] EXPLICIT OtherNameValue }
    OtherNameValue ::= CHOICE { string DirectoryString, other ANY }
    ORAddress ::= ANY
    EDIPartyName ::= SEQUENCE {
        nameAssigner [0] EXPLICIT DirectoryString OPTIONAL,
        partyName [1] EXPLICIT DirectoryString,
    }
    IssuerSerial ::= SEQUENCE {
        issuer GeneralNames, serialNumber INTEGER, issuerUID BIT_STRING OPTIONAL,
    }

    AttributeCertificate ::= SEQUENCE {
        acinfo AttributeCertificateInfo,
        signatureAlgorithm AlgorithmIdentifier,
        signatureValue BIT_STRING,
    }
    AttributeCertificateInfo ::= SEQUENCE {
        version AttCertVersion,
        holder Holder,
        issuer AttCertIssuer,
        signature AlgorithmIdentifier,
        serialNumber INTEGER,
        attrCertValidityPeriod AttCertValidityPeriod,
        attributes AttributeList,
        issuerUniqueID BIT_STRING OPTIONAL,
        extensions Extensions OPTIONAL,
    }
    AttCertVersion ::= INTEGER { v1 (0), v2 (1) }
    Holder ::= SEQUENCE {
        baseCertificateID [0] IMPLICIT IssuerSerial OPTIONAL,
        entityName [1] IMPLICIT GeneralNames OPTIONAL,
        objectDigestInfo [2] IMPLICIT ObjectDigestInfo OPTIONAL,
    }
    ObjectDigestInfo ::= SEQUENCE {
        digestedObjectType DigestedObjectType,
        otherObjectTypeID OID OPTIONAL,
        digestAlgorithm AlgorithmIdentifier,
        objectDigest BIT_STRING,
    }
    DigestedObjectType ::= ENUMERATED {
        publicKey (0), publicKeyCert (1), otherObjectTypes (2),
    }
    AttCertIssuer ::= CHOICE { v1Form GeneralNames, v2Form [0] IMPLICIT V2Form }
    V2Form ::= SEQUENCE {
        issuerName GeneralNames OPTIONAL,
        baseCertificateID [0] IMPLICIT IssuerSerial OPTIONAL,
        objectDigestInfo [1] IMPLICIT ObjectDigestInfo OPTIONAL,
    }
    AttCertValidityPeriod ::= SEQUENCE {
        notBeforeTime GeneralizedTime, notAfterTime GeneralizedTime,
    }
    AttributeList ::= SEQUENCE OF Attribute

    AttributeCertificateV1 ::= SEQUENCE {
        acInfo AttributeCertificateInfoV1,
        signatureAlgorithm AlgorithmIdentifier,
        signature BIT_STRING,
    }
    AttributeCertificateInfoV1 ::= SEQUENCE {
        version AttCertVersion DEFAULT,
        subject SubjectV1,
        issuer GeneralNames,
        signature AlgorithmIdentifier,
        serialNumber INTEGER,
        attCertValidityPeriod AttCertValidityPeriod,
        attributes AttributeList,
        issuerUniqueID BIT_STRING OPTIONAL,
        extensions Extensions OPTIONAL,
    }
    SubjectV1 ::= CHOICE {
        baseCertificateID [0] IMPLICIT IssuerSerial,
        subjectName [1] IMPLICIT GeneralNames,
    }
}
