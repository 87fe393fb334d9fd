//! Private keys and PKCS #12: RFC 5958, 5915, 8017, 7292. What is private is never shown.

use super::Registry;
use super::algorithm::{AlgorithmIdentifier, ECParameters};
use super::attribute::AttributeValues;
use super::builtin::*;
use super::certificate::{Certificate, CertificateList};
use super::cms::{EncryptedData, EnvelopedData, SignedData};

/// Contents of the authenticated safe; data holds bags (RFC 7292, 4.1).
pub(crate) static SAFES: Registry = &[
    ("1.2.840.113549.1.7.1", &SafeData),
    ("1.2.840.113549.1.7.3", &EnvelopedData),
    ("1.2.840.113549.1.7.6", &EncryptedData),
];

/// Bags (RFC 7292, 4.2).
pub(crate) static BAGS: Registry = &[
    ("1.2.840.113549.1.12.10.1.1", &OneAsymmetricKey),
    ("1.2.840.113549.1.12.10.1.2", &EncryptedPrivateKeyInfo),
    ("1.2.840.113549.1.12.10.1.3", &CertBag),
    ("1.2.840.113549.1.12.10.1.4", &CRLBag),
    ("1.2.840.113549.1.12.10.1.5", &SECRET),
    ("1.2.840.113549.1.12.10.1.6", &SafeContents),
];

/// Certificates in bags.
pub(crate) static CERT_BAGS: Registry = &[
    ("1.2.840.113549.1.9.22.1", &HeldCertificate),
    ("1.2.840.113549.1.9.22.2", &IA5String),
    ("1.2.840.113549.1.9.23.1", &HeldCRL),
];

/// The content of a PFX: MACed as data, or signed.
pub(crate) static SAFE_SHELLS: Registry = &[
    ("1.2.840.113549.1.7.1", &AuthenticatedSafeData),
    ("1.2.840.113549.1.7.2", &SignedData),
];

asn1! {
    OneAsymmetricKey ::= PRIVATE SEQUENCE {
        version PrivateKeyVersion,
        privateKeyAlgorithm AlgorithmIdentifier,
        privateKey SECRET,
        attributes [0] IMPLICIT KeyAttributes OPTIONAL,
        publicKey [1] IMPLICIT BIT_STRING OPTIONAL,
    }
    PrivateKeyVersion ::= INTEGER { v1 (0), v2 (1) }
    KeyAttributes ::= SET OF KeyAttribute
    KeyAttribute ::= SEQUENCE { type OID, values SECRET }
    AsymmetricKeyPackage ::= SEQUENCE OF OneAsymmetricKey
    EncryptedPrivateKeyInfo ::= SEQUENCE {
        encryptionAlgorithm AlgorithmIdentifier, encryptedData OCTET_STRING,
    }
    RSAPrivateKey ::= PRIVATE SEQUENCE {
        version RSAVersion,
        modulus INTEGER,
        publicExponent INTEGER,
        privateExponent SECRET,
        prime1 SECRET,
        prime2 SECRET,
        exponent1 SECRET,
        exponent2 SECRET,
        coefficient SECRET,
        otherPrimeInfos SECRET OPTIONAL,
    }
    RSAVersion ::= INTEGER { two_prime (0), multi (1) }
    DSAPrivateKey ::= PRIVATE SEQUENCE {
        version INTEGER, p INTEGER, q INTEGER, g INTEGER, publicKey INTEGER, privateKey SECRET,
    }
    ECPrivateKey ::= PRIVATE SEQUENCE {
        version ECPrivateKeyVersion,
        privateKey SECRET,
        parameters [0] EXPLICIT ECParameters OPTIONAL,
        publicKey [1] EXPLICIT BIT_STRING OPTIONAL,
    }
    ECPrivateKeyVersion ::= INTEGER { ecPrivkeyVer1 (1) }

    PFX ::= SEQUENCE { version PFXVersion, authSafe AuthSafe, macData MacData OPTIONAL }
    PFXVersion ::= INTEGER { v3 (3) }
    AuthSafe ::= SEQUENCE { contentType OID, content [0] EXPLICIT SafeShell OPTIONAL }
    SafeShell ::= ANY DEFINED BY SAFE_SHELLS
    AuthenticatedSafeData ::= OCTET STRING CONTAINING AuthenticatedSafe
    AuthenticatedSafe ::= SEQUENCE OF SafeContentInfo
    SafeContentInfo ::= SEQUENCE { contentType OID, content [0] EXPLICIT Safe OPTIONAL }
    Safe ::= ANY DEFINED BY SAFES
    SafeData ::= OCTET STRING CONTAINING SafeContents
    SafeContents ::= SEQUENCE OF SafeBag
    SafeBag ::= PRIVATE SEQUENCE {
        bagId OID, bagValue [0] EXPLICIT BagValue, bagAttributes BagAttributes OPTIONAL,
    }
    BagValue ::= ANY DEFINED BY BAGS
    BagAttributes ::= SET OF BagAttribute
    BagAttribute ::= SEQUENCE { attrId OID, attrValues AttributeValues }
    CertBag ::= SEQUENCE { certId OID, certValue [0] EXPLICIT CertValue }
    CRLBag ::= SEQUENCE { crlId OID, crlValue [0] EXPLICIT CertValue }
    CertValue ::= ANY DEFINED BY CERT_BAGS
    HeldCertificate ::= OCTET STRING CONTAINING Certificate
    HeldCRL ::= OCTET STRING CONTAINING CertificateList
    MacData ::= SEQUENCE { mac DigestInfo, macSalt OCTET_STRING, iterations INTEGER DEFAULT }
    DigestInfo ::= SEQUENCE { digestAlgorithm AlgorithmIdentifier, digest OCTET_STRING }
}
