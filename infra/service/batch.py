"""Batch drafting of lambdas/batch: a state machine whose shards run on GPU machines.

1. The Lambda function `plan` writes the shards and shards.jsonl.
2. A Distributed Map runs one ECS task per shard, which drafts it with vLLM. Machines run only while
   there are shards. A shard that fails, or loses its Spot machine, is drafted again by itself.
3. The Lambda function `publish` publishes the drafts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.lambda_functions import (
    PYTHON,
    allow_actions,
    allow_objects,
    create_function_role,
    create_log_group,
    suppress_runtime_finding,
)
from infra.service.batch_shards import RUN_OBJECTS, ShardTasks
from infra.service.batch_state_machine import create_state_machine

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_s3 as s3

    from infra.settings import DeploymentSettings
    from infra.store.demand import DemandStore


class BatchPipeline(Construct):
    """`machine` is the state machine, `shards` the tasks that it runs.

    The input of `machine` is {} or, for example, {"top": 100, "canary": 5}.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        image: ecs.ContainerImage,
        bundle: str,
        vpc: ec2.IVpc,
        bucket: s3.Bucket,
        models: s3.Bucket,
        demand: DemandStore,
    ) -> None:
        super().__init__(scope, id_)
        assert settings.gpu is not None
        self._settings, self._bucket, self._demand = settings, bucket, demand
        self.shards = ShardTasks(
            self,
            "Drafting",
            settings=settings,
            image=image,
            environment=self._build_environment(),
            vpc=vpc,
            bucket=bucket,
            models=models,
        )
        code = lambda_.Code.from_asset(bundle)
        self.plan = self._create_step("Plan", "plan", code)
        self.publish = self._create_step("Publish", "publish", code)
        self._grant_access()
        self.machine = create_state_machine(
            self,
            plan=self.plan,
            shards=self.shards,
            publish=self.publish,
            bucket=bucket,
            concurrency=settings.gpu.max_batch_machines,
            log=create_log_group(self, "MachineLog", settings),
        )

    def _build_environment(self) -> dict[str, str]:
        """The variables of lambdas/batch/settings.py."""
        return {
            "EDGEFILL_BATCH_BUCKET": self._bucket.bucket_name,
            "EDGEFILL_BATCH_TABLE": self._demand.table.table_name,
        }

    def _create_step(self, id_: str, name: str, code: lambda_.Code) -> lambda_.Function:
        log = create_log_group(self, f"{id_}Log", self._settings)
        function = lambda_.Function(
            self,
            id_,
            runtime=PYTHON,
            handler=f"lambdas.batch.steps.{name}",
            code=code,
            memory_size=1024,
            timeout=Duration.minutes(10),
            environment=self._build_environment(),
            role=create_function_role(self, f"{id_}Role", log=log),
            log_group=log,
        )
        suppress_runtime_finding(function)
        return function

    def _grant_access(self) -> None:
        """`plan` writes shards and reads demand; `publish` reads drafts and writes releases."""
        bucket, table = self._bucket, self._demand.table
        allow_objects(self.plan, ["s3:PutObject"], bucket, RUN_OBJECTS)
        allow_actions(self.plan, ["dynamodb:Query"], table.table_arn)
        allow_objects(self.publish, ["s3:GetObject"], bucket, RUN_OBJECTS)
        for prefix in ("t/*", "releases/*"):
            allow_objects(self.publish, ["s3:GetObject", "s3:PutObject"], bucket, prefix)
        allow_actions(self.publish, ["s3:ListBucket"], bucket.bucket_arn)
