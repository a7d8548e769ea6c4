"""Findings of cdk-nag that stay, each with the reason beside the resource it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, CfnElement, Stack, Validations

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3
    from constructs import IConstruct


def suppress_finding(construct: IConstruct, finding: str, reason: str) -> None:
    """Keep one finding, such as `AwsSolutions-IAM5[Resource::*]`, on `construct` and below."""
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def suppress_object_finding(construct: IConstruct, bucket: s3.Bucket, objects: str) -> None:
    """Keep the finding that a policy speaks of all `objects` under a prefix of one bucket."""
    suppress_finding(
        construct,
        f"AwsSolutions-IAM5[Resource::{_format_bucket_arn(Stack.of(construct), bucket)}/{objects}]",
        f"{objects} is one kind of object in one bucket; their names are made at run time.",
    )


def suppress_registry_login_finding(role: IConstruct) -> None:
    """Keep the finding that a container's image is pulled after a log-in to no one registry."""
    suppress_finding(
        role,
        "AwsSolutions-IAM5[Resource::*]",
        "ecr:GetAuthorizationToken knows no resource (service-authorization reference, ECR).",
    )


def find_logical_id(construct: IConstruct) -> str:
    """What the template calls a construct's own resource."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnElement), construct.node.path
    return Stack.of(construct).get_logical_id(resource)


def _format_bucket_arn(stack: Stack, bucket: s3.Bucket) -> str:
    """The bucket's ARN as cdk-nag spells it in a template: by logical id, or by its export."""
    home = Stack.of(bucket)
    if home is stack or home.stack_name == stack.stack_name:
        return f"<{find_logical_id(bucket)}.Arn>"
    exported: str = stack.resolve(home.export_value(bucket.bucket_arn))["Fn::ImportValue"]
    return exported
