//! The names in extensions: subjectAltName, issuerAltName, nameConstraints.

use cms_core::ber::write;

use super::Mutant;
use crate::draft::{NAMES, SAN, attribute, general, name, oid, seq, utf8};

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
];
