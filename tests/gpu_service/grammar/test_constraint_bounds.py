"""What a client's constraint may ask a compiler to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from gpu_service.grammar.constraint_bounds import check_bounds
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec


def nest(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "array", "minItems": 10**9}, "minItems: 1000000000 is too many"),
        ({"type": "array", "maxItems": 10**9}, "maxItems"),
        ({"type": "array", "minContains": 1e9, "contains": {}}, "minContains"),
        ({"type": "object", "minProperties": 10**6}, "minProperties"),
        ({"type": "string", "minLength": 10**7}, "minLength"),
        ({"type": "string", "maxLength": 10**100}, "maxLength"),
        ({"properties": {"a": {"items": {"minItems": 10**9}}}}, "minItems"),
        ({"anyOf": [{"minItems": 10**9}]}, "minItems"),
        ({"$ref": "https://example.com/schema.json"}, r"\$ref: 'https://example.com"),
        ({"$ref": "http://169.254.169.254/latest/meta-data"}, r"\$ref"),
        ({"$ref": "file:///etc/passwd"}, r"\$ref"),
        ({"$ref": "other.json#/a"}, r"\$ref"),
        ({"properties": {"a": {"$dynamicRef": "other#x"}}}, r"\$dynamicRef"),
        ({"type": "string", "pattern": "a?" * 50_000}, "characters"),
        ({"type": "string", "pattern": "(a{999}){999}"}, "pattern: its repetitions"),
        ({"patternProperties": {"(a{999}){999}": {}}}, "patternProperties: its repetitions"),
        ({"x-guidance": {"whitespace_pattern": "(a{999}){999}"}}, "whitespace_pattern"),
        ({"enum": list(range(100_000))}, "characters"),
        ({"enum": [0] * 11_000}, "more than 10000 values"),
        (nest(60), "nested more than 48 deep"),
    ],
)
def test_a_schema_is_bounded(schema: dict[str, Any], says: str) -> None:
    """Counts, lengths, patterns, values, depth, and references to other documents."""
    with pytest.raises(InputRefused, match=says) as raised:
        check_bounds("json_schema", json.dumps(schema))
    assert str(raised.value).startswith("json_schema: ")
    with pytest.raises(InputRefused):
        check_bounds("grammar", f"start: %json {json.dumps(schema)}\n")


@pytest.mark.parametrize("text", ["", "{", "[" * 60_000, "nothing", '{"a": 1} x'])
def test_a_schema_is_json(text: str) -> None:
    """The error says so, however deep the text is nested."""
    with pytest.raises(InputRefused, match="not JSON"):
        check_bounds("json_schema", text)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"minItems": {"type": "integer"}}},
        {"properties": {"$ref": {"type": "string"}, "pattern": {"type": "string"}}},
        {"$defs": {"a": {"type": "string"}}, "items": {"$ref": "#/$defs/a"}, "minItems": 3},
        {"$ref": "#"},
        {"type": "string", "pattern": "^[a-z]{2,30}$", "minLength": 2},
        {"enum": [f"value {n}" for n in range(1000)]},
        nest(40),
        {"default": "https://example.com", "const": 10**9},
    ],
)
def test_an_ordinary_schema_is_accepted(schema: dict[str, Any]) -> None:
    """A property may be called like a keyword."""
    check_bounds("json_schema", json.dumps(schema))
    check_bounds("grammar", f"start: %json {json.dumps(schema)}\n")


@pytest.mark.parametrize(
    ("grammar", "says"),
    [
        ("start: " + " | ".join(f'"v{n}"' for n in range(60_000)), "characters"),
        ("start: " + " | ".join(f"{n}" for n in range(3000)), "2000 alternatives"),
        ("start: a{1001}\na: /x/", "more than 1000 times"),
        ("start: a ~ 2..5000\na: /x/", "more than 1000 times"),
        ("start: a{ 2 , 99999999999 }\na: /x/", "more than 1000 times"),
        ("start: /(a{999}){999}/", "its repetitions"),
        ('start: "x" /(a{999}){999}/i', "its repetitions"),
        ("start: %json {", "not JSON"),
        ("start: %json" + "[" * 60_000, "not JSON"),
    ],
)
def test_a_grammar_is_bounded(grammar: str, says: str) -> None:
    """Characters, alternatives, repetitions, expressions and schemas inside it."""
    with pytest.raises(InputRefused, match=says):
        check_bounds("grammar", grammar)


@pytest.mark.parametrize(
    "grammar",
    [
        'start: "a{99999}" | "|" ~ 3',
        "start: a // ~ 99999 | | |\na: /[|]{10}/",
        'start: "\\"" a\na: "/" b "/"\nb: /(x{9}){9}/',
        'start: "unclosed',
        "start: " + "/" * 1000 + '"' * 1000,
    ],
)
def test_marks_in_texts_are_not_operators(grammar: str) -> None:
    """Quoted texts, classes and comments; what is not a grammar is left to the compiler."""
    check_bounds("grammar", grammar)


def test_our_own_grammars_are_within_bounds(spec: TemplateSpec) -> None:
    """Those of templates, which are built from bounded slots."""
    check_bounds("grammar", build_grammar(spec))


@pytest.mark.parametrize("text", ["a?" * 50_000, "(a{999}){999}"])
def test_a_regex_is_bounded(text: str) -> None:
    """As in tests/gpu_service/grammar/test_regex_size.py."""
    with pytest.raises(InputRefused, match="regex: it"):
        check_bounds("regex", text)
