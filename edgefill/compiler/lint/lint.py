"""Lint: what is wrong with a template that is sound by the language."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from edgefill.catalogue.catalogue import CasePhrase
from edgefill.compiler.formats.references import read
from edgefill.compiler.lint.languages import other_languages
from edgefill.compiler.lint.other_cases import other_cases
from edgefill.compiler.lint.text_rules import (
    control_characters,
    forbidden_words,
    left_overs,
    null_characters,
    too_long,
)
from edgefill.compiler.source import Source
from edgefill.compiler.tree import Body, For, If, Put
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.privacy.first_names import first_names
from edgefill.privacy.greetings import greeted_names
from edgefill.privacy.personal_data import Finding, personal_data


def lint_text(
    source: Source, experience: Experience, locale: str, other_case_phrases: tuple[CasePhrase, ...]
) -> list[TemplateRefused]:
    """Findings in the literal text; of two that overlap, the first and more telling one."""
    findings: list[Finding] = []  # by place
    for found in _findings(source, experience, locale, other_case_phrases):
        place = bisect_left(findings, found.end, key=lambda other: other.at)
        if place == 0 or findings[place - 1].end <= found.at:
            findings.insert(place, found)
    return [source.refused(f.at, rule=f.rule, reason=f.reason, remedy=f.remedy) for f in findings]


def lint_slots(source: Source, body: Body, experience: Experience) -> list[TemplateRefused]:
    """Required slots that the template never prints or loops over; a boolean may be tested."""
    used = set(_used(body, frozenset(s.name for s in experience.slots if s.type == "boolean")))
    return [
        source.refused(
            0,
            rule="missing-slot",
            reason=f"the required slot {slot.name!r} is not used",
            remedy=f"write {{{{ {slot.name} }}}} where it belongs",
        )
        for slot in experience.slots
        if slot.required and slot.name not in used
    ]


def _findings(
    source: Source, experience: Experience, locale: str, other_case_phrases: tuple[CasePhrase, ...]
) -> Iterator[Finding]:
    reading = read(source.literals(), experience.format)
    yield from null_characters(source.text)
    yield from map(reading.placed, _said(reading.text, experience, locale, other_case_phrases))
    yield from too_long(source.text, experience.max_chars)


def _said(
    literals: str, experience: Experience, locale: str, other_case_phrases: tuple[CasePhrase, ...]
) -> Iterator[Finding]:
    yield from control_characters(literals)
    yield from personal_data(literals)
    yield from greeted_names(literals)
    yield from first_names(literals)
    yield from left_overs(literals)
    yield from forbidden_words(literals, experience.forbidden)
    yield from other_cases(literals, other_case_phrases)
    yield from other_languages(literals, locale)


def _used(body: Body, booleans: frozenset[str]) -> Iterator[str]:
    for node in body:
        match node:
            case Put(value=value):
                yield from _slots(value.data)
            case For(slot=slot, body=inner):
                yield slot
                yield from _used(inner, booleans)
            case If(arms=arms, otherwise=otherwise):
                for test, inner in arms:
                    yield from booleans.intersection(_slots(test))
                    yield from _used(inner, booleans)
                yield from _used(otherwise, booleans)


def _slots(data: list[Any]) -> Iterator[str]:
    if data[0] == "slot":
        yield data[1]
    for part in data:
        if isinstance(part, list) and part:
            yield from _slots(part)
