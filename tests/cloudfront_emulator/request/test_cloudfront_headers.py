"""CloudFront's headers about a viewer: Developer Guide, adding-cloudfront-headers."""

import pytest

from cloudfront_emulator.message import CdnRequest
from cloudfront_emulator.request.cloudfront_headers import NOT_EMULATED, make_cloudfront_headers

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1"
PIXEL = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/120.0 Mobile Safari/537.36"
GALAXY_TAB = "Mozilla/5.0 (Linux; Android 13; SM-X700) Chrome/120.0 Safari/537.36"
IPAD = "Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) Mobile/15E148 Safari/604.1"
TELEVISION = "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) Version/6.0 TV Safari/538.1"
LINUX = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36"


def make_headers(agent: str = "") -> dict[str, str]:
    headers = (("user-agent", agent),) if agent else ()
    request = CdnRequest(
        method="GET", path="/", headers=headers, client_ip="198.51.100.10", client_port=46532
    )
    return dict(make_cloudfront_headers(request, "DE"))


def test_address_country_protocol_and_version_are_headers() -> None:
    """The address has the port; the protocol is said to be https."""
    got = make_headers()
    assert got["cloudfront-viewer-address"] == "198.51.100.10:46532"
    assert got["cloudfront-viewer-country"] == "DE"
    assert got["cloudfront-forwarded-proto"] == "https"
    assert got["cloudfront-viewer-http-version"] == "1.1"


@pytest.mark.parametrize(
    ("agent", "kinds"),
    [
        (IPHONE, {"mobile", "ios"}),
        (PIXEL, {"mobile", "android"}),
        (GALAXY_TAB, {"tablet", "android"}),
        (IPAD, {"tablet", "mobile", "ios"}),
        (TELEVISION, {"smarttv"}),
        (LINUX, {"desktop"}),
        ("", {"desktop"}),
    ],
)
def test_devices_are_detected_by_their_user_agent(agent: str, kinds: set[str]) -> None:
    """A device may be of more than one kind (page above, "the viewer's device type")."""
    got = make_headers(agent)
    every = {"android", "desktop", "ios", "mobile", "smarttv", "tablet"}
    assert {kind for kind in every if got[f"cloudfront-is-{kind}-viewer"] == "true"} == kinds


def test_headers_that_are_not_emulated_are_absent() -> None:
    """The list of the page is either made or named as not modelled."""
    assert not NOT_EMULATED & make_headers().keys()
