//! The extensions of certificates that are made (RFC 5280, 4.2; RFC 8550, 4.4; RFC 4262).

use alloc::vec::Vec;

use cms_core::ber::Tag;
use cms_core::ber::write::{self, Form};
use cms_core::provider::CryptoProvider;
use cms_core::types::{CmsAttribute as _, Name, SubjectPublicKeyInfo};
use cms_core::{ObjectIdentifier, oid};

use super::{CertificateBuilder, MakeError, Profile, key_identifier};
use crate::extension::ids;

/// id-kp-OCSPSigning.
const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
/// id-pkix-ocsp-nocheck.
const OCSP_NO_CHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");

impl CertificateBuilder {
    pub(super) fn extensions(
        &self,
        issuer_key_id: &[u8],
        provider: &CryptoProvider,
    ) -> Result<Vec<u8>, MakeError> {
        let authority = matches!(self.profile, Profile::Authority(_));
        let mut out = Vec::new();
        let mut add = |oid: &ObjectIdentifier, criticality, value: &[u8]| {
            out.extend(extension(oid, criticality, value));
        };
        use Criticality::{Critical, Plain};
        // rfc8550:4.4.1: "SHOULD NOT contain that extension in end-entity certificates"
        // rfc8550:4.4.1/1
        if let Profile::Authority(below) = self.profile {
            let constraints = write::sequence(&[&write::TRUE, &write::integer(u64::from(below))]);
            add(&ids::BASIC_CONSTRAINTS, Critical, &constraints);
        }
        let usage = key_usage(self.profile, &self.spki);
        // rfc8550:4.4.2/1
        add(&ids::KEY_USAGE, Critical, &usage);
        if !authority {
            let purpose = match self.profile {
                Profile::OcspResponder => &OCSP_SIGNING,
                _ => &ids::EMAIL_PROTECTION,
            };
            let purposes = write::sequence(&[&write::oid(purpose)]);
            add(&ids::EXT_KEY_USAGE, Plain, &purposes);
        }
        if self.profile == Profile::OcspResponder {
            add(&OCSP_NO_CHECK, Plain, &write::NULL);
        }
        if !self.emails.is_empty() {
            // rfc8550:3/8
            // rfc5280:4.2.1.6: critical "if the subject field contains an empty sequence".
            let criticality = match Name::new(&self.subject).is_empty() {
                true => Critical,
                false => Plain,
            };
            add(
                &ids::SUBJECT_ALT_NAME,
                criticality,
                &self.alternative_names(),
            );
        }
        if !self.policies.is_empty() {
            let policies: Vec<_> = self
                .policies
                .iter()
                .map(|policy| write::sequence(&[&write::oid(policy)]))
                .collect();
            let policies = write::sequence(&[&policies.concat()]);
            add(&ids::CERTIFICATE_POLICIES, Plain, &policies);
        }
        if let Some(url) = &self.locations.crl {
            let point = distribution_point(url);
            add(&ids::CRL_DISTRIBUTION_POINTS, Plain, &point);
        }
        if let Some(access) = self.authority_access() {
            add(&ids::AUTHORITY_INFO_ACCESS, Plain, &access);
        }
        if let Some(capabilities) = &self.capabilities {
            add(&oid::SMIME_CAPABILITIES, Plain, &capabilities.encode());
        }
        let subject_key = write::octet_string(&key_identifier(&self.spki, provider)?);
        add(&ids::SUBJECT_KEY_IDENTIFIER, Plain, &subject_key);
        let issuer_key = write::sequence(&[&write::context_primitive(0, issuer_key_id)]);
        add(&ids::AUTHORITY_KEY_IDENTIFIER, Plain, &issuer_key);
        Ok(out)
    }

    fn authority_access(&self) -> Option<Vec<u8>> {
        let descriptions: Vec<_> = [
            (ids::ACCESS_OCSP, &self.locations.ocsp),
            (ids::ACCESS_CA_ISSUERS, &self.locations.issuer),
        ]
        .into_iter()
        .filter_map(|(method, url)| {
            let location = write::context_primitive(6, url.as_ref()?.as_bytes());
            Some(write::sequence(&[&write::oid(&method), &location]))
        })
        .collect();
        (!descriptions.is_empty()).then(|| write::sequence(&[&descriptions.concat()]))
    }

    pub(super) fn alternative_names(&self) -> Vec<u8> {
        // rfc8550:4.4.3/1
        let names: Vec<_> = self
            .emails
            .iter()
            .map(|email| write::context_primitive(1, email.as_bytes()))
            .collect();
        write::sequence(&[&names.concat()])
    }
}

/// cRLDistributionPoints with one point by its URL.
fn distribution_point(url: &str) -> Vec<u8> {
    let full = write::context(0, &write::context_primitive(6, url.as_bytes()));
    write::sequence(&[&write::sequence(&[&write::context(0, &full)])])
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Criticality {
    Critical,
    Plain,
}

/// One extension.
pub(super) fn extension(oid: &ObjectIdentifier, criticality: Criticality, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if criticality == Criticality::Critical {
        &write::TRUE
    } else {
        &[]
    };
    write::sequence(&[&write::oid(oid), critical, &write::octet_string(value)])
}

/// keyUsage bits (RFC 5280, 4.2.1.3), as far as the kind of key can serve them.
fn key_usage(profile: Profile, spki: &SubjectPublicKeyInfo) -> Vec<u8> {
    const SIGNING: u8 = 0b1100_0000;
    const DIGITAL_SIGNATURE: u8 = 0b1000_0000;
    const KEY_ENCIPHERMENT: u8 = 0b0010_0000;
    const KEY_AGREEMENT: u8 = 0b0000_1000;
    const AUTHORITY: u8 = 0b0000_0110;
    let (signing, encryption) = match spki.algorithm.oid {
        oid::RSA_ENCRYPTION => (SIGNING, KEY_ENCIPHERMENT),
        oid::EC_PUBLIC_KEY => (SIGNING, KEY_AGREEMENT),
        oid::X25519 | oid::X448 => (0, KEY_AGREEMENT),
        oid::RSA_KEM | oid::ML_KEM_512 | oid::ML_KEM_768 | oid::ML_KEM_1024 => {
            (0, KEY_ENCIPHERMENT)
        }
        _ => (SIGNING, 0),
    };
    let bits = match profile {
        Profile::Authority(_) => AUTHORITY,
        Profile::Mailbox => signing | encryption,
        Profile::MailboxEncryption => encryption,
        Profile::MailboxSigning => signing,
        Profile::OcspResponder => signing & DIGITAL_SIGNATURE,
    };
    let unused = u8::try_from(bits.trailing_zeros().min(7)).unwrap_or(0);
    write::tagged(Tag::BIT_STRING, Form::Primitive, &[unused, bits])
}
