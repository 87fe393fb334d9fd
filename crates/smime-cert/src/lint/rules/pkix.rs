//! Rules of RFC 5280 and of the RFCs that add to it.

use super::rules;

rules! { PKIX:
    INVALID_SYNTAX = Error, "itu.invalid_asn1_syntax", "X.680; RFC 5280, A",
        "the field does not have the form of its ASN.1 type";
    NOT_DER = Error, "rfc5280.not_der", "RFC 5280, 4.1", "the certificate is not in DER";
    VERSION = Error, "pkix.certificate_version_is_not_v3", "RFC 5280, 4.1.2.1", "the version is not v3";
    SERIAL = Error, "pkix.certificate_serial_number_out_of_range", "RFC 5280, 4.1.2.2",
        "the serial number is not positive, or longer than 20 octets";
    ALGORITHM_MISMATCH = Error, "pkix.certificate_signature_algorithm_mismatch", "RFC 5280, 4.1.1.2",
        "signatureAlgorithm and tbsCertificate.signature differ";
    ISSUER_UNIQUE_ID = Error, "pkix.issuer_unique_id_present", "RFC 5280, 4.1.2.8", "issuerUniqueID is there";
    SUBJECT_UNIQUE_ID = Error, "pkix.subject_unique_id_present", "RFC 5280, 4.1.2.8", "subjectUniqueID is there";
    UTC_TIME = Error, "pkix.utctime_incorrect_syntax", "RFC 5280, 4.1.2.5.1", "the UTCTime is not YYMMDDHHMMSSZ";
    GENERALIZED_TIME = Error, "pkix.generalizedtime_incorrect_syntax", "RFC 5280, 4.1.2.5.2",
        "the GeneralizedTime is not YYYYMMDDHHMMSSZ";
    TIME = Error, "pkix.invalid_time_syntax", "RFC 5280, 4.1.2.5",
        "the period of validity cannot be told from its times";
    TIME_TYPE = Error, "pkix.wrong_time_useful_type", "RFC 5280, 4.1.2.5",
        "a time before 2050 is a GeneralizedTime, not a UTCTime";
    NEGATIVE_VALIDITY = Error, "pkix.certificate_negative_validity_period", "RFC 5280, 4.1.2.5",
        "the validity ends before it begins";

    NAME_EMPTY = Error, "pkix.name_empty", "RFC 5280, 4.1.2.4", "the issuer has no name";
    DUPLICATE_TYPES = Error, "pkix.rdn_contains_duplicate_attribute_types", "X.501, 9.3",
        "an RDN has an attribute type twice";
    DOMAIN_COMPONENTS = Error, "pkix.name_domain_components_invalid_domain_name", "RFC 4519, 2.4",
        "the domain components are no domain name";
    EMAIL_SYNTAX = Error, "pkix.invalid_email_address_syntax", "RFC 5280, 4.2.1.6", "no mail address";
    SUBJECT_EMAIL_NOT_IN_SAN = Error, "pkix.subject_email_address_not_in_san", "RFC 5280, 4.1.2.6",
        "a mail address of the name is not in subjectAltName";

    DUPLICATE_EXTENSION = Error, "pkix.duplicate_extension", "RFC 5280, 4.2", "an extension is there twice";
    BASIC_CONSTRAINTS_PATHLEN = Error, "pkix.basic_constraints_has_pathlen_for_non_ca", "RFC 5280, 4.2.1.9",
        "pathLenConstraint without cA";
    BASIC_CONSTRAINTS_NOT_CRITICAL = Error, "pkix.basic_constraints_extension_not_critical", "RFC 5280, 4.2.1.9",
        "basicConstraints of a CA is not critical";
    CA_NO_KEY_USAGE = Error, "pkix.ca_certificate_no_ku_extension", "RFC 5280, 4.2.1.3", "a CA without keyUsage";
    KEY_USAGE_NOT_CRITICAL = Warning, "pkix.key_usage_extension_not_critical", "RFC 5280, 4.2.1.3",
        "keyUsage is not critical";
    NO_KEY_USAGE_BITS = Error, "pkix.no_ku_bits_set", "RFC 5280, 4.2.1.3", "keyUsage without any bit";
    CA_WITHOUT_CERT_SIGN = Error, "pkix.ca_certificate_keycertsign_keyusage_not_set", "RFC 5280, 4.2.1.3",
        "a CA without keyCertSign";
    EE_WITH_CERT_SIGN = Error, "pkix.ee_certificate_keycertsign_keyusage_set", "RFC 5280, 4.2.1.9",
        "keyCertSign in a certificate that is no CA's";
    ENCIPHER_AND_DECIPHER_ONLY = Error, "pkix.both_encipheronly_and_decipheronly_ku_set", "RFC 5280, 4.2.1.3",
        "encipherOnly and decipherOnly exclude each other";
    USAGE_RSA = Error, "pkix.key_usage_value_prohibited_for_rsa", "RFC 4055, 1.2", "an RSA key cannot be used so";
    USAGE_EC = Error, "pkix.key_usage_value_prohibited_for_ec", "RFC 8813, 3",
        "an elliptic curve key cannot be used so";
    USAGE_EDWARDS = Error, "pkix.key_usage_value_prohibited_for_edwards_curve", "RFC 9295, 3",
        "a key on such a curve cannot be used so";
    USAGE_EDWARDS_MISSING = Error, "pkix.key_usage_value_required_but_missing_for_edwards_curve", "RFC 9295, 3",
        "an X25519 or X448 key without keyAgreement";
    USAGE_ML_DSA = Error, "pkix.key_usage_value_prohibited_for_mldsa", "RFC 9881, 5",
        "an ML-DSA key cannot be used so";
    USAGE_HASH_ML_DSA = Error, "pkix.key_usage_value_prohibited_for_hash_mldsa", "RFC 9881, 8.3",
        "a HashML-DSA key cannot be used so";
    USAGE_SLH_DSA = Error, "pkix.key_usage_value_prohibited_for_slhdsa", "RFC 9909, 6",
        "an SLH-DSA key cannot be used so";
    USAGE_HASH_SLH_DSA = Error, "pkix.key_usage_value_prohibited_for_hash_slhdsa", "RFC 9909, 6",
        "a HashSLH-DSA key cannot be used so";
    USAGE_ML_KEM = Error, "pkix.key_usage_value_prohibited_for_mlkem", "RFC 9935, 5",
        "an ML-KEM key cannot be used so";
    USAGE_UNKNOWN_KEY = Notice, "pkix.public_key_algorithm_unsupported", "RFC 5280, 4.2.1.3",
        "what a key of this algorithm may be used for is not known here";
    HASH_ML_DSA_CA = Error, "pkix.hash_mldsa_ca_key_prohibited", "RFC 9881, 8.3", "a HashML-DSA key of a CA";
    HASH_SLH_DSA_CA = Error, "pkix.hash_slhdsa_ca_key_prohibited", "RFC 9909, 6", "a HashSLH-DSA key of a CA";

    DRAFT_KEY = Error, "pkix.public_key_nist_ipd_algorithm_present", "FIPS 203, 204, 205",
        "the key's algorithm has an identifier of a draft";
    CANDIDATE_KEY = Error, "pkix.public_key_nist_round3_algorithm_present", "FIPS 203, 204, 205",
        "the key is one of a candidate that did not become a standard";

    SKI_MISSING_EE = Warning, "pkix.certificate_skid_end_entity_missing", "RFC 5280, 4.2.1.2",
        "no subjectKeyIdentifier";
    SKI_MISSING_CA = Error, "pkix.certificate_skid_ca_missing", "RFC 5280, 4.2.1.2",
        "a CA without subjectKeyIdentifier";
    SKI_CRITICAL = Error, "pkix.certificate_skid_extension_critical", "RFC 5280, 4.2.1.2",
        "subjectKeyIdentifier is critical";
    AKI_MISSING = Error, "pkix.authority_key_identifier_extension_absent", "RFC 5280, 4.2.1.1",
        "no authorityKeyIdentifier, and not self-signed by a CA";
    AKI_CRITICAL = Error, "pkix.authority_key_identifier_critical", "RFC 5280, 4.2.1.1",
        "authorityKeyIdentifier is critical";
    AKI_NO_KEY_ID = Error, "pkix.authority_key_identifier_keyid_missing", "RFC 5280, 4.2.1.1",
        "authorityKeyIdentifier without keyIdentifier";
    AKI_NO_SERIAL = Error, "pkix.aki_with_cert_issuer_but_serial_number_absent", "RFC 5280, 4.2.1.1",
        "authorityCertIssuer without authorityCertSerialNumber";
    AKI_NO_ISSUER = Error, "pkix.aki_with_serial_number_but_cert_issuer_absent", "RFC 5280, 4.2.1.1",
        "authorityCertSerialNumber without authorityCertIssuer";
    AKI_UNDECIDED = Notice, "pkix.aki_absent_self_issued_and_unsupported_algorithm", "RFC 5280, 4.2.1.1",
        "no authorityKeyIdentifier, and whether the certificate is self-signed cannot be told";
    SKI_METHOD_1 = Info, "pkix.subject_key_identifier_method_1_identified", "RFC 5280, 4.2.1.2",
        "subjectKeyIdentifier is the SHA-1 digest of the key";
    SKI_METHOD_2 = Info, "pkix.subject_key_identifier_method_2_identified", "RFC 5280, 4.2.1.2",
        "subjectKeyIdentifier is made of 60 bits of the SHA-1 digest of the key";
    SKI_RFC7093_1 = Info, "pkix.subject_key_identifier_rfc7093_method_1_identified", "RFC 7093, 2",
        "subjectKeyIdentifier is made of 160 bits of the SHA-256 digest of the key";
    SKI_RFC7093_2 = Info, "pkix.subject_key_identifier_rfc7093_method_2_identified", "RFC 7093, 2",
        "subjectKeyIdentifier is made of 160 bits of the SHA-384 digest of the key";
    SKI_RFC7093_3 = Info, "pkix.subject_key_identifier_rfc7093_method_3_identified", "RFC 7093, 2",
        "subjectKeyIdentifier is made of 160 bits of the SHA-512 digest of the key";
    SKI_METHOD_UNKNOWN = Notice, "pkix.unknown_subject_key_identifier_calculation_method", "RFC 5280, 4.2.1.2",
        "subjectKeyIdentifier is made of the key in none of the usual ways";
    CRLDP_CRITICAL = Warning, "pkix.certificate_crldp_extension_critical", "RFC 5280, 4.2.1.13",
        "cRLDistributionPoints is critical";
    DISTRIBUTION_POINT_EMPTY = Error, "pkix.distribution_point_does_not_contain_name_or_issuer",
        "RFC 5280, 4.2.1.13", "a distribution point has neither distributionPoint nor cRLIssuer";
    NC_NOT_CRITICAL = Error, "pkix.certificate_name_constraints_extension_not_critical", "RFC 5280, 4.2.1.10",
        "nameConstraints is not critical";
    NC_IN_EE = Error, "pkix.name_constraints_in_ee_certificate", "RFC 5280, 4.2.1.10",
        "nameConstraints in a certificate that is no CA's";
    NC_NO_SUBTREES = Error, "pkix.name_constraints_no_subtrees", "RFC 5280, 4.2.1.10",
        "nameConstraints without subtrees";
    NC_MINIMUM = Error, "pkix.name_constraints_non_default_minimum", "RFC 5280, 4.2.1.10",
        "a subtree with a minimum other than 0";
    NC_MAXIMUM = Error, "pkix.name_constraints_maximum_specified", "RFC 5280, 4.2.1.10", "a subtree with a maximum";
    AIA_CRITICAL = Error, "pkix.authority_information_access_extension_critical", "RFC 5280, 4.2.2.1",
        "authorityInfoAccess is critical";
    SIA_CRITICAL = Error, "pkix.subject_information_access_extension_critical", "RFC 5280, 4.2.2.2",
        "subjectInfoAccess is critical";
    SAN_NOT_CRITICAL = Error, "pkix.san_extension_not_critical_empty_subject", "RFC 5280, 4.2.1.6",
        "the subject has no name, and subjectAltName is not critical";
    SAN_CRITICAL = Warning, "pkix.san_extension_is_critical_non_empty_subject", "RFC 5280, 4.2.1.6",
        "the subject has a name, and subjectAltName is critical";
    IAN_CRITICAL = Warning, "pkix.issuer_alt_name_extension_critical", "RFC 5280, 4.2.1.7",
        "issuerAltName is critical";
    SDA_CRITICAL = Error, "pkix.subject_directory_attributes_extension_critical", "RFC 5280, 4.2.1.8",
        "subjectDirectoryAttributes is critical";
    CAPABILITIES_CRITICAL = Error, "pkix.smime_capabilities_extension_critical", "RFC 4262, 2",
        "smimeCapabilities is critical";
    POISON_NOT_CRITICAL = Error, "pkix.ct_precert_poison_extension_not_critical", "RFC 6962, 3.1",
        "the poison of a precertificate is not critical";
    POISON_AND_SCTS = Error, "pkix.ct_precert_poison_and_sctlist_extensions_present", "RFC 6962, 3.1",
        "a precertificate with timestamps";
    SCT_LIST_EMPTY = Error, "pkix.sct_list_empty", "RFC 6962, 3.3", "an empty list of timestamps";
    SCT_LIST_SYNTAX = Error, "pkix.sct_list_extension_invalid_encoding", "RFC 6962, 3.3",
        "no list of timestamps";
    POLICY_CONSTRAINTS_IN_EE = Error, "pkix.end_entity_policy_constraints_extension_present",
        "RFC 5280, 4.2.1.11", "policyConstraints in a certificate that is no CA's";
    POLICY_MAPPINGS_IN_EE = Error, "pkix.end_entity_policy_mappings_extension_present", "RFC 5280, 4.2.1.5",
        "policyMappings in a certificate that is no CA's";
    INHIBIT_ANY_IN_EE = Error, "pkix.end_entity_inhibit_anypolicy_extension_present", "RFC 5280, 4.2.1.14",
        "inhibitAnyPolicy in a certificate that is no CA's";
    TIME_STAMPING_NOT_CRITICAL = Error, "pkix.extended_key_usage_extension_with_timestamping_not_critical",
        "RFC 3161, 2.3", "extKeyUsage with timeStamping is not critical";
    QC_STATEMENT_V1 = Error, "pkix.prohibited_qualified_statement_present", "RFC 3739, 3.2.6.1",
        "the statement that the certificate conforms to RFC 3039";

    DUPLICATE_POLICY = Error, "pkix.duplicate_certificate_policy_oids", "RFC 5280, 4.2.1.4",
        "a certificate policy is there twice";
    POLICY_QUALIFIER = Notice, "pkix.certificate_policies_policy_has_qualifier", "RFC 5280, 4.2.1.4",
        "a policy has qualifiers, which RFC 5280 advises against";
    ANY_POLICY_QUALIFIER = Error, "pkix.certificate_policies_anypolicy_has_prohibited_qualifier",
        "RFC 5280, 4.2.1.4", "anyPolicy has a qualifier other than a CPS or a user notice";
    NOTICE_REF = Warning, "pkix.certificate_policies_usernotice_has_noticeref", "RFC 5280, 4.2.1.4",
        "a user notice has a noticeRef";
    EXPLICIT_TEXT_5280 = Error, "pkix.rfc5280_certificate_policies_invalid_explicit_text_encoding",
        "RFC 5280, 4.2.1.4", "explicitText is neither a UTF8String nor an IA5String";
    EXPLICIT_TEXT_6818 = Error, "pkix.rfc6818_certificate_policies_invalid_explicit_text_encoding", "RFC 6818, 3",
        "explicitText is neither a UTF8String nor a VisibleString or BMPString";
    EXPLICIT_TEXT_CONTROL = Warning, "pkix.certificate_policies_explicit_text_has_control_character",
        "RFC 6818, 3", "explicitText has control characters";
    EXPLICIT_TEXT_NFC = Warning, "pkix.certificate_policies_explicit_text_not_nfc_normalized", "RFC 6818, 3",
        "explicitText is not normalized to NFC";

    URI_SYNTAX = Error, "pkix.invalid_uri_syntax", "RFC 5280, 4.2.1.6", "no absolute URI with a host";
    LDAP_URI = Notice, "pkix.ldap_uri_not_validated", "RFC 5280, 4.2.1.6",
        "an LDAP URI, whose form is not looked at";
    DOMAIN_SYNTAX = Error, "pkix.invalid_domain_name_syntax", "RFC 5280, 4.2.1.6",
        "no domain name in the preferred syntax";
    DNS_NAME_TOO_LONG = Error, "pkix.dnsname_domain_name_too_long", "RFC 1034, 3.1",
        "a domain name above 253 characters";
    URI_HOST_TOO_LONG = Error, "pkix.uri_domain_name_too_long", "RFC 1034, 3.1", "a URI's host above 253 characters";
    EMAIL_HOST_TOO_LONG = Error, "pkix.rfc822name_domain_part_too_long", "RFC 1034, 3.1",
        "an address's host above 253 characters";
    IP_LENGTH = Error, "pkix.ip_address_wrong_length", "RFC 5280, 4.2.1.6", "an iPAddress has 4 or 16 octets";
    IP_CONSTRAINT_LENGTH = Error, "pkix.ip_address_name_constraint_wrong_length", "RFC 5280, 4.2.1.10",
        "an iPAddress of a subtree has 8 or 32 octets";
    IP_CONSTRAINT_MASK = Error, "pkix.ip_address_name_constraint_invalid_cidr", "RFC 5280, 4.2.1.10",
        "an iPAddress of a subtree is no network";
    SMTP_UTF8_SYNTAX = Error, "pkix.smtp_utf8_mailbox_invalid_syntax", "RFC 9598, 3", "SmtpUTF8Mailbox is no address";
    SMTP_UTF8_ASCII = Error, "pkix.smtp_utf8_mailbox_is_ascii_only", "RFC 9598, 3",
        "SmtpUTF8Mailbox has an ASCII local part, which rfc822Name is for";
    SMTP_UTF8_BOM = Error, "pkix.smtp_utf8_mailbox_has_bom", "RFC 9598, 3", "SmtpUTF8Mailbox begins with a BOM";
    SMTP_UTF8_UPPERCASE = Error, "pkix.smtp_utf8_mailbox_has_uppercase", "RFC 9598, 3",
        "SmtpUTF8Mailbox has upper case letters in its host";
    SMTP_UTF8_DOMAIN = Error, "pkix.smtp_utf8_mailbox_domain_part_invalid_syntax", "RFC 9598, 3",
        "SmtpUTF8Mailbox has a host that is no domain name of A-labels";
    SMTP_UTF8_TOO_LONG = Error, "pkix.smtputf8mailbox_domain_part_too_long", "RFC 1034, 3.1",
        "SmtpUTF8Mailbox has a host above 253 characters";
    UPN_SYNTAX = Error, "msft.invalid_user_principal_name_syntax", "Microsoft, userPrincipalName",
        "userPrincipalName is not of the form of a mail address";
    LEI_FORMAT = Error, "iso.lei.invalid_lei_format", "ISO 17442-2, 4", "no legal entity identifier";
    LEI_CHECKSUM = Error, "iso.lei.invalid_lei_checksum", "ISO 17442-1, 6",
        "the check digits of the legal entity identifier are wrong";
    ADOBE_LOCATION = Error, "adbe.invalid_timestamp_location_type", "Adobe, time-stamp extension",
        "the location of the time-stamp service is no URI";
}
