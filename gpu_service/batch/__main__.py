"""`python -m gpu_service.batch SHARD.jsonl -o OUT.jsonl`: answer a shard of requests offline.

The engine's settings are the service's, `EDGEFILL_GPU_*`; the options go before them. A re-run goes
on where the last one ended.

exit status   0   every request has its text
              1   every request is answered, some refused for good, as their lines tell
              2   the shard, a file or a setting cannot be used: nothing was written
              75  the engine failed: run it again (EX_TEMPFAIL of sysexits.h)
              143 SIGTERM: what was finished is kept, run it again
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from edgefill.core.errors import EdgefillError, InputRefused
from gpu_service.batch.offline_engine import Author, EngineAuthor
from gpu_service.batch.progress import shown
from gpu_service.batch.sigterm import STATUS, Ending
from gpu_service.batch.work import Report, work
from gpu_service.engines.registry import engine_for
from gpu_service.settings import PREFIX, Settings, settings_from

DONE, SOME_FAILED, BAD_INPUT, TRY_AGAIN = 0, 1, 2, 75


def author_for(settings: Settings) -> Author:
    """Whoever writes with the settings' engine; it is not started."""
    if settings.engine == "vllm":
        from gpu_service.engines.vllm.offline import VllmOffline  # noqa: PLC0415 of one engine

        return VllmOffline(settings)
    return EngineAuthor(engine_for(settings), at_once=settings.slots_in_flight)


def main(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    choose: Callable[[Settings], Author] = author_for,
) -> int:
    """The exit status."""
    ending = Ending()
    ending.watch()
    try:
        options = _options(arguments)
        settings = settings_from({**environment, **_given(options)})
        report = work(options.shard, options.out, choose(settings), progress=shown())
    except BaseException as error:
        return _status(error, ending)
    print(json.dumps(report.figures()) if options.json else _said(report, options.out))  # noqa: T201
    return SOME_FAILED if report.failed else DONE


def _status(error: BaseException, ending: Ending) -> int:
    """What ended the run, told on stderr, as an exit status."""
    if ending.begun:
        _tell("ended by SIGTERM; what was finished is kept, run it again")
        return STATUS
    if isinstance(error, SystemExit | KeyboardInterrupt):
        raise error
    named = isinstance(error, EdgefillError)
    _tell(str(error) if named else f"{type(error).__name__}: {error}")
    return BAD_INPUT if isinstance(error, InputRefused) else TRY_AGAIN


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m gpu_service.batch", description="Answer a shard of requests offline."
    )
    parser.add_argument("shard", type=Path, help="requests in OpenAI's batch file format")
    parser.add_argument("-o", dest="out", type=Path, required=True, help="where the answers go")
    parser.add_argument("--model", help=f"the model's folder ({PREFIX}MODEL)")
    parser.add_argument("--engine", choices=("vllm", "onnx"), help=f"({PREFIX}ENGINE)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args(arguments)


def _given(options: argparse.Namespace) -> dict[str, str]:
    named = {"MODEL": options.model, "ENGINE": options.engine}
    return {f"{PREFIX}{name}": value for name, value in named.items() if value}


def _said(report: Report, out: Path) -> str:
    found = report.figures()
    return (
        f"{out}: {report.requests} requests, {report.kept} of them kept from before, "
        f"{report.failed} failed; {report.tokens} tokens in {found['seconds']} s "
        f"({found['tokens_per_s']} tokens/s, {report.hit_rate:.0%} of the prompts cached)"
    )


def _tell(said: str) -> None:
    print(f"gpu_service.batch: {said}", file=sys.stderr)  # noqa: T201 the message of the command


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
