//! Certification requests (RFC 2986).

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::ber::{Cursor, Element, Tag};
use cms_core::key::SigningKey;
use cms_core::provider::{CryptoProvider, Random, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, Name, SubjectPublicKeyInfo, Time};
use cms_core::{DecodeError, oid};

use super::extensions::{Criticality, extension};
use super::{CertificateBuilder, MakeError, Profile};
use crate::extension::ids;

impl CertificateBuilder {
    /// A PKCS #10 request for this certificate (RFC 2986), signed by the key.
    ///
    /// # Errors
    /// Key and backend failures.
    pub fn request(
        &self,
        key: &dyn SigningKey,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, MakeError> {
        let scheme = key.scheme(None)?;
        let names = extension(
            &ids::SUBJECT_ALT_NAME,
            Criticality::Plain,
            &self.alternative_names(),
        );
        let attribute = write::sequence(&[
            &write::oid(&ids::EXTENSION_REQUEST),
            &write::set_of(alloc::vec![write::sequence(&[&names])]),
        ]);
        let info = write::sequence(&[
            &write::integer(0),
            &self.subject,
            &self.spki.to_der(),
            &write::context(0, &attribute),
        ]);
        let signature = key.sign(&scheme, SignatureInput::Message(&info), random)?;
        Ok(write::sequence(&[
            &info,
            &scheme.signature_algorithm.to_der(),
            &write::bit_string(&signature),
        ]))
    }

    /// Takes subject, key and addresses from a PKCS #10 request whose signature holds. Addresses in the subject come
    /// after those of subjectAltName and are taken out of the subject: rfc5280:4.1.2.6: new certificates "MUST use the
    /// rfc822Name in the subject alternative name extension".
    ///
    /// # Errors
    /// Broken structure, a signature that does not hold.
    pub fn from_request(
        request: &[u8],
        profile: Profile,
        not_before: Time,
        days: u32,
        provider: &CryptoProvider,
    ) -> Result<Self, MakeError> {
        let mut whole = Cursor::new(request, 0);
        let mut outer = whole.expect(Tag::SEQUENCE)?.children();
        whole.finish()?;
        let info = outer.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::decode(&outer.expect(Tag::SEQUENCE)?)?;
        let signature = outer.expect(Tag::BIT_STRING)?.bit_string()?;
        outer.finish()?;
        let mut fields = info.children();
        fields.expect(Tag::INTEGER)?;
        let requested = fields.expect(Tag::SEQUENCE)?;
        let subject = without_addresses(&requested)?;
        let spki = SubjectPublicKeyInfo::decode(&fields.expect(Tag::SEQUENCE)?)?;
        provider
            .signature(&algorithm)?
            .verify(
                &algorithm,
                None,
                &spki,
                SignatureInput::Message(info.raw()),
                signature,
            )
            .map_err(|_| MakeError::RequestSignature)?;
        let mut builder = Self {
            subject,
            is_requested: true,
            ..Self::new("", spki, profile, not_before, days)
        };
        if let Some(attributes) = fields.optional(Tag::context(0))? {
            for address in requested_addresses(attributes.children())? {
                builder = builder.with_email(&address)?;
            }
        }
        fields.finish()?;
        for address in Name::new(requested.raw()).values(&oid::EMAIL_ADDRESS) {
            if !builder.emails().contains(&address) {
                builder = builder.with_email(&address)?;
            }
        }
        Ok(builder)
    }
}

/// A name without its emailAddress attributes.
fn without_addresses(name: &Element<'_>) -> Result<Vec<u8>, DecodeError> {
    let mut rdns = name.children();
    let mut kept = Vec::new();
    while !rdns.is_empty() {
        let rdn = rdns.expect(Tag::SET)?;
        let mut pairs = rdn.children();
        let mut others = Vec::new();
        while !pairs.is_empty() {
            let pair = pairs.expect(Tag::SEQUENCE)?;
            let kind = pair.children().expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            if kind != oid::EMAIL_ADDRESS {
                others.push(pair.raw().to_vec());
            }
        }
        if !others.is_empty() {
            kept.push(write::set_of(others));
        }
    }
    Ok(write::sequence(&[&kept.concat()]))
}

/// rfc822Names in the extensionRequest attribute.
fn requested_addresses(mut attributes: Cursor<'_>) -> Result<Vec<String>, DecodeError> {
    let mut found = Vec::new();
    while !attributes.is_empty() {
        let mut attribute = attributes.expect(Tag::SEQUENCE)?.children();
        if attribute.expect(Tag::OBJECT_IDENTIFIER)?.oid()? != ids::EXTENSION_REQUEST {
            continue;
        }
        let mut extensions = attribute
            .expect(Tag::SET)?
            .children()
            .expect(Tag::SEQUENCE)?
            .children();
        while !extensions.is_empty() {
            let mut extension = extensions.expect(Tag::SEQUENCE)?.children();
            let oid = extension.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            extension.optional(Tag::BOOLEAN)?;
            let value = extension.expect(Tag::OCTET_STRING)?;
            if oid != ids::SUBJECT_ALT_NAME {
                continue;
            }
            let mut names = Cursor::single(value.contents(), value.offset())?.children();
            while !names.is_empty() {
                let name = names.element()?;
                if name.tag() == Tag::context(1) {
                    found.push(String::from_utf8_lossy(name.contents()).into_owned());
                }
            }
        }
    }
    Ok(found)
}
