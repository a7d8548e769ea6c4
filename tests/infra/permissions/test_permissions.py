"""Every role may do what its principal does, and nothing else."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from infra.settings import STAGES
from tests.infra.permissions.call_record import read_record
from tests.infra.permissions.needs import OPERATIONS, list_needs, read_line
from tests.infra.permissions.policies import Permission, list_permissions
from tests.infra.permissions.principals import find_principals
from tests.infra.permissions.recorder import NOBODY
from tests.infra.stage_templates import Stage, StageTemplates, read_stage

# Calls that tests make of adapters and no deployed entry point makes, each with who makes them.
NOT_DEPLOYED = {
    "edgefill/demand/dead_letters.py sqs:ChangeMessageVisibility": "people, by edgefill queue",
    "edgefill/demand/dead_letters.py sqs:GetQueueAttributes": "people, by edgefill queue",
    "edgefill/demand/dead_letters.py sqs:GetQueueUrl": "people, by edgefill queue",
    "edgefill/demand/table.py dynamodb:CreateTable": "tests and one machine; here CloudFormation",
    "edgefill/demand/table.py dynamodb:UpdateTimeToLive": "as CreateTable",
    "edgefill/store/s3.py s3:DeleteObject": "people, by edgefill review",
    "gpu_service/weights/s3.py s3:GetObject": "a GPU service on a machine of one's own",
    "gpu_service/weights/s3.py s3:ListObjectsV2": "as above; here vLLM reads the weights",
}


def judge(templates: Stage, record: dict[str, set[str]]) -> list[str]:
    """What a role lacks, and what it has without a need."""
    stage = StageTemplates(templates)
    allowed, findings, claimed = list_permissions(stage), [], set()
    for principal in find_principals(stage):
        claimed.add(principal.role)
        needs, has = list_needs(principal, record), allowed[principal.role]
        for need in needs:
            if not any(each.covers(need) for each in has):
                findings.append(f"{principal.name} lacks {describe(need)}")
        for each in has:
            if not any(each.is_justified_by(need) for need in needs):
                findings.append(f"{principal.name} does not need {describe(each)}")
    findings += [f"nobody uses the role {role}" for role in allowed.keys() - claimed]
    return sorted(findings)


def describe(permission: Permission) -> str:
    conditions = f" if {permission.conditions}" if permission.conditions else ""
    return f"{permission.action} on {permission.resource}{conditions}"


@pytest.mark.parametrize("stage", STAGES)
def test_every_role_may_do_what_it_does_and_nothing_else(assembly: Path, stage: str) -> None:
    """For every call that the tests of the code have made, and what AWS does in its name."""
    assert judge(read_stage(assembly, stage), read_record()) == []


def test_every_call_of_an_adapter_has_a_principal() -> None:
    """A new call that no entry point makes in any test could not be judged, so it is refused."""
    record = read_record()
    calls = {name: {" ".join(line.split()[:2]) for line in lines} for name, lines in record.items()}
    deployed = set().union(*(lines for name, lines in calls.items() if name != NOBODY))
    assert calls[NOBODY] - deployed == NOT_DEPLOYED.keys()


def test_an_operation_without_known_actions_is_refused() -> None:
    """A guess would prove nothing."""
    with pytest.raises(LookupError, match=r"s3:CopyObject: add its actions"):
        list(read_line("edgefill/store/s3.py s3:CopyObject t/live/*"))
    made = {
        line.split()[1] for name, lines in read_record().items() if name != NOBODY for line in lines
    }
    assert made == OPERATIONS.keys()


def find_statement(templates: Stage, action: str) -> dict[str, Any]:
    """The first statement with an action, of any stack."""
    return next(
        statement
        for template in templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if action in statement["Action"]
    )


def drop(action: str) -> Any:
    return lambda each: find_statement(each, action).update(Action="dynamodb:Scan")


def widen(action: str) -> Any:
    return lambda each: find_statement(each, action).update(Resource="*")


def move_to_table(templates: Stage) -> None:
    """Allow the queue's action on the table only."""
    statement, table = find_statement(templates, "sqs:SendMessage"), "dynamodb:PutItem"
    statement["Resource"] = find_statement(templates, table)["Resource"]


def attach_managed_policy(templates: Stage) -> None:
    role = next(
        each for each in templates["Edge"]["Resources"].values() if each["Type"] == "AWS::IAM::Role"
    )
    role["Properties"]["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AdministratorAccess"]


def add_role(templates: Stage) -> None:
    templates["Edge"]["Resources"]["Extra"] = {"Type": "AWS::IAM::Role", "Properties": {}}


def add_condition(templates: Stage) -> None:
    """A condition can refuse the call, so a statement with one is not enough."""
    statement = find_statement(templates, "ecs:UpdateService")
    statement["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}


@pytest.mark.parametrize(
    ("plant", "finding"),
    [
        (drop("sqs:SendMessage"), "api lacks sqs:SendMessage on <Store.DemandKeys"),
        (drop("dynamodb:Query"), "plan lacks dynamodb:Query on <Store.DemandTable"),
        (drop("ecs:UpdateService"), "api does not need dynamodb:Scan on <Service.GpuService"),
        (widen("ecs:DescribeClusters"), "api does not need ecs:DescribeClusters on *"),
        (widen("ecr:BatchGetImage"), "does not need ecr:BatchGetImage on *"),
        (widen("s3:PutObject"), "does not need s3:PutObject on *"),
        (move_to_table, "api lacks sqs:SendMessage on <Store.DemandKeys"),
        (attach_managed_policy, "edge does not need * on arn:aws:iam::aws:policy/Admin"),
        (add_role, "nobody uses the role <Edge.Extra>"),
        (add_condition, "api lacks ecs:UpdateService on <Service.GpuService"),
    ],
)
def test_a_planted_fault_is_found(assembly: Path, plant: Any, finding: str) -> None:
    """The check is able to fail: an action missing, too many, elsewhere, too wide."""
    templates = deepcopy(read_stage(assembly, "dev"))
    plant(templates)
    assert any(finding in each for each in judge(templates, read_record()))


def find_function(templates: Stage, handler: str) -> dict[str, Any]:
    return next(
        row["Properties"]
        for template in templates.values()
        for row in template["Resources"].values()
        if row["Type"] == "AWS::Lambda::Function" and row["Properties"]["Handler"] == handler
    )


def name_tokens(templates: Stage) -> None:
    """The canary is told of a secret that its role may not read."""
    canary = find_function(templates, "lambdas.canary.handler.handler")
    canary["Environment"]["Variables"]["EDGEFILL_CANARY_TOKENS_SECRET"] = "tokens"


@pytest.mark.parametrize(
    ("plant", "finding"),
    [
        (drop("ssm:PutParameter"), "recorder lacks ssm:PutParameter on arn:aws:ssm:us-east-1:"),
        (widen("ssm:PutParameter"), "recorder does not need ssm:GetParameter on *"),
        (widen("elasticloadbalancing:ModifyRule"), "ECS, traffic does not need"),
        (drop("elasticloadbalancing:RegisterTargets"), "ECS, traffic lacks"),
        (name_tokens, "canary lacks secretsmanager:GetSecretValue on arn:aws:secretsmanager:"),
    ],
)
def test_a_planted_fault_of_a_rollout_is_found(assembly: Path, plant: Any, finding: str) -> None:
    """In a stage that has room for two versions of the model."""
    templates = deepcopy(read_stage(assembly, "prod"))
    plant(templates)
    assert any(finding in each for each in judge(templates, read_record()))


def test_a_call_that_the_record_gains_needs_a_permission(assembly: Path) -> None:
    """A new call of the worker to ECS would be refused at run time, so it is found here."""
    record = read_record()
    record["worker"].add("edgefill/store/s3.py s3:PutObject releases/*")
    findings = judge(read_stage(assembly, "prod"), record)
    assert [each.partition(" on ")[0] for each in findings] == ["worker lacks s3:PutObject"]
