//! Enhanced security services: RFC 2634 and RFC 5035; RFC 5752; signature formats of RFC 5126 in part.

use super::algorithm::AlgorithmIdentifier;
use super::builtin::*;
use super::certificate::{GeneralNames, IssuerSerial};
use super::cms::IssuerAndSerialNumber;
use super::extension::PolicyInformation;

asn1! {
    ReceiptRequest ::= SEQUENCE {
        signedContentIdentifier OCTET_STRING,
        receiptsFrom ReceiptsFrom,
        receiptsTo GeneralNamesList,
    }
    GeneralNamesList ::= SEQUENCE OF GeneralNames
    ReceiptsFrom ::= CHOICE {
        allOrFirstTier [0] IMPLICIT AllOrFirstTier,
        receiptList [1] IMPLICIT GeneralNamesList,
    }
    AllOrFirstTier ::= INTEGER { allReceipts (0), firstTierRecipients (1) }
    Receipt ::= SEQUENCE {
        version ESSVersion,
        contentType OID,
        signedContentIdentifier OCTET_STRING,
        originatorSignatureValue OCTET_STRING,
    }
    ESSVersion ::= INTEGER { v1 (1) }
    ContentHints ::= SEQUENCE { contentDescription UTF8String OPTIONAL, contentType OID }
    ContentReference ::= SEQUENCE {
        contentType OID,
        signedContentIdentifier OCTET_STRING,
        originatorSignatureValue OCTET_STRING,
    }

    ESSSecurityLabel ::= SET {
        security_policy_identifier OID,
        security_classification SecurityClassification OPTIONAL,
        privacy_mark ESSPrivacyMark OPTIONAL,
        security_categories SecurityCategories OPTIONAL,
    }
    SecurityClassification ::= INTEGER {
        unmarked (0), unclassified (1), restricted (2), confidential (3), secret (4),
        top_secret (5),
    }
    ESSPrivacyMark ::= CHOICE { pString PrintableString, utf8String UTF8String }
    SecurityCategories ::= SET OF SecurityCategory
    SecurityCategory ::= SEQUENCE { type [0] IMPLICIT OID, value [1] EXPLICIT ANY }
    EquivalentLabels ::= SEQUENCE OF ESSSecurityLabel

    MLExpansionHistory ::= SEQUENCE OF MLData
    MLData ::= SEQUENCE {
        mailListIdentifier EntityIdentifier,
        expansionTime GeneralizedTime,
        mlReceiptPolicy MLReceiptPolicy OPTIONAL,
    }
    EntityIdentifier ::= CHOICE {
        issuerAndSerialNumber IssuerAndSerialNumber, subjectKeyIdentifier OCTET_STRING,
    }
    MLReceiptPolicy ::= CHOICE {
        none [0] IMPLICIT NULL,
        insteadOf [1] IMPLICIT GeneralNamesList,
        inAdditionTo [2] IMPLICIT GeneralNamesList,
    }

    SigningCertificate ::= SEQUENCE {
        certs ESSCertIDs, policies PolicyInformations OPTIONAL,
    }
    ESSCertIDs ::= SEQUENCE OF ESSCertID
    ESSCertID ::= SEQUENCE { certHash OCTET_STRING, issuerSerial IssuerSerial OPTIONAL }
    PolicyInformations ::= SEQUENCE OF PolicyInformation
    SigningCertificateV2 ::= SEQUENCE {
        certs ESSCertIDv2s, policies PolicyInformations OPTIONAL,
    }
    ESSCertIDv2s ::= SEQUENCE OF ESSCertIDv2
    ESSCertIDv2 ::= SEQUENCE {
        hashAlgorithm AlgorithmIdentifier DEFAULT,
        certHash OCTET_STRING,
        issuerSerial IssuerSerial OPTIONAL,
    }
    MultipleSignatures ::= SEQUENCE {
        bodyHashAlg AlgorithmIdentifier,
        signAlg AlgorithmIdentifier,
        signAttrsHash SignAttrsHash,
        cert ESSCertIDv2 OPTIONAL,
    }
    SignAttrsHash ::= SEQUENCE { algID AlgorithmIdentifier, hash OCTET_STRING }

    SignaturePolicy ::= CHOICE {
        signaturePolicyId SignaturePolicyId, signaturePolicyImplied NULL,
    }
    SignaturePolicyId ::= SEQUENCE {
        sigPolicyId OID,
        sigPolicyHash OtherHashAlgAndValue OPTIONAL,
        sigPolicyQualifiers SigPolicyQualifiers OPTIONAL,
    }
    OtherHashAlgAndValue ::= SEQUENCE {
        hashAlgorithm AlgorithmIdentifier, hashValue OCTET_STRING,
    }
    SigPolicyQualifiers ::= SEQUENCE OF SigPolicyQualifierInfo
    SigPolicyQualifierInfo ::= SEQUENCE { sigPolicyQualifierId OID, sigQualifier ANY }
    CommitmentTypeIndication ::= SEQUENCE {
        commitmentTypeId OID, commitmentTypeQualifier CommitmentTypeQualifiers OPTIONAL,
    }
    CommitmentTypeQualifiers ::= SEQUENCE OF CommitmentTypeQualifier
    CommitmentTypeQualifier ::= SEQUENCE {
        commitmentTypeIdentifier OID, qualifier ANY OPTIONAL,
    }
    SignerLocation ::= SEQUENCE {
        countryName [0] EXPLICIT DirectoryString OPTIONAL,
        localityName [1] EXPLICIT DirectoryString OPTIONAL,
        postalAddress [2] EXPLICIT PostalAddress OPTIONAL,
    }
    PostalAddress ::= SEQUENCE OF DirectoryString
}
