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
_SHOWN_LINES = 15  # lines of a failure that are shown


class SynthesisFailed(EdgefillError):
    """The template could not be made; the text ends with what the command said last."""


def ensure_template(root: Path, *, command: tuple[str, ...] = COMMAND) -> Path:
    """The template of the repository at `root`, up to date; SynthesisFailed.

    `command` runs in `root` and writes TEMPLATE there in one step (infra/laptop.py).
    """
    template = root / TEMPLATE
    if not _is_stale(template, root):
        return template
    process = subprocess.run(
        command,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if process.returncode != 0 or not template.exists():
        last_lines = "\n".join(process.stdout.splitlines()[-_SHOWN_LINES:]) or "nothing"
        raise SynthesisFailed(
            f"`python -m infra.laptop` ended with status {process.returncode}; its output ends "
            "with:\n"
            f"{last_lines}"
        )
    return template


def _is_stale(template: Path, root: Path) -> bool:
    try:
        written_ns = template.stat().st_mtime_ns
    except FileNotFoundError:
        return True
    return any(path.stat().st_mtime_ns > written_ns for path in _list_sources(root))


def _list_sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from root.glob(pattern)
