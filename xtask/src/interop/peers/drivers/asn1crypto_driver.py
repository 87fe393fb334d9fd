"""PyPI asn1crypto: a strict reading of the whole structure."""

from asn1crypto import cms, version
from protocol import read, serve


def parse(job):
    info = cms.ContentInfo.load(read(job, "in"), strict=True)
    # Everything is decoded by this alone.
    info.native  # noqa: B018
    return info["content_type"].native.encode()


serve(version.__version__, {"parse": parse})
