"""The progress bar of a drafting run."""

from __future__ import annotations

import io

from rich.console import Console

from edgefill.cli.releases.drafting_bar import DraftingBar
from edgefill.core.keys import parse_key
from edgefill.drafting.attempts import FailedDraft, FinishedDraft, HeldDraft
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance

KEY = parse_key("greeting/en/any")
CANDIDATE = Candidate(key=KEY, text="", provenance=Provenance(origin="draft", model=""))


def test_shows_counts_rate_and_failures() -> None:
    """The bar counts reused, accepted, held and failed keys and shows the rate."""
    screen = io.StringIO()
    with DraftingBar(Console(file=screen, width=120, force_terminal=True)) as bar:
        bar.start(planned=10, reused=3)
        for _ in range(2):
            bar.advance(
                FinishedDraft(key=KEY, candidate=CANDIDATE, attempts=1, tokens=1, seconds=0)
            )
        bar.advance(HeldDraft(key=KEY, candidate=CANDIDATE, attempts=1, tokens=1))
        bar.advance(FailedDraft(key=KEY, kind="literal", reason="", attempts=4, tokens=1))
    last = next(line for line in reversed(screen.getvalue().splitlines()) if "drafting" in line)
    assert "7/10" in last
    assert "/s" in last
    assert "2 accepted, 1 held, 1 failed" in last
