//! Identifiers of organizations, which profiles other than that of mailboxes want (BR 7.1.4.2.2 d, A).

use super::Mutant;
use crate::draft::{Draft, attribute, ia5, name, printable, universal, utf8};

const PROHIBITED: &str = "cabf.smime.prohibited_attribute";

fn identified(draft: &mut Draft, identifier: &str) {
    let address = attribute(3, utf8("alice@example.com"));
    draft.subject = name(&[address, attribute(97, utf8(identifier))]);
}

pub(super) const MUTANTS: &[Mutant] = &[
    ("identifier-of-a-register", &[PROHIBITED], |draft| {
        identified(draft, "NTRUS+CA-12345678");
    }),
    ("identifier-of-a-legal-entity", &[PROHIBITED], |draft| {
        identified(draft, "LEIXG-529900T8BM49AURSDO55");
    }),
    (
        "identifier-of-a-legal-entity-of-no-form",
        &[PROHIBITED, "iso.lei.invalid_lei_format"],
        |draft| identified(draft, "LEIXG-529900"),
    ),
    ("identifier-of-a-german-register", &[PROHIBITED], |draft| {
        identified(draft, "NTRDE-DER3306.HRB123456");
    }),
    (
        "identifier-of-a-german-register-of-no-form",
        &[
            PROHIBITED,
            "cabf.smime.german_ntr_registration_reference_not_euid",
        ],
        |draft| identified(draft, "NTRDE-HRB123456"),
    ),
    (
        "identifier-of-an-unknown-scheme",
        &[
            PROHIBITED,
            "cabf.invalid_organization_identifier_registration_scheme",
        ],
        |draft| identified(draft, "ABCDE-123"),
    ),
    (
        "identifier-of-an-unknown-country",
        &[PROHIBITED, "cabf.invalid_organization_identifier_country"],
        |draft| identified(draft, "VATQQ-123"),
    ),
    (
        "identifier-with-a-subdivision",
        &[
            PROHIBITED,
            "cabf.invalid_subject_organization_identifier_state_province_for_scheme",
        ],
        |draft| identified(draft, "VATDE+BY-123"),
    ),
    (
        "identifier-without-a-reference",
        &[
            PROHIBITED,
            "cabf.organization_identifier_reference_missing_for_scheme",
        ],
        |draft| identified(draft, "VATDE"),
    ),
    (
        "identifier-of-a-government-with-a-reference",
        &[
            PROHIBITED,
            "cabf.smime.prohibited_organization_identifier_reference_present_for_scheme",
        ],
        |draft| identified(draft, "GOVDE-123"),
    ),
    (
        "identifier-in-teletex",
        &[
            PROHIBITED,
            "cabf.invalid_subject_organization_identifier_encoding",
        ],
        |draft| draft.subject = name(&[attribute(97, universal(20, "VATDE-123"))]),
    ),
    (
        "identifier-in-ia5",
        &[
            PROHIBITED,
            "cabf.smime.unparsed_attribute_value_encountered",
            "itu.invalid_asn1_syntax",
        ],
        |draft| draft.subject = name(&[attribute(97, ia5("VATDE-123"))]),
    ),
    (
        "identifier-of-another-country",
        &[
            PROHIBITED,
            "cabf.smime.org_identifier_and_country_name_attribute_inconsistent",
        ],
        |draft| {
            let identifier = attribute(97, utf8("VATDE-123"));
            draft.subject = name(&[attribute(6, printable("FR")), identifier]);
        },
    ),
    ("a-whole-organization", &[PROHIBITED], |draft| {
        draft.subject = name(&[
            attribute(6, printable("DE")),
            attribute(8, utf8("Bayern")),
            attribute(7, utf8("Munich")),
            attribute(9, utf8("Example Street 1")),
            attribute(17, utf8("80331")),
            attribute(10, utf8("Example GmbH")),
            attribute(11, utf8("Mail")),
            attribute(97, utf8("VATDE-123456789")),
            attribute(42, utf8("Alice")),
            attribute(4, utf8("Lovelace")),
            attribute(12, utf8("Dr")),
            attribute(13, utf8("a description")),
        ]);
    }),
    (
        "an-organization-named-as-such",
        &[PROHIBITED, "cabf.smime.common_name_value_unknown_source"],
        |draft| {
            draft.subject = name(&[
                attribute(3, utf8("Example GmbH")),
                attribute(10, utf8("Example GmbH")),
                attribute(97, utf8("VATDE-123456789")),
            ]);
        },
    ),
    (
        "a-pseudonym-as-common-name",
        &[PROHIBITED, "cabf.smime.common_name_value_unknown_source"],
        |draft| {
            draft.subject = name(&[
                attribute(3, utf8("ACE")),
                attribute(65, utf8("ACE")),
                attribute(10, utf8("Example GmbH")),
                attribute(97, utf8("VATDE-123456789")),
            ]);
        },
    ),
];
