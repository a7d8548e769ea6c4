"""What viewers are refused before anything else (Developer Guide, cloudfront-limits)."""

import pytest

from cloudfront_emulator.message import CdnRequest
from cloudfront_emulator.viewer_limits import refuse_request

METHODS = {"GET", "HEAD"}


@pytest.mark.parametrize(
    ("request_", "status", "reason"),
    [
        (CdnRequest(method="PUT", path="/"), 403, "PUT is not among GET, HEAD"),
        (CdnRequest(method="GET", path="/", query="q" * 8191), 414, "under 8192"),
        (CdnRequest(method="GET", path="/", headers=(("a", "b" * 20_480),)), 494, "20480 bytes"),
    ],
)
def test_a_request_beyond_the_quotas_goes_no_further(
    request_: CdnRequest, status: int, reason: str
) -> None:
    """ "General quotas", and AllowedMethods of the behaviour."""
    page = refuse_request(request_, METHODS)
    assert page is not None
    assert page.status == status
    assert reason in page.reason


def test_a_request_within_the_quotas_passes() -> None:
    """At the limits themselves."""
    headers = (("a", "b" * 20_479),)
    assert refuse_request(CdnRequest(method="GET", path="/", headers=headers), METHODS) is None
