"""Compiling: template text into a program, or every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from lambdas.compiler.bodies import Bodies
from lambdas.compiler.expressions import Expressions
from lambdas.compiler.source import Source, source_of
from lambdas.compiler.tree import Body, Scope, body_to_json
from lambdas.core.errors import TemplateRefused
from lambdas.core.experience import Experience
from lambdas.core.program import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A program as data, the text it came from and the most bytes it fills to."""

    program: dict[str, Any]
    text: str
    max_bytes: int


def compile_template(text: str, *, experience: Experience, locale: str, name: str) -> Compiled:
    """The program of a template; TemplateRefused is the first of its `refusals`.

    `locale` is a language tag such as de-AT; `name` is what errors call the template.
    """
    refused, program = _compile(source_of(text, name), experience, locale)
    if refused:
        raise refused[0]
    return Compiled(program=program, text=text, max_bytes=program["max_bytes"])


def refusals(text: str, *, experience: Experience, locale: str, name: str) -> list[TemplateRefused]:
    """Everything that is wrong with a template, in reading order; empty when it compiles."""
    return _compile(source_of(text, name), experience, locale)[0]


def _compile(
    source: Source, experience: Experience, locale: str
) -> tuple[list[TemplateRefused], dict[str, Any]]:
    expressions = Expressions(
        source=source, locale=locale, slots=frozenset(slot.name for slot in experience.slots)
    )
    bodies = Bodies(expressions=expressions, booleans=experience.format == "json")
    try:
        tree = source.parse()
    except TemplateRefused as error:
        return [error], {}
    body = bodies.body(_statements(tree), _scope(experience))
    refused = bodies.refused
    return _ordered(refused), _program(body, experience, expressions)


def _statements(tree: nodes.Template) -> list[nodes.Node]:
    return list(tree.body)


def _scope(experience: Experience) -> Scope:
    return Scope(variables={slot.name: slot for slot in experience.slots})


def _ordered(refused: list[TemplateRefused]) -> list[TemplateRefused]:
    return sorted(refused, key=lambda error: (error.line, error.column))


def _program(body: Body, experience: Experience, expressions: Expressions) -> dict[str, Any]:
    used = [slot for slot in experience.slots if slot.name in expressions.used]
    return {
        "v": VERSION,
        "format": experience.format,
        "slots": [slot.name for slot in used],
        "personal": any(slot.personal for slot in used),
        "max_bytes": 0,
        "formats": expressions.formats,
        "body": body_to_json(body),
    }
