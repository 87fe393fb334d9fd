//! PBES1 and PBES2 of PKCS #5 (RFC 8018, 6) and the PBEs of PKCS #12 (RFC 7292, Appendix C), with
//! their parameters.

use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag, write};
use cms_core::provider::Random;
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, DecodeError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::pkcs12_kdf::{self, Purpose};
use crate::backend::{AWS_FIRST, BlockCipher, RING_FIRST, Secret, first, pbkdf2};
use crate::hash::Hash;
use crate::spec::hmac;
use crate::spec::scrypt::Parameters as Scrypt;

/// PBKDF2 iterations of what is written. 600,000: OWASP Password Storage Cheat Sheet (2023) for
/// HMAC-SHA-256.
pub(super) const ITERATIONS: u32 = 600_000;

/// Octets of salt that are written: 128 bits, NIST SP 800-132, 5.1.
pub(crate) const SALT_LEN: usize = 16;

/// The longest key that is derived, in octets: what RC2 takes, twice the output of SHA-512.
pub(crate) const MAX_KEY_LEN: u64 = 128;

/// A cipher in CBC mode as the schemes name it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cipher {
    /// With a key of so many octets.
    Aes(usize),
    /// Single DES.
    Des,
    /// With a key of so many octets and so many effective bits.
    Rc2(usize, usize),
    TripleDes,
    /// The third key is the first.
    TwoKeyTripleDes,
}

impl Cipher {
    const fn key_len(self) -> usize {
        match self {
            Self::Aes(len) | Self::Rc2(len, _) => len,
            Self::Des => 8,
            Self::TripleDes => 24,
            Self::TwoKeyTripleDes => 16,
        }
    }

    const fn iv_len(self) -> usize {
        match self {
            Self::Aes(_) => 16,
            _ => 8,
        }
    }

    fn decrypt(self, key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Result<Secret, CryptoError> {
        let (cipher, key) = match self {
            Self::Aes(_) => (BlockCipher::Aes, Zeroizing::new(key.to_vec())),
            Self::Rc2(_, bits) => (BlockCipher::Rc2(bits), Zeroizing::new(key.to_vec())),
            Self::TripleDes => (BlockCipher::TripleDes, Zeroizing::new(key.to_vec())),
            // EDE with three equal keys is DES (FIPS 46-3, keying option 3). Only the pure backend has
            // TripleDes, and it takes such keys.
            Self::Des => (
                BlockCipher::TripleDes,
                Zeroizing::new([key, key, key].concat()),
            ),
            Self::TwoKeyTripleDes => {
                let first = key.get(..8).unwrap_or_default();
                (
                    BlockCipher::TripleDes,
                    Zeroizing::new([key, first].concat()),
                )
            }
        };
        let mut stream = first(AWS_FIRST, |backend| backend.cbc_decrypt(cipher, &key, iv))?;
        let mut plaintext = Zeroizing::new(Vec::with_capacity(ciphertext.len().saturating_add(16)));
        stream
            .update(ciphertext, &mut plaintext)
            .map_err(|_| CryptoError::Failed)?;
        stream
            .finish(&mut plaintext)
            .map_err(|_| CryptoError::Failed)?;
        Ok(plaintext)
    }
}

/// Decrypts with the scheme that `algorithm` names.
pub(super) fn decrypt(
    algorithm: &AlgorithmIdentifier,
    password: &str,
    ciphertext: &[u8],
    max_iterations: u32,
) -> Result<Secret, CryptoError> {
    if algorithm.oid == oid::PBES2 {
        return decrypt_pbes2(algorithm, password.as_bytes(), ciphertext, max_iterations);
    }
    if let Some((_, hash, cipher)) = PBES1.iter().find(|(oid, ..)| *oid == algorithm.oid) {
        let (salt, iterations) = salt_and_iterations(algorithm, max_iterations)?;
        return decrypt_pbes1(
            *hash,
            *cipher,
            password.as_bytes(),
            &salt,
            iterations,
            ciphertext,
        );
    }
    if let Some((_, cipher)) = PKCS12.iter().find(|(oid, _)| *oid == algorithm.oid) {
        let (salt, iterations) = salt_and_iterations(algorithm, max_iterations)?;
        return decrypt_pkcs12(*cipher, password, &salt, iterations, ciphertext);
    }
    let name = UNSERVED.iter().find(|(oid, _)| *oid == algorithm.oid);
    Err(name.map_or_else(
        || CryptoError::unsupported_oid(&algorithm.oid),
        |(_, name)| CryptoError::Unsupported((*name).into()),
    ))
}

/// PBES1 (RFC 8018, 6.1.2) with PBKDF1 (5.1).
fn decrypt_pbes1(
    hash: Hash,
    cipher: Cipher,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    ciphertext: &[u8],
) -> Result<Secret, CryptoError> {
    // rfc8018:A.3: "salt OCTET STRING (SIZE(8))"
    if salt.len() != 8 {
        return Err(CryptoError::Parameters("a PBES1 salt has eight octets"));
    }
    let fresh = first(RING_FIRST, |backend| backend.digest(hash))?;
    let mut digest = fresh.fork();
    digest.update(password);
    digest.update(salt);
    let mut derived = Zeroizing::new(digest.finish());
    for _ in 1..iterations {
        let mut digest = fresh.fork();
        digest.update(&derived);
        derived = Zeroizing::new(digest.finish());
    }
    let (key, rest) = derived.split_at_checked(8).ok_or(CryptoError::Failed)?;
    cipher.decrypt(key, rest.get(..8).unwrap_or_default(), ciphertext)
}

/// A PBE of PKCS #12 with SHA-1 (RFC 7292, Appendix C).
fn decrypt_pkcs12(
    cipher: Cipher,
    password: &str,
    salt: &[u8],
    iterations: u32,
    ciphertext: &[u8],
) -> Result<Secret, CryptoError> {
    let decrypt = |password: &[u8]| {
        let derive =
            |purpose, len| pkcs12_kdf::derive(Hash::Sha1, password, salt, iterations, purpose, len);
        let key = derive(Purpose::Key, cipher.key_len())?;
        let iv = derive(Purpose::Iv, cipher.iv_len())?;
        cipher.decrypt(&key, &iv, ciphertext)
    };
    let encoded = pkcs12_kdf::bmp_string(password);
    if !password.is_empty() {
        return decrypt(&encoded);
    }
    // An empty password is an empty BMPString with its zero octets to some programs and no octets
    // at all to others. All that PKCS #12 encrypts is one SEQUENCE, which tells a lucky padding
    // from the right key.
    match decrypt(&encoded) {
        Ok(plaintext) if is_sequence(&plaintext) => Ok(plaintext),
        Ok(_) | Err(CryptoError::Failed) => decrypt(&[]).and_then(|plaintext| {
            is_sequence(&plaintext)
                .then_some(plaintext)
                .ok_or(CryptoError::Failed)
        }),
        Err(error) => Err(error),
    }
}

fn is_sequence(octets: &[u8]) -> bool {
    Cursor::single(octets, 0).is_ok_and(|element| element.tag() == Tag::SEQUENCE)
}

/// PBES2 (RFC 8018, 6.2.2).
fn decrypt_pbes2(
    algorithm: &AlgorithmIdentifier,
    password: &[u8],
    ciphertext: &[u8],
    max_iterations: u32,
) -> Result<Secret, CryptoError> {
    let (derivation, encryption) = two_algorithms(algorithm)?;
    let derivation = Derivation::decode(&derivation, max_iterations)?;
    let key_len = derivation.key_len();
    let (cipher, iv) = encryption_scheme(&encryption, key_len)?;
    if key_len.is_some_and(|len| len != cipher.key_len()) {
        return Err(CryptoError::Parameters(
            "keyLength is not that of the cipher",
        ));
    }
    if iv.len() != cipher.iv_len() {
        return Err(CryptoError::Parameters("wrong length of IV"));
    }
    let key = derivation.derive(password, cipher.key_len())?;
    cipher.decrypt(&key, &iv, ciphertext)
}

/// Encrypts with PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC.
pub(super) fn encrypt(
    password: &str,
    plaintext: &[u8],
    random: &mut dyn Random,
) -> Result<(AlgorithmIdentifier, Vec<u8>), CryptoError> {
    let mut salt = [0; SALT_LEN];
    random.fill(&mut salt)?;
    let mut iv = [0; 16];
    random.fill(&mut iv)?;
    let key = pbkdf2(Hash::Sha256, password.as_bytes(), &salt, ITERATIONS, 32);
    let mut stream = first(AWS_FIRST, |backend| {
        backend.cbc_encrypt(BlockCipher::Aes, &key, &iv)
    })?;
    let mut ciphertext = Vec::with_capacity(plaintext.len().saturating_add(32));
    stream
        .update(plaintext, &mut ciphertext)
        .map_err(|_| CryptoError::Failed)?;
    stream
        .finish(&mut ciphertext)
        .map_err(|_| CryptoError::Failed)?;

    let derivation = pbkdf2_identifier(&salt);
    let parameters = write::sequence(&[
        &derivation.to_der(),
        &AlgorithmIdentifier::with(oid::AES256_CBC, write::octet_string(&iv)).to_der(),
    ]);
    Ok((
        AlgorithmIdentifier::with(oid::PBES2, parameters),
        ciphertext,
    ))
}

/// PBKDF2 as it is written: HMAC-SHA-256, no keyLength.
pub(crate) fn pbkdf2_identifier(salt: &[u8]) -> AlgorithmIdentifier {
    let prf = AlgorithmIdentifier::with_null(oid::HMAC_SHA256).to_der();
    let parameters = write::sequence(&[
        &write::octet_string(salt),
        &write::integer(ITERATIONS.into()),
        &prf,
    ]);
    AlgorithmIdentifier::with(oid::PBKDF2, parameters)
}

/// PBES2-KDFs: PBKDF2 (RFC 8018, A.2) and scrypt (RFC 7914, 7).
pub(super) enum Derivation {
    Pbkdf2(Pbkdf2),
    Scrypt(Scrypt),
}

impl Derivation {
    pub(super) fn decode(
        algorithm: &AlgorithmIdentifier,
        max_iterations: u32,
    ) -> Result<Self, CryptoError> {
        if algorithm.oid != oid::SCRYPT {
            return Pbkdf2::decode(algorithm, max_iterations).map(Self::Pbkdf2);
        }
        let scrypt = Scrypt::decode(algorithm)?;
        if scrypt.iterations() > max_iterations.into() {
            return Err(TOO_MANY_ITERATIONS);
        }
        Ok(Self::Scrypt(scrypt))
    }

    pub(super) fn key_len(&self) -> Option<usize> {
        match self {
            Self::Pbkdf2(pbkdf2) => pbkdf2.key_len,
            Self::Scrypt(scrypt) => scrypt.key_len,
        }
    }

    pub(super) fn derive(&self, password: &[u8], len: usize) -> Result<Secret, CryptoError> {
        match self {
            Self::Pbkdf2(pbkdf2) => Ok(pbkdf2.derive(password, len)),
            Self::Scrypt(scrypt) => scrypt.derive(password, len),
        }
    }
}

/// PBKDF2-params, [RFC 8018, Appendix A.2].
///
/// ```text
/// PBKDF2-params ::= SEQUENCE {
///   salt CHOICE { specified OCTET STRING, otherSource AlgorithmIdentifier {{PBKDF2-SaltSources}} },
///   iterationCount INTEGER (1..MAX), keyLength INTEGER (1..MAX) OPTIONAL,
///   prf AlgorithmIdentifier {{PBKDF2-PRFs}} DEFAULT algid-hmacWithSHA1 }
/// ```
///
/// [RFC 8018, Appendix A.2]: https://www.rfc-editor.org/rfc/rfc8018#appendix-A.2
pub(crate) struct Pbkdf2 {
    prf: Hash,
    salt: Vec<u8>,
    pub(crate) iterations: u32,
    pub(crate) key_len: Option<usize>,
}

impl Pbkdf2 {
    pub(crate) fn decode(
        algorithm: &AlgorithmIdentifier,
        max_iterations: u32,
    ) -> Result<Self, CryptoError> {
        if algorithm.oid != oid::PBKDF2 {
            return Err(CryptoError::unsupported_oid(&algorithm.oid));
        }
        // rfc3370:4.4.1/1
        let mut fields = sequence(algorithm)?.children();
        let salt = fields.element().map_err(malformed)?;
        if salt.tag() == Tag::SEQUENCE {
            return Err(CryptoError::Unsupported(
                "PBKDF2 with another source of salt".into(),
            ));
        }
        // rfc3370:4.4.1/2
        let salt = octet_string(&salt)?;
        let iterations = iterations(
            &fields.expect(Tag::INTEGER).map_err(malformed)?,
            max_iterations,
        )?;
        let key_len = match fields.optional(Tag::INTEGER).map_err(malformed)? {
            None => None,
            Some(len) => match len.u64() {
                Ok(len @ 1..=MAX_KEY_LEN) => usize::try_from(len).ok(),
                _ => return Err(CryptoError::Parameters("keyLength is out of range")),
            },
        };
        let prf = match fields.optional(Tag::SEQUENCE).map_err(malformed)? {
            None => Hash::Sha1,
            Some(prf) => hmac::hash(&AlgorithmIdentifier::decode(&prf).map_err(malformed)?)?,
        };
        fields.finish().map_err(malformed)?;
        Ok(Self {
            prf,
            salt,
            iterations,
            key_len,
        })
    }

    pub(crate) fn derive(&self, password: &[u8], len: usize) -> Secret {
        pbkdf2(self.prf, password, &self.salt, self.iterations, len)
    }
}

/// The encryption scheme of PBES2 and its IV (RFC 8018, B.2).
fn encryption_scheme(
    algorithm: &AlgorithmIdentifier,
    key_len: Option<usize>,
) -> Result<(Cipher, Vec<u8>), CryptoError> {
    let cipher = match algorithm.oid {
        oid::AES128_CBC => Cipher::Aes(16),
        oid::AES192_CBC => Cipher::Aes(24),
        oid::AES256_CBC => Cipher::Aes(32),
        oid::DES_CBC => Cipher::Des,
        oid::DES_EDE3_CBC => Cipher::TripleDes,
        oid::RC2_CBC => return rc2_scheme(algorithm, key_len),
        _ => return Err(CryptoError::unsupported_oid(&algorithm.oid)),
    };
    let iv = octet_string(&parameters(algorithm)?)?;
    Ok((cipher, iv))
}

/// RC2-CBC-Parameter, [RFC 8018, Appendix B.2.3].
///
/// ```text
/// RC2-CBC-Parameter ::= SEQUENCE { rc2ParameterVersion INTEGER OPTIONAL, iv OCTET STRING (SIZE(8)) }
/// ```
///
/// [RFC 8018, Appendix B.2.3]: https://www.rfc-editor.org/rfc/rfc8018#appendix-B.2.3
fn rc2_scheme(
    algorithm: &AlgorithmIdentifier,
    key_len: Option<usize>,
) -> Result<(Cipher, Vec<u8>), CryptoError> {
    let mut fields = sequence(algorithm)?.children();
    let version = fields.optional(Tag::INTEGER).map_err(malformed)?;
    let iv = octet_string(&fields.element().map_err(malformed)?)?;
    fields.finish().map_err(malformed)?;
    let bits = match version {
        // rfc8018:B.2.3: "If the rc2ParameterVersion field is omitted, the "effective key bits" defaults to 32."
        None => 32,
        Some(version) => match version.u64().map_err(malformed)? {
            160 => 40,
            120 => 64,
            58 => 128,
            bits @ 256..=1024 => usize::try_from(bits).unwrap_or(1024),
            _ => {
                return Err(CryptoError::Unsupported(
                    "this number of effective key bits of RC2".into(),
                ));
            }
        },
    };
    let key_len = key_len.unwrap_or(bits / 8);
    Ok((Cipher::Rc2(key_len, bits), iv))
}

/// The parameters `SEQUENCE { AlgorithmIdentifier, AlgorithmIdentifier }` of PBES2 and PBMAC1.
pub(super) fn two_algorithms(
    algorithm: &AlgorithmIdentifier,
) -> Result<(AlgorithmIdentifier, AlgorithmIdentifier), CryptoError> {
    let decode = |element: Element<'_>| {
        let mut fields = element.children();
        let one = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let other = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        fields.finish()?;
        Ok((one, other))
    };
    decode(sequence(algorithm)?).map_err(malformed)
}

/// The parameters of PBES1 and of the PBEs of PKCS #12: `SEQUENCE { salt OCTET STRING, iterations
/// INTEGER }`.
fn salt_and_iterations(
    algorithm: &AlgorithmIdentifier,
    max_iterations: u32,
) -> Result<(Vec<u8>, u32), CryptoError> {
    let mut fields = sequence(algorithm)?.children();
    let salt = octet_string(&fields.element().map_err(malformed)?)?;
    let iterations = iterations(
        &fields.expect(Tag::INTEGER).map_err(malformed)?,
        max_iterations,
    )?;
    fields.finish().map_err(malformed)?;
    Ok((salt, iterations))
}

/// An iteration count within `max`.
fn iterations(element: &Element<'_>, max: u32) -> Result<u32, CryptoError> {
    match (element.contents().split_first(), element.u64()) {
        (_, Ok(count)) => check_iterations(u32::try_from(count).unwrap_or(u32::MAX), max),
        (Some((0..0x80, _)), Err(_)) => Err(TOO_MANY_ITERATIONS),
        _ => Err(CryptoError::Parameters("malformed iteration count")),
    }
}

/// Refuses no iterations and more than `max`.
pub(super) fn check_iterations(count: u32, max: u32) -> Result<u32, CryptoError> {
    match count {
        0 => Err(CryptoError::Parameters("zero iterations")),
        _ if count > max => Err(TOO_MANY_ITERATIONS),
        _ => Ok(count),
    }
}

fn parameters(algorithm: &AlgorithmIdentifier) -> Result<Element<'_>, CryptoError> {
    let octets = algorithm
        .parameters
        .as_deref()
        .ok_or(CryptoError::Parameters("absent"))?;
    Cursor::single(octets, 0).map_err(malformed)
}

fn sequence(algorithm: &AlgorithmIdentifier) -> Result<Element<'_>, CryptoError> {
    let element = parameters(algorithm)?;
    if element.tag() == Tag::SEQUENCE {
        Ok(element)
    } else {
        Err(CryptoError::Parameters("malformed"))
    }
}

fn octet_string(element: &Element<'_>) -> Result<Vec<u8>, CryptoError> {
    if element.tag() != Tag::OCTET_STRING {
        return Err(CryptoError::Parameters("malformed"));
    }
    Ok(element.octets().map_err(malformed)?.into_owned())
}

fn malformed(_: DecodeError) -> CryptoError {
    CryptoError::Parameters("malformed")
}

/// What parameters ask above the limit.
const TOO_MANY_ITERATIONS: CryptoError =
    CryptoError::Parameters("too many iterations: limit is Limits::kdf_iterations");

/// PBES1 (RFC 8018, A.3): what is read.
const PBES1: &[(ObjectIdentifier, Hash, Cipher)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.3"),
        Hash::Md5,
        Cipher::Des,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.6"),
        Hash::Md5,
        Cipher::Rc2(8, 64),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.10"),
        Hash::Sha1,
        Cipher::Des,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.11"),
        Hash::Sha1,
        Cipher::Rc2(8, 64),
    ),
];

/// The PBEs of PKCS #12 (RFC 7292, Appendix C): what is read.
const PKCS12: &[(ObjectIdentifier, Cipher)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3"),
        Cipher::TripleDes,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.4"),
        Cipher::TwoKeyTripleDes,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.5"),
        Cipher::Rc2(16, 128),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.6"),
        Cipher::Rc2(5, 40),
    ),
];

/// Schemes that are known and not served, for a clear error.
const UNSERVED: &[(ObjectIdentifier, &str)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.1"),
        "pbeWithMD2AndDES-CBC",
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.4"),
        "pbeWithMD2AndRC2-CBC",
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.1"),
        "pbeWithSHAAnd128BitRC4",
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.2"),
        "pbeWithSHAAnd40BitRC4",
    ),
];
