"""CloudFront's origin-request event: only this module knows its shape.

AWS, Amazon CloudFront Developer Guide: "Lambda@Edge event structure" (lambda-event-structure.html),
"Generate HTTP responses in request triggers" (lambda-generating-http-responses-in-requests.html)
and "Restrictions on all edge functions" (edge-function-restrictions-all.html).
"""

from __future__ import annotations

from edgefill.visit.profile import find_tokens
from lambdas.edge.origin_request import OriginRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from edgefill.core.answer import Answer

    Event = dict[str, Any]

STORE_HEADER = (
    "x-edgefill-store"  # a header of the origin: the store's URL for when the CDN does not answer
)
QUESTION_KEY_HEADER = "x-edgefill-question-key"  # of the origin too: EdgeConfig.question_key
OWN_HEADERS = "x-edgefill-"  # prefix of the headers that a viewer cannot send to the API
CREDENTIALS = ("cookie", "authorization")  # the API reads only the forwarded token
REASONS = {
    200: "OK",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}


def parse_request(event: Event) -> OriginRequest:
    """The request in an origin-request event."""
    request = event["Records"][0]["cf"]["request"]
    headers = request["headers"]
    return OriginRequest(
        method=request["method"],
        path=request["uri"],
        query=request["querystring"],
        tokens=find_tokens(
            authorization=_join_lines(headers, "authorization", ", "),
            cookie=_join_lines(headers, "cookie", "; "),
        ),
        accept_language=_join_lines(headers, "accept-language", ","),
        if_none_match=_join_lines(headers, "if-none-match", ","),
    )


def read_domain(event: Event) -> str:
    """The distribution's own domain."""
    domain: str = event["Records"][0]["cf"]["config"]["distributionDomainName"]
    return domain


def read_fallback_store(event: Event) -> str | None:
    """The store's own URL, from a header that the distribution's template adds to the origin."""
    return _read_origin_header(event, STORE_HEADER)


def read_question_key(event: Event) -> str:
    """The secret in the paths of answers, from a header of the origin; "" without one."""
    return _read_origin_header(event, QUESTION_KEY_HEADER) or ""


def is_api_down(event: Event) -> bool:
    """Whether CloudFront requests the group's second origin, the bucket, since the API failed.

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


def forward_request(event: Event, own_headers: Mapping[str, str]) -> Event:
    """The event's request for the API, without credentials and with `own_headers`.

    A viewer cannot set those: every header of that prefix in the event is dropped. Headers that are
    read-only here (`Via`, `If-None-Match`, ...) stay unchanged.
    """
    request: Event = event["Records"][0]["cf"]["request"]
    headers = {
        name: lines
        for name, lines in request["headers"].items()
        if not name.lower().startswith(OWN_HEADERS) and name.lower() not in CREDENTIALS
    }
    for name, text in own_headers.items():
        headers[name.lower()] = [{"key": name, "value": text}]
    return request | {"headers": headers}


def _read_origin_header(event: Event, name: str) -> str | None:
    origin = event["Records"][0]["cf"]["request"].get("origin", {})
    for kind in origin.values():
        for line in kind.get("customHeaders", {}).get(name, ()):
            text: str = line["value"]
            return text
    return None


def _join_lines(headers: Event, name: str, glue: str) -> str:
    lines = headers.get(name)
    if lines is None:
        return ""
    return lines[0]["value"] if len(lines) == 1 else glue.join(line["value"] for line in lines)
