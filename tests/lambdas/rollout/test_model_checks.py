"""The smoke test of a model, with a scripted service and with a running one."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

import httpx
import pytest

from edgefill.core.errors import EngineTimeout, GenerationError, InvalidEngineOutput
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.drafting.writers.http import HttpGenerator
from edgefill.operations.check_result import CheckResult
from edgefill.operations.smoke.site import HttpSite, SiteAnswer
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.scripted import ScriptedEngine
from lambdas.rollout.model_checks import ATTEMPTS, run_model_checks
from lambdas.rollout.smoke_hook import URL, decide
from tests.gpu_service.listening import run_on_port

TEXTS = {
    "html": "<p>Hello {{ name }}, good to see you in our shop.</p>",
    "json": '{"title": "Hello {{ name }}", "body": "Good to see you in our shop."}',
    "text": "Hello {{ name }}, good to see you in our shop.",
}


@dataclass
class ScriptedSite:
    """Answers each path with a status."""

    statuses: dict[str, int] = field(default_factory=dict)

    def get(self, path: str, *, token: str | None = None) -> SiteAnswer:
        assert token is None
        return SiteAnswer(status=self.statuses.get(path, 200), headers={}, text="no answer")


@dataclass
class ScriptedWriter:
    """Writes TEXTS, but for each format first what `faults` holds."""

    faults: dict[str, list[str | GenerationError]] = field(default_factory=dict)
    orders: list[GenerationOrder] = field(default_factory=list)

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        assert deadline_s > 0
        self.orders.append(order)
        faults = self.faults.get(order.format, [])
        text = faults.pop(0) if faults else TEXTS[order.format]
        if isinstance(text, GenerationError):
            raise text
        return Draft(text=text, model="v2", tokens=20, seconds=1.0)


def check(site: ScriptedSite, writer: ScriptedWriter) -> dict[str, CheckResult]:
    return {result.name: result for result in run_model_checks(site, writer)}


def test_a_sound_model_writes_every_format() -> None:
    """After it is alive and ready; each result names the model."""
    writer = ScriptedWriter()
    results = check(ScriptedSite(), writer)
    assert list(results) == ["health", "ready", "html", "json", "text"]
    assert {result.status for result in results.values()} == {"ok"}
    assert "v2" in results["html"].text
    assert [order.format for order in writer.orders] == ["html", "json", "text"]


@pytest.mark.parametrize(("path", "status"), [("/health", 0), ("/ready", 503)])
def test_a_service_that_is_not_ready_is_asked_nothing(path: str, status: int) -> None:
    """The last result is the one that failed."""
    writer = ScriptedWriter()
    results = check(ScriptedSite({path: status}), writer)
    assert list(results)[-1] == path.strip("/")
    assert results[path.strip("/")].status == "fail"
    assert writer.orders == []


@pytest.mark.parametrize(
    "fault",
    [
        "<p>Hello {{ nome }}.</p>",  # a slot that does not exist
        "<p>Hello",  # cut off
        InvalidEngineOutput("no template"),
        EngineTimeout("too late"),
    ],
)
def test_a_format_that_the_model_cannot_write_fails(fault: str | GenerationError) -> None:
    """After ATTEMPTS; the other formats are still tested, and the reason is in the text."""
    results = check(ScriptedSite(), ScriptedWriter({"html": [fault] * ATTEMPTS}))
    assert results["html"].status == "fail"
    assert f"{ATTEMPTS} attempts failed" in results["html"].text
    assert results["json"].status == results["text"].status == "ok"


def test_one_refused_text_is_not_a_bad_model() -> None:
    """The compiler refuses some of any model's; each attempt has its own seed."""
    writer = ScriptedWriter({"html": ["<p>Hello"]})
    assert check(ScriptedSite(), writer)["html"].status == "ok"
    seeds = [order.seed for order in writer.orders if order.format == "html"]
    assert len(set(seeds)) == len(seeds) == 2


def write(request: GenerationRequest) -> tuple[str, ...]:
    """A text for the grammar of the request; the warm-up has none."""
    return (TEXTS["json" if "title" in (request.grammar or "") else "text"],)


def test_the_hook_lets_ecs_go_on_with_a_running_service() -> None:
    """Over HTTP, as in Lambda; a model that writes nonsense brings the old one back."""

    async def run() -> list[str]:
        statuses = []
        for engine in (ScriptedEngine(write), ScriptedEngine(lambda _: ("no template {{",))):
            async with run_on_port(engine) as service:
                answer = await asyncio.to_thread(decide, {URL: service.url})
                statuses.append(answer["hookStatus"])
        return statuses

    assert asyncio.run(run()) == ["SUCCEEDED", "FAILED"]


def test_each_check_is_a_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, so that the reason of a rollback is found."""
    assert decide({URL: "http://127.0.0.1:9"}) == {"hookStatus": "FAILED"}
    row = json.loads(capsys.readouterr().out)
    assert (row["event"], row["check"], row["status"]) == ("model check", "health", "fail")
    with httpx.Client() as client:
        results = list(
            run_model_checks(
                HttpSite(url="http://127.0.0.1:9"), HttpGenerator(client, "http://127.0.0.1:9")
            )
        )
    assert [result.name for result in results] == ["health"]
