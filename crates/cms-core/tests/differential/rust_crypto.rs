//! Facts from crate `cms` of RustCrypto.

use cms::authenticated_data::AuthenticatedData;
use cms::authenveloped_data::AuthEnvelopedData;
use cms::compressed_data::CompressedData;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::digested_data::DigestedData;
use cms::encrypted_data::EncryptedData;
use cms::enveloped_data::{EnvelopedData, RecipientInfo, RecipientInfos};
use cms::kemri::KemRecipientInfo;
use cms::signed_data::{EncapsulatedContentInfo, SignedData};
use cms_core::{ObjectIdentifier, oid};
use der::asn1::OctetString;
use der::{Any, Decode};

use super::facts::{Facts, hex};

const KEM: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.13.3");

pub(crate) fn facts(message: &[u8]) -> der::Result<Facts> {
    let info = ContentInfo::from_der(message).or_else(|_| ContentInfo::from_ber(message))?;
    let mut facts = Facts::default();
    facts.add("content type", info.content_type);
    let content = &info.content;
    match info.content_type {
        oid::DATA => facts.add_octets("content", content.decode_as::<OctetString>()?.as_bytes()),
        oid::SIGNED_DATA => signed(&content.decode_as()?, &mut facts)?,
        oid::ENVELOPED_DATA => {
            let enveloped: EnvelopedData = content.decode_as()?;
            version(enveloped.version, &mut facts);
            facts.add("econtent type", enveloped.encrypted_content.content_type);
            facts.add("cipher", enveloped.encrypted_content.content_enc_alg.oid);
            recipients(&enveloped.recip_infos, &mut facts)?;
            let attributes = enveloped.unprotected_attrs.iter();
            facts.add_set(
                "unprotected attributes",
                attributes.flat_map(|attrs| attrs.iter().map(|attribute| attribute.oid)),
            );
        }
        oid::AUTH_ENVELOPED_DATA => {
            let enveloped: AuthEnvelopedData = content.decode_as()?;
            let inner = &enveloped.auth_encrypted_content_info;
            version(enveloped.version, &mut facts);
            facts.add("econtent type", inner.content_type);
            facts.add("cipher", inner.content_enc_alg.oid);
            recipients(&enveloped.recip_infos, &mut facts)?;
        }
        oid::AUTHENTICATED_DATA => {
            let authenticated: AuthenticatedData = content.decode_as()?;
            version(authenticated.version, &mut facts);
            facts.add("mac", authenticated.mac_alg.oid);
            recipients(&authenticated.recip_infos, &mut facts)?;
            encapsulated(&authenticated.encap_content_info, &mut facts)?;
        }
        oid::DIGESTED_DATA => {
            let digested: DigestedData = content.decode_as()?;
            version(digested.version, &mut facts);
            facts.add("digest", digested.digest_alg.oid);
            encapsulated(&digested.encap_content_info, &mut facts)?;
        }
        oid::ENCRYPTED_DATA => {
            let encrypted: EncryptedData = content.decode_as()?;
            version(encrypted.version, &mut facts);
            facts.add("econtent type", encrypted.enc_content_info.content_type);
            facts.add("cipher", encrypted.enc_content_info.content_enc_alg.oid);
        }
        oid::COMPRESSED_DATA => {
            let compressed: CompressedData = content.decode_as()?;
            version(compressed.version, &mut facts);
            facts.add("compression", compressed.compression_alg.oid);
            let inner = &compressed.encap_content_info;
            facts.add("econtent type", inner.econtent_type);
            let octets = octets(inner.econtent.as_ref())?;
            facts.add("compressed octets", octets.len());
        }
        _ => {}
    }
    Ok(facts)
}

fn version(version: CmsVersion, facts: &mut Facts) {
    let number = match version {
        CmsVersion::V0 => 0,
        CmsVersion::V1 => 1,
        CmsVersion::V2 => 2,
        CmsVersion::V3 => 3,
        CmsVersion::V4 => 4,
        CmsVersion::V5 => 5,
    };
    facts.add("version", number);
}

/// The octets of a content: those of an OCTET STRING, or the contents octets of another type (RFC 5652, 5.2.1).
fn octets(content: Option<&Any>) -> der::Result<Vec<u8>> {
    Ok(content.map(|any| any.value().to_vec()).unwrap_or_default())
}

fn encapsulated(content: &EncapsulatedContentInfo, facts: &mut Facts) -> der::Result<()> {
    facts.add("econtent type", content.econtent_type);
    facts.add_octets("content", &octets(content.econtent.as_ref())?);
    Ok(())
}

fn signed(signed: &SignedData, facts: &mut Facts) -> der::Result<()> {
    version(signed.version, facts);
    facts.add_set(
        "digests",
        signed
            .digest_algorithms
            .iter()
            .map(|algorithm| algorithm.oid),
    );
    let certificates = signed.certificates.as_ref().map_or(0, |set| set.0.len());
    facts.add("certificates", certificates);
    facts.add("crls", signed.crls.as_ref().map_or(0, |set| set.0.len()));
    facts.add("signers", signed.signer_infos.0.len());
    facts.add("detached", signed.encap_content_info.econtent.is_none());
    facts.add_set(
        "signatures",
        signed.signer_infos.0.iter().map(|info| {
            format!(
                "{}+{}+{}",
                info.digest_alg.oid,
                info.signature_algorithm.oid,
                hex(info.signature.as_bytes())
            )
        }),
    );
    encapsulated(&signed.encap_content_info, facts)
}

fn recipients(infos: &RecipientInfos, facts: &mut Facts) -> der::Result<()> {
    let mut count = 0;
    let mut keys = Vec::new();
    for info in infos.0.iter() {
        let mut add = |algorithm: &ObjectIdentifier, key: &OctetString| {
            keys.push(format!("{algorithm}+{}", hex(key.as_bytes())));
        };
        // A key agreement has one recipient for each key.
        count += usize::from(!matches!(info, RecipientInfo::Kari(_)));
        match info {
            RecipientInfo::Ktri(info) => add(&info.key_enc_alg.oid, &info.enc_key),
            RecipientInfo::Kari(info) => {
                count += info.recipient_enc_keys.len();
                for key in &info.recipient_enc_keys {
                    add(&info.key_enc_alg.oid, &key.enc_key);
                }
            }
            RecipientInfo::Kekri(info) => add(&info.key_enc_alg.oid, &info.encrypted_key),
            RecipientInfo::Pwri(info) => add(&info.key_enc_alg.oid, &info.enc_key),
            RecipientInfo::Ori(info) if info.ori_type == KEM => {
                let kem: KemRecipientInfo = info.ori_value.decode_as()?;
                add(&kem.kem.oid, &kem.encrypted_key);
            }
            RecipientInfo::Ori(_) => {}
        }
    }
    facts.add("recipients", count);
    facts.add_set("encrypted keys", keys);
    Ok(())
}
