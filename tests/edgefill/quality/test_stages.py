"""Which step gave a key its accepted text, and what became of keys without one."""

from __future__ import annotations

import pytest

from edgefill.core.errors import EngineTimeout, GenerationError
from edgefill.drafting.attempts import Attempts
from edgefill.judging.verdict import make_person_verdict
from edgefill.quality.stages import Stage, explain_failure, find_chance, find_stage
from tests.edgefill.quality.conftest import gather, make_candidate

BAD, GOOD, REFUSED = make_candidate("fail"), make_candidate("pass"), make_candidate()
UNSCORED = make_candidate("unscored")
REVISED = make_candidate("pass", origin="revision")
READ_GOOD = make_person_verdict("pass", reader="ada", reason="fine")
READ_BAD = make_person_verdict("fail", reader="ada", reason="clumsy")


@pytest.mark.parametrize(
    ("attempts", "stage"),
    [
        (gather(GOOD, BAD), "first"),
        (gather(BAD, GOOD), "selection"),
        (gather(REFUSED, REVISED, GOOD), "selection"),
        (gather(BAD, REVISED), "revision"),
        (gather(REFUSED, UNSCORED), "held"),
        (gather(REFUSED, BAD), "failed"),
        (Attempts(failures=2), "failed"),
        (Attempts(), "open"),
        (gather(UNSCORED.add_verdicts(READ_GOOD)), "person"),
        (gather(GOOD.add_verdicts(READ_GOOD)), "first"),
        (gather(GOOD.add_verdicts(READ_BAD)), "failed"),
    ],
)
def test_finds_the_stage(attempts: Attempts, stage: Stage) -> None:
    """The cheapest step that gave an accepted text; people's verdicts go before the judge's."""
    assert find_stage(attempts) == stage


def test_a_text_without_a_verdict_leaves_its_key_open() -> None:
    """A run that was killed before the judge answered has not failed."""
    compiled = make_candidate("pass")
    pending = type(compiled)(
        key=compiled.key,
        text="Hi",
        provenance=compiled.provenance,
        compiled=compiled.compiled,
    )
    assert find_stage(gather(BAD, pending)) == "open"


def test_a_person_does_not_hide_the_chance() -> None:
    """People give no chance; the judge's stays in the calibration."""
    candidate = make_candidate("fail", chance=0.25).add_verdicts(READ_GOOD)
    assert find_chance(candidate) == 0.25
    assert find_chance(make_candidate("unscored")) is None


@pytest.mark.parametrize(
    ("attempts", "kind"),
    [
        (gather(REFUSED), "placeholder"),
        (gather(BAD), "judge"),
        (Attempts(failures=1, error=EngineTimeout("too slow")), "EngineTimeout"),
        (Attempts(failures=1, error=GenerationError("EngineTimeout: too slow")), "EngineTimeout"),
        (Attempts(failures=1, error=GenerationError("odd")), "GenerationError"),
    ],
)
def test_names_the_kind_of_a_failure(attempts: Attempts, kind: str) -> None:
    """A failure has the same kind in memory and after its journal is read again."""
    assert explain_failure(attempts)[0] == kind
