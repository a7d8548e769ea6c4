"""The rehearsal's steps."""

import pytest

from edgefill.local.rehearsal.__main__ import StepFailed, run_check, run_step


def stands(kept: object) -> None:
    """The bucket keeps versions."""
    assert kept, "Suspended"


def test_a_step_says_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    """By the check's own words, with its time."""
    run_check(stands, True)
    assert capsys.readouterr().out.startswith("  The bucket keeps versions.  (0.0 s)")


def test_what_is_not_so_is_named_with_its_step() -> None:
    """The step, the line of the check, its place and what was found."""
    with pytest.raises(StepFailed) as failed:
        run_check(stands, False)
    said = str(failed.value)
    assert said.startswith("The bucket keeps versions.\n")
    assert 'assert kept, "Suspended" (test_main.py:' in said
    assert "AssertionError: Suspended" in said


def test_whatever_goes_wrong_belongs_to_its_step() -> None:
    """Also what no check foresaw, such as a resource that is not there."""
    with pytest.raises(StepFailed, match="deploy"), run_step("deploy"):
        (_one,) = list[int]()
