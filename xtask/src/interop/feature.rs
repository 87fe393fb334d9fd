//! What a row of the matrix asks for: one message of one kind, told in the standards' terms, not in those of a peer.

use super::alteration::Alteration;

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Feature {
    /// Stable: reports of different days are compared by it.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) group: &'static str,
    /// Where it is specified: "RFC 5652, 5".
    pub(crate) source: &'static str,
    pub(crate) act: Act,
    pub(crate) content: Content,
    pub(crate) wanted: Wanted,
    /// What is done to a message of ours, where that makes the row.
    pub(crate) altered: Option<Alteration>,
}

/// What a reader should come to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wanted {
    /// The content that went in.
    Content,
    /// A refusal: the message was tampered with.
    Refusal,
    /// A refusal by everybody: the message is not what ASN.1 or CMS allow.
    Malformed,
    /// A refusal by those who build paths; what checks signatures alone is not asked.
    PathRefusal,
}

/// What goes into a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Content {
    /// Lines with CR LF, as MIME wants them.
    Text,
    /// All octets, among them lone CR and LF.
    Binary,
    Empty,
    /// 1 MiB.
    Large,
    /// A MIME entity.
    Entity,
}

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Sign(Sign),
    Encrypt(Encrypt),
    Compress {
        stream: bool,
        mail: bool,
    },
    Digest {
        digest: &'static str,
    },
    /// EncryptedData under a key of [`crate::interop::people::World::secret`].
    EncryptData {
        cipher: &'static str,
    },
    /// AuthenticatedData.
    Mac {
        mac: &'static str,
        to: To,
    },
    /// Certificates without content.
    CertsOnly,
    /// A signed receipt for a message that asks for one.
    Receipt,
}

/// A SignedData.
#[derive(Clone, Debug)]
pub(crate) struct Sign {
    pub(crate) signers: Vec<&'static str>,
    /// As `smime --digest` has it.
    pub(crate) digest: &'static str,
    pub(crate) pss: bool,
    pub(crate) form: Form,
    pub(crate) attributes: bool,
    pub(crate) key_id: bool,
    pub(crate) stream: bool,
    pub(crate) certificates: bool,
    pub(crate) countersigned: bool,
    /// A further certificate in the message.
    pub(crate) issuer: Option<&'static str>,
}

/// Where the content is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    Opaque,
    Detached,
    /// multipart/signed
    Clear,
    /// application/pkcs7-mime
    Mail,
}

/// An EnvelopedData, or an AuthEnvelopedData if the cipher authenticates.
#[derive(Clone, Debug)]
pub(crate) struct Encrypt {
    pub(crate) to: Vec<To>,
    /// As `smime --cipher` has it.
    pub(crate) cipher: &'static str,
    pub(crate) rsa: Rsa,
    /// As `smime --agreement` has it.
    pub(crate) agreement: Option<&'static str>,
    pub(crate) key_id: bool,
    pub(crate) stream: bool,
    pub(crate) mail: bool,
    /// Signed first, as mail, by [`crate::interop::people::SIGNER`].
    pub(crate) signed: bool,
}

/// A recipient.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum To {
    Person(&'static str),
    Password,
    /// A key-encryption key of so many octets, for this wrap.
    Kek(usize, &'static str),
}

/// How keys go to RSA recipients.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Rsa {
    V15,
    /// With this hash.
    Oaep(&'static str),
    Kem,
}

impl Sign {
    pub(crate) fn new(signer: &'static str, digest: &'static str) -> Self {
        Self {
            signers: vec![signer],
            digest,
            pss: false,
            form: Form::Opaque,
            attributes: true,
            key_id: false,
            stream: false,
            certificates: true,
            countersigned: false,
            issuer: None,
        }
    }

    pub(crate) fn signer(&self) -> &'static str {
        self.signers.first().copied().unwrap_or_default()
    }

    pub(crate) fn mail(&self) -> bool {
        matches!(self.form, Form::Clear | Form::Mail)
    }

    /// That nothing is asked for but a signer, a digest, and a form among these.
    pub(crate) fn plain(&self, forms: &[Form]) -> bool {
        self.signers.len() == 1
            && self.attributes
            && !self.key_id
            && !self.stream
            && self.certificates
            && !self.countersigned
            && self.issuer.is_none()
            && forms.contains(&self.form)
    }
}

impl Encrypt {
    pub(crate) fn new(to: To, cipher: &'static str) -> Self {
        Self {
            to: vec![to],
            cipher,
            rsa: Rsa::V15,
            agreement: None,
            key_id: false,
            stream: false,
            mail: false,
            signed: false,
        }
    }

    /// Whether the cipher authenticates, which makes it an AuthEnvelopedData.
    pub(crate) fn authenticated(&self) -> bool {
        !self.cipher.ends_with("-cbc")
    }

    /// The one person it goes to, if nothing else is asked for than RSA with PKCS #1 v1.5 or a key agreement, and CBC.
    pub(crate) fn plain(&self) -> Option<&'static str> {
        let [To::Person(person)] = self.to.as_slice() else {
            return None;
        };
        let usual = !self.key_id && !self.stream && !self.mail && !self.signed;
        let known = self.rsa == Rsa::V15 && self.agreement.is_none() && !self.authenticated();
        (usual && known).then_some(person)
    }
}

impl Act {
    /// Whether the message is a mail rather than DER.
    pub(crate) fn mail(&self) -> bool {
        match self {
            Self::Sign(sign) => sign.mail(),
            Self::Encrypt(encrypt) => encrypt.mail,
            Self::Compress { mail, .. } => *mail,
            _ => false,
        }
    }

    /// Whether a reader needs the content beside the message.
    pub(crate) fn detached(&self) -> bool {
        matches!(self, Self::Sign(sign) if sign.form == Form::Detached)
    }
}

impl Content {
    pub(crate) fn octets(self) -> Vec<u8> {
        const TEXT: &str = "Interoperability is shown, not claimed.\r\nTwo lines are enough.\r\n";
        match self {
            Self::Text => TEXT.as_bytes().to_vec(),
            Self::Binary => (0..=255).cycle().skip(7).take(700).collect(),
            Self::Empty => Vec::new(),
            Self::Large => (0..=250).cycle().take(1 << 20).collect(),
            Self::Entity => {
                format!("Content-Type: text/plain; charset=us-ascii\r\n\r\n{TEXT}").into_bytes()
            }
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Empty => "empty",
            Self::Large => "large",
            Self::Entity => "entity",
        }
    }
}
