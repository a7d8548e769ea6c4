"""Escape all values of a page at once, as its format requires.

html is escaped as markupsafe does, json as the inside of a JSON string; text loses its control
characters except tab and line feed. Each function takes strings and returns as many strings.
"""

from __future__ import annotations

from edgefill.core.lazy_regex import LazyPattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_REFERENCES = str.maketrans({"&": "&amp;", "'": "&#39;", '"': "&#34;", "<": "&lt;", ">": "&gt;"})
_CONTROL = LazyPattern("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def escape_html(values: Sequence[str]) -> Sequence[str]:
    """Join the values and escape them as bytes, where a replacement takes half the time of text.

    The separator is a control character; if a value contains it, the count differs and each value
    is escaped separately.
    """
    raw = "\x1f".join(values)
    if not ("&" in raw or "'" in raw or '"' in raw or "<" in raw or ">" in raw):
        return values
    try:
        texts = (
            raw.encode()
            .replace(b"&", b"&amp;")
            .replace(b"'", b"&#39;")
            .replace(b'"', b"&#34;")
            .replace(b"<", b"&lt;")
            .replace(b">", b"&gt;")
            .decode()
            .split("\x1f")
        )
    except UnicodeEncodeError:  # an unpaired surrogate
        texts = []
    if len(texts) == len(values):
        return texts
    return [text.translate(_REFERENCES) for text in values]


def escape_json(values: Sequence[str]) -> Sequence[str]:
    """Each value as the inside of a JSON string."""
    from json.encoder import encode_basestring  # noqa: PLC0415 9 ms of a cold start

    return [encode_basestring(text)[1:-1] for text in values]


def escape_text(values: Sequence[str]) -> Sequence[str]:
    """Each value without its control characters."""
    if "".join(values).isprintable():
        return values
    return [_CONTROL.sub("", text) for text in values]


ESCAPES: dict[str, Callable[[Sequence[str]], Sequence[str]]] = {
    "html": escape_html,
    "json": escape_json,
    "text": escape_text,
}
