"""The template factory at scale: a state machine over lambdas/batch, its shards on GPU machines.

plan (Lambda) -> Distributed Map over groups.jsonl, each an AWS Batch array job, each of its jobs a
shard on a GPU -> publish (Lambda). Machines exist while shards do. A shard that loses its Spot
machine, or fails, is tried again alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.functions import (
    PYTHON,
    acknowledge_runtime,
    allow,
    allow_objects,
    function_role,
    log_group,
)
from infra.service.batch_run import state_machine, write_group
from infra.service.batch_shards import RUNS, job_queue, shard, shard_role

if TYPE_CHECKING:
    from aws_cdk import aws_batch as batch
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_s3 as s3

    from infra.settings import Settings
    from infra.store.demand import Demand


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
        self._settings, self._bucket, self._demand = settings, bucket, demand
        self.queue = job_queue(self, gpu=settings.gpu, vpc=vpc)
        self.shard = self._shard(settings.gpu.model, models, image)
        code = lambda_.Code.from_asset(bundle)
        self.plan = self._step("Plan", "plan", code)
        self.publish = self._step("Publish", "publish", code)
        self._admit_steps()
        self.machine = state_machine(
            self,
            plan=self.plan,
            write=write_group(self, queue=self.queue, shard=self.shard),
            publish=self.publish,
            bucket=bucket,
            log=log_group(self, "MachineLog", settings),
        )

    def _shard(
        self, model: str, models: s3.Bucket, image: ecs.ContainerImage
    ) -> batch.EcsJobDefinition:
        return shard(
            self,
            image=image,
            weights=models.s3_url_for_object(model),
            environment=self._environment(),
            role=shard_role(self, bucket=self._bucket, models=models, model=model),
            log=log_group(self, "ShardLog", self._settings),
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
