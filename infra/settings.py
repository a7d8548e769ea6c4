"""The settings of each stage. To change a deployment, edit these and not the stacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from edgefill.core.errors import InputRefused

# Lambda@Edge, CloudFront's certificates and its web ACLs exist only in this Region.
REGION = "us-east-1"
JWKS_FOLDER = Path(__file__).parent / "jwks"  # public keys, one file per stage
# The Python version of every function; the newest that Lambda@Edge supports.
RUNTIME = "3.13"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettings:
    """The issuer of accepted profile tokens; its public keys are in infra/jwks/<stage>.json."""

    issuer: str
    audience: str = "edgefill"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSettings:
    """The product's own domain name, and an ACM certificate for it in REGION."""

    name: str
    certificate_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuSettings:
    """GPU capacity: 0 to `max_machines` machines, each running one task."""

    instance_type: str = "g6.xlarge"  # NVIDIA L4
    spot: bool = False
    max_machines: int = 2
    backlog_per_machine: int = 40  # waiting keys for which another machine starts
    idle_minutes: int = 20  # without work, until the last machine stops
    model: str = "models/default"  # the folder of the weights in the model bucket
    max_batch_machines: int = 4  # machines for batch drafting
    nat_gateways: int = 1  # 0: machines in public subnets, without inbound access


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentSettings:
    """The settings of one deployment; either `gpu` or `gpu_url` is set (ValueError)."""

    stage: str
    identity: IdentitySettings
    gpu: GpuSettings | None = None
    gpu_url: str | None = None  # an existing GPU service, when `gpu` is None
    domain: DomainSettings | None = None
    site: str | None = None  # host name of the product's own site, for all other paths
    requests_per_5_minutes: int | None = None  # per address, enforced by WAF; None: no WAF
    keep_data: bool = True  # a destroyed stack leaves its buckets, table and logs behind
    log_days: int = 30
    access_log: bool = True
    detailed_metrics: bool = True  # CloudFront's hit ratio and origin latency; not free
    budget_usd: int = 100  # per month
    alarm_email: str | None = None

    def __post_init__(self) -> None:
        if (self.gpu is None) == (self.gpu_url is None):
            raise ValueError(f"stage {self.stage!r}: set either gpu or gpu_url")


DEV = DeploymentSettings(
    stage="dev",
    identity=IdentitySettings(issuer="https://auth.dev.example.com"),
    gpu=GpuSettings(
        spot=True, max_machines=1, idle_minutes=10, max_batch_machines=1, nat_gateways=0
    ),
    keep_data=False,
    log_days=7,
)
PROD = DeploymentSettings(
    stage="prod",
    identity=IdentitySettings(issuer="https://auth.example.com"),
    gpu=GpuSettings(max_machines=4),
    requests_per_5_minutes=2000,
    log_days=90,
    budget_usd=2000,
)
# For the rehearsal on one machine (make deploy-local): emulators deploy no VPC, GPU or log.
LOCAL = replace(
    DEV,
    stage="local",
    identity=IdentitySettings(issuer="https://login.shop.example"),
    gpu=None,
    gpu_url="http://127.0.0.1:8090",
    site="shop.example",
    access_log=False,
    detailed_metrics=False,
)
STAGES = {settings.stage: settings for settings in (DEV, PROD, LOCAL)}


def find_settings(stage: str) -> DeploymentSettings:
    """The settings of a stage; InputRefused lists the stages."""
    if stage not in STAGES:
        raise InputRefused(f"no stage {stage!r}; choose one of {', '.join(STAGES)} (-c stage=NAME)")
    return STAGES[stage]
