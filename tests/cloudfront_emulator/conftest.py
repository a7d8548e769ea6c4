"""Stages for tests of whole networks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.distribution import Behaviour
from tests.cloudfront_emulator.editable_template import EditableTemplate
from tests.cloudfront_emulator.scripted import NetworkStage, open_stage


@pytest.fixture
def staging() -> Iterator[Callable[..., NetworkStage]]:
    """Makes stages, which are closed after the test."""
    with ExitStack() as stack:

        def make(*behaviours: Behaviour, **fields: Any) -> NetworkStage:
            return stack.enter_context(open_stage(*behaviours, **fields))

        yield make


@pytest.fixture
def stack(tmp_path: Path) -> EditableTemplate:
    """A template with one origin and one function that no behaviour names yet."""
    return EditableTemplate(tmp_path)
