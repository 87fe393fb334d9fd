//! Certificates and CRLs out of PKCS #7: of SignedData without signers (RFC 5652, section 5.2), or
//! of any other.

use alloc::vec::Vec;

use cms_core::Limits;
use cms_core::provider::CryptoProvider;
use cms_core::signed::SignedDataReader;
use cms_core::types::Certificate;

use super::ContainerError;

/// What a SignedData carries. No signature was verified.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Bundle {
    /// Certificates, in order.
    pub certificates: Vec<Certificate>,
    /// CRLs as they are, in order.
    pub crls: Vec<Vec<u8>>,
    /// Certificates that are no X.509 certificate, or a broken one.
    pub unreadable: usize,
}

/// Reads a ContentInfo with SignedData, in any BER.
///
/// # Errors
/// Broken structure, another content type, limits.
pub fn read(
    octets: &[u8],
    provider: &CryptoProvider,
    limits: &Limits,
) -> Result<Bundle, ContainerError> {
    let mut reader = SignedDataReader::new(provider, limits);
    reader.push(octets, &mut |_| Ok(()))?;
    let report = reader.finish_unverified()?;
    Ok(Bundle {
        unreadable: report
            .raw_certificates
            .len()
            .saturating_sub(report.certificates.len()),
        certificates: report.certificates,
        crls: report.crls,
    })
}
