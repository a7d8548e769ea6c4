"""DeploymentNeeds: what one stage of the settings needs of an account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuNeed:
    """One kind of machine that the deployment may start."""

    instance_type: str
    is_spot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentNeeds:
    """`gpus` is in order of preference; empty without GPUs in the deployment.

    `weights` is the folder in the model bucket, `builds_image` whether `cdk deploy` builds one.
    """

    stage: str
    region: str
    gpus: tuple[GpuNeed, ...] = ()
    max_machines: int = 0
    weights: str | None = None
    domain: str | None = None
    certificate_arn: str | None = None
    alarm_email: str | None = None
    builds_image: bool = False

    @property
    def instance_types(self) -> tuple[str, ...]:
        """Each instance type once."""
        return tuple(dict.fromkeys(gpu.instance_type for gpu in self.gpus))

    def name_stack(self, part: str) -> str:
        """The name of a stack of this stage (infra/deployment.py)."""
        return f"Edgefill-{self.stage}-{part}"
