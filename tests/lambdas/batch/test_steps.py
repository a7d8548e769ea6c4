"""The first and the last step of a batch."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lambdas.batch.machine import write_shard
from lambdas.batch.settings import Settings, Shard
from lambdas.batch.shards import GROUP
from lambdas.batch.steps import plan_run, publish_run, wanted
from lambdas.catalogue.loader import load_catalogue
from lambdas.core.errors import EngineUnavailable, InputRefused
from lambdas.demand.counts import MemoryCounts
from lambdas.generator.protocol import Order
from lambdas.generator.scripted import ScriptedGenerator
from lambdas.store.memory import MemoryObjects
from lambdas.store.releases import releases

TEMPLATES = Path("templates")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def writer(order: Order) -> str:
    """Whatever is asked for: the shop's own fallback in that format would do; most are refused."""
    return {"text": "Hello.", "html": "<p>Hello.</p>", "json": "{}"}[order.format]


def test_a_batch_ends_in_a_release() -> None:
    """Plan, shards, publish: what the machines drafted is served."""
    objects, catalogue = MemoryObjects(), load_catalogue(TEMPLATES / "catalogue")
    texts = tuple(
        key
        for key in catalogue.keys()  # noqa: SIM118 a method, no mapping
        if catalogue.entry(key.experience).experience.format == "text"
    )[:10]
    assert plan_run(objects, run="r", keys=texts)["keys"] == 10
    drafted = 0
    for index in range(GROUP):
        report = write_shard(
            Shard(run="r", group=0, index=index),
            objects=objects,
            templates=TEMPLATES,
            generator=ScriptedGenerator(writer),
        )
        drafted += report.drafted if report else 0
    if drafted:
        answer = publish_run(objects, run="r", templates=TEMPLATES, now=NOW)
        assert answer["templates"] == drafted
        assert [release.id for release in releases(objects)] == [answer["release"]]


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
