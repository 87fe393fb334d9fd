//! Every chunking of an input gives the same tokens, or ends in an error as well.

use cms_core::ber::{Token, Tokenizer};

/// The tokens as text, adjacent data joined; every third encoding is captured, every fifth passed on whole.
fn tokens(chunks: &[&[u8]]) -> (Vec<String>, Vec<u8>, bool) {
    let mut tokenizer = Tokenizer::new(&crate::limits());
    let (mut tokens, mut data, mut encodings) = (Vec::new(), Vec::new(), 0);
    for chunk in chunks {
        let mut input = *chunk;
        loop {
            match tokenizer.next(&mut input) {
                Ok(Some(Token::Begin(header))) => {
                    encodings += 1;
                    tokens.push(format!("{header:?} after {}", data.len()));
                    if encodings % 3 == 0 && tokenizer.capture().is_err() {
                        return (tokens, data, false);
                    } else if encodings % 5 == 0 {
                        tokenizer.opaque();
                    }
                }
                Ok(Some(Token::Data(octets))) => data.extend_from_slice(octets),
                Ok(Some(Token::Captured)) => data.extend(tokenizer.take_captured()),
                Ok(Some(token)) => tokens.push(format!("{token:?} after {}", data.len())),
                Ok(None) => break,
                Err(_) => return (tokens, data, false),
            }
        }
    }
    (tokens, data, true)
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = tokens(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, tokens(&crate::chunks(data)));
}
