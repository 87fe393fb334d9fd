//! What an input may cost.

/// Limits on everything that an input controls. The defaults serve mail of any kind that was seen in
/// practice; each says where its number comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Nesting of BER encodings in one CMS object. 128: the deepest legal RFC 5652 structure needs
    /// fewer than 20, constructed OCTET STRINGs add what they like; OpenSSL refuses above 30 for strings.
    pub ber_depth: usize,
    /// Octets of one captured part: a certificate, a CRL, a SignerInfo, a RecipientInfo, attributes.
    /// 64 MiB: the largest public CRLs have about 30 MB.
    pub element: u64,
    /// Certificates, CRLs, signers and recipients in one layer, each. 200,000: twice the number of
    /// recipients or signers that other implementations were seen to survive.
    pub elements: u64,
    /// Octets of all captured parts of one layer together. 256 MiB: 200,000 recipients of about 1 KB.
    pub captured: u64,
    /// CMS and MIME layers around the innermost content. 32: a triple-wrapped mail through several
    /// lists has below 10.
    pub layers: usize,
    /// Octets that compressed content may inflate to. 4 GiB: what a careless receiver may store; programs set what
    /// they can take.
    pub inflated: u64,
    /// How many times its size compressed content may inflate to, beyond the first MiB. 200: text reaches 20, a
    /// file of zeros 1,030 (zlib's most).
    pub inflate_ratio: u64,
    /// Octets of content held in memory where a second pass or an unreleased plaintext needs it, before it
    /// is spilled. 16 MiB: all but the largest mails.
    pub held: usize,
    /// PBKDF2 and PKCS#12 iterations. 10,000,000: about ten times today's recommendations (OWASP 2023:
    /// 600,000 for PBKDF2 with HMAC-SHA-256).
    pub kdf_iterations: u32,
    /// Recipients for which a private-key operation is tried. 64: a message has one or two of one person.
    pub recipient_attempts: usize,
    /// Signers whose signature is checked. 1,000: real messages have a handful.
    pub signatures: usize,
}

impl Limits {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        ber_depth: 128,
        element: 64 << 20,
        elements: 200_000,
        captured: 256 << 20,
        layers: 32,
        inflated: 4 << 30,
        inflate_ratio: 200,
        held: 16 << 20,
        kdf_iterations: 10_000_000,
        recipient_attempts: 64,
        signatures: 1_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
