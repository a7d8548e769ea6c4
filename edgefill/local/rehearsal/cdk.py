"""Runs the CDK's command line as a user of the repository runs it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import EdgefillError
from edgefill.local.rehearsal.ministack import ACCOUNT

CDK = Path("node_modules/.bin/cdk")
STAGE = "local"
STACKS = tuple(f"Edgefill-{STAGE}-{name}" for name in ("Store", "Service", "Edge"))


class CommandFailed(EdgefillError):
    """A CDK command ended with an unexpected status; the text ends with its output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CdkCommand:
    """Commands under one environment; each returns its output unless it says otherwise."""

    environment: Mapping[str, str]

    def write_assembly(self, *, jwks: Path, out: Path) -> Path:
        """Write the stage's cloud assembly for one set of public keys to `out`; returns `out`."""
        self._run("synth", "--quiet", "-c", f"stage={STAGE}", "-c", f"jwks={jwks}", "-o", str(out))
        return out

    def prepare_account(self, assembly: Path) -> str:
        """Bootstrap the account: create what deployments need in it."""
        return self._run("bootstrap", f"aws://{ACCOUNT}/us-east-1", "--app", str(assembly))

    def deploy(self, assembly: Path) -> str:
        """Deploy STACKS, in order."""
        options = ("--require-approval", "never", "--concurrency", "1", "--exclusively")
        return self._run("deploy", "--app", str(assembly), *options, *STACKS)

    def check_diff(self, assembly: Path, *, differs: bool) -> str:
        """Compare with what is deployed; CommandFailed unless the result is `differs`."""
        arguments = ("diff", "--app", str(assembly), "--fail", "--exclusively", *STACKS)
        return self._run(*arguments, status=1 if differs else 0)

    def destroy_stacks(self, assembly: Path) -> str:
        """Destroy STACKS."""
        return self._run("destroy", "--app", str(assembly), "--force", "--exclusively", *STACKS)

    def _run(self, *arguments: str, status: int = 0) -> str:
        """Run `cdk` with these arguments; CommandFailed unless it ends with `status`."""
        process = subprocess.run(
            [str(CDK), *arguments],
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        output = process.stdout + process.stderr
        if process.returncode != status:
            raise CommandFailed(
                f"cdk {arguments[0]}: status {process.returncode}\n{output[-3000:]}"
            )
        return output
