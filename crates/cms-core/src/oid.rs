//! Object identifiers that CMS messages name, and the names reports give them.

use der::asn1::ObjectIdentifier;

macro_rules! oids {
    ($($(#[$doc:meta])* $id:ident = $oid:literal, $name:literal;)*) => {
        $($(#[$doc])* #[doc = concat!("`", $oid, "`: ", $name, ".")]
        pub const $id: ObjectIdentifier = ObjectIdentifier::new_unwrap($oid);)*

        const NAMES: &[(ObjectIdentifier, &str)] = &[$(($id, $name)),*];
    };
}

oids! {
    // Content types.
    DATA = "1.2.840.113549.1.7.1", "data";
    SIGNED_DATA = "1.2.840.113549.1.7.2", "signed-data";
    ENVELOPED_DATA = "1.2.840.113549.1.7.3", "enveloped-data";
    SIGNED_AND_ENVELOPED_DATA = "1.2.840.113549.1.7.4", "signed-and-enveloped-data";
    DIGESTED_DATA = "1.2.840.113549.1.7.5", "digested-data";
    ENCRYPTED_DATA = "1.2.840.113549.1.7.6", "encrypted-data";
    AUTHENTICATED_DATA = "1.2.840.113549.1.9.16.1.2", "authenticated-data";
    COMPRESSED_DATA = "1.2.840.113549.1.9.16.1.9", "compressed-data";
    AUTH_ENVELOPED_DATA = "1.2.840.113549.1.9.16.1.23", "auth-enveloped-data";
    CONTENT_COLLECTION = "1.2.840.113549.1.9.16.1.19", "content-collection";
    CONTENT_WITH_ATTRIBUTES = "1.2.840.113549.1.9.16.1.20", "content-with-attributes";
    TIME_STAMPED_DATA = "1.2.840.113549.1.9.16.1.31", "time-stamped-data";
    TST_INFO = "1.2.840.113549.1.9.16.1.4", "tst-info";
    SIGNED_RECEIPT = "1.2.840.113549.1.9.16.1.1", "signed-receipt";

    // Attributes.
    EMAIL_ADDRESS = "1.2.840.113549.1.9.1", "email-address";
    CONTENT_TYPE = "1.2.840.113549.1.9.3", "content-type";
    MESSAGE_DIGEST = "1.2.840.113549.1.9.4", "message-digest";
    SIGNING_TIME = "1.2.840.113549.1.9.5", "signing-time";
    COUNTERSIGNATURE = "1.2.840.113549.1.9.6", "countersignature";
    BINARY_SIGNING_TIME = "1.2.840.113549.1.9.16.2.46", "binary-signing-time";
    ENCRYPTION_KEY_PREFERENCE = "1.2.840.113549.1.9.16.2.11", "encryption-key-preference";
    SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12", "signing-certificate";
    SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47", "signing-certificate-v2";
    CMS_ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52", "cms-algorithm-protection";
    MULTIPLE_SIGNATURES = "1.2.840.113549.1.9.16.2.51", "multiple-signatures";
    CEK_REFERENCE = "1.2.840.113549.1.9.16.2.30", "cek-reference";
    CEK_MAX_DECRYPTS = "1.2.840.113549.1.9.16.2.31", "cek-max-decrypts";
    KEK_DERIVATION_ALG = "1.2.840.113549.1.9.16.2.32", "kek-derivation-alg";
    ESS_SECURITY_LABEL = "1.2.840.113549.1.9.16.2.2", "ess-security-label";
    ML_EXPANSION_HISTORY = "1.2.840.113549.1.9.16.2.3", "ml-expansion-history";
    SMIME_CAPABILITIES = "1.2.840.113549.1.9.15", "smime-capabilities";

    // Digests.
    MD5 = "1.2.840.113549.2.5", "md5";
    SHA1 = "1.3.14.3.2.26", "sha-1";
    SHA224 = "2.16.840.1.101.3.4.2.4", "sha-224";
    SHA256 = "2.16.840.1.101.3.4.2.1", "sha-256";
    SHA384 = "2.16.840.1.101.3.4.2.2", "sha-384";
    SHA512 = "2.16.840.1.101.3.4.2.3", "sha-512";
    SHA512_224 = "2.16.840.1.101.3.4.2.5", "sha-512-224";
    SHA512_256 = "2.16.840.1.101.3.4.2.6", "sha-512-256";
    SHA3_224 = "2.16.840.1.101.3.4.2.7", "sha3-224";
    SHA3_256 = "2.16.840.1.101.3.4.2.8", "sha3-256";
    SHA3_384 = "2.16.840.1.101.3.4.2.9", "sha3-384";
    SHA3_512 = "2.16.840.1.101.3.4.2.10", "sha3-512";
    SHAKE128 = "2.16.840.1.101.3.4.2.11", "shake128";
    SHAKE256 = "2.16.840.1.101.3.4.2.12", "shake256";
    SHAKE128_LEN = "2.16.840.1.101.3.4.2.17", "shake128-len";
    SHAKE256_LEN = "2.16.840.1.101.3.4.2.18", "shake256-len";

    // Public keys and signatures.
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1", "rsa-encryption";
    MD5_WITH_RSA = "1.2.840.113549.1.1.4", "md5-with-rsa";
    SHA1_WITH_RSA = "1.2.840.113549.1.1.5", "sha1-with-rsa";
    SHA1_WITH_RSA_OIW = "1.3.14.3.2.29", "sha1-with-rsa-oiw";
    RSAES_OAEP = "1.2.840.113549.1.1.7", "rsaes-oaep";
    MGF1 = "1.2.840.113549.1.1.8", "mgf1";
    P_SPECIFIED = "1.2.840.113549.1.1.9", "p-specified";
    RSASSA_PSS = "1.2.840.113549.1.1.10", "rsassa-pss";
    SHA256_WITH_RSA = "1.2.840.113549.1.1.11", "sha256-with-rsa";
    SHA384_WITH_RSA = "1.2.840.113549.1.1.12", "sha384-with-rsa";
    SHA512_WITH_RSA = "1.2.840.113549.1.1.13", "sha512-with-rsa";
    SHA224_WITH_RSA = "1.2.840.113549.1.1.14", "sha224-with-rsa";
    SHA512_224_WITH_RSA = "1.2.840.113549.1.1.15", "sha512-224-with-rsa";
    SHA512_256_WITH_RSA = "1.2.840.113549.1.1.16", "sha512-256-with-rsa";
    SHA3_224_WITH_RSA = "2.16.840.1.101.3.4.3.13", "sha3-224-with-rsa";
    SHA3_256_WITH_RSA = "2.16.840.1.101.3.4.3.14", "sha3-256-with-rsa";
    SHA3_384_WITH_RSA = "2.16.840.1.101.3.4.3.15", "sha3-384-with-rsa";
    SHA3_512_WITH_RSA = "2.16.840.1.101.3.4.3.16", "sha3-512-with-rsa";
    RSASSA_PSS_SHAKE128 = "1.3.6.1.5.5.7.6.30", "rsassa-pss-shake128";
    RSASSA_PSS_SHAKE256 = "1.3.6.1.5.5.7.6.31", "rsassa-pss-shake256";
    DSA = "1.2.840.10040.4.1", "dsa";
    DSA_WITH_SHA1 = "1.2.840.10040.4.3", "dsa-with-sha1";
    DSA_WITH_SHA224 = "2.16.840.1.101.3.4.3.1", "dsa-with-sha224";
    DSA_WITH_SHA256 = "2.16.840.1.101.3.4.3.2", "dsa-with-sha256";
    EC_PUBLIC_KEY = "1.2.840.10045.2.1", "ec-public-key";
    P256 = "1.2.840.10045.3.1.7", "p-256";
    P384 = "1.3.132.0.34", "p-384";
    P521 = "1.3.132.0.35", "p-521";
    P224 = "1.3.132.0.33", "p-224";
    SECP256K1 = "1.3.132.0.10", "secp256k1";
    BRAINPOOL_P256R1 = "1.3.36.3.3.2.8.1.1.7", "brainpool-p256r1";
    BRAINPOOL_P384R1 = "1.3.36.3.3.2.8.1.1.11", "brainpool-p384r1";
    BRAINPOOL_P512R1 = "1.3.36.3.3.2.8.1.1.13", "brainpool-p512r1";
    ECDSA_WITH_SHA1 = "1.2.840.10045.4.1", "ecdsa-with-sha1";
    ECDSA_WITH_SHA224 = "1.2.840.10045.4.3.1", "ecdsa-with-sha224";
    ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2", "ecdsa-with-sha256";
    ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3", "ecdsa-with-sha384";
    ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4", "ecdsa-with-sha512";
    ECDSA_WITH_SHA3_224 = "2.16.840.1.101.3.4.3.9", "ecdsa-with-sha3-224";
    ECDSA_WITH_SHA3_256 = "2.16.840.1.101.3.4.3.10", "ecdsa-with-sha3-256";
    ECDSA_WITH_SHA3_384 = "2.16.840.1.101.3.4.3.11", "ecdsa-with-sha3-384";
    ECDSA_WITH_SHA3_512 = "2.16.840.1.101.3.4.3.12", "ecdsa-with-sha3-512";
    ECDSA_WITH_SHAKE128 = "1.3.6.1.5.5.7.6.32", "ecdsa-with-shake128";
    ECDSA_WITH_SHAKE256 = "1.3.6.1.5.5.7.6.33", "ecdsa-with-shake256";
    ML_DSA_44 = "2.16.840.1.101.3.4.3.17", "ml-dsa-44";
    ML_DSA_65 = "2.16.840.1.101.3.4.3.18", "ml-dsa-65";
    ML_DSA_87 = "2.16.840.1.101.3.4.3.19", "ml-dsa-87";
    SLH_DSA_SHA2_128S = "2.16.840.1.101.3.4.3.20", "slh-dsa-sha2-128s";
    SLH_DSA_SHA2_128F = "2.16.840.1.101.3.4.3.21", "slh-dsa-sha2-128f";
    SLH_DSA_SHA2_192S = "2.16.840.1.101.3.4.3.22", "slh-dsa-sha2-192s";
    SLH_DSA_SHA2_192F = "2.16.840.1.101.3.4.3.23", "slh-dsa-sha2-192f";
    SLH_DSA_SHA2_256S = "2.16.840.1.101.3.4.3.24", "slh-dsa-sha2-256s";
    SLH_DSA_SHA2_256F = "2.16.840.1.101.3.4.3.25", "slh-dsa-sha2-256f";
    SLH_DSA_SHAKE_128S = "2.16.840.1.101.3.4.3.26", "slh-dsa-shake-128s";
    SLH_DSA_SHAKE_128F = "2.16.840.1.101.3.4.3.27", "slh-dsa-shake-128f";
    SLH_DSA_SHAKE_192S = "2.16.840.1.101.3.4.3.28", "slh-dsa-shake-192s";
    SLH_DSA_SHAKE_192F = "2.16.840.1.101.3.4.3.29", "slh-dsa-shake-192f";
    SLH_DSA_SHAKE_256S = "2.16.840.1.101.3.4.3.30", "slh-dsa-shake-256s";
    SLH_DSA_SHAKE_256F = "2.16.840.1.101.3.4.3.31", "slh-dsa-shake-256f";
    HSS_LMS = "1.2.840.113549.1.9.16.3.17", "hss-lms";
    ML_KEM_512 = "2.16.840.1.101.3.4.4.1", "ml-kem-512";
    ML_KEM_768 = "2.16.840.1.101.3.4.4.2", "ml-kem-768";
    ML_KEM_1024 = "2.16.840.1.101.3.4.4.3", "ml-kem-1024";
    RSA_KEM = "1.2.840.113549.1.9.16.3.14", "rsa-kem";
    KEM_RSA = "1.0.18033.2.2.4", "kem-rsa";
    KDF2 = "1.3.133.16.840.9.44.1.1", "kdf2";
    KDF3 = "1.3.133.16.840.9.44.1.2", "kdf3";
    HKDF_SHA256 = "1.2.840.113549.1.9.16.3.28", "hkdf-sha256";
    HKDF_SHA384 = "1.2.840.113549.1.9.16.3.29", "hkdf-sha384";
    HKDF_SHA512 = "1.2.840.113549.1.9.16.3.30", "hkdf-sha512";
    X25519 = "1.3.101.110", "x25519";
    X448 = "1.3.101.111", "x448";
    ED25519 = "1.3.101.112", "ed25519";
    ED448 = "1.3.101.113", "ed448";

    // Key agreement.
    ECDH_STD_SHA1 = "1.3.133.16.840.63.0.2", "ecdh-std-sha1kdf";
    ECDH_STD_SHA224 = "1.3.132.1.11.0", "ecdh-std-sha224kdf";
    ECDH_STD_SHA256 = "1.3.132.1.11.1", "ecdh-std-sha256kdf";
    ECDH_STD_SHA384 = "1.3.132.1.11.2", "ecdh-std-sha384kdf";
    ECDH_STD_SHA512 = "1.3.132.1.11.3", "ecdh-std-sha512kdf";
    ECDH_COFACTOR_SHA1 = "1.3.133.16.840.63.0.3", "ecdh-cofactor-sha1kdf";
    ECDH_COFACTOR_SHA224 = "1.3.132.1.14.0", "ecdh-cofactor-sha224kdf";
    ECDH_COFACTOR_SHA256 = "1.3.132.1.14.1", "ecdh-cofactor-sha256kdf";
    ECDH_COFACTOR_SHA384 = "1.3.132.1.14.2", "ecdh-cofactor-sha384kdf";
    ECDH_COFACTOR_SHA512 = "1.3.132.1.14.3", "ecdh-cofactor-sha512kdf";
    ECDH_HKDF_SHA256 = "1.2.840.113549.1.9.16.3.19", "ecdh-hkdf-sha256";
    ECDH_HKDF_SHA384 = "1.2.840.113549.1.9.16.3.20", "ecdh-hkdf-sha384";
    ECDH_HKDF_SHA512 = "1.2.840.113549.1.9.16.3.21", "ecdh-hkdf-sha512";

    MQV_SHA224 = "1.3.132.1.15.0", "mqv-sha224kdf";
    MQV_SHA256 = "1.3.132.1.15.1", "mqv-sha256kdf";
    MQV_SHA384 = "1.3.132.1.15.2", "mqv-sha384kdf";
    MQV_SHA512 = "1.3.132.1.15.3", "mqv-sha512kdf";
    MQV_SHA1 = "1.3.133.16.840.63.0.16", "mqv-sha1kdf";
    DH_PUBLIC_NUMBER = "1.2.840.10046.2.1", "dh-public-number";
    DH_ES = "1.2.840.113549.1.9.16.3.5", "dh-es";
    DH_SS = "1.2.840.113549.1.9.16.3.10", "dh-ss";

    // Key wrap.
    AES128_WRAP = "2.16.840.1.101.3.4.1.5", "aes-128-wrap";
    AES192_WRAP = "2.16.840.1.101.3.4.1.25", "aes-192-wrap";
    AES256_WRAP = "2.16.840.1.101.3.4.1.45", "aes-256-wrap";
    AES128_WRAP_PAD = "2.16.840.1.101.3.4.1.8", "aes-128-wrap-pad";
    AES192_WRAP_PAD = "2.16.840.1.101.3.4.1.28", "aes-192-wrap-pad";
    AES256_WRAP_PAD = "2.16.840.1.101.3.4.1.48", "aes-256-wrap-pad";
    CMS_3DES_WRAP = "1.2.840.113549.1.9.16.3.6", "cms-3des-wrap";
    CMS_RC2_WRAP = "1.2.840.113549.1.9.16.3.7", "cms-rc2-wrap";
    CAMELLIA128_WRAP = "1.2.392.200011.61.1.1.3.2", "camellia-128-wrap";
    CAMELLIA192_WRAP = "1.2.392.200011.61.1.1.3.3", "camellia-192-wrap";
    CAMELLIA256_WRAP = "1.2.392.200011.61.1.1.3.4", "camellia-256-wrap";
    SEED_WRAP = "1.2.410.200004.7.1.1.1", "seed-wrap";
    CAST5_WRAP = "1.2.840.113533.7.66.15", "cast5-wrap";
    IDEA_WRAP = "1.3.6.1.4.1.188.7.1.1.6", "idea-wrap";
    HMAC_3DES_WRAP = "1.2.840.113549.1.9.16.3.11", "hmac-3des-wrap";
    HMAC_AES_WRAP = "1.2.840.113549.1.9.16.3.12", "hmac-aes-wrap";

    // Content encryption.
    AES128_CBC = "2.16.840.1.101.3.4.1.2", "aes-128-cbc";
    AES192_CBC = "2.16.840.1.101.3.4.1.22", "aes-192-cbc";
    AES256_CBC = "2.16.840.1.101.3.4.1.42", "aes-256-cbc";
    AES128_GCM = "2.16.840.1.101.3.4.1.6", "aes-128-gcm";
    AES192_GCM = "2.16.840.1.101.3.4.1.26", "aes-192-gcm";
    AES256_GCM = "2.16.840.1.101.3.4.1.46", "aes-256-gcm";
    DES_EDE3_CBC = "1.2.840.113549.3.7", "des-ede3-cbc";
    RC2_CBC = "1.2.840.113549.3.2", "rc2-cbc";
    DES_CBC = "1.3.14.3.2.7", "des-cbc";
    AES128_CCM = "2.16.840.1.101.3.4.1.7", "aes-128-ccm";
    AES192_CCM = "2.16.840.1.101.3.4.1.27", "aes-192-ccm";
    AES256_CCM = "2.16.840.1.101.3.4.1.47", "aes-256-ccm";
    CHACHA20_POLY1305 = "1.2.840.113549.1.9.16.3.18", "chacha20-poly1305";
    AUTH_ENC_128 = "1.2.840.113549.1.9.16.3.15", "auth-enc-128";
    AUTH_ENC_256 = "1.2.840.113549.1.9.16.3.16", "auth-enc-256";
    CAMELLIA128_CBC = "1.2.392.200011.61.1.1.1.2", "camellia-128-cbc";
    CAMELLIA192_CBC = "1.2.392.200011.61.1.1.1.3", "camellia-192-cbc";
    CAMELLIA256_CBC = "1.2.392.200011.61.1.1.1.4", "camellia-256-cbc";
    SEED_CBC = "1.2.410.200004.1.4", "seed-cbc";
    CAST5_CBC = "1.2.840.113533.7.66.10", "cast5-cbc";
    IDEA_CBC = "1.3.6.1.4.1.188.7.1.1.2", "idea-cbc";

    CEK_HKDF_SHA256 = "1.2.840.113549.1.9.16.3.31", "cek-hkdf-sha256";
    PWRI_KEK = "1.2.840.113549.1.9.16.3.9", "pwri-kek";
    ZLIB = "1.2.840.113549.1.9.16.3.8", "zlib";

    // Revocation information.
    RI_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2", "ocsp-response";
    RI_SCVP = "1.3.6.1.5.5.7.16.4", "scvp-response";

    // Message authentication and password-based encryption.
    HMAC_SHA1 = "1.2.840.113549.2.7", "hmac-sha-1";
    HMAC_SHA1_IETF = "1.3.6.1.5.5.8.1.2", "hmac-sha-1-ietf";
    HMAC_SHA224 = "1.2.840.113549.2.8", "hmac-sha-224";
    HMAC_SHA256 = "1.2.840.113549.2.9", "hmac-sha-256";
    HMAC_SHA384 = "1.2.840.113549.2.10", "hmac-sha-384";
    HMAC_SHA512 = "1.2.840.113549.2.11", "hmac-sha-512";
    HMAC_SHA512_224 = "1.2.840.113549.2.12", "hmac-sha-512-224";
    HMAC_SHA512_256 = "1.2.840.113549.2.13", "hmac-sha-512-256";
    HMAC_SHA3_224 = "2.16.840.1.101.3.4.2.13", "hmac-sha3-224";
    HMAC_SHA3_256 = "2.16.840.1.101.3.4.2.14", "hmac-sha3-256";
    HMAC_SHA3_384 = "2.16.840.1.101.3.4.2.15", "hmac-sha3-384";
    HMAC_SHA3_512 = "2.16.840.1.101.3.4.2.16", "hmac-sha3-512";
    AES128_GMAC = "2.16.840.1.101.3.4.1.9", "aes-128-gmac";
    AES192_GMAC = "2.16.840.1.101.3.4.1.29", "aes-192-gmac";
    AES256_GMAC = "2.16.840.1.101.3.4.1.49", "aes-256-gmac";
    KMAC128_WITH_SHAKE = "2.16.840.1.101.3.4.2.19", "kmac-with-shake128";
    KMAC256_WITH_SHAKE = "2.16.840.1.101.3.4.2.20", "kmac-with-shake256";
    KMAC128_KDF = "2.16.840.1.101.3.4.2.21", "kmac128-kdf";
    KMAC256_KDF = "2.16.840.1.101.3.4.2.22", "kmac256-kdf";
    SCRYPT = "1.3.6.1.4.1.11591.4.11", "scrypt";
    PBKDF2 = "1.2.840.113549.1.5.12", "pbkdf2";
    PBES2 = "1.2.840.113549.1.5.13", "pbes2";
    PBMAC1 = "1.2.840.113549.1.5.14", "pbmac1";
}

const fn unsupported_entry(oid: &str, name: &'static str) -> (ObjectIdentifier, &'static str) {
    (ObjectIdentifier::new_unwrap(oid), name)
}

/// Algorithms of CMS that are withdrawn, experimental or of one nation, and not implemented, with their RFC.
const UNSUPPORTED: &[(ObjectIdentifier, &str)] = &[
    unsupported_entry(
        "1.2.643.2.2.3",
        "GOST R 34.11-94 with GOST R 34.10-2001, RFC 4490",
    ),
    unsupported_entry(
        "1.2.643.2.2.4",
        "GOST R 34.11-94 with GOST R 34.10-94, RFC 4490",
    ),
    unsupported_entry("1.2.643.2.2.9", "GOST R 34.11-94, RFC 4490"),
    unsupported_entry("1.2.643.2.2.10", "HMAC with GOST R 34.11-94, RFC 4490"),
    unsupported_entry("1.2.643.2.2.13.0", "GOST 28147-89 key wrap, RFC 4490"),
    unsupported_entry("1.2.643.2.2.13.1", "CryptoPro key wrap, RFC 4490"),
    unsupported_entry(
        "1.2.643.2.2.14.0",
        "GOST 28147-89 without key meshing, RFC 4357",
    ),
    unsupported_entry(
        "1.2.643.2.2.14.1",
        "GOST 28147-89 with key meshing, RFC 4357",
    ),
    unsupported_entry("1.2.643.2.2.19", "GOST R 34.10-2001, RFC 4490"),
    unsupported_entry("1.2.643.2.2.20", "GOST R 34.10-94, RFC 4490"),
    unsupported_entry("1.2.643.2.2.21", "GOST 28147-89, RFC 4490"),
    unsupported_entry(
        "1.2.643.2.2.96",
        "GOST R 34.10-2001 key agreement, RFC 4490",
    ),
    unsupported_entry("1.2.643.2.2.97", "GOST R 34.10-94 key agreement, RFC 4490"),
    unsupported_entry("1.2.643.2.2.98", "GOST R 34.10-2001 DH, RFC 4357"),
    unsupported_entry("1.2.643.2.2.99", "GOST R 34.10-94 DH, RFC 4357"),
    unsupported_entry(
        "1.2.643.7.1.1.1.1",
        "GOST R 34.10-2012 with 256 bits, RFC 9215",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.1.2",
        "GOST R 34.10-2012 with 512 bits, RFC 9215",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.2.2",
        "GOST R 34.11-2012 with 256 bits, RFC 9215",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.2.3",
        "GOST R 34.11-2012 with 512 bits, RFC 9215",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.3.2",
        "GOST R 34.10-2012 signature with 256 bits, RFC 9215",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.3.3",
        "GOST R 34.10-2012 signature with 512 bits, RFC 9215",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.4.1",
        "HMAC with GOST R 34.11-2012 of 256 bits, RFC 7836",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.4.2",
        "HMAC with GOST R 34.11-2012 of 512 bits, RFC 7836",
    ),
    unsupported_entry("1.2.643.7.1.1.5.1.1", "Magma in CTR-ACPKM, RFC 9337"),
    unsupported_entry(
        "1.2.643.7.1.1.5.1.2",
        "Magma in CTR-ACPKM with OMAC, RFC 9337",
    ),
    unsupported_entry("1.2.643.7.1.1.5.2.1", "Kuznyechik in CTR-ACPKM, RFC 9337"),
    unsupported_entry(
        "1.2.643.7.1.1.5.2.2",
        "Kuznyechik in CTR-ACPKM with OMAC, RFC 9337",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.6.1",
        "GOST R 34.10-2012 key agreement with 256 bits, RFC 7836",
    ),
    unsupported_entry(
        "1.2.643.7.1.1.6.2",
        "GOST R 34.10-2012 key agreement with 512 bits, RFC 7836",
    ),
    unsupported_entry("2.16.840.1.101.2.1.1.4", "Skipjack, RFC 2876"),
    unsupported_entry("2.16.840.1.101.2.1.1.22", "KEA key agreement, RFC 2876"),
    unsupported_entry("2.16.840.1.101.2.1.1.23", "Skipjack key wrap, RFC 2876"),
    unsupported_entry("2.16.840.1.101.2.1.1.24", "KEA key encryption, RFC 2876"),
    unsupported_entry(
        "1.2.840.113549.1.9.16.3.13",
        "MD5-XOR, an experiment, RFC 6210",
    ),
];

/// What a known algorithm is that no provider here will ever have, with its RFC.
#[must_use]
pub fn unsupported(oid: &ObjectIdentifier) -> Option<&'static str> {
    UNSUPPORTED
        .iter()
        .find(|(known, _)| known == oid)
        .map(|(_, name)| *name)
}

/// The name that reports give an identifier, if it has one here.
#[must_use]
pub fn name(oid: &ObjectIdentifier) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|(known, _)| known == oid)
        .map(|(_, name)| *name)
}

/// The name, or the identifier in dots.
#[must_use]
pub fn display(oid: &ObjectIdentifier) -> alloc::string::String {
    name(oid).map_or_else(|| alloc::format!("{oid}"), Into::into)
}

/// The identifier of a name that [`name`] gives.
#[must_use]
pub fn by_name(name: &str) -> Option<ObjectIdentifier> {
    NAMES
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(oid, _)| *oid)
}

/// Whether a content type is one of CMS and its kin, so that content of that type is a further layer.
#[must_use]
pub fn is_cms_layer(content_type: &ObjectIdentifier) -> bool {
    [
        SIGNED_DATA,
        ENVELOPED_DATA,
        AUTH_ENVELOPED_DATA,
        AUTHENTICATED_DATA,
        DIGESTED_DATA,
        ENCRYPTED_DATA,
        COMPRESSED_DATA,
        CONTENT_COLLECTION,
        CONTENT_WITH_ATTRIBUTES,
        TIME_STAMPED_DATA,
    ]
    .contains(content_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::CryptoError;

    #[test]
    fn what_is_not_supported_says_where_it_is_from() {
        let oid = ObjectIdentifier::new_unwrap("1.2.643.2.2.21");
        let error = alloc::format!("{}", CryptoError::unsupported_oid(&oid));
        assert_eq!(error, "not supported: GOST 28147-89, RFC 4490");
        let twice = UNSUPPORTED.iter().filter(|(oid, _)| name(oid).is_some());
        assert_eq!(twice.count(), 0);
    }

    #[test]
    fn every_identifier_and_every_name_is_there_once() {
        for (index, (oid, name)) in NAMES.iter().enumerate() {
            let rest = NAMES.iter().skip(index + 1);
            assert!(rest.clone().all(|(other, _)| other != oid), "{name}");
            assert!(rest.clone().all(|(_, other)| other != name), "{name}");
        }
    }
}
