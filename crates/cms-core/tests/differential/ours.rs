//! Facts from the readers of this crate. Every structure is read to its end, without keys.

use cms_algs::PROVIDER;
use cms_core::authenticated::AuthenticatedDataReader;
use cms_core::collection::CollectionReader;
use cms_core::compressed::CompressedDataReader;
use cms_core::digested::DigestedDataReader;
use cms_core::encrypted::EncryptedDataReader;
use cms_core::enveloped::{DecryptContext, EnvelopedDataReader};
use cms_core::plain::DataReader;
use cms_core::policy::StandardPolicy;
use cms_core::report::RecipientReport;
use cms_core::signed::SignedDataReader;
use cms_core::time_stamped::TimeStampedDataReader;
use cms_core::types::RecipientInfo;
use cms_core::{CmsError, DecodeError, Limits, ObjectIdentifier, Unverified, oid};

use super::facts::{Facts, hex};

const CONTEXT: DecryptContext<'_> = DecryptContext {
    provider: &PROVIDER,
    policy: &StandardPolicy::Legacy,
    keys: None,
};

pub(crate) fn facts(message: &[u8]) -> Result<Facts, CmsError> {
    let content_type = cms_core::content_type(message)?.unwrap();
    let mut facts = Facts::default();
    facts.add("content type", content_type);
    let mut content = Vec::new();
    let mut sink = |octets: Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    let limits = &Limits::DEFAULT;
    match content_type {
        oid::DATA => {
            let mut reader = DataReader::new(limits);
            reader.push(message, &mut sink)?;
            reader.finish()?;
            facts.add_octets("content", &content);
        }
        oid::SIGNED_DATA => {
            let mut reader = SignedDataReader::new(&PROVIDER, limits);
            reader.push(message, &mut sink)?;
            signed(reader.finish_unverified()?, &content, &mut facts);
        }
        oid::ENVELOPED_DATA | oid::AUTH_ENVELOPED_DATA => {
            let mut reader = EnvelopedDataReader::new(CONTEXT, limits);
            reader.push(message, &mut sink)?;
            match reader.finish(&mut sink) {
                Ok(()) | Err(CmsError::DetachedContentMissing | CmsError::NoRecipient) => {}
                Err(error) => return Err(error),
            }
            let report = reader.report();
            facts.add("version", report.version);
            facts.add("econtent type", report.econtent_type);
            let named = report.key_derivation.unwrap_or(report.cipher.oid);
            facts.add("cipher", named);
            recipients(&report.recipients, &mut facts);
            let attributes = report.unprotected_attrs.iter();
            facts.add_set(
                "unprotected attributes",
                attributes.flat_map(|attrs| attrs.iter().map(|attribute| attribute.oid)),
            );
        }
        oid::AUTHENTICATED_DATA => {
            let mut reader = AuthenticatedDataReader::new(CONTEXT, limits);
            reader.push(message, &mut sink)?;
            match reader.finish() {
                Ok(()) | Err(CmsError::NoRecipient) => {}
                Err(error) => return Err(error),
            }
            let report = reader.report();
            facts.add("version", report.version);
            facts.add("econtent type", report.econtent_type);
            facts.add(
                "mac",
                report
                    .mac_algorithm
                    .map_or_else(String::new, |mac| mac.oid.to_string()),
            );
            recipients(&report.recipients, &mut facts);
            facts.add_octets("content", &content);
        }
        oid::DIGESTED_DATA => {
            let mut reader = DigestedDataReader::new(&PROVIDER, &StandardPolicy::Legacy, limits);
            reader.push(message, &mut sink)?;
            reader.finish()?;
            let report = reader.report();
            facts.add("version", report.version);
            facts.add("econtent type", report.econtent_type);
            facts.add("digest", report.digest_algorithm.unwrap().oid);
            facts.add_octets("content", &content);
        }
        oid::ENCRYPTED_DATA => {
            let mut reader =
                EncryptedDataReader::new(None, &PROVIDER, &StandardPolicy::Legacy, limits);
            reader.push(message, &mut sink)?;
            match reader.finish(&mut sink) {
                Ok(()) | Err(CmsError::DetachedContentMissing) => {}
                Err(error) => return Err(error),
            }
            let report = reader.report();
            facts.add("version", report.version);
            facts.add("econtent type", report.econtent_type);
            facts.add("cipher", report.cipher.unwrap().oid);
        }
        oid::COMPRESSED_DATA => {
            let mut reader = CompressedDataReader::new(&PROVIDER, limits);
            reader.push(message, &mut sink)?;
            reader.finish()?;
            let report = reader.report();
            facts.add("version", report.version);
            facts.add("econtent type", report.econtent_type);
            facts.add("compression", report.algorithm.unwrap().oid);
            facts.add("compressed octets", report.compressed_len);
        }
        oid::CONTENT_COLLECTION | oid::CONTENT_WITH_ATTRIBUTES => {
            let mut reader = CollectionReader::new(&content_type, limits)?;
            let mut members = 0;
            reader.push::<DecodeError>(message, &mut |event| {
                members += usize::from(matches!(
                    event,
                    cms_core::collection::CollectionEvent::Begin(_)
                ));
                Ok(())
            })?;
            reader.finish()?;
            facts.add("members", members);
        }
        oid::TIME_STAMPED_DATA => {
            let mut reader = TimeStampedDataReader::new(&PROVIDER, limits);
            reader.push(message, &mut sink)?;
            let mut replay = content.as_slice();
            reader.finish(&mut replay)?;
        }
        other => return Err(CmsError::UnexpectedContentType(other.to_string())),
    }
    Ok(facts)
}

fn signed(report: cms_core::report::SignedDataReport, content: &[u8], facts: &mut Facts) {
    facts.add("version", report.version);
    facts.add("econtent type", report.econtent_type);
    facts.add_set(
        "digests",
        report
            .digest_algorithms
            .iter()
            .map(|algorithm| algorithm.oid),
    );
    facts.add("certificates", report.raw_certificates.len());
    facts.add("crls", report.crls.len());
    facts.add("signers", report.signers.len());
    facts.add("detached", report.detached);
    facts.add_octets("content", content);
    let infos: Vec<_> = report
        .signers
        .iter()
        .filter_map(|signer| signer.info.value().ok())
        .collect();
    facts.add_set(
        "signatures",
        infos.iter().map(|info| {
            let algorithms: [ObjectIdentifier; 2] =
                [info.digest_algorithm.oid, info.signature_algorithm.oid];
            format!(
                "{}+{}+{}",
                algorithms[0],
                algorithms[1],
                hex(&info.signature)
            )
        }),
    );
}

fn recipients(reports: &[RecipientReport], facts: &mut Facts) {
    facts.add("recipients", reports.len());
    let keys = reports.iter().filter_map(|report| {
        let raw = report.raw();
        let (algorithm, key) = match raw.value().ok()? {
            RecipientInfo::KeyTrans(info) => (&info.key_encryption_algorithm, &info.encrypted_key),
            RecipientInfo::KeyAgree(info) => (
                &info.key_encryption_algorithm,
                &info
                    .recipient_encrypted_keys
                    .get(report.index())?
                    .encrypted_key,
            ),
            RecipientInfo::Kek(info) => (&info.key_encryption_algorithm, &info.encrypted_key),
            RecipientInfo::Password(info) => (&info.key_encryption_algorithm, &info.encrypted_key),
            RecipientInfo::Kem(info) => (&info.kem, &info.encrypted_key),
            _ => return None,
        };
        Some(format!("{}+{}", algorithm.oid, hex(key)))
    });
    facts.add_set("encrypted keys", keys);
}
