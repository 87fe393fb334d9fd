use super::*;

#[test]
fn reads_what_rfc_7512_shows() {
    let uri = Uri::parse("pkcs11:").unwrap();
    assert!(uri.token.is_none() && uri.object.is_none());
    let uri = Uri::parse("pkcs11:object=my-pubkey;type=cert").unwrap();
    assert_eq!(uri.object.as_deref(), Some("my-pubkey"));
    let uri = Uri::parse(
        "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;\
         object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin",
    )
    .unwrap();
    assert_eq!(uri.token.as_deref(), Some("The Software PKCS#11 Softtoken"));
    assert_eq!(uri.manufacturer.as_deref(), Some("Snake Oil, Inc."));
    assert_eq!(uri.serial.as_deref(), Some(""));
    let id: &[u8] = &[0x69, 0x95, 0x3e, 0x5c, 0xf4, 0xbd, 0xec, 0x91];
    assert_eq!(uri.id.as_deref(), Some(id));
    assert_eq!(uri.pin_source.as_deref(), Some("file:/etc/token_pin"));
    let uri = Uri::parse("PKCS11:slot-id=7;library-version=2.20?module-name=snakeoil&x-vendor=1")
        .unwrap();
    assert_eq!(uri.slot_id, Some(7));
    assert_eq!(uri.library_version, Some((2, 20)));
    assert_eq!(uri.module_name.as_deref(), Some("snakeoil"));
    let uri = Uri::parse("pkcs11:token=a?pin-value=12%2634&module-path=/a/b%3Fc").unwrap();
    assert_eq!(uri.pin_value.as_deref().map(String::as_str), Some("12&34"));
    assert_eq!(uri.module_path.as_deref(), Some("/a/b?c"));
    assert!(!format!("{uri:?}").contains("34"));
}

#[test]
fn refuses_what_it_cannot_mean() {
    for (text, offset, what) in [
        ("pkcs12:token=a", 0, "scheme"),
        ("pkcs1", 0, "scheme"),
        ("pkcs11:token", 7, "no value"),
        ("pkcs11:token=a;token=b", 15, "twice"),
        ("pkcs11:x-card=blue", 7, "unknown attribute x-card"),
        ("pkcs11:object=%4", 14, "percent"),
        ("pkcs11:object=ab%zz", 16, "percent"),
        ("pkcs11:object=%ff", 7, "UTF-8"),
        ("pkcs11:slot-id=-1", 7, "number"),
        ("pkcs11:library-version=1.x", 7, "version"),
        ("pkcs11:type=public", 7, "type private"),
        ("pkcs11:type=secret-key", 7, "type private"),
        ("pkcs11:?pin-source=|cat", 8, "program"),
        ("pkcs11:?pin-value=1&pin-value=2", 20, "twice"),
        ("pkcs11:?pin-value=1&pin-source=/a", 8, "exclude"),
        ("pkcs11:?pin-value=98&7654", 21, "no value"),
        ("pkcs11:token=a?module-path=%e", 27, "percent"),
    ] {
        let error = Uri::parse(text).unwrap_err();
        assert_eq!(error.offset, offset, "{text}: {error}");
        assert!(error.what.contains(what), "{text}: {error}");
        assert!(!error.to_string().contains("7654"), "{error}");
    }
}
