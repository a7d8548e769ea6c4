"""The query string: `locale` and the values of slots that are not personal, nothing else.

Of a free question: `locale` and `q`.
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
        name, _, given = part.partition("=")
        name = _decode(name, "the name of a query parameter")
        if name in query:
            raise BadQuery(f"query parameter {_shown(name)} stands twice; send it once")
        query[name] = _decode(given, f"query parameter {_shown(name)}")
    return query


def take_question(query: dict[str, str]) -> tuple[dict[str, str], str]:
    """The query without its question, and the question as it was sent; BadQuery."""
    rest = {name: text for name, text in query.items() if name != QUESTION}
    for name in rest:
        if name != LOCALE:
            raise BadQuery(f"unknown query parameter {_shown(name)}; /ask knows q and {LOCALE}")
    if QUESTION not in query:
        raise BadQuery(f"no question; send it as the query parameter {QUESTION!r}")
    return rest, query[QUESTION]


def read_slot_values(query: dict[str, str], experience: Experience) -> dict[str, str]:
    """What the query gives for slots; BadQuery names a parameter that is unknown or personal."""
    given = {name: text for name, text in query.items() if name != LOCALE}
    for name in given:
        slot = experience.find_slot(name)
        if slot is None:
            raise BadQuery(f"unknown query parameter {_shown(name)}; {_known(experience)}")
        if slot.personal:
            raise BadQuery(f"slot {_shown(name)} is personal; send it in the profile token")
    return given


def _known(experience: Experience) -> str:
    names = [LOCALE, *(slot.name for slot in experience.slots if not slot.personal)]
    return f"{experience.id} knows {', '.join(names)}"


def _decode(text: str, what: str) -> str:
    """`text` without its percent signs (WHATWG URL, application/x-www-form-urlencoded).

    BadQuery says `what` is none, and does not repeat it: it may be anything that a visitor sent.
    """
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    head, *rest = text.encode().split(b"%")
    try:
        decoded = [bytes.fromhex(part[:2].decode()) + part[2:] for part in rest if _is_byte(part)]
        if len(decoded) == len(rest):
            return (head + b"".join(decoded)).decode()
    except ValueError:
        pass
    raise BadQuery(f"{what} is no percent-encoded UTF-8")


def _is_byte(part: bytes) -> bool:
    return len(part) >= 2 and part[:2].isalnum()


def _shown(text: str) -> str:
    """At most 64 characters of what a stranger sent."""
    return repr(text[:64])
