"""The settings of a deployment: what is refused before anything is created."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from infra.gpu_settings import GpuCapacity, GpuSettings, check_gpu_settings
from infra.gpu_types import GPU_TYPES, QUOTA_CODES, find_gpu_type
from infra.lambda_functions import RETENTION
from infra.settings import (
    DEV,
    LOCAL,
    LOG_DAYS,
    NO_ACCOUNT,
    PROD,
    STAGES,
    DomainSettings,
    IdentitySettings,
    check_settings,
    list_warnings,
)

ACCOUNT = "111122223333"
CATALOGUE = Path(__file__).parents[2] / "templates" / "catalogue"
SPOT = (GpuCapacity(instance_type="g6.xlarge", spot=True),)
UNEQUAL = (GpuCapacity(instance_type="g6.xlarge"), GpuCapacity(instance_type="g6.12xlarge"))


def test_every_stage_can_be_read_without_an_account() -> None:
    """So `make synth` needs no credentials."""
    for settings in STAGES.values():
        check_settings(settings, account=NO_ACCOUNT)


def test_prod_needs_an_image_that_cannot_change() -> None:
    """A tag is refused with the command that prints its digest; dev accepts it."""
    with pytest.raises(InputRefused, match=r"vllm_image: .* is a tag.*imagetools inspect"):
        check_settings(PROD, account=ACCOUNT)
    assert PROD.gpu is not None
    pinned = replace(PROD.gpu, vllm_image=f"{PROD.gpu.vllm_image}@sha256:{'0' * 64}")
    check_settings(replace(PROD, gpu=pinned), account=ACCOUNT)
    check_settings(DEV, account=ACCOUNT)
    check_settings(LOCAL, account=ACCOUNT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"capacity": (GpuCapacity(instance_type="g6.xxlarge"),)}, "g6.xxlarge.*choose one of"),
        ({"capacity": UNEQUAL}, r"same number of GPUs; got g6.xlarge \(1\), g6.12xlarge \(4\)"),
        ({"capacity": ()}, "got none"),
        ({"capacity": SPOT * 2}, "each once"),
        ({"capacity": SPOT, "warm_machines": 1}, "warm_machines.*Spot"),
        ({"idle_minutes": 5}, "idle_minutes: 5 is too short"),
        ({"give_up_minutes": 10}, "give_up_minutes"),
        ({"zones": ("us-east-1a",)}, "two availability zones"),
        ({"model": "models/"}, "gpu.model"),
        ({"model": ""}, "gpu.model"),
        ({"concurrency": 0}, "concurrency"),
    ],
)
def test_settings_that_aws_would_refuse_are_named(change: dict[str, Any], message: str) -> None:
    """The message names the setting and the remedy."""
    with pytest.raises(InputRefused, match=message):
        check_gpu_settings(replace(GpuSettings(), **change))


def test_the_cdn_forwards_what_the_catalogue_lets_a_query_fill() -> None:
    """In every stage: a slot that is not named there would never get its value."""
    entries = load_catalogue(CATALOGUE).entries.values()
    declared = {name for entry in entries for name in entry.experience.query_slots}
    for settings in STAGES.values():
        assert set(settings.query_slots) == declared


def test_a_cache_key_holds_ten_parameters() -> None:
    """With `locale` and `q`; CloudFront would refuse the policy."""
    check_settings(replace(LOCAL, query_slots=tuple("abcdefgh")), account=ACCOUNT)
    with pytest.raises(InputRefused, match=r"query_slots: 9 slots; .* at most 8"):
        check_settings(replace(LOCAL, query_slots=tuple("abcdefghi")), account=ACCOUNT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stage": "Dev"}, "stage: write a-z"),
        ({"identity": IdentitySettings(issuer="auth.example.com")}, "identity.issuer: .*https://"),
        ({"log_days": 14}, "log_days: 14; choose one of 7, 30, 90, 365"),
        ({"edge_memory_mb": 64}, "edge_memory_mb: 64; write 128 to 10240"),
        ({"requests_per_5_minutes": 5}, "requests_per_5_minutes: 5; WAF needs 10"),
        (
            {
                "domain": DomainSettings(
                    name="a.example", certificate_arn="arn:aws:acm:eu-west-1:1:c"
                )
            },
            "certificate of ACM in us-east-1",
        ),
        ({"canary_minutes": 0}, "canary_minutes: 0; write 1 to 60"),
        ({"budget_usd": 0}, "budget_usd: 0; write 1 or more"),
        ({"alarm_email": "ops"}, "alarm_email: 'ops' is not an address"),
    ],
)
def test_a_typo_in_the_settings_is_named_at_synthesis(change: dict[str, Any], message: str) -> None:
    """Not by CloudFormation after twenty minutes; each with the stage and the remedy."""
    with pytest.raises(InputRefused, match=f"^stage .*: .*{message}"):
        check_settings(replace(DEV, **change), account=NO_ACCOUNT)


def test_a_misspelt_setting_is_named() -> None:
    """By Python, with the name that does not exist."""
    with pytest.raises(TypeError, match="alarm_mail"):
        replace(DEV, alarm_mail="ops@example.com")  # type: ignore[call-arg]


def test_every_retention_of_the_settings_is_one_of_cloudwatchs() -> None:
    """infra/lambda_functions.py translates each."""
    assert set(LOG_DAYS) == set(RETENTION)


def test_every_gpu_type_is_limited_by_a_known_quota() -> None:
    """By the family of its vCPUs, on demand and from Spot."""
    for each in GPU_TYPES.values():
        assert {(each.quota_family, spot) in QUOTA_CODES for spot in (False, True)} == {True}
    assert {each.gpu_memory_gb for each in GPU_TYPES.values()} >= {16, 24, 40, 48, 80}
    assert find_gpu_type("g6e.xlarge").gpu == "L40S"


def test_alarms_without_a_recipient_are_a_warning() -> None:
    """It names the stage and the setting; an address ends it."""
    (warning,) = list_warnings(PROD)
    assert "alarm_email" in warning
    assert "prod" in warning
    assert list_warnings(replace(PROD, alarm_email="ops@example.com")) == []
