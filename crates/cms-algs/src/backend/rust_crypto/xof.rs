//! SHAKE128 and SHAKE256 as hash functions with the output lengths of RFC 8702, section 3.1, and as themselves.

use ::digest::common::BlockSizeUser;
use ::digest::consts::{U32, U64, U136, U168};
use ::digest::{
    ExtendableOutput, FixedOutput, FixedOutputReset, HashMarker, Output, OutputSizeUser, Reset,
    Update, XofReader,
};
use alloc::vec::Vec;

macro_rules! fixed {
    ($name:ident, $len:ty, $rate:ty) => {
        /// The function with a fixed output.
        #[derive(Clone, Default)]
        pub(crate) struct $name(shake::$name);

        impl HashMarker for $name {}

        impl Update for $name {
            fn update(&mut self, octets: &[u8]) {
                self.0.update(octets);
            }
        }

        impl OutputSizeUser for $name {
            type OutputSize = $len;
        }

        impl BlockSizeUser for $name {
            type BlockSize = $rate;
        }

        impl FixedOutput for $name {
            fn finalize_into(self, out: &mut Output<Self>) {
                self.0.finalize_xof().read(out);
            }
        }

        impl Reset for $name {
            fn reset(&mut self) {
                *self = Self::default();
            }
        }

        impl FixedOutputReset for $name {
            fn finalize_into_reset(&mut self, out: &mut Output<Self>) {
                core::mem::take(self).finalize_into(out);
            }
        }
    };
}
fixed!(Shake128, U32, U168);
fixed!(Shake256, U64, U136);

/// `len` octets of SHAKE128 or SHAKE256.
pub(crate) fn shake(bits: usize, input: &[&[u8]], len: usize) -> Vec<u8> {
    fn run<X: Default + Update + ExtendableOutput>(input: &[&[u8]], out: &mut [u8]) {
        let mut xof = X::default();
        for part in input {
            xof.update(part);
        }
        xof.finalize_xof().read(out);
    }
    let mut out = alloc::vec![0; len];
    if bits == 128 {
        run::<shake::Shake128>(input, &mut out);
    } else {
        run::<shake::Shake256>(input, &mut out);
    }
    out
}
