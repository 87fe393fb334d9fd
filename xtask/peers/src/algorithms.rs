//! What the provider's objects add to the bare primitives of the crates beneath them.
//!
//! The floor of a row calls the crate that serves the object, on the same octets in the same pieces, keys given as the
//! object gets them. Objects and floors take turns in short batches of one run; the least time of a call counts.

mod public_key;
mod symmetric;

use std::time::{Duration, Instant};

use cms_core::CryptoError;
use cms_core::provider::Random;
use serde_json::json;

/// Octets of the long and of the short input.
const LONG: usize = 1 << 20;
const SHORT: usize = 64;

/// Streams come in pieces of so many octets.
const PIECE: usize = 1 << 16;

/// A batch takes about so long, so that the clock does not count.
const BATCH: Duration = Duration::from_micros(300);

/// Batches of one row go on for so long, all sides together, and there are so many at least.
const DURATION: Duration = Duration::from_millis(600);
const BATCHES: u32 = 8;

pub(crate) fn run() {
    symmetric::run();
    public_key::run();
}

/// Randomness that is always the same, so that both sides do the same work.
struct Fixed;

impl Random for Fixed {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        out.fill(0x42);
        Ok(())
    }
}

/// The least nanoseconds of a call of each side.
fn least(sides: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let calls: Vec<u32> = sides
        .iter_mut()
        .map(|side| {
            side();
            let start = Instant::now();
            side();
            let one = start.elapsed().max(Duration::from_nanos(1));
            u32::try_from(BATCH.as_nanos() / one.as_nanos()).map_or(1, |calls| calls.max(1))
        })
        .collect();
    let mut least = vec![f64::MAX; sides.len()];
    let begin = Instant::now();
    let mut batches = 0;
    while batches < BATCHES || begin.elapsed() < DURATION {
        batches += 1;
        for ((side, least), calls) in sides.iter_mut().zip(&mut least).zip(&calls) {
            let start = Instant::now();
            for _ in 0..*calls {
                side();
            }
            let took = start.elapsed().as_secs_f64() * 1e9 / f64::from(*calls);
            *least = least.min(took);
        }
    }
    least
}

/// Measures and tells a row: ours, the floor and, where there is one, another way to the same result.
fn row(algorithm: &str, octets: Option<usize>, floor: &str, sides: &mut [&mut dyn FnMut()]) {
    let least = least(sides);
    println!(
        "{}",
        json!({"algorithm": algorithm, "octets": octets, "floor": floor, "ours_ns": least[0],
               "floor_ns": least[1], "other_ns": least.get(2)})
    );
}
