"""Readers of the service stack's template."""

from typing import Any

from aws_cdk.assertions import Template


def find_all(template: Template, type_: str) -> list[dict[str, Any]]:
    """The properties of every resource of a type."""
    return [row["Properties"] for row in template.find_resources(type_).values()]


def find_task(template: Template, container: str) -> dict[str, dict[str, Any]]:
    """The containers, by name, of the task definition that has `container`."""
    for task in find_all(template, "AWS::ECS::TaskDefinition"):
        containers = {each["Name"]: each for each in task["ContainerDefinitions"]}
        if container in containers:
            return containers
    raise LookupError(container)


def list_statements(template: Template) -> list[dict[str, Any]]:
    """Every statement of every policy of a role."""
    return [
        statement
        for policy in find_all(template, "AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
    ]
