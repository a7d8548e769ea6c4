"""Dependencies: the seams of the API, and the parts that are built on them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.core.circuit_breaker import CircuitBreaker
from edgefill.core.errors import InputRefused
from edgefill.demand.budgets import DynamoBudgets
from edgefill.demand.counts import DynamoCounts
from edgefill.demand.leases import DynamoLeases
from edgefill.demand.questions import DynamoQuestions
from edgefill.demand.queue import SqsQueue
from edgefill.demand.table import Table
from edgefill.drafting.circuit_breaker import GuardedGenerator
from edgefill.drafting.http import HttpGenerator
from edgefill.identity.trust import Trust
from edgefill.store.aws import Aws
from edgefill.store.s3 import S3Objects
from lambdas.api.fallbacks import Fallbacks
from lambdas.api.jobs import Jobs
from lambdas.api.log import make_log
from lambdas.api.miss_handler import Desk
from lambdas.api.misses import Misses
from lambdas.api.quotas import Spending
from lambdas.api.single_flight import Flights
from lambdas.api.templates import Templates
from lambdas.api.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.demand.budgets import Budgets
    from edgefill.demand.counts import Counts
    from edgefill.demand.leases import Leases
    from edgefill.demand.questions import Questions
    from edgefill.demand.queue import Queue
    from edgefill.drafting.generator import Generator
    from edgefill.store.objects import Objects
    from lambdas.api.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """Everything outside this process."""

    objects: Objects
    leases: Leases
    budgets: Budgets
    counts: Counts
    queue: Queue
    questions: Questions
    generator: Generator
    clock: Callable[[], float] = time.time
    tick: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What the application and the worker are given."""

    catalogue: Catalogue
    desk: Desk
    jobs: Jobs
    queue: Queue


def connect(settings: Settings) -> Dependencies:
    """The parts over AWS and the GPU service; CatalogueRefused, InputRefused."""
    trust = _trust(settings)
    return build(settings, _seams(settings), trust=trust, log=make_log())


def build(
    settings: Settings,
    seams: Seams,
    *,
    trust: Trust,
    log: Any,
    catalogue: Catalogue | None = None,
    fallbacks: Fallbacks | None = None,
) -> Dependencies:
    """The parts over any seams; `settings.templates` is read where no catalogue is given.

    `fallbacks` are the catalogue's, compiled here where none are given.
    """
    catalogue = catalogue or load_catalogue(settings.templates / "catalogue")
    flights = _flights(settings, seams, catalogue, log)
    misses = Misses(
        catalogue=catalogue,
        flights=flights,
        fallbacks=fallbacks or Fallbacks(catalogue),
        counts=seams.counts,
        queue=seams.queue,
        log=log,
        deadline_s=settings.deadline_s,
        tick=seams.tick,
        questions=seams.questions if settings.keep_questions else None,
    )
    desk = Desk(
        catalogue=catalogue,
        trust=trust,
        misses=misses,
        pepper=settings.pepper.get_secret_value(),
        clock=seams.clock,
        tick=seams.tick,
        log=log,
    )
    jobs = Jobs(
        catalogue=catalogue, flights=flights, log=log, deadline_s=settings.worker_deadline_s
    )
    return Dependencies(catalogue=catalogue, desk=desk, jobs=jobs, queue=seams.queue)


def _flights(settings: Settings, seams: Seams, catalogue: Catalogue, log: Any) -> Flights:
    breaker = CircuitBreaker(tick=seams.tick, cooldown_s=settings.cooldown_s)
    return Flights(
        catalogue=catalogue,
        templates=Templates(seams.objects, tick=seams.tick),
        writer=Writer(
            catalogue=catalogue,
            prompts=PromptTemplates.load(settings.templates / "prompts"),
            generator=GuardedGenerator(seams.generator, breaker),
            tick=seams.tick,
        ),
        leases=seams.leases,
        spending=Spending.of(
            seams.budgets,
            key_per_hour=settings.key_per_hour,
            principal_per_hour=settings.principal_per_hour,
            tokens_per_day=settings.tokens_per_day,
            tokens_each=settings.tokens_each,
        ),
        tick=seams.tick,
        sleep=seams.sleep,
        log=log,
        cooldown_s=settings.cooldown_s,
        reserve_s=settings.store_timeout_s,
        breaker=breaker,
    )


def _seams(settings: Settings) -> Seams:
    """A visitor waits for AWS too: one short attempt, and none while it hangs."""
    aws = Aws(
        region=settings.region,
        endpoint_url=settings.endpoint_url,
        credentials=("local", "local") if settings.endpoint_url else None,
        connect_timeout=settings.store_timeout_s,
        read_timeout=settings.store_timeout_s,
        attempts=1,
        rest_s=settings.store_rest_s,
    )
    table = Table(aws.dynamodb(), settings.table)
    return Seams(
        objects=S3Objects(aws.s3(), settings.bucket),
        leases=DynamoLeases(table, time.time),
        budgets=DynamoBudgets(table, time.time),
        counts=DynamoCounts(table, time.time),
        queue=SqsQueue(aws.sqs(), settings.queue_url),
        questions=DynamoQuestions(table, time.time),
        generator=HttpGenerator(httpx.Client(), settings.gpu_url),
    )


def _trust(settings: Settings) -> Trust:
    secret = settings.hs256_secret
    try:
        keys = json.loads(settings.jwks.read_bytes())["keys"] if settings.jwks else []
        return Trust(
            issuer=settings.issuer,
            audience=settings.audience,
            keys=keys,
            hs256_secret=secret.get_secret_value().encode() if secret else None,
            leeway=settings.leeway_s,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputRefused(f"EDGEFILL_API_JWKS: {error}; give a file with a JWK set") from error
