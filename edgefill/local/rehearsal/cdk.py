"""The CDK's command line, as a user of the repository calls it."""

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
    """A CDK command ended with another status than it should; the text ends with what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cdk:
    """Commands under one environment; each returns what it printed."""

    environment: Mapping[str, str]

    def synth(self, *, jwks: Path, out: Path) -> Path:
        """The cloud assembly of the stage for one set of public keys, in `out`."""
        self._run("synth", "--quiet", "-c", f"stage={STAGE}", "-c", f"jwks={jwks}", "-o", str(out))
        return out

    def bootstrap(self, assembly: Path) -> str:
        """Make what deployments need in an account."""
        return self._run("bootstrap", f"aws://{ACCOUNT}/us-east-1", "--app", str(assembly))

    def deploy(self, assembly: Path) -> str:
        """Deploy STACKS, in order."""
        never = ("--require-approval", "never", "--concurrency", "1", "--exclusively")
        return self._run("deploy", "--app", str(assembly), *never, *STACKS)

    def diff(self, assembly: Path, *, differs: bool) -> str:
        """What a deployment would change; CommandFailed when that is not as expected."""
        asked = ("diff", "--app", str(assembly), "--fail", "--exclusively", *STACKS)
        return self._run(*asked, status=1 if differs else 0)

    def destroy(self, assembly: Path) -> str:
        """Take STACKS down."""
        return self._run("destroy", "--app", str(assembly), "--force", "--exclusively", *STACKS)

    def _run(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            [str(CDK), *arguments],
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        if done.returncode != status:
            raise CommandFailed(f"cdk {arguments[0]}: status {done.returncode}\n{said[-3000:]}")
        return said
