"""The GPU machines of the GPU service: an auto scaling group of ECS instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.nag_suppressions import suppress_finding

if TYPE_CHECKING:
    from infra.settings import GpuSettings

DISK_GB = 120  # image, compile cache and weights


def find_gpu_image() -> ec2.IMachineImage:
    """Amazon's ECS image with NVIDIA's driver; its SSM parameter is read at deployment.

    Source: docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
    """
    return ecs.EcsOptimizedImage.amazon_linux2023(ecs.AmiHardwareType.GPU)


def build_root_disk() -> ec2.BlockDevice:
    """An encrypted root disk that is large enough for the weights."""
    return ec2.BlockDevice(
        device_name="/dev/xvda",
        volume=ec2.BlockDeviceVolume.ebs(
            DISK_GB, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3
        ),
    )


class GpuMachines(Construct):
    """`group` has 0 to `gpu.max_machines` machines; ECS starts and stops them for its tasks."""

    def __init__(
        self, scope: Construct, id_: str, *, vpc: ec2.IVpc, subnets: str, gpu: GpuSettings
    ) -> None:
        super().__init__(scope, id_)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        on_demand = 0 if gpu.spot else 100
        self.group = autoscaling.AutoScalingGroup(
            self,
            "Group",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name=subnets),
            mixed_instances_policy=autoscaling.MixedInstancesPolicy(
                launch_template=self._create_launch_template(vpc, gpu.instance_type),
                instances_distribution=autoscaling.InstancesDistribution(
                    on_demand_percentage_above_base_capacity=on_demand
                ),
            ),
            min_capacity=0,
            max_capacity=gpu.max_machines,
            new_instances_protected_from_scale_in=True,  # ECS stops a machine only when it is idle
        )
        self._suppress_findings()

    def _create_launch_template(self, vpc: ec2.IVpc, instance_type: str) -> ec2.LaunchTemplate:
        return ec2.LaunchTemplate(
            self,
            "Template",
            instance_type=ec2.InstanceType(instance_type),
            machine_image=find_gpu_image(),
            user_data=ec2.UserData.for_linux(),
            role=self.role,
            security_group=ec2.SecurityGroup(self, "Access", vpc=vpc),
            block_devices=[build_root_disk()],
            require_imdsv2=True,
            http_put_response_hop_limit=1,  # containers use task roles, not the machine's role
        )

    def _suppress_findings(self) -> None:
        suppress_finding(
            self.group,
            "AwsSolutions-EC26",
            "The launch template encrypts the disk; see `build_root_disk`.",
        )
        suppress_finding(
            self.group,
            "AwsSolutions-AS3",
            "Machines start and stop with the work; alarms watch the work instead.",
        )
        agent = "ECS's agent reports the state of containers whose ids are created at run time."
        suppress_finding(self.role, "AwsSolutions-IAM5[Action::ecs:Submit*]", agent)
        suppress_finding(self.role, "AwsSolutions-IAM5[Resource::*]", agent)
