"""The roles of GitHub's workflows: who may assume them, and what they may do."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Match, Template

from edgefill.core.errors import InputRefused
from infra.pipeline.app import build_pipeline
from infra.settings import NO_ACCOUNT
from tests.infra.conftest import read_context

HOST = "token.actions.githubusercontent.com"
EXISTING = f"arn:aws:iam::{NO_ACCOUNT}:oidc-provider/{HOST}"


def synthesise(**arguments: Any) -> Template:
    defaults: dict[str, Any] = {
        "repository": "acme/shop",
        "stages": "dev,prod",
        "provider": None,
        "account": NO_ACCOUNT,
    }
    stack = build_pipeline(App(context=read_context()), **(defaults | arguments))
    return Template.from_stack(stack)


@pytest.fixture(scope="module")
def template() -> Template:
    return synthesise()


def list_subjects(template: Template) -> list[str]:
    """The subject that each role requires."""
    subjects = []
    for role in template.find_resources("AWS::IAM::Role").values():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert list(statement["Condition"]) == ["StringEquals"]
        claims = statement["Condition"]["StringEquals"]
        assert claims[f"{HOST}:aud"] == "sts.amazonaws.com"
        subjects.append(claims[f"{HOST}:sub"])
    return sorted(subjects)


def test_each_role_requires_one_exact_subject(template: Template) -> None:
    """No wildcard: a fork, a branch or another repository has another subject."""
    assert list_subjects(template) == [
        "repo:acme/shop:environment:dev",
        "repo:acme/shop:environment:prod",
        "repo:acme/shop:pull_request",
    ]


def test_the_provider_is_githubs(template: Template) -> None:
    """AWS knows its certificate, so no thumbprint is needed."""
    template.has_resource_properties(
        "AWS::IAM::OIDCProvider",
        {"Url": f"https://{HOST}", "ClientIdList": ["sts.amazonaws.com"]},
    )


def list_statements(template: Template) -> list[dict[str, Any]]:
    policies = template.find_resources("AWS::IAM::Policy").values()
    return [
        statement
        for policy in policies
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_deploying_is_assuming_the_bootstraps_roles(template: Template) -> None:
    """And nothing else; for each stage one policy."""
    assumed = [row for row in list_statements(template) if row["Action"] == "sts:AssumeRole"]
    names = ("deploy", "file-publishing", "image-publishing", "lookup")
    assert len(assumed) == 2
    for statement in assumed:
        text = str(statement["Resource"])
        assert len(statement["Resource"]) == 4
        assert all(f"cdk-hnb659fds-{name}-role-" in text for name in names)


def test_a_pull_request_reads_templates_only(template: Template) -> None:
    """Its code is not reviewed yet, so it must not read data or change anything."""
    reads = [row for row in list_statements(template) if row["Action"] != "sts:AssumeRole"]
    actions = [
        action
        for row in reads
        for action in (row["Action"] if isinstance(row["Action"], list) else [row["Action"]])
    ]
    assert sorted(actions) == [
        "cloudformation:DescribeStacks",
        "cloudformation:GetTemplate",
        "ssm:GetParameter",
    ]


def test_no_statement_is_for_every_resource(template: Template) -> None:
    """Least privilege."""
    assert all(row["Resource"] != "*" for row in list_statements(template))


def test_the_outputs_are_the_roles(template: Template) -> None:
    """Their descriptions say into which variable they go."""
    template.has_output("*", {"Description": Match.string_like_regexp("AWS_DIFF_ROLE")})
    template.has_output("*", {"Description": Match.string_like_regexp("environment prod")})


def test_an_existing_provider_is_used() -> None:
    """An account can have only one for GitHub."""
    template = synthesise(provider=EXISTING)
    template.resource_count_is("AWS::IAM::OIDCProvider", 0)
    assert EXISTING in str(template.find_resources("AWS::IAM::Role"))


@pytest.mark.parametrize(
    "wrong", [{"repository": "shop"}, {"repository": "acme/*"}, {"stages": "dve"}]
)
def test_a_wrong_context_is_refused(wrong: dict[str, str]) -> None:
    """A wildcard in the repository would open the role to others."""
    with pytest.raises(InputRefused):
        synthesise(**wrong)
