"""OfflineGenerator: drafts many orders at once with `python -m gpu_service.batch`.

The command reads and writes OpenAI's batch file format. It loads the model for each file, so its
start is only worth it for many orders.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from edgefill.core.errors import (
    EngineUnavailable,
    GenerationError,
    InputRefused,
    InvalidEngineOutput,
)
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.drafting.writers.wire import MALFORMED_ERRORS, draft_from_json, order_to_json

COMMAND = (sys.executable, "-m", "gpu_service.batch")
# With these exit statuses every request has a response, which may be an error.
COMPLETE_STATUSES = (0, 1)
# With this exit status the whole file is refused, e.g. a prompt exceeds the context.
REFUSED_STATUS = 2
OK = 200
ORIGIN = "gpu_service.batch"


class OfflineGenerator:
    """Writes one request file after another to `folder`."""

    def __init__(self, folder: Path, command: Sequence[str] = COMMAND) -> None:
        self._folder = folder
        self._command = command
        self._shards = 0

    def generate_all(self, orders: Sequence[GenerationOrder]) -> list[Draft | GenerationError]:
        """Return a draft or an error for each order.

        InputRefused when the orders cannot be processed together, EngineUnavailable when the
        command fails.
        """
        self._shards += 1
        shard = self._folder / f"shard-{self._shards}.jsonl"
        results = shard.with_suffix(".answers.jsonl")
        shard.write_text("".join(_to_lines(orders)))
        began = time.monotonic()
        self._run_command(shard, results)
        share_s = (time.monotonic() - began) / len(orders)
        return _read_drafts(results, len(orders), share_s)

    def _run_command(self, shard: Path, out: Path) -> None:
        command = [*self._command, str(shard), "-o", str(out)]
        status = subprocess.run(command, check=False).returncode  # noqa: S603 our own module
        message = f"{ORIGIN} ended with status {status}; its log says why"
        if status == REFUSED_STATUS:
            raise InputRefused(message)
        if status not in COMPLETE_STATUSES:
            raise EngineUnavailable(message)


def _to_lines(orders: Sequence[GenerationOrder]) -> Iterator[str]:
    for number, order in enumerate(orders):
        line = {"custom_id": str(number), "method": "POST", "url": "/v1/templates",
                "body": order_to_json(order)}  # fmt: skip
        yield json.dumps(line) + "\n"


def _read_drafts(out: Path, count: int, share_s: float) -> list[Draft | GenerationError]:
    """Read a draft or an error for each order; each took `share_s` seconds of the whole."""
    try:
        lines = [json.loads(line) for line in out.read_bytes().splitlines()]
        answers = {int(line["custom_id"]): line["response"] for line in lines}
        return [_parse_draft(answers[number], share_s) for number in range(count)]
    except (*MALFORMED_ERRORS, OSError) as error:
        raise EngineUnavailable(f"{ORIGIN}: {out.name} is unreadable ({error})") from error


def _parse_draft(response: dict[str, Any], share_s: float) -> Draft | GenerationError:
    if response["status_code"] != OK:
        detail = str(response["body"]["error"]["message"])[:200]
        return InvalidEngineOutput(f"{ORIGIN} answered {response['status_code']}: {detail}")
    try:
        return draft_from_json(response["body"], origin=ORIGIN, seconds=share_s)
    except InvalidEngineOutput as error:
        return error
