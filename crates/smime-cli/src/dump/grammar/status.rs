//! OCSP: RFC 6960.

use super::Registry;
use super::algorithm::AlgorithmIdentifier;
use super::builtin::*;
use super::certificate::{Certificate, GeneralName, Name, Version};
use super::extension::{CRLReason, Extensions};

/// `response` by its type.
pub(crate) static RESPONSES: Registry = &[("1.3.6.1.5.5.7.48.1.1", &BasicOCSPResponse)];

asn1! {
    OCSPResponse ::= SEQUENCE {
        responseStatus OCSPResponseStatus,
        responseBytes [0] EXPLICIT ResponseBytes OPTIONAL,
    }
    OCSPResponseStatus ::= ENUMERATED {
        successful (0), malformedRequest (1), internalError (2), tryLater (3), sigRequired (5),
        unauthorized (6),
    }
    ResponseBytes ::= SEQUENCE { responseType OID, response ResponseOctets }
    ResponseOctets ::= OCTET STRING CONTAINING Response
    Response ::= ANY DEFINED BY RESPONSES
    BasicOCSPResponse ::= SEQUENCE {
        tbsResponseData ResponseData,
        signatureAlgorithm AlgorithmIdentifier,
        signature BIT_STRING,
        certs [0] EXPLICIT Certificates OPTIONAL,
    }
    Certificates ::= SEQUENCE OF Certificate
    ResponseData ::= SEQUENCE {
        version [0] EXPLICIT Version DEFAULT,
        responderID ResponderID,
        producedAt GeneralizedTime,
        responses Responses,
        responseExtensions [1] EXPLICIT Extensions OPTIONAL,
    }
    ResponderID ::= CHOICE { byName [1] EXPLICIT Name, byKey [2] EXPLICIT OCTET_STRING }
    Responses ::= SEQUENCE OF SingleResponse
    SingleResponse ::= SEQUENCE {
        certID CertID,
        certStatus CertStatus,
        thisUpdate GeneralizedTime,
        nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL,
        singleExtensions [1] EXPLICIT Extensions OPTIONAL,
    }
    CertID ::= SEQUENCE {
        hashAlgorithm AlgorithmIdentifier,
        issuerNameHash OCTET_STRING,
        issuerKeyHash OCTET_STRING,
        serialNumber INTEGER,
    }
    CertStatus ::= CHOICE {
        good [0] IMPLICIT NULL, revoked [1] IMPLICIT RevokedInfo, unknown [2] IMPLICIT NULL,
    }
    RevokedInfo ::= SEQUENCE {
        revocationTime GeneralizedTime, revocationReason [0] EXPLICIT CRLReason OPTIONAL,
    }

    OCSPRequest ::= SEQUENCE {
        tbsRequest TBSRequest, optionalSignature [0] EXPLICIT RequestSignature OPTIONAL,
    }
    TBSRequest ::= SEQUENCE {
        version [0] EXPLICIT Version DEFAULT,
        requestorName [1] EXPLICIT GeneralName OPTIONAL,
        requestList Requests,
        requestExtensions [2] EXPLICIT Extensions OPTIONAL,
    }
    Requests ::= SEQUENCE OF Request
    Request ::= SEQUENCE {
        reqCert CertID, singleRequestExtensions [0] EXPLICIT Extensions OPTIONAL,
    }
    RequestSignature ::= SEQUENCE {
        signatureAlgorithm AlgorithmIdentifier,
        signature BIT_STRING,
        certs [0] EXPLICIT Certificates OPTIONAL,
    }
}
