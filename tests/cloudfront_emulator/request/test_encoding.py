"""Accept-Encoding: Developer Guide, cache-key-understand-cache-policy, "Compression support"."""

import pytest

from cloudfront_emulator.distribution import CachePolicy
from cloudfront_emulator.message import CdnRequest
from cloudfront_emulator.request.encoding import normalise_accept_encoding, normalise_for_origin

BOTH = CachePolicy(gzip=True, brotli=True)
GZIP = CachePolicy(gzip=True)


def make_request(encoding: str | None, version: str = "1.1") -> CdnRequest:
    headers = () if encoding is None else (("accept-encoding", encoding),)
    return CdnRequest(method="GET", path="/", headers=headers, http_version=version)


@pytest.mark.parametrize(
    ("policy", "value", "codings"),
    [
        (BOTH, "gzip, deflate, br", "br,gzip"),
        (BOTH, "br;q=1.0, gzip;q=0.8, *;q=0.1", "br,gzip"),
        (BOTH, "GZIP", "gzip"),
        (BOTH, "br", "br"),
        (BOTH, "gzip;q=0", ""),
        (BOTH, "deflate", ""),
        (BOTH, None, ""),
        (GZIP, "gzip, br", "gzip"),
        (GZIP, "br", ""),
        (CachePolicy(), "gzip, br", ""),
    ],
)
def test_only_codings_of_viewer_and_policy_are_in_the_key(
    policy: CachePolicy, value: str | None, codings: str
) -> None:
    """The header is normalised to the codings of the policy (page as above)."""
    assert normalise_accept_encoding(policy, make_request(value)) == codings


def test_the_origin_gets_identity_without_a_common_coding() -> None:
    """ "Includes Accept-Encoding: identity in the corresponding origin request" (page as above)."""
    assert normalise_for_origin(BOTH, make_request("deflate")) == "identity"
    assert normalise_for_origin(BOTH, make_request("br, gzip")) == "br,gzip"
    assert normalise_for_origin(BOTH, make_request(None)) is None


def test_http_1_0_gets_nothing_compressed() -> None:
    """CloudFront removes the header of HTTP/1.0 (ServingCompressedFiles)."""
    assert normalise_accept_encoding(BOTH, make_request("gzip", "1.0")) == ""
    assert normalise_for_origin(BOTH, make_request("gzip", "1.0")) is None
