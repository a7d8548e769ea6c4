"""Lints a template that the language accepts: its literal text, required slots and readings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from edgefill.catalogue.catalogue import CasePhrase
from edgefill.compiler.language.source import TemplateSource
from edgefill.compiler.language.typed_tree import Body, ForNode, IfNode, PutNode
from edgefill.compiler.lint.character_references import decode_references
from edgefill.compiler.lint.leftovers import find_chat, find_template_syntax
from edgefill.compiler.lint.literal_links import find_literal_links, find_read_links
from edgefill.compiler.lint.other_languages import find_foreign_sentences, find_other_languages
from edgefill.compiler.lint.placeholders import find_placeholders
from edgefill.compiler.lint.readings import Reading, read_combinations
from edgefill.compiler.lint.repetitions import find_repetitions
from edgefill.compiler.lint.text_rules import (
    find_excess_text,
    find_forbidden_words,
    find_hidden_characters,
    find_null_characters,
    find_other_case_phrases,
)
from edgefill.compiler.lint.wholeness import (
    find_bare_labels,
    find_empty_fields,
    find_lost_end_marks,
    find_lower_case_starts,
    find_wrong_blanks,
    find_wrong_punctuation,
)
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.privacy import TextFinding, find_personal_data


def lint_text(
    source: TemplateSource,
    experience: Experience,
    locale: str,
    other_case_phrases: tuple[CasePhrase, ...],
) -> list[TemplateRefused]:
    """What is wrong with the literal text, in reading order, each place reported once."""
    decoded = decode_references(source.extract_literals(), experience.format)
    findings = [
        *find_null_characters(source.text),
        *map(decoded.locate, _find_in_text(decoded.text, experience, locale, other_case_phrases)),
        *find_excess_text(source.text, experience.max_chars),
    ]
    return _make_refusals(source, findings)


def lint_readings(
    source: TemplateSource, body: Body, experience: Experience, locale: str
) -> list[TemplateRefused]:
    """What is wrong in any combination of present and absent slots, each place reported once.

    `body` must have passed its format's check.
    """
    readings = read_combinations(body, experience)
    findings = dict.fromkeys(
        finding
        for reading in readings
        for finding in (
            *(find_read_links(reading) if experience.open else ()),
            *_find_in_reading(reading, readings[0], locale),
        )
    )
    return _make_refusals(source, findings)


def lint_required_slots(
    source: TemplateSource, body: Body, experience: Experience
) -> list[TemplateRefused]:
    """Required slots that the template never prints or loops over; a boolean may be tested."""
    booleans = frozenset(slot.name for slot in experience.slots if slot.type == "boolean")
    used = set(_list_used_slots(body, booleans))
    return [
        source.make_refusal(
            0,
            rule="missing-slot",
            reason=f"the required slot {slot.name!r} is not used",
            remedy=f"write {{{{ {slot.name} }}}} where it belongs",
        )
        for slot in experience.slots
        if slot.required and slot.name not in used
    ]


def drop_overlapping(findings: Iterable[TextFinding]) -> list[TextFinding]:
    """`findings` sorted by place; of two that overlap, only the earlier in `findings` stays."""
    by_place: list[TextFinding] = []
    for finding in findings:
        position = bisect_left(by_place, finding.end, key=lambda other: other.start)
        if position == 0 or by_place[position - 1].end <= finding.start:
            by_place.insert(position, finding)
    return by_place


def _find_in_text(
    text: str,
    experience: Experience,
    locale: str,
    other_case_phrases: tuple[CasePhrase, ...],
) -> Iterator[TextFinding]:
    """All findings, the most specific rules first: they win where two overlap."""
    yield from find_hidden_characters(text)
    yield from find_personal_data(text)
    if experience.open:
        yield from find_literal_links(text)
    yield from find_placeholders(text, experience.format)
    yield from find_template_syntax(text, experience.format)
    yield from find_chat(text)
    yield from find_forbidden_words(text, experience.forbidden)
    yield from find_other_case_phrases(text, other_case_phrases)
    yield from find_other_languages(text, locale)


def _find_in_reading(reading: Reading, fullest: Reading, locale: str) -> Iterator[TextFinding]:
    """All findings in one reading; `fullest` is the one in which each test holds."""
    yield from find_empty_fields(reading)
    yield from find_bare_labels(reading)
    yield from find_wrong_punctuation(reading)
    yield from find_lower_case_starts(reading, fullest)
    yield from find_lost_end_marks(reading, fullest)
    yield from find_wrong_blanks(reading, fullest)
    yield from find_foreign_sentences(reading, locale)
    yield from find_repetitions(reading)


def _make_refusals(
    source: TemplateSource, findings: Iterable[TextFinding]
) -> list[TemplateRefused]:
    return [
        source.make_refusal(
            finding.start, rule=finding.rule, reason=finding.reason, remedy=finding.remedy
        )
        for finding in drop_overlapping(findings)
    ]


def _list_used_slots(body: Body, booleans: frozenset[str]) -> Iterator[str]:
    for node in body:
        match node:
            case PutNode(value=value):
                yield from _list_slots(value.data)
            case ForNode(slot=slot, body=inner):
                yield slot
                yield from _list_used_slots(inner, booleans)
            case IfNode(arms=arms, otherwise=otherwise):
                for test, inner in arms:
                    yield from booleans.intersection(_list_slots(test))
                    yield from _list_used_slots(inner, booleans)
                yield from _list_used_slots(otherwise, booleans)


def _list_slots(data: list[Any]) -> Iterator[str]:
    """The slots in an expression or test in program form."""
    if data[0] == "slot":
        yield data[1]
    for part in data:
        if isinstance(part, list) and part:
            yield from _list_slots(part)
