"""`python -m gpu_service.batch SHARD.jsonl -o OUT.jsonl`: answer a shard of requests offline.

The engine's settings are the service's, `EDGEFILL_GPU_*`; the options override them. A second run
continues where the last one ended.

exit status   0   every request has its text
              1   every request has an answer, but some were refused for good (see their lines)
              2   the shard, a file or a setting cannot be used: nothing was generated
              75  the engine failed: run the command again (EX_TEMPFAIL of sysexits.h)
              143 SIGTERM: finished answers are saved, run the command again
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from edgefill.core.errors import EdgefillError, InputRefused
from gpu_service.batch.progress import choose_progress
from gpu_service.batch.shard_run import ShardReport, run_shard
from gpu_service.batch.sigterm import STATUS, SigtermHandler
from gpu_service.engines.offline_engine import OfflineEngine
from gpu_service.engines.registry import make_offline_engine
from gpu_service.settings import PREFIX, GpuServiceSettings, read_settings

DONE, SOME_FAILED, BAD_INPUT, TRY_AGAIN = 0, 1, 2, 75


def main(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    make_engine: Callable[[GpuServiceSettings], OfflineEngine] = make_offline_engine,
) -> int:
    """Run the command; the exit status."""
    sigterm = SigtermHandler()
    sigterm.install()
    try:
        options = _parse_options(arguments)
        settings = read_settings({**environment, **_override_settings(options)})
        engine, progress = make_engine(settings), choose_progress()
        report = run_shard(options.shard, options.out, engine, progress=progress)
    except BaseException as error:
        return _report_error(error, sigterm)
    text = json.dumps(report.to_json()) if options.json else _format_report(report, options.out)
    print(text)  # noqa: T201 the command's output
    return SOME_FAILED if report.failed else DONE


def _report_error(error: BaseException, sigterm: SigtermHandler) -> int:
    """Print on stderr what ended the run; the exit status."""
    if sigterm.was_received:
        _print_error("ended by SIGTERM; finished answers are saved, run the command again")
        return STATUS
    if isinstance(error, SystemExit | KeyboardInterrupt):
        raise error
    is_own = isinstance(error, EdgefillError)
    _print_error(str(error) if is_own else f"{type(error).__name__}: {error}")
    return BAD_INPUT if isinstance(error, InputRefused) else TRY_AGAIN


def _parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m gpu_service.batch", description="Answer a shard of requests offline."
    )
    parser.add_argument("shard", type=Path, help="requests in OpenAI's batch file format")
    parser.add_argument("-o", dest="out", type=Path, required=True, help="file for the answers")
    parser.add_argument("--model", help=f"the model's folder ({PREFIX}MODEL)")
    parser.add_argument("--engine", choices=("vllm", "onnx"), help=f"({PREFIX}ENGINE)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args(arguments)


def _override_settings(options: argparse.Namespace) -> dict[str, str]:
    overrides = {"MODEL": options.model, "ENGINE": options.engine}
    return {f"{PREFIX}{name}": value for name, value in overrides.items() if value}


def _format_report(report: ShardReport, out: Path) -> str:
    figures = report.to_json()
    return (
        f"{out}: {report.requests} requests, {report.reused} of them answered by earlier runs, "
        f"{report.failed} failed; {report.tokens} tokens in {figures['seconds']} s "
        f"({figures['tokens_per_s']} tokens/s, {report.hit_rate:.0%} of the prompts cached)"
    )


def _print_error(message: str) -> None:
    print(f"gpu_service.batch: {message}", file=sys.stderr)  # noqa: T201 the command's message


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
