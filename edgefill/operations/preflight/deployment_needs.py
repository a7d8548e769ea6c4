"""DeploymentNeeds: what one stage of the settings needs of an account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentNeeds:
    """`instance_types` is in order of preference; empty without GPUs in the deployment.

    `weights` is the folder in the model bucket, `builds_image` whether `cdk deploy` builds one.
    """

    stage: str
    region: str
    instance_types: tuple[str, ...] = ()
    max_machines: int = 0
    is_spot: bool = False
    weights: str | None = None
    domain: str | None = None
    certificate_arn: str | None = None
    alarm_email: str | None = None
    builds_image: bool = False

    def name_stack(self, part: str) -> str:
        """The name of a stack of this stage (infra/deployment.py)."""
        return f"Edgefill-{self.stage}-{part}"
