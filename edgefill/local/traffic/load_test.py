"""A rush: one run of the traffic mix against a running stack, and each missed key asked again."""

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
from edgefill.local.services.identity import Identity, Profile
from edgefill.local.stack.run_file import Running
from edgefill.local.traffic.client import Answer, Client, ask_again, send_all
from edgefill.local.traffic.question_model import QuestionMix
from edgefill.local.traffic.question_report import QuestionReport, question_report
from edgefill.local.traffic.report import Report, report
from edgefill.local.traffic.traffic_model import Mix
from edgefill.local.traffic.visitors import visitors

SEED = 7
VISITORS_EACH = 3  # for every combination of the dimensions
GPU_CALLS = "edgefill_gpu_finished_total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rush:
    """What a run came to; `again` are the last answers for the keys that were no hits at first."""

    report: Report
    again: tuple[Answer, ...]
    gpu_calls: int

    @property
    def unhealed(self) -> tuple[str, ...]:
        """The missed keys that were still no hits when asked again."""
        return tuple(str(answer.ask.key) for answer in self.again if answer.outcome != "hit")

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        again = {"asked": len(self.again), "hits": len(self.again) - len(self.unhealed)}
        return {
            **asdict(self.report),
            "asked_again": {**again, "still_missing": list(self.unhealed)},
            "gpu_calls": self.gpu_calls,
        }


def demo_mix(templates: Path, *, seed: int = SEED) -> Mix:
    """The mix over the demo shop's catalogue, the same for a seed."""
    shop = load_catalogue(templates / "catalogue")
    return Mix(shop, visitors(shop, each=VISITORS_EACH, seed=seed), seed=seed)


def rush(
    running: Running,
    identity: Identity,
    mix: Mix,
    count: int,
    on_answer: Callable[[Answer], None] | None = None,
) -> Rush:
    """Send `count` requests of the mix, then each missed key until it is a hit or time is up."""
    calls = gpu_calls(running.gpu_url)
    with Client(running.cdn, _tokens(identity)) as client:
        answers, seconds = send_all(client, mix.asks(count), on_answer)
        again = tuple(ask_again(client, answers))
    return Rush(
        report=report(answers, seconds),
        again=again,
        gpu_calls=gpu_calls(running.gpu_url) - calls,
    )


def demo_questions(templates: Path, *, seed: int = SEED) -> QuestionMix:
    """Questions to the demo shop, the same for a seed; InputRefused when it answers none."""
    shop = load_catalogue(templates / "catalogue")
    if shop.questions is None:
        raise InputRefused(f"{templates}: the shop answers no free questions; declare `ask` there")
    return QuestionMix(shop.questions, visitors(shop, each=VISITORS_EACH, seed=seed), seed=seed)


def question_rush(
    running: Running,
    identity: Identity,
    mix: QuestionMix,
    count: int,
    on_answer: Callable[[Answer], None] | None = None,
) -> QuestionReport:
    """Send `count` questions of the mix."""
    calls = gpu_calls(running.gpu_url)
    with Client(running.cdn, _tokens(identity)) as client:
        answers, seconds = send_all(client, mix.asks(count), on_answer)
    return question_report(
        answers,
        answer=mix.answer,
        seconds=seconds,
        gpu_calls=gpu_calls(running.gpu_url) - calls,
    )


def gpu_calls(gpu_url: str) -> int:
    """The templates that the GPU service has written since it started, by its /metrics."""
    with urllib.request.urlopen(f"{gpu_url}/metrics", timeout=10) as answer:  # noqa: S310
        return counted(answer.read().decode(), GPU_CALLS)


def counted(exposition: str, name: str) -> int:
    """The sum over a counter's labels in Prometheus's text format."""
    samples = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", exposition, re.MULTILINE)
    return int(sum(map(float, samples)))


def _tokens(identity: Identity) -> Callable[[Profile], str]:
    minted: dict[str, str] = {}

    def token(visitor: Profile) -> str:
        if visitor.subject not in minted:
            minted[visitor.subject] = identity.mint(visitor, now=time.time())
        return minted[visitor.subject]

    return token
