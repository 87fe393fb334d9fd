//! What an end-entity certificate may be used for in mail (RFC 8550, sections 4.4.2 and 4.4.4).

use cms_core::ObjectIdentifier;
use cms_core::types::Certificate;

use crate::extension::{self, ExtensionError, ids};

/// A use of an end-entity certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Purpose {
    /// Nothing is asked of keyUsage and extKeyUsage.
    Any,
    /// Encrypting keys to it by key agreement.
    KeyAgreement,
    /// Encrypting keys to it by key transport.
    KeyTransport,
    /// Signing mail.
    Signing,
    /// Signing, with this key purpose instead of emailProtection.
    SigningFor(ObjectIdentifier),
}

/// Why a certificate may not be used so.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PurposeError {
    /// extKeyUsage is there and has neither emailProtection nor anyExtendedKeyUsage (RFC 8550, 4.4.4).
    #[error("extKeyUsage does not allow this use")]
    ExtendedKeyUsage,
    /// An extension cannot be read.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
    /// keyUsage is there and lacks what this use needs (RFC 8550, 4.4.2).
    #[error("keyUsage does not allow this use")]
    KeyUsage,
}

/// Checks keyUsage and extKeyUsage.
///
/// # Errors
/// Why the certificate may not be used so.
pub fn check(certificate: &Certificate, purpose: Purpose) -> Result<(), PurposeError> {
    if purpose == Purpose::Any {
        return Ok(());
    }
    // rfc8550:4.4.2/3
    if let Some(usage) = extension::key_usage(certificate)? {
        let allowed = match purpose {
            // rfc8550:4.4.2/2: "digitalSignature and/or nonRepudiation".
            Purpose::Signing | Purpose::SigningFor(_) => {
                usage.digital_signature() || usage.non_repudiation()
            }
            // rfc5652:6.2.1/3
            Purpose::KeyTransport => usage.key_encipherment(),
            // rfc5652:6.2.2/5
            Purpose::KeyAgreement => usage.key_agreement(),
            Purpose::Any => true,
        };
        if !allowed {
            return Err(PurposeError::KeyUsage);
        }
    }
    extended(certificate, purpose)
}

/// Checks extKeyUsage alone: that of an end entity, or of an authority above it.
pub(crate) fn extended(certificate: &Certificate, purpose: Purpose) -> Result<(), PurposeError> {
    let wanted = match purpose {
        Purpose::SigningFor(oid) => oid,
        _ => ids::EMAIL_PROTECTION,
    };
    // rfc8550:4.4.4/1
    match extension::extended_key_usage(certificate)? {
        Some(usages)
            if !usages
                .iter()
                .any(|usage| [wanted, ids::ANY_EXTENDED_KEY_USAGE].contains(usage)) =>
        {
            Err(PurposeError::ExtendedKeyUsage)
        }
        _ => Ok(()),
    }
}
