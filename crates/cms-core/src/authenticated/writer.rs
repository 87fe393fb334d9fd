//! Writing AuthenticatedData. The length of a MAC is known, so that DER needs a single pass.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::ambiguity::AttributeWatch;
use crate::attributes::{Place, check_given};
use crate::ber::Tag;
use crate::ber::write::{self, Form};
use crate::enveloped::writer::unprotected_attributes;
use crate::error::CmsError;
use crate::frame::{ContentForm, Frame, Surroundings, emit, len_u64};
use crate::oid;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{CryptoProvider, Digest, Mac, MacAlgorithm, Random};
use crate::recipients::{OriginatorInfo, Recipient, recipient_infos};
use crate::types::{
    AlgorithmIdentifier, Attribute, Attributes, CmsAlgorithmProtection, ContentType, MessageDigest,
};

/// An AuthenticatedData to be written.
#[derive(Clone, Debug)]
pub struct AuthenticatedDataBuilder<'a> {
    econtent_type: ObjectIdentifier,
    surroundings: Surroundings,
    originator: OriginatorInfo,
    recipients: Vec<Recipient<'a>>,
    digest: Option<ObjectIdentifier>,
    auth_attrs: Vec<Attribute>,
    unauth_attrs: Vec<Attribute>,
}

impl<'a> AuthenticatedDataBuilder<'a> {
    /// A message around content of a type, usually [`oid::DATA`], without authAttrs if that type allows it.
    #[must_use]
    pub fn new(econtent_type: ObjectIdentifier) -> Self {
        Self {
            econtent_type,
            surroundings: Surroundings::ContentInfo,
            originator: OriginatorInfo::new(),
            recipients: Vec::new(),
            digest: None,
            auth_attrs: Vec::new(),
            unauth_attrs: Vec::new(),
        }
    }

    /// Whether it becomes a message or the content of another layer.
    #[must_use]
    pub fn with_surroundings(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = surroundings;
        self
    }

    /// Certificates and CRLs of the originator.
    #[must_use]
    pub fn with_originator(mut self, originator: OriginatorInfo) -> Self {
        self.originator = originator;
        self
    }

    /// Adds a recipient.
    #[must_use]
    pub fn with_recipient(mut self, recipient: Recipient<'a>) -> Self {
        self.recipients.push(recipient);
        self
    }

    /// With authAttrs: contentType, messageDigest by this digest, CMSAlgorithmProtection, and these.
    #[must_use]
    pub fn with_auth_attributes(
        mut self,
        digest: ObjectIdentifier,
        attributes: Vec<Attribute>,
    ) -> Self {
        self.digest = Some(digest);
        self.auth_attrs = attributes;
        self
    }

    /// Attributes that nothing protects.
    #[must_use]
    pub fn with_unauthenticated_attributes(mut self, attributes: Vec<Attribute>) -> Self {
        self.unauth_attrs = attributes;
        self
    }

    /// Makes the authentication key, encrypts it to every recipient and begins the message in `out`.
    ///
    /// # Errors
    /// No recipient, keys or algorithms that cannot serve or that policy refuses, randomness.
    pub fn start(
        self,
        mac: &dyn MacAlgorithm,
        form: ContentForm,
        provider: &CryptoProvider,
        policy: &dyn Policy,
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<AuthenticatedDataWriter, CmsError> {
        let made = [
            oid::CONTENT_TYPE,
            oid::MESSAGE_DIGEST,
            oid::CMS_ALGORITHM_PROTECTION,
        ];
        check_given(&self.auth_attrs, Place::Authenticated, &made)?;
        check_given(&self.unauth_attrs, Place::Unprotected, &[])?;
        policy.require(&mac.oid(), Usage::Mac, Direction::Write)?;
        let algorithm = mac.identifier(random)?;
        let mut key = Zeroizing::new(alloc::vec![0; mac.key_len(&algorithm)?.preferred()]);
        random.fill(&mut key)?;
        let infos = recipient_infos(&self.recipients, &key, provider, policy, random)?;
        // rfc5652:9.1/4: authAttrs must be there around anything but id-data.
        let digest = match self.digest {
            Some(digest) => Some(digest),
            None if self.econtent_type == oid::DATA => None,
            None => Some(oid::SHA256),
        };
        let digest = digest
            .map(|digest| {
                policy.require(&digest, Usage::Digest, Direction::Write)?;
                Ok::<_, CmsError>(provider.digest(&digest)?)
            })
            .transpose()?;
        let digest_algorithm = digest.map(|digest| AlgorithmIdentifier::new(digest.oid()));
        let fields = [
            write::integer(version(&self.originator)),
            self.originator.to_der(),
            infos.der,
            algorithm.to_der(),
            digest_algorithm
                .as_ref()
                .map(|algorithm| write::context(1, &algorithm.to_der_contents()))
                .unwrap_or_default(),
        ]
        .concat();
        let frame = Frame::encapsulating(
            oid::AUTHENTICATED_DATA,
            self.surroundings,
            fields,
            &self.econtent_type,
        );
        let unauth = unprotected_attributes(self.unauth_attrs, 3);
        let over = match (digest, digest_algorithm) {
            (Some(digest), Some(digest_algorithm)) => {
                let mut attributes = alloc::vec![
                    Attribute::of(&ContentType(self.econtent_type)),
                    Attribute::of(&CmsAlgorithmProtection::Mac {
                        digest_algorithm,
                        mac_algorithm: algorithm.clone(),
                    }),
                ];
                attributes.extend(self.auth_attrs);
                Over::Digest {
                    running: digest.start(),
                    len: digest.output_len(),
                    attributes,
                    mac: mac.start(&algorithm, &key)?,
                }
            }
            _ => Over::Mac(mac.start(&algorithm, &key)?),
        };
        if form != ContentForm::Detached {
            let mac_len = write::octet_string(&alloc::vec![0; mac.output_len(&algorithm)?]).len();
            let epilogue = over.auth_attrs_len() + mac_len + unauth.len();
            out.extend_from_slice(&frame.open(form, epilogue));
        }
        Ok(AuthenticatedDataWriter {
            frame,
            form,
            over,
            unauth,
            len: 0,
            watch: AttributeWatch::new(),
        })
    }
}

/// rfc5652:9.1/1: 3 with originator certificates or CRLs of other formats, 1 with version 2 attribute certificates,
/// else 0.
fn version(originator: &OriginatorInfo) -> u64 {
    if originator.has_other() {
        3
    } else if originator.has_v2_attribute() {
        1
    } else {
        0
    }
}

/// What runs over the content.
enum Over {
    /// There are authAttrs: a digest, which one of them holds.
    Digest {
        running: Box<dyn Digest>,
        len: usize,
        attributes: Vec<Attribute>,
        mac: Box<dyn Mac>,
    },
    /// The MAC itself.
    Mac(Box<dyn Mac>),
}

impl Over {
    fn auth_attrs_len(&self) -> usize {
        match self {
            Self::Digest {
                len, attributes, ..
            } => {
                let contents = auth_attrs(attributes.clone(), alloc::vec![0; *len]);
                write::context(2, &contents).len()
            }
            Self::Mac(_) => 0,
        }
    }

    fn update(&mut self, content: &[u8]) {
        match self {
            Self::Digest { running, .. } => running.update(content),
            Self::Mac(mac) => mac.update(content),
        }
    }

    /// authAttrs as they are written, and the MAC.
    fn finish(self) -> (Vec<u8>, Zeroizing<Vec<u8>>) {
        match self {
            Self::Mac(mac) => (Vec::new(), mac.finish()),
            Self::Digest {
                running,
                attributes,
                mut mac,
                ..
            } => {
                let contents = auth_attrs(attributes, running.finish());
                // rfc5652:9.2: the MAC is over the DER encoding with the tag of a SET OF.
                mac.update(&write::tagged(Tag::SET, Form::Constructed, &contents));
                (write::context(2, &contents), mac.finish())
            }
        }
    }
}

/// The contents of authAttrs.
fn auth_attrs(mut attributes: Vec<Attribute>, digest: Vec<u8>) -> Vec<u8> {
    // rfc5652:9.1/6, 9.1/7
    attributes.push(Attribute::of(&MessageDigest(digest)));
    Attributes::new(attributes).to_der_contents()
}

/// An AuthenticatedData that is being written in a single pass.
pub struct AuthenticatedDataWriter {
    frame: Frame,
    form: ContentForm,
    over: Over,
    unauth: Vec<u8>,
    len: u64,
    watch: AttributeWatch,
}

impl fmt::Debug for AuthenticatedDataWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedDataWriter")
            .field("form", &self.form)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl AuthenticatedDataWriter {
    /// Takes content and hands on what stands in the message for it; nothing when it is detached.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn update(
        &mut self,
        content: &[u8],
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.len = self.len.saturating_add(len_u64(content.len()));
        self.watch.update(content);
        self.over.update(content);
        emit(content, self.form, out)
    }

    /// Ends the message; all of it goes to `out` when the content is detached.
    ///
    /// # Errors
    /// What `out` returns; content of another length than announced; content that has the form of attributes where
    /// there are none, since the MAC would hold for them as well.
    pub fn finish(
        self,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        if matches!(self.form, ContentForm::Definite(len) if len != self.len) {
            return Err(CmsError::Misuse(
                "content has another length than announced",
            ));
        }
        if matches!(self.over, Over::Mac(_)) && self.watch.is_attributes() {
            return Err(CmsError::Misuse(
                "the content has the form of attributes: authenticate it with attributes",
            ));
        }
        let (mut epilogue, mac) = self.over.finish();
        epilogue.extend_from_slice(&write::octet_string(&mac));
        epilogue.extend_from_slice(&self.unauth);
        if self.form == ContentForm::Detached {
            out(&self.frame.open(self.form, epilogue.len()))?;
        }
        out(&self.frame.close(self.form, &epilogue))
    }
}
