"""The GPU service: gpu_service/ on ECS, 0 to N tasks behind an internal load balancer.

ECS adds and removes machines for its tasks (cluster auto scaling). So one number decides
everything, the service's desired count, and only infra/service/gpu_scaling.py sets it.
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

from infra.lambda_functions import create_log_group
from infra.service.gpu_load_balancer import add_service_targets, create_load_balancer
from infra.service.gpu_machines import GpuMachines
from infra.service.gpu_task import create_gpu_task
from infra.service.network import MACHINES

if TYPE_CHECKING:
    from infra.settings import DeploymentSettings, GpuSettings

START_S = 900  # for image, weights and warm-up, before health checks count


class GpuService(Construct):
    """`service` runs the tasks, `models` is the bucket of the weights.

    `url` is reachable for members of the security group `callers` only.
    """

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
        balancer = create_load_balancer(self, vpc=vpc, log_bucket=log_bucket)
        self.targets = add_service_targets(balancer, self.service)
        self.callers = self._create_caller_group(vpc, balancer)
        self.url = f"http://{balancer.load_balancer_dns_name}"

    def build_error_metric(self) -> cloudwatch.IMetric:
        """The service's 5xx responses per minute."""
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
            removal_policy=RemovalPolicy.RETAIN,  # weights are expensive; empty it by hand
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
            min_healthy_percent=0,  # one task per GPU: a new task needs the old one's machine
            max_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            health_check_grace_period=Duration.seconds(START_S),
        )

    def _create_caller_group(
        self, vpc: ec2.IVpc, balancer: elb.ApplicationLoadBalancer
    ) -> ec2.SecurityGroup:
        """A security group; only its members may call the service."""
        callers = ec2.SecurityGroup(
            self, "Callers", vpc=vpc, description="May ask the GPU service for templates"
        )
        balancer.connections.allow_from(callers, ec2.Port.tcp(80), "asks for templates")
        return callers
