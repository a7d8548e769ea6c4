"""Candidates with any verdicts, and scripted drafting runs over a small catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import TemplateRefused
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.batch_drafter import BatchDrafter
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.writers.generator import Generator
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.judging import Judge
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import Outcome, Verdict
from lambdas.batch.drafting_run import run_drafting
from lambdas.batch.journal import open_journal
from lambdas.batch.plan import unique_keys
from tests.edgefill.drafting.fixtures import catalogue, drafter, no_brackets, prompts

__all__ = ["catalogue", "drafter", "no_brackets", "prompts"]

KEY = parse_key("greeting/en/any")
CandidateMaker = Callable[..., Candidate]
RunMaker = Callable[..., dict[Key, Attempts]]


def make_candidate(outcome: Outcome | None = None, **options: Any) -> Candidate:
    """A candidate that the judge gave this outcome; without one it was refused by the checks.

    Options: `text`, `chance`, `reason`, `origin`, `tokens`, `key`.
    """
    text = options.get("text", "Hello")
    candidate = Candidate(
        key=options.get("key", KEY),
        text=text,
        provenance=Provenance(
            origin=options.get("origin", "draft"),
            model="tiny",
            tokens=options.get("tokens", 10),
            seconds=0.5,
        ),
    )
    if outcome is None:
        return refuse(candidate)
    compiled = CompiledTemplate(program={}, text=text, max_bytes=len(text))
    return Candidate(
        key=candidate.key, text=text, provenance=candidate.provenance, compiled=compiled
    ).add_verdicts(
        Verdict(
            outcome=outcome,
            reason=options.get("reason", "scripted"),
            judge="small",
            version="v1",
            probability=options.get("chance"),
        )
    )


def refuse(candidate: Candidate) -> Candidate:
    """The candidate as the lint refuses it."""
    refusal = TemplateRefused(
        template=str(candidate.key),
        line=1,
        column=1,
        reason="a bracket is left over",
        remedy="write a slot",
        rule="placeholder",
    )
    return Candidate(
        key=candidate.key,
        text=candidate.text,
        provenance=candidate.provenance,
        refusal=refusal,
    )


def gather(*candidates: Candidate) -> Attempts:
    """Attempts with these candidates."""
    return Attempts(candidates=candidates)


@pytest.fixture
def run(tmp_path: Path, drafter: Callable[..., BatchDrafter]) -> RunMaker:
    """Drafts all six keys and returns the attempts as they are in memory."""

    def run_once(
        generator: Generator | None = None, judge: Judge | None = None, **options: Any
    ) -> dict[Key, Attempts]:
        made = drafter(generator or ScriptedGenerator(lambda _: "Hello"), judge, **options)
        keys = unique_keys(made.drafter.catalogue.list_keys())
        with open_journal(tmp_path / "drafts.jsonl", "c1") as journal:
            run_drafting(keys, drafter=made, journal=journal, concurrency=1)
            return dict(journal.attempts)

    return run_once
