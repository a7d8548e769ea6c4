"""The state machine of batch drafting: plan, draft every group of shards, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from edgefill.packs.layout import SHARDS
from infra.nag_suppressions import find_logical_id, suppress_finding

if TYPE_CHECKING:
    from aws_cdk import aws_batch as batch
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

MAX_FAILED_PERCENT = 5  # with a larger share of failed array jobs the run fails


def create_state_machine(
    scope: Construct,
    *,
    plan: lambda_.Function,
    write: sfn.IChainable,
    publish: lambda_.Function,
    bucket: s3.Bucket,
    log: logs.ILogGroup,
) -> sfn.StateMachine:
    """`write` runs once for each line of the file in `bucket` that `plan` returns."""
    run_input = {"run": sfn.JsonPath.execution_name, "input": sfn.JsonPath.entire_payload}
    plan_step = _invoke_step(scope, "PlanRun", plan, payload=sfn.TaskInput.from_object(run_input))
    publish_step = _invoke_step(scope, "PublishRun", publish)
    group_map = _map_groups(scope, bucket).item_processor(write)
    machine = sfn.StateMachine(
        scope,
        "Machine",
        definition_body=sfn.DefinitionBody.from_chainable(
            plan_step.next(group_map).next(publish_step)
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


def submit_shard_group(
    scope: Construct, *, queue: batch.IJobQueue, shard: batch.IJobDefinition
) -> tasks.BatchSubmitJob:
    """One array job of SHARDS shards; AWS Batch sets AWS_BATCH_JOB_ARRAY_INDEX for each."""
    group = sfn.JsonPath.format("{}", sfn.JsonPath.string_at("$.group"))
    return tasks.BatchSubmitJob(
        scope,
        "WriteGroup",
        job_definition_arn=shard.job_definition_arn,
        job_name="edgefill-shards",
        job_queue_arn=queue.job_queue_arn,
        array_size=SHARDS,
        container_overrides=tasks.BatchContainerOverrides(
            environment={
                "EDGEFILL_BATCH_RUN": sfn.JsonPath.string_at("$.run"),
                "EDGEFILL_BATCH_GROUP": group,
            }
        ),
    )


def _map_groups(scope: Construct, bucket: s3.Bucket) -> sfn.DistributedMap:
    return sfn.DistributedMap(
        scope,
        "Groups",
        item_reader=sfn.S3JsonLItemReader(bucket=bucket, key=sfn.JsonPath.string_at("$.groups")),
        item_selector={
            "group": sfn.JsonPath.string_at("$$.Map.Item.Value.group"),
            "run": sfn.JsonPath.string_at("$.run"),
        },
        max_concurrency=50,
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
        "*": "Log delivery, X-Ray and batch:DescribeJobs support no resource.",
        **dict.fromkeys(versions, "Every version of the machine's own steps."),
        f"arn:<AWS::Partition>:s3:::{plans}/*": "The map reads the plan that the run wrote.",
        f"arn:aws:batch:{stack.region}:{stack.account}:job-definition/*": "The CDK adds this "
        "grant: a job definition's ARN ends in a revision; the queue is named exactly.",
        f"{runs}:*": "A map's child executions get their names at run time.",
        f"{runs}/*:*": "A map's child executions get their names at run time.",
    }.items():
        suppress_finding(machine, f"AwsSolutions-IAM5[Resource::{resource}]", reason)
