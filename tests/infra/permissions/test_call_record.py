"""The record of AWS calls is complete and has nothing that no test makes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from moto import mock_aws

from edgefill.core.errors import InputRefused
from edgefill.demand.counts import MemoryDemandCounts
from edgefill.operations.rollout.target import read_target
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.steps import select_keys
from tests.infra.permissions.call_record import (
    compare_record,
    merge_record,
    read_record,
    write_record,
)
from tests.infra.permissions.plugin import RECORDER
from tests.infra.permissions.recorder import find_principal, name_object

RECORD = {"api": {"a", "b"}, "plan": {"c"}}


def test_a_call_that_is_not_recorded_is_a_finding() -> None:
    """Also when only some tests ran."""
    assert compare_record(RECORD, {"api": {"a", "new"}}, folders=[]) == ["missing: api: new"]


def test_a_recorded_call_that_no_test_makes_is_a_finding() -> None:
    """Where all tests of its folder ran; elsewhere nobody can tell."""
    made = {"api": {"a"}}
    assert compare_record(RECORD, made, folders=["tests/lambdas/batch/plan"]) == []
    assert compare_record(RECORD, made, folders=["tests/lambdas/api"]) == [
        "no test makes it: api: b"
    ]
    assert compare_record(RECORD, made, folders=["tests"]) == [
        "no test makes it: api: b",
        "no test makes it: plan: c",
    ]


def test_a_new_record_keeps_what_did_not_run(tmp_path: Path) -> None:
    """It is written and read without a change."""
    merged = merge_record(RECORD, {"api": {"d"}}, folders=["tests/lambdas/api"])
    assert merged == {"api": {"d"}, "plan": {"c"}}
    write_record(merged, tmp_path / "calls.json")
    assert read_record(tmp_path / "calls.json") == merged


def test_the_outermost_entry_point_makes_the_call() -> None:
    """A worker runs the API's modules; a module that is no entry point says nothing."""
    frames = [("edgefill/store/s3.py", "get"), ("lambdas/api/single_flight.py", "_find")]
    assert find_principal(frames) == ""
    assert find_principal([*frames, ("lambdas/api/miss_service.py", "serve")]) == "api"
    assert find_principal([*frames, ("lambdas/api/worker.py", "handler")]) == "worker"
    assert find_principal([("lambdas/batch/steps.py", "plan_run")]) == "plan"


def test_an_object_of_no_kind_is_named_itself() -> None:
    """So that no policy's pattern has it."""
    assert name_object("t/live/welcome/de/any.json") == "t/live/*"
    assert name_object("releases/r1/sources/welcome/de.json") == "releases/*/sources/*"
    assert name_object("elsewhere/a") == "elsewhere/a"


def test_the_hook_hears_calls_of_the_code_and_not_of_tests() -> None:
    """In threads too: a pool's calls are those of who waits for it."""
    before = set(RECORDER.lines["plan"])
    with mock_aws():
        client = AwsClients(credentials=("test", "test")).make_s3()
        client.create_bucket(Bucket="shop")
        objects = S3ObjectStore(client, "shop")
        objects.put("t/a", b"{}", cache_control="")
        in_entry_point(lambda: in_pool(lambda: objects.put("batch/a", b"{}", cache_control="")))
    assert not [line for line in RECORDER.lines["nobody"] if "CreateBucket" in line]
    assert "edgefill/store/s3.py s3:PutObject" in RECORDER.lines["nobody"]
    assert "edgefill/store/s3.py s3:PutObject batch/*" in RECORDER.lines["plan"]
    RECORDER.lines["plan"] = before  # the batch's own tests make its calls


def test_a_room_of_the_commands_counts_where_an_entry_point_uses_it() -> None:
    """People's own credentials make its other calls."""
    before, line = set(RECORDER.lines["plan"]), "edgefill/operations/rollout/target.py"
    with mock_aws():
        client = AwsClients(credentials=("test", "test")).make_ssm()

        def ask() -> None:
            with suppress(InputRefused):  # there is no parameter
                read_target(client, "prod")

        ask()
        in_entry_point(ask)
    assert not [each for each in RECORDER.lines["nobody"] if each.startswith(line)]
    assert f"{line} ssm:GetParameter" in RECORDER.lines["plan"]
    RECORDER.lines["plan"] = before


def in_pool(call: Callable[[], object]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(call).result()


def in_entry_point(call: Callable[[], object]) -> None:
    """Call from the batch's first step, which asks its counts for the keys in demand."""

    class Counts(MemoryDemandCounts):
        def list_top(self, most: int, *, days: int = 7) -> list[tuple[str, int]]:
            call()
            return super().list_top(most, days=days)

    class NoKeys:
        def list_keys(self) -> tuple[()]:
            return ()

    select_keys(NoKeys(), Counts(lambda: 0.0), 1)  # type: ignore[arg-type] # its keys are enough
