"""Which locale answers a visitor: the query's, else the token's, else the browser's."""

from __future__ import annotations

from edgefill.core.errors import BadLocale
from edgefill.core.keys import resolve_locale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

MAX_RANGES = 16  # of an Accept-Language header; the rest is not looked at


def choose_locale(
    *,
    query: str | None,
    token: str | None,
    accept: str,
    offered: Collection[str],
    default: str,
    fallbacks: Mapping[str, str],
) -> str:
    """The offered locale for a visitor; BadLocale when the query's is no language tag.

    A locale in the query or the token ends the search, known or not; `accept` is a raw
    Accept-Language header, whose unreadable ranges are passed over.
    """
    if query is not None:
        return resolve_locale(query, offered, default, fallbacks)
    for asked in [token] if token else language_ranges(accept):
        try:
            if found := resolve_locale(asked, offered, "", fallbacks):
                return found
        except BadLocale:
            continue
    return default


def language_ranges(accept: str) -> Iterator[str]:
    """The ranges of an Accept-Language header, most wanted first (RFC 9110, section 12.5.4)."""
    weighted = [_weighted(part) for part in accept.split(",")[:MAX_RANGES]]
    for weight, tag in sorted(weighted, key=lambda pair: -pair[0]):
        if tag and weight > 0:
            yield tag


def _weighted(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";")
    name, _, number = weight.strip().partition("=")
    try:
        return (float(number) if name == "q" else 1.0), tag.strip()
    except ValueError:
        return 0.0, ""
