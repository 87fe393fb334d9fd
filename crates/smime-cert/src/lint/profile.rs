//! The profiles of the Baseline Requirements.

use alloc::vec::Vec;

use cms_core::ObjectIdentifier;
use cms_core::types::Certificate;

use crate::extension::{basic_constraints, certificate_policies};

/// How the subject was validated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ValidationLevel {
    /// Only the mailbox.
    Mailbox,
    /// An organization.
    Organization,
    /// A person, by an organization.
    Sponsored,
    /// A person.
    Individual,
}

/// How strict the profile is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Generation {
    /// As certificates were before there were requirements; not issued from 2025-07-15 on (BR 7.1.6.1).
    Legacy,
    /// Mail beside other purposes.
    Multipurpose,
    /// Mail alone.
    Strict,
}

/// What a subscriber's certificate is held against.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the requirements have these two")]
pub struct Profile {
    /// How the subject was validated.
    pub level: ValidationLevel,
    /// How strict it is.
    pub generation: Generation,
}

impl ValidationLevel {
    /// All, in the order of their policies.
    pub const ALL: [Self; 4] = [
        Self::Mailbox,
        Self::Organization,
        Self::Sponsored,
        Self::Individual,
    ];

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Organization => "organization",
            Self::Sponsored => "sponsored",
            Self::Individual => "individual",
        }
    }
}

impl Generation {
    /// All, in the order of their policies.
    pub const ALL: [Self; 3] = [Self::Legacy, Self::Multipurpose, Self::Strict];

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Multipurpose => "multipurpose",
            Self::Strict => "strict",
        }
    }
}

impl Profile {
    /// A profile.
    #[must_use]
    pub const fn new(level: ValidationLevel, generation: Generation) -> Self {
        Self { level, generation }
    }

    /// All profiles.
    pub fn all() -> impl Iterator<Item = Self> {
        ValidationLevel::ALL.into_iter().flat_map(|level| {
            let generations = Generation::ALL.into_iter();
            generations.map(move |generation| Self { level, generation })
        })
    }

    /// The profile that the policies of a certificate name (BR 7.1.6.1); else the mailbox profile of this generation,
    /// but none for a CA's certificate, which the profiles of subscribers are not about.
    #[must_use]
    pub fn detect(certificate: &Certificate, otherwise: Generation) -> Option<Self> {
        let policies = certificate_policies(certificate).ok().flatten();
        let policies: Vec<_> = policies.unwrap_or_default();
        let named = Self::all().find(|profile| {
            let mut policies = policies.iter();
            policies.any(|information| information.policy == profile.policy())
        });
        let is_ca = basic_constraints(certificate)
            .ok()
            .flatten()
            .is_some_and(|constraints| constraints.ca);
        match named {
            _ if is_ca => None,
            None => Some(Self::new(ValidationLevel::Mailbox, otherwise)),
            named => named,
        }
    }

    /// The policy that certificates of this profile have (BR 7.1.6.1).
    #[must_use]
    pub const fn policy(self) -> ObjectIdentifier {
        use Generation::{Legacy, Multipurpose, Strict};
        use ValidationLevel::{Individual, Mailbox, Organization, Sponsored};
        ObjectIdentifier::new_unwrap(match (self.level, self.generation) {
            (Mailbox, Legacy) => "2.23.140.1.5.1.1",
            (Mailbox, Multipurpose) => "2.23.140.1.5.1.2",
            (Mailbox, Strict) => "2.23.140.1.5.1.3",
            (Organization, Legacy) => "2.23.140.1.5.2.1",
            (Organization, Multipurpose) => "2.23.140.1.5.2.2",
            (Organization, Strict) => "2.23.140.1.5.2.3",
            (Sponsored, Legacy) => "2.23.140.1.5.3.1",
            (Sponsored, Multipurpose) => "2.23.140.1.5.3.2",
            (Sponsored, Strict) => "2.23.140.1.5.3.3",
            (Individual, Legacy) => "2.23.140.1.5.4.1",
            (Individual, Multipurpose) => "2.23.140.1.5.4.2",
            (Individual, Strict) => "2.23.140.1.5.4.3",
        })
    }
}
