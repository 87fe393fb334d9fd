//! Issuer and subject.

use cms_core::ber::write;

use super::Mutant;
use crate::draft::{
    SAN, attribute, email_attribute, ia5, name, oid, printable, seq, universal, utf8,
};

const ADDRESS: &str = "alice@example.com";

fn common(text: &str) -> Vec<u8> {
    attribute(3, utf8(text))
}

pub(super) const MUTANTS: &[Mutant] = &[
    ("issuer-empty", &["pkix.name_empty"], |draft| {
        draft.issuer = name(&[]);
    }),
    (
        "subject-empty",
        &["pkix.san_extension_not_critical_empty_subject"],
        |draft| draft.subject = name(&[]),
    ),
    ("subject-empty-and-critical-names", &[], |draft| {
        draft.subject = name(&[]);
        draft.turn(SAN);
    }),
    (
        "subject-and-critical-names",
        &["pkix.san_extension_is_critical_non_empty_subject"],
        |draft| draft.turn(SAN),
    ),
    (
        "common-name-of-a-person",
        &["cabf.smime.common_name_value_unknown_source"],
        |draft| draft.subject = name(&[common("Alice Lovelace")]),
    ),
    (
        "common-name-is-another-address",
        &[
            "cabf.smime.common_name_value_unknown_source",
            "cabf.smime.email_address_in_attribute_not_in_san",
        ],
        |draft| draft.subject = name(&[common("bob@example.com")]),
    ),
    (
        "common-name-of-65-characters",
        &[
            "cabf.smime.unparsed_attribute_value_encountered",
            "itu.invalid_asn1_syntax",
        ],
        |draft| draft.subject = name(&[common(&"a".repeat(65))]),
    ),
    (
        "common-name-in-ia5",
        &[
            "cabf.smime.unparsed_attribute_value_encountered",
            "itu.invalid_asn1_syntax",
        ],
        |draft| draft.subject = name(&[attribute(3, ia5(ADDRESS))]),
    ),
    (
        "common-name-says-nothing",
        &[
            "cabf.insignificant_attribute_value_present",
            "cabf.smime.common_name_value_unknown_source",
        ],
        |draft| draft.subject = name(&[common("-")]),
    ),
    (
        "common-name-with-an-html-entity",
        &[
            "cabf.name.attribute_value_contains_html_entity",
            "cabf.smime.common_name_value_unknown_source",
        ],
        |draft| draft.subject = name(&[common("R&amp;D")]),
    ),
    (
        "subject-has-an-organization",
        &["cabf.smime.prohibited_attribute"],
        |draft| draft.subject = name(&[common(ADDRESS), attribute(10, utf8("Example"))]),
    ),
    (
        "subject-has-an-unknown-country",
        &[
            "cabf.invalid_country_code",
            "cabf.smime.prohibited_attribute",
        ],
        |draft| draft.subject = name(&[common(ADDRESS), attribute(6, printable("QQ"))]),
    ),
    (
        "subject-has-a-locality-alone",
        &[
            "cabf.smime.prohibited_attribute",
            "cabf.smime.required_attribute_missing_for_dependent_attribute",
        ],
        |draft| draft.subject = name(&[common(ADDRESS), attribute(7, utf8("Berlin"))]),
    ),
    (
        "subject-has-an-organization-identifier",
        &["cabf.smime.prohibited_attribute"],
        |draft| draft.subject = name(&[common(ADDRESS), attribute(97, utf8("VATDE-123456789"))]),
    ),
    (
        "subject-has-an-organization-identifier-of-no-form",
        &[
            "cabf.invalid_subject_organization_identifier_format",
            "cabf.smime.prohibited_attribute",
        ],
        |draft| draft.subject = name(&[common(ADDRESS), attribute(97, utf8("Example"))]),
    ),
    (
        "subject-has-a-name-and-a-pseudonym",
        &[
            "cabf.smime.mixed_name_and_pseudonym_attributes",
            "cabf.smime.prohibited_attribute",
        ],
        |draft| {
            let (given, pseudonym) = (attribute(42, utf8("Alice")), attribute(65, utf8("A")));
            draft.subject = name(&[common(ADDRESS), given, pseudonym]);
        },
    ),
    (
        "subject-has-an-rdn-of-two",
        &["cabf.rdn_contains_multiple_atvs"],
        |draft| {
            let serial = attribute(5, printable("1"));
            draft.subject = seq(&[write::set_of(vec![common(ADDRESS), serial])]);
        },
    ),
    (
        "subject-has-an-attribute-twice-in-an-rdn",
        &[
            "cabf.rdn_contains_multiple_atvs",
            "pkix.rdn_contains_duplicate_attribute_types",
        ],
        |draft| {
            let serials = ["1", "2"].map(|serial| attribute(5, printable(serial)));
            draft.subject = seq(&[write::set_of(serials.to_vec())]);
        },
    ),
    (
        "subject-has-the-address",
        &["rfc8550.email_address_in_subject"],
        |draft| draft.subject = name(&[email_attribute(ADDRESS)]),
    ),
    (
        "subject-has-another-address",
        &[
            "pkix.subject_email_address_not_in_san",
            "rfc8550.email_address_in_subject",
        ],
        |draft| draft.subject = name(&[email_attribute("bob@example.com")]),
    ),
    (
        "subject-has-no-address-as-address",
        &[
            "pkix.invalid_email_address_syntax",
            "pkix.subject_email_address_not_in_san",
            "rfc8550.email_address_in_subject",
        ],
        |draft| draft.subject = name(&[email_attribute("alice at example.com")]),
    ),
    (
        "domain-components-are-no-domain",
        &[
            "cabf.insignificant_attribute_value_present",
            "cabf.smime.prohibited_attribute",
            "pkix.name_domain_components_invalid_domain_name",
        ],
        |draft| {
            let component = seq(&[oid("0.9.2342.19200300.100.1.25"), ia5("-")]);
            draft.subject = name(&[common(ADDRESS), component]);
        },
    ),
    ("subject-in-teletex", &[], |draft| {
        draft.subject = name(&[attribute(3, universal(20, ADDRESS))])
    }),
];
