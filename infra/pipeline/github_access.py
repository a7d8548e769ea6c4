"""GithubAccess: roles that workflows of one repository assume by OpenID Connect, without keys.

A workflow's token names its repository and either its environment or the event pull_request
(docs.github.com, "OpenID Connect reference", example subject claims). Both roles require the exact
subject, so neither a fork nor another branch's workflow without the environment gets a role.
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.nag_suppressions import suppress_finding

HOST = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"  # what aws-actions/configure-aws-credentials asks for
# The bootstrap stack's roles (aws-cdk-lib, DefaultStackSynthesizer), which do the deployment.
BOOTSTRAP_ROLES = ("deploy", "file-publishing", "image-publishing", "lookup")
QUALIFIER = "hnb659fds"
STACKS = "Edgefill-*"


class GithubAccess(Construct):
    """`diff` reads deployed templates for pull requests; `deploy` has a role for each stage."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        repository: str,
        stages: Sequence[str],
        provider_arn: str | None,
    ) -> None:
        super().__init__(scope, id_)
        self._repository = repository
        self._provider = self._find_provider(provider_arn)
        self.diff = self._create_diff_role()
        self.deploy = {stage: self._create_deploy_role(stage) for stage in stages}

    def _find_provider(self, arn: str | None) -> iam.IOidcProvider:
        """The account's provider for GitHub; it can have only one, so an existing one is named."""
        if arn:
            return iam.OidcProviderNative.from_oidc_provider_arn(self, "Provider", arn)
        return iam.OidcProviderNative(
            self, "Provider", url=f"https://{HOST}", client_ids=[AUDIENCE]
        )

    def _create_role(self, id_: str, *, subject: str, description: str) -> iam.Role:
        claims = {
            f"{HOST}:aud": AUDIENCE,
            f"{HOST}:sub": f"repo:{self._repository}:{subject}",
        }
        return iam.Role(
            self,
            id_,
            assumed_by=iam.WebIdentityPrincipal(
                self._provider.oidc_provider_arn, {"StringEquals": claims}
            ),
            description=description,
            max_session_duration=Duration.hours(1),
        )

    def _create_diff_role(self) -> iam.Role:
        """A role that reads templates only: the code of a pull request runs with it.

        The bootstrap's lookup role is not allowed, because it reads the content of every bucket.
        """
        role = self._create_role(
            "Diff", subject="pull_request", description="cdk diff of pull requests"
        )
        stack = Stack.of(self)
        stacks = stack.format_arn(
            service="cloudformation", resource="stack", resource_name=f"{STACKS}/*"
        )
        version = stack.format_arn(
            service="ssm",
            resource="parameter",
            resource_name=f"cdk-bootstrap/{QUALIFIER}/version",
        )
        reads = ["cloudformation:DescribeStacks", "cloudformation:GetTemplate"]
        role.add_to_policy(iam.PolicyStatement(actions=reads, resources=[stacks]))
        role.add_to_policy(iam.PolicyStatement(actions=["ssm:GetParameter"], resources=[version]))
        suppress_finding(
            role,
            f"AwsSolutions-IAM5[Resource::arn:aws:cloudformation:{stack.region}:"
            f"{stack.account}:stack/{STACKS}/*]",
            "The stacks of this project; the end of an ARN is made when a stack is created.",
        )
        return role

    def _create_deploy_role(self, stage: str) -> iam.Role:
        role = self._create_role(
            f"Deploy-{stage}",
            subject=f"environment:{stage}",
            description=f"cdk deploy of stage {stage}",
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["sts:AssumeRole"],
                resources=[self._format_role_arn(name) for name in BOOTSTRAP_ROLES],
            )
        )
        return role

    def _format_role_arn(self, name: str) -> str:
        stack = Stack.of(self)
        return stack.format_arn(
            service="iam",
            region="",
            resource="role",
            resource_name=f"cdk-{QUALIFIER}-{name}-role-{stack.account}-{stack.region}",
        )
