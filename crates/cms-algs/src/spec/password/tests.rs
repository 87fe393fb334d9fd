use std::vec::Vec;

use cms_core::ber::write;
use cms_core::provider::{PasswordAlgorithms, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::Passwords;
use super::pkcs12_kdf::{Purpose, bmp_string, derive};
use crate::hash::Hash;

const MAX: u32 = 10_000_000;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|index| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).unwrap())
        .collect()
}

struct Counter(u8);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        for octet in out {
            self.0 = self.0.wrapping_add(1);
            *octet = self.0;
        }
        Ok(())
    }
}

/// The vectors that went round with PKCS #12 v1.0; they are in the tests of Bouncy Castle and forge too.
#[test]
fn pkcs12_kdf_agrees_with_the_vectors_of_1999() {
    let cases = [
        (
            "smeg",
            "0A58CF64530D823F",
            1,
            Purpose::Key,
            "8AAAE6297B6CB04642AB5B077851284EB7128F1A2A7FBCA3",
        ),
        (
            "smeg",
            "0A58CF64530D823F",
            1,
            Purpose::Iv,
            "79993DFE048D3B76",
        ),
        (
            "smeg",
            "642B99AB44FB4B1F",
            1,
            Purpose::Key,
            "F3A95FEC48D7711E985CFE67908C5AB79FA3D7C5CAA5D966",
        ),
        (
            "smeg",
            "642B99AB44FB4B1F",
            1,
            Purpose::Iv,
            "C0A38D64A79BEA1D",
        ),
        (
            "smeg",
            "3D83C0E4546AC140",
            1,
            Purpose::Mac,
            "8D967D88F6CAA9D714800AB3D48051D63F73A312",
        ),
        (
            "queeg",
            "05DEC959ACFF72F7",
            1000,
            Purpose::Key,
            "ED2034E36328830FF09DF1E1A07DD357185DAC0D4F9EB3D4",
        ),
        (
            "queeg",
            "05DEC959ACFF72F7",
            1000,
            Purpose::Iv,
            "11DEDAD7758D4860",
        ),
        (
            "queeg",
            "1682C0FC5B3F7EC5",
            1000,
            Purpose::Key,
            "483DD6E919D7DE2E8E648BA8F862F3FBFBDC2BCB2C02957F",
        ),
        (
            "queeg",
            "1682C0FC5B3F7EC5",
            1000,
            Purpose::Iv,
            "9D461D1B00355C50",
        ),
        (
            "queeg",
            "263216FCC2FAB31C",
            1000,
            Purpose::Mac,
            "5EC4C7A80DF652294C3925B6489A7AB857C83476",
        ),
    ];
    for (password, salt, iterations, purpose, expected) in cases {
        let expected = hex(expected);
        let derived = derive(
            Hash::Sha1,
            &bmp_string(password),
            &hex(salt),
            iterations,
            purpose,
            expected.len(),
        )
        .unwrap();
        assert_eq!(*derived, expected, "{password} {salt} {purpose:?}");
    }
}

#[test]
fn passwords_become_bmp_strings_with_two_zero_octets() {
    assert_eq!(*bmp_string(""), [0, 0]);
    assert_eq!(*bmp_string("Beavis"), hex("0042006500610076006900730000"));
    assert_eq!(*bmp_string("ß€"), hex("00DF20AC0000"));
    assert_eq!(*bmp_string("\u{1F511}"), hex("D83DDD110000"));
}

fn pbes2(derivation: Vec<u8>, encryption: AlgorithmIdentifier) -> AlgorithmIdentifier {
    let derivation = AlgorithmIdentifier::with(oid::PBKDF2, derivation);
    AlgorithmIdentifier::with(
        oid::PBES2,
        write::sequence(&[&derivation.to_der(), &encryption.to_der()]),
    )
}

/// The identifier of a scheme whose parameters are salt and iterations.
fn salted(oid: &str, salt: &str, iterations: u64) -> AlgorithmIdentifier {
    let parameters = write::sequence(&[
        &write::octet_string(&hex(salt)),
        &write::integer(iterations),
    ]);
    AlgorithmIdentifier::with(ObjectIdentifier::new_unwrap(oid), parameters)
}

#[test]
fn what_is_written_is_read() {
    let (algorithm, ciphertext) = Passwords
        .encrypt("pass", b"secret", &mut Counter(0))
        .unwrap();
    assert_eq!(algorithm.oid, oid::PBES2);
    assert_eq!(
        **Passwords
            .decrypt(&algorithm, "pass", &ciphertext, MAX)
            .unwrap(),
        *b"secret"
    );
    for wrong in ["", "pas", "Pass", "pass "] {
        let outcome = Passwords.decrypt(&algorithm, wrong, &ciphertext, MAX);
        assert!(
            outcome.is_err() || **outcome.unwrap() != *b"secret",
            "{wrong:?}"
        );
    }
    let outcome = Passwords.decrypt(&algorithm, "pass", &ciphertext, super::pbes::ITERATIONS - 1);
    assert!(
        matches!(outcome, Err(CryptoError::Parameters(text)) if text.starts_with("too many iterations"))
    );
}

#[test]
fn iteration_counts_out_of_range_are_refused_without_work() {
    let too_many = |outcome| matches!(outcome, Err(CryptoError::Parameters(text)) if text.starts_with("too many"));
    for oid in [
        "1.2.840.113549.1.12.1.3",
        "1.2.840.113549.1.12.1.6",
        "1.2.840.113549.1.5.6",
    ] {
        let zero = salted(oid, "0011223344556677", 0);
        assert_eq!(
            Passwords.decrypt(&zero, "x", &[0; 8], MAX).unwrap_err(),
            CryptoError::Parameters("zero iterations")
        );
        for count in [
            u64::from(MAX) + 1,
            u64::from(u32::MAX),
            u64::from(u32::MAX) + 2,
            u64::MAX,
        ] {
            let huge = salted(oid, "0011223344556677", count);
            assert!(
                too_many(Passwords.decrypt(&huge, "x", &[0; 8], MAX)),
                "{oid} {count}"
            );
        }
        let beyond = write::sequence(&[&write::octet_string(&[0; 8]), &write::unsigned(&[1; 40])]);
        let beyond = AlgorithmIdentifier::with(ObjectIdentifier::new_unwrap(oid), beyond);
        assert!(too_many(Passwords.decrypt(&beyond, "x", &[0; 8], MAX)));
        let negative = write::sequence(&[&write::octet_string(&[0; 8]), &[2, 1, 0xff]]);
        let negative = AlgorithmIdentifier::with(ObjectIdentifier::new_unwrap(oid), negative);
        assert!(matches!(
            Passwords.decrypt(&negative, "x", &[0; 8], MAX),
            Err(CryptoError::Parameters("malformed iteration count"))
        ));
    }
    let sha256 = AlgorithmIdentifier::with_null(oid::SHA256);
    assert!(too_many(
        Passwords
            .pkcs12_mac(&sha256, "x", &[1], 11, 10, &[])
            .map(Into::into)
    ));
    assert!(
        Passwords
            .pkcs12_mac(&sha256, "x", &[1], 0, 10, &[])
            .is_err()
    );
    assert!(
        Passwords
            .pkcs12_mac(&sha256, "x", &[1], 10, 10, &[])
            .is_ok()
    );
}

#[test]
fn lengths_out_of_range_are_refused() {
    let salt = write::octet_string(&[7; 8]);
    let iterations = write::integer(1);
    let iv = AlgorithmIdentifier::with(oid::AES128_CBC, write::octet_string(&[0; 16]));
    for (key_len, good) in [
        (16, true),
        (0, false),
        (17, false),
        (32, false),
        (129, false),
        (1 << 40, false),
    ] {
        let derivation = write::sequence(&[&salt, &iterations, &write::integer(key_len)]);
        let outcome = Passwords.decrypt(&pbes2(derivation, iv.clone()), "x", &[0; 16], MAX);
        let refused = matches!(outcome, Err(CryptoError::Parameters(_)));
        assert_eq!(refused, !good, "{key_len}");
    }
    for iv_len in [0, 8, 15, 17] {
        let iv =
            AlgorithmIdentifier::with(oid::AES128_CBC, write::octet_string(&std::vec![0; iv_len]));
        let derivation = write::sequence(&[&salt, &iterations]);
        let outcome = Passwords.decrypt(&pbes2(derivation, iv), "x", &[0; 16], MAX);
        assert!(
            matches!(outcome, Err(CryptoError::Parameters(_))),
            "{iv_len}"
        );
    }
    for length in [0, 1, 7, 9, 15] {
        let three = salted("1.2.840.113549.1.12.1.3", "0011", 1);
        let outcome = Passwords.decrypt(&three, "x", &std::vec![0; length], MAX);
        assert_eq!(outcome.unwrap_err(), CryptoError::Failed, "{length}");
    }
}

#[test]
fn schemes_without_an_implementation_are_named() {
    for (oid, name) in [
        ("1.2.840.113549.1.12.1.1", "pbeWithSHAAnd128BitRC4"),
        ("1.2.840.113549.1.5.1", "pbeWithMD2AndDES-CBC"),
        ("1.2.3.4", "1.2.3.4"),
    ] {
        assert_eq!(
            Passwords
                .decrypt(&salted(oid, "0011223344556677", 1), "x", &[0; 8], MAX)
                .unwrap_err(),
            CryptoError::Unsupported(name.into())
        );
    }
}

/// The first comes from `openssl pkcs8 -scrypt` 3.0.19, the second from RFC 7914, 13 and wants 1 GiB.
#[test]
fn scrypt_in_pbes2() {
    let open = |container: &str, max| {
        let container = hex(container);
        let mut fields = cms_core::ber::Cursor::single(&container, 0)
            .unwrap()
            .children();
        let algorithm = AlgorithmIdentifier::decode(&fields.element().unwrap()).unwrap();
        let ciphertext = fields.element().unwrap().octets().unwrap().into_owned();
        Passwords.decrypt(&algorithm, "Rabbit", &ciphertext, max)
    };
    let key = "302e020100300506032b65700422042063b6e9d20d054b8fcc2f81d58a5bb0d380c480cd8d9be6a38b15f2162aa6b012";
    let of_openssl = "308193304f06092a864886f70d01050d3042302106092b06010401da47040b30140408b39bddb72cca82060202040002\
         0108020101301d060960864801650304012a041089566711d4920c07e6c1b45cc54640c104404419ce38e70150d40caa\
         c56ec5bd78c7d803408510509ec1e630fe062f87c7dc9cb772829792426d5d060061517bf433f6afebabac37cdd1729c\
         ee3189dbf82e";
    let of_rfc7914 = "3081e2304d06092a864886f70d01050d3040301f06092b06010401da47040b301204054d6f7573650203100000020108\
         020101301d060960864801650304012a0410c989a0b8732c3b0cc630fa3239b93f2604819096f8ec459de6202a265cb2\
         fa78b97ed77a81980e3da2d00a52fb98465cd8a41acb45618d99bfecc6c150d6ea3805cd33a38679b5f1569eac1d400b\
         881198fc396cec1d53b1678639b134b12d4c5c4a6e444ba5a198dcb0d55c35758f94b759b64487eaec16cd1d0fc86fd9\
         f995df368759b5dfefa0a96f2cec39077a2918815a2e46ed2d94303221ad978d804bcf6566";
    assert_eq!(*open(of_openssl, 1 << 15).unwrap(), hex(key));
    assert!(matches!(
        open(of_openssl, (1 << 15) - 1),
        Err(CryptoError::Parameters(_))
    ));
    assert!(matches!(
        open(of_rfc7914, u32::MAX),
        Err(CryptoError::Limit(_))
    ));
}
