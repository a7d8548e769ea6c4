"""Logging: one JSON object a line; keys, outcomes and reasons, never a value or a token."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from typing import TextIO


def make_log(stream: TextIO | None = None) -> Any:
    """A structlog logger on `stream`, standard output unless given: Lambda's own log."""
    return structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stdout),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )


def locate_error(error: Exception) -> str:
    """File and line where it was raised: what a log may hold of an error that nobody expected."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}"
