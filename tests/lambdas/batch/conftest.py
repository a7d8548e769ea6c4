"""The drafting fixtures, and candidates of an earlier run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.core.keys import Key, parse_key
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import Outcome, Verdict
from tests.edgefill.conftest import client, objects
from tests.edgefill.drafting.fixtures import catalogue, drafter, prompts

__all__ = ["catalogue", "client", "drafter", "objects", "prompts"]


@pytest.fixture
def drafted() -> Callable[..., Candidate]:
    """Makes a candidate for a key, which the scripted judge has passed."""

    def make(
        key: str | Key, text: str = "Hello {{ name }}", outcome: Outcome = "pass"
    ) -> Candidate:
        candidate = Candidate(
            key=parse_key(key) if isinstance(key, str) else key,
            text=text,
            provenance=Provenance(origin="draft", model="tiny", tokens=9, seconds=0.5),
        )
        return candidate.add_verdicts(
            Verdict(outcome=outcome, reason="scripted", judge="scripted", version="1")
        )

    return make
