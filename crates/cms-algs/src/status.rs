//! What RFC 8551 wants of each algorithm, and since which edition of S/MIME: data for people and for policies.
//!
//! Sections 2.1, 2.2, 2.3 and 2.7 name a few algorithms, Appendix B those that earlier editions named. RFC 8550, 4.3
//! wants the same signatures in certificates. Everything else that CMS can do is left to the RFC that says how CMS does
//! it. What may be used is another question, which `cms_core::policy` answers.

use cms_core::{ObjectIdentifier, oid};

use Requirement::{Historic, Must, MustMinus, Should, ShouldPlus};

/// An edition of S/MIME.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Edition {
    /// S/MIME version 2: RFC 2311 and RFC 2312, March 1998.
    V2,
    /// S/MIME version 3: RFC 2633 and RFC 2632, June 1999.
    V3,
    /// S/MIME version 3.1: RFC 3851 and RFC 3850, July 2004.
    V3_1,
    /// S/MIME version 3.2: RFC 5751 and RFC 5750, January 2010.
    V3_2,
    /// S/MIME version 4.0: RFC 8551 and RFC 8550, April 2019.
    V4,
}

impl Edition {
    /// The number of its RFC on messages.
    #[must_use]
    pub const fn rfc(self) -> u16 {
        match self {
            Self::V2 => 2311,
            Self::V3 => 2633,
            Self::V3_1 => 3851,
            Self::V3_2 => 5751,
            Self::V4 => 8551,
        }
    }

    /// The number of its RFC on certificates, which wants the same signatures there.
    #[must_use]
    pub const fn certificate_rfc(self) -> u16 {
        match self {
            Self::V2 => 2312,
            Self::V3 => 2632,
            Self::V3_1 => 3850,
            Self::V3_2 => 5750,
            Self::V4 => 8550,
        }
    }

    /// Year and month.
    #[must_use]
    pub const fn date(self) -> &'static str {
        match self {
            Self::V2 => "1998-03",
            Self::V3 => "1999-06",
            Self::V3_1 => "2004-07",
            Self::V3_2 => "2010-01",
            Self::V4 => "2019-04",
        }
    }
}

/// What S/MIME wants of an agent ([RFC 8551, section 1.3]), the most first.
///
/// [RFC 8551, section 1.3]: https://www.rfc-editor.org/rfc/rfc8551#section-1.3
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Requirement {
    /// MUST be supported.
    Must,
    /// MUST be supported, and "will no longer be a MUST in a future document".
    MustMinus,
    /// SHOULD be supported, and will be "promoted at some future time to be a MUST".
    ShouldPlus,
    /// SHOULD be supported.
    Should,
    /// Dropped; "for dealing with historic emails" (Appendix B).
    Historic,
}

impl Requirement {
    /// The RFC's words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustMinus => "MUST-",
            Self::ShouldPlus => "SHOULD+",
            Self::Should => "SHOULD",
            Self::Historic => "historic",
        }
    }
}

/// Where an algorithm stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Status {
    /// RFC 8551 names it.
    Named {
        /// What it wants.
        requirement: Requirement,
        /// The edition that wanted it first, without a change since.
        since: Edition,
    },
    /// RFC 8551 does not name it.
    Unnamed {
        /// The RFC that says how CMS uses it.
        rfc: u16,
    },
}

/// The status of an algorithm.
#[must_use]
pub fn of(oid: &ObjectIdentifier) -> Option<Status> {
    TABLE
        .iter()
        .find(|(known, _)| known == oid)
        .map(|(_, status)| *status)
}

/// All algorithms that a status is known of.
pub fn all() -> impl Iterator<Item = (ObjectIdentifier, Status)> {
    TABLE.iter().copied()
}

const fn named(requirement: Requirement, since: Edition) -> Status {
    Status::Named { requirement, since }
}

const fn unnamed(rfc: u16) -> Status {
    Status::Unnamed { rfc }
}

const TABLE: &[(ObjectIdentifier, Status)] = &[
    // Digests: 2.1; B.1.
    (oid::SHA256, named(Must, Edition::V3_2)),
    (oid::SHA512, named(Must, Edition::V4)),
    (oid::SHA1, named(Historic, Edition::V4)),
    (oid::MD5, named(Historic, Edition::V4)),
    (oid::SHA224, unnamed(5754)),
    (oid::SHA384, unnamed(5754)),
    (oid::SHA512_224, unnamed(8017)),
    (oid::SHA512_256, unnamed(8017)),
    (oid::SHA3_224, unnamed(9688)),
    (oid::SHA3_256, unnamed(9688)),
    (oid::SHA3_384, unnamed(9688)),
    (oid::SHA3_512, unnamed(9688)),
    (oid::SHAKE128, unnamed(8702)),
    (oid::SHAKE256, unnamed(8702)),
    (oid::SHAKE256_LEN, unnamed(8419)),
    // Signatures: 2.2; B.2. A receiver's duties: a sender chooses between ECDSA and EdDSA. rsaEncryption is key
    // transport as well (2.3).
    (oid::ECDSA_WITH_SHA256, named(Must, Edition::V4)),
    (oid::ED25519, named(Must, Edition::V4)),
    (oid::RSA_ENCRYPTION, named(MustMinus, Edition::V4)),
    (oid::SHA256_WITH_RSA, named(MustMinus, Edition::V4)),
    (oid::RSASSA_PSS, named(Should, Edition::V4)),
    (oid::MD5_WITH_RSA, named(Historic, Edition::V4)),
    (oid::SHA1_WITH_RSA, named(Historic, Edition::V4)),
    (oid::SHA1_WITH_RSA_OIW, named(Historic, Edition::V4)),
    (oid::DSA, named(Historic, Edition::V4)),
    (oid::DSA_WITH_SHA1, named(Historic, Edition::V4)),
    (oid::DSA_WITH_SHA256, named(Historic, Edition::V4)),
    (oid::SHA224_WITH_RSA, unnamed(5754)),
    (oid::SHA384_WITH_RSA, unnamed(5754)),
    (oid::SHA512_WITH_RSA, unnamed(5754)),
    (oid::DSA_WITH_SHA224, unnamed(5754)),
    (oid::SHA512_224_WITH_RSA, unnamed(8017)),
    (oid::SHA512_256_WITH_RSA, unnamed(8017)),
    (oid::SHA3_224_WITH_RSA, unnamed(9688)),
    (oid::SHA3_256_WITH_RSA, unnamed(9688)),
    (oid::SHA3_384_WITH_RSA, unnamed(9688)),
    (oid::SHA3_512_WITH_RSA, unnamed(9688)),
    (oid::RSASSA_PSS_SHAKE128, unnamed(8702)),
    (oid::RSASSA_PSS_SHAKE256, unnamed(8702)),
    (oid::EC_PUBLIC_KEY, unnamed(5753)),
    (oid::ECDSA_WITH_SHA1, unnamed(5753)),
    (oid::ECDSA_WITH_SHA224, unnamed(5753)),
    (oid::ECDSA_WITH_SHA384, unnamed(5753)),
    (oid::ECDSA_WITH_SHA512, unnamed(5753)),
    (oid::ECDSA_WITH_SHA3_224, unnamed(9688)),
    (oid::ECDSA_WITH_SHA3_256, unnamed(9688)),
    (oid::ECDSA_WITH_SHA3_384, unnamed(9688)),
    (oid::ECDSA_WITH_SHA3_512, unnamed(9688)),
    (oid::ECDSA_WITH_SHAKE128, unnamed(8702)),
    (oid::ECDSA_WITH_SHAKE256, unnamed(8702)),
    (oid::ED448, unnamed(8419)),
    (oid::ML_DSA_44, unnamed(9882)),
    (oid::ML_DSA_65, unnamed(9882)),
    (oid::ML_DSA_87, unnamed(9882)),
    (oid::SLH_DSA_SHA2_128S, unnamed(9814)),
    (oid::SLH_DSA_SHA2_128F, unnamed(9814)),
    (oid::SLH_DSA_SHA2_192S, unnamed(9814)),
    (oid::SLH_DSA_SHA2_192F, unnamed(9814)),
    (oid::SLH_DSA_SHA2_256S, unnamed(9814)),
    (oid::SLH_DSA_SHA2_256F, unnamed(9814)),
    (oid::SLH_DSA_SHAKE_128S, unnamed(9814)),
    (oid::SLH_DSA_SHAKE_128F, unnamed(9814)),
    (oid::SLH_DSA_SHAKE_192S, unnamed(9814)),
    (oid::SLH_DSA_SHAKE_192F, unnamed(9814)),
    (oid::SLH_DSA_SHAKE_256S, unnamed(9814)),
    (oid::SLH_DSA_SHAKE_256F, unnamed(9814)),
    (oid::HSS_LMS, unnamed(9708)),
    // Key management: 2.3; B.4.
    (oid::ECDH_STD_SHA256, named(Must, Edition::V4)),
    (oid::ECDH_HKDF_SHA256, named(Must, Edition::V4)),
    (oid::AES256_WRAP, named(Must, Edition::V4)),
    (oid::AES128_WRAP, named(Must, Edition::V3_2)),
    (oid::RSAES_OAEP, named(ShouldPlus, Edition::V3_2)),
    (oid::DH_ES, named(Historic, Edition::V4)),
    (oid::ECDH_STD_SHA1, unnamed(5753)),
    (oid::ECDH_STD_SHA224, unnamed(5753)),
    (oid::ECDH_STD_SHA384, unnamed(5753)),
    (oid::ECDH_STD_SHA512, unnamed(5753)),
    (oid::ECDH_COFACTOR_SHA1, unnamed(5753)),
    (oid::ECDH_COFACTOR_SHA224, unnamed(5753)),
    (oid::ECDH_COFACTOR_SHA256, unnamed(5753)),
    (oid::ECDH_COFACTOR_SHA384, unnamed(5753)),
    (oid::ECDH_COFACTOR_SHA512, unnamed(5753)),
    (oid::ECDH_HKDF_SHA384, unnamed(8418)),
    (oid::ECDH_HKDF_SHA512, unnamed(8418)),
    (oid::DH_SS, unnamed(2631)),
    (oid::RSA_KEM, unnamed(9690)),
    (oid::ML_KEM_512, unnamed(9936)),
    (oid::ML_KEM_768, unnamed(9936)),
    (oid::ML_KEM_1024, unnamed(9936)),
    (oid::AES192_WRAP, unnamed(3565)),
    (oid::AES128_WRAP_PAD, unnamed(5649)),
    (oid::AES192_WRAP_PAD, unnamed(5649)),
    (oid::AES256_WRAP_PAD, unnamed(5649)),
    (oid::CAMELLIA128_WRAP, unnamed(3657)),
    (oid::CAMELLIA192_WRAP, unnamed(3657)),
    (oid::CAMELLIA256_WRAP, unnamed(3657)),
    (oid::CMS_3DES_WRAP, unnamed(3370)),
    (oid::CMS_RC2_WRAP, unnamed(3370)),
    (oid::SEED_WRAP, unnamed(4010)),
    (oid::CAST5_WRAP, unnamed(2984)),
    (oid::IDEA_WRAP, unnamed(3058)),
    (oid::HMAC_3DES_WRAP, unnamed(3537)),
    (oid::HMAC_AES_WRAP, unnamed(3537)),
    (oid::PWRI_KEK, unnamed(3211)),
    (oid::PBKDF2, unnamed(3370)),
    (oid::SCRYPT, unnamed(7914)),
    // Content encryption: 2.7; B.3.
    (oid::AES128_GCM, named(Must, Edition::V4)),
    (oid::AES256_GCM, named(Must, Edition::V4)),
    (oid::AES128_CBC, named(MustMinus, Edition::V4)),
    (oid::CHACHA20_POLY1305, named(ShouldPlus, Edition::V4)),
    (oid::DES_EDE3_CBC, named(Historic, Edition::V4)),
    (oid::RC2_CBC, named(Historic, Edition::V3_2)),
    (oid::AES192_GCM, unnamed(5084)),
    (oid::AES128_CCM, unnamed(5084)),
    (oid::AES192_CCM, unnamed(5084)),
    (oid::AES256_CCM, unnamed(5084)),
    (oid::AES192_CBC, unnamed(3565)),
    (oid::AES256_CBC, unnamed(3565)),
    (oid::AUTH_ENC_128, unnamed(6476)),
    (oid::AUTH_ENC_256, unnamed(6476)),
    (oid::CAMELLIA128_CBC, unnamed(3657)),
    (oid::CAMELLIA192_CBC, unnamed(3657)),
    (oid::CAMELLIA256_CBC, unnamed(3657)),
    (oid::SEED_CBC, unnamed(4010)),
    (oid::CAST5_CBC, unnamed(2984)),
    (oid::IDEA_CBC, unnamed(3058)),
    (oid::DES_CBC, unnamed(2315)),
    (oid::CEK_HKDF_SHA256, unnamed(9709)),
    // Message authentication and compression: none is named.
    (oid::HMAC_SHA1, unnamed(3370)),
    (oid::HMAC_SHA1_IETF, unnamed(3370)),
    (oid::HMAC_SHA224, unnamed(8018)),
    (oid::HMAC_SHA256, unnamed(8018)),
    (oid::HMAC_SHA384, unnamed(8018)),
    (oid::HMAC_SHA512, unnamed(8018)),
    (oid::HMAC_SHA512_224, unnamed(8018)),
    (oid::HMAC_SHA512_256, unnamed(8018)),
    (oid::HMAC_SHA3_224, unnamed(9688)),
    (oid::HMAC_SHA3_256, unnamed(9688)),
    (oid::HMAC_SHA3_384, unnamed(9688)),
    (oid::HMAC_SHA3_512, unnamed(9688)),
    (oid::AES128_GMAC, unnamed(9044)),
    (oid::AES192_GMAC, unnamed(9044)),
    (oid::AES256_GMAC, unnamed(9044)),
    (oid::KMAC128_WITH_SHAKE, unnamed(8702)),
    (oid::KMAC256_WITH_SHAKE, unnamed(8702)),
    (oid::ZLIB, unnamed(3274)),
];

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::PROVIDER;
    use crate::spec::{dsa, ecdh, ecdsa, pure, rsa_signature};

    /// Every identifier that the provider acts on.
    fn provided() -> Vec<ObjectIdentifier> {
        let mut all: Vec<ObjectIdentifier> = Vec::new();
        all.extend(PROVIDER.digests.iter().map(|one| one.oid()));
        all.extend(PROVIDER.recipients.iter().map(|one| one.oid()));
        all.extend(PROVIDER.ciphers.iter().map(|one| one.oid()));
        all.extend(PROVIDER.content_key_derivations.iter().map(|one| one.oid()));
        all.extend(PROVIDER.macs.iter().map(|one| one.oid()));
        all.extend(PROVIDER.key_wraps.iter().map(|one| one.oid()));
        all.extend(PROVIDER.password_key_wraps.iter().map(|one| one.oid()));
        all.extend(PROVIDER.key_derivations.iter().map(|one| one.oid()));
        all.extend(PROVIDER.compressions.iter().map(|one| one.oid()));
        let signatures = [rsa_signature::PKCS1_HASHES, ecdsa::HASHES, dsa::HASHES];
        all.extend(signatures.into_iter().flatten().map(|(oid, _)| *oid));
        all.extend(pure::ALL.iter().map(|one| one.identifier().oid));
        all.extend([oid::RSA_ENCRYPTION, oid::EC_PUBLIC_KEY, oid::DSA]);
        all.extend([
            oid::RSASSA_PSS,
            oid::RSASSA_PSS_SHAKE128,
            oid::RSASSA_PSS_SHAKE256,
        ]);
        all.extend(ecdh::SCHEMES.iter().map(|(oid, _)| *oid));
        all
    }

    #[test]
    fn every_algorithm_of_the_provider_has_a_status_and_no_other() {
        let provided = provided();
        for oid in &provided {
            assert!(of(oid).is_some(), "{}", oid::display(oid));
        }
        for (oid, _) in all() {
            assert!(provided.contains(&oid), "{}", oid::display(&oid));
            assert!(oid::name(&oid).is_some(), "{oid}");
            let rows = all().filter(|(other, _)| *other == oid);
            assert_eq!(rows.count(), 1, "{}", oid::display(&oid));
        }
        for signature in PROVIDER.signatures {
            assert!(all().any(|(oid, _)| signature.recognises(&oid)));
        }
    }

    #[test]
    fn editions_are_in_the_order_of_their_dates() {
        let editions = [
            Edition::V2,
            Edition::V3,
            Edition::V3_1,
            Edition::V3_2,
            Edition::V4,
        ];
        assert!(editions.is_sorted_by(|one, two| one < two && one.date() < two.date()));
        assert!(editions.is_sorted_by(|one, two| one.rfc() < two.rfc()));
    }

    /// rfc8551:2.7 and B.3.
    #[test]
    fn what_must_be_done_and_what_is_over() {
        let must = named(Must, Edition::V4);
        assert_eq!(of(&oid::AES256_GCM), Some(must));
        assert_eq!(of(&oid::RC2_CBC), Some(named(Historic, Edition::V3_2)));
        assert_eq!(of(&oid::AES256_CBC), Some(unnamed(3565)));
        assert_eq!(of(&oid::DATA), None);
    }
}
