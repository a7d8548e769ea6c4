"""Finds an interpreter of the Lambda runtime's Python version, which compiles the bundles.

`python -m infra.bundles.interpreter` prints its path.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from edgefill.core.errors import EdgefillError

VARIABLE = "EDGEFILL_BUNDLE_PYTHON"


class InterpreterMissing(EdgefillError):
    """No interpreter of the required version was found; the message says what to do."""


def find_interpreter(version: str, environment: Mapping[str, str] = os.environ) -> str:
    """The path of a Python of exactly `version` ("3.13"); InterpreterMissing.

    The variable VARIABLE names one; otherwise this interpreter, the PATH and pyenv are searched.
    """
    for candidate in _list_candidates(version, environment):
        if _read_version(candidate) == version:
            return candidate
    raise InterpreterMissing(
        f"the bundles need Python {version} to compile the modules that Lambda runs; "
        f"install one or name it in {VARIABLE}"
    )


def _list_candidates(version: str, environment: Mapping[str, str]) -> Iterator[str]:
    if path := environment.get(VARIABLE):
        yield path
        return
    yield sys.executable
    yield f"python{version}"
    pyenv = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from (str(python) for python in sorted(pyenv.glob(f"versions/{version}*/bin/python")))


def _read_version(candidate: str) -> str | None:
    """The version of an interpreter, such as "3.13"; None when it cannot be run."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        process = subprocess.run(  # noqa: S603 named by the user or the system
            [candidate, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return process.stdout.strip()


if __name__ == "__main__":
    from infra.settings import RUNTIME

    print(find_interpreter(RUNTIME))  # noqa: T201 the command's output
