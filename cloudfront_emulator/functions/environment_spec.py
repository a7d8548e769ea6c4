"""What an execution environment runs: a function's handler and its settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

VERSION = "1"  # edge functions are associated by a numbered version, never $LATEST


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSpec:
    """The settings of an environment.

    `root` stands for /var/task; `libraries` follow it on the import path.
    """

    name: str
    root: Path
    handler: str
    runtime: str
    memory_mb: int
    python: str
    libraries: tuple[Path, ...] = ()

    def build_command(self, child: Path, socket: int, lifeline: int) -> list[str]:
        """The child's command line, isolated from our packages and variables.

        It writes no bytecode, because /var/task is read-only on AWS.
        """
        options = ["-I", "-S", "-B"]
        arguments = [str(socket), str(lifeline), str(self.root), self.handler]
        return [self.python, *options, str(child), *arguments, *map(str, self.libraries)]

    def build_variables(self) -> dict[str, str]:
        """The variables that Lambda sets, without credentials.

        Source: Lambda Developer Guide, configuration-envvars.
        """
        return {
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.runtime}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": VERSION,
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/us-east-1.{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[{VERSION}]",
            "AWS_REGION": "us-east-1",
            "LAMBDA_TASK_ROOT": str(self.root),
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "TZ": ":UTC",
            "_HANDLER": self.handler,
        }
