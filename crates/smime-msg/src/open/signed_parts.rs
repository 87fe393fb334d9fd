//! The two parts of multipart/signed (RFC 1847, 2.1): digests of the first, octets of the second.

use cms_core::CmsError;
use cms_core::oid;
use cms_core::report::SignedDataReport;
use cms_core::signed::ContentDigester;

use super::OpenError;
use super::entity::{HEADER_LIMIT, is_pkcs7};
use crate::mime::canonical::Canonicalizer;
use crate::mime::header::{HeaderBlock, HeaderProgress, HeaderReader};
use crate::mime::micalg::Micalg;
use crate::mime::transfer::Decoder;

/// Digests of a signed part as it is and, from its first bare line feed on, with canonical line ends: local copies of
/// mail have local line ends, and binary parts must be taken as they are.
pub(super) struct LineEndDigests {
    pub(super) exact: ContentDigester,
    pub(super) canonical: Option<(ContentDigester, Canonicalizer)>,
    after_cr: bool,
}

impl LineEndDigests {
    pub(super) fn new(exact: ContentDigester) -> Self {
        Self {
            exact,
            canonical: None,
            after_cr: false,
        }
    }

    pub(super) fn update(&mut self, data: &[u8]) {
        if let Some((digester, canonicalizer)) = &mut self.canonical {
            self.exact.update(data);
            canonicalizer.push(data, &mut |octets| digester.update(octets));
            return;
        }
        match self.bare_line_feed(data) {
            None => self.exact.update(data),
            Some(at) => {
                let (same, rest) = data.split_at_checked(at).unwrap_or((data, &[]));
                self.exact.update(same);
                self.canonical = Some((self.exact.fork(), Canonicalizer::new()));
                self.update(rest);
            }
        }
        self.after_cr = data.last() == Some(&b'\r');
    }

    fn bare_line_feed(&self, data: &[u8]) -> Option<usize> {
        memchr::memchr_iter(b'\n', data).find(|at| match at.checked_sub(1) {
            Some(before) => data.get(before) != Some(&b'\r'),
            None => !self.after_cr,
        })
    }
}

/// The second part of multipart/signed: a header and an encoded signature.
pub(super) struct SignaturePart {
    header: Option<HeaderReader>,
    decoder: Option<Decoder>,
    octets: Vec<u8>,
    limit: u64,
    begun: bool,
    foreign: bool,
}

impl SignaturePart {
    pub(super) fn new(limit: u64) -> Self {
        Self {
            header: Some(HeaderReader::new(HEADER_LIMIT)),
            decoder: None,
            octets: Vec::new(),
            limit,
            begun: false,
            foreign: false,
        }
    }

    pub(super) fn push(&mut self, data: &[u8]) -> Result<(), OpenError> {
        self.begun = true;
        let mut rest = data;
        if let Some(header) = &mut self.header {
            let HeaderProgress::Done { consumed, block } = header.push(data)? else {
                return Ok(());
            };
            rest = data.get(consumed..).unwrap_or_default();
            self.header = None;
            self.begin_body(&block)?;
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.push(rest, &mut self.octets)?;
        }
        if u64::try_from(self.octets.len()).is_ok_and(|len| len > self.limit) {
            return Err(CmsError::Limit("signature part (Limits::element)").into());
        }
        Ok(())
    }

    fn begin_body(&mut self, block: &HeaderBlock) -> Result<(), OpenError> {
        self.foreign = !is_pkcs7(block, &block.content_type());
        let mut decoder = Decoder::new(block.transfer_encoding());
        decoder.push(block.surplus(), &mut self.octets)?;
        self.decoder = Some(decoder);
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Option<(Vec<u8>, bool)>, OpenError> {
        if !self.begun {
            return Ok(None);
        }
        if let Some(header) = self.header.take() {
            self.begin_body(&header.finish())?;
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.finish(&mut self.octets)?;
        }
        Ok(Some((trimmed(self.octets), self.foreign)))
    }
}

/// A binary signature part ends where its encoding ends; the line break that some writers put there is not part of it.
pub(super) fn trimmed(mut octets: Vec<u8>) -> Vec<u8> {
    if let Ok(element) = cms_core::ber::Cursor::new(&octets, 0).element() {
        let len = element.raw().len();
        if octets
            .get(len..)
            .is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace))
        {
            octets.truncate(len);
        }
    }
    octets
}

/// Whether micalg and the signers' digests disagree.
pub(super) fn micalg_is_wrong(named: &[Micalg], report: &SignedDataReport) -> bool {
    report.signers.iter().any(|signer| {
        signer.info.value().is_ok_and(|info| {
            let name = oid::display(&info.digest_algorithm.oid);
            !named.iter().any(|micalg| micalg.name() == name)
        })
    })
}
