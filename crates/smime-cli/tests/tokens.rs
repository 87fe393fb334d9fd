//! Identities on a PKCS #11 token, with SoftHSM: what they sign OpenSSL verifies, what it encrypts they open.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::Path;
use std::process::{Command, Output};

use support::{Scratch, has_openssl};

const MODULES: &[&str] = &[
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// A token with an RSA and a P-256 key and their certificates, in a folder of its own.
struct Token {
    scratch: Scratch,
    module: &'static str,
}

impl Token {
    fn new(what: &str) -> Option<Self> {
        let module = MODULES.iter().find(|path| Path::new(path).exists());
        let tools = ["softhsm2-util", "pkcs11-tool"];
        let there = |tool: &&str| Command::new(tool).arg("--version").output().is_ok();
        let (Some(module), true) = (module, tools.iter().all(there)) else {
            eprintln!("SKIPPED {what}: no softhsm2 or opensc");
            return None;
        };
        if !has_openssl(what) {
            return None;
        }
        let scratch = Scratch::new();
        std::fs::create_dir(scratch.file("tokens")).unwrap();
        let folder = scratch.file("tokens");
        let text = format!("directories.tokendir = {folder}\nobjectstore.backend = file\n");
        scratch.write("softhsm2.conf", text.as_bytes());
        scratch.write("pin", b"1234\n");
        let token = Self { scratch, module };
        token.run(
            "softhsm2-util --init-token --free --label work --pin 1234 --so-pin 5678",
            true,
        );
        token.identity("rsa", "01", "rsa:2048", "digitalSignature,keyEncipherment");
        token.identity(
            "p256",
            "02",
            "ec -pkeyopt ec_paramgen_curve:P-256",
            "digitalSignature,keyAgreement",
        );
        token.identity("lonely", "03", "rsa:2048", "digitalSignature");
        Some(token)
    }

    /// A key and a certificate made by OpenSSL and put onto the token; "lonely" without its certificate.
    fn identity(&self, name: &str, id: &str, kind: &str, usage: &str) {
        let subject = format!("/CN={name}");
        let san = format!("subjectAltName=email:{name}@example.org");
        let usage = format!("keyUsage=critical,{usage}");
        let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
        let mut arguments = vec!["req", "-x509", "-nodes", "-days", "20", "-newkey"];
        arguments.extend(kind.split(' '));
        arguments.extend(["-keyout", &key, "-out", &pem, "-subj", &subject]);
        arguments.extend(["-addext", &san, "-addext", &usage]);
        self.scratch.openssl(&arguments);
        let key_der = format!("{key}.der");
        self.scratch
            .openssl(&["pkey", "-in", &key, "-outform", "DER", "-out", &key_der]);
        let module = self.module;
        let tool = format!("pkcs11-tool --module {module} --token-label work --login --pin 1234");
        let usages = "--usage-sign --usage-decrypt --usage-derive";
        self.run(
            &format!(
                "{tool} --write-object {key_der} --type privkey --id {id} --label {name} {usages}"
            ),
            true,
        );
        if name != "lonely" {
            let der = format!("{name}.der");
            self.scratch
                .openssl(&["x509", "-in", &pem, "-outform", "DER", "-out", &der]);
            self.run(
                &format!("{tool} --write-object {der} --type cert --id {id} --label {name}-cert"),
                true,
            );
        }
    }

    fn run(&self, line: &str, good: bool) -> Output {
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let output = Command::new(words.next().unwrap())
            .args(words)
            .env("SOFTHSM2_CONF", self.scratch.file("softhsm2.conf"))
            .current_dir(self.scratch.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), good, "{line}\n{text}");
        output
    }

    /// Runs `smime` with the module in the environment; its stderr.
    fn smime(&self, code: i32, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_smime"))
            .args(arguments)
            .arg("--no-input")
            .env("SMIME_HOME", self.scratch.file("store"))
            .env("SOFTHSM2_CONF", self.scratch.file("softhsm2.conf"))
            .env("PKCS11_MODULE_PATH", self.module)
            .current_dir(self.scratch.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = arguments.join(" ");
        assert_eq!(output.status.code(), Some(code), "smime {line}\n{text}");
        text
    }

    /// Opens what OpenSSL has encrypted with these options.
    fn opens(&self, certificate: &str, options: &[&str], identity: &str) {
        let text = self.scratch.write("secret", b"for the token's eyes\r\n");
        let mut arguments = vec!["cms", "-encrypt", "-binary", "-aes128", "-in", &text];
        arguments.extend(["-outform", "DER", "-out", "m.der", "-recip", certificate]);
        arguments.extend(options);
        self.scratch.openssl(&arguments);
        let _ = std::fs::remove_file(self.scratch.file("out"));
        self.smime(0, &["decrypt", "m.der", "-k", identity, "-o", "out"]);
        let out = std::fs::read(self.scratch.file("out")).unwrap();
        assert_eq!(out, b"for the token's eyes\r\n", "{options:?}");
    }

    /// Signs, and lets OpenSSL verify.
    fn signs(&self, identity: &str, certificate: &str, options: &[&str]) {
        let text = self.scratch.write("text", b"signed on a token\r\n");
        let mut arguments = vec!["sign", text.as_str(), "-s", identity, "--out-format", "der"];
        arguments.extend(["-o", "s.der", "--force"]);
        arguments.extend(options);
        self.smime(0, &arguments);
        let arguments = [
            "cms",
            "-verify",
            "-inform",
            "DER",
            "-in",
            "s.der",
            "-CAfile",
            certificate,
            "-purpose",
            "any",
            "-out",
            "v",
        ];
        self.scratch.openssl(&arguments);
        assert_eq!(
            std::fs::read(self.scratch.file("v")).unwrap(),
            b"signed on a token\r\n"
        );
    }
}

#[test]
fn signs_and_decrypts_on_a_token() {
    let Some(token) = Token::new("tokens") else {
        return;
    };
    let rsa = "pkcs11:token=work;object=rsa?pin-source=pin";
    let p256 = "pkcs11:token=work;id=%02;type=private?pin-value=1234";
    token.signs(rsa, "rsa.pem", &[]);
    token.signs(rsa, "rsa.pem", &["--pss"]);
    token.signs(rsa, "rsa.pem", &["--pss", "--digest", "sha-512"]);
    token.signs(rsa, "rsa.pem", &["--no-attrs"]);
    token.signs(p256, "p256.pem", &[]);
    // A digest longer than the order.
    token.signs(p256, "p256.pem", &["--digest", "sha-512"]);
    // By the label of the certificate.
    let by_certificate = "PKCS11:token=work;object=rsa-cert;type=cert?pin-source=file:pin";
    token.signs(by_certificate, "rsa.pem", &[]);
    // The certificate beside the token.
    let lonely = "lonely.pem,pkcs11:token=work;object=lonely?pin-value=1234";
    token.signs(lonely, "lonely.pem", &[]);
    // The PIN as the passphrase; all keys of the token are candidates.
    let text = token.scratch.write("text", b"x");
    let by_pass = [
        "sign",
        &text,
        "-s",
        "pkcs11:token=work",
        "--pass",
        "file:pin",
    ];
    token.smime(
        0,
        &[&by_pass[..], &["--out-format", "der", "-o", "p.der"]].concat(),
    );

    token.opens("rsa.pem", &[], rsa);
    token.opens("p256.pem", &[], p256);
    token.opens("p256.pem", &[], "pkcs11:token=work?pin-value=1234");
    for options in [
        // SoftHSM does OAEP with SHA-1 alone: the others come off here.
        &["-keyopt", "rsa_padding_mode:oaep"][..],
        &[
            "-keyopt",
            "rsa_padding_mode:oaep",
            "-keyopt",
            "rsa_oaep_md:sha256",
        ],
        &[
            "-keyopt",
            "rsa_padding_mode:oaep",
            "-keyopt",
            "rsa_oaep_md:sha384",
            "-keyopt",
            "rsa_mgf1_md:sha1",
        ],
    ] {
        token.opens("rsa.pem", options, rsa);
    }
}

#[test]
fn says_what_is_wrong_with_a_token() {
    let Some(token) = Token::new("errors of tokens") else {
        return;
    };
    let text = token.scratch.write("text", b"x");
    for (code, uri, says) in [
        (2, "pkcs11:token=work;object=rsa", "wants its PIN"),
        (
            4,
            "pkcs11:token=work;object=rsa?pin-value=9999",
            "refuses the PIN",
        ),
        (
            2,
            "pkcs11:token=home;object=rsa?pin-value=1234",
            "there are: work",
        ),
        (
            2,
            "pkcs11:token=work;object=dsa?pin-value=1234",
            "no private key",
        ),
        (
            2,
            "pkcs11:token=work;id=%09?pin-value=1234",
            "no private key",
        ),
        (
            2,
            "pkcs11:token=work;serial=1?pin-value=1234",
            "there are: work",
        ),
        (
            2,
            "pkcs11:token=work;object=lonely?pin-value=1234",
            "no certificate",
        ),
        (
            2,
            "rsa.pem,pkcs11:token=work;object=lonely?pin-value=1234",
            "another public key",
        ),
        (
            2,
            "pkcs11:token=work;colour=red",
            "unknown attribute colour",
        ),
        (
            2,
            "pkcs11:token=work?module-path=/nowhere/lib.so",
            "/nowhere/lib.so",
        ),
        (
            8,
            "pkcs11:token=work?pin-source=/nowhere/pin",
            "/nowhere/pin",
        ),
    ] {
        let error = token.smime(code, &["sign", &text, "-s", uri, "-o", "never"]);
        assert!(error.contains(says), "{uri}: {error}");
        assert!(!Path::new(&token.scratch.file("never")).exists());
    }
    // A key on a curve tells no public key here: it must prove to be the certificate's.
    let other = "rsa.pem,pkcs11:token=work;id=%02?pin-value=1234";
    token.smime(2, &["sign", &text, "-s", other, "-o", "never"]);
    token.identity(
        "imposed",
        "04",
        "ec -pkeyopt ec_paramgen_curve:P-256",
        "digitalSignature",
    );
    let tool = format!("pkcs11-tool --module {} --token-label work", token.module);
    token.run(
        &format!("{tool} --login --pin 1234 --delete-object --type cert --id 04"),
        true,
    );
    let good = "imposed.pem,pkcs11:token=work;id=%04?pin-value=1234";
    token.smime(
        0,
        &[
            "sign",
            &text,
            "-s",
            good,
            "--out-format",
            "der",
            "-o",
            "good.der",
        ],
    );
    let wrong = "p256.pem,pkcs11:token=work;id=%04?pin-value=1234";
    let error = token.smime(2, &["sign", &text, "-s", wrong, "-o", "never"]);
    assert!(error.contains("does not prove"), "{error}");
    // No PIN is shown, neither where a certificate ends soon nor where a scheme is mistyped.
    let soon = "pkcs11:token=work;object=rsa?pin-value=1234";
    let told = token.smime(
        0,
        &[
            "sign",
            &text,
            "-s",
            soon,
            "--out-format",
            "der",
            "-o",
            "soon.der",
        ],
    );
    assert!(
        told.contains("expires-soon") && !told.contains("1234"),
        "{told}"
    );
    let told = token.smime(
        2,
        &[
            "sign",
            &text,
            "-s",
            "pkc11:token=work?pin-value=1234",
            "-o",
            "never",
        ],
    );
    assert!(!told.contains("1234"), "{told}");
    let rsa = "pkcs11:token=work;object=rsa?pin-value=1234";
    let error = token.smime(6, &["id", "export", rsa, "--pem", "never"]);
    assert!(error.contains("does not leave its token"), "{error}");
    // What was tampered with is told as with a key in memory.
    token.opens("rsa.pem", &[], rsa);
    let mut message = std::fs::read(token.scratch.file("m.der")).unwrap();
    let at = message.len() - 1;
    *message.get_mut(at).unwrap() ^= 1;
    let broken = token.scratch.write("broken.der", &message);
    token.smime(1, &["decrypt", &broken, "-k", rsa, "-o", "never"]);
    assert!(!Path::new(&token.scratch.file("never")).exists());
}
