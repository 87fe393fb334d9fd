//! Compression: ZLIB, RFC 3274, section 2 (RFC 1950, RFC 1951), by miniz_oxide.
//!
//! Identifier 1.2.840.113549.1.9.16.3.8; parameters are omitted when written, NULL is read (RFC 3274, 2). RFC 8551,
//! 2.4.5: SHOULD be supported when receiving. Test vectors: corpora, Python's zlib.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::provider::{CompressionAlgorithm, Compressor, Inflater};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::inflate::stream::InflateState;
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use super::parameters;

/// id-alg-zlibCompress.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct Zlib;

/// The level of zlib's own default.
const LEVEL: i32 = 6;

// rfc3274:2/1
impl CompressionAlgorithm for Zlib {
    fn oid(&self) -> ObjectIdentifier {
        oid::ZLIB
    }

    /// rfc3274:2: parameters "MUST be absent"; NULL is what some programs write.
    fn identifier(&self) -> AlgorithmIdentifier {
        AlgorithmIdentifier::new(oid::ZLIB)
    }

    fn compressor(&self) -> Box<dyn Compressor> {
        let flags = create_comp_flags_from_zip_params(LEVEL, DataFormat::Zlib.to_window_bits(), 0);
        Box::new(Deflating {
            state: Box::new(CompressorOxide::new(flags)),
            buffer: alloc::vec![0; STEP],
        })
    }

    fn inflater(&self, algorithm: &AlgorithmIdentifier) -> Result<Box<dyn Inflater>, CryptoError> {
        parameters::none(algorithm)?;
        Ok(Box::new(Inflating {
            state: InflateState::new_boxed(DataFormat::Zlib),
            buffer: Vec::new(),
            finished: false,
        }))
    }

    /// rfc3274:1.1/2.
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        alloc::vec![AlgorithmIdentifier::new(self.oid())]
    }
}

/// Octets that come out at once.
const STEP: usize = 32 * 1024;

struct Deflating {
    state: Box<CompressorOxide>,
    buffer: Vec<u8>,
}

impl Deflating {
    fn run(
        &mut self,
        mut input: &[u8],
        flush: MZFlush,
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        loop {
            let step = miniz_oxide::deflate::stream::deflate(
                &mut self.state,
                input,
                &mut self.buffer,
                flush,
            );
            input = input.get(step.bytes_consumed..).unwrap_or_default();
            let made = self.buffer.get(..step.bytes_written).unwrap_or_default();
            out.extend_from_slice(made);
            match step.status {
                Ok(MZStatus::StreamEnd) => return Ok(()),
                // No progress was possible: all input is taken.
                Err(MZError::Buf) if flush == MZFlush::None => return Ok(()),
                Ok(_) if flush == MZFlush::None && input.is_empty() && made.len() < STEP => {
                    return Ok(());
                }
                Ok(_) => {}
                Err(_) => return Err(CryptoError::Failed),
            }
        }
    }
}

impl Compressor for Deflating {
    fn update(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        if content.is_empty() {
            return Ok(());
        }
        self.run(content, MZFlush::None, out)
    }

    fn finish(mut self: Box<Self>, out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.run(&[], MZFlush::Finish, out)
    }
}

struct Inflating {
    state: Box<InflateState>,
    buffer: Vec<u8>,
    finished: bool,
}

impl Inflater for Inflating {
    fn update(
        &mut self,
        input: &mut &[u8],
        room: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        self.buffer.resize(room, 0);
        let mut filled = 0;
        while !self.finished && filled < room {
            let free = self.buffer.get_mut(filled..).unwrap_or_default();
            let step =
                miniz_oxide::inflate::stream::inflate(&mut self.state, input, free, MZFlush::None);
            *input = input.get(step.bytes_consumed..).unwrap_or_default();
            filled += step.bytes_written;
            match step.status {
                Ok(MZStatus::StreamEnd) => self.finished = true,
                // More input is needed.
                Err(MZError::Buf) => break,
                Ok(_) if step.bytes_consumed == 0 && step.bytes_written == 0 => break,
                Ok(_) => {}
                Err(_) => return Err(CryptoError::Failed),
            }
        }
        out.extend_from_slice(self.buffer.get(..filled).unwrap_or_default());
        Ok(())
    }

    fn is_finished(&self) -> bool {
        self.finished
    }
}
