"""docs/operations.md names resources that the templates have."""

from __future__ import annotations

import pytest
from aws_cdk.assertions import Template

from tests.edgefill.cli.operations.guide import list_resources


@pytest.mark.parametrize(("stack", "type_", "part"), list_resources())
def test_each_named_resource_is_one_of_its_stack(
    templates: dict[str, Template], stack: str, type_: str, part: str
) -> None:
    """Its logical id contains the part, and no other of its type does."""
    resources = templates[f"prod-{stack}"].find_resources(type_)
    assert len([name for name in resources if part in name]) == 1
