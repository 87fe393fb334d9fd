#!/bin/sh
# Makes the keys and certificates of this folder with OpenSSL 3; run again to replace them all.
set -eu
cat > x.cnf <<C
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Test Root
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation,keyEncipherment,keyAgreement
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = email:\${ENV::ADDRESS}
C
ADDRESS=x; export ADDRESS
openssl req -x509 -config x.cnf -extensions ca -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout ca.key.pem -out ca.pem -days 7300
leaf() {
  name=$1; shift
  ADDRESS=$name@example.com
  openssl genpkey "$@" -out $name.key.pem
  openssl req -new -config x.cnf -subj "/CN=$name" -key $name.key.pem -out x.csr
  openssl x509 -req -in x.csr -CA ca.pem -CAkey ca.key.pem -extfile x.cnf -extensions leaf -days 7300 -out $name.pem
  openssl pkcs8 -topk8 -nocrypt -in $name.key.pem -outform DER -out $name.key.der
  openssl x509 -in $name.pem -outform DER -out $name.der
}
leaf alice -algorithm RSA -pkeyopt rsa_keygen_bits:2048
leaf bob -algorithm EC -pkeyopt ec_paramgen_curve:P-256
leaf carol -algorithm EC -pkeyopt ec_paramgen_curve:P-384
leaf dave -algorithm ED25519
openssl x509 -in ca.pem -outform DER -out ca.der
rm -f x.cnf x.csr ca.srl
