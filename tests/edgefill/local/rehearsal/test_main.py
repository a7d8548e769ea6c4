"""The steps of the rehearsal."""

import pytest

from edgefill.local.rehearsal.__main__ import StepFailed, run_check, run_step


def check_versions(enabled: object) -> None:
    """The bucket keeps versions."""
    assert enabled, "Suspended"


def test_a_step_prints_its_name_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a check is the first line of its docstring."""
    run_check(check_versions, True)
    assert capsys.readouterr().out.startswith("  The bucket keeps versions.  (0.0 s)")


def test_a_failed_check_is_reported_with_its_step() -> None:
    """The message has the step, the failing line, its place and the error."""
    with pytest.raises(StepFailed) as failed:
        run_check(check_versions, False)
    message = str(failed.value)
    assert message.startswith("The bucket keeps versions.\n")
    assert 'assert enabled, "Suspended" (test_main.py:' in message
    assert "AssertionError: Suspended" in message


def test_an_unexpected_exception_is_reported_with_its_step() -> None:
    """For example when a resource is missing."""
    with pytest.raises(StepFailed, match="deploy"), run_step("deploy"):
        (_one,) = list[int]()
