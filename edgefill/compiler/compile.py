"""Compiling: template text into a program, or every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edgefill.catalogue.catalogue import CasePhrase
from edgefill.compiler.expressions import Expressions
from edgefill.compiler.formats.html import Markup
from edgefill.compiler.formats.json import Payload
from edgefill.compiler.formats.sanitise import check_sanitised
from edgefill.compiler.lint.lint import lint_slots, lint_text
from edgefill.compiler.lint.paths import TooManyPaths
from edgefill.compiler.size import most_bytes
from edgefill.compiler.source import Source, source_of
from edgefill.compiler.statements import Bodies
from edgefill.compiler.tree import Body, Scope, body_to_json
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.template.program import MAX_BYTES, VERSION

# Beyond READ_FACTOR * max_chars + READ_EXTRA characters a text is refused unread.
READ_FACTOR = 8
READ_EXTRA = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTemplate:
    """A program as data, the text it came from and the most bytes it fills to."""

    program: dict[str, Any]
    text: str
    max_bytes: int


def compile_template(
    text: str,
    *,
    experience: Experience,
    locale: str,
    name: str,
    other_case_phrases: tuple[CasePhrase, ...] = (),
) -> CompiledTemplate:
    """The program of a template; TemplateRefused is the first that `find_refusals` lists.

    `locale` is a language tag such as de-AT; `name` is what errors call the template;
    `other_case_phrases` must not occur (`CatalogueEntry.phrases_for_other_cases`).
    """
    refused, program = _compile(text, name, experience, locale, other_case_phrases)
    if refused:
        raise refused[0]
    return CompiledTemplate(program=program, text=text, max_bytes=program["max_bytes"])


def find_refusals(
    text: str,
    *,
    experience: Experience,
    locale: str,
    name: str,
    other_case_phrases: tuple[CasePhrase, ...] = (),
) -> list[TemplateRefused]:
    """Everything that is wrong with a template, in reading order; empty when it compiles."""
    return _compile(text, name, experience, locale, other_case_phrases)[0]


def _compile(
    text: str,
    name: str,
    experience: Experience,
    locale: str,
    other_case_phrases: tuple[CasePhrase, ...],
) -> tuple[list[TemplateRefused], dict[str, Any]]:
    if len(text) > (most := READ_FACTOR * experience.max_chars + READ_EXTRA):
        reason = f"{len(text)} characters, more than the {most} that are read at all"
        remedy = f"say it in {experience.max_chars}, as the experience asks"
        return [_whole(Source(name=name, text=""), "length", reason, remedy)], {}
    source = source_of(text, name)
    names = frozenset(slot.name for slot in experience.slots)
    expressions = Expressions(source=source, locale=locale, slots=names)
    bodies = Bodies(expressions=expressions, booleans=experience.format == "json")
    try:
        tree = source.parse()
    except TemplateRefused as error:
        return [error], {}
    scope = Scope(variables={slot.name: slot for slot in experience.slots})
    body = bodies.body(tree.body, scope)
    refused = [*bodies.refused, *lint_text(source, experience, locale, other_case_phrases)]
    if not bodies.refused:
        refused += lint_slots(source, body, experience)
        if len(source.text) <= experience.max_chars:  # else it is refused already: be quick
            refused += _unsound(source, body, experience)
    refused.sort(key=lambda error: (error.line, error.column))
    return refused, _program(body, experience, expressions)


def _unsound(source: Source, body: Body, experience: Experience) -> list[TemplateRefused]:
    """What the format forbids, and a size that the platform does."""
    try:
        _check_format(source, body, experience)
    except TemplateRefused as error:
        return [error]
    except TooManyPaths as error:
        return [_whole(source, "paths", str(error), "use fewer ifs")]
    size = most_bytes(body, experience.format)
    if size <= MAX_BYTES:
        return []
    remedy = "print fewer or shorter slots, or lower their limits in the catalogue"
    return [_whole(source, "size", f"may fill to {size} bytes, more than {MAX_BYTES}", remedy)]


def _check_format(source: Source, body: Body, experience: Experience) -> None:
    if experience.format == "html":
        Markup(source=source).check(body)
        check_sanitised(body, source)
    elif experience.format == "json":
        Payload(source=source, experience=experience).check(body)


def _whole(source: Source, rule: str, reason: str, remedy: str) -> TemplateRefused:
    return source.refused(0, rule=rule, reason=reason, remedy=remedy)


def _program(body: Body, experience: Experience, expressions: Expressions) -> dict[str, Any]:
    used = [slot for slot in experience.slots if slot.name in expressions.used]
    return {
        "v": VERSION,
        "format": experience.format,
        "slots": [slot.name for slot in used],
        "personal": any(slot.personal for slot in used),
        "max_bytes": most_bytes(body, experience.format),
        "formats": expressions.formats,
        "body": body_to_json(body),
    }
