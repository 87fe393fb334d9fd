//! Messages and keys that others published: lamps-wg, the PQC hackathon, the examples of RFC 9690, 9708, 9814 and 9882.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::ber::Cursor;
use cms_core::key::{Identity, KeyRing, RecipientKey};
use cms_core::limits::Limits;
use cms_core::policy::StandardPolicy;
use cms_core::provider::{KeyLength, SignatureInput};
use cms_core::report::{SignerReport, SignerVerdict};
use cms_core::signed::{SignedDataReader, VerifyContext};
use cms_core::types::{
    AlgorithmIdentifier, Certificate, KemRecipientInfo, RecipientIdentifier, SubjectPublicKeyInfo,
};
use serde_json::Value;
use testkit::vectors::{folder, pem};

const POLICY: StandardPolicy = StandardPolicy::Default;

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file in PEM or DER.
fn der(path: &Path) -> Vec<u8> {
    let octets = read(path);
    match std::str::from_utf8(&octets) {
        Ok(text) => pem(text, None).unwrap(),
        Err(_) => octets,
    }
}

fn certificate(path: &Path) -> Certificate {
    Certificate::from_der(&der(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The content and the only signer's report.
fn verify(message: &[u8], certificates: &[Certificate]) -> (Vec<u8>, SignerReport) {
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    let mut content = Vec::new();
    let read = reader.push(message, &mut |chunk| {
        content.extend_from_slice(chunk.danger_octets());
        Ok(())
    });
    read.unwrap();
    let certificates = certificates.to_vec();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &certificates,
    };
    let report = reader.finish(&mut content.as_slice(), &context).unwrap();
    (content, report.signers.into_iter().next().unwrap())
}

#[test]
fn pqc_hackathon_artifacts_that_are_confirmed() {
    // rfc5652:5.1/7
    let Some(folder) = folder("pqc-hackathon") else {
        return;
    };
    let folder = folder.join("pqc-hackathon");
    let manifest: Value = serde_json::from_slice(&read(&folder.join("manifest.json"))).unwrap();
    let (mut confirmed, mut refused) = (0, 0);
    for case in manifest["cases"].as_array().unwrap() {
        let file = case["file"].as_str().unwrap();
        let message = read(&folder.join(file));
        let path = |name: &str| folder.join(case[name].as_str().unwrap());
        let plaintext =
            |provider: &str| read(&folder.join(provider).join("expected_plaintext.txt"));
        let provider = file.split('/').next().unwrap();
        let ok = case["expected"] == "ok";
        if case["op"] == "verify-der" {
            // The signer's certificate is in the message.
            let (content, signer) = verify(&message, &[]);
            let good = signer.verdict() == SignerVerdict::Good;
            assert_eq!(good, ok, "{file}: {:?}", signer.errors);
            assert!(!ok || content == plaintext(provider), "{file}");
        } else {
            let key = PrivateKey::from_pkcs8(&der(&path("key")));
            assert_eq!(key.is_ok(), ok, "{file}: {:?}", key.err());
            let Ok(key) = key else {
                refused += 1;
                continue;
            };
            let identity = Identity {
                certificate: certificate(&path("cert")),
                key,
            };
            let opened = cms_core::decrypt(&message, &identity, &PROVIDER, &POLICY);
            assert_eq!(opened.unwrap().content, plaintext(provider), "{file}");
        }
        if ok {
            confirmed += 1;
        } else {
            refused += 1;
        }
    }
    // What is not confirmed are composites and pre-hash forms, whose identifiers no RFC has: clear errors.
    assert_eq!((confirmed, refused), (30, 75));
    let text = format!(
        "Of {} artifacts, {confirmed} are confirmed by a peer and hold: messages verify or open, keys load. The other\n\
         {refused} are refused with a clear error.\n\n\
         * Composites and pre-hash forms have identifiers that no RFC has.\n",
        confirmed + refused
    );
    let command = "cargo test -p cms-algs --test published";
    testkit::paper::check("pqc-hackathon", &text, command);
}

#[test]
fn rfc9882_appendix_b_messages_hold_under_the_certificates_of_rfc9881() {
    let Some(folder) = folder("lamps") else {
        return;
    };
    let folder = folder.join("lamps");
    for set in ["44", "65", "87"] {
        let message = der(&folder.join(format!("cms-ml-dsa/mldsa{set}-signed-attrs.pem")));
        let signer = certificate(&folder.join(format!("dilithium-certificates/ML-DSA-{set}.crt")));
        let (content, report) = verify(&message, std::slice::from_ref(&signer));
        assert_eq!(report.verdict(), SignerVerdict::Good, "{:?}", report.errors);
        assert!(content.starts_with(b"ML-DSA-"));
        // Every third octet changed: never good.
        for at in (0..message.len()).step_by(message.len() / 40) {
            let mut changed = message.clone();
            if let Some(octet) = changed.get_mut(at) {
                *octet ^= 1;
            }
            let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
            if reader.push(&changed, &mut |_| Ok(())).is_err() {
                continue;
            }
            let certificates = vec![signer.clone()];
            let context = VerifyContext {
                provider: &PROVIDER,
                policy: &POLICY,
                certificates: &certificates,
            };
            if let Ok(report) = reader.finish(&mut content.as_slice(), &context) {
                let good = |one: &SignerReport| one.verdict() == SignerVerdict::Good;
                assert!(!report.signers.iter().any(good), "octet {at}");
            }
        }
    }
}

#[test]
fn private_keys_in_three_forms_are_one_key_and_bad_ones_are_refused() {
    let Some(folder) = folder("lamps") else {
        return;
    };
    let folder = folder.join("lamps");
    let sets = [
        (
            "dilithium-certificates",
            ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"],
        ),
        (
            "kyber-certificates",
            ["ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"],
        ),
    ];
    let (mut good, mut refused) = (0, 0);
    for (group, names) in sets {
        for name in names {
            let folder = folder.join(group);
            let public = certificate(&folder.join(format!("{name}.crt")))
                .spki()
                .unwrap();
            for form in ["seed", "expanded", "both"] {
                let octets = der(&folder.join(format!("{name}-{form}.priv")));
                let key = PrivateKey::from_pkcs8(&octets).unwrap();
                assert_eq!(*key.spki(), public, "{name} {form}");
                assert_eq!(*key.to_pkcs8().unwrap(), octets, "{name} {form}");
                good += 1;
            }
        }
        let mut bad = 0;
        for path in testkit::vectors::files(&folder.join(group)) {
            if path
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("bad-")
            {
                let key = PrivateKey::from_pkcs8(&der(&path));
                assert!(key.is_err(), "{}", path.display());
                bad += 1;
            }
        }
        assert!(bad >= 3, "{bad}");
        refused += bad;
    }
    let slh = folder.join("x509-slhdsa");
    let key = PrivateKey::from_pkcs8(&der(&slh.join("id-slh-dsa-sha2-128s.priv"))).unwrap();
    let public = certificate(&slh.join("id-slh-dsa-sha2-128s.pem"))
        .spki()
        .unwrap();
    assert_eq!(*key.spki(), public);
    let text = format!(
        "{good} private keys of ML-DSA and ML-KEM are those of their certificates and are written again as they were;\n\
         {refused} bad ones are refused. Other tests of the same file verify the messages of `cms-ml-dsa` and the\n\
         self-signed certificates of `x509-slhdsa` and `x509-shbs` (HSS), and open that of `cms-kyber`.\n\n\
         Exceptions:\n\n\
         * `x509-shbs/xmss_cert.pem`, `x509-shbs/xmssmt_cert.pem`: XMSS is not implemented.\n\
         * `cms-composite-sigs`, `draft-composite-sigs`: composites are drafts, which are not implemented.\n"
    );
    let command = "cargo test -p cms-algs --test published";
    testkit::paper::check("lamps", &text, command);
}

#[test]
fn rfc9936_appendix_c_opens_with_every_form_of_the_key() {
    let Some(folder) = folder("lamps") else {
        return;
    };
    let folder = folder.join("lamps/cms-kyber");
    let message = der(&folder.join("ML-KEM-512.cms"));
    for form in ["seed", "expanded", "both"] {
        let key = der(&folder.join(format!("ML-KEM-512-{form}.priv")));
        let identity = Identity {
            certificate: certificate(&folder.join("ML-KEM-512.pem")),
            key: PrivateKey::from_pkcs8(&key).unwrap(),
        };
        let opened = cms_core::decrypt(&message, &identity, &PROVIDER, &POLICY).unwrap();
        assert_eq!(
            opened.content,
            read(&folder.join("decrypted.txt")),
            "{form}"
        );
    }
}

/// The PEM blocks and base64 of an RFC's text, by a title before them.
fn block(text: &str, title: &str) -> Vec<u8> {
    let from = text.get(text.rfind(title).unwrap()..).unwrap();
    pem(from, None).unwrap()
}

#[test]
fn rfc9690_appendix_d_opens() {
    let Some(folder) = folder("rfc9690") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("../rfc/rfc9690.txt"));
    let Ok(text) = text else {
        eprintln!("SKIPPED rfc9690: its text is not beside the vectors");
        return;
    };
    let key = block(&text, "D.3.  Recipient RSA-KEM");
    let key = PrivateKey::from_pkcs1(&key).unwrap();
    let from = text
        .find("ContentInfo, and then sends the result to Bob.")
        .unwrap();
    let body = text.get(from..).unwrap();
    let start = body.find("MIICXAYJ").unwrap();
    let end = body.find("This result decodes").unwrap();
    let message: String = body
        .get(start..end)
        .unwrap()
        .lines()
        .filter(|line| !line.contains("RFC") && !line.contains("Housley"))
        .collect();
    let message = testkit::vectors::base64(&message).unwrap();
    let key: &dyn RecipientKey = &key;
    let keys = KeyRing::new().with_unidentified_key(key);
    let opened = cms_core::decrypt(&message, &keys, &PROVIDER, &POLICY).unwrap();
    assert_eq!(opened.content, b"Hello, world!");
}

/// The parts of a signed structure `SEQUENCE { tbs, signatureAlgorithm, signature BIT STRING }`.
fn signed(octets: &[u8]) -> (Vec<u8>, AlgorithmIdentifier, Vec<u8>) {
    let mut fields = Cursor::single(octets, 0).unwrap().children();
    let tbs = fields.element().unwrap().raw().to_vec();
    let algorithm = AlgorithmIdentifier::decode(&fields.element().unwrap()).unwrap();
    let signature = fields
        .element()
        .unwrap()
        .contents()
        .get(1..)
        .unwrap()
        .to_vec();
    (tbs, algorithm, signature)
}

#[test]
fn rfc9802_and_rfc9909_certificates_are_signed_by_themselves() {
    let Some(folder) = folder("lamps") else {
        return;
    };
    for name in [
        "lamps/x509-shbs/hss_cert.pem",
        "lamps/x509-slhdsa/id-slh-dsa-sha2-128s.pem",
        "pyasn1-alt/rfc9802-HSSLMSCertificate-pem_text.der",
        "pyasn1-alt/rfc9909-SLHDSACertificate-pem_text.der",
    ] {
        let octets = der(&folder.join(name));
        let key = Certificate::from_der(&octets).unwrap().spki().unwrap();
        let (tbs, algorithm, signature) = signed(&octets);
        let verifier = PROVIDER.signature(&algorithm).unwrap();
        let verify = |tbs: &[u8], signature: &[u8]| {
            let input = SignatureInput::Message(tbs);
            verifier.verify(&algorithm, None, &key, input, signature)
        };
        assert_eq!(verify(&tbs, &signature), Ok(()), "{name}");
        let mut changed = tbs.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(verify(&changed, &signature).is_err(), "{name}");
        for len in [0, 3, 4, 100, signature.len() - 1] {
            assert!(
                verify(&tbs, signature.get(..len).unwrap()).is_err(),
                "{name}"
            );
        }
        for at in (0..signature.len()).step_by(signature.len() / 50) {
            let mut changed = signature.clone();
            *changed.get_mut(at).unwrap() ^= 0x10;
            assert!(verify(&tbs, &changed).is_err(), "{name}: octet {at}");
        }
    }
}

/// The key of RFC 9814's example is not at hand: its messageDigest, of 32 octets by SHAKE256, is accepted, and the
/// signature is of the right length.
#[test]
fn rfc9814_example_has_a_digest_that_is_accepted() {
    let Some(folder) = folder("pyasn1-alt") else {
        return;
    };
    let message = read(&folder.join("pyasn1-alt/rfc9814-SLHDSASignedData-pem_text.der"));
    let signer = verify(&message, &[]).1;
    assert_eq!(signer.digest_ok, Some(true));
    assert_eq!(signer.verdict(), SignerVerdict::UnknownCertificate);
    let found = position(&message, b"SLH-DSA signed-data");
    let mut changed = message;
    *changed.get_mut(found).unwrap() ^= 1;
    assert_eq!(verify(&changed, &[]).1.digest_ok, Some(false));
}

fn position(octets: &[u8], part: &[u8]) -> usize {
    octets
        .windows(part.len())
        .position(|window| window == part)
        .unwrap()
}

/// The octets of a listing in RFC 8554, Appendix F: a name, hexadecimal digits, and a comment on each line.
fn listing(text: &str) -> Vec<u8> {
    let lines = text.lines().filter(|line| line.starts_with(' '));
    let words = lines.flat_map(|line| line.split(['#', '|']).next().unwrap_or_default().split(' '));
    let hex = words.filter(|word| {
        word.len() >= 4 && word.len() % 2 == 0 && word.bytes().all(|one| one.is_ascii_hexdigit())
    });
    let digits: String = hex.collect();
    (0..digits.len() / 2)
        .map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn rfc8554_appendix_f_signatures_hold() {
    let Some(folder) = folder("rfc8554") else {
        return;
    };
    let Ok(text) = std::fs::read_to_string(folder.join("../rfc/more/rfc8554.txt")) else {
        eprintln!("SKIPPED rfc8554: its text is not beside the vectors");
        return;
    };
    let text = text.get(text.rfind("Appendix F.").unwrap()..).unwrap();
    for case in ["1", "2"] {
        let part = |name: &str, end: &str| {
            let title = format!("Test Case {case} {name}");
            let from = text.find(&title).unwrap() + title.len();
            let rest = text.get(from..).unwrap();
            listing(rest.get(..rest.find(end).unwrap_or(rest.len())).unwrap())
        };
        let key = part("Public Key", "Test Case");
        let message = part("Message", "Test Case");
        let end = if case == "1" {
            "Test Case"
        } else {
            "Acknowledgements"
        };
        let signature = part("Signature", end);
        let algorithm = AlgorithmIdentifier::new(cms_core::oid::HSS_LMS);
        let key = SubjectPublicKeyInfo::new(algorithm.clone(), key);
        let verifier = PROVIDER.signature(&algorithm).unwrap();
        let verify = |message: &[u8], signature: &[u8]| {
            let input = SignatureInput::Message(message);
            verifier.verify(&algorithm, None, &key, input, signature)
        };
        assert_eq!(verify(&message, &signature), Ok(()), "case {case}");
        assert!(verify(message.get(1..).unwrap(), &signature).is_err());
        let longer = [signature.as_slice(), &[0]].concat();
        assert!(verify(&message, &longer).is_err());
        for at in 0..signature.len() {
            if at > 64 && at % 97 != 0 {
                continue;
            }
            let mut changed = signature.clone();
            *changed.get_mut(at).unwrap() ^= 1;
            assert!(
                verify(&message, &changed).is_err(),
                "case {case}, octet {at}"
            );
        }
    }
}

/// RFC 8419, 3.1: `id-shake256-len` with 512; RFC 8702's `id-shake256` is read as well, anything else is not.
#[test]
fn ed448_goes_with_shake256_of_512_bits() {
    use cms_core::key::SigningKey;
    let key = PrivateKey::generate(cms_algs::KeyType::Ed448, &mut cms_algs::SystemRandom).unwrap();
    let scheme = key.scheme(None).unwrap();
    assert_eq!(scheme.digest_algorithm.oid, cms_core::oid::SHAKE256_LEN);
    let chosen = key.scheme(Some(&cms_core::oid::SHAKE256)).unwrap();
    assert_eq!(chosen.digest_algorithm.oid, cms_core::oid::SHAKE256);
    assert!(key.scheme(Some(&cms_core::oid::SHA512)).is_err());
    let signature = scheme.signature_algorithm;
    let verifier = PROVIDER.signature(&signature).unwrap();
    let len = |bits| {
        let octets = cms_core::ber::write::integer(bits);
        AlgorithmIdentifier::with(cms_core::oid::SHAKE256_LEN, octets)
    };
    assert!(verifier.allows_companion(&signature, &len(512)));
    assert!(verifier.allows_companion(&signature, &chosen.digest_algorithm));
    for other in [
        len(256),
        len(0),
        AlgorithmIdentifier::new(cms_core::oid::SHAKE256_LEN),
        AlgorithmIdentifier::new(cms_core::oid::SHA512),
        AlgorithmIdentifier::with(cms_core::oid::SHAKE256, cms_core::ber::write::integer(512)),
    ] {
        assert!(!verifier.allows_companion(&signature, &other), "{other:?}");
    }
}

/// RFC 9690: such a key serves RSA-KEM alone (2.3), and KDFs with SHA-1 or MD5 are refused (B.1).
#[test]
fn rsa_kem_keys_and_kdfs_keep_to_their_rules() {
    use cms_core::ber::write;
    use cms_core::key::SigningKey;
    use cms_core::oid;
    let key = PrivateKey::generate(cms_algs::KeyType::Rsa(2048), &mut cms_algs::SystemRandom);
    let pkcs8 = key.unwrap().to_pkcs8().unwrap();
    let inner = Cursor::single(&pkcs8, 0).unwrap().children();
    let inner = {
        let mut fields = inner;
        fields.element().unwrap();
        fields.element().unwrap();
        fields.element().unwrap().raw().to_vec()
    };
    let marked = write::sequence(&[
        &write::integer(0),
        &AlgorithmIdentifier::new(oid::RSA_KEM).to_der(),
        &inner,
    ]);
    let key = PrivateKey::from_pkcs8(&marked).unwrap();
    assert!(key.scheme(None).is_err());
    let kem = |kdf: AlgorithmIdentifier| {
        let info = KemRecipientInfo {
            version: 0,
            rid: RecipientIdentifier::SubjectKeyIdentifier(vec![1]),
            kem: AlgorithmIdentifier::new(oid::KEM_RSA),
            kemct: vec![0; 256],
            kdf,
            kek_length: 16,
            ukm: None,
            wrap: AlgorithmIdentifier::new(oid::AES128_WRAP),
            encrypted_key: vec![0; 24],
        };
        key.open_kem(&info, KeyLength::Exact(16))
    };
    let kdf3 = |hash| AlgorithmIdentifier::with(oid::KDF3, AlgorithmIdentifier::new(hash).to_der());
    assert!(kem(kdf3(oid::SHA256)).is_ok());
    for hash in [oid::SHA1, oid::MD5, oid::AES128_WRAP] {
        assert!(kem(kdf3(hash)).is_err(), "{hash}");
    }
}

/// rfc8550:4.3: RSA keys below 2048 bits are historic, also those that are marked for PSS with SHAKE (RFC 8702, 4.1).
#[test]
fn weak_keys_of_every_kind_of_pss_are_refused_by_policy() {
    use cms_core::ber::{Tag, write};
    use cms_core::oid;
    use cms_core::policy::{Policy as _, Verdict};
    for kind in [
        oid::RSASSA_PSS,
        oid::RSASSA_PSS_SHAKE128,
        oid::RSASSA_PSS_SHAKE256,
    ] {
        let verdicts = |octets: usize| {
            let mut modulus = vec![0xc5; octets + 1];
            modulus[0] = 0;
            let modulus = write::tagged(Tag::INTEGER, write::Form::Primitive, &modulus);
            let key = write::sequence(&[&modulus, &write::integer(65537)]);
            let key = SubjectPublicKeyInfo::new(AlgorithmIdentifier::new(kind), key);
            let mut algorithms = PROVIDER.signatures.iter();
            let algorithm = algorithms.find(|one| one.recognises(&kind)).unwrap();
            let bits = algorithm.key_bits(&key).unwrap();
            assert_eq!(usize::try_from(bits).unwrap(), 8 * octets);
            use StandardPolicy::{Default, Legacy, Strict};
            [Strict, Default, Legacy].map(|policy| policy.key(&kind, bits))
        };
        let weak = [Verdict::Reject, Verdict::Reject, Verdict::Historic];
        assert_eq!(verdicts(128), weak, "{kind}");
        assert_eq!(verdicts(255), weak, "{kind}");
        assert_eq!(verdicts(256), [Verdict::Accept; 3], "{kind}");
    }
}
