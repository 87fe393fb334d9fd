//! Rules of the CA/Browser Forum's S/MIME Baseline Requirements (BR), version 1.0.11, and of those whose programs add
//! to them.

use super::rules;

rules! { BASELINE:
    EXTENSIONS_MISSING = Error, "cabf.certificate_extensions_missing", "BR 7.1.2.3", "no extensions";
    POLICIES_MISSING = Error, "cabf.smime.certificate_policies_extension_missing", "BR 7.1.2.3 a",
        "no certificatePolicies";
    POLICIES_CRITICAL = Warning, "cabf.critical_certificate_policies_extension", "BR 7.1.2.3 a",
        "certificatePolicies is critical";
    NO_RESERVED_POLICY = Error, "cabf.smime.no_required_reserved_policy_oid", "BR 7.1.6.4",
        "the policy of the profile is not among the certificate policies";
    SEVERAL_RESERVED_POLICIES = Error, "cabf.smime.multiple_reserved_policy_oids", "BR 7.1.6.4",
        "policies of several profiles";
    ANY_POLICY = Error, "cabf.smime.anypolicy_present", "BR 7.1.6.4", "anyPolicy in a subscriber's certificate";
    USER_NOTICE_REF = Error, "cabf.smime.usernotice_has_noticeref", "BR 7.1.2.3 a", "a user notice has a noticeRef";
    CPS_URI_NOT_HTTP = Error, "cabf.cps_uri_is_not_http", "BR 7.1.2.3 a", "the CPS is not at an http or https URI";
    CRLDP_MISSING = Warning, "cabf.smime.crldp_extension_missing", "BR 7.1.2.3 b", "no cRLDistributionPoints";
    CABF_CRLDP_CRITICAL = Error, "cabf.critical_crldp_extension", "BR 7.1.2.3 b",
        "cRLDistributionPoints is critical";
    CRLDP_NO_HTTP = Error, "cabf.no_http_crldp_uri", "BR 7.1.2.3 b", "no CRL at an http URI";
    CRLDP_NAME_TYPE = Error, "cabf.smime.crldp_fullname_prohibited_generalname_type", "BR 7.1.2.3 b",
        "a distribution point is named by something else than URIs";
    CRLDP_SCHEME = Error, "cabf.smime.crldp_fullname_prohibited_uri_scheme", "BR 7.1.2.3 b",
        "a CRL at a URI of a scheme that the generation does not allow";
    AIA_MISSING = Warning, "cabf.aia_extension_missing", "BR 7.1.2.3 c", "no authorityInfoAccess";
    AIA_NO_CA_ISSUERS = Warning, "cabf.aia_ca_issuers_missing", "BR 7.1.2.3 c", "authorityInfoAccess without caIssuers";
    AIA_CA_ISSUERS_NO_HTTP = Error, "cabf.aia_ca_issuers_has_no_http_uri", "BR 7.1.2.3 c",
        "no caIssuers at an http URI";
    AIA_OCSP_NO_HTTP = Error, "cabf.aia_ocsp_has_no_http_uri", "BR 7.1.2.3 c", "no OCSP responder at an http URI";
    AIA_NAME_TYPE = Error, "cabf.smime.aia_prohibited_generalname_type", "BR 7.1.2.3 c",
        "authorityInfoAccess names something else than a URI";
    AIA_SCHEME = Error, "cabf.smime.aia_prohibited_uri_scheme", "BR 7.1.2.3 c",
        "authorityInfoAccess has a URI of a scheme that the generation does not allow";
    GMAIL_CA_ISSUERS = Notice, "googl.gmail.authority_info_access_ca_issuers_missing",
        "Gmail, S/MIME certificate profiles",
        "authorityInfoAccess without caIssuers, which Gmail wants";
    IS_CA = Error, "cabf.smime.is_ca_certificate", "BR 7.1.2.3 d", "cA is true in a subscriber's certificate";
    KEY_USAGE_MISSING = Error, "cabf.smime.key_usage_extension_missing", "BR 7.1.2.3 e", "no keyUsage";
    CABF_KEY_USAGE_NOT_CRITICAL = Warning, "cabf.smime.ku_extension_not_critical", "BR 7.1.2.3 e",
        "keyUsage is not critical";
    PROHIBITED_KEY_USAGE = Error, "cabf.smime.prohibited_ku_present", "BR 7.1.2.3 e",
        "keyUsage has bits that this use of such a key does not have";
    UNKNOWN_KEY_USAGE = Error, "cabf.smime.unknown_certificate_key_usage_type", "BR 7.1.2.3 e",
        "keyUsage is neither that of a signing nor of an encryption key";
    UNSUPPORTED_KEY = Error, "cabf.smime.unsupported_public_key_type", "BR 7.1.2.3 e",
        "a key whose use the requirements do not know";
    EKU_MISSING = Error, "cabf.smime.extended_key_usage_extension_missing", "BR 7.1.2.3 f", "no extKeyUsage";
    EMAIL_PROTECTION_MISSING = Error, "cabf.smime.emailprotection_eku_missing", "BR 7.1.2.3 f",
        "extKeyUsage without emailProtection";
    PROHIBITED_EKU = Error, "cabf.smime.prohibited_eku_present", "BR 7.1.2.3 f",
        "extKeyUsage has purposes that the generation does not allow";
    AKI_HAS_ISSUER = Error, "cabf.authority_key_identifier_has_issuer_cert", "BR 7.1.2.3 g",
        "authorityKeyIdentifier names the issuer's certificate";
    SAN_MISSING = Error, "cabf.smime.san_extension_missing", "BR 7.1.2.3 h", "no subjectAltName";
    SAN_NO_ADDRESS = Error, "cabf.smime.san_does_not_contain_email_address", "BR 7.1.4.2.1",
        "subjectAltName without a mail address";
    SAN_NAME_TYPE = Error, "cabf.smime.prohibited_generalname_type_present", "BR 7.1.4.2.1",
        "subjectAltName has a kind of name that it may not have";
    SAN_OTHER_NAME = Error, "cabf.smime.prohibited_othername_type_present", "BR 7.1.4.2.1",
        "subjectAltName has an otherName that the strict generation does not allow";
    SDA_PROHIBITED = Error, "cabf.smime.subject_directory_attributes_extension_prohibited", "BR 7.1.2.3 j",
        "subjectDirectoryAttributes is there";
    QC_CRITICAL = Error, "cabf.smime.qc_statements_extension_critical", "BR 7.1.2.3 k", "qcStatements is critical";
    LEI_PROHIBITED = Error, "cabf.smime.lei_extension_prohibited", "BR 7.1.2.3 l", "a legal entity identifier is there";
    LEI_CRITICAL = Error, "cabf.smime.lei_extension_critical", "BR 7.1.2.3 l",
        "the legal entity identifier is critical";
    LEI_ROLE_PROHIBITED = Error, "cabf.smime.lei_role_extension_prohibited", "BR 7.1.2.3 l",
        "a role within a legal entity is there";
    LEI_ROLE_CRITICAL = Error, "cabf.smime.lei_role_extension_critical", "BR 7.1.2.3 l",
        "the role within a legal entity is critical";
    ADOBE_TIME_PROHIBITED = Error, "cabf.smime.adobe_timestamp_extension_prohibited", "BR 7.1.2.3 m",
        "Adobe's time-stamp extension in the strict generation";
    ADOBE_TIME_CRITICAL = Error, "cabf.smime.adobe_timestamp_extension_critical", "BR 7.1.2.3 m",
        "Adobe's time-stamp extension is critical";
    ADOBE_ARCHIVE_PROHIBITED = Error, "cabf.smime.adobe_archive_revinfo_extension_prohibited", "BR 7.1.2.3 m",
        "Adobe's archiveRevInfo in the strict generation";
    ADOBE_ARCHIVE_CRITICAL = Error, "cabf.smime.adobe_archive_revinfo_extension_critical", "BR 7.1.2.3 m",
        "Adobe's archiveRevInfo is critical";

    SPKI_ALGORITHM = Error, "cabf.smime.prohibited_spki_algorithm_encoding", "BR 7.1.3.1",
        "the key's AlgorithmIdentifier is none of those that are allowed";
    SIGNATURE_ALGORITHM = Error, "cabf.smime.prohibited_signature_algorithm_encoding", "BR 7.1.3.2",
        "the signature's AlgorithmIdentifier is none of those that are allowed";
    RSA_LENGTH = Error, "cabf.rsa_modulus_invalid_length", "BR 6.1.5",
        "an RSA modulus below 2048 bits, or of no whole number of octets";
    RSA_SMALL_FACTOR = Warning, "cabf.rsa_modulus_has_small_prime_factor", "BR 6.1.6",
        "the RSA modulus has a prime factor below 752";
    RSA_EXPONENT = Error, "cabf.rsa_exponent_prohibited_value", "BR 6.1.6",
        "the RSA public exponent is even or below 3";
    RSA_EXPONENT_RANGE = Warning, "cabf.rsa_exponent_not_in_recommended_range", "BR 6.1.6",
        "the RSA public exponent is not between 2^16+1 and 2^256-1";
    EC_KEY = Warning, "cabf.ecdsa_key_validation_failed", "BR 6.1.6",
        "the elliptic curve key cannot be one of a NIST curve";
    GMAIL_RSA_LENGTH = Notice, "googl.prohibited_rsa_modulus_length", "Gmail, S/MIME certificate profiles",
        "Gmail takes RSA keys of 2048, 3072 and 4096 bits";

    PROHIBITED_ATTRIBUTE = Error, "cabf.smime.prohibited_attribute", "BR 7.1.4.2.3 to 7.1.4.2.6",
        "the name has an attribute that the profile does not allow";
    MISSING_ATTRIBUTE = Error, "cabf.smime.missing_required_attribute", "BR 7.1.4.2.4 to 7.1.4.2.6",
        "the name lacks an attribute that the profile requires";
    NAME_AND_PSEUDONYM = Error, "cabf.smime.mixed_name_and_pseudonym_attributes", "BR 7.1.4.2.2 e",
        "the name has a pseudonym together with a given name or surname";
    DEPENDENT_ATTRIBUTE = Error, "cabf.smime.required_attribute_missing_for_dependent_attribute",
        "BR 7.1.4.2.2 j to m", "the name has an attribute without another that it depends on";
    COMMON_NAME_SOURCE = Error, "cabf.smime.common_name_value_unknown_source", "BR 7.1.4.2.2 a",
        "commonName is nothing that the profile allows in it";
    ATTRIBUTE_ADDRESS_NOT_IN_SAN = Error, "cabf.smime.email_address_in_attribute_not_in_san", "BR 7.1.4.2.1",
        "a mail address of the name is not in subjectAltName";
    UNREAD_ATTRIBUTE = Notice, "cabf.smime.unparsed_attribute_value_encountered", "BR 7.1.4",
        "an attribute is not of the type that its standard gives it";
    COUNTRY = Error, "cabf.invalid_country_code", "BR 7.1.4.2.2 n", "countryName is no ISO 3166-1 code";
    INSIGNIFICANT_VALUE = Error, "cabf.insignificant_attribute_value_present", "BR 7.1.4.2",
        "an attribute says nothing";
    HTML_ENTITY = Error, "cabf.name.attribute_value_contains_html_entity", "BR 7.1.4.2",
        "an attribute has an HTML entity";
    SEVERAL_ATTRIBUTES = Notice, "cabf.rdn_contains_multiple_atvs", "BR 7.1.4", "an RDN of several attributes";
    ORG_ID_ENCODING = Error, "cabf.invalid_subject_organization_identifier_encoding", "BR 7.1.4.2.2 d",
        "organizationIdentifier is neither a UTF8String nor a PrintableString";
    ORG_ID_FORMAT = Error, "cabf.invalid_subject_organization_identifier_format", "BR 7.1.4.2.2 d",
        "organizationIdentifier has not the form of one";
    ORG_ID_SCHEME = Error, "cabf.invalid_organization_identifier_registration_scheme", "BR 7.1.4.2.2 d; A",
        "organizationIdentifier is of an unknown registration scheme";
    ORG_ID_COUNTRY = Error, "cabf.invalid_organization_identifier_country", "BR 7.1.4.2.2 d; A",
        "organizationIdentifier has a country that its scheme does not have";
    ORG_ID_STATE = Error, "cabf.invalid_subject_organization_identifier_state_province_for_scheme",
        "BR 7.1.4.2.2 d; A", "organizationIdentifier has a subdivision that its scheme does not have";
    ORG_ID_REFERENCE = Error, "cabf.organization_identifier_reference_missing_for_scheme", "BR 7.1.4.2.2 d; A",
        "organizationIdentifier has no registration reference";
    ORG_ID_NO_REFERENCE = Error, "cabf.smime.prohibited_organization_identifier_reference_present_for_scheme",
        "BR 7.1.4.2.2 d", "organizationIdentifier has a registration reference that its scheme does not have";
    ORG_ID_EUID = Warning, "cabf.smime.german_ntr_registration_reference_not_euid", "BR 7.1.4.2.2 d",
        "the German registration reference is no EUID";
    ORG_ID_OTHER_COUNTRY = Error, "cabf.smime.org_identifier_and_country_name_attribute_inconsistent",
        "BR 7.1.4.2.2 d and n", "organizationIdentifier and countryName name different countries";
    INTERNAL_NAME = Error, "cabf.internal_domain_name", "BR 7.1.2.4",
        "a domain name outside of the public domain name system";
    INTERNAL_IP = Error, "cabf.internal_ip_address", "BR 7.1.2.4", "an IP address that is not public";

    VALIDITY_LEGACY = Error, "cabf.smime.certificate_validity_period_exceeds_1185_days", "BR 6.3.2",
        "valid for more than 1185 days";
    VALIDITY = Error, "cabf.smime.certificate_validity_period_exceeds_825_days", "BR 6.3.2",
        "valid for more than 825 days";
    VALIDITY_AT_MAXIMUM = Warning, "cabf.smime.certificate_validity_period_at_maximum", "BR 6.3.2",
        "valid for exactly as long as is allowed: a second more would be too long";
    LEGACY_SUNSET = Error, "cabf.smime.legacy_generation_certificate_issued_after_prohibition", "BR 7.1.6.1",
        "the legacy generation, from 2025-07-15 on";
}
