//! `Read` and `Write` adapters: whole messages from a source to a sink.
//!
//! Sinks get unverified octets before the verdict; hand in a spool or a temporary file and release it when the
//! function returned.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::vec::Vec;

use crate::enveloped::{DecryptContext, EnvelopedDataBuilder, EnvelopedDataReader};
use crate::error::CmsError;
use crate::frame::ContentForm;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::provider::{ContentCipher, CryptoProvider, Random};
use crate::reader::LayerReader;
use crate::report::{EnvelopedDataReport, SignedDataReport};
use crate::signed::{PreparedSignedData, Replay, SignedDataReader, VerifyContext};
use crate::unverified::Unverified;

/// Octets that are read at once: large enough that system calls do not count, small enough for the cache.
pub const CHUNK: usize = 128 * 1024;

/// Hands everything that `source` has to `sink`, chunk by chunk.
///
/// # Errors
/// What reading or `sink` returns.
pub fn pump<E: From<io::Error>>(
    source: &mut dyn Read,
    sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut buffer = std::vec![0; CHUNK];
    loop {
        let n = match source.read(&mut buffer) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        if n == 0 {
            return Ok(());
        }
        sink(buffer.get(..n).unwrap_or_default())?;
    }
}

/// A seekable source as content that can be read again.
#[derive(Debug)]
pub struct SeekReplay<R>(R);

impl<R: Read + Seek> SeekReplay<R> {
    /// Reads `source` again from its beginning whenever that is needed.
    pub fn new(source: R) -> Self {
        Self(source)
    }
}

impl<R: Read + Seek> Replay for SeekReplay<R> {
    fn replay(
        &mut self,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        self.0.seek(SeekFrom::Start(0))?;
        pump(&mut self.0, sink)
    }
}

/// Verifies an opaque SignedData from `source`; its content goes to `content` before the verdict is known.
///
/// # Errors
/// As [`SignedDataReader`]; input/output.
pub fn verify(
    source: &mut dyn Read,
    content: &mut dyn Write,
    replay: &mut dyn Replay,
    context: &VerifyContext<'_>,
    limits: &Limits,
) -> Result<SignedDataReport, CmsError> {
    let mut reader = SignedDataReader::new(context.provider, limits);
    pump(source, &mut |chunk| {
        reader.push(chunk, &mut |octets| {
            Ok(content.write_all(octets.danger_octets())?)
        })
    })?;
    content.flush()?;
    reader.finish(replay, context)
}

/// Decrypts from `source`; plaintext goes to `plaintext` before the tag was checked. The report is there in any case.
pub fn decrypt(
    source: &mut dyn Read,
    plaintext: &mut dyn Write,
    context: DecryptContext<'_>,
    limits: &Limits,
) -> (EnvelopedDataReport, Result<(), CmsError>) {
    let mut reader = EnvelopedDataReader::new(context, limits);
    let result = pump(source, &mut |chunk| {
        reader.push(chunk, &mut |octets| {
            Ok(plaintext.write_all(octets.danger_octets())?)
        })
    });
    let result = result.and_then(|()| {
        reader.finish(&mut |octets| Ok(plaintext.write_all(octets.danger_octets())?))?;
        Ok(plaintext.flush()?)
    });
    (reader.report(), result)
}

/// Reads a whole message of any type whose verdict needs nothing else; its content goes to `content` before the verdict
/// is known. `detached` is content, or ciphertext, that is not in the message.
///
/// # Errors
/// As the reader; input/output.
pub fn read(
    reader: &mut dyn LayerReader,
    source: &mut dyn Read,
    detached: Option<&mut dyn Read>,
    content: &mut dyn Write,
) -> Result<(), CmsError> {
    let mut sink = |octets: Unverified<'_>| Ok(content.write_all(octets.danger_octets())?);
    pump::<CmsError>(source, &mut |chunk| reader.push(chunk, &mut sink))?;
    if let Some(detached) = detached {
        // Content without octets is content too.
        reader.push_detached(&[], &mut sink)?;
        pump::<CmsError>(detached, &mut |chunk| {
            reader.push_detached(chunk, &mut sink)
        })?;
    }
    reader.finish(&mut sink)?;
    Ok(content.flush()?)
}

/// Signs `source` in a single pass into `out`.
///
/// # Errors
/// As [`PreparedSignedData::start`]; input/output.
pub fn sign(
    prepared: PreparedSignedData<'_>,
    form: ContentForm,
    source: &mut dyn Read,
    out: &mut dyn Write,
    limits: &Limits,
    random: &mut dyn Random,
) -> Result<(), CmsError> {
    let mut prologue = Vec::new();
    let mut writer = prepared.start(form, limits, &mut prologue)?;
    out.write_all(&prologue)?;
    pump(source, &mut |chunk| {
        writer.update(chunk, &mut |octets| Ok(out.write_all(octets)?))
    })?;
    writer.finish(random, &mut |octets| Ok(out.write_all(octets)?))?;
    Ok(out.flush()?)
}

/// Signs a seekable `source` in two passes into `out`: DER with any key, ECDSA included.
///
/// # Errors
/// As [`PreparedSignedData::sign`]; input/output; a source that changed between the passes.
pub fn sign_twice<S: Read + Seek>(
    prepared: &PreparedSignedData<'_>,
    source: &mut S,
    out: &mut dyn Write,
    limits: &Limits,
    random: &mut dyn Random,
) -> Result<(), CmsError> {
    let mut digester = prepared.digester();
    pump::<CmsError>(source, &mut |chunk| {
        digester.update(chunk);
        Ok(())
    })?;
    let announced = digester.content_len();
    let (prologue, epilogue) = prepared.sign(
        digester,
        false,
        &mut SeekReplay::new(&mut *source),
        limits,
        random,
    )?;
    out.write_all(&prologue)?;
    source.seek(SeekFrom::Start(0))?;
    let mut written = 0u64;
    pump::<CmsError>(source, &mut |chunk| {
        written = written.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        Ok(out.write_all(chunk)?)
    })?;
    if written != announced {
        return Err(CmsError::Misuse(
            "the content changed while it was being signed",
        ));
    }
    out.write_all(&epilogue)?;
    Ok(out.flush()?)
}

/// What an encryption needs besides the content.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct EncryptContext<'a> {
    /// The content cipher.
    pub cipher: &'a dyn ContentCipher,
    /// Algorithms.
    pub provider: &'a CryptoProvider,
    /// What may be used.
    pub policy: &'a dyn Policy,
}

impl core::fmt::Debug for EncryptContext<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EncryptContext")
            .field("cipher", &self.cipher)
            .finish_non_exhaustive()
    }
}

/// Encrypts `source` into `out`.
///
/// # Errors
/// As [`EnvelopedDataBuilder::start`]; input/output.
pub fn encrypt(
    builder: EnvelopedDataBuilder<'_>,
    context: &EncryptContext<'_>,
    form: ContentForm,
    source: &mut dyn Read,
    out: &mut dyn Write,
    random: &mut dyn Random,
) -> Result<(), CmsError> {
    let mut prologue = Vec::new();
    let mut writer = builder.start(
        context.cipher,
        form,
        context.provider,
        context.policy,
        random,
        &mut prologue,
    )?;
    out.write_all(&prologue)?;
    pump(source, &mut |chunk| {
        writer.update(chunk, &mut |octets| Ok(out.write_all(octets)?))
    })?;
    writer.finish(&mut |octets| Ok(out.write_all(octets)?))?;
    Ok(out.flush()?)
}
