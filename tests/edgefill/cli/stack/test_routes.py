"""`edgefill routes`: the behaviour of each path, and errors on one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cloudfront_emulator.errors import CloudFormationRefused
from edgefill.cli.__main__ import create_app

TEMPLATE = {"Resources": {"Cdn": {"Type": "AWS::CloudFront::Distribution", "Properties": {
    "DistributionConfig": {
        "Enabled": True,
        "Origins": [{
            "Id": "site",
            "DomainName": "shop.example",
            "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
        }],
        "DefaultCacheBehavior": {
            "TargetOriginId": "site",
            "ViewerProtocolPolicy": "https-only",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            "SmoothStreaming": True,
        },
    },
}}}}  # fmt: skip


@pytest.fixture
def template(tmp_path: Path) -> str:
    file = tmp_path / "Shop.template.json"
    file.write_text(json.dumps(TEMPLATE))
    return str(file)


def test_routes_are_printed_with_a_warning_for_ignored_properties(template: str) -> None:
    """Routes go to standard output, warnings to standard error."""
    done = CliRunner().invoke(
        create_app(("routes",)), ["routes", "--template", template, "--lenient"]
    )
    assert done.exit_code == 0
    assert "WARNING: Min TTL above 0" in done.stdout
    assert "warning: Cdn: DistributionConfig.DefaultCacheBehavior.SmoothStreaming" in done.stderr


def test_routes_are_one_json_object(template: str) -> None:
    """Scripts read it."""
    words = ["routes", "--template", template, "--lenient", "--json"]
    data = json.loads(CliRunner().invoke(create_app(("routes",)), words).stdout)
    assert data["distribution"] == "Cdn"
    assert [(each["path"], each["min_ttl"]) for each in data["routes"]] == [("*", 1)]


def test_an_unsupported_template_is_an_expected_error(template: str) -> None:
    """The command prints such an error without a traceback."""
    runner, app = CliRunner(), create_app(("routes",))
    refused = runner.invoke(app, ["routes", "--template", template]).exception
    assert isinstance(refused, CloudFormationRefused)
    assert "--lenient" in str(refused)


def test_without_a_template_the_message_says_how_to_make_one(tmp_path: Path) -> None:
    """One line on standard error, exit 1."""
    command = [sys.executable, "-m", "edgefill.cli", "routes"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "python -m infra.laptop" in done.stderr
    assert done.stderr.count("\n") == 1
