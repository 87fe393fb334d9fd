//! Issuer, subject, and the names in extensions.

use cms_core::ber::write;

use super::Mutant;
use crate::draft::{
    NAMES, SAN, attribute, email_attribute, general, ia5, name, oid, printable, seq, universal,
    utf8,
};

const ADDRESS: &str = "alice@example.com";

fn common(text: &str) -> Vec<u8> {
    attribute(3, utf8(text))
}

/// An otherName.
fn other(id: &str, value: &[u8]) -> Vec<u8> {
    write::context(0, &[oid(id), write::context(0, value)].concat())
}

const SMTP_UTF8: &str = "1.3.6.1.5.5.7.8.9";
const PRINCIPAL: &str = "1.3.6.1.4.1.311.20.2.3";

/// A domain name above 253 characters.
fn long() -> String {
    format!("{}example.com", "a23456789.".repeat(25))
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
    (
        "no-names",
        &[
            "cabf.smime.common_name_value_unknown_source",
            "cabf.smime.email_address_in_attribute_not_in_san",
            "cabf.smime.san_extension_missing",
            "rfc8550.no_email_address",
        ],
        |draft| draft.remove(SAN),
    ),
    (
        "names-without-an-address",
        &[
            "cabf.smime.common_name_value_unknown_source",
            "cabf.smime.email_address_in_attribute_not_in_san",
            "cabf.smime.prohibited_generalname_type_present",
            "cabf.smime.san_does_not_contain_email_address",
            "rfc8550.no_email_address",
        ],
        |draft| draft.set(SAN, seq(&[general(2, "example.com")])),
    ),
    (
        "names-empty",
        &[
            "cabf.smime.common_name_value_unknown_source",
            "cabf.smime.email_address_in_attribute_not_in_san",
            "cabf.smime.san_does_not_contain_email_address",
            "itu.invalid_asn1_syntax",
            "rfc8550.no_email_address",
        ],
        |draft| draft.set(SAN, seq(&[])),
    ),
    (
        "address-without-a-domain",
        &[
            "cabf.internal_domain_name",
            "pkix.invalid_email_address_syntax",
        ],
        |draft| {
            draft.set(SAN, seq(&[general(1, "alice@localhost")]));
            draft.subject = name(&[common("alice@localhost")]);
        },
    ),
    (
        "address-with-a-long-domain",
        &[
            "pkix.invalid_email_address_syntax",
            "pkix.rfc822name_domain_part_too_long",
        ],
        |draft| {
            let long = general(1, format!("alice@{}", long()));
            draft.set(SAN, seq(&[general(1, ADDRESS), long]));
        },
    ),
    (
        "address-of-latin-1",
        &["itu.invalid_asn1_syntax"],
        |draft| {
            draft.set(
                SAN,
                seq(&[general(1, ADDRESS), general(1, b"\xe4@example.com")]),
            )
        },
    ),
    (
        "dns-name-of-no-syntax",
        &[
            "cabf.smime.prohibited_generalname_type_present",
            "pkix.invalid_domain_name_syntax",
        ],
        |draft| draft.set(SAN, seq(&[general(1, ADDRESS), general(2, "exa mple.com")])),
    ),
    (
        "uri-without-a-scheme",
        &[
            "cabf.internal_domain_name",
            "cabf.smime.prohibited_generalname_type_present",
            "pkix.invalid_uri_syntax",
        ],
        |draft| draft.set(SAN, seq(&[general(1, ADDRESS), general(6, "example.com")])),
    ),
    (
        "ip-address-of-5-octets",
        &[
            "cabf.smime.prohibited_generalname_type_present",
            "pkix.ip_address_wrong_length",
        ],
        |draft| draft.set(SAN, seq(&[general(1, ADDRESS), general(7, [1; 5])])),
    ),
    (
        "ip-address-of-a-private-network",
        &[
            "cabf.internal_ip_address",
            "cabf.smime.prohibited_generalname_type_present",
        ],
        |draft| draft.set(SAN, seq(&[general(1, ADDRESS), general(7, [10, 0, 0, 1])])),
    ),
    (
        "principal-name",
        &["cabf.smime.prohibited_othername_type_present"],
        |draft| {
            let other = other(PRINCIPAL, &utf8(ADDRESS));
            draft.set(SAN, seq(&[general(1, ADDRESS), other]));
        },
    ),
    (
        "principal-name-is-no-address",
        &[
            "cabf.smime.prohibited_othername_type_present",
            "msft.invalid_user_principal_name_syntax",
        ],
        |draft| {
            let other = other(PRINCIPAL, &utf8("alice"));
            draft.set(SAN, seq(&[general(1, ADDRESS), other]));
        },
    ),
    ("smtp-utf8-mailbox", &[], |draft| {
        let other = other(SMTP_UTF8, &utf8("\u{e4}lice@example.com"));
        draft.set(SAN, seq(&[general(1, ADDRESS), other]));
    }),
    (
        "smtp-utf8-mailbox-of-ascii",
        &["pkix.smtp_utf8_mailbox_is_ascii_only"],
        |draft| {
            let other = other(SMTP_UTF8, &utf8("bob@example.com"));
            draft.set(SAN, seq(&[general(1, ADDRESS), other]));
        },
    ),
    (
        "smtp-utf8-mailbox-in-upper-case",
        &["pkix.smtp_utf8_mailbox_has_uppercase"],
        |draft| {
            let other = other(SMTP_UTF8, &utf8("\u{e4}lice@EXAMPLE.com"));
            draft.set(SAN, seq(&[general(1, ADDRESS), other]));
        },
    ),
    (
        "smtp-utf8-mailbox-without-a-host",
        &[
            "cabf.internal_domain_name",
            "pkix.smtp_utf8_mailbox_invalid_syntax",
        ],
        |draft| {
            let other = other(SMTP_UTF8, &utf8("\u{e4}lice"));
            draft.set(SAN, seq(&[general(1, ADDRESS), other]));
        },
    ),
    (
        "smtp-utf8-mailbox-with-a-byte-order-mark",
        &["pkix.smtp_utf8_mailbox_has_bom"],
        |draft| {
            let other = other(SMTP_UTF8, &utf8("\u{feff}\u{e4}lice@example.com"));
            draft.set(SAN, seq(&[general(1, ADDRESS), other]));
        },
    ),
    (
        "smtp-utf8-mailbox-with-a-broken-host",
        &["pkix.smtp_utf8_mailbox_domain_part_invalid_syntax"],
        |draft| {
            let other = other(SMTP_UTF8, &utf8("\u{e4}lice@exa mple.com"));
            draft.set(SAN, seq(&[general(1, ADDRESS), other]));
        },
    ),
    (
        "smtp-utf8-mailbox-with-a-long-host",
        &["pkix.smtputf8mailbox_domain_part_too_long"],
        |draft| {
            let other = other(SMTP_UTF8, &utf8(&format!("\u{e4}lice@{}", long())));
            draft.set(SAN, seq(&[general(1, ADDRESS), other]));
        },
    ),
    (
        "dns-name-that-is-long",
        &[
            "cabf.smime.prohibited_generalname_type_present",
            "pkix.dnsname_domain_name_too_long",
        ],
        |draft| draft.set(SAN, seq(&[general(1, ADDRESS), general(2, long())])),
    ),
    (
        "uri-with-a-long-host",
        &[
            "cabf.smime.prohibited_generalname_type_present",
            "pkix.uri_domain_name_too_long",
        ],
        |draft| {
            let uri = format!("http://{}/", long());
            draft.set(SAN, seq(&[general(1, ADDRESS), general(6, uri)]));
        },
    ),
    (
        "directory-name-with-an-organization",
        &["cabf.smime.prohibited_attribute"],
        |draft| {
            let directory = write::context(4, &name(&[attribute(10, utf8("Example"))]));
            draft.set(SAN, seq(&[general(1, ADDRESS), directory]));
        },
    ),
    (
        "name-constraints",
        &[
            "pkix.certificate_name_constraints_extension_not_critical",
            "pkix.name_constraints_in_ee_certificate",
            "pkix.name_constraints_maximum_specified",
            "pkix.name_constraints_non_default_minimum",
        ],
        |draft| {
            let bounds = [general(0, [1]), general(1, [2])].concat();
            let subtree = seq(&[general(1, "example.com"), bounds]);
            draft.set(NAMES, seq(&[write::context(0, &subtree)]));
        },
    ),
    (
        "name-constraints-of-no-network",
        &[
            "pkix.ip_address_name_constraint_invalid_cidr",
            "pkix.ip_address_name_constraint_wrong_length",
            "pkix.name_constraints_in_ee_certificate",
        ],
        |draft| {
            let subtrees = [
                seq(&[general(7, [10, 0, 0, 1, 255, 0, 0, 0])]),
                seq(&[general(7, [10, 0, 0, 0])]),
            ];
            let excluded = write::context(1, &subtrees.concat());
            draft.set_critical(NAMES, seq(&[excluded]));
        },
    ),
    (
        "issuer-alternative-name",
        &[
            "cabf.internal_domain_name",
            "pkix.invalid_email_address_syntax",
            "pkix.issuer_alt_name_extension_critical",
        ],
        |draft| draft.set_critical("2.5.29.18", seq(&[general(1, "ca.example.com")])),
    ),
    ("subject-in-teletex", &[], |draft| {
        draft.subject = name(&[attribute(3, universal(20, ADDRESS))])
    }),
];
