//! Extensions other than those of names, policies and places.

use cms_core::ber::write;
use cms_core::oid::{SHA1, SHA256, SHA384, SHA512};

use super::Mutant;
use crate::draft::{
    AKI, CONSTRAINTS, KEY_USAGE, PURPOSES, SKI, access, bits, general, name, oid, printable, seq,
    universal, utf8,
};

const MAIL: &str = "1.3.6.1.5.5.7.3.4";
/// Of the arc for examples (RFC 5612).
const EXAMPLE_1: &str = "1.3.6.1.4.1.32473.1";
const EXAMPLE_2: &str = "1.3.6.1.4.1.32473.2";

pub(super) const MUTANTS: &[Mutant] = &[
    (
        "an-extension-twice",
        &["pkix.duplicate_extension"],
        |draft| {
            let twice = draft.extensions[1].clone();
            draft.extensions.push(twice);
        },
    ),
    (
        "no-authority-key-identifier",
        &["pkix.authority_key_identifier_extension_absent"],
        |draft| draft.remove(AKI),
    ),
    (
        "authority-key-identifier-critical",
        &["pkix.authority_key_identifier_critical"],
        |draft| draft.turn(AKI),
    ),
    (
        "authority-key-identifier-with-a-serial-number",
        &[
            "cabf.authority_key_identifier_has_issuer_cert",
            "pkix.aki_with_serial_number_but_cert_issuer_absent",
            "pkix.authority_key_identifier_keyid_missing",
        ],
        |draft| draft.set(AKI, seq(&[general(2, [1])])),
    ),
    (
        "authority-key-identifier-with-an-issuer",
        &[
            "cabf.authority_key_identifier_has_issuer_cert",
            "pkix.aki_with_cert_issuer_but_serial_number_absent",
        ],
        |draft| {
            let issuer = write::context(1, &write::context(4, &name(&[])));
            draft.set(AKI, seq(&[general(0, [7; 20]), issuer]));
        },
    ),
    (
        "no-subject-key-identifier",
        &["pkix.certificate_skid_end_entity_missing"],
        |draft| draft.remove(SKI),
    ),
    (
        "subject-key-identifier-critical",
        &["pkix.certificate_skid_extension_critical"],
        |draft| draft.turn(SKI),
    ),
    (
        "subject-key-identifier-of-60-bits",
        &["pkix.subject_key_identifier_method_2_identified"],
        |draft| {
            let mut identifier = draft.digest_of_key(&SHA1).split_off(12);
            identifier[0] = 0x40 | identifier[0] & 0x0f;
            draft.set(SKI, universal(4, identifier));
        },
    ),
    (
        "subject-key-identifier-of-sha-256",
        &["pkix.subject_key_identifier_rfc7093_method_1_identified"],
        |draft| draft.set(SKI, universal(4, &draft.digest_of_key(&SHA256)[..20])),
    ),
    (
        "subject-key-identifier-of-sha-384",
        &["pkix.subject_key_identifier_rfc7093_method_2_identified"],
        |draft| draft.set(SKI, universal(4, &draft.digest_of_key(&SHA384)[..20])),
    ),
    (
        "subject-key-identifier-of-sha-512",
        &["pkix.subject_key_identifier_rfc7093_method_3_identified"],
        |draft| draft.set(SKI, universal(4, &draft.digest_of_key(&SHA512)[..20])),
    ),
    (
        "subject-key-identifier-of-something-else",
        &["pkix.unknown_subject_key_identifier_calculation_method"],
        |draft| draft.set(SKI, universal(4, [7; 20])),
    ),
    (
        "key-usage-with-zero-bits-at-its-end",
        &["itu.invalid_asn1_syntax"],
        |draft| draft.set_critical(KEY_USAGE, universal(3, [4, 0xa0])),
    ),
    (
        "authority-key-identifier-with-serial-number-zero",
        &[
            "cabf.authority_key_identifier_has_issuer_cert",
            "pkix.certificate_serial_number_out_of_range",
        ],
        |draft| {
            let issuer = write::context(1, &write::context(4, &name(&[])));
            draft.set(AKI, seq(&[general(0, [7; 20]), issuer, general(2, [0])]));
        },
    ),
    (
        "no-check-is-no-null",
        &["itu.invalid_asn1_syntax"],
        |draft| draft.set("1.3.6.1.5.5.7.48.1.5", write::integer(5)),
    ),
    (
        "subject-key-identifier-is-no-octet-string",
        &["itu.invalid_asn1_syntax"],
        |draft| draft.set(SKI, utf8("key")),
    ),
    (
        "no-key-usage",
        &["cabf.smime.key_usage_extension_missing"],
        |draft| draft.remove(KEY_USAGE),
    ),
    (
        "key-usage-not-critical",
        &[
            "cabf.smime.ku_extension_not_critical",
            "pkix.key_usage_extension_not_critical",
            "rfc8550.key_usage_not_critical",
        ],
        |draft| draft.turn(KEY_USAGE),
    ),
    (
        "key-usage-without-a-bit",
        &[
            "cabf.smime.unknown_certificate_key_usage_type",
            "pkix.no_ku_bits_set",
            "rfc8550.key_usage_without_smime_use",
        ],
        |draft| draft.set_critical(KEY_USAGE, bits(&[])),
    ),
    (
        "key-usage-of-an-authority",
        &[
            "cabf.smime.unknown_certificate_key_usage_type",
            "pkix.ee_certificate_keycertsign_keyusage_set",
            "rfc8550.key_usage_without_smime_use",
        ],
        |draft| draft.set_critical(KEY_USAGE, bits(&[5, 6])),
    ),
    (
        "key-usage-with-data-encipherment",
        &["cabf.smime.prohibited_ku_present"],
        |draft| draft.set_critical(KEY_USAGE, bits(&[0, 2, 3])),
    ),
    (
        "key-usage-with-non-repudiation-alone",
        &["cabf.smime.unknown_certificate_key_usage_type"],
        |draft| draft.set_critical(KEY_USAGE, bits(&[1])),
    ),
    (
        "key-usage-with-key-agreement",
        &[
            "cabf.smime.unknown_certificate_key_usage_type",
            "pkix.key_usage_value_prohibited_for_rsa",
        ],
        |draft| draft.set_critical(KEY_USAGE, bits(&[4])),
    ),
    (
        "key-usage-encipher-and-decipher-only",
        &[
            "cabf.smime.prohibited_ku_present",
            "pkix.both_encipheronly_and_decipheronly_ku_set",
        ],
        |draft| draft.set_critical(KEY_USAGE, bits(&[0, 7, 8])),
    ),
    (
        "key-usage-is-no-bit-string",
        &["itu.invalid_asn1_syntax"],
        |draft| draft.set_critical(KEY_USAGE, write::integer(5)),
    ),
    (
        "no-extended-key-usage",
        &["cabf.smime.extended_key_usage_extension_missing"],
        |draft| draft.remove(PURPOSES),
    ),
    (
        "extended-key-usage-without-mail",
        &[
            "cabf.smime.emailprotection_eku_missing",
            "cabf.smime.prohibited_eku_present",
            "rfc8550.ext_key_usage_without_email_protection",
        ],
        |draft| draft.set(PURPOSES, seq(&[oid("1.3.6.1.5.5.7.3.1")])),
    ),
    (
        "extended-key-usage-with-client-authentication",
        &["cabf.smime.prohibited_eku_present"],
        |draft| draft.set(PURPOSES, seq(&[oid(MAIL), oid("1.3.6.1.5.5.7.3.2")])),
    ),
    (
        "extended-key-usage-with-time-stamping",
        &[
            "cabf.smime.prohibited_eku_present",
            "pkix.extended_key_usage_extension_with_timestamping_not_critical",
        ],
        |draft| draft.set(PURPOSES, seq(&[oid(MAIL), oid("1.3.6.1.5.5.7.3.8")])),
    ),
    (
        "extended-key-usage-empty",
        &["itu.invalid_asn1_syntax"],
        |draft| draft.set(PURPOSES, seq(&[])),
    ),
    (
        "basic-constraints",
        &["rfc8550.basic_constraints_in_end_entity"],
        |draft| {
            draft.set(CONSTRAINTS, seq(&[]));
        },
    ),
    (
        "basic-constraints-with-a-length",
        &[
            "pkix.basic_constraints_has_pathlen_for_non_ca",
            "rfc8550.basic_constraints_in_end_entity",
        ],
        |draft| draft.set_critical(CONSTRAINTS, seq(&[write::integer(1)])),
    ),
    (
        "basic-constraints-of-an-authority",
        &[
            "cabf.smime.is_ca_certificate",
            "pkix.basic_constraints_extension_not_critical",
            "pkix.ca_certificate_keycertsign_keyusage_not_set",
        ],
        |draft| draft.set(CONSTRAINTS, seq(&[universal(1, [0xff])])),
    ),
    (
        "subject-directory-attributes",
        &[
            "cabf.smime.subject_directory_attributes_extension_prohibited",
            "pkix.subject_directory_attributes_extension_critical",
        ],
        |draft| {
            let values = write::set_of(vec![printable("DE")]);
            let attribute = seq(&[oid("1.3.6.1.5.5.7.9.4"), values]);
            draft.set_critical("2.5.29.9", seq(&[attribute]));
        },
    ),
    (
        "qualified-statements",
        &[
            "cabf.smime.qc_statements_extension_critical",
            "pkix.prohibited_qualified_statement_present",
        ],
        |draft| {
            let statement = seq(&[oid("1.3.6.1.5.5.7.11.1")]);
            draft.set_critical("1.3.6.1.5.5.7.1.3", seq(&[statement]));
        },
    ),
    (
        "capabilities-critical",
        &["pkix.smime_capabilities_extension_critical"],
        |draft| {
            let capability = seq(&[oid("2.16.840.1.101.3.4.1.42")]);
            draft.set_critical("1.2.840.113549.1.9.15", seq(&[capability]));
        },
    ),
    (
        "legal-entity",
        &[
            "cabf.smime.lei_extension_critical",
            "cabf.smime.lei_extension_prohibited",
            "iso.lei.invalid_lei_checksum",
        ],
        |draft| draft.set_critical("1.3.6.1.4.1.52266.1", printable("529900T8BM49AURSDO56")),
    ),
    (
        "legal-entity-role",
        &[
            "cabf.smime.lei_role_extension_critical",
            "cabf.smime.lei_role_extension_prohibited",
        ],
        |draft| draft.set_critical("1.3.6.1.4.1.52266.2", printable("Clerk")),
    ),
    (
        "time-stamp-of-adobe",
        &[
            "adbe.invalid_timestamp_location_type",
            "cabf.smime.adobe_timestamp_extension_critical",
            "cabf.smime.adobe_timestamp_extension_prohibited",
        ],
        |draft| {
            let value = seq(&[write::integer(1), general(1, "tsa@example.com")]);
            draft.set_critical("1.2.840.113583.1.1.9.1", value);
        },
    ),
    (
        "archive-of-adobe",
        &[
            "cabf.smime.adobe_archive_revinfo_extension_critical",
            "cabf.smime.adobe_archive_revinfo_extension_prohibited",
        ],
        |draft| draft.set_critical("1.2.840.113583.1.1.9.2", seq(&[write::integer(1)])),
    ),
    (
        "extensions-of-authorities",
        &[
            "pkix.end_entity_inhibit_anypolicy_extension_present",
            "pkix.end_entity_policy_constraints_extension_present",
            "pkix.end_entity_policy_mappings_extension_present",
        ],
        |draft| {
            let mapping = seq(&[oid(EXAMPLE_1), oid(EXAMPLE_2)]);
            draft.set_critical("2.5.29.33", seq(&[mapping]));
            draft.set_critical("2.5.29.36", seq(&[general(0, [0])]));
            draft.set_critical("2.5.29.54", write::integer(0));
        },
    ),
    (
        "subject-information-access-critical",
        &["pkix.subject_information_access_extension_critical"],
        |draft| {
            let value = seq(&[access(5, general(6, "http://ca.example.com/"))]);
            draft.set_critical("1.3.6.1.5.5.7.1.11", value);
        },
    ),
    (
        "timestamps-of-a-wrong-length",
        &["pkix.sct_list_extension_invalid_encoding"],
        |draft| draft.set("1.3.6.1.4.1.11129.2.4.2", universal(4, [0, 9, 0])),
    ),
    (
        "precertificate",
        &[
            "pkix.ct_precert_poison_and_sctlist_extensions_present",
            "pkix.ct_precert_poison_extension_not_critical",
            "pkix.sct_list_empty",
        ],
        |draft| {
            draft.set("1.3.6.1.4.1.11129.2.4.3", universal(5, []));
            draft.set("1.3.6.1.4.1.11129.2.4.2", universal(4, [0, 0]));
        },
    ),
];
