"""`python -m gpu_service.batch`: its exit statuses, as whoever starts it reads them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edgefill.core.errors import EngineUnavailable, InputRefused
from gpu_service.batch.__main__ import main
from gpu_service.engines.offline_engine import OfflineEngine
from gpu_service.engines.scripted import ScriptedEngine
from gpu_service.settings import GpuServiceSettings
from tests.gpu_service.batch.shards import chat, echo, make_offline_engine, read_answers, save_shard

TEMPLATE = {"method": "POST", "url": "/v1/templates",
            "body": {"prompt": "Greet the visitor", "format": "text", "seed": 1}}  # fmt: skip


def run_main(engine: ScriptedEngine, shard: Path, *options: str) -> int:
    def make_engine(_settings: GpuServiceSettings) -> OfflineEngine:
        return make_offline_engine(engine)

    out = shard.with_suffix(".out")
    return main([str(shard), "-o", str(out), *options], {}, make_engine=make_engine)


def make_echo_engine() -> ScriptedEngine:
    return ScriptedEngine(echo)


@pytest.mark.parametrize(("text", "status"), [("yes", 0), ("no", 1)])
def test_the_exit_status_shows_whether_every_request_has_its_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, status: int
) -> None:
    """0 or 1, with a report of one line."""
    shard = save_shard(tmp_path / "s", [chat("a", text)])
    assert run_main(make_echo_engine(), shard, "--json") == status
    report = json.loads(capsys.readouterr().out)
    assert (report["requests"], report["failed"]) == (1, status)


@pytest.mark.parametrize(
    ("error", "status"),
    [(InputRefused("no such model"), 2), (EngineUnavailable("it died"), 75), (OSError("full"), 75)],
)
def test_the_exit_status_shows_whether_another_run_helps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: Exception, status: int
) -> None:
    """2 for unusable input, 75 for a failure; one line, no traceback."""
    shard = save_shard(tmp_path / "s", [chat("a")])
    assert run_main(ScriptedEngine(start_error=error), shard) == status
    text = capsys.readouterr().err
    assert text.startswith("gpu_service.batch: ")
    assert "Traceback" not in text


def test_a_bad_shard_and_a_bad_setting_are_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No answers are written."""
    shard = save_shard(tmp_path / "s", ["{"])
    assert run_main(make_echo_engine(), shard) == 2
    assert main([str(shard), "-o", "out"], {"EDGEFILL_GPU_NOPE": "1"}) == 2
    assert "EDGEFILL_GPU_NOPE" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


@pytest.mark.model
def test_sigterm_keeps_finished_answers(tmp_path: Path, tiny_model: Path) -> None:
    """143 within seconds; a second run answers the rest."""
    lines = [{"custom_id": str(n), **TEMPLATE} for n in range(16)]
    shard, out = save_shard(tmp_path / "s", lines), tmp_path / "out"
    command = [sys.executable, "-m", "gpu_service.batch", str(shard), "-o", str(out)]
    command += ["--engine", "onnx", "--model", str(tiny_model)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    partial = tmp_path / "out.partial"
    end = time.monotonic() + 60
    while not (partial.exists() and partial.stat().st_size):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, text = process.communicate(timeout=60)
    assert (process.returncode, out.exists()) == (143, False), text
    reused = partial.read_bytes().count(b"\n")
    assert 0 < reused < 16
    done = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["kept"] == reused
    assert len(read_answers(out)) == 16
