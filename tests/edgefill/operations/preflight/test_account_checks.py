"""The checks of an account, against one in memory."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from edgefill.operations.check_result import CheckResult
from edgefill.operations.preflight.account import (
    AccountUnreadable,
    CertificateState,
    CredentialsMissing,
    MemoryAccount,
)
from edgefill.operations.preflight.account_checks import check_account, check_region
from edgefill.operations.preflight.deployment_needs import DeploymentNeeds, GpuNeed
from edgefill.operations.preflight.quotas import name_quota
from tests.edgefill.operations.sizing.model_configs import MISTRAL_7B

NOW = datetime(2026, 11, 30, tzinfo=UTC)
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"
NEEDS = DeploymentNeeds(
    stage="prod",
    region="us-east-1",
    gpus=(GpuNeed(instance_type="g6.xlarge"),),
    max_machines=4,
    weights="models/default",
    domain="shop.example.com",
    certificate_arn=ARN,
    alarm_email="ops@example.com",
)
MODEL = {
    "config.json": json.dumps(MISTRAL_7B).encode(),
    "tokenizer.json": b"{}",
    "chat_template.jinja": b"{}",
    "model.safetensors": b"x",
}
READY = MemoryAccount(
    quotas={"Running On-Demand G and VT instances": 16},
    vcpus={"g6.xlarge": 4},
    bootstrap=28,
    certificates={
        ARN: CertificateState(
            status="ISSUED", names=("*.example.com",), expires=NOW + timedelta(days=90)
        )
    },
    resources={
        ("Edgefill-prod-Service", "AWS::S3::Bucket"): "models-1",
        ("Edgefill-prod-Monitoring", "AWS::SNS::Topic"): "arn:aws:sns:us-east-1:1:alarms",
    },
    subscriptions={"ops@example.com": True},
    objects={f"models-1/models/default/{name}": content for name, content in MODEL.items()},
)


def check(account: MemoryAccount, needs: DeploymentNeeds = NEEDS) -> dict[str, CheckResult]:
    return {result.name: result for result in check_account(account, needs, now=NOW)}


def test_a_ready_account_passes_every_check() -> None:
    """Credentials, bootstrap, quota, weights, their fit, certificate and recipient."""
    results = check(READY)
    assert list(results) == [
        *("credentials", "bootstrap", "quota", "weights", "fit", "certificate", "alarms"),
    ]
    assert {result.status for result in results.values()} == {"ok"}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (CredentialsMissing("Unable to locate credentials"), "none that AWS accepts"),
        (AccountUnreadable("EndpointConnectionError: no network"), "no network"),
    ],
)
def test_without_credentials_nothing_else_is_asked(error: AccountUnreadable, message: str) -> None:
    """One clear line with the remedy."""
    results = check(replace(READY, failures={"read_caller": error}))
    assert list(results) == ["credentials"]
    assert results["credentials"].status == "fail"
    assert message in results["credentials"].text


def test_the_root_user_is_a_warning() -> None:
    """It works, but should not be used."""
    root = replace(READY, caller="arn:aws:iam::123456789012:root")
    assert check(root)["credentials"].status == "warn"


def test_a_refused_question_is_a_warning_that_names_the_action() -> None:
    """The other checks still run."""
    refused = AccountUnreadable("AccessDenied: not authorized: servicequotas:ListServiceQuotas")
    results = check(replace(READY, failures={"read_ec2_quotas": refused}))
    assert results["quota"].status == "warn"
    assert "servicequotas:ListServiceQuotas" in results["quota"].text
    assert results["alarms"].status == "ok"


@pytest.mark.parametrize(("version", "status"), [(None, "fail"), (5, "fail"), (6, "ok")])
def test_the_bootstrap_must_be_recent(version: int | None, status: str) -> None:
    """The remedy is the command."""
    result = check(replace(READY, bootstrap=version))["bootstrap"]
    assert result.status == status
    assert status == "ok" or "cdk bootstrap -c stage=prod" in result.remedy


@pytest.mark.parametrize(("vcpus", "status"), [(0, "fail"), (4, "warn"), (16, "ok")])
def test_the_quota_must_hold_a_machine(vcpus: int, status: str) -> None:
    """0 in a new account; less than all machines is a warning. The remedy requests enough."""
    quotas = {"Running On-Demand G and VT instances": vcpus}
    result = check(replace(READY, quotas=quotas))["quota"]
    assert result.status == status
    assert status == "ok" or "--quota-code L-1 --desired-value 16" in result.remedy


def test_a_quota_that_the_account_does_not_list_counts_as_none() -> None:
    """The remedy then names the console."""
    result = check(replace(READY, quotas={}))["quota"]
    assert result.status == "fail"
    assert "console" in result.remedy


def test_a_gpu_type_that_the_region_does_not_offer_fails() -> None:
    """Or one that is misspelt."""
    result = check(READY, replace(NEEDS, gpus=(GpuNeed(instance_type="g6.tiny"),)))["quota"]
    assert "does not offer g6.tiny" in result.text


@pytest.mark.parametrize(
    ("instance_type", "is_spot", "name"),
    [
        ("g6.xlarge", False, "Running On-Demand G and VT instances"),
        ("g6e.xlarge", True, "All G and VT Spot Instance Requests"),
        ("p4d.24xlarge", False, "Running On-Demand P instances"),
        ("p4d.24xlarge", True, "All P4, P3 and P2 Spot Instance Requests"),
        ("p5.4xlarge", True, "All P5 Spot Instance Requests"),
    ],
)
def test_each_family_has_its_quota(instance_type: str, name: str, *, is_spot: bool) -> None:
    """Spot has quotas of its own."""
    assert name_quota(instance_type, is_spot=is_spot) == name


def test_missing_weights_fail_with_the_upload() -> None:
    """The bucket exists, but nobody has uploaded a model."""
    result = check(replace(READY, objects={}))["weights"]
    assert result.status == "fail"
    assert "aws s3 sync MODEL_FOLDER s3://models-1/models/default/" in result.remedy


def test_before_the_first_deployment_weights_and_alarms_have_no_place() -> None:
    """The first is a warning, the second is as it should be."""
    results = check(replace(READY, resources={}))
    assert (results["weights"].status, results["alarms"].status) == ("warn", "ok")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "PENDING_VALIDATION"}, "PENDING_VALIDATION"),
        ({"names": ("example.com",)}, "not shop.example.com"),
        ({"expires": NOW + timedelta(days=3)}, "expires on 2026-12-03"),
    ],
)
def test_a_certificate_must_be_issued_for_the_domain(
    change: dict[str, object], message: str
) -> None:
    """And must not be about to expire."""
    certificate = replace(READY.certificates[ARN], **change)  # type: ignore[arg-type]
    result = check(replace(READY, certificates={ARN: certificate}))["certificate"]
    assert result.status == "fail"
    assert message in result.text


def test_an_unknown_certificate_fails() -> None:
    """The ARN in the settings is that of another account, perhaps."""
    assert check(replace(READY, certificates={}))["certificate"].status == "fail"


def test_alarms_need_a_confirmed_recipient() -> None:
    """No address, and an address that has not confirmed, are warnings."""
    silent = check(READY, replace(NEEDS, alarm_email=None))["alarms"]
    pending = check(replace(READY, subscriptions={"ops@example.com": False}))["alarms"]
    assert (silent.status, pending.status) == ("warn", "warn")
    assert "not confirmed" in pending.text


def test_a_stage_without_gpu_and_domain_needs_neither() -> None:
    """Then there are no such lines."""
    needs = DeploymentNeeds(stage="local", region="us-east-1")
    assert list(check(READY, needs)) == ["credentials", "bootstrap", "alarms"]


def test_another_region_in_the_environment_is_a_warning() -> None:
    """The stacks are in us-east-1 whatever it says."""
    assert check_region({}, "us-east-1").status == "ok"
    other = check_region({"AWS_DEFAULT_REGION": "eu-central-1"}, "us-east-1")
    assert other.remedy == "export AWS_REGION=us-east-1"


def test_the_live_version_is_checked_instead_of_the_first_one() -> None:
    """After `edgefill model promote` the folder of the settings need not exist any more."""
    objects = {
        name.replace("models/default/", "models/v2/"): content
        for name, content in READY.objects.items()
    }
    promoted = replace(READY, objects=objects, parameters={"/edgefill/prod/model": "v2"})
    weights = check(promoted)["weights"]
    assert (weights.status, "models/v2/" in weights.text) == ("ok", True)
