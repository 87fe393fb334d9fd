//! What fuzzing of the writers found.

#![expect(clippy::unwrap_used, reason = "tests")]

use cms::content_info::ContentInfo;
use cms::enveloped_data::EnvelopedData;
use cms_algs::{PROVIDER, spec};
use cms_core::ContentForm;
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::oid;
use cms_core::policy::StandardPolicy;
use cms_core::recipients::Recipient;
use cms_core::types::Certificate;
use der::Decode;
use testkit::keys::BOB;

/// RFC 5083, 2.1 wants contentType among the authenticated attributes around anything but id-data; EnvelopedData has
/// none, and what stood there were unprotected attributes that nobody had asked for (RFC 5652, 6.1).
#[test]
fn enveloped_data_around_another_type_has_no_authenticated_attributes() {
    let mut message = Vec::new();
    let mut random = (PROVIDER.random)();
    let mut writer = EnvelopedDataBuilder::new(oid::SIGNED_DATA)
        .with_recipient(Recipient::new(
            Certificate::from_der(BOB.certificate).unwrap(),
        ))
        .start(
            &spec::AES_128_CBC,
            ContentForm::Definite(5),
            &PROVIDER,
            &StandardPolicy::Default,
            &mut *random,
            &mut message,
        )
        .unwrap();
    let mut rest = Vec::new();
    let mut sink = |octets: &[u8]| {
        rest.extend_from_slice(octets);
        Ok(())
    };
    writer.update(b"inner", &mut sink).unwrap();
    writer.finish(&mut sink).unwrap();
    message.extend_from_slice(&rest);
    let info = ContentInfo::from_der(&message).unwrap();
    let enveloped: EnvelopedData = info.content.decode_as().unwrap();
    assert!(enveloped.unprotected_attrs.is_none());
}
