//! A certificate as the checks see it, and where they put what they find.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;

use cms_core::ber::{Cursor, Element};
use cms_core::types::{Certificate, Extension, SubjectPublicKeyInfo};
use cms_core::{DecodeError, ObjectIdentifier};

use super::finding::{Finding, Rule};
use super::{Profile, rules};
use crate::extension::ids;
use crate::general_name::GeneralName;

/// A certificate with what several checks ask of it.
pub(super) struct View<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) profile: Option<Profile>,
    /// cA of the first basicConstraints.
    pub(super) is_ca: bool,
    pub(super) spki: Option<SubjectPublicKeyInfo>,
    /// The mail addresses of the first subjectAltName.
    pub(super) addresses: Vec<String>,
}

impl<'a> View<'a> {
    pub(super) fn new(certificate: &'a Certificate, profile: Option<Profile>) -> Self {
        Self {
            certificate,
            profile,
            is_ca: is_ca(certificate),
            spki: certificate.spki().ok(),
            addresses: addresses(certificate),
        }
    }

    /// The first extension of a type.
    pub(super) fn extension(&self, oid: &ObjectIdentifier) -> Option<&'a Extension> {
        self.certificate.extension(oid)
    }

    pub(super) fn has(&self, oid: &ObjectIdentifier) -> bool {
        self.extension(oid).is_some()
    }

    /// All extensions of a type, with their locations.
    pub(super) fn each(
        &self,
        oid: ObjectIdentifier,
    ) -> impl Iterator<Item = (String, &'a Extension)> {
        let extensions = self.certificate.extensions().iter().enumerate();
        extensions
            .filter(move |(_, extension)| extension.oid == oid)
            .map(|(index, extension)| (extension_at(index), extension))
    }

    /// Reads all extensions of a type; what cannot be read is a finding.
    pub(super) fn read_each<T>(
        &self,
        oid: ObjectIdentifier,
        out: &mut Findings,
        read: impl Fn(&Element<'a>) -> Result<T, DecodeError>,
    ) -> Vec<(String, T)> {
        let mut found = Vec::new();
        for (location, extension) in self.each(oid) {
            match Cursor::single(&extension.value, 0).and_then(|element| read(&element)) {
                Ok(value) => found.push((location, value)),
                Err(error) => out.malformed(&location, &error),
            }
        }
        found
    }
}

/// The location of an extension.
pub(super) fn extension_at(index: usize) -> String {
    alloc::format!("tbsCertificate.extensions[{index}]")
}

fn is_ca(certificate: &Certificate) -> bool {
    let read = || -> Result<bool, DecodeError> {
        let Some(extension) = certificate.extension(&ids::BASIC_CONSTRAINTS) else {
            return Ok(false);
        };
        let mut fields = Cursor::single(&extension.value, 0)?.children();
        let ca = fields.optional(cms_core::ber::Tag::BOOLEAN)?;
        Ok(ca.is_some_and(|ca| ca.boolean() == Ok(true)))
    };
    read().unwrap_or(false)
}

fn addresses(certificate: &Certificate) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(extension) = certificate.extension(&ids::SUBJECT_ALT_NAME)
        && let Ok(names) = Cursor::single(&extension.value, 0)
        && let Ok(names) = GeneralName::list(&names)
    {
        for name in names {
            if let GeneralName::Mail(address) = name {
                found.push(String::from_utf8_lossy(address).into_owned());
            } else if let Some(address) = name.smtp_utf8_mailbox() {
                found.push(address);
            }
        }
    }
    found
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(&mut self, rule: &Rule, location: &str) {
        self.tell(rule, location, "");
    }

    /// Adds a finding with something that only this certificate has.
    pub(super) fn tell(&mut self, rule: &Rule, location: &str, detail: &str) {
        let finding = Finding::new(rule, location, detail);
        if !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    pub(super) fn malformed(&mut self, location: &str, error: &DecodeError) {
        self.tell(
            &rules::INVALID_SYNTAX,
            location,
            &alloc::format!("{}", error.kind),
        );
    }

    pub(super) fn into_sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| Reverse(finding.severity));
        self.0
    }
}
