"""Load tests of a running stack: page requests with retries of misses, or free questions."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import DevIdentityProvider, DevVisitor
from edgefill.local.stack.run_file import RunFile
from edgefill.local.traffic.client import TrafficAnswer, TrafficClient, retry_misses, send_all
from edgefill.local.traffic.question_model import QuestionTrafficModel
from edgefill.local.traffic.report import (
    QuestionReport,
    TrafficReport,
    build_question_report,
    build_report,
)
from edgefill.local.traffic.traffic_model import TrafficModel
from edgefill.local.traffic.visitors import generate_visitors

SEED = 7
VISITORS_PER_CASE = 3  # for every combination of the dimensions
GPU_CALLS = "edgefill_gpu_finished_total"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTestResult:
    """The result of one load test; `retries` has the last answer for each missed key."""

    report: TrafficReport
    retries: tuple[TrafficAnswer, ...]
    gpu_calls: int

    @property
    def still_missing(self) -> tuple[str, ...]:
        """The missed keys that were still not hits after the retries."""
        return tuple(str(answer.request.key) for answer in self.retries if answer.outcome != "hit")

    def to_json(self) -> dict[str, Any]:
        """The object that `edgefill traffic --json` prints."""
        retries = {"asked": len(self.retries), "hits": len(self.retries) - len(self.still_missing)}
        return {
            **asdict(self.report),
            "asked_again": {**retries, "still_missing": list(self.still_missing)},
            "gpu_calls": self.gpu_calls,
        }


def build_demo_traffic(templates: Path, *, seed: int = SEED) -> TrafficModel:
    """The traffic model of the demo shop's catalogue; the same seed gives the same traffic."""
    catalogue = load_catalogue(templates / "catalogue")
    visitors = generate_visitors(catalogue, per_case=VISITORS_PER_CASE, seed=seed)
    return TrafficModel(catalogue, visitors, seed=seed)


def run_load_test(
    run_file: RunFile,
    identity: DevIdentityProvider,
    traffic: TrafficModel,
    count: int,
    on_answer: Callable[[TrafficAnswer], None] | None = None,
) -> LoadTestResult:
    """Send `count` requests, then request each missed key until it is a hit or time is up."""
    calls = count_gpu_calls(run_file.gpu_url)
    with TrafficClient(run_file.cdn, make_token_source(identity)) as client:
        answers, seconds = send_all(client, traffic.generate_requests(count), on_answer)
        retries = tuple(retry_misses(client, answers))
    return LoadTestResult(
        report=build_report(answers, seconds),
        retries=retries,
        gpu_calls=count_gpu_calls(run_file.gpu_url) - calls,
    )


def build_demo_questions(templates: Path, *, seed: int = SEED) -> QuestionTrafficModel:
    """The question model of the demo shop; the same seed gives the same questions.

    InputRefused when the catalogue answers no free questions.
    """
    catalogue = load_catalogue(templates / "catalogue")
    if catalogue.questions is None:
        raise InputRefused(
            f"{templates}: the shop does not answer free questions; declare `ask` in shop.yaml"
        )
    visitors = generate_visitors(catalogue, per_case=VISITORS_PER_CASE, seed=seed)
    return QuestionTrafficModel(catalogue.questions, visitors, seed=seed)


def run_question_load_test(
    run_file: RunFile,
    identity: DevIdentityProvider,
    traffic: QuestionTrafficModel,
    count: int,
    on_answer: Callable[[TrafficAnswer], None] | None = None,
) -> QuestionReport:
    """Send `count` free questions; misses are not retried."""
    calls = count_gpu_calls(run_file.gpu_url)
    with TrafficClient(run_file.cdn, make_token_source(identity)) as client:
        answers, seconds = send_all(client, traffic.generate_requests(count), on_answer)
    return build_question_report(
        answers,
        answer=traffic.answer,
        seconds=seconds,
        gpu_calls=count_gpu_calls(run_file.gpu_url) - calls,
    )


def count_gpu_calls(gpu_url: str) -> int:
    """The number of templates that the GPU service has generated, from its /metrics."""
    with urllib.request.urlopen(f"{gpu_url}/metrics", timeout=10) as answer:  # noqa: S310
        return sum_counter(answer.read().decode(), GPU_CALLS)


def sum_counter(exposition: str, name: str) -> int:
    """The sum of a counter over all its labels, from Prometheus's text format."""
    samples = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", exposition, re.MULTILINE)
    return int(sum(map(float, samples)))


def make_token_source(identity: DevIdentityProvider) -> Callable[[DevVisitor], str]:
    """A function that gives each visitor's token, which is minted once."""
    tokens: dict[str, str] = {}

    def find_token(visitor: DevVisitor) -> str:
        if visitor.subject not in tokens:
            tokens[visitor.subject] = identity.mint_token(visitor, now=time.time())
        return tokens[visitor.subject]

    return find_token
