//! What a SignedData to be written holds: new, or an existing one that is changed.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::signer::{PreparedSigner, Signer, Subject};
use super::writer::PreparedSignedData;
use crate::ber::{Cursor, Tag};
use crate::error::{CmsError, DecodeError};
use crate::frame::Surroundings;
use crate::oid;
use crate::policy::Policy;
use crate::provider::CryptoProvider;
use crate::report::SignedDataReport;
use crate::types::{
    AlgorithmIdentifier, Attribute, Bags, Certificate, RevocationInfoChoice, SignerInfo,
};

/// A SignedData to be written.
#[derive(Clone, Debug)]
pub struct SignedDataBuilder<'a> {
    econtent_type: ObjectIdentifier,
    econtent_tag: Tag,
    surroundings: Surroundings,
    signers: Vec<Signer<'a>>,
    companions: Companions,
    bags: Bags,
    kept: Vec<Vec<u8>>,
    digest_algorithms: Vec<AlgorithmIdentifier>,
}

/// Whether SignerInfos of one signer point to each other, so that the removal of one is seen (RFC 5752).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum Companions {
    /// Signers whose certificates have one subject get the multipleSignatures attribute.
    Linked,
    /// Each stands alone.
    Unlinked,
}

impl<'a> SignedDataBuilder<'a> {
    /// A SignedData over content of a type, usually [`oid::DATA`].
    #[must_use]
    pub fn new(econtent_type: ObjectIdentifier) -> Self {
        Self {
            econtent_type,
            econtent_tag: Tag::OCTET_STRING,
            surroundings: Surroundings::ContentInfo,
            signers: Vec::new(),
            companions: Companions::Unlinked,
            bags: Bags::default(),
            kept: Vec::new(),
            digest_algorithms: Vec::new(),
        }
    }

    /// An existing SignedData, to be written again with other signers: content type, certificates, revocation
    /// information and every SignerInfo are kept octet for octet. The content has to be given again.
    #[must_use]
    pub fn from_report(report: &SignedDataReport) -> Self {
        let mut this = Self::new(report.econtent_type);
        this.econtent_tag = report.econtent_tag;
        for member in &report.raw_certificates {
            this.bags.keep_certificate(member.octets().to_vec());
        }
        for octets in &report.crls {
            this.bags.add_crl(octets.clone());
        }
        let infos = report.signers.iter().map(|signer| &signer.info);
        this.kept = infos.map(|info| info.octets().to_vec()).collect();
        this.digest_algorithms = report.digest_algorithms.clone();
        this
    }

    /// Whether it becomes a message or the content of another layer.
    #[must_use]
    pub fn with_surroundings(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = surroundings;
        self
    }

    /// Adds a signer; its certificate is not put in by itself.
    #[must_use]
    pub fn with_signer(mut self, signer: Signer<'a>) -> Self {
        self.signers.push(signer);
        self
    }

    /// Removes a SignerInfo that was kept. Its digest algorithm goes too, when nobody else uses it.
    ///
    /// # Errors
    /// No SignerInfo at that position.
    pub fn without_signer(mut self, index: usize) -> Result<Self, CmsError> {
        if index >= self.kept.len() {
            return Err(CmsError::Misuse("there is no SignerInfo at that position"));
        }
        self.kept.remove(index);
        let used: Vec<_> = self
            .kept_infos()
            .map(|info| info.digest_algorithm)
            .collect();
        self.digest_algorithms
            .retain(|algorithm| used.iter().any(|used| used.oid == algorithm.oid));
        Ok(self)
    }

    /// Replaces a SignerInfo that was kept, as a countersignature does.
    ///
    /// # Errors
    /// No SignerInfo at that position.
    pub fn with_replaced_signer_info(
        mut self,
        index: usize,
        info: Vec<u8>,
    ) -> Result<Self, CmsError> {
        let kept = self.kept.get_mut(index);
        *kept.ok_or(CmsError::Misuse("there is no SignerInfo at that position"))? = info;
        Ok(self)
    }

    /// Whether SignerInfos of one signer point to each other.
    #[must_use]
    pub fn with_companions(mut self, companions: Companions) -> Self {
        self.companions = companions;
        self
    }

    /// Adds a certificate, once.
    #[must_use]
    pub fn with_certificate(mut self, certificate: &Certificate) -> Self {
        self.bags.keep_certificate(certificate.octets().to_vec());
        self
    }

    /// Adds a certificate of any kind by its octets: attribute certificates, other formats.
    ///
    /// # Errors
    /// Octets that are no encoding; version 1 attribute certificates, which are not sent any more.
    pub fn with_certificate_choice(mut self, octets: Vec<u8>) -> Result<Self, DecodeError> {
        self.bags.add_certificate(octets)?;
        Ok(self)
    }

    /// Adds a CRL.
    #[must_use]
    pub fn with_crl(mut self, crl: Vec<u8>) -> Self {
        self.bags.add_crl(crl);
        self
    }

    /// Adds revocation information of any kind: an OCSP response (RFC 5940).
    #[must_use]
    pub fn with_revocation_info(mut self, info: &RevocationInfoChoice) -> Self {
        self.bags.add_crl(info.to_der());
        self
    }

    /// Asks the keys and the policy, and fixes all that does not depend on the content.
    ///
    /// # Errors
    /// A digest that a key or the policy refuses, missing signed attributes (RFC 5652, 5.3), a certificate without
    /// subjectKeyIdentifier where one is needed.
    pub fn prepare(
        self,
        provider: &'a CryptoProvider,
        policy: &dyn Policy,
    ) -> Result<PreparedSignedData<'a>, CmsError> {
        let subject = Subject::Content(&self.econtent_type);
        let copied = self.attributes_to_copy();
        let signers = self.signers.iter().map(|signer| {
            let mut prepared = PreparedSigner::new(signer.clone(), subject, policy)?;
            prepared.add_signed_attributes(&copied);
            Ok(prepared)
        });
        let signers = signers.collect::<Result<Vec<_>, CmsError>>()?;
        let version = self.version(&signers);
        let mut digest_algorithms = self.digest_algorithms.clone();
        for signer in &signers {
            let algorithm = signer.digest_algorithm();
            if !digest_algorithms.iter().any(|one| one.oid == algorithm.oid) {
                digest_algorithms.push(algorithm.clone());
            }
        }
        Ok(PreparedSignedData {
            provider,
            econtent_type: self.econtent_type,
            econtent_tag: self.econtent_tag,
            surroundings: self.surroundings,
            version,
            digest_algorithms,
            signers,
            companions: self.companions,
            kept: self.kept,
            bags: self.bags.to_der(),
        })
    }

    fn kept_infos(&self) -> impl Iterator<Item = SignerInfo> {
        self.kept.iter().filter_map(|octets| {
            let element = Cursor::single(octets, 0).ok()?;
            SignerInfo::decode(&element).ok()
        })
    }

    /// rfc2634:1.4: whoever adds a SignerInfo "MUST copy the mlExpansionHistory and eSSSecurityLabel attributes from
    /// other signerInfos".
    fn attributes_to_copy(&self) -> Vec<Attribute> {
        let mut found: Vec<Attribute> = Vec::new();
        for info in self.kept_infos() {
            for attribute in info.signed_attrs.iter().flat_map(|attrs| attrs.iter()) {
                let wanted = [oid::ML_EXPANSION_HISTORY, oid::ESS_SECURITY_LABEL];
                if wanted.contains(&attribute.oid)
                    && found.iter().all(|known| known.oid != attribute.oid)
                {
                    found.push(attribute.clone());
                }
            }
        }
        found
    }

    /// rfc5652:5.1/1, 5.1/2, 5.1/3, 5.1/4, 5.1/5: 5 with certificates or revocation information of other formats, 4
    /// with version 2 attribute certificates, 3 with version 1 ones, a SignerInfo of version 3 or content that is not
    /// id-data, else 1.
    fn version(&self, signers: &[PreparedSigner<'_>]) -> u64 {
        if self.bags.has_other {
            5
        } else if self.bags.has_v2_attribute {
            4
        } else if self.bags.has_v1_attribute
            || self.econtent_type != oid::DATA
            || signers.iter().any(|signer| signer.version() == 3)
            || self.kept_infos().any(|info| info.version == 3)
        {
            3
        } else {
            1
        }
    }
}
