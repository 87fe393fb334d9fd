//! The key wraps of RFC 3394 and RFC 5649, which is the first over padded keys.

use alloc::vec::Vec;

use aes::{Aes128, Aes192, Aes256};
use aes_kw::{AesKw, AesKwp};
use cipher::consts::U16;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

use super::seed::Seed;
use crate::backend::{Answer, BlockCipher, Refusal, Secret};

/// The longest key that is wrapped or unwrapped: no cipher or MAC takes a longer one.
const MAX_LEN: usize = 4096;

/// Runs an expression with `$C` bound to the type of a block cipher.
macro_rules! with_cipher {
    ($cipher:expr, $kek:expr, $C:ident => $body:expr) => {
        match ($cipher, $kek.len()) {
            (BlockCipher::Aes, 16) => {
                type $C = Aes128;
                $body
            }
            (BlockCipher::Aes, 24) => {
                type $C = Aes192;
                $body
            }
            (BlockCipher::Aes, 32) => {
                type $C = Aes256;
                $body
            }
            (BlockCipher::Camellia, 16) => {
                type $C = camellia::Camellia128;
                $body
            }
            (BlockCipher::Camellia, 24) => {
                type $C = camellia::Camellia192;
                $body
            }
            (BlockCipher::Camellia, 32) => {
                type $C = camellia::Camellia256;
                $body
            }
            (BlockCipher::Seed, 16) => {
                type $C = Seed;
                $body
            }
            _ => Err(Refusal::Key),
        }
    };
}

pub(super) fn wrap(cipher: BlockCipher, kek: &[u8], key: &[u8]) -> Answer<Vec<u8>> {
    fn run<C>(kek: &[u8], key: &[u8]) -> Answer<Vec<u8>>
    where
        C: KeyInit + BlockCipherEncrypt<BlockSize = U16>,
    {
        let mut out = alloc::vec![0; key.len() + 8];
        let wrap = AesKw::<C>::new_from_slice(kek).map_err(|_| Refusal::Key)?;
        wrap.wrap_key(key, &mut out).map_err(|_| Refusal::Key)?;
        Ok(out)
    }
    // rfc3394:2: at least two blocks of 64 bits.
    if !(16..=MAX_LEN).contains(&key.len()) {
        return Err(Refusal::Key);
    }
    with_cipher!(cipher, kek, C => run::<C>(kek, key))
}

pub(super) fn unwrap(cipher: BlockCipher, kek: &[u8], wrapped: &[u8]) -> Answer<Secret> {
    fn run<C>(kek: &[u8], wrapped: &[u8], len: usize) -> Answer<Secret>
    where
        C: KeyInit + BlockCipherDecrypt<BlockSize = U16>,
    {
        let mut out = Zeroizing::new(alloc::vec![0; len]);
        let wrap = AesKw::<C>::new_from_slice(kek).map_err(|_| Refusal::Key)?;
        wrap.unwrap_key(wrapped, &mut out)
            .map_err(|_| Refusal::Failed)?;
        Ok(out)
    }
    let len = wrapped
        .len()
        .checked_sub(8)
        .filter(|len| (16..=MAX_LEN).contains(len))
        .ok_or(Refusal::Failed)?;
    with_cipher!(cipher, kek, C => run::<C>(kek, wrapped, len))
}

pub(super) fn wrap_padded(kek: &[u8], key: &[u8]) -> Answer<Vec<u8>> {
    fn run<C>(kek: &[u8], key: &[u8]) -> Answer<Vec<u8>>
    where
        C: KeyInit + BlockCipherEncrypt<BlockSize = U16>,
    {
        let mut out = alloc::vec![0; key.len().next_multiple_of(8) + 8];
        let wrap = AesKwp::<C>::new_from_slice(kek).map_err(|_| Refusal::Key)?;
        wrap.wrap_key(key, &mut out).map_err(|_| Refusal::Key)?;
        Ok(out)
    }
    if !(1..=MAX_LEN).contains(&key.len()) {
        return Err(Refusal::Key);
    }
    with_cipher!(BlockCipher::Aes, kek, C => run::<C>(kek, key))
}

pub(super) fn unwrap_padded(kek: &[u8], wrapped: &[u8]) -> Answer<Secret> {
    fn run<C>(kek: &[u8], wrapped: &[u8]) -> Answer<Secret>
    where
        C: KeyInit + BlockCipherDecrypt<BlockSize = U16>,
    {
        let mut out = Zeroizing::new(alloc::vec![0; wrapped.len()]);
        let wrap = AesKwp::<C>::new_from_slice(kek).map_err(|_| Refusal::Key)?;
        let len = wrap
            .unwrap_key(wrapped, &mut out)
            .map_err(|_| Refusal::Failed)?
            .len();
        if len == 0 {
            return Err(Refusal::Failed);
        }
        out.truncate(len);
        Ok(out)
    }
    if !(16..=MAX_LEN + 8).contains(&wrapped.len()) || !wrapped.len().is_multiple_of(8) {
        return Err(Refusal::Failed);
    }
    with_cipher!(BlockCipher::Aes, kek, C => run::<C>(kek, wrapped))
}
