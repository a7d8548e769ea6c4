"""Offline: orders out as a shard, drafts back from its answers."""

import json
import sys
from pathlib import Path

import pytest

from edgefill.core.errors import EngineUnavailable, InputRefused, InvalidEngineOutput
from edgefill.drafting.generator import Draft, GenerationOrder
from lambdas.batch.offline import OfflineGenerator

ORDERS = [GenerationOrder(prompt=f"Greet {n}", format="text", seed=n) for n in range(3)]
WRITES = """
import json, sys
answers = json.loads(sys.argv[1])
with open(sys.argv[2]) as shard, open(sys.argv[4], "w") as out:
    for line, (status, body) in reversed(list(zip(shard, answers))):
        asked = json.loads(line)
        assert asked["url"] == "/v1/templates" and "seed" in asked["body"], asked
        response = {"status_code": status, "body": body}
        out.write(json.dumps({"custom_id": asked["custom_id"], "response": response}) + chr(10))
sys.exit(int(any(status != 200 for status, _ in answers)))
"""


def template(text: str, reason: str = "stop") -> tuple[int, object]:
    usage = {"prompt_tokens": 3, "completion_tokens": 4}
    return 200, {"template": text, "usage": usage, "finish_reason": reason, "model": "tiny"}


def offline(folder: Path, *answers: object) -> OfflineGenerator:
    return OfflineGenerator(folder, (sys.executable, "-c", WRITES, json.dumps(answers)))


def test_each_order_gets_its_own_answer(tmp_path: Path) -> None:
    """In the orders' turn, whichever was finished first; a refusal and a torso are no drafts."""
    refused = (400, {"error": {"message": "prompt: too long"}})
    found = offline(tmp_path, template("Hi"), refused, template("Hel", "length")).generate_all(
        ORDERS
    )
    assert isinstance(found[0], Draft)
    assert (found[0].text, found[0].tokens, found[0].model) == ("Hi", 7, "tiny")
    assert [type(one) for one in found[1:]] == [InvalidEngineOutput, InvalidEngineOutput]
    assert "400: prompt: too long" in str(found[1])
    assert "cut off" in str(found[2])


def test_every_shard_is_a_file_of_its_own(tmp_path: Path) -> None:
    """What one wave wrote is never read for another."""
    writer = offline(tmp_path, *(template(f"text {n}") for n in range(3)))
    for _ in range(2):
        assert len(writer.generate_all(ORDERS)) == 3
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    ("status", "error"), [(2, InputRefused), (75, EngineUnavailable), (-9, EngineUnavailable)]
)
def test_a_status_that_is_no_answer_is_told(
    tmp_path: Path, status: int, error: type[Exception]
) -> None:
    """A shard that cannot be used is one thing, an engine that died another."""
    code = (
        f"import os, sys; os.kill(os.getpid(), {-status}) if {status} < 0 else sys.exit({status})"
    )
    with pytest.raises(error, match=f"status {status}"):
        OfflineGenerator(tmp_path, (sys.executable, "-c", code)).generate_all(ORDERS)


@pytest.mark.parametrize("text", ["", "{}", "[" * 5000])
def test_answers_that_cannot_be_read_are_an_engine_that_failed(tmp_path: Path, text: str) -> None:
    """AWS Batch tries the shard again."""
    code = f"import sys; open(sys.argv[3], 'w').write({text!r})"
    with pytest.raises(EngineUnavailable, match="unreadable"):
        OfflineGenerator(tmp_path, (sys.executable, "-c", code)).generate_all(ORDERS)


@pytest.mark.model
def test_the_embedded_model_writes_them(tmp_path: Path) -> None:
    """The command itself, with the tiny model: the texts are the service's."""
    command = (sys.executable, "-m", "gpu_service.batch", "--engine", "onnx")
    found = OfflineGenerator(tmp_path, command).generate_all(ORDERS)
    assert [type(one) for one in found] == [Draft] * 3
