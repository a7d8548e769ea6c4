"""Checks the texts of a journal again: it holds what the judge said, but not what the lint said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from edgefill.catalogue.catalogue import Catalogue
from edgefill.compiler import CompiledTemplate, check_template
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.drafter import TemplateCheck


def check_attempts(
    attempts: Mapping[Key, Attempts], *, catalogue: Catalogue, check: TemplateCheck = check_template
) -> Iterator[tuple[Key, Attempts]]:
    """Yield each key of the catalogue with its texts checked, one key at a time.

    A text with a verdict of the judge has passed the checks and is not checked again, so the report
    counts as accepted what `edgefill publish` publishes.
    """
    for key, each in attempts.items():
        if catalogue.has(key):
            candidates = [_check(one, catalogue, check) for one in each.candidates]
            yield key, replace(each, candidates=tuple(candidates))


def _check(candidate: Candidate, catalogue: Catalogue, check: TemplateCheck) -> Candidate:
    is_known = candidate.judgement or candidate.compiled or candidate.refusal
    if is_known:
        return candidate
    key, entry = candidate.key, catalogue.entry(candidate.key.experience)
    checked = check(
        candidate.text,
        experience=entry.experience,
        locale=key.locale,
        name=str(key),
        other_case_phrases=entry.phrases_for_other_cases(key.locale, key.case),
    )
    if isinstance(checked, CompiledTemplate):
        return replace(candidate, compiled=checked)
    return replace(candidate, refusal=checked[0])
