"""One execution environment: a child process with a loaded handler.

Source: Lambda Developer Guide, lambda-runtime-environment and lambda-concurrency: an environment
initialises once, serves one invocation at a time, and is replaced after a timeout or a crash.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from cloudfront_emulator.errors import FunctionFailed
from cloudfront_emulator.functions.environment_spec import EnvironmentSpec
from cloudfront_emulator.functions.log_pipe import LogPipe

CHILD = Path(__file__).with_name("child.py")
INIT_SECONDS = 10  # Lambda's limit on the init phase
GRACE = 1  # seconds for a process that closed its socket to exit


class ExecutionEnvironment(asyncio.Protocol):
    """A process that initialises, then answers one event at a time.

    The environment, not the caller, tracks the current invocation: if a caller is cancelled, the
    call continues. `on_idle` is called whenever the environment can accept an event, `on_end`
    once, when it no longer can.

    The memory limit applies to resident memory after each call. RLIMIT_AS and similar limits
    count address space, of which Python and its threads reserve far more than they use.
    """

    def __init__(
        self,
        program: EnvironmentSpec,
        *,
        on_idle: Callable[[ExecutionEnvironment], None],
        on_end: Callable[[ExecutionEnvironment, FunctionFailed], None],
    ) -> None:
        self._spec, self._on_idle, self._on_end = program, on_idle, on_end
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()
        self._answer: asyncio.Future[Any] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._reason = ""
        self.ready = False  # initialised
        ours = self._start()
        self._timer = self._loop.call_later(INIT_SECONDS, self._expire, INIT_SECONDS, "to import")
        self._connecting = self._loop.create_task(self._connect(ours))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def invoke(self, event: bytes, *, request_id: str, timeout: float) -> asyncio.Future[Any]:
        """Return the handler's result for an event in JSON; FunctionFailed. Only while idle."""
        assert self._transport is not None
        self._answer = self._loop.create_future()
        # It ended while idle, and the pool has not been notified yet.
        if self._ending is not None:
            return self._answer
        self._timer = self._loop.call_later(timeout, self._expire, timeout, "to answer")
        head = json.dumps({"id": request_id, "timeout": timeout})[:-1].encode() + b',"event":'
        size = (len(head) + len(event) + 1).to_bytes(4, "big")
        self._transport.write(b"".join((size, head, event, b"}")))
        return self._answer

    def kill(self, reason: str = "it was stopped") -> None:
        """Kill the process and what it started; `wait_until_ended` waits for the end."""
        # Before the process is waited for, its id cannot belong to another one.
        if self._ending is None:
            self._reason = reason
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self._finish()

    async def wait_until_ended(self) -> None:
        """Wait until the process has ended."""
        await asyncio.shield(self._finish())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Of asyncio.Protocol."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop has its own class

    def data_received(self, data: bytes) -> None:
        """Of asyncio.Protocol: a frame is four bytes of length and JSON."""
        self._received += data
        if len(self._received) >= 4 + int.from_bytes(self._received[:4], "big"):
            message = json.loads(self._received[4:])
            self._received.clear()
            self._handle_answer(message)

    def connection_lost(self, exc: Exception | None) -> None:
        """Of asyncio.Protocol: the process ended or closed its socket."""
        self._finish()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        their_lifeline, self._lifeline = os.pipe()
        self._log = LogPipe(self._spec.name)
        self._process = subprocess.Popen(
            self._spec.build_command(CHILD, theirs.fileno(), their_lifeline),
            cwd=self._spec.root,
            env=self._spec.build_variables(),
            stdin=subprocess.DEVNULL,
            stdout=self._log.entry,
            stderr=self._log.entry,
            pass_fds=(theirs.fileno(), their_lifeline),
            start_new_session=True,  # processes of the function can be killed with it
        )
        theirs.close()
        os.close(their_lifeline)
        self._log.read()
        ours.setblocking(False)
        return ours

    async def _connect(self, ours: socket.socket) -> None:
        await self._loop.create_connection(lambda: self, sock=ours)

    def _handle_answer(self, message: dict[str, Any]) -> None:
        self._timer.cancel()
        used, limit = message["rss"] / 1024**2, self._spec.memory_mb
        if used > limit:
            self.kill(f"it used {used:.0f} MB of memory, its limit is {limit} MB")
        elif not self.ready and "error" in message:
            self.kill(f"{message['error']} at its import: {message['message']}")
        else:
            self.ready = True
            self._settle(message)
            self._on_idle(self)

    def _settle(self, message: dict[str, Any]) -> None:
        answer, self._answer = self._answer, None
        if answer is None or answer.done():
            return  # after initialisation, or the caller was cancelled
        if "error" in message:
            answer.set_exception(FunctionFailed(f"it raised {message['error']}"))
        else:
            answer.set_result(message["result"])

    def _expire(self, seconds: float, what: str) -> None:
        self.kill(f"it took longer than {seconds:g} s {what}")

    def _finish(self) -> asyncio.Task[None]:
        if self._ending is None:
            self._timer.cancel()
            self._ending = self._loop.create_task(self._end())
        return self._ending

    async def _end(self) -> None:
        status = await self._loop.run_in_executor(None, self._wait_for_process)
        await self._connecting
        assert self._transport is not None
        self._transport.close()
        os.close(self._lifeline)
        self._log.close()
        failure = FunctionFailed(self._reason or f"its process ended with status {status}")
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(failure)
        self._on_end(self, failure)

    def _wait_for_process(self) -> int:
        try:
            return self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
