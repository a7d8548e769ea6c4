"""The firewall in front of the CDN: AWS's managed rules and a request rate per address."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.settings import REGION


class Firewall(Construct):
    """`acl` is the web ACL of a distribution; ValueError in a stack outside REGION."""

    def __init__(self, scope: Construct, id_: str, *, requests: int) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        if stack.region != REGION:
            raise ValueError(
                f"stack {stack.stack_name}: CloudFront's web ACLs exist only in {REGION}"
            )
        self.acl = wafv2.CfnWebACL(
            self,
            "Acl",
            scope="CLOUDFRONT",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_build_visibility("Edgefill"),
            rules=[
                _build_rate_rule(requests),
                _build_managed_rule("AWSManagedRulesAmazonIpReputationList", priority=1),
            ],
        )


def _build_rate_rule(requests: int) -> wafv2.CfnWebACL.RuleProperty:
    """Block an address that sends more than `requests` in five minutes."""
    return wafv2.CfnWebACL.RuleProperty(
        name="Rate",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", limit=requests, evaluation_window_sec=300
            )
        ),
        visibility_config=_build_visibility("Rate"),
    )


def _build_managed_rule(name: str, *, priority: int) -> wafv2.CfnWebACL.RuleProperty:
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                name=name, vendor_name="AWS"
            )
        ),
        visibility_config=_build_visibility(name),
    )


def _build_visibility(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
