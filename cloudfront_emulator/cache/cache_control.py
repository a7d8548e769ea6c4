"""The Cache-Control header of responses (RFC 9111, section 5.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cloudfront_emulator.message import CdnResponse

# Names in lower case; a directive without a value has "".
Directives = Mapping[str, str]

MAX_DELTA_SECONDS = 2.0**31
_DIRECTIVE = re.compile(r'([^\s=,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*)))?')
# A value restricts these to the headers that it lists; without one they are about the response.
_RESTRICTABLE = frozenset({"no-cache", "private"})


def parse_directives(response: CdnResponse) -> Directives:
    """The directives of all Cache-Control headers.

    The first of repeated ones counts; of no-cache and private, the most restrictive (RFC 9111,
    section 4.2.1).
    """
    directives: dict[str, str] = {}
    for header, text in response.headers:
        if header == "cache-control":
            for match in _DIRECTIVE.finditer(text):
                name, value = match[1].lower(), match[2] or match[3] or ""
                if name in directives and name in _RESTRICTABLE:
                    value = value and directives[name] and f"{directives[name]},{value}"
                    directives[name] = value
                directives.setdefault(name, value)
    return directives


def read_seconds(directives: Directives, name: str) -> float | None:
    """A directive's value in seconds, 0 if it is not a number; None if the directive is absent.

    Source: RFC 9111, section 4.2.1: a response with invalid freshness information is stale.
    """
    if name not in directives:
        return None
    return parse_delta_seconds(directives[name]) or 0.0


def parse_delta_seconds(text: str) -> float | None:
    """A header's number of seconds, at most MAX_DELTA_SECONDS; None if it is not a number.

    Source: RFC 9111, section 1.2.2.
    """
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(float(text), MAX_DELTA_SECONDS)


def is_storing_forbidden(directives: Directives) -> bool:
    """Whether no-store, no-cache or private applies to the whole response.

    `no-cache="Set-Cookie"` applies to that header only.
    """
    return "no-store" in directives or any(
        directives.get(name) == "" for name in ("no-cache", "private")
    )


def list_unstorable_headers(directives: Directives) -> frozenset[str]:
    """The headers that are not cached with the response, as in `no-cache="Set-Cookie"`.

    Source: Developer Guide, Cookies, "Disable caching of Set-Cookie headers".
    """
    values = (directives.get(name, "") for name in ("no-cache", "private"))
    return frozenset(name.strip().lower() for names in values for name in names.split(",") if name)
