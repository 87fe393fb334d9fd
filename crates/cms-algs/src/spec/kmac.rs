//! KMAC: RFC 8702, section 3.4, over NIST SP 800-185, section 4, for AuthenticatedData.
//!
//! * Identifiers: 2.16.840.1.101.3.4.2.19 (id-KMACWithSHAKE128), .20 (id-KMACWithSHAKE256). The identifiers .21 and .22
//!   of RFC 9688, 5.2 are those of KMAC as a key derivation, and no MACs.
//! * Parameters: absent, which is what is written, or `KMACwithSHAKE128-params`, `KMACwithSHAKE256-params`: the bits of
//!   output, by default 256 or 512, and a customization string. Outputs of fewer than 12 octets are refused, as with
//!   the other MACs here; NULL is none of the forms and is refused.
//! * Strength: 128 and 256 bits.
//! * RFC 8551 does not name it.
//! * Test vectors: `openssl mac` 3.0.19, with and without a customization string and another length.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::Tag;
use cms_core::provider::{KeyLength, Mac, MacAlgorithm, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use cshake::{CShake128, CShake256};
use digest::{ExtendableOutput, Update, XofReader};
use zeroize::Zeroizing;

use super::parameters;

/// KMAC with SHAKE.
#[derive(Clone, Copy, Debug)]
pub struct Kmac {
    oid: ObjectIdentifier,
    /// Octets of output, unless the parameters say otherwise; also of a key that is made.
    output_len: usize,
    /// Octets that the sponge takes at a time.
    rate: usize,
}

/// KMAC128, by default with 256 bits.
pub const KMAC128: Kmac = Kmac {
    oid: oid::KMAC128_WITH_SHAKE,
    output_len: 32,
    rate: 168,
};
/// KMAC256, by default with 512 bits.
pub const KMAC256: Kmac = Kmac {
    oid: oid::KMAC256_WITH_SHAKE,
    output_len: 64,
    rate: 136,
};

/// The fewest and the most octets of output that are taken.
const OUTPUT: core::ops::RangeInclusive<usize> = 12..=1024;

/// `KMACwithSHAKE128-params`, RFC 8702, Appendix A.
struct Parameters {
    output_len: usize,
    customization: Vec<u8>,
}

impl Kmac {
    /// ```text
    /// KMACwithSHAKE128-params ::= SEQUENCE {
    ///   kMACOutputLength INTEGER DEFAULT 256, customizationString OCTET STRING DEFAULT ''H }
    /// ```
    fn parameters(&self, algorithm: &AlgorithmIdentifier) -> Result<Parameters, CryptoError> {
        let malformed = |_| CryptoError::Parameters("the parameters of KMAC are malformed");
        if algorithm.parameters.is_none() {
            return Ok(Parameters {
                output_len: self.output_len,
                customization: Vec::new(),
            });
        }
        let element = parameters::element(algorithm)?;
        if element.tag() != Tag::SEQUENCE {
            return Err(CryptoError::Parameters(
                "the parameters of KMAC are no SEQUENCE",
            ));
        }
        let mut fields = element.children();
        let output_len = match fields.optional(Tag::INTEGER).map_err(malformed)? {
            None => self.output_len,
            Some(bits) => usize::try_from(bits.u64().map_err(malformed)?)
                .ok()
                .filter(|bits| bits.is_multiple_of(8) && OUTPUT.contains(&(bits / 8)))
                .map(|bits| bits / 8)
                .ok_or(CryptoError::Parameters(
                    "kMACOutputLength must be 96 to 8192 bits, whole octets",
                ))?,
        };
        let customization = match fields.optional(Tag::OCTET_STRING).map_err(malformed)? {
            None => Vec::new(),
            Some(string) => string.octets().map_err(malformed)?.into_owned(),
        };
        fields.finish().map_err(malformed)?;
        Ok(Parameters {
            output_len,
            customization,
        })
    }
}

impl MacAlgorithm for Kmac {
    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn identifier(&self, _random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        Ok(AlgorithmIdentifier::new(self.oid))
    }

    fn key_len(&self, algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError> {
        self.parameters(algorithm)?;
        Ok(KeyLength::Between {
            min: 1,
            max: 1024,
            preferred: self.output_len,
        })
    }

    fn output_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        Ok(self.parameters(algorithm)?.output_len)
    }

    fn start(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn Mac>, CryptoError> {
        let parameters = self.parameters(algorithm)?;
        if !self.key_len(algorithm)?.allows(key.len()) {
            return Err(CryptoError::Key("a KMAC key has 1 to 1024 octets"));
        }
        let customization = &parameters.customization;
        let output_len = parameters.output_len;
        let front = padded_key(key, self.rate);
        Ok(if self.rate == 168 {
            let sponge = CShake128::new_with_function_name(b"KMAC", customization);
            running(sponge, &front, output_len)
        } else {
            let sponge = CShake256::new_with_function_name(b"KMAC", customization);
            running(sponge, &front, output_len)
        })
    }
}

fn running<X>(mut sponge: X, front: &[u8], output_len: usize) -> Box<dyn Mac>
where
    X: Update + ExtendableOutput + Send + 'static,
{
    sponge.update(front);
    Box::new(Running { sponge, output_len })
}

/// NIST SP 800-185, 2.3.1: the octets of a number, and how many they are.
fn encoded(number: usize) -> (Vec<u8>, u8) {
    let octets = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
    let skip = octets.iter().take(7).take_while(|octet| **octet == 0);
    let octets = octets.get(skip.count()..).unwrap_or_default().to_vec();
    let count = u8::try_from(octets.len()).unwrap_or(8);
    (octets, count)
}

/// `left_encode`.
fn left_encode(number: usize) -> Vec<u8> {
    let (octets, count) = encoded(number);
    [[count].as_slice(), &octets].concat()
}

/// `bytepad(encode_string(K), rate)`.
fn padded_key(key: &[u8], rate: usize) -> Zeroizing<Vec<u8>> {
    let mut front = Zeroizing::new(left_encode(rate));
    front.reserve(key.len().saturating_add(2 * rate));
    front.extend(left_encode(key.len().saturating_mul(8)));
    front.extend_from_slice(key);
    let len = front.len().next_multiple_of(rate);
    front.resize(len, 0);
    front
}

struct Running<X> {
    sponge: X,
    output_len: usize,
}

impl<X: Update + ExtendableOutput + Send> Mac for Running<X> {
    fn update(&mut self, octets: &[u8]) {
        self.sponge.update(octets);
    }

    fn finish(mut self: Box<Self>) -> Zeroizing<Vec<u8>> {
        // right_encode of the bits of output.
        let (octets, count) = encoded(self.output_len.saturating_mul(8));
        self.sponge.update(&octets);
        self.sponge.update(&[count]);
        let mut out = Zeroizing::new(alloc::vec![0; self.output_len]);
        self.sponge.finalize_xof().read(&mut out);
        out
    }
}
