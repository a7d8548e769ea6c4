"""The secret that hides which questions have been asked (edgefill/routing/question.py).

It is in the store stack, because a new one makes stored answers and denials unreachable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.nag_suppressions import suppress_finding

if TYPE_CHECKING:
    from constructs import Construct


def create_question_key(scope: Construct, *, keep: bool) -> secretsmanager.Secret:
    """Create the secret; the API and the distribution read it at deployment."""
    secret = secretsmanager.Secret(
        scope,
        "QuestionKey",
        description="What the digests of free questions are keyed with.",
        removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=48, exclude_punctuation=True
        ),
    )
    suppress_finding(
        secret,
        "AwsSolutions-SMG4",
        "A new key makes every stored answer and denial unreachable, so it is not rotated.",
    )
    return secret
