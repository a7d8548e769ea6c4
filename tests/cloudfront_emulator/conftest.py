"""Stages for tests of whole networks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.distribution import Behaviour
from tests.cloudfront_emulator.scripted import Stage, staged
from tests.cloudfront_emulator.template_file import TemplateFile


@pytest.fixture
def staging() -> Iterator[Callable[..., Stage]]:
    """Makes stages, which are closed after the test."""
    with ExitStack() as stack:

        def make(*behaviours: Behaviour, **fields: Any) -> Stage:
            return stack.enter_context(staged(*behaviours, **fields))

        yield make


@pytest.fixture
def stack(tmp_path: Path) -> TemplateFile:
    """A template with one origin and one function that no behaviour names yet."""
    return TemplateFile(tmp_path)
