"""The events of the four triggers. Source: Developer Guide, lambda-event-structure."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from cloudfront_emulator.distribution import Origin, Trigger
from cloudfront_emulator.functions.body import ExposedBody
from cloudfront_emulator.functions.headers import serialize_headers
from cloudfront_emulator.functions.origin_event import serialize_origin
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers

USER_AGENT = "Amazon CloudFront"  # unless a policy forwards the viewer's
VIA = "1.1 emulator.cloudfront.net (CloudFront)"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventContext:
    """An event's facts about the distribution and the viewer's request."""

    distribution_id: str
    domain_name: str
    request_id: str


def make_event(trigger: Trigger, context: EventContext, **parts: Any) -> dict[str, Any]:
    """An event with its `request` and, if the trigger has one, its `response`."""
    config = {
        "distributionDomainName": context.domain_name,
        "distributionId": context.distribution_id,
        "eventType": trigger,
        "requestId": context.request_id,
    }
    return {"Records": [{"cf": {"config": config, **parts}}]}


def serialize_request(
    request: CdnRequest, *, origin: Origin | None = None, body: ExposedBody | None = None
) -> dict[str, Any]:
    """The event's `request`. Origin events have an origin; `body` needs the include body option."""
    event: dict[str, Any] = {
        "clientIp": request.client_ip,
        "headers": serialize_headers(request.headers),
        "method": request.method,
        "querystring": request.query,
        "uri": request.path,
    }
    if origin is not None:
        event["origin"] = serialize_origin(origin)
    if body is not None:
        event["body"] = body.to_event()
    return event


def serialize_response(response: CdnResponse) -> dict[str, Any]:
    """The event's `response`. No trigger sees the body."""
    is_known = response.status in HTTPStatus.__members__.values()
    return {
        "headers": serialize_headers(response.headers),
        "status": str(response.status),
        "statusDescription": HTTPStatus(response.status).phrase if is_known else "",
    }


def add_default_headers(request: CdnRequest, origin: Origin) -> Headers:
    """The headers of a request to an origin, plus those that CloudFront adds if they are absent.

    Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin, "HTTP request headers".
    """
    present = {name for name, _ in request.headers}
    added = (
        ("host", origin.domain_name),
        ("user-agent", USER_AGENT),
        ("via", VIA),
        ("x-forwarded-for", request.client_ip),
    )
    return request.headers + tuple(pair for pair in added if pair[0] not in present)
