"""What goes wrong with edge functions.

EdgefillError
├── FunctionRefused   at the start: a bundle that AWS or this machine would not take
├── FunctionFailed    a 503: it raised, took too long, used too much memory, or its process ended
└── ResultRefused     a 502: CloudFront's validation would refuse what it returned
"""

from __future__ import annotations

from lambdas.core.errors import EdgefillError


class FunctionRefused(EdgefillError):
    """A function cannot be run from its bundle; the message names it and says what to do."""


class FunctionFailed(EdgefillError):
    """An invocation failed (Developer Guide, http-503-service-unavailable)."""

    fault = "LambdaExecutionError"


class ResultRefused(EdgefillError):
    """A result is not valid; the message says why (Developer Guide, http-502-bad-gateway)."""

    fault = "LambdaValidationError"
