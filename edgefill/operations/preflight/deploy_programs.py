"""Checks of the programs that a deployment starts on this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from edgefill.operations.check_result import CheckResult, fail_check, pass_check

CDK = Path("node_modules/.bin/cdk")
DOCKER_COMMAND = ("docker", "info", "--format", "{{.ServerVersion}}")
DOCKER_TIMEOUT_S = 20
RunCommand = Callable[[Sequence[str]], str | None]


def run_command(command: Sequence[str]) -> str | None:
    """The first line that a program prints; None if it is missing, fails or is slow."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 a constant of this module
            command, capture_output=True, text=True, check=True, timeout=DOCKER_TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return (done.stdout.splitlines() or [""])[0]


def check_docker(*, is_needed: bool, run: RunCommand = run_command) -> CheckResult:
    """Docker answers; `cdk deploy` builds the image of the GPU service with it."""
    version = run(DOCKER_COMMAND)
    if version:
        return pass_check("docker", version)
    if not is_needed:
        return pass_check("docker", "does not answer; this stage builds no image")
    remedy = "start Docker, or set CDK_DOCKER to another builder, e.g. finch"
    return fail_check("docker", "does not answer, so the image cannot be built", remedy=remedy)


def check_cdk(program: Path = CDK) -> CheckResult:
    """The CDK's command is installed."""
    if program.exists():
        return pass_check("cdk", str(program))
    return fail_check("cdk", f"{program} is missing", remedy="run `make node_modules`")
