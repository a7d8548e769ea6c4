"""Running a shard: complete answers, or a partial file that the next run continues."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from edgefill.core.errors import EngineUnavailable, InputRefused
from gpu_service.batch.progress import HiddenProgress
from gpu_service.batch.results_file import open_results, read_finished
from gpu_service.batch.shard_run import ShardReport, run_shard
from gpu_service.engines.offline_engine import NumberedRequest, OfflineEngineAdapter, Outcome
from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.batch.shards import (
    chat,
    echo,
    make_offline_engine,
    read_answers,
    read_content,
    save_shard,
)


def run(shard: Path, out: Path, engine: ScriptedEngine | None = None) -> ShardReport:
    return run_shard(shard, out, make_offline_engine(engine), progress=HiddenProgress())


def test_every_request_is_answered_in_its_routes_shape(tmp_path: Path) -> None:
    """Texts with their usage; a refused request has its status and OpenAI's error."""
    shard = save_shard(tmp_path / "s", [chat("a", "one"), chat("b", "no"), chat("c", "two")])
    report = run(shard, tmp_path / "out")
    responses = read_answers(tmp_path / "out")
    assert (read_content(responses["a"]), read_content(responses["c"])) == ("one!", "two!")
    assert responses["a"]["body"]["usage"]["completion_tokens"] == 2
    assert responses["b"]["status_code"] == 400
    assert "never" in responses["b"]["body"]["error"]["message"]
    assert (report.requests, report.failed, report.reused, report.tokens) == (3, 1, 0, 4)
    assert report.prompt_tokens == 2 * ScriptedEngine.prompt_tokens


def test_a_template_names_its_adapter_and_has_its_log_probability(tmp_path: Path) -> None:
    """As the service's route answers; without the field there is none."""
    body = {"prompt": "Greet", "format": "text"}
    line = {"method": "POST", "url": "/v1/templates"}
    judged = body | {"model": "judge", "log_probability": True}
    lines = [{"custom_id": "a", **line, "body": judged}, {"custom_id": "b", **line, "body": body}]
    engine = ScriptedEngine(echo, adapters=("judge",), logprob=-0.25)
    run(save_shard(tmp_path / "s", lines), tmp_path / "out", engine)
    answers = [read_answers(tmp_path / "out")[name]["body"] for name in "ab"]
    assert [answer["model"] for answer in answers] == ["judge", "scripted"]
    assert [answer["log_probability"] for answer in answers] == [-0.25, None]


def test_the_report_has_the_prefix_caches_hit_rate() -> None:
    """It is a share of the prompts' tokens, and 0 without prompts."""
    report = ShardReport(requests=1, reused=0, failed=0, prompt_tokens=8, cached_tokens=6)
    assert report.to_json()["prefix_cache_hit_rate"] == 0.75
    assert ShardReport(requests=0, reused=0, failed=0).hit_rate == 0


class DyingEngine(OfflineEngineAdapter):
    """An engine that dies after `alive` texts."""

    alive = 2

    def generate_all(self, requests: Iterable[NumberedRequest]) -> Iterator[tuple[str, Outcome]]:
        for number, outcome in enumerate(super().generate_all(requests)):
            if number == self.alive:
                raise EngineUnavailable("the engine died")
            yield outcome


def test_finished_answers_are_not_generated_again(tmp_path: Path) -> None:
    """The engine dies and the last line is torn; the next run generates only the rest."""
    shard = save_shard(tmp_path / "s", [chat(str(n), f"text {n}") for n in range(5)])
    out = tmp_path / "out"
    with pytest.raises(EngineUnavailable):
        run_shard(
            shard, out, DyingEngine(ScriptedEngine(echo), at_once=1), progress=HiddenProgress()
        )
    assert not out.exists()
    partial = tmp_path / "out.partial"
    partial.write_bytes(partial.read_bytes() + b'{"id": "torn')
    engine = ScriptedEngine(echo)
    report = run(shard, out, engine)
    assert (report.reused, len(engine.requests)) == (2, 3)
    assert {name: read_content(response) for name, response in read_answers(out).items()} == {
        str(n): f"text {n}!" for n in range(5)
    }
    assert not partial.exists()


def test_a_finished_shard_is_left_alone(tmp_path: Path) -> None:
    """No engine is started, and the file stays the same."""
    shard = save_shard(tmp_path / "s", [chat("a"), chat("b", "no")])
    run(shard, tmp_path / "out")
    before = (tmp_path / "out").read_bytes()
    engine = ScriptedEngine(start_error=AssertionError("started"))
    report = run(shard, tmp_path / "out", engine)
    assert (report.reused, report.failed, report.tokens) == (2, 1, 0)
    assert (tmp_path / "out").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("out", json.dumps({"id": "x", "response": {"status_code": 200}}), "another request"),
        ("out.partial", json.dumps({"id": "x", "response": {"status_code": 200}}), "another"),
        ("out", "{}", "not an answer"),
        ("out", "", "answers 0 of 1"),
    ],
)
def test_answers_of_another_shard_are_never_mixed_in(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    """A file of another shard or without answers is refused and stays as it was."""
    (tmp_path / name).write_text(f"{text}\n" if text else "")
    with pytest.raises(InputRefused, match=says):
        run(save_shard(tmp_path / "s", [chat("a")]), tmp_path / "out")
    assert (tmp_path / name).read_text().strip() == text


def test_two_runs_never_write_one_file(tmp_path: Path) -> None:
    """The second run is refused while the first one writes."""
    shard = save_shard(tmp_path / "s", [chat("a")])
    with open_results(tmp_path / "out", ()), pytest.raises(InputRefused, match="another run"):
        run(shard, tmp_path / "out")


def test_a_prompt_beyond_the_context_is_named_before_anything_is_written(tmp_path: Path) -> None:
    """The error names line and field, and no file of answers appears."""

    class Long(ScriptedEngine):
        prompt_tokens = 5000

    shard = save_shard(tmp_path / "s", [chat("a")])
    with pytest.raises(InputRefused, match=r"s:1: body\.prompt: 5000 tokens.*4096"):
        run(shard, tmp_path / "out", Long(echo))
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error says what to do."""
    with pytest.raises(InputRefused, match=r"No such file.*-o"):
        run(save_shard(tmp_path / "s", [chat("a")]), tmp_path / "gone" / "out")


def test_a_device_is_no_file_of_answers() -> None:
    """It has no end, so it is refused before it is read."""
    with pytest.raises(InputRefused, match="/dev/zero: is not a regular file; give -o one"):
        read_finished(Path("/dev/zero"), ())
