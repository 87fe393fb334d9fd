//! Countersignatures (RFC 5652, section 11.4): signatures over a signature, in its unsigned attributes.

use alloc::vec::Vec;

use super::signer::{PreparedSigner, Signer, Subject};
use crate::ber::{Cursor, Tag, write};
use crate::error::{CmsError, DecodeError};
use crate::oid;
use crate::policy::Policy;
use crate::provider::{CryptoProvider, Random};
use crate::types::{Attribute, SignerInfo};

/// Signs the signature of a SignerInfo: the SignerInfo with one more countersignature in its unsigned attributes,
/// everything else octet for octet. `signer` must have no other signed attributes than RFC 2634, 1.3.4 allows;
/// contentType is left out.
///
/// # Errors
/// A SignerInfo that cannot be read, a key or digest that policy refuses, backend failures.
pub fn countersign(
    signer_info: &[u8],
    signer: Signer<'_>,
    provider: &CryptoProvider,
    policy: &dyn Policy,
    random: &mut dyn Random,
) -> Result<Vec<u8>, CmsError> {
    let element = Cursor::single(signer_info, 0)?;
    let info = SignerInfo::decode(&element)?;
    let prepared = PreparedSigner::new(signer, Subject::Signature, policy)?;
    let made = prepared.sign_signature(&info.signature, provider, random)?;
    Ok(with_unsigned_attribute(
        signer_info,
        Attribute::new(oid::COUNTERSIGNATURE, made),
    )?)
}

/// A SignerInfo with one more unsigned attribute. One that is there already of that type gets a further value.
///
/// # Errors
/// A SignerInfo that cannot be read.
pub fn with_unsigned_attribute(
    signer_info: &[u8],
    attribute: Attribute,
) -> Result<Vec<u8>, DecodeError> {
    let mut fields = Cursor::single(signer_info, 0)?.children();
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut encodings = Vec::new();
    let mut attribute = attribute;
    while !fields.is_empty() {
        let field = fields.element()?;
        // unsignedAttrs [1] IMPLICIT is the last field and the only one with this tag.
        if field.tag() != Tag::context(1) {
            kept.push(field.raw());
            continue;
        }
        let mut list = field.children();
        while !list.is_empty() {
            let one = list.element()?;
            let known = Attribute::decode(&one)?;
            if known.oid == attribute.oid {
                attribute.values.extend(known.values);
            } else {
                encodings.push(one.raw().to_vec());
            }
        }
    }
    encodings.push(attribute.to_der());
    let unsigned = write::context(1, &write::sorted(encodings));
    kept.push(&unsigned);
    Ok(write::sequence(&kept))
}
