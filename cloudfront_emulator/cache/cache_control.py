"""The Cache-Control header of responses (RFC 9111, section 5.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cloudfront_emulator.message import CdnResponse

# Names in lower case; a directive without a value has "".
Directives = Mapping[str, str]

MAX_DELTA_SECONDS = 2.0**31
_DIRECTIVE = re.compile(r'([^\s=,]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?')


def parse_directives(response: CdnResponse) -> Directives:
    """The directives of all Cache-Control headers; the first of repeated ones counts."""
    directives: dict[str, str] = {}
    for name, value in response.headers:
        if name == "cache-control":
            for match in _DIRECTIVE.finditer(value):
                directives.setdefault(match[1].lower(), match[2] or match[3] or "")
    return directives


def read_seconds(directives: Directives, name: str) -> float | None:
    """A directive's value in seconds; None if it is absent or not a number."""
    return parse_delta_seconds(directives.get(name, ""))


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
