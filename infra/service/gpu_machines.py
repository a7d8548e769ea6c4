"""The GPU machines of a cluster: one auto scaling group and capacity provider for each kind.

ECS starts a machine for a task that has none, and stops it when it is idle. There is no managed
termination protection, because it makes a rollback and `cdk destroy` hang (aws-cdk#18179,
containers-roadmap#2862). So a group may choose a machine with a task; managed draining moves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Tags
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.lambda_functions import allow_actions
from infra.nag_suppressions import suppress_finding
from infra.service.network import MACHINES

if TYPE_CHECKING:
    from infra.gpu_settings import GpuCapacity, GpuSettings

DISK_GB = 200  # images of 10 to 20 GB, unpacked next to their layers, and the compile cache
# gp3's own 125 MB/s would unpack an image for minutes; 3,000 IOPS allow up to 750 MB/s.
DISK_MB_PER_S = 500
# docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html
AGENT_SETTINGS = (
    "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",  # two minutes' notice: drain the tasks
    "ECS_PULL_DEPENDENT_CONTAINERS_UPFRONT=true",  # the small image is there when vLLM is healthy
    "ECS_IMAGE_PULL_BEHAVIOR=prefer-cached",
    "ECS_WARM_POOLS_CHECK=true",  # a machine in the warm pool does not join the cluster
)
# What ECS's agent does on a machine (AmazonECS/latest/developerguide/security-iam-awsmanpol.html,
# AmazonEC2ContainerServiceforEC2Role). It drains an interrupted Spot machine by the last one.
AGENT_REPORTS = (
    "ecs:RegisterContainerInstance",
    "ecs:SubmitAttachmentStateChanges",
    "ecs:SubmitContainerStateChange",
    "ecs:SubmitTaskStateChange",
)
AGENT_INSTANCE_ACTIONS = (
    "ecs:Poll",
    "ecs:StartTelemetrySession",
    "ecs:UpdateContainerInstancesState",
)
# What `aws ssm start-session` needs; AmazonSSMManagedInstanceCore also reads every parameter.
SESSION_ACTIONS = (
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)


class GpuMachines(Construct):
    """`providers` are the capacity providers in the order of `gpu.capacity`, added to `cluster`.

    Each has 0 to `most` machines, which accept no connection.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: ecs.Cluster,
        gpu: GpuSettings,
        most: int,
        warm: int = 0,
    ) -> None:
        super().__init__(scope, id_)
        self._vpc, self._most, self._warm = cluster.vpc, most, warm
        self._access = ec2.SecurityGroup(
            self, "Access", vpc=cluster.vpc, description="GPU machines; no inbound connection"
        )
        # The CDK would add what our tasks need not, such as writing every log of the account, and
        # not what Spot needs; so it gets a role that it cannot change.
        self._role = self._create_role(cluster).without_policy_updates()
        self.providers = [self._create_provider(each) for each in gpu.capacity]
        for provider in self.providers:
            cluster.add_asg_capacity_provider(provider)

    def _create_role(self, cluster: ecs.ICluster) -> iam.Role:
        """A role for ECS's and Systems Manager's agents; tasks have roles of their own."""
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        allow_actions(role, AGENT_REPORTS, cluster.cluster_arn)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=list(AGENT_INSTANCE_ACTIONS),
                resources=["*"],
                conditions={"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
            )
        )
        allow_actions(role, (*SESSION_ACTIONS, "ecs:DiscoverPollEndpoint"), "*")
        agent = "ECS's and Systems Manager's agents name resources that are created at run time."
        suppress_finding(role, "AwsSolutions-IAM5[Resource::*]", agent)
        return role

    def _create_provider(self, capacity: GpuCapacity) -> ecs.AsgCapacityProvider:
        kind = capacity.instance_type.replace(".", "") + ("Spot" if capacity.spot else "")
        group = self._create_group(f"Group{kind}", self._create_template(kind, capacity))
        Tags.of(group).add("Name", f"edgefill-{capacity.instance_type}")
        return ecs.AsgCapacityProvider(
            self,
            f"Capacity{kind}",
            auto_scaling_group=group,
            enable_managed_scaling=True,
            enable_managed_termination_protection=False,
            enable_managed_draining=True,
            target_capacity_percent=100,
            # From none, ECS would start two machines (aws.amazon.com/blogs/containers,
            # "Deep dive on Amazon ECS cluster auto scaling").
            maximum_scaling_step_size=1,
            minimum_scaling_step_size=1,
        )

    def _create_group(self, id_: str, template: ec2.LaunchTemplate) -> autoscaling.AutoScalingGroup:
        group = autoscaling.AutoScalingGroup(
            self,
            id_,
            vpc=self._vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name=MACHINES),
            launch_template=template,
            min_capacity=0,
            max_capacity=self._most,
        )
        if self._warm:
            group.add_warm_pool(min_size=self._warm, pool_state=autoscaling.PoolState.STOPPED)
        suppress_finding(
            group,
            "AwsSolutions-EC26",
            "The launch template encrypts the disk; see `build_root_disk`.",
        )
        suppress_finding(
            group,
            "AwsSolutions-AS3",
            "Machines start and stop with the work; alarms watch the work instead.",
        )
        return group

    def _create_template(self, kind: str, capacity: GpuCapacity) -> ec2.LaunchTemplate:
        return ec2.LaunchTemplate(
            self,
            f"Template{kind}",
            instance_type=ec2.InstanceType(capacity.type.name),
            machine_image=find_gpu_image(),
            user_data=build_user_data(),
            role=self._role,
            security_group=self._access,
            block_devices=[build_root_disk()],
            spot_options=ec2.LaunchTemplateSpotOptions() if capacity.spot else None,
            require_imdsv2=True,
            http_put_response_hop_limit=1,  # containers use task roles, not the machine's role
        )


def find_gpu_image() -> ec2.IMachineImage:
    """Amazon's ECS image with NVIDIA's driver; its SSM parameter is read at deployment.

    Source: docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
    """
    return ecs.EcsOptimizedImage.amazon_linux2023(ecs.AmiHardwareType.GPU)


def build_user_data() -> ec2.UserData:
    """AGENT_SETTINGS; the CDK adds the cluster's name."""
    user_data = ec2.UserData.for_linux()
    user_data.add_commands(*(f"echo {line} >> /etc/ecs/ecs.config" for line in AGENT_SETTINGS))
    return user_data


def build_root_disk() -> ec2.BlockDevice:
    """An encrypted root disk that is large and fast enough for the images."""
    return ec2.BlockDevice(
        device_name="/dev/xvda",
        volume=ec2.BlockDeviceVolume.ebs(
            DISK_GB,
            encrypted=True,
            volume_type=ec2.EbsDeviceVolumeType.GP3,
            iops=3000,
            throughput=DISK_MB_PER_S,
        ),
    )
