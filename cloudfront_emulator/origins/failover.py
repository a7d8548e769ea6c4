"""Origin groups: a failure of the primary origin leads to the secondary one.

Source: Developer Guide, high_availability_origin_failover.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.distribution import DistributionConfig, Origin, OriginGroup
from cloudfront_emulator.message import CdnResponse

FAILOVER_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def fetch_target(
    distribution: DistributionConfig,
    target: str,
    method: str,
    ask: Callable[[Origin], Awaitable[CdnResponse]],
) -> CdnResponse:
    """The response of an origin, or of a group's first member that does not fail.

    Every request starts at the primary; the secondary's response is final. `ask` also runs the
    origin triggers, because they run again for the secondary origin.
    """
    group = distribution.groups.get(target)
    if group is None:
        return await ask(distribution.origins[target])
    response = await ask(distribution.origins[group.primary])
    if method not in FAILOVER_METHODS or not _is_failed(group, response):
        return response
    if isinstance(response.body, BufferedBody):
        response.body.close()
    return await ask(distribution.origins[group.secondary])


def _is_failed(group: OriginGroup, response: CdnResponse) -> bool:
    """Whether no origin answered, or one answered with a status that the group lists."""
    has_listed_status = response.status in group.statuses and not response.generated
    return response.unanswered or has_listed_status
