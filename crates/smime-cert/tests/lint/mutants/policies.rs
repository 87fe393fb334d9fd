//! Certificate policies, and where CRLs and issuers are.

use cms_core::ber::write;

use super::Mutant;
use crate::draft::{
    ACCESS, POINTS, POLICIES, access, general, ia5, oid, point, seq, universal, utf8,
};

const STRICT: &str = "2.23.140.1.5.1.3";
/// Of the arc for examples (RFC 5612).
const EXAMPLE_1: &str = "1.3.6.1.4.1.32473.1";
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
];
