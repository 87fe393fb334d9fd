//! CBC, the parts of GCM and ChaCha20 from RustCrypto.

use alloc::boxed::Box;
use alloc::vec::Vec;

use aes::{Aes128, Aes192, Aes256};
use cipher::{
    Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit, KeyIvInit, StreamCipher as _,
};
use zeroize::Zeroizing;

use super::seed::Seed;
use crate::backend::{Answer, BlockCipher, Refusal, StreamCipher};

pub(super) fn cbc_encrypt(
    cipher: BlockCipher,
    key: &[u8],
    iv: &[u8],
) -> Answer<Box<dyn StreamCipher>> {
    Ok(match (cipher, key.len()) {
        (BlockCipher::Aes, 16) => encrypting::<cbc::Encryptor<Aes128>>(key, iv)?,
        (BlockCipher::Aes, 24) => encrypting::<cbc::Encryptor<Aes192>>(key, iv)?,
        (BlockCipher::Aes, 32) => encrypting::<cbc::Encryptor<Aes256>>(key, iv)?,
        (BlockCipher::TripleDes, 24) => encrypting::<cbc::Encryptor<des::TdesEde3>>(key, iv)?,
        (BlockCipher::Camellia, 16) => {
            encrypting::<cbc::Encryptor<camellia::Camellia128>>(key, iv)?
        }
        (BlockCipher::Camellia, 24) => {
            encrypting::<cbc::Encryptor<camellia::Camellia192>>(key, iv)?
        }
        (BlockCipher::Camellia, 32) => {
            encrypting::<cbc::Encryptor<camellia::Camellia256>>(key, iv)?
        }
        (BlockCipher::Cast5, 5..=16) => encrypting::<cbc::Encryptor<cast5::Cast5>>(key, iv)?,
        (BlockCipher::Des, 8) => encrypting::<cbc::Encryptor<des::Des>>(key, iv)?,
        (BlockCipher::Idea, 16) => encrypting::<cbc::Encryptor<idea::Idea>>(key, iv)?,
        (BlockCipher::Seed, 16) => encrypting::<cbc::Encryptor<Seed>>(key, iv)?,
        (BlockCipher::Rc2(bits), _) => {
            let inner = rc2(key, bits)?;
            let mode = cbc::Encryptor::<rc2::Rc2>::inner_iv_slice_init(inner, iv)
                .map_err(|_| Refusal::Key)?;
            Box::new(Encrypting(mode, Vec::new()))
        }
        _ => return Err(Refusal::Key),
    })
}

pub(super) fn cbc_decrypt(
    cipher: BlockCipher,
    key: &[u8],
    iv: &[u8],
) -> Answer<Box<dyn StreamCipher>> {
    Ok(match (cipher, key.len()) {
        (BlockCipher::Aes, 16) => decrypting::<cbc::Decryptor<Aes128>>(key, iv)?,
        (BlockCipher::Aes, 24) => decrypting::<cbc::Decryptor<Aes192>>(key, iv)?,
        (BlockCipher::Aes, 32) => decrypting::<cbc::Decryptor<Aes256>>(key, iv)?,
        (BlockCipher::TripleDes, 24) => decrypting::<cbc::Decryptor<des::TdesEde3>>(key, iv)?,
        (BlockCipher::Camellia, 16) => {
            decrypting::<cbc::Decryptor<camellia::Camellia128>>(key, iv)?
        }
        (BlockCipher::Camellia, 24) => {
            decrypting::<cbc::Decryptor<camellia::Camellia192>>(key, iv)?
        }
        (BlockCipher::Camellia, 32) => {
            decrypting::<cbc::Decryptor<camellia::Camellia256>>(key, iv)?
        }
        (BlockCipher::Cast5, 5..=16) => decrypting::<cbc::Decryptor<cast5::Cast5>>(key, iv)?,
        (BlockCipher::Des, 8) => decrypting::<cbc::Decryptor<des::Des>>(key, iv)?,
        (BlockCipher::Idea, 16) => decrypting::<cbc::Decryptor<idea::Idea>>(key, iv)?,
        (BlockCipher::Seed, 16) => decrypting::<cbc::Decryptor<Seed>>(key, iv)?,
        (BlockCipher::Rc2(bits), _) => {
            let inner = rc2(key, bits)?;
            let mode = cbc::Decryptor::<rc2::Rc2>::inner_iv_slice_init(inner, iv)
                .map_err(|_| Refusal::Key)?;
            Box::new(Decrypting(mode, Vec::new()))
        }
        _ => return Err(Refusal::Key),
    })
}

fn rc2(key: &[u8], effective_bits: usize) -> Answer<rc2::Rc2> {
    if key.is_empty() || key.len() > 128 || !(1..=1024).contains(&effective_bits) {
        return Err(Refusal::Key);
    }
    Ok(rc2::Rc2::new_with_eff_key_len(key, effective_bits))
}

fn encrypting<M>(key: &[u8], iv: &[u8]) -> Answer<Box<dyn StreamCipher>>
where
    M: BlockModeEncrypt + KeyIvInit + Send + 'static,
{
    let mode = M::new_from_slices(key, iv).map_err(|_| Refusal::Key)?;
    Ok(Box::new(Encrypting(mode, Vec::new())))
}

fn decrypting<M>(key: &[u8], iv: &[u8]) -> Answer<Box<dyn StreamCipher>>
where
    M: BlockModeDecrypt + KeyIvInit + Send + 'static,
{
    let mode = M::new_from_slices(key, iv).map_err(|_| Refusal::Key)?;
    Ok(Box::new(Decrypting(mode, Vec::new())))
}

/// A mode and the octets that do not fill a block yet.
struct Encrypting<M>(M, Vec<u8>);
struct Decrypting<M>(M, Vec<u8>);

/// Appends `input` behind what is pending and splits off as many whole blocks as may be processed.
fn take_blocks(
    pending: &mut Vec<u8>,
    input: &[u8],
    block: usize,
    keep_last: bool,
    out: &mut Vec<u8>,
) -> usize {
    let start = out.len();
    let total = pending.len() + input.len();
    let mut whole = total / block * block;
    if keep_last && whole == total {
        whole = whole.saturating_sub(block);
    }
    if whole == 0 {
        pending.extend_from_slice(input);
        return start;
    }
    out.append(pending);
    let (now, later) = input
        .split_at_checked(whole - (out.len() - start))
        .unwrap_or((input, &[]));
    out.extend_from_slice(now);
    pending.extend_from_slice(later);
    start
}

impl<M: BlockModeEncrypt + Send> StreamCipher for Encrypting<M> {
    fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Answer<()> {
        let start = take_blocks(&mut self.1, input, M::block_size(), false, out);
        let (blocks, _) = Array::slice_as_chunks_mut(out.get_mut(start..).unwrap_or_default());
        self.0.encrypt_blocks(blocks);
        Ok(())
    }

    fn finish(mut self: Box<Self>, out: &mut Vec<u8>) -> Answer<()> {
        let missing = M::block_size() - self.1.len();
        let octet = u8::try_from(missing).map_err(|_| Refusal::Failed)?;
        let padding = alloc::vec![octet; missing];
        self.update(&padding, out)
    }
}

impl<M: BlockModeDecrypt + Send> StreamCipher for Decrypting<M> {
    fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Answer<()> {
        let start = take_blocks(&mut self.1, input, M::block_size(), true, out);
        let (blocks, _) = Array::slice_as_chunks_mut(out.get_mut(start..).unwrap_or_default());
        self.0.decrypt_blocks(blocks);
        Ok(())
    }

    /// Checks the padding without an early exit (RFC 5652, 6.3).
    fn finish(mut self: Box<Self>, out: &mut Vec<u8>) -> Answer<()> {
        let block = M::block_size();
        if self.1.len() != block {
            return Err(Refusal::Failed);
        }
        let mut last = Zeroizing::new(core::mem::take(&mut self.1));
        let (blocks, _) = Array::slice_as_chunks_mut(&mut last);
        self.0.decrypt_blocks(blocks);
        let pad = last.last().copied().unwrap_or(0);
        let pad_len = usize::from(pad);
        let mut wrong = u8::from(pad_len == 0) | u8::from(pad_len > block);
        for (index, octet) in last.iter().rev().enumerate() {
            let counts = u8::from(index < pad_len);
            wrong |= counts * (octet ^ pad);
        }
        if wrong != 0 {
            return Err(Refusal::Failed);
        }
        out.extend_from_slice(last.get(..block - pad_len).unwrap_or_default());
        Ok(())
    }
}

/// AES in counter mode, and single blocks: what GCM is made of.
pub(crate) mod gcm_parts {
    use super::*;
    use cipher::BlockCipherEncrypt;

    /// The key stream from a counter block on, with the 32-bit counter of GCM.
    pub(crate) enum KeyStream {
        Aes128(Box<ctr::Ctr32BE<Aes128>>),
        Aes192(Box<ctr::Ctr32BE<Aes192>>),
        Aes256(Box<ctr::Ctr32BE<Aes256>>),
    }

    impl KeyStream {
        pub(crate) fn new(key: &[u8], counter: &[u8; 16]) -> Answer<Self> {
            Ok(match key.len() {
                16 => Self::Aes128(Box::new(stream(key, counter)?)),
                24 => Self::Aes192(Box::new(stream(key, counter)?)),
                32 => Self::Aes256(Box::new(stream(key, counter)?)),
                _ => return Err(Refusal::Key),
            })
        }

        pub(crate) fn apply(&mut self, data: &mut [u8]) -> Answer<()> {
            match self {
                Self::Aes128(stream) => stream.try_apply_keystream(data),
                Self::Aes192(stream) => stream.try_apply_keystream(data),
                Self::Aes256(stream) => stream.try_apply_keystream(data),
            }
            .map_err(|_| Refusal::Failed)
        }
    }

    fn stream<C>(key: &[u8], counter: &[u8; 16]) -> Answer<C>
    where
        C: KeyIvInit,
    {
        C::new_from_slices(key, counter).map_err(|_| Refusal::Key)
    }

    /// One block under the key.
    pub(crate) fn encrypt_block(key: &[u8], block: [u8; 16]) -> Answer<[u8; 16]> {
        let mut block = Array::from(block);
        match key.len() {
            16 => Aes128::new_from_slice(key)
                .map_err(|_| Refusal::Key)?
                .encrypt_block(&mut block),
            24 => Aes192::new_from_slice(key)
                .map_err(|_| Refusal::Key)?
                .encrypt_block(&mut block),
            32 => Aes256::new_from_slice(key)
                .map_err(|_| Refusal::Key)?
                .encrypt_block(&mut block),
            _ => return Err(Refusal::Key),
        }
        Ok(block.into())
    }
}

/// ChaCha20 (RFC 8439, 2.4): what ChaCha20-Poly1305 is made of.
pub(crate) mod chacha20 {
    use super::*;
    use cipher::StreamCipherSeek as _;

    /// The key stream from block 1 on; block 0 makes the key of Poly1305.
    pub(crate) struct KeyStream(Box<::chacha20::ChaCha20>);

    impl KeyStream {
        /// The stream and the 32 octets of block 0.
        pub(crate) fn new(key: &[u8], nonce: &[u8]) -> Answer<(Self, Zeroizing<[u8; 32]>)> {
            let mut stream =
                ::chacha20::ChaCha20::new_from_slices(key, nonce).map_err(|_| Refusal::Key)?;
            let mut first = Zeroizing::new([0; 32]);
            let failed = |_| Refusal::Failed;
            stream.try_apply_keystream(&mut *first).map_err(failed)?;
            stream.try_seek(64u64).map_err(failed)?;
            Ok((Self(Box::new(stream)), first))
        }

        pub(crate) fn apply(&mut self, data: &mut [u8]) -> Answer<()> {
            self.0
                .try_apply_keystream(data)
                .map_err(|_| Refusal::Failed)
        }
    }
}
