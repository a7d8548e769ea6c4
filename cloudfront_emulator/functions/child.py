"""The child process: loads a function's handler once, then answers one event after another.

It runs as `python child.py SOCKET LIFELINE ROOT HANDLER [LIBRARY...]` and imports nothing of this
package: packages in ROOT must win over all others of the same names. A frame on SOCKET is four
bytes of length and JSON. Source: Lambda Developer Guide, python-context (the
context object) and lambda-runtime-environment (initialisation, reuse).
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

MAX_RESULT = 6_291_556  # bytes of a synchronous response on Lambda
Handler = Callable[[Any, Any], Any]


class LambdaContext:
    """The context that Lambda passes with the event."""

    client_context = None
    identity = None

    def __init__(self, request_id: str, timeout: float) -> None:
        self._deadline = time.monotonic() + timeout
        self.aws_request_id = request_id
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn = (
            f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"
            f":{self.function_version}"
        )

    def get_remaining_time_in_millis(self) -> int:
        """The remaining time of the invocation."""
        return max(int((self._deadline - time.monotonic()) * 1000), 0)


def end_with_parent(lifeline: int) -> None:
    """Let the kernel end this process when the parent's end of `lifeline` closes.

    SIGIO ends a process without a handler for it, also while it computes or sleeps.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_NONBLOCK | getattr(os, "O_ASYNC", 0))
    try:
        os.read(lifeline, 1)
    except BlockingIOError:
        return  # the parent is alive
    os._exit(0)


def receive(socket: int) -> Any:
    """The next frame; ends the process if the parent has closed the socket."""
    return json.loads(_read_exactly(socket, int.from_bytes(_read_exactly(socket, 4), "big")))


def _read_exactly(socket: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = os.read(socket, size)
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def send(socket: int, message: dict[str, Any]) -> None:
    """Write a frame; TypeError or ValueError if the message is not JSON."""
    payload = json.dumps(message).encode()
    if len(payload) > MAX_RESULT:
        raise ValueError(f"result of {len(payload)} bytes")
    frame = len(payload).to_bytes(4, "big") + payload
    while frame:
        frame = frame[os.write(socket, frame) :]


def load_handler(handler: str) -> Handler:
    """Load `package.module.function` (or `package/module.function`)."""
    module, _, function = handler.rpartition(".")
    loaded: Handler = getattr(importlib.import_module(module.replace("/", ".")), function)
    return loaded


def describe(error: BaseException) -> dict[str, Any]:
    """Print the traceback, as Lambda logs it, and return the exception's name and text."""
    import traceback  # noqa: PLC0415 (a start without failure saves its time and memory)

    traceback.print_exception(error)
    sys.stderr.flush()
    return {"error": type(error).__name__, "message": str(error)}


def make_memory_meter() -> Callable[[], int]:
    """A function that returns this process's resident memory in bytes, or 0 if unknown."""
    try:
        statm = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return lambda: 0
    page = os.sysconf("SC_PAGE_SIZE")
    return lambda: int(os.pread(statm, 128, 0).split()[1]) * page


def serve(socket: int, handler: Handler, rss: Callable[[], int]) -> None:
    """Answer events until the parent closes the socket."""
    while True:
        request = receive(socket)
        try:
            result = handler(request["event"], LambdaContext(request["id"], request["timeout"]))
        except Exception as error:  # a failure of the function, not of this process
            answer = describe(error)
        else:
            answer = {"result": result}
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            send(socket, answer | {"rss": rss()})
        except (TypeError, ValueError, RecursionError) as error:
            send(socket, describe(error) | {"error": "Runtime.MarshalError", "rss": rss()})


def run(socket: int, lifeline: int, root: str, handler: str, *libraries: str) -> None:
    """Initialise, report it to the parent, and serve."""
    for descriptor in (socket, lifeline):
        os.set_inheritable(descriptor, False)
    end_with_parent(lifeline)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.path[:0] = [root]
    sys.path += libraries
    rss = make_memory_meter()
    try:
        loaded = load_handler(handler)
    except Exception as error:
        send(socket, describe(error) | {"rss": rss()})
        os._exit(1)
    send(socket, {"result": None, "rss": rss()})
    serve(socket, loaded, rss)


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
