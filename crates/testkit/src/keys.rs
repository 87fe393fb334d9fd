//! Certificates and PKCS #8 keys of this folder's `data`; see the README there.

/// A certificate and its private key, both DER.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "test data")]
pub struct TestIdentity {
    /// The name in the certificate and, with `@example.com`, its address.
    pub name: &'static str,
    /// The certificate.
    pub certificate: &'static [u8],
    /// PKCS #8.
    pub key: &'static [u8],
}

macro_rules! identity {
    ($(#[$doc:meta])* $id:ident, $name:literal) => {
        $(#[$doc])*
        pub const $id: TestIdentity = TestIdentity {
            name: $name,
            certificate: include_bytes!(concat!("../data/", $name, ".der")),
            key: include_bytes!(concat!("../data/", $name, ".key.der")),
        };
    };
}

identity!(
    /// RSA-2048.
    ALICE,
    "alice"
);
identity!(
    /// P-256.
    BOB,
    "bob"
);
identity!(
    /// P-384.
    CAROL,
    "carol"
);
identity!(
    /// Ed25519.
    DAVE,
    "dave"
);

/// The root that signed all of them.
pub const CA: &[u8] = include_bytes!("../data/ca.der");

/// All four.
pub const ALL: [TestIdentity; 4] = [ALICE, BOB, CAROL, DAVE];

/// A certificate and key for documentation examples.
#[must_use]
pub fn self_signed_p256() -> (&'static [u8], &'static [u8]) {
    (BOB.certificate, BOB.key)
}
