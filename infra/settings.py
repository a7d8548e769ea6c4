"""Settings: what differs between one deployment and another. Edit these, not the stacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from edgefill.core.errors import InputRefused

REGION = "us-east-1"  # Lambda@Edge, its certificate and its web ACL live nowhere else
JWKS_FOLDER = Path(__file__).parent / "jwks"  # public keys, a file a stage
RUNTIME = "3.13"  # Python of every function; Lambda@Edge's newest


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettings:
    """Whose profile tokens are believed; the public keys are infra/jwks/<stage>.json."""

    issuer: str
    audience: str = "edgefill"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSettings:
    """The product's own name, and an ACM certificate for it in REGION."""

    name: str
    certificate_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuSettings:
    """GPU capacity: 0 to `most` machines, each writing for one task."""

    instance_type: str = "g6.xlarge"  # NVIDIA L4
    spot: bool = False
    max_machines: int = 2
    backlog_per_machine: int = 40  # keys waiting before another machine is worth its start
    idle_minutes: int = 20  # without work, before the last machine goes
    model: str = "models/default"  # folder of the weights in the model bucket
    max_batch_machines: int = 4  # machines that a batch may use
    nat_gateways: int = 1  # 0: GPU machines stand in public subnets, with no way in


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentSettings:
    """One deployment."""

    stage: str
    identity: IdentitySettings
    gpu: GpuSettings | None = None
    gpu_url: str | None = None  # a GPU service elsewhere, when `gpu` is None
    domain: DomainSettings | None = None
    site: str | None = None  # host name of the product's own site: all other paths
    requests_per_5_minutes: int | None = None  # from one address, by WAF; None: no WAF
    keep_data: bool = True  # what a destroyed stack leaves behind: store, table, logs
    log_days: int = 30
    access_log: bool = True
    detailed_metrics: bool = True  # CloudFront's own hit ratio and origin latency; not free
    budget_usd: int = 100  # a month
    alarm_email: str | None = None

    def __post_init__(self) -> None:
        if (self.gpu is None) == (self.gpu_url is None):
            raise ValueError(f"stage {self.stage!r}: give either gpu or gpu_url")


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
# The rehearsal on one machine (make deploy-local): no emulator deploys a VPC, a GPU or a log.
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
    """The settings of a stage; InputRefused names the stages there are."""
    if stage not in STAGES:
        raise InputRefused(f"no stage {stage!r}; choose one of {', '.join(STAGES)} (-c stage=NAME)")
    return STAGES[stage]
