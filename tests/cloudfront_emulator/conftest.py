"""Stages for tests of whole networks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from cloudfront_emulator.distribution.behaviour import Behaviour
from tests.cloudfront_emulator.scripted import Stage, staged


@pytest.fixture
def staging() -> Iterator[Callable[..., Stage]]:
    """Makes stages, which are closed after the test."""
    with ExitStack() as stack:

        def make(*behaviours: Behaviour, **fields: Any) -> Stage:
            return stack.enter_context(staged(*behaviours, **fields))

        yield make
