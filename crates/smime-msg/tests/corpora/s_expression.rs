//! RSA private keys as S-expressions, as GnuPG's agent keeps them.

use cms_core::ber::write;
use cms_core::oid;
use cms_core::types::AlgorithmIdentifier;

use crate::case::unhex;

/// `(private-key (oid.1.2.840.113549.1.1.1 (n #..#) (e #..#) (d #..#) (p #..#) (q #..#) (u #..#)))` as PKCS #8.
pub(crate) fn rsa_as_pkcs8(octets: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(octets).unwrap();
    let number = |name: &str| {
        let (_, rest) = text.split_once(&format!("({name} #")).unwrap();
        let digits = rest.split('#').next().unwrap();
        unhex(&digits.split_ascii_whitespace().collect::<String>())
    };
    let (d, p, q) = (number("d"), number("p"), number("q"));
    // u is the inverse of p modulo q: with the primes in the other order it is PKCS #1's coefficient.
    let fields = [
        vec![0],
        number("n"),
        number("e"),
        d.clone(),
        q.clone(),
        p.clone(),
        remainder(&d, &less_one(&q)),
        remainder(&d, &less_one(&p)),
        number("u"),
    ];
    let fields: Vec<_> = fields.iter().map(|field| integer(field)).collect();
    let fields: Vec<_> = fields.iter().map(Vec::as_slice).collect();
    let pkcs1 = write::sequence(&fields);
    let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION).to_der();
    write::sequence(&[&write::integer(0), &algorithm, &write::octet_string(&pkcs1)])
}

/// A DER INTEGER of an unsigned number.
pub(crate) fn integer(octets: &[u8]) -> Vec<u8> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let mut contents = octets[zeros..].to_vec();
    if contents.first().is_none_or(|octet| octet & 0x80 != 0) {
        contents.insert(0, 0);
    }
    write::tagged(
        cms_core::ber::Tag::INTEGER,
        write::Form::Primitive,
        &contents,
    )
}

/// An odd number less one.
fn less_one(odd: &[u8]) -> Vec<u8> {
    let mut even = odd.to_vec();
    *even.last_mut().unwrap() &= 0xfe;
    even
}

/// The remainder of a division, bit by bit.
pub(crate) fn remainder(dividend: &[u8], divisor: &[u8]) -> Vec<u8> {
    let mut rest = vec![0_u8; divisor.len() + 1];
    let divisor: Vec<u8> = [&[0], divisor].concat();
    for octet in dividend {
        for bit in (0..8).rev() {
            let mut carry = octet >> bit & 1;
            for digit in rest.iter_mut().rev() {
                (*digit, carry) = (*digit << 1 | carry, *digit >> 7);
            }
            if rest >= divisor {
                let mut borrow = false;
                for (digit, subtrahend) in rest.iter_mut().zip(&divisor).rev() {
                    let (less, one) = digit.overflowing_sub(*subtrahend);
                    let (less, two) = less.overflowing_sub(u8::from(borrow));
                    (*digit, borrow) = (less, one || two);
                }
            }
        }
    }
    rest
}
