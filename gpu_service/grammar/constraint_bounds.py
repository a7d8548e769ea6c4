"""Bounds of the constraints that a client may write, checked before anything compiles them.

A constraint is compiled for each request that has it, by a library that stops for no deadline, so
what a compiler would multiply is refused first: repetitions, alternatives, nesting, and references
to other documents. Each check is linear in the text. compilation.py covers what no bound foresees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from edgefill.core.errors import InputRefused
from gpu_service.grammar.regex_size import explain_excess

MAX_CHARS = 65_536  # of a grammar or a schema
MAX_ALTERNATIVES = 2_000
MAX_REPETITIONS = 1_000  # of a rule
MAX_SCHEMA_VALUES = 10_000  # objects, arrays and scalars
MAX_DEPTH = 48
MAX_ITEMS = 10_000
MAX_LENGTH = 100_000
LIMITS = {
    "minItems": MAX_ITEMS, "maxItems": MAX_ITEMS, "minContains": MAX_ITEMS,
    "maxContains": MAX_ITEMS, "minProperties": MAX_ITEMS, "maxProperties": MAX_ITEMS,
    "minLength": MAX_LENGTH, "maxLength": MAX_LENGTH,
}  # fmt: skip
REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
PATTERNS = frozenset({"pattern", "whitespace_pattern"})
# A quoted text, a regular expression, a comment, or a repetition of a rule.
_LARK_TOKEN = re.compile(
    r'"(?:\\.|[^"\\\n])*+"|/(?P<regex>(?:\\.|[^/\\\n])++)/|//[^\n]*+'
    r"|(?P<repeat>[{~][\s0-9,.]*+)|(?P<bar>\|)|%json\s*+(?P<json>)"
)
_NUMBER = re.compile("[0-9]+")


def check_bounds(kind: str, text: str) -> None:
    """InputRefused, which names `kind`, when a constraint is out of bounds.

    `kind` is "grammar", "json_schema" or "regex", a field of GenerationRequest.
    """
    reason = _EXPLAINERS[kind](text)
    if reason:
        raise InputRefused(f"{kind}: {reason}")


def _explain_grammar(text: str) -> str | None:
    if len(text) > MAX_CHARS:
        return _describe_excess(len(text), MAX_CHARS, "characters")
    alternatives = 0
    for token in _LARK_TOKEN.finditer(text):
        alternatives += token["bar"] is not None
        if alternatives > MAX_ALTERNATIVES:
            return f"it has more than {MAX_ALTERNATIVES} alternatives; write fewer"
        reason = _explain_token(token, text)
        if reason:
            return reason
    return None


def _explain_token(token: re.Match[str], text: str) -> str | None:
    if token["regex"] is not None:
        return explain_excess(token["regex"])
    if token["json"] is not None:
        try:
            schema, _ = json.JSONDecoder().raw_decode(text, token.end())
        except (ValueError, RecursionError) as error:
            return f"its %json is not JSON ({type(error).__name__})"
        return _explain_schema_value(schema)
    counts = (int(number[0][:9]) for number in _NUMBER.finditer(token["repeat"] or ""))
    if max(counts, default=0) > MAX_REPETITIONS:
        return f"it repeats a rule more than {MAX_REPETITIONS} times; write fewer"
    return None


def _explain_schema(text: str) -> str | None:
    if len(text) > MAX_CHARS:
        return _describe_excess(len(text), MAX_CHARS, "characters")
    try:
        return _explain_schema_value(json.loads(text))
    except (ValueError, RecursionError) as error:
        return f"not JSON ({type(error).__name__}); write a JSON Schema"


def _explain_schema_value(schema: Any) -> str | None:
    """Why a schema is out of bounds; the names in `properties` are not keywords, but may be."""
    count = 0
    pending: list[tuple[Any, int]] = [(schema, 0)]
    while pending:
        value, depth = pending.pop()
        count += 1
        if count > MAX_SCHEMA_VALUES:
            return f"it has more than {MAX_SCHEMA_VALUES} values; write fewer"
        if depth > MAX_DEPTH:
            return f"it is nested more than {MAX_DEPTH} deep; flatten it"
        if isinstance(value, dict):
            reason = next(filter(None, _explain_keywords(value)), None)
            if reason:
                return reason
            pending.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            pending.extend((inner, depth + 1) for inner in value)
    return None


def _explain_keywords(schema: dict[str, Any]) -> Iterator[str | None]:
    for name, value in schema.items():
        if isinstance(value, int | float) and value > LIMITS.get(name, value):
            yield f"{name}: {value:.10g} is too many; at most {LIMITS[name]} are allowed"
        elif name in REFERENCES and isinstance(value, str) and not value.startswith("#"):
            yield f"{name}: {value[:60]!r} is another document; define it under $defs"
        elif name in PATTERNS and isinstance(value, str):
            yield _name_excess(name, explain_excess(value))
        elif name == "patternProperties" and isinstance(value, dict):
            yield from (_name_excess(name, explain_excess(pattern)) for pattern in value)


def _name_excess(name: str, reason: str | None) -> str | None:
    return reason and f"{name}: {reason}"


def _describe_excess(count: int, most: int, what: str) -> str:
    return f"it has {count} {what}; at most {most} are allowed"


_EXPLAINERS: dict[str, Callable[[str], str | None]] = {
    "grammar": _explain_grammar,
    "json_schema": _explain_schema,
    "regex": explain_excess,
}
