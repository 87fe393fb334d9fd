//! Crates that decode and judge nothing: `cms` takes DER alone, `rasn-cms` BER.

use cms::authenticated_data::AuthenticatedData;
use cms::authenveloped_data::AuthEnvelopedData;
use cms::compressed_data::CompressedData;
use cms::content_info::ContentInfo;
use cms::digested_data::DigestedData;
use cms::encrypted_data::EncryptedData;
use cms::enveloped_data::EnvelopedData;
use cms::signed_data::SignedData;
use der::{Decode, DecodeOwned, Encode as _};

use crate::{Job, Outcome};

pub fn cms(job: &Job) -> Outcome {
    let octets = job.read("in")?;
    let info = ContentInfo::from_der(&octets)?;
    let content = info.content.to_der()?;
    let name = info.content_type.to_string();
    let read = match name.as_str() {
        "1.2.840.113549.1.7.2" => whole::<SignedData>(&content),
        "1.2.840.113549.1.7.3" => whole::<EnvelopedData>(&content),
        "1.2.840.113549.1.7.5" => whole::<DigestedData>(&content),
        "1.2.840.113549.1.7.6" => whole::<EncryptedData>(&content),
        "1.2.840.113549.1.9.16.1.2" => whole::<AuthenticatedData>(&content),
        "1.2.840.113549.1.9.16.1.9" => whole::<CompressedData>(&content),
        "1.2.840.113549.1.9.16.1.23" => whole::<AuthEnvelopedData>(&content),
        _ => return Err(format!("no type for {name}").into()),
    };
    read?;
    Ok(name.into_bytes())
}

fn whole<T: DecodeOwned>(octets: &[u8]) -> der::Result<()>
where
    der::Error: From<<T as Decode<'static>>::Error>,
    for<'a> <T as Decode<'a>>::Error: Into<der::Error>,
{
    T::from_der(octets).map(drop).map_err(Into::into)
}

pub fn rasn(job: &Job) -> Outcome {
    let octets = job.read("in")?;
    let info: rasn_cms::ContentInfo =
        rasn::ber::decode(&octets).map_err(|error| error.to_string())?;
    let name = info.content_type.to_string();
    let content = info.content.as_bytes();
    let read = match name.as_str() {
        "1.2.840.113549.1.7.2" => rasn::ber::decode::<rasn_cms::SignedData>(content).map(drop),
        "1.2.840.113549.1.7.3" => rasn::ber::decode::<rasn_cms::EnvelopedData>(content).map(drop),
        "1.2.840.113549.1.7.5" => rasn::ber::decode::<rasn_cms::DigestedData>(content).map(drop),
        "1.2.840.113549.1.7.6" => rasn::ber::decode::<rasn_cms::EncryptedData>(content).map(drop),
        "1.2.840.113549.1.9.16.1.2" => {
            rasn::ber::decode::<rasn_cms::AuthenticatedData>(content).map(drop)
        }
        // It has AuthEnvelopedData and CompressedData as ContentInfo alone.
        _ => Ok(()),
    };
    read.map_err(|error| error.to_string())?;
    Ok(name.into_bytes())
}
