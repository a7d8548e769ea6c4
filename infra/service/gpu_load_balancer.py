"""The internal load balancer in front of the GPU service's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from infra.service.gpu_task import DRAIN_S, PORT
from infra.service.network import FUNCTIONS

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3

HTTP = elb.ApplicationProtocol.HTTP
READY = elb.HealthCheck(
    path="/ready",  # 200 after the warm-up
    port="traffic-port",
    healthy_http_codes="200",
    interval=Duration.seconds(10),
    timeout=Duration.seconds(5),
    healthy_threshold_count=2,
    unhealthy_threshold_count=3,
)


def create_load_balancer(
    scope: Construct, *, vpc: ec2.IVpc, log_bucket: s3.IBucket
) -> elb.ApplicationLoadBalancer:
    """An internal load balancer with access logs."""
    balancer = elb.ApplicationLoadBalancer(
        scope,
        "Balancer",
        vpc=vpc,
        internet_facing=False,
        vpc_subnets=ec2.SubnetSelection(subnet_group_name=FUNCTIONS),
        drop_invalid_header_fields=True,
        idle_timeout=Duration.seconds(120),
    )
    balancer.log_access_logs(log_bucket, "gpu-balancer")
    return balancer


def create_targets(scope: Construct, id_: str, vpc: ec2.IVpc) -> elb.ApplicationTargetGroup:
    """A group of ready tasks, of which the least busy one is next."""
    return elb.ApplicationTargetGroup(
        scope,
        id_,
        vpc=vpc,
        port=PORT,
        protocol=HTTP,
        target_type=elb.TargetType.IP,
        deregistration_delay=Duration.seconds(DRAIN_S),
        load_balancing_algorithm_type=elb.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
        health_check=READY,
    )


def add_listener(
    balancer: elb.ApplicationLoadBalancer, id_: str, port: int, targets: elb.ApplicationTargetGroup
) -> elb.ApplicationListener:
    """A listener for security groups that are named later."""
    action = elb.ListenerAction.forward([targets])
    return balancer.add_listener(id_, port=port, protocol=HTTP, open=False, default_action=action)
