"""The GPU service: gpu_service/ and vLLM on ECS, 0 to N tasks behind an internal load balancer.

The first deployment starts nothing: DesiredCount is 0, because ECS would otherwise start one task
and CloudFormation wait for it, for hours where the quota for GPUs is 0 (aws-cdk#13130). The API
wakes the first task (edgefill/demand/waking.py), infra/service/gpu_scaling.py decides the rest.
A deployment that changes the service sets the count to 0 again, and the next miss wakes it.

A new version of the model comes by infra/rollout/model_rollout.py. With one machine the new task
needs the old one's, so tasks are replaced; with more, both run, in two target groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from infra.lambda_functions import create_log_group
from infra.nag_suppressions import suppress_finding
from infra.service.gpu_load_balancer import create_load_balancer
from infra.service.gpu_machines import GpuMachines
from infra.service.gpu_targets import GpuTargets
from infra.service.gpu_task import START_S, create_gpu_task
from infra.service.network import MACHINES

if TYPE_CHECKING:
    from aws_cdk import aws_elasticloadbalancingv2 as elb
    from aws_cdk import aws_s3 as s3

    from infra.gpu_settings import GpuSettings
    from infra.settings import DeploymentSettings


class GpuService(Construct):
    """`service` runs the tasks on `machines`, `log` has what both containers write.

    `url` is reachable for members of the security group `callers` only.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        gpu: GpuSettings,
        image: ecs.ContainerImage,
        vpc: ec2.IVpc,
        models: s3.Bucket,
        log_bucket: s3.IBucket,
    ) -> None:
        super().__init__(scope, id_)
        self.log = create_log_group(self, "Log", settings)
        self.cluster = ecs.Cluster(
            self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
        )
        self.machines = GpuMachines(
            self,
            "Machines",
            cluster=self.cluster,
            gpu=gpu,
            most=gpu.most_machines,
            warm=gpu.warm_machines,
        )
        task = create_gpu_task(self, gpu=gpu, image=image, models=models, log_group=self.log)
        self.service = self._create_service(task, vpc, gpu)
        balancer = create_load_balancer(self, vpc=vpc, log_bucket=log_bucket)
        self.targets = GpuTargets(
            self,
            "Targets",
            vpc=vpc,
            balancer=balancer,
            service=self.service,
            is_double=gpu.runs_two_models,
        )
        self.callers = self._create_caller_group(vpc, balancer)
        self.host = balancer.load_balancer_dns_name
        self.url = f"http://{self.host}"

    def build_count_metric(self, name: str) -> cloudwatch.Metric:
        """One of Container Insights' counts: DesiredTaskCount, PendingTaskCount, RunningTaskCount.

        docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
        """
        return cloudwatch.Metric(
            namespace="ECS/ContainerInsights",
            metric_name=name,
            dimensions_map={
                "ClusterName": self.cluster.cluster_name,
                "ServiceName": self.service.service_name,
            },
            statistic="max",
            period=Duration.minutes(1),
        )

    def _create_service(
        self, task: ecs.Ec2TaskDefinition, vpc: ec2.IVpc, gpu: GpuSettings
    ) -> ecs.Ec2Service:
        first = self.machines.providers[0].capacity_provider_name
        service = ecs.Ec2Service(
            self,
            "Service",
            cluster=self.cluster,
            task_definition=task,
            desired_count=0,
            capacity_provider_strategies=[
                ecs.CapacityProviderStrategy(capacity_provider=first, weight=1)
            ],
            security_groups=[self._create_task_group(vpc)],
            vpc_subnets=ec2.SubnetSelection(subnet_group_name=MACHINES),
            **_choose_strategy(gpu),
            health_check_grace_period=Duration.seconds(START_S),
        )
        if gpu.runs_two_models:
            suppress_finding(
                service,
                "Annotation::@aws-cdk/aws-ecs:shouldUseCircuitBreaker",
                "The circuit breaker is for rolling deployments only.",
            )
        # Deleted before the cluster's capacity providers, which ECS keeps while they are in use.
        service.node.add_dependency(self.cluster)
        return service

    def _create_task_group(self, vpc: ec2.IVpc) -> ec2.SecurityGroup:
        """The tasks' security group: the load balancer may call in, tasks may call HTTPS.

        A task has no public address, so without a NAT gateway only S3 and DynamoDB answer it.
        """
        group = ec2.SecurityGroup(
            self,
            "Tasks",
            vpc=vpc,
            description="Tasks of the GPU service",
            allow_all_outbound=False,
        )
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "reads the weights")
        return group

    def _create_caller_group(
        self, vpc: ec2.IVpc, balancer: elb.ApplicationLoadBalancer
    ) -> ec2.SecurityGroup:
        """A security group; only its members may call the service."""
        callers = ec2.SecurityGroup(
            self, "Callers", vpc=vpc, description="May ask the GPU service for templates"
        )
        balancer.connections.allow_from(callers, ec2.Port.tcp(80), "asks for templates")
        return callers


def _choose_strategy(gpu: GpuSettings) -> dict[str, Any]:
    """How ECS replaces tasks between rollouts of a model, as `AT_REST` of infra/rollout says.

    Blue/green moves all traffic at once; the circuit breaker is for rolling deployments only.
    """
    if gpu.runs_two_models:
        return {
            "deployment_strategy": ecs.DeploymentStrategy.BLUE_GREEN,
            "bake_time": Duration.minutes(0),
            "min_healthy_percent": 100,
            "max_healthy_percent": 200,
        }
    return {
        "min_healthy_percent": 0,  # one task per machine: a new task needs the old one's
        "max_healthy_percent": 100,
        "circuit_breaker": ecs.DeploymentCircuitBreaker(rollback=True),
    }
