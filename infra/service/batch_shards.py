"""The tasks of batch drafting: one shard each, on the same pair of containers as the GPU service.

They run on ECS, not on AWS Batch. A job of several containers is the only way to run vLLM's own
image next to ours, and Step Functions cannot submit such a job: its integration adds container
overrides, which AWS Batch refuses ("Container overrides should not be set for ecsProperties jobs",
repost.aws/questions/QUYUtrKcPGRf-Rj1m1dXJH1Q). `ecs:runTask.sync` accepts them, and stops the task
when the execution is stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.lambda_functions import allow_objects, create_log_group
from infra.service.gpu_machines import GpuMachines
from infra.service.gpu_task import (
    add_vllm_container,
    build_service_environment,
    create_init_process,
    create_task,
    wait_for_vllm,
)
from infra.service.network import MACHINES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_s3 as s3

    from infra.settings import DeploymentSettings

SHARD = "shard"
MAX_ATTEMPTS = 3
RUN_OBJECTS = "batch/*"
# One attempt, with the wait for a machine.
ATTEMPT_TIMEOUT = Duration.hours(3)


class ShardTasks(Construct):
    """`run` is the state that drafts one shard; its input has `run`, `group` and `index`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        image: ecs.ContainerImage,
        environment: Mapping[str, str],
        vpc: ec2.IVpc,
        bucket: s3.Bucket,
        models: s3.Bucket,
    ) -> None:
        super().__init__(scope, id_)
        assert settings.gpu is not None
        self._vpc, self._gpu = vpc, settings.gpu
        self.log = create_log_group(self, "Log", settings)
        self.cluster = ecs.Cluster(
            self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
        )
        self.machines = GpuMachines(
            self,
            "Machines",
            cluster=self.cluster,
            gpu=self._gpu,
            most=self._gpu.max_batch_machines,
        )
        self.task, shard = self._define_task(image, environment, models)
        allow_objects(self.task.task_role, ["s3:GetObject", "s3:PutObject"], bucket, RUN_OBJECTS)
        self.run = self._create_run_state(shard)

    def _define_task(
        self, image: ecs.ContainerImage, environment: Mapping[str, str], models: s3.Bucket
    ) -> tuple[ecs.Ec2TaskDefinition, ecs.ContainerDefinition]:
        """VLLM is not essential, so the end of the shard decides whether the task failed."""
        task = create_task(self, "Task")
        vllm = add_vllm_container(
            task, gpu=self._gpu, models=models, log_group=self.log, essential=False
        )
        shard = task.add_container(
            SHARD,
            image=image,
            memory_reservation_mib=1024,
            linux_parameters=create_init_process(task, "ShardInit"),
            logging=ecs.LogDriver.aws_logs(stream_prefix=SHARD, log_group=self.log),
            command=["python", "-m", "lambdas.batch.shard_job"],
            environment={**environment, **build_service_environment(self._gpu)},
        )
        wait_for_vllm(shard, vllm)
        return task, shard

    def _create_run_state(self, shard: ecs.ContainerDefinition) -> tasks.EcsRunTask:
        """Wait for the task's end; a shard that loses its Spot machine is drafted again."""
        state = tasks.EcsRunTask(
            self,
            "DraftShard",
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            cluster=self.cluster,
            task_definition=self.task,
            launch_target=tasks.EcsEc2LaunchTarget(
                capacity_provider_options=tasks.CapacityProviderOptions.custom(
                    [
                        ecs.CapacityProviderStrategy(
                            capacity_provider=each.capacity_provider_name, weight=1
                        )
                        for each in self.machines.providers
                    ]
                )
            ),
            security_groups=[self._create_task_group()],
            subnets=ec2.SubnetSelection(subnet_group_name=MACHINES),
            container_overrides=[
                tasks.ContainerOverride(container_definition=shard, environment=_pass_shard())
            ],
            task_timeout=sfn.Timeout.duration(ATTEMPT_TIMEOUT),
            result_path=sfn.JsonPath.DISCARD,
        )
        state.add_retry(max_attempts=MAX_ATTEMPTS - 1, interval=Duration.minutes(1), backoff_rate=3)
        return state

    def _create_task_group(self) -> ec2.SecurityGroup:
        """The tasks' security group: nobody calls in, tasks may call HTTPS."""
        group = ec2.SecurityGroup(
            self,
            "Tasks",
            vpc=self._vpc,
            description="Tasks of batch drafting",
            allow_all_outbound=False,
        )
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "reads S3 and asks judges")
        return group


def _pass_shard() -> list[tasks.TaskEnvironmentVariable]:
    """The variables of `Shard` in lambdas/batch/settings.py."""
    variables = {
        "EDGEFILL_BATCH_RUN": sfn.JsonPath.string_at("$.run"),
        "EDGEFILL_BATCH_GROUP": sfn.JsonPath.format("{}", sfn.JsonPath.string_at("$.group")),
        "EDGEFILL_BATCH_INDEX": sfn.JsonPath.format("{}", sfn.JsonPath.string_at("$.index")),
    }
    return [tasks.TaskEnvironmentVariable(name=name, value=value)
            for name, value in variables.items()]  # fmt: skip
