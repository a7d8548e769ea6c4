"""Reads a template's rules through the whole compiler."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.compiler import find_refusals
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience

Refuse = Callable[..., list[TemplateRefused]]


@pytest.fixture(scope="session")
def refuse(make_experience: Callable[..., Experience]) -> Refuse:
    """The refusals of (text, format, locale) that have the rule `rule`, or all of them."""

    def find(text: str, format_: str, locale: str, rule: str = "") -> list[TemplateRefused]:
        experience = make_experience(format_)
        refusals = find_refusals(text, experience=experience, locale=locale, name="t")
        return [error for error in refusals if rule in {"", error.rule}]

    return find
