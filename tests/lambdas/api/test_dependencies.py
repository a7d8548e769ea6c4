"""The API over AWS as moto serves it, built only from its settings."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from edgefill.core.errors import InputRefused
from edgefill.demand.budgets import DynamoBudgets
from edgefill.demand.counts import DynamoDemandCounts
from edgefill.demand.leases import DynamoLeases
from edgefill.demand.questions import DynamoQuestionTexts
from edgefill.demand.queue import SqsJobQueue
from edgefill.demand.table import DemandTable
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.identity.trust import Trust
from edgefill.judging import ScriptedJudge
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from lambdas.api.dependencies import Adapters, build_dependencies, connect
from lambdas.api.log import make_log
from lambdas.api.miss_handler import MissRequest
from lambdas.api.settings import ApiSettings
from tests.lambdas.api.conftest import connect as connect_demo

TEMPLATES = Path(__file__).parents[3] / "templates"
GOLD = "order-delayed/de/gold.any"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """moto over HTTP, one request at a time, because its conditional writes are not atomic."""
    app, one_at_a_time = DomainDispatcherApplication(create_backend_app), threading.Lock()

    def serialised(*request: Any) -> Any:
        with one_at_a_time:
            return app(*request)

    server = make_server("127.0.0.1", 0, serialised, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def settings_for(name: str, **changes: Any) -> ApiSettings:
    """The settings of a deployment whose GPU service is down."""
    values: dict[str, Any] = {
        "bucket": name,
        "table": name,
        "queue_url": f"https://sqs.test/{name}.fifo",
        "gpu_url": "http://127.0.0.1:9",
        "issuer": "shop",
        "audience": "edgefill",
        "templates": TEMPLATES,
        "deadline_s": 60,
    }
    return ApiSettings(**values | changes)


def deployed(endpoint: str, name: str) -> ApiSettings:
    """The settings of a deployment whose AWS resources exist."""
    aws = AwsClients.for_emulator(endpoint)
    aws.make_s3().create_bucket(Bucket=name)
    DemandTable(aws.make_dynamodb(), name).create()
    queue = aws.make_sqs().create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
    return settings_for(name, endpoint_url=endpoint, queue_url=queue["QueueUrl"])


def test_the_settings_are_enough(endpoint: str) -> None:
    """A GPU service that is down: the fallback, one queued job, counted demand."""
    settings = deployed(endpoint, "enough")
    parts = connect(settings)
    answers = [
        parts.miss_handler.serve(
            MissRequest(method="GET", experience="order-delayed", query="", key=GOLD)
        )
        for _ in range(3)
    ]
    assert {answer.status for answer in answers} == {200}
    for answer in answers:
        assert answer.headers["X-Edgefill"] == f"fallback; template={GOLD}; reason=cold"
    aws = AwsClients.for_emulator(endpoint)
    assert len(SqsJobQueue(aws.make_sqs(), settings.queue_url).receive()) == 1
    table = DemandTable(aws.make_dynamodb(), settings.table)
    assert DynamoDemandCounts(table, time.time).list_top(1) == [(GOLD, 3)]


def test_fifty_simultaneous_misses_are_one_generation_on_dynamodb(endpoint: str, good: Any) -> None:
    """As in test_miss_service.py, but with real conditional writes between threads."""
    settings = deployed(endpoint, "simultaneous")
    generator = ScriptedGenerator(good)
    aws = AwsClients(
        endpoint_url=endpoint,
        credentials=("local", "local"),
        connect_timeout=60,
        read_timeout=60,
        connections=50,
    )
    table = DemandTable(aws.make_dynamodb(), settings.table)
    adapters = Adapters(
        objects=S3ObjectStore(aws.make_s3(), settings.bucket),
        leases=DynamoLeases(table, time.time),
        budgets=DynamoBudgets(table, time.time),
        counts=DynamoDemandCounts(table, time.time),
        queue=SqsJobQueue(aws.make_sqs(), settings.queue_url),
        questions=DynamoQuestionTexts(table, time.time),
        connected=connect_demo(DraftingRoles(writer=generator, judge=ScriptedJudge())),
    )
    trust = Trust(issuer="shop", audience="edgefill")
    miss_handler = build_dependencies(settings, adapters, trust=trust, log=make_log()).miss_handler
    request = MissRequest(method="GET", experience="order-delayed", query="", key=GOLD)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: miss_handler.serve(request), range(50)))
    assert len(generator.orders) == 1
    assert {answer.status for answer in answers} == {200}
    assert {answer.headers["X-Edgefill"].partition(";")[0] for answer in answers} == {"miss"}
    assert adapters.counts.list_top(1) == [(GOLD, 50)]


def test_a_jwk_set_is_read_from_its_file(tmp_path: Path) -> None:
    """An empty one trusts no issuer."""
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": []}))
    assert connect(settings_for("keys", jwks=file)).catalogue.version


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": [{"kty": "RSA", "kid": "a"}]}'])
def test_a_file_that_is_not_a_jwk_set_is_named(tmp_path: Path, text: str) -> None:
    """At the start, not at the first token."""
    file = tmp_path / "jwks.json"
    file.write_text(text)
    with pytest.raises(InputRefused, match="EDGEFILL_API_JWKS"):
        connect(settings_for("keys", jwks=file))
