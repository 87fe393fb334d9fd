//! CBC over whole blocks without padding: what key wraps are made of.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::CryptoError;
use zeroize::Zeroizing;

use crate::backend::{AWS_FIRST, BlockCipher, StreamCipher, first};

/// Decrypts. The stream cipher holds back its last block, so that one more is pushed behind and its plaintext never
/// asked for.
pub(super) fn decrypt(
    cipher: BlockCipher,
    key: &[u8],
    iv: &[u8],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let mut stream: Box<dyn StreamCipher> =
        first(AWS_FIRST, |backend| backend.cbc_decrypt(cipher, key, iv))?;
    let mut out = Zeroizing::new(Vec::new());
    let mut update = |octets: &[u8]| {
        stream
            .update(octets, &mut out)
            .map_err(|_| CryptoError::Failed)
    };
    update(ciphertext)?;
    update(&alloc::vec![0; iv.len()])?;
    out.truncate(ciphertext.len());
    Ok(out)
}

/// Encrypts. The block of padding that the stream cipher appends is cut off.
pub(super) fn encrypt(
    cipher: BlockCipher,
    key: &[u8],
    iv: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let mut stream: Box<dyn StreamCipher> =
        first(AWS_FIRST, |backend| backend.cbc_encrypt(cipher, key, iv))?;
    let mut out = Vec::new();
    let failed = |_| CryptoError::Failed;
    stream.update(plaintext, &mut out).map_err(failed)?;
    stream.finish(&mut out).map_err(failed)?;
    out.truncate(plaintext.len());
    Ok(out)
}
