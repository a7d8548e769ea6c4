"""`edgefill doctor` as a user runs it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.cli.operations.doctor import read_needs
from infra.settings import STAGES

NO_CREDENTIALS: dict[str, str | None] = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_ACCESS_KEY_ID": None,
    "AWS_SECRET_ACCESS_KEY": None,
    "AWS_PROFILE": None,
    "AWS_SESSION_TOKEN": None,
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",  # nothing listens, so no test asks AWS
}


def run(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(
        create_app(("doctor",)), ["doctor", *words], env=NO_CREDENTIALS | environment
    )


def test_a_laptop_is_checked_line_by_line() -> None:
    """No line is a traceback; the tiny model is whole."""
    done = run("--weights", "training/tiny_model")
    lines = [line.split()[:2] for line in done.stdout.splitlines()]
    names = ["python", "port", "disk", "memory", "chromium", "clock", "catalogue", "roles"]
    assert [name for _, name in lines] == [*names, "weights"]
    assert {status for status, _ in lines} <= {"ok", "warn", "fail"}
    assert ["ok", "weights"] in lines


def test_without_credentials_aws_is_one_clear_line() -> None:
    """The exit status is 1."""
    done = run("--aws", "--stage", "prod")
    assert done.exit_code == 1
    (line,) = [line for line in done.stdout.splitlines() if "credentials" in line]
    assert line.startswith("fail  credentials")
    assert "aws sso login" in line


def test_a_failure_is_in_the_json_and_in_the_exit_status(tmp_path: Path) -> None:
    """A folder without a catalogue fails."""
    done = run("--templates", str(tmp_path), "--json")
    data = json.loads(done.stdout)
    assert (done.exit_code, data["status"]) == (1, "fail")
    failed = [row["check"] for row in data["checks"] if row["status"] == "fail"]
    assert failed == ["catalogue"]


def test_the_needs_are_those_of_the_settings() -> None:
    """Twice the machines, for two versions of a model; without GPUs no quota, weights or image."""
    prod, local = read_needs(STAGES["prod"]), read_needs(STAGES["local"])
    assert prod.instance_types
    assert (prod.max_machines, prod.weights) == (8, "models/default")
    assert (local.instance_types, local.weights, local.builds_image) == ((), None, False)


def test_an_empty_account_is_told_what_is_missing(moto: str) -> None:
    """Through boto3's own clients: no bootstrap, no bucket; moto's quotas cannot be read."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    done = run("--aws", "--json", AWS_ENDPOINT_URL=moto, **credentials)
    rows = {row["check"]: row for row in json.loads(done.stdout)["checks"]}
    assert rows["credentials"]["status"] == rows["clock"]["status"] == "ok"
    assert "cdk bootstrap -c stage=dev" in rows["bootstrap"]["remedy"]
    assert "cdk deploy --all -c stage=dev" in rows["weights"]["remedy"]
    assert rows["quota"]["text"].startswith("not checked: ")
    assert rows["alarms"]["status"] == "warn"
    assert done.exit_code == 1
