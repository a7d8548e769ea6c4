"""The embedded engine on the tiny model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from edgefill.compiler.compile import find_refusals
from edgefill.core.cases import CaseSpec
from edgefill.core.errors import EngineUnavailable, InputRefused
from edgefill.core.experience import Experience
from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.onnx.engine import OnnxEngine
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from tests.gpu_service.engines.contract import Contract, list_logprobs
from tests.gpu_service.engines.subject import Subject, start_subject

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def subject(tiny_model: Path) -> Iterator[Subject]:
    """One engine for the contract."""
    engine = OnnxEngine(tiny_model, name="tiny", in_flight=4)
    with start_subject(engine) as subject:
        yield subject


class TestOnnx(Contract):
    """The embedded engine keeps the contract."""

    def test_a_constraint_leaves_the_log_probabilities_as_they_are(self, subject: Subject) -> None:
        """They count every token, so that a forced token is as unlikely as the model finds it."""
        [forced, *_] = list_logprobs(subject.write(regex="ZZ", seed=1, log_probability=True))
        assert forced.logprob < -2


def run(folder: Path, test: Callable[[OnnxEngine], Awaitable[None]]) -> None:
    """Run `test` on a started engine."""

    async def start_subject() -> None:
        engine = OnnxEngine(folder, name="tiny", in_flight=4)
        await engine.start()
        try:
            await test(engine)
        finally:
            await engine.stop()

    asyncio.run(start_subject())


async def text_of(engine: OnnxEngine, request: GenerationRequest) -> tuple[str, Delta]:
    deltas = [delta async for delta in engine.generate(request)]
    return "".join(delta.text for delta in deltas), deltas[-1]


def test_texts_under_the_grammar_compile(tiny_model: Path, spec: TemplateSpec) -> None:
    """Whatever the model is, its text ends and has no fault of form."""
    experience = Experience(
        id="x", version="v", format=spec.format, slots=spec.slots, cases=CaseSpec(),
        fields=spec.fields, max_chars=100_000,
    )  # fmt: skip
    form = {"syntax", "language", "undeclared-slot", "missing-slot", "print", "href", "sanitiser"}

    async def test(engine: OnnxEngine) -> None:
        requests = [
            GenerationRequest(prompt="Say hello", grammar=build_grammar(spec), seed=seed)
            for seed in (1, 2)
        ]
        for text, last in await asyncio.gather(*(text_of(engine, one) for one in requests)):
            assert last.finish_reason == "stop"
            refusals = find_refusals(text, experience=experience, locale="en", name="written")
            assert [str(refusal) for refusal in refusals if refusal.rule in form] == []

    run(tiny_model, test)


def test_a_stopped_engine_is_not_ready(tiny_model: Path) -> None:
    """Before the start and after the stop: EngineUnavailable."""

    async def test() -> None:
        engine = OnnxEngine(tiny_model, name="tiny", in_flight=1)
        with pytest.raises(EngineUnavailable):
            await text_of(engine, GenerationRequest(prompt="hello"))
        await engine.start()
        await engine.stop()
        assert not engine.ready

    asyncio.run(test())


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "no such file"),
        ({"genai_config.json": "{"}, "unreadable"),
        ({"genai_config.json": "{}"}, "unreadable"),
        ({"genai_config.json": json.dumps({"model": {"context_length": 8}})}, "export a model"),
    ],
)
def test_a_folder_without_a_model_is_named(
    tmp_path: Path, files: dict[str, str], says: str
) -> None:
    """Missing, broken or empty: the refusal names the folder and the remedy."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputRefused, match=says) as refused:
        asyncio.run(OnnxEngine(tmp_path, name="none", in_flight=1).start())
    assert str(tmp_path) in str(refused.value)
    assert "export a model" in str(refused.value)
