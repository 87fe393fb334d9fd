//! X25519 and X448 (RFC 7748) from RustCrypto and dalek.

use alloc::vec::Vec;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::backend::{Answer, Montgomery, Refusal, Secret};

/// The shared secret, refused when it is all zero.
pub(super) fn agree(curve: Montgomery, scalar: &[u8], peer: &[u8]) -> Answer<Secret> {
    let shared = match curve {
        Montgomery::X25519 => {
            let scalar = <[u8; 32]>::try_from(scalar).map_err(|_| Refusal::Key)?;
            let peer = <[u8; 32]>::try_from(peer).map_err(|_| Refusal::Key)?;
            let shared = x25519_dalek::StaticSecret::from(scalar)
                .diffie_hellman(&x25519_dalek::PublicKey::from(peer));
            Zeroizing::new(shared.as_bytes().to_vec())
        }
        Montgomery::X448 => {
            let scalar = <[u8; 56]>::try_from(scalar).map_err(|_| Refusal::Key)?;
            let peer = <[u8; 56]>::try_from(peer).map_err(|_| Refusal::Key)?;
            Zeroizing::new(x448::x448_unchecked(scalar, peer).to_vec())
        }
    };
    // rfc8418:2.1 and rfc7748:6: the all-zero check is a MUST for the recipient and the sender.
    let zero = Zeroizing::new(alloc::vec![0; shared.len()]);
    if bool::from(shared.ct_eq(&zero)) {
        return Err(Refusal::Failed);
    }
    Ok(shared)
}

/// The public key of a scalar.
pub(crate) fn public(curve: Montgomery, scalar: &[u8]) -> Answer<Vec<u8>> {
    match curve {
        Montgomery::X25519 => {
            let scalar = <[u8; 32]>::try_from(scalar).map_err(|_| Refusal::Key)?;
            let private = x25519_dalek::StaticSecret::from(scalar);
            Ok(x25519_dalek::PublicKey::from(&private).as_bytes().to_vec())
        }
        Montgomery::X448 => {
            let scalar = <[u8; 56]>::try_from(scalar).map_err(|_| Refusal::Key)?;
            Ok(x448::x448_unchecked(scalar, x448::X448_BASEPOINT_BYTES).to_vec())
        }
    }
}
