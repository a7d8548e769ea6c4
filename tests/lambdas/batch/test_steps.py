"""The first and the last step of a batch."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from lambdas.batch.machine import gpu_service, write_shard
from lambdas.batch.plan import every
from lambdas.batch.settings import Settings, Shard
from lambdas.batch.steps import plan_run, publish_run, wanted
from lambdas.catalogue.catalogue import Catalogue
from lambdas.catalogue.loader import load_catalogue
from lambdas.core.errors import EngineUnavailable, InputRefused
from lambdas.core.layout import SHARDS
from lambdas.demand.counts import MemoryCounts
from lambdas.generator.protocol import Order
from lambdas.generator.scripted import ScriptedGenerator
from lambdas.store.memory import MemoryObjects
from lambdas.store.releases import releases
from local.ports import free_port

TEMPLATES = Path("templates")
SERVES = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def by_hand(catalogue: Catalogue) -> Callable[[Order], str]:
    """A writer who knows the hand-written English fallbacks by their slots."""
    entries = catalogue.entries.values()
    return lambda order: next(
        entry.fallback["en"] for entry in entries if entry.experience.slots == order.slots
    )


def test_a_batch_ends_in_a_release() -> None:
    """Plan, shards, publish: what the machines drafted is served."""
    objects, catalogue = MemoryObjects(), load_catalogue(TEMPLATES / "catalogue")
    english = tuple(key for key in every(catalogue.keys()) if key.locale == "en")
    assert plan_run(objects, run="r", keys=english)["keys"] == len(english)
    reports = [
        write_shard(
            Shard(run="r", group=0, index=index),
            objects=objects,
            templates=TEMPLATES,
            generator=ScriptedGenerator(by_hand(catalogue)),
        )
        for index in range(SHARDS)
    ]
    drafted = sum(report.drafted for report in reports if report)
    assert drafted > len(english) / 2
    answer = publish_run(objects, run="r", templates=TEMPLATES, now=NOW)
    assert answer["templates"] == drafted
    assert [listed.release.id for listed in releases(objects)] == [answer["release"]]


def test_a_dead_engine_leaves_the_shard_to_another_try() -> None:
    """No drafts are kept as if they were all: AWS Batch runs the shard again."""
    objects, catalogue = MemoryObjects(), load_catalogue(TEMPLATES / "catalogue")
    plan_run(objects, run="r", keys=tuple(catalogue.keys()))
    with pytest.raises(EngineUnavailable):
        write_shard(
            Shard(run="r", group=0, index=0),
            objects=objects,
            templates=TEMPLATES,
            generator=ScriptedGenerator([]),
        )
    assert not [key for key in objects.keys("batch/") if "drafts" in key]


def test_the_most_demanded_keys_can_be_planned() -> None:
    """`top` takes what visitors asked for, and only what the catalogue still writes."""
    catalogue = load_catalogue(TEMPLATES / "catalogue")
    counts = MemoryCounts(lambda: 0.0)
    first, second, *_ = catalogue.keys()
    for path in (str(second), str(second), str(first), "gone/en/any"):
        counts.add(path)
    assert wanted(catalogue, counts, 5) == (second, first)
    assert wanted(catalogue, counts, 1) == (second,)
    assert len(wanted(catalogue, counts, None)) == len(list(catalogue.keys()))


def test_nothing_to_do_is_said() -> None:
    """A run without keys, and one without drafts, are refused."""
    with pytest.raises(InputRefused, match="no key"):
        plan_run(MemoryObjects(), run="r", keys=())
    with pytest.raises(InputRefused, match="drafted"):
        publish_run(MemoryObjects(), run="r", templates=TEMPLATES, now=NOW)


def test_settings_name_what_is_missing() -> None:
    """A machine without its shard, and a step without its store, say so."""
    with pytest.raises(InputRefused, match="EDGEFILL_BATCH_BUCKET"):
        Settings.of({})
    given = {"EDGEFILL_BATCH_RUN": "r", "EDGEFILL_BATCH_GROUP": "1"}
    assert Shard.of(given | {"AWS_BATCH_JOB_ARRAY_INDEX": "3"}).index == 3
    with pytest.raises(InputRefused, match="whole numbers"):
        Shard.of(given | {"EDGEFILL_BATCH_GROUP": "x"})


def test_a_service_that_does_not_come_up_ends_the_job() -> None:
    """A GPU service that dies at its start is an engine that is not there."""
    dies = (sys.executable, "-c", "raise SystemExit(3)")
    with (
        pytest.raises(EngineUnavailable, match="status 3"),
        gpu_service(dies, f"http://127.0.0.1:{free_port()}", within_s=30),
    ):
        raise AssertionError("it is not ready")


def test_a_service_that_is_ready_is_used_and_ended() -> None:
    """The child serves while the shard is written, and not after."""
    port = free_port()
    serves = (sys.executable, "-c", SERVES, str(port))
    url = f"http://127.0.0.1:{port}"
    with gpu_service(serves, url, within_s=30):
        assert httpx.get(f"{url}/ready").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/ready")
