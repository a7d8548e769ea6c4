"""How a release routes free questions: one router per partition, and what answers the rest.

A partition is a tenant, a locale and an audience. None of them is guessed from the text, and a
visitor of one partition is never answered by the router of another.
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
    """`partitions` are the paths of the partitions that have a router.

    `answer` is the open experience that answers all other questions. `tenant` is the default
    tenant, `guest` the audience of a visitor without a token, `member` that of a token without an
    audience. `clarify` introduces, by locale, the links of a clarifying answer.
    """

    answer: str
    tenant: str
    guest: str
    member: str
    clarify: dict[str, str]
    partitions: tuple[str, ...]

    def select_partition(self, claims: Claims | None, locale: str) -> Partition:
        """The visitor's partition; it may have no router."""
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
    """What `serialize_routing_config` wrote; KeyError, TypeError or ValueError for other data."""
    return RoutingConfig(
        **dict(data) | {"clarify": dict(data["clarify"]), "partitions": tuple(data["partitions"])}
    )
