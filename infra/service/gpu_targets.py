"""Where the load balancer sends requests: one group of tasks, or one for each running model.

With two groups ECS moves the traffic between them itself: it changes the weights of the rule in
front of them (docs.aws.amazon.com/AmazonECS/latest/developerguide,
alb-resources-for-blue-green.html).
Every rule of the balancer forwards, because ECS refuses one that mixes forwarding with other
actions. Which of the two groups is live changes with each rollout, so metrics add them up.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.lambda_functions import allow_actions
from infra.nag_suppressions import suppress_finding
from infra.service.gpu_load_balancer import add_listener, create_targets
from infra.service.gpu_task import PORT, SERVICE

TEST_PORT = 8080  # the new model only, for its smoke test
MINUTE = Duration.minutes(1)
# What AmazonECSInfrastructureRolePolicyForLoadBalancers allows, on all balancers of the account.
READS = (
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)


class GpuTargets(Construct):
    """The tasks of `service` behind `balancer`; with `is_double` in two groups.

    `testers` may call the new model while it has no traffic; it is None for one group.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: ec2.IVpc,
        balancer: elb.ApplicationLoadBalancer,
        service: ecs.Ec2Service,
        is_double: bool,
    ) -> None:
        super().__init__(scope, id_)
        first = create_targets(self, "Tasks", vpc)
        self.groups = [first]
        self.testers: ec2.SecurityGroup | None = None
        listener = add_listener(balancer, "Http", 80, first)
        alternate = None
        if is_double:
            second = create_targets(self, "OtherTasks", vpc)
            self.groups.append(second)
            test = add_listener(balancer, "Test", TEST_PORT, first)
            self.testers = self._create_testers(vpc, balancer)
            rules = [
                self._create_rule("Rule", listener, first, second),
                self._create_rule("TestRule", test, first, second),
            ]
            alternate = self._build_alternate(second, rules, [listener, test])
        task = service.load_balancer_target(
            container_name=SERVICE, container_port=PORT, alternate_target=alternate
        )
        task.attach_to_application_target_group(first)

    def measure(self, name: str, statistic: str) -> cloudwatch.IMetric:
        """A metric of the groups per minute, added up; no value while no group has one."""
        metrics = {f"{name}{index}": each for index, each in enumerate(self._list(name, statistic))}
        if len(metrics) == 1:
            return next(iter(metrics.values()))
        return cloudwatch.MathExpression(
            expression=f"SUM([{', '.join(metrics)}])",
            using_metrics=metrics,
            period=MINUTE,
            label=name,
        )

    def measure_errors(self) -> cloudwatch.MathExpression:
        """The larger share of 5xx of a group with five requests in a minute, in percent.

        So a model that gets a tenth of the traffic is measured by its own requests.
        """
        shares, metrics = [], {}
        for index, group in enumerate(self.groups):
            requests, errors = f"requests{index}", f"errors{index}"
            metrics[requests] = _build_metric(group, "requests", "sum")
            metrics[errors] = _build_metric(group, "errors", "sum")
            share = f"100 * FILL({errors}, 0) / FILL({requests}, 1)"
            shares.append(f"IF(FILL({requests}, 0) >= 5, {share}, 0)")
        expression = shares[0] if len(shares) == 1 else f"MAX([{', '.join(shares)}])"
        return cloudwatch.MathExpression(
            expression=expression, using_metrics=metrics, period=MINUTE, label="Errors, %"
        )

    def _list(self, name: str, statistic: str) -> list[cloudwatch.IMetric]:
        return [_build_metric(group, name, statistic) for group in self.groups]

    def _create_testers(
        self, vpc: ec2.IVpc, balancer: elb.ApplicationLoadBalancer
    ) -> ec2.SecurityGroup:
        testers = ec2.SecurityGroup(
            self,
            "Testers",
            vpc=vpc,
            description="May test a new model before it has traffic",
            allow_all_outbound=False,
        )
        balancer.connections.allow_from(testers, ec2.Port.tcp(TEST_PORT), "tests a new model")
        return testers

    def _create_rule(
        self,
        id_: str,
        listener: elb.ApplicationListener,
        first: elb.ApplicationTargetGroup,
        second: elb.ApplicationTargetGroup,
    ) -> elb.ApplicationListenerRule:
        """All traffic to the first group, until ECS changes the weights."""
        return elb.ApplicationListenerRule(
            self,
            id_,
            listener=listener,
            priority=1,
            conditions=[elb.ListenerCondition.path_patterns(["*"])],
            action=elb.ListenerAction.weighted_forward(
                [
                    elb.WeightedTargetGroup(target_group=first, weight=1),
                    elb.WeightedTargetGroup(target_group=second, weight=0),
                ]
            ),
        )

    def _build_alternate(
        self,
        second: elb.ApplicationTargetGroup,
        rules: list[elb.ApplicationListenerRule],
        listeners: list[elb.ApplicationListener],
    ) -> ecs.AlternateTarget:
        production, test = map(ecs.ListenerRuleConfiguration.application_listener_rule, rules)
        return ecs.AlternateTarget(
            "Alternate",
            alternate_target_group=second,
            production_listener=production,
            test_listener=test,
            role=self._create_shift_role(rules, listeners),
        )

    def _create_shift_role(
        self, rules: list[elb.ApplicationListenerRule], listeners: list[elb.ApplicationListener]
    ) -> iam.Role:
        """The role with which ECS moves tasks and traffic; AWS's managed policy allows more."""
        role = iam.Role(self, "ShiftRole", assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"))
        allow_actions(role, READS, "*")
        suppress_finding(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            "These actions support no resource (service-authorization reference, ELB v2).",
        )
        targets = ("elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets")
        allow_actions(role, targets, *(each.target_group_arn for each in self.groups))
        rows: list[Any] = [*(each.listener_rule_arn for each in rules)]
        allow_actions(role, ("elasticloadbalancing:ModifyRule",), *rows)
        arns = [each.listener_arn for each in listeners]
        allow_actions(role, ("elasticloadbalancing:ModifyListener",), *arns)
        return role


def _build_metric(
    group: elb.ApplicationTargetGroup, name: str, statistic: str
) -> cloudwatch.IMetric:
    options: dict[str, Any] = {"period": MINUTE, "statistic": statistic}
    metrics = group.metrics
    if name == "errors":
        return metrics.http_code_target(elb.HttpCodeTarget.TARGET_5XX_COUNT, **options)
    builders = {
        "requests": metrics.request_count,
        "healthy": metrics.healthy_host_count,
        "unhealthy": metrics.unhealthy_host_count,
    }
    return builders[name](**options)
