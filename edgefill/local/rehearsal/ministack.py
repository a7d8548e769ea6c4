"""MiniStack: AWS's control plane on this machine, in an environment of its own.

It pins another botocore than ours, and runs Lambda functions in its own interpreter; so it lives in
`.venv-ministack`, made with the Python of the Lambda runtime (Makefile: deploy-local).
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
from edgefill.local.stack.ports import HOST, free_port

ACCOUNT = "000000000000"  # MiniStack takes the access key id for the account
READY_S = 60


class EmulatorFailed(EdgefillError):
    """MiniStack does not come up; the text names its log."""


@contextmanager
def ministack(folder: Path, command: Path) -> Iterator[dict[str, str]]:
    """An empty emulator; the environment that makes AWS's tools talk to it, and to nobody else."""
    port, log = free_port(), folder / "ministack.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [str(command.absolute())],
            cwd=folder,
            env=os.environ | _emulator(port),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://{HOST}:{port}"
            _await(f"{url}/_ministack/health", child, log)
            yield client_environment(url)
        finally:
            child.terminate()
            child.wait(timeout=20)


def client_environment(url: str) -> dict[str, str]:
    """What boto3 and the CDK read; nobody's real account can be reached by mistake."""
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


def _emulator(port: int) -> dict[str, str]:
    return {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",
        "AWS_ACCESS_KEY_ID": ACCOUNT,
    }


def _await(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 our own child
                return
        except OSError:
            time.sleep(0.1)
    raise EmulatorFailed(f"MiniStack does not answer; see {log}")
