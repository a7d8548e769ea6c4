"""ConstraintCompiler: tries out each constraint before an engine compiles it.

Engines compile where nothing can stop them: `onnx` on its decoding thread, `openai` in this
process, vLLM in its own. So a constraint is compiled once in a child process, under the request's
deadline, and only what that process managed reaches an engine. The outcome is kept by digest.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from edgefill.core.errors import EngineTimeout, EngineUnavailable, RequestRefused

WORKER = (sys.executable, str(Path(__file__).with_name("compile_worker.py")))
LIMIT_S = 10.0
CACHED_OUTCOMES = 4096
TOO_MUCH = "it takes too much time or memory to compile; make it smaller"


class ConstraintCompiler:
    """Compiles one constraint at a time in the process that `command` starts."""

    def __init__(self, command: Sequence[str] = WORKER, *, limit_s: float = LIMIT_S) -> None:
        self._command = command
        self._limit_s = limit_s
        self._process: Process | None = None
        self._lock = asyncio.Lock()
        self._outcomes: OrderedDict[bytes, str | None] = OrderedDict()

    async def compile(self, kind: str, text: str, *, deadline_s: float | None = None) -> None:
        """Return when the constraint has been compiled, now or before.

        RequestRefused, which names `kind`, when it cannot be; EngineTimeout when `deadline_s` is
        over first; EngineUnavailable when the process does not start.
        """
        digest = hashlib.sha256(f"{kind}\n{text}".encode("utf-8", "surrogatepass")).digest()
        if digest not in self._outcomes:
            try:
                async with asyncio.timeout(deadline_s), self._lock:
                    if digest not in self._outcomes:
                        self._save(digest, await self._compile_in_child(kind, text))
            except TimeoutError:
                raise EngineTimeout(f"{kind}: not compiled within {deadline_s:.1f} s") from None
        self._outcomes.move_to_end(digest)
        reason = self._outcomes[digest]
        if reason is not None:
            raise RequestRefused(f"{kind}: {reason}")

    async def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _save(self, digest: bytes, reason: str | None) -> None:
        self._outcomes[digest] = reason
        if len(self._outcomes) > CACHED_OUTCOMES:
            self._outcomes.popitem(last=False)

    async def _compile_in_child(self, kind: str, text: str) -> str | None:
        """Why the constraint cannot be compiled, or None.

        The process is ended when it takes too long, when it dies, and when the caller gives up.
        """
        process = await self._start()
        request = json.dumps({"kind": kind, "text": text}) + "\n"
        try:
            async with asyncio.timeout(self._limit_s):
                return await _exchange(process, request.encode())
        except (TimeoutError, OSError, ValueError):
            await self.stop()
            return TOO_MUCH
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def _start(self) -> Process:
        """The running process, started when there is none."""
        if self._process is not None and self._process.returncode is None:
            return self._process
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
            )
            await _exchange(self._process, b"")
        except (OSError, ValueError) as error:
            await self.stop()
            raise EngineUnavailable(
                f"the constraint compiler does not start ({type(error).__name__})", retry_after=10
            ) from error
        except asyncio.CancelledError:
            await self.stop()
            raise
        return self._process


async def _exchange(process: Process, request: bytes) -> str | None:
    """The process's next answer, after `request`; ValueError when it ends without one."""
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise ValueError("the process has no pipes")
    stdin.write(request)
    await stdin.drain()
    answer: str | None = json.loads(await stdout.readline())
    return answer
