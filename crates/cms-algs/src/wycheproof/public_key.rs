//! Signatures, key agreement, key transport and encapsulation.

use std::vec::Vec;

use cms_core::ber::{Cursor, write};
use cms_core::key::{SigningKey, UnwrapOutcome};
use cms_core::provider::{KeyLength, Random, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};
use serde_json::Value;

use super::Verdict::{self, Accepted, NotApplicable, Rejected};
use super::{hash, hex, open, open_as};
use crate::backend::{AWS_FIRST, Curve, MlKemSet, PURE, Refusal, first};
use crate::hash::Hash;
use crate::key::PrivateKey;
use crate::key::external::tests::outside;
use crate::spec::rsa_signature::{PssParameters, RsaPkcs1};
use crate::spec::{self, ecdsa::Ecdsa, ml_kem, pure};
use crate::{PROVIDER, SystemRandom};

fn accepted(holds: bool) -> Verdict {
    if holds { Accepted } else { Rejected }
}

fn spki(octets: &[u8]) -> Option<SubjectPublicKeyInfo> {
    SubjectPublicKeyInfo::decode(&Cursor::single(octets, 0).ok()?).ok()
}

/// Verifies through the provider, from the message and from its digest.
fn verify(algorithm: &AlgorithmIdentifier, key: &SubjectPublicKeyInfo, case: &Value) -> Verdict {
    let verifier = PROVIDER.signature(algorithm).unwrap();
    let message = hex(&case["msg"]);
    let mut inputs = std::vec![SignatureInput::Message(&message)];
    let digest;
    if let Ok(Some(oid)) = verifier.digest_algorithm(algorithm, None) {
        digest = PROVIDER.digest(&oid).unwrap().digest(&message);
        inputs.push(SignatureInput::Digest(&digest));
    }
    let mut verdicts = inputs.into_iter().map(|input| {
        let result = verifier.verify(algorithm, None, key, input, &hex(&case["sig"]));
        assert!(
            !matches!(result, Err(CryptoError::Unsupported(_))),
            "{case}"
        );
        accepted(result.is_ok())
    });
    let first = verdicts.next().unwrap();
    assert!(verdicts.all(|verdict| verdict == first), "{case}");
    first
}

/// As [`verify`], under the group's SubjectPublicKeyInfo.
fn signature(algorithm: &AlgorithmIdentifier, group: &Value, case: &Value) -> Verdict {
    match spki(&hex(&group["publicKeyDer"])) {
        Some(key) => verify(algorithm, &key, case),
        None => Rejected,
    }
}

pub(super) fn ecdsa(group: &Value, case: &Value) -> Verdict {
    let algorithm = Ecdsa::identifier(hash(&group["sha"]).unwrap()).unwrap();
    if group["publicKey"]["curve"] == "brainpoolP512r1" {
        let key = spki(&hex(&group["publicKeyDer"])).unwrap();
        let error = PROVIDER
            .signature(&algorithm)
            .unwrap()
            .verify(
                &algorithm,
                None,
                &key,
                SignatureInput::Digest(&[0; 64]),
                &[],
            )
            .unwrap_err();
        assert!(std::format!("{error}").contains("RFC 5639"), "{error}");
        return NotApplicable("brainpoolP512r1 is in no backend: not supported, RFC 5639");
    }
    signature(&algorithm, group, case)
}

pub(super) fn dsa(group: &Value, case: &Value) -> Verdict {
    signature(&AlgorithmIdentifier::new(oid::DSA_WITH_SHA256), group, case)
}

pub(super) fn eddsa(group: &Value, case: &Value) -> Verdict {
    let key = spki(&hex(&group["publicKeyDer"])).unwrap();
    signature(&key.algorithm, group, case)
}

pub(super) fn rsa_pkcs1(group: &Value, case: &Value) -> Verdict {
    let algorithm = RsaPkcs1::identifier(hash(&group["sha"]).unwrap()).unwrap();
    signature(&algorithm, group, case)
}

/// Signatures that were made deterministically: ours must be the same octets, and hold.
pub(super) fn rsa_pkcs1_made(group: &Value, case: &Value) -> Verdict {
    let Some(digest) = hash(&group["sha"]) else {
        return NotApplicable("a digest that CMS does not use");
    };
    let der = testkit::vectors::pem(group["privateKeyPem"].as_str().unwrap(), None).unwrap();
    let key = if case["flags"]
        .as_array()
        .unwrap()
        .contains(&"SmallPublicKey".into())
    {
        return verify(
            &RsaPkcs1::identifier(digest).unwrap(),
            &spki(&hex(&group["keyDer"])).unwrap(),
            case,
        );
    } else {
        PrivateKey::from_pkcs1(&der).unwrap()
    };
    let scheme = key.scheme(Some(&digest.oid())).unwrap();
    let message = hex(&case["msg"]);
    let made = key.sign(
        &scheme,
        SignatureInput::Message(&message),
        &mut SystemRandom,
    );
    match made {
        Ok(made) if made == hex(&case["sig"]) => {
            verify(&scheme.signature_algorithm, key.spki(), case)
        }
        Ok(made) => panic!("another signature: {made:02x?} {case}"),
        Err(_) => Rejected,
    }
}

pub(super) fn rsa_pss(group: &Value, case: &Value) -> Verdict {
    let hash_of = |name: &str| hash(&group[name]);
    let Some(hash) = hash_of("sha") else {
        return NotApplicable("a digest that CMS does not use");
    };
    let salt_len = usize::try_from(group["sLen"].as_u64().unwrap()).unwrap();
    let mgf = if hash.is_xof() {
        hash
    } else {
        hash_of("mgfSha").unwrap()
    };
    // rfc8702:3.2.1 fixes the salt of the SHAKE forms.
    if hash.is_xof() && salt_len != hash.output_len() {
        return NotApplicable("a salt length that RFC 8702 does not have");
    }
    let parameters = PssParameters {
        hash,
        mgf,
        salt_len,
    };
    signature(&parameters.identifier(), group, case)
}

pub(super) fn oaep(group: &Value, case: &Value) -> Verdict {
    let (Some(hash), Some(mgf)) = (hash(&group["sha"]), hash(&group["mgfSha"])) else {
        return NotApplicable("a digest that CMS does not use");
    };
    let Some(key) = loaded(group) else {
        return Rejected;
    };
    let identifier = |hash: Hash| AlgorithmIdentifier::with_null(hash.oid()).to_der();
    let label = write::octet_string(&hex(&case["label"]));
    let label = AlgorithmIdentifier::with(oid::P_SPECIFIED, label);
    let mgf1 = AlgorithmIdentifier::with(oid::MGF1, identifier(mgf));
    let parameters = write::sequence(&[
        &write::context(0, &identifier(hash)),
        &write::context(1, &mgf1.to_der()),
        &write::context(2, &label.to_der()),
    ]);
    let algorithm = AlgorithmIdentifier::with(oid::RSAES_OAEP, parameters);
    let (found, outcome) = open(key, &algorithm, &hex(&case["ct"]));
    let genuine = outcome == UnwrapOutcome::Genuine;
    assert!(!genuine || found == hex(&case["msg"]), "{case}");
    // A token that gives the padded octets: the padding comes off here.
    let outside = open(&outside(key), &algorithm, &hex(&case["ct"]));
    assert!(decided_by_backend(case) || outside.1 == outcome, "{case}");
    assert!(!genuine || outside.0 == found, "{case}");
    accepted(genuine)
}

/// Whether the case may be seen either way.
fn decided_by_backend(case: &Value) -> bool {
    case["result"] == "acceptable"
}

/// The private key of a group, kept for the life of the test, since loading takes longer than the tests.
fn loaded(group: &Value) -> Option<&'static PrivateKey> {
    static KEYS: std::sync::Mutex<Vec<(Vec<u8>, Option<&'static PrivateKey>)>> =
        std::sync::Mutex::new(Vec::new());
    let pkcs8 = hex(&group["privateKeyPkcs8"]);
    let mut keys = KEYS.lock().unwrap();
    if let Some((_, key)) = keys.iter().find(|(known, _)| *known == pkcs8) {
        return *key;
    }
    let key = PrivateKey::from_pkcs8(&pkcs8).ok();
    let key: Option<&'static PrivateKey> = key.map(|key| &*std::boxed::Box::leak(key.into()));
    keys.push((pkcs8, key));
    key
}

/// Implicit rejection: a substitute, always the same one, and nothing says that it is one.
pub(super) fn rsa_pkcs1_decryption(group: &Value, case: &Value) -> Verdict {
    let key = loaded(group).unwrap();
    let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION);
    let (found, outcome) = open(key, &algorithm, &hex(&case["ct"]));
    assert_eq!(outcome, UnwrapOutcome::Unknown);
    assert_eq!(open(key, &algorithm, &hex(&case["ct"])).0, found);
    // Two processes with the same token give the same substitute, unless anybody sees that it is one.
    let message = hex(&case["msg"]);
    let len = KeyLength::Exact(message.len().max(1));
    let [first, second] = [outside(key), outside(key)].map(|key| {
        let (found, outcome) = open_as(&key, &algorithm, &hex(&case["ct"]), len);
        assert_eq!(outcome, UnwrapOutcome::Unknown);
        found
    });
    let flags = case["flags"].as_array().unwrap();
    let public = flags.iter().any(|flag| flag == "InvalidCiphertextFormat");
    assert!(public || first == second, "{case}");
    let right = found == message;
    assert!(message.is_empty() || (first == message) == right, "{case}");
    accepted(right)
}

fn curve(name: &str) -> (Curve, ObjectIdentifier) {
    match name {
        "secp256r1" => (Curve::P256, oid::P256),
        "secp384r1" => (Curve::P384, oid::P384),
        "secp521r1" => (Curve::P521, oid::P521),
        other => panic!("{other}"),
    }
}

/// The expected secret from every backend that has the curve; through the key's own path as well.
pub(super) fn ecdh(group: &Value, case: &Value) -> Verdict {
    let (curve, named) = curve(group["curve"].as_str().unwrap());
    let significant: Vec<u8> = hex(&case["private"])
        .into_iter()
        .skip_while(|octet| *octet == 0)
        .collect();
    let mut scalar = std::vec![0; curve.field_len() - significant.len()];
    scalar.extend(significant);
    let identifier = AlgorithmIdentifier::with(oid::EC_PUBLIC_KEY, write::oid(&named));
    let inner = write::sequence(&[&write::integer(1), &write::octet_string(&scalar)]);
    let pkcs8 = write::sequence(&[
        &write::integer(0),
        &identifier.to_der(),
        &write::octet_string(&inner),
    ]);
    let own = PrivateKey::from_pkcs8(&pkcs8).unwrap();
    let peer = if group["encoding"] == "asn" {
        spki(&hex(&case["public"]))
    } else {
        Some(SubjectPublicKeyInfo::new(identifier, hex(&case["public"])))
    };
    let Some(peer) = peer else { return Rejected };
    let expected = hex(&case["shared"]);
    if let Ok((found, point)) = spec::ecdsa::public_key(&peer)
        && found == curve
    {
        for backend in AWS_FIRST {
            let key = match backend.ec_private(curve, &scalar, &own.spki().key) {
                Err(Refusal::Unsupported) => continue,
                key => key.unwrap(),
            };
            if let Ok(shared) = key.agree(&point) {
                assert_eq!(*shared, expected, "{} {case}", backend.name());
            }
        }
    }
    match own.agree(&peer) {
        Ok(shared) => {
            assert_eq!(*shared, expected, "{case}");
            Accepted
        }
        Err(_) => Rejected,
    }
}

pub(super) fn xdh(group: &Value, case: &Value) -> Verdict {
    use crate::backend::Montgomery;
    let curve = match group["curve"].as_str().unwrap() {
        "curve25519" => Montgomery::X25519,
        _ => Montgomery::X448,
    };
    let (scalar, peer) = (hex(&case["private"]), hex(&case["public"]));
    let mut verdicts = Vec::new();
    for order in [AWS_FIRST, PURE] {
        let shared = first(order, |backend| backend.montgomery(curve, &scalar, &peer));
        if let Ok(shared) = &shared {
            assert_eq!(**shared, hex(&case["shared"]), "{case}");
        }
        verdicts.push(accepted(shared.is_ok()));
    }
    assert_eq!(verdicts[0], verdicts[1], "{case}");
    verdicts[0]
}

const CONTEXT: Verdict = NotApplicable("ML-DSA with a context, which RFC 9882 leaves empty");
const EXTERNAL_MU: Verdict = NotApplicable("signing a given mu, an interface inside ML-DSA");

pub(super) fn ml_dsa_verify(group: &Value, case: &Value) -> Verdict {
    if case["ctx"]
        .as_str()
        .is_some_and(|context| !context.is_empty())
    {
        return CONTEXT;
    }
    match group["publicKeyDer"].as_str() {
        Some(der) if !der.is_empty() => eddsa(group, case),
        // Keys of a wrong length have no SubjectPublicKeyInfo in the file.
        _ => {
            let identifier = ml_dsa_of(group, case).identifier();
            let key = SubjectPublicKeyInfo::new(identifier.clone(), hex(&group["publicKey"]));
            verify(&identifier, &key, case)
        }
    }
}

/// The parameter set by the lengths of keys: the files say it in their names alone.
fn ml_dsa_of(group: &Value, _case: &Value) -> &'static pure::PureSignature {
    match hex(&group["publicKey"]).len() {
        ..1400 => &spec::ml_dsa::ML_DSA_44,
        1400..2100 => &spec::ml_dsa::ML_DSA_65,
        _ => &spec::ml_dsa::ML_DSA_87,
    }
}

/// What the vectors were made with: no hedge, or the one that they state.
struct Given(Vec<u8>);

impl Random for Given {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        out.fill(0);
        for (to, from) in out.iter_mut().zip(&self.0) {
            *to = *from;
        }
        Ok(())
    }
}

pub(super) fn ml_dsa_sign(group: &Value, case: &Value) -> Verdict {
    if case["ctx"]
        .as_str()
        .is_some_and(|context| !context.is_empty())
    {
        return CONTEXT;
    }
    let Some(message) = case["msg"].as_str() else {
        return EXTERNAL_MU;
    };
    assert!(message.len().is_multiple_of(2));
    let seed = group["privateSeed"].as_str();
    let secret = hex(if seed.is_some() {
        &group["privateSeed"]
    } else {
        &group["privateKey"]
    });
    let spec = match (group["publicKey"].as_str(), secret.len()) {
        (Some(public), _) if !public.is_empty() => ml_dsa_of(group, case),
        (_, ..=3000) => &spec::ml_dsa::ML_DSA_44,
        (_, ..=4500) => &spec::ml_dsa::ML_DSA_65,
        _ => &spec::ml_dsa::ML_DSA_87,
    };
    let inner = match seed {
        Some(_) => write::context_primitive(0, &secret),
        None => write::octet_string(&secret),
    };
    let pkcs8 = write::sequence(&[
        &write::integer(0),
        &spec.identifier().to_der(),
        &write::octet_string(&inner),
    ]);
    let Ok(key) = PrivateKey::from_pkcs8(&pkcs8) else {
        return Rejected;
    };
    let scheme = key.scheme(None).unwrap();
    let hedge = case["rnd"]
        .as_str()
        .map(|_| hex(&case["rnd"]))
        .unwrap_or_default();
    let input = hex(&case["msg"]);
    let made = key.sign(&scheme, SignatureInput::Message(&input), &mut Given(hedge));
    assert_eq!(made.unwrap(), hex(&case["sig"]), "{case}");
    verify(&spec.identifier(), key.spki(), case)
}

fn ml_kem_set(group: &Value) -> MlKemSet {
    match group["parameterSet"].as_str().unwrap() {
        "ML-KEM-512" => MlKemSet::MlKem512,
        "ML-KEM-768" => MlKemSet::MlKem768,
        _ => MlKemSet::MlKem1024,
    }
}

/// A private key in one of its forms.
fn ml_kem_key(set: MlKemSet, inner: &[u8]) -> Result<PrivateKey, CryptoError> {
    PrivateKey::from_pkcs8(&write::sequence(&[
        &write::integer(0),
        &AlgorithmIdentifier::new(ml_kem::of(set).oid).to_der(),
        &write::octet_string(inner),
    ]))
}

pub(super) fn ml_kem(group: &Value, case: &Value) -> Verdict {
    let set = ml_kem_set(group);
    let Ok(key) = ml_kem_key(set, &write::context_primitive(0, &hex(&case["seed"]))) else {
        return Rejected;
    };
    if let Some(public) = case["ek"].as_str() {
        assert!(
            public.is_empty() || key.spki().key == hex(&case["ek"]),
            "{case}"
        );
    }
    decapsulated(&key, set, case)
}

fn decapsulated(key: &PrivateKey, set: MlKemSet, case: &Value) -> Verdict {
    match key.decapsulate(ml_kem::of(set), &hex(&case["c"])) {
        Ok(shared) => {
            assert_eq!(*shared, hex(&case["K"]), "{case}");
            Accepted
        }
        Err(_) => Rejected,
    }
}

pub(super) fn ml_kem_encaps(group: &Value, case: &Value) -> Verdict {
    let (message, public) = (hex(&case["m"]), hex(&case["ek"]));
    let made = first(AWS_FIRST, |backend| {
        backend.kem_encapsulate(ml_kem_set(group), &public, &mut Given(message.clone()))
    });
    match made {
        Ok((ciphertext, shared)) => {
            assert_eq!(ciphertext, hex(&case["c"]), "{case}");
            assert_eq!(*shared, hex(&case["K"]), "{case}");
            Accepted
        }
        Err(_) => Rejected,
    }
}

pub(super) fn ml_kem_keygen(group: &Value, case: &Value) -> Verdict {
    let set = ml_kem_set(group);
    let both = write::sequence(&[
        &write::octet_string(&hex(&case["seed"])),
        &write::octet_string(&hex(&case["dk"])),
    ]);
    let key = ml_kem_key(set, &both);
    accepted(key.is_ok_and(|key| key.spki().key == hex(&case["ek"])))
}

pub(super) fn ml_kem_semi_expanded(group: &Value, case: &Value) -> Verdict {
    let set = ml_kem_set(group);
    match ml_kem_key(set, &write::octet_string(&hex(&case["dk"]))) {
        Ok(key) => decapsulated(&key, set, case),
        Err(_) => Rejected,
    }
}
