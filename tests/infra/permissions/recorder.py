"""Records the AWS calls of this project's code: an event hook of botocore, in every test.

A line is `SITE SERVICE:Operation [OBJECT] [absent]`: the module that makes the call, the kind of S3
object, and whether S3 answered that there is no such object (which needs s3:ListBucket too).
Lines are grouped by the principal that makes the call, found by the entry point on the stack;
calls that a test makes without one have no object.
"""

from __future__ import annotations

import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

ROOT = Path(__file__).parents[3]
# What visitors' and batches' roles run; other rooms run on people's machines, except what an entry
# point uses of them (the canary and the rollout share edgefill/operations with the commands).
DEPLOYED = ("edgefill/", "lambdas/", "gpu_service/")
ON_PEOPLES_MACHINES = ("edgefill/cli/", "edgefill/local/", "edgefill/operations/")
# An entry point of a principal: a file and, where it has several, the function.
ENTRY_POINTS = {
    ("lambdas/api/worker.py", ""): "worker",
    ("lambdas/batch/steps.py", "plan"): "plan",
    ("lambdas/batch/steps.py", "plan_run"): "plan",
    ("lambdas/batch/steps.py", "select_keys"): "plan",
    ("lambdas/batch/steps.py", "publish"): "publish",
    ("lambdas/batch/steps.py", "publish_run"): "publish",
    ("lambdas/batch/shard_job.py", ""): "shard",
    ("lambdas/api/app.py", ""): "api",
    ("lambdas/api/miss_handler.py", ""): "api",
    ("lambdas/api/miss_service.py", ""): "api",
    ("lambdas/wake/phases.py", ""): "wake",
    ("lambdas/rollout/live_model.py", ""): "recorder",
    ("lambdas/canary/handler.py", ""): "canary",
}
NOBODY = "nobody"  # a test calls the adapter itself
# The kinds of edgefill/packs/layout.py and lambdas/batch/shards.py, the narrower one first.
OBJECTS = (
    *("t/current.json", "t/live/*", "t/r/*"),
    *("releases/*/sources/*", "releases/*", "held/*", "batch/*"),
)
ABSENT_CODES = {"NoSuchKey", "404"}


class CallRecorder:
    """`lines` are what the code has called since the hook was registered, by principal."""

    _KEY: ClassVar[str] = "edgefill_call"  # of botocore's context of one call

    def __init__(self) -> None:
        self.lines: dict[str, set[str]] = defaultdict(set)

    def register(self) -> None:
        """Hear the calls of every session that this process makes from now on.

        botocore registers BUILTIN_HANDLERS with each session (botocore/session.py); moto does this
        too. Events: botocore.amazonaws.com/v1/documentation/api/latest/topics/events.html
        """
        from botocore import handlers  # noqa: PLC0415 not where vLLM is tested

        handlers.BUILTIN_HANDLERS.append(("provide-client-params", self.hear_call))
        handlers.BUILTIN_HANDLERS.append(("after-call", self.hear_answer))

    def hear_call(self, *, params: Any, model: Any, context: Any, **_: Any) -> None:
        """Record a call before it is sent."""
        frames = list(list_frames(sys._getframe()))
        site = next((path for path, _ in frames), "")
        principal = find_principal(frames) or find_waiting_principal() or NOBODY
        if not site or (principal == NOBODY and site.startswith(ON_PEOPLES_MACHINES)):
            return
        call = f"{site} {model.service_model.service_name}:{model.name}"
        if principal != NOBODY and "Bucket" in params and "Key" in params:
            call += f" {name_object(params['Key'])}"
            context[self._KEY] = principal, call
        self.lines[principal].add(call)

    def hear_answer(self, *, parsed: Any, context: Any, **_: Any) -> None:
        """Record that the object of a call is absent."""
        code = parsed.get("Error", {}).get("Code")
        if code in ABSENT_CODES and self._KEY in context:
            principal, call = context[self._KEY]
            self.lines[principal].add(f"{call} absent")


def list_frames(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    """The file and the function of this project's frames on a stack, the innermost first."""
    root = f"{ROOT}/"
    while frame:
        path = frame.f_code.co_filename
        if path.startswith(root) and path.removeprefix(root).startswith(DEPLOYED):
            yield path.removeprefix(root), frame.f_code.co_name
        frame = frame.f_back


def find_principal(frames: Iterable[tuple[str, str]]) -> str:
    """Who makes a call, "" without an entry point; the outermost one decides."""
    found = ""
    for path, function in frames:
        found = ENTRY_POINTS.get((path, "")) or ENTRY_POINTS.get((path, function)) or found
    return found


def find_waiting_principal() -> str:
    """Who waits for the thread of a pool that makes a call: one test runs at a time."""
    if threading.current_thread() is threading.main_thread():
        return ""
    stacks = [list_frames(frame) for frame in sys._current_frames().values()]
    found = {find_principal(stack) for stack in stacks} - {""}
    return found.pop() if len(found) == 1 else ""


def name_object(key: str) -> str:
    """The kind of an S3 object; a key of no kind is its own, and no policy has it."""
    return next((kind for kind in OBJECTS if fnmatchcase(key, kind)), key)
