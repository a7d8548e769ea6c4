"""Finds who acts in a stage: its role, and the resources that its own settings name.

A principal is found by what it runs (a handler, a command), never by a logical id. The names of a
place such as `{bucket}` are those of tests/infra/permissions/needs.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.infra.stage_templates import StageTemplates

HANDLERS = {
    "lambdas.api.handler.handler": "api",
    "lambdas.api.worker.handler": "worker",
    "lambdas.batch.steps.plan": "plan",
    "lambdas.batch.steps.publish": "publish",
    "lambdas.wake.phases.handler": "wake",
    "lambdas.rollout.live_model.handler": "recorder",
    "lambdas.rollout.smoke_hook.handler": "smoke test",
    "lambdas.canary.handler.handler": "canary",
}
# The last words of an environment variable, and the place that its value is.
VARIABLES = {
    "_BUCKET": "bucket",
    "_TABLE": "table",
    "_QUEUE_URL": "queue",
    "_GPU_CLUSTER": "cluster",
    "_GPU_SERVICE": "service",
    "_ROLLOUT_CLUSTER": "cluster",
    "_ROLLOUT_SERVICE": "service",
    "_LIVE_PARAMETER": "parameter",
    "_TOKENS_SECRET": "secret",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`kinds` choose the rows of needs.py, `places` are the resources that they name."""

    name: str
    role: str
    kinds: frozenset[str]
    places: Mapping[str, str] = field(default_factory=dict)


def find_principals(stage: StageTemplates) -> list[Principal]:
    """Everyone in the stage that has a role."""
    return [
        *_find_functions(stage),
        *_find_tasks(stage),
        *_find_machines(stage),
        *_find_state_machines(stage),
        *_find_flow_logs(stage),
        *_find_shifts(stage),
        *_find_hooks(stage),
    ]


def _find_functions(stage: StageTemplates) -> Iterator[Principal]:
    polled = {
        stage.resolve(row["FunctionName"], stack): stage.resolve(row["EventSourceArn"], stack)
        for stack, _, row in stage.find_all("AWS::Lambda::EventSourceMapping")
    }
    for stack, id_, row in stage.find_all("AWS::Lambda::Function"):
        name = "edge" if stack == "Edge" else HANDLERS[row["Handler"]]
        places = _read_variables(stage, stack, row.get("Environment", {}).get("Variables", {}))
        if "LoggingConfig" in row:
            places["log"] = stage.resolve(row["LoggingConfig"]["LogGroup"], stack)
        kinds = {name} | ({"function"} if stack != "Edge" else set())
        if "VpcConfig" in row:
            kinds.add("function in the network")
        if f"<{stack}.{id_}>" in polled:
            kinds.add("polled function")
            places["queue"] = polled[f"<{stack}.{id_}>"]
        if name == "edge":
            places["bucket"] = _find_edge_bucket(stage)
        yield _make(name, stage.resolve(row["Role"], stack), kinds, places)


def _read_variables(
    stage: StageTemplates, stack: str, variables: Mapping[str, Any]
) -> dict[str, str]:
    return {
        place: stage.resolve(value, stack)
        for name, value in variables.items()
        for ending, place in VARIABLES.items()
        if name.startswith("EDGEFILL_") and name.endswith(ending)
    }


def _find_edge_bucket(stage: StageTemplates) -> str:
    """The bucket in the header from which the edge function knows it (infra/edge/origins.py)."""
    ((stack, _, row),) = stage.find_all("AWS::CloudFront::Distribution")
    stores = {
        stage.resolve(header["HeaderValue"], stack)
        for origin in row["DistributionConfig"]["Origins"]
        for header in origin.get("OriginCustomHeaders", ())
        if header["HeaderName"] == "X-Edgefill-Store"
    }
    return stores.pop().removeprefix("https://")


def _find_tasks(stage: StageTemplates) -> Iterator[Principal]:
    for stack, _, row in stage.find_all("AWS::ECS::TaskDefinition"):
        containers = {each["Name"]: each for each in row["ContainerDefinitions"]}
        commands = {" ".join(map(str, each.get("Command", ()))) for each in containers.values()}
        name = "shard" if any("lambdas.batch.shard_job" in each for each in commands) else "gpu"
        places: dict[str, str] = {}
        for container in containers.values():
            variables = {each["Name"]: each["Value"] for each in container.get("Environment", ())}
            places |= _read_variables(stage, stack, variables)
            options = container["LogConfiguration"]["Options"]
            places["log"] = stage.resolve(options["awslogs-group"], stack)
        places |= _read_weights(stage, stack, containers["vllm"]["Command"])
        kinds = {name, "vllm"}
        yield _make(name, stage.resolve(row["TaskRoleArn"], stack), kinds, places)
        execution = stage.resolve(row["ExecutionRoleArn"], stack)
        yield _make(f"{name}, ECS for it", execution, {"task execution"}, places)


def _read_weights(stage: StageTemplates, stack: str, command: list[Any]) -> dict[str, str]:
    """The bucket of the URL after vLLM's `--model`, and the folder with every version."""
    url = stage.resolve(command[command.index("--model") + 1], stack)
    models, _, folder = url.removeprefix("s3://").partition("/")
    return {"models": models, "versions": folder.rpartition("/")[0]}


def _find_machines(stage: StageTemplates) -> Iterator[Principal]:
    """A role for each cluster: from its capacity providers to groups, templates and profiles."""
    rows = {
        f"<{stack}.{id_}>": (stack, row)
        for type_ in (
            "AWS::ECS::CapacityProvider",
            "AWS::AutoScaling::AutoScalingGroup",
            "AWS::EC2::LaunchTemplate",
            "AWS::IAM::InstanceProfile",
        )
        for stack, id_, row in stage.find_all(type_)
    }
    for stack, _, association in stage.find_all("AWS::ECS::ClusterCapacityProviderAssociations"):
        cluster, roles = stage.resolve(association["Cluster"], stack), set()
        for provider in association["CapacityProviders"]:
            home, row = rows[stage.resolve(provider, stack)]
            group = row["AutoScalingGroupProvider"]["AutoScalingGroupArn"]
            home, row = rows[stage.resolve(group, home)]
            template = row["LaunchTemplate"]["LaunchTemplateId"]
            home, row = rows[stage.resolve(template, home)]
            profile = row["LaunchTemplateData"]["IamInstanceProfile"]["Arn"]
            home, row = rows[stage.resolve(profile, home)]
            roles.add(stage.resolve(row["Roles"][0], home))
        for role in roles:
            yield _make(f"machines of {cluster}", role, {"machine"}, {"cluster": cluster})


def _find_state_machines(stage: StageTemplates) -> Iterator[Principal]:
    """The places of the only state machine are in its definition."""
    tasks = {
        row["Family"]: (stack, id_, row)
        for stack, id_, row in stage.find_all("AWS::ECS::TaskDefinition")
    }
    for stack, id_, row in stage.find_all("AWS::StepFunctions::StateMachine"):
        states = json.loads(stage.resolve(row["DefinitionString"], stack))["States"]
        run = next(
            each["Parameters"]
            for each in states["Shards"]["ItemProcessor"]["States"].values()
            if "ecs:runTask" in each["Resource"]
        )
        home, task, definition = tasks[run["TaskDefinition"]]
        places = {
            "machine": f"<{stack}.{id_}>",
            "task": f"<{home}.{task}>",
            "task role": stage.resolve(definition["TaskRoleArn"], home),
            "execution role": stage.resolve(definition["ExecutionRoleArn"], home),
            "bucket": states["Shards"]["ItemReader"]["Parameters"]["Bucket"],
        }
        for name in ("PlanRun", "PublishRun"):
            places[name] = states[name]["Resource"]
        yield _make("state machine", stage.resolve(row["RoleArn"], stack), {"states"}, places)


def _find_flow_logs(stage: StageTemplates) -> Iterator[Principal]:
    for stack, _, row in stage.find_all("AWS::EC2::FlowLog"):
        log = stage.resolve(row.get("LogGroupName") or row["LogDestination"], stack)
        role = stage.resolve(row["DeliverLogsPermissionArn"], stack)
        yield _make("flow log", role, {"flow log"}, {"log": log})


def _find_shifts(stage: StageTemplates) -> Iterator[Principal]:
    """ECS itself, when it moves the traffic of a service between two target groups."""
    rules = {
        f"<{stack}.{id_}>": stage.resolve(row["ListenerArn"], stack)
        for stack, id_, row in stage.find_all("AWS::ElasticLoadBalancingV2::ListenerRule")
    }
    for stack, _, row in stage.find_all("AWS::ECS::Service"):
        for balanced in row["LoadBalancers"]:
            if "AdvancedConfiguration" in balanced:
                pair = {
                    name: stage.resolve(value, stack)
                    for name, value in {**balanced, **balanced["AdvancedConfiguration"]}.items()
                }
                places = {
                    "targets": pair["TargetGroupArn"],
                    "other targets": pair["AlternateTargetGroupArn"],
                    "rule": pair["ProductionListenerRule"],
                    "test rule": pair["TestListenerRule"],
                    "listener": rules[pair["ProductionListenerRule"]],
                    "test listener": rules[pair["TestListenerRule"]],
                }
                yield _make("ECS, traffic", pair["RoleArn"], {"shift"}, places)


def _find_hooks(stage: StageTemplates) -> Iterator[Principal]:
    """ECS itself, when it asks the smoke test; the hook is in what `edgefill model` sends."""
    for stack, _, row in stage.find_all("AWS::SSM::Parameter"):
        if row["Name"].endswith("/model-rollout"):
            deployment = json.loads(stage.resolve(row["Value"], stack))["deployment"]
            for hook in deployment.get("lifecycleHooks", ()):
                places = {"function": hook["hookTargetArn"]}
                yield _make("ECS, hook", hook["roleArn"], {"hook"}, places)


def _make(name: str, role: str, kinds: set[str], places: Mapping[str, str]) -> Principal:
    return Principal(name=name, role=role, kinds=frozenset(kinds), places=places)
