//! ECDSA and ECDH from RustCrypto, on every curve that it has.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use cms_core::provider::{Random, SignatureInput};
use p256::ecdsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use p256::elliptic_curve;
use p256::elliptic_curve::sec1::ToSec1Point;
use zeroize::Zeroizing;

use super::{Adapter, digested};
use crate::backend::{Answer, Curve, EcPrivate, Refusal, Secret};
use crate::hash::Hash;

/// Runs an expression with `$C` bound to the curve's type.
macro_rules! with_curve {
    ($curve:expr, $C:ident => $body:expr) => {
        match $curve {
            Curve::P224 => {
                type $C = p224::NistP224;
                $body
            }
            Curve::P256 => {
                type $C = p256::NistP256;
                $body
            }
            Curve::P384 => {
                type $C = p384::NistP384;
                $body
            }
            Curve::P521 => {
                type $C = p521::NistP521;
                $body
            }
            Curve::Secp256k1 => {
                type $C = k256::Secp256k1;
                $body
            }
            Curve::BrainpoolP256r1 => {
                type $C = bp256::BrainpoolP256r1;
                $body
            }
            Curve::BrainpoolP384r1 => {
                type $C = bp384::BrainpoolP384r1;
                $body
            }
        }
    };
}

struct EcKey<C: elliptic_curve::CurveArithmetic>(elliptic_curve::SecretKey<C>);

impl<C: elliptic_curve::CurveArithmetic> fmt::Debug for EcKey<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EcKey")
    }
}

macro_rules! private {
    ($($C:ty),*) => { $(
        impl EcPrivate for EcKey<$C> {
            fn sign(
                &self,
                hash: Hash,
                input: SignatureInput<'_>,
                random: &mut dyn Random,
            ) -> Answer<Vec<u8>> {
                let digest = widened(digested(hash, input)?, self.0.to_bytes().len());
                let key = ecdsa::SigningKey::<$C>::from(&self.0);
                let mut adapter = Adapter::new(random);
                let signature: ecdsa::Signature<$C> = key
                    .sign_prehash_with_rng(&mut adapter, &digest)
                    .map_err(|_| Refusal::Failed)?;
                adapter.check()?;
                Ok(signature.to_der().as_bytes().to_vec())
            }

            fn agree(&self, peer: &[u8]) -> Answer<Secret> {
                let peer = elliptic_curve::PublicKey::<$C>::from_sec1_bytes(peer)
                    .map_err(|_| Refusal::Failed)?;
                let shared = elliptic_curve::ecdh::diffie_hellman(
                    self.0.to_nonzero_scalar(),
                    peer.as_affine(),
                );
                Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
            }
        }
    )* };
}
private!(
    p224::NistP224,
    p256::NistP256,
    p384::NistP384,
    p521::NistP521,
    k256::Secp256k1,
    bp256::BrainpoolP256r1,
    bp384::BrainpoolP384r1
);

/// A digest of at least the length that the crate takes, half of a field element: zeros in front do not change the
/// number that it stands for (SEC 1, 4.1.3, step 5), which is below the order then.
fn widened(digest: Vec<u8>, field_len: usize) -> Vec<u8> {
    if digest.len() >= field_len {
        return digest;
    }
    let mut wide = alloc::vec![0; field_len - digest.len()];
    wide.extend_from_slice(&digest);
    wide
}

pub(super) fn private(curve: Curve, scalar: &[u8]) -> Answer<Box<dyn EcPrivate>> {
    with_curve!(curve, C => {
        let key = elliptic_curve::SecretKey::<C>::from_slice(scalar).map_err(|_| Refusal::Key)?;
        Ok(Box::new(EcKey(key)))
    })
}

pub(super) fn verify(curve: Curve, point: &[u8], digest: Vec<u8>, signature: &[u8]) -> Answer<()> {
    let digest = widened(digest, curve.field_len());
    with_curve!(curve, C => {
        let key = ecdsa::VerifyingKey::<C>::from_sec1_bytes(point).map_err(|_| Refusal::Key)?;
        // s and n - s are equally good (SEC 1, 4.1.4); the crate of secp256k1 wants the lower one.
        let signature = ecdsa::Signature::<C>::from_der(signature)
            .map_err(|_| Refusal::Failed)?
            .normalize_s();
        key.verify_prehash(&digest, &signature).map_err(|_| Refusal::Failed)
    })
}

/// The uncompressed public point of a scalar; also checks that the scalar is in range.
pub(crate) fn public_point(curve: Curve, scalar: &[u8]) -> Answer<Vec<u8>> {
    with_curve!(curve, C => {
        let key = elliptic_curve::SecretKey::<C>::from_slice(scalar).map_err(|_| Refusal::Key)?;
        Ok(key.public_key().to_sec1_point(false).as_bytes().to_vec())
    })
}

/// The uncompressed form of a point that may be compressed; refused when it is not on the curve.
pub(crate) fn uncompressed(curve: Curve, point: &[u8]) -> Answer<Vec<u8>> {
    with_curve!(curve, C => {
        let key = elliptic_curve::PublicKey::<C>::from_sec1_bytes(point).map_err(|_| Refusal::Key)?;
        Ok(key.to_sec1_point(false).as_bytes().to_vec())
    })
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::hazmat::PrehashSigner as _;

    use super::*;

    /// SEC 1, 4.1.4: of (r, s) and (r, n - s) either is good; the crate of secp256k1 alone wants the lower s.
    #[test]
    fn both_forms_of_s_are_good_on_secp256k1() {
        let signer = ecdsa::SigningKey::<k256::Secp256k1>::from_slice(&[0x11; 32]).unwrap();
        let point = public_point(Curve::Secp256k1, &[0x11; 32]).unwrap();
        let digest = vec_of(0x22);
        let low: ecdsa::Signature<k256::Secp256k1> = signer.sign_prehash(&digest).unwrap();
        let low = low.normalize_s();
        let high = ecdsa::Signature::<k256::Secp256k1>::from_scalars(low.r(), -*low.s()).unwrap();
        assert_ne!(low.to_bytes(), high.to_bytes());
        for signature in [low, high] {
            let der = signature.to_der();
            let check = |digest| verify(Curve::Secp256k1, &point, digest, der.as_bytes());
            assert!(check(digest.clone()).is_ok());
            assert!(check(vec_of(0x23)).is_err());
        }
    }

    fn vec_of(octet: u8) -> Vec<u8> {
        alloc::vec![octet; 32]
    }
}
