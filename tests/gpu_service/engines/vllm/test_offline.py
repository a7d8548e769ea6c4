"""`python -m gpu_service.batch` on vLLM, on a shard of every kind of request: `make test-vllm`."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from tests.gpu_service.batch.shards import chat, read_answers, read_content, save_shard
from tests.gpu_service.engines.checkpoints import save_adapter
from tests.gpu_service.engines.contract import SLOTS, accepts

ROOT = Path(__file__).parents[4]
if importlib.util.find_spec("vllm") is None:
    pytest.skip("vLLM is in an environment of its own: make test-vllm", allow_module_level=True)
pytestmark = [pytest.mark.vllm, pytest.mark.filterwarnings("ignore")]
VALUES = [f"v{n}" for n in range(5000)]
VAST = {"name": "e", "type": "enum", "values": VALUES, "default": "v1"}  # outgrows llguidance
PREFIX = "A prefix that every request of a catalogue shares. " * 8


def test_a_shard_is_answered_completely(tmp_path: Path) -> None:
    """Templates follow their grammar, seeds repeat, and only the bad lines are refused.

    A line that names an adapter gets its text; a template has its log probability when it asks.
    """
    slots = [{"name": "name", "type": "name", "required": True, "default": "there"}]
    body = {"prompt": PREFIX, "format": "text", "slots": slots, "seed": 7}
    template = {"method": "POST", "url": "/v1/templates", "body": body}
    lines = [{"custom_id": f"t{n}", **template} for n in range(40)]
    judged = body | {"model": "judge", "log_probability": True, "max_tokens": 40}
    lines.append({"custom_id": "judged", **template, "body": judged})
    model = {"model": "training-tiny_model", "max_tokens": 12}
    lines += [
        chat("greedy", PREFIX, temperature=0, **model),
        chat("bad", "Hi", structured_outputs={"grammar": "start: ("}, **model),
        {"custom_id": "vast", **template, "body": body | {"slots": [VAST]}},
    ]
    shard, out = save_shard(tmp_path / "s.jsonl", lines), tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "gpu_service.batch", str(shard), "-o", str(out), "--json"]
    adapter = save_adapter(tmp_path / "judge")
    process = subprocess.run(
        [*command, "--engine", "vllm"], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"EDGEFILL_GPU_ADAPTERS": f"judge={adapter}"},
    )  # fmt: skip
    assert process.returncode == 1, process.stderr[-2000:]
    report = json.loads(process.stdout)
    assert (report["requests"], report["failed"]) == (44, 2)
    assert report["prefix_cache_hit_rate"] > 0.5
    responses = read_answers(out)
    assert (responses["bad"]["status_code"], responses["vast"]["status_code"]) == (400, 400)
    assert read_content(responses["greedy"])
    judge = responses["judged"]["body"]
    assert judge["model"] == "judge"
    assert judge["log_probability"] < 0
    assert responses["t0"]["body"]["log_probability"] is None
    assert judge["template"] != responses["t0"]["body"]["template"]
    texts = {responses[f"t{n}"]["body"]["template"] for n in range(40)}
    grammar = build_grammar(TemplateSpec(format="text", slots=SLOTS[:1]))
    assert len(texts) == 1
    assert all(accepts(grammar, text) for text in texts)


def test_an_adapter_for_another_model_is_named(tmp_path: Path) -> None:
    """Exit status 2 before anything is generated."""
    shard = save_shard(tmp_path / "s.jsonl", [chat("a", model="training-tiny_model")])
    adapter = save_adapter(tmp_path / "judge", hidden=512)
    command = [sys.executable, "-m", "gpu_service.batch", str(shard), "-o", str(tmp_path / "out")]
    process = subprocess.run(
        [*command, "--engine", "vllm"], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"EDGEFILL_GPU_ADAPTERS": f"judge={adapter}"},
    )  # fmt: skip
    assert process.returncode == 2, process.stderr[-2000:]
    assert "adapter judge" in process.stderr
