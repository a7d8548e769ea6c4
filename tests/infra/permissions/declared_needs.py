"""What principals need besides our code's calls: those of AWS's own software, and of vLLM.

No test of ours can make these calls, so each row has its reason and AWS's page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredNeed:
    """What principals of a kind need besides our code's calls; `page` is on docs.aws.amazon.com."""

    kind: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str
    page: str
    conditions: str = ""


WRITE_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
IN_CLUSTER = "ArnEquals ecs:cluster {cluster}"
MANAGED_POLICY = "AmazonECSInfrastructureRolePolicyForLoadBalancers"
EXECUTIONS = "arn:aws:states:us-east-1:000000000000:execution:{machine}"
DECLARED = (
    DeclaredNeed(
        kind="function",
        actions=WRITE_LOGS,
        resources=("{log}",),
        reason="Lambda writes the function's log",
        page="lambda/latest/dg/monitoring-cloudwatchlogs.html",
    ),
    DeclaredNeed(
        kind="function in the network",
        actions=(
            *("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
            *("ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses"),
            "ec2:UnassignPrivateIpAddresses",
        ),
        resources=("*",),
        reason="Lambda creates network interfaces, whose ids are not known before",
        page="lambda/latest/dg/configuration-vpc.html",
    ),
    DeclaredNeed(
        kind="polled function",
        actions=("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        resources=("{queue}",),
        reason="Lambda polls the queue with the function's role",
        page="lambda/latest/dg/services-sqs-configure.html",
    ),
    DeclaredNeed(
        kind="edge",
        actions=("logs:CreateLogGroup", *WRITE_LOGS),
        resources=("arn:aws:logs:*:000000000000:log-group:/aws/lambda/us-east-1.*",),
        reason="each replica writes to its own Region, to a group that it creates",
        page="AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-permissions.html",
    ),
    DeclaredNeed(
        kind="edge",
        actions=("s3:GetObject",),
        resources=("{bucket}/t/*",),
        reason="lambdas/edge/signature.py signs its own GET: the edge's bundle has no boto3",
        page="AmazonS3/latest/API/sig-v4-header-based-auth.html",
    ),
    DeclaredNeed(
        kind="vllm",
        actions=("s3:GetObject",),
        resources=("{models}/{versions}/*",),
        reason="vLLM reads the files of its version by its own client; a promoted version, and a "
        "batch that began before a deployment, use the same role",
        page="AmazonS3/latest/userguide/using-with-s3-policy-actions.html",
    ),
    DeclaredNeed(
        kind="vllm",
        actions=("s3:ListBucket",),
        resources=("{models}",),
        reason="vLLM lists the folder of the model",
        page="AmazonS3/latest/userguide/using-with-s3-policy-actions.html",
    ),
    DeclaredNeed(
        kind="task execution",
        actions=("ecr:GetAuthorizationToken",),
        resources=("*",),
        reason="ECS logs in to the registry; the action supports no resource",
        page="AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    ),
    DeclaredNeed(
        kind="task execution",
        actions=(
            *("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage"),
            "ecr:GetDownloadUrlForLayer",
        ),
        resources=(
            "arn:aws:ecr:us-east-1:000000000000:repository/"
            "cdk-hnb659fds-container-assets-000000000000-us-east-1",
        ),
        reason="ECS pulls our image from the repository of the CDK's bootstrap",
        page="AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    ),
    DeclaredNeed(
        kind="task execution",
        actions=WRITE_LOGS,
        resources=("{log}",),
        reason="the awslogs driver writes the containers' logs",
        page="AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    ),
    DeclaredNeed(
        kind="machine",
        actions=(
            *("ecs:RegisterContainerInstance", "ecs:SubmitAttachmentStateChanges"),
            *("ecs:SubmitContainerStateChange", "ecs:SubmitTaskStateChange"),
        ),
        resources=("{cluster}",),
        reason="ECS's agent registers the machine and reports its tasks",
        page="AmazonECS/latest/developerguide/security-iam-awsmanpol.html",
    ),
    DeclaredNeed(
        kind="machine",
        actions=("ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"),
        resources=("*",),
        conditions=IN_CLUSTER,
        reason="ECS's agent asks for work, and drains a Spot machine that is interrupted",
        page="AmazonECS/latest/developerguide/security-iam-awsmanpol.html",
    ),
    DeclaredNeed(
        kind="machine",
        actions=("ecs:DiscoverPollEndpoint",),
        resources=("*",),
        reason="ECS's agent finds where to ask; the action supports no resource",
        page="AmazonECS/latest/developerguide/security-iam-awsmanpol.html",
    ),
    DeclaredNeed(
        kind="machine",
        actions=(
            *("ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel"),
            *("ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel"),
            "ssmmessages:OpenDataChannel",
        ),
        resources=("*",),
        reason="`aws ssm start-session` opens a shell on the machine",
        page="systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html",
    ),
    DeclaredNeed(
        kind="flow log",
        actions=(*WRITE_LOGS, "logs:DescribeLogStreams"),
        resources=("{log}",),
        reason="the network's flow log is delivered to one group",
        page="vpc/latest/userguide/flow-logs-iam-role.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("lambda:InvokeFunction",),
        resources=("{PlanRun}", "{PublishRun}", "{PlanRun}:*", "{PublishRun}:*"),
        reason="the first and the last step",
        page="step-functions/latest/dg/connect-lambda.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("s3:GetObject",),
        resources=("{bucket}/*",),
        reason="the map reads the run's list of shards; the CDK allows the whole bucket",
        page="step-functions/latest/dg/iam-policies-eg-dist-map.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("states:StartExecution",),
        resources=("{machine}",),
        reason="a distributed map runs its items as executions of the same machine",
        page="step-functions/latest/dg/iam-policies-eg-dist-map.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("states:DescribeExecution", "states:StopExecution"),
        resources=(f"{EXECUTIONS}:*",),
        reason="as above",
        page="step-functions/latest/dg/iam-policies-eg-dist-map.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("states:RedriveExecution",),
        resources=(f"{EXECUTIONS}/*:*",),
        reason="a failed run can be continued",
        page="step-functions/latest/dg/redrive-map-run.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("ecs:RunTask",),
        resources=("{task}",),
        reason="each shard is a task",
        page="step-functions/latest/dg/connect-ecs.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("ecs:StopTask", "ecs:DescribeTasks"),
        resources=("*",),
        reason="a task's ARN ends in a random id",
        page="step-functions/latest/dg/connect-ecs.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("iam:PassRole",),
        resources=("{task role}", "{execution role}"),
        reason="who runs a task hands it its roles",
        page="step-functions/latest/dg/connect-ecs.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=("events:PutTargets", "events:PutRule", "events:DescribeRule"),
        resources=(
            "arn:aws:events:us-east-1:000000000000:rule/StepFunctionsGetEventsForECSTaskRule",
        ),
        reason="Step Functions hears the end of a task by an event",
        page="step-functions/latest/dg/connect-ecs.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=(
            *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery"),
            *("logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy"),
            *("logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
        ),
        resources=("*",),
        reason="the machine's log is a delivery, which supports no resource",
        page="step-functions/latest/dg/cw-logs.html",
    ),
    DeclaredNeed(
        kind="states",
        actions=(
            *("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules"),
            "xray:GetSamplingTargets",
        ),
        resources=("*",),
        reason="traces, which support no resource",
        page="step-functions/latest/dg/concepts-xray-tracing.html",
    ),
    DeclaredNeed(
        kind="shift",
        actions=(
            *("elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules"),
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        ),
        resources=("*",),
        reason="ECS reads where the traffic goes; the actions support no resource",
        page=f"aws-managed-policy/latest/reference/{MANAGED_POLICY}.html",
    ),
    DeclaredNeed(
        kind="shift",
        actions=("elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"),
        resources=("{targets}", "{other targets}"),
        reason="ECS puts the tasks of each version into a group",
        page=f"aws-managed-policy/latest/reference/{MANAGED_POLICY}.html",
    ),
    DeclaredNeed(
        kind="shift",
        actions=("elasticloadbalancing:ModifyRule",),
        resources=("{rule}", "{test rule}"),
        reason="ECS changes the weights of both groups",
        page=f"aws-managed-policy/latest/reference/{MANAGED_POLICY}.html",
    ),
    DeclaredNeed(
        kind="shift",
        actions=("elasticloadbalancing:ModifyListener",),
        resources=("{listener}", "{test listener}"),
        reason="AWS's own policy has it next to ModifyRule; whether ECS uses it is not documented",
        page=f"aws-managed-policy/latest/reference/{MANAGED_POLICY}.html",
    ),
    DeclaredNeed(
        kind="hook",
        actions=("lambda:InvokeFunction",),
        resources=("{function}",),
        reason="ECS asks the smoke test whether it goes on",
        page="AmazonECS/latest/developerguide/blue-green-permissions.html",
    ),
)
