"""The template factory at scale: a state machine over lambdas/batch, its shards on GPU machines.

plan (Lambda) -> Distributed Map over groups.jsonl, each an AWS Batch array job, each of its jobs a
shard on a GPU -> publish (Lambda). Machines exist while shards do. A shard that loses its Spot
machine, or fails, is tried again alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.findings import acknowledge, acknowledge_login, logical_id
from infra.functions import (
    PYTHON,
    acknowledge_runtime,
    allow,
    allow_objects,
    function_role,
    log_group,
)
from infra.network import MACHINES
from lambdas.core.layout import SHARDS

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3

    from infra.demand import Demand
    from infra.settings import Settings

TRIES = 3
VCPUS_EACH = 4  # of the smallest machine with one GPU, g6.xlarge
RUNS = "batch/*"
TOLERATED_PERCENT = 5  # of array jobs, before a run counts as failed


class Batch(Construct):
    """`machine` runs with {} or {"top": 100, "canary": 5}; `queue` holds its shards."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        image: ecs.ContainerImage,
        bundle: str,
        vpc: ec2.IVpc,
        bucket: s3.Bucket,
        models: s3.Bucket,
        demand: Demand,
    ) -> None:
        super().__init__(scope, id_)
        assert settings.gpu is not None
        self._settings, self._gpu = settings, settings.gpu
        self._bucket, self._models, self._demand = bucket, models, demand
        self.environment = self._machines(vpc)
        self.queue = batch.JobQueue(
            self,
            "Queue",
            compute_environments=[
                batch.OrderedComputeEnvironment(compute_environment=self.environment, order=1)
            ],
        )
        self.shard = self._shard(image)
        code = lambda_.Code.from_asset(bundle)
        self.plan = self._step("Plan", "plan", code)
        self.publish = self._step("Publish", "publish", code)
        self._admit_steps()
        self.machine = self._state_machine()

    def _machines(self, vpc: ec2.IVpc) -> batch.ManagedEc2EcsComputeEnvironment:
        gpu = self._gpu
        environment = batch.ManagedEc2EcsComputeEnvironment(
            self,
            "Machines",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name=MACHINES),
            instance_types=[ec2.InstanceType(gpu.instance_type)],
            use_optimal_instance_classes=False,
            images=[batch.EcsMachineImage(image_type=batch.EcsMachineImageType.ECS_AL2023_NVIDIA)],
            spot=gpu.spot,
            minv_cpus=0,
            maxv_cpus=gpu.batch_most * VCPUS_EACH,
        )
        acknowledge(
            environment,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AmazonEC2ContainerServiceforEC2Role]",
            "AWS Batch's own machines need what AWS says its agent needs, and that changes.",
        )
        return environment

    def _shard(self, image: ecs.ContainerImage) -> batch.EcsJobDefinition:
        """One GPU, one shard: fetch the weights, then lambdas/batch/machine.py."""
        role = iam.Role(
            self, "ShardRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com")
        )
        allow_objects(role, ["s3:GetObject", "s3:PutObject"], self._bucket, RUNS)
        allow_objects(role, ["s3:GetObject"], self._models, f"{self._gpu.model}/*")
        allow(role, ["s3:ListBucket"], self._bucket.bucket_arn, self._models.bucket_arn)
        weights, folder = self._models.s3_url_for_object(self._gpu.model), "/tmp/weights"  # noqa: S108 the container's own
        fetch = f"/opt/aws/bin/aws s3 sync --only-show-errors {weights} {folder}"
        container = batch.EcsEc2ContainerDefinition(
            self,
            "Container",
            image=image,
            gpu=1,
            cpu=VCPUS_EACH - 1,
            memory=Size.gibibytes(12),
            command=["sh", "-c", f"{fetch} && exec python -m lambdas.batch.machine"],
            environment=self._environment() | {"EDGEFILL_GPU_MODEL": folder},
            job_role=role,
            logging=ecs.LogDriver.aws_logs(
                stream_prefix="shard", log_group=log_group(self, "ShardLog", self._settings)
            ),
        )
        acknowledge_login(container.execution_role)
        return batch.EcsJobDefinition(
            self,
            "Shard",
            container=container,
            retry_attempts=TRIES,
            timeout=Duration.hours(2),
        )

    def _environment(self) -> dict[str, str]:
        """lambdas/batch/settings.py names each."""
        return {
            "EDGEFILL_BATCH_BUCKET": self._bucket.bucket_name,
            "EDGEFILL_BATCH_TABLE": self._demand.table.table_name,
        }

    def _step(self, id_: str, name: str, code: lambda_.Code) -> lambda_.Function:
        log = log_group(self, f"{id_}Log", self._settings)
        function = lambda_.Function(
            self,
            id_,
            runtime=PYTHON,
            handler=f"lambdas.batch.steps.{name}",
            code=code,
            memory_size=1024,
            timeout=Duration.minutes(10),
            environment=self._environment(),
            role=function_role(self, f"{id_}Role", log=log),
            log_group=log,
        )
        acknowledge_runtime(function)
        return function

    def _admit_steps(self) -> None:
        """Planning writes shards and reads demand; publishing reads drafts and writes releases."""
        bucket, table = self._bucket, self._demand.table
        allow_objects(self.plan, ["s3:PutObject"], bucket, RUNS)
        allow(self.plan, ["dynamodb:Query"], table.table_arn)
        allow_objects(self.publish, ["s3:GetObject"], bucket, RUNS)
        for prefix in ("t/*", "releases/*"):
            allow_objects(self.publish, ["s3:GetObject", "s3:PutObject"], bucket, prefix)
        allow(self.publish, ["s3:ListBucket"], bucket.bucket_arn)

    def _state_machine(self) -> sfn.StateMachine:
        plan = tasks.LambdaInvoke(
            self,
            "PlanRun",
            lambda_function=self.plan,
            payload=sfn.TaskInput.from_object(
                {"run": sfn.JsonPath.execution_name, "input": sfn.JsonPath.entire_payload}
            ),
            payload_response_only=True,
        )
        publish = tasks.LambdaInvoke(
            self, "PublishRun", lambda_function=self.publish, payload_response_only=True
        )
        machine = sfn.StateMachine(
            self,
            "Machine",
            definition_body=sfn.DefinitionBody.from_chainable(
                plan.next(self._groups()).next(publish)
            ),
            timeout=Duration.hours(24),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=log_group(self, "MachineLog", self._settings), level=sfn.LogLevel.ALL
            ),
        )
        self._acknowledge(machine)
        return machine

    def _acknowledge(self, machine: sfn.StateMachine) -> None:
        """What CDK grants a state machine for its tasks, its log and its map."""
        stack = Stack.of(self)
        name = logical_id(machine)
        runs = (
            f"arn:aws:states:{stack.region}:{stack.account}:execution:"
            f'{{"Fn::Select":[6,{{"Fn::Split":[":",{{"Ref":"{name}"}}]}}]}}'
        )
        steps = [f"<{logical_id(step)}.Arn>:*" for step in (self.plan, self.publish)]
        home = Stack.of(self._bucket)
        shards = stack.resolve(home.export_value(self._bucket.bucket_name))["Fn::ImportValue"]
        for resource, reason in {
            "*": "Log delivery, X-Ray and batch:DescribeJobs know no resource.",
            **dict.fromkeys(steps, "Whichever version of its own steps."),
            f"arn:<AWS::Partition>:s3:::{shards}/*": "The map reads the plan that its run wrote.",
            f"arn:aws:batch:{stack.region}:{stack.account}:job-definition/*": "CDK's own grant: "
            "a job definition's ARN ends in a revision; the queue is named exactly.",
            f"{runs}:*": "A map's child executions get their names at run time.",
            f"{runs}/*:*": "A map's child executions get their names at run time.",
        }.items():
            acknowledge(machine, f"AwsSolutions-IAM5[Resource::{resource}]", reason)

    def _groups(self) -> sfn.DistributedMap:
        groups = sfn.DistributedMap(
            self,
            "Groups",
            item_reader=sfn.S3JsonLItemReader(
                bucket=self._bucket, key=sfn.JsonPath.string_at("$.groups")
            ),
            item_selector={
                "group": sfn.JsonPath.string_at("$$.Map.Item.Value.group"),
                "run": sfn.JsonPath.string_at("$.run"),
            },
            max_concurrency=50,
            tolerated_failure_percentage=TOLERATED_PERCENT,
            result_path=sfn.JsonPath.DISCARD,
        )
        return groups.item_processor(self._submit())

    def _submit(self) -> tasks.BatchSubmitJob:
        """One array job of SHARDS shards; AWS Batch numbers them in AWS_BATCH_JOB_ARRAY_INDEX."""
        return tasks.BatchSubmitJob(
            self,
            "WriteGroup",
            job_definition_arn=self.shard.job_definition_arn,
            job_name="edgefill-shards",
            job_queue_arn=self.queue.job_queue_arn,
            array_size=SHARDS,
            container_overrides=tasks.BatchContainerOverrides(
                environment={
                    "EDGEFILL_BATCH_RUN": sfn.JsonPath.string_at("$.run"),
                    "EDGEFILL_BATCH_GROUP": sfn.JsonPath.format(
                        "{}", sfn.JsonPath.string_at("$.group")
                    ),
                }
            ),
        )
