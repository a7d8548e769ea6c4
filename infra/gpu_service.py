"""The GPU service: gpu_service/ on ECS, 0 to N tasks behind an internal load balancer.

ECS follows its tasks with machines (cluster auto scaling), so one number decides everything: the
service's desired count, and one writer sets it, infra/gpu_scaling.py.
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

from infra.findings import acknowledge, acknowledge_login
from infra.functions import allow, allow_objects, log_group
from infra.gpu_machines import GpuMachines
from infra.network import FUNCTIONS, MACHINES

if TYPE_CHECKING:
    from infra.settings import Settings

PORT = 8090
DRAIN_S = 110  # EDGEFILL_GPU_DRAIN_S; ECS kills after STOP_S, EC2 takes a Spot machine after 120
STOP_S = 120
START_S = 900  # image, weights and warm-up, before health checks count
WEIGHTS = "/weights"
AWS_CLI = "public.ecr.aws/aws-cli/aws-cli:2.31.20"


class GpuService(Construct):
    """`url` is for whoever may call in `callers`, `service` is scaled, `models` holds weights."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        image: ecs.ContainerImage,
        vpc: ec2.IVpc,
        log_bucket: s3.IBucket,
    ) -> None:
        super().__init__(scope, id_)
        assert settings.gpu is not None
        self._gpu = settings.gpu
        self._settings = settings
        self.models = self._model_bucket(log_bucket)
        self.cluster, self._capacity = self._cluster(vpc)
        self.task = self._task(image)
        self.service = ecs.Ec2Service(
            self,
            "Service",
            cluster=self.cluster,
            task_definition=self.task,
            capacity_provider_strategies=[
                ecs.CapacityProviderStrategy(
                    capacity_provider=self._capacity.capacity_provider_name, weight=1
                )
            ],
            min_healthy_percent=0,  # one GPU, one task: a new one needs the old one's machine
            max_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            health_check_grace_period=Duration.seconds(START_S),
        )
        self.balancer = self._balancer(vpc, log_bucket)
        self.callers = ec2.SecurityGroup(
            self, "Callers", vpc=vpc, description="May ask the GPU service for templates"
        )
        self.balancer.connections.allow_from(self.callers, ec2.Port.tcp(80), "asks for templates")
        self.url = f"http://{self.balancer.load_balancer_dns_name}"

    def target_errors(self) -> cloudwatch.IMetric:
        """Answers of the service that are 5xx, a minute."""
        return self.targets.metrics.http_code_target(
            elb.HttpCodeTarget.TARGET_5XX_COUNT, period=Duration.minutes(1), statistic="sum"
        )

    def _model_bucket(self, log_bucket: s3.IBucket) -> s3.Bucket:
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

    def _cluster(self, vpc: ec2.IVpc) -> tuple[ecs.Cluster, ecs.AsgCapacityProvider]:
        gpu = self._gpu
        cluster = ecs.Cluster(
            self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
        )
        self.machines = GpuMachines(
            self,
            "Machines",
            vpc=vpc,
            subnets=MACHINES,
            instance_type=gpu.instance_type,
            spot=gpu.spot,
            most=gpu.most,
        )
        capacity = ecs.AsgCapacityProvider(
            self,
            "Capacity",
            auto_scaling_group=self.machines.group,
            enable_managed_scaling=True,
            enable_managed_termination_protection=True,
            enable_managed_draining=True,
            target_capacity_percent=100,
            spot_instance_draining=gpu.spot,
        )
        cluster.add_asg_capacity_provider(capacity)
        return cluster, capacity

    def _task(self, image: ecs.ContainerImage) -> ecs.Ec2TaskDefinition:
        """The weights are copied from S3 to the machine's disk first, then the service starts."""
        task = ecs.Ec2TaskDefinition(
            self,
            "Task",
            network_mode=ecs.NetworkMode.BRIDGE,
            volumes=[ecs.Volume(name="weights", host=ecs.Host(source_path="/var/lib/edgefill"))],
        )
        log = ecs.LogDriver.aws_logs(
            stream_prefix="gpu", log_group=log_group(self, "Log", self._settings)
        )
        acknowledge(task, "AwsSolutions-ECS2", "Places and numbers; the service knows no secret.")
        weights = self._weights(task, log)
        service = task.add_container(
            "gpu-service",
            image=image,
            gpu_count=1,
            memory_reservation_mib=8 * 1024,
            logging=log,
            stop_timeout=Duration.seconds(STOP_S),
            port_mappings=[ecs.PortMapping(container_port=PORT)],
            environment={
                "EDGEFILL_GPU_HOST": "0.0.0.0",  # noqa: S104 the container's own network
                "EDGEFILL_GPU_ALLOW_OPEN": "1",  # its security group lets the callers in alone
                "EDGEFILL_GPU_PORT": str(PORT),
                "EDGEFILL_GPU_MODEL": f"{WEIGHTS}/{self._gpu.model}",
                "EDGEFILL_GPU_DRAIN_S": str(DRAIN_S),
            },
        )
        service.add_mount_points(_mount(read_only=True))
        service.add_container_dependencies(
            ecs.ContainerDependency(
                container=weights, condition=ecs.ContainerDependencyCondition.SUCCESS
            )
        )
        acknowledge_login(task.obtain_execution_role())
        return task

    def _weights(self, task: ecs.Ec2TaskDefinition, log: ecs.LogDriver) -> ecs.ContainerDefinition:
        folder = self._gpu.model
        weights = task.add_container(
            "weights",
            image=ecs.ContainerImage.from_registry(AWS_CLI),
            essential=False,
            memory_reservation_mib=256,
            logging=log,
            command=[
                "s3", "sync", "--only-show-errors",
                self.models.s3_url_for_object(folder), f"{WEIGHTS}/{folder}",
            ],
        )  # fmt: skip
        weights.add_mount_points(_mount(read_only=False))
        allow_objects(task.task_role, ["s3:GetObject"], self.models, f"{folder}/*")
        allow(task.task_role, ["s3:ListBucket"], self.models.bucket_arn)
        return weights

    def _balancer(self, vpc: ec2.IVpc, log_bucket: s3.IBucket) -> elb.ApplicationLoadBalancer:
        """Internal; a target is healthy when `/ready` says so, that is after the warm-up."""
        balancer = elb.ApplicationLoadBalancer(
            self,
            "Balancer",
            vpc=vpc,
            internet_facing=False,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name=FUNCTIONS),
            drop_invalid_header_fields=True,
            idle_timeout=Duration.seconds(120),
        )
        balancer.log_access_logs(log_bucket, "gpu-balancer")
        listener = balancer.add_listener(
            "Http", port=80, protocol=elb.ApplicationProtocol.HTTP, open=False
        )
        self.targets = listener.add_targets(
            "Tasks",
            port=PORT,
            protocol=elb.ApplicationProtocol.HTTP,
            targets=[
                self.service.load_balancer_target(container_name="gpu-service", container_port=PORT)
            ],
            deregistration_delay=Duration.seconds(DRAIN_S),
            load_balancing_algorithm_type=elb.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
            health_check=elb.HealthCheck(
                path="/ready",
                port="traffic-port",
                healthy_http_codes="200",
                interval=Duration.seconds(10),
                timeout=Duration.seconds(5),
                healthy_threshold_count=2,
                unhealthy_threshold_count=3,
            ),
        )
        return balancer


def _mount(*, read_only: bool) -> ecs.MountPoint:
    return ecs.MountPoint(container_path=WEIGHTS, source_volume="weights", read_only=read_only)
