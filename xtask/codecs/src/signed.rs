//! Crate `cryptographic-message-syntax`: verifies SignedData, whoever issued the certificates.

use cryptographic_message_syntax::SignedData;

use crate::{Job, Outcome};

pub fn verify(job: &Job) -> Outcome {
    let signed = SignedData::parse_ber(&job.read("in")?)?;
    let detached = job
        .has("content")
        .then(|| job.read("content"))
        .transpose()?;
    let mut signers = 0;
    for signer in signed.signers() {
        signer.verify_signature_with_signed_data(&signed)?;
        match &detached {
            Some(content) => signer.verify_message_digest_with_content(content)?,
            None => signer.verify_message_digest_with_signed_data(&signed)?,
        }
        signers += 1;
    }
    if signers == 0 {
        return Err("there is no signer".into());
    }
    let content = detached.or_else(|| signed.signed_content().map(<[u8]>::to_vec));
    Ok(content.unwrap_or_default())
}
