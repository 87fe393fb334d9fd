use alloc::string::String;

use super::*;
use crate::hash::Hash;
use crate::random::SystemRandom;
use crate::spec::digest::digest;
use crate::spec::raw_cbc;

fn hex(text: &str) -> Vec<u8> {
    let text: String = text.split_whitespace().collect();
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

/// The key comes out; with any octet changed, any octet missing or another length of key it does not.
fn opens(wrap: KeyWrap, kek: &[u8], wrapped: &[u8], key: &[u8]) {
    let algorithm = wrap.identifier();
    let object: &dyn KeyWrapAlgorithm = &wrap;
    assert_eq!(*object.unwrap(&algorithm, kek, wrapped).unwrap(), key);
    assert!(object.allows_kek(&algorithm, kek.len()).unwrap());
    for index in 0..wrapped.len() {
        let mut bad = wrapped.to_vec();
        bad[index] ^= 1;
        assert!(wrap.unwrap(kek, &bad).is_err(), "octet {index}");
        assert!(
            wrap.unwrap(kek, &wrapped[..index]).is_err(),
            "{index} octets"
        );
    }
    for len in [0, 1, kek.len() - 1, kek.len() + 1] {
        assert!(!object.allows_kek(&algorithm, len).unwrap());
        assert!(matches!(
            wrap.unwrap(&alloc::vec![1; len], wrapped),
            Err(CryptoError::Key(_))
        ));
    }
}

#[test]
fn triple_des_rfc3217_section_3_4() {
    let kek = hex("255e0d1c 07b646df b3134cc8 43ba8aa7 1f025b7c 0838251f");
    let wrapped = hex(
        "69010761 8ef092b3 b48ca179 6b234ae9 fa33ebb4 15960403 7db5d6a8 4eb3aac2 768c6327 75a467d4",
    );
    let cek = hex("2923bf85 e06dd6ae 529149f1 f1bae9ea b3a7da3d 860d3e98");
    opens(KeyWrap::TripleDes, &kek, &wrapped, &cek);
}

/// The values of the RFC come from 40 effective bits of the key, although its section 4 requires 128.
#[test]
fn rc2_rfc3217_section_4_4() {
    // rfc3370:4.3/2, 4.3.2/1
    let kek = hex("fd04fd08 060707fb 0003feff fd02fe05");
    let wrapped = hex(
        "70e699fb 5701f783 3330fb71 e87c85a4 20bdc99a f05d22af 5a0e48d3 5f313898 6cbaafb4 b28d4f35",
    );
    let key = hex("b70a25fb c9d86a86 050ce0d7 11ead4d9");
    let found = checked::counted(BlockCipher::Rc2(40), &kek, &wrapped);
    assert_eq!(*found.unwrap(), key);
    assert!(KeyWrap::Rc2.unwrap(&kek, &wrapped).is_err());
    for number in [0, 120, 160, 128] {
        let other = AlgorithmIdentifier::with(oid::CMS_RC2_WRAP, write::integer(number));
        assert!(matches!(
            KeyWrap::decode(&other),
            Err(CryptoError::Parameters(_))
        ));
    }
    let absent = AlgorithmIdentifier::new(oid::CMS_RC2_WRAP);
    assert!(KeyWrap::decode(&absent).is_err());
}

#[test]
fn hmac_keys_rfc3537_sections_3_4_and_4_4() {
    let kek = hex("5840df6e 29b02af1 ab493b70 5bf16ea1 ae8338f4 dcc176a8");
    let key = hex("c37b7e64 92584340 bed12207 80894115 5068f738");
    let by_3des = hex(
        "0f1d715d 75a0aaf6 6f02e371 c08b79e2 a1253dc4 3040136b dc161118 601f2863 e2929b3b dd17697c",
    );
    opens(KeyWrap::HmacTripleDes, &kek, &by_3des, &key);
    let by_aes = hex("9fa0c146 5291ea6d b55360c6 cb95123c d47b38cc e84dd804 fbcec5e3 75c3cb13");
    opens(KeyWrap::HmacAes, &kek, &by_aes, &key);
}

#[test]
fn aes_rfc3394_section_4() {
    // rfc8551:2.3/5
    let key = hex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F");
    let kek: Vec<u8> = (0..32).collect();
    let cases = [
        (
            KeyWrap::Aes128,
            16,
            "1FA68B0A8112B447 AEF34BD8FB5A7B82 9D3E862371D2CFE5",
        ),
        (
            KeyWrap::Aes192,
            16,
            "96778B25AE6CA435 F92B5B97C050AED2 468AB8A17AD84E5D",
        ),
        (
            KeyWrap::Aes192,
            24,
            "031D33264E15D332 68F24EC260743EDC E1C6C7DDEE725A93 6BA814915C6762D2",
        ),
        (
            KeyWrap::Aes256,
            16,
            "64E8C3F9CE0F5BA2 63E9777905818A2A 93C8191E7D6E8AE7",
        ),
        (
            KeyWrap::Aes256,
            24,
            "A8F9BC1612C68B3F F6E6F4FBE30E71E4 769C8B80A32CB895 8CD5D17D6B254DA1",
        ),
        (
            KeyWrap::Aes256,
            32,
            "28C9F404C4B810F4 CBCCB35CFB87F826 3F5786E2D80ED326 CBC7F0E71A99F43B FB988B9B7A02DD21",
        ),
    ];
    for (wrap, len, wrapped) in cases {
        let kek = &kek[..wrap.kek_len()];
        assert_eq!(wrap.wrap(kek, &key[..len]).unwrap(), hex(wrapped));
        opens(wrap, kek, &hex(wrapped), &key[..len]);
    }
}

#[test]
fn padded_aes_rfc5649_section_6() {
    let kek = hex("5840df6e29b02af1 ab493b705bf16ea1 ae8338f4dcc176a8");
    for (key, wrapped) in [
        (
            "c37b7e6492584340 bed1220780894115 5068f738",
            "138bdeaa9b8fa7fc 61f97742e72248ee 5ae6ae5360d1ae6a 5f54f373fa543b6a",
        ),
        ("466f7250617369", "afbeb0f07dfbf541 9200f2ccb50bb24f"),
    ] {
        let (key, wrapped) = (hex(key), hex(wrapped));
        assert_eq!(KeyWrap::Aes192Padded.wrap(&kek, &key).unwrap(), wrapped);
        opens(KeyWrap::Aes192Padded, &kek, &wrapped, &key);
    }
}

#[test]
fn what_is_written_is_read() {
    for wrap in KeyWrap::ALL.into_iter().filter(|wrap| wrap.is_written()) {
        let kek: Vec<u8> = (1..=32).take(wrap.kek_len()).collect();
        let algorithm = KeyWrapAlgorithm::identifier(&wrap, &mut SystemRandom).unwrap();
        let padded = wrap.object_identifier() != oid::AES256_WRAP
            && [
                oid::AES128_WRAP_PAD,
                oid::AES192_WRAP_PAD,
                oid::AES256_WRAP_PAD,
            ]
            .contains(&algorithm.oid);
        for len in 0..70 {
            let key = alloc::vec![7; len];
            let result = KeyWrapAlgorithm::wrap(&wrap, &algorithm, &kek, &key, &mut SystemRandom);
            if len == 0 || (!padded && (len < 16 || len % 8 != 0)) {
                assert!(result.is_err(), "{wrap:?} {len}");
            } else {
                opens(wrap, &kek, &result.unwrap(), &key);
            }
        }
        // rfc3565:2.3.2: parameters are absent; NULL is what some write.
        assert!(algorithm.parameters.is_none());
        assert!(KeyWrap::decode(&AlgorithmIdentifier::with_null(algorithm.oid)).is_ok());
        let other = AlgorithmIdentifier::with(algorithm.oid, write::integer(1));
        assert!(KeyWrap::decode(&other).is_err());
    }
}

#[test]
fn what_is_only_read_is_not_written() {
    for wrap in KeyWrap::ALL.into_iter().filter(|wrap| !wrap.is_written()) {
        assert!(matches!(
            KeyWrapAlgorithm::identifier(&wrap, &mut SystemRandom),
            Err(CryptoError::Unsupported(_))
        ));
        let kek = alloc::vec![1; wrap.kek_len()];
        assert!(matches!(
            wrap.wrap(&kek, &[2; 16]),
            Err(CryptoError::Unsupported(_))
        ));
    }
}

/// RFC 3058, 3.1 and RFC 2984, 2.2.1, whose texts have no vectors, and RC2 with 128 effective bits.
#[test]
fn idea_cast_and_rc2_by_their_construction() {
    // rfc3370:4.3/1
    let (kek, iv, key) = ([0x31; 16], [0x17; 8], [0x5c; 16]);
    let counted = [[16].as_slice(), &key, &[9; 7]].concat();
    for (wrap, cipher, inner) in [
        (KeyWrap::Idea, BlockCipher::Idea, key.to_vec()),
        (KeyWrap::Rc2, BlockCipher::Rc2(128), counted.clone()),
        (KeyWrap::Cast5, BlockCipher::Cast5, counted),
    ] {
        let checksum = digest(Hash::Sha1, &[&inner]);
        let checked = [inner.as_slice(), &checksum[..8]].concat();
        let temp1 = raw_cbc::encrypt(cipher, &kek, &iv, &checked).unwrap();
        let mut temp2 = [iv.as_slice(), &temp1].concat();
        temp2.reverse();
        let fixed = hex("4adda22c79e82105");
        let wrapped = raw_cbc::encrypt(cipher, &kek, &fixed, &temp2).unwrap();
        opens(wrap, &kek, &wrapped, &key);
    }
}

/// RFC 4010, 3.2 is RFC 3394 with SEED.
#[test]
fn seed_by_its_construction() {
    let (kek, key) = ([0x31; 16], [0x5c; 16]);
    let wrapped = first(PURE, |backend| {
        backend.key_wrap(BlockCipher::Seed, &kek, &key)
    })
    .unwrap();
    opens(KeyWrap::Seed, &kek, &wrapped, &key);
}
