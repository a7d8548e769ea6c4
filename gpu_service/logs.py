"""Logs: one JSON object a line on standard error, each with its request's id.

No prompt, text, key or address is ever given to a logger.
"""

from __future__ import annotations

import sys

import structlog


def configure() -> None:
    """Make structlog write so, for the whole process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
