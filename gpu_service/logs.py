"""Structured logs: one JSON object per line on standard error, with the request's id.

A line that cannot be written is dropped. No prompt, text, API key or address is ever logged.
"""

from __future__ import annotations

import sys
from typing import TextIO, cast

import structlog

from edgefill.journal.log_stream import LogStream


def configure_logs() -> None:
    """Configure structlog for the whole process."""
    stream = cast("TextIO", LogStream(sys.stderr))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(stream),
    )
