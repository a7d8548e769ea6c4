"""`python pack_modules.py FOLDER ROOT`: the modules of FOLDER become one file of code.

infra/bundles/importer.py reads it. An interpreter of the runtime's own version runs this file by
its path, so it imports the standard library only. ROOT is where FOLDER will be at run time, and
what tracebacks name. The code has no docstrings; `-X no_debug_ranges` leaves out columns too, and
line numbers stay.
"""

from __future__ import annotations

import marshal
import sys
from pathlib import Path

PACKAGES = ("edgefill", "lambdas")
IMPORTER = "lambdas/__init__.py"  # stays a file: it reads all others
FILE = "modules.bin"


def pack_modules(folder: Path, root: str) -> None:
    """Replace every module of `folder` but IMPORTER by one file, `modules.bin`."""
    codes = {}
    sources = (path for package in PACKAGES for path in (folder / package).rglob("*.py"))
    for source in sorted(sources):
        path = source.relative_to(folder)
        if path.as_posix() == IMPORTER:
            continue
        code = compile(source.read_bytes(), f"{root}/{path.as_posix()}", "exec", 0, True, 2)
        codes[".".join(path.with_suffix("").parts)] = marshal.dumps(code)
        source.unlink()
    (folder / FILE).write_bytes(marshal.dumps(codes))


if __name__ == "__main__":
    pack_modules(Path(sys.argv[1]), sys.argv[2])
