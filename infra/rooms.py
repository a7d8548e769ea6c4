"""`python rooms.py FOLDER ROOT`: the modules of FOLDER become one file of code, for infra/importer.

Run by an interpreter of the runtime's own version, alone: so it imports the standard library only.
ROOT is where FOLDER will lie, and what tracebacks name. The code has no docstrings; `-X
no_debug_ranges` leaves out columns too, and line numbers stay.
"""

from __future__ import annotations

import marshal
import sys
from pathlib import Path

PACKAGE = "lambdas"
FILE = "rooms.bin"


def pack(folder: Path, root: str) -> None:
    """Put `lambdas/rooms.bin` in the place of every module below `lambdas`."""
    codes = {}
    for source in sorted(folder.glob(f"{PACKAGE}/*/**/*.py")):
        path = source.relative_to(folder)
        code = compile(source.read_bytes(), f"{root}/{path.as_posix()}", "exec", 0, True, 2)
        codes[".".join(path.with_suffix("").parts)] = marshal.dumps(code)
        source.unlink()
    (folder / PACKAGE / FILE).write_bytes(marshal.dumps(codes))


if __name__ == "__main__":
    pack(Path(sys.argv[1]), sys.argv[2])
