"""Suppresses findings of cdk-nag, each with its reason next to the resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, CfnElement, Stack, Validations

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3
    from constructs import IConstruct


def suppress_finding(construct: IConstruct, finding: str, reason: str) -> None:
    """Suppress one finding, such as `AwsSolutions-IAM5[Resource::*]`, on `construct` and below."""
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def suppress_object_finding(construct: IConstruct, bucket: s3.Bucket, objects: str) -> None:
    """Suppress the finding that a policy allows all `objects` under a prefix of one bucket."""
    suppress_finding(
        construct,
        f"AwsSolutions-IAM5[Resource::{_format_bucket_arn(Stack.of(construct), bucket)}/{objects}]",
        f"{objects} is one kind of object in one bucket; the names are created at run time.",
    )


def suppress_registry_login_finding(role: IConstruct) -> None:
    """Suppress the finding that a role may get registry tokens for every resource."""
    suppress_finding(
        role,
        "AwsSolutions-IAM5[Resource::*]",
        "ecr:GetAuthorizationToken supports no resource (service-authorization reference, ECR).",
    )


def find_logical_id(construct: IConstruct) -> str:
    """The logical id of a construct's own resource in the template."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnElement), construct.node.path
    return Stack.of(construct).get_logical_id(resource)


def _format_bucket_arn(stack: Stack, bucket: s3.Bucket) -> str:
    """The bucket's ARN as cdk-nag prints it: by logical id, or by export from another stack."""
    home = Stack.of(bucket)
    if home is stack or home.stack_name == stack.stack_name:
        return f"<{find_logical_id(bucket)}.Arn>"
    exported: str = stack.resolve(home.export_value(bucket.bucket_arn))["Fn::ImportValue"]
    return exported
