"""The synthesis for a laptop: quick, and the same stacks as the real one."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.bundles.layout import EDGE_CONFIG
from infra.laptop import write_assembly


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("laptop") / "out"
    out.mkdir()
    (out / "old").touch()
    write_assembly(out)
    return out


def distribution(resources: dict[str, Any]) -> Any:
    (found,) = (
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::CloudFront::Distribution"
    )
    return found


def test_the_distribution_is_the_one_that_is_deployed(
    out: Path, templates: dict[str, Template]
) -> None:
    """But for the hash of the code in the name of the function's version."""
    made = json.loads((out / "Edgefill-local-Edge.template.json").read_bytes())
    mine, real = (
        distribution(made["Resources"]),
        distribution(templates["local-Edge"].to_json()["Resources"]),
    )
    for config in (mine, real):
        for behaviour in config["DistributionConfig"]["CacheBehaviors"]:
            for each in behaviour.get("LambdaFunctionAssociations", []):
                del each["LambdaFunctionARN"]
    assert mine == real


def test_the_folder_is_replaced_whole(out: Path) -> None:
    """Nothing of the old one is left, and nothing beside it."""
    assert not (out / "old").exists()
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_edge_bundle_holds_sources_that_any_python_runs(out: Path) -> None:
    """With its configuration, and nothing compiled."""
    (bundle,) = (path for path in out.glob("asset.*") if (path / EDGE_CONFIG).exists())
    assert {path.suffix for path in bundle.rglob("*") if path.is_file()} == {".py", ".json"}
    assert json.loads((bundle / EDGE_CONFIG).read_bytes())["issuer"]
