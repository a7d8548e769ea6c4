"""Headers in events and results: their form, and which of them a function may not change.

Source: Developer Guide, edge-function-restrictions-all, "HTTP headers", and
lambda-at-edge-function-restrictions, "CloudFront headers".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cloudfront_emulator.distribution import Trigger
from cloudfront_emulator.errors import ResultRefused
from cloudfront_emulator.message import Headers, encode_header

EventHeaders = dict[str, list[dict[str, str]]]

DISALLOWED = re.compile(
    r"connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer"
    r"|upgrade|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-auth"
    r"|x-amzn-cf-(billing|id|xff)|x-amzn-errortype|x-amzn-fle-profile|x-amzn-header-(count|order)"
    r"|x-amzn-lambda-integration-tag|x-amzn-requestid|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip"
)
READ_ONLY: dict[Trigger, tuple[str, ...]] = {
    "viewer-request": ("cdn-loop", "content-length", "host", "transfer-encoding", "via"),
    "origin-request": (
        "accept-encoding",
        "cdn-loop",
        "content-length",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "transfer-encoding",
        "via",
    ),
    "origin-response": ("transfer-encoding", "via"),
    "viewer-response": ("via", "warning"),
}
_SPELLED = {"dnt": "DNT", "etag": "ETag", "www-authenticate": "WWW-Authenticate"}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
# Control characters, and surrogates that stand for no byte (see `serialize_headers`).
_NO_VALUE = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udc7f\udd00-\udfff]")


def serialize_headers(headers: Headers) -> EventHeaders:
    """An event's headers; disallowed ones are not exposed.

    Keys have the usual capitals, because the request's spelling is not known here (HTTP/2 has
    lower case only). Values are read as UTF-8; a byte that is none becomes a lone surrogate, from
    which `read_headers` makes the same byte again.
    """
    event_headers: EventHeaders = {}
    for name, value in headers:
        if not DISALLOWED.fullmatch(name):
            key = _SPELLED.get(name) or name.title()
            event_headers.setdefault(name, []).append({"key": key, "value": _to_text(value)})
    return event_headers


def _to_text(value: str) -> str:
    """A value, in which each character is one byte, as the text that the bytes encode."""
    return value if value.isascii() else encode_header(value).decode("utf-8", "surrogateescape")


def _to_bytes(text: str) -> str:
    """The UTF-8 of a text, one character for each byte."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def read_headers(data: object) -> Headers:
    """The headers of a result; ResultRefused unless it is an object of arrays of {key, value}."""
    if not isinstance(data, dict):
        raise ResultRefused("headers must be an object of arrays of {key, value}")
    return tuple(
        (name.lower(), value) for name, pairs in data.items() for value in _read_values(name, pairs)
    )


def _read_values(name: str, pairs: object) -> Iterable[str]:
    if not isinstance(pairs, list):
        raise ResultRefused(f"header {name!r}: each entry of headers must be an array")
    if not _NAME.fullmatch(name.lower()):
        raise ResultRefused(f"{name!r} is not a header name")
    for pair in pairs:
        if not isinstance(pair, dict) or not isinstance(value := pair.get("value"), str):
            raise ResultRefused(f"header {name!r}: each entry must have a value that is a string")
        key = pair.get("key")
        if key is not None and (not isinstance(key, str) or key.lower() != name):
            raise ResultRefused(f"header {name!r} must be the lower-case form of its key")
        if _NO_VALUE.search(value):
            raise ResultRefused(f"header {name!r} has a value with a control character")
        yield _to_bytes(value)


def read_changed_headers(trigger: Trigger, before: Headers, data: object) -> Headers:
    """The changed headers plus those never exposed; ResultRefused for forbidden changes."""
    after = read_headers(data)
    check_added(after)
    exposed = tuple(pair for pair in before if not DISALLOWED.fullmatch(pair[0]))
    for name in READ_ONLY[trigger]:
        if _list_values(after, name) != _list_values(exposed, name):
            raise ResultRefused(f"the function may not add, delete or change the header {name!r}")
    if trigger == "viewer-request":
        check_country(before, after)
    return after + tuple(pair for pair in before if DISALLOWED.fullmatch(pair[0]))


def read_generated_headers(trigger: Trigger, data: object) -> Headers:
    """The headers of a generated response; ResultRefused for disallowed and read-only ones."""
    headers = read_headers(data)
    check_added(headers)
    for name, _ in headers:
        if name in READ_ONLY[trigger]:
            raise ResultRefused(f"the function may not add, delete or change the header {name!r}")
    return headers


def check_added(headers: Headers) -> None:
    """ResultRefused for a disallowed header."""
    for name, _ in headers:
        if DISALLOWED.fullmatch(name):
            raise ResultRefused(f"the function may not add the header {name!r}")


def check_country(before: Headers, after: Headers) -> None:
    """ResultRefused if a viewer-request function adds CloudFront-Viewer-Country."""
    name = "cloudfront-viewer-country"
    if _list_values(after, name) and not _list_values(before, name):
        raise ResultRefused(f"the function may not add the header {name!r}")


def _list_values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key == name]


def read_text(result: dict[str, Any], name: str, default: str) -> str:
    """A member of a result that must be a string."""
    value = result.get(name, default)
    if not isinstance(value, str):
        raise ResultRefused(f"{name} is {type(value).__name__}, not a string")
    return value
