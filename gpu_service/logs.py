"""Structured logs: one JSON object per line on standard error, with the request's id.

No prompt, text, API key or address is ever logged.
"""

from __future__ import annotations

import sys

import structlog


def configure_logs() -> None:
    """Configure structlog for the whole process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
