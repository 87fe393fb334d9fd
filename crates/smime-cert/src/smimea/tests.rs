use cms_algs::PROVIDER;
use testkit::keys::{ALICE, BOB};

use super::*;

fn name(address: &str) -> Option<String> {
    owner_name(address, &PROVIDER).ok()
}

#[test]
fn the_example_of_rfc8162_section_3_has_its_name() {
    let expected =
        "c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6._smimecert.example.com";
    assert_eq!(name("hugh@example.com").as_deref(), Some(expected));
    // Quotes and quoting are removed; the domain has no case.
    for same in [
        "\"hugh\"@example.com",
        "\"h\\ugh\"@example.com",
        "hugh@EXAMPLE.Com",
        "hugh@example.com.",
    ] {
        assert_eq!(name(same).as_deref(), Some(expected), "{same}");
    }
    // The local part is not mapped.
    for other in [
        "Hugh@example.com",
        "hu.gh@example.com",
        "hugh+x@example.com",
    ] {
        let other = name(other).unwrap();
        assert!(other != expected && other.ends_with("._smimecert.example.com"));
    }
}

#[test]
fn international_addresses_have_one_name() {
    let end = "._smimecert.xn--bcher-kva.example";
    let name_of = |address| name(address).unwrap();
    assert!(name_of("hugh@Bücher.example").ends_with(end));
    assert_eq!(
        name_of("hugh@bücher.example"),
        name_of("hugh@xn--bcher-kva.example")
    );
    // Composed, and with a combining diaeresis.
    assert_eq!(
        name_of("j\u{fc}rgen@example.com"),
        name_of("ju\u{308}rgen@example.com")
    );
}

#[test]
fn what_is_no_address_has_no_name() {
    let long = alloc::format!("hugh@{}.example", "a.".repeat(100));
    for wrong in [
        "hugh",
        "@example.com",
        "hugh@",
        "hugh@.",
        "hu gh@example.com",
        "hugh@exam ple.com",
        "hugh@example..com",
        "hugh@[192.0.2.1]",
        "hugh(comment)@example.com",
        ".hugh@example.com",
        "\"\"@example.com",
        "\"hu\"gh\"@example.com",
        "\"hugh\\\"@example.com",
        "a@hugh@example.com",
        "hugh@a_b.example\0",
        &long,
    ] {
        assert_eq!(name(wrong), None, "{wrong}");
    }
}

fn record(usage: u8, selector: u8, matching: u8, data: &[u8]) -> Vec<u8> {
    [&[usage, selector, matching], data].concat()
}

#[test]
fn each_selector_and_matching_type_finds_its_certificate() {
    let alice = Certificate::from_der(ALICE.certificate).unwrap();
    let bob = Certificate::from_der(BOB.certificate).unwrap();
    let hash = |oid, octets: &[u8]| digest(oid, octets, &PROVIDER).unwrap();
    for (selector, part) in [(0, alice.octets()), (1, alice.spki_octets())] {
        for (matching, data) in [
            (0, part.to_vec()),
            (1, hash(&oid::SHA256, part)),
            (2, hash(&oid::SHA512, part)),
        ] {
            for usage in 0..=3 {
                let octets = record(usage, selector, matching, &data);
                let association = Association::decode(&octets).unwrap();
                assert!(association.matches(&alice, &PROVIDER));
                assert!(!association.matches(&bob, &PROVIDER));
                let numbers = (
                    association.usage.number(),
                    association.selector.number(),
                    association.matching.number(),
                );
                assert_eq!(numbers, (usage, selector, matching));
                assert_eq!(association.usage.is_authority(), usage % 2 == 0);
                let inside = association.certificate().unwrap();
                assert_eq!(inside.is_some(), (selector, matching) == (0, 0));
            }
        }
    }
}

#[test]
fn unusable_records_are_refused() {
    let alice = ALICE.certificate;
    assert!(Association::decode(&record(3, 0, 0, alice)).is_ok());
    let trailing = [alice, &[0]].concat();
    for wrong in [
        &[][..],
        &[3],
        &[3, 0],
        &[3, 0, 0],
        &record(4, 0, 0, alice),
        &record(255, 0, 0, alice),
        &record(3, 2, 0, alice),
        &record(3, 0, 3, &[0; 32]),
        &record(3, 0, 1, &[0; 31]),
        &record(3, 0, 1, &[0; 64]),
        &record(3, 0, 2, &[0; 32]),
        &record(3, 0, 0, &alice[..alice.len() - 1]),
        &record(3, 0, 0, &trailing),
        &record(3, 0, 0, b"no certificate"),
    ] {
        assert!(Association::decode(wrong).is_err(), "{wrong:?}");
    }
}
