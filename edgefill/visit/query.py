"""Parse the query string: `locale` and values of slots that are not personal.

A free question takes only `locale` and `q`.
"""

from __future__ import annotations

from edgefill.core.errors import BadQuery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.core.experience import Experience

MAX_QUERY = 2048  # characters
LOCALE = "locale"
QUESTION = "q"


def parse_query(text: str) -> dict[str, str]:
    """The parameters, percent-decoded; BadQuery when too long, repeated or not UTF-8."""
    if len(text) > MAX_QUERY:
        raise BadQuery(f"query of {len(text)} characters; send at most {MAX_QUERY}")
    query: dict[str, str] = {}
    for part in filter(None, text.split("&")):
        name, _, raw = part.partition("=")
        name = _decode(name, "the name of a query parameter")
        if name in query:
            raise BadQuery(f"query parameter {_quote(name)} is repeated; send it once")
        query[name] = _decode(raw, f"query parameter {_quote(name)}")
    return query


def take_question(query: dict[str, str]) -> tuple[dict[str, str], str]:
    """The query without its question, and the question as sent; BadQuery."""
    rest = {name: text for name, text in query.items() if name != QUESTION}
    for name in rest:
        if name != LOCALE:
            raise BadQuery(f"unknown query parameter {_quote(name)}; /ask takes q and {LOCALE}")
    if QUESTION not in query:
        raise BadQuery(f"no question; send it as the query parameter {QUESTION!r}")
    return rest, query[QUESTION]


def read_slot_values(query: dict[str, str], experience: Experience) -> dict[str, str]:
    """The raw slot values; BadQuery names a parameter that is unknown or personal."""
    values = {name: text for name, text in query.items() if name != LOCALE}
    for name in values:
        slot = experience.find_slot(name)
        if slot is None:
            raise BadQuery(
                f"unknown query parameter {_quote(name)}; {_list_parameters(experience)}"
            )
        if slot.personal:
            raise BadQuery(f"slot {_quote(name)} is personal; send it in the profile token")
    return values


def _list_parameters(experience: Experience) -> str:
    names = [LOCALE, *(slot.name for slot in experience.slots if not slot.personal)]
    return f"{experience.id} takes {', '.join(names)}"


def _decode(text: str, subject: str) -> str:
    """`text` percent-decoded (WHATWG URL, application/x-www-form-urlencoded).

    BadQuery names `subject` and does not repeat the text, which may hold anything.
    """
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    head, *rest = text.encode().split(b"%")
    try:
        parts = [bytes.fromhex(part[:2].decode()) + part[2:] for part in rest if _is_byte(part)]
        if len(parts) == len(rest):
            return (head + b"".join(parts)).decode()
    except ValueError:
        pass
    raise BadQuery(f"{subject} is not percent-encoded UTF-8")


def _is_byte(part: bytes) -> bool:
    return len(part) >= 2 and part[:2].isalnum()


def _quote(text: str) -> str:
    """At most 64 characters of an untrusted text, quoted."""
    return repr(text[:64])
