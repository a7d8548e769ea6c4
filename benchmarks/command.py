"""The command line that all benchmarks share: `--json`, `--check`, `--rounds`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

Figures = dict[str, Any]


def run(
    description: str | None,
    *,
    measure: Callable[[int], Figures],
    print_figures: Callable[[Figures], None],
    list_misses: Callable[[Figures], list[str]],
    rounds: int,
) -> int:
    """Measure, print and return the exit status: 1 if `--check` finds a missed bar, else 0.

    `list_misses` returns one sentence per missed bar.
    """
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument("--rounds", type=int, default=rounds)
    options = parser.parse_args()
    figures = measure(options.rounds)
    if options.json:
        print(json.dumps(figures))
    else:
        print_figures(figures)
    misses = list_misses(figures) if options.check else []
    for sentence in misses:
        print(f"missed: {sentence}", file=sys.stderr)
    return 1 if misses else 0
