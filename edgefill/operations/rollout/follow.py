"""Follows a rollout to its end, and ends one whose new version does not start.

ECS itself would wait for it for a day: its circuit breaker is for rolling deployments only
(docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html). Visitors
notice neither, because the old version has the traffic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from edgefill.core.errors import InputRefused
from edgefill.operations.rollout.model_service import Progress, ServiceState

EVERY_S = 15
START_S = 45 * 60  # a machine, the image, the weights; ECS retries meanwhile
SUCCESSFUL = "SUCCESSFUL"


class FollowedService(Protocol):
    """What the follower needs of ModelService."""

    def read_state(self) -> ServiceState:
        """See ModelService."""

    def read_progress(self) -> Progress | None:
        """See ModelService."""

    def wake(self) -> None:
        """See ModelService."""

    def cancel(self, progress: Progress) -> None:
        """See ModelService."""


def wake_old_version(
    service: FollowedService, *, tick: Callable[[], float], sleep: Callable[[float], None]
) -> Iterator[str]:
    """Start a sleeping service, so that an old version has the traffic; a line for each step."""
    if service.read_state().desired == 0:
        service.wake()
        yield "the service sleeps: the live version is started first"
    until = tick() + START_S
    while service.read_state().running == 0:
        if tick() > until:
            raise InputRefused(
                f"no task of the live version runs after {START_S // 60} minutes; see"
                " docs/operations.md, No GPU capacity"
            )
        sleep(EVERY_S)


def follow_rollout(
    service: FollowedService, *, tick: Callable[[], float], sleep: Callable[[float], None]
) -> Iterator[str]:
    """A line for each stage; InputRefused when the old version is live again at the end."""
    until, last, is_cancelled = tick() + START_S, "", False
    while True:
        progress = service.read_progress()
        if progress and not progress.is_running:
            break
        if progress and progress.stage != last:
            last = progress.stage
            yield f"{progress.status}: {progress.stage}"
        if progress and not progress.is_ready and not is_cancelled and tick() > until:
            service.cancel(progress)
            is_cancelled = True
            yield f"the new version does not start within {START_S // 60} minutes: back to the old"
        sleep(EVERY_S)
    if progress.status != SUCCESSFUL:
        raise InputRefused(
            f"the old version is live again ({progress.status}: {progress.reason}); the log of the"
            " smoke test and of vLLM says why (docs/operations.md, A bad model)"
        )
    yield f"{progress.status}: the new version has all traffic"
