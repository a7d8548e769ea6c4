"""Checks EC2's quotas of vCPUs for the GPU types of a deployment.

Quota names: docs.aws.amazon.com/AWSEC2/latest/UserGuide, "On-Demand Instance quotas" and "Spot
Instance quotas". A new account has 0 for GPUs. The code of a quota comes from the account itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edgefill.operations.check_result import CheckResult, fail_check, pass_check, warn_check
from edgefill.operations.preflight.account import AccountReader, ServiceQuota
from edgefill.operations.preflight.deployment_needs import DeploymentNeeds, GpuNeed

ON_DEMAND = {"g": "Running On-Demand G and VT instances", "p": "Running On-Demand P instances"}
SPOT = {
    "g": "All G and VT Spot Instance Requests",
    "p": "All P4, P3 and P2 Spot Instance Requests",
}
P5_SPOT = "All P5 Spot Instance Requests"


def check_quotas(account: AccountReader, needs: DeploymentNeeds) -> Iterator[CheckResult]:
    """One result for each kind of machine: offered, and a quota for one; AccountUnreadable."""
    if needs.gpus:
        quotas = account.read_ec2_quotas()
        for gpu in needs.gpus:
            yield _check_gpu(gpu, account.read_vcpus(gpu.instance_type), quotas, needs)


def name_quota(instance_type: str, *, is_spot: bool) -> str:
    """The name of the quota that counts an instance type."""
    if is_spot and instance_type.startswith(("p5", "p6")):
        return P5_SPOT
    names = SPOT if is_spot else ON_DEMAND
    return names["p" if instance_type.startswith("p") else "g"]


def _check_gpu(
    gpu: GpuNeed,
    vcpus: int | None,
    quotas: Mapping[str, ServiceQuota],
    needs: DeploymentNeeds,
) -> CheckResult:
    if vcpus is None:
        return fail_check(
            "quota",
            f"{needs.region} does not offer {gpu.instance_type}",
            remedy="choose another GPU type in infra/settings.py",
        )
    name = name_quota(gpu.instance_type, is_spot=gpu.is_spot)
    quota = quotas.get(name)
    value = quota.value if quota else 0.0
    text = f"{name}: {value:g} vCPUs; {gpu.instance_type} has {vcpus}"
    wanted = vcpus * needs.max_machines
    remedy = build_request_command(quota, name, wanted, region=needs.region)
    if value < vcpus:
        return fail_check("quota", f"{text}, so no GPU can start", remedy=remedy)
    if value < wanted:
        return warn_check("quota", f"{text}, so not all {needs.max_machines} can", remedy=remedy)
    return pass_check("quota", text)


def build_request_command(
    quota: ServiceQuota | None, name: str, wanted: int, *, region: str
) -> str:
    """The command that requests a quota of `wanted` vCPUs."""
    if quota is None:
        return f"request {wanted} vCPUs of {name!r} in the Service Quotas console"
    return (
        "run `aws service-quotas request-service-quota-increase --service-code ec2 "
        f"--quota-code {quota.code} --desired-value {wanted} --region {region}`; visitors get "
        "fallbacks meanwhile"
    )
