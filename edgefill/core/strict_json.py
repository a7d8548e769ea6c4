"""Parse untrusted JSON, and refuse everything that two parsers could read differently."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_parse: Callable[[str], Any] | None = None


def parse(text: str) -> Any:
    """The value of `text`; ValueError on anything ambiguous.

    Ambiguous are a repeated member (RFC 8259, section 4), NaN, Infinity and 1e999, an unpaired
    surrogate, and nesting beyond the interpreter's own limit.
    """
    try:
        document = (_parse or _load_decoder())(text)
        if "\\u" in text:
            _check_encodable(document)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return document


def _load_decoder() -> Callable[[str], Any]:
    """Make the decoder; `json` is imported here because it takes 9 ms of a cold start."""
    global _parse  # noqa: PLW0603 one decoder per process, made on first use
    from json import JSONDecoder  # noqa: PLC0415 see above

    _parse = JSONDecoder(
        object_pairs_hook=_reject_duplicates,
        parse_constant=_refuse_number,
        parse_float=_parse_finite,
    ).decode
    return _parse


def _reject_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(members)
    if len(fields) != len(members):
        raise ValueError("a member is repeated")
    return fields


def _refuse_number(number: str) -> Any:
    raise ValueError(f"{number[:20]} is not a number")


def _parse_finite(text: str) -> float:
    number = float(text)
    return _refuse_number(text) if number - number else number  # inf - inf is nan, and nan is true


def _check_encodable(document: Any) -> None:
    """ValueError (UnicodeEncodeError) when a string holds an unpaired surrogate."""
    from json import dumps  # noqa: PLC0415 loaded by now

    dumps(document, ensure_ascii=False).encode()
