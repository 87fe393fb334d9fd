//! The command line, as its contract has it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Sign, verify, encrypt, decrypt and open S/MIME mail.
#[derive(Debug, Parser)]
#[command(name = "smime", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// Options of every verb.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Write there once every check has passed; default stdout
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(crate) output: Option<String>,
    /// Overwrite FILE
    #[arg(long, global = true)]
    pub(crate) force: bool,
    /// One JSON report on stdout (the data then needs -o)
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The report as JSON lines on a file descriptor
    #[arg(long, global = true, value_name = "N")]
    pub(crate) status_fd: Option<u32>,
    /// Say less
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Colour on a terminal
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Algorithm policy
    #[arg(long, global = true, value_enum, default_value_t = Profile::Default)]
    pub(crate) profile: Profile,
    /// Evaluate validity at this RFC 3339 time instead of now
    #[arg(long, global = true, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Allow the network: CRLs, OCSP responses and issuers' certificates by HTTP; LDAP and DNS for cert find
    #[arg(long, global = true)]
    pub(crate) online: bool,
    /// The user's store; default $SMIME_HOME, else the XDG data directory
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// Octets of plaintext held in memory (larger contents wait in an unlinked file; default 4 MiB), and octets that
    /// compressed content may inflate to (default 4 GiB)
    #[arg(long, global = true, value_name = "N")]
    pub(crate) max_size: Option<usize>,
    /// Nesting of layers
    #[arg(long, global = true, value_name = "N", default_value_t = 32)]
    pub(crate) max_depth: usize,
    /// Never prompt
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Passphrase for key files: env:NAME, file:PATH, fd:N, prompt
    #[arg(long, global = true, value_name = "SOURCE")]
    pub(crate) pass: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Never,
    Always,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Profile {
    Strict,
    Default,
    Legacy,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum InFormat {
    Smime,
    Pem,
    Der,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum OutFormat {
    Smime,
    Pem,
    Der,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a CA and two people in a temporary store, sign, encrypt, open and verify a mail
    Demo(Demo),
    /// Sign a mail or a file
    Sign(Sign),
    /// Verify a signed mail or file
    Verify(Verify),
    /// Encrypt a mail or a file
    Encrypt(Encrypt),
    /// Decrypt a mail or a file
    Decrypt(Decrypt),
    /// Peel every layer and write the innermost entity
    Open(Open),
    /// Compress a mail or a file (CompressedData)
    Compress(Compress),
    /// Inflate a compressed mail or file
    Decompress(Decompress),
    /// The remaining types of CMS, made and, with --read, read
    #[command(subcommand)]
    Cms(Cms),
    /// Show layers, algorithms, recipients and signers without any key
    Inspect(Inspect),
    /// Show the octets of a message, certificate, CRL or key as an annotated tree
    Dump(Dump),
    /// What an error, warning or exit code means, and what to do
    Explain(Explain),
    /// Identities: certificates with private keys, in the store
    #[command(subcommand)]
    Id(Id),
    /// Certificates
    #[command(subcommand)]
    Cert(Cert),
    /// Trust anchors
    #[command(subcommand)]
    Trust(Trust),
    /// A small private CA for teams and tests
    #[command(subcommand)]
    Ca(Ca),
    /// Completions for a shell, on stdout
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Manual pages into a directory
    Man {
        /// The directory
        #[arg(required_unless_present = "markdown")]
        dir: Option<PathBuf>,
        /// All pages as one in Markdown, on stdout
        #[arg(long, conflicts_with = "dir")]
        markdown: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Do the whole job with this kind of key, or with `all` of them, and print a table
    #[arg(long, value_name = "ALG")]
    pub(crate) alg: Option<String>,
    /// Keep everything that the demo makes in this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Sign {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// Who signs: an address or fingerprint in the store, FILE, or CERT,KEY
    #[arg(short, long = "signer", value_name = "IDENTITY", required = true)]
    pub(crate) signer: Vec<String>,
    /// multipart/signed (default for smime)
    #[arg(long, group = "form")]
    pub(crate) clear: bool,
    /// The content within the signature (default for pem and der)
    #[arg(long, group = "form")]
    pub(crate) opaque: bool,
    /// The signature alone
    #[arg(long, group = "form")]
    pub(crate) detached: bool,
    /// Form of what is written
    #[arg(long, value_enum, default_value_t = OutFormat::Smime)]
    pub(crate) out_format: OutFormat,
    /// With pem and der: sign as text/plain with CRLF
    #[arg(long)]
    pub(crate) text: bool,
    /// Digest: sha-256, sha-384, sha-512
    #[arg(long, value_name = "NAME")]
    pub(crate) digest: Option<String>,
    /// RSA signatures with PSS
    #[arg(long)]
    pub(crate) pss: bool,
    /// Name signers by subjectKeyIdentifier
    #[arg(long)]
    pub(crate) key_id: bool,
    /// Sign the content itself, without signed attributes
    #[arg(long)]
    pub(crate) no_attrs: bool,
    /// Leave certificates out
    #[arg(long)]
    pub(crate) no_certs: bool,
    /// More certificates to put in
    #[arg(long, value_name = "CERTS")]
    pub(crate) certs: Vec<String>,
    /// eContentType
    #[arg(long, value_name = "OID")]
    pub(crate) content_type: Option<String>,
    /// Leave SMIMECapabilities out
    #[arg(long)]
    pub(crate) no_capabilities: bool,
    /// Leave signingTime out
    #[arg(long)]
    pub(crate) no_signing_time: bool,
    /// Indefinite lengths
    #[arg(long)]
    pub(crate) stream: bool,
    /// Add the signer to a message that is signed already; its content, certificates and signatures stay as they are
    #[arg(
        long,
        conflicts_with_all = [
            "clear", "opaque", "detached", "text", "content_type", "stream", "out_format", "countersign"
        ]
    )]
    pub(crate) append: bool,
    /// Sign the signature of the signer at this position, counted from 0
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = ["clear", "opaque", "detached", "text", "content_type", "stream", "out_format"]
    )]
    pub(crate) countersign: Option<usize>,
    /// Send CRLs and OCSP responses along
    #[arg(long, value_name = "FILE")]
    pub(crate) crl: Vec<String>,
    /// With --append: the content of a detached signature
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<String>,
}

/// How signers are judged.
#[derive(Args, Debug)]
pub(crate) struct Judging {
    #[command(flatten)]
    pub(crate) trusting: Trusting,
    /// The sender to be expected; default: From or Sender of the message
    #[arg(long, value_name = "ADDR")]
    pub(crate) from: Option<String>,
    /// How many signers must be good: all, any, or a number
    #[arg(long, value_name = "POLICY", default_value = "all")]
    pub(crate) policy: String,
    /// Check signatures only
    #[arg(long)]
    pub(crate) no_trust: bool,
    /// Write signed content although a signature is bad or not trusted
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Put the certificates and capabilities of good signers into the store, to write to them
    #[arg(long)]
    pub(crate) remember: bool,
}

/// What is trusted, and what is known about revocation.
#[derive(Args, Debug)]
pub(crate) struct Trusting {
    /// Trust anchors: certificates, or TrustAnchorInfo of RFC 5914; default: the store's
    #[arg(long, value_name = "CERTS")]
    pub(crate) ca: Vec<String>,
    /// Trust the authorities of the operating system as well
    #[arg(long)]
    pub(crate) system_trust: bool,
    /// More certificates: signers' and intermediates
    #[arg(long, value_name = "CERTS")]
    pub(crate) certs: Vec<String>,
    /// CRLs, and OCSP responses
    #[arg(long, value_name = "FILE")]
    pub(crate) crl: Vec<String>,
    /// Revocation: hard (the status must be known), soft, none; default: hard with --crl, --online or CRLs in the
    /// message, else none
    #[arg(long, value_enum)]
    pub(crate) revocation: Option<Revocation>,
    /// What certificates must be for: email, any, or an OID
    #[arg(long, value_name = "PURPOSE", default_value = "email")]
    pub(crate) purpose: String,
    #[command(flatten)]
    pub(crate) policies: Policies,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Revocation {
    Hard,
    Soft,
    None,
}

/// `smime cert verify`
#[derive(Args, Debug)]
pub(crate) struct CertVerify {
    /// Files, or addresses in the store
    #[arg(required = true)]
    pub(crate) cert: Vec<String>,
    #[command(flatten)]
    pub(crate) trusting: Trusting,
}

/// `smime cert find`
#[derive(Args, Debug)]
pub(crate) struct CertFind {
    /// Mail address
    #[arg(value_name = "ADDR")]
    pub(crate) address: String,
    /// Search a directory, ldap:// or ldaps://HOST/BASE, everything below BASE; default: those of $SMIME_LDAP
    #[arg(long, value_name = "URL")]
    pub(crate) ldap: Vec<String>,
    /// Name that the directory knows the user by, with the password of --pass; by TLS alone
    #[arg(long, value_name = "DN")]
    pub(crate) ldap_bind: Option<String>,
    /// Look for SMIMEA records (RFC 8162); default without --ldap
    #[arg(long)]
    pub(crate) smimea: bool,
    /// Name server for them; default: the system's
    #[arg(long, value_name = "ADDRESS[:PORT]")]
    pub(crate) dns: Option<String>,
    /// DNSKEY records that DNSSEC begins with; default: those of the root
    #[arg(long, value_name = "FILE")]
    pub(crate) dns_anchor: Option<PathBuf>,
    /// Put what was found into the store
    #[arg(long)]
    pub(crate) add: bool,
    #[command(flatten)]
    pub(crate) trusting: Trusting,
}

/// `smime cert lint`
#[derive(Args, Debug)]
pub(crate) struct CertLint {
    /// Files, or addresses in the store
    #[arg(required = true)]
    pub(crate) cert: Vec<String>,
    /// Generation of the Baseline Requirements' mailbox profile; default: the profile that the certificate's policies
    /// name, else strict, but none for a CA's certificate. none: RFC 5280 and RFC 8550 alone
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) generation: Option<LintGeneration>,
}

/// What subscribers' certificates are held against.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LintGeneration {
    Legacy,
    Multipurpose,
    None,
    Strict,
}

/// Certificate policies (RFC 5280, 6.1.1)
#[derive(Args, Debug, Default)]
pub(crate) struct Policies {
    /// Policies that are acceptable (user-initial-policy-set); a path without any is refused with --explicit-policy
    /// alone. Default: any
    #[arg(long, value_name = "OID")]
    pub(crate) policy_oid: Vec<String>,
    /// A certificate policy must be valid for the path
    #[arg(long)]
    pub(crate) explicit_policy: bool,
    /// Policies may not be mapped
    #[arg(long)]
    pub(crate) inhibit_mapping: bool,
    /// anyPolicy stands for no policy
    #[arg(long)]
    pub(crate) inhibit_any: bool,
}

/// Whose keys decrypt.
#[derive(Args, Debug, Default)]
pub(crate) struct Keys {
    /// Keys; default: the store's
    #[arg(short, long = "key", value_name = "IDENTITY")]
    pub(crate) key: Vec<String>,
    /// A password: env:NAME, file:PATH, fd:N, prompt
    #[arg(long, value_name = "SOURCE")]
    pub(crate) password: Vec<String>,
    /// A key-encryption key: its identifier in hex, and a file of 16, 24 or 32 octets
    #[arg(long, value_name = "ID:FILE")]
    pub(crate) kek: Vec<String>,
    /// The key of EncryptedData: a file of as many octets as the cipher takes
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_key: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// The content of a detached signature
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<String>,
    /// Form of the input; default: what it looks like
    #[arg(long, value_enum)]
    pub(crate) in_format: Option<InFormat>,
    #[command(flatten)]
    pub(crate) judging: Judging,
}

#[derive(Args, Debug)]
pub(crate) struct Open {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// The content of a detached signature
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<String>,
    /// Form of the input; default: what it looks like
    #[arg(long, value_enum)]
    pub(crate) in_format: Option<InFormat>,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

#[derive(Args, Debug)]
pub(crate) struct Decrypt {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// Ciphertext that is not in the message
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<String>,
    /// Form of the input; default: what it looks like
    #[arg(long, value_enum)]
    pub(crate) in_format: Option<InFormat>,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

#[derive(Args, Debug)]
pub(crate) struct Inspect {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// Form of the input; default: what it looks like
    #[arg(long, value_enum)]
    pub(crate) in_format: Option<InFormat>,
}

#[derive(Args, Debug)]
pub(crate) struct Dump {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// Form of the input; default: what it looks like
    #[arg(long, value_enum)]
    pub(crate) in_format: Option<InFormat>,
    /// Values in full, however long
    #[arg(long)]
    pub(crate) full: bool,
    /// Names as trees instead of one line each
    #[arg(long)]
    pub(crate) name_tree: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// A code, or `algorithms`; nothing lists all codes
    pub(crate) code: Option<String>,
    /// All codes as docs/codes.md has them
    #[arg(long, hide = true)]
    pub(crate) markdown: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Encrypt {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// Recipients: certificate files, or addresses in the store
    #[arg(short, long = "recipient", value_name = "CERTS")]
    pub(crate) recipient: Vec<String>,
    /// A file with one recipient a line, # comments
    #[arg(short = 'R', long = "recipients", value_name = "FILE")]
    pub(crate) recipients: Option<PathBuf>,
    /// aes-256-gcm, aes-128-gcm, chacha20-poly1305, aes-256-ccm, aes-256-cbc, ...; default what every recipient's
    /// certificate announces, else aes-256-gcm
    #[arg(long, value_name = "NAME")]
    pub(crate) cipher: Option<String>,
    /// How keys are encrypted to RSA recipients
    #[arg(long, value_enum, default_value_t = Rsa::Oaep)]
    pub(crate) rsa: Rsa,
    /// Hash of OAEP: sha-256, sha-384, sha-512
    #[arg(long, value_name = "NAME", default_value = "sha-256")]
    pub(crate) oaep_hash: String,
    /// Name recipients by subjectKeyIdentifier
    #[arg(long)]
    pub(crate) key_id: bool,
    /// Form of what is written
    #[arg(long, value_enum, default_value_t = OutFormat::Smime)]
    pub(crate) out_format: OutFormat,
    /// A password as a recipient: env:NAME, file:PATH, fd:N, prompt
    #[arg(long, value_name = "SOURCE")]
    pub(crate) password: Vec<String>,
    /// A key-encryption key as a recipient: its identifier in hex, and a file of 16, 24 or 32 octets
    #[arg(long, value_name = "ID:FILE")]
    pub(crate) kek: Vec<String>,
    /// Key wrap for --kek: aes-128-wrap, aes-192-wrap, aes-256-wrap; default by the length of the key
    #[arg(long, value_name = "NAME")]
    pub(crate) wrap: Option<String>,
    /// Write the ciphertext there, and the message without it (with pem and der)
    #[arg(long, value_name = "FILE")]
    pub(crate) detached: Option<PathBuf>,
    /// Indefinite lengths
    #[arg(long)]
    pub(crate) stream: bool,
    /// Scheme of key agreement: ecdh-std-sha384kdf, ecdh-cofactor-sha256kdf, ecdh-hkdf-sha512, ...; default by the
    /// recipient's key
    #[arg(long, value_name = "NAME", conflicts_with = "originator")]
    pub(crate) agreement: Option<String>,
    /// Agree on keys with this identity's own key instead of a fresh one, with recipients on the same curve: they learn
    /// that it was one of the two, and who gets that key reads the message
    #[arg(long, value_name = "IDENTITY")]
    pub(crate) originator: Option<String>,
    /// Sign first
    #[arg(long, value_name = "IDENTITY")]
    pub(crate) sign: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Compress {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// Form of what is written
    #[arg(long, value_enum, default_value_t = OutFormat::Smime)]
    pub(crate) out_format: OutFormat,
    /// Indefinite lengths
    #[arg(long)]
    pub(crate) stream: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Decompress {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    /// Form of the input; default: what it looks like
    #[arg(long, value_enum)]
    pub(crate) in_format: Option<InFormat>,
    /// How many times its size content may inflate to, beyond the first MiB
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) max_ratio: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cms {
    /// DigestedData: content with its digest
    Digest(CmsDigest),
    /// AuthenticatedData: content under a MAC that recipients can check
    Mac(CmsMac),
    /// EncryptedData: content under a key that both sides have
    EncryptData(CmsEncryptData),
    /// Certificates and CRLs without any content
    CertsOnly(CmsCertsOnly),
    /// ContentCollection: several CMS objects, or files as Data
    Collect(CmsCollect),
}

/// What all of `smime cms` take.
#[derive(Args, Debug)]
pub(crate) struct CmsForm {
    /// Read such a message: write its content, once everything was checked
    #[arg(long)]
    pub(crate) read: bool,
    /// Form of what is written
    #[arg(long, value_enum, default_value_t = OutFormat::Der)]
    pub(crate) out_format: OutFormat,
    /// Form of the input; default: what it looks like
    #[arg(long, value_enum)]
    pub(crate) in_format: Option<InFormat>,
}

#[derive(Args, Debug)]
pub(crate) struct CmsDigest {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    #[command(flatten)]
    pub(crate) form: CmsForm,
    /// Digest: sha-256, sha-384, sha-512
    #[arg(long, value_name = "NAME", default_value = "sha-256")]
    pub(crate) digest: String,
    /// The content stays outside
    #[arg(long)]
    pub(crate) detached: bool,
    /// With --read: content that is not in the message
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<String>,
    /// Indefinite lengths
    #[arg(long)]
    pub(crate) stream: bool,
}

#[derive(Args, Debug)]
pub(crate) struct CmsMac {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    #[command(flatten)]
    pub(crate) form: CmsForm,
    /// Recipients: certificate files, or addresses in the store
    #[arg(short, long = "recipient", value_name = "CERTS")]
    pub(crate) recipient: Vec<String>,
    #[command(flatten)]
    pub(crate) keys: Keys,
    /// MAC: hmac-sha-256, hmac-sha-384, hmac-sha-512
    #[arg(long, value_name = "NAME", default_value = "hmac-sha-256")]
    pub(crate) mac: String,
    /// Authenticate attributes with the digest of the content, by this digest, instead of the content itself
    #[arg(long, value_name = "DIGEST")]
    pub(crate) attrs: Option<String>,
    /// The content stays outside
    #[arg(long)]
    pub(crate) detached: bool,
    /// With --read: content that is not in the message
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<String>,
    /// Indefinite lengths
    #[arg(long)]
    pub(crate) stream: bool,
}

#[derive(Args, Debug)]
pub(crate) struct CmsEncryptData {
    /// Input; - or nothing is stdin
    pub(crate) input: Option<String>,
    #[command(flatten)]
    pub(crate) form: CmsForm,
    /// The key: a file of as many octets as the cipher takes
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) secret_key: String,
    /// aes-256-cbc, aes-192-cbc, aes-128-cbc
    #[arg(long, value_name = "NAME", default_value = "aes-256-cbc")]
    pub(crate) cipher: String,
    /// With --read: ciphertext that is not in the message
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<String>,
    /// Indefinite lengths
    #[arg(long)]
    pub(crate) stream: bool,
}

#[derive(Args, Debug)]
pub(crate) struct CmsCertsOnly {
    /// Certificate files or addresses in the store; with --read the message
    #[arg(required = true)]
    pub(crate) certs: Vec<String>,
    #[command(flatten)]
    pub(crate) form: CmsForm,
    /// CRL files, PEM or DER
    #[arg(long, value_name = "FILE")]
    pub(crate) crl: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct CmsCollect {
    /// Files: CMS objects stay what they are, anything else becomes Data; with --read the collection, and -o names a
    /// directory for its contents
    #[arg(required = true)]
    pub(crate) files: Vec<String>,
    #[command(flatten)]
    pub(crate) form: CmsForm,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Rsa {
    Oaep,
    Kem,
    V15,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Id {
    /// Make keys and a certificate, or a request
    New(IdNew),
    /// Take identities from a PKCS #12 or PEM file
    Import {
        /// The file
        file: String,
    },
    /// Write an identity to a file
    Export(IdExport),
    /// All identities
    List,
    /// Make a new key and certificate like those of an identity, which is retired
    Renew {
        /// Address or fingerprint
        identity: String,
        /// Another kind of key
        #[arg(long)]
        alg: Option<String>,
        /// Days of validity
        #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: u32,
    },
    /// Use an identity for nothing new: it goes on decrypting
    Retire {
        /// Address or fingerprint
        identity: String,
    },
    /// One identity
    Show {
        /// Address or fingerprint
        identity: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct IdNew {
    /// Mail address
    pub(crate) address: String,
    /// p256, p384, p521, rsa3072, ed25519, ed448, ml-dsa-65, ml-kem-768, ...; an unknown name lists all
    #[arg(long, default_value = "p256")]
    pub(crate) alg: String,
    /// One key for signing and another for decryption
    #[arg(long)]
    pub(crate) split: bool,
    /// A self-signed certificate (default)
    #[arg(long, conflicts_with = "csr")]
    pub(crate) self_signed: bool,
    /// Write a certification request there; the key waits in the store for `id import` of the certificate
    #[arg(long, value_name = "FILE")]
    pub(crate) csr: Option<PathBuf>,
    /// Name in the certificate; default the address
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Days of validity
    #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) days: u32,
}

#[derive(Args, Debug)]
pub(crate) struct IdExport {
    /// Address or fingerprint
    pub(crate) identity: String,
    /// PKCS #12, encrypted with --pass
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "pem",
        required_unless_present = "pem"
    )]
    pub(crate) p12: Option<PathBuf>,
    /// PEM; the key is encrypted when --pass is given
    #[arg(long, value_name = "FILE")]
    pub(crate) pem: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cert {
    /// Show certificates
    Show {
        /// Files, or addresses in the store
        #[arg(required = true)]
        certs: Vec<String>,
    },
    /// Put certificates into the store
    Add {
        /// Files
        #[arg(required = true)]
        certs: Vec<String>,
    },
    /// Certificates in the store
    List,
    /// Find a path to a trust anchor, and show each check
    Verify(CertVerify),
    /// Find other people's certificates in directories (LDAP) and in the DNS (SMIMEA), with --online; exit code 4 if
    /// there is none, 3 if there is none that names the address
    Find(CertFind),
    /// Hold certificates against RFC 5280, RFC 8550 and the S/MIME Baseline Requirements; exit code 1 if there are
    /// errors, 0 if not
    Lint(CertLint),
    /// Write certificates as PEM, without any key
    Export {
        /// Files, or addresses in the store
        #[arg(required = true)]
        certs: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Trust {
    /// Trust certificates as anchors
    Add {
        /// Files, or addresses in the store
        #[arg(required = true)]
        certs: Vec<String>,
    },
    /// All anchors
    List,
    /// Show why certificates are or are not trusted: every path that was tried, and where it ended
    Why(CertVerify),
    /// Trust an anchor no longer
    Remove {
        /// SHA-256 fingerprint, or its beginning
        fingerprint: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ca {
    /// Make a CA in the store and trust it
    Init {
        /// Its name
        #[arg(long, default_value = "Private S/MIME CA")]
        name: String,
        /// p256, p384, p521, rsa3072, ed25519, ed448, ml-dsa-65, ml-kem-768, ...; an unknown name lists all
        #[arg(long, default_value = "p384")]
        alg: String,
        /// Days of validity
        #[arg(long, default_value_t = 3650, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: u32,
        #[command(flatten)]
        places: CaPlaces,
    },
    /// Issue a certificate for a request (a file), or an identity for an address into the store
    Issue {
        /// A PKCS #10 file, or an address
        subject: String,
        /// Key of a new identity
        #[arg(long, default_value = "p256")]
        alg: String,
        /// One key for signing and another for decryption
        #[arg(long)]
        split: bool,
        /// Name in the certificate; default the address
        #[arg(long)]
        name: Option<String>,
        /// What the certificate is for
        #[arg(long = "for", value_name = "PROFILE", value_enum, default_value_t = CaProfile::Mailbox)]
        kind: CaProfile,
        /// Days of validity
        #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: u32,
    },
    /// Revoke certificates that this CA issued; `ca crl` then tells others
    Revoke {
        /// Files, addresses in the store, or serial numbers in hex
        #[arg(required = true)]
        certs: Vec<String>,
        /// unspecified, keyCompromise, affiliationChanged, superseded, cessationOfOperation, certificateHold,
        /// privilegeWithdrawn; removeFromCRL ends a certificateHold
        #[arg(long, value_name = "REASON", default_value = "unspecified")]
        reason: String,
        /// SHA-256 fingerprint of the CA, or its beginning, where the store has several; default: the newest
        #[arg(long, value_name = "FINGERPRINT")]
        authority: Option<String>,
    },
    /// Write the CRL, each with a higher number
    Crl {
        /// Days until the next one
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
        /// DER instead of PEM, as CRLs are served
        #[arg(long)]
        der: bool,
        /// SHA-256 fingerprint of the CA, or its beginning, where the store has several; default: the newest
        #[arg(long, value_name = "FINGERPRINT")]
        authority: Option<String>,
    },
    /// What this CA issued
    List {
        /// SHA-256 fingerprint of the CA, or its beginning, where the store has several; default: the newest
        #[arg(long, value_name = "FINGERPRINT")]
        authority: Option<String>,
    },
}

/// What a CA's certificates are for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum CaProfile {
    /// A person
    Mailbox,
    /// A mail list agent: a mailbox as well
    ListAgent,
    /// A delegated OCSP responder; SUBJECT is its name
    OcspResponder,
}

/// What the certificates of a CA say about it.
#[derive(Args, Debug, Default)]
pub(crate) struct CaPlaces {
    /// Where its CRL will be found
    #[arg(long, value_name = "URL")]
    pub(crate) crl_url: Option<String>,
    /// Where its certificate will be found
    #[arg(long, value_name = "URL")]
    pub(crate) issuer_url: Option<String>,
    /// Where its OCSP responder will be found
    #[arg(long, value_name = "URL")]
    pub(crate) ocsp_url: Option<String>,
    /// The certificate policy of what it issues; 2.23.140.1.5.1.2 is "mailbox validated, multipurpose" of the S/MIME
    /// Baseline Requirements; none by default
    #[arg(long, value_name = "OID")]
    pub(crate) issue_policy: Option<String>,
}

impl Verb {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Demo(_) => "demo",
            Self::Sign(_) => "sign",
            Self::Verify(_) => "verify",
            Self::Encrypt(_) => "encrypt",
            Self::Decrypt(_) => "decrypt",
            Self::Open(_) => "open",
            Self::Compress(_) => "compress",
            Self::Decompress(_) => "decompress",
            Self::Cms(_) => "cms",
            Self::Inspect(_) => "inspect",
            Self::Dump(_) => "dump",
            Self::Explain(_) => "explain",
            Self::Id(_) => "id",
            Self::Cert(_) => "cert",
            Self::Trust(_) => "trust",
            Self::Ca(_) => "ca",
            Self::Completions { .. } => "completions",
            Self::Man { .. } => "man",
        }
    }
}
