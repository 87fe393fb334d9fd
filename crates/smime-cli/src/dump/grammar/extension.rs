//! Extensions of certificates, CRLs and OCSP: RFC 5280, 4.2 and 5.2; RFC 3739, 6960, 6962, 7633, 8398, 3779 in part.

use super::Registry;
use super::algorithm::{AlgorithmIdentifiers, SMIMECapabilities};
use super::attribute::AttributeValues;
use super::builtin::*;
use super::certificate::{GeneralName, GeneralNames, Name, RelativeDistinguishedName};

/// Contents of `extnValue`.
pub(crate) static EXTENSIONS: Registry = &[
    ("2.5.29.9", &SubjectDirectoryAttributes),
    ("2.5.29.14", &SubjectKeyIdentifier),
    ("2.5.29.15", &KeyUsage),
    ("2.5.29.16", &PrivateKeyUsagePeriod),
    ("2.5.29.17", &SubjectAltName),
    ("2.5.29.18", &IssuerAltName),
    ("2.5.29.19", &BasicConstraints),
    ("2.5.29.20", &CRLNumber),
    ("2.5.29.21", &CRLReason),
    ("2.5.29.23", &HoldInstructionCode),
    ("2.5.29.24", &InvalidityDate),
    ("2.5.29.27", &BaseCRLNumber),
    ("2.5.29.28", &IssuingDistributionPoint),
    ("2.5.29.29", &CertificateIssuer),
    ("2.5.29.30", &NameConstraints),
    ("2.5.29.31", &CRLDistributionPoints),
    ("2.5.29.32", &CertificatePolicies),
    ("2.5.29.33", &PolicyMappings),
    ("2.5.29.35", &AuthorityKeyIdentifier),
    ("2.5.29.36", &PolicyConstraints),
    ("2.5.29.37", &ExtKeyUsageSyntax),
    ("2.5.29.46", &FreshestCRL),
    ("2.5.29.54", &InhibitAnyPolicy),
    ("2.5.29.55", &Targets),
    ("2.5.29.56", &NULL),
    ("1.3.6.1.5.5.7.1.1", &AuthorityInfoAccessSyntax),
    ("1.3.6.1.5.5.7.1.3", &QCStatements),
    ("1.3.6.1.5.5.7.1.11", &SubjectInfoAccessSyntax),
    ("1.3.6.1.5.5.7.1.24", &TLSFeature),
    ("1.3.6.1.5.5.7.48.1.2", &OCTET_STRING),
    ("1.3.6.1.5.5.7.48.1.3", &CrlID),
    ("1.3.6.1.5.5.7.48.1.4", &OidList),
    ("1.3.6.1.5.5.7.48.1.5", &NULL),
    ("1.3.6.1.5.5.7.48.1.6", &GeneralizedTime),
    ("1.3.6.1.5.5.7.48.1.7", &ServiceLocator),
    ("1.3.6.1.5.5.7.48.1.8", &PreferredSignatureAlgorithms),
    ("1.3.6.1.4.1.11129.2.4.2", &OCTET_STRING),
    ("1.3.6.1.4.1.11129.2.4.3", &NULL),
    ("1.2.840.113549.1.9.15", &SMIMECapabilities),
    ("2.16.840.1.113730.1.1", &NetscapeCertType),
    ("2.16.840.1.113730.1.2", &IA5String),
    ("2.16.840.1.113730.1.3", &IA5String),
    ("2.16.840.1.113730.1.4", &IA5String),
    ("2.16.840.1.113730.1.8", &IA5String),
    ("2.16.840.1.113730.1.13", &IA5String),
    ("1.3.6.1.4.1.311.20.2", &BMPString),
    ("1.3.6.1.4.1.311.21.1", &INTEGER),
    ("1.3.6.1.4.1.311.21.7", &CertificateTemplate),
    ("1.3.6.1.4.1.311.21.10", &CertificatePolicies),
];

/// Policy qualifiers (RFC 5280, 4.2.1.4).
pub(crate) static QUALIFIERS: Registry = &[
    ("1.3.6.1.5.5.7.2.1", &CPSuri),
    ("1.3.6.1.5.5.7.2.2", &UserNotice),
];

asn1! {
    Extensions ::= SEQUENCE OF Extension
    Extension ::= SEQUENCE { extnID OID, critical BOOLEAN DEFAULT, extnValue ExtensionValue }
    ExtensionValue ::= OCTET STRING CONTAINING ExtensionType
    ExtensionType ::= ANY DEFINED BY EXTENSIONS

    SubjectDirectoryAttributes ::= SEQUENCE OF DirectoryAttribute
    DirectoryAttribute ::= SEQUENCE { type OID, values AttributeValues }
    SubjectKeyIdentifier ::= OCTET_STRING
    AuthorityKeyIdentifier ::= SEQUENCE {
        keyIdentifier [0] IMPLICIT OCTET_STRING OPTIONAL,
        authorityCertIssuer [1] IMPLICIT GeneralNames OPTIONAL,
        authorityCertSerialNumber [2] IMPLICIT INTEGER OPTIONAL,
    }
    KeyUsage ::= BIT STRING {
        digitalSignature (0), nonRepudiation (1), keyEncipherment (2), dataEncipherment (3),
        keyAgreement (4), keyCertSign (5), cRLSign (6), encipherOnly (7), decipherOnly (8),
    }
    PrivateKeyUsagePeriod ::= SEQUENCE {
        notBefore [0] IMPLICIT GeneralizedTime OPTIONAL,
        notAfter [1] IMPLICIT GeneralizedTime OPTIONAL,
    }
    SubjectAltName ::= GeneralNames
    IssuerAltName ::= GeneralNames
    BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT, pathLenConstraint INTEGER OPTIONAL }
    ExtKeyUsageSyntax ::= SEQUENCE OF OID

    CertificatePolicies ::= SEQUENCE OF PolicyInformation
    PolicyInformation ::= SEQUENCE {
        policyIdentifier OID, policyQualifiers PolicyQualifiers OPTIONAL,
    }
    PolicyQualifiers ::= SEQUENCE OF PolicyQualifierInfo
    PolicyQualifierInfo ::= SEQUENCE { policyQualifierId OID, qualifier Qualifier }
    Qualifier ::= ANY DEFINED BY QUALIFIERS
    CPSuri ::= IA5String
    UserNotice ::= SEQUENCE {
        noticeRef NoticeReference OPTIONAL, explicitText DisplayText OPTIONAL,
    }
    NoticeReference ::= SEQUENCE { organization DisplayText, noticeNumbers IntegerList }
    PolicyMappings ::= SEQUENCE OF PolicyMapping
    PolicyMapping ::= SEQUENCE { issuerDomainPolicy OID, subjectDomainPolicy OID }
    PolicyConstraints ::= SEQUENCE {
        requireExplicitPolicy [0] IMPLICIT INTEGER OPTIONAL,
        inhibitPolicyMapping [1] IMPLICIT INTEGER OPTIONAL,
    }
    InhibitAnyPolicy ::= INTEGER
    NameConstraints ::= SEQUENCE {
        permittedSubtrees [0] IMPLICIT GeneralSubtrees OPTIONAL,
        excludedSubtrees [1] IMPLICIT GeneralSubtrees OPTIONAL,
    }
    GeneralSubtrees ::= SEQUENCE OF GeneralSubtree
    GeneralSubtree ::= SEQUENCE {
        base GeneralName,
        minimum [0] IMPLICIT INTEGER DEFAULT,
        maximum [1] IMPLICIT INTEGER OPTIONAL,
    }

    CRLDistributionPoints ::= SEQUENCE OF DistributionPoint
    FreshestCRL ::= CRLDistributionPoints
    DistributionPoint ::= SEQUENCE {
        distributionPoint [0] EXPLICIT DistributionPointName OPTIONAL,
        reasons [1] IMPLICIT ReasonFlags OPTIONAL,
        cRLIssuer [2] IMPLICIT GeneralNames OPTIONAL,
    }
    DistributionPointName ::= CHOICE {
        fullName [0] IMPLICIT GeneralNames,
        nameRelativeToCRLIssuer [1] IMPLICIT RelativeDistinguishedName,
    }
    ReasonFlags ::= BIT STRING {
        unused (0), keyCompromise (1), cACompromise (2), affiliationChanged (3), superseded (4),
        cessationOfOperation (5), certificateHold (6), privilegeWithdrawn (7), aACompromise (8),
    }
    IssuingDistributionPoint ::= SEQUENCE {
        distributionPoint [0] EXPLICIT DistributionPointName OPTIONAL,
        onlyContainsUserCerts [1] IMPLICIT BOOLEAN DEFAULT,
        onlyContainsCACerts [2] IMPLICIT BOOLEAN DEFAULT,
        onlySomeReasons [3] IMPLICIT ReasonFlags OPTIONAL,
        indirectCRL [4] IMPLICIT BOOLEAN DEFAULT,
        onlyContainsAttributeCerts [5] IMPLICIT BOOLEAN DEFAULT,
    }
    CRLNumber ::= INTEGER
    BaseCRLNumber ::= INTEGER
    CRLReason ::= ENUMERATED {
        unspecified (0), keyCompromise (1), cACompromise (2), affiliationChanged (3),
        superseded (4), cessationOfOperation (5), certificateHold (6), removeFromCRL (8),
        privilegeWithdrawn (9), aACompromise (10),
    }
    HoldInstructionCode ::= OID
    InvalidityDate ::= GeneralizedTime
    CertificateIssuer ::= GeneralNames

    AuthorityInfoAccessSyntax ::= SEQUENCE OF AccessDescription
    SubjectInfoAccessSyntax ::= SEQUENCE OF AccessDescription
    AccessDescription ::= SEQUENCE { accessMethod OID, accessLocation GeneralName }

    Targets ::= SEQUENCE OF Target
    Target ::= CHOICE {
        targetName [0] EXPLICIT GeneralName,
        targetGroup [1] EXPLICIT GeneralName,
        targetCert [2] IMPLICIT ANY,
        list Targets,
    }
    QCStatements ::= SEQUENCE OF QCStatement
    QCStatement ::= SEQUENCE { statementId OID, statementInfo ANY OPTIONAL }
    TLSFeature ::= SEQUENCE OF INTEGER
    CrlID ::= SEQUENCE {
        crlUrl [0] EXPLICIT IA5String OPTIONAL,
        crlNum [1] EXPLICIT INTEGER OPTIONAL,
        crlTime [2] EXPLICIT GeneralizedTime OPTIONAL,
    }
    ServiceLocator ::= SEQUENCE { issuer Name, locator AuthorityInfoAccessSyntax }
    PreferredSignatureAlgorithms ::= SEQUENCE OF AlgorithmIdentifiers
    NetscapeCertType ::= BIT STRING {
        sslClient (0), sslServer (1), smime (2), objectSigning (3), reserved (4), sslCA (5),
        smimeCA (6), objectSigningCA (7),
    }
    CertificateTemplate ::= SEQUENCE {
        templateID OID,
        templateMajorVersion INTEGER OPTIONAL,
        templateMinorVersion INTEGER OPTIONAL,
    }
}
