"""The GPU service: gpu_service/ on ECS, 0 to N tasks behind an internal load balancer.

ECS follows its tasks with machines (cluster auto scaling), so one number decides everything: the
service's desired count, and one writer sets it, infra/service/gpu_scaling.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.functions import create_log_group
from infra.service.gpu_balancer import add_service_targets, create_load_balancer
from infra.service.gpu_machines import GpuMachines
from infra.service.gpu_task import create_gpu_task
from infra.service.network import MACHINES

if TYPE_CHECKING:
    from infra.settings import DeploymentSettings, GpuSettings

START_S = 900  # image, weights and warm-up, before health checks count


class GpuService(Construct):
    """`url` is for whoever may call in `callers`, `service` is scaled, `models` holds weights."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        image: ecs.ContainerImage,
        vpc: ec2.IVpc,
        log_bucket: s3.IBucket,
    ) -> None:
        super().__init__(scope, id_)
        assert settings.gpu is not None
        self.models = self._create_model_bucket(log_bucket)
        cluster, capacity = self._create_cluster(settings.gpu, vpc)
        task = create_gpu_task(
            self,
            image=image,
            models=self.models,
            model=settings.gpu.model,
            log_group=create_log_group(self, "Log", settings),
        )
        self.service = self._create_service(cluster, capacity, task)
        front = create_load_balancer(self, vpc=vpc, log_bucket=log_bucket)
        self.targets = add_service_targets(front, self.service)
        self.callers = self._create_caller_group(vpc, front)
        self.url = f"http://{front.load_balancer_dns_name}"

    def target_errors(self) -> cloudwatch.IMetric:
        """Answers of the service that are 5xx, a minute."""
        return self.targets.metrics.http_code_target(
            elb.HttpCodeTarget.TARGET_5XX_COUNT, period=Duration.minutes(1), statistic="sum"
        )

    def _create_model_bucket(self, log_bucket: s3.IBucket) -> s3.Bucket:
        return s3.Bucket(
            self,
            "Models",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            server_access_logs_bucket=log_bucket,
            server_access_logs_prefix="models/",
            removal_policy=RemovalPolicy.RETAIN,  # weights are dear to make; emptied by hand
        )

    def _create_cluster(
        self, gpu: GpuSettings, vpc: ec2.IVpc
    ) -> tuple[ecs.Cluster, ecs.AsgCapacityProvider]:
        cluster = ecs.Cluster(
            self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
        )
        machines = GpuMachines(self, "Machines", vpc=vpc, subnets=MACHINES, gpu=gpu)
        capacity = ecs.AsgCapacityProvider(
            self,
            "Capacity",
            auto_scaling_group=machines.group,
            enable_managed_scaling=True,
            enable_managed_termination_protection=True,
            enable_managed_draining=True,
            target_capacity_percent=100,
            spot_instance_draining=gpu.spot,
        )
        cluster.add_asg_capacity_provider(capacity)
        return cluster, capacity

    def _create_service(
        self, cluster: ecs.Cluster, capacity: ecs.AsgCapacityProvider, task: ecs.Ec2TaskDefinition
    ) -> ecs.Ec2Service:
        name = capacity.capacity_provider_name
        return ecs.Ec2Service(
            self,
            "Service",
            cluster=cluster,
            task_definition=task,
            capacity_provider_strategies=[
                ecs.CapacityProviderStrategy(capacity_provider=name, weight=1)
            ],
            min_healthy_percent=0,  # one GPU, one task: a new one needs the old one's machine
            max_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            health_check_grace_period=Duration.seconds(START_S),
        )

    def _create_caller_group(
        self, vpc: ec2.IVpc, front: elb.ApplicationLoadBalancer
    ) -> ec2.SecurityGroup:
        """Whose members may ask, and nobody else."""
        callers = ec2.SecurityGroup(
            self, "Callers", vpc=vpc, description="May ask the GPU service for templates"
        )
        front.connections.allow_from(callers, ec2.Port.tcp(80), "asks for templates")
        return callers
