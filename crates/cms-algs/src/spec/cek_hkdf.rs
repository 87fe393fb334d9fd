//! Binding content-encryption keys to their cipher: CMS_CEK_HKDF_SHA256, RFC 9709.
//!
//! Identifier 1.2.840.113549.1.9.16.3.31, whose parameter is the cipher's AlgorithmIdentifier. KDF input: the key, the
//! salt "The Cryptographic Message Syntax", and that AlgorithmIdentifier in DER. Strength: that of the cipher. RFC 8551
//! is older. Test vectors: RFC 9709, Appendix B.

use alloc::vec::Vec;

use cms_core::provider::ContentKeyDerivation;
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::kdf::hkdf;
use crate::hash::Hash;

/// id-alg-cek-hkdf-sha256.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct CekHkdfSha256;

const SALT: &[u8] = b"The Cryptographic Message Syntax";

impl ContentKeyDerivation for CekHkdfSha256 {
    fn oid(&self) -> ObjectIdentifier {
        oid::CEK_HKDF_SHA256
    }

    fn derive(
        &self,
        cipher: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        // rfc9709:2: "IF OKM_SIZE > 8160 THEN raise error".
        if key.len() > 8160 {
            return Err(CryptoError::Key("the key is longer than HKDF can make one"));
        }
        let info = cipher.to_der();
        Ok(hkdf(Hash::Sha256, key, Some(SALT), &info, key.len()))
    }

    /// rfc9709:4.
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        alloc::vec![AlgorithmIdentifier::new(oid::CEK_HKDF_SHA256)]
    }
}
