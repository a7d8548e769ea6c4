"""List prices in USD for us-east-1, first tier, without tax and free tier; SOURCES says whose.

None could be compared with AWS's pages where this was written: they show prices by script only.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000
GB = 1_000_000_000
HOURS = 730  # a month


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrices:
    """USD per unit."""

    https_request: float = 1.00 / MILLION  # CloudFront, in its more expensive regions
    egress_byte: float = 0.085 / GB  # CloudFront to the internet
    edge_request: float = 0.60 / MILLION  # Lambda@Edge
    edge_gb_s: float = 0.00005001
    api_request: float = 0.20 / MILLION  # Lambda
    api_gb_s: float = 0.0000166667
    table_write: float = 0.625 / MILLION  # DynamoDB, on demand
    object_read: float = 0.40 / MILLION  # S3
    log_byte: float = 0.50 / GB  # CloudWatch, when it is written
    firewall_request: float = 0.60 / MILLION  # WAF
    gpu_hour: float = 1.006  # g5.xlarge, on demand; g6.xlarge costs less
    firewall_month: float = 5.00
    firewall_rule_month: float = 1.00
    balancer_hour: float = 0.0225
    endpoint_hour: float = 0.01  # in each zone
    nat_hour: float = 0.045
    address_hour: float = 0.005  # a public IPv4 address, such as that of a NAT gateway
    alarm_metric_month: float = 0.10  # each metric that an alarm reads
    metric_month: float = 0.30  # a metric of our own, and of CloudFront's additional ones
    dashboard_month: float = 3.00
    secret_month: float = 0.40
    disk_gb_month: float = 0.08  # gp3
    disk_mb_per_s_month: float = 0.04  # gp3, above 125 MB/s


_CLOUDFRONT = "aws.amazon.com/cloudfront/pricing"
_WAF = "c3x.dev/blog/aws-waf-cost-explained (three meters: ACL, rule, request)"
_VPC = "zacfukuda.com/blog/aws-nat-gateway-vs-vpc-endpoint (June 2026)"
_CLOUDWATCH = "factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards"
_MEMORY = "not verified: from memory"
SOURCES = {
    "https_request": _CLOUDFRONT,
    "egress_byte": _CLOUDFRONT,
    "edge_request": "a secondary source; compare aws.amazon.com/lambda/pricing",
    "edge_gb_s": "a secondary source; compare aws.amazon.com/lambda/pricing",
    "api_request": "AWS's whitepaper How AWS Pricing Works",
    "api_gb_s": "AWS's whitepaper How AWS Pricing Works",
    "table_write": _MEMORY,
    "object_read": _MEMORY,
    "log_byte": _CLOUDWATCH,
    "firewall_request": _WAF,
    "gpu_hour": "factualminds.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026",
    "firewall_month": _WAF,
    "firewall_rule_month": _WAF,
    "balancer_hour": _MEMORY,
    "endpoint_hour": _VPC,
    "nat_hour": _VPC,
    "address_hour": "factualminds.com/blog/amazon-vpc-pricing-endpoints-peering-transit-gateway",
    "alarm_metric_month": _MEMORY,
    "metric_month": "signoz.io/guides/cloudwatch-pricing",
    "dashboard_month": _CLOUDWATCH,
    "secret_month": _MEMORY,
    "disk_gb_month": _MEMORY,
    "disk_mb_per_s_month": _MEMORY,
}
