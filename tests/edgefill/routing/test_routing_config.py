"""Which partition's router answers a visitor."""

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

CONFIG = RoutingConfig(
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
    """The token names it, whether or not it has a router; no other replaces it."""
    assert str(CONFIG.select_partition(who, "de")) == partition


def test_a_partitions_path_has_tenant_locale_and_audience() -> None:
    """In this order."""
    assert str(Partition(tenant="t", locale="l", audience="a")) == "t/l/a"


def test_a_config_survives_a_round_trip_through_json() -> None:
    """The pointer contains it."""
    assert parse_routing_config(json.loads(json.dumps(serialize_routing_config(CONFIG)))) == CONFIG


@pytest.mark.parametrize("data", [{}, {"partitions": 7}, {"clarify": [], "partitions": []}, 7])
def test_other_data_is_refused(data: Any) -> None:
    """The pointer reports it as corrupt."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        parse_routing_config(data)
