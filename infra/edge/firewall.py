"""The firewall in front of the CDN: AWS's managed rules and a request rate per address."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.settings import REGION

# What a visitor requests. The edge function fetches packs (`/t/`) through the same distribution,
# from few addresses of AWS, so the rate rule must not count those requests.
COUNTED_PATHS = ("/p/", "/ask")


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
    """Block an address that sends more than `requests` to COUNTED_PATHS in five minutes."""
    return wafv2.CfnWebACL.RuleProperty(
        name="Rate",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP",
                limit=requests,
                evaluation_window_sec=300,
                scope_down_statement=_match_counted_paths(),
            )
        ),
        visibility_config=_build_visibility("Rate"),
    )


def _match_counted_paths() -> wafv2.CfnWebACL.StatementProperty:
    return wafv2.CfnWebACL.StatementProperty(
        or_statement=wafv2.CfnWebACL.OrStatementProperty(
            statements=[_match_path_start(path) for path in COUNTED_PATHS]
        )
    )


def _match_path_start(path: str) -> wafv2.CfnWebACL.StatementProperty:
    unchanged: Any = wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")
    return wafv2.CfnWebACL.StatementProperty(
        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
            positional_constraint="STARTS_WITH",
            search_string=path,
            text_transformations=[unchanged],
        )
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
