"""The state machine of batch drafting: plan, draft every shard, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from infra.nag_suppressions import find_logical_id, suppress_finding

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.service.batch_shards import ShardTasks

MAX_FAILED_PERCENT = 5  # with a larger share of failed shards the run fails


def create_state_machine(
    scope: Construct,
    *,
    plan: lambda_.Function,
    shards: ShardTasks,
    publish: lambda_.Function,
    bucket: s3.Bucket,
    concurrency: int,
    log: logs.ILogGroup,
) -> sfn.StateMachine:
    """Run `shards` for each line of the file in `bucket` that `plan` returns."""
    run_input = {"run": sfn.JsonPath.execution_name, "input": sfn.JsonPath.entire_payload}
    plan_step = _invoke_step(scope, "PlanRun", plan, payload=sfn.TaskInput.from_object(run_input))
    publish_step = _invoke_step(scope, "PublishRun", publish)
    shard_map = _map_shards(scope, bucket, concurrency).item_processor(shards.run)
    machine = sfn.StateMachine(
        scope,
        "Machine",
        definition_body=sfn.DefinitionBody.from_chainable(
            plan_step.next(shard_map).next(publish_step)
        ),
        timeout=Duration.hours(24),
        tracing_enabled=True,
        logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL),
    )
    _suppress_findings(machine, steps=(plan, publish), bucket=bucket)
    return machine


def _invoke_step(
    scope: Construct, id_: str, function: lambda_.IFunction, payload: sfn.TaskInput | None = None
) -> tasks.LambdaInvoke:
    return tasks.LambdaInvoke(
        scope, id_, lambda_function=function, payload=payload, payload_response_only=True
    )


def _map_shards(scope: Construct, bucket: s3.Bucket, concurrency: int) -> sfn.DistributedMap:
    """Run as many tasks at a time as there may be machines, so that none waits for one for long."""
    return sfn.DistributedMap(
        scope,
        "Shards",
        item_reader=sfn.S3JsonLItemReader(bucket=bucket, key=sfn.JsonPath.string_at("$.shards")),
        item_selector={
            "group": sfn.JsonPath.string_at("$$.Map.Item.Value.group"),
            "index": sfn.JsonPath.string_at("$$.Map.Item.Value.index"),
            "run": sfn.JsonPath.string_at("$.run"),
        },
        max_concurrency=concurrency,
        tolerated_failure_percentage=MAX_FAILED_PERCENT,
        result_path=sfn.JsonPath.DISCARD,
    )


def _suppress_findings(
    machine: sfn.StateMachine, *, steps: tuple[lambda_.Function, ...], bucket: s3.Bucket
) -> None:
    """Suppress the findings about grants that the CDK adds for tasks, log and map."""
    stack = Stack.of(machine)
    name = find_logical_id(machine)
    runs = (
        f"arn:aws:states:{stack.region}:{stack.account}:execution:"
        f'{{"Fn::Select":[6,{{"Fn::Split":[":",{{"Ref":"{name}"}}]}}]}}'
    )
    versions = [f"<{find_logical_id(step)}.Arn>:*" for step in steps]
    home = Stack.of(bucket)
    plans = stack.resolve(home.export_value(bucket.bucket_name))["Fn::ImportValue"]
    for resource, reason in {
        "*": "Log delivery and X-Ray support no resource; a task's ARN ends in a random id.",
        **dict.fromkeys(versions, "Every version of the machine's own steps."),
        f"arn:<AWS::Partition>:s3:::{plans}/*": "The map reads the plan that the run wrote.",
        f"{runs}:*": "A map's child executions get their names at run time.",
        f"{runs}/*:*": "A map's child executions get their names at run time.",
    }.items():
        suppress_finding(machine, f"AwsSolutions-IAM5[Resource::{resource}]", reason)
