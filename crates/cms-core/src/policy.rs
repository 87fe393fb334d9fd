//! Policy: may this algorithm be used for that? Mechanism reports, policy decides.

use alloc::vec::Vec;
use core::fmt::Debug;

use der::asn1::ObjectIdentifier;

use crate::error::PolicyRejection;
use crate::oid;

/// What an algorithm is to be used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Usage {
    /// Encrypting or decrypting content.
    ContentEncryption,
    /// The digest under a signature, in a message or a certificate.
    Digest,
    /// A key that encrypts keys: transport, agreement.
    KeyManagement,
    /// A message authentication code over content.
    Mac,
    /// A signature in a message or a certificate.
    Signature,
}

impl Usage {
    /// The words that errors use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ContentEncryption => "content encryption",
            Self::Digest => "signature digests",
            Self::KeyManagement => "key management",
            Self::Mac => "message authentication",
            Self::Signature => "signatures",
        }
    }
}

/// Whether something is read or written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum Direction {
    /// Reading what others wrote.
    Read,
    /// Writing.
    Write,
}

/// What policy says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// Current.
    Accept,
    /// May be read, not written; a report says so.
    Historic,
    /// Neither.
    Reject,
}

/// Decides on algorithms. Pure: the same question always has the same answer.
pub trait Policy: Debug + Send + Sync {
    /// The verdict on an algorithm for a use.
    fn algorithm(&self, oid: &ObjectIdentifier, usage: Usage) -> Verdict;

    /// The verdict on a public key of `bits` (RSA modulus or curve size).
    fn key(&self, oid: &ObjectIdentifier, bits: u32) -> Verdict;

    /// Whether a message that nothing authenticates may be delivered.
    fn allows_unauthenticated(&self) -> bool;

    /// The fewest octets that the tag of an AEAD may have. 12: RFC 5084 advises against less for CCM and allows
    /// no less for GCM.
    fn min_tag_len(&self) -> usize {
        12
    }

    /// The profile's name in errors.
    fn name(&self) -> &'static str;

    /// The verdict as a result.
    ///
    /// # Errors
    /// [`PolicyRejection`] when the algorithm may not be used so.
    fn require(
        &self,
        oid: &ObjectIdentifier,
        usage: Usage,
        direction: Direction,
    ) -> Result<Verdict, PolicyRejection> {
        let verdict = self.algorithm(oid, usage);
        match (verdict, direction) {
            (Verdict::Accept, _) | (Verdict::Historic, Direction::Read) => Ok(verdict),
            _ => Err(PolicyRejection::new(
                oid::display(oid),
                usage.name(),
                self.name(),
            )),
        }
    }
}

/// The three profiles of the command line, from one table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the profiles of the command's contract"
)]
pub enum StandardPolicy {
    /// What is current at 112 bits or more; encryption only authenticated.
    Strict,
    /// What is current, and what today's senders still write.
    Default,
    /// Historic mail may be read.
    Legacy,
}

#[derive(Clone, Copy)]
enum Standing {
    /// Every profile.
    Current,
    /// Not in strict.
    Tolerated,
    /// Legacy only, for reading.
    Historic,
}

/// RFC 8551, 2 and Appendix B; RFC 8550, Appendix B; NIST SP 800-131A revision 2 (2019) for 3DES and SHA-1.
/// What is not listed is unknown to policy and accepted where the provider can do it at all, except
/// digests and ciphers, which are refused.
const TABLE: &[(ObjectIdentifier, Standing)] = &[
    (oid::SHA224, Standing::Current),
    (oid::SHA256, Standing::Current),
    (oid::SHA384, Standing::Current),
    (oid::SHA512, Standing::Current),
    (oid::SHA512_224, Standing::Current),
    (oid::SHA512_256, Standing::Current),
    (oid::SHA3_224, Standing::Current),
    (oid::SHA3_256, Standing::Current),
    (oid::SHA3_384, Standing::Current),
    (oid::SHA3_512, Standing::Current),
    (oid::SHAKE128, Standing::Current),
    (oid::SHAKE256, Standing::Current),
    (oid::SHAKE256_LEN, Standing::Current),
    (oid::SHA1, Standing::Historic),
    (oid::MD5, Standing::Historic),
    (oid::SHA224_WITH_RSA, Standing::Current),
    (oid::SHA256_WITH_RSA, Standing::Current),
    (oid::SHA384_WITH_RSA, Standing::Current),
    (oid::SHA512_WITH_RSA, Standing::Current),
    (oid::RSA_ENCRYPTION, Standing::Tolerated),
    (oid::RSASSA_PSS, Standing::Current),
    (oid::RSAES_OAEP, Standing::Current),
    (oid::SHA1_WITH_RSA, Standing::Historic),
    (oid::SHA1_WITH_RSA_OIW, Standing::Historic),
    (oid::MD5_WITH_RSA, Standing::Historic),
    (oid::DSA, Standing::Historic),
    (oid::DSA_WITH_SHA1, Standing::Historic),
    (oid::DSA_WITH_SHA224, Standing::Historic),
    (oid::DSA_WITH_SHA256, Standing::Historic),
    (oid::ECDSA_WITH_SHA1, Standing::Historic),
    (oid::ECDSA_WITH_SHA224, Standing::Current),
    (oid::ECDSA_WITH_SHA256, Standing::Current),
    (oid::ECDSA_WITH_SHA384, Standing::Current),
    (oid::ECDSA_WITH_SHA512, Standing::Current),
    (oid::ED25519, Standing::Current),
    (oid::ED448, Standing::Current),
    (oid::AES128_GCM, Standing::Current),
    (oid::AES192_GCM, Standing::Current),
    (oid::AES256_GCM, Standing::Current),
    (oid::AES128_CCM, Standing::Current),
    (oid::AES192_CCM, Standing::Current),
    (oid::AES256_CCM, Standing::Current),
    (oid::CHACHA20_POLY1305, Standing::Current),
    // rfc6476: sound, but its keys come from HMAC with SHA-1 where nothing else is said.
    (oid::AUTH_ENC_128, Standing::Tolerated),
    (oid::AUTH_ENC_256, Standing::Tolerated),
    (oid::AES128_CBC, Standing::Tolerated),
    (oid::AES192_CBC, Standing::Tolerated),
    (oid::AES256_CBC, Standing::Tolerated),
    (oid::DH_ES, Standing::Historic),
    (oid::DH_SS, Standing::Historic),
    // rfc3657: as strong as AES, and as little authenticated.
    (oid::CAMELLIA128_CBC, Standing::Tolerated),
    (oid::CAMELLIA192_CBC, Standing::Tolerated),
    (oid::CAMELLIA256_CBC, Standing::Tolerated),
    // Blocks of 64 bits, which collide after some GiB under one key; DES and short keys are searched through.
    (oid::DES_EDE3_CBC, Standing::Historic),
    (oid::RC2_CBC, Standing::Historic),
    (oid::DES_CBC, Standing::Historic),
    (oid::CAST5_CBC, Standing::Historic),
    (oid::IDEA_CBC, Standing::Historic),
    // rfc4010: not broken, but nobody outside of South Korea writes it, and there it gave way to AES.
    (oid::SEED_CBC, Standing::Historic),
    // The wraps that go with these ciphers.
    (oid::CMS_3DES_WRAP, Standing::Historic),
    (oid::CMS_RC2_WRAP, Standing::Historic),
    (oid::CAST5_WRAP, Standing::Historic),
    (oid::IDEA_WRAP, Standing::Historic),
    (oid::SEED_WRAP, Standing::Historic),
    (oid::HMAC_3DES_WRAP, Standing::Historic),
];

impl Policy for StandardPolicy {
    fn algorithm(&self, oid: &ObjectIdentifier, usage: Usage) -> Verdict {
        let standing = TABLE
            .iter()
            .find(|(known, _)| known == oid)
            .map(|(_, standing)| *standing);
        match (standing, self) {
            // rfc8551:2.2: a digest algorithm beside rsaEncryption is judged by itself.
            (Some(Standing::Tolerated), _) if usage == Usage::Signature => Verdict::Accept,
            (Some(Standing::Current), _)
            | (Some(Standing::Tolerated), Self::Default | Self::Legacy) => Verdict::Accept,
            (Some(Standing::Historic), Self::Legacy) => Verdict::Historic,
            // rfc3370:3.1: HMAC with SHA-1 is sound where SHA-1 itself is not.
            (None, _) if matches!(usage, Usage::KeyManagement | Usage::Mac | Usage::Signature) => {
                Verdict::Accept
            }
            _ => Verdict::Reject,
        }
    }

    fn key(&self, oid: &ObjectIdentifier, bits: u32) -> Verdict {
        // rfc8550:4.3: RSA and DSA keys below 2048 bits are historic.
        let finite_field = [
            oid::RSA_ENCRYPTION,
            oid::RSASSA_PSS,
            oid::RSASSA_PSS_SHAKE128,
            oid::RSASSA_PSS_SHAKE256,
            oid::RSAES_OAEP,
            oid::RSA_KEM,
            oid::DSA,
        ];
        match (finite_field.contains(oid) && bits < 2048, self) {
            (false, _) => Verdict::Accept,
            (true, Self::Legacy) => Verdict::Historic,
            (true, _) => Verdict::Reject,
        }
    }

    fn allows_unauthenticated(&self) -> bool {
        !matches!(self, Self::Strict)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Default => "default",
            Self::Legacy => "legacy",
        }
    }
}

/// All algorithms that a standing is recorded for, with the verdict of `policy`: for documentation and
/// `explain`.
#[must_use]
pub fn table(policy: StandardPolicy, usage: Usage) -> Vec<(ObjectIdentifier, Verdict)> {
    TABLE
        .iter()
        .map(|(oid, _)| (*oid, policy.algorithm(oid, usage)))
        .collect()
}
