"""The first and the last step of a batch."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from moto import mock_aws

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.core.errors import (
    EngineUnavailable,
    GenerationError,
    InputRefused,
    InvalidEngineOutput,
)
from edgefill.demand.counts import DemandCounts, DynamoDemandCounts, MemoryDemandCounts
from edgefill.demand.table import DemandTable
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.judging import ScriptedJudge
from edgefill.packs.layout import SHARDS, report_key
from edgefill.release.publish import list_releases
from edgefill.roles.connect import ConnectedRoles
from edgefill.roles.judging_versions import find_judging_versions
from edgefill.roles.roles import Budget
from edgefill.store.aws import AwsClients
from edgefill.store.memory import MemoryObjectStore
from edgefill.store.objects import ObjectStore
from lambdas.batch.plan import unique_keys
from lambdas.batch.settings import BatchSettings, Shard
from lambdas.batch.shard_job import draft_shard
from lambdas.batch.shards import gather_attempts, read_shard
from lambdas.batch.steps import plan_run, publish_run, select_keys

TEMPLATES = Path("templates")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
VERSIONS = find_judging_versions(TEMPLATES, load_catalogue(TEMPLATES / "catalogue"))


def connect(generator: ScriptedGenerator, judge_version: str = "") -> ConnectedRoles:
    """A writer that revises, a judge that passes every text, and the demo shop's prompts."""
    judge = ScriptedJudge(version=judge_version or VERSIONS["judge"])
    return ConnectedRoles(
        roles=DraftingRoles(writer=generator, reviser=generator, judge=judge),
        prompts=PromptTemplates.load(TEMPLATES / "prompts"),
        budget=Budget(),
    )


def by_hand(catalogue: Catalogue) -> Callable[[GenerationOrder], str]:
    """A model that answers with the English fallback that has the order's slots."""
    entries = catalogue.entries.values()
    return lambda order: next(
        entry.fallbacks["en"] for entry in entries if entry.experience.slots == order.slots
    )


def test_a_batch_ends_in_a_release(objects: ObjectStore) -> None:
    """Plan, shards, publish: the drafts of the machines are served, with their quality report."""
    catalogue = load_catalogue(TEMPLATES / "catalogue")
    english = tuple(key for key in unique_keys(catalogue.list_keys()) if key.locale == "en")
    assert plan_run(objects, run="r", catalogue=catalogue, keys=english)["keys"] == len(english)
    reports = [
        draft_shard(
            Shard(run="r", group=0, index=index),
            objects=objects,
            catalogue=catalogue,
            connected=connect(ScriptedGenerator(by_hand(catalogue))),
        )
        for index in range(SHARDS)
    ]
    drafted = sum(report.drafted for report in reports if report)
    assert drafted > len(english) / 2
    answer = publish_run(objects, run="r", templates=TEMPLATES, now=NOW)
    assert answer["templates"] == drafted
    assert answer["warnings"] == []
    (status,) = list_releases(objects)
    assert status.release.id == answer["release"]
    assert report_key(status.release.id, "quality.json") in status.release.parts
    again = publish_run(objects, run="r", templates=TEMPLATES, now=NOW + timedelta(1), canary=5)
    newest, oldest = (each.release.id for each in list_releases(objects))
    assert (newest, oldest) == (again["release"], answer["release"])


def test_only_the_judge_of_the_bundle_counts() -> None:
    """Jobs with another judge than the last step's publish nothing, and the refusal says so."""
    objects, catalogue = MemoryObjectStore(), load_catalogue(TEMPLATES / "catalogue")
    (key,) = (key for key in catalogue.list_keys() if str(key) == "welcome/en/any")
    plan_run(objects, run="r", catalogue=catalogue, keys=(key,))
    draft_shard(
        Shard(run="r", group=0, index=0),
        objects=objects,
        catalogue=catalogue,
        connected=connect(ScriptedGenerator(by_hand(catalogue)), judge_version="older"),
    )
    with pytest.raises(InputRefused, match=r"another judge than this function.*none of 1 texts"):
        publish_run(objects, run="r", templates=TEMPLATES, now=NOW)


def test_a_bundle_without_a_judge_publishes_nothing(tmp_path: Path) -> None:
    """The refusal says what to configure."""
    copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates/roles.yaml").write_text("drafter: {engine: service}\n")
    with pytest.raises(InputRefused, match="no judge is configured"):
        publish_run(MemoryObjectStore(), run="r", templates=tmp_path / "templates", now=NOW)


def test_many_keys_are_drafted_offline_and_the_rest_by_the_service() -> None:
    """A round drafts half of a shard, the service the rest; one report covers both."""
    objects, catalogue = MemoryObjectStore(), load_catalogue(TEMPLATES / "catalogue")
    english = tuple(key for key in unique_keys(catalogue.list_keys()) if key.locale == "en")
    plan_run(objects, run="r", catalogue=catalogue, keys=english)
    folders, service = list[Path](), ScriptedGenerator(by_hand(catalogue))

    class Half:
        def __init__(self, folder: Path) -> None:
            folders.append(folder)

        def generate_all(self, orders: Sequence[GenerationOrder]) -> list[Draft | GenerationError]:
            text = by_hand(catalogue)
            cut = InvalidEngineOutput("cut off")
            return [
                cut if n % 2 else Draft(text=text(order), model="m", tokens=1, seconds=0.1)
                for n, order in enumerate(orders)
            ]

    shard = Shard(run="r", group=0, index=0)
    keys = len(read_shard(objects, "r", 0, 0))
    report = draft_shard(
        shard,
        objects=objects,
        catalogue=catalogue,
        connected=connect(service),
        offline=Half,
        offline_from=keys,
    )
    assert report is not None
    assert report.planned == keys
    attempts = gather_attempts(objects, "r", catalogue.version).values()
    assert report.tokens == sum(each.tokens for each in attempts)
    assert len(service.orders) >= keys // 2
    assert report.drafted + len(report.failed) == keys
    assert len(gather_attempts(objects, "r", catalogue.version)) == report.drafted
    assert not folders[0].exists()


def test_a_dead_engine_leaves_the_shard_to_a_retry() -> None:
    """An incomplete shard saves no drafts, so the state machine runs it again."""
    objects, catalogue = MemoryObjectStore(), load_catalogue(TEMPLATES / "catalogue")
    plan_run(objects, run="r", catalogue=catalogue, keys=tuple(catalogue.list_keys()))
    with pytest.raises(EngineUnavailable):
        draft_shard(
            Shard(run="r", group=0, index=0),
            objects=objects,
            catalogue=catalogue,
            connected=connect(ScriptedGenerator([])),
        )
    assert not [key for key in objects.list_keys("batch/") if "drafts" in key]


@pytest.mark.parametrize("store", ["memory", "dynamodb"])
def test_the_most_demanded_keys_can_be_planned(store: str) -> None:
    """`top` selects what visitors requested, and only keys that the catalogue still has."""
    with mock_aws():
        assert_top_is_planned(make_counts(store))


def make_counts(store: str) -> DemandCounts:
    if store == "memory":
        return MemoryDemandCounts(lambda: 0.0)
    table = DemandTable(AwsClients(credentials=("test", "test")).make_dynamodb(), "demand")
    table.create()
    return DynamoDemandCounts(table, lambda: 0.0)


def assert_top_is_planned(counts: DemandCounts) -> None:
    catalogue = load_catalogue(TEMPLATES / "catalogue")
    first, second, *_ = catalogue.list_keys()
    for path in (str(second), str(second), str(first), "gone/en/any"):
        counts.add(path)
    assert select_keys(catalogue, counts, 5) == (second, first)
    assert select_keys(catalogue, counts, 1) == (second,)
    assert len(select_keys(catalogue, counts, None)) == len(list(catalogue.list_keys()))


def test_an_empty_run_is_refused() -> None:
    """A run without keys or without drafts is refused."""
    with pytest.raises(InputRefused, match="no key"):
        plan_run(
            MemoryObjectStore(), run="r", catalogue=load_catalogue(TEMPLATES / "catalogue"), keys=()
        )
    with pytest.raises(InputRefused, match="passed no text"):
        publish_run(MemoryObjectStore(), run="r", templates=TEMPLATES, now=NOW)


def test_settings_name_what_is_missing() -> None:
    """The error names a missing shard or store variable."""
    with pytest.raises(InputRefused, match="EDGEFILL_BATCH_BUCKET"):
        BatchSettings.from_environment({})
    store = {"EDGEFILL_BATCH_BUCKET": "b", "EDGEFILL_BATCH_TABLE": "t"}
    assert (
        BatchSettings.from_environment(store | {"EDGEFILL_BATCH_OFFLINE_FROM": "9"}).offline_from
        == 9
    )
    with pytest.raises(InputRefused, match="OFFLINE_FROM"):
        BatchSettings.from_environment(store | {"EDGEFILL_BATCH_OFFLINE_FROM": "many"})
    environment = {"EDGEFILL_BATCH_RUN": "r", "EDGEFILL_BATCH_GROUP": "1"}
    with pytest.raises(InputRefused, match="EDGEFILL_BATCH_INDEX is not set"):
        Shard.from_environment(environment)
    environment["EDGEFILL_BATCH_INDEX"] = "3"
    assert Shard.from_environment(environment).index == 3
    with pytest.raises(InputRefused, match="whole numbers"):
        Shard.from_environment(environment | {"EDGEFILL_BATCH_GROUP": "x"})
