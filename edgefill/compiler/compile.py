"""Compiles template text into a program, or lists every reason why it cannot.

1. Parse: Jinja2's own parser builds a tree (language/source.py).
2. Type: the tree is translated into the smaller, typed tree of the template language
   (language/statements.py, conditions.py, expressions.py, filters.py).
3. Lint the literal text (lint/). If step 2 refused nothing:
4. Lint the required slots (lint/).
5. Check the format: the context of each blank, every path (formats/html.py, json.py, sanitise.py).
6. Measure the most bytes that the template can fill to (formats/size.py).
7. If step 5 refused nothing: lint what visitors read, with and without each slot (lint/).
8. Serialize the typed tree as a program (edgefill/template/program.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edgefill.catalogue.catalogue import CasePhrase
from edgefill.compiler.formats.html import HtmlChecker
from edgefill.compiler.formats.json import JsonChecker
from edgefill.compiler.formats.sanitise import check_with_sanitiser
from edgefill.compiler.formats.size import measure_max_bytes
from edgefill.compiler.language.expressions import ExpressionTranslator
from edgefill.compiler.language.paths import TooManyPaths
from edgefill.compiler.language.source import TemplateSource, read_source
from edgefill.compiler.language.statements import StatementTranslator
from edgefill.compiler.language.typed_tree import Body, Scope, serialize_body
from edgefill.compiler.lint.lint import lint_readings, lint_required_slots, lint_text
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.template.program import MAX_BYTES, VERSION

# a text of more than READ_FACTOR * max_chars + READ_EXTRA characters is refused without parsing it
READ_FACTOR = 8
READ_EXTRA = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTemplate:
    """A program as data, the text that it was compiled from and the most bytes it fills to."""

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
    """The compiled template; TemplateRefused is the first refusal of `check_template`.

    The arguments are those of `check_template`.
    """
    checked = check_template(
        text,
        experience=experience,
        locale=locale,
        name=name,
        other_case_phrases=other_case_phrases,
    )
    if isinstance(checked, CompiledTemplate):
        return checked
    raise checked[0]


def find_refusals(
    text: str,
    *,
    experience: Experience,
    locale: str,
    name: str,
    other_case_phrases: tuple[CasePhrase, ...] = (),
) -> list[TemplateRefused]:
    """Everything that is wrong with a template, in reading order; empty if it compiles.

    The arguments are those of `check_template`.
    """
    checked = check_template(
        text,
        experience=experience,
        locale=locale,
        name=name,
        other_case_phrases=other_case_phrases,
    )
    return [] if isinstance(checked, CompiledTemplate) else checked


def check_template(
    text: str,
    *,
    experience: Experience,
    locale: str,
    name: str,
    other_case_phrases: tuple[CasePhrase, ...] = (),
) -> CompiledTemplate | list[TemplateRefused]:
    """The compiled template, or everything that is wrong with it, in reading order.

    `locale` is a language tag such as de-AT; `name` is what errors call the template;
    `other_case_phrases` must not occur in it (`CatalogueEntry.phrases_for_other_cases`).
    """
    limit = READ_FACTOR * experience.max_chars + READ_EXTRA
    if len(text) > limit:
        return [_make_unread_refusal(len(text), limit, name, experience)]
    source = read_source(text, name)
    try:
        tree = source.parse()
    except TemplateRefused as error:
        return [error]
    scope = Scope(variables={slot.name: slot for slot in experience.slots})
    expressions = ExpressionTranslator(
        source=source, locale=locale, slot_names=frozenset(scope.variables)
    )
    statements = StatementTranslator(
        expressions=expressions, allow_booleans=experience.format == "json"
    )
    body = statements.translate_body(tree.body, scope)
    refusals = [
        *statements.refusals,
        *lint_text(source, experience, locale, other_case_phrases),
    ]
    if not statements.refusals:
        refusals += lint_required_slots(source, body, experience)
        # a longer text is refused already, and following its paths could take long
        if len(source.text) <= experience.max_chars:
            format_refusals = _check_format_and_size(source, body, experience)
            refusals += format_refusals or lint_readings(source, body, experience, locale)
    if refusals:
        return sorted(refusals, key=lambda error: (error.line, error.column))
    program = _build_program(body, experience, expressions)
    return CompiledTemplate(program=program, text=text, max_bytes=program["max_bytes"])


def _check_format_and_size(
    source: TemplateSource, body: Body, experience: Experience
) -> list[TemplateRefused]:
    try:
        if experience.format == "html":
            HtmlChecker(source=source).check(body)
            check_with_sanitiser(body, source)
        elif experience.format == "json":
            JsonChecker(source=source, experience=experience).check(body)
    except TemplateRefused as error:
        return [error]
    except TooManyPaths as error:
        return [source.make_refusal(0, rule="paths", reason=str(error), remedy="use fewer ifs")]
    max_bytes = measure_max_bytes(body, experience.format)
    if max_bytes <= MAX_BYTES:
        return []
    return [
        source.make_refusal(
            0,
            rule="size",
            reason=f"it may fill to {max_bytes} bytes; at most {MAX_BYTES} are allowed",
            remedy="print fewer or shorter slots, or lower their limits in the catalogue",
        )
    ]


def _make_unread_refusal(
    chars: int, limit: int, name: str, experience: Experience
) -> TemplateRefused:
    return TemplateSource(name=name, text="").make_refusal(
        0,
        rule="length",
        reason=f"the text has {chars} characters; more than {limit} are not even parsed",
        remedy=f"shorten it to {experience.max_chars} characters, which the experience allows",
    )


def _build_program(
    body: Body, experience: Experience, expressions: ExpressionTranslator
) -> dict[str, Any]:
    used = [slot for slot in experience.slots if slot.name in expressions.used_slots]
    return {
        "v": VERSION,
        "format": experience.format,
        "slots": [slot.name for slot in used],
        "personal": any(slot.personal for slot in used),
        "max_bytes": measure_max_bytes(body, experience.format),
        "formats": expressions.formats,
        "body": serialize_body(body),
    }
