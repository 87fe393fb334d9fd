//! Recipients: RFC 5652, 6.2; RFC 5753; RFC 8696 and RFC 9629 as other recipients.

use super::Registry;
use super::algorithm::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use super::builtin::*;
use super::cms::{CMSVersion, CertificateSet, IssuerAndSerialNumber, RevocationInfoChoices};

/// Values of `ori`.
pub(crate) static OTHER_RECIPIENTS: Registry = &[
    ("1.2.840.113549.1.9.16.13.1", &KeyTransPSKRecipientInfo),
    ("1.2.840.113549.1.9.16.13.2", &KeyAgreePSKRecipientInfo),
    ("1.2.840.113549.1.9.16.13.3", &KEMRecipientInfo),
];

asn1! {
    OriginatorInfo ::= SEQUENCE {
        certs [0] IMPLICIT CertificateSet OPTIONAL,
        crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
    }
    RecipientInfos ::= SET OF RecipientInfo
    RecipientInfo ::= CHOICE {
        ktri KeyTransRecipientInfo,
        kari [1] IMPLICIT KeyAgreeRecipientInfo,
        kekri [2] IMPLICIT KEKRecipientInfo,
        pwri [3] IMPLICIT PasswordRecipientInfo,
        ori [4] IMPLICIT OtherRecipientInfo,
    }

    KeyTransRecipientInfo ::= SEQUENCE {
        version CMSVersion,
        rid RecipientIdentifier,
        keyEncryptionAlgorithm AlgorithmIdentifier,
        encryptedKey OCTET_STRING,
    }
    RecipientIdentifier ::= CHOICE {
        issuerAndSerialNumber IssuerAndSerialNumber,
        subjectKeyIdentifier [0] IMPLICIT OCTET_STRING,
    }

    KeyAgreeRecipientInfo ::= SEQUENCE {
        version CMSVersion,
        originator [0] EXPLICIT OriginatorIdentifierOrKey,
        ukm [1] EXPLICIT OCTET_STRING OPTIONAL,
        keyEncryptionAlgorithm AlgorithmIdentifier,
        recipientEncryptedKeys RecipientEncryptedKeys,
    }
    OriginatorIdentifierOrKey ::= CHOICE {
        issuerAndSerialNumber IssuerAndSerialNumber,
        subjectKeyIdentifier [0] IMPLICIT OCTET_STRING,
        originatorKey [1] IMPLICIT OriginatorPublicKey,
    }
    OriginatorPublicKey ::= SubjectPublicKeyInfo
    RecipientEncryptedKeys ::= SEQUENCE OF RecipientEncryptedKey
    RecipientEncryptedKey ::= SEQUENCE {
        rid KeyAgreeRecipientIdentifier, encryptedKey OCTET_STRING,
    }
    KeyAgreeRecipientIdentifier ::= CHOICE {
        issuerAndSerialNumber IssuerAndSerialNumber,
        rKeyId [0] IMPLICIT RecipientKeyIdentifier,
    }
    RecipientKeyIdentifier ::= SEQUENCE {
        subjectKeyIdentifier OCTET_STRING,
        date GeneralizedTime OPTIONAL,
        other OtherKeyAttribute OPTIONAL,
    }
    OtherKeyAttribute ::= SEQUENCE { keyAttrId OID, keyAttr ANY OPTIONAL }

    KEKRecipientInfo ::= SEQUENCE {
        version CMSVersion,
        kekid KEKIdentifier,
        keyEncryptionAlgorithm AlgorithmIdentifier,
        encryptedKey OCTET_STRING,
    }
    KEKIdentifier ::= SEQUENCE {
        keyIdentifier OCTET_STRING,
        date GeneralizedTime OPTIONAL,
        other OtherKeyAttribute OPTIONAL,
    }
    PasswordRecipientInfo ::= SEQUENCE {
        version CMSVersion,
        keyDerivationAlgorithm [0] IMPLICIT AlgorithmIdentifier OPTIONAL,
        keyEncryptionAlgorithm AlgorithmIdentifier,
        encryptedKey OCTET_STRING,
    }
    OtherRecipientInfo ::= SEQUENCE { oriType OID, oriValue OriValue }
    OriValue ::= ANY DEFINED BY OTHER_RECIPIENTS

    KEMRecipientInfo ::= SEQUENCE {
        version CMSVersion,
        rid RecipientIdentifier,
        kem AlgorithmIdentifier,
        kemct OCTET_STRING,
        kdf AlgorithmIdentifier,
        kekLength INTEGER,
        ukm [0] EXPLICIT OCTET_STRING OPTIONAL,
        wrap AlgorithmIdentifier,
        encryptedKey OCTET_STRING,
    }
    KeyTransPSKRecipientInfo ::= SEQUENCE {
        version CMSVersion,
        pskid OCTET_STRING,
        kdfAlgorithm AlgorithmIdentifier,
        keyEncryptionAlgorithm AlgorithmIdentifier,
        ktris KeyTransRecipientInfos,
        encryptedKey OCTET_STRING,
    }
    KeyTransRecipientInfos ::= SEQUENCE OF KeyTransRecipientInfo
    KeyAgreePSKRecipientInfo ::= SEQUENCE {
        version CMSVersion,
        pskid OCTET_STRING,
        originator [0] EXPLICIT OriginatorIdentifierOrKey,
        ukm [1] EXPLICIT OCTET_STRING OPTIONAL,
        kdfAlgorithm AlgorithmIdentifier,
        keyEncryptionAlgorithm AlgorithmIdentifier,
        recipientEncryptedKeys RecipientEncryptedKeys,
    }
}
