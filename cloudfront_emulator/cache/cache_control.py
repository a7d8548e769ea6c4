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
    found: dict[str, str] = {}
    for name, value in response.headers:
        if name == "cache-control":
            for match in _DIRECTIVE.finditer(value):
                found.setdefault(match[1].lower(), match[2] or match[3] or "")
    return found


def read_seconds(found: Directives, name: str) -> float | None:
    """A directive's value as a number; None where it is absent or no number."""
    return parse_delta_seconds(found.get(name, ""))


def parse_delta_seconds(written: str) -> float | None:
    """A number of seconds as headers have it; one too large to count is LONGEST.

    Source: RFC 9111, section 1.2.2.
    """
    if not (written.isascii() and written.isdecimal()):
        return None
    return min(float(written), LONGEST)


def is_storing_forbidden(found: Directives) -> bool:
    """Whether no-store, no-cache or private stand there for the whole response.

    `no-cache="Set-Cookie"` speaks of one header alone.
    """
    return "no-store" in found or any(found.get(name) == "" for name in ("no-cache", "private"))


def list_unstorable_headers(found: Directives) -> frozenset[str]:
    """The headers that are not kept with the response, as in `no-cache="Set-Cookie"`.

    Source: Developer Guide, Cookies, "Disable caching of Set-Cookie headers".
    """
    named = (found.get(name, "") for name in ("no-cache", "private"))
    return frozenset(name.strip().lower() for names in named for name in names.split(",") if name)
