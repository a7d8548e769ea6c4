"""Reads expressions of other systems: a path with filters, and conditions over paths."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

PATH = r"(?:[A-Za-z_À-ɏ@][\w@]*|\$\{[^}]*\})(?:\.(?:[A-Za-z_À-ɏ]\w*|\$\{[^}]*\}))*"
_LITERAL = r"'[^']*'|\"[^\"]*\"|-?\d+(?:\.\d+)?|true|false|blank|nil|null|none|None|empty"
_COMPARISON = re.compile(rf"^({PATH})\s*(==|!=|>=|<=|>|<)\s*({_LITERAL})$")
_FILTER = re.compile(r"^([A-Za-z_]\w*)\s*(?:[:(]\s*(.*?)\s*\)?)?$", re.DOTALL)
_NOTHING = frozenset(("blank", "nil", "null", "none", "None", "empty", "''", '""'))
# filters of other systems and ours
FILTERS = {
    "default": "default", "upcase": "upper", "upper": "upper", "downcase": "lower",
    "lower": "lower", "capitalize": "capitalize", "capfirst": "capitalize", "title": "title",
    "url_encode": "urlencode", "urlencode": "urlencode", "date": "date", "money": "money",
    "currency": "money", "time": "time", "number": "number", "intcomma": "number",
    "number_with_delimiter": "number",
}  # fmt: skip
# escaping is not the template's task here
_NEEDLESS = frozenset(("escape", "e", "safe", "raw", "h", "strip", "trim", "force_escape"))


class NotConvertible(ValueError):
    """An expression has no equal in the template language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A printed path, its filters (of ours) with the literal of `default`, and those it loses."""

    path: str
    filters: tuple[str, ...]
    default: str
    lost: tuple[str, ...]


def read_value(text: str) -> Value:
    """The path and filters of a printed expression; NotConvertible."""
    path, *calls = (
        part.strip() for part in re.split(r"\|(?=(?:[^'\"]|'[^']*'|\"[^\"]*\")*$)", text)
    )
    if not re.fullmatch(PATH, path):
        raise NotConvertible("an expression is not a slot")
    filters, lost, default = [], [], ""
    for call in calls:
        match = _FILTER.match(call)
        name, argument = (match[1], match[2] or "") if match else (call, "")
        if name == "default" and re.fullmatch(r"'[^']*'|\"[^\"]*\"", argument):
            default = argument[1:-1]
        elif name in FILTERS and name != "default":
            filters.append(FILTERS[name])
        elif name not in _NEEDLESS:
            lost.append(call)
    return Value(path=path, filters=tuple(filters), default=default, lost=tuple(lost))


def convert_condition(text: str, name_of: Callable[[str, str], str]) -> str:
    """A condition in our language; `name_of` gives a path's slot for a type. NotConvertible."""
    words = re.split(r"\s+(and|or|&&|\|\|)\s+", text.strip())
    parts = [
        {"&&": "and", "||": "or"}.get(word, word) if n % 2 else _convert_test(word, name_of)
        for n, word in enumerate(words)
    ]
    return " ".join(parts)


def _convert_test(text: str, name_of: Callable[[str, str], str]) -> str:
    text = text.strip()
    if negated := re.fullmatch(r"(?:not\s+|!\s*)(.+)", text, re.DOTALL):
        inner = negated[1].strip()
        inner = inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner
        condition = convert_condition(inner, name_of)
        return f"not ({condition})" if " " in condition else f"not {condition}"
    if re.fullmatch(PATH, text):
        return name_of(text, "")
    match = _COMPARISON.match(text)
    if not match:
        raise NotConvertible("a condition compares something other than a slot and a literal")
    path, operator, literal = match.groups()
    if literal in _NOTHING:
        if operator not in ("==", "!="):
            raise NotConvertible("a condition orders nothing")
        return f"{'not ' if operator == '==' else ''}{name_of(path, '')}"
    if literal in ("true", "false"):
        name = name_of(path, "boolean")
        return name if (literal == "true") == (operator == "==") else f"not {name}"
    type_ = "text" if literal[0] in "'\"" else "number"
    name = name_of(path, type_)
    # nothing cannot be ordered
    guard = "" if operator in ("==", "!=") else f"{name} is defined and "
    return f"{guard}{name} {operator} {literal}"
