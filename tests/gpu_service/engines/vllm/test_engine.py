"""Engine `vllm` on the tiny model, one engine for all tests: `make test-vllm`."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgefill.core.errors import RequestRefused
from edgefill.core.slots import Slot
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from gpu_service.settings import GpuServiceSettings
from tests.gpu_service.engines.batching_contract import BatchingContract
from tests.gpu_service.engines.checkpoints import save_adapter
from tests.gpu_service.engines.contract import list_logprobs
from tests.gpu_service.engines.subject import GeneratedText, Subject, start_subject

ROOT = Path(__file__).parents[4]
CHECKPOINT = ROOT / "training" / "tiny_model"
if importlib.util.find_spec("vllm") is None:
    pytest.skip("vLLM is in an environment of its own: make test-vllm", allow_module_level=True)
pytestmark = [
    pytest.mark.vllm,
    pytest.mark.filterwarnings("ignore"),  # torch's and vllm's own
]


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """The engine of all tests, with two adapters of random weights."""
    from gpu_service.engines.vllm.engine import VllmEngine  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("adapters")
    judge, critic = (save_adapter(folder / str(seed), seed=seed) for seed in (1, 2))
    settings = GpuServiceSettings(
        engine="vllm", model=CHECKPOINT, model_name="tiny",
        adapters=f"judge={judge},critic={critic}",
    )  # fmt: skip
    with start_subject(VllmEngine(settings)) as subject:
        yield subject


class TestVllm(BatchingContract):
    """The whole contract, including adapters and the prefix cache."""

    def test_interactive_work_goes_first(self, subject: Subject) -> None:
        """A request that comes after a large batch waits for a place, not for the batch."""
        done: list[str] = []

        async def write(lane: str, n: int) -> None:
            await subject.write_async(
                f"Say hello {n}", max_tokens=32, regex="[a-z ]{400}", lane=lane, seed=n
            )
            done.append(lane)

        async def race() -> None:
            batch = [asyncio.create_task(write("batch", n)) for n in range(600)]
            await asyncio.sleep(0.5)
            await write("interactive", 0)
            for task in batch:
                task.cancel()
            await asyncio.gather(*batch, return_exceptions=True)

        subject.run(race())
        assert done.count("batch") < 520

    def test_a_grammar_beyond_its_limits_is_a_refusal(self, subject: Subject) -> None:
        """It compiles but cannot be followed; the engine keeps running."""
        many = Slot(name="e", type="enum", values=tuple(f"v{n}" for n in range(5000)), default="v1")
        grammar = build_grammar(TemplateSpec(format="text", slots=(many,)))
        with pytest.raises(RequestRefused, match="grammar"):
            subject.write(grammar=grammar, max_tokens=8)
        assert subject.write(max_tokens=1).tokens == 1

    def test_a_constraint_shapes_the_log_probabilities(self, subject: Subject) -> None:
        """A token that is the only allowed one is certain: only allowed tokens are counted."""
        [forced, *_] = list_logprobs(subject.write(regex="ZZ", seed=1, log_probability=True))
        assert forced.logprob == pytest.approx(0, abs=1e-6)

    def test_greedy_tokens_equal_those_of_transformers_and_onnx(
        self, subject: Subject, tmp_path: Path
    ) -> None:
        """All three run in float32 from one checkpoint; the log probabilities are equal too."""
        prompts = [f"Write a template about {what}." for what in ("a delay", "a price", "a refund")]
        ours = [
            subject.write(p, temperature=0, max_tokens=40, log_probability=True) for p in prompts
        ]
        assert list_ids(ours) == _transformers(prompts)
        theirs = _onnx(prompts, tmp_path)
        assert list_ids(ours) == list_ids(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert [token.logprob for token in list_logprobs(one)] == pytest.approx(
                [token.logprob for token in list_logprobs(other)], abs=1e-3
            )


def list_ids(texts: list[GeneratedText]) -> list[list[int]]:
    """The tokens of each text."""
    return [[token for delta in text.deltas for token in delta.token_ids] for text in texts]


def _transformers(prompts: list[str]) -> list[list[int]]:
    import torch  # noqa: PLC0415
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415

    tokenizer = AutoTokenizer.from_pretrained(CHECKPOINT)
    model = AutoModelForCausalLM.from_pretrained(CHECKPOINT, dtype=torch.float32)
    tokens = []
    for prompt in prompts:
        chat = [{"role": "user", "content": prompt}]
        inputs = tokenizer.apply_chat_template(
            chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        outputs = model.generate(**inputs, do_sample=False, max_new_tokens=40)
        tokens.append(outputs[0, inputs["input_ids"].shape[1] :].tolist())
    return tokens


def _onnx(prompts: list[str], folder: Path) -> list[GeneratedText]:
    """The texts of a float32 export, which is made here: the committed one has int8 weights."""
    from gpu_service.engines.onnx.engine import OnnxEngine  # noqa: PLC0415

    builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-i", str(CHECKPOINT)]
    where = ["-o", str(folder / "fp32"), "-p", "fp32", "-e", "cpu", "-c", str(folder / "cache")]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    subprocess.run([*builder, *where], check=True, capture_output=True, env=environment)
    with start_subject(OnnxEngine(folder / "fp32", name="fp32", in_flight=4)) as subject:
        options = {"temperature": 0, "max_tokens": 40, "log_probability": True}
        return subject.write_all(*({"prompt": p, **options} for p in prompts))
