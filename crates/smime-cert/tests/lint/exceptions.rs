//! Where pkilint and we differ, and why.

/// Who finds what the other does not.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Side {
    Ours,
    Theirs,
}

impl Side {
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::Ours => "only ours:",
            Self::Theirs => "only theirs:",
        }
    }
}

/// A reason, who finds it, what, and on which certificates: of mutants a profile, with `*` for any part, and the name.
type Exception = (&'static str, Side, &'static str, &'static [&'static str]);

pub(crate) const EXCEPTIONS: &[Exception] = &[
    (
        "pkilint's check ended in an exception of its own",
        Side::Theirs,
        "base.unhandled_exception error",
        &[
            "gnutls-pkcs7/manifest.json",
            "gnutls-pkcs7/pkcs7-chain-root.pem",
            "gnutls-pkcs7/pkcs7-chain.pem",
            "gnutls-pkcs7/pkcs7-chain.pem#1",
            "limbo/limbo.json.gz#196",
            "limbo/limbo.json.gz#216",
            "*/address-of-latin-1",
            "*/ip-address-of-5-octets",
            "*/names-empty",
            "openssl-fuzz/x509/ce99271ad61f327b7a6ceead604a9e5e9207a656",
            "openssl-fuzz/x509/fe7603bf8c3aecad32f0e1fa7676afe181a5a8e0",
            "openssl-fuzz/x509/ff0b0506fae472028e6179a5663fbb8ae2ba508b",
            "pyca/pkcs7/non-ascii-san.pem",
        ],
    ),
    (
        "pkilint's check never runs: it asks a node of the tree, not its value, for its type",
        Side::Ours,
        "cabf.smime.aia_prohibited_generalname_type error",
        &["limbo/limbo.json.gz#276", "*/access-by-an-address"],
    ),
    (
        "pkilint's check never runs: it asks a node of the tree, not its value, for its type",
        Side::Ours,
        "cabf.smime.aia_prohibited_uri_scheme error",
        &[
            "bc-embedded/BcCertTest.nameCert.der",
            "bc-embedded/CertificateTest.cert7.der",
            "bc-resources/mail/dotnet_enc_cert.pem",
            "*/access-by-https",
            "pyasn1-alt/rfc6487-CertificateWithManifest-rpki_cert_pem_text.der",
            "pyasn1-alt/rfc6487-CertificateWithSignedObject-rpki_cert_pem_text.der",
            "rustcrypto-formats/x509-cert/288C8BCFEE6B89D110DAE2C9873897BF7FF53382.fake.der",
            "rustcrypto-formats/x509-cert/554D5FF11DA613A155584D8D4AA07F67724D8077.fake.der",
        ],
    ),
    (
        "pkilint ends a check at its first finding",
        Side::Ours,
        "cabf.aia_ocsp_has_no_http_uri error",
        &["bc-embedded/BcCertTest.nameCert.der", "*/access-by-https"],
    ),
    (
        "pkilint ends a check at its first finding",
        Side::Ours,
        "pkix.certificate_policies_policy_has_qualifier notice",
        &["*/any-policy-with-another-qualifier"],
    ),
    (
        "pkilint ends a check at its first finding",
        Side::Ours,
        "cabf.smime.prohibited_othername_type_present error",
        &[
            "pyasn1-alt/rfc4985-XMPPCertificate-xmpp_server_cert_pem_text.der",
            "pyasn1-alt/rfc7585-NAIRealmCert-cert_pem_text.der",
            "pyasn1-alt/rfc9174-DTNTCPCPEKU-cert_pem_text.der",
            "pyasn1-alt/rfc9734-ServerCertificate-pem_text.der",
            "rustcrypto-formats/x509-cert/284A0A3A9B56DD752DAA2E09E2FADEDB858D9338.fake.der",
        ],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "cabf.ecdsa_key_validation_failed warning",
        &["openssl-fuzz/x509/fe7603bf8c3aecad32f0e1fa7676afe181a5a8e0"],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "cabf.smime.certificate_validity_period_exceeds_825_days error",
        &[
            "gnutls-pkcs7/manifest.json",
            "gnutls-pkcs7/pkcs7-chain-root.pem",
            "gnutls-pkcs7/pkcs7-chain.pem",
            "gnutls-pkcs7/pkcs7-chain.pem#1",
        ],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "cabf.smime.common_name_value_unknown_source error",
        &[
            "limbo/limbo.json.gz#216",
            "*-multipurpose/names-empty",
            "*-strict/names-empty",
            "mailbox-*/names-empty",
            "organization-*/names-empty",
            "openssl-fuzz/x509/ce99271ad61f327b7a6ceead604a9e5e9207a656",
            "openssl-fuzz/x509/fe7603bf8c3aecad32f0e1fa7676afe181a5a8e0",
            "openssl-fuzz/x509/ff0b0506fae472028e6179a5663fbb8ae2ba508b",
            "pyca/pkcs7/non-ascii-san.pem",
        ],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "cabf.smime.email_address_in_attribute_not_in_san error",
        &["*/names-empty"],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "cabf.smime.no_required_reserved_policy_oid error",
        &["openssl-fuzz/x509/fe7603bf8c3aecad32f0e1fa7676afe181a5a8e0"],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "cabf.smime.prohibited_generalname_type_present error",
        &["openssl-fuzz/x509/ff0b0506fae472028e6179a5663fbb8ae2ba508b"],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "cabf.smime.san_does_not_contain_email_address error",
        &[
            "*/names-empty",
            "openssl-fuzz/x509/ff0b0506fae472028e6179a5663fbb8ae2ba508b",
        ],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "pkix.certificate_policies_policy_has_qualifier notice",
        &["openssl-fuzz/x509/fe7603bf8c3aecad32f0e1fa7676afe181a5a8e0"],
    ),
    (
        "pkilint looks no further at what it cannot read, nor at what is to be compared with it",
        Side::Ours,
        "pkix.key_usage_extension_not_critical warning",
        &["gnupg/cert_dfn_pca01.der"],
    ),
    (
        "BR 7.1.4.2 is about subjects, and this name is that of an issuer of certificates or CRLs",
        Side::Theirs,
        "cabf.rdn_contains_multiple_atvs notice",
        &["bc-embedded/BcCertTest.nameCert.der"],
    ),
    (
        "BR 7.1.4.2 is about subjects, and this name is that of an issuer of certificates or CRLs",
        Side::Theirs,
        "cabf.smime.common_name_value_unknown_source error",
        &[
            "*-multipurpose/distribution-point-by-a-directory-name",
            "*-strict/distribution-point-by-a-directory-name",
            "mailbox-*/distribution-point-by-a-directory-name",
            "organization-*/distribution-point-by-a-directory-name",
            "pkits/certs/indirectCRLCA3cRLIssuerCert.crt",
            "pkits/certs/indirectCRLCA4cRLIssuerCert.crt",
        ],
    ),
    (
        "BR 7.1.4.2 is about subjects, and this name is that of an issuer of certificates or CRLs",
        Side::Theirs,
        "cabf.smime.missing_required_attribute error",
        &[
            "individual-legacy/authority-key-identifier-with-an-issuer",
            "individual-legacy/authority-key-identifier-with-serial-number-zero",
        ],
    ),
    (
        "BR 7.1.4.2 is about subjects, and this name is that of an issuer of certificates or CRLs",
        Side::Theirs,
        "cabf.smime.prohibited_attribute error",
        &[
            "individual-*/distribution-point-by-a-directory-name",
            "mailbox-*/distribution-point-by-a-directory-name",
        ],
    ),
    (
        "pkilint has no verifier for ML-DSA and DSA, and we have: the certificate is self-signed",
        Side::Theirs,
        "pkix.aki_absent_self_issued_and_unsupported_algorithm notice",
        &[
            "lamps/dilithium-certificates/ML-DSA-44.crt",
            "lamps/dilithium-certificates/ML-DSA-65.crt",
            "lamps/dilithium-certificates/ML-DSA-87.crt",
            "limbo/limbo.json.gz#342",
            "pqc-hackathon/bc/ta.der",
            "rfc4134/CarlDSSSelf.cer",
        ],
    ),
    (
        "RFC 5280, 4.2.1.6 asks for an absolute URI: pkilint knows neither urn nor rsync",
        Side::Theirs,
        "pkix.invalid_uri_syntax error",
        &[
            "pem/rfc9310/01-B-certificate.pem",
            "pyasn1-alt/rfc6487-CertificateWithManifest-rpki_cert_pem_text.der",
            "pyasn1-alt/rfc6487-CertificateWithSignedObject-rpki_cert_pem_text.der",
            "pyasn1-alt/rfc9310-NFTypesCertificateExtension-cert_pem_text.der",
            "pyasn1-alt/rfc9509-NFVEKU-cert_pem_text.der",
        ],
    ),
    (
        "RFC 9925, 3.2: the one attribute of the issuer has an empty value",
        Side::Theirs,
        "itu.invalid_asn1_syntax error",
        &["pyasn1-alt/rfc9925-UnsignedCertificate-pem_text.der"],
    ),
];
