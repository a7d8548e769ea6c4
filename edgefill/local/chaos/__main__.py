"""`make chaos`: run the local stack, let its parts fail under traffic, and print what visitors got.

The exit status is 0 when every bar is met. docs/chaos.md says what counts.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from rich.console import Console

from cloudfront_emulator.errors import EmulatorError
from edgefill.core.errors import EdgefillError, InputRefused
from edgefill.local.chaos.report import ChaosReport, build_tables
from edgefill.local.chaos.scenario import ChaosOptions, ChaosScenario
from edgefill.local.chaos.schedule import FaultResult
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.run_file import create_state_folder
from edgefill.local.stack.stack import StackOptions, run_stack
from edgefill.local.stack.supervisor import interrupt_on_signals

STATE = Path(".edgefill/chaos")
SECONDS = 300.0
MAX_SECONDS = 380.0  # start, last recovery, last answers, write-backs: ten minutes in all


def parse_options(arguments: list[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="edgefill.local.chaos", description=__doc__)
    parser.add_argument(
        "--seconds",
        type=parse_seconds,
        default=SECONDS,
        help=f"no fault begins later ({SECONDS:g}, at most {MAX_SECONDS:g})",
    )
    parser.add_argument("--faults", help="names separated by commas; all if not given")
    parser.add_argument(
        "--plant-leak",
        action="store_true",
        help="give each visitor another one's token: the run must then fail",
    )
    parser.add_argument("--state", type=Path, default=STATE, help=f"state folder ({STATE})")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    return parser.parse_args(arguments)


def parse_seconds(text: str) -> float:
    """A number of seconds above 0 and up to MAX_SECONDS."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MAX_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of seconds above 0 and up to {MAX_SECONDS:g}"
        )
    return seconds


def run_chaos(options: argparse.Namespace, on_event: Callable[[str], None]) -> ChaosReport:
    """One whole run on a stack of its own; EdgefillError, KeyboardInterrupt."""
    if not sys.platform.startswith("linux"):
        raise InputRefused(f"chaos needs Linux (/proc, prlimit), not {sys.platform}")
    create_state_folder(options.state)
    log = StackLog(file=options.state / "up.log")
    stack_options = StackOptions(port=0, state=options.state, ample_limits=True)
    try:
        with interrupt_on_signals(), run_stack(stack_options, log) as stack:
            scenario = ChaosScenario(
                stack,
                ChaosOptions(
                    seconds=options.seconds, faults=options.faults, plant_leak=options.plant_leak
                ),
            )
            on_event("the stack runs; the first release is drafted and published")
            probe = scenario.prepare()
            on_event("a planted leak is found; visitors and faults begin")
            thread = Thread(
                target=scenario.run,
                args=(probe,),
                kwargs={"on_result": lambda result: on_event(describe_result(result))},
                daemon=True,
            )
            thread.start()
            stack.watch(scenario.recover, until=scenario.done)
            return scenario.take_report()
    finally:
        log.close()


def describe_result(result: FaultResult) -> str:
    """One line about a fault that is over."""
    if result.error:
        return f"{result.name}: {result.error}"
    if result.recovery_s is None:
        return f"{result.name}: not recovered: {result.last_failure}"
    mended = f"mended after {result.outage_s:.1f} s"
    return f"{result.name}: {mended}, recovered in {result.recovery_s:.1f} s"


def main(arguments: list[str]) -> int:
    """Run once and print the report; return the exit status."""
    options, console = parse_options(arguments), Console(stderr=True)
    try:
        report = run_chaos(options, lambda text: console.print(text, markup=False))
    except KeyboardInterrupt:
        console.print("interrupted; everything is stopped")
        return 130
    except (EdgefillError, EmulatorError) as error:
        console.print(f"chaos: {error}", markup=False)
        return 1
    if options.json:
        sys.stdout.write(json.dumps(report.to_json()) + "\n")
    else:
        for table in build_tables(report):
            Console().print(table)
    return 0 if report.is_passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
