"""The tests of the rooms that differ from a base branch: what `make quick` runs.

    python -m tests.changed_rooms [BASE]

Prints test paths, separated by spaces. A change counts whether or not it is committed, against the
merge base of BASE (default: main, or origin/main in a clone without it) and HEAD. A room is the
first two parts of a path (`edgefill/core`, `gpu_service/http`); its tests mirror it under `tests/`.
The rules about the tree (tests/test_*.py) are always included. A change that affects every room
(Makefile, pyproject.toml, tests/conftest.py) selects no tests by itself; a line says so.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent
DEFAULT_BASES = ("main", "origin/main")
AFFECTS_ALL = {"Makefile", "pyproject.toml", "tests/conftest.py"}


def select_tests(changed: Iterable[str], root: Path = ROOT) -> list[str]:
    """The test paths for changed files (paths relative to `root`), sorted, without repetitions."""
    folders = {folder for path in changed if (folder := _tests_of(PurePosixPath(path), root))}
    outermost = [path for path in folders if not folders & {str(p) for p in Path(path).parents}]
    rules = [path.relative_to(root).as_posix() for path in (root / "tests").glob("test_*.py")]
    return sorted(rules) + sorted(outermost)


def _tests_of(path: PurePosixPath, root: Path) -> str | None:
    """The innermost existing test folder of the file's room, or None."""
    parts = path.parent.parts
    room = PurePosixPath(*(parts[1:] if parts[:1] == ("tests",) else parts)[:2])
    for folder in (room, *room.parents):
        if folder.name and (root / "tests" / folder).is_dir():
            return f"tests/{folder}"
    return None


def list_changes(base: str | None, root: Path = ROOT) -> list[str]:
    """Paths that differ from the merge base with `base`, new files among them; sys.exit if no base.

    Renamed files count under both names.
    """
    candidates = (base,) if base else DEFAULT_BASES
    for candidate in candidates:
        fork = _git("merge-base", candidate, "HEAD", root=root)
        if fork:
            differing = _git("diff", "--name-only", "--no-renames", fork[0], root=root)
            return differing + _git("ls-files", "--others", "--exclude-standard", root=root)
    sys.exit(
        f"no branch {' or '.join(candidates)} here to compare with; name one: make quick BASE="
    )


def _git(*words: str, root: Path) -> list[str]:
    """The lines that git prints, paths as they are named; none if it fails."""
    command = ["git", "-c", "core.quotePath=false", *words]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def main() -> None:
    """Print the test paths, quoted for a shell, and a warning if a change affects every room."""
    changes = list_changes(sys.argv[1] if len(sys.argv) > 1 else None)
    for path in sorted(AFFECTS_ALL & set(changes)):
        print(f"{path} affects every room: run `make test` too", file=sys.stderr)
    print(shlex.join(select_tests(changes)))


if __name__ == "__main__":
    main()
