"""The network of the GPU service and its callers; it accepts no connection from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.nag_suppressions import suppress_finding

if TYPE_CHECKING:
    from collections.abc import Sequence

FUNCTIONS = "Functions"  # subnets without outbound access, for the API and its worker
MACHINES = "Machines"  # subnets of GPU machines, which download images and weights
ZONES = 2


class ServiceNetwork(Construct):
    """`vpc` has gateway endpoints for S3 and DynamoDB, which are free, and ones for SQS and ECS.

    Without a NAT gateway the machines get public addresses, so that an idle stack costs nothing;
    their security groups still accept no inbound connection. ECS's endpoint is in one zone, for $7
    a month instead of $15: should that zone be down, an alarm wakes the GPU instead of the API.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        nat_gateways: int,
        zones: Sequence[str],
        flow_log: logs.ILogGroup,
    ) -> None:
        super().__init__(scope, id_)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            **{"availability_zones": list(zones)} if zones else {"max_azs": ZONES},
            nat_gateways=nat_gateways,
            subnet_configuration=_list_subnets(with_nat=nat_gateways > 0),
            gateway_endpoints={
                "S3": _build_gateway(ec2.GatewayVpcEndpointAwsService.S3),
                "DynamoDb": _build_gateway(ec2.GatewayVpcEndpointAwsService.DYNAMODB),
            },
            flow_logs={"Rejected": _log_rejected_traffic(flow_log)},
        )
        suppress_finding(
            self,
            "AwsSolutions-EC23",
            "The endpoint admits the VPC's own addresses; the rule cannot read the intrinsic.",
        )
        self.vpc.add_interface_endpoint(
            "Sqs",
            service=ec2.InterfaceVpcEndpointAwsService.SQS,
            subnets=ec2.SubnetSelection(subnet_group_name=FUNCTIONS),
        )
        self.vpc.add_interface_endpoint(
            "Ecs",
            service=ec2.InterfaceVpcEndpointAwsService.ECS,
            subnets=ec2.SubnetSelection(
                subnet_group_name=FUNCTIONS, availability_zones=self.vpc.availability_zones[:1]
            ),
        )


def _list_subnets(*, with_nat: bool) -> list[ec2.SubnetConfiguration]:
    public = ec2.SubnetType.PUBLIC
    machines = ec2.SubnetType.PRIVATE_WITH_EGRESS if with_nat else public
    kinds = {FUNCTIONS: ec2.SubnetType.PRIVATE_ISOLATED, MACHINES: machines}
    if with_nat:
        kinds["Public"] = public
    return [
        ec2.SubnetConfiguration(name=name, subnet_type=kind, cidr_mask=22)
        for name, kind in kinds.items()
    ]


def _log_rejected_traffic(log: logs.ILogGroup) -> ec2.FlowLogOptions:
    return ec2.FlowLogOptions(
        destination=ec2.FlowLogDestination.to_cloud_watch_logs(log),
        traffic_type=ec2.FlowLogTrafficType.REJECT,
    )


def _build_gateway(service: ec2.GatewayVpcEndpointAwsService) -> ec2.GatewayVpcEndpointOptions:
    return ec2.GatewayVpcEndpointOptions(service=service)
