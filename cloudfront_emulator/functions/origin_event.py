"""The origin in an origin event, and the origin that a function returns.

Source: Developer Guide, lambda-event-structure, "Fields in the request object", `origin`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from cloudfront_emulator.distribution import DENIED_HEADERS, Origin
from cloudfront_emulator.errors import ResultRefused
from cloudfront_emulator.functions.headers import check_added, read_headers, serialize_headers
from cloudfront_emulator.functions.limits import TriggerLimits
from cloudfront_emulator.message import Headers

_SSL = {"TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3"}
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_REGION = re.compile(r"\.s3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$")


def serialize_origin(origin: Origin) -> dict[str, Any]:
    """The event's `origin`, with exactly one member, `s3` or `custom`."""
    shared: dict[str, Any] = {
        "customHeaders": serialize_headers(origin.headers),
        "domainName": origin.domain_name,
        "path": origin.path,
    }
    # `authMethod` covers origin access identities, not origin access controls.
    if origin.kind == "s3":
        region = _REGION.search(origin.domain_name)
        return {
            "s3": {**shared, "authMethod": "none", "region": region[1] if region else "us-east-1"}
        }
    return {
        "custom": {
            **shared,
            "keepaliveTimeout": int(origin.keepalive_timeout),
            "port": origin.port,
            "protocol": origin.protocol,
            "readTimeout": int(origin.read_timeout),
            "sslProtocols": list(origin.ssl_protocols),
        }
    }


def parse_origin(
    data: object,
    *,
    before: Origin,
    origins: Mapping[str, Origin],
    limits: TriggerLimits,
    request_headers: Headers,
) -> Origin:
    """The origin that a function returned; ResultRefused for values that CloudFront refuses.

    Its id is that of the distribution's origin with the same kind and domain name. Without such
    an origin, the domain name is the id.
    """
    if data is None or data == serialize_origin(before):
        return before
    if not isinstance(data, dict) or len(data) != 1 or not {"s3", "custom"} & data.keys():
        raise ResultRefused("origin must have exactly one of custom and s3")
    ((kind, fields),) = data.items()
    if not isinstance(fields, dict):
        raise ResultRefused(f"origin.{kind} is {type(fields).__name__}, not an object")
    origin = _read_shared(kind, fields, before, origins)
    _check_custom_headers(origin.headers, before, request_headers)
    return (
        _read_s3(origin, fields, before)
        if kind == "s3"
        else _read_custom(origin, fields, before, limits)
    )


def _read_shared(
    kind: Literal["s3", "custom"],
    fields: dict[str, Any],
    before: Origin,
    origins: Mapping[str, Origin],
) -> Origin:
    domain = fields.get("domainName")
    most = 128 if kind == "s3" else 253
    if not isinstance(domain, str) or not domain or len(domain) > most:
        raise ResultRefused(f"origin.{kind}.domainName must be a name of 1 to {most} characters")
    if ":" in domain or _ADDRESS.fullmatch(domain) or (kind == "s3" and domain != domain.lower()):
        raise ResultRefused(f"origin.{kind}.domainName {domain!r} is not a domain name")
    path = fields.get("path", "")
    if not isinstance(path, str) or (path and not path.startswith("/")) or path.endswith("/"):
        raise ResultRefused(f"origin.{kind}.path must start with a slash and not end with one")
    if kind == "custom" and len(path) > 255:
        raise ResultRefused("origin.custom.path has more than 255 characters")
    same = (before, *origins.values())
    ids = (each.id for each in same if (each.kind, each.domain_name) == (kind, domain))
    return replace(
        before,
        id=next(ids, domain),
        kind=kind,
        domain_name=domain,
        path=path,
        headers=read_headers(fields.get("customHeaders", {})),
    )


def _check_custom_headers(headers: Headers, before: Origin, request_headers: Headers) -> None:
    check_added(headers)
    request_names = {name for name, _ in request_headers}
    for name, _ in headers:
        if DENIED_HEADERS.fullmatch(name):
            raise ResultRefused(f"origin.customHeaders may not have {name!r}")
        if name in request_names and headers != before.headers:
            raise ResultRefused(f"{name!r} is both in headers and in origin.customHeaders")


def _read_s3(origin: Origin, fields: dict[str, Any], before: Origin) -> Origin:
    method = fields.get("authMethod", "none")
    if method not in ("none", "origin-access-identity"):
        raise ResultRefused(
            f"origin.s3.authMethod {method!r} is neither none nor origin-access-identity"
        )
    if method == "origin-access-identity" and before.kind == "custom":
        raise ResultRefused("a custom origin cannot be changed to S3 with an access identity")
    if method == "origin-access-identity" and not fields.get("region"):
        raise ResultRefused("origin.s3.region is required with an access identity")
    return replace(origin, signs_requests=before.signs_requests and before.kind == "s3")


def _read_custom(
    origin: Origin, fields: dict[str, Any], before: Origin, limits: TriggerLimits
) -> Origin:
    port = _read_number(fields, "port", before.port)
    if port not in (80, 443) and not 1024 <= port <= 65535:
        raise ResultRefused(f"origin.custom.port {port} is neither 80, 443 nor 1024 to 65535")
    protocol = fields.get("protocol", before.protocol)
    if protocol not in ("http", "https"):
        raise ResultRefused(f"origin.custom.protocol {protocol!r} is neither http nor https")
    ssl = fields.get("sslProtocols", list(before.ssl_protocols))
    if not isinstance(ssl, list) or not ssl or not all(each in _SSL for each in ssl):
        raise ResultRefused(f"origin.custom.sslProtocols must be among {', '.join(sorted(_SSL))}")
    return replace(
        origin,
        port=port,
        protocol=protocol,
        ssl_protocols=tuple(ssl),
        signs_requests=before.signs_requests and origin.id == before.id,
        read_timeout=_read_seconds(fields, "readTimeout", before.read_timeout, limits.read_timeout),
        keepalive_timeout=_read_seconds(
            fields, "keepaliveTimeout", before.keepalive_timeout, limits.keepalive_timeout
        ),
    )


def _read_seconds(
    fields: dict[str, Any], name: str, before: float, allowed: tuple[int, int]
) -> float:
    value = _read_number(fields, name, int(before))
    if value != int(before) and not allowed[0] <= value <= allowed[1]:
        raise ResultRefused(
            f"origin.custom.{name} {value} is not from {allowed[0]} to {allowed[1]}"
        )
    return value


def _read_number(fields: dict[str, Any], name: str, default: int) -> int:
    value = fields.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ResultRefused(f"origin.custom.{name} is {type(value).__name__}, not a number")
    return value
