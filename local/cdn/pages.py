"""The pages that CloudFront itself answers with."""

from __future__ import annotations

from local.cdn.message import Response

def error_page(status: int, reason: str) -> Response:
    """The page for a request that could not be satisfied; `reason` is what AWS would only log."""
    body = f"<!DOCTYPE html><title>ERROR</title><h1>{status} ERROR</h1><p>{PAGES[status]}</p>\n"
    return Response(
        status=status,
        headers=(("content-type", "text/html"), ("server", "CloudFront")),
        body=body.encode(),
        reason=reason,
    )


PAGES = {
    403: "The request could not be satisfied: the method is not allowed by this behaviour.",
    414: "The request could not be satisfied: the URL is too long.",
    494: "The request could not be satisfied: request headers too large.",
    502: "The request could not be satisfied: the function's result or the origin is not valid.",
    503: "The request could not be satisfied: the function failed.",
    504: "The request could not be satisfied: the origin did not answer.",
}
