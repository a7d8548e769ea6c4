"""The settings of each stage. To change a deployment, edit these and not the stacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from edgefill.core.errors import InputRefused
from infra.gpu_settings import GpuCapacity, GpuSettings, check_gpu_settings

# Lambda@Edge, CloudFront's certificates and its web ACLs exist only in this Region.
REGION = "us-east-1"
JWKS_FOLDER = Path(__file__).parent / "jwks"  # public keys, one file per stage
# The Python version of every function; the newest that Lambda@Edge supports.
RUNTIME = "3.13"
NO_ACCOUNT = "000000000000"  # without credentials
# In addition to `locale` and `q`: ten (docs.aws.amazon.com/general/latest/gr/cf_region.html).
MAX_QUERY_SLOTS = 8
LOG_DAYS = (7, 30, 90, 365)  # of the retentions of CloudWatch, those that infra/ knows
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


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
class DeploymentSettings:
    """The settings of one deployment; either `gpu` or `gpu_url` is set (ValueError)."""

    stage: str
    identity: IdentitySettings
    gpu: GpuSettings | None = None
    gpu_url: str | None = None  # an existing GPU service, when `gpu` is None
    gpu_key_secret: str | None = None  # the secret in Secrets Manager with that service's API key
    domain: DomainSettings | None = None
    site: str | None = None  # host name of the product's own site, for all other paths
    # Slots that the catalogue lets a query fill (`query: true`); the CDN drops other parameters.
    query_slots: tuple[str, ...] = ()
    requests_per_5_minutes: int | None = None  # per address, enforced by WAF; None: no WAF
    # CPU grows with memory, 1 vCPU at 1,769 MB. At 128 MB (7%) a cold environment imports TLS for
    # 0.4 s, nearly the 0.5 s that a fetch may take; 256 MB halve it, for $0.03 per million.
    # AWS's pages agree that an origin request may have more than 128 MB.
    edge_memory_mb: int = 256
    keep_data: bool = True  # a destroyed stack leaves its buckets, table and logs behind
    log_days: int = 30
    access_log: bool = True
    detailed_metrics: bool = True  # CloudFront's hit ratio and origin latency; not free
    canary_minutes: int = 5  # between two smoke tests from within the account
    # The secret in Secrets Manager with a JSON list of tokens of two test visitors; None: the
    # canary has no token, so it does not look for leaks.
    canary_tokens_secret: str | None = None
    budget_usd: int = 100  # per month
    alarm_email: str | None = None

    def __post_init__(self) -> None:
        if (self.gpu is None) == (self.gpu_url is None):
            raise ValueError(f"stage {self.stage!r}: set either gpu or gpu_url")


DEV = DeploymentSettings(
    stage="dev",
    identity=IdentitySettings(issuer="https://auth.dev.example.com"),
    gpu=GpuSettings(
        capacity=(
            GpuCapacity(instance_type="g6.xlarge", spot=True),
            GpuCapacity(instance_type="g5.xlarge", spot=True),
            GpuCapacity(instance_type="g6.xlarge"),
        ),
        max_machines=1,
        idle_minutes=10,
        max_batch_machines=1,
        nat_gateways=0,
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


def check_settings(settings: DeploymentSettings, *, account: str) -> None:
    """InputRefused for settings with which a deployment to `account` could not work.

    Without an account (NO_ACCOUNT) templates can be read and checked, so the image need not be
    pinned.
    """
    for problem in _list_problems(settings):
        raise InputRefused(f"stage {settings.stage}: {problem}")
    if settings.gpu is None:
        return
    check_gpu_settings(settings.gpu)
    if settings.stage == "prod" and account != NO_ACCOUNT and not settings.gpu.is_pinned:
        image = settings.gpu.vllm_image
        raise InputRefused(
            f"gpu.vllm_image: {image} is a tag, which can change; for prod write"
            f" {image}@sha256:<digest> (docker buildx imagetools inspect {image} prints it)"
        )


def _list_problems(settings: DeploymentSettings) -> Iterator[str]:
    """What AWS would refuse in the middle of a deployment; each names the setting and a remedy.

    Sources: docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html (Limit), and
    the DeveloperGuide of CloudFront, "cnames-and-https-requirements" (certificate).
    """
    rate, domain = settings.requests_per_5_minutes, settings.domain
    if not _STAGE.fullmatch(settings.stage):
        yield "stage: write a-z, 0-9 and '-', up to 20 characters, a letter first"
    if not settings.identity.issuer.startswith("https://"):
        yield f"identity.issuer: {settings.identity.issuer!r} must start with https://"
    if settings.log_days not in LOG_DAYS:
        yield f"log_days: {settings.log_days}; choose one of {', '.join(map(str, LOG_DAYS))}"
    if not 128 <= settings.edge_memory_mb <= 10_240:
        yield f"edge_memory_mb: {settings.edge_memory_mb}; write 128 to 10240"
    if rate is not None and rate < 10:
        yield f"requests_per_5_minutes: {rate}; WAF needs 10 or more, None switches it off"
    if domain and f":acm:{REGION}:" not in domain.certificate_arn:
        yield f"domain.certificate_arn: CloudFront needs a certificate of ACM in {REGION}"
    if len(settings.query_slots) > MAX_QUERY_SLOTS:
        yield (
            f"query_slots: {len(settings.query_slots)} slots; CloudFront puts at most 10 parameters"
            f" into a cache key, so name at most {MAX_QUERY_SLOTS}"
        )
    if not 1 <= settings.canary_minutes <= 60:
        yield f"canary_minutes: {settings.canary_minutes}; write 1 to 60"
    if settings.budget_usd < 1:
        yield f"budget_usd: {settings.budget_usd}; write 1 or more"
    if settings.alarm_email is not None and not _EMAIL.fullmatch(settings.alarm_email):
        yield f"alarm_email: {settings.alarm_email!r} is not an address"


def list_warnings(settings: DeploymentSettings) -> list[str]:
    """What a person should know before the deployment, one line each."""
    if settings.alarm_email:
        return []
    return [
        f"stage {settings.stage}: nobody receives its alarms; set alarm_email in infra/settings.py"
    ]
