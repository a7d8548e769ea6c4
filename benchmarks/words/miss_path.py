"""The API's miss path in this process: memory instead of AWS, the real roles and tiny model."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field, replace

from benchmarks.words.corpus import TEMPLATES
from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.demand.budgets import MemoryBudgets
from edgefill.demand.counts import MemoryDemandCounts
from edgefill.demand.leases import MemoryLeases
from edgefill.demand.questions import MemoryQuestionTexts
from edgefill.demand.queue import JobQueue, MemoryJobQueue
from edgefill.identity.trust import Trust
from edgefill.judging import Judge, Verdict
from edgefill.judging.verdict import JUDGE_DEADLINE_S
from edgefill.roles.connect import ConnectedRoles
from edgefill.store.memory import MemoryObjectStore
from lambdas.api.dependencies import Adapters, Dependencies, build_dependencies
from lambdas.api.log import make_log
from lambdas.api.settings import ApiSettings

REDELIVERY_S = 86_400.0
SETTINGS = {
    "bucket": "templates",
    "table": "demand",
    "queue_url": "https://sqs.example/misses.fifo",
    "gpu_url": "http://gpu.example",
    "issuer": "shop",
    "audience": "edgefill",
    "templates": TEMPLATES,
    # All requests come from one address here.
    "principal_per_hour": 100_000,
    "key_per_hour": 1_000,
    "tokens_per_day": 1_000_000_000,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedJudge:
    """A Judge that records the seconds of each verdict of `inner`."""

    inner: Judge
    seconds: list[float] = field(default_factory=list)

    @property
    def version(self) -> str:
        """See Judge."""
        return self.inner.version

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """See Judge."""
        began = time.perf_counter()
        try:
            return self.inner.judge(text, key=key, experience=experience, deadline_s=deadline_s)
        finally:
            self.seconds.append(time.perf_counter() - began)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissPath:
    """An API over empty stores, its queue and its judge."""

    dependencies: Dependencies
    queue: JobQueue
    judge: TimedJudge


def build_miss_path(catalogue: Catalogue, connected: ConnectedRoles) -> MissPath:
    """A miss path that nobody has used yet."""
    judge = TimedJudge(inner=connected.roles.judge)
    # A job that fails is not delivered again, so that draining the queue ends.
    queue = MemoryJobQueue(time.time, visible_s=REDELIVERY_S)
    adapters = Adapters(
        objects=MemoryObjectStore(),
        leases=MemoryLeases(time.time),
        budgets=MemoryBudgets(time.time),
        counts=MemoryDemandCounts(time.time),
        queue=queue,
        questions=MemoryQuestionTexts(),
        connected=replace(connected, roles=replace(connected.roles, judge=judge)),
    )
    dependencies = build_dependencies(
        ApiSettings.model_validate(SETTINGS),
        adapters,
        trust=Trust(issuer="shop", audience="edgefill", keys=[], hs256_secret=bytes(32)),
        log=make_log(io.StringIO()),
        catalogue=catalogue,
    )
    return MissPath(dependencies=dependencies, queue=queue, judge=judge)
