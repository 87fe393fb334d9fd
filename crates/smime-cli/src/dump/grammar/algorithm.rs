//! Algorithms, their parameters and public keys: RFC 3279, 3370, 4055, 5084, 5480, 5753, 8017, 8018, 9629, 9709.

use super::Registry;
use super::builtin::*;

/// Parameters by algorithm. What is absent here has none, or NULL.
pub(crate) static PARAMETERS: Registry = &[
    ("1.2.840.113549.1.1.7", &RSAES_OAEP_params),
    ("1.2.840.113549.1.1.8", &AlgorithmIdentifier),
    ("1.2.840.113549.1.1.9", &OCTET_STRING),
    ("1.2.840.113549.1.1.10", &RSASSA_PSS_params),
    ("1.2.840.10040.4.1", &Dss_Parms),
    ("1.2.840.10045.2.1", &ECParameters),
    ("1.3.132.1.12", &ECParameters),
    ("1.2.840.10046.2.1", &DomainParameters),
    ("1.2.840.113549.1.3.1", &DHParameter),
    // Key agreement: the parameters are the key wrap algorithm (RFC 5753, 7.1.4; RFC 8418, 2.2; RFC 3370, 4.1).
    ("1.3.133.16.840.63.0.2", &KeyWrapAlgorithm),
    ("1.3.133.16.840.63.0.3", &KeyWrapAlgorithm),
    ("1.3.133.16.840.63.0.16", &KeyWrapAlgorithm),
    ("1.3.132.1.11.0", &KeyWrapAlgorithm),
    ("1.3.132.1.11.1", &KeyWrapAlgorithm),
    ("1.3.132.1.11.2", &KeyWrapAlgorithm),
    ("1.3.132.1.11.3", &KeyWrapAlgorithm),
    ("1.3.132.1.14.0", &KeyWrapAlgorithm),
    ("1.3.132.1.14.1", &KeyWrapAlgorithm),
    ("1.3.132.1.14.2", &KeyWrapAlgorithm),
    ("1.3.132.1.14.3", &KeyWrapAlgorithm),
    ("1.3.132.1.15.0", &KeyWrapAlgorithm),
    ("1.3.132.1.15.1", &KeyWrapAlgorithm),
    ("1.3.132.1.15.2", &KeyWrapAlgorithm),
    ("1.3.132.1.15.3", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.5", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.10", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.19", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.20", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.21", &KeyWrapAlgorithm),
    // Password recipients (RFC 3211) and CEK-HKDF (RFC 9709): an algorithm within.
    ("1.2.840.113549.1.9.16.3.9", &KeyEncryptionAlgorithm),
    ("1.2.840.113549.1.9.16.3.31", &ContentEncryptionAlgorithm),
    // RSA-KEM (RFC 5990, RFC 9690) and its key derivation.
    ("1.2.840.113549.1.9.16.3.14", &GenericHybridParameters),
    ("1.0.18033.2.2.4", &RsaKemParameters),
    ("1.3.133.16.840.9.44.1.1", &AlgorithmIdentifier),
    ("1.3.133.16.840.9.44.1.2", &AlgorithmIdentifier),
    // Initialisation vectors.
    ("2.16.840.1.101.3.4.1.2", &Iv),
    ("2.16.840.1.101.3.4.1.22", &Iv),
    ("2.16.840.1.101.3.4.1.42", &Iv),
    ("1.2.840.113549.3.7", &Iv),
    ("1.3.14.3.2.7", &Iv),
    ("1.2.840.113549.1.9.16.3.18", &Nonce),
    ("1.2.840.113549.3.2", &RC2Parameter),
    // AES-GCM, AES-CCM (RFC 5084) and AES-GMAC (RFC 9044).
    ("2.16.840.1.101.3.4.1.6", &GCMParameters),
    ("2.16.840.1.101.3.4.1.26", &GCMParameters),
    ("2.16.840.1.101.3.4.1.46", &GCMParameters),
    ("2.16.840.1.101.3.4.1.7", &CCMParameters),
    ("2.16.840.1.101.3.4.1.27", &CCMParameters),
    ("2.16.840.1.101.3.4.1.47", &CCMParameters),
    ("2.16.840.1.101.3.4.1.9", &GMACParameters),
    ("2.16.840.1.101.3.4.1.29", &GMACParameters),
    ("2.16.840.1.101.3.4.1.49", &GMACParameters),
    // Passwords (RFC 8018, RFC 7292, RFC 7914).
    ("1.2.840.113549.1.5.12", &PBKDF2_params),
    ("1.2.840.113549.1.5.13", &PBES2_params),
    ("1.2.840.113549.1.5.14", &PBMAC1_params),
    ("1.2.840.113549.1.5.1", &PBEParameter),
    ("1.2.840.113549.1.5.3", &PBEParameter),
    ("1.2.840.113549.1.5.6", &PBEParameter),
    ("1.2.840.113549.1.5.10", &PBEParameter),
    ("1.2.840.113549.1.5.11", &PBEParameter),
    ("1.2.840.113549.1.12.1.1", &PBEParameter),
    ("1.2.840.113549.1.12.1.2", &PBEParameter),
    ("1.2.840.113549.1.12.1.3", &PBEParameter),
    ("1.2.840.113549.1.12.1.4", &PBEParameter),
    ("1.2.840.113549.1.12.1.5", &PBEParameter),
    ("1.2.840.113549.1.12.1.6", &PBEParameter),
    ("1.3.6.1.4.1.11591.4.11", &Scrypt_params),
];

/// Public keys whose BIT STRING holds an encoding.
pub(crate) static PUBLIC_KEYS: Registry = &[
    ("1.2.840.113549.1.1.1", &RSAPublicKey),
    ("1.2.840.113549.1.1.7", &RSAPublicKey),
    ("1.2.840.113549.1.1.10", &RSAPublicKey),
    ("1.2.840.113549.1.9.16.3.14", &RSAPublicKey),
    ("1.2.840.10040.4.1", &DSAPublicKey),
    ("1.2.840.10046.2.1", &DHPublicKey),
    ("1.2.840.113549.1.3.1", &DHPublicKey),
];

/// What SMIMECapabilities say about an algorithm, where it is not its parameters (RFC 8551, 2.5.2; RFC 3370).
pub(crate) static CAPABILITIES: Registry = &[
    ("1.2.840.113549.3.2", &SMIMECapabilitiesParametersForRC2CBC),
    ("1.2.840.113549.1.1.7", &RSAES_OAEP_params),
    ("1.2.840.113549.1.1.10", &RSASSA_PSS_params),
    ("1.3.133.16.840.63.0.2", &KeyWrapAlgorithm),
    ("1.3.132.1.11.1", &KeyWrapAlgorithm),
    ("1.3.132.1.11.2", &KeyWrapAlgorithm),
    ("1.3.132.1.11.3", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.5", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.10", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.19", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.20", &KeyWrapAlgorithm),
    ("1.2.840.113549.1.9.16.3.21", &KeyWrapAlgorithm),
];

asn1! {
    AlgorithmIdentifier ::= SEQUENCE { algorithm OID, parameters Parameters OPTIONAL }
    Parameters ::= ANY DEFINED BY PARAMETERS
    KeyWrapAlgorithm ::= AlgorithmIdentifier
    KeyEncryptionAlgorithm ::= AlgorithmIdentifier
    ContentEncryptionAlgorithm ::= AlgorithmIdentifier
    AlgorithmIdentifiers ::= SEQUENCE OF AlgorithmIdentifier

    RSAES_OAEP_params ::= SEQUENCE {
        hashAlgorithm [0] EXPLICIT AlgorithmIdentifier DEFAULT,
        maskGenAlgorithm [1] EXPLICIT AlgorithmIdentifier DEFAULT,
        pSourceAlgorithm [2] EXPLICIT AlgorithmIdentifier DEFAULT,
    }
    RSASSA_PSS_params ::= SEQUENCE {
        hashAlgorithm [0] EXPLICIT AlgorithmIdentifier DEFAULT,
        maskGenAlgorithm [1] EXPLICIT AlgorithmIdentifier DEFAULT,
        saltLength [2] EXPLICIT INTEGER DEFAULT,
        trailerField [3] EXPLICIT INTEGER DEFAULT,
    }
    // Inherited parameters are NULL or absent (RFC 3279, 2.3.2).
    Dss_Parms ::= CHOICE { values Dss_Values, inherited NULL }
    Dss_Values ::= SEQUENCE { p INTEGER, q INTEGER, g INTEGER }
    DHParameter ::= SEQUENCE {
        prime INTEGER, base INTEGER, privateValueLength INTEGER OPTIONAL,
    }
    DomainParameters ::= CHOICE { values DomainValues, inherited NULL }
    DomainValues ::= SEQUENCE {
        p INTEGER, g INTEGER, q INTEGER, j INTEGER OPTIONAL,
        validationParms ValidationParms OPTIONAL,
    }
    ValidationParms ::= SEQUENCE { seed BIT_STRING, pgenCounter INTEGER }
    ECParameters ::= CHOICE { namedCurve OID, implicitCurve NULL, specifiedCurve SpecifiedECDomain }
    SpecifiedECDomain ::= SEQUENCE {
        version INTEGER, fieldID FieldID, curve Curve, base OCTET_STRING, order INTEGER,
        cofactor INTEGER OPTIONAL, hash AlgorithmIdentifier OPTIONAL,
    }
    FieldID ::= SEQUENCE { fieldType OID, parameters ANY }
    Curve ::= SEQUENCE { a OCTET_STRING, b OCTET_STRING, seed BIT_STRING OPTIONAL }

    Iv ::= OCTET_STRING
    Nonce ::= OCTET_STRING
    RC2Parameter ::= CHOICE { iv OCTET_STRING, parameters RC2CBCParameter }
    RC2CBCParameter ::= SEQUENCE { rc2ParameterVersion INTEGER OPTIONAL, iv OCTET_STRING }
    GCMParameters ::= SEQUENCE { aes_nonce OCTET_STRING, aes_ICVlen INTEGER DEFAULT }
    CCMParameters ::= SEQUENCE { aes_nonce OCTET_STRING, aes_ICVlen INTEGER DEFAULT }
    GMACParameters ::= SEQUENCE { nonce OCTET_STRING, length INTEGER DEFAULT }

    PBKDF2_params ::= SEQUENCE {
        salt Salt, iterationCount INTEGER, keyLength INTEGER OPTIONAL,
        prf AlgorithmIdentifier DEFAULT,
    }
    Salt ::= CHOICE { specified OCTET_STRING, otherSource AlgorithmIdentifier }
    PBES2_params ::= SEQUENCE {
        keyDerivationFunc AlgorithmIdentifier, encryptionScheme AlgorithmIdentifier,
    }
    PBMAC1_params ::= SEQUENCE {
        keyDerivationFunc AlgorithmIdentifier, messageAuthScheme AlgorithmIdentifier,
    }
    PBEParameter ::= SEQUENCE { salt OCTET_STRING, iterationCount INTEGER }
    Scrypt_params ::= SEQUENCE {
        salt OCTET_STRING, costParameter INTEGER, blockSize INTEGER,
        parallelizationParameter INTEGER, keyLength INTEGER OPTIONAL,
    }

    GenericHybridParameters ::= SEQUENCE { kem AlgorithmIdentifier, dem AlgorithmIdentifier }
    RsaKemParameters ::= SEQUENCE { keyDerivationFunction AlgorithmIdentifier, keyLength INTEGER }

    RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
    DSAPublicKey ::= INTEGER
    DHPublicKey ::= INTEGER
    SubjectPublicKeyInfo ::= SEQUENCE {
        algorithm AlgorithmIdentifier, subjectPublicKey SubjectPublicKey,
    }
    SubjectPublicKey ::= BIT STRING CONTAINING PublicKey
    PublicKey ::= ANY DEFINED BY PUBLIC_KEYS

    SMIMECapabilities ::= SEQUENCE OF SMIMECapability
    SMIMECapability ::= SEQUENCE { capabilityID OID, parameters CapabilityParameters OPTIONAL }
    CapabilityParameters ::= ANY DEFINED BY CAPABILITIES
    // Netscape and others put the number of bits into a SEQUENCE.
    SMIMECapabilitiesParametersForRC2CBC ::= CHOICE { bits INTEGER, sequence IntegerList }
}
