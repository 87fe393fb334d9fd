//! OCSP requests (RFC 6960, 4.1).

use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::provider::{CryptoProvider, Random};
use cms_core::types::{AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo};
use cms_core::{CryptoError, oid};

use super::{NONCE, OcspResponse};

/// Octets of a nonce (RFC 9654, 2.1: "Clients [...] MUST use a length of 32 octets").
const NONCE_LEN: usize = 32;

/// A request for the status of one certificate (RFC 5019, 2.1.1: "MUST contain one Request").
///
/// ```text
/// OCSPRequest ::= SEQUENCE { tbsRequest SEQUENCE { version [0] EXPLICIT INTEGER DEFAULT v1,
///   requestorName [1] EXPLICIT GeneralName OPTIONAL, requestList SEQUENCE OF SEQUENCE { reqCert CertID },
///   requestExtensions [2] EXPLICIT Extensions OPTIONAL }, optionalSignature [0] EXPLICIT Signature OPTIONAL }
/// ```
#[derive(Clone, Debug)]
pub struct OcspRequest {
    der: Vec<u8>,
    nonce: Vec<u8>,
}

impl OcspRequest {
    /// A request with a nonce. The issuer is named by SHA-1, which every responder knows (RFC 5019, 2.1.1) and which
    /// secures nothing here.
    ///
    /// # Errors
    /// No SHA-1 in the provider, no random octets.
    pub fn new(
        certificate: &Certificate,
        issuer: &SubjectPublicKeyInfo,
        provider: &CryptoProvider,
        random: &mut dyn Random,
    ) -> Result<Self, CryptoError> {
        let sha1 = provider.digest(&oid::SHA1)?;
        let mut nonce = alloc::vec![0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let id = write::sequence(&[
            &AlgorithmIdentifier::with_null(oid::SHA1).to_der(),
            &write::octet_string(&sha1.digest(certificate.issuer().octets())),
            &write::octet_string(&sha1.digest(&issuer.key)),
            &write::tagged(
                cms_core::ber::Tag::INTEGER,
                write::Form::Primitive,
                certificate.serial(),
            ),
        ]);
        let requests = write::sequence(&[&write::sequence(&[&id])]);
        let extension = write::sequence(&[
            &write::oid(&NONCE),
            &write::octet_string(&write::octet_string(&nonce)),
        ]);
        let extensions = write::context(2, &write::sequence(&[&extension]));
        let tbs = write::sequence(&[&requests, &extensions]);
        Ok(Self {
            der: write::sequence(&[&tbs]),
            nonce,
        })
    }

    /// The encoding, the body of a POST of type `application/ocsp-request` (RFC 6960, A.1).
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether a response has this request's nonce; `None` where it has none at all, as responders do that answer from
    /// a cache (RFC 5019, 4).
    #[must_use]
    pub fn is_answered_by(&self, response: &OcspResponse) -> Option<bool> {
        response.nonce().map(|nonce| nonce == self.nonce)
    }
}
