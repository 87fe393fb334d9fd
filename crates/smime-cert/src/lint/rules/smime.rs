//! Rules of RFC 8550.

use super::rules;

rules! { SMIME:
    WEAK_KEY = Error, "rfc8550.key_below_2048_bits", "RFC 8550, 4.3 and 6", "an RSA or DSA key below 2048 bits";
    HISTORIC_SIGNATURE = Error, "rfc8550.historic_signature_algorithm", "RFC 8550, 4.3 and A",
        "the certificate is signed with MD2, MD5 or SHA-1";
    NO_ADDRESS = Warning, "rfc8550.no_email_address", "RFC 8550, 3", "no mail address in the certificate";
    ADDRESS_IN_SUBJECT = Warning, "rfc8550.email_address_in_subject", "RFC 8550, 3",
        "a mail address in the subject's name: it belongs into subjectAltName";
    CONSTRAINTS_IN_EE = Warning, "rfc8550.basic_constraints_in_end_entity", "RFC 8550, 4.4.1",
        "basicConstraints in a certificate that is no CA's";
    SMIME_KEY_USAGE_NOT_CRITICAL = Error, "rfc8550.key_usage_not_critical", "RFC 8550, 4.4.2",
        "keyUsage is not critical, which RFC 8550 requires and RFC 5280 recommends";
    NO_SMIME_KEY_USAGE = Error, "rfc8550.key_usage_without_smime_use", "RFC 8550, 4.4.2",
        "keyUsage allows neither signatures nor the encryption of keys";
    NO_SMIME_PURPOSE = Error, "rfc8550.ext_key_usage_without_email_protection", "RFC 8550, 4.4.4",
        "extKeyUsage has neither emailProtection nor anyExtendedKeyUsage";
}
