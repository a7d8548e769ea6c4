"""Cache-Control, as a response has it (RFC 9111, section 5.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cloudfront_emulator.message import CdnResponse

Directives = Mapping[str, str]  # names in lower case; "" where a directive has no value

LONGEST = 2.0**31
_DIRECTIVE = re.compile(r'([^\s=,]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?')


def parse_directives(response: CdnResponse) -> Directives:
    """The directives of all Cache-Control headers; of repeated ones the first counts."""
    directives: dict[str, str] = {}
    for name, value in response.headers:
        if name == "cache-control":
            for match in _DIRECTIVE.finditer(value):
                directives.setdefault(match[1].lower(), match[2] or match[3] or "")
    return directives


def read_seconds(directives: Directives, name: str) -> float | None:
    """A directive's value as a number; None where it is absent or no number."""
    return parse_delta_seconds(directives.get(name, ""))


def parse_delta_seconds(text: str) -> float | None:
    """A number of seconds as headers have it; one too large to count is LONGEST.

    Source: RFC 9111, section 1.2.2.
    """
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(float(text), LONGEST)


def is_storing_forbidden(directives: Directives) -> bool:
    """Whether no-store, no-cache or private stand there for the whole response.

    `no-cache="Set-Cookie"` speaks of one header alone.
    """
    return "no-store" in directives or any(
        directives.get(name) == "" for name in ("no-cache", "private")
    )


def list_unstorable_headers(directives: Directives) -> frozenset[str]:
    """The headers that are not kept with the response, as in `no-cache="Set-Cookie"`.

    Source: Developer Guide, Cookies, "Disable caching of Set-Cookie headers".
    """
    values = (directives.get(name, "") for name in ("no-cache", "private"))
    return frozenset(name.strip().lower() for names in values for name in names.split(",") if name)
