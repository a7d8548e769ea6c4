"""Whose router answers whom."""

import json
from typing import Any

import pytest

from edgefill.identity.token import Claims
from edgefill.routing.routing_config import (
    Partition,
    RoutingConfig,
    parse_routing_config,
    serialize_routing_config,
)

ROUTERS = RoutingConfig(
    answer="answer",
    tenant="tern",
    guest="guest",
    member="member",
    clarify={"en": "Did you mean"},
    partitions=("tern/en/guest", "tern/en/member"),
)


def claims(*, tenant: str | None = None, audience: str | None = None) -> Claims:
    return Claims(subject="u1", locale=None, case={}, slots={}, tenant=tenant, audience=audience)


@pytest.mark.parametrize(
    ("who", "partition"),
    [
        (None, "tern/de/guest"),
        (claims(), "tern/de/member"),
        (claims(audience="staff"), "tern/de/staff"),
        (claims(tenant="gull"), "gull/de/member"),
    ],
)
def test_the_partition_is_the_visitors_own(who: Claims | None, partition: str) -> None:
    """What the token names, whether or not there is such a router: nobody's stands in."""
    assert str(ROUTERS.select_partition(who, "de")) == partition


def test_partitions_differ_by_each_part() -> None:
    """Tenant, locale and audience, in this order."""
    assert str(Partition(tenant="t", locale="l", audience="a")) == "t/l/a"


def test_routers_survive_json() -> None:
    """As the pointer holds them."""
    assert (
        parse_routing_config(json.loads(json.dumps(serialize_routing_config(ROUTERS)))) == ROUTERS
    )


@pytest.mark.parametrize("data", [{}, {"partitions": 7}, {"clarify": [], "partitions": []}, 7])
def test_anything_else_is_refused(data: Any) -> None:
    """For the pointer to call it corrupt."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        parse_routing_config(data)
