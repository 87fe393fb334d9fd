//! The push reader of AuthenticatedData.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::ambiguity::AttributeWatch;
use crate::attributes::{
    AuthenticatedAttributes, Place, attribute_error, authenticated_attributes, misplaced,
};
use crate::ber::Cursor;
use crate::ber::parser::{Event, Field, Parser, Sink};
use crate::enveloped::DecryptContext;
use crate::error::{CmsError, CryptoError};
use crate::frame::len_u64;
use crate::key::UnwrapOutcome;
use crate::layer::{Common, Part};
use crate::limits::Limits;
use crate::oid;
use crate::policy::{Direction, Usage};
use crate::provider::{Digest, Mac, MacAlgorithm};
use crate::recipients::{Opening, decode_originator_certificates};
use crate::report::{AuthenticatedDataReport, RecipientReport};
use crate::types::{
    AlgorithmIdentifier, AttributeError, Attributes, Certificate, CmsAlgorithmProtection,
    MessageDigest, Raw, RecipientInfo,
};
use crate::unverified::Unverified;

const SERVES: &[ObjectIdentifier] = &[oid::AUTHENTICATED_DATA];

/// Reads one ContentInfo that holds an AuthenticatedData, at any chunking. Content comes out as it passes, as
/// [`Unverified`]: it may be used only after [`Self::finish`] agreed.
pub struct AuthenticatedDataReader<'a> {
    parser: Parser<Part>,
    state: State<'a>,
}

struct State<'a> {
    common: Common,
    context: DecryptContext<'a>,
    limits: Limits,
    originators: Vec<Certificate>,
    recipients: Vec<RecipientReport>,
    mac_algorithm: Option<AlgorithmIdentifier>,
    digest_algorithm: Option<AlgorithmIdentifier>,
    key: Option<Key>,
    over: Option<Over>,
    watch: AttributeWatch,
    auth_attrs: Option<Vec<u8>>,
    unauth_attrs: Option<Attributes>,
    mac: Vec<u8>,
    mac_ok: Option<bool>,
    content_len: u64,
}

/// The MAC algorithm and its key.
struct Key {
    mac: &'static dyn MacAlgorithm,
    key: Zeroizing<Vec<u8>>,
    genuine: bool,
}

/// What runs over the content.
enum Over {
    /// There are authAttrs: a digest, which one of them holds.
    Digest(Box<dyn Digest>),
    /// The MAC itself.
    Mac(Box<dyn Mac>),
}

impl fmt::Debug for AuthenticatedDataReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedDataReader")
            .field("mac_algorithm", &self.state.mac_algorithm)
            .finish_non_exhaustive()
    }
}

struct Receiver<'s, 'a, 'c> {
    state: &'s mut State<'a>,
    content: &'c mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
}

impl<'a> AuthenticatedDataReader<'a> {
    /// A reader at the first octet.
    #[must_use]
    pub fn new(context: DecryptContext<'a>, limits: &Limits) -> Self {
        Self::with(Common::new(SERVES, limits), context, limits)
    }

    /// A reader of a bare AuthenticatedData, as it stands in another layer whose content type names it.
    ///
    /// # Errors
    /// None in fact: id-ct-authData is what it serves.
    pub fn nested(context: DecryptContext<'a>, limits: &Limits) -> Result<Self, CmsError> {
        let common = Common::nested(SERVES, &oid::AUTHENTICATED_DATA, limits)?;
        Ok(Self::with(common, context, limits))
    }

    fn with(
        (common, parser): (Common, Parser<Part>),
        context: DecryptContext<'a>,
        limits: &Limits,
    ) -> Self {
        Self {
            parser,
            state: State {
                common,
                context,
                limits: limits.clone(),
                originators: Vec::new(),
                recipients: Vec::new(),
                mac_algorithm: None,
                digest_algorithm: None,
                key: None,
                over: None,
                watch: AttributeWatch::new(),
                auth_attrs: None,
                unauth_attrs: None,
                mac: Vec::new(),
                mac_ok: None,
                content_len: 0,
            },
        }
    }

    /// Takes more octets; content goes to `content` as it comes.
    ///
    /// # Errors
    /// Broken structure, limits, policy, no key, another content type, and what `content` returns.
    pub fn push(
        &mut self,
        input: &[u8],
        content: &mut dyn FnMut(Unverified<'_>) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        let mut receiver = Receiver {
            state: &mut self.state,
            content,
        };
        self.parser.push(input, &mut receiver)
    }

    /// Whether the content is in the message; known when the message is over.
    #[must_use]
    pub fn has_content(&self) -> bool {
        self.state.common.has_content
    }

    /// Takes content that is not in the message, after all of the message.
    ///
    /// # Errors
    /// A truncated message, one that holds content, and what [`Self::push`] returns.
    pub fn push_detached(&mut self, content: &[u8]) -> Result<(), CmsError> {
        self.parser.finish()?;
        let state = &mut self.state;
        if state.common.has_content {
            return Err(CmsError::DetachedAndEmbedded);
        }
        if state.over.is_none() {
            state.begin_content()?;
        }
        state.update(content);
        Ok(())
    }

    /// The input is over: whether the MAC holds.
    ///
    /// # Errors
    /// [`CmsError::MacFailed`] for a wrong MAC, digest or key alike; broken rules on authAttrs; a truncated input.
    pub fn finish(&mut self) -> Result<(), CmsError> {
        self.parser.finish()?;
        let state = &mut self.state;
        if state.context.keys.is_none() {
            return Ok(());
        }
        let (Some(key), Some(over)) = (state.key.take(), state.over.take()) else {
            return Err(if state.common.has_content {
                CmsError::NoRecipient
            } else {
                CmsError::DetachedContentMissing
            });
        };
        let authenticated = state.authenticated_attributes()?;
        let unauth = state.unauth_attrs.as_ref();
        if let Some(error) = unauth.and_then(|attrs| misplaced(attrs, Place::Unprotected)) {
            return Err(attribute_error(error));
        }
        let algorithm = state.mac_algorithm.clone();
        let algorithm = algorithm.unwrap_or_else(|| AlgorithmIdentifier::new(key.mac.oid()));
        let (computed, digest_ok) = match (over, authenticated.attributes) {
            (Over::Mac(_), _) if state.watch.is_attributes() => {
                return Err(attribute_error(AttributeError::Ambiguous));
            }
            (Over::Mac(mac), _) => (mac.finish(), true),
            (Over::Digest(digest), attributes) => {
                let expected = state.protected_digest(attributes.unwrap_or_default())?;
                let mut mac = key.mac.start(&algorithm, &key.key)?;
                mac.update(&authenticated.aad);
                // rfc5652:9.3/3
                (mac.finish(), digest.finish() == expected)
            }
        };
        // Equal lengths, then every octet: nothing tells how many of them are right.
        // rfc5652:9.3/1, 9.3/2
        let differing = computed.len() ^ state.mac.len();
        let differing = computed
            .iter()
            .zip(&state.mac)
            .fold(differing, |all, (one, two)| all | usize::from(one ^ two));
        let ok = (differing == 0) & digest_ok & key.genuine;
        state.mac_ok = Some(ok);
        if ok { Ok(()) } else { Err(CmsError::MacFailed) }
    }

    /// What was found so far; also after an error.
    #[must_use]
    pub fn report(&self) -> AuthenticatedDataReport {
        let state = &self.state;
        let auth_attrs = state.auth_attrs.as_deref().and_then(|octets| {
            let element = Cursor::single(octets, 0).ok()?;
            Attributes::decode(&element).ok()
        });
        AuthenticatedDataReport {
            version: state.common.version,
            encoding: state.common.encoding(&self.parser),
            econtent_type: state.common.econtent_type(),
            mac_algorithm: state.mac_algorithm.clone(),
            digest_algorithm: state.digest_algorithm.clone(),
            detached: !state.common.has_content,
            recipients: state.recipients.clone(),
            auth_attrs,
            unauth_attrs: state.unauth_attrs.clone(),
            mac_ok: state.mac_ok,
            deviations: state.common.deviations(&self.parser),
            content_len: state.content_len,
        }
    }
}

impl Sink<Part> for Receiver<'_, '_, '_> {
    type Error = CmsError;

    fn open(&mut self, _offset: u64) -> Result<&'static [Field<Part>], CmsError> {
        self.state.common.grammar()
    }

    fn event(&mut self, event: Event<'_, Part>) -> Result<(), CmsError> {
        match event {
            Event::Captured {
                field,
                octets,
                offset,
            } => self.state.captured(field, octets, offset),
            Event::ContentBegin { header } => {
                self.state.common.content_begins(&header);
                self.state.begin_content()
            }
            Event::Content(octets) => {
                self.state.update(octets);
                (self.content)(Unverified::new(octets))
            }
            Event::Begin { .. } | Event::ContentEnd => Ok(()),
        }
    }
}

impl State<'_> {
    fn captured(&mut self, part: Part, octets: Vec<u8>, offset: u64) -> Result<(), CmsError> {
        let Some(octets) = self.common.captured(part, octets, offset, &[0, 1, 3])? else {
            return Ok(());
        };
        let element = || Cursor::single(&octets, offset);
        match part {
            Part::OriginatorInfo => {
                self.originators = decode_originator_certificates(&octets, offset);
            }
            Part::RecipientInfo => {
                let info = Raw::new(octets, offset, RecipientInfo::decode);
                RecipientReport::append(&mut self.recipients, info, &self.limits)?;
            }
            Part::Algorithm => {
                let algorithm = AlgorithmIdentifier::decode(&element()?)
                    .map_err(|error| error.within("macAlgorithm"))?;
                self.mac_algorithm = Some(algorithm);
            }
            Part::DigestAlgorithm => {
                let algorithm = AlgorithmIdentifier::decode(&element()?)
                    .map_err(|error| error.within("digestAlgorithm"))?;
                self.digest_algorithm = Some(algorithm);
            }
            Part::AuthAttrs => self.auth_attrs = Some(octets),
            Part::Mac => self.mac = element()?.octets()?.into_owned(),
            Part::UnauthAttrs => match element().and_then(|set| Attributes::decode(&set)) {
                Ok(attributes) => self.unauth_attrs = Some(attributes),
                Err(error) => self.common.deviate(
                    "unreadable-attributes",
                    error.within("unauthAttrs").to_string(),
                    Some(offset),
                ),
            },
            _ => {}
        }
        Ok(())
    }

    fn begin_content(&mut self) -> Result<(), CmsError> {
        let DecryptContext {
            provider,
            policy,
            keys,
        } = self.context;
        let (Some(keys), Some(algorithm)) = (keys, &self.mac_algorithm) else {
            return Ok(());
        };
        policy.require(&algorithm.oid, Usage::Mac, Direction::Read)?;
        let mac = provider.mac(&algorithm.oid)?;
        let opening = Opening {
            keys,
            originators: &self.originators,
            limits: &self.limits,
            policy,
            provider,
        };
        let unwrapped = opening.open(&mut self.recipients, mac.key_len(algorithm)?)?;
        self.over = Some(match &self.digest_algorithm {
            Some(digest) => {
                // rfc5652:9.1: digestAlgorithm is there if and only if authAttrs are. The MAC is as good as it.
                policy.require(&digest.oid, Usage::Digest, Direction::Read)?;
                Over::Digest(provider.digest(&digest.oid)?.start())
            }
            None => Over::Mac(mac.start(algorithm, &unwrapped.key)?),
        });
        self.key = Some(Key {
            mac,
            genuine: unwrapped.outcome != UnwrapOutcome::Failed,
            key: unwrapped.key,
        });
        Ok(())
    }

    fn update(&mut self, content: &[u8]) {
        self.content_len = self.content_len.saturating_add(len_u64(content.len()));
        self.watch.update(content);
        match &mut self.over {
            Some(Over::Digest(digest)) => digest.update(content),
            Some(Over::Mac(mac)) => mac.update(content),
            None => {}
        }
    }

    /// authAttrs by their rules: there exactly when digestAlgorithm is.
    fn authenticated_attributes(&self) -> Result<AuthenticatedAttributes, CmsError> {
        match (&self.digest_algorithm, &self.auth_attrs) {
            // rfc5652:9.1/3
            (Some(_), None) => {
                return Err(attribute_error(AttributeError::Absent("messageDigest")));
            }
            // rfc5652:9.1/5
            (None, Some(_)) => {
                let error = CryptoError::Parameters("authAttrs without a digestAlgorithm");
                return Err(error.into());
            }
            _ => {}
        }
        let econtent_type = self.common.econtent_type();
        authenticated_attributes(self.auth_attrs.as_deref(), &econtent_type, true)
    }

    /// The digest that the attributes hold, after CMSAlgorithmProtection was checked (RFC 6211, 3.2).
    fn protected_digest(&self, attributes: Attributes) -> Result<Vec<u8>, CmsError> {
        let protection = attributes.get::<CmsAlgorithmProtection>();
        match protection.map_err(attribute_error)? {
            None => {}
            Some(CmsAlgorithmProtection::Mac {
                digest_algorithm,
                mac_algorithm,
            }) if same(&self.digest_algorithm, &digest_algorithm)
                && same(&self.mac_algorithm, &mac_algorithm) => {}
            Some(_) => return Err(attribute_error(AttributeError::WrongAlgorithms)),
        }
        // rfc5652:11.2/2, 11.2/8
        match attributes.get::<MessageDigest>() {
            Ok(Some(MessageDigest(digest))) => Ok(digest),
            Ok(None) => Err(attribute_error(AttributeError::Absent("messageDigest"))),
            Err(error) => Err(attribute_error(error)),
        }
    }
}

fn same(one: &Option<AlgorithmIdentifier>, two: &AlgorithmIdentifier) -> bool {
    one.as_ref().is_some_and(|one| one.is_equivalent(two))
}
