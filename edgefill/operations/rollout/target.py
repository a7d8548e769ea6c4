"""RolloutTarget: where a stage's versions are, and how ECS brings one; read from the account."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import InputRefused
from edgefill.operations.rollout.aws_errors import refuse_failures

if TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutTarget:
    """The parameter that infra/rollout/model_rollout.py writes.

    `deployment` brings a new version, `rest` every other one; both are ECS's
    `deploymentConfiguration`.
    """

    cluster: str
    service: str
    bucket: str
    folder: str
    live_parameter: str
    instance_types: tuple[str, ...]
    deployment: dict[str, Any]
    rest: dict[str, Any]

    @property
    def runs_two_models(self) -> bool:
        """Whether the new version runs next to the old one."""
        return bool(self.deployment["strategy"] == "CANARY")


def parse_target(text: str) -> RolloutTarget:
    """The target in the parameter's value; InputRefused."""
    try:
        data = json.loads(text)
        return RolloutTarget(**data | {"instance_types": tuple(data["instance_types"])})
    except (ValueError, TypeError, KeyError) as error:
        raise InputRefused(
            f"the parameter of the model's rollout is of another version of Edgefill ({error});"
            " deploy the stage again"
        ) from error


def read_target(client: SSMClient, stage: str) -> RolloutTarget:
    """The target of a stage; InputRefused when the stage has no GPU service in this account."""
    name = f"/edgefill/{stage}/model-rollout"
    try:
        with refuse_failures("Systems Manager"):
            text = client.get_parameter(Name=name)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound as error:
        raise InputRefused(
            f"stage {stage!r} has no GPU service in this account and Region (no parameter {name});"
            f" run `node_modules/.bin/cdk deploy --all -c stage={stage}`, or give another --stage"
        ) from error
    return parse_target(text)


def read_live_versions(client: SSMClient, target: RolloutTarget) -> list[str]:
    """The versions that were live, the present one first, each once."""
    with refuse_failures("Systems Manager"):
        pages = client.get_paginator("get_parameter_history").paginate(Name=target.live_parameter)
        rows = [row for page in pages for row in page["Parameters"]]
    rows.sort(key=lambda row: row["Version"], reverse=True)
    return list(dict.fromkeys(row["Value"] for row in rows))
