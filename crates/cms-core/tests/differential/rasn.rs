//! Facts from crate `rasn-cms`, whose decoder has nothing in common with RustCrypto's.

use rasn::ber::decode;
use rasn::error::DecodeError;
use rasn_cms::{
    AuthEnvelopedData, AuthenticatedData, ContentInfo, DigestedData, EncapsulatedContentInfo,
    EncryptedData, EnvelopedData, RecipientInfo, RecipientInfos, SignedData,
};

use cms_core::{ObjectIdentifier, oid};

use super::facts::{Facts, hex};

fn name(oid: &rasn::types::ObjectIdentifier) -> String {
    let arcs: Vec<_> = oid.iter().map(u32::to_string).collect();
    arcs.join(".")
}

pub(crate) fn facts(message: &[u8]) -> Result<Facts, DecodeError> {
    let info: ContentInfo = decode(message)?;
    let content = info.content.as_bytes();
    let content_type = ObjectIdentifier::new_unwrap(&name(&info.content_type));
    let mut facts = Facts::default();
    facts.add("content type", content_type);
    match content_type {
        oid::SIGNED_DATA => signed(&decode(content)?, &mut facts),
        oid::ENVELOPED_DATA => {
            let enveloped: EnvelopedData = decode(content)?;
            let inner = &enveloped.encrypted_content_info;
            facts.add("version", &enveloped.version);
            facts.add("econtent type", name(&inner.content_type));
            facts.add(
                "cipher",
                name(&inner.content_encryption_algorithm.algorithm),
            );
            recipients(&enveloped.recipient_infos, &mut facts);
        }
        oid::AUTH_ENVELOPED_DATA => {
            let enveloped: AuthEnvelopedData = decode(content)?;
            let inner = &enveloped.auth_encrypted_content_info;
            facts.add("version", &enveloped.version);
            facts.add("econtent type", name(&inner.content_type));
            facts.add(
                "cipher",
                name(&inner.content_encryption_algorithm.algorithm),
            );
            recipients(&enveloped.recipient_infos, &mut facts);
        }
        oid::AUTHENTICATED_DATA => {
            let authenticated: AuthenticatedData = decode(content)?;
            facts.add("version", &authenticated.version);
            facts.add("mac", name(&authenticated.mac_algorithm.algorithm));
            recipients(&authenticated.recipient_infos, &mut facts);
            encapsulated(&authenticated.encap_content_info, &mut facts);
        }
        oid::DIGESTED_DATA => {
            let digested: DigestedData = decode(content)?;
            facts.add("version", &digested.version);
            facts.add("digest", name(&digested.digest_algorithm.algorithm));
            encapsulated(&digested.encap_content_info, &mut facts);
        }
        oid::ENCRYPTED_DATA => {
            let encrypted: EncryptedData = decode(content)?;
            let inner = &encrypted.encrypted_content_info;
            facts.add("version", &encrypted.version);
            facts.add("econtent type", name(&inner.content_type));
            facts.add(
                "cipher",
                name(&inner.content_encryption_algorithm.algorithm),
            );
        }
        _ => {}
    }
    Ok(facts)
}

fn encapsulated(content: &EncapsulatedContentInfo, facts: &mut Facts) {
    facts.add("econtent type", name(&content.content_type));
    let octets = content.content.as_ref();
    facts.add_octets("content", octets.map_or(&[], |octets| octets.as_ref()));
}

fn signed(signed: &SignedData, facts: &mut Facts) {
    facts.add("version", &signed.version);
    let digests = signed.digest_algorithms.to_vec();
    facts.add_set(
        "digests",
        digests.iter().map(|algorithm| name(&algorithm.algorithm)),
    );
    let certificates = signed.certificates.as_ref().map_or(0, |set| set.len());
    facts.add("certificates", certificates);
    facts.add("crls", signed.crls.as_ref().map_or(0, |set| set.len()));
    facts.add("signers", signed.signer_infos.len());
    facts.add("detached", signed.encap_content_info.content.is_none());
    let infos = signed.signer_infos.to_vec();
    facts.add_set(
        "signatures",
        infos.iter().map(|info| {
            format!(
                "{}+{}+{}",
                name(&info.digest_algorithm.algorithm),
                name(&info.signature_algorithm.algorithm),
                hex(&info.signature)
            )
        }),
    );
    encapsulated(&signed.encap_content_info, facts);
}

fn recipients(infos: &RecipientInfos, facts: &mut Facts) {
    let mut count = 0;
    let mut keys = Vec::new();
    let mut complete = true;
    for info in infos.to_vec() {
        // A key agreement has one recipient for each key.
        count += usize::from(!matches!(info, RecipientInfo::KeyAgreeRecipientInfo(_)));
        let (algorithm, encrypted): (_, Vec<&rasn::types::OctetString>) = match info {
            RecipientInfo::KeyTransRecipientInfo(info) => {
                (&info.key_encryption_algorithm, vec![&info.encrypted_key])
            }
            RecipientInfo::KeyAgreeRecipientInfo(info) => {
                let all = &info.recipient_encrypted_keys;
                count += all.len();
                let keys = all.iter().map(|key| &key.encrypted_key).collect();
                (&info.key_encryption_algorithm, keys)
            }
            RecipientInfo::KekRecipientInfo(info) => {
                (&info.key_encryption_algorithm, vec![&info.encrypted_key])
            }
            RecipientInfo::PasswordRecipientInfo(info) => {
                (&info.key_encryption_algorithm, vec![&info.encrypted_eey])
            }
            // Key encapsulation is not known there.
            _ => {
                complete = false;
                continue;
            }
        };
        let algorithm = name(&algorithm.algorithm);
        keys.extend(
            encrypted
                .iter()
                .map(|key| format!("{algorithm}+{}", hex(key))),
        );
    }
    facts.add("recipients", count);
    if complete {
        facts.add_set("encrypted keys", keys);
    }
}
