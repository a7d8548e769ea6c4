"""The command line of `make chaos`."""

from __future__ import annotations

import pytest

from edgefill.local.chaos.__main__ import describe_result, parse_options
from edgefill.local.chaos.schedule import FaultResult


def test_without_words_all_faults_are_tried_for_five_minutes() -> None:
    """The leak is planted only when asked for."""
    options = parse_options([])
    assert (options.seconds, options.faults, options.plant_leak) == (300, None, False)


@pytest.mark.parametrize("seconds", ["0", "-1", "381", "nan", "inf", "ten"])
def test_a_run_is_bounded(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten minutes in all."""
    with pytest.raises(SystemExit):
        parse_options(["--seconds", seconds])
    assert "up to 380" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (
            FaultResult(name="stop-api", outage_s=4.0, recovery_s=0.25),
            "stop-api: mended after 4.0 s, recovered in 0.2 s",
        ),
        (
            FaultResult(name="stop-api", outage_s=4.0, recovery_s=None, last_failure="page: 503"),
            "stop-api: not recovered: page: 503",
        ),
        (
            FaultResult(name="kill-gpu", outage_s=4.0, recovery_s=1.0, error="mend: too late"),
            "kill-gpu: mend: too late",
        ),
    ],
)
def test_each_fault_is_reported_on_one_line(result: FaultResult, line: str) -> None:
    """Also one that failed."""
    assert describe_result(result) == line
