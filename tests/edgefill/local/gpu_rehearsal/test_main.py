"""The command: one line says what failed, and the exit status says that it did."""

import json
from pathlib import Path

import pytest

from edgefill.local.gpu_rehearsal.__main__ import main, print_difference, print_event
from edgefill.local.gpu_rehearsal.substitutions import Difference
from edgefill.local.gpu_rehearsal.timeline import TimelineEvent


def run(folder: Path, *more: str) -> int:
    """Run on an assembly that is empty."""
    log = folder / "logs" / "gpu.log"
    arguments = ["--assembly", str(folder), "--vllm", "none", "--python", "none"]
    return main([*arguments, "--log", str(log), *more])


def test_a_failure_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the remedy and the file with all output."""
    assert run(tmp_path) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"FAILED: {tmp_path}/Edgefill-dev-Service.template.json does not exist;")
    assert line.endswith(f"(output: {tmp_path}/logs/gpu.log)")


def test_json_is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing else; a failure is in it."""
    assert run(tmp_path, "--json", "--stage", "prod") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    assert "cdk synth -c stage=prod" in report["failure"]
    assert (report["differences"], report["events"]) == ([], [])


def test_differences_and_events_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Both values and the reason; the seconds and the event."""
    print_difference(
        Difference(container="vllm", item="--dtype", template="half", here="float32", reason="CPU")
    )
    print_event(TimelineEvent(seconds=34.2, text="vllm is HEALTHY"))
    assert capsys.readouterr().out.splitlines() == [
        "vllm --dtype: half -> float32 (CPU)", "   34.2 s  vllm is HEALTHY",
    ]  # fmt: skip
