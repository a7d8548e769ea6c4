"""The routers of a release, and whose each is.

A router is made for one partition: tenant, locale and audience. These are never guessed from the
text: a visitor of one partition is answered by its router or by none.
"""

from __future__ import annotations

from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from edgefill.identity.token import Claims


@value
class Partition:
    """`str()` is its path, e.g. `tern-tide/de/member`."""

    tenant: str
    locale: str
    audience: str

    def __str__(self) -> str:
        return f"{self.tenant}/{self.locale}/{self.audience}"


@value
class RoutingConfig:
    """What a release knows of free questions; `partitions` are the paths of those with a router.

    `answer` is the open experience that answers the rest. `tenant` is that of a visitor who names
    none, `guest` the audience without a token, `member` that of a token which names none.
    `clarify` introduces, by locale, the links of a clarifying answer.
    """

    answer: str
    tenant: str
    guest: str
    member: str
    clarify: dict[str, str]
    partitions: tuple[str, ...]

    def select_partition(self, claims: Claims | None, locale: str) -> Partition:
        """Whose router a visitor is answered by, whether or not there is one."""
        if claims is None:
            return Partition(tenant=self.tenant, locale=locale, audience=self.guest)
        return Partition(
            tenant=claims.tenant or self.tenant,
            locale=locale,
            audience=claims.audience or self.member,
        )


def serialize_routing_config(routers: RoutingConfig) -> dict[str, Any]:
    """`routers` as a JSON object."""
    return {
        "answer": routers.answer,
        "tenant": routers.tenant,
        "guest": routers.guest,
        "member": routers.member,
        "clarify": dict(routers.clarify),
        "partitions": list(routers.partitions),
    }


def parse_routing_config(data: Mapping[str, Any]) -> RoutingConfig:
    """What `serialize_routing_config` wrote; KeyError, TypeError or ValueError on anything else."""
    return RoutingConfig(
        **dict(data) | {"clarify": dict(data["clarify"]), "partitions": tuple(data["partitions"])}
    )
