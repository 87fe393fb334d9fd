//! ECDSA and ECDH on P-256 and P-384 from RustCrypto.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::provider::{Random, SignatureInput};
use p256::ecdsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use p256::elliptic_curve::sec1::ToSec1Point;
use zeroize::Zeroizing;

use super::{Adapter, digested};
use crate::backend::{Answer, Curve, EcPrivate, Refusal, Secret};
use crate::hash::Hash;

pub(super) fn private(curve: Curve, scalar: &[u8]) -> Answer<Box<dyn EcPrivate>> {
    Ok(match curve {
        Curve::P256 => Box::new(P256(
            p256::SecretKey::from_slice(scalar).map_err(|_| Refusal::Key)?,
        )),
        Curve::P384 => Box::new(P384(
            p384::SecretKey::from_slice(scalar).map_err(|_| Refusal::Key)?,
        )),
    })
}

macro_rules! curve {
    ($name:ident, $krate:ident) => {
        #[derive(Debug)]
        struct $name($krate::SecretKey);

        impl EcPrivate for $name {
            fn sign(
                &self,
                hash: Hash,
                input: SignatureInput<'_>,
                random: &mut dyn Random,
            ) -> Answer<Vec<u8>> {
                let digest = digested(hash, input)?;
                let key = $krate::ecdsa::SigningKey::from(&self.0);
                let mut adapter = Adapter::new(random);
                let signature: $krate::ecdsa::Signature = key
                    .sign_prehash_with_rng(&mut adapter, &digest)
                    .map_err(|_| Refusal::Failed)?;
                adapter.check()?;
                Ok(signature.to_der().as_bytes().to_vec())
            }

            fn agree(&self, peer: &[u8]) -> Answer<Secret> {
                let peer = $krate::PublicKey::from_sec1_bytes(peer).map_err(|_| Refusal::Failed)?;
                let shared =
                    $krate::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), peer.as_affine());
                Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
            }
        }
    };
}
curve!(P256, p256);
curve!(P384, p384);

pub(super) fn verify(curve: Curve, point: &[u8], digest: &[u8], signature: &[u8]) -> Answer<()> {
    macro_rules! verify {
        ($krate:ident) => {{
            let key =
                $krate::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| Refusal::Key)?;
            let signature =
                $krate::ecdsa::Signature::from_der(signature).map_err(|_| Refusal::Failed)?;
            key.verify_prehash(digest, &signature)
                .map_err(|_| Refusal::Failed)
        }};
    }
    match curve {
        Curve::P256 => verify!(p256),
        Curve::P384 => verify!(p384),
    }
}

/// The uncompressed public point of a scalar; also checks that the scalar is in range.
pub(crate) fn public_point(curve: Curve, scalar: &[u8]) -> Option<Vec<u8>> {
    Some(match curve {
        Curve::P256 => {
            let key = p256::SecretKey::from_slice(scalar).ok()?;
            key.public_key().to_sec1_point(false).as_bytes().to_vec()
        }
        Curve::P384 => {
            let key = p384::SecretKey::from_slice(scalar).ok()?;
            key.public_key().to_sec1_point(false).as_bytes().to_vec()
        }
    })
}

/// The uncompressed form of a point that may be compressed; `None` when it is not on the curve.
pub(crate) fn uncompressed(curve: Curve, point: &[u8]) -> Option<Vec<u8>> {
    Some(match curve {
        Curve::P256 => {
            let key = p256::PublicKey::from_sec1_bytes(point).ok()?;
            key.to_sec1_point(false).as_bytes().to_vec()
        }
        Curve::P384 => {
            let key = p384::PublicKey::from_sec1_bytes(point).ok()?;
            key.to_sec1_point(false).as_bytes().to_vec()
        }
    })
}
