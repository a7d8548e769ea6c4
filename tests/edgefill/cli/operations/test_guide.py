"""The commands of docs/operations.md, run as written by a shell with AWS's own command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from edgefill.operations.rollout.task_model import read_version
from edgefill.packs.layout import POINTER
from edgefill.store.aws import AwsClients
from tests.edgefill.cli.operations.emulated_account import BUCKET, COPY, OVERLAY, create_account
from tests.edgefill.cli.operations.guide import GuideBlock, join_runnable, read_blocks

BIN = Path(sys.executable).parent
# Checks the syntax of every command, and sends none of them.
DRY = f"""
check() {{ "$@" >/dev/null || touch wrong; }}
aws() {{ check {BIN}/aws "$@" --generate-cli-skeleton output; echo name; }}
edgefill() {{ check {sys.executable} -m edgefill.cli "$@" --help; }}
curl() {{ :; }}
gh() {{ :; }}
find_resource() {{ echo name; }}
export STAGE=prod AWS_DEFAULT_REGION=us-east-1
"""
MARK = "== "
SECTIONS = list(dict.fromkeys(block.section for block in read_blocks()))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRun:
    """The account after all runnable commands of the guide, and what each section printed."""

    account: AwsClients
    outputs: Mapping[str, str]
    keys_before: list[str]


@pytest.fixture(scope="module")
def guide(moto: str) -> GuideRun:
    """One run of the guide from its first to its last runnable block, in one shell."""
    account = create_account(moto)
    before = list_keys(account, BUCKET)
    script = "\n".join(f"echo '{MARK}{name}'\n{join_runnable(name)}" for name in SECTIONS)
    parts = run_shell(script, endpoint=moto).split(MARK)[1:]
    outputs = {name: text for name, _, text in (part.partition("\n") for part in parts)}
    return GuideRun(account=account, outputs=outputs, keys_before=before)


def run_shell(
    commands: str, *, endpoint: str = "http://127.0.0.1:9", folder: Path | None = None
) -> str:
    """Run commands; their standard output, or an assertion with what they printed."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_PAGER": "",
        "COPY": COPY,
        "PYTHONPATH": str(Path.cwd()),
        "COLUMNS": "200",
    }
    command = ["bash", "-euo", "pipefail", "-c", commands]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def read_desired(account: AwsClients) -> int:
    ecs = account.make_client("ecs")
    (service,) = ecs.list_services(cluster="gpu")["serviceArns"]
    rows = ecs.describe_services(cluster="gpu", services=[service])
    return int(rows["services"][0]["desiredCount"])


def list_keys(account: AwsClients, bucket: str) -> list[str]:
    rows = account.make_s3().list_objects_v2(Bucket=bucket).get("Contents", [])
    return [row["Key"] for row in rows]


def test_the_first_look_shows_releases_and_letters(guide: GuideRun) -> None:
    """So the names before it lead to the right bucket and queue."""
    output = guide.outputs["First look"]
    assert "current" in output
    assert "welcome/en/lapsed" in output


@pytest.mark.parametrize("section", ["No GPU capacity", "Stuck rollback", "A bad model"])
def test_the_service_is_told_to_want_no_machine(guide: GuideRun, section: str) -> None:
    """ECS answers with the new number."""
    assert "0" in guide.outputs[section].split()
    assert read_desired(guide.account) == 0


def test_without_capacity_the_services_state_is_shown(guide: GuideRun) -> None:
    """Wanted and running tasks, then its last events."""
    assert guide.outputs["No GPU capacity"].split()[:2] == ["[", "1,"]


def test_a_stuck_rollback_shows_the_stacks(guide: GuideRun) -> None:
    """With their states."""
    assert "Edgefill-prod-Service" in guide.outputs["Stuck rollback"]


def test_dead_letters_are_replayed(guide: GuideRun) -> None:
    """One experience, then all; nothing is left to drop."""
    output = guide.outputs["Dead letters"]
    assert "1 of 2 keys are queued again" in output
    assert "1 of 1 keys are queued again" in output
    assert "0 of 0 letters are deleted" in output


def test_a_bad_models_overlay_is_removed(guide: GuideRun) -> None:
    """The releases stay."""
    left = list_keys(guide.account, BUCKET)
    assert OVERLAY in guide.keys_before
    assert OVERLAY not in left
    assert POINTER in left


def test_a_bad_model_is_replaced_by_the_one_before(guide: GuideRun) -> None:
    """The runbook shows which is live, then brings the other one back."""
    output = guide.outputs["A bad model"]
    assert output.splitlines()[0].split() == ["live", "v2"]
    assert "default comes back in place of v2" in output
    assert read_version(read_task(guide.account)) == "default"


def read_task(account: AwsClients) -> Any:
    ecs = account.make_client("ecs")
    (service,) = ecs.list_services(cluster="gpu")["serviceArns"]
    (row,) = ecs.describe_services(cluster="gpu", services=[service])["services"]
    return ecs.describe_task_definition(taskDefinition=row["taskDefinition"])["taskDefinition"]


def test_a_bad_release_is_rolled_back(guide: GuideRun) -> None:
    """The previous one is current afterwards, and its text is shown."""
    output = guide.outputs["A bad release"]
    first, *_, last = [line for line in output.splitlines() if " current " in line]
    assert first.split()[0] != last.split()[0]
    assert "Hello {{ name }}" in output


def test_a_store_is_copied_and_copied_back(guide: GuideRun) -> None:
    """Every object, and the copy serves `edgefill releases`."""
    assert list_keys(guide.account, COPY) == list_keys(guide.account, BUCKET)
    assert guide.outputs["A lost Region"].count(" current ") == 2


def test_every_section_has_commands() -> None:
    """Each runbook that a person expects, each with a block."""
    assert [
        *("Names", "First look", "No GPU capacity", "Quota 0", "Stuck rollback", "Dead letters"),
        *("A bad model", "A bad release", "A lost Region", "Key rotation", "Deploy from GitHub"),
    ] == SECTIONS


def run_dry(commands: str, folder: Path) -> None:
    """Let the command lines parse commands without sending any; AssertionError for a wrong one."""
    cdk = folder / "node_modules" / ".bin" / "cdk"
    cdk.parent.mkdir(parents=True)
    cdk.write_text("#!/bin/sh\n")
    cdk.chmod(0o755)
    (folder / "infra" / "jwks").mkdir(parents=True)
    run_shell(f"{DRY}\n{commands}\ntest ! -e wrong", folder=folder)


@pytest.mark.parametrize(
    "block",
    [block for block in read_blocks() if not block.is_runnable],
    ids=lambda block: block.section,
)
def test_other_commands_have_no_wrong_option(block: GuideBlock, tmp_path: Path) -> None:
    """What an emulator cannot run is parsed by AWS's command line and by ours."""
    run_dry(block.commands, tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        "for each in $(aws ec2 describe-region); do :; done",
        "aws ecs update-service --servise x",
        "edgefill doctor --awz",
    ],
)
def test_a_wrong_command_would_be_found(wrong: str, tmp_path: Path) -> None:
    """Also within a loop, where a shell goes on."""
    with pytest.raises(AssertionError):
        run_dry(wrong, tmp_path)
