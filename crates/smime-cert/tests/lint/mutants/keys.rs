//! Keys and their use, and certificates of authorities.

use super::Mutant;
use crate::draft::{
    AKI, CONSTRAINTS, Draft, KEY_USAGE, NAMES, SKI, bits, general, oid, seq, spki, universal,
};

/// A key of an algorithm without parameters, with the certificate's keyUsage: digitalSignature and keyEncipherment.
fn key(draft: &mut Draft, algorithm: &str, length: usize) {
    draft.set_key(spki(seq(&[oid(algorithm)]), &vec![5; length]));
}

/// Makes the certificate that of an authority.
fn authority(draft: &mut Draft) {
    draft.set_critical(CONSTRAINTS, seq(&[universal(1, [0xff])]));
    draft.set_critical(KEY_USAGE, bits(&[5, 6]));
}

const EDWARDS: &str = "pkix.key_usage_value_required_but_missing_for_edwards_curve";

pub(super) const MUTANTS: &[Mutant] = &[
    (
        "x25519-with-encipher-only",
        &[
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            EDWARDS,
            "rfc8550.key_usage_without_smime_use",
        ],
        |draft| {
            key(draft, "1.3.101.110", 32);
            draft.set_critical(KEY_USAGE, bits(&[7]));
        },
    ),
    (
        "ml-dsa-65-with-key-encipherment",
        &[
            "cabf.smime.prohibited_ku_present",
            "pkix.key_usage_value_prohibited_for_mldsa",
        ],
        |draft| key(draft, "2.16.840.1.101.3.4.3.18", 1952),
    ),
    (
        "ml-dsa-65-of-a-wrong-length",
        &[
            "cabf.smime.prohibited_ku_present",
            "itu.invalid_asn1_syntax",
            "pkix.key_usage_value_prohibited_for_mldsa",
        ],
        |draft| key(draft, "2.16.840.1.101.3.4.3.18", 1951),
    ),
    (
        "hash-ml-dsa-with-key-encipherment",
        &[
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.key_usage_value_prohibited_for_hash_mldsa",
        ],
        |draft| key(draft, "2.16.840.1.101.3.4.3.33", 1952),
    ),
    (
        "slh-dsa-with-key-encipherment",
        &[
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.key_usage_value_prohibited_for_slhdsa",
        ],
        |draft| key(draft, "2.16.840.1.101.3.4.3.20", 32),
    ),
    (
        "hash-slh-dsa-with-key-encipherment",
        &[
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.key_usage_value_prohibited_for_hash_slhdsa",
        ],
        |draft| key(draft, "2.16.840.1.101.3.4.3.35", 32),
    ),
    (
        "ml-kem-768-with-digital-signature",
        &[
            "cabf.smime.prohibited_ku_present",
            "pkix.key_usage_value_prohibited_for_mlkem",
        ],
        |draft| key(draft, "2.16.840.1.101.3.4.4.2", 1184),
    ),
    (
        "key-of-a-candidate",
        &[
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.public_key_algorithm_unsupported",
            "pkix.public_key_nist_round3_algorithm_present",
        ],
        |draft| key(draft, "1.3.6.1.4.1.2.267.7.6.5", 1952),
    ),
    (
        "authority-without-identifier-and-usage",
        &[
            "cabf.smime.is_ca_certificate",
            "cabf.smime.key_usage_extension_missing",
            "pkix.ca_certificate_no_ku_extension",
            "pkix.certificate_skid_ca_missing",
        ],
        |draft| {
            authority(draft);
            draft.remove(KEY_USAGE);
            draft.remove(SKI);
        },
    ),
    (
        "authority-with-hash-ml-dsa",
        &[
            "cabf.smime.is_ca_certificate",
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.hash_mldsa_ca_key_prohibited",
            "pkix.key_usage_value_prohibited_for_hash_mldsa",
        ],
        |draft| {
            key(draft, "2.16.840.1.101.3.4.3.32", 1312);
            authority(draft);
        },
    ),
    (
        "authority-with-hash-slh-dsa",
        &[
            "cabf.smime.is_ca_certificate",
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.hash_slhdsa_ca_key_prohibited",
            "pkix.key_usage_value_prohibited_for_hash_slhdsa",
        ],
        |draft| {
            key(draft, "2.16.840.1.101.3.4.3.46", 64);
            authority(draft);
        },
    ),
    (
        "authority-whose-key-cannot-be-tried",
        &[
            "cabf.smime.common_name_value_unknown_source",
            "cabf.smime.is_ca_certificate",
            "cabf.smime.prohibited_attribute",
            "cabf.smime.prohibited_signature_algorithm_encoding",
            "cabf.smime.prohibited_spki_algorithm_encoding",
            "cabf.smime.unsupported_public_key_type",
            "pkix.aki_absent_self_issued_and_unsupported_algorithm",
            "pkix.public_key_algorithm_unsupported",
        ],
        |draft| {
            key(draft, "1.3.6.1.4.1.32473.1", 32);
            authority(draft);
            draft.inner_algorithm = seq(&[oid("1.3.6.1.4.1.32473.1")]);
            draft.outer_algorithm = draft.inner_algorithm.clone();
            draft.subject = draft.issuer.clone();
            draft.remove(AKI);
        },
    ),
    (
        "authority-with-name-constraints-of-nothing",
        &[
            "cabf.smime.is_ca_certificate",
            "cabf.smime.unknown_certificate_key_usage_type",
            "pkix.name_constraints_no_subtrees",
        ],
        |draft| {
            authority(draft);
            draft.set_critical(NAMES, seq(&[]));
        },
    ),
    (
        "authority-with-name-constraints-on-hosts",
        &[
            "cabf.smime.is_ca_certificate",
            "cabf.smime.unknown_certificate_key_usage_type",
        ],
        |draft| {
            authority(draft);
            let subtrees = [
                seq(&[general(1, ".example.com")]),
                seq(&[general(2, "example.com")]),
                seq(&[general(6, ".example.com")]),
                seq(&[general(7, [10, 0, 0, 0, 255, 0, 0, 0])]),
            ];
            let permitted = cms_core::ber::write::context(0, &subtrees.concat());
            draft.set_critical(NAMES, seq(&[permitted]));
        },
    ),
];
