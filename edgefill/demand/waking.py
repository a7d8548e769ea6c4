"""Waking: a miss that finds no GPU starts the GPU service, one miss for all that follow it.

A lease, settled for `every_s` seconds, makes it one. While the service still has no machine after
that time, the next miss moves it to the next kind of machine: ECS never does that by itself
(docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, Protocol
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from edgefill.core.errors import StoreUnavailable
from edgefill.demand.leases import Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_ecs.client import ECSClient

    from edgefill.demand.leases import Leases

LEASE_KEY = "gpu service"
WOKEN = "woken"
ATTEMPT_S = 30  # for the calls of ECS; then another miss may try

# started: from 0 to 1 task; moved: to the next kind of machine; waiting: it is on its way
WakeAction = Literal["started", "moved", "waiting"]


class GpuStarter(Protocol):
    """Starts the GPU service; StoreUnavailable when it cannot be reached."""

    def start(self) -> WakeAction:
        """Start the service if no task is wanted; otherwise see to it that it gets a machine."""
        ...


class MemoryGpuStarter:
    """A service of one process, for tests; `has_machine` says whether its machine has come."""

    def __init__(self, providers: tuple[str, ...] = ("first",)) -> None:
        self._providers = providers
        self.wanted = 0
        self.provider = providers[0]
        self.has_machine = False

    def start(self) -> WakeAction:
        """See GpuStarter."""
        if self.wanted == 0:
            self.wanted, self.provider = 1, self._providers[0]
            return "started"
        if self.has_machine or len(self._providers) == 1:
            return "waiting"
        self.provider = choose_next(self._providers, self.provider)
        return "moved"


class EcsGpuStarter:
    """A service of ECS; `providers` are its capacity providers in order of preference."""

    def __init__(
        self, client: ECSClient, *, cluster: str, service: str, providers: tuple[str, ...]
    ) -> None:
        self._client = client
        self._cluster = cluster
        self._service = service
        self._providers = providers

    def start(self) -> WakeAction:
        """See GpuStarter."""
        with self._translate_errors():
            described = self._client.describe_services(
                cluster=self._cluster, services=[self._service]
            )["services"][0]
            strategy = described.get("capacityProviderStrategy", [])
            used = [each["capacityProvider"] for each in strategy]
            if described["desiredCount"] == 0:
                self._start_on(self._providers[0], is_used=used == [self._providers[0]])
                return "started"
            if len(self._providers) == 1 or self._has_machine():
                return "waiting"
            self._move_to(choose_next(self._providers, used[0] if used else ""))
            return "moved"

    def _has_machine(self) -> bool:
        (cluster,) = self._client.describe_clusters(clusters=[self._cluster])["clusters"]
        return cluster["registeredContainerInstancesCount"] > 0

    def _start_on(self, provider: str, *, is_used: bool) -> None:
        if not is_used:
            self._move_to(provider)
        self._client.update_service(cluster=self._cluster, service=self._service, desiredCount=1)

    def _move_to(self, provider: str) -> None:
        """Start the tasks, as many as are wanted, on another kind of machine."""
        self._client.update_service(
            cluster=self._cluster,
            service=self._service,
            capacityProviderStrategy=[{"capacityProvider": provider, "weight": 1}],
            forceNewDeployment=True,
        )

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise StoreUnavailable(f"ECS: service {self._service}: {code}") from error
        except (BotoCoreError, LookupError) as error:
            kind = type(error).__name__
            raise StoreUnavailable(f"ECS: service {self._service}: {kind}") from error


def choose_next(providers: tuple[str, ...], current: str) -> str:
    """The provider after `current`, the first after the last or after an unknown one."""
    index = providers.index(current) + 1 if current in providers else 0
    return providers[index % len(providers)]


class GpuWaker:
    """Starts the GPU service at most once in `every_s` seconds in a whole deployment."""

    def __init__(
        self,
        starter: GpuStarter,
        leases: Leases,
        *,
        clock: Callable[[], float],
        every_s: float,
    ) -> None:
        self._starter = starter
        self._leases = leases
        self._clock = clock
        self._every_s = every_s
        self._next_try = 0.0  # spares this process the table until then

    def wake(self) -> WakeAction | None:
        """Start the service; None if another miss has done so. StoreUnavailable."""
        if self._clock() < self._next_try:
            return None
        lease = self._leases.acquire(LEASE_KEY, owner=uuid4().hex, ttl_s=ATTEMPT_S)
        if not isinstance(lease, Lease):
            self._next_try = lease.expires_at
            return None
        action = self._starter.start()
        self._next_try = self._clock() + self._every_s
        self._leases.settle(lease, WOKEN, keep_s=self._every_s)
        return action
