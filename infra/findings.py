"""Findings of cdk-nag that stay, each with the reason beside the resource it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Validations

if TYPE_CHECKING:
    from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """Keep one finding, such as `AwsSolutions-IAM5[Resource::*]`, on `construct` and below."""
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))
