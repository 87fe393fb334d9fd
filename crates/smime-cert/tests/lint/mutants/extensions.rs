//! Extensions other than those of names.

use cms_core::ber::write;
use cms_core::oid::{SHA1, SHA256, SHA384, SHA512};

use super::Mutant;
use crate::draft::{
    ACCESS, AKI, CONSTRAINTS, KEY_USAGE, POINTS, POLICIES, PURPOSES, SKI, access, bits, general,
    ia5, name, oid, point, printable, seq, universal, utf8,
};

const MAIL: &str = "1.3.6.1.5.5.7.3.4";
const STRICT: &str = "2.23.140.1.5.1.3";
/// Of the arc for examples (RFC 5612).
const EXAMPLE_1: &str = "1.3.6.1.4.1.32473.1";
const EXAMPLE_2: &str = "1.3.6.1.4.1.32473.2";
const CPS: &str = "1.3.6.1.5.5.7.2.1";
const NOTICE: &str = "1.3.6.1.5.5.7.2.2";

/// certificatePolicies with the policy of the profile and a qualifier.
fn qualified(id: &str, value: Vec<u8>) -> Vec<u8> {
    let qualifier = seq(&[oid(id), value]);
    seq(&[seq(&[oid(STRICT), seq(&[qualifier])])])
}

fn policies(oids: &[&str]) -> Vec<u8> {
    let all: Vec<_> = oids.iter().map(|id| seq(&[oid(id)])).collect();
    seq(&all)
}

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
        "no-policies",
        &["cabf.smime.certificate_policies_extension_missing"],
        |draft| draft.remove(POLICIES),
    ),
    (
        "policies-critical",
        &["cabf.critical_certificate_policies_extension"],
        |draft| draft.turn(POLICIES),
    ),
    (
        "policy-of-another",
        &["cabf.smime.no_required_reserved_policy_oid"],
        |draft| draft.set(POLICIES, policies(&[EXAMPLE_1])),
    ),
    (
        "policies-of-two-profiles",
        &["cabf.smime.multiple_reserved_policy_oids"],
        |draft| draft.set(POLICIES, policies(&[STRICT, "2.23.140.1.5.1.2"])),
    ),
    (
        "a-policy-twice",
        &["pkix.duplicate_certificate_policy_oids"],
        |draft| draft.set(POLICIES, policies(&[STRICT, EXAMPLE_1, EXAMPLE_1])),
    ),
    ("any-policy", &["cabf.smime.anypolicy_present"], |draft| {
        draft.set(POLICIES, policies(&[STRICT, "2.5.29.32.0"]))
    }),
    (
        "cps-by-ftp",
        &[
            "cabf.cps_uri_is_not_http",
            "pkix.certificate_policies_policy_has_qualifier",
        ],
        |draft| draft.set(POLICIES, qualified(CPS, ia5("ftp://ca.example.com/cps"))),
    ),
    (
        "cps-in-a-private-network",
        &[
            "cabf.internal_domain_name",
            "pkix.certificate_policies_policy_has_qualifier",
        ],
        |draft| draft.set(POLICIES, qualified(CPS, ia5("http://cps.ca.internal/"))),
    ),
    (
        "notice-with-a-reference",
        &[
            "cabf.smime.usernotice_has_noticeref",
            "pkix.certificate_policies_policy_has_qualifier",
            "pkix.certificate_policies_usernotice_has_noticeref",
        ],
        |draft| {
            let reference = seq(&[utf8("Example"), seq(&[write::integer(1)])]);
            draft.set(POLICIES, qualified(NOTICE, seq(&[reference])));
        },
    ),
    (
        "notice-in-ia5",
        &[
            "pkix.certificate_policies_policy_has_qualifier",
            "pkix.rfc6818_certificate_policies_invalid_explicit_text_encoding",
        ],
        |draft| draft.set(POLICIES, qualified(NOTICE, seq(&[ia5("text")]))),
    ),
    (
        "notice-in-bmp",
        &[
            "pkix.certificate_policies_policy_has_qualifier",
            "pkix.rfc5280_certificate_policies_invalid_explicit_text_encoding",
        ],
        |draft| {
            let text = universal(30, [0, b't', 0, b'x']);
            draft.set(POLICIES, qualified(NOTICE, seq(&[text])));
        },
    ),
    (
        "any-policy-with-another-qualifier",
        &[
            "cabf.smime.anypolicy_present",
            "pkix.certificate_policies_anypolicy_has_prohibited_qualifier",
            "pkix.certificate_policies_policy_has_qualifier",
        ],
        |draft| {
            let qualifier = seq(&[oid(EXAMPLE_1), universal(5, [])]);
            let any = seq(&[oid("2.5.29.32.0"), seq(&[qualifier])]);
            draft.set(POLICIES, seq(&[seq(&[oid(STRICT)]), any]));
        },
    ),
    (
        "notice-with-a-control-character",
        &[
            "pkix.certificate_policies_explicit_text_has_control_character",
            "pkix.certificate_policies_policy_has_qualifier",
        ],
        |draft| draft.set(POLICIES, qualified(NOTICE, seq(&[utf8("te\u{7}xt")]))),
    ),
    (
        "notice-not-normalized",
        &[
            "pkix.certificate_policies_explicit_text_not_nfc_normalized",
            "pkix.certificate_policies_policy_has_qualifier",
        ],
        |draft| draft.set(POLICIES, qualified(NOTICE, seq(&[utf8("a\u{308}")]))),
    ),
    ("policies-broken", &["itu.invalid_asn1_syntax"], |draft| {
        draft.set(POLICIES, seq(&[oid(STRICT)]))
    }),
    (
        "no-distribution-points",
        &["cabf.smime.crldp_extension_missing"],
        |draft| draft.remove(POINTS),
    ),
    (
        "distribution-points-critical",
        &[
            "cabf.critical_crldp_extension",
            "pkix.certificate_crldp_extension_critical",
        ],
        |draft| draft.turn(POINTS),
    ),
    (
        "distribution-point-by-ldap",
        &[
            "cabf.no_http_crldp_uri",
            "cabf.smime.crldp_fullname_prohibited_uri_scheme",
            "pkix.ldap_uri_not_validated",
        ],
        |draft| draft.set(POINTS, seq(&[point("ldap://ca.example.com/cn=ca")])),
    ),
    (
        "distribution-point-with-reasons-alone",
        &[
            "cabf.no_http_crldp_uri",
            "pkix.distribution_point_does_not_contain_name_or_issuer",
        ],
        |draft| draft.set(POINTS, seq(&[seq(&[general(1, [6, 0x40])])])),
    ),
    (
        "distribution-point-by-a-directory-name",
        &[
            "cabf.no_http_crldp_uri",
            "cabf.smime.crldp_fullname_prohibited_generalname_type",
        ],
        |draft| {
            let full = write::context(0, &write::context(4, &draft.issuer));
            draft.set(POINTS, seq(&[seq(&[write::context(0, &full)])]));
        },
    ),
    ("no-access", &["cabf.aia_extension_missing"], |draft| {
        draft.remove(ACCESS)
    }),
    (
        "access-critical",
        &["pkix.authority_information_access_extension_critical"],
        |draft| draft.turn(ACCESS),
    ),
    (
        "access-to-a-responder-alone",
        &[
            "cabf.aia_ca_issuers_missing",
            "googl.gmail.authority_info_access_ca_issuers_missing",
        ],
        |draft| {
            draft.set(
                ACCESS,
                seq(&[access(1, general(6, "http://ocsp.example.com/"))]),
            )
        },
    ),
    (
        "access-by-https",
        &[
            "cabf.aia_ca_issuers_has_no_http_uri",
            "cabf.aia_ocsp_has_no_http_uri",
            "cabf.smime.aia_prohibited_uri_scheme",
        ],
        |draft| {
            let places = [1, 2].map(|way| access(way, general(6, "https://ca.example.com/")));
            draft.set(ACCESS, seq(&places));
        },
    ),
    (
        "access-by-an-address",
        &[
            "cabf.aia_ca_issuers_has_no_http_uri",
            "cabf.smime.aia_prohibited_generalname_type",
        ],
        |draft| draft.set(ACCESS, seq(&[access(2, general(1, "ca@example.com"))])),
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
