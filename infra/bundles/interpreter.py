"""The interpreter that compiles bundles: of the Lambda runtime's version, wherever it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from edgefill.core.errors import EdgefillError

VARIABLE = "EDGEFILL_BUNDLE_PYTHON"


class InterpreterMissing(EdgefillError):
    """No interpreter of the wanted version; the message says what to do."""


def find_interpreter(version: str, environment: Mapping[str, str] = os.environ) -> str:
    """A Python of exactly `version` ("3.13"); InterpreterMissing."""
    for candidate in _list_candidates(version, environment):
        if _read_version(candidate) == version:
            return candidate
    raise InterpreterMissing(
        f"the bundles need a Python {version}, which compiles what Lambda will run; "
        f"install one or name it in {VARIABLE}"
    )


def _list_candidates(version: str, environment: Mapping[str, str]) -> Iterator[str]:
    if named := environment.get(VARIABLE):
        yield named
        return
    yield sys.executable
    yield f"python{version}"
    pyenv = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from (str(path) for path in sorted(pyenv.glob(f"versions/{version}*/bin/python")))


def _read_version(candidate: str) -> str | None:
    """`3.13` of what runs there, None when nothing does."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        process = subprocess.run(  # noqa: S603 an interpreter that the user or the system names
            [candidate, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return process.stdout.strip()


if __name__ == "__main__":
    from infra.settings import RUNTIME

    print(find_interpreter(RUNTIME))  # noqa: T201 the command's answer
