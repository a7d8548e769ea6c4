"""Custom error responses.

Source: CloudFront API Reference, CustomErrorResponse; Developer Guide,
custom-error-pages-expiration.
"""

from __future__ import annotations

from cloudfront_emulator.cloudformation.property_reader import PropertyReader
from cloudfront_emulator.distribution.distribution import ErrorResponse

STATUSES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
MIN_TTL_S = 10  # where none is written


def read_error_response(bag: PropertyReader) -> ErrorResponse:
    """One of them."""
    status, page = bag.read_integer("ErrorCode", 0), bag.read_text("ResponsePagePath") or None
    code = bag.read_integer("ResponseCode", 0, 200, 599) or None
    made = ErrorResponse(
        status=status,
        min_ttl=bag.read_number("ErrorCachingMinTTL", MIN_TTL_S),
        page=page,
        page_status=code,
    )
    bag.close()
    if status not in STATUSES:
        said = " ".join(map(str, STATUSES))
        bag.diagnostics.add_fault(
            bag.path / "ErrorCode", f"{status} has no response", f"use {said}"
        )
    if (page is None) != (code is None):
        missing = "ResponseCode" if code is None else "ResponsePagePath"
        what = "ResponsePagePath and ResponseCode go together"
        bag.diagnostics.add_fault(bag.path / missing, what, f"write {missing} too, or neither")
    if page is not None and not page.startswith("/"):
        what = f"{page!r} must start with a slash"
        bag.diagnostics.add_fault(bag.path / "ResponsePagePath", what, f"write /{page}")
    return made
