"""Dependencies: connects the adapters of the API and builds its parts on them."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.circuit_breaker import CircuitBreaker
from edgefill.core.errors import InputRefused
from edgefill.demand.budgets import DynamoBudgets
from edgefill.demand.counts import DynamoDemandCounts
from edgefill.demand.leases import DynamoLeases
from edgefill.demand.questions import DynamoQuestionTexts
from edgefill.demand.queue import SqsJobQueue
from edgefill.demand.table import DemandTable
from edgefill.demand.waking import EcsGpuStarter, GpuWaker
from edgefill.drafting.drafter import Drafter
from edgefill.drafting.guarded_roles import guard_roles
from edgefill.drafting.miss_drafter import MissDrafter
from edgefill.drafting.writers.http import HttpGenerator
from edgefill.identity.trust import Trust
from edgefill.roles.connect import ConnectedRoles, connect_roles
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from lambdas.api.generation import TemplateGeneration
from lambdas.api.log import make_log
from lambdas.api.miss_handler import MissHandler
from lambdas.api.miss_service import FallbackPrograms, MissService
from lambdas.api.quotas import Quotas
from lambdas.api.single_flight import SingleFlight
from lambdas.api.template_lookup import TemplateLookup
from lambdas.api.write_backs import WriteBacks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.demand.budgets import Budgets
    from edgefill.demand.counts import DemandCounts
    from edgefill.demand.leases import Leases
    from edgefill.demand.questions import QuestionTexts
    from edgefill.demand.queue import JobQueue
    from edgefill.demand.waking import GpuStarter
    from edgefill.store.objects import ObjectStore
    from lambdas.api.settings import ApiSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """The interfaces to everything outside this process."""

    objects: ObjectStore
    leases: Leases
    budgets: Budgets
    counts: DemandCounts
    queue: JobQueue
    questions: QuestionTexts
    connected: ConnectedRoles
    starter: GpuStarter | None = None  # None: nobody may start the GPU service from here
    clock: Callable[[], float] = time.time
    tick: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """The parts that the application and the worker use."""

    catalogue: Catalogue
    miss_handler: MissHandler
    single_flight: SingleFlight
    log: Any
    worker_deadline_s: float


def connect(settings: ApiSettings, environment: Mapping[str, str] = os.environ) -> Dependencies:
    """Build the parts over AWS and the GPU service; CatalogueRefused, InputRefused.

    `environment` has the keys of the servers that roles name.
    """
    trust = _load_trust(settings)
    catalogue = load_catalogue(settings.templates / "catalogue")
    adapters = _connect_adapters(settings, catalogue, environment)
    return build_dependencies(settings, adapters, trust=trust, log=make_log(), catalogue=catalogue)


def build_dependencies(
    settings: ApiSettings,
    adapters: Adapters,
    *,
    trust: Trust,
    log: Any,
    catalogue: Catalogue | None = None,
    fallbacks: FallbackPrograms | None = None,
) -> Dependencies:
    """Build the parts over any adapters.

    Without `catalogue`, the one in `settings.templates` is loaded; without `fallbacks`, the
    catalogue's are compiled.
    """
    if trust.skipped:
        log.warning("keys-skipped", keys=trust.skipped)
    catalogue = catalogue or load_catalogue(settings.templates / "catalogue")
    single_flight = _build_single_flight(settings, adapters, catalogue, log)
    generation = single_flight.generation
    misses = MissService(
        catalogue_version=catalogue.version,
        single_flight=single_flight,
        fallbacks=fallbacks or FallbackPrograms(catalogue),
        write_backs=generation.write_backs,
        quotas=generation.quotas,
        counts=adapters.counts,
        queue=adapters.queue,
        log=log,
        deadline_s=settings.deadline_s,
        reserve_s=settings.store_timeout_s,
        tick=adapters.tick,
        questions=adapters.questions if settings.keep_questions else None,
        waker=_build_waker(settings, adapters),
    )
    miss_handler = MissHandler(
        catalogue=catalogue,
        trust=trust,
        misses=misses,
        pepper=settings.pepper.get_secret_value(),
        question_key=settings.question_key.get_secret_value(),
        clock=adapters.clock,
        tick=adapters.tick,
        log=log,
    )
    return Dependencies(
        catalogue=catalogue,
        miss_handler=miss_handler,
        single_flight=single_flight,
        log=log,
        worker_deadline_s=settings.worker_deadline_s,
    )


def _build_waker(settings: ApiSettings, adapters: Adapters) -> GpuWaker | None:
    if adapters.starter is None:
        return None
    return GpuWaker(
        adapters.starter,
        adapters.leases,
        clock=adapters.clock,
        every_s=settings.wake_every_s,
    )


def _build_single_flight(
    settings: ApiSettings, adapters: Adapters, catalogue: Catalogue, log: Any
) -> SingleFlight:
    breaker, judge_breaker = (
        CircuitBreaker(tick=adapters.tick, cooldown_s=settings.cooldown_s) for _ in range(2)
    )
    templates = TemplateLookup(adapters.objects, tick=adapters.tick)
    drafter = Drafter(
        catalogue=catalogue,
        prompts=adapters.connected.prompts,
        roles=guard_roles(adapters.connected.roles, breaker, judge_breaker),
    )
    generation = TemplateGeneration(
        drafter=MissDrafter(
            drafter=drafter,
            tick=adapters.tick,
            worker_attempts=adapters.connected.budget.attempts,
        ),
        templates=templates,
        write_backs=WriteBacks(
            objects=adapters.objects, queue=adapters.queue, tick=adapters.tick, log=log
        ),
        quotas=_build_quotas(settings, adapters),
        judge_breaker=judge_breaker,
        tick=adapters.tick,
        log=log,
    )
    return SingleFlight(
        templates=templates,
        generation=generation,
        leases=adapters.leases,
        tick=adapters.tick,
        sleep=adapters.sleep,
        log=log,
        cooldown_s=settings.cooldown_s,
        reserve_s=settings.store_timeout_s,
        breaker=breaker,
    )


def _build_quotas(settings: ApiSettings, adapters: Adapters) -> Quotas:
    return Quotas.from_limits(
        adapters.budgets,
        questions_per_hour=settings.questions_per_hour,
        key_per_hour=settings.key_per_hour,
        principal_per_hour=settings.principal_per_hour,
        tokens_per_day=settings.tokens_per_day,
        tokens_each=settings.tokens_each,
    )


def _connect_adapters(
    settings: ApiSettings, catalogue: Catalogue, environment: Mapping[str, str]
) -> Adapters:
    """Connect to AWS and the GPU service.

    A visitor waits for AWS too, so each call is one short attempt, with a circuit breaker.
    """
    aws = AwsClients(
        region=settings.region,
        endpoint_url=settings.endpoint_url,
        credentials=("local", "local") if settings.endpoint_url else None,
        connect_timeout=settings.store_timeout_s,
        read_timeout=settings.store_timeout_s,
        attempts=1,
        cooldown_s=settings.store_rest_s,
    )
    starter = _connect_starter(settings, aws) if settings.gpu_service else None
    table, client = DemandTable(aws.make_dynamodb(), settings.table), httpx.Client()
    return Adapters(
        objects=S3ObjectStore(aws.make_s3(), settings.bucket),
        leases=DynamoLeases(table, time.time),
        budgets=DynamoBudgets(table, time.time),
        counts=DynamoDemandCounts(table, time.time),
        queue=SqsJobQueue(aws.make_sqs(), settings.queue_url),
        questions=DynamoQuestionTexts(table, time.time),
        starter=starter,
        connected=connect_roles(
            settings.templates,
            catalogue=catalogue,
            generator=HttpGenerator(
                client, settings.gpu_url, key=settings.gpu_key.get_secret_value()
            ),
            client=client,
            service_url=settings.gpu_url,
            environment=environment,
            lane="interactive",
        ),
    )


def _connect_starter(settings: ApiSettings, aws: AwsClients) -> EcsGpuStarter:
    return EcsGpuStarter(
        aws.make_ecs(),
        cluster=settings.gpu_cluster,
        service=settings.gpu_service,
        providers=tuple(filter(None, settings.gpu_providers.split(","))),
    )


def _load_trust(settings: ApiSettings) -> Trust:
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
