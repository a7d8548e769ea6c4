"""Origin groups: the secondary origin is asked when the primary one fails.

Source: Developer Guide, high_availability_origin_failover.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cloudfront_emulator.distribution import DistributionConfig, Origin, OriginGroup
from cloudfront_emulator.message import CdnResponse
from cloudfront_emulator.spool import Spool

FAILOVER_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def fetch_target(
    distribution: DistributionConfig,
    target: str,
    method: str,
    ask: Callable[[Origin], Awaitable[CdnResponse]],
) -> CdnResponse:
    """The answer of an origin, or of the first member of a group that does not fail.

    `ask` runs the origin's triggers too, for they run again for the secondary origin. Every
    request begins at the primary; what the secondary says is final.
    """
    group = distribution.groups.get(target)
    if group is None:
        return await ask(distribution.origins[target])
    response = await ask(distribution.origins[group.primary])
    if method not in FAILOVER_METHODS or not _is_failed(group, response):
        return response
    if isinstance(response.body, Spool):
        response.body.close()
    return await ask(distribution.origins[group.secondary])


def _is_failed(group: OriginGroup, response: CdnResponse) -> bool:
    """No answer at all, whatever the group lists; else one of its statuses, from an origin."""
    has_listed_status = response.status in group.statuses and not response.generated
    return response.unanswered or has_listed_status
