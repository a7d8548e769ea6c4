"""The synthesis for one machine has the same stacks as the real one."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.bundles.edge_bundle import EDGE_CONFIG
from infra.laptop import write_assembly


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("laptop") / "out"
    out.mkdir()
    (out / "old").touch()
    write_assembly(out)
    return out


def distribution(resources: dict[str, Any]) -> Any:
    (properties,) = (
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::CloudFront::Distribution"
    )
    return properties


def test_the_distribution_equals_the_deployed_one(
    out: Path, templates: dict[str, Template]
) -> None:
    """Only the hash of the code in the name of the function's version differs."""
    template = json.loads((out / "Edgefill-local-Edge.template.json").read_bytes())
    laptop, deployed = (
        distribution(template["Resources"]),
        distribution(templates["local-Edge"].to_json()["Resources"]),
    )
    for config in (laptop, deployed):
        for behaviour in config["DistributionConfig"]["CacheBehaviors"]:
            for each in behaviour.get("LambdaFunctionAssociations", []):
                del each["LambdaFunctionARN"]
    assert laptop == deployed


def test_the_output_folder_is_replaced(out: Path) -> None:
    """No old file is left in it, and no scratch folder next to it."""
    assert not (out / "old").exists()
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_edge_bundle_holds_sources_that_any_python_runs(out: Path) -> None:
    """It has the configuration and no compiled code."""
    (bundle,) = (path for path in out.glob("asset.*") if (path / EDGE_CONFIG).exists())
    assert {path.suffix for path in bundle.rglob("*") if path.is_file()} == {".py", ".json"}
    assert json.loads((bundle / EDGE_CONFIG).read_bytes())["issuer"]
