"""Batch drafting: a state machine that runs one ECS task per shard."""

import json
from typing import Any

from aws_cdk.assertions import Template

from gpu_service.settings import read_settings
from infra.service.batch_shards import MAX_ATTEMPTS, SHARD
from infra.service.gpu_task import VLLM
from infra.settings import PROD
from lambdas.batch.settings import BatchSettings, Shard
from tests.infra.service.conftest import find_all, find_task, list_statements


def read_states(template: Template) -> dict[str, Any]:
    """The states of the machine; references are `x`."""
    (machine,) = find_all(template, "AWS::StepFunctions::StateMachine")
    joined = machine["DefinitionString"]["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else "x" for part in joined)
    states: dict[str, Any] = json.loads(text)["States"]
    return states


def read_run_state(template: Template) -> dict[str, Any]:
    (state,) = read_states(template)["Shards"]["ItemProcessor"]["States"].values()
    run: dict[str, Any] = state
    return run


def test_the_machine_plans_maps_the_shards_and_publishes(stage: Template) -> None:
    """A distributed map over JSON lines; each child waits for its task."""
    states = read_states(stage)
    shards = states["Shards"]
    assert states["PlanRun"]["Next"] == "Shards"
    assert shards["Next"] == "PublishRun"
    assert shards["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert shards["ItemReader"]["ReaderConfig"]["InputType"] == "JSONL"
    assert read_run_state(stage)["Resource"].endswith("ecs:runTask.sync")


def test_a_task_gets_the_shard_that_it_drafts(stage: Template) -> None:
    """The overrides, with the task's own variables, are all that the job's settings need."""
    (override,) = read_run_state(stage)["Parameters"]["Overrides"]["ContainerOverrides"]
    passed = {row["Name"]: "0" for row in override["Environment"]}
    assert override["Name"] == SHARD
    assert Shard.from_environment(passed | {"EDGEFILL_BATCH_RUN": "r"}).index == 0
    own = {row["Name"]: row["Value"] for row in find_task(stage, SHARD)[SHARD]["Environment"]}
    assert BatchSettings.from_environment(dict.fromkeys(own, "0")).table
    service = {name: text for name, text in own.items() if name.startswith("EDGEFILL_GPU_")}
    assert read_settings(service).engine == "openai"


def test_a_shard_runs_on_vllm_and_decides_the_tasks_end(stage: Template) -> None:
    """The same pair of containers; only the shard is essential, so its exit status counts."""
    containers = find_task(stage, SHARD)
    assert containers[VLLM]["Essential"] is False
    assert containers[SHARD]["Essential"] is True
    assert containers[SHARD]["DependsOn"] == [{"Condition": "HEALTHY", "ContainerName": VLLM}]
    assert containers[VLLM]["Command"] == find_task(stage, "gpu-service")[VLLM]["Command"]


def test_a_shard_that_fails_is_drafted_again(stage: Template) -> None:
    """Three attempts, as for a lost Spot machine; none waits for longer than the timeout."""
    state = read_run_state(stage)
    (retry,) = state["Retry"]
    assert retry["MaxAttempts"] == MAX_ATTEMPTS - 1
    assert retry["ErrorEquals"] == ["States.ALL"]
    assert state["TimeoutSeconds"] == 3 * 3600


def test_no_more_tasks_than_machines(templates: dict[str, Template]) -> None:
    """A task that has to wait for a machine would use up its time."""
    assert PROD.gpu is not None
    states = read_states(templates["prod-Service"])
    assert states["Shards"]["MaxConcurrency"] == PROD.gpu.max_batch_machines


def test_stopping_a_run_may_stop_its_tasks(stage: Template) -> None:
    """P2: Step Functions stops the task of an execution that is stopped, if it may."""
    actions = json.dumps([row["Action"] for row in list_statements(stage)])
    assert "ecs:StopTask" in actions
    assert "ecs:DescribeTasks" in actions


def test_there_is_no_aws_batch(stage: Template) -> None:
    """Step Functions cannot submit a job of several containers to it."""
    types = {row["Type"] for row in stage.to_json()["Resources"].values()}
    assert not [each for each in types if each.startswith("AWS::Batch::")]
