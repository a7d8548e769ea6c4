"""The API over in-memory adapters, with a clock that only `sleep` advances."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.core.errors import GenerationError
from edgefill.demand.budgets import MemoryBudgets
from edgefill.demand.counts import MemoryDemandCounts
from edgefill.demand.leases import MemoryLeases
from edgefill.demand.questions import MemoryQuestionTexts
from edgefill.demand.queue import MemoryJobQueue
from edgefill.demand.waking import MemoryGpuStarter
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.writers.generator import GenerationOrder
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.identity.trust import Trust
from edgefill.judging import Judge, ScriptedJudge
from edgefill.roles.connect import ConnectedRoles
from edgefill.roles.roles import Budget
from edgefill.store.memory import MemoryObjectStore
from lambdas.api.dependencies import Adapters, Dependencies, build_dependencies
from lambdas.api.log import make_log
from lambdas.api.miss_handler import MissRequest
from lambdas.api.miss_service import FallbackPrograms
from lambdas.api.settings import ApiSettings
from lambdas.api.worker import QueueWorker, make_worker
from tests.lambdas.api.aws_adapters import AwsAdapters

TEMPLATES = Path(__file__).parents[3] / "templates"
NOW = 1_795_000_000.0
SECRET = "a secret that is long enough for HS256"
TRUST = Trust(issuer="shop", audience="edgefill", hs256_secret=SECRET.encode())
CATALOGUE = load_catalogue(TEMPLATES / "catalogue")
SETTINGS = {
    "bucket": "templates",
    "table": "demand",
    "queue_url": "https://sqs.test/misses.fifo",
    "gpu_url": "http://gpu.test",
    "issuer": "shop",
    "audience": "edgefill",
    "templates": str(TEMPLATES),
    "pepper": "pepper",
}


class Time:
    """A clock that `sleep` advances."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@cache
def compile_fallbacks_once() -> FallbackPrograms:
    return FallbackPrograms(CATALOGUE)


Answers = Iterable[str | GenerationError] | Callable[[GenerationOrder], str | GenerationError]


@dataclass
class World:
    """One deployment in memory."""

    generator: ScriptedGenerator
    time: Time
    adapters: Adapters
    dependencies: Dependencies
    log_stream: io.StringIO = field(default_factory=io.StringIO)

    def get(self, experience: str | None, **fields: Any) -> Any:
        """The miss handler's answer to a GET; `token` is the only candidate."""
        if token := fields.pop("token", None):
            fields["tokens"] = (token,)
        return self.dependencies.miss_handler.serve(
            MissRequest(**{"method": "GET", "query": "", "address": "198.51.100.10"} | fields,
                    experience=experience)
        )  # fmt: skip

    @property
    def worker(self) -> QueueWorker:
        return make_worker(self.dependencies)

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_stream.getvalue().splitlines()]

    @property
    def queue_bodies(self) -> list[str]:
        return [message.body for message in self.adapters.queue.receive()]


def connect(roles: DraftingRoles) -> ConnectedRoles:
    """The roles with the prompts of the demo shop."""
    return ConnectedRoles(
        roles=roles, prompts=PromptTemplates.load(TEMPLATES / "prompts"), budget=Budget()
    )


def make_world(
    answers: Answers,
    *,
    judge: Judge | None = None,
    adapters: dict[str, Any] | None = None,
    aws: AwsAdapters | None = None,
    **settings: Any,
) -> World:
    clock, log_stream = Time(), io.StringIO()
    generator = ScriptedGenerator(answers)
    twins = {
        "objects": MemoryObjectStore(),
        "leases": MemoryLeases(clock),
        "budgets": MemoryBudgets(clock),
        "counts": MemoryDemandCounts(clock),
        "queue": MemoryJobQueue(clock),
        "questions": MemoryQuestionTexts(),
        "connected": connect(
            DraftingRoles(
                writer=generator,
                reviser=generator,
                judge=judge or ScriptedJudge(),
                answers_questions=True,
            )
        ),
        "starter": MemoryGpuStarter(),
        "clock": clock,
        "tick": clock,
        "sleep": clock.sleep,
    }
    over_aws = aws.make(clock) if aws else {}
    adapters_used = Adapters(**{**twins, **over_aws, **(adapters or {})})
    dependencies = build_dependencies(
        ApiSettings.model_validate(SETTINGS | settings),
        adapters_used,
        trust=TRUST,
        log=make_log(log_stream),
        catalogue=CATALOGUE,
        fallbacks=compile_fallbacks_once(),
    )
    return World(generator, clock, adapters_used, dependencies, log_stream)


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsAdapters]:
    """The adapters of AWS, by moto."""
    with mock_aws():
        yield AwsAdapters()


# For a test that looks into a twin, or whose queue has to follow the clock.
OVER_TWINS = pytest.mark.parametrize("world", ["memory"], indirect=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of a module with ON_AWS twice: over the twins, and over AWS.

    So every AWS call of the API and the worker is in tests/infra/permissions/calls.json.
    """
    chosen = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "world" in metafunc.fixturenames and "world" not in chosen:
        stores = ["memory", "aws"] if hasattr(metafunc.module, "ON_AWS") else ["memory"]
        metafunc.parametrize("world", stores, indirect=True)


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Callable[..., World]:
    """Makes a deployment whose model gives the answers of the test."""
    if request.param == "memory":
        return make_world
    return partial(make_world, aws=request.getfixturevalue("aws"))


@pytest.fixture
def real_time() -> dict[str, Any]:
    """Adapters with real time for threads; tokens are still valid at NOW."""
    return {
        "leases": MemoryLeases(time.time),
        "clock": lambda: NOW,
        "tick": time.monotonic,
        "sleep": time.sleep,
    }


@pytest.fixture
def good() -> Callable[[GenerationOrder], str]:
    """A model that answers with the hand-written text of the requested experience."""

    def answer(order: GenerationOrder) -> str:
        for entry in CATALOGUE.entries.values():
            if entry.experience.slots == order.slots:
                return entry.fallbacks["de" if "\nLocale: de\n" in order.prompt else "en"]
        raise AssertionError("an order for no experience of the catalogue")

    return answer


@pytest.fixture
def token() -> Callable[..., str]:
    """Makes profile tokens: `token(name="Ada")` holds that slot value."""

    def mint(
        *, subject: str = "u1", locale: str | None = None, case: dict[str, str] | None = None,
        expires: float = NOW + 600, **slots: Any,
    ) -> str:  # fmt: skip
        profile = {"case": case or {}, "slots": slots} | ({"locale": locale} if locale else {})
        claims = {"iss": "shop", "aud": "edgefill", "sub": subject, "exp": expires}
        signing_input = (
            f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims | {'edgefill': profile})}"
        )
        signature = hmac.digest(SECRET.encode(), signing_input.encode(), hashlib.sha256)
        return f"{signing_input}.{_base64(signature)}"

    return mint


def _part(data: dict[str, Any]) -> str:
    return _base64(json.dumps(data).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
