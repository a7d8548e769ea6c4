"""The synthesised template that the local CDN serves, made anew when its sources are newer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from edgefill.core.errors import EdgefillError

TEMPLATE = Path("cdk.out/laptop/Edgefill-local-Edge.template.json")
COMMAND = (sys.executable, "-O", "-m", "infra.laptop")  # -O: jsii then leaves out type checks
SOURCES = ("cdk.json", "infra/**/*.py", "infra/jwks/*", "edgefill/**/*.py", "lambdas/edge/*.py")
_SAID = 15  # lines of a failure that are shown


class SynthesisFailed(EdgefillError):
    """The template could not be made; the text ends with what the command said last."""


def synthesised(root: Path, *, command: tuple[str, ...] = COMMAND) -> Path:
    """The template of the repository at `root`, up to date; SynthesisFailed.

    `command` runs in `root` and writes TEMPLATE there in one step (infra/laptop.py).
    """
    template = root / TEMPLATE
    if not _is_stale(template, root):
        return template
    done = subprocess.run(
        command,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0 or not template.exists():
        said = "\n".join(done.stdout.splitlines()[-_SAID:]) or "nothing"
        raise SynthesisFailed(
            f"`python -m infra.laptop` ended with status {done.returncode} and said:\n{said}"
        )
    return template


def _is_stale(template: Path, root: Path) -> bool:
    try:
        made = template.stat().st_mtime_ns
    except FileNotFoundError:
        return True
    return any(path.stat().st_mtime_ns > made for path in _sources(root))


def _sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from root.glob(pattern)
