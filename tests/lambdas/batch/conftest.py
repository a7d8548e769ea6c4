"""The drafting fixtures, and drafts of an earlier run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import FinishedDraft
from tests.edgefill.drafting.fixtures import catalogue, drafter, prompts

__all__ = ["catalogue", "drafter", "prompts"]


@pytest.fixture
def drafted() -> Callable[..., FinishedDraft]:
    """Makes a draft of a key."""

    def make(key: str | Key, text: str = "Hello {{ name }}") -> FinishedDraft:
        parsed = parse_key(key) if isinstance(key, str) else key
        return FinishedDraft(key=parsed, text=text, model="tiny", tokens=9, seconds=0.5, attempts=1)

    return make
