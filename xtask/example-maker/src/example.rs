//! What an example is.

/// How its message is written down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// A CMS message, as PEM.
    Cms,
    /// A mail.
    Mail,
}

/// What reads an example, and with which answer.
#[derive(Clone, Debug)]
pub(crate) enum Expect {
    /// A signature of these people that holds.
    Signed(Vec<&'static str>),
    /// Whoever of these has the key decrypts.
    Encrypted(Vec<&'static str>),
    /// The password decrypts.
    Password(&'static str),
    /// The key in hex, of this identifier in hex, decrypts.
    Kek(&'static str, &'static str),
    /// The content-encryption key in hex decrypts.
    Key(&'static str),
    /// The MAC holds for whoever of these has the key.
    Authenticated(Vec<&'static str>),
    /// Nothing but reading is needed: digests, compression, certificates.
    Readable,
    /// Several layers, with the keys of these people.
    Layers(Vec<&'static str>),
}

/// One example.
#[derive(Debug)]
pub(crate) struct Example {
    /// Folder of its files; the number comes in front.
    pub(crate) name: String,
    /// What it shows, and where that is specified.
    pub(crate) title: String,
    pub(crate) source: &'static str,
    /// What to look at.
    pub(crate) look: String,
    pub(crate) form: Form,
    pub(crate) message: Vec<u8>,
    /// What stands beside it where it is detached.
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) expect: Expect,
    /// What comes out.
    pub(crate) plain: Vec<u8>,
}

/// The content of most of them.
pub(crate) const CONTENT: &[u8] = b"This is some sample content.";

/// The mail of those that are mails.
pub(crate) const MAIL: &[u8] = b"From: Alice <alice@example.com>\r\nTo: Bob <bob@example.com>\r\n\
Subject: An example\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\
MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThis is some sample content.\r\n";

/// A CMS message around [`CONTENT`].
pub(crate) fn cms(
    name: &str,
    title: &str,
    source: &'static str,
    look: &str,
    expect: Expect,
    message: Vec<u8>,
) -> Example {
    Example {
        name: name.to_owned(),
        title: title.to_owned(),
        source,
        look: look.to_owned(),
        form: Form::Cms,
        message,
        content: None,
        expect,
        plain: CONTENT.to_vec(),
    }
}
