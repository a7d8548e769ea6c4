"""What CloudFront refuses of viewers before anything else is done."""

from __future__ import annotations

from collections.abc import Collection

from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.response.pages import make_error_page

# Developer Guide, cloudfront-limits, "General quotas"
MAX_URL = 8_192  # bytes
MAX_REQUEST = 20_480  # bytes of headers and query string, without the body


def refuse_request(request: CdnRequest, methods: Collection[str]) -> CdnResponse | None:
    """The error page for a viewer's request that goes no further; None when it may pass."""
    if request.method not in methods:
        allowed = ", ".join(sorted(methods))
        return make_error_page(403, f"method {request.method} is not among {allowed}")
    if len(request.path) + len(request.query) >= MAX_URL:
        return make_error_page(414, f"URI and query string must be under {MAX_URL} characters")
    size = sum(len(name) + len(value) for name, value in request.headers) + len(request.query)
    if size > MAX_REQUEST:
        return make_error_page(
            494, f"the request has more than {MAX_REQUEST} bytes beside its body"
        )
    return None
