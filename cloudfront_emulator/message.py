"""Requests and responses, as the emulator's parts exchange them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from cloudfront_emulator.buffered_body import BufferedBody

Headers = tuple[tuple[str, str], ...]  # names in lower case; a repeated name is a repeated pair
Upload = bytes | AsyncIterator[bytes]  # a stream is read once
Body = bytes | BufferedBody
InterimResponses = tuple[tuple[int, Headers], ...]  # status and headers of each

# RFC 9110, section 7.6.1: these describe one connection and are never forwarded.
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# A Connection header cannot remove these, which frame, route or restrict the message
# (RFC 9110, section 7.6.1: a field for all recipients is never a connection option).
_END_TO_END = frozenset({"cache-control", "content-length", "expires", "host", "vary"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CdnRequest:
    """A viewer's request, or its form for a function or an origin."""

    method: str
    path: str  # percent-encoded, as it came
    query: str = field(default="", repr=False)  # without the question mark
    headers: Headers = field(default=(), repr=False)  # may contain a personal token
    body: Upload = field(default=b"", repr=False)
    client_ip: str = "127.0.0.1"
    client_port: int = 0
    http_version: str = "1.1"

    def header(self, name: str) -> str | None:
        """The value of a header; repeated ones are joined by commas, cookies by semicolons."""
        values = [value for key, value in self.headers if key == name]
        return ("; " if name == "cookie" else ", ").join(values) if values else None

    def cookies(self) -> list[tuple[str, str]]:
        """The cookies as (name, value), in the order of the request."""
        pairs = (item.partition("=") for item in (self.header("cookie") or "").split(";"))
        return [(name.strip(), value.strip()) for name, _, value in pairs if name.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class CdnResponse:
    """A response; `reason` is what AWS would only log, sent as X-Emulator-Reason.

    `window` is the start and end (exclusive) of the part of `body` to send; None sends all.
    `unanswered` marks CloudFront's page for an origin that did not answer completely.
    `replaced_status` is the error status that a custom error page replaces. `fault` names how an
    edge function failed, in the words of X-Cache. `interim` are the origin's responses before this
    one, such as 103; they are never cached.
    """

    status: int
    headers: Headers = ()
    body: Body = field(default=b"", repr=False)  # may contain personal values
    generated: bool = False  # by an edge function
    reason: str = ""
    window: tuple[int, int] | None = None
    unanswered: bool = False
    replaced_status: int = 0
    fault: str = ""
    interim: InterimResponses = ()

    @property
    def failed(self) -> bool:
        """Whether this is an error, also when a custom error page has a success status."""
        return self.status >= 400 or self.replaced_status > 0

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key == name), None)

    def replace_headers(self, *pairs: tuple[str, str]) -> CdnResponse:
        """A copy in which `pairs` replace the headers of the same names."""
        return replace(
            self, headers=drop_headers(self.headers, (name for name, _ in pairs)) + pairs
        )


def drop_headers(headers: Headers, names: Iterable[str]) -> Headers:
    """`headers` without those of the given names."""
    dropped = frozenset(names)
    return tuple(pair for pair in headers if pair[0] not in dropped)


def drop_hop_by_hop(headers: Headers) -> Headers:
    """`headers` without those of one connection: HOP_BY_HOP and the names that Connection lists."""
    options = ",".join([value for name, value in headers if name == "connection"])
    dropped = _list_hop_by_hop(options)
    return tuple([pair for pair in headers if pair[0] not in dropped])


@lru_cache(maxsize=256)
def _list_hop_by_hop(options: str) -> frozenset[str]:
    names = frozenset(item.strip().lower() for item in options.split(","))
    return HOP_BY_HOP | (names - _END_TO_END)


def encode_header(value: str) -> bytes:
    """The bytes of a header's value: each character is one byte, or UTF-8 if that cannot be.

    Values of viewers and origins are bytes, whatever their encoding. Longer characters come from
    a template or from the emulator's own texts.
    """
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()
