"""What goes wrong with edge functions.

EmulatorError
├── FunctionRefused   at the start: a bundle that AWS or this machine would not take
├── FunctionFailed    a 503: it raised, took too long, used too much memory, or its process ended
└── ResultRefused     a 502: CloudFront's validation would refuse what it returned
"""

from __future__ import annotations

from cloudfront_emulator.errors import EmulatorError


class FunctionRefused(EmulatorError):
    """A function cannot be run from its bundle; the message names it and says what to do."""


class FunctionFailed(EmulatorError):
    """An invocation failed (Developer Guide, http-503-service-unavailable)."""

    fault = "LambdaExecutionError"


class ResultRefused(EmulatorError):
    """A result is not valid; the message says why (Developer Guide, http-502-bad-gateway)."""

    fault = "LambdaValidationError"
