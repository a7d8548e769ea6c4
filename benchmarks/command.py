"""What every benchmark does as a command: `--json`, `--check` and how many rounds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

Found = dict[str, Any]


def run(
    description: str | None,
    *,
    measure: Callable[[int], Found],
    show: Callable[[Found], None],
    missed: Callable[[Found], list[str]],
    rounds: int,
) -> int:
    """Measure, print, and give the exit status: 1 when `--check` finds a missed bar."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument("--rounds", type=int, default=rounds)
    options = parser.parse_args()
    found = measure(options.rounds)
    if options.json:
        print(json.dumps(found))
    else:
        show(found)
    late = missed(found) if options.check else []
    for sentence in late:
        print(f"missed: {sentence}", file=sys.stderr)
    return 1 if late else 0
