"""Escaping: what a format demands of every value, done for all the blanks of a page at once.

html is markupsafe's escape, json is the inside of a JSON string, text loses its control characters
(tab and line feed stay). Each function takes strings and gives as many strings.
"""

from __future__ import annotations

from lambdas.core.pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CONTROL = Pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def html(values: Sequence[str]) -> Sequence[str]:
    """One pass over all values joined for each character that occurs; most often none does.

    The joint is a control character; a value that holds it shows in the count.
    """
    joined = raw = "\x1f".join(values)
    if "&" in raw:
        joined = joined.replace("&", "&amp;")
    if "'" in raw:
        joined = joined.replace("'", "&#39;")
    if '"' in raw:
        joined = joined.replace('"', "&#34;")
    if "<" in raw:
        joined = joined.replace("<", "&lt;")
    if ">" in raw:
        joined = joined.replace(">", "&gt;")
    if joined is raw:
        return values
    escaped = joined.split("\x1f")
    if len(escaped) == len(values):
        return escaped
    return [_one(text) for text in values]


def _one(text: str) -> str:
    return "\x1f".join(html(text.split("\x1f")))


def json(values: Sequence[str]) -> Sequence[str]:
    """Each value as it stands between the quotes of a JSON string."""
    from json.encoder import encode_basestring  # noqa: PLC0415 9 ms that a cold start spares

    return [encode_basestring(text)[1:-1] for text in values]


def text(values: Sequence[str]) -> Sequence[str]:
    """Each value without its control characters."""
    if "".join(values).isprintable():
        return values
    return [_CONTROL.sub("", text) for text in values]


ESCAPES: dict[str, Callable[[Sequence[str]], Sequence[str]]] = {
    "html": html,
    "json": json,
    "text": text,
}
