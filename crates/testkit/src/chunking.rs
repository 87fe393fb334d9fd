//! Every chunking that a streaming reader must not notice.

/// Splits of `input`: whole, single octets, and a number of pseudo-random ones that depend on `seed` alone.
#[must_use]
pub fn chunkings(input: &[u8], seed: u64) -> Vec<Vec<&[u8]>> {
    let mut all = vec![
        vec![input],
        input.chunks(1).collect(),
        input.chunks(7).collect(),
    ];
    let mut state = seed | 1;
    for _ in 0..3 {
        let mut rest = input;
        let mut chunks = Vec::new();
        while !rest.is_empty() {
            // xorshift64: any spread of lengths will do.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let take = usize::try_from(state % 97)
                .unwrap_or(1)
                .clamp(1, rest.len());
            let (chunk, later) = rest.split_at(take);
            chunks.push(chunk);
            rest = later;
        }
        all.push(chunks);
    }
    all
}
