"""How much free text a router serves within its budget of false hits, and how fast.

    python -m benchmarks.router --data DIR [--test FILE ...] [--json] [--check] [--no-rivals]

DIR contains clinc150/train_val.json (clinc/oos-eval without its test splits) and
banking77/train.csv (PolyAI-LDN/task-specific-datasets). FILE is a test set of either: CLINC150's
data_full.json, or a JSON of its splits `test` and `oos_test`, or Banking77's test.csv. Without
FILE a part of DIR is held out: CLINC150's val and oos_val, a fifth of Banking77. Cross-validation
on the training data chooses the thresholds. MIX10 is CLINC150 weighted to 10% out of scope, MIX18
its test set unweighted. False hits are the wrong ones among served questions; serving an
out-of-scope question is wrong. `--check` exits 1 when a bar is missed or the budget exceeded. Of
what a query costs, each question's fastest pass is judged, as a multiple of a fixed piece of work
measured in turns with it; microseconds, also those over all passes, are printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.machine import describe_machine, list_versions
from benchmarks.routing_data import RoutingTrial, load_trials
from benchmarks.routing_trial import Row, run_trial
from edgefill.cli.questions.train import find_teacher_cache
from edgefill.core.errors import InputRefused
from edgefill.router_training.teacher.teacher import INSTALL_COMMAND, TEACHER_NAME, find_teacher

# the share to serve: the bar, and the goal beyond it
BARS = {"MIX10": (0.74, 0.80), "MIX18": (0.62, 0.67), "Banking77": (0.80, 0.84)}
# At most: a query's multiples of a fixed piece of work, loading's of parsing the same JSON, bytes
COST_BARS = {"p50": 7.0, "p99": 30.0, "load": 40.0, "zipped": 1_000_000}


def run_trials(trials: list[RoutingTrial], *, with_baselines: bool) -> dict[str, Any]:
    """Rows and cost of each trial, with the machine and the versions."""
    teacher = find_teacher(find_teacher_cache())
    return {
        "trials": [run_trial(trial, teacher, with_baselines=with_baselines) for trial in trials],
        "teacher": TEACHER_NAME if teacher else "",
        "machine": describe_machine(),
        "versions": list_versions("numpy", "scikit-learn"),
    }


def list_missed_bars(results: dict[str, Any]) -> list[str]:
    """Every bar that the router misses."""
    missed = []
    for trial in results["trials"]:
        for row in trial["rows"]:
            if row["router"] == "Edgefill":
                missed += _compare_row(row)
        missed += _compare_cost(trial["name"], trial["cost"])
    return missed


def _compare_row(row: Row) -> list[str]:
    bar, _ = BARS[row["mix"]]
    missed = []
    if row["false_hits"] > 0.02:
        missed.append(f"{row['mix']}: {row['false_hits']:.2%} false hits, budget 2%")
    if row["served"] < bar:
        missed.append(f"{row['mix']}: served {row['served']:.1%}, bar {bar:.0%}")
    return missed


def _compare_cost(name: str, cost: dict[str, float]) -> list[str]:
    return [
        f"{name}: {what} {cost[what]:.1f}, bar {bar:.0f}"
        for what, bar in COST_BARS.items()
        if cost[what] > bar
    ]


def _print_report(results: dict[str, Any]) -> None:
    print(f"teacher: {results['teacher'] or 'none, figures are lower; ' + INSTALL_COMMAND}")
    for trial in results["trials"]:
        print(f"\n{trial['name']}: {trial['trained']} trained on, {trial['asked']} tested")
        print(f"  {'mix':<10}{'router':<32}{'accuracy':>9}{'served':>8}  false hits (95%)")
        for row in trial["rows"]:
            low, high = row["interval"]
            print(
                f"  {row['mix']:<10}{row['router']:<32}{row['accuracy']:>9.1%}{row['served']:>8.1%}"
                f"  {row['false_hits']:.2%} ({low:.2%} to {high:.2%})"
            )
        cost = trial["cost"]
        print(
            f"  a query {cost['p50_us']:.0f} us p50, {cost['p99_us']:.0f} us p99, warm, by each "
            f"question's fastest pass ({cost['all_p50_us']:.0f} and {cost['all_p99_us']:.0f} us "
            f"over all); load {cost['load_ms']:.1f} ms; {cost['zipped']:,.0f} bytes zipped\n"
            f"  {cost['p50']:.1f} and {cost['p99']:.1f} times a fixed piece of work (bars "
            f"{COST_BARS['p50']:.0f} and {COST_BARS['p99']:.0f}); loading {cost['load']:.1f} times "
            f"parsing its JSON (bar {COST_BARS['load']:.0f})"
        )
    print(f"\n{results['machine']} {results['versions']}")


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data")
    parser.add_argument("--test", type=Path, action="append", default=[], help="a test file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument("--no-rivals", action="store_true", help="only the router")
    options = parser.parse_args()
    try:
        trials = load_trials(options.data, options.test)
        results = run_trials(trials, with_baselines=not options.no_rivals)
    except InputRefused as error:
        sys.exit(f"benchmarks.router: {error}")
    if options.json:
        print(json.dumps(results))
    else:
        _print_report(results)
    missed = list_missed_bars(results) if options.check else []
    for sentence in missed:
        print(f"missed: {sentence}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
