"""Waking the GPU service: one contract over memory and ECS, and one start for many misses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from edgefill.core.errors import StoreUnavailable
from edgefill.demand.leases import DynamoLeases, MemoryLeases
from edgefill.demand.waking import (
    EcsGpuStarter,
    GpuStarter,
    GpuWaker,
    MemoryGpuStarter,
    choose_next,
)
from tests.edgefill.demand.conftest import SESSION

PROVIDERS = ("spot", "other", "on-demand")
EVERY_S = 600.0


class Service:
    """The service `gpu` in moto; a machine is an instance that the test registers."""

    def __init__(self, client: Any) -> None:
        self.client = client
        client.create_cluster(clusterName="gpu")
        client.register_task_definition(
            family="gpu", containerDefinitions=[{"name": "a", "image": "i", "memory": 1}]
        )
        client.create_service(
            cluster="gpu",
            serviceName="gpu",
            taskDefinition="gpu",
            desiredCount=0,
            capacityProviderStrategy=[{"capacityProvider": PROVIDERS[0], "weight": 1}],
        )

    @property
    def state(self) -> tuple[int, str]:
        (row,) = self.client.describe_services(cluster="gpu", services=["gpu"])["services"]
        strategy = row.get("capacityProviderStrategy") or [{"capacityProvider": ""}]
        return row["desiredCount"], strategy[0]["capacityProvider"]


@pytest.fixture
def service() -> Iterator[Service]:
    with mock_aws():
        yield Service(SESSION.client("ecs"))


def make_ecs(service: Service, providers: tuple[str, ...] = PROVIDERS) -> EcsGpuStarter:
    return EcsGpuStarter(service.client, cluster="gpu", service="gpu", providers=providers)


@pytest.fixture(params=["memory", "ecs"])
def starter(request: pytest.FixtureRequest) -> GpuStarter:
    if request.param == "memory":
        return MemoryGpuStarter(PROVIDERS)
    return make_ecs(request.getfixturevalue("service"))


def test_the_first_call_starts_and_the_next_ones_try_other_machines(starter: GpuStarter) -> None:
    """While no machine comes, each call moves on, and after the last kind to the first again."""
    assert [starter.start() for _ in range(4)] == ["started", "moved", "moved", "moved"]


def test_one_task_is_wanted_on_the_chosen_kind(service: Service) -> None:
    """The service keeps its number when it moves."""
    starter = make_ecs(service)
    states = []
    for _ in range(4):
        starter.start()
        states.append(service.state)
    assert states == [(1, "spot"), (1, "other"), (1, "on-demand"), (1, "spot")]


def test_a_service_that_others_have_scaled_keeps_its_number(service: Service) -> None:
    """The alarms decide more than one; a start never takes a task away."""
    service.client.update_service(cluster="gpu", service="gpu", desiredCount=3)
    assert make_ecs(service).start() == "moved"
    assert service.state[0] == 3


def test_the_only_kind_of_machine_is_waited_for(service: Service) -> None:
    """There is nothing to move to."""
    starter = make_ecs(service, ("spot",))
    assert [starter.start(), starter.start()] == ["started", "waiting"]


def test_a_machine_that_has_come_is_waited_for() -> None:
    """It may still pull the image or load the model."""
    starter = MemoryGpuStarter(PROVIDERS)
    starter.start()
    starter.has_machine = True
    assert (starter.start(), starter.provider) == ("waiting", "spot")


def test_a_woken_service_starts_on_the_first_kind_again(service: Service) -> None:
    """Sleeping leaves it on the kind that it last had."""
    starter = make_ecs(service)
    starter.start()
    starter.start()
    service.client.update_service(cluster="gpu", service="gpu", desiredCount=0)
    assert (starter.start(), service.state) == ("started", (1, "spot"))


def test_the_order_ends_where_it_began() -> None:
    """An unknown kind, of an earlier deployment, is followed by the first."""
    assert [choose_next(PROVIDERS, each) for each in (*PROVIDERS, "gone")] == [
        "other", "on-demand", "spot", "spot",
    ]  # fmt: skip


def test_many_misses_start_once(clock: Any, table: Any) -> None:
    """In two processes with one table; after the pause one of them tries again."""
    starter = MemoryGpuStarter(PROVIDERS)
    leases = DynamoLeases(table, clock)
    wakers = [GpuWaker(starter, leases, clock=clock, every_s=EVERY_S) for _ in range(2)]
    assert [waker.wake() for waker in wakers * 3] == ["started"] + [None] * 5
    clock.now += EVERY_S + 1
    assert [waker.wake() for waker in wakers * 2] == ["moved"] + [None] * 3


def test_a_process_that_knows_asks_the_table_no_more(clock: Any) -> None:
    """Until the pause ends, a cold miss costs it no call."""
    calls = []

    class CountingLeases(MemoryLeases):
        def acquire(self, *args: Any, **options: Any) -> Any:
            calls.append(args)
            return super().acquire(*args, **options)

    waker = GpuWaker(MemoryGpuStarter(), CountingLeases(clock), clock=clock, every_s=EVERY_S)
    for _ in range(5):
        waker.wake()
    assert len(calls) == 1


def test_a_failed_start_is_tried_again_soon(clock: Any) -> None:
    """The lease of a start that failed lapses long before the pause would end."""

    class Broken:
        def start(self) -> Any:
            raise StoreUnavailable("ECS: service gpu: ThrottlingException")

    leases = MemoryLeases(clock)
    with pytest.raises(StoreUnavailable):
        GpuWaker(Broken(), leases, clock=clock, every_s=EVERY_S).wake()
    clock.now += 31
    waker = GpuWaker(MemoryGpuStarter(), leases, clock=clock, every_s=EVERY_S)
    assert waker.wake() == "started"


@pytest.mark.parametrize("cluster", ["gpu", "missing"])
def test_a_failure_of_ecs_is_a_store_error(service: Service, cluster: str) -> None:
    """A missing cluster or service is named, so that the visitor's answer does not depend on it."""
    starter = EcsGpuStarter(service.client, cluster=cluster, service="missing", providers=PROVIDERS)
    with pytest.raises(StoreUnavailable, match="ECS: service missing"):
        starter.start()


def test_an_unreachable_ecs_is_a_store_error(unreachable: Any) -> None:
    """The error names the service and the kind of failure."""
    starter = EcsGpuStarter(unreachable("ecs"), cluster="c", service="s", providers=PROVIDERS)
    with pytest.raises(StoreUnavailable, match="ECS: service s: "):
        starter.start()
