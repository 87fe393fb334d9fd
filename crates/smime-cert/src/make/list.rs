//! CRLs (RFC 5280, 5).

use alloc::vec::Vec;

use cms_core::ber::Tag;
use cms_core::ber::write::{self, Form};
use cms_core::key::SigningKey;
use cms_core::provider::{CryptoProvider, Random, SignatureInput};
use cms_core::types::{Certificate, Time};

use super::extensions::{Criticality, extension};
use super::{MakeError, key_identifier};
use crate::crl::{CRL_NUMBER, CertificateList, REASON_CODE, Reason};
use crate::extension::ids;

/// A complete CRL of version 2 to be signed by its authority.
#[derive(Clone, Debug)]
pub struct ListBuilder {
    this_update: Time,
    next_update: Time,
    number: u64,
    entries: Vec<Vec<u8>>,
}

impl ListBuilder {
    /// A list with a cRLNumber, which grows from list to list (RFC 5280, 5.2.3).
    #[must_use]
    pub fn new(number: u64, this_update: Time, next_update: Time) -> Self {
        Self {
            this_update,
            next_update,
            number,
            entries: Vec::new(),
        }
    }

    /// Adds a revoked certificate by the contents of its serial number. The reason unspecified is left out
    /// (RFC 5280, 5.3.1).
    #[must_use]
    pub fn with_entry(mut self, serial: &[u8], at: Time, reason: Reason) -> Self {
        let serial = write::tagged(Tag::INTEGER, Form::Primitive, serial);
        let mut extensions = Vec::new();
        if reason != Reason::Unspecified {
            let code = write::tagged(Tag::ENUMERATED, Form::Primitive, &[reason.code()]);
            let code = extension(&REASON_CODE, Criticality::Plain, &code);
            extensions = write::sequence(&[&code]);
        }
        self.entries
            .push(write::sequence(&[&serial, &at.to_der(), &extensions]));
        self
    }

    /// Signs the list.
    ///
    /// # Errors
    /// Key and backend failures.
    pub fn sign(
        &self,
        issuer: &Certificate,
        key: &dyn SigningKey,
        provider: &CryptoProvider,
        random: &mut dyn Random,
    ) -> Result<CertificateList, MakeError> {
        let key_id = match issuer.subject_key_identifier() {
            Some(id) => id.to_vec(),
            None => key_identifier(&issuer.spki()?, provider)?,
        };
        let key_id = write::sequence(&[&write::context_primitive(0, &key_id)]);
        let number = write::integer(self.number);
        let extensions = write::sequence(&[
            &extension(&ids::AUTHORITY_KEY_IDENTIFIER, Criticality::Plain, &key_id),
            &extension(&CRL_NUMBER, Criticality::Plain, &number),
        ]);
        // rfc5280:5.1.2.6: "When there are no revoked certificates, the revoked certificates list MUST be absent."
        let entries = match self.entries.as_slice() {
            [] => Vec::new(),
            entries => write::sequence(&[&entries.concat()]),
        };
        let scheme = key.scheme(None)?;
        let algorithm = scheme.signature_algorithm.to_der();
        // rfc8550:2.1/2
        let tbs = write::sequence(&[
            &write::integer(1),
            &algorithm,
            issuer.subject().octets(),
            &self.this_update.to_der(),
            &self.next_update.to_der(),
            &entries,
            &write::context(0, &extensions),
        ]);
        let signature = key.sign(&scheme, SignatureInput::Message(&tbs), random)?;
        let der = write::sequence(&[&tbs, &algorithm, &write::bit_string(&signature)]);
        Ok(CertificateList::from_vec(der)?)
    }
}
