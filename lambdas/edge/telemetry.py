"""What one request records: log lines for anomalies, and the time of each stage.

A log line is one JSON object and never holds a value, a token or a query.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Log = Callable[[dict[str, object]], None]


def print_line(anomaly: dict[str, object]) -> None:
    """Write to standard output, which Lambda sends to CloudWatch Logs in the visitor's Region.

    A line that cannot be written is dropped: the visitor is answered all the same.
    """
    from json import dumps  # noqa: PLC0415 9 ms that a bare import can spare

    try:
        print(dumps(anomaly), flush=True)  # noqa: T201 the log
    except (OSError, ValueError):
        return


def describe_failure(error: Exception) -> dict[str, object]:
    """An unexpected error by its type and place; its message could hold what a visitor sent."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace and trace.tb_frame.f_code
    place = f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace and code else ""
    return {"event": "failure", "error": type(error).__name__, "at": place}


class Stopwatch:
    """`laps` maps each stage to its milliseconds, in the order in which the stages ended."""

    def __init__(self, tick: Callable[[], float]) -> None:
        """`tick` is a monotonic clock in seconds."""
        self._tick = tick
        self._last = tick()
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Record the time since the last lap as the time of `stage`."""
        now = self._tick()
        self.laps[stage] = (now - self._last) * 1000
        self._last = now
