"""Translates AWS's failures for a person: the service, AWS's code and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from edgefill.core.errors import InputRefused

CALLERS_BUSINESS = frozenset({"ParameterNotFound"})


@contextmanager
def refuse_failures(service: str) -> Iterator[None]:
    """InputRefused for a call that AWS refuses or does not answer; ParameterNotFound passes."""
    try:
        yield
    except ClientError as error:
        problem = error.response["Error"]
        if problem["Code"] in CALLERS_BUSINESS:
            raise
        raise InputRefused(f"{service}: {problem['Code']}: {problem.get('Message', '')}") from error
    except BotoCoreError as error:
        raise InputRefused(f"{service}: {type(error).__name__}: {error}") from error
