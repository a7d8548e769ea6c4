"""Synthesises the template that the local CDN serves, when its sources are newer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from edgefill.core.errors import EdgefillError

TEMPLATE = Path("cdk.out/laptop/Edgefill-local-Edge.template.json")
# -O makes jsii skip its run-time type checks.
COMMAND = (sys.executable, "-O", "-m", "infra.laptop")
SOURCES = ("cdk.json", "infra/**/*.py", "infra/jwks/*", "edgefill/**/*.py", "lambdas/edge/*.py")
_SHOWN_LINES = 15  # lines of a failure that are shown


class SynthesisFailed(EdgefillError):
    """The template could not be synthesised; the text ends with the command's last lines."""


def ensure_template(root: Path, *, command: tuple[str, ...] = COMMAND) -> Path:
    """The up-to-date template of the repository at `root`; SynthesisFailed.

    When it is missing or older than its sources, `command` runs in `root`; it writes TEMPLATE
    atomically (infra/laptop.py).
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
