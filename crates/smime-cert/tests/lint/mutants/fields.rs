//! Fields other than names and extensions: version to validity, keys, algorithms.

use cms_core::ber::write;

use super::Mutant;
use crate::draft::{algorithm, oid, seq, spki, universal, utf8};

/// An RSA key with a modulus of ones and a public exponent.
fn rsa(octets: usize, lead: u8, exponent: &[u8]) -> Vec<u8> {
    let mut modulus = vec![0xff; octets];
    modulus[0] = lead;
    let key = seq(&[write::unsigned(&modulus), write::unsigned(exponent)]);
    spki(algorithm("1.2.840.113549.1.1.1"), &key)
}

/// An elliptic curve key.
fn ec(curve: &str, key: &[u8]) -> Vec<u8> {
    spki(seq(&[oid("1.2.840.10045.2.1"), oid(curve)]), key)
}

/// The generator of P-256, which is a point on it (SP 800-186, 3.2.1.3).
const POINT: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
    0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2,
    0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
    0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
];

const P256: &str = "1.2.840.10045.3.1.7";

pub(super) const MUTANTS: &[Mutant] = &[
    ("good", &[], |_| {}),
    (
        "version-2",
        &["pkix.certificate_version_is_not_v3"],
        |draft| draft.version = write::context(0, &write::integer(1)),
    ),
    (
        "serial-zero",
        &["pkix.certificate_serial_number_out_of_range"],
        |draft| draft.serial = write::integer(0),
    ),
    (
        "serial-negative",
        &["pkix.certificate_serial_number_out_of_range"],
        |draft| draft.serial = universal(2, [0x80, 1]),
    ),
    (
        "serial-of-21-octets",
        &["pkix.certificate_serial_number_out_of_range"],
        |draft| draft.serial = write::unsigned(&[0x5a; 21]),
    ),
    ("serial-of-20-octets", &[], |draft| {
        draft.serial = write::unsigned(&[0x5a; 20]);
    }),
    (
        "signature-algorithms-differ",
        &["pkix.certificate_signature_algorithm_mismatch"],
        |draft| draft.outer_algorithm = algorithm("1.2.840.113549.1.1.12"),
    ),
    (
        "signed-with-sha-1",
        &[
            "cabf.smime.prohibited_signature_algorithm_encoding",
            "rfc8550.historic_signature_algorithm",
        ],
        |draft| {
            draft.inner_algorithm = algorithm("1.2.840.113549.1.1.5");
            draft.outer_algorithm = algorithm("1.2.840.113549.1.1.5");
        },
    ),
    (
        "signed-with-pss-and-sha-1",
        &[
            "cabf.smime.prohibited_signature_algorithm_encoding",
            "rfc8550.historic_signature_algorithm",
        ],
        |draft| {
            draft.inner_algorithm = seq(&[oid("1.2.840.113549.1.1.10"), seq(&[])]);
            draft.outer_algorithm = draft.inner_algorithm.clone();
        },
    ),
    (
        "signature-algorithm-without-null",
        &[
            "cabf.smime.prohibited_signature_algorithm_encoding",
            "itu.invalid_asn1_syntax",
        ],
        |draft| {
            draft.inner_algorithm = seq(&[oid("1.2.840.113549.1.1.11")]);
            draft.outer_algorithm = draft.inner_algorithm.clone();
        },
    ),
    (
        "issuer-unique-id",
        &["pkix.issuer_unique_id_present"],
        |draft| draft.unique_ids = write::context_primitive(1, &[0, 1]),
    ),
    (
        "subject-unique-id",
        &["pkix.subject_unique_id_present"],
        |draft| draft.unique_ids = write::context_primitive(2, &[0, 1]),
    ),
    (
        "generalized-time-before-2050",
        &["pkix.wrong_time_useful_type"],
        |draft| draft.not_after = universal(24, "20261231235959Z"),
    ),
    (
        "utc-time-without-seconds",
        &["pkix.invalid_time_syntax", "pkix.utctime_incorrect_syntax"],
        |draft| draft.not_before = universal(23, "2601010000Z"),
    ),
    (
        "utc-time-with-an-offset",
        &["pkix.invalid_time_syntax", "pkix.utctime_incorrect_syntax"],
        |draft| draft.not_before = universal(23, "260101000000+0100"),
    ),
    (
        "generalized-time-with-fractions",
        &[
            "pkix.generalizedtime_incorrect_syntax",
            "pkix.invalid_time_syntax",
        ],
        |draft| draft.not_after = universal(24, "20261231235959.5Z"),
    ),
    (
        "validity-ends-before-it-begins",
        &["pkix.certificate_negative_validity_period"],
        |draft| draft.not_after = universal(23, "251231235959Z"),
    ),
    (
        "valid-for-826-days",
        &["cabf.smime.certificate_validity_period_exceeds_825_days"],
        |draft| draft.not_after = universal(23, "280406235959Z"),
    ),
    (
        "valid-for-825-days",
        &["cabf.smime.certificate_validity_period_at_maximum"],
        |draft| draft.not_after = universal(23, "280404235959Z"),
    ),
    (
        "valid-for-825-days-and-a-second",
        &["cabf.smime.certificate_validity_period_exceeds_825_days"],
        |draft| draft.not_after = universal(23, "280405000000Z"),
    ),
    ("valid-for-a-second-less-than-825-days", &[], |draft| {
        draft.not_after = universal(23, "280404235958Z");
    }),
    (
        "valid-for-1186-days",
        &["cabf.smime.certificate_validity_period_exceeds_825_days"],
        |draft| draft.not_after = universal(23, "290331235959Z"),
    ),
    (
        "rsa-1024",
        &[
            "cabf.rsa_modulus_has_small_prime_factor",
            "cabf.rsa_modulus_invalid_length",
            "googl.prohibited_rsa_modulus_length",
            "rfc8550.key_below_2048_bits",
        ],
        |draft| draft.set_key(rsa(128, 0xff, &[1, 0, 1])),
    ),
    (
        "rsa-2047",
        &[
            "cabf.rsa_modulus_has_small_prime_factor",
            "cabf.rsa_modulus_invalid_length",
            "googl.prohibited_rsa_modulus_length",
            "rfc8550.key_below_2048_bits",
        ],
        |draft| draft.set_key(rsa(256, 0x7f, &[1, 0, 1])),
    ),
    (
        "rsa-2052",
        &[
            "cabf.rsa_modulus_has_small_prime_factor",
            "cabf.rsa_modulus_invalid_length",
            "googl.prohibited_rsa_modulus_length",
        ],
        |draft| draft.set_key(rsa(257, 0x0f, &[1, 0, 1])),
    ),
    (
        "rsa-exponent-3",
        &[
            "cabf.rsa_exponent_not_in_recommended_range",
            "cabf.rsa_modulus_has_small_prime_factor",
        ],
        |draft| draft.set_key(rsa(256, 0xff, &[3])),
    ),
    (
        "rsa-exponent-even",
        &[
            "cabf.rsa_exponent_not_in_recommended_range",
            "cabf.rsa_exponent_prohibited_value",
            "cabf.rsa_modulus_has_small_prime_factor",
        ],
        |draft| draft.set_key(rsa(256, 0xff, &[1, 0, 0])),
    ),
    (
        "rsa-key-without-null",
        &[
            "cabf.rsa_modulus_has_small_prime_factor",
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "itu.invalid_asn1_syntax",
        ],
        |draft| {
            let key = seq(&[write::unsigned(&[0xfb; 256]), write::unsigned(&[1, 0, 1])]);
            draft.set_key(spki(seq(&[oid("1.2.840.113549.1.1.1")]), &key));
        },
    ),
    (
        "rsa-key-is-no-sequence",
        &["itu.invalid_asn1_syntax"],
        |draft| draft.set_key(spki(algorithm("1.2.840.113549.1.1.1"), &utf8("key"))),
    ),
    (
        "p256-with-key-encipherment",
        &[
            "cabf.smime.prohibited_ku_present",
            "pkix.key_usage_value_prohibited_for_ec",
        ],
        |draft| draft.set_key(ec(P256, &POINT)),
    ),
    (
        "secp256k1",
        &[
            "cabf.ecdsa_key_validation_failed",
            "cabf.smime.prohibited_ku_present",
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "pkix.key_usage_value_prohibited_for_ec",
        ],
        |draft| draft.set_key(ec("1.3.132.0.10", &POINT)),
    ),
    (
        "p256-of-64-octets",
        &[
            "cabf.ecdsa_key_validation_failed",
            "cabf.smime.prohibited_ku_present",
            "pkix.key_usage_value_prohibited_for_ec",
        ],
        |draft| draft.set_key(ec(P256, &POINT[..64])),
    ),
    (
        "ed25519-with-key-encipherment",
        &[
            "cabf.smime.prohibited_ku_present",
            "pkix.key_usage_value_prohibited_for_edwards_curve",
        ],
        |draft| draft.set_key(spki(seq(&[oid("1.3.101.112")]), &[5; 32])),
    ),
    (
        "x25519-without-key-agreement",
        &[
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.key_usage_value_prohibited_for_edwards_curve",
        ],
        |draft| draft.set_key(spki(seq(&[oid("1.3.101.110")]), &[5; 32])),
    ),
    (
        "key-of-a-draft-of-ml-dsa",
        &[
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.public_key_algorithm_unsupported",
            "pkix.public_key_nist_ipd_algorithm_present",
        ],
        |draft| draft.set_key(spki(seq(&[oid("1.3.6.1.4.1.2.267.12.4.4")]), &[5; 32])),
    ),
    (
        "no-extensions",
        &[
            "cabf.certificate_extensions_missing",
            "cabf.smime.common_name_value_unknown_source",
            "cabf.smime.email_address_in_attribute_not_in_san",
            "pkix.authority_key_identifier_extension_absent",
            "pkix.certificate_skid_end_entity_missing",
            "rfc8550.no_email_address",
        ],
        |draft| draft.extensions.clear(),
    ),
];
