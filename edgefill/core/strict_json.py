"""JSON as strangers send it: everything that two parsers could read differently is refused."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_parse: Callable[[str], Any] | None = None


def parse(text: str) -> Any:
    """The value of `text`; ValueError on anything doubtful.

    Doubtful: a member named twice (RFC 8259, section 4), NaN, Infinity and 1e999, half of a
    surrogate pair, nesting beyond the interpreter's own limit.
    """
    try:
        parsed = (_parse or _load())(text)
        if "\\u" in text:
            _encodable(parsed)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return parsed


def _load() -> Callable[[str], Any]:
    """The decoder; `json` is imported here because it costs 9 ms that a bare import can spare."""
    global _parse  # noqa: PLW0603 one decoder a process, made on first use
    from json import JSONDecoder  # noqa: PLC0415 see above

    _parse = JSONDecoder(
        object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite
    ).decode
    return _parse


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(members)
    if len(read) != len(members):
        raise ValueError("a member stands twice")
    return read


def _refuse(number: str) -> Any:
    raise ValueError(f"{number[:20]} is no number")


def _finite(text: str) -> float:
    number = float(text)
    return _refuse(text) if number - number else number  # inf - inf is nan, and nan is true


def _encodable(parsed: Any) -> None:
    """ValueError (UnicodeEncodeError) when a string holds half of a surrogate pair."""
    from json import dumps  # noqa: PLC0415 loaded by now

    dumps(parsed, ensure_ascii=False).encode()
