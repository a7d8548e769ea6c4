"""Read the query string: `locale`, a question's `q`, and the slots that a query may fill.

Every other parameter is ignored, whatever it holds: campaigns and analytics add their own to links
(`utm_source`, `fbclid`, `_ga`). Nothing of it reaches a value, a cache key or a log.
"""

from __future__ import annotations

from edgefill.core.errors import BadQuery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from edgefill.core.experience import Experience

    Query = Mapping[str, Sequence[str]]  # name -> raw values, still percent-encoded

MAX_QUERY = 8192  # characters; CloudFront takes no longer URL (cloudfront-limits.html)
LOCALE = "locale"
QUESTION = "q"
WEB = ("http:", "https:")


def parse_query(text: str) -> Query:
    """The raw values by name; BadQuery when the query is too long."""
    if len(text) > MAX_QUERY:
        raise BadQuery(f"query of {len(text)} characters; send at most {MAX_QUERY}")
    query: dict[str, list[str]] = {}
    for part in filter(None, text.split("&")):
        name, _, raw = part.partition("=")
        decoded = decode_percent(name.replace("+", " "))
        if decoded is not None:
            query.setdefault(decoded, []).append(raw)
    return query


def read_parameter(query: Query, name: str) -> str | None:
    """The value of a parameter; BadQuery when it is repeated or not UTF-8."""
    raw_values = query.get(name)
    if raw_values is None:
        return None
    if len(raw_values) > 1:
        raise BadQuery(f"query parameter {name!r} is repeated; send it once")
    text = decode_percent(raw_values[0].replace("+", " "))
    if text is None:
        raise BadQuery(f"query parameter {name!r} is not percent-encoded UTF-8")
    return text


def read_question(query: Query) -> str:
    """The free question as sent; BadQuery."""
    question = read_parameter(query, QUESTION)
    if question is None:
        raise BadQuery(f"no question; send it as the query parameter {QUESTION!r}")
    return question


def read_slot_values(
    query: Query, experience: Experience, *, known: Container[str] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """The raw values of the slots that a query may fill, and the reason for each refused one.

    `known` are the slots that have a value already. An address is refused unless it is relative or
    on a host that the shop names. BadQuery.
    """
    values: dict[str, str] = {}
    refusals: dict[str, str] = {}
    for name in experience.query_slots:
        text = None if name in known else read_parameter(query, name)
        slot = experience.find_slot(name)
        if text is None or slot is None or slot.personal:
            continue
        if slot.type == "url" and not _is_on_host(text, experience.link_hosts):
            refusals[name] = "host"
        else:
            values[name] = text
    return values, refusals


def _is_on_host(url: str, hosts: Container[str]) -> bool:
    """Whether an address that `coerce_value` accepts is relative or on one of `hosts`."""
    scheme, colon, rest = url.partition(":")
    if not colon or "/" in scheme or "?" in scheme or "#" in scheme:
        return True
    authority = rest[2:].partition("/")[0].partition("?")[0].partition("#")[0]
    return f"{scheme.lower()}:" in WEB and rest[:2] == "//" and authority.lower() in hosts


def decode_percent(text: str) -> str | None:
    """`text` percent-decoded (WHATWG URL, section 1.3); None unless that is UTF-8."""
    if "%" not in text and text.isascii():
        return text
    try:
        head, *rest = text.encode().split(b"%")
        parts = [bytes.fromhex(part[:2].decode()) + part[2:] for part in rest if _is_byte(part)]
        return (head + b"".join(parts)).decode() if len(parts) == len(rest) else None
    except ValueError:  # UnicodeError is one
        return None


def _is_byte(part: bytes) -> bool:
    return len(part) >= 2 and part[:2].isalnum()
