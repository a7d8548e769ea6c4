"""Logging: one JSON object per line with keys, outcomes and reasons, never a value or a token."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Any, cast

import structlog

from edgefill.journal.log_stream import LogStream

if TYPE_CHECKING:
    from typing import TextIO


def make_log(stream: TextIO | None = None) -> Any:
    """Return a structlog logger on `stream`, or on standard output, which Lambda logs.

    A line that cannot be written is dropped: the request goes on.
    """
    return structlog.wrap_logger(
        structlog.PrintLogger(cast("TextIO", LogStream(stream or sys.stdout))),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )


def locate_error(error: Exception) -> str:
    """Return the file and line that raised `error`; a log may hold no more of an unexpected one."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}"
