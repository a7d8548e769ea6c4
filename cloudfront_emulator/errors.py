"""The errors of the emulator. The command prints each of them as one line.

EmulatorError
├── EmulatorInputRefused      an option or an invalidation cannot be used
│   └── FaultRefused          a fault cannot be set
├── ControlRefused            a request to the control port cannot be carried out
├── CloudFormationRefused     the template cannot be served
├── ListenFailed              a server cannot listen on its address
├── OriginFailed              an origin did not answer
├── BodyBroken                a body ended before its end
├── FunctionRefused           at the start: AWS or this machine would refuse the bundle
├── FunctionFailed            503: it raised, took too long, used too much memory or crashed
└── ResultRefused             502: CloudFront's validation would refuse the function's result
"""

from __future__ import annotations


class EmulatorError(Exception):
    """A problem that a person can fix. The text says what is wrong, where, and what to do."""


class EmulatorInputRefused(EmulatorError):
    """An option or an invalidation cannot be used; the text names it."""


class FaultRefused(EmulatorInputRefused):
    """A fault cannot be set; `field` is the part of the request that is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class ControlRefused(EmulatorError):
    """A control request cannot be carried out; `field` is the part of it that is wrong."""

    def __init__(self, field: str, reason: str, *, status: int = 400) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.status = status


class CloudFormationRefused(EmulatorError):
    """A template cannot be served. The text has one line per problem: logical id, property, fix."""


class ListenFailed(EmulatorError):
    """A server cannot listen; the text names the address."""


class OriginFailed(EmulatorError):
    """An origin did not answer; `status` is the one that the viewer gets, 502 or 504."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class BodyBroken(EmulatorError):
    """A body ended before its end. `__cause__` is the sender's error, if there was one."""


class FunctionRefused(EmulatorError):
    """A function cannot run from its bundle; the text names the function and the remedy."""


class FunctionFailed(EmulatorError):
    """An invocation failed (Developer Guide, http-503-service-unavailable)."""

    fault = "LambdaExecutionError"


class ResultRefused(EmulatorError):
    """A result is not valid; the text says why (Developer Guide, http-502-bad-gateway)."""

    fault = "LambdaValidationError"
