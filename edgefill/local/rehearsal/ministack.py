"""Runs MiniStack, an emulator of AWS's control plane, in its own virtual environment.

MiniStack pins another version of botocore and runs Lambda functions in its own interpreter. So it
is installed in `.venv-ministack`, which has the Python of the Lambda runtime (Makefile:
deploy-local).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edgefill.core.errors import EdgefillError
from edgefill.local.stack.ports import HOST, find_free_port

ACCOUNT = "000000000000"  # MiniStack uses the access key id as the account id
READY_S = 60


class EmulatorFailed(EdgefillError):
    """MiniStack does not start; the text names its log."""


@contextmanager
def run_ministack(folder: Path, command: Path) -> Iterator[dict[str, str]]:
    """Run an empty emulator; yields the environment in which AWS's tools talk only to it.

    `command` is the path of MiniStack's command. EmulatorFailed when it is not ready in READY_S.
    """
    port, log = find_free_port(), folder / "ministack.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [str(command.absolute())],
            cwd=folder,
            env=os.environ | _build_emulator_environment(port),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://{HOST}:{port}"
            _wait_until_ready(f"{url}/_ministack/health", child, log)
            yield build_client_environment(url)
        finally:
            child.terminate()
            child.wait(timeout=20)


def build_client_environment(url: str) -> dict[str, str]:
    """The variables that boto3 and the CDK read; none leads to a real account."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def _build_emulator_environment(port: int) -> dict[str, str]:
    return {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",
        "AWS_ACCESS_KEY_ID": ACCOUNT,
    }


def _wait_until_ready(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 our child process
                return
        except OSError:
            time.sleep(0.1)
    raise EmulatorFailed(f"MiniStack does not answer after {READY_S} s; see {log}")
