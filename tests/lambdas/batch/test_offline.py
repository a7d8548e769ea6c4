"""OfflineGenerator: orders go out as a batch file, drafts come back from its results."""

import json
import sys
from pathlib import Path

import pytest

from edgefill.core.errors import EngineUnavailable, InputRefused, InvalidEngineOutput
from edgefill.drafting.writers.generator import Draft, GenerationOrder
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
    """In the order of the orders; a refusal and an incomplete text are not drafts."""
    refusal = (400, {"error": {"message": "prompt: too long"}})
    drafts = offline(tmp_path, template("Hi"), refusal, template("Hel", "length")).generate_all(
        ORDERS
    )
    assert isinstance(drafts[0], Draft)
    assert (drafts[0].text, drafts[0].tokens, drafts[0].model) == ("Hi", 7, "tiny")
    assert [type(one) for one in drafts[1:]] == [InvalidEngineOutput, InvalidEngineOutput]
    assert "400: prompt: too long" in str(drafts[1])
    assert "cut off" in str(drafts[2])


def test_every_shard_is_a_file_of_its_own(tmp_path: Path) -> None:
    """The results of one round are never read for another."""
    writer = offline(tmp_path, *(template(f"text {n}") for n in range(3)))
    for _ in range(2):
        assert len(writer.generate_all(ORDERS)) == 3
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    ("status", "error"), [(2, InputRefused), (75, EngineUnavailable), (-9, EngineUnavailable)]
)
def test_a_failed_exit_status_is_reported(
    tmp_path: Path, status: int, error: type[Exception]
) -> None:
    """A refused file and a dead engine raise different errors."""
    code = (
        f"import os, sys; os.kill(os.getpid(), {-status}) if {status} < 0 else sys.exit({status})"
    )
    with pytest.raises(error, match=f"status {status}"):
        OfflineGenerator(tmp_path, (sys.executable, "-c", code)).generate_all(ORDERS)


def test_a_text_with_a_line_separator_loses_no_other_text(tmp_path: Path) -> None:
    """The command writes it unescaped; only a line feed ends a line of its results."""
    writes = WRITES.replace('"response": response}', '"response": response}, ensure_ascii=False')
    texts = ["a\u2028b", "c\u0085d\u2029", "e"]
    answers = json.dumps([template(text) for text in texts])
    command = (sys.executable, "-X", "utf8", "-c", writes, answers)
    drafts = OfflineGenerator(tmp_path, command).generate_all(ORDERS)
    assert [draft.text for draft in drafts if isinstance(draft, Draft)] == texts


@pytest.mark.parametrize("text", ["", "{}", "[" * 5000])
def test_unreadable_results_count_as_a_failed_engine(tmp_path: Path, text: str) -> None:
    """The state machine retries the shard."""
    code = f"import sys; open(sys.argv[3], 'w').write({text!r})"
    with pytest.raises(EngineUnavailable, match="unreadable"):
        OfflineGenerator(tmp_path, (sys.executable, "-c", code)).generate_all(ORDERS)


@pytest.mark.model
def test_the_embedded_model_writes_them(tmp_path: Path) -> None:
    """The real command with the tiny model gives the texts of the service."""
    command = (sys.executable, "-m", "gpu_service.batch", "--engine", "onnx")
    drafts = OfflineGenerator(tmp_path, command).generate_all(ORDERS)
    assert [type(one) for one in drafts] == [Draft] * 3
