"""What a stage costs without requests."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.costs.__main__ import format_overview
from infra.costs.idle import (
    ALARM_METRICS,
    DISK_GB,
    DISK_MB_PER_S,
    ENDPOINT_ZONES,
    FIREWALL_RULES,
    SECRETS,
    list_idle_costs,
    price_wake,
)
from infra.costs.prices import ListPrices
from infra.service import gpu_machines
from infra.settings import DEV, LOCAL, PROD, DeploymentSettings

DEPLOY = Path(__file__).parents[3] / "docs" / "deploy.md"
PRICES = ListPrices()
ALARMING = ("Service", "Monitoring")


def price(settings: DeploymentSettings) -> dict[str, float]:
    return {row.item: row.usd for row in list_idle_costs(settings, PRICES)}


def count_alarm_metrics(template: Template) -> int:
    """The metrics that a stack's alarms read; an expression is none."""
    alarms = template.find_resources("AWS::CloudWatch::Alarm").values()
    return sum(count_metrics(row["Properties"]) for row in alarms)


def count_metrics(alarm: dict[str, Any]) -> int:
    return sum("MetricStat" in row for row in alarm.get("Metrics", [])) or 1


def test_the_alarms_are_those_of_the_templates(templates: dict[str, Template]) -> None:
    """Those of prod, the larger one, for both stages with GPUs."""
    counts = {
        stage: sum(count_alarm_metrics(templates[f"{stage}-{stack}"]) for stack in ALARMING)
        for stage in ("dev", "prod", "local")
    }
    assert {True: counts["prod"], False: counts["local"]} == ALARM_METRICS
    assert counts["dev"] <= counts["prod"]


def test_the_counts_are_those_of_the_stacks(templates: dict[str, Template]) -> None:
    """Zones of interface endpoints, rules of the firewall, secrets, disks of the machines."""
    endpoints = templates["prod-Service"].find_resources("AWS::EC2::VPCEndpoint").values()
    zones = [len(row["Properties"].get("SubnetIds", [])) for row in endpoints]
    assert sum(zones) == ENDPOINT_ZONES
    (acl,) = templates["prod-Edge"].find_resources("AWS::WAFv2::WebACL").values()
    assert len(acl["Properties"]["Rules"]) == FIREWALL_RULES
    secrets = [
        len(template.find_resources("AWS::SecretsManager::Secret"))
        for name, template in templates.items()
        if name.startswith("prod-")
    ]
    assert sum(secrets) == SECRETS
    assert (DISK_GB, DISK_MB_PER_S) == (gpu_machines.DISK_GB, gpu_machines.DISK_MB_PER_S)


def test_a_stage_pays_only_for_what_it_has() -> None:
    """Dev has neither NAT nor WAF, local no GPU part at all."""
    dev, prod, local = price(DEV), price(PROD), price(LOCAL)
    assert dev["NAT gateways, with their addresses"] == dev["WAF"] == 0
    assert prod["NAT gateways, with their addresses"] == pytest.approx(36.50)
    assert prod["WAF"] == pytest.approx(7.00)
    assert local["load balancer"] == local["endpoints of SQS and ECS"] == 0
    assert dev.keys() == prod.keys() == local.keys()


def test_a_warm_machine_costs_its_disk() -> None:
    """For each kind of machine: each has a group of its own."""
    assert PROD.gpu is not None
    warm = replace(PROD, gpu=replace(PROD.gpu, warm_machines=1))
    assert price(warm)["disks of warm machines"] == pytest.approx(31.0 * len(PROD.gpu.capacity))


def test_a_wake_up_costs_its_tails() -> None:
    """5 minutes of start, 20 of idling and 15 of ECS's wait at $1.006 an hour."""
    assert PROD.gpu is not None
    assert price_wake(PROD.gpu, PRICES) == pytest.approx(1.006 * 40 / 60)


def test_a_rarer_canary_costs_less() -> None:
    """Its runs do; its metric does not."""
    often, rarely = price(DEV)["canary"], price(replace(DEV, canary_minutes=10))["canary"]
    assert often - PRICES.metric_month == pytest.approx(2 * (rarely - PRICES.metric_month))


def test_the_document_has_the_table() -> None:
    """docs/deploy.md contains the output of the command."""
    assert "\n".join(format_overview(PRICES)) in DEPLOY.read_text()
