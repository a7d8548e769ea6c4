"""CloudFront's origin-request event: the only module that knows its shape.

AWS, Amazon CloudFront Developer Guide: "Lambda@Edge event structure" (lambda-event-structure.html),
"Generate HTTP responses in request triggers" (lambda-generating-http-responses-in-requests.html)
and "Restrictions on all edge functions" (edge-function-restrictions-all.html).
"""

from __future__ import annotations

from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from edgefill.core.answer import Answer
    from edgefill.core.keys import Key
    from lambdas.edge.page import Page

    Event = dict[str, Any]

MAX_RESPONSE = 1_048_576  # bytes of headers and body that an origin-request function may generate
KEY_HEADER = "X-Edgefill-Key"
ROUTE_HEADER = "X-Edgefill-Route"  # how sure the router was
PROFILE_HEADER = "X-Edgefill-Profile"
STORE_HEADER = "x-edgefill-store"  # of the origin: where the store is when the CDN does not answer
OWN_HEADERS = "x-edgefill-"  # a viewer cannot send these through
CREDENTIALS = ("cookie", "authorization")  # the API reads the profile header alone
REASONS = {
    200: "OK",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}


@value
class OriginRequest:
    """What a visitor asked, as far as the edge looks at it."""

    method: str
    path: str
    query: str
    cookie: str = ""
    authorization: str = ""
    accept_language: str = ""
    if_none_match: str = ""


@value
class EdgeMiss:
    """What the API is to answer: `key` is None when not even that could be found out.

    `route` says how a question was routed, for the answer's X-Edgefill; `page` is what the answer
    would be filled into, if it was found.
    """

    key: Key | None = None
    route: str = ""
    page: Page | None = None


def parse_request(event: Event) -> OriginRequest:
    """The request in an origin-request event."""
    asked = event["Records"][0]["cf"]["request"]
    headers = asked["headers"]
    return OriginRequest(
        method=asked["method"],
        path=asked["uri"],
        query=asked["querystring"],
        cookie=_joined(headers, "cookie", "; "),
        authorization=_joined(headers, "authorization", ", "),
        accept_language=_joined(headers, "accept-language", ","),
        if_none_match=_joined(headers, "if-none-match", ","),
    )


def read_domain(event: Event) -> str:
    """The distribution's own domain."""
    domain: str = event["Records"][0]["cf"]["config"]["distributionDomainName"]
    return domain


def read_fallback_store(event: Event) -> str | None:
    """The store's own URL, as the distribution's template wrote it on the origin."""
    origin = event["Records"][0]["cf"]["request"].get("origin", {})
    for kind in origin.values():
        for line in kind.get("customHeaders", {}).get(STORE_HEADER, ()):
            url: str = line["value"]
            return url
    return None


def is_api_down(event: Event) -> bool:
    """Whether CloudFront asks for the group's second origin, the bucket, since the API failed.

    AWS, Developer Guide: "Use origin failover with Lambda@Edge functions"
    (high_availability_origin_failover.html): the function runs again for that origin.
    """
    return "s3" in event["Records"][0]["cf"]["request"].get("origin", {})


def to_response(answer: Answer) -> Event:
    """`answer` as a generated response."""
    return {
        "status": str(answer.status),
        "statusDescription": REASONS[answer.status],
        "headers": {
            name.lower(): [{"key": name, "value": text}] for name, text in answer.headers.items()
        },
        "body": answer.body,
        "bodyEncoding": "text",
    }


def measure_response(answer: Answer) -> int:
    """Bytes of a generated response, headers included."""
    headers = sum(len(name) + len(text) + 4 for name, text in answer.headers.items())
    return headers + len(answer.body.encode())


def forward_request(event: Event, *, miss: EdgeMiss, token: str | None) -> Event:
    """The request for the API: the resolved key and the token in headers that only we can set.

    Every header that is read-only here (`Via`, `If-None-Match`, ...) goes on as it came.
    """
    asked: Event = event["Records"][0]["cf"]["request"]
    headers = {
        name: lines
        for name, lines in asked["headers"].items()
        if not name.lower().startswith(OWN_HEADERS) and name.lower() not in CREDENTIALS
    }
    key = str(miss.key) if miss.key else ""
    for name, text in ((KEY_HEADER, key), (ROUTE_HEADER, miss.route), (PROFILE_HEADER, token)):
        if text:
            headers[name.lower()] = [{"key": name, "value": text}]
    return asked | {"headers": headers}


def _joined(headers: Event, name: str, glue: str) -> str:
    lines = headers.get(name)
    if lines is None:
        return ""
    return lines[0]["value"] if len(lines) == 1 else glue.join(line["value"] for line in lines)
